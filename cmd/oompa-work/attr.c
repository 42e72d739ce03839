/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attr.h"
#include "file.h"
#include "tracked.h"
#include "xalloc.h"

static const char *const names[] = {".gitattributes", ".gitignore"};

/* Beats what stands in the tree: nothing is converted. */
static const char neutral[] =
    "* -text !eol !crlf -ident -filter !working-tree-encoding\n";

/* The folder that holds path, below root, without following a link; -1: there
 * is none.  *name becomes the last part of path. */
static int
open_parent(int root, const char *path, const char **name)
{
	int fd = fcntl(root, F_DUPFD_CLOEXEC, 0), next;
	const char *slash;
	char *part;

	for (; fd != -1 && (slash = strchr(path, '/')) != NULL;
	     path = slash + 1) {
		part = xstrndup(path, (size_t)(slash - path));
		next = openat(
		    fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		free(part);
		(void)close(fd);
		fd = next;
	}
	*name = path;
	return fd;
}

/* Removes what is no directory.  1: it did, 0: there was nothing to remove. */
static int
remove_file(int root, const char *path, bool keep_regular, struct fail *why)
{
	const char *name;
	struct stat st;
	int at = open_parent(root, path, &name), r = 0;

	if (at == -1)
		return 0;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISDIR(st.st_mode) && !(keep_regular && S_ISREG(st.st_mode)))
		r = unlinkat(at, name, 0) == 0
			? 1
			: fail_sys(why, "cannot remove '%s'", path);
	(void)close(at);
	return r;
}

static int
open_tree(const struct git *g, int *ret, struct fail *why)
{
	*ret = open(g->tree, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *ret != -1 ? 0 : fail_sys(why, "cannot open '%s'", g->tree);
}

/* The files that git ls-files gives; each ends in a NUL. */
static int
list_files(const struct git *g, const char *const args[], struct buf *b,
    struct fail *why)
{
	if (git_run(g, args, b, why) == -1)
		return -1;
	if (b->len >= PROC_OUT_MAX)
		return fail(why, FAIL_CHILD, 0, "git ls-files: too many files");
	return 0;
}

/* In the folder that is the first len bytes of path, with its slash. */
static int
settle_folder(const struct tracked *t, int root, const char *path, size_t len,
    struct buf *changed, struct fail *why)
{
	char *file;
	size_t i;
	int r = 0;

	for (i = 0; r != -1 && i < sizeof(names) / sizeof(*names); i++) {
		file = xasprintf("%.*s%s", (int)len, path, names[i]);
		r = remove_file(root, file, tracked_has(t, file), why);
		if (r == 1 && changed != NULL)
			buf_printf(changed, "?? %s%c", file, '\0');
		free(file);
	}
	return r == -1 ? -1 : 0;
}

/* Every folder that holds tracked files, once: they come in order. */
static int
settle_folders(
    const struct tracked *t, int root, struct buf *changed, struct fail *why)
{
	const char *last = "", *slash;
	size_t i, same;
	int r = settle_folder(t, root, "", 0, changed, why);

	for (i = 0; r == 0 && i < t->n; last = t->v[i++]) {
		for (same = 0;
		     t->v[i][same] != '\0' && t->v[i][same] == last[same];)
			same++;
		for (slash = strchr(t->v[i] + same, '/');
		     r == 0 && slash != NULL; slash = strchr(slash + 1, '/'))
			r = settle_folder(t, root, t->v[i],
			    (size_t)(slash + 1 - t->v[i]), changed, why);
	}
	return r;
}

static bool
is_named_so(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return strcmp(name, names[0]) == 0 || strcmp(name, names[1]) == 0;
}

/* The tracked ones are removed first: git then has all attributes from the
 * index while it writes them. */
static int
restore(const struct git *g, const struct tracked *t, int root,
    struct buf *changed, struct fail *why)
{
	static const char *const status[] = {"status", "--porcelain", "-z",
	    "--untracked-files=no", "--no-renames", "--ignore-submodules=all",
	    "--", ":(glob)**/.gitattributes", ":(glob)**/.gitignore", NULL};
	static const char *const put[] = {
	    "checkout-index", "-f", "-q", "-z", "--stdin", NULL};
	struct buf files = BUF_INIT(BUF_ANY);
	size_t i;
	int r = 0;

	for (i = 0; i < t->n; i++)
		if (is_named_so(t->v[i]))
			buf_add(&files, t->v[i], strlen(t->v[i]) + 1);
	if (files.len != 0 && changed != NULL)
		r = git_run(g, status, changed, why);
	for (i = 0; r != -1 && i < t->n; i++)
		if (is_named_so(t->v[i]))
			r = remove_file(root, t->v[i], false, why);
	if (r != -1 && files.len != 0)
		r = git_feed(g, put, files.data, files.len, NULL, why);
	buf_free(&files);
	return r == -1 ? -1 : 0;
}

int
attr_settle(const struct git *g, struct buf *changed, struct fail *why)
{
	struct tracked t = TRACKED_INIT;
	int root = -1, r = -1;

	if (open_tree(g, &root, why) == 0 && tracked_load(&t, g, why) == 0 &&
	    settle_folders(&t, root, changed, why) == 0 &&
	    restore(g, &t, root, changed, why) == 0)
		r = 0;
	if (root != -1)
		(void)close(root);
	tracked_done(&t);
	return r;
}

int
attr_refresh(const struct git *g, struct fail *why)
{
	static const char *const look[] = {
	    "update-index", "-q", "--refresh", NULL};
	char *info = xasprintf("%s/info", g->dir);
	char *path = xasprintf("%s/attributes", info);
	int r = -1;

	if (file_mkdir(info, why) == 0 &&
	    file_write(path, neutral, strlen(neutral), why) == 0 &&
	    git_ask(g, look, NULL, why) != -1)
		r = unlink(path) == 0
			? 0
			: fail_sys(why, "cannot remove '%s'", path);
	free(info);
	free(path);
	return r;
}

int
attr_remove_converted(const struct git *g, struct fail *why)
{
	static const char *const by_name[] = {
	    "ls-files", "-z", "--", ":(attr:eol=crlf)", ":(attr:ident)", NULL};
	/* Those for which it is something. */
	static const char *const encoded[] = {"ls-files", "-z", "--",
	    ":(exclude,attr:!working-tree-encoding)", NULL};
	struct buf b = BUF_INIT(BUF_ANY);
	const char *p;
	int root = -1, r = -1;

	if (open_tree(g, &root, why) == 0 &&
	    list_files(g, by_name, &b, why) == 0 &&
	    list_files(g, encoded, &b, why) == 0)
		r = 0;
	for (p = b.data; r != -1 && p < b.data + b.len; p += strlen(p) + 1)
		r = remove_file(root, p, false, why);
	if (root != -1)
		(void)close(root);
	buf_free(&b);
	return r == -1 ? -1 : 0;
}
