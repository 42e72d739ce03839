#ifndef OOMPA_WORK_RESULT_H
#define OOMPA_WORK_RESULT_H

#include "claude.h"
#include "file.h"
#include "git.h"

enum result_outcome {
	RESULT_FAILED,
	RESULT_CHANGED,
	RESULT_UNCHANGED,
	RESULT_DECLINED,
	RESULT_NOTED,
};

/* What came of a task.  Starts as {0}. */
struct result {
	enum result_outcome outcome;
	char reason[256];  /* for people: one sentence, no full stop */
	const char *code;  /* the kind of failure, one word; NULL: none */
	const char *retry; /* "later", "human"; NULL: nothing to try again */
	char head[GIT_OID_SIZE]; /* of the change; "": none */
	int64_t files;           /* that it changes */
	char *bundle;            /* plain file name; NULL: none */
	int64_t bytes;           /* of the bundle */
	char sha256[FILE_SHA256_SIZE];
	char *summary, *body; /* NULL: none */
	char *message;        /* for the commit; NULL: the summary */
	cJSON *answers;       /* of "review", NULL: none */
	/* The model call; call is NULL when there was none. */
	char *call, *model;
	int64_t cost; /* millionths of a dollar */
	bool unsaid;  /* a part of it is the most that a call may have cost */
	int64_t seconds;
	char prompt_sha256[FILE_SHA256_SIZE];
};

/*
 * What came of it.  code is of what failed, else NULL, and is one of those in
 * oompa-work(1): programs count failures by it.
 */
void result_is(struct result *, enum result_outcome, const char *code,
    const char *retry, const char *reason, ...) PRINTF(5, 6);

/* Adds what a run of Claude cost, whatever came of it. */
void result_spent(struct result *, const struct claude *);

/* Adds what earlier calls cost that have no result, and tells people of all in
 * the cost that was never said. */
void result_settle(struct result *, const struct task *, int64_t earlier);

/* The record, yours. */
cJSON *result_record(const struct result *, const struct task *);
void result_done(struct result *);

#endif
