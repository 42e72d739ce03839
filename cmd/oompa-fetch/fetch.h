#ifndef OOMPA_FETCH_H
#define OOMPA_FETCH_H

#include "filter.h"
#include "github.h"
#include "json.h"
#include "opt.h"
#include "people.h"

/*
 * What GitHub says, gathered in memory before the first record is written:
 * records of one run belong together.
 */
struct fetch {
	const struct opts *o;
	struct github gh;
	struct people people;
	char *place;  /* <clone-dir>/owner/repo */
	char *mirror; /* its mirror.git */
	/* Of the answer: */
	cJSON *viewer; /* {login, databaseId} */
	cJSON *repository;
	cJSON *issues;    /* all pages' nodes */
	cJSON *pulls;     /* rows of all open pull requests */
	cJSON *branches;  /* refs below refs/heads/ai/ */
	cJSON *mine;      /* our open pull requests, in depth */
	const char *repo; /* its name as GitHub has it */
};

/* snapshot.c: asks until every page is here.  FAIL_... as github_query(). */
int snapshot_read(struct fetch *, struct fail *);

/* snapshot.c: is it "ai/issue-N" or "ai/issue-N-K"?  Then *number is N. */
bool snapshot_branch(const char *name, int64_t *number);

/* snapshot.c: is this pull request ours: opened by us, in this repository,
 * from a branch named as ours are? */
bool snapshot_ours(const cJSON *pull);

/* issue.c: the record of one issue, with what else its pages hold. */
int
issue_record(struct fetch *, const cJSON *issue, cJSON **ret, struct fail *);

/* pull.c: the record of one of our pull requests; and a link to one. */
int pull_record(struct fetch *, const cJSON *pull, cJSON **ret, struct fail *);
int pull_link(struct fetch *, const cJSON *pull, const char *link, cJSON *array,
    struct fail *);

/* mirror.c: brings the mirror up to date when it lacks what the snapshot
 * names. */
int mirror_update(struct fetch *, struct fail *);

#endif
