/*
 * The record of one issue.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "marker.h"
#include "xalloc.h"

#define PAGES_MAX 100

/* Reads a list of the issue back to its start: nodes, the newest page first
 * in the answer, end up oldest first in *ret. */
static int
back_to_start(struct fetch *f, const char *operation, const cJSON *issue,
    const char *key, cJSON **ret, struct fail *why)
{
	cJSON *pages[PAGES_MAX] = {NULL}, *vars;
	const cJSON *page = json_get(issue, key), *info, *node;
	int n = 0, i, r = 0;

	for (;;) {
		info = json_get(page, "pageInfo");
		if (!json_true(info, "hasPreviousPage"))
			break;
		if (n == PAGES_MAX) {
			r = fail(why, FAIL_REMOTE, 422, "%s: too many pages",
			    operation);
			break;
		}
		vars = json_new_object();
		json_put_copy(vars, "id", json_get(issue, "id"));
		json_put_copy(vars, "before", json_get(info, "startCursor"));
		r = github_query(
		    &f->gh, "snapshot", operation, vars, &pages[n], NULL, why);
		cJSON_Delete(vars);
		if (r == -1)
			break;
		page = json_at(pages[n++], "node", "page", NULL);
	}
	*ret = json_new_array();
	for (i = n - 1; i >= -1 && r == 0; i--) {
		page = i >= 0 ? json_at(pages[i], "node", "page", NULL)
			      : json_get(issue, key);
		JSON_EACH (node, json_get(page, "nodes"))
			if (json_is_object(node))
				json_add_copy(*ret, node);
	}
	for (i = 0; i < n; i++)
		cJSON_Delete(pages[i]);
	if (r == -1) {
		cJSON_Delete(*ret);
		*ret = NULL;
	}
	return r;
}

/* Anybody may paste a marker and a maintainer may edit any comment: a text is
 * ours only when GitHub says that we wrote it and nobody else edited it. */
static bool
is_ours(const struct fetch *f, const cJSON *c)
{
	const char *editor = json_str(json_get(c, "editor"), "login");
	const char *me = json_str(f->viewer, "login");
	size_t n = strcspn(me, "[");

	if (!json_true(c, "viewerDidAuthor") || json_str(c, "body") == NULL ||
	    !marker_is_ours(json_str(c, "body")))
		return false;
	if (json_str(c, "lastEditedAt") == NULL)
		return true;
	/* GraphQL gives a bot's login without the "[bot]" of viewer.login. */
	return editor != NULL && strncmp(editor, me, n) == 0 &&
	       (editor[n] == '\0' || editor[n] == '[');
}

static int
put_comment(struct fetch *f, cJSON *array, const cJSON *c, struct fail *why)
{
	cJSON *o = json_add_object(array);

	json_put_copy(o, "id", json_get(c, "id"));
	json_put_copy(o, "url", json_get(c, "url"));
	if (people_put(&f->people, &f->gh, f->repo, o, "author",
		json_get(c, "author"), why) == -1)
		return -1;
	json_put_copy(o, "body", json_get(c, "body"));
	json_put_copy(o, "created_at", json_get(c, "createdAt"));
	json_put_copy(o, "edited_at", json_get(c, "lastEditedAt"));
	if (json_str(c, "lastEditedAt") == NULL)
		json_put_null(o, "editor");
	else if (people_put(&f->people, &f->gh, f->repo, o, "editor",
		     json_get(c, "editor"), why) == -1)
		return -1;
	json_put_bool(o, "ours", is_ours(f, c));
	return 0;
}

/* The conversation: our status comment apart from the rest. */
static int
put_comments(struct fetch *f, cJSON *rec, const cJSON *all, cJSON *missing,
    struct fail *why)
{
	cJSON *comments = json_put_array(rec, "comments"), *state, *status;
	const cJSON *c, *found = NULL;
	struct fail unknown;

