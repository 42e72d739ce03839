/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "markdown.h"
#include "md.h"
#include "unseen.h"

#define CUT "\n\n*(The text was longer; the rest is cut.)*"

#define LANGUAGE_MAX 32 /* bytes */

struct fence {
	char mark;
	size_t indent, len;
	size_t info, info_len;
};

static bool
opens_fence(const struct acts_text *t, size_t at, size_t end, struct fence *f)
{
	f->indent = md_blanks(t, at, end);
	at += f->indent;
	if (at == end || (t->s[at] != '`' && t->s[at] != '~'))
		return false;
	f->mark = t->s[at];
	f->len = md_repeats(t, at, end);
	f->info = at + f->len;
	f->info += md_blanks(t, f->info, end);
	f->info_len = end - f->info;
	return f->len >= MD_FENCE_MIN &&
	       (f->mark == '~' ||
		   memchr(t->s + f->info, '`', f->info_len) == NULL);
}

static bool
closes_fence(
    const struct acts_text *t, size_t at, size_t end, const struct fence *f)
{
	size_t n;

	at += md_blanks(t, at, end);
	if (at == end || t->s[at] != f->mark)
		return false;
	n = md_repeats(t, at, end);
	return n >= f->len && at + n + md_blanks(t, at + n, end) == end;
}

/* The language, unless GitHub would do more with it than to colour it. */
static void
put_language(struct md *m, const struct fence *f)
{
	static const char *const active[] = {
	    "mermaid", "math", "geojson", "topojson", "stl", "suggestion"};
	const char *s = m->t.s + f->info;
	size_t n = 0, i;

	while (n < f->info_len && n < LANGUAGE_MAX &&
	       (isalnum((unsigned char)s[n]) || strchr("+#.-_", s[n]) != NULL))
		n++;
	for (i = 0; i < sizeof(active) / sizeof(*active); i++)
		if (n == strlen(active[i]) && strncasecmp(s, active[i], n) == 0)
			return;
	buf_add(m->b, s, n);
}

/* Where the block that begins at first ends: its closing fence, or the end of
 * the text.  *len becomes longer than all that looks like a fence inside. */
static size_t
block_end(const struct md *m, size_t first, const struct fence *f, size_t *len)
{
	size_t at, end, n, marks;

	*len = f->len;
	for (at = first; at < m->t.len; at = end + 1) {
		end = md_line_end(&m->t, at);
		if (closes_fence(&m->t, at, end, f))
			return at;
		n = at + md_blanks(&m->t, at, end);
		marks = n < end && m->t.s[n] == f->mark
			    ? md_repeats(&m->t, n, end)
			    : 0;
		if (marks >= *len)
			*len = marks + 1;
	}
	return m->t.len;
}

/* A block of code from its opening fence on: returns where the line behind it
 * begins.  At the margin a fence is one, whatever stands before. */
static size_t
put_block(struct md *m, size_t at, const struct fence *f)
{
	size_t first = md_line_end(&m->t, at) + 1, len, mark = m->b->len, end,
	       n;
	size_t close = block_end(m, first, f, &len);
	size_t max = m->max > len + 1 ? m->max - len - 1 : 0;

	md_marks(m->b, f->mark, len);
	put_language(m, f);
	buf_putc(m->b, '\n');
	md_keep(m, mark, max);
	if (m->full)
		return m->t.len;
	for (at = first; at < close && !m->full; at = end + 1) {
		mark = m->b->len;
		end = md_line_end(&m->t, at);
		n = md_blanks(&m->t, at, end);
		md_code(m->b, &m->t, at + (n < f->indent ? n : f->indent), end);
		buf_putc(m->b, '\n');
		md_keep(m, mark, max);
	}
	md_marks(m->b, f->mark, len);
	buf_putc(m->b, '\n');
	return close < m->t.len ? md_line_end(&m->t, close) + 1 : m->t.len;
}

/* Lines of the repository's template. */

/* Are these whole lines in it? */
static bool
is_verbatim(const struct md *m, size_t at, size_t end)
{
	const char *text = m->n->verbatim, *p = text, *rest;
	size_t n = end - at;

	while (n != 0 && m->t.s[at + n - 1] == ' ')
		n--;
	if (text == NULL || n == 0)
		return false;
	while ((p = memmem(p, strlen(p), m->t.s + at, n)) != NULL) {
		rest = p + n + strspn(p + n, " ");
		if ((p == text || p[-1] == '\n') &&
		    (*rest == '\n' || *rest == '\0'))
			return true;
		p++;
	}
	return false;
}

