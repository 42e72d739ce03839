/*
 * The rule of the gate on rewrites: the same commits, by the same people, with
 * the same changes, on another base.  No action of this version uses it.
 *
 * A change is known by git patch-id --verbatim of its hunks with one line
 * around them: git rebase leaves just these alone, or stops.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "xalloc.h"

struct commit {
	char oid[GIT_OID_SIZE];
	char patch[GIT_OID_SIZE]; /* "": it changes nothing */
	char *people;             /* author, their time, message */
};

struct commits {
	struct commit *v;
	size_t n;
};

static void
done(struct commits *all)
{
	size_t i;

	for (i = 0; i < all->n; i++)
		free(all->v[i].people);
	free(all->v);
}

/* What a rewrite keeps of a commit: its author line and its message. */
static int
read_people(const struct gate *g, struct commit *c, struct fail *why)
{
	const char *args[] = {"log", "-1", "--no-show-signature",
	    "--format=%an%n%ae%n%at%n%B", c->oid, NULL};
	struct buf out = BUF_INIT(BUF_ANY);
	int r = git_run(g->git, args, &out, why);

	if (r == 0)
		c->people = xstrdup(out.data);
	buf_free(&out);
	return r;
}

static int
read_patch(const struct gate *g, struct commit *c, struct fail *why)
{
	const char *diff[] = {"diff-tree", "-p", "-U1", "--text",
	    "--no-renames", "--no-ext-diff", "--no-textconv", "--full-index",
	    c->oid, NULL};
	const char *id[] = {"patch-id", "--verbatim", NULL};
	struct buf patch = BUF_INIT(BUF_ANY), out = BUF_INIT(BUF_ANY);
	int r = git_run(g->git, diff, &patch, why);

	if (r == 0 && patch.len >= PROC_OUT_MAX)
		r = gate_refuse(g, why, NULL,
		    "the commit %.12s is too large to be compared", c->oid);
	if (r == 0)
		r = git_feed(g->git, id, patch.data, patch.len, &out, why);
	if (r == 0) {
		out.data[strcspn(out.data, " ")] = '\0';
		if (strlen(out.data) < sizeof(c->patch))
			memcpy(c->patch, out.data, strlen(out.data) + 1);
	}
	buf_free(&patch);
	buf_free(&out);
	return r;
}

/* The commits from base to head, oldest first. */
static int
read_commits(const struct gate *g, const char *base, const char *head,
    struct commits *all, struct fail *why)
{
	char *range = xasprintf("%s..%s", base, head);
	const char *args[] = {
	    "rev-list", "--reverse", "--topo-order", range, NULL};
	struct buf out = BUF_INIT(BUF_ANY);
	int r = git_run(g->git, args, &out, why);
	struct commit *c;
	const char *s;
	size_t n;

	for (s = out.data; r == 0 && *s != '\0'; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		all->v = xrealloc(all->v, (all->n + 1) * sizeof(*all->v));
		c = &all->v[all->n++];
		*c = (struct commit){0};
		memcpy(c->oid, s, n < sizeof(c->oid) ? n : sizeof(c->oid) - 1);
		r = read_people(g, c, why);
		if (r == 0)
			r = read_patch(g, c, why);
	}
	buf_free(&out);
	free(range);
	return r;
}

/* The names of the files that a commit changes, each with a NUL. */
static int
read_files(
    const struct gate *g, const char *oid, struct buf *out, struct fail *why)
{
	const char *args[] = {"diff-tree", "-r", "-z", "--name-only",
	    "--no-commit-id", "--no-renames", oid, NULL};

	return git_run(g->git, args, out, why);
}

/* Where a conflict was resolved the change is another, but in the same
 * files. */
static int
same_files(const struct gate *g, const struct commit *old,
    const struct commit *new, struct fail *why)
{
	struct buf was = BUF_INIT(BUF_ANY), is = BUF_INIT(BUF_ANY);
	const char *p, *q;
	int r = read_files(g, old->oid, &was, why);

	if (r == 0)
		r = read_files(g, new->oid, &is, why);
	for (p = is.data; r == 0 && p < is.data + is.len; p += strlen(p) + 1) {
		for (q = was.data; q < was.data + was.len && strcmp(p, q) != 0;)
			q += strlen(q) + 1;
		if (q >= was.data + was.len)
			r = gate_refuse(g, why, NULL,
			    "the commit %.12s changed %.150s, which %.12s does "
			    "not",
			    new->oid, p, old->oid);
	}
	buf_free(&was);
	buf_free(&is);
	return r;
}

static int
compare(const struct gate *g, const struct commit *old,
    const struct commit *new, struct fail *why)
{
	if (strcmp(old->people, new->people) != 0)
		return gate_refuse(g, why, NULL,
		    "the commit %.12s has another author or message than "
		    "%.12s",
		    new->oid, old->oid);
	if (strcmp(old->patch, new->patch) == 0)
		return 0;
	if (g->action == GATE_CONFLICT)
		return same_files(g, old, new, why);
	return gate_refuse(g, why, NULL,
	    "the commit %.12s is another change than %.12s", new->oid,
	    old->oid);
}

/* Has the new base this change already, so that the commit may be gone? */
static bool
is_upstream(const struct commits *base, const struct commit *c)
{
	size_t i;

	for (i = 0; i < base->n; i++)
		if (*c->patch != '\0' &&
		    strcmp(base->v[i].patch, c->patch) == 0)
			return true;
	return *c->patch == '\0';
}

static int
compare_all(const struct gate *g, const struct commits *old,
    const struct commits *new, const struct commits *base, struct fail *why)
{
	size_t i, k = 0;

	for (i = 0; i < old->n; i++)
		if (k < new->n &&
		    (strcmp(old->v[i].people, new->v[k].people) == 0 ||
			!is_upstream(base, &old->v[i]))) {
			if (compare(g, &old->v[i], &new->v[k++], why) == -1)
				return -1;
		} else if (!is_upstream(base, &old->v[i]))
			return gate_refuse(g, why, NULL,
			    "the commit %.12s is gone", old->v[i].oid);
	if (k < new->n)
		return gate_refuse(
		    g, why, NULL, "the commit %.12s is new", new->v[k].oid);
	return 0;
}

int
rule_rewrite(const struct gate *g, struct fail *why)
{
	struct commits old = {0}, new = {0}, base = {0};
	int r = read_commits(g, g->old_base, g->old_head, &old, why);

	if (r == 0)
		r = read_commits(g, g->base, g->head, &new, why);
	if (r == 0)
		r = read_commits(g, g->old_base, g->base, &base, why);
	if (r == 0)
		r = compare_all(g, &old, &new, &base, why);
	done(&old);
	done(&new);
	done(&base);
	return r;
}
