/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>

#include "log.h"
#include "record.h"
#include "repair.h"

#define SESSION_MAX 64 /* bytes; a UUID has 36 */

static bool
session_valid(const char *s)
{
	size_t n = s != NULL ? strspn(s, "0123456789abcdefABCDEF-") : 0;

	return n != 0 && s[n] == '\0' && n <= SESSION_MAX && *s != '-';
}

static void
make_prompt(struct buf *b, const struct task *t, const char *wrong)
{
	buf_printf(b,
	    "Your answer cannot be used: %s. What is in the working directory "
	    "is kept. Do not do the task again: call the StructuredOutput tool "
	    "once, now, with the status, summary and %s that the "
	    "instructions asked for.\n",
	    wrong, t->feedback != NULL ? "answers" : "body");
}

/* Fact: in 2.1.330, whose results have an index, the cost is that of the whole
 * session; in 2.1.197 it is this run's. */
static int64_t
cost_of_both(const struct claude *first, const struct claude *again)
{
	int64_t before = claude_cost(first), now = claude_cost(again);
	const cJSON *index = json_get(again->stream.result, "result_index");

	return index != NULL && now >= before ? now : before + now;
}

bool
repair_answer(struct claude *again, const struct claude *first,
    const char *wrong, const struct work *w, const struct task *t,
    const struct place *p, struct result *res)
{
	char item[RECORD_ITEM_MAX];
	struct fail why;
	int r;

	again->prompt = &again->own;
	again->guide = first->guide;
	again->resume = first->stream.session;
	again->stream.log = fcntl(first->stream.log, F_DUPFD_CLOEXEC, 0);
	again->paid = claude_cost(first);
	again->passed = first->passed + first->seconds;
	if (!session_valid(again->resume) || again->passed >= t->timeout ||
	    (t->max_cost != 0 && again->paid >= t->max_cost))
		return false;
	log_at(LOG_INFO, record_item(t->rec, item),
	    "claude is asked for its answer again: %s", wrong);
	make_prompt(&again->own, t, wrong);
	r = claude_run(again, w, t, p, &why);
	res->seconds += again->seconds;
	/* The first run was paid for: its result is told all the same. */
	if (r == -1) {
		log_at(LOG_WARN, item, "%s", why.msg);
		return false;
	}
	res->cost = cost_of_both(first, again);
	return again->stream.result != NULL || again->timed_out ||
	       again->silent;
}
