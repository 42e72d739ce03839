#ifndef OOMPA_WORK_PREPARE_H
#define OOMPA_WORK_PREPARE_H

#include "result.h"

/*
 * Runs --prepare in the clone, in a room like Claude's but without the model's
 * credential, and puts the base's files back as they were: what it leaves in
 * ignored files, in scratch and in the home stays.  *seconds is what it took.
 * Where prepare_may says no it is not run, and it is ready at once.
 *
 * 1: ready, 0: it failed and the result says so, -1: it could not be started,
 * or a signal ended it.
 */
int prepare_run(const struct work *, const struct task *, const struct place *,
    struct result *, int64_t *seconds, struct fail *);

/* Without a room nothing is run on the head of a pull request: it may be the
 * work of anybody, or of the model. */
bool prepare_may(const struct work *, const struct task *);

#endif
