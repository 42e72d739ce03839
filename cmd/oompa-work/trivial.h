#ifndef OOMPA_WORK_TRIVIAL_H
#define OOMPA_WORK_TRIVIAL_H

#include "git.h"

/*
 * 1 when two trees differ in comments and white space of known languages
 * alone, 0 when not.  A file that is new, gone, of another mode, or of no
 * known language makes it 0, and so does what strip.h is not sure of.
 */
int trivial_change(
    const struct git *, const char *base, const char *tree, struct fail *);

#endif
