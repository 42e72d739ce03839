/*
 * The ends that a result can come to.  With each of them the outbox forgets
 * it; they differ in who is told.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "outbox.h"
#include "push.h"
#include "when.h"

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
end_settle(
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
int
end_release(struct job *j, struct fail *why)
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
	return end_settle(j, "dropped", reason, why);
}

int
end_stale(struct job *j, const struct fail *because, struct fail *why)
{
	struct fail reason = *because;

	if (end_release(j, why) == -1)
		return -1;
	return drop_as(j, NULL, reason.msg, why);
}

/* Dropped whatever GitHub says.  It is asked only when there is a claim of ours
 * to be ended; one that cannot be ended now expires by itself. */
static int
drop_unseen(
    struct job *j, const char *code, const char *reason, struct fail *why)
{
	if (claim_handed_on(j) &&
	    (recheck(j, why) == -1 || end_release(j, why) == -1))
		log_at(LOG_WARN, j->item, "%s", why->msg);
	return drop_as(j, code, reason, why);
}

int
end_drop(struct job *j, struct fail *why)
{
	return drop_unseen(j, "by-hand", "dropped by hand", why);
}

/* What it rests on has moved on; 1 when it was dropped for that. */
int
end_old(struct job *j, struct fail *why)
{
	int64_t limit = opt_num(j->push->o, O_MAX_AGE);
	int64_t age = when_now() - j->made_at;
	struct buf text = BUF_INIT(BUF_ANY);
	int r;

	if (limit == 0 || age <= limit)
		return 0;
	buf_printf(&text, "older than %s", opt_str(j->push->o, O_MAX_AGE));
	r = drop_unseen(j, "old", text.data, why);
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
end_tell(const struct job *j, struct want *want, const char *outcome,
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
int
end_failed(struct job *j, const char *outcome, const char *heading,
    const char *reason, struct fail *why)
{
	struct buf line = BUF_INIT(BUF_ANY);
	struct want want = {.failed = ON, .assigned = OFF};
	int r;

	text_line(&line, reason, END_LINE_MAX);
	end_tell(j, &want, outcome, heading, line.data);
	r = writes(j, &want, why);
	if (r == 0)
		r = end_settle(j, outcome, line.data, why);
	buf_free(&line);
	return r;
}

const char *
end_said(const struct fail *why)
{
	static const char prefix[] = "refused: ";
	size_t n = strlen(prefix);

	return why->msg + (strncmp(why->msg, prefix, n) == 0 ? n : 0);
}

/* What a check of ours says no to: told at once, as an error of its own. */
int
end_refused(struct job *j, struct fail *why)
{
	struct fail because = *why;

	filter_error(j->out, NAME, j->repo, j->item, why);
	if (because.kind == FAIL_INPUT)
		return end_stale(j, &because, why);
	return end_failed(j, "refused", "refused", end_said(&because), why);
}
