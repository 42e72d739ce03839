/*
 * The name of this machine in claims: random, and its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "file.h"
#include "push.h"
#include "xalloc.h"

#define DIGITS "0123456789abcdef"

/* 1 when it is there, 0 when not. */
static int
read_id(const char *path, char ret[MACHINE_SIZE], struct fail *why)
{
	char *text;
	size_t len;

	if (file_read(path, 64, &text, &len, why) == -1)
		return why->kind == FAIL_SYSTEM && why->code == ENOENT ? 0 : -1;
	text[strcspn(text, "\n")] = '\0';
	len = strspn(text, DIGITS);
	if (len != MACHINE_SIZE - 1 || text[len] != '\0') {
		free(text);
		return fail(why, FAIL_SETUP, 0,
		    "'%s' holds no name of a machine; remove it", path);
	}
	memcpy(ret, text, MACHINE_SIZE);
	free(text);
	return 1;
}

/* Whoever links it first has named the machine. */
static int
make_id(const char *path, struct fail *why)
{
	char *mine = xasprintf("%s.%ld", path, (long)getpid());
	char line[MACHINE_SIZE + 1];
	uint64_t id;
	int r = 0;

	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
		abort();
	(void)snprintf(line, sizeof(line), "%016" PRIx64 "\n", id);
	r = file_write(mine, line, strlen(line), why);
	if (r == 0 && link(mine, path) == -1 && errno != EEXIST)
		r = fail_sys(why, "cannot make '%s'", path);
	(void)unlink(mine);
	free(mine);
	return r;
}

int
machine_id(const char *dir, char ret[MACHINE_SIZE], struct fail *why)
{
	char *path = xasprintf("%s/machine", dir);
	int r = read_id(path, ret, why);

	if (r == 0)
		r = make_id(path, why);
	else if (r == 1)
		r = 2;
	if (r == 0)
		r = read_id(path, ret, why);
	free(path);
	return r == -1 ? -1 : 0;
}
