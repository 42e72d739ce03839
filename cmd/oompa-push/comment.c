/*
 * The conversation of an issue: read to its start, so that what we have said
 * already is found, and not said again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
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

	json_put_str(vars, "id", json_str(j->now.issue, "id"));
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

/* Ours: we wrote it, and nobody else changed it since. */
static bool
is_ours(const struct job *j, const cJSON *comment)
{
	const char *body = json_str(comment, "body");

	return json_true(comment, "viewerDidAuthor") && body != NULL &&
	       marker_is_ours(body) &&
	       (json_str(comment, "lastEditedAt") == NULL ||
		   recheck_is_viewer(j, json_get(comment, "editor")));
}

/* Of two status comments the older counts: ids only grow. */
static bool
is_older(const cJSON *a, const cJSON *b)
{
	const char *x = json_str(a, "fullDatabaseId");
	const char *y = json_str(b, "fullDatabaseId");

	return x != NULL && y != NULL &&
	       strtoll(x, NULL, 10) < strtoll(y, NULL, 10);
}

int
comment_read(struct job *j, struct fail *why)
{
	char *before = NULL;
	const cJSON *c;
	int r = 0, page = 0;

	cJSON_Delete(j->now.comments);
	cJSON_Delete(j->now.state);
	j->now.comments = json_new_array();
	j->now.state = NULL;
	j->now.status = NULL;
	do
		r = page++ < PAGES_MAX
			? comment_page(j, &before, why)
			: fail(why, FAIL_POLICY, 0,
			      "the issue has too many comments to be read");
	while (r == 0 && before != NULL);
	free(before);
	if (r == -1)
		return -1;
	JSON_EACH (c, j->now.comments)
		if (is_ours(j, c) && marker_is_status(json_str(c, "body")) &&
		    (j->now.status == NULL || is_older(c, j->now.status)))
			j->now.status = c;
	if (j->now.status != NULL &&
	    marker_state(json_str(j->now.status, "body"), &j->now.state, why) ==
		-1) {
		/* Ours, and not read: a later version wrote it. */
		why->kind = FAIL_POLICY;
		return fail_wrap(why, "status comment");
	}
	return 0;
}

const char *
comment_find(const struct job *j, const char *marker)
{
	const cJSON *c;

	JSON_EACH (c, j->now.comments) {
		if (is_ours(j, c) &&
		    strstr(json_str(c, "body"), marker) != NULL)
			return json_str(c, "url");
	}
	return NULL;
}

int
comment_create(
    struct job *j, const char *text, const char *marker, struct fail *why)
{
	char *path = xasprintf(
	    "/repos/%s/issues/%" PRId64 "/comments", j->repo, j->number);
	cJSON *body = json_new_object(), *answer = NULL;
	const char *url = NULL;
	int tries, r = 0;

	json_put_str(body, "body", text);
	for (tries = 0; tries < 2 && !j->push->dry_run; tries++) {
		r = github_rest(&j->push->gh, "POST", path, body, &answer, why);
		url = json_str(answer, "html_url");
		if (r == 0 || !publish_unsure(why))
			break;
		if (comment_read(j, why) == -1)
			break;
		url = comment_find(j, marker);
		r = url != NULL ? 0 : -1;
		if (r == 0)
			break;
	}
	if (r == 0)
		r = receipt_put(j, "comment", "url", url, why);
	cJSON_Delete(answer);
	cJSON_Delete(body);
	free(path);
	return r;
}
