/*
 * The status comment: one on each item, created once and edited since.  Its
 * first line holds the state for the next run, the rest is for people, its
 * last line is the marker that we know it by.  It is written when a task is
 * claimed and when that comes to an end.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "marker.h"
#include "push.h"
#include "when.h"
#include "xalloc.h"

/* Bytes of a row's texts. */
#define WHY_MAX  200
#define NOTE_MAX 300

/* GitHub takes so many characters; counted here as bytes. */
#define BODY_MAX 65536

#define ATTEMPTS_MAX 20 /* tasks */

const cJSON *
status_row(const struct job *j)
{
	const cJSON *row;

	JSON_EACH (row, json_get(j->now.state, "rows"))
		if (job_is_task(j, json_str(row, "task")))
			return row;
	return NULL;
}

static void
put_line(cJSON *row, const char *key, const char *text, size_t max)
{
	struct buf line = BUF_INIT(BUF_ANY);

	text_line(&line, text, max);
	json_put_str(row, key, line.data);
	buf_free(&line);
}

/* What set the task off, yours. */
static char *
reason(const struct job *j, const struct want *want)
{
	const char *who = j->label != NULL ? recheck_labeller(j) : NULL;

	if (want->reason != NULL || j->label == NULL)
		return xstrdup(want->reason != NULL ? want->reason : "");
	return xasprintf(
	    "label %s by %s", j->label, who != NULL ? who : "somebody");
}

static cJSON *
make_row(const struct job *j, const struct want *want, const char *at)
{
	char *why = reason(j, want);
	bool changed = strcmp(want->outcome, "changed") == 0;
	const char *url = want->url != NULL ? want->url : j->pull_url;
	cJSON *row = json_new_object();

	json_put_str(row, "task", j->id);
	json_put_str(row, "at", at);
	json_put_str(row, "outcome", want->outcome);
	put_line(row, "why", why, WHY_MAX);
	put_line(row, "note", want->note, NOTE_MAX);
	json_put_str(row, "url", changed ? url : NULL);
	json_put_str(row, "branch", changed ? j->to : NULL);
	json_put_str(row, "oid", changed ? j->head : NULL);
	json_put_money(row, "cost", j->cost);
	free(why);
	return row;
}

/* The row of now; a row that says the same keeps its time, so that nothing
 * is written twice. */
static cJSON *
new_row(const struct job *j, const struct want *want)
{
	const cJSON *old = status_row(j);
	struct buf was = BUF_INIT(BUF_ANY), is_now = BUF_INIT(BUF_ANY);
	char now[WHEN_SIZE];
	cJSON *row;

	(void)when_format(when_now(), now);
	if (json_str(old, "at") == NULL)
		return make_row(j, want, now);
	row = make_row(j, want, json_str(old, "at"));
	json_print(&was, old);
	json_print(&is_now, row);
	if (strcmp(was.data, is_now.data) != 0) {
		cJSON_Delete(row);
		row = make_row(j, want, now);
	}
	buf_free(&was);
	buf_free(&is_now);
	return row;
}

/* Which of the rows are kept: not the first skip, and not this task's. */
static void
put_rows(cJSON *state, const struct job *j, const cJSON *row, size_t skip)
{
	cJSON *rows = json_put_array(state, "rows");
	const cJSON *r, *old = row != NULL ? status_row(j) : NULL;

	JSON_EACH (r, json_get(j->now.state, "rows"))
		if (skip != 0)
			skip--;
		else if (r != old)
			json_add_copy(rows, r);
	if (row != NULL)
		json_add_copy(rows, row);
}

static void
put_cost(cJSON *state, const struct job *j, const cJSON *row)
{
	int64_t cost = 0, less = 0;

	(void)json_money(j->now.state, "cost", &cost);
	if (row != NULL) {
		(void)json_money(status_row(j), "cost", &less);
		cost += j->cost - less;
	}
	json_put_money(state, "cost", cost);
}

/* What is claimed from now on. */
static void
put_claim(cJSON *state, const struct job *j, const struct want *want)
{
	const cJSON *old = json_get(j->now.state, "claim");
	cJSON *o;

	if (want->claim != NULL) {
		o = json_put_object(state, "claim");
		json_put_str(o, "task", j->id);
		json_put_str(o, "who", j->who);
		json_put_when(o, "at", want->claim->at);
		json_put_when(o, "until", want->claim->until);
	} else if (old != NULL &&
		   !(want->release && job_is_task(j, json_str(old, "task")))) {
		json_put_copy(state, "claim", old);
	}
}

