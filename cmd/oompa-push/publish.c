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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "marker.h"
#include "outbox.h"
#include "push.h"
#include "when.h"
#include "xalloc.h"

#define REASON_MAX 300  /* bytes */
#define ANSWER_MAX 1000 /* bytes */

bool
publish_unsure(const struct fail *why)
{
	return why->kind == FAIL_NETWORK ||
	       (why->kind == FAIL_REMOTE && why->code >= 500);
}

/* The ends that a result can come to. */

static void
log_end(const struct job *j, const char *outcome, const char *said)
{
	struct buf text = BUF_INIT(BUF_ANY), cost = BUF_INIT(64),
		   wall = BUF_INIT(64), pushed = BUF_INIT(7);
	bool changed = strcmp(outcome, "changed") == 0;
	int64_t files = 0, seconds = 0;

	(void)json_int(j->rec, "files", &files);
	(void)json_int(j->rec, "seconds", &seconds);
	text_money(&cost, j->cost);
	text_seconds(&wall, seconds);
	if (changed)
		buf_puts(&pushed, j->head);
	buf_printf(&text, "%s: %s", j->action, outcome);
	if (changed)
		buf_printf(&text, ", %" PRId64 " file%s", files,
		    files == 1 ? "" : "s");
	if (j->note == NOTE_NONE) {
		buf_printf(&text, ", %s, ", cost.data);
		if (seconds < 60)
			buf_printf(&text, "%" PRId64 " s", seconds);
		else
			buf_puts(&text, wall.data);
	}
	buf_printf(&text, " - %s", said);
	log_event(LOG_INFO, j->item, text.data, "task", j->id, "outcome",
	    outcome, "pushed", changed ? pushed.data : NULL, "cost",
	    cost.data + 1, "wall", wall.data, changed ? "url" : "msg", said,
	    NULL);
	buf_free(&text);
	buf_free(&cost);
	buf_free(&wall);
	buf_free(&pushed);
}

/* Nothing is left to do: the cost is counted, and the outbox forgets it. */
int
publish_settle(
    struct job *j, const char *outcome, const char *said, struct fail *why)
{
	const char *outbox = opt_str(j->push->o, O_OUTBOX);
	char *handed_on = claim_file(j);

	if (receipt_spend(j, why) == -1) {
		free(handed_on);
		return -1;
	}
	if (!j->push->dry_run)
		(void)unlink(handed_on);
	free(handed_on);
	if (*outbox != '\0' && !j->push->dry_run &&
	    outbox_remove(outbox, j->id, why) == -1)
		return -1;
	log_end(j, outcome, said != NULL ? said : "");
	return 0;
}

/* Our claim, if there is one, ends without a row: nobody is told. */
static int
release(struct job *j, struct fail *why)
{
	const struct want want = {.release = true};
	const cJSON *claim = json_get(j->now.state, "claim");

	if (j->now.status == NULL || !claim_is_ours(j, claim))
		return 0;
	return writes(j, &want, why);
}

/* Not wanted any more, or never usable: nobody is told. */
static int
drop_as(struct job *j, const char *code, const char *reason, struct fail *why)
{
	cJSON *rec = receipt_new(j, "drop");

	if (code != NULL)
		json_put_str(rec, "code", code);
	json_put_str(rec, "message", reason);
	if (filter_put(j->out, rec, why) == -1)
		return -1;
	return publish_settle(j, "dropped", reason, why);
}

int
publish_stale(struct job *j, const struct fail *because, struct fail *why)
{
	struct fail reason = *because;

	if (release(j, why) == -1)
		return -1;
	return drop_as(j, NULL, reason.msg, why);
}

int
publish_drop(struct job *j, struct fail *why)
{
	/* A claim that cannot be ended now expires by itself. */
	if (claim_handed_on(j) &&
	    (recheck(j, why) == -1 || release(j, why) == -1))
		log_at(LOG_WARN, j->item, "%s", why->msg);
	return drop_as(j, "by-hand", "dropped by hand", why);
}

