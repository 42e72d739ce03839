/*
 * Is there something in the review of this pull request to be worked on?
 *
 * All texts that are open are one task.  It is known by them, so that the same
 * texts are the same task, and another one, or an edit, makes a new one.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "plan.h"
#include "when.h"
#include "xalloc.h"

/* GitHub may show the old head for a while after we pushed. */
#define UNSEEN_S INT64_C(600)

/* On one pull request and day, when only bots have spoken. */
#define BOT_ROUNDS_MAX 10

#define HASH_DIGITS 16

static bool
rule_reactions(struct look *l, struct skip *s)
{
	if (l->texts.n == 0 || reacts_to(l->p, "reviews"))
		return false;
	feedback_reason(l, &s->reason);
	buf_puts(&s->reason, ", but --reactions leaves reviews out");
	return object(s, "reactions-off", "name reviews in --reactions");
}

static bool
rule_old_texts(struct look *l, struct skip *s)
{
	if (l->texts.n != 0 || l->texts.old == 0)
		return false;
	buf_puts(&s->reason, "what was said is older than --since");
	return object(s, "before-since", "say it again");
}

/* How often were texts worked on in the last day? */
static size_t
rounds_of_the_day(const struct look *l)
{
	const cJSON *row;
	const char *task;
	size_t n = 0;
	int64_t at;

	JSON_EACH (row, json_at(l->rec, "status", "state", "rows", NULL)) {
		task = json_str(row, "task");
		if (task != NULL && strstr(task, ":review:") != NULL &&
		    json_when(row, "at", &at) && at > l->p->now - LEDGER_DAY)
			n++;
	}
	return n;
}

/* Two programs that answer each other would never end. */
static bool
rule_loop(struct look *l, struct skip *s)
{
	const struct texts *x = &l->texts;

	if (x->n == 0 ? x->loops == 0
		      : l->again || x->people != 0 ||
			    rounds_of_the_day(l) < BOT_ROUNDS_MAX)
		return false;
	buf_puts(&s->reason, "bots and we answered each other often enough");
	return object(s, "bot-loop", "a person who may command says something");
}

static bool
rule_strangers(struct look *l, struct skip *s)
{
	bool listed = *opt_str(l->p->o, O_REVIEWERS) != '\0';
	size_t n = l->texts.strangers;

	if (l->texts.n != 0)
		return false;
	buf_printf(&s->reason, "%zu %s, the last written or edited by ", n,
	    n == 1 ? "text" : "texts");
	may_name(&s->reason, l->texts.stranger);
	buf_printf(&s->reason, ", %s",
	    listed ? "whom --reviewers does not name" : "who may not command");
	return object(s, "feedback-untrusted",
	    listed ? "name them in --reviewers"
		   : "somebody who may command says it, or --trusted names "
		     "them");
}

/* Not into the default branch, whoever proposes to merge it elsewhere. */
static bool
is_default(const struct look *l, const char *ref)
{
	return is(json_str(json_get(l->p->repo, "default_branch"), "ref"), ref);
}

/* Where the head may be pushed to.  In somebody's fork only what the operator
 * has listed is touched, and only where GitHub lets maintainers in. */
static bool
rule_fork(struct look *l, struct skip *s)
{
	const cJSON *head = json_get(l->rec, "head");
	const char *repo = json_str(head, "repo");

	if (json_true(l->rec, "ours") || is(repo, json_str(l->rec, "repo"))) {
		l->may_push = json_true(l->rec, "ours") ||
			      !is_default(l, json_str(head, "ref"));
		return false;
	}
	l->may_push = repo != NULL &&
		      json_true(l->rec, "maintainer_can_modify");
	if (opt_has_number(l->p->o, O_WATCH_PRS, l->number))
		return false;
	if (repo != NULL)
		buf_printf(&s->reason, "its head is in the fork %s", repo);
	else
		buf_puts(&s->reason, "its head is in a fork that is gone");
	return object(s, "fork-not-listed", "name it in --watch-prs");
}

static bool
rule_settling(struct look *l, struct skip *s)
{
	int64_t until = l->texts.newest + opt_num(l->p->o, O_SETTLE);

	if (l->again || l->p->now >= until)
		return false;
	feedback_reason(l, &s->reason);
	buf_puts(&s->reason, ", and there may be more to come");
	s->until = until;
	return object(s, "settling", NULL);
}

/* The commit is neither the head nor below it: what a task would be made on is
 * older than what we know. */
static bool
is_unseen(const struct look *l, const char *oid)
{
	const cJSON *c;

	if (is(json_str(json_get(l->rec, "head"), "oid"), oid))
		return false;
	JSON_EACH (c, json_get(l->rec, "commits"))
		if (is(json_str(c, "oid"), oid))
			return false;
	return true;
}

