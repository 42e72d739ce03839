/*
 * What set a task off, and whether that still holds.
 *
 * SPDX-License-Identifier: MIT
 */

#include "marker.h"
#include "plan.h"

static void
take(struct look *l, enum trigger_how how, int64_t at, const cJSON *actor)
{
	l->trigger.how = how;
	l->trigger.at = l->trigger.read_at = at;
	l->trigger.actor = actor;
}

/* The label; a later removal of the failed label, or "/oompa retry", asks for
 * another attempt. */
void
trigger_find(struct look *l)
{
	struct trigger *t = &l->trigger;
	const cJSON *set = last_event(l, "labeled", l->label), *unset;
	const struct said *retry = &l->words.retry;
	int64_t at;

	t->known = json_when(set, "at", &at);
	if (!t->known)
		return;
	take(l, TRIGGER_LABEL, at, json_get(set, "actor"));
	t->allowed = may_command(l->p, t->actor);
	if (!t->allowed)
		return;
	unset = last_event(l, "unlabeled", LABEL_FAILED);
	if (json_when(unset, "at", &at) && at > t->at &&
	    may_command(l->p, json_get(unset, "actor")))
		take(l, TRIGGER_UNFAILED, at, json_get(unset, "actor"));
	if (retry->at > t->at)
		take(l, TRIGGER_RETRY, retry->at, retry->actor);
	if (l->again) {
		t->how = TRIGGER_AGAIN;
		t->at = l->p->now;
	}
}

/* Did somebody ask for another attempt since we set it? */
static bool
is_overridden(const struct look *l)
{
	const cJSON *set = last_event(l, "labeled", LABEL_FAILED);
	int64_t at;

	return l->again || (l->trigger.how == TRIGGER_RETRY &&
			       json_when(set, "at", &at) && l->trigger.at > at);
}

bool
rule_failed(struct look *l, struct skip *s)
{
	if (!has_label(l, LABEL_FAILED) || is_overridden(l))
		return false;
	buf_puts(&s->reason, "the label " LABEL_FAILED " is set");
	return object(s, "failed",
	    "remove the label " LABEL_FAILED ", or say /oompa retry");
}

bool
rule_trigger(struct look *l, struct skip *s)
{
	if (!l->trigger.known) {
		buf_printf(
		    &s->reason, "who set the label %s is unknown", l->label);
		return object(s, "trigger-unknown", "set the label again");
	}
	if (l->trigger.allowed)
		return false;
	buf_puts(&s->reason, "label set by ");
	may_name(&s->reason, l->trigger.actor);
	buf_puts(&s->reason, ", who may not command");
	return object(s, "trigger-untrusted",
	    "somebody who may command sets the label again");
}

bool
rule_before_since(struct look *l, struct skip *s)
{
	if (l->again || l->trigger.at >= l->p->since)
		return false;
	buf_puts(&s->reason, "what asks for it is older than --since");
	return object(s, "before-since", "set the label again");
}

/* Was it done by somebody who may not command, after the trigger?  In the
 * same second counts as after: the order is not known. */
static bool
spoils(
    const struct look *l, const cJSON *obj, const char *when, const char *who)
{
	int64_t at;

	return json_when(obj, when, &at) && at >= l->trigger.read_at &&
	       !may_command(l->p, json_get(obj, who));
}

bool
rule_stale(struct look *l, struct skip *s)
{
	const cJSON *e, *actor = NULL;
	const char *what = "body edited";
	bool spoilt = spoils(l, l->rec, "edited_at", "editor");

	if (spoilt)
		actor = json_get(l->rec, "editor");
	/* Who edited it last does not vouch for those before. */
	JSON_EACH (e, json_get(l->rec, "edits"))
		if (!spoilt && spoils(l, e, "at", "actor")) {
			spoilt = true;
			actor = json_get(e, "actor");
		}
	JSON_EACH (e, json_get(l->rec, "events"))
		if (!spoilt && is(json_str(e, "event"), "renamed") &&
		    spoils(l, e, "at", "actor")) {
			spoilt = true;
			actor = json_get(e, "actor");
			what = "title changed";
		}
	if (!spoilt)
		return false;
	buf_printf(&s->reason, "%s after the %s by ", what,
	    l->trigger.how == TRIGGER_RETRY ? "retry" : "label");
	may_name(&s->reason, actor);
	return object(s, "stale-trigger", "set the label again");
}
