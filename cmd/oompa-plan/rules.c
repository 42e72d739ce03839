/*
 * The rules that issues and pull requests have in common.
 *
 * SPDX-License-Identifier: MIT
 */

#include <string.h>
#include <strings.h>

#include "plan.h"

bool
object(struct skip *s, const char *code, const char *needs)
{
	s->code = code;
	s->needs = needs;
	return true;
}

bool
is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool
rules_object(struct look *l, rule_fn *const rules[])
{
	for (; *rules != NULL; rules++)
		if ((*rules)(l, l->skip))
			return true;
	return false;
}

/* GitHub takes names of labels that differ in case only for one. */
static bool
same_label(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

bool
has_label(const struct look *l, const char *label)
{
	const cJSON *item;

	JSON_EACH (item, json_get(l->rec, "labels"))
		if (same_label(json_text(item), label))
			return true;
	return false;
}

const cJSON *
last_event(const struct look *l, const char *kind, const char *label)
{
	const cJSON *e, *found = NULL;

	JSON_EACH (e, json_get(l->rec, "events"))
		if (is(json_str(e, "event"), kind) &&
		    same_label(json_str(e, "label"), label))
			found = e;
	return found;
}

bool
rule_archived(struct look *l, struct skip *s)
{
	if (!json_true(l->p->repo, "archived"))
		return false;
	buf_puts(&s->reason, "the repository is archived");
	return object(s, "repository-archived", "unarchive it");
}

bool
rule_empty(struct look *l, struct skip *s)
{
	if (json_is_object(json_get(l->p->repo, "default_branch")))
		return false;
	buf_puts(&s->reason, "the repository is empty");
	return object(s, "repository-empty", "push a first commit");
}

bool
rule_closed(struct look *l, struct skip *s)
{
	const char *state = json_str(l->rec, "state");
	bool merged = is(state, "merged");

	if (is(state, "open"))
		return false;
	buf_printf(&s->reason, "the %s is %s",
	    record_is(l->rec, "pr") ? "pull request" : "issue",
	    merged ? "merged" : "closed");
	return object(s, "closed", merged ? NULL : "reopen it");
}

bool
rule_not_selected(struct look *l, struct skip *s)
{
	if (*opt_str(l->p->o, O_ONLY) == '\0' ||
	    opt_has_number(l->p->o, O_ONLY, l->number))
		return false;
	buf_puts(&s->reason, "--only names others");
	return object(s, "not-selected", "name it in --only");
}

bool
rule_incomplete(struct look *l, struct skip *s)
{
	const cJSON *item;

	if (json_true(l->rec, "complete"))
		return false;
	buf_puts(&s->reason, "not everything could be read:");
	JSON_EACH (item, json_get(l->rec, "missing"))
		if (json_text(item) != NULL)
			buf_printf(&s->reason, " %s", json_text(item));
	return object(s, "incomplete", NULL);
}

bool
rule_held(struct look *l, struct skip *s)
{
	const char *label = opt_str(l->p->o, O_HOLD_LABEL);

	if (!has_label(l, label))
		return false;
	buf_printf(&s->reason, "the label %s is set", label);
	buf_printf(&s->text, "remove the label %s", label);
	return object(s, "held", s->text.data);
}

bool
rule_stopped(struct look *l, struct skip *s)
{
	const struct said *stop = &l->words.stop;

	if (stop->at == 0 || stop->at < l->words.go.at)
		return false;
	buf_puts(&s->reason, "/oompa stop by ");
	may_name(&s->reason, stop->actor);
	return object(s, "stopped", "somebody who may command says /oompa go");
}

/* What somebody else made of our status comment is not our state; and what
 * was in it is not known. */
bool
rule_status_edited(struct look *l, struct skip *s)
{
	if (!json_true(json_get(l->rec, "status"), "edited"))
		return false;
	buf_puts(&s->reason, "somebody edited our status comment");
	return object(s, "status-edited", "delete it, and say /oompa go");
}

/* Whoever deletes our status comment wants us to stop here, until told
 * otherwise.  A comment that is younger than the snapshot is not missed. */
bool
rule_status_gone(struct look *l, struct skip *s)
{
	static const char needs[] = "say /oompa go, or set the label again";
	int64_t told = ledger_told_at(&l->p->ledger, l->key), fetched;
	const struct trigger *t = &l->trigger;

	if (told == 0 || l->again ||
	    json_str(json_get(l->rec, "status"), "id") != NULL)
		return false;
	if (json_when(l->p->repo, "fetched_at", &fetched) && told >= fetched)
		return false;
	if ((t->allowed && t->at > told) || l->words.go.at > told ||
	    l->words.retry.at > told)
		return false;
	buf_puts(&s->reason, "our status comment was deleted");
	return object(s, "status-gone", needs);
}
