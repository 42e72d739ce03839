#ifndef OOMPA_GIT_H
#define OOMPA_GIT_H

#include <stdbool.h>

#include "buf.h"
#include "fail.h"
#include "proc.h"

/*
 * git as a child, in a repository that is named, with an environment made
 * from nothing: no system or user configuration, no hooks, no prompts, no
 * helpers, no protocol but those that are needed.
 */

#define GIT_OID_SIZE 65 /* bytes: a SHA-256 oid in hex and a NUL */

struct git {
	const char *dir;    /* the git directory */
	const char *tree;   /* the work tree, NULL: none */
	const char *borrow; /* an objects directory to read from, or NULL */
	const char *index;  /* the index file, NULL: the usual one */
	bool fsck;          /* check every object that comes in */
	int timeout_ms;     /* 0: GIT_TIMEOUT_MS */
	/* For remotes: NULL for none.  The token is given to git by way of
	 * oompa-token, which answers for url's host only. */
	const char *url;
	const char *token;
	/* More variables ("GIT_AUTHOR_NAME=..."), ended by NULL; or NULL. */
	const char *const *env;
};

#define GIT_TIMEOUT_MS 600000

/* Runs "git args..." and keeps what it prints, unless out is NULL.  FAIL_CHILD
 * with git's own first line when its status is not 0. */
int git_run(const struct git *, const char *const args[], struct buf *out,
    struct fail *);

/* The same with bytes on stdin. */
int git_feed(const struct git *, const char *const args[], const char *in,
    size_t len, struct buf *out, struct fail *);

/* The same as git_run, but what it prints is given to on_out while it comes;
 * when that fails, git is ended. */
int git_stream(const struct git *, const char *const args[],
    int (*on_out)(const char *, size_t, void *arg, struct fail *), void *arg,
    struct fail *);

/* Like git_run, but a status up to 127 is no failure: it is returned. */
int git_ask(const struct git *, const char *const args[], struct buf *out,
    struct fail *);

/* Like git_ask, but 128, git's "fatal", is returned as well; and what git says
 * on stderr is kept. */
int git_hear(const struct git *, const char *const args[], struct buf *out,
    struct buf *err, struct fail *);

/* The first line of what git prints, yours to free. */
int git_line(
    const struct git *, const char *const args[], char **ret, struct fail *);

/* Adds a path as git takes it where it may stand for several: a colon or the
 * end of a line is part of it. */
void git_quote(struct buf *, const char *path);

/* 1 when the object is there, 0 when not. */
int git_has(const struct git *, const char *oid, struct fail *);

/* The oid that a ref of url has, "" when there is no such ref.  Others that end
 * in its name do not count. */
int git_tip(const struct git *, const char *url, const char *ref,
    char ret[GIT_OID_SIZE], struct fail *);

/* 40 or 64 lower-case hex digits. */
bool git_oid_valid(const char *);

/* A name that may stand behind refs/heads/: as git check-ref-format(1) has
 * it, and neither "HEAD" nor beginning with "-". */
bool git_branch_valid(const char *);

/* A name or address of a commit: on one line, without < and >, and not all of
 * it what git takes off its ends. */
bool git_name_valid(const char *);

/* Makes a bare repository at dir unless there is one. */
int git_init_bare(const char *dir, struct fail *);

/* Packs what came in over time into one, when that is worth it, and removes
 * what no ref leads to and is older than this ("now", "2.weeks.ago").  Who
 * calls it keeps others from writing there.  What cannot be done is done the
 * next time, so that is no failure. */
void git_tidy(const struct git *, const char *older_than);

#endif
