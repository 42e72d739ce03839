/*
 * One result: the parts of its record, and the places it needs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth.h"
#include "file.h"
#include "push.h"
#include "slug.h"
#include "xalloc.h"

static bool
among(const char *s, const char *const words[])
{
	for (; s != NULL && *words != NULL; words++)
		if (strcmp(s, *words) == 0)
			return true;
	return false;
}

/* Ids go into a marker: no blanks, and nothing that could end a comment. */
static bool
is_id(const struct job *j)
{
	char *begin = xasprintf("%s#%" PRId64 ":", j->repo, j->number);
	bool ok = j->id != NULL && strlen(j->id) < RECORD_ITEM_MAX &&
		  strncmp(j->id, begin, strlen(begin)) == 0;
	const char *s;

	free(begin);
	for (s = j->id; ok && *s != '\0'; s++)
		ok = *s > ' ' && *s < 0x7f && *s != '<' && *s != '>';
	return ok;
}

/* One that only tells people something. */
static int
read_note(struct job *j, struct fail *why)
{
	static const char *const codes[] = {[NOTE_GAVE_UP] = "gave-up",
	    [NOTE_BUDGET] = "budget-item",
	    [NOTE_STATUS] = "status"};
	const cJSON *note = json_get(j->rec, "note");
	const cJSON *trigger = json_get(j->rec, "trigger");
	const char *code = json_str(note, "code");
	size_t i;

	for (i = NOTE_GAVE_UP; i <= NOTE_STATUS; i++)
		if (code != NULL && strcmp(code, codes[i]) == 0)
			j->note = (enum note)i;
	j->reason = json_str(note, "text");
	if (strcmp(j->outcome, "noted") != 0 || j->note == NOTE_NONE ||
	    j->reason == NULL || (!json_is_null(trigger) && j->label == NULL))
		return fail(why, FAIL_INPUT, 0, "note that lacks a part");
	return 0;
}

/* What only a round of a review has. */
static int
read_review(struct job *j, struct fail *why)
{
	j->parent = json_str(j->rec, "parent");
	if (!git_oid_valid(j->parent) || !git_branch_valid(j->branch) ||
	    json_str(j->rec, "pull_id") == NULL ||
	    json_get(j->rec, "head_repo") == NULL ||
	    !json_is_array(json_get(j->rec, "answers")) ||
	    !json_is_array(json_get(j->rec, "texts")))
		return fail(why, FAIL_INPUT, 0, "review that lacks a part");
	return 0;
}

static int
read_change(struct job *j, struct fail *why)
{
	static const char *const actions[] = {
	    "implement", "review", "open-pr", NULL};
	static const char *const outcomes[] = {
	    "changed", "unchanged", "declined", "failed", NULL};
	const cJSON *base = json_get(j->rec, "base");

	j->branch = json_str(j->rec, "branch");
	j->head = json_str(j->rec, "head");
	j->base_ref = json_str(base, "ref");
	j->base_oid = json_str(base, "oid");
	if (!among(j->action, actions) || !among(j->outcome, outcomes))
		return fail(why, FAIL_INPUT, 0,
		    "result of an unknown action or outcome");
	j->parent = j->base_oid;
	if (j->reason == NULL || j->branch == NULL ||
	    (j->label == NULL && !job_is_review(j)) || j->base_ref == NULL ||
	    !git_oid_valid(j->base_oid) || json_str(j->rec, "title") == NULL ||
	    json_str(j->rec, "body") == NULL)
		return fail(why, FAIL_INPUT, 0, "result that lacks a part");
	if (strcmp(j->outcome, "changed") == 0 && !git_oid_valid(j->head))
		return fail(why, FAIL_INPUT, 0, "changed, but no head");
	return job_is_review(j) ? read_review(j, why) : 0;
}

/* One that a claim is for: only what the claim needs. */
static int
read_task(struct job *j, struct fail *why)
{
	if (j->action == NULL ||
	    (strcmp(j->action, "implement") == 0 && j->label == NULL))
		return fail(why, FAIL_INPUT, 0, "task that lacks a part");
	return 0;
}

static int
read_record(struct job *j, struct fail *why)
{
	j->repo = json_str(j->rec, "repo");
	j->id = json_str(j->rec, "id");
	j->action = json_str(j->rec, "action");
	j->outcome = json_str(j->rec, "outcome");
	j->retry = json_str(j->rec, "retry");
	j->reason = json_str(j->rec, "reason");
	j->label = json_str(json_get(j->rec, "trigger"), "label");
	if (j->repo == NULL || !slug_valid(j->repo) ||
	    !json_int(j->rec, "number", &j->number) || j->number <= 0)
		return fail(why, FAIL_INPUT, 0, "%s of no repo and number",
		    json_str(j->rec, "type"));
	if (!is_id(j))
		return fail(why, FAIL_INPUT, 0, "%s with a wrong id",
		    json_str(j->rec, "type"));
	if (record_is(j->rec, "task"))
		return read_task(j, why);
	if (!json_money(j->rec, "cost", &j->cost) || j->cost < 0 ||
	    !json_when(j->rec, "made_at", &j->made_at))
		return fail(why, FAIL_INPUT, 0, "result that lacks a part");
	if (j->action == NULL || j->outcome == NULL)
		return fail(
		    why, FAIL_INPUT, 0, "result of no action or outcome");
	return strcmp(j->action, "note") == 0 ? read_note(j, why)
					      : read_change(j, why);
}

