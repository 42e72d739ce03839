/*
 * Should this issue be implemented?
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdlib.h>

#include "marker.h"
#include "plan.h"
#include "when.h"
#include "xalloc.h"

#define BRANCHES_MAX 1000

bool
rule_unlabelled(struct look *l, struct skip *s)
{
	if (has_label(l, l->label))
		return false;
	buf_printf(&s->reason, "the label %s is not set", l->label);
	return object(s, "not-labelled", "set the label");
}

static bool
rule_not_assigned(struct look *l, struct skip *s)
{
	const char *me = json_str(json_get(l->p->repo, "viewer"), "login");

	if (!opt_on(l->p->o, O_ONLY_ASSIGNED) ||
	    (me != NULL && json_has_str(json_get(l->rec, "assignees"), me)))
		return false;
	buf_puts(&s->reason, "not assigned to us");
	return object(s, "not-assigned", "assign it");
}

/* Does this pull request stand in the way?  One that only mentions the issue
 * does while it is open and its author may command. */
static bool
blocks(const struct look *l, const cJSON *pull, struct skip *s)
{
	const char *state = json_str(pull, "state");
	bool mention = is(json_str(pull, "link"), "mentions");
	int64_t number = 0, at;

	(void)json_int(pull, "number", &number);
	if (is(state, "open") &&
	    (!mention || may_command(l->p, json_get(pull, "author")))) {
		buf_printf(
		    &s->reason, "pull request #%" PRId64 " is open", number);
		return object(s, "pull-open", "close that pull request");
	}
	if (is(state, "merged") && !mention &&
	    json_when(pull, "merged_at", &at) && at >= l->trigger.at) {
		buf_printf(&s->reason,
		    "pull request #%" PRId64 " was merged after the label",
		    number);
		return object(s, "pull-merged", "set the label again");
	}
	if (is(state, "closed") && json_true(pull, "ours") &&
	    json_when(pull, "created_at", &at) && at >= l->trigger.at) {
		buf_printf(&s->reason,
		    "our pull request #%" PRId64 " was closed", number);
		return object(s, "pull-closed", "set the label again");
	}
	return false;
}

static bool
rule_pulls(struct look *l, struct skip *s)
{
	const cJSON *pull;

	JSON_EACH (pull, json_get(l->rec, "pulls"))
		if (blocks(l, pull, s))
			return true;
	return false;
}

static rule_fn *const rules[] = {rule_failed, rule_trigger, rule_before_since,
    rule_stale, rule_not_assigned, rule_pulls, NULL};

/* These need the task's id, which needs the trigger. */
static rule_fn *const late_rules[] = {
    rule_handled, rule_waits, rule_dropped, NULL};

/* And these are for what needs a model. */
static rule_fn *const paid_rules[] = {rule_attempts, rule_budget_item,
    rule_circuit, rule_later, rule_budget_day, NULL};
static rule_fn *const free_rules[] = {rule_later, NULL};

/* Somebody's own fork may have a branch of that name: that is another one. */
static bool
had_pull(const struct look *l, const char *branch)
{
	const cJSON *pull;

	JSON_EACH (pull, json_get(l->rec, "pulls"))
		if (is(json_str(pull, "link"), "branch") &&
		    is(json_str(pull, "head"), branch))
			return true;
	return false;
}

/* Was this branch name ever used for the issue? */
static bool
is_used(const struct look *l, const char *name)
{
	const cJSON *item;

	JSON_EACH (item, json_get(l->rec, "branches"))
		if (is(json_str(item, "name"), name))
			return true;
	JSON_EACH (item, json_at(l->rec, "status", "state", "rows", NULL))
		if (is(json_str(item, "branch"), name))
			return true;
	return had_pull(l, name);
}

/* ai/issue-N, for further attempts ai/issue-N-2 and so on; yours. */
static char *
free_branch(const struct look *l)
{
	char *name = xasprintf("ai/issue-%" PRId64, l->number);
	int k;

	for (k = 2; is_used(l, name) && k < BRANCHES_MAX; k++) {
		free(name);
		name = xasprintf("ai/issue-%" PRId64 "-%d", l->number, k);
	}
	return name;
}

/* A branch that this very task pushed, and that never had a pull request. */
static void
find_pushed(struct look *l)
{
	const cJSON *b;

	JSON_EACH (b, json_get(l->rec, "branches"))
		if (!had_pull(l, json_str(b, "name")) &&
		    ledger_pushed(&l->p->ledger, l->key, l->id,
			json_str(b, "name"), json_str(b, "oid"))) {
			l->push = json_str(b, "name");
			l->oid = json_str(b, "oid");
		}
}

static void
put_reason(const struct look *l, struct buf *b)
{
	switch (l->trigger.how) {
	case TRIGGER_AGAIN:
		buf_puts(b, "asked for again by the operator");
		return;
	case TRIGGER_RETRY:
		buf_puts(b, "/oompa retry by ");
		break;
	case TRIGGER_UNFAILED:
		buf_puts(b, "label " LABEL_FAILED " removed by ");
		break;
	case TRIGGER_LABEL:
		buf_printf(b, "label %s set by ", l->label);
		break;
	}
	may_name(b, l->trigger.actor);
}

static cJSON *
make_task(struct look *l)
{
	struct buf reason = BUF_INIT(1000);
	char *branch = l->push != NULL ? xstrdup(l->push) : free_branch(l);
	cJSON *task;

	put_reason(l, &reason);
	task = task_new(
	    l, l->id, l->push != NULL ? "open-pr" : "implement", reason.data);
	task_put_trigger(l, task);
	json_put_str(task, "branch", branch);
	json_put_copy(task, "base", json_get(l->p->repo, "default_branch"));
	json_put_str(task, "head", l->oid);
	task_put_item(l, task);
	task_put_identity(l, task);
	task_put_limits(l, task,
	    l->push != NULL ? opt_num(l->p->o, O_MAX_TASK_COST) : l->cap);
	buf_free(&reason);
	free(branch);
	return task;
}

cJSON *
implement(struct look *l)
{
	char at[WHEN_SIZE];

	l->asked_at = l->trigger.at;
	if (rules_object(l, rules))
		return NULL;
	l->id = xasprintf("%s#%" PRId64 ":implement:%s",
	    json_str(l->rec, "repo"), l->number,
	    when_format(l->trigger.at, at));
	if (rules_object(l, late_rules))
		return NULL;
	find_pushed(l);
	if (rules_object(l, l->push != NULL ? free_rules : paid_rules))
		return NULL;
	return make_task(l);
}
