#ifndef OOMPA_WORK_PRUNE_H
#define OOMPA_WORK_PRUNE_H

#include <stdint.h>

#define PRUNE_AGE_S INT64_C(1209600)    /* seconds */
#define PRUNE_BYTES INT64_C(1073741824) /* of each folder */

/*
 * Removes from the folders logs and bundles of a repository, below the clone
 * directory, what was last written PRUNE_AGE_S ago, and as much of the oldest
 * as is over PRUNE_BYTES.  Files whose names are the same up to the first dot
 * belong to one task and go together, unless that task is being worked on.
 * In the folder work, what belongs to an issue that was not worked on for
 * PRUNE_AGE_S goes, and homes that a killed run left.  What cannot be removed
 * is told, and no failure.
 */
void prune_place(const char *clone_dir, const char *repo);

/* Keeps what belongs to the open log of a task, as long as that is open. */
void prune_keep(int log);

#endif
