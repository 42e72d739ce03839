/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "markdown.h"
#include "unseen.h"
#include "utf8.h"

#define GAP NEUTRAL_GAP
#define CUT "\n\n*(The text was longer; the rest is cut.)*"

#define FENCE_MIN  3
#define ENTITY_MAX 32 /* bytes of "&name;" */

struct md {
	const struct neutral *n;
	struct acts_text t;
	struct buf *b;
	size_t begin; /* where in b the text begins */
	size_t max;   /* of b->len */
	bool tables;  /* there is one, and "|" ends its cells */
	bool html;    /* the last line may have opened a block of HTML */
	bool full;    /* what is left is cut */
	bool closes;
};

static size_t
line_end(const struct acts_text *t, size_t at)
{
	const char *nl = memchr(t->s + at, '\n', t->len - at);

	return nl != NULL ? (size_t)(nl - t->s) : t->len;
}

static size_t
blanks(const struct acts_text *t, size_t at, size_t end)
{
	size_t n = at;

	while (n < end && (t->s[n] == ' ' || t->s[n] == '\t'))
		n++;
	return n - at;
}

/* How often the character at that place stands there. */
static size_t
repeats(const struct acts_text *t, size_t at, size_t end)
{
	size_t n = at;

	while (n < end && t->s[n] == t->s[at])
		n++;
	return n - at;
}

/* What was added since mark stays only when there is room. */
static void
keep(struct md *m, size_t mark, size_t max)
{
	if (m->b->len <= max)
		return;
	m->b->len = mark;
	m->b->data[mark] = '\0';
	m->full = true;
}

/* Code: bots read it as any other text. */

static void
put_phrase(struct buf *b, const char *s, size_t n)
{
	size_t i;

	if (memchr(s, ' ', n) == NULL)
		buf_putc(b, ' ');
	for (i = 0; i < n; i++)
		if (s[i] == ' ')
			buf_putc(b, '_');
		else
			buf_putc(b, s[i]);
}

static void
put_code(struct buf *b, const struct acts_text *t, size_t at, size_t end)
{
	size_t n;

	for (; at < end; at += n) {
		n = acts_phrase(t, at);
		if (n != 0 && n <= end - at) {
			put_phrase(b, t->s + at, n);
			continue;
		}
		n = 1;
		if (acts_command(t, at))
			buf_puts(b, " /");
		else if (acts_is_bot(t, at))
			buf_puts(b, "@ ");
		else if (acts_marker(t, at)) {
			buf_puts(b, "<! ");
			n = 2;
		} else
			buf_putc(b, t->s[at]);
	}
}

struct fence {
	char mark;
	size_t indent, len;
	size_t info, info_len;
};

static bool
opens_fence(const struct acts_text *t, size_t at, size_t end, struct fence *f)
{
	f->indent = blanks(t, at, end);
	at += f->indent;
	if (at == end || (t->s[at] != '`' && t->s[at] != '~'))
		return false;
	f->mark = t->s[at];
	f->len = repeats(t, at, end);
	f->info = at + f->len;
	f->info += blanks(t, f->info, end);
	f->info_len = end - f->info;
	return f->len >= FENCE_MIN &&
	       (f->mark == '~' ||
		   memchr(t->s + f->info, '`', f->info_len) == NULL);
}

static bool
closes_fence(
    const struct acts_text *t, size_t at, size_t end, const struct fence *f)
{
	size_t n;

	at += blanks(t, at, end);
	if (at == end || t->s[at] != f->mark)
		return false;
	n = repeats(t, at, end);
	return n >= f->len && at + n + blanks(t, at + n, end) == end;
}

/* The language, unless GitHub would do more with it than to colour it. */
static void
put_language(struct md *m, const struct fence *f)
{
	static const char *const active[] = {
	    "mermaid", "math", "geojson", "topojson", "stl", "suggestion"};
	const char *s = m->t.s + f->info;
	size_t n = 0, i;

	while (n < f->info_len && n < ENTITY_MAX &&
	       (isalnum((unsigned char)s[n]) || strchr("+#.-_", s[n]) != NULL))
		n++;
	for (i = 0; i < sizeof(active) / sizeof(*active); i++)
		if (n == strlen(active[i]) && strncasecmp(s, active[i], n) == 0)
			return;
	buf_add(m->b, s, n);
}

