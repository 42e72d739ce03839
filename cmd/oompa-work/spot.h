#ifndef OOMPA_WORK_SPOT_H
#define OOMPA_WORK_SPOT_H

#include "buf.h"
#include "place.h"

/*
 * Adds where a review thread stands: file and line, and the code around it as
 * the commit has it that the work starts from; of a line on the left side, as
 * the base has it.  Of an outdated thread only the line is known that it once
 * had, and that is said.
 */
int spot_put(struct buf *, const struct place *, const struct task *,
    const cJSON *thread, struct fail *);

#endif
