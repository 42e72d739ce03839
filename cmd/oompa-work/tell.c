/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "record.h"
#include "tell.h"
#include "when.h"
#include "xalloc.h"

static void
put_dollars(struct buf *b, int64_t millionths)
{
	buf_printf(b, "%.2f", (double)millionths / 1e6);
}

/* "3 s", "6m12s", "2h05m" */
static void
put_wall(struct buf *b, int64_t seconds)
{
	if (seconds < 60)
		buf_printf(b, "%" PRId64 "s", seconds);
	else if (seconds < 3600)
		buf_printf(b, "%" PRId64 "m%02" PRId64 "s", seconds / 60,
		    seconds % 60);
	else
		buf_printf(b, "%" PRId64 "h%02" PRId64 "m", seconds / 3600,
		    seconds / 60 % 60);
}

static char *
text_of(const cJSON *rec, const char *key)
{
	const char *s = json_str(rec, key);

	return xstrdup(s != NULL ? s : "?");
}

void
tell_begin(struct tell *t, const cJSON *task)
{
	struct buf text = BUF_INIT(BUF_ANY), dollars = BUF_INIT(32),
		   limit = BUF_INIT(32);
	const char *model = json_str(task, "model");
	char item[RECORD_ITEM_MAX];
	int64_t timeout = 0;

	*t = (struct tell){.began = when_now()};
	t->item = xstrdup(record_item(task, item));
	t->action = text_of(task, "action");
	t->doing = xstrdup("begins");
	t->silent = !json_money(task, "max_cost", &t->max_cost) ||
		    !json_int(task, "timeout", &timeout) ||
		    strcmp(t->action, "open-pr") == 0;
	if (t->silent)
		return;
	put_dollars(&dollars, t->max_cost);
	put_wall(&limit, timeout);
	buf_printf(&text, "%s: begins (model %s, %s%s, at most %s)", t->action,
	    model != NULL ? model : "of Claude's choice",
	    t->max_cost != 0 ? "at most $" : "no cost limit",
	    t->max_cost != 0 ? dollars.data : "", limit.data);
	log_event(LOG_INFO, t->item, text.data, "task", json_str(task, "id"),
	    "action", t->action, "event", "begin", "model", model, "max_cost",
	    t->max_cost != 0 ? dollars.data : NULL, "timeout", limit.data,
	    NULL);
	buf_free(&text);
	buf_free(&dollars);
	buf_free(&limit);
}

void
tell_progress(struct tell *t, const cJSON *progress)
{
	int64_t cost;

	free(t->doing);
	t->doing = text_of(progress, "doing");
	if (json_money(progress, "cost", &cost) && cost > t->cost)
		t->cost = cost;
}

void
tell_end(const struct tell *t, const cJSON *result)
{
	struct buf text = BUF_INIT(BUF_ANY), dollars = BUF_INIT(32),
		   wall = BUF_INIT(32);
	const char *outcome = json_str(result, "outcome");
	const char *reason = json_str(result, "reason");
	int64_t cost = 0;

	if (t->silent || outcome == NULL || reason == NULL)
		return;
	(void)json_money(result, "cost", &cost);
	put_dollars(&dollars, cost);
	put_wall(&wall, when_now() - t->began);
	buf_printf(&text, "%s: ends after %s: %s, %s, $%s", t->action,
	    wall.data, outcome, reason, dollars.data);
	log_event(LOG_INFO, t->item, text.data, "task", json_str(result, "id"),
	    "action", t->action, "event", "end", "outcome", outcome, "code",
	    json_str(result, "code"), "reason", reason, "cost", dollars.data,
	    "wall", wall.data, NULL);
	buf_free(&text);
	buf_free(&dollars);
	buf_free(&wall);
}

void
tell_line(const struct tell *t, struct buf *b)
{
	buf_printf(b, "%s %s  ", t->item, t->action);
	put_wall(b, when_now() - t->began);
	if (t->cost != 0)
		buf_puts(b, "  $");
	else if (t->max_cost != 0)
		buf_puts(b, "  at most $");
	if (t->cost != 0 || t->max_cost != 0)
		put_dollars(b, t->cost != 0 ? t->cost : t->max_cost);
	/* Last, as the terminal cuts it. */
	buf_printf(b, "  %s", t->doing);
}

void
tell_done(struct tell *t)
{
	free(t->item);
	free(t->action);
	free(t->doing);
	*t = (struct tell){0};
}
