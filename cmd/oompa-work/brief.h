#ifndef OOMPA_WORK_BRIEF_H
#define OOMPA_WORK_BRIEF_H

#include "buf.h"
#include "place.h"
#include "texts.h"

/*
 * What Claude is told: a template (see template.h) with the values of a task.
 * The rows of values[] say which there are, and of which actions; another
 * action needs a row in actions[], its values, and its template.
 */

/* What values are made from, and what is to be told about them. */
struct brief {
	const struct task *t;
	const struct place *p;
	struct texts texts;
};

/* Can every template in force be filled?  FAIL_SETUP when not. */
int brief_check(const struct work *, struct fail *);

/* Is there a template of that name?  brief_names are all, for people. */
bool brief_has(const char *name);
extern const char brief_names[];

int brief_prompt(struct buf *, const struct work *, const struct place *,
    const struct task *, struct fail *);

/*
 * Adds the instructions that the repository itself has for Claude, as they
 * are in the base commit: CLAUDE.md, else AGENTS.md; nothing when the base has
 * neither.
 */
int brief_guide(
    struct buf *, const struct place *, const struct task *, struct fail *);

#endif