static void
put_marks(struct buf *b, char mark, size_t n)
{
	for (; n != 0; n--)
		buf_putc(b, mark);
}

/* Where the block that begins at first ends: its closing fence, or the end of
 * the text.  *len becomes longer than all that looks like a fence inside. */
static size_t
block_end(const struct md *m, size_t first, const struct fence *f, size_t *len)
{
	size_t at, end, n, marks;

	*len = f->len;
	for (at = first; at < m->t.len; at = end + 1) {
		end = line_end(&m->t, at);
		if (closes_fence(&m->t, at, end, f))
			return at;
		n = at + blanks(&m->t, at, end);
		marks = n < end && m->t.s[n] == f->mark ? repeats(&m->t, n, end)
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
	size_t first = line_end(&m->t, at) + 1, len, mark = m->b->len, end, n;
	size_t close = block_end(m, first, f, &len);
	size_t max = m->max > len + 1 ? m->max - len - 1 : 0;

	put_marks(m->b, f->mark, len);
	put_language(m, f);
	buf_putc(m->b, '\n');
	keep(m, mark, max);
	if (m->full)
		return m->t.len;
	for (at = first; at < close && !m->full; at = end + 1) {
		mark = m->b->len;
		end = line_end(&m->t, at);
		n = blanks(&m->t, at, end);
		put_code(
		    m->b, &m->t, at + (n < f->indent ? n : f->indent), end);
		buf_putc(m->b, '\n');
		keep(m, mark, max);
	}
	put_marks(m->b, f->mark, len);
	buf_putc(m->b, '\n');
	return close < m->t.len ? line_end(&m->t, close) + 1 : m->t.len;
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
	size_t begin = at + blanks(&m->t, at, end);
	const char *open = memmem(m->t.s + at, end - at, "<!--", 4), *close;

	if (!is_verbatim(m, at, end))
		return 0;
	if (open == m->t.s + begin) {
		close = memmem(
		    m->t.s + begin + 4, m->t.len - begin - 4, "-->", 3);
		if (close == NULL)
			return 0;
		end = line_end(&m->t, (size_t)(close - m->t.s));
		begin = (size_t)(close - m->t.s) + 3;
		if (begin + blanks(&m->t, begin, end) != end)
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
	keep(m, mark, m->max);
	return end + 1;
}

/* What stands within a line.  Each function returns how many bytes it has
 * taken; 0: it is not its own. */

/* Code begins here; what stands before it must not change that. */
static void
put_span(struct md *m, size_t marks, size_t at, size_t end)
{
	if (m->b->len != m->begin &&
	    strchr("`\\", m->b->data[m->b->len - 1]) != NULL)
		buf_puts(m->b, GAP);
	put_marks(m->b, '`', marks);
	put_code(m->b, &m->t, at, end);
	put_marks(m->b, '`', marks);
}

static size_t
take_backticks(struct md *m, size_t at, size_t end)
{
	size_t n = repeats(&m->t, at, end), from = at + n, i, len;

	for (i = from; i < end; i += len) {
		len = 1;
		if (m->t.s[i] != '`')
			continue;
		len = repeats(&m->t, i, end);
		if (len != n)
			continue;
		if (m->tables && memchr(m->t.s + from, '|', i - from) != NULL)
			break;
		put_span(m, n, from, i);
		return i + n - at;
	}
	for (i = 0; i < n; i++)
		buf_puts(m->b, "\\`");
	return n;
}

static size_t
take_backslash(struct md *m, size_t at)
{
	char next = m->t.s[at + 1]; /* a line feed or NUL at the end */

	if (next == '`' || next == '\\') {
		buf_putc(m->b, '\\');
		buf_putc(m->b, next);
		return 2;
	}
	/* These are escaped in another way. */
	if (next != '<' && next != '&')
		buf_putc(m->b, '\\');
	return 1;
}

/* What may stand in a URL that is written as it is, so that it is nothing but
 * a URL. */
static size_t
bare(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len &&
	       (isalnum((unsigned char)s[n]) ||
		   (s[n] != '\0' && strchr("-._~:/?#&=+%,;$", s[n]) != NULL)))
		n++;
	return n;
}

static void
put_bare(struct buf *b, const char *s, size_t len)
{
	for (; len != 0; s++, len--)
		if (*s == '&')
			buf_puts(b, "&amp;");
		else
			buf_putc(b, *s);
}

static size_t
take_url(struct md *m, size_t at)
{
	struct acts_url url;
	size_t n;

	if (!acts_url(&m->t, at, &m->n->home, &url))
		return 0;
	n = bare(m->t.s + at, url.len);
	if (!url.is_listed || url.ref == ACTS_FOREIGN ||
	    url.ref == ACTS_HOSTILE) {
		put_span(m, 1, at, at + url.len);
		return url.len;
	}
	m->closes |= url.ref == ACTS_CLOSES;
	put_bare(m->b, m->t.s + at, n);
	return n;
}

/* "](URL)": the URL, when it may be linked to. */
static size_t
link_url(const struct md *m, size_t at, size_t end, bool *listed)
{
	struct acts_url url;
	size_t n = bare(m->t.s + at, end - at);

	if (n == 0 || at + n == end || m->t.s[at + n] != ')')
		return 0;
	if (acts_url(&m->t, at, &m->n->home, &url)) {
		*listed = url.is_listed && url.ref != ACTS_FOREIGN &&
			  url.ref != ACTS_HOSTILE;
		return n;
	}
	/* A place in the repository, or on the page. */
	*listed = m->t.s[at] == '#' ||
		  (memchr(m->t.s + at, ':', n) == NULL &&
		      memmem(m->t.s + at, n, "//", 2) == NULL &&
		      memchr(m->t.s + at, '&', n) == NULL);
	return n;
}

/* "[^1]:" is a footnote. */
static bool
is_footnote(const struct md *m, size_t at)
{
	size_t n = at;

	while (n > 0 && (isalnum((unsigned char)m->t.s[n - 1]) ||
			    m->t.s[n - 1] == '-' || m->t.s[n - 1] == '_'))
		n--;
	return n < at && n > 1 && m->t.s[n - 1] == '^' && m->t.s[n - 2] == '[';
}

static size_t
take_bracket(struct md *m, size_t at, size_t end)
{
	char next = m->t.s[at + 1]; /* a line feed or NUL at the end */
	bool listed = false;
	size_t n;

	buf_putc(m->b, ']');
	if (next == ':' && !is_footnote(m, at)) {
		buf_puts(m->b, "\\:");
		return 2;
	}
	if (next != '(')
		return 1;
	n = link_url(m, at + 2, end, &listed);
	if (n == 0 || !listed) {
		buf_puts(m->b, "\\(");
		return 2;
	}
	buf_putc(m->b, '(');
	put_bare(m->b, m->t.s + at + 2, n);
	buf_putc(m->b, ')');
	return n + 3;
}

/* "<URL>" as the URL, all else as text. */
static size_t
take_less(struct md *m, size_t at, size_t end)
{
	struct acts_url url;
	size_t n;

	if (at + 1 < end && acts_url(&m->t, at + 1, &m->n->home, &url) &&
	    at + 1 + url.len < end && m->t.s[at + 1 + url.len] == '>' &&
	    bare(m->t.s + at + 1, url.len) == url.len) {
		n = take_url(m, at + 1);
		return n + 2;
	}
	buf_puts(m->b, "&lt;");
	return 1;
}

static size_t
take_and(struct md *m, size_t at, size_t end)
{
	static const char *const fine[] = {"&lt;", "&gt;", "&amp;", "&quot;"};
	size_t n = at + 1, i;

	for (i = 0; i < sizeof(fine) / sizeof(*fine); i++)
		if (end - at >= strlen(fine[i]) &&
		    strncmp(m->t.s + at, fine[i], strlen(fine[i])) == 0) {
			buf_puts(m->b, fine[i]);
			return strlen(fine[i]);
		}
	while (n < end && n - at < ENTITY_MAX &&
	       (isalnum((unsigned char)m->t.s[n]) || m->t.s[n] == '#'))
		n++;
	buf_puts(m->b, n < end && m->t.s[n] == ';' ? "&amp;" : "&");
	return 1;
}

/* "#12", "GH-12". */
static size_t
take_ref(struct md *m, size_t at)
{
	size_t len, head = m->t.s[at] == '#' ? 1 : 2;
	enum acts_ref ref = acts_ref(&m->t, at, &m->n->home, &len);

	if (ref == ACTS_NONE)
		return 0;
	m->closes |= ref == ACTS_CLOSES;
	buf_add(m->b, m->t.s + at, head);
	if (ref == ACTS_FOREIGN || ref == ACTS_HOSTILE)
		buf_puts(m->b, GAP);
	buf_add(m->b, m->t.s + at + head, len - head);
	return len;
}

static size_t
take_tildes(struct md *m, size_t at, size_t end)
{
	size_t n = repeats(&m->t, at, end), i;

	for (i = 0; i < n; i++)
		buf_puts(m->b, n >= FENCE_MIN ? "\\~" : "~");
	return n;
}

/* What gives orders, or calls somebody. */
static size_t
take_order(struct md *m, size_t at)
{
	if (acts_command(&m->t, at)) {
		buf_puts(m->b, "\\/");
		return 1;
	}
	if (m->t.s[at] == '@' && acts_mention(&m->t, at) == 0)
		return 0;
	if (m->t.s[at] != '@' && acts_phrase(&m->t, at) == 0)
		return 0;
	buf_putc(m->b, m->t.s[at]);
	buf_puts(m->b, GAP);
	return 1;
}

static size_t
take(struct md *m, size_t at, size_t end)
{
	size_t n;

	switch (m->t.s[at]) {
	case '`':
		return take_backticks(m, at, end);
	case '\\':
		return take_backslash(m, at);
	case '~':
		return take_tildes(m, at, end);
	case '<':
		return take_less(m, at, end);
	case '&':
		return take_and(m, at, end);
	case ']':
		return take_bracket(m, at, end);
	case '!':
		/* A picture becomes a link, and is judged as one. */
		if (at + 1 < end && m->t.s[at + 1] == '[')
			return 1;
		break;
	default:
		break;
	}
	n = take_order(m, at);
	if (n == 0)
		n = take_ref(m, at);
	if (n == 0)
		n = take_url(m, at);
	if (n == 0) {
		n = utf8_len(m->t.s + at, end - at);
		buf_add(m->b, m->t.s + at, n);
	}
	return n;
}

static size_t
put_line(struct md *m, size_t at, size_t end)
{
	size_t mark;

	if (m->html && at + blanks(&m->t, at, end) != end)
		buf_putc(m->b, '\n');
	m->html = false;
	while (at < end && !m->full) {
		mark = m->b->len;
		at += take(m, at, end);
		keep(m, mark, m->max);
	}
	mark = m->b->len;
	buf_putc(m->b, '\n');
	keep(m, mark, m->max);
	return end + 1;
}

/* Does a line divide a table's head from its rows? */
static bool
has_tables(const struct acts_text *t)
{
	size_t at, end, n;

	for (at = 0; at < t->len; at = end + 1) {
		end = line_end(t, at);
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

bool
markdown_put(struct buf *b, const struct neutral *n, const char *text)
{
	struct buf seen = BUF_INIT(BUF_ANY);
	struct md m = {.n = n,
	    .b = b,
	    .begin = b->len,
	    .max = b->len + n->max - strlen(CUT)};
	struct fence f;
	size_t at, end, stop;

	(void)unseen_strip(&seen, text, strlen(text));
	m.t = (struct acts_text){.s = seen.data, .len = seen.len};
	m.tables = has_tables(&m.t);
	for (at = 0; at < m.t.len && !m.full;) {
		end = line_end(&m.t, at);
		if ((stop = passes(&m, at, end)) != 0)
			at = put_verbatim(&m, at, stop);
		else if (opens_fence(&m.t, at, end, &f)) {
			m.html = false;
			at = put_block(&m, at, &f);
		} else
			at = put_line(&m, at, end);
	}
	trim(&m);
	if (m.full)
		buf_puts(b, CUT);
	buf_free(&seen);
	return m.closes;
}
