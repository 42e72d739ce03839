/*
 * The index: what is there, and what of it has moved?
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fetch.h"

#define IDS_MAX   100 /* in one request */
#define PAGES_MAX 200

/* A page without its nodes is no end of a list. */
int
index_check(const cJSON *page, const char *question, struct fail *why)
{
	if (json_is_array(json_get(page, "nodes")))
		return 0;
	return fail(
	    why, FAIL_REMOTE, 502, "GraphQL %s: a list is missing", question);
}

/* Pages of a list of a repository behind its first one: their nodes are added
 * to all. */
int
index_follow(struct fetch *f, const char *question, cJSON *given,
    const cJSON *first, cJSON *all, struct fail *why)
{
	const cJSON *info = json_get(first, "pageInfo"), *page, *node;
	cJSON *data = NULL;
	int n, r = 0;

	for (n = 0; r == 0 && json_true(info, "hasNextPage"); n++) {
		if (n == PAGES_MAX) {
			r = fail(why, FAIL_REMOTE, 422,
			    "GraphQL %s: more than %d pages", question,
			    PAGES_MAX);
			break;
		}
		json_drop(given, "after");
		json_put_copy(given, "after", json_get(info, "endCursor"));
		cJSON_Delete(data);
		data = NULL;
		r = ask(f,
		    (struct github_question){.what = question, .vars = given},
		    &data, NULL, why);
		page = json_at(data, "repository", "page", NULL);
		if (r == 0)
			r = index_check(page, question, why);
		info = json_get(page, "pageInfo");
		JSON_EACH (node, json_get(page, "nodes"))
			if (json_is_object(node))
				json_add_copy(all, node);
	}
	cJSON_Delete(data);
	cJSON_Delete(given);
	return r;
}

cJSON *
index_nodes(const cJSON *page)
{
	cJSON *all = json_new_array();
	const cJSON *node;

	/* Any element of nodes may be null. */
	JSON_EACH (node, json_get(page, "nodes"))
		if (json_is_object(node))
			json_add_copy(all, node);
	return all;
}

/* What we know and look after: the ids that the index is asked about. */
static cJSON *
known_ids(const struct fetch *f)
{
	const char *rest = opt_str(f->o, O_WATCH_PRS), *id;
	cJSON *ids = json_new_array();
	const cJSON *item;
	int64_t n;

	if (f->argc != 0)
		return ids;
	JSON_EACH (item, json_get(f->cache, "items"))
		if (json_true(item, "pull"))
			json_add_str(
			    ids, json_str(json_get(item, "node"), "id"));
	while (opt_number(&rest, &n)) {
		id = lookup_id(f, n);
		if (id != NULL && !json_has_str(ids, id))
			json_add_str(ids, id);
	}
	return ids;
}

static cJSON *
some_ids(const cJSON *ids, size_t from)
{
	cJSON *some = json_new_array();
	const cJSON *id;
	size_t n = 0;

	JSON_EACH (id, ids) {
		if (n >= from && n < from + IDS_MAX)
			json_add_copy(some, id);
		n++;
	}
	return some;
}

static cJSON *
variables(const struct fetch *f, const cJSON *ids)
{
	const char *label = opt_str(f->o, O_LABEL);
	const char *watched = opt_str(f->o, O_WATCH_LABEL);
	const char *fork = opt_str(f->o, O_FORK);
	cJSON *vars = ask_vars(opt_str(f->o, O_REPO)), *other;
	bool all = f->argc == 0;

	/* GitHub takes an empty list of labels for "all". */
	json_add_str(json_put_array(vars, "labels"), label);
	json_put_bool(vars, "withIssues", all && *label != '\0');
	json_add_str(json_put_array(vars, "watchLabels"), watched);
	json_put_bool(vars, "withWatched", all && *watched != '\0');
	other = ask_vars(*fork != '\0' ? fork : "/");
	json_put_copy(vars, "forkOwner", json_get(other, "owner"));
	json_put_copy(vars, "forkName", json_get(other, "name"));
	json_put_bool(vars, "withFork", *fork != '\0');
	json_put(vars, "ids", some_ids(ids, 0));
	cJSON_Delete(other);
	return vars;
}

/* A row that is gone is no failure, nor is one with something unknown in it;
 * all else is: half an index is none. */
static int
judge(const cJSON *errors, struct fail *why)
{
	const char *field, *type;
	const cJSON *e;
	int64_t i;

	JSON_EACH (e, errors) {
		type = json_str(e, "type");
		if (ask_where(e, "nodes", &i, &field) && type != NULL &&
		    strcmp(type, "RESOURCE_LIMITS_EXCEEDED") != 0)
			continue;
		return github_error("GraphQL index", e, why);
	}
	return 0;
}