/* What it rests on has moved on; 1 when it was dropped for that. */
static int
drop_old(struct job *j, struct fail *why)
{
	int64_t limit = opt_num(j->push->o, O_MAX_AGE);
	int64_t age = when_now() - j->made_at;
	struct buf text = BUF_INIT(BUF_ANY);
	int r;

	if (limit == 0 || age <= limit)
		return 0;
	buf_printf(&text, "older than %s", opt_str(j->push->o, O_MAX_AGE));
	r = drop_as(j, "old", text.data, why);
	buf_free(&text);
	return r == -1 ? -1 : 1;
}

/* Was the status comment made to tell of this row, so that nobody need be told
 * once more? */
static bool
is_notification(const struct job *j)
{
	return json_str(j->now.status, "lastEditedAt") == NULL &&
	       status_row(j) != NULL;
}

/* People are told: in the status comment, and in a notice when that is there
 * already; making it is a notification of its own. */
void
publish_tell(const struct job *j, struct want *want, const char *outcome,
    const char *heading, const char *said)
{
	want->outcome = outcome;
	want->note = said;
	want->release = true;
	if (j->now.status != NULL && !is_notification(j)) {
		want->heading = heading;
		want->said = said;
	}
}

/* There will be no pull request, and people are told why. */
static int
give_up(struct job *j, const char *outcome, const char *heading,
    const char *reason, struct fail *why)
{
	struct buf line = BUF_INIT(BUF_ANY);
	struct want want = {.failed = ON, .assigned = OFF};
	int r;

	text_line(&line, reason, REASON_MAX);
	publish_tell(j, &want, outcome, heading, line.data);
	r = writes(j, &want, why);
	if (r == 0)
		r = publish_settle(j, outcome, line.data, why);
	buf_free(&line);
	return r;
}

/* What a check of ours says no to: told at once, as an error of its own. */
static int
refuse(struct job *j, struct fail *why)
{
	static const char prefix[] = "refused: ";
	struct fail because = *why;
	const char *said = because.msg;

	filter_error(j->out, NAME, j->repo, j->item, why);
	if (because.kind == FAIL_INPUT)
		return publish_stale(j, &because, why);
	if (strncmp(said, prefix, strlen(prefix)) == 0)
		said += strlen(prefix);
	return give_up(j, "refused", "refused", said, why);
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
		return publish_stale(j, why, why) == -1 ? -1 : 1;
	}
	r = change_take(j, why);
	if (r == 0)
		r = judge_commit(j, why);
	if (r == -1 && (why->kind == FAIL_POLICY || why->kind == FAIL_INPUT))
		return refuse(j, why) == -1 ? -1 : 1;
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
	return publish_settle(j, "changed", j->pull_url, why);
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
	} else {
		text_line(&line, publish_explanation(j), REASON_MAX);
		want.failed = ON;
		want.assigned = OFF;
		publish_tell(j, &want, NULL, j->outcome, line.data);
	}
	r = writes(j, &want, why);
	if (r == 0)
		r = publish_settle(j, j->outcome, "published already", why);
	buf_free(&line);
	return r;
}

/* The trigger is as it was: what the note says is said. */
static int
say_note(struct job *j, struct fail *why)
{
	struct buf line = BUF_INIT(BUF_ANY);
	struct want want = {.failed = LEAVE};
	int r;

	/* On a pull request the label means nothing: what is tried there is
	 * what people say. */
	if (j->note == NOTE_GAVE_UP && j->now.is_issue)
		return give_up(j, "noted", "gave up", j->reason, why);
	text_line(&line, j->reason, REASON_MAX);
	publish_tell(j, &want, "noted",
	    j->note == NOTE_GAVE_UP ? "gave up" : "the budget is used up",
	    line.data);
	r = writes(j, &want, why);
	if (r == 0)
		r = publish_settle(j, "noted", line.data, why);
	buf_free(&line);
	return r;
}

