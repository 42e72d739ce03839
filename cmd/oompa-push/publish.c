/*
 * The order of things: one result from the first look to the last receipt.
 *
 * Nothing that depends on a write is said before that write has happened, and
 * everything may be done again after having been cut short at any point: what
 * is on GitHub already is found and not repeated.  A result leaves the outbox
 * when nothing is left to do about it, and only then its cost is counted.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <string.h>

#include "push.h"

bool
publish_unsure(const struct fail *why)
{
	return why->kind == FAIL_NETWORK ||
	       (why->kind == FAIL_REMOTE && why->code >= 500);
}

/* The commit onto GitHub, through the gate, unless it is there: 0, and 1 when
 * the result came to another end. */
static int
publish_commit(struct job *j, struct fail *why)
{
	int r;

	if (branch_look(j) == 1)
		return 0;
	if (strcmp(j->action, "open-pr") == 0) {
		(void)fail(why, FAIL_POLICY, 0,
		    "no branch is at %.12s any more", j->head);
		return end_stale(j, why, why) == -1 ? -1 : 1;
	}
	r = change_take(j, why);
	if (r == 0)
		r = judge_commit(j, why);
	if (r == -1 && (why->kind == FAIL_POLICY || why->kind == FAIL_INPUT))
		return end_refused(j, why) == -1 ? -1 : 1;
	if (r == 0)
		r = branch_find(j, why);
	if (r == 0)
		return branch_push(j, why);
	return r == 1 ? 0 : -1;
}

static int
publish_change(struct job *j, struct fail *why)
{
	const struct want want = {.failed = OFF,
	    .assigned = ON,
	    .outcome = "changed",
	    .note = j->reason,
	    .release = true};
	int r = publish_commit(j, why);

	if (r != 0)
		return r == 1 ? 0 : -1;
	if (pull_open(j, why) == -1 || writes(j, &want, why) == -1)
		return -1;
	return end_settle(j, "changed", j->pull_url, why);
}

/* Was all of this said by an earlier run? */
static bool
was_published(const struct job *j)
{
	const char *outcome = json_str(status_row(j), "outcome");

	return outcome != NULL && strcmp(outcome, j->outcome) == 0;
}

/* What people are told: Claude's own words when it declined, for they say
 * what is in the way. */
const char *
publish_explanation(const struct job *j)
{
	const char *summary = json_str(j->rec, "summary");

	return strcmp(j->outcome, "declined") == 0 && summary != NULL &&
		       *summary != '\0'
		   ? summary
		   : j->reason;
}

/* An earlier run said all of this in the status comment.  What it may have
 * lacked besides is made up for, as long as nothing came after it. */
static int
finish(struct job *j, struct fail *why)
{
	struct want want = {.failed = LEAVE};
	struct buf line = BUF_INIT(BUF_ANY);
	int r;

	if (json_next(status_row(j)) != NULL || claim_live(j) != NULL) {
		/* Something did. */
	} else if (strcmp(j->outcome, "changed") == 0) {
		want.failed = OFF;
	} else if (judge_texts(j, why) == -1) {
		return end_refused(j, why);
	} else {
		text_line(&line, publish_explanation(j), END_LINE_MAX);
		want.failed = ON;
		want.assigned = OFF;
		end_tell(j, &want, NULL, j->outcome, line.data);
	}
	r = writes(j, &want, why);
	if (r == 0)
		r = end_settle(j, j->outcome, "published already", why);
	buf_free(&line);
	return r;
}

/* Is the item where it was, and open?  1 when not, for the reason in why. */
int
publish_look(struct job *j, struct fail *why)
{
	if (recheck(j, why) == -1)
		return why->kind == FAIL_REMOTE && why->code == 301 ? 1 : -1;
	if (j->now.item != NULL && recheck_open(j))
		return 0;
	(void)fail(why, FAIL_POLICY, 0, "#%" PRId64 " is %s", j->number,
	    j->now.item == NULL ? "gone" : "closed");
	return 1;
}

/* It is to be tried again, and people need not hear of each try.  GitHub is
 * asked only when there is a claim of ours to be ended. */
static int
put_off(struct job *j, struct fail *why)
{
	if (claim_handed_on(j) &&
	    (recheck(j, why) == -1 || end_release(j, why) == -1))
		return -1;
	return end_settle(j, j->outcome, j->reason, why);
}

/* Another result of this task was published: ours is dropped, unless it is
 * what the other one could not give. */
static bool
is_too_late(const struct job *j, struct fail *why)
{
	const char *outcome = json_str(status_row(j), "outcome");

	if (outcome == NULL || (strcmp(j->outcome, "changed") == 0 &&
				   strcmp(outcome, "unknown") != 0))
		return false;
	(void)fail(why, FAIL_POLICY, 0, "done already: %s", outcome);
	return true;
}

/* Is it still to be published?  0; 1 when not, for the reason in why. */
static int
look_at_task(struct job *j, struct fail *why)
{
	if (is_too_late(j, why) || claim_lost(j, why))
		return 1;
	return recheck_trigger(j, why);
}

int
publish(struct job *j, struct fail *why)
{
	struct fail no;
	int r = end_old(j, why);

	if (r != 0)
		return r == 1 ? 0 : -1;
	if (j->note != NOTE_NONE)
		return note_publish(j, why);
	if (strcmp(j->outcome, "changed") != 0 && j->retry != NULL &&
	    strcmp(j->retry, "later") == 0)
		return put_off(j, why);
	if (job_is_review(j))
		return review_publish(j, why);
	if (recheck(j, why) == -1)
		return -1;
	if (recheck_destination(j, &no) == -1) {
		filter_error(j->out, NAME, j->repo, j->item, &no);
		return end_stale(j, &no, why);
	}
	if (was_published(j))
		return finish(j, why);
	r = look_at_task(j, why);
	if (r == 1) {
		no = *why;
		return end_stale(j, &no, why);
	}
	if (r == -1)
		return -1;
	if (judge_texts(j, why) == -1)
		return end_refused(j, why);
	if (strcmp(j->outcome, "changed") == 0)
		return publish_change(j, why);
	return end_failed(
	    j, j->outcome, j->outcome, publish_explanation(j), why);
}
