/*
 * What GitHub says right before we publish: is the destination what the
 * record claims, is the trigger still there, what have we said already.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "push.h"
#include "xalloc.h"

/* GraphQL calls an App "name", viewer calls it "name[bot]"; and a person may be
 * called "name" as well. */
bool
recheck_is_viewer(const struct job *j, const cJSON *actor)
{
	const char *login = json_str(actor, "login");
	const char *type = json_str(actor, "__typename");
	const char *viewer = j->now.viewer;
	size_t n = strcspn(viewer, "[");

	return login != NULL && strlen(login) == n &&
	       strncasecmp(login, viewer, n) == 0 &&
	       (type != NULL && strcmp(type, "Bot") == 0) == j->now.is_bot;
}

static bool
is_former(const struct job *j, const cJSON *actor)
{
	return trust_named(j->push->o, O_AKA, json_str(actor, "login"),
	    json_str(actor, "__typename"));
}

bool
recheck_is_us(const struct job *j, const cJSON *actor)
{
	return recheck_is_viewer(j, actor) || is_former(j, actor);
}

bool
recheck_author(const struct job *j, const cJSON *node)
{
	return json_true(node, "viewerDidAuthor") ||
	       is_former(j, json_get(node, "author"));
}

/* Nothing but "there is no such item", or no such fork, may be wrong with the
 * answer. */
static int
judge_errors(const struct job *j, const cJSON *errors, struct fail *why)
{
	const cJSON *e, *repository = json_get(j->now.data, "repository");
	const char *type, *said;

	JSON_EACH (e, errors) {
		type = json_str(e, "type");
		said = json_str(e, "message");
		if (type == NULL || strcmp(type, "NOT_FOUND") != 0)
			return fail(why, FAIL_REMOTE,
			    type != NULL && strcmp(type, "FORBIDDEN") == 0
				? 403
				: 502,
			    "GraphQL recheck: %s", said != NULL ? said : "?");
		if (!json_is_object(repository))
			return fail(why, FAIL_REMOTE, 404,
			    "GraphQL recheck: %s", said != NULL ? said : "?");
	}
	return 0;
}

static int
ask(struct job *j, struct fail *why)
{
	cJSON *vars = json_new_object(), *errors = NULL;
	char *branches = xasprintf("issue-%" PRId64, j->number);
	int r;

	job_put_repo(vars, "owner", "name", j->repo);
	job_put_repo(
	    vars, "forkOwner", "forkName", j->fork != NULL ? j->fork : j->repo);
	json_put_bool(vars, "forked", j->fork != NULL);
	json_put_int(vars, "number", j->number);
	json_put_str(vars, "branches", branches);
	r = github_query(&j->push->gh, "recheck", "Recheck", vars, &j->now.data,
	    &errors, why);
	if (r == 0)
		r = judge_errors(j, errors, why);
	cJSON_Delete(errors);
	cJSON_Delete(vars);
	free(branches);
	return r;
}

#define PAGES_MAX 100

/* All branches whose names hold ours: "issue-1" finds "issue-10" as well. */
static int
read_refs(struct job *j, const cJSON *page, struct fail *why)
{
	cJSON *vars, *data = NULL;
	char *branches = xasprintf("issue-%" PRId64, j->number);
	const cJSON *ref, *info;
	int n, r = 0;

	j->now.refs = json_new_array();
	for (n = 0; r == 0; n++) {
		JSON_EACH (ref, json_get(page, "nodes"))
			json_add_copy(j->now.refs, ref);
		info = json_get(page, "pageInfo");
		if (!json_true(info, "hasNextPage"))
			break;
		if (n == PAGES_MAX) {
			r = fail(why, FAIL_REMOTE, 502, "too many branches");
			break;
		}
		vars = json_new_object();
		job_put_repo(
		    vars, "owner", "name", j->fork != NULL ? j->fork : j->repo);
		json_put_str(vars, "branches", branches);
		json_put_copy(vars, "after", json_get(info, "endCursor"));
		cJSON_Delete(data);
		data = NULL;
		r = github_query(&j->push->gh, "recheck", "Branches", vars,
		    &data, NULL, why);
		cJSON_Delete(vars);
		page = json_at(data, "repository", "refs", NULL);
	}
	cJSON_Delete(data);
	free(branches);
	return r;
}

/* Is --fork a fork of the repository?  Else nothing is pushed anywhere. */
static int
judge_fork(const struct job *j, const cJSON *fork, struct fail *why)
{
	const char *name = json_str(fork, "nameWithOwner");
	const char *parent = json_str(
	    json_get(fork, "parent"), "nameWithOwner");

	if (name == NULL)
		return fail(why, FAIL_SETUP, 0,
		    "--fork: there is no repository %s", j->fork);
	if (strcasecmp(name, j->fork) != 0)
		return fail(why, FAIL_SETUP, 0,
		    "--fork: %s is called %s by now", j->fork, name);
	if (parent == NULL || strcasecmp(parent, j->repo) != 0)
		return fail(why, FAIL_SETUP, 0,
		    "--fork: %s is not a fork of %s", j->fork, j->repo);
	return 0;
}

