/*
 * Has an item moved since it was read?
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "fetch.h"

#define LINKS_SEEN 10 /* see IssueRowF in fragments.graphql */

static bool
is_unknown(const cJSON *node)
{
	const char *s = json_str(node, "mergeable");

	return s != NULL && strcmp(s, "UNKNOWN") == 0;
}

static void
put_checks(cJSON *row, const cJSON *node)
{
	static const char *const keys[] = {"totalCount",
	    "checkRunCountsByState", "statusContextCountsByState", NULL};
	const cJSON *rollup = json_get(node, "statusCheckRollup");
	const cJSON *contexts = json_get(rollup, "contexts");
	cJSON *o = json_put_object(row, "checks");
	size_t i;

	json_put_copy(o, "id", json_get(rollup, "id"));
	json_put_copy(o, "state", json_get(rollup, "state"));
	for (i = 0; keys[i] != NULL; i++)
		json_put_copy(o, keys[i], json_get(contexts, keys[i]));
}

/* The pull requests that close an issue, as far as the index shows them. */
static void
put_links(cJSON *row, const cJSON *node)
{
	cJSON *array = json_put_array(row, "links"), *o;
	const cJSON *pull;

	JSON_EACH (pull,
	    json_at(node, "closedByPullRequestsReferences", "nodes", NULL)) {
		if (json_count(array) == LINKS_SEEN)
			break;
		o = json_add_object(array);
		json_put_copy(o, "number", json_get(pull, "number"));
		json_put_copy(o, "state", json_get(pull, "state"));
	}
}

/* GitHub computes mergeability lazily: UNKNOWN is no news, so what was known
 * before stands. */
static void
put_pull(cJSON *row, const cJSON *node, const cJSON *known)
{
	static const char *const keys[] = {"state", "headRefOid", "baseRefName",
	    "isDraft", "isInMergeQueue", "autoMergeRequest",
	    "totalCommentsCount", NULL};
	const cJSON *merge = known != NULL && is_unknown(node) ? known : node;
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		json_put_copy(row, keys[i], json_get(node, keys[i]));
	json_put_copy(
	    row, "base", json_at(node, "baseRef", "target", "oid", NULL));
	json_put_copy(row, "mergeable", json_get(merge, "mergeable"));
	json_put_copy(
	    row, "mergeStateStatus", json_get(merge, "mergeStateStatus"));
	put_checks(row, node);
}

char *
moves_row(const cJSON *node, const cJSON *known)
{
	const char *type = json_str(node, "__typename");
	struct buf text = BUF_INIT(BUF_ANY);
	cJSON *row = json_new_object();

	json_put_copy(row, "updatedAt", json_get(node, "updatedAt"));
	if (type != NULL && strcmp(type, "Issue") == 0)
		put_links(row, node);
	else
		put_pull(row, node, known);
	json_print(&text, row);
	cJSON_Delete(row);
	return buf_take(&text);
}
