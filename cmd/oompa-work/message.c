/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth.h"
#include "message.h"
#include "neutral.h"
#include "utf8.h"
#include "xalloc.h"

#define SUBJECT_MAX 72 /* characters */

/* What oompa alone says, at the start of a line. */
static const char *const reserved[] = {"related-to:", "signed-off-by:",
    "assisted-by:", "co-authored-by:", "generated with", NULL};

static bool
is_blank(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f;
}

/* Adds s on one line: runs of blanks and control characters become one
 * blank, none stand at either end. */
static void
put_one_line(struct buf *b, const char *s, size_t len)
{
	size_t start = b->len, i;

	for (i = 0; i < len; i++)
		if (!is_blank(s[i]))
			buf_putc(b, s[i]);
		else if (b->len != start && b->data[b->len - 1] != ' ')
			buf_putc(b, ' ');
	if (b->len != start && b->data[b->len - 1] == ' ')
		b->data[--b->len] = '\0';
}

/* Bytes of s that make at most max characters, whole words where that does
 * not cost more than half. */
static size_t
fit(const char *s, size_t len, size_t max)
{
	size_t at = 0, chars = 0, n, blank = 0;

	for (; at < len && chars < max; at += n, chars++) {
		if (s[at] == ' ')
			blank = at;
		if ((n = utf8_len(s + at, len - at)) == 0)
			n = 1;
	}
	if (at == len || s[at] == ' ' || blank < at / 2)
		return at;
	return blank;
}

/* On GitHub a message notifies and closes as a comment does. */
static void
put_neutral(struct buf *b, const struct task *t, const char *text)
{
	char *host = auth_host(auth_server_url());
	const struct neutral n = {
	    .home = {.repo = t->repo, .number = t->number, .server = host}};

	neutral_plain(b, &n, text);
	free(host);
}

/* True when all of it could be said. */
static bool
put_subject(struct buf *b, const struct task *t, const char *s, size_t len,
    const char * or)
{
	struct buf line = BUF_INIT(BUF_ANY), title = BUF_INIT(BUF_ANY);
	char *said = xstrndup(s, len);
	size_t n;
	bool whole;

	put_neutral(&title, t, said);
	put_one_line(&line, title.data, title.len);
	free(said);
	buf_free(&title);
	if (line.len == 0)
		buf_printf(&line, "%s #%" PRId64, or, t->number);
	n = fit(line.data, line.len, SUBJECT_MAX);
	whole = n == line.len;
	buf_add(b, line.data, n);
	buf_free(&line);
	return whole;
}

static bool
is_reserved(const char *line, size_t len)
{
	size_t i;

	for (i = 0; reserved[i] != NULL; i++)
		if (len >= strlen(reserved[i]) &&
		    strncasecmp(line, reserved[i], strlen(reserved[i])) == 0)
			return true;
	return false;
}

/* The summary's lines without what is ours to say; one empty line at most
 * between two others. */
static void
put_summary(struct buf *b, const char *s)
{
	struct buf line = BUF_INIT(BUF_ANY);
	bool gap = false, any = false;
	size_t len;

	for (; *s != '\0'; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		buf_reset(&line);
		put_one_line(&line, s, len);
		if (is_reserved(line.data, line.len))
			continue;
		if (line.len == 0) {
			gap = any;
			continue;
		}
		buf_puts(b, gap ? "\n" : "");
		buf_puts(b, line.data);
		buf_putc(b, '\n');
		gap = false;
		any = true;
	}
	buf_puts(b, any ? "\n" : "");
	buf_free(&line);
}

/* Its first line is the subject; one that is too long stands below as well. */
static void
put_review(struct buf *b, const struct task *t, const char *text)
{
	size_t len;

	text += strspn(text, " \t\r\n");
	len = strcspn(text, "\n");
	if (is_reserved(text, len))
		len = 0;
	if (put_subject(b, t, text, len, "Work on what was said about"))
		text += len;
	buf_puts(b, "\n\n");
	put_summary(b, text);
}

void
message_make(struct buf *b, const struct task *t, const char *text)
{
	struct buf m = BUF_INIT(BUF_ANY);

	if (t->feedback != NULL)
		put_review(&m, t, text);
	else {
		(void)put_subject(
		    &m, t, t->title, strlen(t->title), "Resolve issue");
		buf_puts(&m, "\n\n");
		put_summary(&m, text);
		buf_printf(&m, "Related-to: #%" PRId64 "\n", t->number);
	}
	if (*t->signed_off_by != '\0')
		buf_printf(&m, "Signed-off-by: %s\n", t->signed_off_by);
	if (*t->assisted_by != '\0')
		buf_printf(&m, "Assisted-by: %s\n", t->assisted_by);
	/* As a whole: a closing word may stand before the number's line. */
	put_neutral(b, t, m.data);
	buf_free(&m);
}
