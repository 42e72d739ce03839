/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "outbox.h"
#include "when.h"
#include "xalloc.h"

#define AGE_S INT64_C(86400) /* of what nobody is about to use */

#define LATER_S     INT64_C(3600)
#define LATER_MAX_S INT64_C(86400)

#define NOTE_MAX 4096 /* bytes */

void
outbox_name(const char *task_id, char out[OUTBOX_NAME_SIZE])
{
	char hash[FILE_SHA256_SIZE];

	file_sha256_of(task_id, strlen(task_id), hash);
	(void)snprintf(out, OUTBOX_NAME_SIZE, "%.16s", hash);
}

char *
outbox_bundle(const char *task_id)
{
	char name[OUTBOX_NAME_SIZE];

	outbox_name(task_id, name);
	return xasprintf("%s.bundle", name);
}

static char *
path_of(const char *dir, const char *task_id, const char *ending)
{
	char name[OUTBOX_NAME_SIZE];

	outbox_name(task_id, name);
	return xasprintf("%s/%s.%s", dir, name, ending);
}

int
outbox_find(const char *dir, const char *task_id, char **line, struct fail *why)
{
	char *path = path_of(dir, task_id, "json"), *text;
	size_t len;
	int r = file_read(path, OUTBOX_LINE_MAX, &text, &len, why);

	free(path);
	if (r == -1)
		return why->kind == FAIL_SYSTEM && why->code == ENOENT ? 0 : -1;
	text[strcspn(text, "\n")] = '\0';
	*line = text;
	return 1;
}

int
outbox_store(
    const char *dir, const char *task_id, const char *line, struct fail *why)
{
	char *path = path_of(dir, task_id, "json");
	char *text = xasprintf("%s\n", line);
	int r = file_write(path, text, strlen(text), why);

	free(text);
	free(path);
	return r;
}

/* Is this "NAME.something", with a NAME of ours? */
static bool
is_ours(const char *file)
{
	size_t n = strspn(file, "0123456789abcdef");

	return n == OUTBOX_NAME_SIZE - 1 && file[n] == '.';
}

/* Is it a temporary file, or beside no line? */
static bool
is_left(int dir, const char *file)
{
	char line[OUTBOX_NAME_SIZE + 5];
	struct stat st;

	if (strstr(file, ".tmp") != NULL)
		return true;
	(void)snprintf(
	    line, sizeof(line), "%.*s.json", OUTBOX_NAME_SIZE - 1, file);
	return fstatat(dir, line, &st, AT_SYMLINK_NOFOLLOW) == -1 &&
	       errno == ENOENT;
}

void
outbox_prune(const char *dir)
{
	const int64_t limit = when_now() - AGE_S;
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (is_ours(e->d_name) &&
		    fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			0 &&
		    S_ISREG(st.st_mode) && st.st_mtime < limit &&
		    is_left(dirfd(d), e->d_name))
			(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		(void)closedir(d);
}

/* What a file beside a result says, the first line; yours.  A link is not
 * followed, a pipe not waited for. */
static char *
read_note(const char *dir, const char *name, const char *ending)
{
	char *file = xasprintf("%s.%s", name, ending);
	char text[NOTE_MAX + 1];
	struct fail ignored;
	ssize_t n = 0;
	int fd;

	if (file_open_in(dir, file, &fd, &ignored) == 0) {
		n = read(fd, text, NOTE_MAX);
		(void)close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	free(file);
	return xstrdup(text);
}

char *
outbox_why(const char *dir, const char *name)
{
	return read_note(dir, name, "why");
}

int
outbox_note(
    const char *dir, const char *task_id, const char *text, struct fail *why)
{
	char name[OUTBOX_NAME_SIZE], *known, *line = xasprintf("%s\n", text);
	char *result = path_of(dir, task_id, "json");
	char *path = path_of(dir, task_id, "why");
	struct stat st;
	int r = 0;

	outbox_name(task_id, name);
	known = outbox_why(dir, name);
	if (stat(result, &st) == 0)
		r = strcmp(known, text) == 0
			? 1
			: file_write(path, line, strlen(line), why);
	free(known);
	free(path);
	free(result);
	free(line);
	return r;
}

/* "3 1764331200": tried three times, and not before that time again. */
static int64_t
read_later(const char *dir, const char *task_id, int64_t *tries)
{
	char name[OUTBOX_NAME_SIZE], *text, *end;
	int64_t until;

	outbox_name(task_id, name);
	text = read_note(dir, name, "later");
	*tries = strtoll(text, &end, 10);
	until = strtoll(end, NULL, 10);
	free(text);
	return until;
}

int64_t
outbox_until(const char *dir, const char *task_id)
{
	int64_t tries, until = read_later(dir, task_id, &tries);

	/* A clock that went back does not hold it for ever. */
	return until > when_now() && until <= when_now() + LATER_MAX_S ? until
								       : 0;
}

int
outbox_put_off(const char *dir, const char *task_id, struct fail *why)
{
	char *path, *line, *result;
	int64_t tries, wait = LATER_S, n;
	struct stat st;
	bool there;
	int r;

	result = path_of(dir, task_id, "json");
	there = stat(result, &st) == 0;
	free(result);
	if (!there)
		return 0;
	path = path_of(dir, task_id, "later");
	(void)read_later(dir, task_id, &tries);
	for (n = 0; n < tries && wait < LATER_MAX_S; n++)
		wait *= 2;
	line = xasprintf("%" PRId64 " %" PRId64 "\n", tries + 1,
	    when_now() + (wait < LATER_MAX_S ? wait : LATER_MAX_S));
	r = file_write(path, line, strlen(line), why);
	free(line);
	free(path);
	return r;
}

static int
remove_one(
    const char *dir, const char *task_id, const char *ending, struct fail *why)
{
	char *path = path_of(dir, task_id, ending);
	int r = 0;

	if (unlink(path) == -1 && errno != ENOENT)
		r = fail_sys(why, "cannot remove '%s'", path);
	free(path);
	return r;
}

int
outbox_remove(const char *dir, const char *task_id, struct fail *why)
{
	if (remove_one(dir, task_id, "json", why) == -1 ||
	    remove_one(dir, task_id, "why", why) == -1 ||
	    remove_one(dir, task_id, "later", why) == -1)
		return -1;
	return remove_one(dir, task_id, "bundle", why);
}