static bool
has_marker(const struct acts_text *t, size_t at, size_t end)
{
	for (; at < end; at++)
		if (acts_marker(t, at))
			return true;
	return false;
}

/* A line, or an HTML comment of one or more whole lines, that may pass: where
 * it ends, 0 when it may not.  What it opens it closes. */
static size_t
passes(const struct md *m, size_t at, size_t end)
{
	size_t begin = at + md_blanks(&m->t, at, end);
	const char *open = memmem(m->t.s + at, end - at, "<!--", 4), *close;

	if (!is_verbatim(m, at, end))
		return 0;
	if (open == m->t.s + begin) {
		close = memmem(
		    m->t.s + begin + 4, m->t.len - begin - 4, "-->", 3);
		if (close == NULL)
			return 0;
		end = md_line_end(&m->t, (size_t)(close - m->t.s));
		begin = (size_t)(close - m->t.s) + 3;
		if (begin + md_blanks(&m->t, begin, end) != end)
			return 0;
	} else if (open != NULL || memchr(m->t.s + at, '`', end - at) != NULL ||
		   memmem(m->t.s + at, end - at, "~~~", 3) != NULL)
		return 0;
	return is_verbatim(m, at, end) && !has_marker(&m->t, at, end) ? end : 0;
}

static size_t
put_verbatim(struct md *m, size_t at, size_t end)
{
	size_t mark = m->b->len;

	buf_add(m->b, m->t.s + at, end - at);
	buf_putc(m->b, '\n');
	/* A comment ends where its line does. */
	m->html = memchr(m->t.s + at, '<', end - at) != NULL &&
		  memmem(m->t.s + at, end - at, "<!--", 4) == NULL;
	md_keep(m, mark, m->max);
	return end + 1;
}

/* Does a line divide a table's head from its rows? */
static bool
has_tables(const struct acts_text *t)
{
	size_t at, end, n;

	for (at = 0; at < t->len; at = end + 1) {
		end = md_line_end(t, at);
		for (n = at; n < end &&
			     strchr("|:->+*. \t0123456789)", t->s[n]) != NULL;
		     n++)
			;
		if (n == end && memchr(t->s + at, '|', end - at) != NULL &&
		    memchr(t->s + at, '-', end - at) != NULL)
			return true;
	}
	return false;
}

static void
trim(struct md *m)
{
	struct buf *b = m->b;

	while (
	    b->len > m->begin && strchr(" \t\n", b->data[b->len - 1]) != NULL)
		b->len--;
	if (b->cap != 0)
		b->data[b->len] = '\0';
}

/* What is left of a line that was cut may be an order, which the line was not:
 * "/close" of "/close/this". */
static void
drop_order(struct md *m)
{
	const struct acts_text t = {
	    .s = m->b->data + m->begin, .len = m->b->len - m->begin};
	size_t at = t.len, n;

	while (at != 0 && t.s[at - 1] != '\n')
		at--;
	n = at + md_blanks(&t, at, t.len);
	if (n == t.len || (!acts_command(&t, n) && acts_phrase(&t, n) == 0))
		return;
	m->b->len = m->begin + at;
	trim(m);
}

void
markdown_begin(struct buf *b)
{
	if (b->len != 0 && b->data[b->len - 1] != '\n')
		buf_putc(b, '\n');
	if (b->len > 1 && b->data[b->len - 2] != '\n')
		buf_putc(b, '\n');
}

bool
markdown_put(struct buf *b, const struct neutral *n, const char *text)
{
	struct buf seen = BUF_INIT(BUF_ANY);
	struct md m = {.n = n, .b = b};
	struct fence f;
	size_t at, end, stop;

	markdown_begin(b);
	m.begin = b->len;
	m.max = b->len + n->max - strlen(CUT);
	(void)unseen_strip(&seen, text, strlen(text));
	m.t = (struct acts_text){.s = seen.data, .len = seen.len};
	m.tables = has_tables(&m.t);
	for (at = 0; at < m.t.len && !m.full;) {
		end = md_line_end(&m.t, at);
		if ((stop = passes(&m, at, end)) != 0)
			at = put_verbatim(&m, at, stop);
		else if (opens_fence(&m.t, at, end, &f)) {
			m.html = false;
			at = put_block(&m, at, &f);
		} else
			at = md_line(&m, at, end);
	}
	trim(&m);
	if (m.full) {
		drop_order(&m);
		buf_puts(b, CUT);
	}
	buf_free(&seen);
	return m.closes;
}
