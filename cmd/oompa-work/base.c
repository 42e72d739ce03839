/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base.h"
#include "git.h"
#include "texts.h"
#include "utf8.h"
#include "xalloc.h"

static bool
is_file(const char *row)
{
	return strncmp(row, "100", 3) == 0;
}

int
base_file(const char *mirror, const char *commit, const char *path,
    struct buf *b, struct fail *why)
{
	const struct git g = {.dir = mirror};
	struct buf row = BUF_INIT(BUF_ANY), text = BUF_INIT(BUF_ANY),
		   clean = BUF_INIT(BUF_ANY);
	char *object = xasprintf("%s:%s", commit, path);
	const char *const list[] = {"ls-tree", commit, "--", path, NULL};
	const char *const show[] = {"cat-file", "blob", object, NULL};
	int r = git_run(&g, list, &row, why);

	if (r == 0 && is_file(row.data))
		r = git_run(&g, show, &text, why) == -1 ? -1 : 1;
	if (r == 1) {
		utf8_clean(&clean, text.data, text.len);
		(void)texts_cut(b, clean.data, clean.len, BASE_FILE_MAX);
	}
	buf_free(&row);
	buf_free(&text);
	buf_free(&clean);
	free(object);
	return r;
}

static bool
is_pull_template(const char *path)
{
	static const char *const names[] = {"pull_request_template.md",
	    "pull_request_template.txt", "pull_request_template", NULL};
	const char *slash = strrchr(path, '/');
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (strcasecmp(slash != NULL ? slash + 1 : path, names[i]) == 0)
			return true;
	return false;
}

/* The path of the one that lies in a folder: 1, 0 when there is none. */
static int
find(const char *mirror, const char *commit, const char *folder, char **path,
    struct fail *why)
{
	const struct git g = {.dir = mirror};
	const char *const list[] = {"ls-tree", "-z", commit, folder, NULL};
	struct buf rows = BUF_INIT(BUF_ANY);
	const char *row, *tab;
	int r = git_run(&g, list, &rows, why);

	for (row = rows.data; r == 0 && row < rows.data + rows.len;
	     row += strlen(row) + 1)
		if (is_file(row) && (tab = strchr(row, '\t')) != NULL &&
		    is_pull_template(tab + 1)) {
			*path = xstrdup(tab + 1);
			r = 1;
		}
	buf_free(&rows);
	return r;
}

int
base_pull_template(const char *mirror, const char *commit, struct buf *b,
    char **path, struct fail *why)
{
	/* NULL: the top */
	static const char *const folders[] = {".github/", NULL, "docs/"};
	char *found = NULL;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < sizeof(folders) / sizeof(*folders); i++)
		r = find(mirror, commit, folders[i], &found, why);
	if (r == 1)
		r = base_file(mirror, commit, found, b, why);
	if (r == 1)
		*path = found;
	else
		free(found);
	return r;
}
