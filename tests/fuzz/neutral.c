/*
 * Neutral texts: of any bytes, read by a reader that knows only what a fence,
 * a span of code and an escape are, and where GitHub sees a URL.  Outside of
 * code nothing acts, and no URL leads to a host that is not listed; nowhere is
 * a marker of ours, or a line that begins with an order; and plain text that is
 * done twice is the same.
 *
 * SPDX-License-Identifier: MIT
 */

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "markdown.h"
#include "utf8.h"
#include "xalloc.h"

#define MOST 400

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct neutral rules = {.home = {.repo = "acme/widgets",
					 .number = 1,
					 .server = "github.com",
					 .hosts = "docs.example.org"},
    .verbatim = "## What\n<!-- say\nmore -->\ncc @acme/team\n/kind bug\n",
    .max = MOST};

static bool
is_line(const char *line, size_t len, const char *what)
{
	return strlen(what) == len && strncmp(line, what, len) == 0;
}

/* How many marks of a fence are at the start of a line.  Before another
 * backtick they are no fence, but a span of code (GFM 4.5). */
static size_t
marks(const char *line, size_t len, char mark)
{
	size_t n = 0;

	while (n < len && line[n] == mark)
		n++;
	if (mark == '`' && memchr(line + n, '`', len - n) != NULL)
		return 0;
	return n >= 3 ? n : 0;
}

static bool
is_host(const char *s, size_t len)
{
	return (len == strlen("github.com") &&
		   strncasecmp(s, "github.com", len) == 0) ||
	       (len == strlen("docs.example.org") &&
		   strncasecmp(s, "docs.example.org", len) == 0);
}

/* Where the URL ends that stands there, 0 when there is none.  A bare one goes
 * on to the next blank, less what ends a sentence (cmark-gfm's autolink.c).
 * The host of one is listed. */
static size_t
read_url(const char *s, size_t at)
{
	size_t host, end, len;

	if (at != 0 && isalpha((unsigned char)s[at - 1]))
		return 0;
	if (strncasecmp(s + at, "www.", 4) == 0 &&
	    (at == 0 || !isdigit((unsigned char)s[at - 1])))
		abort();
	if (strncasecmp(s + at, "ftp://", 6) == 0 &&
	    isalnum((unsigned char)s[at + 6]))
		abort();
	if (strncasecmp(s + at, "https://", 8) == 0)
		host = at + 8;
	else if (strncasecmp(s + at, "http://", 7) == 0)
		host = at + 7;
	else
		return 0;
	if (!isalnum((unsigned char)s[host]) && (unsigned char)s[host] < 0x80)
		return 0;
	end = host + strcspn(s + host, " \t\n<");
	if (at != 0 && s[at - 1] == '<')
		end = host + strcspn(s + host, ">");
	else
		while (end != host && strchr("?!.,:;)'\"", s[end - 1]) != NULL)
			end--;
	len = strcspn(s + host, "/?#");
	if (!is_host(s + host, len < end - host ? len : end - host))
		abort();
	return end;
}

/* *url is where the last URL ends: in one no other begins. */
static void
read_text(const char *s, size_t at, size_t *url)
{
	char before = '\n';
	size_t end;

	if (at != 0)
		before = s[at - 1];
	if (at >= *url && (end = read_url(s, at)) != 0)
		*url = end;
	if (s[at] == '<') {
		end = read_url(s, at + 1);
		if (end == 0 || s[end] != '>')
			abort();
	}
	if (s[at] == '!' && s[at + 1] == '[')
		abort();
	if (s[at] == '@' && isalnum((unsigned char)s[at + 1]) &&
	    !isalnum((unsigned char)before) &&
	    strncmp(s + at, "@users.noreply.", 15) != 0)
		abort();
	if (s[at] == ']' && (s[at + 1] == ':') && strchr(s, '^') == NULL)
		abort();
}

static void
read_line(const char *s, size_t len)
{
	size_t at, n, i, url = 0;

	for (at = 0; at < len; at += n) {
		n = 1;
		if (s[at] == '\\' && ispunct((unsigned char)s[at + 1])) {
			n = 2;
			continue;
		}
		if (s[at] != '`') {
			read_text(s, at, &url);
			continue;
		}
		while (s[at + n] == '`')
			n++;
		for (i = at + n; i < len; i++)
			if (s[i] == '`' && s[i - 1] != '`' &&
			    strspn(s + i, "`") == n)
				break;
		/* A run that is not escaped has its other half. */
		if (i >= len)
			abort();
		n = i + n - at;
	}
}

/* Lines of the template pass. */
static bool
passes(const char *line, size_t len)
{
	return is_line(line, len, "## What") ||
	       is_line(line, len, "<!-- say") ||
	       is_line(line, len, "more -->") ||
	       is_line(line, len, "cc @acme/team") ||
	       is_line(line, len, "/kind bug");
}

static void
read_markdown(const char *s)
{
	size_t depth = 0, len;
	char mark = '`';

	for (; *s != '\0'; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		if (passes(s, len))
			continue;
		if (*s == '/' && isalpha((unsigned char)s[1]) &&
		    strcspn(s + 1, "/.") > strcspn(s + 1, " \n"))
			abort();
		if (depth != 0) {
			if (len != 0 && marks(s, len, mark) == len &&
			    len >= depth)
				depth = 0;
		} else if (marks(s, len, '`') != 0 || marks(s, len, '~') != 0) {
			mark = *s;
			depth = marks(s, len, mark);
		} else
			read_line(s, len);
	}
	if (depth != 0)
		abort();
}

static void
is_clean(const struct buf *b)
{
	size_t i;

	if (!utf8_valid(b->data, b->len))
		abort();
	for (i = 0; i < b->len; i++)
		if ((unsigned char)b->data[i] < ' ' && b->data[i] != '\n' &&
		    b->data[i] != '\t')
			abort();
	if (strcasestr(b->data, "<!-- oompa") != NULL ||
	    strcasestr(b->data, "<!--oompa") != NULL)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct buf b = BUF_INIT(BUF_ANY), twice = BUF_INIT(BUF_ANY);

	(void)markdown_put(&b, &rules, text);
	if (b.len > MOST)
		abort();
	is_clean(&b);
	read_markdown(b.data);

	buf_reset(&b);
	neutral_cell(&b, &rules, text);
	is_clean(&b);
	if (strpbrk(b.data, "<>\n") != NULL)
		abort();

	buf_reset(&b);
	neutral_plain(&b, &rules, text);
	is_clean(&b);
	neutral_plain(&twice, &rules, b.data);
	if (b.len != twice.len || memcmp(b.data, twice.data, b.len) != 0)
		abort();
	buf_free(&b);
	buf_free(&twice);
	free(text);
	return 0;
}
