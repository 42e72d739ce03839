/*
 * The gate: the table of its rules, and their order.
 *
 * What is changed is read from git's own list (diff-tree --raw), and what is
 * added from its hunks, see added.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "xalloc.h"

/* A rule may look at the whole, at each changed path, at the lines that are
 * added.  firm: why --allow-rule does not switch it off. */
static const struct rule {
	const char *code;
	unsigned actions; /* GATE_... */
	const char *firm;
	int (*whole)(const struct gate *, struct fail *);
	int (*path)(
	    const struct gate *, const struct gate_change *, struct fail *);
	gate_added_fn *added;
} rules[] = {
    /* The first three are change.c's, which makes that there is something to
     * judge. */
    {"bundle", GATE_ALL, .firm = "git would take what is broken"},
    {"base", GATE_ALL, .firm = "nobody would know what is published"},
    {"commits", GATE_ALL, .firm = "nobody would know what is published"},
    /* Before all that names a path. */
    {"secret", GATE_ALL, "--allow-secret lets a single value through",
	leak_commits, leak_path, leak_line},
    {"size", GATE_CHANGE, .whole = rule_size},
    {"name", GATE_ALL, .path = rule_name},
    {"protected", GATE_CHANGE, .path = rule_protected},
    {"symlink", GATE_ALL, "it would reach what is not in the repository",
	.path = rule_symlink},
    {"submodule", GATE_CHANGE, .path = rule_submodule},
    {"message", GATE_CHANGE, .whole = rule_message},
    {"outside", GATE_REVIEW, .whole = rule_outside},
    /* No action of this version uses the rest. */
    {"tests", GATE_CI, .path = rule_tests},
    {"skips", GATE_CI, .added = rule_skips_line},
    {"lint", GATE_CI, .path = rule_lint, .added = rule_lint_line},
    {"rewrite", GATE_REWRITE, .whole = rule_rewrite},
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

bool
gate_is_mode(const char *mode, const char *want)
{
	return strcmp(mode, want) == 0;
}

bool
gate_is_there(const char *mode)
{
	return !gate_is_mode(mode, "000000");
}

static const struct rule *
find(const char *code)
{
	size_t i;

	for (i = 0; i < RULES; i++)
		if (strcmp(rules[i].code, code) == 0)
			return &rules[i];
	return NULL;
}

const char *
gate_may_allow(const char *code)
{
	const struct rule *r = find(code);

	return r == NULL ? "there is no such rule" : r->firm;
}

int
gate_refuse(const struct gate *g, struct fail *why, const char *way,
    const char *fmt, ...)
{
	char what[sizeof(why->msg)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (way == NULL && gate_may_allow(g->code) != NULL)
		return fail(why, FAIL_POLICY, 0, "%.300s (%s)", what, g->code);
	if (way == NULL)
		return fail(why, FAIL_POLICY, 0,
		    "%.300s (%s; --allow-rule %s lets it through)", what,
		    g->code, g->code);
	return fail(why, FAIL_POLICY, 0, "%.300s (%s; %.160s lets it through)",
	    what, g->code, way);
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
	struct gate_change *c;

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
	const char *args[] = {"diff-tree", "-r", "--raw", "-z", "--no-renames",
	    "--full-index", g->base, g->head, NULL};
	struct buf raw = BUF_INIT(BUF_ANY);
	int r = git_run(g->git, args, &raw, why);

	if (r == 0)
		r = parse(g, &raw, why);
	buf_free(&raw);
	return r;
}

/* Does the rule count, for this action and by the options? */
static bool
applies(const struct gate *g, const struct rule *r)
{
	return (r->actions & g->action) != 0 &&
	       (r->firm != NULL || !opt_lists(g->o, O_ALLOW_RULE, r->code));
}

static int
look_added(const struct gate *g, const struct gate_change *c, const char *text,
    size_t len, struct fail *why)
{
	struct gate now = *g;
	size_t i;

	for (i = 0; i < RULES; i++) {
		now.code = rules[i].code;
		if (rules[i].added != NULL && applies(g, &rules[i]) &&
		    rules[i].added(&now, c, text, len, why) == -1)
			return -1;
	}
	return 0;
}

static int
look_at(struct gate *g, const struct rule *r, struct fail *why)
{
	size_t i;

	g->code = r->code;
	if (r->whole != NULL && r->whole(g, why) == -1)
		return -1;
	for (i = 0; r->path != NULL && i < g->n; i++)
		if (r->path(g, &g->list[i], why) == -1)
			return -1;
	return 0;
}

int
gate_check(struct gate *g, struct fail *why)
{
	size_t i;

	if (read_changes(g, why) == -1)
		return -1;
	if (g->n == 0)
		return fail(why, FAIL_POLICY, 0, "changes nothing (commits)");
	for (i = 0; i < RULES; i++)
		if (applies(g, &rules[i]) && look_at(g, &rules[i], why) == -1)
			return -1;
	return added_each(g, look_added, why);
}

void
gate_done(struct gate *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		free(g->list[i].path);
	free(g->list);
	g->list = NULL;
	g->n = 0;
}
