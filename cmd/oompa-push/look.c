/*
 * What GitHub says of a pull request, of the texts that are answered, and of
 * the threads that they are in: all of it, so that what we have said already
 * is found, and not said again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "review.h"
#include "xalloc.h"

#define PAGES_MAX 100
#define IDS_MAX   100 /* that GitHub takes in one question */

/* What is gone is null, and an error says so. */
static int
ask(const struct round *r, const char *operation, const cJSON *vars,
    cJSON **data, struct fail *why)
{
	cJSON *errors = NULL;
	const cJSON *e;
	const char *type;
	int result;

	result = github_query(
	    &r->j->push->gh, "review", operation, vars, data, &errors, why);
	JSON_EACH (e, errors) {
		type = json_str(e, "type");
		if (result == 0 &&
		    (type == NULL || strcmp(type, "NOT_FOUND") != 0))
			result = github_error("GraphQL review", e, why);
	}
	cJSON_Delete(errors);
	return result;
}

/* Is the oldest of a page older than what we look for? */
static bool
is_enough(const struct round *r, const cJSON *list)
{
	int64_t at;

	return !json_true(json_get(list, "pageInfo"), "hasPreviousPage") ||
	       (json_when(
		    json_first(json_get(list, "nodes")), "createdAt", &at) &&
		   at < r->since);
}

static cJSON *
pull_variables(const struct job *j, const cJSON *before)
{
	cJSON *vars = json_new_object();

	job_put_repo(vars, "owner", "name", j->repo);
	json_put_int(vars, "number", j->number);
	json_put_copy(vars, "before", before);
	return vars;
}

/* Did we write it, and nobody since?  We never edit what is not submitted, so
 * that who did is a person, if under this account. */
static bool
is_as_we_left_it(const struct round *r, const cJSON *comment)
{
	return comment_is_ours(r->j, comment) &&
	       json_str(comment, "lastEditedAt") == NULL;
}

static cJSON *
draft_variables(const struct round *r, const cJSON *page)
{
	cJSON *vars = json_new_object();

	json_put_str(vars, "id", r->review);
	json_put_copy(
	    vars, "after", json_at(page, "pageInfo", "endCursor", NULL));
	return vars;
}

/* All comments in our unsubmitted review into "held". */
static int
read_held(struct round *r, struct fail *why)
{
	cJSON *data = NULL, *vars;
	const cJSON *page = NULL, *c;
	int pages, result = 0;

	r->held = json_new_array();
	for (pages = 0; result == 0 && pages < PAGES_MAX; pages++) {
		vars = draft_variables(r, page);
		cJSON_Delete(data);
		data = NULL;
		result = ask(r, "Draft", vars, &data, why);
		cJSON_Delete(vars);
		page = json_at(data, "node", "comments", NULL);
		if (result == 0 && !json_is_array(json_get(page, "nodes")))
			result = fail(
			    why, FAIL_REMOTE, 502, "GraphQL review: no draft");
		JSON_EACH (c, json_get(page, "nodes"))
			json_add_copy(r->held, c);
		if (!json_true(json_get(page, "pageInfo"), "hasNextPage"))
			break;
	}
	cJSON_Delete(data);
	return result;
}

void
look_forget_draft(struct round *r)
{
	r->surplus = false;
	cJSON_Delete(r->held);
	r->held = NULL;
	free(r->review);
	r->review = NULL;
}

/* One that a person has written in is that person's. */
static int
read_pending(struct round *r, struct fail *why)
{
	const cJSON *p;

	r->draft = false;
	JSON_EACH (p, json_at(r->pull, "pending", "nodes", NULL)) {
		if (!json_true(p, "viewerDidAuthor"))
			continue;
		if (!is_as_we_left_it(r, p))
			r->draft = true;
		else if (r->review == NULL)
			r->review = xstrdup(json_str(p, "id"));
	}
	if (r->review != NULL && read_held(r, why) == -1)
		return -1;
	JSON_EACH (p, r->held)
		r->draft = r->draft || !is_as_we_left_it(r, p);
	if (r->draft)
		look_forget_draft(r);
	return 0;
}

