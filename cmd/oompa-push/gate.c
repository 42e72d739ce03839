/*
 * The gate: rules on what the commit changes.
 *
 * Every rule is a function on one changed path; the table at the end names
 * them all.  The list of changes is git's own (diff-tree --raw), never a
 * parsed patch.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "push.h"
#include "xalloc.h"

/* What a reviewer can be asked to read: a commit with more in it is the work
 * of a runaway, or generated. */
#define ADDED_MAX ((int64_t)5 << 20) /* bytes */
#define FILES_MAX 300

#define LINK_MAX 4096 /* bytes of a link's target: PATH_MAX */

#define MODE_LINK      "120000"
#define MODE_SUBMODULE "160000"

struct change {
	char *path;
	char old_mode[7], new_mode[7];
	char old_oid[GIT_OID_SIZE], new_oid[GIT_OID_SIZE];
};

struct gate {
	const struct job *j;
	struct change *list;
	size_t n;
};

static bool
is_mode(const char *mode, const char *want)
{
	return strcmp(mode, want) == 0;
}

static bool
is_there(const char *mode)
{
	return !is_mode(mode, "000000");
}

/* Reading. */

static const char *
field(const char *s, char *out, size_t size)
{
	size_t n = strcspn(s, " ");

	if (n >= size)
		n = size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
	s += strcspn(s, " ");
	return *s == ' ' ? s + 1 : s;
}

/* ":old new oid oid status" NUL path NUL, see git-diff-tree(1). */
static int
parse(struct gate *g, const struct buf *raw, struct fail *why)
{
	const char *s = raw->data, *end = raw->data + raw->len;
	struct change *c;

	while (s < end && *s == ':') {
		g->list = xrealloc(g->list, (g->n + 1) * sizeof(*g->list));
		c = &g->list[g->n];
		s = field(s + 1, c->old_mode, sizeof(c->old_mode));
		s = field(s, c->new_mode, sizeof(c->new_mode));
		s = field(s, c->old_oid, sizeof(c->old_oid));
		s = field(s, c->new_oid, sizeof(c->new_oid));
		s += strlen(s) + 1;
		if (s >= end)
			break;
		c->path = xstrdup(s);
		g->n++;
		s += strlen(s) + 1;
	}
	if (s != end)
		return fail(why, FAIL_CHILD, 0, "git diff-tree: unexpected");
	return 0;
}

static int
read_changes(struct gate *g, struct fail *why)
{
	const struct job *j = g->j;
	const char *args[] = {"diff-tree", "-r", "--raw", "-z", "--no-renames",
	    "--full-index", j->base_oid, j->head, NULL};
	struct buf raw = BUF_INIT(BUF_ANY);
	int r = git_run(&j->git, args, &raw, why);

	if (r == 0)
		r = parse(g, &raw, why);
	buf_free(&raw);
	return r;
}

/* Rules. */

/* Who owns these decides what runs, who must review, or what tools and agents
 * are told.  anywhere: not only at the top. */
static const struct {
	const char *name;
	bool anywhere;
} protected[] = {
    {".github", false},
    {".claude", true},
    {".mcp.json", true},
    {"CODEOWNERS", true},
    {".gitattributes", true},
    {".gitmodules", true},
};

/* Without regard to case: there are file systems that have none. */
static bool
is_protected(const char *path)
{
	const char *part = path;
	size_t i, n;

	for (;; part += n + 1) {
		n = strcspn(part, "/");
		for (i = 0; i < sizeof(protected) / sizeof(protected[0]); i++)
			if ((part == path || protected[i].anywhere) &&
			    strlen(protected[i].name) == n &&
			    strncasecmp(part, protected[i].name, n) == 0)
				return true;
		if (part[n] == '\0')
			return false;
	}
}

/* Does one of --allow-path let it through?  "dir/ **" (without the blank)
 * means all below dir. */
static bool
is_allowed(const struct job *j, const char *path)
{
	const char *rest = opt_str(j->push->o, O_ALLOW_PATH);
	bool found = false;
	char *glob;
	size_t n;

	while (!found && (glob = opt_word(&rest)) != NULL) {
		n = strlen(glob);
		if (n > 3 && strcmp(glob + n - 3, "/**") == 0)
			found = strncmp(path, glob, n - 2) == 0;
		else
			found = fnmatch(glob, path, FNM_PATHNAME) == 0;
		free(glob);
	}
	return found;
}

static int
rule_protected(const struct gate *g, const struct change *c, struct fail *why)
{
	const char *slash = strrchr(c->path, '/');
	int dir = slash != NULL ? (int)(slash - c->path) + 1 : 0;

	if (!is_protected(c->path) || is_allowed(g->j, c->path))
		return 0;
	return fail(why, FAIL_POLICY, 0,
	    "changes %.150s (protected; --allow-path '%.*s%.100s' lets it "
	    "through)",
	    c->path, dir > 100 ? 100 : dir, c->path,
	    slash != NULL ? "*" : c->path);
}

