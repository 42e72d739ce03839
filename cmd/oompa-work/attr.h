#ifndef OOMPA_WORK_ATTR_H
#define OOMPA_WORK_ATTR_H

#include "git.h"

/*
 * What stands in a work tree and says how git is to look at the rest of it.
 * Git takes .gitattributes and .gitignore from the work tree as they are, so
 * that those a task left would hide from the next what else it left.
 */

/* Makes them the index's: what it does not have goes wherever it has files.
 * changed, if not NULL, is told which, as git status -z has it. */
int attr_settle(const struct git *, struct buf *changed, struct fail *);

/* Finds out which files are byte for byte the index's, and tells the index. */
int attr_refresh(const struct git *, struct fail *);

/* Removes the files that are checked out in another form than they have in the
 * index: of these nobody can say cheaply whether they are right. */
int attr_remove_converted(const struct git *, struct fail *);

#endif
