#ifndef OOMPA_PARAGRAPH_H
#define OOMPA_PARAGRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "gfm.h"

/*
 * Whether a line goes on a paragraph, which no definition of a link interrupts
 * (GitHub Flavored Markdown 4.7).  What is not certain from the line before it
 * does not.
 */
struct paragraph {
	const char *next; /* behind the line that was read last; NULL: any */
	bool open;
	bool lost;     /* what is around it, to the next blank line */
	size_t indent; /* lines with less may end it */
	size_t quotes; /* it is in so many at least */
};

/* Does the line at s go on what is open, unless it begins a block? */
bool paragraph_goes_on(
    const struct paragraph *, const char *s, const struct gfm_line *);

/* Has read the line at s.  certain: it is in no code, and in no HTML. */
void paragraph_read(
    struct paragraph *, const char *s, const struct gfm_line *, bool certain);

/* The next line goes on nothing. */
static inline void
paragraph_end(struct paragraph *p)
{
	p->open = false;
	p->next = NULL;
}

#endif
