/*
 * Further pages: every list of every item is read to its end, or its start
 * where the newest come first.  All that is unfinished is asked for together,
 * as far as it fits into one request; a new page may be unfinished, too.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "log.h"

#define AT_ONCE    50  /* lists in one request; larger ones time out */
#define ROUNDS_MAX 500 /* requests */

#define ISSUE_EVENTS                                                           \
	"last: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, "              \
	"RENAMED_TITLE_EVENT, CROSS_REFERENCED_EVENT, CONNECTED_EVENT]"
#define PULL_EVENTS                                                            \
	"last: 100, itemTypes: [LABELED_EVENT, UNLABELED_EVENT, "              \
	"RENAMED_TITLE_EVENT]"
#define REVIEWS                                                                \
	"last: 100, states: [APPROVED, CHANGES_REQUESTED, COMMENTED, "         \
	"DISMISSED]"

/* Which type has which list, what to ask for, and how it is called in a
 * record. */
struct list {
	const char *type, *field, *args, *select, *record;
	bool back; /* the last page comes first */
};

static const struct list lists[] = {
    {"Issue", "comments", "last: 100", "...CommentF", "comments", true},
    {"Issue", "timelineItems", ISSUE_EVENTS, "...EventF", "events", true},
    {"Issue", "userContentEdits", "last: 100", "editedAt editor { ...ActorF }",
	"edits", true},
    {"Issue", "labels", "first: 100", "name", "labels", false},
    {"Issue", "assignees", "first: 100", "login", "assignees", false},
    {"Issue", "closedByPullRequestsReferences",
	"first: 100, includeClosedPrs: true", "...LinkF", "pulls", false},
    {"PullRequest", "comments", "last: 100", "...CommentF", "comments", true},
    {"PullRequest", "reviews", REVIEWS, "...ReviewF", "reviews", true},
    {"PullRequest", "timelineItems", PULL_EVENTS, "...PullEventF", "events",
	true},
    {"PullRequest", "labels", "first: 100", "name", "labels", false},
    {"PullRequest", "closingIssuesReferences", "first: 100",
	"number repository { nameWithOwner }", "closes", false},
    {"PullRequest", "reviewThreads", "first: 50", "...ThreadF", "threads",
	false},
    {"PullRequestReviewThread", "comments", "first: 100", "...ReviewCommentF",
	"threads", false},
    {"StatusCheckRollup", "contexts", "first: 100", "...ContextF", "checks",
	false},
};

#define LISTS (sizeof(lists) / sizeof(lists[0]))

/* A list that has another page. */
struct open_list {
	const struct list *list;
	cJSON *owner; /* the node that has it */
	cJSON *root;  /* the item's own node */
	const char *cursor;
};

struct round {
	struct open_list v[AT_ONCE];
	size_t n, max;
};

/* In a node as we keep it, "lacks" names the fields that are not known. */
void
lists_lack(cJSON *node, const char *field)
{
	cJSON *lacks = json_edit(node, "lacks");

	if (lacks == NULL)
		lacks = json_put_array(node, "lacks");
	if (!json_has_str(lacks, field))
		json_add_str(lacks, field);
}

static const char *
record_name(const char *type, const char *field)
{
	size_t i;

	if (strcmp(field, "statusCheckRollup") == 0)
		return "checks";
	for (i = 0; i < LISTS; i++)
		if (strcmp(lists[i].type, type) == 0 &&
		    strcmp(lists[i].field, field) == 0)
			return lists[i].record;
	return field;
}

void
lists_missing(const cJSON *node, cJSON *missing)
{
	const char *type = json_str(node, "__typename"), *name;
	const cJSON *field;

	JSON_EACH (field, json_get(node, "lacks")) {
		name = record_name(type != NULL ? type : "", json_text(field));
		if (!json_has_str(missing, name))
			json_add_str(missing, name);
	}
}

static void
add_open(
    struct round *round, const struct list *list, cJSON *owner, cJSON *root)
{
	const cJSON *info = json_at(owner, list->field, "pageInfo", NULL);
	const char *cursor = json_str(
	    info, list->back ? "startCursor" : "endCursor");

	if (!json_true(info, list->back ? "hasPreviousPage" : "hasNextPage") ||
	    round->n == round->max)
		return;
	if (cursor == NULL ||
	    !json_is_array(json_at(owner, list->field, "nodes", NULL))) {
		lists_lack(root, list->field);
		json_drop(json_edit(owner, list->field), "pageInfo");
		return;
	}
	round->v[round->n++] = (struct open_list){
	    .list = list, .owner = owner, .root = root, .cursor = cursor};
}

static void
look_at(struct round *round, cJSON *owner, cJSON *root)
{
	const char *type = json_str(owner, "__typename");
	size_t i;

	for (i = 0; type != NULL && i < LISTS; i++)
		if (strcmp(lists[i].type, type) == 0)
			add_open(round, &lists[i], owner, root);
}

/* The first lists of all items that have another page. */
static void
find_open(struct fetch *f, struct round *round)
{
	cJSON *item, *node, *thread;

	round->n = 0;
	for (item = json_edit_first(f->items); item != NULL;
	     item = json_edit_next(item)) {
		node = json_edit(item, "node");
		look_at(round, node, node);
		thread = json_edit_first(
		    json_edit(json_edit(node, "reviewThreads"), "nodes"));
		for (; thread != NULL; thread = json_edit_next(thread))
			look_at(round, thread, node);
		look_at(round, json_edit(node, "statusCheckRollup"), node);
	}
}

