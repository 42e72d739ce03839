/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "change.h"

int
change_list(const struct git *g, const char *base, const char *tree,
    struct buf *list, struct fail *why)
{
	const char *const args[] = {
	    "diff-tree", "-r", "-z", "--no-renames", base, tree, NULL};

	if (git_run(g, args, list, why) == -1)
		return -1;
	if (list->len >= PROC_OUT_MAX)
		return fail(why, FAIL_POLICY, 0,
		    "the change is too large to be looked through");
	return 0;
}

/* ":100644 100644 OLD NEW M", then the path, each ended by NUL. */
bool
change_next(const char **at, const char *end, struct change *c)
{
	const char *row = *at;

	if (row >= end || sscanf(row, ":%7s %7s %64s %64s %c", c->old_mode,
			      c->new_mode, c->old, c->new, &c->status) != 5)
		return false;
	c->path = row + strlen(row) + 1;
	*at = c->path + strlen(c->path) + 1;
	return true;
}

bool
change_has_new(const struct change *c)
{
	return strspn(c->new, "0") != strlen(c->new);
}
