/*
 * The conversation, and what it tells of our own state.
 *
 * The state is in the status comment.  Each of our other texts names the task
 * that wrote it in its marker, and the texts that it answers, so what the state
 * does not have, because it was deleted or could not be written, is known from
 * them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "marker.h"

static bool
is_status(const struct fetch *f, const cJSON *comment)
{
	return scope_text(f, comment) &&
	       marker_is_status(json_str(comment, "body"));
}

/* As oompa-push has it: the oldest that this account wrote, since another one
 * may be left of a race; else the newest of a former account. */
static const cJSON *
find_status(const struct fetch *f, const cJSON *comments)
{
	const cJSON *c, *former = NULL;

	JSON_EACH (c, comments) {
		if (!is_status(f, c))
			continue;
		if (json_true(c, "viewerDidAuthor"))
			return c;
		former = c;
	}
	return former;
}

static bool
has_row(const cJSON *rows, const char *task)
{
	const cJSON *row;

	JSON_EACH (row, rows)
		if (json_str(row, "task") != NULL &&
		    strcmp(json_str(row, "task"), task) == 0)
			return true;
	return false;
}

/* A row for a task that only a marker tells of. */
static void
add_row(cJSON *rows, const cJSON *node, const char *branch)
{
	char *task = marker_task(json_str(node, "body"));
	cJSON *row;

	/* A task's id has a colon; an older marker named the issue only. */
	if (task != NULL && strchr(task, ':') != NULL && !has_row(rows, task)) {
		row = json_add_object(rows);
		json_put_str(row, "task", task);
		json_put_copy(row, "at",
		    json_get(node, json_get(node, "createdAt") != NULL
				       ? "createdAt"
				       : "submittedAt"));
		json_put_str(row, "outcome", "unknown");
		json_put_str(row, "why", "");
		json_put_str(row, "note", "known by a text of ours only");
		json_put_copy(row, "url", json_get(node, "url"));
		json_put_str(row, "branch", branch);
		json_put_null(row, "oid");
		json_put_int(row, "cost", 0);
	}
	free(task);
}

static cJSON *
find_text(cJSON *texts, const char *id)
{
	cJSON *t;

	for (t = json_edit_first(texts); t != NULL; t = json_edit_next(t))
		if (json_str(t, "id") != NULL &&
		    strcmp(json_str(t, "id"), id) == 0)
			return t;
	return NULL;
}

/* A text of somebody's that we have answered.  Of its writings, the one that
 * was seen last counts. */
static void
add_text(cJSON *state, const cJSON *text)
{
	const char *id = json_str(text, "id");
	const char *verdict = json_str(text, "verdict");
	cJSON *texts = json_edit(state, "texts"), *old;
	int64_t at, before;

	if (id == NULL || !json_when(text, "at", &at))
		return;
	if (texts == NULL)
		texts = json_put_array(state, "texts");
	old = find_text(texts, id);
	if (old != NULL && json_when(old, "at", &before) && before >= at)
		return;
	if (old == NULL) {
		old = json_add_object(texts);
		json_put_str(old, "id", id);
	}
	json_drop(old, "at");
	json_drop(old, "verdict");
	json_put_when(old, "at", at);
	json_put_str(old, "verdict", verdict != NULL ? verdict : "unknown");
}

/* What another status comment of ours knows, if it can be read. */
static void
add_other(cJSON *state, const cJSON *comment)
{
	cJSON *rows = json_edit(state, "rows"), *other;
	const cJSON *row, *text;
	struct fail unknown;

	if (marker_state(json_str(comment, "body"), &other, &unknown) == -1)
		return;
	JSON_EACH (row, json_get(other, "rows"))
		if (json_str(row, "task") != NULL &&
		    !has_row(rows, json_str(row, "task")))
			json_add_copy(rows, row);
	JSON_EACH (text, json_get(other, "texts"))
		add_text(state, text);
	cJSON_Delete(other);
}

/* What the markers of ours in these texts tell.  What nobody can read is not
 * said yet. */
static void
add_told(const struct fetch *f, cJSON *state, const cJSON *nodes)
{
	const cJSON *node, *text;
	cJSON *texts;

	JSON_EACH (node, nodes) {
		if (!scope_text(f, node) || text_is_draft(node))
			continue;
		add_row(json_edit(state, "rows"), node, NULL);
		texts = marker_texts(json_str(node, "body"));
		JSON_EACH (text, texts)
			add_text(state, text);
		cJSON_Delete(texts);
	}
}

/* item is the issue or pull request. */
static void
add_known(
    const struct fetch *f, cJSON *state, const cJSON *item, const cJSON *links)
{
	const cJSON *comments = json_at(item, "comments", "nodes", NULL), *node;

	JSON_EACH (node, comments)
		if (is_status(f, node))
			add_other(state, node);
	add_told(f, state, comments);
	add_told(f, state, json_at(item, "reviews", "nodes", NULL));
	JSON_EACH (node, json_at(item, "reviewThreads", "nodes", NULL))
		add_told(f, state, json_at(node, "comments", "nodes", NULL));
	JSON_EACH (node, links)
		if (scope_pull(f, node) && scope_text(f, node))
			add_row(json_edit(state, "rows"), node,
			    json_str(node, "headRefName"));
}

/* One that we wrote and somebody else edited: what it says is not ours. */
static const cJSON *
find_edited(const cJSON *comments)
{
	const char *body;
	const cJSON *c;

	JSON_EACH (c, comments) {
		body = json_str(c, "body");
		if (json_true(c, "viewerDidAuthor") && body != NULL &&
		    marker_is_status(body))
			return c;
	}
	return NULL;
}

static cJSON *
empty_state(void)
{
	cJSON *state = json_new_object();

	json_put_int(state, "v", 1);
	json_put_int(state, "cost", 0);
	json_put_array(state, "rows");
	return state;
}

/* The state is read into *ret; false when it cannot be. */
static bool
read_state(const cJSON *found, cJSON **ret)
{
	struct fail unknown;

	if (found == NULL)
		*ret = empty_state();
	return found == NULL ||
	       marker_state(json_str(found, "body"), ret, &unknown) == 0;
}

static void
put_status(cJSON *rec, const cJSON *comment, bool edited, cJSON *state)
{
	cJSON *status;

	if (comment == NULL && json_count(json_get(state, "rows")) == 0 &&
	    json_count(json_get(state, "texts")) == 0) {
		json_put_null(rec, "status");
		cJSON_Delete(state);
		return;
	}
	status = json_put_object(rec, "status");
	json_put_copy(status, "id", json_get(comment, "id"));
	json_put_copy(status, "url", json_get(comment, "url"));
	json_put_bool(status, "edited", edited);
	json_put(status, "state", state);
}

int
talk_put(struct fetch *f, cJSON *rec, const cJSON *node, const cJSON *links,
    cJSON *missing, struct fail *why)
{
	const cJSON *all = json_at(node, "comments", "nodes", NULL), *c;
	const cJSON *found = find_status(f, all);
	const cJSON *edited = found == NULL ? find_edited(all) : NULL;
	cJSON *comments = json_put_array(rec, "comments"), *state;

	JSON_EACH (c, all)
		if (json_is_object(c) && c != found && c != edited &&
		    text_put(f, json_add_object(comments), c, why) == -1)
			return -1;
	/* A state that cannot be read is unknown, which is not "none". */
	if (!read_state(found, &state)) {
		json_put_null(rec, "status");
		json_add_str(missing, "status");
		return 0;
	}
	add_known(f, state, node, links);
	put_status(rec, found != NULL ? found : edited, edited != NULL, state);
	return 0;
}
