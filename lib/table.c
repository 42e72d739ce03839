/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "gfm.h"
#include "table.h"

#define UNSEEN      '\x7f'
#define HEADING_MAX 6

static const char *
skip_blanks(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s;
}

/* Behind n cells at s and the "|" that ends the last.  How many there were. */
static size_t
skip_cells(const char **s, const char *end, size_t n)
{
	const char *p = skip_blanks(*s, end);
	size_t i;

	if (p < end && *p == '|')
		p++;
	for (i = 0; i < n && (p = skip_blanks(p, end)) < end; i++) {
		/* Also in code a "|" ends the cell. */
		for (; p < end && *p != '|'; p++)
			if (*p == '\\' && p + 1 < end && p[1] == '|')
				p++;
		p += p < end;
	}
	*s = p;
	return i;
}

/* How many cells a delimiter row has; 0: it is none. */
static size_t
delimiters(const char *s, const char *end)
{
	const char *p = s + (s < end && *s == '|'), *dash;
	size_t n = 0;

	/* Only dashes are a heading's or a rule. */
	if (memchr(s, '|', (size_t)(end - s)) == NULL &&
	    memchr(s, ':', (size_t)(end - s)) == NULL)
		return 0;
	do {
		p = skip_blanks(p, end);
		p += p < end && *p == ':';
		for (dash = p; p < end && *p == '-';)
			p++;
		if (p == dash)
			return 0;
		p += p < end && *p == ':';
		p = skip_blanks(p, end);
		n++;
		if (p < end && *p++ != '|')
			return 0;
	} while (skip_blanks(p, end) < end);
	return n;
}

/* How many columns the table has whose header the line is; 0: it is none. */
static size_t
begin(const struct gfm_line *l, const char *end, size_t *quotes)
{
	const char *p = l->inside;
	struct gfm_line next;
	size_t n, cells;

	if (l->end == end)
		return 0;
	gfm_line(&next, l->end + 1, end);
	if (next.item || (n = delimiters(next.inside, next.end)) == 0)
		return 0;
	*quotes = next.quotes;
	cells = skip_cells(&p, l->end, n + 1);
	/* What looks like the mark of a list may be the first cell. */
	if (cells + 1 == n && l->item && *l->inside == '|')
		return n;
	return cells == n ? n : 0;
}

/* Does another block begin with the line, or none? */
static bool
ends(const struct gfm_line *l, size_t quotes)
{
	size_t n = 0;

	if (l->inside == l->end || l->fence != 0 || l->item ||
	    l->quotes != quotes)
		return true;
	while (l->inside[n] == '#')
		n++;
	return n != 0 && n <= HEADING_MAX &&
	       skip_blanks(l->inside + n, l->end) != l->inside + n;
}

char *
table_cut(char *s, char *end)
{
	size_t columns = 0, quotes = 0;
	const char *p;
	char *line;
	struct gfm_line l;

	for (line = s; line < end; line += l.end - line + (l.end < end)) {
		gfm_line(&l, line, end);
		if (line != s && l.fence != 0)
			break;
		if (columns == 0 || ends(&l, quotes)) {
			columns = begin(&l, end, &quotes);
			continue;
		}
		p = l.inside;
		(void)skip_cells(&p, l.end, columns);
		if (p + strspn(p, "| \t") < l.end)
			memset(line + (p - line), UNSEEN, (size_t)(l.end - p));
	}
	return line;
}