	JSON_EACH (c, all) {
		if (found == NULL && is_ours(f, c) &&
		    marker_is_status(json_str(c, "body")))
			found = c;
		else if (put_comment(f, comments, c, why) == -1)
			return -1;
	}
	if (found == NULL) {
		json_put_null(rec, "status");
		return 0;
	}
	/* A state that cannot be read is unknown, which is not "none". */
	if (marker_state(json_str(found, "body"), &state, &unknown) == -1) {
		json_put_null(rec, "status");
		json_add_str(missing, "status");
		return 0;
	}
	status = json_put_object(rec, "status");
	json_put_copy(status, "id", json_get(found, "id"));
	json_put_copy(status, "url", json_get(found, "url"));
	json_put(status, "state", state);
	return 0;
}

static const char *
event_name(const char *type)
{
	if (strcmp(type, "LabeledEvent") == 0)
		return "labeled";
	if (strcmp(type, "UnlabeledEvent") == 0)
		return "unlabeled";
	if (strcmp(type, "RenamedTitleEvent") == 0)
		return "renamed";
	return NULL;
}

static int
put_events(struct fetch *f, cJSON *rec, const cJSON *all, struct fail *why)
{
	cJSON *events = json_put_array(rec, "events"), *o;
	const cJSON *e;
	const char *name;

	JSON_EACH (e, all) {
		name = event_name(json_str(e, "__typename"));
		if (name == NULL)
			continue;
		o = json_add_object(events);
		json_put_str(o, "event", name);
		json_put_copy(o, "at", json_get(e, "createdAt"));
		if (people_put(&f->people, &f->gh, f->repo, o, "actor",
			json_get(e, "actor"), why) == -1)
			return -1;
		json_put_copy(o, "label", json_at(e, "label", "name", NULL));
	}
	return 0;
}

static bool
has_pull(const cJSON *array, const cJSON *pull)
{
	const cJSON *p;
	int64_t n, m;
	const char *repo = json_str(
	    json_get(pull, "repository"), "nameWithOwner");

	JSON_EACH (p, array)
		if (json_int(p, "number", &n) && json_int(pull, "number", &m) &&
		    n == m && repo != NULL &&
		    strcmp(json_str(p, "repo"), repo) == 0)
			return true;
	return false;
}

static int
link_once(struct fetch *f, cJSON *array, const cJSON *pull, const char *link,
    struct fail *why)
{
	if (json_get(pull, "number") == NULL || has_pull(array, pull))
		return 0;
	return pull_link(f, pull, link, array, why);
}

/* Pull requests by branch, by closing it, by mentioning it: the strongest
 * link is the one that is kept. */
static int
put_pulls(struct fetch *f, cJSON *rec, const cJSON *issue,
    const cJSON *timeline, struct fail *why)
{
	cJSON *array = json_put_array(rec, "pulls");
	int64_t number = 0, of;
	const cJSON *p;
	int r = 0;

	(void)json_int(issue, "number", &number);
	JSON_EACH (p, f->pulls)
		if (r == 0 && snapshot_ours(p) &&
		    snapshot_branch(json_str(p, "headRefName"), &of) &&
		    of == number)
			r = link_once(f, array, p, "branch", why);
	JSON_EACH (
	    p, json_at(issue, "closedByPullRequestsReferences", "nodes", NULL))
		if (r == 0 && json_is_object(p))
			r = link_once(f, array, p, "closes", why);
	JSON_EACH (p, timeline) {
		if (r == 0 && json_get(p, "subject") != NULL)
			r = link_once(
			    f, array, json_get(p, "subject"), "closes", why);
		if (r == 0 && json_get(p, "source") != NULL)
			r = link_once(f, array, json_get(p, "source"),
			    json_true(p, "willCloseTarget") ? "closes"
							    : "mentions",
			    why);
	}
	return r;
}

