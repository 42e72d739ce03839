#ifndef OOMPA_INSIDE_H
#define OOMPA_INSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "gfm.h"
#include "paragraph.h"
#include "tag.h"

/*
 * What stands within lines: the other half of scan.c, which knows the blocks.
 */

#define SCAN_FOOTNOTES_MAX 32 /* that are looked for; more are taken out */

/* A "[" that may begin a link. */
struct open {
	size_t at; /* of it or its "!" in the output */
	bool image;
};

struct scan {
	const char *start, *s, *end; /* all, what is left; *end is a NUL */
	struct buf *out;
	struct paragraph par;
	char *tables; /* up to here, excess cells are gone */
	size_t floor; /* in out: no reference begins before it */
	size_t hidden;
	/* What a fence or a backtick means is no longer certain: */
	bool lost;   /* to the end */
	bool unsure; /* to the end of the paragraph */
	/* A browser reads what Markdown leaves alone: */
	bool html; /* to the end of the paragraph */
	bool rest; /* to the end of the line */
	bool raw;  /* to a line with </pre> or the like */
	bool raw_ends;
	bool defined;              /* there was a definition of a link */
	bool defines;              /* ... in an earlier round */
	unsigned small[TAG_SMALL]; /* how many are open */
	uint32_t unended;          /* raw elements that have no end tag */
	size_t footnotes;
	const char *notes[SCAN_FOOTNOTES_MAX]; /* defined */
	size_t n_notes;
	const char **refs; /* to footnotes, as far as we are */
	size_t n_refs, cap_refs;
	struct open *opens;
	size_t n, cap;
};

/* Is this read by a browser, whatever Markdown says? */
bool scan_loose(const struct scan *);

/* Adds a character. */
void scan_put(struct scan *, char);

/* Keeps what is before that place and does not look at it again: in it, and
 * with what is before it, no reference begins. */
void scan_keep(struct scan *, const char *to);

/* Leaves it out. */
void scan_drop(struct scan *, const char *to, bool certain);

/* What goes over a line with a fence, or over a backtick, may do so for us
 * only, unless it is certain. */
void scan_pass_over(struct scan *, const char *to, bool certain);

/* Goes on by what begins here, at least by a character. */
void inside_next(struct scan *);

#endif
