/*
 * What is wanted of what the index shows, and has it moved?
 *
 * wanted is a list of {"id", "number", "pull", "moved"}, pull requests first,
 * then issues, each by number.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "when.h"
#include "xalloc.h"

/* Some edits move no row, so everything is read again now and then. */
#define FRESH_S 900

/* GitHub's times are whole seconds, and its clock is not ours: what changed so
 * shortly before it was read may have changed again right after. */
#define RACE_S 2

static const cJSON *
find(const cJSON *list, const char *id)
{
	const cJSON *v;

	JSON_EACH (v, list)
		if (json_str(v, "id") != NULL &&
		    strcmp(json_str(v, "id"), id) == 0)
			return v;
	return NULL;
}

static bool
is_open(const cJSON *pull)
{
	const char *state = json_str(pull, "state");

	return state != NULL && strcmp(state, "OPEN") == 0;
}

/* row: the item as the index shows it, NULL when it does not. */
static bool
has_moved(const struct fetch *f, const char *id, const cJSON *row)
{
	const cJSON *item = cache_item(f, id), *node = json_get(item, "node");
	int64_t at, changed, now = when_now();
	char *is, *was;
	bool r;

	if (row == NULL || !json_when(item, "at", &at) || at > now ||
	    now - at >= FRESH_S || json_get(node, "lacks") != NULL ||
	    !json_when(node, "updatedAt", &changed) || changed + RACE_S >= at)
		return true;
	is = moves_row(row, node);
	was = moves_row(node, NULL);
	r = strcmp(is, was) != 0;
	free(is);
	free(was);
	return r;
}

static void
want(struct fetch *f, const cJSON *node, bool is_pull, const cJSON *row)
{
	const char *id = json_str(node, "id");
	cJSON *o;

	if (id == NULL || find(f->wanted, id) != NULL ||
	    (is_pull && !scope_here(f, node)))
		return;
	o = json_add_object(f->wanted);
	json_put_str(o, "id", id);
	json_put_copy(o, "number", json_get(node, "number"));
	json_put_bool(o, "pull", is_pull);
	json_put_bool(o, "moved", has_moved(f, id, row));
}

static cJSON *
label_vars(const struct fetch *f, enum opt_id label)
{
	cJSON *vars = ask_vars(opt_str(f->o, O_REPO));

	json_add_str(json_put_array(vars, "labels"), opt_str(f->o, label));
	return vars;
}

/*
 * The rows of the labelled issues, the last changed first.  Whatever changed
 * or came stands before what did not; so when the last row of the first page
 * is as we know it, and the count is what it must be, the rest is as we know
 * it, too, and is not asked for.
 */
static bool
add_known(const struct fetch *f, const cJSON *page, cJSON *all)
{
	const cJSON *item, *node, *last = NULL;
	const char *label = json_str(f->cache, "label"), *was, *is;
	int64_t total;
	size_t before = json_count(all);

	if (label == NULL || strcmp(label, opt_str(f->o, O_LABEL)) != 0 ||
	    !json_int(page, "totalCount", &total))
		return false;
	JSON_EACH (item, all)
		last = item;
	node = json_get(cache_item(f, json_text(json_get(last, "id"))), "node");
	was = json_str(node, "updatedAt");
	is = json_str(last, "updatedAt");
	if (was == NULL || is == NULL || strcmp(was, is) != 0)
		return false;
	JSON_EACH (item, json_get(f->cache, "items")) {
		node = json_get(item, "node");
		if (!json_true(item, "pull") && json_str(node, "id") != NULL &&
		    find(all, json_str(node, "id")) == NULL)
			json_add_copy(all, node);
	}
	if ((int64_t)json_count(all) == total)
		return true;
	while (json_count(all) > before)
		json_drop_last(all);
	return false;
}

