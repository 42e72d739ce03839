#ifndef OOMPA_WORK_POOL_H
#define OOMPA_WORK_POOL_H

#include "filter.h"
#include "work.h"

/*
 * Several tasks at a time, each in a worker: a process that is this program
 * again, with the one task on its stdin and OOMPA_WORK_ONE, the number of
 * its parent process, in its environment.  A worker ends what its task
 * started when it ends itself, and ends when its parent does.
 */
struct pool {
	const struct work *work;
	char **argv; /* what a worker is started with: our own options */
	int argc;
	size_t max; /* workers at a time; 0 means 1 */

	struct worker *workers;
	size_t n;
	struct filter_out *out;
	bool warned;  /* of a missing sandbox */
	char *pruned; /* the repository whose old logs are gone; NULL: none */
};

/* Are we a worker?  Then ties our life to our parent's. */
bool pool_is_worker(void);

/* The callbacks of struct filter and struct record_in; arg is the pool. */
int pool_task(const cJSON *rec, struct filter_out *, void *arg, struct fail *);
int pool_wait(int fd, void *arg, struct fail *);
int pool_end(struct filter_out *, void *arg, struct fail *);

#endif
