#ifndef OOMPA_WORK_REFS_H
#define OOMPA_WORK_REFS_H

#include "git.h"

/*
 * Looks for commits that Claude made and left where no file shows them: on
 * another branch than its own, or in a stash.  FAIL_POLICY names the first.
 * Its .git is read as files, and no git runs in it; mirror tells which commits
 * were there before.
 */
int refs_look(const char *tree, const char *branch, const struct git *mirror,
    struct fail *);

#endif
