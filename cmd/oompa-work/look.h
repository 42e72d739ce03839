#ifndef OOMPA_WORK_LOOK_H
#define OOMPA_WORK_LOOK_H

#include "git.h"

#define LOOK_FILE_MAX  INT64_C(52428800) /* bytes; GitHub refuses 100 MB */
#define LOOK_NAME_SIZE 128

/*
 * Looks through what Claude left in the work tree, before git does: git passes
 * over what it cannot read or keep without a failure, and waits for a pipe in
 * what looks like a repository.  The index of git holds the base.  What is
 * ignored, and what is below a path in skip (as look_links gives it), does not
 * matter.  FAIL_POLICY names what must not be there.  With base NULL that is
 * only what git must not come across, or would take long to read.
 */
int look_through(const struct git *, const char *base, const struct buf *skip,
    struct fail *);

/* The submodules of a commit, as ls-tree -z has them. */
int look_links(
    const struct git *, const char *commit, struct buf *links, struct fail *);
/* Adds those entries of list that are submodules; each ends in a NUL. */
void look_keep_links(struct buf *out, const struct buf *list);

/* FAIL_POLICY when a rebase, a merge or the like was left half done. */
int look_unfinished(const char *tree, struct fail *);

/* May a symbolic link at path, with this target, lead out of the tree? */
bool look_leads_out(const char *path, const char *target);

/* A path as a reason names it: in quotes, short, printable, no credential. */
const char *look_name(const char *path, char out[LOOK_NAME_SIZE]);

/* Is the path of an entry, which follows a tab, among those of list? */
bool look_listed(const struct buf *list, const char *path);

#endif
