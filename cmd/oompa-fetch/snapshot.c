/*
 * Asks GitHub for everything, page by page, until it is all here.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "xalloc.h"

#define MINE_AT_ONCE 10 /* larger requests time out at GitHub */
#define PAGES_MAX    200

#define PREFIX        "ai/issue-"
#define NUMBER_DIGITS 15

static cJSON *
variables(const struct fetch *f)
{
	const char *slug = opt_str(f->o, O_REPO), *slash = strchr(slug, '/');
	char *owner = xstrndup(slug, (size_t)(slash - slug));
	cJSON *vars = json_new_object();

	json_put_str(vars, "owner", owner);
	json_put_str(vars, "name", slash + 1);
	free(owner);
	return vars;
}

/* GitHub takes an empty list of labels for "all issues". */
static void
put_labels(const struct fetch *f, cJSON *vars)
{
	json_add_str(json_put_array(vars, "labels"), opt_str(f->o, O_LABEL));
}

static void
take_nodes(cJSON *all, const cJSON *page)
{
	const cJSON *node;

	/* Any element of nodes may be null. */
	JSON_EACH (node, json_get(page, "nodes"))
		if (json_is_object(node))
			json_add_copy(all, node);
}

/* The cursor of the next page, NULL when page is the last. */
static const char *
next_cursor(const cJSON *page)
{
	const cJSON *info = json_get(page, "pageInfo");

	return json_true(info, "hasNextPage") ? json_str(info, "endCursor")
					      : NULL;
}

/* Follows a list of the repository from its first page to its end. */
static int
follow(struct fetch *f, const char *operation, const cJSON *first, bool labels,
    cJSON *all, struct fail *why)
{
	cJSON *data = NULL, *vars;
	const cJSON *page = first;
	const char *after;
	int n, r = 0;

	take_nodes(all, page);
	for (n = 0; r == 0 && (after = next_cursor(page)) != NULL; n++) {
		if (n == PAGES_MAX)
			return fail(why, FAIL_REMOTE, 422,
			    "%s: more than %d pages", operation, PAGES_MAX);
		vars = variables(f);
		json_put_str(vars, "after", after);
		if (labels)
			put_labels(f, vars);
		cJSON_Delete(data);
		data = NULL;
		r = github_query(
		    &f->gh, "snapshot", operation, vars, &data, NULL, why);
		cJSON_Delete(vars);
		page = json_at(data, "repository", "page", NULL);
		take_nodes(all, page);
	}
	cJSON_Delete(data);
	return r;
}

static int
first_pages(struct fetch *f, cJSON **ret, struct fail *why)
{
	cJSON *vars = variables(f);
	int r;

	put_labels(f, vars);
	json_put_bool(vars, "withIssues", *opt_str(f->o, O_LABEL) != '\0');
	r = github_query(&f->gh, "snapshot", "Snapshot", vars, ret, NULL, why);
	cJSON_Delete(vars);
	if (r == -1 && why->kind == FAIL_REMOTE && why->code == 404)
		return fail(why, FAIL_REMOTE, 404,
		    "no such repository, or this token may not see it");
	return r;
}

/* One or more digits, 0 when there are none. */
static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

bool
snapshot_branch(const char *name, int64_t *number)
{
	size_t n;

	if (name == NULL || strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return false;
	name += strlen(PREFIX);
	n = digits(name);
	if (n == 0 || n > NUMBER_DIGITS || *name == '0')
		return false;
	*number = strtoll(name, NULL, 10);
	name += n;
	if (*name == '-' && digits(name + 1) != 0)
		name += 1 + digits(name + 1);
	return *name == '\0';
}

bool
snapshot_ours(const cJSON *pull)
{
	int64_t number;

	return json_true(pull, "viewerDidAuthor") &&
	       !json_true(pull, "isCrossRepository") &&
	       snapshot_branch(json_str(pull, "headRefName"), &number);
}

/* One request for the next few of our pull requests. */
static int
mine_batch(struct fetch *f, cJSON *ids, struct fail *why)
{
	cJSON *vars = json_new_object(), *data = NULL, *errors = NULL;
	const cJSON *node;
	int r;

	json_put(vars, "ids", ids);
	r = github_query(&f->gh, "snapshot", "Mine", vars, &data, &errors, why);
	JSON_EACH (node, json_get(data, "nodes"))
		if (json_is_object(node))
			json_add_copy(f->mine, node);
	cJSON_Delete(vars);
	cJSON_Delete(data);
	cJSON_Delete(errors);
	return r;
}

static int
read_mine(struct fetch *f, struct fail *why)
{
	cJSON *ids = json_new_array();
	const cJSON *pull;
	int r = 0;

	JSON_EACH (pull, f->pulls) {
		if (r == -1 || !snapshot_ours(pull))
			continue;
		json_add_str(ids, json_str(pull, "id"));
		if (json_count(ids) < MINE_AT_ONCE)
			continue;
		r = mine_batch(f, ids, why);
		ids = json_new_array();
	}
	if (r == 0 && json_count(ids) != 0)
		return mine_batch(f, ids, why);
	cJSON_Delete(ids);
	return r;
}

int
snapshot_read(struct fetch *f, struct fail *why)
{
	cJSON *data = NULL;
	const cJSON *repo;
	int r = -1;

	if (first_pages(f, &data, why) == -1)
		return -1;
	repo = json_get(data, "repository");
	f->viewer = json_copy(json_get(data, "viewer"));
	f->repository = json_copy(repo);
	f->issues = json_new_array();
	f->pulls = json_new_array();
	f->branches = json_new_array();
	f->mine = json_new_array();
	f->repo = json_str(f->repository, "nameWithOwner");
	if (f->repo == NULL || json_str(f->viewer, "login") == NULL)
		(void)fail(why, FAIL_REMOTE, 502, "the answer lacks a name");
	else if (follow(f, "Issues", json_get(repo, "issues"), true, f->issues,
		     why) == 0 &&
		 follow(f, "Pulls", json_get(repo, "pullRequests"), false,
		     f->pulls, why) == 0 &&
		 follow(f, "Branches", json_get(repo, "refs"), false,
		     f->branches, why) == 0)
		r = read_mine(f, why);
	cJSON_Delete(data);
	return r;
}
