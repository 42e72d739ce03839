/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "outbox.h"
#include "xalloc.h"

#define OUTBOX_WHY_MAX 4096 /* bytes */

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

char *
outbox_why(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s.why", dir, name), *text = NULL;
	struct fail ignored;
	size_t len;

	if (file_read(path, OUTBOX_WHY_MAX, &text, &len, &ignored) == -1)
		text = xstrdup("");
	free(path);
	text[strcspn(text, "\n")] = '\0';
	return text;
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
	    remove_one(dir, task_id, "why", why) == -1)
		return -1;
	return remove_one(dir, task_id, "bundle", why);
}
