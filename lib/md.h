#ifndef OOMPA_MD_H
#define OOMPA_MD_H

#include <stdbool.h>
#include <stddef.h>

#include "acts.h"
#include "buf.h"
#include "neutral.h"

/*
 * Lines of markdown.c, which knows the blocks: what stands within them is
 * copied so that it is neutral.
 */

#define MD_FENCE_MIN 3 /* marks */

struct md {
	const struct neutral *n;
	struct acts_text t;
	struct buf *b;
	size_t begin; /* where in b the text begins */
	size_t max;   /* of b->len */
	bool tables;  /* there is one, and "|" ends its cells */
	bool html;    /* the last line may have opened a block of HTML */
	bool full;    /* what is left is cut */
	bool closes;
};

/* Where the line ends that at is in. */
size_t md_line_end(const struct acts_text *, size_t at);
/* How many blanks there are before end. */
size_t md_blanks(const struct acts_text *, size_t at, size_t end);
/* How often the character at that place stands there. */
size_t md_repeats(const struct acts_text *, size_t at, size_t end);

/* What was added since mark stays only when there is room: when b has no more
 * than max bytes. */
void md_keep(struct md *, size_t mark, size_t max);

/* Adds a mark n times. */
void md_marks(struct buf *, char mark, size_t n);
/* Adds a line of code, or a part of one. */
void md_code(struct buf *, const struct acts_text *, size_t at, size_t end);
/* Adds a line that is no code; returns where the next one begins. */
size_t md_line(struct md *, size_t at, size_t end);

#endif
