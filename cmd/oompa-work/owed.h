#ifndef OOMPA_WORK_OWED_H
#define OOMPA_WORK_OWED_H

#include "place.h"

/*
 * What was paid on an item, or may have been, and stands in no result yet.  It
 * is on the disk before a call begins, so that whatever ends us, the item's
 * next result counts it.  Only who holds the item's lock may use it.
 */
struct owed {
	const char *path;
	const char *id;  /* of the task whose result in the outbox will count
			  * it; NULL: there is no outbox */
	int64_t earlier; /* left by earlier runs, millionths of a dollar */
};

/* Reads what earlier runs left: FAIL_SETUP when that cannot be told. */
int owed_open(struct owed *, const struct work *, const struct task *,
    const struct place *, struct fail *);

/* What this run owes, beside that. */
int owed_set(const struct owed *, int64_t millionths, struct fail *);

/* All of it stands in a result. */
void owed_clear(const struct owed *);

#endif
