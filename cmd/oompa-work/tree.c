/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "change.h"
#include "env.h"
#include "log.h"
#include "look.h"
#include "message.h"
#include "outbox.h"
#include "proc_env.h"
#include "record.h"
#include "refs.h"
#include "stop.h"
#include "tree.h"
#include "trivial.h"
#include "xalloc.h"

#define REF "refs/oompa/result"

struct taking {
	const struct work *w;
	const struct task *t;
	const struct place *p;
	struct git git;
	struct buf links; /* the base's submodules, as ls-tree -z has them */
	char *tree;       /* oid */
	char *commit;     /* oid */
	const char *code; /* of a refusal */
};

/*
 * Takes the base's submodules out of the index.  For one that is in it, git
 * add runs "git status" inside, with whatever configuration lies there.
 */
static int
hide_links(struct taking *k, struct fail *why)
{
	const char *const remove[] = {
	    "update-index", "-z", "--index-info", NULL};
	struct buf gone = BUF_INIT(BUF_ANY);
	const char *p;
	int r = look_links(&k->git, k->t->start, &k->links, why);

	for (p = k->links.data; p < k->links.data + k->links.len;
	     p += strlen(p) + 1)
		/* Mode 0 removes. */
		buf_printf(&gone, "0 %0*d%s%c", (int)strlen(k->t->start), 0,
		    strchrnul(p, '\t'), '\0');
	if (r == 0 && gone.len != 0)
		r = git_feed(&k->git, remove, gone.data, gone.len, NULL, why);
	buf_free(&gone);
	return r;
}

/* Puts them back as they were; what is in their place goes. */
static int
restore_links(struct taking *k, struct fail *why)
{
	const char *const put[] = {
	    "update-index", "-z", "--replace", "--index-info", NULL};

	if (k->links.len == 0)
		return 0;
	return git_feed(&k->git, put, k->links.data, k->links.len, NULL, why);
}

/* FAIL_POLICY when a repository that the base does not have was added. */
static int
check_links(struct taking *k, struct fail *why)
{
	const char *const list[] = {"ls-files", "-s", "-z", NULL};
	struct buf all = BUF_INIT(BUF_ANY), links = BUF_INIT(BUF_ANY);
	const char *p, *tab;
	int r = git_run(&k->git, list, &all, why);

	if (r == 0)
		look_keep_links(&links, &all);
	for (p = links.data; r == 0 && p < links.data + links.len;
	     p += strlen(p) + 1) {
		tab = strchrnul(p, '\t');
		if (*tab == '\0' || !look_listed(&k->links, tab + 1))
			r = fail(why, FAIL_POLICY, 0,
			    "the change holds an embedded repository");
	}
	buf_free(&all);
	buf_free(&links);
	return r;
}

static int
add_all(struct taking *k, struct fail *why)
{
	static const char *const add[] = {"add", "-A", NULL};

	if (git_run(&k->git, add, NULL, why) == 0)
		return 0;
	/* Fact: what git 2.39.5 says of a name that another system would take
	 * for .git. */
	if (strstr(why->msg, "invalid path") != NULL)
		return fail(why, FAIL_POLICY, 0,
		    "the change holds a file with a name that git refuses");
	return -1;
}

/* What is there can be taken.  The index holds the base. */
static int
look(struct taking *k, struct fail *why)
{
	struct stat st;

	k->code = "tree";
	if (lstat(k->p->tree, &st) == -1 || !S_ISDIR(st.st_mode))
		return fail(why, FAIL_POLICY, 0, "the work tree is gone");
	if (look_unfinished(k->p->tree, why) == -1)
		return -1;
	k->code = "limits";
	return look_through(&k->git, k->t->start, &k->links, why);
}

