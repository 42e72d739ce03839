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
 *
 * A run has four steps.  The index (index.c) says what there is and what has
 * moved.  What moved is asked for in depth (deep.c), and its further pages
 * after that (lists.c); all else comes from the cache (cache.c).  Then each
 * item becomes a record (issue.c, pull.c), with permissions (people.c) and
 * what the mirror knows (mirror.c).
 */

#define NAME "oompa-fetch"

/* An item that could not be read is told, and the others go on. */
struct trouble {
	char *item;
	struct fail why;
};

struct fetch {
	const struct opts *o;
	int argc; /* operands: the numbers to fetch, none for all */
	char **argv;
	struct github gh;
	struct people people;
	char *home;   /* <clone-dir>/owner/repo, as --repo has it */
	char *place;  /* the same, as GitHub has it */
	char *mirror; /* its mirror.git */
	cJSON *cache; /* see cache.c */
	/* Of the answers: */
	cJSON *viewer; /* {login, databaseId} */
	cJSON *repository;
	/* Refs below refs/heads/ai/, with open pulls: where we push, and, when
	 * that is a fork, in the repository; else NULL. */
	cJSON *branches, *others;
	cJSON *wanted;    /* what to fetch, see index.c */
	cJSON *items;     /* what the cache will hold: wanted items by id */
	const char *repo; /* its name as GitHub has it */
	struct trouble *troubles;
	size_t troubles_n;
};

/* main.c: takes note that an item could not be read. */
void fetch_trouble(struct fetch *, int64_t number, const struct fail *);

/* ask.c: as github_ask(), with the fragments that the text needs.  Without a
 * text it is that of queries/WHAT.graphql. */
int ask(struct fetch *, struct github_question, cJSON **data, cJSON **errors,
    struct fail *);
/* ask.c: where in the answer did an error happen: at what[*i], and in which
 * field of that (lent, NULL for the whole)? */
bool
ask_where(const cJSON *error, const char *what, int64_t *i, const char **field);
/* ask.c: {owner, name} of a repository. */
cJSON *ask_vars(const char *slug);

/* index.c: asks what is there: viewer, repository, branches, wanted. */
int index_read(struct fetch *, struct fail *);
/* index.c: the nodes of a page, yours; any of them may have been null. */
cJSON *index_nodes(const cJSON *page);
/* index.c: FAIL_REMOTE when a page that was asked for is not there. */
int index_check(const cJSON *page, const char *question, struct fail *);
/* index.c: adds the nodes of the pages behind a first one to all; given are
 * the variables of the question, taken. */
int index_follow(struct fetch *, const char *question, cJSON *given,
    const cJSON *first, cJSON *all, struct fail *);

/* want.c: what is wanted of what the index shows; moves are the rows of the
 * pull requests that we know. */
int
want_all(struct fetch *, const cJSON *repo, const cJSON *moves, struct fail *);

/* lookup.c: node ids of what is named by its number, into the cache. */
int lookup_numbers(struct fetch *, struct fail *);
const char *lookup_id(const struct fetch *, int64_t number); /* or NULL */
/* lookup.c: tells when that is no pull request, which alone is watched. */
void lookup_judge(struct fetch *, int64_t number);

/* cache.c: what earlier runs have read.  It may be deleted at any time. */
void cache_open(struct fetch *);
void cache_save(struct fetch *);
/* cache.c: what another account has read, or of another repository that had
 * this name, is not taken over. */
void cache_check(struct fetch *);
/* cache.c: an item that was read before, NULL when there is none. */
const cJSON *cache_item(const struct fetch *, const char *id);

/* moves.c: what of a node tells that the item has moved, yours.  known is the
 * node as it was read before, or NULL. */
char *moves_row(const cJSON *node, const cJSON *known);

/* deep.c: the wanted items in depth, from the cache or from GitHub. */
int deep_read(struct fetch *, struct fail *);

/* lists.c: the further pages of all items; what cannot be had is noted in the
 * node, see lists_lack(). */
int lists_read(struct fetch *, struct fail *);
/* lists.c: notes that a field of a node is not known. */
void lists_lack(cJSON *node, const char *field);
/* lists.c: the fields that are not known, into the list of a record. */
void lists_missing(const cJSON *node, cJSON *missing);

/* later.c: FAIL_LIMIT when GitHub has named a time and it has not come. */
int later_check(const struct fetch *, struct fail *);
/* later.c: notes such a time; why is NULL when all went well. */
void later_note(const struct fetch *, const struct fail *why);

/* scope.c: does it carry the label of what we look after? */
bool scope_watched(const struct fetch *, const cJSON *pull);
/* scope.c: is the pull request in this repository? */
bool scope_here(const struct fetch *, const cJSON *pull);
/* scope.c: is it from a branch of ours, here or in the fork? */
bool scope_branch(const struct fetch *, const cJSON *pull, int64_t *number);
/* scope.c: did we, or a former account of ours, write it? */
bool scope_author(const struct fetch *, const cJSON *node);
/* scope.c: did we write this text, with our marker, and nobody else edit it? */
bool scope_text(const struct fetch *, const cJSON *node);
/* scope.c: is this pull request ours? */
bool scope_pull(const struct fetch *, const cJSON *pull);

/* text.c: an actor, and the parts that texts have in common. */
int text_actor(struct fetch *, cJSON *rec, const char *key, const cJSON *actor,
    struct fail *);
int text_put(struct fetch *, cJSON *rec, const cJSON *node, struct fail *);
/* text.c: is it of a review that is not submitted: a draft of ours or, under
 * the same account, of a person's?  GitHub shows it to nobody else. */
bool text_is_draft(const cJSON *node);
/* text.c: who edited it and when. */
int text_edit(struct fetch *, cJSON *rec, const cJSON *node, struct fail *);
int
text_events(struct fetch *, cJSON *rec, const cJSON *timeline, struct fail *);
/* text.c: names in a list of the node, as an array. */
void
text_names(cJSON *rec, const char *key, const cJSON *list, const char *field);

/* talk.c: the conversation, with our status comment apart.  links are the
 * item's pull requests, which may tell of tasks, too. */
int talk_put(struct fetch *, cJSON *rec, const cJSON *node, const cJSON *links,
    cJSON *missing, struct fail *);

/* issue.c, pull.c: the record of an item. */
int
issue_record(struct fetch *, const cJSON *issue, cJSON **ret, struct fail *);
int pull_record(struct fetch *, const cJSON *item, cJSON **ret, struct fail *);

/* mirror.c: brings the mirror up to date when it lacks what the snapshot
 * names. */
int mirror_update(struct fetch *, struct fail *);
/* mirror.c: ahead, behind and commits of the pull requests, as far as the
 * mirror has them. */
int mirror_facts(struct fetch *, struct fail *);
/* mirror.c: what it lacked is not kept. */
void mirror_forget(struct fetch *);

#endif
