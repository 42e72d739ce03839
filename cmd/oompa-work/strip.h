#ifndef OOMPA_WORK_STRIP_H
#define OOMPA_WORK_STRIP_H

#include <stdbool.h>

#include "buf.h"

/*
 * Source text without what does not count: comments, and white space where
 * the language does not care.  Two texts of one language that strip to the
 * same differ in comments and white space alone.
 *
 * It errs on one side only: when it cannot be sure what is a comment, it says
 * so, or keeps it.  A comment that a tool obeys is kept, and so are Python's
 * docstrings.
 */

struct strip_lang;

/* The language of a file by its name; NULL when it is none that we know, or
 * when it is text. */
const struct strip_lang *strip_lang(const char *path);

/* False when it cannot be sure. */
bool
strip_text(const struct strip_lang *, const char *, size_t, struct buf *out);

#endif
