#ifndef OOMPA_UNSEEN_H
#define OOMPA_UNSEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * Characters that nobody sees: controls, zero width, directions, fillers,
 * tags, variation selectors.  Text can be hidden in them, or made to look
 * like another.
 */

/* All but newline and tab that are not to be seen. */
bool unseen(uint32_t point);

/*
 * Adds s without them, and without selectors of a symbol's look behind another:
 * what is no UTF-8 becomes U+FFFD, line ends become newlines.  Returns how many
 * runs of them were taken out.
 */
size_t unseen_strip(struct buf *, const char *s, size_t len);

#endif
