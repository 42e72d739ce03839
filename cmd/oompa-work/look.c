/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "env.h"
#include "log.h"
#include "look.h"
#include "tracked.h"
#include "utf8.h"
#include "xalloc.h"

#define GITLINK   CHANGE_GITLINK " "
#define DEPTH_MAX 256 /* folders above a new one */

/* What may be ignored, and so not matter. */
enum kind { FOLDER, SPECIAL, UNREADABLE, LARGE };

struct suspect {
	char *path;
	enum kind kind;
};

struct walk {
	const struct git *git;
	const char *base; /* NULL: only what git must not come across */
	const struct buf *skip;
	struct tracked tracked;
	int root;                 /* the work tree */
	struct buf todo;          /* folders to read; each ends in a NUL */
	struct suspect *suspects; /* of the folders that were read */
	size_t n;
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

static int
refuse(const char *path, const char *what, struct fail *why)
{
	char name[LOOK_NAME_SIZE];

	return fail(why, FAIL_POLICY, 0, "the change holds %s, %s",
	    look_name(path, name), what);
}

static bool
is_large(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_size > LOOK_FILE_MAX;
}

static int
refuse_large(struct fail *why)
{
	return fail(
	    why, FAIL_POLICY, 0, "the change holds a file of over 50 MiB");
}

/* A large file is fine when the base has it; a change of the same size is
 * found later.  Better than to have git read what nobody wants. */
static int
check_large(const struct walk *w, const char *path, struct fail *why)
{
	static const char *const literal[] = {"GIT_LITERAL_PATHSPECS=1", NULL};
	const char *const ask[] = {"ls-tree", "-l", "-z",
	    w->base != NULL ? w->base : "HEAD", "--", path, NULL};
	struct git g = *w->git;
	struct buf row = BUF_INIT(BUF_ANY);
	char digits[24] = "";
	struct stat st;
	int r;

	g.env = literal;
	r = git_run(&g, ask, &row, why);
	if (r == 0 && (fstatat(w->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
			  sscanf(row.data, "%*s %*s %*s %23s", digits) != 1 ||
			  strtoll(digits, NULL, 10) != st.st_size))
		r = refuse_large(why);
	buf_free(&row);
	return r;
}

/* It is not ignored. */
static int
judge(struct walk *w, const struct suspect *s, struct fail *why)
{
	switch (s->kind) {
	case FOLDER:
		buf_add(&w->todo, s->path, strlen(s->path) + 1);
		return 0;
	case SPECIAL:
		return refuse(s->path, "which is a special file", why);
	case UNREADABLE:
		return refuse(s->path, "which cannot be read", why);
	case LARGE:
		break;
	}
	return check_large(w, s->path, why);
}

/* Of the suspects those that git ignores, each as "./path" and a NUL. */
static int
ask_ignored(struct walk *w, struct buf *ignored, struct fail *why)
{
	static const char *const ask[] = {
	    "check-ignore", "--no-index", "-z", "--stdin", NULL};
	struct buf b = BUF_INIT(BUF_ANY);
	size_t i;
	int r;

	/* "./" keeps a name from meaning something else. */
	for (i = 0; i < w->n; i++)
		buf_printf(&b, "./%s%c", w->suspects[i].path, '\0');
	r = git_feed(w->git, ask, b.data, b.len, ignored, why);
	/* Fact: 1 is that none is ignored (git 2.39.5). */
	if (r == -1 && why->kind == FAIL_CHILD && why->code == 1)
		r = 0;
	buf_free(&b);
	return r;
}

/* One git for all that one round has found: there may be thousands. */
static int
judge_all(struct walk *w, struct fail *why)
{
	struct buf ignored = BUF_INIT(BUF_ANY);
	const char *p;
	size_t i;
	int r = w->n != 0 ? ask_ignored(w, &ignored, why) : 0;

	for (i = 0, p = ignored.data; i < w->n; i++) {
		/* They come in the order of the question. */
		if (p < ignored.data + ignored.len &&
		    strcmp(p + 2, w->suspects[i].path) == 0)
			p += strlen(p) + 1;
		else if (r == 0)
			r = judge(w, &w->suspects[i], why);
		free(w->suspects[i].path);
	}
	w->n = 0;
	buf_free(&ignored);
	return r;
}

/* Git looks for exclusions in every folder above: for new ones that is cheap
 * only as long as they are not very deep. */
static bool
too_deep(const char *path)
{
	size_t n = 0;

	for (; (path = strchr(path, '/')) != NULL; path++)
		n++;
	return n > DEPTH_MAX;
}

/* What the base has is never ignored. */
static int
suspect(struct walk *w, const char *path, enum kind kind, struct fail *why)
{
	struct suspect s = {.kind = kind};
	bool known = kind == FOLDER ? tracked_below(&w->tracked, path)
				    : tracked_has(&w->tracked, path);
	int r;

	if (!known && too_deep(path))
		return fail(why, FAIL_POLICY, 0,
		    "the change holds a path that is too deep");
	s.path = xstrdup(path);
	if (!known) {
		w->suspects = xrealloc(
		    w->suspects, (w->n + 1) * sizeof(*w->suspects));
		w->suspects[w->n++] = s;
		return 0;
	}
	r = judge(w, &s, why);
	free(s.path);
	return r;
}

/* In a submodule of the base git looks for the commit.  What is no file it
 * would wait for. */
static int
look_at_link(const struct walk *w, const char *path, struct fail *why)
{
	static const char *const files[] = {
	    "/HEAD", "/config", "/commondir", "/packed-refs", ""};
	struct stat st;
	char *file;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < sizeof(files) / sizeof(*files); i++) {
		file = xasprintf("%s/.git%s", path, files[i]);
		if (fstatat(w->root, file, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    !S_ISREG(st.st_mode) &&
		    !(*files[i] == '\0' && S_ISDIR(st.st_mode)))
			r = refuse(file, "which is no regular file", why);
		free(file);
	}
	return r;
}

static int
look_at(struct walk *w, const char *path, const char *name, struct fail *why)
{
	struct stat st;

	if (strlen(path) >= PATH_MAX)
		return fail(why, FAIL_POLICY, 0,
		    "the change holds a path that is too long");
	if (fstatat(w->root, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return fail_sys(why, "cannot look at '%s'", path);
	if (S_ISLNK(st.st_mode))
		return 0;
	if (S_ISDIR(st.st_mode))
		return look_listed(w->skip, path)
			   ? look_at_link(w, path, why)
			   : suspect(w, path, FOLDER, why);
	/* Git reads all of these to know what is ignored. */
	if (strcmp(name, ".gitignore") == 0 ||
	    strcmp(name, ".gitattributes") == 0) {
		if (!S_ISREG(st.st_mode))
			return refuse(path, "which is a special file", why);
		if (is_large(&st))
			return refuse_large(why);
	}
	if (w->base == NULL)
		return is_large(&st) && tracked_has(&w->tracked, path)
			   ? check_large(w, path, why)
			   : 0;
	if (!S_ISREG(st.st_mode))
		return suspect(w, path, SPECIAL, why);
	if (faccessat(w->root, path, R_OK, AT_EACCESS) == -1)
		return suspect(w, path, UNREADABLE, why);
	if (is_large(&st))
		return suspect(w, path, LARGE, why);
	return 0;
}

static int
look_at_entry(
    struct walk *w, const char *folder, const char *name, struct fail *why)
{
	char *path;
	int r;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	/* Git would look into it, and wait for a pipe in there. */
	if (strcmp(name, ".git") == 0)
		return *folder == '\0'
			   ? 0
			   : fail(why, FAIL_POLICY, 0,
				 "the change holds an embedded repository");
	path = xasprintf("%s%s%s", folder, *folder != '\0' ? "/" : "", name);
	r = look_at(w, path, name, why);
	free(path);
	return r;
}

/* Everything in one folder; "" is the work tree. */
static int
look_in(struct walk *w, const char *path, struct fail *why)
{
	struct dirent *e;
	DIR *d = NULL;
	int r = 0, fd;

	fd = openat(w->root, *path != '\0' ? path : ".",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1 && errno == EACCES)
		return refuse(path, "which cannot be read", why);
	if (fd != -1 && (d = fdopendir(fd)) == NULL)
		(void)close(fd);
	if (d == NULL)
		return fail_sys(why, "cannot read '%s'", path);
	while (r == 0 && (errno = 0, e = readdir(d)) != NULL)
		r = look_at_entry(w, path, e->d_name, why);
	if (r == 0 && errno != 0)
		r = fail_sys(why, "cannot read '%s'", path);
	(void)closedir(d);
	return r;
}

/* All folders that are known, and so the next round's. */
static int
look_round(struct walk *w, struct fail *why)
{
	struct buf now = w->todo;
	const char *p;
	int r = 0;

	w->todo = (struct buf)BUF_INIT(BUF_ANY);
	for (p = now.data; r == 0 && p < now.data + now.len; p += strlen(p) + 1)
		r = look_in(w, p, why);
	buf_free(&now);
	return r == 0 ? judge_all(w, why) : -1;
}

int
look_through(const struct git *g, const char *base, const struct buf *skip,
    struct fail *why)
{
	struct walk w = {.git = g,
	    .base = base,
	    .skip = skip,
	    .tracked = TRACKED_INIT,
	    .todo = BUF_INIT(BUF_ANY)};
	int r;

	/* Fact: were it a link, git would follow it (git 2.39.5). */
	w.root = open(g->tree, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (w.root == -1)
		return fail(why, FAIL_POLICY, 0, "the work tree is gone");
	r = tracked_load(&w.tracked, g, why);
	buf_putc(&w.todo, '\0');
	while (r == 0 && w.todo.len != 0)
		r = look_round(&w, why);
	while (w.n > 0)
		free(w.suspects[--w.n].path);
	free(w.suspects);
	(void)close(w.root);
	tracked_done(&w.tracked);
	buf_free(&w.todo);
	return r;
}

int
look_links(const struct git *g, const char *commit, struct buf *links,
    struct fail *why)
{
	const char *const list[] = {"ls-tree", "-r", "-z", commit, NULL};
	struct buf all = BUF_INIT(BUF_ANY);
	int r = git_run(g, list, &all, why);

	if (r == 0)
		look_keep_links(links, &all);
	buf_free(&all);
	return r;
}

void
look_keep_links(struct buf *out, const struct buf *list)
{
	const char *p = list->data, *end = p + list->len;

	for (; p < end; p += strlen(p) + 1)
		if (strncmp(p, GITLINK, strlen(GITLINK)) == 0)
			buf_add(out, p, strlen(p) + 1);
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
