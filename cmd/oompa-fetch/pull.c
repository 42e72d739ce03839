/*
 * The record of one of our pull requests, and links to any.
 *
 * SPDX-License-Identifier: MIT
 */

#include <string.h>

#include "fetch.h"
#include "marker.h"

static const char *
state_name(const char *state)
{
	if (state != NULL && strcmp(state, "OPEN") == 0)
		return "open";
	if (state != NULL && strcmp(state, "MERGED") == 0)
		return "merged";
	return "closed";
}

/* UNKNOWN, and whatever GitHub may add, is no news. */
static const char *
mergeable_name(const char *s)
{
	if (s != NULL && strcmp(s, "MERGEABLE") == 0)
		return "mergeable";
	if (s != NULL && strcmp(s, "CONFLICTING") == 0)
		return "conflicting";
	return "unknown";
}

int
pull_link(struct fetch *f, const cJSON *pull, const char *link, cJSON *array,
    struct fail *why)
{
	cJSON *o = json_add_object(array);

	json_put_copy(o, "number", json_get(pull, "number"));
	json_put_copy(
	    o, "repo", json_at(pull, "repository", "nameWithOwner", NULL));
	json_put_copy(o, "url", json_get(pull, "url"));
	json_put_str(o, "state", state_name(json_str(pull, "state")));
	json_put_copy(o, "merged_at", json_get(pull, "mergedAt"));
	json_put_copy(o, "closed_at", json_get(pull, "closedAt"));
	json_put_copy(o, "created_at", json_get(pull, "createdAt"));
	json_put_bool(o, "draft", json_true(pull, "isDraft"));
	json_put_copy(o, "head", json_get(pull, "headRefName"));
	if (people_put(&f->people, &f->gh, f->repo, o, "author",
		json_get(pull, "author"), why) == -1)
		return -1;
	json_put_bool(o, "ours", snapshot_ours(pull));
	json_put_str(o, "link", link);
	return 0;
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
put_base(cJSON *rec, const cJSON *pull)
{
	const cJSON *tip = json_at(pull, "baseRef", "target", "oid", NULL);
	cJSON *base = json_put_object(rec, "base");

	json_put_copy(base, "ref", json_get(pull, "baseRefName"));
	json_put_copy(
	    base, "oid", tip != NULL ? tip : json_get(pull, "baseRefOid"));
}

static void
put_closes(const struct fetch *f, cJSON *rec, const cJSON *pull, cJSON *missing)
{
	const cJSON *list = json_get(pull, "closingIssuesReferences"), *node;
	cJSON *array = json_put_array(rec, "closes");
	const char *repo;

	JSON_EACH (node, json_get(list, "nodes")) {
		repo = json_str(json_get(node, "repository"), "nameWithOwner");
		if (repo != NULL && strcmp(repo, f->repo) == 0)
			json_add_copy(array, json_get(node, "number"));
	}
	if (!json_is_object(list) ||
	    json_true(json_get(list, "pageInfo"), "hasNextPage"))
		json_add_str(missing, "closes");
}

static void
put_labels(cJSON *rec, const cJSON *pull, cJSON *missing)
{
	const cJSON *list = json_get(pull, "labels"), *node;
	cJSON *array = json_put_array(rec, "labels");

	JSON_EACH (node, json_get(list, "nodes"))
		json_add_str(array, json_str(node, "name"));
	if (!json_is_object(list) ||
	    json_true(json_get(list, "pageInfo"), "hasNextPage"))
		json_add_str(missing, "labels");
}

int
pull_record(struct fetch *f, const cJSON *pull, cJSON **ret, struct fail *why)
{
	static const char *const plain[] = {
	    "number", "id", "url", "title", "body", NULL};
	cJSON *rec = record_new("pr", f->repo), *missing = json_new_array();
	size_t i;

	for (i = 0; plain[i] != NULL; i++)
		json_put_copy(rec, plain[i], json_get(pull, plain[i]));
	json_put_str(rec, "state", state_name(json_str(pull, "state")));
	json_put_bool(rec, "draft", json_true(pull, "isDraft"));
	if (people_put(&f->people, &f->gh, f->repo, rec, "author",
		json_get(pull, "author"), why) == -1) {
		cJSON_Delete(rec);
		cJSON_Delete(missing);
		return -1;
	}
	json_put_copy(rec, "created_at", json_get(pull, "createdAt"));
	json_put_copy(rec, "updated_at", json_get(pull, "updatedAt"));
	put_head(rec, pull);
	put_base(rec, pull);
	json_put_str(
	    rec, "mergeable", mergeable_name(json_str(pull, "mergeable")));
	json_put_bool(rec, "auto_merge",
	    json_is_object(json_get(pull, "autoMergeRequest")) ||
		json_true(pull, "isInMergeQueue"));
	put_labels(rec, pull, missing);
	put_closes(f, rec, pull, missing);
	json_put_bool(rec, "complete", json_count(missing) == 0);
	json_put(rec, "missing", missing);
	*ret = rec;
	return 0;
}
