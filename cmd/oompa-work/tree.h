#ifndef OOMPA_WORK_TREE_H
#define OOMPA_WORK_TREE_H

#include "result.h"

/*
 * Takes what Claude left in the clone's work tree, as one commit in a
 * bundle, and completes the result.  No git runs with a configuration
 * that Claude could write: its .git is at most read.  -1: it was stopped, and
 * there is no result.
 */
int tree_take(const struct work *, const struct task *, const struct place *,
    struct result *, struct fail *);

#endif
