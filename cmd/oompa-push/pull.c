/*
 * The pull request: found when it is there, else opened.  It is never edited,
 * closed or deleted.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "push.h"
#include "xalloc.h"

/* Is it from the branch that has our commit?  Any fork may have one of that
 * name. */
static bool
is_from_branch(const struct job *j, const cJSON *pull)
{
	const char *repo = json_str(
	    json_get(pull, "headRepository"), "nameWithOwner");

	if (!json_str_is(pull, "headRefName", j->to))
		return false;
	if (j->fork == NULL)
		return !json_true(pull, "isCrossRepository");
	return json_true(pull, "isCrossRepository") && repo != NULL &&
	       strcasecmp(repo, j->fork) == 0;
}

/* A former account's needs our marker, too: it may be a person's by now. */
static bool
is_by_us(const struct job *j, const cJSON *pull)
{
	const char *body = json_str(pull, "body");

	return json_true(pull, "viewerDidAuthor") ||
	       (recheck_author(j, pull) && body != NULL &&
		   marker_is_ours(body));
}

/* How well does a pull request fit? 0: it is another one. */
static int
rank(const struct job *j, const cJSON *pull)
{
	if (!is_from_branch(j, pull))
		return 0;
	/* GitHub allows one open pull request from a branch to a base. */
	if (json_str_is(pull, "state", "OPEN") &&
	    json_str_is(pull, "baseRefName", j->now.default_branch))
		return 2;
	/* A person has closed or merged it: it is not opened again. */
	return is_by_us(j, pull) && json_str_is(pull, "headRefOid", j->head);
}

/* 1 and j->pull_url when there is one, 0 when there is none. */
static int
find(struct job *j, struct fail *why)
{
	cJSON *vars = json_new_object(), *data = NULL;
	const cJSON *pull, *best = NULL, *list;
	int r = -1;

	job_put_repo(vars, "owner", "name", j->repo);
	json_put_str(vars, "head", j->to);
	if (github_query(
		&j->push->gh, "recheck", "Pulls", vars, &data, NULL, why) == -1)
		goto done;
	list = json_at(data, "repository", "pullRequests", "nodes", NULL);
	if (!json_is_array(list)) {
		(void)fail(why, FAIL_REMOTE, 502, "GraphQL recheck: no list");
		goto done;
	}
	JSON_EACH (pull, list)
		if (rank(j, pull) > (best != NULL ? rank(j, best) : 0))
			best = pull;
	r = best != NULL && json_int(best, "number", &j->pull);
	if (r == 1)
		j->pull_url = xstrdup(
		    json_str(best, "url") != NULL ? json_str(best, "url") : "");
done:
	cJSON_Delete(data);
	cJSON_Delete(vars);
	return r;
}

/* Fact: a branch of a fork is "owner:branch"; when both repositories have one
 * owner that would name the base's, so the fork is named as well
 * (docs.github.com/rest/pulls). */
static void
put_head(cJSON *body, const struct job *j)
{
	size_t owner = strcspn(j->repo, "/");
	char *head;

	if (j->fork == NULL) {
		json_put_str(body, "head", j->to);
		return;
	}
	head = xasprintf("%.*s:%s", (int)strcspn(j->fork, "/"), j->fork, j->to);
	json_put_str(body, "head", head);
	if (strncasecmp(j->fork, j->repo, owner + 1) == 0)
		json_put_str(body, "head_repo", j->fork);
	free(head);
}

void
pull_texts(const struct job *j, struct buf *title, struct buf *body)
{
	text_title(title, j);
	text_body(body, j);
}

static cJSON *
request(const struct job *j)
{
	cJSON *body = json_new_object();
	struct buf title = BUF_INIT(BUF_ANY), text = BUF_INIT(BUF_ANY);

	pull_texts(j, &title, &text);
	json_put_str(body, "title", title.data);
	put_head(body, j);
	json_put_str(body, "base", j->now.default_branch);
	json_put_str(body, "body", text.data);
	if (opt_on(j->push->o, O_DRAFT))
		json_put_bool(body, "draft", true);
	buf_free(&title);
	buf_free(&text);
	return body;
}

/* 0: opened. */
static int
create(struct job *j, struct fail *why)
{
	char *path = xasprintf("/repos/%s/pulls", j->repo);
	cJSON *body = request(j), *answer = NULL;
	int r = github_rest(&j->push->gh, "POST", path, body, &answer, why);

	if (r == 0 && json_int(answer, "number", &j->pull) &&
	    json_str(answer, "html_url") != NULL)
		j->pull_url = xstrdup(json_str(answer, "html_url"));
	else if (r == 0)
		r = fail(why, FAIL_REMOTE, 502, "POST %s: no number", path);
	cJSON_Delete(answer);
	cJSON_Delete(body);
	free(path);
	return r;
}

static bool
exists_already(const struct fail *why)
{
	return why->kind == FAIL_REMOTE && why->code == 422;
}

/* Creates it; when the answer was lost, looks before it tries again. */
static int
create_once(struct job *j, struct fail *why)
{
	struct fail first;
	int tries;

	for (tries = 0; tries < 2; tries++) {
		if (create(j, why) == 0)
			return 0;
		if (!publish_unsure(why) && !exists_already(why))
			return -1;
		first = *why;
		switch (find(j, why)) {
		case 1:
			return 0;
		case -1:
			return -1;
		default:
			*why = first;
		}
		if (exists_already(why))
			return -1;
	}
	return -1;
}

int
pull_open(struct job *j, struct fail *why)
{
	cJSON *rec;
	int r = find(j, why);

	if (r != 0)
		return r == 1 ? 0 : -1;
	if (!j->push->dry_run && create_once(j, why) == -1)
		return -1;
	rec = receipt_new(j, "pull");
	if (j->pull_url != NULL)
		json_put_str(rec, "url", j->pull_url);
	json_put_str(rec, "branch", j->to);
	json_put_str(rec, "oid", j->head);
	return filter_put(j->out, rec, why);
}
