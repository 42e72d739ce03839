/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"
#include "log.h"
#include "look.h"
#include "utf8.h"
#include "xalloc.h"

struct walk {
	const struct git *git;
	const char *base;
	const struct buf *skip;
	int root;        /* the work tree */
	struct buf todo; /* directories to read; each ends in a NUL */
};

const char *
look_name(const char *path, char out[LOOK_NAME_SIZE])
{
	struct buf b = BUF_INIT(BUF_ANY);
	size_t len;

	if (env_secret_in(path, strlen(path)))
		return "a file";
	log_escape(&b, path, strlen(path));
	len = utf8_cut(b.data, b.len, LOOK_NAME_SIZE - 10);
	(void)snprintf(out, LOOK_NAME_SIZE, "'%.*s%s'", (int)len, b.data,
	    len < b.len ? "..." : "");
	buf_free(&b);
	return out;
}

bool
look_listed(const struct buf *list, const char *path)
{
	const char *p = list->data, *end = p + list->len, *tab;

	for (; p < end; p += strlen(p) + 1)
		if ((tab = strchr(p, '\t')) != NULL &&
		    strcmp(tab + 1, path) == 0)
			return true;
	return false;
}

/* 1 when the base ignores path and does not track it. */
static int
ignored(const struct walk *w, const char *path, struct fail *why)
{
	char *plain = xasprintf("./%s", path);
	const char *const ask[] = {"check-ignore", "-q", "--", plain, NULL};
	int r = git_ask(w->git, ask, NULL, why);

	free(plain);
	return r == -1 ? -1 : r == 0;
}

/* FAIL_POLICY unless path is ignored. */
static int
refuse(
    const struct walk *w, const char *path, const char *what, struct fail *why)
{
	char name[LOOK_NAME_SIZE];
	int r = ignored(w, path, why);

	if (r != 0)
		return r == 1 ? 0 : -1;
	return fail(why, FAIL_POLICY, 0, "the change holds %s, %s",
	    look_name(path, name), what);
}

/* A large file is fine when the base has it; a change of the same size is
 * found later.  Better than to have git read what nobody wants. */
static int
large(const struct walk *w, const char *path, int64_t size, struct fail *why)
{
	static const char *const literal[] = {"GIT_LITERAL_PATHSPECS=1", NULL};
	const char *const ask[] = {
	    "ls-tree", "-l", "-z", w->base, "--", path, NULL};
	struct git g = *w->git;
	struct buf row = BUF_INIT(BUF_ANY);
	char digits[24] = "";
	int r;

	g.env = literal;
	r = git_run(&g, ask, &row, why);
	if (r == 0 && sscanf(row.data, "%*s %*s %*s %23s", digits) == 1 &&
	    strtoll(digits, NULL, 10) == size)
		r = 0;
	else if (r == 0 && (r = ignored(w, path, why)) != -1)
		r = r == 1 ? 0
			   : fail(why, FAIL_POLICY, 0,
				 "the change holds a file of over 50 MiB");
	buf_free(&row);
	return r;
}

static int
look_at(struct walk *w, const char *path, struct fail *why)
{
	struct stat st;

	if (strlen(path) >= PATH_MAX)
		return fail(why, FAIL_POLICY, 0,
		    "the change holds a path that is too long");
	if (fstatat(w->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return fail_sys(why, "cannot look at '%s'", path);
	if (S_ISLNK(st.st_mode))
		return 0;
	if (S_ISDIR(st.st_mode)) {
		if (!look_listed(w->skip, path))
			buf_add(&w->todo, path, strlen(path) + 1);
		return 0;
	}
	if (!S_ISREG(st.st_mode))
		return refuse(w, path, "which is a special file", why);
	if (faccessat(w->root, path, R_OK, AT_EACCESS) == -1)
		return refuse(w, path, "which cannot be read", why);
	if (st.st_size > LOOK_FILE_MAX)
		return large(w, path, st.st_size, why);
	return 0;
}

/* Everything in one directory; "" is the work tree. */
static int
look_in(struct walk *w, const char *path, struct fail *why)
{
	struct dirent *e;
	char *child;
	DIR *d = NULL;
	int r = 0, fd;

	fd = openat(w->root, *path != '\0' ? path : ".",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 && errno == EACCES)
		return refuse(w, path, "which cannot be read", why);
	if (fd != -1 && (d = fdopendir(fd)) == NULL)
		(void)close(fd);
	if (d == NULL)
		return fail_sys(why, "cannot read '%s'", path);
	while (r == 0 && (errno = 0, e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 ||
		    strcmp(e->d_name, ".git") == 0)
			continue;
		child = xasprintf(
		    "%s%s%s", path, *path != '\0' ? "/" : "", e->d_name);
		r = look_at(w, child, why);
		free(child);
	}
	if (r == 0 && errno != 0)
		r = fail_sys(why, "cannot read '%s'", path);
	(void)closedir(d);
	return r;
}

int
look_through(const struct git *g, const char *base, const struct buf *skip,
    struct fail *why)
{
	struct walk w = {
	    .git = g, .base = base, .skip = skip, .todo = BUF_INIT(BUF_ANY)};
	char *path;
	int r = 0;

	/* Fact: were it a link, git would follow it (git 2.39.5). */
	w.root = open(g->tree, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (w.root == -1)
		return fail(why, FAIL_POLICY, 0, "the work tree is gone");
	buf_putc(&w.todo, '\0');
	while (r == 0 && w.todo.len != 0) {
		/* From the end: depth first, so that little waits. */
		size_t at = w.todo.len - 1;

		while (at > 0 && w.todo.data[at - 1] != '\0')
			at--;
		path = xstrdup(w.todo.data + at);
		w.todo.len = at;
		w.todo.data[at] = '\0';
		r = look_in(&w, path, why);
		free(path);
	}
	(void)close(w.root);
	buf_free(&w.todo);
	return r;
}

int
look_unfinished(const char *tree, struct fail *why)
{
	static const char *const marks[][2] = {{"rebase-merge", "rebase"},
	    {"rebase-apply", "rebase"}, {"MERGE_HEAD", "merge"},
	    {"CHERRY_PICK_HEAD", "cherry-pick"}, {"REVERT_HEAD", "revert"}};
	struct stat st;
	char *path;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < sizeof(marks) / sizeof(*marks); i++) {
		path = xasprintf("%s/.git/%s", tree, marks[i][0]);
		if (lstat(path, &st) == 0)
			r = fail(why, FAIL_POLICY, 0,
			    "Claude left a %s half done", marks[i][1]);
		free(path);
	}
	return r;
}

/* The directory that holds path is a real one, so ".." in front is exact; one
 * that follows a name need not be, as the name may be another link. */
bool
look_leads_out(const char *path, const char *target)
{
	size_t depth = 0, len;
	bool named = false;

	for (; (path = strchr(path, '/')) != NULL; path++)
		depth++;
	if (*target == '/')
		return true;
	for (; *target != '\0'; target += len + (target[len] == '/')) {
		len = strcspn(target, "/");
		if (len == 2 && strncmp(target, "..", 2) == 0) {
			if (named || depth-- == 0)
				return true;
		} else if (len != 0 && !(len == 1 && *target == '.'))
			named = true;
	}
	return false;
}