static void
read_item(struct job *j, const cJSON *item)
{
	const char *type = json_str(item, "__typename"), *id;

	j->now.item = json_is_object(item) ? item : NULL;
	j->now.is_issue = type != NULL && strcmp(type, "Issue") == 0;
	j->now.failed = recheck_has_label(j, LABEL_FAILED);
	id = json_str(json_at(j->now.data, "repository", "failed", NULL), "id");
	j->now.label_id = id != NULL ? xstrdup(id) : NULL;
}

int
recheck(struct job *j, struct fail *why)
{
	struct now *n = &j->now;
	const cJSON *repository, *branch, *refs;
	const char *name;

	job_forget(j);
	if (ask(j, why) == -1)
		return -1;
	repository = json_get(n->data, "repository");
	branch = json_get(repository, "defaultBranchRef");
	n->viewer = json_str(json_get(n->data, "viewer"), "login");
	n->viewer_id = json_str(json_get(n->data, "viewer"), "id");
	n->repo_id = json_str(repository, "id");
	n->is_bot = n->viewer != NULL && strchr(n->viewer, '[') != NULL;
	n->default_branch = json_str(branch, "name");
	n->default_oid = json_str(json_get(branch, "target"), "oid");
	read_item(j, json_get(repository, "item"));
	name = json_str(repository, "nameWithOwner");
	if (name == NULL || n->viewer == NULL || n->viewer_id == NULL)
		return fail(why, FAIL_REMOTE, 502, "GraphQL recheck: no data");
	if (strcasecmp(name, j->repo) != 0)
		return fail(
		    why, FAIL_REMOTE, 301, "the repository is %s by now", name);
	if (json_true(repository, "isArchived"))
		return fail(why, FAIL_REMOTE, 403, "%s is archived", j->repo);
	if (n->item == NULL && !json_true(repository, "hasIssuesEnabled"))
		return fail(why, FAIL_REMOTE, 410,
		    "#%" PRId64 " cannot be reached: issues are switched off",
		    j->number);
	if (j->fork != NULL &&
	    judge_fork(j, json_get(n->data, "fork"), why) == -1)
		return -1;
	refs = json_get(
	    j->fork != NULL ? json_get(n->data, "fork") : repository, "refs");
	if (!json_is_array(json_get(refs, "nodes")))
		return fail(why, FAIL_REMOTE, 502, "GraphQL recheck: no data");
	if (read_refs(j, refs, why) == -1)
		return -1;
	return n->item != NULL ? comment_read(j, why) : 0;
}

int
recheck_destination(const struct job *j, struct fail *why)
{
	const struct now *n = &j->now;

	if (!n->is_issue)
		return fail(why, FAIL_POLICY, 0,
		    "refused: destination: no issue #%" PRId64, j->number);
	if (job_attempt(j, j->branch) == 0)
		return fail(why, FAIL_POLICY, 0,
		    "refused: destination: '%.100s' is no branch of issue "
		    "#%" PRId64,
		    j->branch, j->number);
	if (n->default_branch == NULL || n->default_oid == NULL ||
	    strcmp(n->default_branch, j->base_ref) != 0)
		return fail(why, FAIL_POLICY, 0,
		    "refused: destination: '%.100s' is not the default branch",
		    j->base_ref);
	return 0;
}

bool
recheck_has_label(const struct job *j, const char *label)
{
	const cJSON *l;
	const char *name;

	JSON_EACH (l, json_at(j->now.item, "labels", "nodes", NULL))
		if ((name = json_str(l, "name")) != NULL &&
		    strcasecmp(name, label) == 0)
			return true;
	return false;
}

bool
recheck_assigned(const struct job *j)
{
	const cJSON *a;

	JSON_EACH (a, json_at(j->now.item, "assignees", "nodes", NULL))
		if (recheck_is_viewer(j, a))
			return true;
	return false;
}

/* The last time that the label was set; NULL when that is not to be seen. */
static const cJSON *
labelled(const struct job *j, const char *label)
{
	const cJSON *e, *found = NULL;
	const char *name;

	JSON_EACH (e, json_at(j->now.item, "timelineItems", "nodes", NULL)) {
		name = json_str(json_get(e, "label"), "name");
		if (name != NULL && strcasecmp(name, label) == 0)
			found = e;
	}
	return found;
}

const char *
recheck_labeller(const struct job *j)
{
	return json_str(json_get(labelled(j, j->label), "actor"), "login");
}

bool
recheck_label_at(const struct job *j, const char *label, int64_t *ret)
{
	return json_when(labelled(j, label), "createdAt", ret);
}

