/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "paragraph.h"

#define HEADING_MAX 6

bool
paragraph_goes_on(
    const struct paragraph *p, const char *s, const struct gfm_line *l)
{
	return p->open && s == p->next && !l->item && l->quotes <= p->quotes &&
	       l->indent >= p->indent;
}

/* Underlines, rules, delimiters of tables, marks of lists without text. */
static bool
only_signs(const struct gfm_line *l)
{
	const char *p = l->inside;

	while (p < l->end && *p >= '0' && *p <= '9')
		p++;
	if (p != l->inside && p < l->end && (*p == '.' || *p == ')'))
		return p + 1 + strspn(p + 1, " \t") >= l->end;
	return l->inside + strspn(l->inside, "-=*_+:| \t") >= l->end;
}

static bool
heading(const struct gfm_line *l)
{
	size_t n = strspn(l->inside, "#");

	return n != 0 && n <= HEADING_MAX &&
	       (l->inside + n == l->end || strchr(" \t", l->inside[n]) != NULL);
}

static bool
remark(const struct gfm_line *l)
{
	return l->inside[0] == '<' &&
	       (l->inside[1] == '!' || l->inside[1] == '?');
}

/* Could the text behind the marks be indented code? */
static bool
deep(const struct gfm_line *l)
{
	size_t n = (size_t)(l->inside - l->text);

	return l->indent > GFM_INDENT || memchr(l->text, '\t', n) != NULL ||
	       memmem(l->text, n, "     ", 5) != NULL;
}

/* May a definition begin here of which the rest has marks, too? */
static bool
defines(const struct gfm_line *l)
{
	const char *label;

	if (*l->inside != '[')
		return false;
	label = gfm_label(l->inside, l->end);
	return label == NULL || *label == ':';
}

void
paragraph_read(
    struct paragraph *p, const char *s, const struct gfm_line *l, bool certain)
{
	bool goes_on = paragraph_goes_on(p, s, l);
	bool marked = l->item || l->quotes != 0;
	/* In no list and in no quote.  What such a line is in, if not a
	 * paragraph, shows the next line. */
	bool outside = !marked && l->indent == 0;

	p->lost = !gfm_blank(l) &&
		  (p->lost || (p->next != NULL && s != p->next));
	p->next = l->end + 1;
	p->open = false;
	if (l->inside == l->end || heading(l) || remark(l))
		return;
	if (l->fence != 0 || only_signs(l)) {
		p->lost = p->lost || !outside;
		return;
	}
	if (outside) {
		p->open = true;
		p->indent = p->quotes = 0;
		return;
	}
	if (*l->inside == '<' ||
	    memchr(l->inside, '|', (size_t)(l->end - l->inside)) ||
	    (marked && !goes_on && defines(l)))
		p->lost = true;
	if (p->lost || !certain || (marked && deep(l)))
		return;
	p->open = true;
	p->quotes = l->quotes;
	if (!goes_on)
		p->indent = marked || l->indent <= GFM_INDENT ? 0 : l->indent;
}
