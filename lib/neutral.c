/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "neutral.h"
#include "unseen.h"
#include "utf8.h"

/* What stands there, when it acts or is a sign of Markdown: as it is written
 * instead, and its bytes; else 0. */
typedef size_t at_fn(
    struct buf *, const struct neutral *, const struct acts_text *, size_t at);

static void
rewrite(struct buf *b, const struct neutral *n, const char *text, at_fn *at)
{
	struct buf seen = BUF_INIT(BUF_ANY);
	struct acts_text t;
	size_t i, len;

	(void)unseen_strip(&seen, text, strlen(text));
	t = (struct acts_text){.s = seen.data, .len = seen.len};
	for (i = 0; i < t.len; i += len) {
		len = at(b, n, &t, i);
		if (len == 0) {
			len = utf8_len(t.s + i, t.len - i);
			buf_add(b, t.s + i, len);
		}
	}
	buf_free(&seen);
}

/* Text that is shown as it is. */

/* "#12" and the like as "no. 12"; n bytes. */
static void
put_number(struct buf *b, const struct acts_text *t, size_t at, size_t n)
{
	size_t skip = t->s[at] == '#' ? 1 : strlen("GH-");

	if (at != 0 && isalnum((unsigned char)t->s[at - 1]))
		buf_putc(b, ' ');
	buf_puts(b, "no. ");
	buf_add(b, t->s + at + skip, n - skip);
}

static bool
is_bad(enum acts_ref ref)
{
	return ref == ACTS_FOREIGN || ref == ACTS_HOSTILE;
}

static size_t
plain_at(struct buf *b, const struct neutral *n, const struct acts_text *t,
    size_t at)
{
	struct acts_url url;
	size_t len = 1;

	switch (t->s[at]) {
	case '@':
		if (acts_mention(t, at) == 0)
			return 0;
		buf_puts(b, "@ ");
		return 1;
	case '#':
	case 'G':
	case 'g':
		if (!is_bad(acts_ref(t, at, &n->home, &len)))
			return 0;
		put_number(b, t, at, len);
		return len;
	case 'h':
	case 'H':
		if (!acts_url(t, at, &n->home, &url) || !is_bad(url.ref))
			return 0;
		/* Without its scheme it is no link. */
		len = strcspn(t->s + at, ":") + 3;
		return len;
	case '[':
		len = acts_skips_ci(t, at);
		if (len != 0) {
			buf_putc(b, '(');
			buf_add(b, t->s + at + 1, len - 2);
			buf_putc(b, ')');
		}
		return len;
	case 'S':
	case 's':
		if (!acts_skips_checks(t, at))
			return 0;
		len = strlen("skip");
		buf_add(b, t->s + at, len);
		buf_putc(b, ' ');
		return len + 1;
	case '<':
		if (!acts_marker(t, at))
			return 0;
		buf_puts(b, "<! ");
		return 2;
	default:
		return 0;
	}
}

void
neutral_plain(struct buf *b, const struct neutral *n, const char *text)
{
	rewrite(b, n, text, plain_at);
}

/* Text inside Markdown of ours. */

/* What GitHub would make a link of, with a gap in it. */
static size_t
cell_url(struct buf *b, const struct neutral *n, const struct acts_text *t,
    size_t at)
{
	struct acts_url url;
	size_t head;

	if (!acts_url(t, at, &n->home, &url) ||
	    (url.is_listed && !is_bad(url.ref)))
		return 0;
	head = strcspn(t->s + at, ":.");
	buf_add(b, t->s + at, head);
	buf_puts(b, NEUTRAL_GAP);
	return head;
}

static size_t
cell_char(struct buf *b, char c)
{
	if (c == '<')
		buf_puts(b, "&lt;");
	else if (c == '>')
		buf_puts(b, "&gt;");
	else if (c == '&')
		buf_puts(b, "&amp;");
	else if (c == '\n')
		buf_putc(b, ' ');
	else if (strchr("|\\`*_[]~", c) != NULL)
		buf_printf(b, "\\%c", c);
	else
		return 0;
	return 1;
}

static size_t
cell_at(struct buf *b, const struct neutral *n, const struct acts_text *t,
    size_t at)
{
	size_t len;

	switch (t->s[at]) {
	case '@':
		if (acts_mention(t, at) == 0)
			return 0;
		buf_puts(b, "@" NEUTRAL_GAP);
		return 1;
	case '#':
		if (!is_bad(acts_ref(t, at, &n->home, &len)))
			return 0;
		buf_puts(b, "#" NEUTRAL_GAP);
		return 1;
	case 'G':
	case 'g':
		if (!is_bad(acts_ref(t, at, &n->home, &len)))
			break;
		buf_add(b, t->s + at, 2);
		buf_puts(b, NEUTRAL_GAP "-");
		return 3;
	default:
		break;
	}
	if (acts_phrase(t, at) != 0 || acts_command(t, at)) {
		buf_putc(b, t->s[at]);
		buf_puts(b, NEUTRAL_GAP);
		return 1;
	}
	len = cell_url(b, n, t, at);
	return len != 0 ? len : cell_char(b, t->s[at]);
}

void
neutral_cell(struct buf *b, const struct neutral *n, const char *text)
{
	rewrite(b, n, text, cell_at);
}