static void
put_question(struct buf *text, cJSON *vars, const struct round *round)
{
	const struct open_list *o;
	char name[32];
	size_t i;

	buf_puts(text, "query FollowUp(");
	for (i = 0; i < round->n; i++)
		buf_printf(text, "$i%zu: ID!, $c%zu: String!\n", i, i);
	buf_puts(text, ") {\nrateLimit { cost remaining }\n");
	for (i = 0; i < round->n; i++) {
		o = &round->v[i];
		buf_printf(text,
		    "p%zu: node(id: $i%zu) {\n... on %s {\n"
		    "page: %s(%s, %s: $c%zu) {\n"
		    "pageInfo { ...PageF }\nnodes { %s }\n}\n}\n}\n",
		    i, i, o->list->type, o->list->field, o->list->args,
		    o->list->back ? "before" : "after", i, o->list->select);
		(void)snprintf(name, sizeof(name), "i%zu", i);
		json_put_str(vars, name, json_str(o->owner, "id"));
		(void)snprintf(name, sizeof(name), "c%zu", i);
		json_put_str(vars, name, o->cursor);
	}
	buf_puts(text, "}\n");
}

/* Puts a page where it belongs.  The nodes that are there already are moved
 * and not copied: some of them have unfinished lists of their own. */
static void
merge(const struct open_list *o, const cJSON *page)
{
	cJSON *list = json_edit(o->owner, o->list->field);
	cJSON *old = json_take(list, "nodes");
	cJSON *more = json_copy(json_get(page, "nodes"));

	if (o->list->back)
		json_move_all(more, old);
	else
		json_move_all(old, more);
	json_put(list, "nodes", o->list->back ? more : old);
	cJSON_Delete(o->list->back ? old : more);
	json_drop(list, "pageInfo");
	json_put_copy(list, "pageInfo", json_get(page, "pageInfo"));
}

/* It is not asked for again. */
static void
give_up(const struct open_list *o)
{
	lists_lack(o->root, o->list->field);
	json_drop(json_edit(o->owner, o->list->field), "pageInfo");
}

static bool
has_error(const cJSON *errors, const char *alias)
{
	const cJSON *e, *at;

	JSON_EACH (e, errors) {
		at = json_first(json_get(e, "path"));
		if (json_text(at) != NULL && strcmp(json_text(at), alias) == 0)
			return true;
	}
	return false;
}

static void
take(struct round *round, const cJSON *data, const cJSON *errors)
{
	const cJSON *page;
	char alias[32];
	size_t i;

	for (i = 0; i < round->n; i++) {
		(void)snprintf(alias, sizeof(alias), "p%zu", i);
		page = json_at(data, alias, "page", NULL);
		if (json_is_array(json_get(page, "nodes")))
			merge(&round->v[i], page);
		if (!json_is_array(json_get(page, "nodes")) ||
		    has_error(errors, alias))
			give_up(&round->v[i]);
	}
}

/* What is wrong with the answer as a whole. */
static int
judge(const cJSON *errors, bool alone, struct fail *why)
{
	const char *type;
	const cJSON *e;

	JSON_EACH (e, errors) {
		type = json_str(e, "type");
		if (!json_is_array(json_get(e, "path")) ||
		    (!alone && type != NULL &&
			strcmp(type, "RESOURCE_LIMITS_EXCEEDED") == 0))
			return github_error("GraphQL followup", e, why);
	}
	return 0;
}

static int
ask_round(struct fetch *f, struct round *round, struct fail *why)
{
	struct buf text = BUF_INIT(BUF_ANY);
	cJSON *vars = json_new_object(), *data = NULL, *errors = NULL;
	int r;

	put_question(&text, vars, round);
	r = ask(f,
	    (struct github_question){.what = "followup",
		.text = text.data,
		.vars = vars,
		.once = round->n > 1},
	    &data, &errors, why);
	if (r == 0)
		r = judge(errors, round->n == 1, why);
	if (r == 0)
		take(round, data, errors);
	buf_free(&text);
	cJSON_Delete(vars);
	cJSON_Delete(data);
	cJSON_Delete(errors);
	return r;
}

int
lists_read(struct fetch *f, struct fail *why)
{
	struct round round = {.max = AT_ONCE};
	size_t i;
	int n, in_a_row = 0;

	for (n = 0;; n++) {
		find_open(f, &round);
		if (round.n == 0)
			return 0;
		if (n >= ROUNDS_MAX) {
			for (i = 0; i < round.n; i++)
				give_up(&round.v[i]);
			continue;
		}
		if (ask_round(f, &round, why) == 0) {
			in_a_row = 0;
			continue;
		}
		if (why->kind != FAIL_REMOTE || why->code < 500)
			return -1;
		/* One that GitHub cannot deliver; two are its own trouble. */
		if (round.n == 1) {
			if (++in_a_row == 2)
				return -1;
			give_up(&round.v[0]);
			continue;
		}
		round.max = round.n / 2;
		log_at(LOG_INFO, f->repo, "%s; asking for %zu at once",
		    why->msg, round.max);
	}
}
