#ifndef OOMPA_REFERENCE_H
#define OOMPA_REFERENCE_H

#include <stddef.h>

#include "buf.h"

/*
 * Numeric character references of HTML (&#38; and &#x26;), and the named ones
 * of characters that nobody sees.  All others are as good as what they stand
 * for.
 */

/*
 * b ends in ";".  If a reference ends there, which begins at floor or behind
 * it, its character takes its place, as often as that makes another one.
 * Returns how many characters that nobody sees were left out so.
 */
size_t reference_end(struct buf *b, size_t floor);

#endif
