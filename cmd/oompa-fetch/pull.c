/*
 * The record of one pull request.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "xalloc.h"

/* GitHub's names of states, in the lower case of everything else. */
static void
put_lower(cJSON *rec, const char *key, const cJSON *value)
{
	char *s, *c;

	if (json_text(value) == NULL) {
		json_put_null(rec, key);
		return;
	}
	s = xstrdup(json_text(value));
	for (c = s; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	json_put_str(rec, key, s);
	free(s);
}

/* A number of GitHub's as a string: it may have more than 32 bits. */
static void
put_digits(cJSON *rec, const char *key, const cJSON *value)
{
	char *digits;
	int64_t n;

	if (!json_value_int(value, &n)) {
		json_put_null(rec, key);
		return;
	}
	digits = xasprintf("%" PRId64, n);
	json_put_str(rec, key, digits);
	free(digits);
}

static void
put_head(cJSON *rec, const cJSON *pull)
{
	cJSON *head = json_put_object(rec, "head");

	json_put_copy(head, "repo",
	    json_at(pull, "headRepository", "nameWithOwner", NULL));
	json_put_copy(head, "ref", json_get(pull, "headRefName"));
	json_put_copy(head, "oid", json_get(pull, "headRefOid"));
}

/* The tip of the base branch; when that is gone, the base as it was. */
static void
put_base(cJSON *rec, const cJSON *pull, const cJSON *facts)
{
	const cJSON *tip = json_at(pull, "baseRef", "target", "oid", NULL);
	cJSON *base = json_put_object(rec, "base");

	json_put_copy(base, "ref", json_get(pull, "baseRefName"));
	json_put_copy(
	    base, "oid", tip != NULL ? tip : json_get(pull, "baseRefOid"));
	json_put_copy(base, "commits", json_get(facts, "base"));
}

static void
put_merging(cJSON *rec, const cJSON *pull, const cJSON *facts)
{
	json_put_copy(rec, "ahead", json_get(facts, "ahead"));
	json_put_copy(rec, "behind", json_get(facts, "behind"));
	json_put_copy(rec, "commits", json_get(facts, "commits"));
	put_lower(rec, "mergeable", json_get(pull, "mergeable"));
	put_lower(rec, "merge_state", json_get(pull, "mergeStateStatus"));
	put_lower(rec, "review_decision", json_get(pull, "reviewDecision"));
	json_put_bool(rec, "maintainer_can_modify",
	    json_true(pull, "maintainerCanModify"));
	json_put_bool(rec, "auto_merge",
	    json_is_object(json_get(pull, "autoMergeRequest")));
	json_put_bool(rec, "merge_queue", json_true(pull, "isInMergeQueue"));
}

static void
put_closes(const struct fetch *f, cJSON *rec, const cJSON *pull)
{
	cJSON *array = json_put_array(rec, "closes");
	const cJSON *node;
	const char *repo;

	JSON_EACH (
	    node, json_at(pull, "closingIssuesReferences", "nodes", NULL)) {
		repo = json_str(json_get(node, "repository"), "nameWithOwner");
		if (repo != NULL && strcmp(repo, f->repo) == 0)
			json_add_copy(array, json_get(node, "number"));
	}
}

static bool
is_public(const cJSON *thread)
{
	const cJSON *c;

	JSON_EACH (c, json_at(thread, "comments", "nodes", NULL))
		if (json_is_object(c) && !text_is_draft(c))
			return true;
	return false;
}

static int
put_thread(struct fetch *f, cJSON *array, const cJSON *t, struct fail *why)
{
	cJSON *o = json_add_object(array), *comments;
	const cJSON *c;

	json_put_copy(o, "id", json_get(t, "id"));
	json_put_copy(o, "path", json_get(t, "path"));
	json_put_copy(o, "line", json_get(t, "line"));
	json_put_copy(o, "start_line", json_get(t, "startLine"));
	json_put_copy(o, "original_line", json_get(t, "originalLine"));
	put_lower(o, "side", json_get(t, "diffSide"));
	put_lower(o, "subject", json_get(t, "subjectType"));
	json_put_bool(o, "resolved", json_true(t, "isResolved"));
	json_put_bool(o, "outdated", json_true(t, "isOutdated"));
	json_put_bool(o, "can_reply", json_true(t, "viewerCanReply"));
	json_put_bool(o, "can_resolve", json_true(t, "viewerCanResolve"));
	comments = json_put_array(o, "comments");
	JSON_EACH (c, json_at(t, "comments", "nodes", NULL))
		if (json_is_object(c) && !text_is_draft(c) &&
		    text_put(f, json_add_object(comments), c, why) == -1)
			return -1;
	return 0;
}

static int
put_review(struct fetch *f, cJSON *array, const cJSON *review, struct fail *why)
{
	cJSON *o = json_add_object(array);

	if (text_put(f, o, review, why) == -1)
		return -1;
	put_lower(o, "state", json_get(review, "state"));
	json_put_copy(o, "oid", json_at(review, "commit", "oid", NULL));
	return 0;
}

static int
put_reviews(struct fetch *f, cJSON *rec, const cJSON *pull, struct fail *why)
{
	cJSON *threads = json_put_array(rec, "threads"), *reviews;
	const cJSON *node;

	JSON_EACH (node, json_at(pull, "reviewThreads", "nodes", NULL))
		if (is_public(node) && put_thread(f, threads, node, why) == -1)
			return -1;
	reviews = json_put_array(rec, "reviews");
	JSON_EACH (node, json_at(pull, "reviews", "nodes", NULL))
		if (json_is_object(node) &&
		    put_review(f, reviews, node, why) == -1)
			return -1;
	return 0;
}

static void
put_check(cJSON *array, const cJSON *c)
{
	const cJSON *suite = json_get(c, "checkSuite");
	const cJSON *run = json_get(suite, "workflowRun");
	cJSON *o = json_add_object(array);

	put_digits(o, "id", json_get(c, "databaseId"));
	json_put_copy(o, "name", json_get(c, "name"));
	put_lower(o, "status", json_get(c, "status"));
	put_lower(o, "conclusion", json_get(c, "conclusion"));
	json_put_copy(o, "url", json_get(c, "url"));
	json_put_copy(o, "details_url", json_get(c, "detailsUrl"));
	json_put_copy(o, "app", json_at(suite, "app", "slug", NULL));
	put_digits(o, "suite_id", json_get(suite, "databaseId"));
	json_put_copy(o, "workflow", json_at(run, "workflow", "name", NULL));
	put_digits(o, "run_id", json_get(run, "databaseId"));
	json_put_copy(o, "event", json_get(run, "event"));
	json_put_copy(o, "title", json_get(c, "title"));
	json_put_copy(o, "started_at", json_get(c, "startedAt"));
	json_put_copy(o, "completed_at", json_get(c, "completedAt"));
}

static void
put_status(cJSON *array, const cJSON *c)
{
	cJSON *o = json_add_object(array);

	json_put_copy(o, "id", json_get(c, "id"));
	json_put_copy(o, "context", json_get(c, "context"));
	put_lower(o, "state", json_get(c, "state"));
	json_put_copy(o, "description", json_get(c, "description"));
	json_put_copy(o, "url", json_get(c, "targetUrl"));
	json_put_copy(o, "created_at", json_get(c, "createdAt"));
	json_put_copy(o, "creator", json_at(c, "creator", "login", NULL));
}

static void
put_checks(cJSON *rec, const cJSON *pull)
{
	cJSON *checks = json_put_array(rec, "checks");
	cJSON *statuses = json_put_array(rec, "statuses");
	const cJSON *c;
	const char *type;

	JSON_EACH (
	    c, json_at(pull, "statusCheckRollup", "contexts", "nodes", NULL)) {
		type = json_str(c, "__typename");
		if (type != NULL && strcmp(type, "CheckRun") == 0)
			put_check(checks, c);
		else if (type != NULL)
			put_status(statuses, c);
	}
}

static void
put_plain(const struct fetch *f, cJSON *rec, const cJSON *pull)
{
	static const char *const keys[] = {
	    "number", "id", "url", "title", "body", NULL};
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		json_put_copy(rec, keys[i], json_get(pull, keys[i]));
	put_lower(rec, "state", json_get(pull, "state"));
	json_put_bool(rec, "draft", json_true(pull, "isDraft"));
	json_put_bool(rec, "ours", scope_pull(f, pull));
}

/* The parts that need somebody's permission. */
static int
put_texts(struct fetch *f, cJSON *rec, const cJSON *pull, const cJSON *facts,
    struct fail *why)
{
	if (text_actor(f, rec, "author", json_get(pull, "author"), why) == -1)
		return -1;
	json_put_copy(rec, "created_at", json_get(pull, "createdAt"));
	json_put_copy(rec, "updated_at", json_get(pull, "updatedAt"));
	if (text_edit(f, rec, pull, why) == -1)
		return -1;
	put_head(rec, pull);
	put_base(rec, pull, facts);
	put_merging(rec, pull, facts);
	text_names(rec, "labels", json_get(pull, "labels"), "name");
	if (text_events(f, rec, json_get(pull, "timelineItems"), why) == -1)
		return -1;
	put_closes(f, rec, pull);
	return put_reviews(f, rec, pull, why);
}

int
pull_record(struct fetch *f, const cJSON *item, cJSON **ret, struct fail *why)
{
	const cJSON *pull = json_get(item, "node");
	const cJSON *facts = json_get(item, "facts"), *lack;
	cJSON *rec = record_new("pr", f->repo), *missing = json_new_array();
	int r = -1;

	lists_missing(pull, missing);
	JSON_EACH (lack, json_get(facts, "missing"))
		json_add_copy(missing, lack);
	put_plain(f, rec, pull);
	if (put_texts(f, rec, pull, facts, why) == -1 ||
	    talk_put(f, rec, pull, NULL, missing, why) == -1)
		goto done;
	put_checks(rec, pull);
	json_put_bool(rec, "complete", json_count(missing) == 0);
	json_put(rec, "missing", missing);
	missing = NULL;
	*ret = rec;
	rec = NULL;
	r = 0;
done:
	cJSON_Delete(missing);
	cJSON_Delete(rec);
	return r;
}
