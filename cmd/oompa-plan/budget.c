/*
 * What may be spent: on an item, on a day, in a cycle.
 *
 * Money is in millionths of a dollar.  A task reserves the most that it may
 * cost; without --max-task-cost that is all that is left.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>

#include "plan.h"

#define CENT INT64_C(10000)

static int64_t
next_day(const struct plan *p)
{
	return (p->now / LEDGER_DAY + 1) * LEDGER_DAY;
}

void
budget_money(struct buf *b, int64_t millionths)
{
	int64_t cents = (millionths + CENT / 2) / CENT;

	buf_printf(b, "$%" PRId64 ".%02" PRId64, cents / 100, cents % 100);
}

/*
 * May l cost its cap when that much is left?  Without a cap it may cost what
 * is left, if that is anything.
 */
static bool
fits(struct look *l, int64_t left)
{
	bool capped = opt_num(l->p->o, O_MAX_TASK_COST) != 0;

	if (left <= 0 || (capped && l->cap > left))
		return false;
	if (!capped && (l->cap == 0 || l->cap > left))
		l->cap = left;
	return true;
}

/* "$9.00 of $10.00 are WHAT, and it may cost $5.00" */
static void
put_reason(const struct look *l, struct buf *b, int64_t used, int64_t limit,
    const char *what)
{
	budget_money(b, used);
	buf_puts(b, " of ");
	budget_money(b, limit);
	buf_printf(b, " are %s", what);
	if (used < limit) {
		buf_puts(b, ", and the task may cost ");
		budget_money(b, l->cap);
	}
}

bool
rule_budget_item(struct look *l, struct skip *s)
{
	int64_t limit = opt_num(l->p->o, O_MAX_PR_COST);
	int64_t spent = ledger_spent(&l->p->ledger, l->key), known;
	const cJSON *state = json_at(l->rec, "status", "state", NULL);

	l->cap = opt_num(l->p->o, O_MAX_TASK_COST);
	/* A ledger may be younger than the item, and a state older. */
	if (json_money(state, "cost", &known) && known > spent)
		spent = known;
	if (limit == 0 || fits(l, limit - spent))
		return false;
	put_reason(l, &s->reason, spent, limit, "spent on it");
	s->note = "budget-item";
	put_reason(l, &s->text, spent, limit, "spent on this");
	buf_puts(&s->text, ".");
	return object(s, "budget-item", "raise --max-pr-cost");
}

bool
rule_circuit(struct look *l, struct skip *s)
{
	const char *woes = ledger_woes(&l->p->ledger);

	if (woes == NULL)
		return false;
	buf_printf(&s->reason, "the last %d calls of the day failed alike: %s",
	    LEDGER_WOES, woes);
	s->until = next_day(l->p);
	return object(s, "circuit-open", NULL);
}

bool
rule_later(struct look *l, struct skip *s)
{
	if (l->p->tasks < l->p->tasks_max)
		return false;
	buf_printf(
	    &s->reason, "the limit of one cycle is %" PRId64, l->p->tasks_max);
	return object(s, "later", NULL);
}

bool
rule_budget_day(struct look *l, struct skip *s)
{
	int64_t limit = opt_num(l->p->o, O_MAX_DAY_COST);
	int64_t used = ledger_today(&l->p->ledger) + l->p->reserved;

	if (limit == 0 || fits(l, limit - used))
		return false;
	l->p->used_up = true;
	put_reason(l, &s->reason, used, limit, "spent or reserved today");
	s->until = next_day(l->p);
	return object(s, "budget-day", "raise --max-day-cost");
}
