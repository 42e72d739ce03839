/*
 * What was tried before for the same task.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <string.h>

#include "plan.h"

/* A call was paid for and nothing is on GitHub: 5 minutes until the next, then
 * twice as long each time. */
#define BACKOFF_S     INT64_C(300)
#define BACKOFF_MAX_S (4 * INT64_C(3600))

/* Is it the same task?  A renamed repository, or another case of its name,
 * makes no other. */
static bool
is_task(const char *a, const char *b)
{
	a = a != NULL ? strchr(a, '#') : NULL;
	b = b != NULL ? strchr(b, '#') : NULL;
	return is(a, b);
}

const cJSON *
attempt_row(const struct look *l, const char *id)
{
	const cJSON *row;

	JSON_EACH (row, json_at(l->rec, "status", "state", "rows", NULL))
		if (is_task(json_str(row, "task"), id))
			return row;
	return NULL;
}

bool
rule_handled(struct look *l, struct skip *s)
{
	const cJSON *row = attempt_row(l, l->id);
	const char *outcome = json_str(row, "outcome");

	if (row == NULL)
		return false;
	buf_printf(&s->reason, "done already: %s",
	    outcome != NULL ? outcome : "unknown");
	return object(s, "handled", l->renew);
}

bool
rule_waits(struct look *l, struct skip *s)
{
	/* One that waits will move the pull request's head. */
	if (record_is(l->rec, "pr")
		? !ledger_busy(&l->p->ledger, l->key)
		: !ledger_waits(&l->p->ledger, l->key, l->id))
		return false;
	buf_puts(&s->reason, "its result waits in the outbox");
	return object(s, "waits", NULL);
}

bool
rule_dropped(struct look *l, struct skip *s)
{
	static const char needs[] = "name it in --again, or ask anew";

	if (!ledger_dropped(&l->p->ledger, l->key, l->id))
		return false;
	buf_puts(&s->reason, "its result was dropped by hand");
	return object(s, "dropped", needs);
}

static int64_t
pause_after(int64_t attempts)
{
	int64_t pause = BACKOFF_S;

	while (attempts-- > 1 && pause < BACKOFF_MAX_S)
		pause *= 2;
	return pause < BACKOFF_MAX_S ? pause : BACKOFF_MAX_S;
}

static bool
give_up(const struct look *l, struct skip *s, const struct ledger_calls *calls)
{
	buf_printf(&s->reason, "gave up, attempts so far: %zu", calls->n);
	s->note = "gave-up";
	buf_printf(&s->text, "%zu %s came to nothing.", calls->n,
	    calls->n == 1 ? "attempt" : "attempts");
	if (calls->code != NULL)
		buf_printf(&s->text, " The last failure was: %s.", calls->code);
	return object(s, "gave-up", l->renew);
}

bool
back_off(const struct look *l, struct skip *s, int64_t n, int64_t last,
    const char *what)
{
	int64_t until = last + pause_after(n);

	if (l->p->now >= until)
		return false;
	s->until = until;
	buf_printf(
	    &s->reason, "%s %" PRId64 " failed, the next is later", what, n);
	return object(s, "backing-off", NULL);
}

/* Is the task claimed, and the attempt that was counted then under way? */
static bool
is_claimed(const struct look *l)
{
	const cJSON *claim = json_at(l->rec, "status", "state", "claim", NULL);
	int64_t until;

	return is_task(json_str(claim, "task"), l->id) &&
	       json_when(claim, "until", &until) && until > l->p->now;
}

/* The attempts that came to nothing.  The ledger knows those that were paid
 * for, the state those that were begun, also when the ledger is lost. */
static struct ledger_calls
failed_calls(struct look *l)
{
	struct ledger_calls calls = ledger_calls(&l->p->ledger, l->key, l->id);
	const cJSON *a;
	int64_t n = 0, at;

	JSON_EACH (a, json_at(l->rec, "status", "state", "attempts", NULL)) {
		if (!is_task(json_str(a, "task"), l->id) ||
		    !json_int(a, "n", &n) || n <= 0)
			continue;
		n -= is_claimed(l);
		if ((size_t)n > calls.n)
			calls.n = (size_t)n;
		if (!is_claimed(l) && json_when(a, "at", &at) &&
		    at > calls.last)
			calls.last = at;
	}
	return calls;
}

bool
rule_attempts(struct look *l, struct skip *s)
{
	struct ledger_calls calls = failed_calls(l);

	if (calls.n == 0)
		return false;
	/* As a rule the failure is on GitHub, and the task is handled; if it
	 * could not be told there, it is no less final. */
	if (calls.final || (int64_t)calls.n >= opt_num(l->p->o, O_MAX_ATTEMPTS))
		return give_up(l, s, &calls);
	return back_off(l, s, (int64_t)calls.n, calls.last, "attempt");
}
