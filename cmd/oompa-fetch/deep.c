/*
 * The wanted items in depth: from the cache, or, when they moved, from GitHub,
 * a few in one request.
 *
 * GitHub gives up after some ten seconds; then half as many are asked for, and
 * what worked is remembered.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "log.h"
#include "when.h"

#define AT_ONCE 10

/* First pages: as large as the largest that was seen, and a little more. */
#define THREADS     20
#define THREADS_MAX 50
#define CHECKS      50
#define CHECKS_MAX  100

/* How many of a list to ask for first. */
static int64_t
page_size(const struct fetch *f, const char *const path[3], int64_t usual,
    int64_t most)
{
	const cJSON *item;
	int64_t n, max = -1;

	JSON_EACH (item, json_get(f->cache, "items"))
		if (json_int(json_at(item, "node", path[0], path[1], NULL),
			"totalCount", &n) &&
		    n > max)
			max = n;
	if (max == -1)
		return usual;
	max += max / 10 + 2;
	return max < most ? max : most;
}

static const char *
list_of(const cJSON *item)
{
	return json_true(item, "pull") ? "pulls" : "issues";
}

static cJSON *
variables(const struct fetch *f, const cJSON *todo, int64_t n)
{
	static const char *const threads[] = {"reviewThreads", NULL, NULL};
	static const char *const checks[] = {
	    "statusCheckRollup", "contexts", NULL};
	cJSON *vars = json_new_object();
	const cJSON *item;

	json_put_array(vars, "issues");
	json_put_array(vars, "pulls");
	JSON_EACH (item, todo)
		if (n-- > 0)
			json_add_str(json_edit(vars, list_of(item)),
			    json_str(item, "id"));
	json_put_int(
	    vars, "threads", page_size(f, threads, THREADS, THREADS_MAX));
	json_put_int(vars, "checks", page_size(f, checks, CHECKS, CHECKS_MAX));
	return vars;
}

/* The error that took away the i-th node of a list as a whole, or NULL. */
static const cJSON *
error_of(const cJSON *errors, const char *list, int64_t i)
{
	const cJSON *e;
	const char *field;
	int64_t at;

	JSON_EACH (e, errors)
		if (ask_where(e, list, &at, &field) && at == i)
			return e;
	return NULL;
}

/* An item that the index named and that is not there: deleted meanwhile, or
 * kept back. */
static void
not_there(struct fetch *f, const cJSON *item, const cJSON *error)
{
	const char *type = json_str(error, "type");
	struct fail why;
	int64_t number = 0;

	(void)json_int(item, "number", &number);
	if (type != NULL && strcmp(type, "NOT_FOUND") == 0 && f->argc == 0)
		return;
	(void)github_error("GraphQL deep", error, &why);
	fetch_trouble(f, number, &why);
}

static void
store(struct fetch *f, const cJSON *item, cJSON *node)
{
	cJSON *o = json_put_object(f->items, json_str(item, "id"));

	json_put_copy(o, "number", json_get(item, "number"));
	json_put_bool(o, "pull", json_true(item, "pull"));
	json_put_when(o, "at", when_now());
	json_put(o, "node", node);
}

/* Takes the i-th node of the item's list. */
static void
take_one(struct fetch *f, const cJSON *item, int64_t i, const cJSON *node,
    const cJSON *errors)
{
	const char *list = list_of(item), *field;
	const cJSON *e;
	cJSON *copy;
	int64_t at;

	if (!json_is_object(node)) {
		not_there(f, item, error_of(errors, list, i));
		return;
	}
	copy = json_copy(node);
	JSON_EACH (e, errors)
		if (ask_where(e, list, &at, &field) && at == i && field != NULL)
			lists_lack(copy, field);
	store(f, item, copy);
}

