/*
 * Which pull requests are looked after.
 *
 * SPDX-License-Identifier: MIT
 */

#include "plan.h"

/* Whoever may command puts any pull request into our care; without
 * --watch-label there is no such label. */
static bool
is_watched(const struct look *l)
{
	return *l->label != '\0' && has_label(l, l->label) &&
	       l->trigger.allowed;
}

bool
rule_not_ours(struct look *l, struct skip *s)
{
	if (json_true(l->rec, "ours") ||
	    opt_has_number(l->p->o, O_WATCH_PRS, l->number) || is_watched(l))
		return false;
	if (*l->label == '\0' || !has_label(l, l->label))
		buf_puts(&s->reason, "neither ours nor watched");
	else if (!l->trigger.known)
		buf_printf(
		    &s->reason, "who set the label %s is unknown", l->label);
	else {
		buf_printf(&s->reason, "label %s set by ", l->label);
		may_name(&s->reason, l->trigger.actor);
		buf_puts(&s->reason, ", who may not command");
	}
	if (*l->label == '\0')
		return object(s, "not-ours", "name it in --watch-prs");
	buf_printf(
	    &s->text, "somebody who may command sets the label %s", l->label);
	return object(s, "not-ours", s->text.data);
}

/* What merges by itself would land without anybody reading what we add. */
bool
rule_would_land(struct look *l, struct skip *s)
{
	bool queued = json_true(l->rec, "merge_queue");

	if (opt_on(l->p->o, O_ALLOW_AUTO_MERGE) ||
	    (!queued && !json_true(l->rec, "auto_merge")))
		return false;
	buf_puts(&s->reason,
	    queued ? "it is in the merge queue" : "auto-merge is on");
	return object(s, "would-land-unreviewed",
	    queued ? "take it out of the merge queue"
		   : "switch auto-merge off");
}
