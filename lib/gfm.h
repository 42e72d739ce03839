#ifndef OOMPA_GFM_H
#define OOMPA_GFM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Pieces of GitHub Flavored Markdown: how a line begins, and what follows the
 * "]" of a link.  Texts end in a NUL at end.
 */

#define GFM_INDENT 3 /* columns before a fence at most; GFM 4.5 */

struct gfm_line {
	const char *end;    /* its newline, or the text's end */
	const char *text;   /* behind the indentation */
	const char *inside; /* behind the marks of quotes and lists, too */
	size_t indent;      /* columns */
	bool quoted;        /* the first mark is that of a quote */
	size_t quotes;      /* marks of quotes before any of a list */
	bool item;          /* there is a mark of a list */
	size_t fence; /* how many ` or ~ begin a code block inside; 0: none */
};

void gfm_line(struct gfm_line *, const char *s, const char *end);

static inline bool
gfm_blank(const struct gfm_line *l)
{
	return l->text == l->end;
}

/* Does a line that begins behind s look as if it began or ended a code block?
 */
bool gfm_fence_in(const char *s, const char *end);

struct gfm_link {
	const char *url; /* without its <> */
	size_t url_len;
	bool title;
	const char *end;
};

/* (url "title") at s. */
bool gfm_tail(struct gfm_link *, const char *s, const char *end);

/* Behind the label [...] at s; NULL when it is none. */
const char *gfm_label(const char *s, const char *end);

/* Behind the definition [label]: url "title" at s, at the end of a line; NULL
 * when it is none. */
const char *gfm_definition(const char *s, const char *end);

/* Behind the footnote that is defined at s: at a blank line that nothing
 * indented follows. */
const char *gfm_footnote(const char *s, const char *end);

#endif