/* Takes the answer for the first n of todo off that list. */
static void
take(struct fetch *f, cJSON *todo, int64_t n, const cJSON *data,
    const cJSON *errors)
{
	const cJSON *next[2] = {json_first(json_get(data, "issues")),
	    json_first(json_get(data, "pulls"))};
	const cJSON *item;
	int64_t at[2] = {0, 0};
	int which;

	for (; n > 0; n--) {
		item = json_first(todo);
		which = json_true(item, "pull");
		take_one(f, item, at[which]++, next[which], errors);
		if (next[which] != NULL)
			next[which] = json_next(next[which]);
		json_drop_first(todo);
	}
}

/* What is wrong with the answer as a whole. */
static int
judge(const cJSON *errors, bool alone, struct fail *why)
{
	const char *field, *type;
	const cJSON *e;
	int64_t i;

	JSON_EACH (e, errors) {
		type = json_str(e, "type");
		if ((!ask_where(e, "issues", &i, &field) &&
			!ask_where(e, "pulls", &i, &field)) ||
		    (!alone && type != NULL &&
			strcmp(type, "RESOURCE_LIMITS_EXCEEDED") == 0))
			return github_error("GraphQL deep", e, why);
	}
	return 0;
}

static bool
is_too_much(const struct fail *why)
{
	return why->kind == FAIL_REMOTE && why->code >= 500;
}

/* One request for the first n of todo. */
static int
some(struct fetch *f, cJSON *todo, int64_t n, struct fail *why)
{
	cJSON *vars = variables(f, todo, n), *data = NULL, *errors = NULL;
	int r;

	r = ask(f,
	    (struct github_question){
		.what = "deep", .vars = vars, .once = n > 1},
	    &data, &errors, why);
	if (r == 0)
		r = judge(errors, n == 1, why);
	if (r == 0)
		take(f, todo, n, data, errors);
	cJSON_Delete(vars);
	cJSON_Delete(data);
	cJSON_Delete(errors);
	return r;
}

/* GitHub cannot deliver the first of todo, alone though it was asked for: the
 * others go on without it.  Two in a row are GitHub's own trouble. */
static int
give_up(struct fetch *f, cJSON *todo, int *in_a_row, const struct fail *why)
{
	int64_t number = 0;

	if (++*in_a_row == 2)
		return -1;
	(void)json_int(json_first(todo), "number", &number);
	fetch_trouble(f, number, why);
	json_drop_first(todo);
	return 0;
}

static int
read_moved(struct fetch *f, cJSON *todo, struct fail *why)
{
	int64_t most = AT_ONCE, n;
	int r = 0, in_a_row = 0;

	if (!json_int(f->cache, "at_once", &most) || most < 1 || most > AT_ONCE)
		most = AT_ONCE;
	while (r == 0 && json_count(todo) != 0) {
		n = (int64_t)json_count(todo);
		if (n > most)
			n = most;
		r = some(f, todo, n, why);
		if (r == 0)
			in_a_row = 0;
		if (r == 0 && n == most && most < AT_ONCE)
			most++;
		if (r == -1 && n == 1 && is_too_much(why))
			r = give_up(f, todo, &in_a_row, why);
		else if (r == -1 && n > 1 && is_too_much(why)) {
			most = n / 2;
			log_at(LOG_INFO, f->repo, "%s; asking for %d at once",
			    why->msg, (int)most);
			r = 0;
		}
	}
	json_drop(f->cache, "at_once");
	json_put_int(f->cache, "at_once", most);
	return r;
}

int
deep_read(struct fetch *f, struct fail *why)
{
	cJSON *todo = json_new_array(), *known, *old;
	const cJSON *item;
	int r;

	f->items = json_new_object();
	old = json_edit(f->cache, "items");
	JSON_EACH (item, f->wanted) {
		known = json_true(item, "moved")
			    ? NULL
			    : json_take(old, json_str(item, "id"));
		if (known != NULL)
			json_put(f->items, json_str(item, "id"), known);
		else
			json_add_copy(todo, item);
	}
	r = read_moved(f, todo, why);
	cJSON_Delete(todo);
	return r;
}
