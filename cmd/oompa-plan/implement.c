/*
 * Should this issue be implemented?
 *
 * The rules are asked in order; the first that objects is the skip.  Whatever
 * could not be determined objects.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plan.h"
#include "when.h"
#include "xalloc.h"

#define FAILED_LABEL "ai-failed"
#define HOLD_LABEL   "oompa-hold"

/* A call was paid for and nothing is on GitHub: 5 minutes until the next, then
 * twice as long each time. */
#define BACKOFF_S     INT64_C(300)
#define BACKOFF_MAX_S (4 * INT64_C(3600))

#define BRANCHES_MAX 1000

/* One issue while it is looked at. */
struct look {
	struct plan *p;
	const cJSON *issue;
	const char *label;
	int64_t number;
	struct trigger trigger;
	char *id;         /* of the task */
	const char *push; /* a branch of ours without a pull request, lent */
	const char *oid;  /* and the commit it is at */
};

/* Fills skip and returns true when it objects. */
typedef bool rule_fn(struct look *, struct skip *);

static bool
object(struct skip *s, const char *code, const char *needs)
{
	s->code = code;
	s->needs = needs;
	return true;
}

static bool
is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool
repository(struct look *l, struct skip *s)
{
	if (json_true(l->p->repo, "archived")) {
		buf_puts(&s->reason, "the repository is archived");
		return object(s, "repository-archived", "unarchive it");
	}
	if (!json_is_object(json_get(l->p->repo, "default_branch"))) {
		buf_puts(&s->reason, "the repository is empty");
		return object(s, "repository-empty", "push a first commit");
	}
	return false;
}

static bool
is_closed(struct look *l, struct skip *s)
{
	if (is(json_str(l->issue, "state"), "open"))
		return false;
	buf_puts(&s->reason, "the issue is closed");
	return object(s, "closed", "reopen it");
}

static bool
incomplete(struct look *l, struct skip *s)
{
	const cJSON *item;

	if (json_true(l->issue, "complete"))
		return false;
	buf_puts(&s->reason, "not everything could be read:");
	JSON_EACH (item, json_get(l->issue, "missing"))
		buf_printf(&s->reason, " %s", json_text(item));
	return object(s, "incomplete", NULL);
}

/* GitHub takes names of labels that differ in case only for one. */
static bool
has_label(const struct look *l, const char *label)
{
	const cJSON *item;

	JSON_EACH (item, json_get(l->issue, "labels"))
		if (json_text(item) != NULL &&
		    strcasecmp(json_text(item), label) == 0)
			return true;
	return false;
}

static bool
unlabelled(struct look *l, struct skip *s)
{
	if (has_label(l, l->label))
		return false;
	buf_printf(&s->reason, "the label %s is not set", l->label);
	return object(s, "not-labelled", "set the label");
}

static bool
held(struct look *l, struct skip *s)
{
	if (!has_label(l, HOLD_LABEL))
		return false;
	buf_puts(&s->reason, "the label " HOLD_LABEL " is set");
	return object(s, "held", "remove the label " HOLD_LABEL);
}

static bool
failed(struct look *l, struct skip *s)
{
	if (!has_label(l, FAILED_LABEL))
		return false;
	buf_puts(&s->reason, "the label " FAILED_LABEL " is set");
	return object(s, "failed", "remove the label " FAILED_LABEL);
}

/* The last event of that kind that concerns label, or NULL. */
static const cJSON *
last_event(const struct look *l, const char *kind, const char *label)
{
	const cJSON *e, *found = NULL;

	JSON_EACH (e, json_get(l->issue, "events"))
		if (is(json_str(e, "event"), kind) &&
		    json_str(e, "label") != NULL &&
		    strcasecmp(json_str(e, "label"), label) == 0)
			found = e;
	return found;
}

static bool
no_trigger(struct look *l, struct skip *s)
{
	const cJSON *set = last_event(l, "labeled", l->label), *unset;
	int64_t at;

	if (!json_when(set, "at", &l->trigger.at)) {
		buf_printf(
		    &s->reason, "who set the label %s is unknown", l->label);
		return object(s, "trigger-unknown", "set the label again");
	}
	l->trigger.actor = json_get(set, "actor");
	if (!may_command(l->p, l->trigger.actor)) {
		buf_puts(&s->reason, "label set by ");
		may_name(&s->reason, l->trigger.actor);
		buf_puts(&s->reason, ", who may not command");
		return object(s, "trigger-untrusted",
		    "somebody who may command sets the label again");
	}
	/* Taking the failed label off is the retry. */
	unset = last_event(l, "unlabeled", FAILED_LABEL);
	if (json_when(unset, "at", &at) && at > l->trigger.at &&
	    may_command(l->p, json_get(unset, "actor"))) {
		l->trigger.at = at;
		l->trigger.actor = json_get(unset, "actor");
		l->trigger.retried = true;
	}
	return false;
}

/* Was it done by somebody who may not command, after the trigger?  In the
 * same second counts as after: the order is not known. */