static void
add_attempt(cJSON *list, const char *task, int64_t n, int64_t at)
{
	cJSON *o = json_add_object(list);

	json_put_str(o, "task", task);
	json_put_int(o, "n", n);
	json_put_when(o, "at", at);
}

/* How often tasks were begun that came to no end yet, the newest last. */
static void
put_attempts(cJSON *state, const struct job *j, const struct want *want)
{
	const cJSON *a, *old = json_get(j->now.state, "attempts");
	cJSON *list = json_new_array();
	size_t skip = json_count(old) < ATTEMPTS_MAX
			  ? 0
			  : json_count(old) - ATTEMPTS_MAX + 1;

	JSON_EACH (a, old) {
		if (skip != 0)
			skip--;
		else if ((want->outcome == NULL && want->claim == NULL) ||
			 !job_is_task(j, json_str(a, "task")))
			json_add_copy(list, a);
	}
	if (want->claim != NULL)
		add_attempt(list, j->id, want->claim->attempt, want->claim->at);
	if (json_count(list) != 0)
		json_put(state, "attempts", list);
	else
		cJSON_Delete(list);
}

static cJSON *
make_state(
    const struct job *j, const struct want *want, const cJSON *row, size_t skip)
{
	cJSON *state = json_new_object();

	json_put_int(state, "v", 1);
	put_cost(state, j, row);
	put_claim(state, j, want);
	put_attempts(state, j, want);
	put_rows(state, j, row, skip);
	handled_put(state, json_get(j->now.state, "texts"), want->texts);
	return state;
}

static bool
is_review(const cJSON *row)
{
	const char *task = json_str(row, "task");

	return task != NULL && strstr(task, ":review:") != NULL;
}

static bool
is_failure(const cJSON *row)
{
	return json_str_is(row, "outcome", "failed") ||
	       json_str_is(row, "outcome", "refused");
}

/* What a row says in the column "what". */
static void
put_what(struct buf *b, const cJSON *row)
{
	const char *url = json_str(row, "url");

	if (is_review(row) && !is_failure(row)) {
		text_cell(b, json_str(row, "note"));
		if (url != NULL)
			buf_printf(b, " · [change](%s)", url);
	} else if (json_str_is(row, "outcome", "changed") && url != NULL)
		buf_printf(b, "opened [pull request](%s)", url);
	else if (json_str_is(row, "outcome", "changed"))
		buf_puts(b, "opened a pull request");
	else {
		if (!json_str_is(row, "outcome", "noted")) {
			text_cell(b, json_str(row, "outcome"));
			buf_puts(b, ": ");
		}
		text_cell(b, json_str(row, "note"));
	}
}

static void
put_row(struct buf *b, const cJSON *row)
{
	const char *at = json_str(row, "at");
	int64_t cost = 0;

	/* "2026-11-23T15:04:05Z" as "11-23 15:04" */
	if (at != NULL && strlen(at) >= 16)
		buf_printf(b, "| %.5s %.5s | ", at + 5, at + 11);
	else
		buf_puts(b, "| ? | ");
	put_what(b, row);
	buf_puts(b, " | ");
	text_cell(b, json_str(row, "why"));
	buf_puts(b, " | ");
	(void)json_money(row, "cost", &cost);
	text_money(b, cost);
	buf_puts(b, " |\n");
}

/* Who works on it, for how long, and the how manieth time. */
static void
put_working(struct buf *b, const cJSON *state)
{
	const cJSON *claim = json_get(state, "claim"), *a;
	const char *at = json_str(claim, "at");
	int64_t n = 1;

	if (at == NULL || strlen(at) < 16)
		return;
	JSON_EACH (a, json_get(state, "attempts"))
		if (json_str_is(a, "task", json_str(claim, "task")))
			(void)json_int(a, "n", &n);
	buf_printf(b, "working on it since %.5s %.5s (UTC)", at + 5, at + 11);
	if (n > 1)
		buf_printf(b, ", attempt %" PRId64, n);
	buf_puts(b, "\n\n");
}

/* How to get rid of what the last task has made. */
static void
put_undo(struct buf *b, const cJSON *row)
{
	const char *branch = json_str(row, "branch");
	const char *oid = json_str(row, "oid");

	if (is_review(row) && json_str_is(row, "outcome", "changed") &&
	    oid != NULL)
		buf_printf(b, "to undo: `git revert %.12s`\n\n", oid);
	else if (branch != NULL && json_str_is(row, "outcome", "changed"))
		buf_printf(b,
		    "to undo: close the pull request and delete the branch "
		    "`%s`\n\n",
		    branch);
}

