/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "tracked.h"
#include "xalloc.h"

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
tracked_load(struct tracked *t, const struct git *g, struct fail *why)
{
	static const char *const all[] = {"ls-files", "-z", NULL};
	const char *p, *end;
	size_t n = 0;

	if (git_run(g, all, &t->list, why) == -1)
		return -1;
	if (t->list.len >= PROC_OUT_MAX)
		return fail(why, FAIL_CHILD, 0, "git ls-files: too many files");
	end = t->list.data + t->list.len;
	for (p = t->list.data; p < end; p += strlen(p) + 1)
		n++;
	t->v = xcalloc(n + 1, sizeof(*t->v));
	for (p = t->list.data; p < end; p += strlen(p) + 1)
		t->v[t->n++] = p;
	qsort(t->v, t->n, sizeof(*t->v), compare);
	return 0;
}

bool
tracked_has(const struct tracked *t, const char *path)
{
	return bsearch(&path, t->v, t->n, sizeof(*t->v), compare) != NULL;
}

bool
tracked_below(const struct tracked *t, const char *folder)
{
	char *prefix = xasprintf("%s/", folder);
	size_t low = 0, high = t->n, middle, len = strlen(prefix);
	bool r;

	/* The first that is not before it. */
	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcmp(t->v[middle], prefix) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	r = low < t->n && strncmp(t->v[low], prefix, len) == 0;
	free(prefix);
	return r;
}

void
tracked_done(struct tracked *t)
{
	buf_free(&t->list);
	free(t->v);
}
