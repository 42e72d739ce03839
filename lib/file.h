#ifndef OOMPA_FILE_H
#define OOMPA_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "buf.h"
#include "fail.h"

/*
 * Files and folders that are ours: 0600 and 0700 whatever the umask, written
 * whole or not at all, opened without following links out of their folder.
 */

#define FILE_SHA256_SIZE 65 /* bytes: 64 hex digits and a NUL */

/*
 * Makes sure that base/repo (repo is "owner/name") are real directories of
 * ours with mode 0700, making what is missing, and gives the path of the
 * last, yours to free.  FAIL_SETUP when one of them is a link, belongs to
 * somebody else, or lets others in.
 */
int file_place(const char *base, const char *repo, char **ret, struct fail *);

/* Makes the directory path (its parent exists), 0700.  Already there is
 * fine. */
int file_mkdir(const char *path, struct fail *);

/* Writes path by way of a temporary file, fsync and rename. */
int file_write(const char *path, const char *data, size_t len, struct fail *);

/* A new file at path, open for writing.  What is there goes first; a link is
 * not followed. */
int file_create(const char *path, int *ret, struct fail *);

/* All of a file, at most max bytes: FAIL_INPUT when it is longer, else
 * FAIL_SYSTEM with its errno. */
int
file_read(const char *path, size_t max, char **ret, size_t *len, struct fail *);

/* Opens dir/name for reading; name is one plain file name.  FAIL_INPUT when
 * it is not, or when dir/name is no regular file. */
int file_open_in(const char *dir, const char *name, int *ret, struct fail *);

/* Size and hash of what fd holds, from its start; fd is left at the start. */
int
file_sha256(int fd, int64_t *bytes, char out[FILE_SHA256_SIZE], struct fail *);

void file_sha256_of(const void *, size_t, char out[FILE_SHA256_SIZE]);

/*
 * Takes the lock at path (made when missing) and waits for it unless nowait.
 * *ret is the descriptor that holds it: closing it, or the end of the
 * process, gives it back.  FAIL_LIMIT when nowait and somebody has it.
 */
int file_lock(const char *path, bool nowait, int *ret, struct fail *);

/* Removes path and all below it, however deep.  Links are removed, not
 * followed.  What can be removed is, even when something cannot. */
int file_remove_tree(const char *path, struct fail *);

#endif
