/*
 * Labels and assignees of the item.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "push.h"
#include "xalloc.h"

int
item_label(struct job *j, struct fail *why)
{
	char *path = xasprintf(
	    "/repos/%s/issues/%" PRId64 "/labels", j->repo, j->number);
	cJSON *body = json_new_object();
	int r = 0;

	json_add_str(json_put_array(body, "labels"), LABEL_FAILED);
	if (!j->now.failed) {
		r = publish_write(j, "POST", path, body, NULL, why);
		if (r == 0)
			r = receipt_put(j, "label", "label", LABEL_FAILED, why);
	}
	j->now.failed = true;
	cJSON_Delete(body);
	free(path);
	return r;
}

/* Was this task asked for after we gave up?  A label that was set since is
 * somebody's word. */
static bool
is_retry(const struct job *j)
{
	int64_t asked, failed;

	if (!json_when(json_get(j->rec, "trigger"), "at", &asked))
		return false;
	/* Not among the newest events: older than all of them. */
	return !recheck_label_at(j, LABEL_FAILED, &failed) || asked > failed;
}

int
item_unlabel(struct job *j, struct fail *why)
{
	char *path;
	int r;

	if (!j->now.failed || !is_retry(j))
		return 0;
	path = xasprintf("/repos/%s/issues/%" PRId64 "/labels/" LABEL_FAILED,
	    j->repo, j->number);
	r = publish_write(j, "DELETE", path, NULL, NULL, why);
	if (r == 0)
		r = receipt_put(j, "unlabel", "label", LABEL_FAILED, why);
	else if (why->kind == FAIL_REMOTE && why->code == 404)
		r = 0; /* somebody else has taken it away */
	j->now.failed = false;
	free(path);
	return r;
}

/* GitHub drops silently whom it may not assign. */
static bool
is_named(const cJSON *issue, const char *login)
{
	const cJSON *a;

	JSON_EACH (a, json_get(issue, "assignees"))
		if (json_str(a, "login") != NULL &&
		    strcmp(json_str(a, "login"), login) == 0)
			return true;
	return false;
}

int
item_assign(struct job *j, bool wanted, struct fail *why)
{
	char *path;
	cJSON *body, *answer = NULL;
	int r;

	if (j->now.is_bot || opt_on(j->push->o, O_NO_ASSIGN) ||
	    recheck_assigned(j) == wanted)
		return 0;
	path = xasprintf(
	    "/repos/%s/issues/%" PRId64 "/assignees", j->repo, j->number);
	body = json_new_object();
	json_add_str(json_put_array(body, "assignees"), j->now.viewer);
	r = publish_write(
	    j, wanted ? "POST" : "DELETE", path, body, &answer, why);
	if (r == 0 &&
	    (answer == NULL || is_named(answer, j->now.viewer) == wanted))
		r = receipt_put(j, wanted ? "assign" : "unassign", "message",
		    j->now.viewer, why);
	cJSON_Delete(answer);
	cJSON_Delete(body);
	free(path);
	return r;
}
