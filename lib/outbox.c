/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "outbox.h"
#include "xalloc.h"

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
	if (remove_one(dir, task_id, "json", why) == -1)
		return -1;
	return remove_one(dir, task_id, "bundle", why);
}