static bool
rule_unseen(struct look *l, struct skip *s)
{
	const char *branch = json_str(json_get(l->rec, "head"), "ref");
	int64_t at;
	const char *oid = ledger_last_push(&l->p->ledger, l->key, branch, &at);

	if (oid == NULL || l->p->now >= at + UNSEEN_S || !is_unseen(l, oid))
		return false;
	buf_printf(
	    &s->reason, "what we pushed is not to be seen yet: %.10s", oid);
	s->until = at + UNSEEN_S;
	return object(s, "unseen", NULL);
}

static int
by_line(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What the task is about: each text as it is now, whatever their order. */
static void
put_texts(const struct look *l, struct buf *b)
{
	size_t i, n = l->texts.n;
	char **lines = xcalloc(n + 1, sizeof(*lines));
	char at[WHEN_SIZE];

	for (i = 0; i < n; i++)
		lines[i] = xasprintf("%s@%s\n",
		    json_str(l->texts.v[i].rec, "id"),
		    when_format(l->texts.v[i].at, at));
	qsort(lines, n, sizeof(*lines), by_line);
	for (i = 0; i < n; i++) {
		buf_puts(b, lines[i]);
		free(lines[i]);
	}
	free(lines);
}

/* Who asks for another attempt at the same texts makes it another task; and so
 * does each attempt after one that came to nothing. */
static char *
task_id(const struct look *l, int64_t round)
{
	int64_t retry = l->again ? l->p->now : l->words.retry.at;
	struct buf b = BUF_INIT(BUF_ANY);
	char hash[FILE_SHA256_SIZE], at[WHEN_SIZE], *id;

	put_texts(l, &b);
	if (retry > l->texts.newest)
		buf_printf(&b, "retry %s\n", when_format(retry, at));
	if (round > 1)
		buf_printf(&b, "round %" PRId64 "\n", round);
	file_sha256_of(b.data, b.len, hash);
	id = xasprintf("%s#%" PRId64 ":review:%.*s", json_str(l->rec, "repo"),
	    l->number, HASH_DIGITS, hash);
	buf_free(&b);
	return id;
}

static bool
came_to_nothing(const cJSON *row)
{
	const char *outcome = json_str(row, "outcome");

	return is(outcome, "failed") || is(outcome, "refused");
}

/* Which attempt at these texts is this? */
static void
find_round(struct look *l)
{
	const cJSON *row;

	for (l->round = 1;; l->round++) {
		free(l->id);
		l->id = task_id(l, l->round);
		row = attempt_row(l, l->id);
		if (!came_to_nothing(row))
			return;
		(void)json_when(row, "at", &l->round_at);
	}
}

static bool
rule_rounds(struct look *l, struct skip *s)
{
	int64_t n = l->round - 1;

	if (n < opt_num(l->p->o, O_MAX_REVIEW_ROUNDS))
		return n != 0 && back_off(l, s, n, l->round_at, "round");
	buf_printf(&s->reason, "gave up, rounds so far: %" PRId64, n);
	s->note = "gave-up";
	buf_printf(&s->text, "%" PRId64 " %s came to nothing: ", n,
	    n == 1 ? "attempt" : "attempts");
	feedback_reason(l, &s->text);
	buf_putc(&s->text, '.');
	return object(s, "gave-up-review", l->renew);
}

static rule_fn *const rules[] = {rule_reactions, rule_old_texts, rule_loop,
    rule_strangers, rule_fork, rule_settling, rule_unseen, NULL};

/* These need the task's id. */
static rule_fn *const late_rules[] = {rule_handled, rule_waits, rule_dropped,
    rule_rounds, rule_attempts, rule_budget_item, rule_circuit, rule_later,
    rule_budget_day, NULL};

static cJSON *
make_task(struct look *l)
{
	struct buf reason = BUF_INIT(1000);
	const cJSON *head = json_get(l->rec, "head");
	const cJSON *base = json_get(l->rec, "base");
	cJSON *task, *o;

	feedback_reason(l, &reason);
	task = task_new(l, l->id, "review", reason.data);
	json_put_null(task, "trigger");
	json_put_copy(task, "branch", json_get(head, "ref"));
	o = json_put_object(task, "base");
	json_put_copy(o, "ref", json_get(base, "ref"));
	json_put_copy(o, "oid", json_get(base, "oid"));
	json_put_copy(task, "head", json_get(head, "oid"));
	json_put_copy(task, "head_repo", json_get(head, "repo"));
	json_put_bool(task, "push", l->may_push);
	feedback_put_pull(l, task);
	feedback_put(l, task);
	json_put_int(task, "round", l->round);
	/* What was answered before is to be answered once more. */
	if (l->again)
		json_put_when(task, "again", l->p->now);
	task_put_identity(l, task);
	task_put_limits(l, task, l->cap);
	buf_free(&reason);
	return task;
}

cJSON *
review(struct look *l)
{
	const struct texts *x = &l->texts;

	texts_find(l);
	if (x->n == 0 && x->old == 0 && x->loops == 0 && x->strangers == 0)
		return NULL;
	l->asked_at = x->newest;
	if (rules_object(l, rules))
		return NULL;
	find_round(l);
	if (rules_object(l, late_rules))
		return NULL;
	return make_task(l);
}
