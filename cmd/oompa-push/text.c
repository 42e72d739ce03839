/*
 * Texts for people.  What comes from the model is text and stays that: it
 * can neither end nor open an HTML comment, nor pass for a marker of ours.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "log.h"
#include "marker.h"
#include "push.h"
#include "utf8.h"
#include "xalloc.h"

/* docs.github.com/rest/pulls: characters; counted here as bytes. */
#define BODY_MAX  65536
#define TAIL_MAX  1024 /* of these, for what we add */
#define FENCE_MAX 256
#define DAY       INT64_C(86400) /* seconds */

void
text_line(struct buf *b, const char *s, size_t max)
{
	size_t from = b->len, len = strlen(s);
	bool blank = true; /* none at the start */

	for (; len != 0; s++, len--) {
		if ((unsigned char)*s <= ' ' || *s == 0x7f) {
			if (!blank)
				buf_putc(b, ' ');
			blank = true;
		} else {
			buf_putc(b, *s);
			blank = false;
		}
	}
	if (b->len > from + max)
		b->len = from + utf8_cut(b->data + from, b->len - from, max);
	while (b->len > from && b->data[b->len - 1] == ' ')
		b->len--;
	if (b->cap != 0)
		b->data[b->len] = '\0';
}

void
text_cell(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '<')
			buf_puts(b, "&lt;");
		else if (*s == '>')
			buf_puts(b, "&gt;");
		else if (*s == '&')
			buf_puts(b, "&amp;");
		else if (strchr("|\\`*_[]", *s) != NULL)
			buf_printf(b, "\\%c", *s);
		else
			buf_putc(b, *s);
}

void
text_money(struct buf *b, int64_t millionths)
{
	int64_t cents = (millionths + 5000) / 10000;

	buf_printf(b, "$%" PRId64 ".%02" PRId64, cents / 100, cents % 100);
}

void
text_seconds(struct buf *b, int64_t seconds)
{
	if (seconds >= 60)
		buf_printf(b, "%" PRId64 "m", seconds / 60);
	buf_printf(b, "%" PRId64 "s", seconds % 60);
}

void
text_age(struct buf *b, int64_t seconds)
{
	if (seconds < 60)
		buf_printf(b, "%" PRId64 " s", seconds > 0 ? seconds : 0);
	else if (seconds < 3600)
		buf_printf(b, "%" PRId64 " min", seconds / 60);
	else if (seconds < 2 * DAY)
		buf_printf(b, "%" PRId64 " h", seconds / 3600);
	else
		buf_printf(b, "%" PRId64 " d", seconds / DAY);
}

void
text_shown(struct buf *b, const char *s, size_t len, const char *indent)
{
	const char *end = s + len, *p;

	while (s < end) {
		if (*s != '\n')
			buf_puts(b, indent);
		while (s < end && *s != '\n') {
			for (p = s; p < end && *p != '\n' && *p != '\t'; p++)
				;
			log_escape(b, s, (size_t)(p - s));
			s = p;
			if (s < end && *s == '\t')
				buf_putc(b, *s++);
		}
		if (s < end)
			buf_putc(b, *s++);
	}
}

/* The word that ends before s + at, blanks and a colon between them left
 * out, is one that closes issues (docs.github.com, "Linking a pull request to
 * an issue"). */
static bool
closes(const char *s, size_t at)
{
	static const char *const words[] = {"close", "closes", "closed", "fix",
	    "fixes", "fixed", "resolve", "resolves", "resolved", NULL};
	size_t end, i;

	while (at != 0 && strchr(" \t:", s[at - 1]) != NULL)
		at--;
	for (end = at; at != 0 && isalpha((unsigned char)s[at - 1]); at--)
		;
	for (i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == end - at &&
		    strncasecmp(words[i], s + at, end - at) == 0)
			return true;
	return false;
}

/* Does the text say that it closes this issue? */
static bool
says_fixes(const char *s, int64_t number)
{
	char *name = xasprintf("#%" PRId64, number);
	const char *p = s;
	bool found = false;

	while (!found && (p = strstr(p, name)) != NULL) {
		found = !isdigit((unsigned char)p[strlen(name)]) &&
			closes(s, (size_t)(p - s));
		p++;
	}
	free(name);
	return found;
}

/* The length of a fence that the line opens or closes with, 0 for none. */
static size_t
fence(const char *line, char *mark)
{
	size_t indent = strspn(line, " "), n;

	line += indent;
	if (indent > 3 || (*line != '`' && *line != '~'))
		return 0;
	*mark = *line;
	for (n = 0; n < FENCE_MAX && line[n] == *mark; n++)
		;
	return n >= 3 ? n : 0;
}

/* A code block that is left open would swallow what we add. */
static void
close_fence(struct buf *b)
{
	char open = 0, mark = 0;
	size_t depth = 0, n;
	const char *line;

	for (line = b->data; *line != '\0';
	     line += strcspn(line, "\n"), line += *line == '\n') {
		n = fence(line, &mark);
		if (n == 0)
			continue;
		if (depth == 0) {
			depth = n;
			open = mark;
		} else if (mark == open && n >= depth)
			depth = 0;
	}
	if (depth == 0)
		return;
	if (b->data[b->len - 1] != '\n')
		buf_putc(b, '\n');
	while (depth-- != 0)
		buf_putc(b, open);
}

/* s without control characters, and without a start of an HTML comment. */
static void
clean(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (strncmp(s, "<!--", 4) == 0) {
			buf_puts(b, "&lt;!--");
			s += 3;
		} else if ((unsigned char)*s >= ' ' || *s == '\n' || *s == '\t')
			buf_putc(b, *s);
}

void
text_body(struct buf *b, const char *body, const char *id, int64_t number)
{
	struct buf text = BUF_INIT(BUF_ANY);

	clean(&text, body);
	text.len = utf8_cut(text.data, text.len, BODY_MAX - TAIL_MAX);
	while (text.len != 0 && isspace((unsigned char)text.data[text.len - 1]))
		text.len--;
	if (text.cap != 0)
		text.data[text.len] = '\0';
	close_fence(&text);
	buf_add(b, text.data, text.len);
	if (!says_fixes(text.data, number))
		buf_printf(b, "\n\nFixes #%" PRId64, number);
	buf_puts(b, "\n\n");
	marker_put_pull(b, id);
	buf_puts(b, "\n");
	buf_free(&text);
}