/* The rows of more than a request's worth of pull requests. */
static int
more_moves(struct fetch *f, const cJSON *ids, cJSON *moves, struct fail *why)
{
	cJSON *vars, *data, *errors, *rows;
	const cJSON *row;
	size_t from;
	int r = 0;

	for (from = IDS_MAX; r == 0 && from < json_count(ids);
	     from += IDS_MAX) {
		data = errors = NULL;
		vars = json_new_object();
		json_put(vars, "ids", some_ids(ids, from));
		r = ask(f,
		    (struct github_question){.what = "moves", .vars = vars},
		    &data, &errors, why);
		if (r == 0)
			r = judge(errors, why);
		rows = index_nodes(data);
		JSON_EACH (row, rows)
			json_add_copy(moves, row);
		cJSON_Delete(rows);
		cJSON_Delete(vars);
		cJSON_Delete(data);
		cJSON_Delete(errors);
	}
	return r;
}

/* The repository is who it was asked for, and the fork is one of it. */
static int
check_names(struct fetch *f, const cJSON *data, struct fail *why)
{
	const char *fork = opt_str(f->o, O_FORK), *repo = opt_str(f->o, O_REPO);
	const char *parent = json_text(
	    json_at(data, "fork", "parent", "nameWithOwner", NULL));

	f->repo = json_str(f->repository, "nameWithOwner");
	if (f->repo == NULL || json_str(f->viewer, "login") == NULL)
		return fail(
		    why, FAIL_REMOTE, 502, "GraphQL index: a name is missing");
	/* GitHub follows renames; what we keep by the old name would be lost,
	 * and somebody else may take that name. */
	if (strcasecmp(f->repo, repo) != 0)
		return fail(why, FAIL_SETUP, 0,
		    "the repository is called %.200s now", f->repo);
	if (*fork != '\0' &&
	    (parent == NULL || strcasecmp(parent, f->repo) != 0))
		return fail(why, FAIL_SETUP, 0, "%.200s is no fork of %.200s",
		    fork, f->repo);
	return 0;
}

/* The branches of one repository, which the answer has under that name. */
static int
read_branches(struct fetch *f, const char *repo, const cJSON *answer,
    cJSON **all, struct fail *why)
{
	const cJSON *page = json_get(answer, "branches");

	*all = index_nodes(page);
	if (index_check(page, "index", why) == -1)
		return -1;
	return index_follow(f, "branches", ask_vars(repo), page, *all, why);
}

/* Those where we push to, and, when that is a fork, those of the repository:
 * what was opened from there before is ours still. */
static int
read_all_branches(struct fetch *f, const cJSON *data, struct fail *why)
{
	const char *fork = opt_str(f->o, O_FORK);
	const cJSON *repo = json_get(data, "repository");

	if (*fork == '\0')
		return read_branches(f, f->repo, repo, &f->branches, why);
	if (read_branches(f, f->repo, repo, &f->others, why) == -1)
		return -1;
	return read_branches(
	    f, fork, json_get(data, "fork"), &f->branches, why);
}

static int
take(struct fetch *f, const cJSON *data, const cJSON *ids, struct fail *why)
{
	cJSON *moves = index_nodes(data);
	int r = -1;

	f->viewer = json_copy(json_get(data, "viewer"));
	f->repository = json_copy(json_get(data, "repository"));
	if (check_names(f, data, why) == 0) {
		cache_check(f);
		if (more_moves(f, ids, moves, why) == 0 &&
		    read_all_branches(f, data, why) == 0)
			r = want_all(
			    f, json_get(data, "repository"), moves, why);
	}
	cJSON_Delete(moves);
	return r;
}

/* Is it the fork that GitHub does not find? */
static bool
lacks_fork(const cJSON *errors)
{
	const cJSON *e;
	const char *at;

	JSON_EACH (e, errors) {
		at = json_text(json_first(json_get(e, "path")));
		if (at != NULL && strcmp(at, "repository") == 0)
			return false;
	}
	return true;
}

/* Which of the two there is not. */
static int
not_found(const struct fetch *f, const cJSON *errors, struct fail *why)
{
	const char *fork = opt_str(f->o, O_FORK);

	if (*fork != '\0' && lacks_fork(errors))
		return fail(why, FAIL_SETUP, 0,
		    "--fork: there is no %.200s, or this token may not see it",
		    fork);
	return fail(why, FAIL_REMOTE, 404,
	    "no such repository, or this token may not see it");
}

int
index_read(struct fetch *f, struct fail *why)
{
	cJSON *ids, *vars, *data = NULL, *errors = NULL;
	int r;

	if (lookup_numbers(f, why) == -1)
		return -1;
	ids = known_ids(f);
	vars = variables(f, ids);
	r = ask(f, (struct github_question){.what = "index", .vars = vars},
	    &data, &errors, why);
	if (r == 0)
		r = judge(errors, why);
	if (r == -1 && why->kind == FAIL_REMOTE && why->code == 404)
		(void)not_found(f, errors, why);
	if (r == 0)
		r = take(f, data, ids, why);
	cJSON_Delete(ids);
	cJSON_Delete(vars);
	cJSON_Delete(data);
	cJSON_Delete(errors);
	return r;
}