/* An answer to a person: nothing is remembered but the answer itself. */
static int
answer(struct job *j, struct fail *why)
{
	struct buf line = BUF_INIT(BUF_ANY);
	struct want want = {.heading = "status"};
	int r;

	text_line(&line, j->reason, ANSWER_MAX);
	want.said = line.data;
	r = writes(j, &want, why);
	if (r == 0)
		r = publish_settle(j, "noted", line.data, why);
	buf_free(&line);
	return r;
}

/* It has a row, or its notice is all there is to say. */
static bool
note_is_told(const struct job *j)
{
	if (status_row(j) != NULL)
		return true;
	/* Cut short between the notice and the row: the row follows. */
	return comment_find(j, COMMENT_NOTICE) != NULL &&
	       (j->note == NOTE_STATUS || j->now.status == NULL);
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

/* The same for what set the task off.  A note that is held back is planned
 * anew when it is time. */
static int
look_at_trigger(struct job *j, struct fail *why)
{
	int r = recheck_trigger(j, why);

	return r == -1 && why->kind == FAIL_POLICY ? 1 : r;
}

/* An answer belongs to a question: 1 when nobody asked, for the reason in
 * why. */
static int
look_who_asked(struct job *j, struct fail *why)
{
	static const char mark[] = ":note:status:";
	const char *at = strstr(j->id, mark);
	char exact[WHEN_SIZE];
	int64_t when;
	int r = 0;

	/* One question has one id, and so one answer. */
	if (at != NULL && when_parse(at += strlen(mark), &when) &&
	    strcmp(when_format(when, exact), at) == 0)
		r = words_asked(j, when, why);
	if (r == -1)
		return -1;
	if (r == 0)
		(void)fail(why, FAIL_POLICY, 0,
		    "nobody who may command asks for the status any more");
	return r == 0 ? 1 : 0;
}

static int
publish_note(struct job *j, struct fail *why)
{
	struct fail no;
	int r = publish_look(j, why);

	if (r == 0 && note_is_told(j))
		return publish_settle(j, "noted", "published already", why);
	if (r == 0 && judge_texts(j, why) == -1) {
		filter_error(j->out, NAME, j->repo, j->item, why);
		r = 1;
	}
	if (r == 0 && j->note == NOTE_STATUS)
		r = look_who_asked(j, why);
	if (r == 0 && j->note == NOTE_STATUS)
		return answer(j, why);
	if (r == 0)
		r = look_at_trigger(j, why);
	if (r == 0)
		return say_note(j, why);
	if (r == -1)
		return -1;
	no = *why;
	return publish_stale(j, &no, why);
}

/* It is to be tried again, and people need not hear of each try.  GitHub is
 * asked only when there is a claim of ours to be ended. */
static int
put_off(struct job *j, struct fail *why)
{
	if (claim_handed_on(j) &&
	    (recheck(j, why) == -1 || release(j, why) == -1))
		return -1;
	return publish_settle(j, j->outcome, j->reason, why);
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
	int r = drop_old(j, why);

	if (r != 0)
		return r == 1 ? 0 : -1;
	if (j->note != NOTE_NONE)
		return publish_note(j, why);
	if (strcmp(j->outcome, "changed") != 0 && j->retry != NULL &&
	    strcmp(j->retry, "later") == 0)
		return put_off(j, why);
	if (job_is_review(j))
		return review_publish(j, why);
	if (recheck(j, why) == -1)
		return -1;
	if (recheck_destination(j, &no) == -1) {
		filter_error(j->out, NAME, j->repo, j->item, &no);
		return publish_stale(j, &no, why);
	}
	if (was_published(j))
		return finish(j, why);
	r = look_at_task(j, why);
	if (r == 1) {
		no = *why;
		return publish_stale(j, &no, why);
	}
	if (r == -1)
		return -1;
	if (judge_texts(j, why) == -1)
		return refuse(j, why);
	if (strcmp(j->outcome, "changed") == 0)
		return publish_change(j, why);
	return give_up(j, j->outcome, j->outcome, publish_explanation(j), why);
}