bool
recheck_open(const struct job *j)
{
	const char *state = json_str(
	    j->now.item, j->now.is_issue ? "issueState" : "pullState");

	return state != NULL && strcmp(state, "OPEN") == 0;
}

static int
not_said(const char *login, struct fail *why)
{
	return fail(
	    why, FAIL_LIMIT, 0, "GitHub does not say what %s may do", login);
}

/* What the permission API says now. */
static int
ask_trust(struct job *j, const char *login, enum trust *ret, struct fail *why)
{
	char *name = http_escape(login);
	char *path = xasprintf(
	    "/repos/%s/collaborators/%s/permission", j->repo, name);
	cJSON *answer = NULL;
	int r;

	r = github_rest(&j->push->gh, "GET", path, NULL, &answer, why);
	if (r == 0)
		*ret = trust_of_role(json_str(answer, "role_name"),
		    json_str(answer, "permission"));
	if (r == 0 && *ret == TRUST_UNKNOWN)
		r = not_said(login, why);
	/* An account that is gone, or sees the repository no more. */
	if (r == -1 && why->kind == FAIL_REMOTE && why->code == 404)
		r = 0;
	/* A token that may not ask: unknown, and so not now. */
	if (r == -1 && why->kind == FAIL_REMOTE && why->code < 500) {
		why->kind = FAIL_LIMIT;
		why->code = 0;
	}
	cJSON_Delete(answer);
	free(path);
	free(name);
	return r;
}

/* Each account is asked about once. */
static int
read_trust(struct job *j, const cJSON *actor, enum trust *ret, struct fail *why)
{
	const char *login = json_str(actor, "login");
	const char *type = json_str(actor, "__typename"), *known;

	*ret = TRUST_UNKNOWN;
	if (type != NULL && strcmp(type, "Bot") == 0)
		*ret = TRUST_BOT;
	if (login == NULL || *ret == TRUST_BOT)
		return 0;
	known = json_str(j->now.people, login);
	if (known != NULL) {
		*ret = (enum trust)trust_parse(known);
		return 0;
	}
	if (ask_trust(j, login, ret, why) == -1)
		return -1;
	if (j->now.people == NULL)
		j->now.people = json_new_object();
	json_put_str(j->now.people, login, trust_name(*ret));
	return 0;
}

int
recheck_commands(
    struct job *j, const cJSON *actor, enum trust *have, struct fail *why)
{
	const char *login = json_str(actor, "login");
	const char *type = json_str(actor, "__typename");
	const struct push *p = j->push;

	*have = TRUST_UNKNOWN;
	if (trust_commands(p->o, p->need, login, type, TRUST_UNKNOWN))
		return 1;
	if (read_trust(j, actor, have, why) == -1)
		return -1;
	return trust_commands(p->o, p->need, login, type, *have);
}

int
recheck_judge_labeller(struct job *j, const char *label, struct fail *why)
{
	const cJSON *who = json_get(labelled(j, label), "actor");
	const char *login = json_str(who, "login");
	enum trust have;
	int r;

	if (login == NULL)
		return fail(why, FAIL_LIMIT, 0,
		    "cannot see who set the label '%.100s'", label);
	r = recheck_commands(j, who, &have, why);
	if (r == 0 && have == TRUST_UNKNOWN)
		r = not_said(login, why);
	if (r != 0)
		return r == 1 ? 0 : -1;
	(void)fail(why, FAIL_POLICY, 0,
	    "%s, who set the label, may not command (%s)", login,
	    trust_name(have));
	return 1;
}

/* Do people still want it?  1 when not. */
static int
ask_people(struct job *j, struct fail *why)
{
	int r = words_stop(j, why);

	/* A note on a pull request may have none. */
	if (r == 0 && j->label != NULL)
		r = recheck_judge_labeller(j, j->label, why);
	if (r == 0 && record_is(j->rec, "result"))
		r = claim_look(j, why);
	return r;
}

int
recheck_trigger(struct job *j, struct fail *why)
{
	const char *label = opt_str(j->push->o, O_LABEL);
	const char *hold = opt_str(j->push->o, O_HOLD_LABEL);
	bool asked = j->label != NULL;

	if (!recheck_open(j))
		(void)fail(why, FAIL_POLICY, 0, "the %s is closed",
		    j->now.is_issue ? "issue" : "pull request");
	else if (asked && !recheck_has_label(j, label))
		(void)fail(
		    why, FAIL_POLICY, 0, "the label '%s' is gone", label);
	else if (asked && !recheck_has_label(j, j->label))
		(void)fail(why, FAIL_POLICY, 0, "the label '%.100s' is gone",
		    j->label);
	else if (recheck_has_label(j, hold))
		return fail(
		    why, FAIL_POLICY, 0, "held by the label '%s'", hold);
	else if (j->now.edited != NULL)
		return fail(why, FAIL_POLICY, 0,
		    "our status comment was edited by %s", j->now.edited);
	else
		return ask_people(j, why);
	return 1;
}
