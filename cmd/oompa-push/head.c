/*
 * The head of a pull request: where it is, by git's own word, since the API
 * may show an old one for a while; and what our commit is on top of.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "push.h"
#include "review.h"
#include "xalloc.h"

#define REF "refs/heads/"

/* The oid that the branch is at, "" for none. */
static int
read_tip(const struct job *j, char tip[GIT_OID_SIZE], struct fail *why)
{
	char *ref = xasprintf(REF "%s", j->branch);
	struct git git = j->git;
	int r;

	git.url = j->head_url;
	git.token = j->push->gh.token;
	r = git_tip(&git, j->head_url, ref, tip, why);
	free(ref);
	return r;
}

/* Brings an oid into push.git, unless it is there. */
static int
fetch(const struct job *j, const char *oid, const char *url, const char *branch,
    struct fail *why)
{
	char *spec;
	int r = git_has(&j->git, oid, why);

	if (r != 0)
		return r == -1 ? -1 : 0;
	spec = xasprintf("+" REF "%s:refs/oompa/head", branch);
	r = job_fetch(j, url, spec, why);
	free(spec);
	return r;
}

/* What is the pull request's own is what came behind this. */
static int
find_start(struct job *j, const char *base, struct fail *why)
{
	const char *args[] = {"merge-base", base, j->parent, NULL};
	struct buf out = BUF_INIT(GIT_OID_SIZE);
	int r;

	r = git_ask(&j->git, args, &out, why);
	if (r == 0) {
		out.data[strcspn(out.data, "\n")] = '\0';
		free(j->own_base);
		j->own_base = xstrdup(out.data);
	} else if (r > 0)
		r = fail(why, FAIL_POLICY, 0,
		    "refused: %.12s has nothing to do with %.100s (base)",
		    j->parent, j->base_ref);
	buf_free(&out);
	return r;
}

int
head_fetch(struct job *j, const char *base, struct fail *why)
{
	if (!git_oid_valid(base) || !git_branch_valid(j->base_ref))
		return fail(why, FAIL_POLICY, 0,
		    "refused: the branch %.100s is gone (base)", j->base_ref);
	if (fetch(j, j->parent, j->head_url, j->branch, why) == -1 ||
	    fetch(j, base, j->url, j->base_ref, why) == -1)
		return -1;
	return find_start(j, base, why);
}

/* Is our commit below the tip?  1, 0 or -1. */
static int
is_below(const struct job *j, const char *tip, struct fail *why)
{
	const char *args[] = {
	    "merge-base", "--is-ancestor", j->head, tip, NULL};
	int r;

	if (fetch(j, tip, j->head_url, j->branch, why) == -1)
		return -1;
	r = git_has(&j->git, j->head, why);
	if (r == 1) {
		r = git_ask(&j->git, args, NULL, why);
		r = r == -1 ? -1 : r == 0;
	}
	return r;
}

int
head_look(struct job *j, enum head *ret, struct fail *why)
{
	char tip[GIT_OID_SIZE] = "";
	int r = read_tip(j, tip, why);

	if (r == -1)
		return -1;
	if (*tip == '\0')
		*ret = HEAD_GONE;
	else if (strcmp(tip, j->parent) == 0)
		*ret = HEAD_PLANNED;
	else if (strcmp(tip, j->head) == 0)
		*ret = HEAD_OURS;
	else if ((r = is_below(j, tip, why)) != -1)
		*ret = r == 1 ? HEAD_OURS : HEAD_MOVED;
	return r == -1 ? -1 : 0;
}
