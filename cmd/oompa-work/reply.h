#ifndef OOMPA_WORK_REPLY_H
#define OOMPA_WORK_REPLY_H

#include "result.h"

/*
 * Claude's answer to a review: a verdict and a reply for each text.
 */

extern const char reply_schema[];

/* Adds what is wrong with it, in words for Claude; true when anything is. */
bool reply_misfit(const struct task *, const cJSON *answer, struct buf *wrong);

/* How many texts have an answer that can be used. */
size_t reply_usable(const struct task *, const cJSON *answer);

/*
 * Takes what can be used of it into the result; what cannot leaves its text
 * unanswered, so that it comes again.  True when something may have been
 * changed, so that it is for the tree to tell.
 */
bool reply_read(struct result *, const struct task *, const cJSON *answer);

/*
 * The tree was looked at.  Nothing is said to be fixed when nothing changed,
 * and nothing is said at all when the task failed.
 */
void reply_settle(struct result *, const struct task *);

#endif
