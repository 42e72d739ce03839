/*
 * A note from the first look to the last receipt: it says what is to be said
 * without a model, and touches no branch.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "push.h"
#include "when.h"

#define ANSWER_MAX 1000 /* bytes */

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
		return end_failed(j, "noted", "gave up", j->reason, why);
	text_line(&line, j->reason, END_LINE_MAX);
	end_tell(j, &want, "noted",
	    j->note == NOTE_GAVE_UP ? "gave up" : "the budget is used up",
	    line.data);
	r = writes(j, &want, why);
	if (r == 0)
		r = end_settle(j, "noted", line.data, why);
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
		r = end_settle(j, "noted", line.data, why);
	buf_free(&line);
	return r;
}

/* It has a row, or its notice is all there is to say. */
static bool
is_told(const struct job *j)
{
	if (status_row(j) != NULL)
		return true;
	/* Cut short between the notice and the row: the row follows. */
	return comment_find(j, COMMENT_NOTICE) != NULL &&
	       (j->note == NOTE_STATUS || j->now.status == NULL);
}

/* Is what set the note off as it was?  1 when not, for the reason in why.  A
 * note that is held back is planned anew when it is time. */
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

int
note_publish(struct job *j, struct fail *why)
{
	struct fail no;
	int r = publish_look(j, why);

	if (r == 0 && is_told(j))
		return end_settle(j, "noted", "published already", why);
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
	return end_stale(j, &no, why);
}