/* The tree that Claude left, written from a fresh index. */
static int
write_tree(struct taking *k, struct fail *why)
{
	const char *const read[] = {"read-tree", k->t->start, NULL};
	static const char *const write[] = {"write-tree", NULL};

	if (file_remove_tree(k->p->git, why) == -1 ||
	    git_init_bare(k->p->git, why) == -1 ||
	    git_run(&k->git, read, NULL, why) == -1 ||
	    hide_links(k, why) == -1 || look(k, why) == -1 ||
	    add_all(k, why) == -1 || check_links(k, why) == -1 ||
	    restore_links(k, why) == -1)
		return -1;
	return git_line(&k->git, write, &k->tree, why);
}

/* None of the objects, one name a line, is too large. */
static int
check_sizes(struct taking *k, const struct buf *oids, struct fail *why)
{
	static const char *const ask[] = {
	    "cat-file", "--batch-check=%(objectsize)", NULL};
	struct buf sizes = BUF_INIT(BUF_ANY);
	const char *p;
	int r = 0;

	if (oids->len != 0)
		r = git_feed(&k->git, ask, oids->data, oids->len, &sizes, why);
	for (p = sizes.data; r == 0 && *p != '\0';
	     p += strcspn(p, "\n"), p += *p == '\n')
		if (strtoll(p, NULL, 10) > LOOK_FILE_MAX)
			r = fail(why, FAIL_POLICY, 0,
			    "the change holds a file of over 50 MiB");
	buf_free(&sizes);
	return r;
}

static bool
is_new_link(const struct change *c)
{
	return change_has_new(c) && strcmp(c->new_mode, CHANGE_LINK) == 0;
}

/* "OID blob SIZE", the target, each a line: the next of them, or NULL. */
static char *
next_target(const char **at, const char *end)
{
	static const char blob[] = " blob ";
	const char *text = memchr(*at, '\n', (size_t)(end - *at)), *digits;
	size_t size;

	if (text == NULL || (digits = memmem(*at, (size_t)(text - *at), blob,
				 strlen(blob))) == NULL)
		return NULL;
	size = strtoul(digits + strlen(blob), NULL, 10);
	if (size >= (size_t)(end - ++text))
		return NULL;
	*at = text + size + 1;
	return xstrndup(text, size);
}

static int
check_symlink(const char *path, const char *target, struct fail *why)
{
	char name[LOOK_NAME_SIZE];

	if (!look_leads_out(path, target))
		return 0;
	return fail(why, FAIL_POLICY, 0,
	    "the change holds %s, a symbolic link that may lead out of the "
	    "repository",
	    look_name(path, name));
}

/* New symbolic links stay inside the tree.  oids are theirs, one a line. */
static int
check_symlinks(struct taking *k, const struct buf *list, const struct buf *oids,
    struct fail *why)
{
	static const char *const show[] = {"cat-file", "--batch", NULL};
	struct buf targets = BUF_INIT(BUF_ANY);
	const char *at = list->data, *from;
	struct change c;
	char *target;
	int r = 0;

	if (oids->len != 0)
		r = git_feed(
		    &k->git, show, oids->data, oids->len, &targets, why);
	from = targets.data;
	while (r == 0 && change_next(&at, list->data + list->len, &c)) {
		if (!is_new_link(&c))
			continue;
		target = next_target(&from, targets.data + targets.len);
		r = target != NULL
			? check_symlink(c.path, target, why)
			: fail(why, FAIL_POLICY, 0,
			      "the change is too large to be looked through");
		free(target);
	}
	buf_free(&targets);
	return r;
}

/* That there is anything left at all. */
static int
check_not_empty(struct taking *k, struct fail *why)
{
	const char *const list[] = {"ls-tree", "-z", k->tree, NULL};
	struct buf rows = BUF_INIT(BUF_ANY);
	int r = git_run(&k->git, list, &rows, why);

	if (r == 0 && rows.len == 0)
		r = fail(why, FAIL_POLICY, 0, "the change deletes every file");
	buf_free(&rows);
	return r;
}

