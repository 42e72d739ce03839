/*
 * The conversation of an issue: read to its start, so that what we have said
 * already is found, and not said again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "marker.h"
#include "push.h"
#include "xalloc.h"

/* Pages of 100 comments that are read before we give up. */
#define PAGES_MAX 100

static int
comment_page(struct job *j, char **before, struct fail *why)
{
	cJSON *vars = json_new_object(), *data = NULL;
	const cJSON *page, *info, *c;
	const char *cursor;
	int r = -1;

	json_put_str(vars, "id", json_str(j->now.item, "id"));
	json_put_str(vars, "before", *before);
	if (github_query(&j->push->gh, "recheck", "Comments", vars, &data, NULL,
		why) == -1)
		goto done;
	page = json_at(data, "node", "comments", NULL);
	info = json_get(page, "pageInfo");
	if (!json_is_array(json_get(page, "nodes")) || info == NULL) {
		(void)fail(why, FAIL_REMOTE, 502, "GraphQL recheck: no page");
		goto done;
	}
	JSON_EACH (c, json_get(page, "nodes"))
		json_add_copy(j->now.comments, c);
	cursor = json_str(info, "startCursor");
	free(*before);
	*before = json_true(info, "hasPreviousPage") && cursor != NULL
		      ? xstrdup(cursor)
		      : NULL;
	r = 0;
done:
	cJSON_Delete(data);
	cJSON_Delete(vars);
	return r;
}

bool
comment_is_ours(const struct job *j, const cJSON *comment)
{
	const char *body = json_str(comment, "body");

	return recheck_author(j, comment) && body != NULL &&
	       marker_is_ours(body) &&
	       (json_str(comment, "lastEditedAt") == NULL ||
		   recheck_is_us(j, json_get(comment, "editor")));
}

/* Ids only grow. */
static bool
is_older(const cJSON *a, const cJSON *b)
{
	const char *x = json_str(a, "fullDatabaseId");
	const char *y = json_str(b, "fullDatabaseId");

	return x != NULL && y != NULL &&
	       strtoll(x, NULL, 10) < strtoll(y, NULL, 10);
}

/* What somebody else made of our status comment is not our state, and what was
 * in it is not known. */
static void
note_edited(struct job *j, const cJSON *comment)
{
	const char *body = json_str(comment, "body");
	const char *who = json_str(json_get(comment, "editor"), "login");

	if (json_true(comment, "viewerDidAuthor") && body != NULL &&
	    marker_is_status(body) && !comment_is_ours(j, comment))
		j->now.edited = who != NULL ? who : "a deleted account";
}

/*
 * Our status comment, and whose state counts: its own.  Of two the older one
 * counts: another run was as fast.  A former account's cannot be edited, so
 * that a new one takes over; of these the newest counts.
 */
static const cJSON *
find_status(struct job *j)
{
	const cJSON *c, *former = NULL;

	JSON_EACH (c, j->now.comments) {
		note_edited(j, c);
		if (!comment_is_ours(j, c) ||
		    !marker_is_status(json_str(c, "body")))
			continue;
		if (!json_true(c, "viewerDidAuthor")) {
			if (former == NULL || is_older(former, c))
				former = c;
		} else if (j->now.status == NULL || is_older(c, j->now.status))
			j->now.status = c;
	}
	if (j->now.status != NULL || former != NULL)
		j->now.edited = NULL;
	return j->now.status != NULL ? j->now.status : former;
}

int
comment_read(struct job *j, struct fail *why)
{
	char *before = NULL;
	const cJSON *status;
	int r = 0, page = 0;

	cJSON_Delete(j->now.comments);
	cJSON_Delete(j->now.state);
	j->now.comments = json_new_array();
	j->now.state = NULL;
	j->now.status = NULL;
	j->now.edited = NULL;
	do
		r = page++ < PAGES_MAX
			? comment_page(j, &before, why)
			: fail(why, FAIL_POLICY, 0,
			      "the item has too many comments to be read");
	while (r == 0 && before != NULL);
	free(before);
	if (r == -1)
		return -1;
	status = find_status(j);
	if (status != NULL &&
	    marker_state(json_str(status, "body"), &j->now.state, why) == -1) {
		/* Ours, and not read: a later version wrote it. */
		why->kind = FAIL_POLICY;
		return fail_wrap(why, "status comment");
	}
	return 0;
}

const cJSON *
comment_find(const struct job *j, enum comment kind)
{
	const cJSON *c, *found = NULL;
	char *task;

	if (kind == COMMENT_STATUS)
		return j->now.status;
	JSON_EACH (c, j->now.comments) {
		task = comment_is_ours(j, c) ? marker_task(json_str(c, "body"))
					     : NULL;
		if (found == NULL && job_is_task(j, task))
			found = c;
		free(task);
	}
	return found;
}

/* Does this state say no more than that this machine began to work? */
static bool
is_mere_claim(const struct job *j, const cJSON *state)
{
	const char *who = json_str(json_get(state, "claim"), "who");

	return who != NULL && strcmp(who, j->who) == 0 &&
	       json_count(json_get(state, "rows")) == 0;
}

const cJSON *
comment_surplus(const struct job *j)
{
	const cJSON *c, *found = NULL;
	struct fail ignored;
	cJSON *state;

	JSON_EACH (c, j->now.comments) {
		if (c == j->now.status || !json_true(c, "viewerDidAuthor") ||
		    !comment_is_ours(j, c) ||
		    !marker_is_status(json_str(c, "body")) ||
		    marker_state(json_str(c, "body"), &state, &ignored) == -1)
			continue;
		if (is_mere_claim(j, state))
			found = c;
		cJSON_Delete(state);
	}
	return found;
}
