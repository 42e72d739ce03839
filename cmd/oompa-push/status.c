/*
 * The status comment: one on each issue, created once and edited since.  Its
 * first line holds the state for the next run, the rest is for people, its
 * last line is the marker that we know it by.
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

static bool
is(const cJSON *obj, const char *key, const char *value)
{
	const char *s = json_str(obj, key);

	return s != NULL && strcmp(s, value) == 0;
}

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

static cJSON *
make_row(
    const struct job *j, const char *outcome, const char *note, const char *at)
{
	const char *who = j->label != NULL ? recheck_labeller(j) : NULL;
	char *why = j->label == NULL ? xstrdup("")
				     : xasprintf("label %s by %s", j->label,
					   who != NULL ? who : "somebody");
	bool changed = strcmp(outcome, "changed") == 0;
	cJSON *row = json_new_object();

	json_put_str(row, "task", j->id);
	json_put_str(row, "at", at);
	json_put_str(row, "outcome", outcome);
	put_line(row, "why", why, WHY_MAX);
	put_line(row, "note", note, NOTE_MAX);
	json_put_str(row, "url", changed ? j->pull_url : NULL);
	json_put_str(row, "branch", changed ? j->to : NULL);
	json_put_str(row, "oid", changed ? j->head : NULL);
	json_put_money(row, "cost", j->cost);
	free(why);
	return row;
}

/* The row of now; a row that says the same keeps its time, so that nothing
 * is written twice. */
static cJSON *
new_row(const struct job *j, const char *outcome, const char *note)
{
	const cJSON *old = status_row(j);
	struct buf was = BUF_INIT(BUF_ANY), is_now = BUF_INIT(BUF_ANY);
	char now[WHEN_SIZE];
	cJSON *row;

	(void)when_format(when_now(), now);
	if (json_str(old, "at") == NULL)
		return make_row(j, outcome, note, now);
	row = make_row(j, outcome, note, json_str(old, "at"));
	json_print(&was, old);
	json_print(&is_now, row);
	if (strcmp(was.data, is_now.data) != 0) {
		cJSON_Delete(row);
		row = make_row(j, outcome, note, now);
	}
	buf_free(&was);
	buf_free(&is_now);
	return row;
}

/* The state with row in it, without the first skip rows. */
static cJSON *
make_state(const struct job *j, const cJSON *row, size_t skip)
{
	cJSON *state = json_new_object(), *rows;
	const cJSON *r, *old = status_row(j);
	int64_t cost = 0, less = 0;

	(void)json_money(j->now.state, "cost", &cost);
	(void)json_money(old, "cost", &less);
	json_put_int(state, "v", 1);
	json_put_money(state, "cost", cost - less + j->cost);
	rows = json_put_array(state, "rows");
	JSON_EACH (r, json_get(j->now.state, "rows"))
		if (skip != 0)
			skip--;
		else if (r != old)
			json_add_copy(rows, r);
	json_add_copy(rows, row);
	return state;
}

/* What a row says in the column "what". */
static void
put_what(struct buf *b, const cJSON *row)
{
	const char *url = json_str(row, "url");

	if (is(row, "outcome", "changed") && url != NULL)
		buf_printf(b, "opened [pull request](%s)", url);
	else if (is(row, "outcome", "changed"))
		buf_puts(b, "opened a pull request");
	else {
		if (!is(row, "outcome", "noted")) {
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

static void
put_people(struct buf *b, const struct job *j, const cJSON *state)
{
	const cJSON *row, *last = NULL;
	int64_t cost = 0;

	buf_printf(b,
	    "**oompa** · work on #%" PRId64 "\n\n"
	    "| when (UTC) | what | why | cost |\n|---|---|---|---|\n",
	    j->number);
	JSON_EACH (row, json_get(state, "rows")) {
		put_row(b, row);
		last = row;
	}
	(void)json_money(state, "cost", &cost);
	buf_puts(b, "\n");
	text_money(b, cost);
	buf_puts(b, " so far");
	if (j->now.failed && !is(last, "outcome", "changed"))
		buf_puts(b,
		    " · to try again: take away the label `" LABEL_FAILED "`");
	buf_printf(b, " · to stop me: the label `%s`\n\n" MARKER_STATUS "\n",
	    opt_str(j->push->o, O_HOLD_LABEL));
}

/* The whole comment; the oldest rows are cut until the state is small. */
static void
make_body(struct buf *b, const struct job *j, const cJSON *row)
{
	cJSON *state = NULL;
	size_t skip = 0;

	do {
		cJSON_Delete(state);
		buf_reset(b);
		state = make_state(j, row, skip++);
		marker_put_state(b, state);
	} while (b->len > MARKER_STATE_MAX &&
		 json_count(json_get(state, "rows")) > 1);
	put_people(b, j, state);
	cJSON_Delete(state);
}

static int
edit(struct job *j, const char *text, struct fail *why)
{
	const char *id = json_str(j->now.status, "fullDatabaseId");
	char *path = xasprintf(
	    "/repos/%s/issues/comments/%s", j->repo, id != NULL ? id : "?");
	cJSON *body = json_new_object();
	int r;

	json_put_str(body, "body", text);
	r = publish_write(j, "PATCH", path, body, NULL, why);
	if (r == 0)
		r = comment_receipt(j, "edit-comment", COMMENT_STATUS,
		    json_str(j->now.status, "url"), why);
	cJSON_Delete(body);
	free(path);
	return r;
}

int
status_put(
    struct job *j, const char *outcome, const char *note, struct fail *why)
{
	cJSON *row = new_row(j, outcome, note);
	struct buf text = BUF_INIT(BUF_ANY);
	int r = 0;

	make_body(&text, j, row);
	if (j->now.status == NULL)
		r = comment_create(j, COMMENT_STATUS, text.data, why);
	else if (!is(j->now.status, "body", text.data))
		r = edit(j, text.data, why);
	cJSON_Delete(row);
	buf_free(&text);
	return r;
}
