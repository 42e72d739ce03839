#ifndef OOMPA_MARKDOWN_H
#define OOMPA_MARKDOWN_H

#include "neutral.h"

/* A block begins: a blank line, unless there is one, or nothing is there. */
void markdown_begin(struct buf *);

/*
 * Adds the Markdown of somebody else as blocks of its own, made neutral, of at
 * most n->max bytes and a line that states a cut.  Returns whether it says,
 * outside of code, that the item at hand is closed.
 *
 * What is taken for code here is code for GitHub too: blocks between fences
 * are written anew, at the margin, and every backtick that is not of a span
 * within one line is escaped.  Definitions of links are text, so that a link is
 * only what says its URL on the spot.
 */
bool markdown_put(struct buf *, const struct neutral *n, const char *text);

#endif
