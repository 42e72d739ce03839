#ifndef OOMPA_WORK_PLACE_H
#define OOMPA_WORK_PLACE_H

#include "task.h"

/*
 * Where a task is worked on, below <clone-dir>/owner/repo.  All paths are
 * absolute and free of links.
 */
struct place {
	char *mirror;  /* mirror.git: oompa-fetch's, only read here */
	char *objects; /* its objects */
	char *lock;    /* work/issue-N.lock */
	char *owed;    /* work/issue-N.owed: see owed.h */
	char *work;    /* work/issue-N, which holds: */
	char *tree;    /* the clone, which is Claude's */
	char *tmp;     /* scratch, which is Claude's */
	char *home;    /* a home, empty at first, which is Claude's */
	char *git;     /* a git directory that Claude never touches */
	char *guide;   /* the repository's instructions for Claude */
	char *log;     /* logs/N-ACTION-NAME.jsonl: Claude's events */
	char *prompt;  /* logs/N-ACTION-NAME.prompt */
	char *prepare; /* logs/N-ACTION-NAME.prepare: what --prepare said */
	char *bundles; /* where bundles go without an outbox */
};

/* Makes the folders above those.  FAIL_SETUP when they are not ours alone. */
int place_make(
    struct place *, const char *clone_dir, const struct task *, struct fail *);
/* Makes nothing: says where it would be. */
int place_name(
    struct place *, const char *clone_dir, const struct task *, struct fail *);
void place_done(struct place *);

#endif
