#ifndef OOMPA_WORK_TASK_H
#define OOMPA_WORK_TASK_H

#include "filter.h"
#include "json.h"
#include "work.h"

/* A task whose fields were looked at.  Strings are the record's. */
struct task {
	const cJSON *rec;
	const cJSON *issue;    /* of "review": the pull request */
	const cJSON *feedback; /* of "review": the texts; NULL: another */
	const cJSON *note;     /* of the action "note"; NULL: another */
	const char *repo;
	const char *id;
	const char *action;
	const char *branch;
	const char *base;     /* an oid */
	const char *base_ref; /* a branch */
	const char *head;     /* an oid; NULL: none */
	const char *start;    /* the oid that the work begins at */
	const char *title;    /* of the issue */
	const char *model;    /* NULL: Claude Code's own choice */
	const char *name, *email, *signed_off_by, *assisted_by;
	int64_t number;
	int64_t max_cost;  /* millionths of a dollar, 0: no limit */
	int64_t timeout;   /* seconds */
	bool needs_claude; /* its action does */
	bool may_push;     /* what comes of it may be */
};

/* Is rec a task that can be worked on?  FAIL_INPUT says what is wrong. */
int task_read(struct task *, const cJSON *rec, struct fail *);

/* For filter_run: could this be done here?  Makes and starts nothing.
 * FAIL_SETUP or FAIL_AUTH says what is missing. */
int task_check(const cJSON *rec, struct filter_out *, void *arg, struct fail *);

/* What a worker does: one task from stdin, what came of it to stdout.
 * Returns the exit status. */
int task_filter(const struct work *);

#endif
