/*
 * What is done about an item.
 *
 * The rules are asked in order; the first that objects is the skip.  Whatever
 * could not be determined objects.  Then the actions are asked, the most
 * urgent first; the first that has a task wins: an item has at most one task
 * in a cycle.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>

#include "plan.h"

/* Issues or pull requests. */
struct kind {
	const char *skips;         /* the action of its skips */
	enum opt_id label;         /* that makes it ours to look after */
	const char *renew;         /* what asks for another attempt */
	rule_fn *const *scope;     /* what these object to gets no answer */
	rule_fn *const *rules;     /* for all actions */
	action_fn *const *actions; /* the most urgent first */
};

static rule_fn *const issue_scope[] = {rule_archived, rule_empty, rule_closed,
    rule_not_selected, rule_incomplete, rule_unlabelled, NULL};
static rule_fn *const issue_rules[] = {
    rule_held, rule_stopped, rule_status_edited, rule_status_gone, NULL};
static action_fn *const issue_actions[] = {implement, NULL};

static rule_fn *const pull_scope[] = {rule_not_ours, rule_archived, rule_empty,
    rule_closed, rule_not_selected, rule_incomplete, NULL};
static rule_fn *const pull_rules[] = {rule_held, rule_stopped,
    rule_status_edited, rule_status_gone, rule_would_land, NULL};
static action_fn *const pull_actions[] = {review, NULL};

static const struct kind issue = {
    .skips = "implement",
    .label = O_LABEL,
    .renew = "set the label again, or say /oompa retry",
    .scope = issue_scope,
    .rules = issue_rules,
    .actions = issue_actions,
};

static const struct kind pull = {
    .skips = "any",
    .label = O_WATCH_LABEL,
    .renew = "say /oompa retry",
    .scope = pull_scope,
    .rules = pull_rules,
    .actions = pull_actions,
};

static const struct kind *
kind_of(const cJSON *rec)
{
	return record_is(rec, "pr") ? &pull : &issue;
}

const char *
item_action(const cJSON *rec)
{
	return kind_of(rec)->skips;
}

/* No action had a task, and none said why. */
static bool
nothing_to_do(struct skip *s)
{
	buf_puts(&s->reason, "there is nothing to do for it");
	return object(s, "nothing-to-do", NULL);
}

/* Of those that object, the first is the skip. */
static cJSON *
act(struct look *l, action_fn *const *action)
{
	struct skip *first = l->skip, other = SKIP_INIT;
	cJSON *task = NULL;

	for (; *action != NULL && task == NULL; action++) {
		if (first->code != NULL)
			l->skip = &other;
		task = (*action)(l);
		buf_reset(&other.reason);
		buf_reset(&other.text);
	}
	l->skip = first;
	buf_free(&other.reason);
	buf_free(&other.text);
	if (task == NULL && l->skip->code == NULL)
		(void)nothing_to_do(l->skip);
	return task;
}

cJSON *
item_plan(struct plan *p, const cJSON *rec, struct skip *skip)
{
	const struct kind *k = kind_of(rec);
	struct look l = {.p = p,
	    .rec = rec,
	    .label = opt_str(p->o, k->label),
	    .renew = k->renew,
	    .skip = skip};
	cJSON *task = NULL;

	(void)json_int(rec, "number", &l.number);
	l.again = opt_has_number(p->o, O_AGAIN, l.number);
	l.key = ledger_key(json_str(rec, "repo"), l.number);
	words_find(&l);
	trigger_find(&l);
	if (rules_object(&l, k->scope))
		goto done;
	if (!rules_object(&l, k->rules))
		task = act(&l, k->actions);
	if (task != NULL) {
		p->tasks++;
		p->reserved += l.cap;
	} else if ((task = note_plan(&l)) != NULL)
		p->notes++;
done:
	texts_done(&l.texts);
	free(l.key);
	free(l.id);
	return task;
}
