#ifndef OOMPA_SCAN_H
#define OOMPA_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * Once through a text in Markdown, leaving out what sanitise.h says but for
 * characters of no width.  What is left out may have kept something else
 * apart, so that once is not enough.
 *
 * in: UTF-8 without NULs, lines that end in "\n"; in it, cells are overwritten
 * that no reader sees (table.h).  *defines, false at first, becomes true when
 * there was a definition of a link, which matters in the rounds that follow.
 * Returns how many things were left out.
 */
size_t scan_once(struct buf *out, struct buf *in, bool *defines);

#endif
