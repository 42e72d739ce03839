/*
 * What comes behind the answers: threads are resolved, and reviewers are asked
 * again.  Each may be refused, and then it is left alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "batch.h"
#include "review.h"
#include "xalloc.h"

#define TRIES_MAX 2

enum tag { RESOLVE, REQUEST };

static bool
is_by_bot(const struct answer *a)
{
	const cJSON *first = json_first(
	    json_at(a->thread, "first", "nodes", NULL));

	return json_str_is(json_get(first, "author"), "__typename", "Bot");
}

/* Does this answer let its thread be resolved? */
static bool
allows(const struct round *r, const struct answer *a)
{
	const char *mode = opt_str(r->j->push->o, O_RESOLVE);

	if (a->fate == FATE_STALE || !json_true(a->rec, "resolve") ||
	    a->verdict == VERDICT_QUESTION || strcmp(mode, "none") == 0)
		return false;
	return is_by_bot(a) || (strcmp(mode, "fixed") == 0 && r->is_pushed &&
				   answer_is_fix(r, a));
}

static bool
is_answered(const struct round *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strcmp(r->v[i].id, id) == 0)
			return true;
	return false;
}

/* When the text was as we have handled it in another round. */
static bool
handled_at(const struct round *r, const char *id, int64_t *at)
{
	const cJSON *t;

	JSON_EACH (t, json_get(r->j->now.state, "texts"))
		if (json_str_is(t, "id", id))
			return json_when(t, "at", at);
	return false;
}

/* Is it a text that came, or was edited, after we have looked? */
static bool
is_more(const struct round *r, const struct answer *a, const cJSON *text)
{
	const char *id = json_str(text, "id");
	int64_t at, seen;

	if (comment_is_ours(r->j, text) || id == NULL || is_answered(r, id) ||
	    !answer_text_time(text, &at))
		return false;
	return handled_at(r, id, &seen) ? at > seen : at >= a->at;
}

/* Did somebody say something in the thread that we have not answered? */
static bool
has_more(const struct round *r, const struct answer *a)
{
	const cJSON *c;

	JSON_EACH (c, json_get(a->thread, "said"))
		if (is_more(r, a, c))
			return true;
	return false;
}

/* Is it the first answer in a thread that is to be resolved? */
static bool
resolves(const struct round *r, const struct answer *a)
{
	const struct answer *b;

	if (a->fate != FATE_SAID || a->thread == NULL ||
	    json_true(a->thread, "isResolved") ||
	    !json_true(a->thread, "viewerCanResolve"))
		return false;
	for (b = r->v; b < r->v + r->n; b++)
		if (b->thread == a->thread &&
		    ((b < a && b->fate == FATE_SAID) || !allows(r, b) ||
			has_more(r, b)))
			return false;
	return true;
}

/* Asking for changes holds the pull request until that person looks again. */
static bool
wants_changes(const struct answer *a)
{
	return json_str_is(a->text, "state", "CHANGES_REQUESTED") ||
	       json_str_is(json_get(a->text, "pullRequestReview"), "state",
		   "CHANGES_REQUESTED");
}

static bool
is_same_login(const cJSON *a, const cJSON *b)
{
	const char *x = json_str(a, "login"), *y = json_str(b, "login");

	return x != NULL && y != NULL && strcasecmp(x, y) == 0;
}

static bool
is_asked(const struct round *r, const cJSON *who)
{
	const cJSON *request;

	JSON_EACH (request, json_at(r->pull, "reviewRequests", "nodes", NULL))
		if (is_same_login(json_get(request, "requestedReviewer"), who))
			return true;
	return false;
}

/* Is its author one to be asked again? */
static bool
may_be_asked(const struct round *r, const struct answer *a)
{
	const cJSON *who = json_get(a->text, "author");

	return a->fate == FATE_SAID && json_str_is(who, "__typename", "User") &&
	       json_str(who, "id") != NULL &&
	       ((r->is_pushed && answer_is_fix(r, a)) || wants_changes(a)) &&
	       !is_same_login(who, json_get(r->pull, "author")) &&
	       !recheck_is_viewer(r->j, who) && !is_asked(r, who);
}

static bool
asks(const struct round *r, const struct answer *a)
{
	const struct answer *b;

	if (!may_be_asked(r, a))
		return false;
	for (b = r->v; b < a; b++)
		if (may_be_asked(r, b) &&
		    is_same_login(json_get(a->text, "author"),
			json_get(b->text, "author")))
			return false;
	return true;
}

static void
put_resolve(const struct round *r, const struct answer *a, struct batch *b)
{
	cJSON *o = json_new_object();

	json_put_str(o, "threadId", json_str(a->thread, "id"));
	batch_add(b, (int)(a - r->v) * 2 + RESOLVE, "resolveReviewThread", o);
}

static void
put_request(const struct round *r, const struct answer *a, struct batch *b)
{
	cJSON *o = json_new_object();

	json_put_str(o, "pullRequestId", json_str(r->pull, "id"));
	json_add_str(json_put_array(o, "userIds"),
	    json_str(json_get(a->text, "author"), "id"));
	json_put_bool(o, "union", true);
	batch_add(b, (int)(a - r->v) * 2 + REQUEST, "requestReviews", o);
}

/* As many as fit. */
static void
put_all(struct round *r, struct batch *b)
{
	struct answer *a;

	for (a = r->v; a < r->v + r->n; a++) {
		if (!a->resolved && b->n < BATCH_MAX && resolves(r, a))
			put_resolve(r, a, b);
		if (!a->asked && b->n < BATCH_MAX && asks(r, a))
			put_request(r, a, b);
	}
}

static int
tell(struct round *r, const struct answer *a, int tag, struct fail *why)
{
	if (tag == REQUEST)
		return receipt_put(r->j, "request-review", "message",
		    json_str(json_get(a->text, "author"), "login"), why);
	return receipt_put(
	    r->j, "resolve", "thread", json_str(a->thread, "id"), why);
}

/* 1 when one is unsure.  That stays on the list: both may be repeated without
 * harm. */
static int
take_answers(struct round *r, const struct batch *b, struct fail *why)
{
	const struct batch_write *w;
	struct answer *a;
	int unsure = 0;

	for (w = b->w; w < b->w + b->n; w++) {
		a = &r->v[w->tag / 2];
		if (w->end == BATCH_UNSURE) {
			unsure = 1;
			continue;
		}
		if (w->end == BATCH_REFUSED && w->why.kind == FAIL_LIMIT) {
			*why = w->why;
			return -1;
		}
		if (w->tag % 2 == REQUEST)
			a->asked = true;
		else
			a->resolved = true;
		if (w->end == BATCH_REFUSED)
			review_warn(r, &w->why);
		else if (tell(r, a, w->tag % 2, why) == -1)
			return -1;
	}
	return unsure;
}

static int
send(struct round *r, struct batch *b, struct fail *why)
{
	int result;

	if (r->j->push->dry_run)
		batch_pretend(b);
	else if (batch_send(b, &r->j->push->gh, why) == -1 &&
		 !publish_unsure(why))
		return -1;
	result = take_answers(r, b, why);
	if (result == 1 && r->tries++ < TRIES_MAX)
		return 0;
	if (result == 1)
		*why = b->w[0].why;
	return result == 0 ? 0 : -1;
}

int
wrap_up(struct round *r, struct fail *why)
{
	struct batch *b = xcalloc(1, sizeof(*b));
	int result = 0;

	for (put_all(r, b); result == 0 && b->n != 0; put_all(r, b)) {
		result = send(r, b, why);
		batch_done(b);
	}
	batch_done(b);
	free(b);
	return result;
}
