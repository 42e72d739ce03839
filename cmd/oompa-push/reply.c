/*
 * Publishes the answers of a round as one review: a draft of it is opened, the
 * replies go into it, and it is submitted as a whole, so that people are
 * notified once.
 *
 * An account has one unsubmitted review of a pull request, and what it says in
 * a thread meanwhile goes in there, unseen by others.  One that a person has
 * written in under this account is left alone: then all answers are one
 * comment.  One of ours was left by a run that was cut short.  When all it
 * holds is what this run says, too, it is completed; else it is deleted and
 * begun anew, for what is published is what this run has looked at.
 *
 * Fact: github-api, "addPullRequestReviewThreadReply" and "reviews" (docs.
 * github.com/graphql/reference/mutations).
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "review.h"
#include "xalloc.h"

#define LOOKS_MAX 4

enum step {
	STEP_DONE,
	STEP_CLEAR,
	STEP_START,
	STEP_REPLY,
	STEP_SUBMIT,
	STEP_COMMENT,
};

static cJSON *
input(const char *key, const char *id, const char *body)
{
	cJSON *o = json_new_object();

	json_put_str(o, key, id);
	json_put_str(o, "body", body);
	return o;
}

static bool
is_to_reply(const struct round *r, const struct answer *a)
{
	return a->fate == FATE_WANTED && answer_goes_into_thread(r, a);
}

/* What is there already. */

/* White space at the end is GitHub's. */
static bool
is_same_text(const char *a, const char *b)
{
	static const char blanks[] = " \t\r\n";
	size_t n = strlen(a), m = strlen(b);

	while (n != 0 && strchr(blanks, a[n - 1]) != NULL)
		n--;
	while (m != 0 && strchr(blanks, b[m - 1]) != NULL)
		m--;
	return n == m && memcmp(a, b, n) == 0;
}

/* The answer that this is, word for word; or NULL. */
static struct answer *
find_answer(const struct round *r, const char *body)
{
	struct buf text = BUF_INIT(BUF_ANY);
	struct answer *a, *found = NULL;

	for (a = r->v; found == NULL && a < r->v + r->n; a++) {
		if (!is_to_reply(r, a))
			continue;
		buf_reset(&text);
		say_reply(r, a, &text);
		if (is_same_text(text.data, body))
			found = a;
	}
	buf_free(&text);
	return found;
}

static void
take_over(struct round *r)
{
	struct answer *a;
	const cJSON *c;

	r->surplus = false;
	JSON_EACH (c, r->held) {
		a = find_answer(r, json_str(c, "body"));
		if (a != NULL)
			a->fate = FATE_PLACED;
		else
			r->surplus = true;
	}
}

/* Of all that is to be published. */
static void
set_fate(struct round *r, enum fate fate)
{
	struct answer *a;

	for (a = r->v; a < r->v + r->n; a++)
		if (a->fate >= FATE_WANTED && a->fate != FATE_SAID)
			a->fate = fate;
}

static enum step
next_step(const struct round *r)
{
	const struct answer *a;
	bool wanted = false, placed = false;

	if (r->review != NULL && r->surplus)
		return STEP_CLEAR;
	for (a = r->v; a < r->v + r->n; a++) {
		if (is_to_reply(r, a))
			return r->review != NULL ? STEP_REPLY : STEP_START;
		wanted = wanted || a->fate == FATE_WANTED;
		placed = placed || a->fate == FATE_PLACED;
	}
	if (wanted && r->draft)
		return STEP_COMMENT;
	return wanted || placed ? STEP_SUBMIT : STEP_DONE;
}

static void
put_delete(const struct round *r, struct batch *b)
{
	cJSON *o = json_new_object();

	json_put_str(o, "pullRequestReviewId", r->review);
	batch_add(b, 0, "deletePullRequestReview", o);
}

/* What one step writes. */
static void
put_step(struct round *r, enum step step, struct batch *b)
{
	const char *pull = json_str(r->pull, "id");
	struct buf text = BUF_INIT(BUF_ANY);
	struct answer *a;
	cJSON *o;

	if (step != STEP_REPLY && step != STEP_CLEAR)
		say_body(r, &text);
	if (step == STEP_CLEAR)
		put_delete(r, b);
	else if (step == STEP_COMMENT)
		batch_add(
		    b, 0, "addComment", input("subjectId", pull, text.data));
	else if (step == STEP_SUBMIT && r->review != NULL) {
		o = input("pullRequestReviewId", r->review, text.data);
		json_put_str(o, "event", "COMMENT");
		batch_add(b, 0, "submitPullRequestReview", o);
	} else if (step != STEP_REPLY) {
		o = input("pullRequestId", pull, text.data);
		if (step == STEP_SUBMIT)
			json_put_str(o, "event", "COMMENT");
		batch_add(b, 0, "addPullRequestReview", o);
	}
	for (a = r->v; step == STEP_REPLY && a < r->v + r->n; a++) {
		if (!is_to_reply(r, a) || b->n == BATCH_MAX)
			continue;
		buf_reset(&text);
		say_reply(r, a, &text);
		o = input("pullRequestReviewThreadId",
		    json_str(a->rec, "thread"), text.data);
		json_put_str(o, "pullRequestReviewId", r->review);
		batch_add(
		    b, (int)(a - r->v), "addPullRequestReviewThreadReply", o);
	}
	buf_free(&text);
}

/* Receipts. */

