/*
 * The plan for people.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "plan.h"

/* Foreign text: its control characters must not reach the terminal. */
static void
put_text(const char *s)
{
	struct buf b = BUF_INIT(400);

	log_escape(&b, s != NULL ? s : "", s != NULL ? strlen(s) : 0);
	(void)fputs(b.data, stdout);
	buf_free(&b);
}

static void
put_money(int64_t millionths)
{
	struct buf b = BUF_INIT(100);

	budget_money(&b, millionths);
	(void)fputs(b.data, stdout);
	buf_free(&b);
}

static void
put_head(
    const char *what, const char *action, const cJSON *rec, const char *title)
{
	int64_t number = 0;

	(void)json_int(rec, "number", &number);
	(void)printf("%s %-10s #%-5" PRId64 " \"", what, action, number);
	put_text(title);
	(void)printf("\"\n%28s", "");
}

/* " 2 h ago" */
static void
put_ago(int64_t seconds)
{
	if (seconds < 0)
		return;
	if (seconds < 60)
		(void)printf(" %" PRId64 " s ago", seconds);
	else if (seconds < 3600)
		(void)printf(" %" PRId64 " min ago", seconds / 60);
	else if (seconds < 2 * LEDGER_DAY)
		(void)printf(" %" PRId64 " h ago", seconds / 3600);
	else
		(void)printf(" %" PRId64 " d ago", seconds / LEDGER_DAY);
}

/* When that happened which set it off: of texts, the last. */
static bool
asked_at(const cJSON *task, int64_t *at)
{
	const cJSON *text;
	bool known = json_when(json_get(task, "trigger"), "at", at);

	JSON_EACH (text, json_get(task, "feedback"))
		known = json_when(text, "at", at);
	return known;
}

void
show_task(const struct plan *p, const cJSON *task)
{
	const char *action = json_str(task, "action");
	const cJSON *item = json_get(
	    task, is(action, "review") ? "pull" : "issue");
	int64_t cost, at;

	put_head("would    ", action, task, json_str(item, "title"));
	put_text(json_str(task, "reason"));
	if (asked_at(task, &at))
		put_ago(p->now - at);
	if (is(action, "review") && !json_true(task, "push"))
		(void)printf(", answers only");
	if (!is(action, "open-pr") && json_money(task, "max_cost", &cost) &&
	    cost != 0) {
		(void)printf(", up to ");
		put_money(cost);
	}
	(void)putchar('\n');
}

void
show_skip(const cJSON *skip)
{
	const char *needs = json_str(skip, "needs");
	const char *until = json_str(skip, "until");
	const char *action = json_str(skip, "action");

	put_head("would not", is(action, "any") ? "" : action, skip,
	    json_str(skip, "title"));
	(void)printf("%s: ", json_str(skip, "code"));
	put_text(json_str(skip, "reason"));
	if (until != NULL)
		(void)printf("; until %s", until);
	if (needs != NULL) {
		(void)printf("; needs: ");
		put_text(needs);
	}
	(void)putchar('\n');
}

void
show_end(struct plan *p)
{
	int64_t limit = opt_num(p->o, O_MAX_DAY_COST), n = p->tasks + p->notes;

	(void)printf("%" PRId64 " %s, ", n, n == 1 ? "task" : "tasks");
	put_money(p->reserved);
	(void)printf(" reserved, ");
	put_money(ledger_today(&p->ledger));
	if (limit != 0) {
		(void)printf(" of ");
		put_money(limit);
	}
	(void)printf(" spent today. Nothing was written, no model was "
		     "called.\n");
}
