/*
 * The order of things for a round of a review: the commit first, then what
 * rests on it.
 *
 * The head of the pull request belongs to people: when somebody was faster,
 * nothing is pushed, what rests on our commit is not said, and the texts that
 * it was for are planned anew.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "log.h"
#include "review.h"
#include "xalloc.h"

#define PUSHES_MAX 2
#define REASON_MAX 300 /* bytes */

void
review_warn(struct round *r, const struct fail *why)
{
	if (!r->warned)
		log_at(LOG_WARN, r->j->item, "%s", why->msg);
	r->warned = true;
}

static bool
is_outcome(const struct job *j, const char *outcome)
{
	return strcmp(j->outcome, outcome) == 0;
}

/* The commit. */

/* Through the gate, and onto the head: 0, 1 when the gate says no, or -1. */
static int
push(struct round *round, struct fail *why)
{
	struct job *j = round->j;
	int r = head_fetch(j,
	    json_str(json_at(round->pull, "baseRef", "target", NULL), "oid"),
	    why);

	if (r == 0)
		r = change_take(j, why);
	if (r == 0)
		r = judge_commit(j, why);
	if (r == -1 && (why->kind == FAIL_POLICY || why->kind == FAIL_INPUT))
		return 1;
	return r == 0 ? branch_push_onto(j, why) : -1;
}

/* Nothing is pushed, and that is no failure. */
static int
go_without(struct round *r, const char *because)
{
	(void)fail(&r->unpushed, FAIL_POLICY, 0, "%s", because);
	answer_without_commit(r);
	return 0;
}

/* The commit is where it belongs, or it is known why not: 0; 1 when the gate
 * says no. */
static int
publish_commit(struct round *r, struct fail *why)
{
	struct job *j = r->j;
	enum head head = HEAD_GONE;
	int pushes, result;

	for (pushes = 0;; pushes++) {
		if (head_look(j, &head, why) == -1)
			return -1;
		if (head == HEAD_GONE)
			return go_without(r, "its branch is gone");
		if (head == HEAD_MOVED)
			return go_without(
			    r, "somebody else has pushed meanwhile");
		r->is_pushed = head == HEAD_OURS;
		if (r->is_pushed)
			return 0;
		result = push(r, why);
		if (result == 0)
			r->is_pushed = true;
		if (result != -1 || why->kind != FAIL_NETWORK ||
		    pushes == PUSHES_MAX)
			return result;
	}
}

static int
decide_commit(struct round *r, struct fail *why)
{
	int may;

	if (!is_outcome(r->j, "changed"))
		return 0;
	may = care_may_push(r, why);
	if (may == -1)
		return -1;
	if (may == 1) {
		r->unpushed = *why;
		return 0;
	}
	if (answer_needs_commit(r))
		return publish_commit(r, why);
	return go_without(r,
	    r->n == 0 ? "no text was answered"
		      : "what it was for was edited or taken back meanwhile");
}

/* The ends that a round can come to. */

static char *
reason_of_row(const struct round *r)
{
	struct buf b = BUF_INIT(BUF_ANY);
	char *text;

	answer_people(r, &b);
	text = xasprintf("review by %s", b.len != 0 ? b.data : "?");
	buf_free(&b);
	return text;
}

/* The first line of the summary, which is what the commit is called. */
static void
put_subject(const struct round *r, struct buf *b)
{
	const char *summary = json_str(r->j->rec, "summary");
	struct buf line = BUF_INIT(BUF_ANY);
	char *subject;

	if (summary == NULL)
		return;
	subject = xstrndup(summary, strcspn(summary, "\n"));
	text_line(&line, subject, REASON_MAX);
	free(subject);
	if (line.len != 0)
		buf_printf(b, ": %s", line.data);
	buf_free(&line);
}

/* "answered 2 of 3: the loop ends where it should".  What was not pushed is
 * not spoken of. */
static char *
note_of_row(const struct round *r)
{
	struct buf b = BUF_INIT(BUF_ANY);

	buf_printf(&b, "answered %zu of %zu texts",
	    answer_count(r, FATE_SETTLED),
	    json_count(json_get(r->j->rec, "texts")));
	if (r->unpushed.kind != FAIL_NONE)
		buf_printf(&b, ", nothing was pushed: %s", r->unpushed.msg);
	else
		put_subject(r, &b);
	return buf_take(&b);
}