static int
tell_reply(struct round *r, struct answer *a, const char *url, struct fail *why)
{
	cJSON *rec = receipt_new(r->j, "reply");

	if (url != NULL)
		json_put_str(rec, "url", url);
	json_put_str(rec, "text", a->id);
	a->tried = false;
	return filter_put(r->j->out, rec, why);
}

/* The whole is there for all to see. */
static int
tell_said(struct round *r, enum step step, const char *url, struct fail *why)
{
	cJSON *rec = receipt_new(
	    r->j, step == STEP_COMMENT ? "comment" : "review");

	if (step == STEP_COMMENT)
		json_put_str(rec, "kind", "answer");
	if (url != NULL)
		json_put_str(rec, "url", url);
	r->tried = false;
	return filter_put(r->j->out, rec, why);
}

static const char *
url_of(const struct batch_write *w)
{
	const char *url = json_str(
	    json_get(w->answer, "pullRequestReview"), "url");

	return url != NULL
		   ? url
		   : json_str(json_at(w->answer, "commentEdge", "node", NULL),
			 "url");
}

static int
happened(struct round *r, enum step step, const struct batch_write *w,
    struct fail *why)
{
	const char *id;

	switch (step) {
	case STEP_CLEAR:
		look_forget_draft(r);
		set_fate(r, FATE_WANTED);
		return 0;
	case STEP_START:
		id = json_str(json_get(w->answer, "pullRequestReview"), "id");
		r->review = xstrdup(id != NULL ? id : "new");
		return 0;
	case STEP_REPLY:
		r->v[w->tag].fate = FATE_PLACED;
		return tell_reply(r, &r->v[w->tag],
		    json_str(json_get(w->answer, "comment"), "url"), why);
	case STEP_SUBMIT:
	case STEP_COMMENT:
		look_forget_draft(r);
		set_fate(r, FATE_SAID);
		return tell_said(r, step, url_of(w), why);
	case STEP_DONE:
		break;
	}
	return 0;
}

/* Refused for good.  What a thread does not take goes into the review's own
 * text.  1 to look again. */
static int
refused(struct round *r, enum step step, const struct batch_write *w,
    struct fail *why)
{
	if (w->why.kind != FAIL_LIMIT && step == STEP_REPLY) {
		r->v[w->tag].refused = true;
		review_warn(r, &w->why);
		return 0;
	}
	/* Somebody began a draft just now, or did away with ours. */
	if ((step == STEP_START || step == STEP_SUBMIT) &&
	    strstr(w->why.msg, "pending review") != NULL)
		return 1;
	if (step == STEP_CLEAR && w->why.code == 404)
		return 1;
	*why = w->why;
	return -1;
}

/* 0: all is known; 1: look again. */
static int
take_answers(struct round *r, enum step step, struct batch *b, struct fail *why)
{
	const struct batch_write *w;
	int result = 0, one;

	for (w = b->w; w < b->w + b->n; w++) {
		one = 0;
		if (w->end == BATCH_HAPPENED)
			one = happened(r, step, w, why);
		else if (w->end == BATCH_REFUSED)
			one = refused(r, step, w, why);
		else if (step == STEP_REPLY)
			r->v[w->tag].tried = true;
		else
			r->tried = step == STEP_SUBMIT || step == STEP_COMMENT;
		if (one == -1)
			return -1;
		if (one == 1 || w->end == BATCH_UNSURE)
			result = 1;
	}
	return result;
}

/* What became of writes that had no answer. */
static int
look_again(struct round *r, enum step step, struct fail *why)
{
	struct answer *a;
	int result = comment_read(r->j, why);

	if (result == 0)
		result = look(r, why);
	if (result == -1)
		return -1;
	set_fate(r, FATE_WANTED);
	for (a = r->v; a < r->v + r->n; a++)
		if (a->fate == FATE_WANTED && look_is_said(r, a))
			a->fate = FATE_SAID;
	take_over(r);
	for (a = r->v; result == 0 && a < r->v + r->n; a++)
		if (a->tried && a->fate >= FATE_PLACED)
			result = tell_reply(r, a, NULL, why);
	if (result == 0 && r->tried && next_step(r) == STEP_DONE)
		result = tell_said(r, step, NULL, why);
	return result;
}

static int
send(struct round *r, enum step step, struct batch *b, struct fail *why)
{
	int result;

	if (r->j->push->dry_run)
		batch_pretend(b);
	else if (batch_send(b, &r->j->push->gh, why) == -1 &&
		 !publish_unsure(why))
		return -1;
	result = take_answers(r, step, b, why);
	if (result == 1 && r->looks++ < LOOKS_MAX)
		return look_again(r, step, why);
	if (result == 1)
		*why = b->w[0].why;
	return result == 0 ? 0 : -1;
}

int
reply(struct round *r, struct fail *why)
{
	struct batch *b = xcalloc(1, sizeof(*b));
	enum step step;
	int result = 0;

	take_over(r);
	while (result == 0 && (step = next_step(r)) != STEP_DONE) {
		put_step(r, step, b);
		result = send(r, step, b, why);
		batch_done(b);
	}
	free(b);
	return result;
}

/* What stays there is deleted by the next round. */
void
reply_withdraw(struct round *r)
{
	struct batch *b;
	struct fail no;

	if (r->review == NULL || r->j->push->dry_run)
		return;
	b = xcalloc(1, sizeof(*b));
	put_delete(r, b);
	if (batch_send(b, &r->j->push->gh, &no) == -1)
		review_warn(r, &no);
	batch_done(b);
	free(b);
}