static int
rule_submodule(const struct gate *g, const struct change *c, struct fail *why)
{
	(void)g;
	if (!is_mode(c->old_mode, MODE_SUBMODULE) &&
	    !is_mode(c->new_mode, MODE_SUBMODULE))
		return 0;
	return fail(
	    why, FAIL_POLICY, 0, "changes the submodule %.200s", c->path);
}

/*
 * Does a link at path lead out of the tree?  ".." may only come first: behind
 * a name it would be taken from wherever that name leads, when it is a link
 * itself.  The repository's own .git counts as outside.
 */
static bool
leads_out(const char *path, const char *target)
{
	size_t depth = 0, n;
	bool down = false;
	const char *s;

	for (s = path; *s != '\0'; s++)
		depth += *s == '/';
	if (*target == '/')
		return true;
	for (s = target; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.') {
			if (down || depth-- == 0)
				return true;
		} else if (n == 4 && strncasecmp(s, ".git", 4) == 0)
			return true;
		else
			down = down || (n != 0 && !(n == 1 && *s == '.'));
	}
	return false;
}

static int
rule_link(const struct gate *g, const struct change *c, struct fail *why)
{
	const char *args[] = {"cat-file", "blob", c->new_oid, NULL};
	struct buf target = BUF_INIT(LINK_MAX);
	int r = 0;

	if (!is_mode(c->new_mode, MODE_LINK))
		return 0;
	r = git_run(&g->j->git, args, &target, why);
	if (r == 0 && (target.cut || strlen(target.data) != target.len ||
			  leads_out(c->path, target.data)))
		r = fail(why, FAIL_POLICY, 0,
		    "the link %.200s leads out of the tree", c->path);
	buf_free(&target);
	return r;
}

typedef int rule_fn(const struct gate *, const struct change *, struct fail *);

static rule_fn *const rules[] = {rule_protected, rule_submodule, rule_link};

/* The rule on the whole: sizes, by way of "git cat-file --batch-check". */

static void
list_blob(struct buf *b, const char *mode, const char *oid)
{
	if (is_there(mode) && !is_mode(mode, MODE_SUBMODULE))
		buf_printf(b, "%s\n", oid);
	else
		buf_puts(b, "-\n"); /* answered by a line, too: "- missing" */
}

static int
check_size(const struct gate *g, struct fail *why)
{
	const char *args[] = {"cat-file", "--batch-check=%(objectsize)", NULL};
	struct buf in = BUF_INIT(BUF_ANY), out = BUF_INIT(BUF_ANY);
	int64_t added = 0, before, after;
	const char *s;
	size_t i;
	int r;

	if (g->n > FILES_MAX)
		return fail(why, FAIL_POLICY, 0,
		    "changes %zu files (at most %d)", g->n, FILES_MAX);
	for (i = 0; i < g->n; i++) {
		list_blob(&in, g->list[i].old_mode, g->list[i].old_oid);
		list_blob(&in, g->list[i].new_mode, g->list[i].new_oid);
	}
	r = git_feed(&g->j->git, args, in.data, in.len, &out, why);
	for (i = 0, s = out.data; r == 0 && i < g->n; i++) {
		before = strtoll(s, NULL, 10);
		s += strcspn(s, "\n") + (*s != '\0');
		after = strtoll(s, NULL, 10);
		s += strcspn(s, "\n") + (*s != '\0');
		added += after > before ? after - before : 0;
	}
	if (r == 0 && added > ADDED_MAX)
		r = fail(why, FAIL_POLICY, 0,
		    "adds %" PRId64 " bytes (at most %" PRId64 ")", added,
		    ADDED_MAX);
	buf_free(&in);
	buf_free(&out);
	return r;
}

static int
check_all(const struct gate *g, struct fail *why)
{
	size_t i, k;

	if (g->n == 0)
		return fail(why, FAIL_POLICY, 0, "changes nothing");
	if (check_size(g, why) == -1)
		return -1;
	for (i = 0; i < g->n; i++)
		for (k = 0; k < sizeof(rules) / sizeof(rules[0]); k++)
			if (rules[k](g, &g->list[i], why) == -1)
				return -1;
	return 0;
}

int
gate(struct job *j, struct fail *why)
{
	struct gate g = {.j = j};
	int r = read_changes(&g, why);
	size_t i;

	if (r == 0)
		r = check_all(&g, why);
	if (r == -1 && why->kind == FAIL_POLICY)
		(void)fail_wrap(why, "refused");
	for (i = 0; i < g.n; i++)
		free(g.list[i].path);
	free(g.list);
	return r;
}
