#ifndef OOMPA_WORK_CLONE_H
#define OOMPA_WORK_CLONE_H

#include "place.h"

/* Has the mirror the task's base?  FAIL_SYSTEM when not. */
int clone_check(const struct place *, const struct task *, struct fail *);

/*
 * Makes the clone: the task's branch, checked out where the work starts.  Its
 * .git is new for every task and borrows the mirror's objects; files that
 * the base ignores stay from task to task, so that builds are quick.  Empties
 * scratch and home.  FAIL_SYSTEM when the mirror is not there or lacks the
 * base.
 */
int clone_make(const struct place *, const struct task *, struct fail *);

/*
 * Makes the clone anew, with what the base ignores, scratch and home as they
 * are.  Adds to changed what was not as the base has it: "XY PATH" for each, as
 * in git-status(1), each ended by a NUL.  FAIL_POLICY when what is there is
 * past cleaning.
 */
int clone_renew(const struct place *, const struct task *, struct buf *changed,
    struct fail *);

#endif
