#ifndef OOMPA_WORK_REVIEW_H
#define OOMPA_WORK_REVIEW_H

#include "buf.h"
#include "place.h"

/*
 * The texts of a review: what Claude is told of them.
 *
 * prompts/review.md may use: {{repo}}, {{number}}, {{url}}, {{branch}},
 * {{base}} (the branch it is to be merged into), {{oid}} (the commit that is
 * checked out), {{pull}} (title and body, fenced), {{files}} (what the pull
 * request changes, fenced), {{talk}} (what else was said, fenced), {{texts}}
 * (each text that is to be answered, with its name, the code around it and its
 * thread, fenced), {{dropped}} (how many others were left out) and {{push}}
 * (what becomes of a change).
 */

/* Are the parts of a task that are about texts whole?  FAIL_INPUT if not. */
int review_read(struct task *, struct fail *);

int review_prompt(
    struct buf *, const struct place *, const struct task *, struct fail *);

/* The texts are called text-1, text-2 and so on. */
#define REVIEW_NAME "text-"

/* The text of that name, NULL when there is none. */
const cJSON *review_text(const struct task *, const char *name);

#endif
