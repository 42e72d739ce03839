/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "sanitise.h"
#include "scan.h"
#include "unseen.h"
#include "utf8.h"

/* What was taken out may have kept something else apart.  A text that still
 * changes after so many rounds was made to, and loses its markup. */
#define ROUNDS 8

/* The text with a blank behind whatever could be a part of markup. */
static void
blunt(struct buf *out, const struct buf *in)
{
	const char *p;

	for (p = in->data; *p != '\0'; p++) {
		buf_putc(out, *p);
		if (strchr("<&`~[]!", *p) != NULL)
			buf_putc(out, ' ');
	}
}

/* The text as Markdown has it: UTF-8 without NULs, lines that end in a newline,
 * blanks that are blanks.  Fact: cmark counts \v and \f among those in tags,
 * but a line of them is not blank and ends nothing, so that it goes. */
static void
unify(struct buf *out, const char *s, size_t len)
{
	bool odd = false, text = false;
	char *p, *line, c;
	size_t i;

	utf8_clean(out, s, len);
	for (i = 0, p = line = out->data; i < out->len; i++) {
		c = out->data[i];
		if (c == '\r' && out->data[i + 1] == '\n')
			continue;
		if (c == '\v' || c == '\f') {
			odd = true;
			c = ' ';
		} else if (c == '\r')
			c = '\n';
		text = text || (c != ' ' && c != '\t' && c != '\n');
		*p++ = c;
		if (c != '\n')
			continue;
		if (odd && !text)
			p = line;
		line = p;
		odd = text = false;
	}
	buf_trim(out, (size_t)(p - out->data));
}

size_t
sanitise_text(struct buf *b, const char *s, size_t len)
{
	struct buf text = BUF_INIT(BUF_ANY), next = BUF_INIT(BUF_ANY), other;
	struct buf seen = BUF_INIT(BUF_ANY);
	bool defines = false, same = false;
	size_t hidden = 0;
	int i;

	unify(&text, s, len);
	for (i = 0; i < ROUNDS && !same; i++) {
		buf_reset(&seen);
		hidden += scan_once(&seen, &text, &defines);
		/* Not before: to Markdown they are characters like others. */
		buf_reset(&next);
		hidden += unseen_strip(&next, seen.data, seen.len);
		same = next.len == text.len &&
		       memcmp(next.data, text.data, text.len) == 0;
		other = text;
		text = next;
		next = other;
	}
	if (same)
		buf_add(b, text.data, text.len);
	else
		blunt(b, &text);
	buf_free(&text);
	buf_free(&next);
	buf_free(&seen);
	return hidden;
}

size_t
sanitise_line(struct buf *b, const char *s, size_t len)
{
	size_t at = b->len, hidden = unseen_strip(b, s, len);

	for (; at < b->len; at++)
		if (b->data[at] == '\n' || b->data[at] == '\t')
			b->data[at] = ' ';
	return hidden;
}