static bool
spoils(
    const struct look *l, const cJSON *obj, const char *when, const char *who)
{
	int64_t at;

	return json_when(obj, when, &at) && at >= l->trigger.at &&
	       !may_command(l->p, json_get(obj, who));
}

static bool
stale(struct look *l, struct skip *s)
{
	const cJSON *e, *actor = NULL;
	const char *what = "body edited";

	if (spoils(l, l->issue, "edited_at", "editor"))
		actor = json_get(l->issue, "editor");
	JSON_EACH (e, json_get(l->issue, "events"))
		if (actor == NULL && is(json_str(e, "event"), "renamed") &&
		    spoils(l, e, "at", "actor")) {
			actor = json_get(e, "actor");
			what = "title changed";
		}
	if (actor == NULL)
		return false;
	buf_printf(&s->reason, "%s after the label by ", what);
	may_name(&s->reason, actor);
	return object(s, "stale-trigger", "set the label again");
}

static bool
not_assigned(struct look *l, struct skip *s)
{
	const char *me = json_str(json_get(l->p->repo, "viewer"), "login");

	if (!opt_on(l->p->o, O_ONLY_ASSIGNED) ||
	    (me != NULL && json_has_str(json_get(l->issue, "assignees"), me)))
		return false;
	buf_puts(&s->reason, "not assigned to us");
	return object(s, "not-assigned", "assign it");
}

/* Does this pull request stand in the way? */
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
blocked(struct look *l, struct skip *s)
{
	const cJSON *pull;

	JSON_EACH (pull, json_get(l->issue, "pulls"))
		if (blocks(l, pull, s))
			return true;
	return false;
}

static bool
handled(struct look *l, struct skip *s)
{
	const cJSON *row;

	JSON_EACH (row, json_at(l->issue, "status", "state", "rows", NULL))
		if (is(json_str(row, "task"), l->id)) {
			buf_printf(&s->reason, "done already: %s",
			    json_str(row, "outcome") != NULL
				? json_str(row, "outcome")
				: "?");
			return object(s, "handled", "set the label again");
		}
	return false;
}

static bool
waits(struct look *l, struct skip *s)
{
	if (!ledger_waits(&l->p->ledger, l->id))
		return false;
	buf_puts(&s->reason, "its result waits in the outbox");
	return object(s, "waits", NULL);
}

static bool
backs_off(struct look *l, struct skip *s)
{
	int64_t last, pause = BACKOFF_S;
	size_t n = ledger_calls(&l->p->ledger, l->id, &last), i;

	if (n == 0)
		return false;
	if ((int64_t)n >= opt_num(l->p->o, O_MAX_ATTEMPTS)) {
		buf_printf(&s->reason, "gave up, attempts so far: %zu", n);
		return object(s, "gave-up", "set the label again");
	}
	for (i = 1; i < n && pause < BACKOFF_MAX_S; i++)
		pause *= 2;
	if (pause > BACKOFF_MAX_S)
		pause = BACKOFF_MAX_S;
	if (l->p->now >= last + pause)
		return false;
	s->until = last + pause;
	buf_printf(&s->reason, "attempt %zu failed, the next is later", n);
	return object(s, "backing-off", NULL);
}

static bool
too_many(struct look *l, struct skip *s)
{
	if (l->p->tasks < l->p->tasks_max)
		return false;
	buf_printf(
	    &s->reason, "the limit of one cycle is %" PRId64, l->p->tasks_max);
	return object(s, "later", NULL);
}

static rule_fn *const rules[] = {repository, is_closed, incomplete, unlabelled,
    held, failed, no_trigger, stale, not_assigned, blocked};

/* These need the task's id, which needs the trigger. */
static rule_fn *const late_rules[] = {handled, waits, backs_off, too_many};

