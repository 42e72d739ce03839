/*
 * Which pull requests are in our care, and whose head may be pushed to: by
 * what GitHub says now, never by what a record says.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "review.h"
#include "slug.h"

static bool
is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Names of repositories are compared without regard to case. */
static bool
is_repo(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

static const char *
head_repo(const struct round *r)
{
	return json_str(json_get(r->pull, "headRepository"), "nameWithOwner");
}

/* Is what the record says of it so?  A fork may be gone since: nothing is
 * pushed then. */
static bool
agrees(const struct round *r)
{
	const struct job *j = r->j;
	const char *named = json_str(j->rec, "head_repo");
	const char *repo = head_repo(r);

	return is(json_str(r->pull, "id"), json_str(j->rec, "pull_id")) &&
	       is(json_str(r->pull, "headRefName"), j->branch) &&
	       is(json_str(r->pull, "baseRefName"), j->base_ref) &&
	       (repo == NULL || is_repo(repo, named));
}

int
care_destination(const struct round *r, struct fail *why)
{
	const struct job *j = r->j;

	if (j->now.is_issue || r->pull == NULL)
		return fail(why, FAIL_POLICY, 0,
		    "refused: destination: no pull request #%" PRId64,
		    j->number);
	if (!agrees(r))
		return fail(why, FAIL_POLICY, 0,
		    "refused: destination: #%" PRId64
		    " is from %.100s of %.100s into %.100s",
		    j->number, json_str(r->pull, "headRefName"),
		    head_repo(r) != NULL ? head_repo(r) : "nowhere",
		    json_str(r->pull, "baseRefName"));
	return 0;
}

/* Opened by us, from a branch of ours; as oompa-fetch has it. */
static bool
is_ours(const struct round *r)
{
	const struct job *j = r->j;
	const char *body = json_str(r->pull, "body");
	int64_t number, attempt;

	return recheck_author(j, r->pull) && body != NULL &&
	       marker_is_ours(body) &&
	       (is_repo(head_repo(r), j->repo) ||
		   is_repo(head_repo(r), j->fork)) &&
	       slug_branch(json_str(r->pull, "headRefName"), &number, &attempt);
}

static bool
is_listed(const struct round *r)
{
	return opt_has_number(r->j->push->o, O_WATCH_PRS, r->j->number);
}

/* It merges by itself: what we add would land without anybody reading it. */
static int
judge_landing(const struct round *r, struct fail *why)
{
	bool queued = json_true(r->pull, "isInMergeQueue");

	if (opt_on(r->j->push->o, O_ALLOW_AUTO_MERGE) ||
	    (!queued && !json_is_object(json_get(r->pull, "autoMergeRequest"))))
		return 0;
	return fail(why, FAIL_POLICY, 0, "would-land-unreviewed: %s",
	    queued ? "it is in the merge queue" : "auto-merge is on");
}

/* Did somebody who may command give it to us? */
static int
judge_label(struct round *r, struct fail *why)
{
	const char *label = opt_str(r->j->push->o, O_WATCH_LABEL);

	if (*label == '\0' || !recheck_has_label(r->j, label)) {
		(void)fail(why, FAIL_POLICY, 0,
		    "#%" PRId64 " is neither ours nor watched", r->j->number);
		return 1;
	}
	return recheck_judge_labeller(r->j, label, why);
}

int
care(struct round *r, struct fail *why)
{
	int result = is_ours(r) || is_listed(r) ? 0 : judge_label(r, why);

	return result == 0 ? judge_landing(r, why) : result;
}

int
care_may_push(const struct round *r, struct fail *why)
{
	const struct job *j = r->j;
	const char *repo = head_repo(r), *ref;
	bool here = is_repo(repo, j->repo);

	ref = json_str(r->pull, "headRefName");
	if (is_ours(r))
		return 0;
	if (repo == NULL || !slug_valid(repo) || !git_branch_valid(ref))
		(void)fail(
		    why, FAIL_POLICY, 0, "the fork that it is from is gone");
	else if (here && is(ref, j->now.default_branch))
		(void)fail(
		    why, FAIL_POLICY, 0, "%s is the default branch", ref);
	else if (here)
		return protection_look(r, ref, why);
	else if (!is_listed(r))
		(void)fail(why, FAIL_POLICY, 0,
		    "it is from the fork %s and not in --watch-prs", repo);
	else if (!json_true(r->pull, "maintainerCanModify"))
		(void)fail(why, FAIL_POLICY, 0,
		    "the fork %s does not allow edits by maintainers", repo);
	else
		return 0;
	return 1;
}
