/*
 * What people must read on GitHub, and need no model for.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdlib.h>

#include "plan.h"
#include "when.h"
#include "xalloc.h"

static bool
is_said(struct look *l, const char *id)
{
	return attempt_row(l, id) != NULL ||
	       ledger_waits(&l->p->ledger, l->key, id) ||
	       ledger_said(&l->p->ledger, l->key, id);
}

/* A note is known by what it answers: a trigger, or a comment. */
static char *
note_id(const struct look *l, const char *code, int64_t when)
{
	char at[WHEN_SIZE];

	return xasprintf("%s#%" PRId64 ":note:%s:%s", json_str(l->rec, "repo"),
	    l->number, code, when_format(when, at));
}

static void
finish(const struct look *l, cJSON *task, const char *code, const char *text)
{
	cJSON *note;

	task_put_item(l, task);
	note = json_put_object(task, "note");
	json_put_str(note, "code", code);
	json_put_str(note, "text", text);
	json_put_bool(task, "hold", false);
}

/* Why nothing is done, which nobody would find out otherwise. */
static cJSON *
tell_why(struct look *l)
{
	const struct skip *s = l->skip;
	char *id = note_id(l, s->note, l->asked_at);
	cJSON *task = NULL;

	if (!is_said(l, id)) {
		task = task_new(l, id, "note", s->reason.data);
		if (record_is(l->rec, "pr"))
			json_put_null(task, "trigger");
		else
			task_put_trigger(l, task);
		finish(l, task, s->note, s->text.data);
	}
	free(id);
	return task;
}

/* "No work is planned: auto-merge is on (would-land-unreviewed)." */
static void
put_answer(struct buf *b, const struct skip *s)
{
	char at[WHEN_SIZE];

	buf_printf(b, "No work is planned: %s (%s).", s->reason.data, s->code);
	if (s->needs != NULL)
		buf_printf(b, " What would change that: %s.", s->needs);
	if (s->until != 0)
		buf_printf(b, " The next look at it is at %s.",
		    when_format(s->until, at));
}

/* The answer to "/oompa status"; the last one answers all before it. */
static cJSON *
answer(struct look *l)
{
	const struct said *asked = &l->words.status;
	struct buf reason = BUF_INIT(1000), text = BUF_INIT(5000);
	char *id = note_id(l, "status", asked->at);
	cJSON *task = NULL;

	if (!is_said(l, id)) {
		buf_puts(&reason, "/oompa status by ");
		may_name(&reason, asked->actor);
		put_answer(&text, l->skip);
		task = task_new(l, id, "note", reason.data);
		json_put_null(task, "trigger");
		finish(l, task, "status", text.data);
	}
	buf_free(&reason);
	buf_free(&text);
	free(id);
	return task;
}

cJSON *
note_plan(struct look *l)
{
	cJSON *task = NULL;

	if (l->skip->note != NULL)
		task = tell_why(l);
	if (task == NULL && l->words.status.at != 0 &&
	    l->words.status.at >= l->p->since)
		task = answer(l);
	return task;
}
