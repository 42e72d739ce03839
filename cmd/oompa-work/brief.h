#ifndef OOMPA_WORK_BRIEF_H
#define OOMPA_WORK_BRIEF_H

#include "buf.h"
#include "place.h"

/*
 * What Claude is told.  prompts/implement.md may use: {{repo}}, {{number}},
 * {{url}}, {{branch}}, {{base}} (the branch it is to be merged into), {{oid}}
 * (the commit of it that is checked out), {{issue}} (title and body, fenced)
 * and {{comments}} (the comments of those who may command, fenced, and how
 * many others were left out).
 */
int brief_prompt(struct buf *, const struct task *, struct fail *);

/*
 * Writes the instructions that the repository itself has for Claude, as they
 * are in the base commit: CLAUDE.md, else AGENTS.md.  *ret is the file, yours
 * to free; NULL when the base has neither.
 */
int brief_guide(
    const struct place *, const struct task *, char **ret, struct fail *);

#endif
