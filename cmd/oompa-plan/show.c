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

#define MONEY(m) ((double)(m) / 1e6)

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
put_head(
    const char *what, const char *action, const cJSON *rec, const char *title)
{
	int64_t number = 0;

	(void)json_int(rec, "number", &number);
	(void)printf("%s %-10s #%-5" PRId64 " \"", what, action, number);
	put_text(title);
	(void)printf("\"\n%28s", "");
}

void
show_task(const cJSON *task)
{
	int64_t cost = 0;

	(void)json_money(task, "max_cost", &cost);
	put_head("would    ", json_str(task, "action"), task,
	    json_str(json_get(task, "issue"), "title"));
	put_text(json_str(task, "reason"));
	if (cost != 0)
		(void)printf(", up to $%.2f", MONEY(cost));
	(void)putchar('\n');
}

void
show_skip(const cJSON *skip)
{
	const char *needs = json_str(skip, "needs");
	const char *until = json_str(skip, "until");

	put_head("would not", json_str(skip, "action"), skip,
	    json_str(skip, "title"));
	(void)printf("%s: ", json_str(skip, "code"));
	put_text(json_str(skip, "reason"));
	if (until != NULL)
		(void)printf("; until %s", until);
	if (needs != NULL)
		(void)printf("; needs: %s", needs);
	(void)putchar('\n');
}

void
show_end(const struct plan *p)
{
	(void)printf("%" PRId64 " %s, at most $%.2f. Nothing was written, no "
		     "model was called.\n",
	    p->tasks, p->tasks == 1 ? "task" : "tasks", MONEY(p->reserved));
}
