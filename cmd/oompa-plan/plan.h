#ifndef OOMPA_PLAN_H
#define OOMPA_PLAN_H

#include "filter.h"
#include "ledger.h"
#include "opt.h"
#include "trust.h"

/*
 * Deciding.  A pure function of receipts, facts, policy and now: no network,
 * no files, no clock.  What could not be determined is a skip, not a task.
 */

struct plan {
	const struct opts *o;
	enum trust need;   /* --trust */
	int64_t now;       /* seconds */
	int64_t tasks_max; /* in this cycle */
	int64_t tasks;     /* so far */
	int64_t reserved;  /* millionths of a dollar */
	struct ledger ledger;
	cJSON *repo; /* the repo record that is in force */
};

/* Why something is not done. */
struct skip {
	const char *code;
	struct buf reason;
	const char *needs; /* what would change it, NULL for nothing */
	int64_t until;     /* seconds, 0 for no time */
};

#define SKIP_INIT                                                              \
	{                                                                      \
		.reason = BUF_INIT(2000)                                       \
	}

/* What set a task off. */
struct trigger {
	int64_t at;
	const cJSON *actor; /* lent */
	bool retried;       /* the failed label was removed */
};

/* may.c: may this account command?  {"login", "type", "trust"} */
bool may_command(const struct plan *, const cJSON *actor);
/* may.c: "maya (admin)" */
void may_name(struct buf *, const cJSON *actor);

/* implement.c: a task or a skip for an open, labelled issue; one of *task and
 * *skip is set, yours. */
void
implement_plan(struct plan *, const cJSON *issue, cJSON **task, struct skip *);

/* show.c: the plan for people. */
void show_task(const cJSON *task);
void show_skip(const cJSON *skip);
void show_end(const struct plan *);

#endif
