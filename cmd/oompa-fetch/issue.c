/*
 * The record of one issue.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "slug.h"
#include "xalloc.h"

static const char *
state_name(const char *state)
{
	if (state != NULL && strcmp(state, "OPEN") == 0)
		return "open";
	if (state != NULL && strcmp(state, "MERGED") == 0)
		return "merged";
	return "closed";
}

static bool
is_from_branch(const struct fetch *f, const cJSON *pull, int64_t number)
{
	int64_t of;

	return scope_branch(f, pull, &of) && of == number;
}

static int
put_link(struct fetch *f, cJSON *array, const cJSON *pull, const char *link,
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
	if (text_actor(f, o, "author", json_get(pull, "author"), why) == -1)
		return -1;
	json_put_bool(o, "ours", scope_pull(f, pull));
	json_put_str(o, "link", link);
	return 0;
}

static bool
has_link(const cJSON *links, const cJSON *pull)
{
	const char *url = json_str(pull, "url");
	const cJSON *l;

	JSON_EACH (l, links)
		if (url != NULL && json_str(l, "url") != NULL &&
		    strcmp(json_str(l, "url"), url) == 0)
			return true;
	return false;
}

/* How a pull request is linked: by its branch, by closing the issue, by
 * mentioning it.  The strongest is the one that is kept. */
static const char *
link_name(const struct fetch *f, const cJSON *pull, int64_t number, bool closes)
{
	if (is_from_branch(f, pull, number))
		return "branch";
	return closes ? "closes" : "mentions";
}

/* Every pull request that has to do with the issue, once; raw ones are added
 * to all, too. */
struct links {
	struct fetch *f;
	cJSON *records, *all;
	int64_t number;
};

static int
add_link(struct links *l, const cJSON *pull, bool closes, struct fail *why)
{
	if (json_get(pull, "number") == NULL || has_link(l->records, pull))
		return 0;
	json_add_copy(l->all, pull);
	return put_link(l->f, l->records, pull,
	    link_name(l->f, pull, l->number, closes), why);
}

static int
add_from_timeline(
    struct links *l, const cJSON *timeline, bool closing, struct fail *why)
{
	const cJSON *e, *pull;
	bool closes;
	int r = 0;

	JSON_EACH (e, json_get(timeline, "nodes")) {
		closes = json_get(e, "subject") != NULL ||
			 json_true(e, "willCloseTarget");
		pull = json_get(e, "subject");
		if (pull == NULL)
			pull = json_get(e, "source");
		if (r == 0 && pull != NULL && closes == closing)
			r = add_link(l, pull, closes, why);
	}
	return r;
}

static int
add_links(struct links *l, const cJSON *issue, struct fail *why)
{
	const cJSON *timeline = json_get(issue, "timelineItems"), *pull;
	const cJSON *closing = json_get(
	    issue, "closedByPullRequestsReferences");

	JSON_EACH (pull, json_get(closing, "nodes"))
		if (json_is_object(pull) && add_link(l, pull, true, why) == -1)
			return -1;
	if (add_from_timeline(l, timeline, true, why) == -1)
		return -1;
	return add_from_timeline(l, timeline, false, why);
}

/* The index has no bodies, and so no markers; what was read in depth has. */
static const cJSON *
in_depth(const struct fetch *f, const cJSON *row)
{
	const char *id = json_str(row, "id");
	const cJSON *node = id != NULL ? json_at(f->items, id, "node", NULL)
				       : NULL;

	return node != NULL ? node : row;
}

/* Links of the open pull requests from the issue's branches. */
static int
add_from_branches(struct links *l, const cJSON *branches, struct fail *why)
{
	const cJSON *b, *pull;
	int r = 0;

	JSON_EACH (b, branches)
		JSON_EACH (
		    pull, json_at(b, "associatedPullRequests", "nodes", NULL))
			if (r == 0 && is_from_branch(l->f, pull, l->number))
				r = add_link(
				    l, in_depth(l->f, pull), true, why);
	return r;
}

/* Branches change without the issue; they are those of the index. */
static void
put_branches(const struct fetch *f, cJSON *rec, int64_t number)
{
	cJSON *array = json_put_array(rec, "branches"), *o;
	int64_t of, attempt;
	const cJSON *b;
	char *name;

	JSON_EACH (b, f->branches) {
		/* GitHub leaves out the prefix that was asked for. */
		name = xasprintf("ai/%s", json_str(b, "name"));
		if (slug_branch(name, &of, &attempt) && of == number) {
			o = json_add_object(array);
			json_put_str(o, "name", name);
			json_put_copy(
			    o, "oid", json_at(b, "target", "oid", NULL));
		}
		free(name);
	}
}

static void
put_plain(cJSON *rec, const cJSON *issue)
{
	json_put_copy(rec, "number", json_get(issue, "number"));
	json_put_copy(rec, "id", json_get(issue, "id"));
	json_put_copy(rec, "url", json_get(issue, "url"));
	json_put_copy(rec, "title", json_get(issue, "title"));
	json_put_copy(rec, "body", json_get(issue, "body"));
	json_put_str(rec, "state", state_name(json_str(issue, "state")));
}

/* Every edit of the body: the last one alone would hide those before it. */
static int
put_edits(struct fetch *f, cJSON *rec, const cJSON *issue, struct fail *why)
{
	cJSON *edits = json_put_array(rec, "edits"), *o;
	const cJSON *e;

	JSON_EACH (e, json_at(issue, "userContentEdits", "nodes", NULL)) {
		if (!json_is_object(e))
			continue;
		o = json_add_object(edits);
		json_put_copy(o, "at", json_get(e, "editedAt"));
		if (text_actor(f, o, "actor", json_get(e, "editor"), why) == -1)
			return -1;
	}
	return 0;
}

static int
put_texts(struct fetch *f, cJSON *rec, const cJSON *issue, struct fail *why)
{
	if (text_actor(f, rec, "author", json_get(issue, "author"), why) == -1)
		return -1;
	json_put_copy(rec, "created_at", json_get(issue, "createdAt"));
	json_put_copy(rec, "updated_at", json_get(issue, "updatedAt"));
	if (text_edit(f, rec, issue, why) == -1)
		return -1;
	text_names(rec, "labels", json_get(issue, "labels"), "name");
	text_names(rec, "assignees", json_get(issue, "assignees"), "login");
	if (put_edits(f, rec, issue, why) == -1)
		return -1;
	return text_events(f, rec, json_get(issue, "timelineItems"), why);
}

int
issue_record(struct fetch *f, const cJSON *issue, cJSON **ret, struct fail *why)
{
	cJSON *rec = record_new("issue", f->repo), *missing = json_new_array();
	struct links l = {.f = f, .all = json_new_array()};
	int r = -1;

	lists_missing(issue, missing);
	put_plain(rec, issue);
	(void)json_int(issue, "number", &l.number);
	if (put_texts(f, rec, issue, why) == -1)
		goto done;
	l.records = json_put_array(rec, "pulls");
	if (add_links(&l, issue, why) == -1 ||
	    add_from_branches(&l, f->branches, why) == -1 ||
	    add_from_branches(&l, f->others, why) == -1)
		goto done;
	put_branches(f, rec, l.number);
	if (talk_put(f, rec, issue, l.all, missing, why) == -1)
		goto done;
	json_put_bool(rec, "complete", json_count(missing) == 0);
	json_put(rec, "missing", missing);
	missing = NULL;
	*ret = rec;
	rec = NULL;
	r = 0;
done:
	cJSON_Delete(l.all);
	cJSON_Delete(missing);
	cJSON_Delete(rec);
	return r;
}
