/*
 * The repository's own template for pull requests, as the base has it: what a
 * result took from it word for word is the repository's.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "push.h"
#include "unseen.h"
#include "xalloc.h"

#define TEMPLATE_MAX ((size_t)64 << 10) /* bytes that are looked at */

/* docs.github.com, "Creating a pull request template": these names, in any
 * case, in these places; the first is taken. */
static bool
is_template(const char *path)
{
	static const char *const names[] = {"pull_request_template.md",
	    "pull_request_template.txt", "pull_request_template"};
	const char *slash = strrchr(path, '/');
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcasecmp(slash != NULL ? slash + 1 : path, names[i]) == 0)
			return true;
	return false;
}

/* Its path in one of the folders, yours; NULL when there is none. */
static char *
find(const struct job *j, const char *where)
{
	const char *args[] = {
	    "ls-tree", "-z", "--name-only", j->base_oid, where, NULL};
	struct buf list = BUF_INIT(BUF_ANY);
	struct fail ignored;
	char *path = NULL;
	const char *p;

	(void)git_run(&j->git, args, &list, &ignored);
	for (p = list.data; path == NULL && p < list.data + list.len;
	     p += strlen(p) + 1)
		if (is_template(p))
			path = xstrdup(p);
	buf_free(&list);
	return path;
}

char *
template_read(const struct job *j)
{
	static const char *const places[] = {".github/", NULL, "docs/"};
	struct buf text = BUF_INIT(TEMPLATE_MAX), seen = BUF_INIT(BUF_ANY);
	const char *args[] = {"cat-file", "blob", NULL, NULL};
	struct fail ignored;
	char *path = NULL, *name;
	size_t i;

	if (git_has(&j->git, j->base_oid, &ignored) != 1)
		return NULL;
	for (i = 0; path == NULL && i < sizeof(places) / sizeof(*places); i++)
		path = find(j, places[i]);
	if (path == NULL)
		return NULL;
	args[2] = name = xasprintf("%s:%s", j->base_oid, path);
	if (git_run(&j->git, args, &text, &ignored) == 0 && !text.cut)
		(void)unseen_strip(&seen, text.data, text.len);
	buf_free(&text);
	free(name);
	free(path);
	return buf_take(&seen);
}
