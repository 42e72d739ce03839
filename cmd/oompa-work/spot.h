#ifndef OOMPA_WORK_SPOT_H
#define OOMPA_WORK_SPOT_H

#include "buf.h"
#include "place.h"

/*
 * Adds where a review thread stands: file and line, and the code around it as
 * the commit has it that the work starts from; of a line on the left side, as
 * it was where the pull request began.  Of an outdated thread only the line is
 * known that it once had, and that is said.
 */
int spot_put(struct buf *, const struct place *, const struct task *,
    const cJSON *thread, struct fail *);

/* The commit where the pull request began, which is the left side of what it
 * changes: 0; more than 0 when it has none in common with its base. */
int spot_fork(
    const struct place *, const struct task *, struct buf *ret, struct fail *);

#endif
