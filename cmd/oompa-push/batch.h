#ifndef OOMPA_BATCH_H
#define OOMPA_BATCH_H

#include "github.h"
#include "json.h"

/*
 * Several writes in one request: a GraphQL mutation with a field for each.
 *
 * Fact: the fields run in order, and each fails alone: its value is null and
 * an error names it, the rest stands (graphql.org, spec 6.2.2 and 6.4.4).  So
 * a batch is neither atomic nor safe to repeat; who sends one looks again
 * before the next.
 */

/* Fact: one of 77 was cut short with RESOURCE_LIMITS_EXCEEDED. */
#define BATCH_MAX 50

enum batch_end {
	BATCH_UNSURE, /* it may have happened; only a look can tell */
	BATCH_HAPPENED,
	BATCH_REFUSED, /* it did not happen */
};

struct batch_write {
	const struct mutation *mutation;
	const char *name; /* of the mutation */
	int tag;          /* the caller's */
	cJSON *input;     /* owned */
	cJSON *answer;    /* owned; NULL unless it happened */
	enum batch_end end;
	struct fail why; /* unless it happened */
};

struct batch {
	struct batch_write w[BATCH_MAX];
	size_t n;
};

/* Adds a write, a mutation of the table in batch.c; takes input.  One that is
 * over BATCH_MAX is left for the next batch. */
void batch_add(struct batch *, int tag, const char *mutation, cJSON *given);

/*
 * Sends it.  0 when all of it happened, 1 when not: each write has its own
 * end.  -1 when nothing is known but that it failed, for the reason in why;
 * publish_unsure() tells whether anything may have happened.
 */
int batch_send(struct batch *, struct github *, struct fail *);

/* In a dry run: as if all of it had happened. */
void batch_pretend(struct batch *);

void batch_done(struct batch *);

#endif
