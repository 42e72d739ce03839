#ifndef OOMPA_WORK_ANSWER_H
#define OOMPA_WORK_ANSWER_H

#include "result.h"

/* The JSON Schema of Claude's answer.  Fact: with "$schema" in it, claude
 * 2.1.197 drops it in silence, and 2.1.330 refuses it. */
const char *answer_schema(const struct task *);

/*
 * Adds what is wrong with the answer of a run that otherwise ended well, in
 * words for Claude.  False when nothing is, or when it did not end well.
 */
bool
answer_misfit(const struct claude *, const struct task *, struct buf *wrong);

/* How many answers of a run that ended well can be used; of a task that is no
 * review, 1 or 0. */
size_t answer_usable(const struct claude *, const struct task *);

/*
 * Judges how a run ended: fills outcome, reason, retry and the texts of the
 * answer.  True when Claude says that it is done, so that it is for the tree
 * to tell.
 */
bool answer_judge(const struct claude *, const struct task *, struct result *);

#endif