/* Counts the changed files, and looks at what each became. */
static int
check_files(struct taking *k, int64_t *files, struct fail *why)
{
	struct buf list = BUF_INIT(BUF_ANY), oids = BUF_INIT(BUF_ANY),
		   links = BUF_INIT(BUF_ANY);
	struct change c;
	const char *at;
	int r = change_list(&k->git, k->t->start, k->tree, &list, why);

	for (at = list.data;
	     r == 0 && change_next(&at, list.data + list.len, &c); (*files)++) {
		if (!change_has_new(&c) ||
		    strcmp(c.new_mode, CHANGE_GITLINK) == 0)
			continue;
		buf_printf(&oids, "%s\n", c.new);
		if (is_new_link(&c))
			buf_printf(&links, "%s\n", c.new);
	}
	if (r == 0)
		r = check_sizes(k, &oids, why);
	if (r == 0)
		r = check_symlinks(k, &list, &links, why);
	if (r == 0 && *files != 0)
		r = check_not_empty(k, why);
	buf_free(&list);
	buf_free(&oids);
	buf_free(&links);
	return r;
}

static int
check_secrets(struct taking *k, struct fail *why)
{
	/* What was deleted was there before. */
	const char *const diff[] = {"diff-tree", "-r", "-p", "-U0", "--text",
	    "--irreversible-delete", "--no-renames", "--no-ext-diff",
	    "--no-textconv", k->t->start, k->tree, NULL};
	struct buf text = BUF_INIT(BUF_ANY);
	int r = git_run(&k->git, diff, &text, why);

	if (r == 0 && text.len >= PROC_OUT_MAX)
		r = fail(why, FAIL_POLICY, 0,
		    "the change is too large to be looked through");
	else if (r == 0 && env_secret_in(text.data, text.len)) {
		k->code = "secret";
		r = fail(why, FAIL_POLICY, 0, "the result held a credential");
	}
	buf_free(&text);
	return r;
}

static int
commit(struct taking *k, const struct result *res, struct fail *why)
{
	const char *const make[] = {
	    "commit-tree", k->tree, "-p", k->t->start, "-F", "-", NULL};
	struct proc_env env = {0};
	struct git g = k->git;
	struct buf message = BUF_INIT(BUF_ANY), out = BUF_INIT(BUF_ANY);
	int r;

	proc_env_set(&env, "GIT_AUTHOR_NAME", k->t->name);
	proc_env_set(&env, "GIT_AUTHOR_EMAIL", k->t->email);
	proc_env_set(&env, "GIT_COMMITTER_NAME", k->t->name);
	proc_env_set(&env, "GIT_COMMITTER_EMAIL", k->t->email);
	g.env = (const char *const *)env.v;
	message_make(
	    &message, k->t, res->message != NULL ? res->message : res->summary);
	r = git_feed(&g, make, message.data, message.len, &out, why);
	if (r == 0)
		k->commit = xstrndup(out.data, strcspn(out.data, "\n"));
	proc_env_done(&env);
	buf_free(&message);
	buf_free(&out);
	return r;
}

/* Makes what git wrote ours alone, hashes it, and puts it on the disk. */
static int
seal(const char *path, struct result *res, struct fail *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), r;

	if (fd == -1)
		return fail_sys(why, "cannot open '%s'", path);
	if (fchmod(fd, 0600) == -1 || fsync(fd) == -1)
		r = fail_sys(why, "cannot write '%s'", path);
	else
		r = file_sha256(fd, &res->bytes, res->sha256, why);
	(void)close(fd);
	return r;
}

/* What a run that was killed left of path.  git writes to a file beside it,
 * and would follow a link. */
static void
clear(const char *path)
{
	char *lock = xasprintf("%s.lock", path);

	(void)unlink(path);
	(void)unlink(lock);
	free(lock);
}