/* A note touches no branch, so that it is all the same to it. */
static const char *
read_fork(const struct job *j)
{
	const char *fork = opt_str(j->push->o, O_FORK);

	return *fork == '\0' || j->note != NOTE_NONE ? NULL : fork;
}

static int
lock(struct job *j, struct fail *why)
{
	char *path;
	int r;

	if (file_place(opt_str(j->push->o, O_CLONE_DIR), j->repo, &j->place,
		why) == -1)
		return -1;
	path = xasprintf("%s/push.lock", j->place);
	r = file_lock(path, false, &j->lock, why);
	free(path);
	return r;
}

static void
describe_git(struct job *j)
{
	struct stat st;

	j->git_dir = xasprintf("%s/push.git", j->place);
	j->borrow = xasprintf("%s/mirror.git/objects", j->place);
	j->url = xasprintf("%s/%s.git", auth_server_url(), j->repo);
	j->head_url = xasprintf("%s/%s.git", auth_server_url(),
	    j->fork != NULL ? j->fork : j->repo);
	j->git = (struct git){.dir = j->git_dir,
	    .borrow = stat(j->borrow, &st) == 0 ? j->borrow : NULL,
	    .fsck = true};
}

int
job_read(struct job *j, struct push *p, const cJSON *rec,
    struct filter_out *out, struct fail *why)
{
	*j = (struct job){.push = p, .rec = rec, .out = out, .lock = -1};
	(void)record_item(rec, j->item);
	if (read_record(j, why) == -1)
		return -1;
	if (opt_given(p->o, O_REPO) &&
	    strcasecmp(opt_str(p->o, O_REPO), j->repo) != 0)
		return fail(why, FAIL_POLICY, 0,
		    "refused: not in %s, the only repository allowed",
		    opt_str(p->o, O_REPO));
	j->fork = read_fork(j);
	return 0;
}

int
job_open(struct job *j, struct push *p, const cJSON *rec,
    struct filter_out *out, struct fail *why)
{
	if (job_read(j, p, rec, out, why) == -1 || lock(j, why) == -1 ||
	    machine_id(opt_str(p->o, O_CLONE_DIR), j->who, why) == -1)
		return -1;
	describe_git(j);
	if (record_is(rec, "task"))
		return 0;
	if (git_init_bare(j->git_dir, why) == -1)
		return -1;
	/* Each bundle was a pack; no other job is at work here. */
	if (!p->dry_run)
		git_tidy(&j->git, "now");
	return 0;
}

void
job_forget(struct job *j)
{
	cJSON *people = j->now.people;

	cJSON_Delete(j->now.data);
	cJSON_Delete(j->now.comments);
	cJSON_Delete(j->now.refs);
	cJSON_Delete(j->now.state);
	free(j->now.label_id);
	j->now = (struct now){.people = people};
}

void
job_done(struct job *j)
{
	job_forget(j);
	cJSON_Delete(j->now.people);
	if (j->lock != -1)
		(void)close(j->lock);
	free(j->place);
	free(j->git_dir);
	free(j->borrow);
	free(j->url);
	free(j->head_url);
	free(j->own_base);
	free(j->to);
	free(j->pull_url);
}

int64_t
job_attempt(const struct job *j, const char *branch)
{
	int64_t number, attempt;

	return slug_branch(branch, &number, &attempt) && number == j->number
		   ? attempt
		   : 0;
}

void
job_put_repo(
    cJSON *vars, const char *owner_key, const char *name_key, const char *repo)
{
	const char *slash = strchr(repo, '/');
	char *owner = xstrndup(repo, (size_t)(slash - repo));

	json_put_str(vars, owner_key, owner);
	json_put_str(vars, name_key, slash + 1);
	free(owner);
}

bool
job_is_review(const struct job *j)
{
	return strcmp(j->action, "review") == 0;
}

bool
job_is_task(const struct job *j, const char *id)
{
	const char *theirs = id != NULL ? strchr(id, '#') : NULL;

	return theirs != NULL && strcmp(theirs, strchr(j->id, '#')) == 0;
}

int
job_fetch(
    const struct job *j, const char *url, const char *spec, struct fail *why)
{
	const char *args[] = {"fetch", "-q", "--no-tags",
	    "--no-write-fetch-head", url, spec, NULL};
	struct git git = j->git;

	git.url = url;
	git.token = j->push->gh.token;
	return git_run(&git, args, NULL, why);
}
