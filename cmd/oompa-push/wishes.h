#ifndef OOMPA_WISHES_H
#define OOMPA_WISHES_H

#include "batch.h"
#include "push.h"

/* What is to be written on an item: computed from what is wanted and what
 * GitHub says now. */

/* Of a write: what it is for. */
enum tag {
	MAKE_LABEL,
	LABEL,
	UNLABEL,
	ASSIGN,
	UNASSIGN,
	EYES,
	NOTICE,
	STATUS,
	SURPLUS,
};

#define BIT(tag) (1U << (tag))

struct wishes {
	struct job *j;
	struct want want;
	struct batch batch;
	cJSON *seen;      /* of the task's texts: have they our eyes? */
	unsigned refused; /* tags that GitHub refuses for good */
	unsigned left;    /* tags of these that would be needed */
	/* Of writes.c: */
	struct batch before; /* the last one, of which not all is known */
	struct fail why;     /* of the first refusal that matters */
};

/* Adds the writes that are missing to the batch, which is empty, and sets
 * left.  Where the label has to be made, that is all for now. */
void wishes_list(struct wishes *);

#endif