static void
put_branches(const struct fetch *f, cJSON *rec, const cJSON *issue)
{
	cJSON *array = json_put_array(rec, "branches"), *o;
	int64_t number = 0, of;
	const cJSON *b;
	char *name;

	(void)json_int(issue, "number", &number);
	JSON_EACH (b, f->branches) {
		/* GitHub leaves out the prefix that was asked for. */
		name = xasprintf("ai/%s", json_str(b, "name"));
		if (snapshot_branch(name, &of) && of == number) {
			o = json_add_object(array);
			json_put_str(o, "name", name);
			json_put_copy(
			    o, "oid", json_at(b, "target", "oid", NULL));
		}
		free(name);
	}
}

static void
put_names(cJSON *rec, const char *key, const cJSON *list, const char *field,
    cJSON *missing)
{
	cJSON *array = json_put_array(rec, key);
	const cJSON *node;

	JSON_EACH (node, json_get(list, "nodes"))
		if (json_str(node, field) != NULL)
			json_add_str(array, json_str(node, field));
	if (json_true(json_get(list, "pageInfo"), "hasNextPage"))
		json_add_str(missing, key);
}

static void
put_plain(cJSON *rec, const cJSON *issue)
{
	json_put_copy(rec, "number", json_get(issue, "number"));
	json_put_copy(rec, "id", json_get(issue, "id"));
	json_put_copy(rec, "url", json_get(issue, "url"));
	json_put_copy(rec, "title", json_get(issue, "title"));
	json_put_copy(rec, "body", json_get(issue, "body"));
	json_put_str(rec, "state",
	    strcmp(json_str(issue, "state"), "OPEN") == 0 ? "open" : "closed");
}

static int
put_texts(struct fetch *f, cJSON *rec, const cJSON *issue, struct fail *why)
{
	if (people_put(&f->people, &f->gh, f->repo, rec, "author",
		json_get(issue, "author"), why) == -1)
		return -1;
	json_put_copy(rec, "created_at", json_get(issue, "createdAt"));
	json_put_copy(rec, "updated_at", json_get(issue, "updatedAt"));
	json_put_copy(rec, "edited_at", json_get(issue, "lastEditedAt"));
	/* No editor: never edited, or the editor's account is gone. */
	if (json_str(issue, "lastEditedAt") == NULL) {
		json_put_null(rec, "editor");
		return 0;
	}
	return people_put(&f->people, &f->gh, f->repo, rec, "editor",
	    json_get(issue, "editor"), why);
}

int
issue_record(struct fetch *f, const cJSON *issue, cJSON **ret, struct fail *why)
{
	cJSON *rec = record_new("issue", f->repo), *missing = json_new_array();
	cJSON *comments = NULL, *timeline = NULL;
	int r = -1;

	put_plain(rec, issue);
	if (put_texts(f, rec, issue, why) == -1 ||
	    back_to_start(f, "Comments", issue, "comments", &comments, why) ==
		-1 ||
	    back_to_start(
		f, "Timeline", issue, "timelineItems", &timeline, why) == -1)
		goto done;
	put_names(rec, "labels", json_get(issue, "labels"), "name", missing);
	put_names(
	    rec, "assignees", json_get(issue, "assignees"), "login", missing);
	if (put_events(f, rec, timeline, why) == -1 ||
	    put_pulls(f, rec, issue, timeline, why) == -1)
		goto done;
	if (json_true(json_at(issue, "closedByPullRequestsReferences",
			  "pageInfo", NULL),
		"hasNextPage"))
		json_add_str(missing, "pulls");
	put_branches(f, rec, issue);
	if (put_comments(f, rec, comments, missing, why) == -1)
		goto done;
	json_put_bool(rec, "complete", json_count(missing) == 0);
	json_put(rec, "missing", missing);
	missing = NULL;
	*ret = rec;
	rec = NULL;
	r = 0;
done:
	cJSON_Delete(comments);
	cJSON_Delete(timeline);
	cJSON_Delete(missing);
	cJSON_Delete(rec);
	return r;
}
