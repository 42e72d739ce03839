#ifndef OOMPA_PICTURE_H
#define OOMPA_PICTURE_H

#include <stdbool.h>

#include "gfm.h"

/*
 * Code blocks that GitHub shows as a picture (GitHub Docs, "Creating diagrams"
 * and "Writing mathematical expressions"), in which remarks, styles and the
 * properties of a map are not seen.
 */

/*
 * l: a line with a fence, as that of a code block.  If it begins a picture that
 * may have something in it that nobody sees, returns where what is in it ends,
 * else NULL.  certain: it begins a block, and one in no list and no quote.
 */
const char *
picture_end(const struct gfm_line *l, const char *end, bool certain);

#endif