static void
put_table(struct buf *b, const cJSON *rows, size_t skip)
{
	const cJSON *row, *last = NULL;

	if (json_count(rows) == 0)
		return;
	buf_puts(b, "| when (UTC) | what | why | cost |\n|---|---|---|---|\n");
	JSON_EACH (row, rows) {
		if (skip != 0)
			skip--;
		else
			put_row(b, row);
		last = row;
	}
	buf_puts(b, "\n");
	put_undo(b, last);
}

/* "$0.98 of $20 · to stop me: ..." */
static void
put_limits(struct buf *b, const struct job *j, const cJSON *state)
{
	const struct opts *o = j->push->o;
	int64_t cost = 0, max = opt_num(o, O_MAX_PR_COST);

	(void)json_money(state, "cost", &cost);
	text_money(b, cost);
	if (max == 0)
		buf_puts(b, " so far");
	else if (max % 1000000 == 0)
		buf_printf(b, " of $%" PRId64, max / 1000000);
	else {
		buf_puts(b, " of ");
		text_money(b, max);
	}
	buf_printf(b, " · to stop me: `/oompa stop` or the label `%s`",
	    opt_str(o, O_HOLD_LABEL));
}

static bool
is_failed(const struct job *j, const struct want *want)
{
	return want->failed == ON || (want->failed == LEAVE && j->now.failed);
}

/* All but the state's line; without the oldest rows when those would be too
 * much to look at. */
static void
put_people(struct buf *b, const struct job *j, const struct want *want,
    const cJSON *state, size_t skip)
{
	const cJSON *rows = json_get(state, "rows"), *row, *last = NULL;

	JSON_EACH (row, rows)
		last = row;
	buf_printf(b, "**oompa** · work on #%" PRId64 "\n\n", j->number);
	put_table(b, rows, skip);
	put_working(b, state);
	put_limits(b, j, state);
	if (is_failed(j, want) && last != NULL &&
	    !json_str_is(last, "outcome", "changed"))
		buf_puts(b,
		    " · to try again: take away the label `" LABEL_FAILED "`");
	buf_puts(b, "\n\n" MARKER_STATUS "\n");
}

/* How many of the oldest rows are to go so that the rest is small enough: an
 * estimate that is at most too low. */
static size_t
too_many(const struct job *j)
{
	const cJSON *row, *rows = json_get(j->now.state, "rows");
	size_t all = 0, skip = 0;
	struct buf text = BUF_INIT(BUF_ANY);

	JSON_EACH (row, rows) {
		json_print(&text, row);
		all = text.len;
	}
	buf_reset(&text);
	JSON_EACH (row, rows) {
		if (all - text.len <= MARKER_STATE_MAX)
			break;
		json_print(&text, row);
		skip++;
	}
	buf_free(&text);
	return skip;
}

/* The whole comment; the oldest rows are cut until it is small. */
static void
make_body(struct buf *b, const struct job *j, const struct want *want,
    const cJSON *row)
{
	size_t skip = too_many(j), hide = 0, n, line;
	cJSON *state = make_state(j, want, row, skip);

	for (;;) {
		buf_reset(b);
		marker_put_state(b, state);
		n = json_count(json_get(state, "rows"));
		if (b->len <= MARKER_STATE_MAX || n <= 1)
			break;
		cJSON_Delete(state);
		state = make_state(j, want, row, ++skip);
	}
	for (line = b->len; hide < n || n == 0; hide++) {
		b->len = line;
		put_people(b, j, want, state, hide);
		if (b->len <= BODY_MAX || n == 0)
			break;
	}
	cJSON_Delete(state);
}

/* Is there anything to say? */
static bool
is_wanted(const struct job *j, const struct want *want)
{
	const char *task = json_str(json_get(j->now.state, "claim"), "task");

	return want->outcome != NULL || want->claim != NULL ||
	       (want->release && job_is_task(j, task));
}

bool
status_text(const struct job *j, const struct want *want, struct buf *b)
{
	cJSON *row = NULL;

	if (!is_wanted(j, want))
		return false;
	if (want->outcome != NULL)
		row = new_row(j, want);
	make_body(b, j, want, row);
	cJSON_Delete(row);
	return !json_str_is(j->now.status, "body", b->data);
}
