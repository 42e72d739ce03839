/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>

#include "answer.h"
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
	again->paid = first->cost;
	again->owed = first->owed;
	again->passed = first->passed + first->seconds;
	if (!session_valid(again->resume) || again->passed >= t->timeout ||
	    (t->max_cost != 0 && again->paid >= t->max_cost))
		return false;
	log_at(LOG_INFO, record_item(t->rec, item),
	    "claude is asked for its answer again: %s", wrong);
	make_prompt(&again->own, t, wrong);
	r = claude_run(again, w, t, p, &why);
	result_spent(res, again);
	/* The first run was paid for: its result is told all the same. */
	if (r == -1) {
		log_at(LOG_WARN, item, "%s", why.msg);
		return false;
	}
	/* What could be used of the first answer is not given up for less. */
	if (answer_usable(again, t) < answer_usable(first, t))
		return false;
	return again->stream.result != NULL || again->timed_out ||
	       again->silent;
}