static int
look_at_pull(struct round *r, struct fail *why)
{
	cJSON *vars, *data;
	const cJSON *list = NULL, *review;
	int page, result = 0;

	r->reviews = json_new_array();
	for (page = 0; result == 0; page++) {
		vars = pull_variables(
		    r->j, json_get(json_get(list, "pageInfo"), "startCursor"));
		data = NULL;
		result = ask(r, "Review", vars, &data, why);
		cJSON_Delete(vars);
		if (result == -1)
			break;
		cJSON_Delete(r->data);
		r->data = data;
		r->pull = json_at(data, "repository", "pullRequest", NULL);
		list = json_get(r->pull, "reviews");
		if (!json_is_array(json_get(list, "nodes")))
			return fail(
			    why, FAIL_REMOTE, 502, "GraphQL review: no data");
		JSON_EACH (review, json_get(list, "nodes"))
			json_add_copy(r->reviews, review);
		if (is_enough(r, list) || page == PAGES_MAX)
			break;
	}
	return result == 0 ? read_pending(r, why) : -1;
}

/* The nodes with these ids; what is gone is left out. */
static int
ask_nodes(const struct round *r, const char *operation, const cJSON *ids,
    cJSON **ret, struct fail *why)
{
	cJSON *vars = json_new_object(), *data = NULL;
	const cJSON *node;
	int result;

	json_put_copy(vars, "ids", ids);
	result = ask(r, operation, vars, &data, why);
	if (result == 0 && !json_is_array(json_get(data, "nodes")))
		result = fail(why, FAIL_REMOTE, 502, "GraphQL review: no data");
	if (result == 0 && *ret == NULL)
		*ret = json_new_array();
	JSON_EACH (node, json_get(data, "nodes"))
		if (result == 0 && json_str(node, "id") != NULL)
			json_add_copy(*ret, node);
	cJSON_Delete(data);
	cJSON_Delete(vars);
	return result;
}

/* The ids of all texts, or of all threads, a few at a time. */
static int
ask_all(struct round *r, const char *key, const char *operation, cJSON **ret,
    struct fail *why)
{
	cJSON *ids = json_new_array();
	const char *id;
	int result = 0;
	size_t i;

	*ret = json_new_array();
	for (i = 0; result == 0 && i < r->n; i++) {
		id = json_str(r->v[i].rec, key);
		if (id != NULL && !json_has_str(ids, id))
			json_add_str(ids, id);
		if (json_count(ids) < IDS_MAX && i + 1 < r->n)
			continue;
		if (json_count(ids) != 0)
			result = ask_nodes(r, operation, ids, ret, why);
		cJSON_Delete(ids);
		ids = json_new_array();
	}
	cJSON_Delete(ids);
	return result;
}

/* The page before this one; *data owns it. */
static int
older_page(const struct round *r, const cJSON *thread, const cJSON **page,
    cJSON **data, struct fail *why)
{
	cJSON *vars = json_new_object(), *answer = NULL;
	int result;

	json_add_str(json_put_array(vars, "ids"), json_str(thread, "id"));
	json_put_copy(
	    vars, "before", json_at(*page, "pageInfo", "startCursor", NULL));
	result = ask(r, "Threads", vars, &answer, why);
	cJSON_Delete(vars);
	cJSON_Delete(*data);
	*data = answer;
	*page = json_get(json_first(json_get(answer, "nodes")), "comments");
	if (result == 0 && *page == NULL)
		result = fail(why, FAIL_REMOTE, 502, "GraphQL review: no page");
	return result;
}

