#ifndef OOMPA_WORK_CLONE_H
#define OOMPA_WORK_CLONE_H

#include "place.h"

/*
 * Makes the clone: the task's branch, checked out at exactly the base.  Its
 * .git is new for every task and borrows the mirror's objects; files that
 * the base ignores stay from task to task, so that builds are quick.  Empties
 * scratch and home.  FAIL_SYSTEM when the mirror is not there or lacks the
 * base.
 */
int clone_make(const struct place *, const struct task *, struct fail *);

#endif
