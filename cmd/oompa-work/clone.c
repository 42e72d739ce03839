/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "attr.h"
#include "clone.h"
#include "file.h"
#include "git.h"
#include "look.h"
#include "xalloc.h"

int
clone_check(const struct place *p, const struct task *t, struct fail *why)
{
	const struct git g = {.dir = p->mirror};
	const char *const oids[] = {t->base, t->start};
	struct stat st;
	size_t i;
	int has;

	if (stat(p->mirror, &st) == -1)
		return fail(why, FAIL_SYSTEM, ENOENT,
		    "no mirror of %s: run oompa-fetch first", t->repo);
	for (i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
		if ((has = git_has(&g, oids[i], why)) == -1)
			return -1;
		if (!has)
			return fail(why, FAIL_SYSTEM, ENOENT,
			    "the mirror of %s lacks %s: run oompa-fetch first",
			    t->repo, oids[i]);
	}
	return 0;
}

/* An empty directory at path. */
static int
empty(const char *path, struct fail *why)
{
	if (file_remove_tree(path, why) == -1)
		return -1;
	return file_mkdir(path, why);
}

static int
borrow(const struct place *p, const char *dot_git, struct fail *why)
{
	char *path = xasprintf("%s/objects/info/alternates", dot_git);
	struct buf line = BUF_INIT(BUF_ANY);
	int r;

	git_quote(&line, p->objects);
	buf_putc(&line, '\n');
	r = file_write(path, line.data, line.len, why);
	free(path);
	buf_free(&line);
	return r;
}

/* A new .git: no template, so no hooks; no remote but the mirror. */
static int
init(const struct git *g, const struct place *p, const struct task *t,
    struct fail *why)
{
	char *branch = xasprintf("refs/heads/%s", t->branch);
	char *tracked = xasprintf("refs/remotes/origin/%s", t->base_ref);
	const char *const init[] = {"init", "-q", "--template=", NULL};
	const char *const origin[] = {
	    "remote", "add", "origin", p->mirror, NULL};
	const char *const head[] = {"symbolic-ref", "HEAD", branch, NULL};
	const char *const at[] = {"update-ref", branch, t->start, NULL};
	const char *const seen[] = {"update-ref", tracked, t->base, NULL};
	int r = -1;

	if (git_run(g, init, NULL, why) == 0 && borrow(p, g->dir, why) == 0 &&
	    git_run(g, origin, NULL, why) == 0 &&
	    git_run(g, head, NULL, why) == 0 &&
	    git_run(g, at, NULL, why) == 0 && git_run(g, seen, NULL, why) == 0)
		r = 0;
	free(branch);
	free(tracked);
	return r;
}

/* The commit's files.  Those that are right already are left alone, time stamps
 * and all; what it ignores stays.  changed, if not NULL, is told what
 * was not right. */
static int
check_out(const struct git *g, const struct buf *links, struct buf *changed,
    struct fail *why)
{
	static const char *const read[] = {"read-tree", "HEAD", NULL};
	/* In a submodule git would run with what lies there. */
	static const char *const status[] = {"status", "--porcelain", "-z",
	    "--no-renames", "--ignore-submodules=all", NULL};
	static const char *const reset[] = {"reset", "-q", "--hard", NULL};
	static const char *const clean[] = {"clean", "-ffdq", NULL};

	if (git_run(g, read, NULL, why) == -1 ||
	    attr_settle(g, changed, why) == -1 ||
	    look_through(g, NULL, links, why) == -1 ||
	    attr_refresh(g, why) == -1 ||
	    (changed != NULL && git_run(g, status, changed, why) == -1) ||
	    attr_remove_converted(g, why) == -1 ||
	    git_run(g, reset, NULL, why) == -1)
		return -1;
	return git_run(g, clean, NULL, why);
}

/* A directory, with what is in it.  Without a room somebody may have put a link
 * there, and what it leads to is none of ours. */
static int
make_dir(const char *path, struct fail *why)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode) &&
	    file_remove_tree(path, why) == -1)
		return -1;
	return file_mkdir(path, why);
}

static int
make_tree(const struct place *p, const struct task *t, struct buf *changed,
    struct fail *why)
{
	char *dot_git = xasprintf("%s/.git", p->tree);
	const struct git g = {.dir = dot_git, .tree = p->tree};
	struct buf links = BUF_INIT(BUF_ANY);
	int r = -1;

	if (make_dir(p->tree, why) == 0 &&
	    file_remove_tree(dot_git, why) == 0 && init(&g, p, t, why) == 0 &&
	    look_links(&g, t->start, &links, why) == 0 &&
	    check_out(&g, &links, changed, why) == 0)
		r = 0;
	free(dot_git);
	buf_free(&links);
	return r;
}

/* Fact: git clean passes over sockets and the like (git 2.39.5). */
static int
check_clean(const struct place *p, const struct task *t, struct fail *why)
{
	char *dot_git = xasprintf("%s/.git", p->tree);
	const struct git g = {.dir = dot_git, .tree = p->tree};
	struct buf links = BUF_INIT(BUF_ANY);
	int r = look_links(&g, t->start, &links, why);

	if (r == 0)
		r = look_through(&g, t->start, &links, why);
	free(dot_git);
	buf_free(&links);
	return r;
}

int
clone_make(const struct place *p, const struct task *t, struct fail *why)
{
	if (clone_check(p, t, why) == -1 || file_mkdir(p->work, why) == -1 ||
	    empty(p->tmp, why) == -1 || empty(p->home, why) == -1)
		return -1;
	if (make_tree(p, t, NULL, why) == 0 && check_clean(p, t, why) == 0)
		return 0;
	/* What the last task left may be past cleaning. */
	if (why->kind == FAIL_STOP || file_remove_tree(p->tree, why) == -1)
		return -1;
	return make_tree(p, t, NULL, why);
}

int
clone_renew(const struct place *p, const struct task *t, struct buf *changed,
    struct fail *why)
{
	if (make_dir(p->tmp, why) == -1 || make_dir(p->home, why) == -1 ||
	    make_tree(p, t, changed, why) == -1)
		return -1;
	return check_clean(p, t, why);
}
