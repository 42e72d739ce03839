#ifndef OOMPA_WORK_BASE_H
#define OOMPA_WORK_BASE_H

#include "buf.h"
#include "fail.h"

/* Files of a commit in the mirror, for Claude to read: UTF-8 (what is none
 * becomes U+FFFD), and no links, which may lead anywhere. */

/* Bytes; of what is longer, the middle is cut. */
#define BASE_FILE_MAX ((size_t)64 << 10)

/* Adds the text of the file at path: 1, 0 when it has none there. */
int base_file(const char *mirror, const char *commit, const char *path,
    struct buf *, struct fail *);

/*
 * Adds the template for pull requests, which GitHub would put into the text of
 * a new one, and gives its path, yours to free: 1, 0 when there is none.
 * docs.github.com, "Creating a pull request template": in .github, at the top
 * or in docs, whatever the case of its name; of several in a folder
 * PULL_REQUEST_TEMPLATE none is taken unasked.
 */
int base_pull_template(const char *mirror, const char *commit, struct buf *,
    char **path, struct fail *);

#endif