/* Its comments into "said", as far back as they matter. */
static int
read_thread(const struct round *r, cJSON *thread, struct fail *why)
{
	cJSON *said = json_put_array(thread, "said"), *data = NULL;
	const cJSON *page = json_get(thread, "comments"), *c;
	int pages, result = 0;

	for (pages = 1; result == 0; pages++) {
		JSON_EACH (c, json_get(page, "nodes"))
			json_add_copy(said, c);
		if (is_enough(r, page) || pages == PAGES_MAX)
			break;
		result = older_page(r, thread, &page, &data, why);
	}
	cJSON_Delete(data);
	return result;
}

static int
look_at_threads(struct round *r, struct fail *why)
{
	cJSON *t;
	int result = ask_all(r, "thread", "Threads", &r->threads, why);

	for (t = json_edit_first(r->threads); result == 0 && t != NULL;
	     t = json_edit_next(t))
		result = read_thread(r, t, why);
	return result;
}

static const cJSON *
find(const cJSON *nodes, const char *id)
{
	const cJSON *n;

	JSON_EACH (n, nodes)
		if (id != NULL && strcmp(json_str(n, "id"), id) == 0)
			return n;
	return NULL;
}

/* Is it of this pull request? */
static const cJSON *
here(const struct round *r, const cJSON *node)
{
	const char *pull = json_str(json_get(node, "pullRequest"), "id");

	if (pull == NULL)
		pull = json_str(json_get(node, "commented"), "id");
	return pull != NULL && strcmp(pull, json_str(r->pull, "id")) == 0
		   ? node
		   : NULL;
}

static void
tie(struct round *r)
{
	struct answer *a;

	for (a = r->v; a < r->v + r->n; a++) {
		a->text = here(r, find(r->texts, a->id));
		a->thread = here(
		    r, find(r->threads, json_str(a->rec, "thread")));
	}
}

int
look(struct round *r, struct fail *why)
{
	look_done(r);
	if (look_at_pull(r, why) == -1 ||
	    ask_all(r, "id", "Texts", &r->texts, why) == -1 ||
	    look_at_threads(r, why) == -1)
		return -1;
	tie(r);
	return 0;
}

void
look_done(struct round *r)
{
	cJSON_Delete(r->data);
	cJSON_Delete(r->reviews);
	cJSON_Delete(r->texts);
	cJSON_Delete(r->threads);
	r->data = r->reviews = r->texts = r->threads = NULL;
	r->pull = NULL;
	look_forget_draft(r);
}

/* Is it of this task, or younger than that?  Where all is asked for once
 * more, what was said before is no answer. */
static bool
counts(const struct round *r, const cJSON *ours)
{
	char *task = marker_task(json_str(ours, "body"));
	bool is_own = job_is_task(r->j, task);
	int64_t at;

	free(task);
	return is_own || (json_when(ours, "createdAt", &at) && at > r->again);
}

/* Does this text of ours answer that one, as it was then or later? */
static bool
answers(const struct round *r, const cJSON *ours, const struct answer *a)
{
	cJSON *texts;
	const cJSON *t;
	int64_t at;
	bool found = false;

	if (!comment_is_ours(r->j, ours) || !counts(r, ours))
		return false;
	texts = marker_texts(json_str(ours, "body"));
	JSON_EACH (t, texts)
		found = found || (strcmp(json_str(t, "id"), a->id) == 0 &&
				     json_when(t, "at", &at) && at >= a->at);
	cJSON_Delete(texts);
	return found;
}

bool
look_is_unsubmitted(const cJSON *comment)
{
	const char *state = json_str(comment, "state");

	return state != NULL && strcmp(state, "PENDING") == 0;
}

bool
look_is_said(const struct round *r, const struct answer *a)
{
	const cJSON *c;

	JSON_EACH (c, json_get(a->thread, "said"))
		if (!look_is_unsubmitted(c) && answers(r, c, a))
			return true;
	JSON_EACH (c, r->reviews)
		if (answers(r, c, a))
			return true;
	JSON_EACH (c, r->j->now.comments)
		if (answers(r, c, a))
			return true;
	return false;
}