/* Was this branch name ever used for the issue? */
static bool
is_used(const struct look *l, const char *name)
{
	const cJSON *item;

	JSON_EACH (item, json_get(l->issue, "branches"))
		if (is(json_str(item, "name"), name))
			return true;
	JSON_EACH (item, json_get(l->issue, "pulls"))
		if (is(json_str(item, "head"), name))
			return true;
	JSON_EACH (item, json_at(l->issue, "status", "state", "rows", NULL))
		if (is(json_str(item, "branch"), name))
			return true;
	return false;
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

static bool
had_pull(const struct look *l, const char *branch)
{
	const cJSON *pull;

	JSON_EACH (pull, json_get(l->issue, "pulls"))
		if (is(json_str(pull, "head"), branch))
			return true;
	return false;
}

/* A branch that this very task pushed, and that never had a pull request. */
static void
find_pushed(struct look *l)
{
	const cJSON *b;

	JSON_EACH (b, json_get(l->issue, "branches"))
		if (!had_pull(l, json_str(b, "name")) &&
		    ledger_pushed(&l->p->ledger, l->id, json_str(b, "name"),
			json_str(b, "oid"))) {
			l->push = json_str(b, "name");
			l->oid = json_str(b, "oid");
		}
}

/* The texts of those who may command; others are dropped and counted. */
static void
put_comments(const struct look *l, cJSON *issue)
{
	cJSON *array = json_put_array(issue, "comments");
	const cJSON *c;
	int64_t dropped = 0;

	JSON_EACH (c, json_get(l->issue, "comments")) {
		if (json_true(c, "ours"))
			continue;
		if (may_command(l->p, json_get(c, "author")) &&
		    (json_is_null(json_get(c, "editor")) ||
			may_command(l->p, json_get(c, "editor"))))
			json_add_copy(array, c);
		else
			dropped++;
	}
	json_put_int(issue, "dropped", dropped);
}

static void
put_issue(const struct look *l, cJSON *task)
{
	static const char *const keys[] = {
	    "id", "url", "title", "body", "author", NULL};
	cJSON *issue = json_put_object(task, "issue");
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		json_put_copy(issue, keys[i], json_get(l->issue, keys[i]));
	put_comments(l, issue);
}

/* Who the commit is by: what was asked for, else the account itself. */
static void
put_identity(const struct look *l, cJSON *task)
{
	const cJSON *viewer = json_get(l->p->repo, "viewer");
	const char *login = json_str(viewer, "login");
	const char *name = opt_str(l->p->o, O_GIT_AUTHOR_NAME);
	const char *email = opt_str(l->p->o, O_GIT_AUTHOR_EMAIL);
	const char *signer = opt_str(l->p->o, O_SIGNED_OFF_BY);
	char *standard, *line;
	cJSON *o = json_put_object(task, "identity");

	/* docs.github.com: "ID+USERNAME@users.noreply.github.com". */
	standard = xasprintf("%s+%s@%s", json_str(viewer, "id"), login,
	    json_str(l->p->repo, "noreply_host"));
	if (*name == '\0')
		name = login;
	if (*email == '\0')
		email = standard;
	line = xasprintf("%s <%s>", name, email);
	json_put_str(o, "name", name);
	json_put_str(o, "email", email);
	json_put_str(o, "signed_off_by", *signer != '\0' ? signer : line);
	json_put_str(o, "assisted_by", opt_str(l->p->o, O_ASSISTED_BY));
	free(line);
	free(standard);
}

static void
put_reason(const struct look *l, cJSON *task)
{
	struct buf b = BUF_INIT(1000);
	cJSON *trigger;

	if (l->trigger.retried)
		buf_puts(&b, "label " FAILED_LABEL " removed by ");
	else
		buf_printf(&b, "label %s set by ", l->label);
	may_name(&b, l->trigger.actor);
	json_put_str(task, "reason", b.data);
	buf_free(&b);
	trigger = json_put_object(task, "trigger");
	json_put_str(trigger, "label", l->label);
	json_put_when(trigger, "at", l->trigger.at);
	json_put_copy(trigger, "actor", l->trigger.actor);
}

static cJSON *
make_task(const struct look *l)
{
	const struct opts *o = l->p->o;
	const char *model = opt_str(o, O_MODEL);
	cJSON *task = record_new("task", json_str(l->issue, "repo"));
	char *branch = l->push != NULL ? xstrdup(l->push) : free_branch(l);

	json_put_int(task, "number", l->number);
	json_put_str(task, "id", l->id);
	json_put_str(task, "action", l->push != NULL ? "open-pr" : "implement");
	put_reason(l, task);
	json_put_str(task, "branch", branch);
	json_put_copy(task, "base", json_get(l->p->repo, "default_branch"));
	json_put_str(task, "head", l->oid);
	put_issue(l, task);
	put_identity(l, task);
	json_put_str(task, "model", *model != '\0' ? model : NULL);
	json_put_money(task, "max_cost", opt_num(o, O_MAX_TASK_COST));
	json_put_int(task, "timeout", opt_num(o, O_TASK_TIMEOUT));
	json_put_bool(task, "hold", false);
	free(branch);
	return task;
}

static bool
any_objects(struct look *l, rule_fn *const list[], size_t n, struct skip *skip)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i](l, skip))
			return true;
	return false;
}

void
implement_plan(
    struct plan *p, const cJSON *issue, cJSON **task, struct skip *skip)
{
	struct look l = {
	    .p = p, .issue = issue, .label = opt_str(p->o, O_LABEL)};
	char at[WHEN_SIZE];

	*task = NULL;
	(void)json_int(issue, "number", &l.number);
	if (any_objects(&l, rules, sizeof(rules) / sizeof(rules[0]), skip))
		return;
	l.id = xasprintf("%s#%" PRId64 ":implement:%s", json_str(issue, "repo"),
	    l.number, when_format(l.trigger.at, at));
	find_pushed(&l);
	if (!any_objects(&l, late_rules,
		sizeof(late_rules) / sizeof(late_rules[0]), skip)) {
		*task = make_task(&l);
		p->tasks++;
		if (l.push == NULL)
			p->reserved += opt_num(p->o, O_MAX_TASK_COST);
	}
	free(l.id);
}
