#ifndef OOMPA_WORK_LOOK_H
#define OOMPA_WORK_LOOK_H

#include "git.h"

#define LOOK_FILE_MAX  INT64_C(52428800) /* bytes; GitHub refuses 100 MB */
#define LOOK_NAME_SIZE 128

/*
 * Looks through what Claude left in the work tree, before git does: git passes
 * over what it cannot read or keep without a failure.  The index of git holds
 * the base.  Ignored files, and what is below a path in skip (as hide_links
 * keeps them), do not matter.  FAIL_POLICY names what must not be there.
 */
int look_through(const struct git *, const char *base, const struct buf *skip,
    struct fail *);

/* FAIL_POLICY when a rebase, a merge or the like was left half done. */
int look_unfinished(const char *tree, struct fail *);

/* May a symbolic link at path, with this target, lead out of the tree? */
bool look_leads_out(const char *path, const char *target);

/* A path as a reason names it: in quotes, short, printable, no credential. */
const char *look_name(const char *path, char out[LOOK_NAME_SIZE]);

/* Is the path of an entry, which follows a tab, among those of list? */
bool look_listed(const struct buf *list, const char *path);

#endif