static int
issues(struct fetch *f, const cJSON *page, struct fail *why)
{
	cJSON *all = index_nodes(page);
	const cJSON *row;
	int r = 0;

	if (*opt_str(f->o, O_LABEL) != '\0' &&
	    index_check(page, "issues", why) == -1)
		r = -1;
	else if (json_true(json_get(page, "pageInfo"), "hasNextPage") &&
		 !add_known(f, page, all))
		r = index_follow(
		    f, "issues", label_vars(f, O_LABEL), page, all, why);
	if (r == 0)
		JSON_EACH (row, all)
			want(f, row, false, row);
	cJSON_Delete(all);
	return r;
}

/* Open pull requests from our branches, if we opened them. */
static void
want_from(struct fetch *f, const cJSON *branches, const cJSON *moves)
{
	const cJSON *branch, *pull;
	int64_t number;

	JSON_EACH (branch, branches)
		JSON_EACH (pull,
		    json_at(branch, "associatedPullRequests", "nodes", NULL))
			if (is_open(pull) && scope_author(f, pull) &&
			    scope_branch(f, pull, &number))
				want(f, pull, true,
				    find(moves, json_str(pull, "id")));
}

static int
want_labelled(
    struct fetch *f, const cJSON *page, const cJSON *moves, struct fail *why)
{
	cJSON *all = index_nodes(page);
	const cJSON *pull;
	int r = 0;

	if (*opt_str(f->o, O_WATCH_LABEL) != '\0')
		r = index_check(page, "labelled", why);
	if (r == 0)
		r = index_follow(f, "labelled", label_vars(f, O_WATCH_LABEL),
		    page, all, why);

	JSON_EACH (pull, all)
		want(f, pull, true, find(moves, json_str(pull, "id")));
	cJSON_Delete(all);
	return r;
}

/* What the operator names: pull requests to watch, while they are open. */
static void
want_named(struct fetch *f, const cJSON *moves)
{
	const char *rest = opt_str(f->o, O_WATCH_PRS), *id;
	const cJSON *row;
	int64_t n;

	while (opt_number(&rest, &n)) {
		id = lookup_id(f, n);
		row = id != NULL ? find(moves, id) : NULL;
		if (is_open(row))
			want(f, row, true, row);
		lookup_judge(f, n);
	}
}

static void
want_operands(struct fetch *f)
{
	const cJSON *item;
	const char *id, *type;
	int64_t n;
	int i;

	for (i = 0; i < f->argc; i++) {
		n = strtoll(f->argv[i], NULL, 10);
		id = lookup_id(f, n);
		if (id == NULL)
			continue;
		item = json_at(f->cache, "numbers", f->argv[i], NULL);
		type = json_str(item, "__typename");
		want(f, item, type != NULL && strcmp(type, "PullRequest") == 0,
		    NULL);
	}
}

/* Where an item comes in the order. */
struct place {
	const cJSON *item;
	bool is_pull;
	int64_t number;
};

static int
by_number(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->is_pull != y->is_pull)
		return x->is_pull ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void
sort_wanted(struct fetch *f)
{
	size_t n = json_count(f->wanted), i = 0;
	struct place *all = xmalloc((n + 1) * sizeof(*all));
	cJSON *sorted = json_new_array();
	const cJSON *item;

	JSON_EACH (item, f->wanted) {
		all[i] = (struct place){
		    .item = item, .is_pull = json_true(item, "pull")};
		(void)json_int(item, "number", &all[i++].number);
	}
	qsort(all, n, sizeof(*all), by_number);
	for (i = 0; i < n; i++)
		json_add_copy(sorted, all[i].item);
	free(all);
	cJSON_Delete(f->wanted);
	f->wanted = sorted;
}

int
want_all(
    struct fetch *f, const cJSON *repo, const cJSON *moves, struct fail *why)
{
	int r = 0;

	f->wanted = json_new_array();
	if (f->argc != 0)
		want_operands(f);
	else {
		want_from(f, f->branches, moves);
		want_from(f, f->others, moves);
		want_named(f, moves);
		r = want_labelled(f, json_get(repo, "labelled"), moves, why);
		if (r == 0)
			r = issues(f, json_get(repo, "issues"), why);
	}
	sort_wanted(f);
	return r;
}
