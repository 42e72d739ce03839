/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "md.h"
#include "utf8.h"

#define GAP        NEUTRAL_GAP
#define ENTITY_MAX 32 /* bytes of "&name;" */

size_t
md_line_end(const struct acts_text *t, size_t at)
{
	const char *nl = memchr(t->s + at, '\n', t->len - at);

	return nl != NULL ? (size_t)(nl - t->s) : t->len;
}

size_t
md_blanks(const struct acts_text *t, size_t at, size_t end)
{
	size_t n = at;

	while (n < end && (t->s[n] == ' ' || t->s[n] == '\t'))
		n++;
	return n - at;
}

size_t
md_repeats(const struct acts_text *t, size_t at, size_t end)
{
	size_t n = at;

	while (n < end && t->s[n] == t->s[at])
		n++;
	return n - at;
}

void
md_keep(struct md *m, size_t mark, size_t max)
{
	if (m->b->len <= max)
		return;
	m->b->len = mark;
	m->b->data[mark] = '\0';
	m->full = true;
}

void
md_marks(struct buf *b, char mark, size_t n)
{
	for (; n != 0; n--)
		buf_putc(b, mark);
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

void
md_code(struct buf *b, const struct acts_text *t, size_t at, size_t end)
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

/* What stands within a line.  Each function returns how many bytes it has
 * taken; 0: it is not its own. */

/* Code begins here; what stands before it must not change that. */
static void
put_span(struct md *m, size_t marks, size_t at, size_t end)
{
	if (m->b->len != m->begin &&
	    strchr("`\\", m->b->data[m->b->len - 1]) != NULL)
		buf_puts(m->b, GAP);
	md_marks(m->b, '`', marks);
	md_code(m->b, &m->t, at, end);
	md_marks(m->b, '`', marks);
}

static size_t
take_backticks(struct md *m, size_t at, size_t end)
{
	size_t n = md_repeats(&m->t, at, end), from = at + n, i, len;

	for (i = from; i < end; i += len) {
		len = 1;
		if (m->t.s[i] != '`')
			continue;
		len = md_repeats(&m->t, i, end);
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

static bool
is_fine(const struct acts_url *url)
{
	return url->is_listed && url->ref != ACTS_FOREIGN &&
	       url->ref != ACTS_HOSTILE;
}

static size_t
take_url(struct md *m, size_t at)
{
	struct acts_url url;
	size_t n;

	if (!acts_url(&m->t, at, &m->n->home, &url))
		return 0;
	n = bare(m->t.s + at, url.len);
	if (!is_fine(&url)) {
		put_span(m, 1, at, at + url.len);
		return url.len;
	}
	m->closes |= url.ref == ACTS_CLOSES;
	put_bare(m->b, m->t.s + at, n);
	return n;
}

static bool
holds_url(const struct md *m, size_t at, size_t len)
{
	struct acts_url url;
	size_t end = at + len;

	while (at < end && !acts_url(&m->t, at, &m->n->home, &url))
		at++;
	return at < end;
}

/* "](URL)": the URL, when it may be linked to.  Where no bracket opens it is
 * text. */
static size_t
link_url(const struct md *m, size_t at, size_t end, bool *listed)
{
	struct acts_url url;
	size_t n = bare(m->t.s + at, end - at);

	if (n == 0 || at + n == end || m->t.s[at + n] != ')')
		return 0;
	if (acts_url(&m->t, at, &m->n->home, &url)) {
		*listed = is_fine(&url) &&
			  acts_is_listed(m->t.s + at, n, &m->n->home);
		return n;
	}
	/* A place in the repository, or on the page. */
	*listed = !holds_url(m, at, n) &&
		  (m->t.s[at] == '#' ||
		      (memchr(m->t.s + at, ':', n) == NULL &&
			  memmem(m->t.s + at, n, "//", 2) == NULL &&
			  memchr(m->t.s + at, '&', n) == NULL));
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

/* A URL in "<>" ends where they do, whatever follows. */
static bool
closed_url(const struct md *m, size_t at, size_t len, struct acts_url *ret)
{
	const struct acts_text t = {.s = m->t.s, .len = at + len};

	if (!acts_url(&t, at, &m->n->home, ret))
		return false;
	if (ret->len != len)
		ret->is_listed = acts_is_listed(m->t.s + at, len, &m->n->home);
	return true;
}

/* "<URL>", all else as text. */
static size_t
take_less(struct md *m, size_t at, size_t end)
{
	struct acts_url url;
	size_t n = bare(m->t.s + at + 1, end - at - 1);

	if (n == 0 || at + 1 + n == end || m->t.s[at + 1 + n] != '>' ||
	    !closed_url(m, at + 1, n, &url)) {
		buf_puts(m->b, "&lt;");
		return 1;
	}
	if (!is_fine(&url)) {
		put_span(m, 1, at + 1, at + 1 + n);
		return n + 2;
	}
	m->closes |= url.ref == ACTS_CLOSES;
	buf_putc(m->b, '<');
	put_bare(m->b, m->t.s + at + 1, n);
	buf_putc(m->b, '>');
	return n + 2;
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
	size_t n = md_repeats(&m->t, at, end), i;

	for (i = 0; i < n; i++)
		buf_puts(m->b, n >= MD_FENCE_MIN ? "\\~" : "~");
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

/* A picture becomes a link, and is judged as one; of more marks before it none
 * may be left. */
static size_t
take_marks(struct md *m, size_t at, size_t end)
{
	size_t n = md_repeats(&m->t, at, end);

	if (at + n == end || m->t.s[at + n] != '[')
		buf_add(m->b, m->t.s + at, n);
	return n;
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
		return take_marks(m, at, end);
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

size_t
md_line(struct md *m, size_t at, size_t end)
{
	size_t mark;

	if (m->html && at + md_blanks(&m->t, at, end) != end)
		buf_putc(m->b, '\n');
	m->html = false;
	while (at < end && !m->full) {
		mark = m->b->len;
		at += take(m, at, end);
		md_keep(m, mark, m->max);
	}
	mark = m->b->len;
	buf_putc(m->b, '\n');
	md_keep(m, mark, m->max);
	return end + 1;
}