static int
bundle(struct taking *k, struct result *res, struct fail *why)
{
	const char *dir = k->w->outbox != NULL ? k->w->outbox : k->p->bundles;
	char *name = outbox_bundle(k->t->id);
	char *path = xasprintf("%s/%s", dir, name);
	char *tmp = xasprintf("%s.tmp", path);
	char *base = xasprintf("^%s", k->t->start);
	const char *const ref[] = {"update-ref", REF, k->commit, NULL};
	const char *const make[] = {
	    "bundle", "create", "-q", tmp, REF, base, NULL};
	int r = -1;

	clear(tmp);
	if (git_run(&k->git, ref, NULL, why) == 0 &&
	    git_run(&k->git, make, NULL, why) == 0 &&
	    seal(tmp, res, why) == 0) {
		if (rename(tmp, path) == 0)
			r = 0;
		else
			(void)fail_sys(why, "cannot write '%s'", path);
	}
	if (r == 0)
		res->bundle = xstrdup(name);
	else
		(void)unlink(tmp);
	free(name);
	free(path);
	free(tmp);
	free(base);
	return r;
}

/* There is no change: is it that Claude put it where it is not looked for? */
static int
look_elsewhere(struct taking *k, struct fail *why)
{
	const struct git mirror = {.dir = k->p->mirror};

	k->code = "tree";
	return refs_look(k->p->tree, k->t->branch, &mirror, why);
}

/* 1 when there is a change, 0 when there is none to speak of. */
static int
take(struct taking *k, struct result *res, struct fail *why)
{
	int r;

	if (write_tree(k, why) == -1 || check_files(k, &res->files, why) == -1)
		return -1;
	if (res->files == 0)
		return look_elsewhere(k, why);
	/* In a review somebody may have asked for just that. */
	r = k->t->feedback != NULL
		? 0
		: trivial_change(&k->git, k->t->start, k->tree, why);
	if (r != 0)
		return r == 1 ? 0 : -1;
	if (check_secrets(k, why) == -1 || commit(k, res, why) == -1 ||
	    bundle(k, res, why) == -1)
		return -1;
	return 1;
}

/* Did it fail because we were told to stop?  Whoever told us may have told git,
 * too. */
static bool
was_stopped(const struct fail *why)
{
	return why->kind == FAIL_STOP ||
	       (why->kind == FAIL_CHILD && why->code > 128 &&
		   stop_signal() != 0);
}

int
tree_take(const struct work *w, const struct task *t, const struct place *p,
    struct result *res, struct fail *why)
{
	struct taking k = {
	    .w = w,
	    .t = t,
	    .p = p,
	    .git = {.dir = p->git, .tree = p->tree, .borrow = p->objects},
	    .links = BUF_INIT(BUF_ANY),
	    .code = "limits",
	};
	char item[RECORD_ITEM_MAX];
	int r = take(&k, res, why);
	bool stopped = r == -1 && was_stopped(why);

	if (stopped)
		(void)fail(why, FAIL_STOP, stop_signal(), "stopped");
	else if (r == 1) {
		result_is(res, RESULT_CHANGED, NULL, NULL, "%" PRId64 " file%s",
		    res->files, res->files == 1 ? "" : "s");
		(void)snprintf(res->head, sizeof(res->head), "%s", k.commit);
	} else if (r == 0 && res->files != 0)
		result_is(res, RESULT_UNCHANGED, "trivial", "human",
		    "the change is only comments and white space");
	else if (r == 0)
		result_is(res, RESULT_UNCHANGED, NULL, "human",
		    "Claude said that it is done, but changed nothing");
	else if (why->kind == FAIL_POLICY)
		result_is(res, RESULT_FAILED, k.code,
		    strcmp(k.code, "tree") == 0 ? "later" : "human", "%s",
		    why->msg);
	else {
		log_at(LOG_WARN, record_item(t->rec, item), "%s", why->msg);
		result_is(res, RESULT_FAILED, "tree", "later",
		    "the change could not be taken from the clone");
	}
	if (r != 1)
		res->files = 0;
	buf_free(&k.links);
	free(k.tree);
	free(k.commit);
	return stopped ? -1 : 0;
}
