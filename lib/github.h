#ifndef OOMPA_GITHUB_H
#define OOMPA_GITHUB_H

#include <stdbool.h>
#include <stdint.h>

#include "fail.h"
#include "http.h"
#include "json.h"
#include "opt.h"

/*
 * GitHub's API: one request at a time, limits respected, answers checked.
 *
 * Reads are repeated after 5xx, dropped connections and limits, as long as
 * --patience lasts.  Writes are repeated only when GitHub said that it did
 * not do them (limits); when the answer was lost, the caller must look
 * before it repeats.  At least --write-interval passes between two writes.
 */

struct github {
	struct http *http;
	char *token;
	int64_t patience_ms;
	int64_t write_interval_ms;
	int64_t last_write_ms;  /* 0: none yet */
	int64_t rate_remaining; /* of the last answer, -1 when not said */
	int64_t rate_reset;
	/* So much of a limit is left to others; 0: nothing.  Each API has a
	 * limit of its own: GraphQL, REST. */
	int64_t reserve;
	struct github_limit {
		int64_t remaining; /* -1: not said */
		int64_t reset;     /* seconds since 1970 */
	} limits[2];
	unsigned requests; /* sent so far */
	bool once;         /* see struct github_question */
	char *etag;        /* see github_get() */
	bool unchanged;    /* the last answer was "not modified" */
};

/*
 * Takes the token that only_read asks for (see auth.h).  Who only reads leaves
 * GITHUB_RESERVE requests of each limit to those who publish: what was paid
 * for goes before what might be asked.  One result takes about three of
 * GraphQL and ten of REST.
 */
#define GITHUB_RESERVE 100
int github_open(
    struct github *, const struct opts *, bool only_read, struct fail *);
void github_close(struct github *);

/* A GraphQL request. */
struct github_question {
	const char *what;      /* it is called in messages */
	const char *text;      /* the document */
	const char *operation; /* of the document, NULL: its only one */
	const cJSON *vars;     /* lent */
	/* A status of 500 or more is not waited for: the caller would rather
	 * ask for less. */
	bool once;
};

/*
 * Asks.  *data is the answer's "data", yours.  When errors is NULL every
 * GraphQL error is a failure; else *errors is the list of them (yours, NULL
 * when there were none), and what their paths point at is unknown, not empty;
 * a mutation of which a part has happened is then no failure, not even when
 * the rest of it met a limit.
 * FAIL_AUTH, FAIL_REMOTE, FAIL_LIMIT, FAIL_NETWORK.
 */
int github_ask(struct github *, const struct github_question *, cJSON **data,
    cJSON **errors, struct fail *);

/* An error of such an answer that stands for the whole of it, as a failure. */
int github_error(const char *what, const cJSON *error, struct fail *);

/*
 * Runs an operation of the document "queries/NAME.graphql" (operation NULL:
 * its only one), as github_ask() does.
 */
int github_query(struct github *, const char *document, const char *operation,
    const cJSON *vars, cJSON **data, cJSON **errors, struct fail *);

/*
 * GETs what may not have changed: etag is what an earlier answer had, or "";
 * it is replaced by that of this answer.  1 when nothing has changed, which
 * GitHub does not count (docs.github.com, "conditional requests"); else as
 * github_rest().
 */
#define GITHUB_ETAG_SIZE 128 /* bytes */
int github_get(struct github *, const char *path, char etag[GITHUB_ETAG_SIZE],
    cJSON **ret, struct fail *);

/* Waits until the next write may be sent: --write-interval after the last. */
int github_space(struct github *, struct fail *);

/*
 * A REST request.  path begins with "/repos/..."; body is lent, NULL for
 * none.  ret may be NULL; *ret is the answer's JSON, yours, NULL when it has
 * none.  FAIL_REMOTE with the status for 3xx and 4xx, its message GitHub's.
 */
int github_rest(struct github *, const char *method, const char *path,
    const cJSON *body, cJSON **ret, struct fail *);

#endif