/* All is said; what was handled is remembered, and the round is over. */
static int
finish(struct round *r, struct fail *why)
{
	struct job *j = r->j;
	char *note = note_of_row(r), *reason = reason_of_row(r);
	char *url = r->is_pushed ? say_compare(j) : NULL;
	cJSON *texts = answer_handled(r);
	const char *outcome = j->outcome;
	struct want want = {.reason = reason,
	    .note = note,
	    .url = url,
	    .texts = texts,
	    .release = true};
	int result;

	if (is_outcome(j, "changed") && !r->is_pushed)
		outcome = "unchanged";
	want.outcome = outcome;
	result = writes(j, &want, why);
	if (result == 0)
		result = end_settle(j, outcome, url != NULL ? url : note, why);
	cJSON_Delete(texts);
	free(url);
	free(reason);
	free(note);
	return result;
}

/* People were told of the last round that came to nothing already. */
static bool
is_told(const struct job *j)
{
	const cJSON *row, *last = NULL;
	const char *outcome;

	JSON_EACH (row, json_get(j->now.state, "rows"))
		last = row;
	outcome = json_str(last, "outcome");
	return outcome != NULL && (strcmp(outcome, "refused") == 0 ||
				      strcmp(outcome, "failed") == 0);
}

/* It came to nothing: a row, and once a word to people. */
static int
give_up(
    struct round *r, const char *outcome, const char *said, struct fail *why)
{
	struct job *j = r->j;
	struct buf line = BUF_INIT(BUF_ANY);
	char *reason = reason_of_row(r);
	struct want want = {.reason = reason};
	int result;

	text_line(&line, said, REASON_MAX);
	end_tell(j, &want, outcome, outcome, line.data);
	if (is_told(j))
		want.said = NULL;
	result = writes(j, &want, why);
	if (result == 0)
		result = end_settle(j, outcome, line.data, why);
	free(reason);
	buf_free(&line);
	return result;
}

static int
refuse(struct round *r, struct fail *why)
{
	struct job *j = r->j;
	struct fail because = *why;

	filter_error(j->out, NAME, j->repo, j->item, why);
	if (because.kind == FAIL_INPUT)
		return end_stale(j, &because, why);
	return give_up(r, "refused", end_said(&because), why);
}

static int
publish_answers(struct round *r, struct fail *why)
{
	struct fail no = r->unpushed;

	if (answer_count(r, FATE_SETTLED) == 0 && r->n != 0) {
		if (no.kind == FAIL_NONE)
			(void)fail(&no, FAIL_POLICY, 0,
			    "no text is as it was when it was answered");
		return end_stale(r->j, &no, why);
	}
	if (reply(r, why) == -1 || wrap_up(r, why) == -1)
		return -1;
	return finish(r, why);
}

/* Is the round still wanted?  1 when not, for the reason in why. */
static int
look_at_round(struct round *r, struct fail *why)
{
	struct job *j = r->j;
	int result = j->now.is_issue ? 0 : look(r, why);

	if (result == 0 && care_destination(r, why) == -1) {
		filter_error(j->out, NAME, j->repo, j->item, why);
		return 1;
	}
	if (result == 0 && claim_lost(j, why))
		return 1;
	if (result == 0)
		result = recheck_trigger(j, why);
	return result == 0 ? care(r, why) : result;
}

static void
set_destination(const struct round *r)
{
	const char *repo = json_str(
	    json_get(r->pull, "headRepository"), "nameWithOwner");
	struct job *j = r->j;

	if (repo == NULL)
		return;
	free(j->head_url);
	j->head_url = xasprintf("%s/%s.git", auth_server_url(), repo);
}

static int
publish_round(struct round *r, struct fail *why)
{
	struct job *j = r->j;
	struct fail no;
	int result = publish_look(j, why);

	/* The row is the last word of a round. */
	if (result == 0 && status_row(j) != NULL)
		return end_settle(j, json_str(status_row(j), "outcome"),
		    "published already", why);
	if (result == 0)
		result = look_at_round(r, why);
	if (result == 0)
		result = answer_judge(r, why);
	if (result == 0 && judge_texts(j, why) == -1)
		return refuse(r, why);
	if (result == 0 && is_outcome(j, "failed"))
		return give_up(r, "failed", j->reason, why);
	if (result == 0) {
		set_destination(r);
		result = decide_commit(r, why);
		if (result == 1)
			return refuse(r, why);
	}
	if (result == 0)
		return publish_answers(r, why);
	if (result == -1)
		return -1;
	no = *why;
	return end_stale(j, &no, why);
}

int
review_publish(struct job *j, struct fail *why)
{
	struct round r = {.j = j};
	int result = answer_read(&r, why);

	if (result == 0)
		result = publish_round(&r, why);
	/* The round is over, and what lies in our draft was not said. */
	if (result == 0)
		reply_withdraw(&r);
	look_done(&r);
	free(r.v);
	return result;
}
