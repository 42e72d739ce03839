/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "gfm.h"

#define TAB        4   /* columns */
#define FENCE      3   /* characters at least */
#define NUMBER_MAX 9   /* digits of a list item */
#define LABEL_MAX  999 /* bytes; GitHub Flavored Markdown 6.6 */
#define PARENS_MAX 32  /* as GitHub's parser has it */

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *
skip_blanks(const char *s, const char *end)
{
	while (s < end && blank(*s))
		s++;
	return s;
}

static const char *
line_end(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));

	return nl != NULL ? nl : end;
}

static size_t
fence_at(const char *s, const char *end)
{
	const char *p = s;

	if (s == end || (*s != '`' && *s != '~'))
		return 0;
	while (p < end && *p == *s)
		p++;
	if (p - s < FENCE ||
	    (*s == '`' && memchr(p, '`', (size_t)(end - p)) != NULL))
		return 0;
	return (size_t)(p - s);
}

/* Behind the mark of a list item at s and one blank; s when it is none. */
static const char *
item_mark(const char *s, const char *end)
{
	const char *p = s;

	if (p < end && (*p == '-' || *p == '+' || *p == '*'))
		p++;
	else {
		while (p < end && p - s < NUMBER_MAX && *p >= '0' && *p <= '9')
			p++;
		if (p == s || p == end || (*p != '.' && *p != ')'))
			return s;
		p++;
	}
	return p < end && blank(*p) ? p + 1 : s;
}

void
gfm_line(struct gfm_line *l, const char *s, const char *end)
{
	const char *p;

	*l = (struct gfm_line){.end = line_end(s, end)};
	for (p = s; p < l->end && blank(*p); p++)
		l->indent += *p == ' ' ? 1 : TAB - l->indent % TAB;
	l->text = p;
	l->quoted = p < l->end && *p == '>';
	do {
		l->inside = skip_blanks(p, l->end);
		p = l->inside;
		if (p < l->end && *p == '>') {
			p++;
			l->quotes += !l->item;
		} else {
			p = item_mark(p, l->end);
			l->item = l->item || p != l->inside;
		}
	} while (p != l->inside);
	l->fence = fence_at(l->inside, l->end);
}

bool
gfm_fence_in(const char *s, const char *end)
{
	struct gfm_line l;

	for (s = line_end(s, end); s < end; s = l.end) {
		gfm_line(&l, s + 1, end);
		if (l.fence != 0)
			return true;
	}
	return false;
}

/* Behind blanks and line ends; NULL when a blank line is among them. */
static const char *
skip_space(const char *s, const char *end)
{
	s = skip_blanks(s, end);
	if (s == end || *s != '\n')
		return s;
	s = skip_blanks(s + 1, end);
	return s < end && *s == '\n' ? NULL : s;
}

/* Behind <...> or what has no blanks and no bracket too many. */
static const char *
skip_url(const char *s, const char *end)
{
	bool quoted = s < end && *s == '<';
	size_t depth = 0;
	const char *p;

	for (p = s + quoted; p < end && *p != '\n'; p++) {
		if (quoted && *p == '>')
			return p + 1;
		if (quoted && *p == '<')
			return NULL;
		if (!quoted && (blank(*p) || (*p == ')' && depth == 0)))
			return p;
		if (!quoted && *p == '(' && ++depth > PARENS_MAX)
			return NULL;
		depth -= !quoted && *p == ')';
		p += *p == '\\' && p + 1 < end && p[1] != '\n';
	}
	return quoted ? NULL : p;
}

/* Behind "...", '...' or (...) at s; NULL when there is none. */
static const char *
skip_title(const char *s, const char *end)
{
	const char *p;
	char close;

	if (s == end || (*s != '"' && *s != '\'' && *s != '('))
		return NULL;
	close = *s;
	if (close == '(')
		close = ')';
	for (p = s + 1; p < end && *p != close; p++) {
		if (*s == '(' && *p == '(')
			return NULL;
		if (*p == '\n' && skip_space(p, end) == NULL)
			return NULL;
		p += *p == '\\' && p + 1 < end && p[1] != '\n';
	}
	return p < end ? p + 1 : NULL;
}

bool
gfm_tail(struct gfm_link *ret, const char *s, const char *end)
{
	const char *p = skip_space(s + 1, end), *q, *title;

	*ret = (struct gfm_link){.url = p};
	if (p == NULL || (q = skip_url(p, end)) == NULL)
		return false;
	ret->url_len = (size_t)(q - p);
	if (ret->url_len != 0 && *p == '<') {
		ret->url++;
		ret->url_len -= 2;
	}
	if ((p = skip_space(q, end)) == NULL)
		return false;
	if (p != q && (title = skip_title(p, end)) != NULL) {
		ret->title = true;
		if ((p = skip_space(title, end)) == NULL)
			return false;
	}
	ret->end = p + 1;
	return p < end && *p == ')';
}

const char *
gfm_label(const char *s, const char *end)
{
	const char *p;

	for (p = s + 1; p < end && p - s <= LABEL_MAX; p++) {
		if (*p == ']')
			return p + 1;
		if (*p == '[' || (*p == '\n' && skip_space(p, end) == NULL))
			return NULL;
		p += *p == '\\' && p + 1 < end && p[1] != '\n';
	}
	return NULL;
}

/* The end of the line when only blanks are before it, else NULL. */
static const char *
last(const char *s, const char *end)
{
	s = skip_blanks(s, end);
	return s == end || *s == '\n' ? s : NULL;
}

const char *
gfm_definition(const char *s, const char *end)
{
	const char *p = gfm_label(s, end), *url, *title, *only;

	if (p == NULL || p - s < 3 || p == end || *p != ':' ||
	    (url = skip_space(p + 1, end)) == NULL || url == end ||
	    (p = skip_url(url, end)) == NULL || p == url)
		return NULL;
	only = last(p, end);
	if ((title = skip_space(p, end)) != NULL && title != p &&
	    (title = skip_title(title, end)) != NULL &&
	    (title = last(title, end)) != NULL)
		return title;
	return only;
}

const char *
gfm_footnote(const char *s, const char *end)
{
	const char *behind = s;
	bool gap = false;
	struct gfm_line l;

	for (; s < end; s = l.end + (l.end < end)) {
		gfm_line(&l, s, end);
		if (gfm_blank(&l)) {
			gap = true;
			continue;
		}
		if (behind != s && l.indent <= GFM_INDENT &&
		    (gap || l.fence != 0))
			break;
		behind = l.end;
	}
	return behind;
}
