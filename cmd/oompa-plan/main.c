/*
 * oompa-plan: decide what should be done about what is on GitHub.
 *
 * Receipts and waiting results come first, then the facts.  The same input,
 * options and --now give the same output, byte for byte.
 *
 * SPDX-License-Identifier: MIT
 */

#include <string.h>

#include "auth.h"
#include "git.h"
#include "plan.h"
#include "schema.h"
#include "when.h"

#define NAME "oompa-plan"

static int
put_skip(struct filter_out *out, const cJSON *item, const struct skip *s,
    struct fail *why)
{
	const char *title = json_str(item, "title");
	cJSON *rec = record_new("skip", json_str(item, "repo"));

	json_put_copy(rec, "number", json_get(item, "number"));
	json_put_str(rec, "action", item_action(item));
	json_put_str(rec, "title", title != NULL ? title : "");
	json_put_str(rec, "code", s->code);
	json_put_str(rec, "reason", s->reason.data);
	json_put_str(rec, "needs", s->needs);
	if (s->until != 0)
		json_put_when(rec, "until", s->until);
	else
		json_put_null(rec, "until");
	if (out->silent)
		show_skip(rec);
	return filter_put(out, rec, why);
}

static int
plan_item(
    struct plan *p, const cJSON *item, struct filter_out *out, struct fail *why)
{
	struct skip skip = SKIP_INIT;
	cJSON *task = item_plan(p, item, &skip);
	int r;

	if (task == NULL)
		r = put_skip(out, item, &skip, why);
	else {
		if (out->silent)
			show_task(p, task);
		r = filter_put(out, task, why);
	}
	buf_free(&skip.reason);
	buf_free(&skip.text);
	return r;
}

/* An item without its repository cannot be judged. */
static bool
has_repo(const struct plan *p, const cJSON *rec)
{
	const char *have = json_str(p->repo, "repo");
	const char *want = json_str(rec, "repo");

	return have != NULL && want != NULL && strcmp(have, want) == 0;
}

/* Takes the repository that the next items belong to. */
static int
take_repo(struct plan *p, const cJSON *rec, struct fail *why)
{
	const cJSON *viewer = json_get(rec, "viewer");

	cJSON_Delete(p->repo);
	p->repo = NULL;
	if (json_str(viewer, "login") == NULL ||
	    json_str(viewer, "id") == NULL ||
	    json_str(rec, "noreply_host") == NULL)
		return fail(
		    why, FAIL_INPUT, 0, "the repo record lacks who we are");
	p->repo = json_copy(rec);
	return 0;
}

static int
on_record(const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
{
	struct plan *p = arg;
	int64_t number;

	if (record_is(rec, "receipt") || record_is(rec, "result")) {
		ledger_add(&p->ledger, rec);
		return 0;
	}
	if (record_is(rec, "repo"))
		return take_repo(p, rec, why);
	if (!has_repo(p, rec))
		return fail(why, FAIL_INPUT, 0,
		    "no repo record: did a filter drop it?");
	if (!json_int(rec, "number", &number) || number < 1)
		return fail(why, FAIL_INPUT, 0, "no number");
	return plan_item(p, rec, out, why);
}

/* The policy in force, for who wonders about a saved plan. */
static cJSON *
policy(const struct plan *p)
{
	const struct opts *opts = p->o;
	cJSON *o = json_new_object();

	json_put_when(o, "now", p->now);
	json_put_str(o, "label", opt_str(opts, O_LABEL));
	json_put_str(o, "trust", opt_str(opts, O_TRUST));
	json_put_str(o, "trusted", opt_str(opts, O_TRUSTED));
	json_put_bool(o, "only_assigned", opt_on(opts, O_ONLY_ASSIGNED));
	json_put_int(o, "max_tasks", p->tasks_max);
	json_put_money(o, "max_task_cost", opt_num(opts, O_MAX_TASK_COST));
	json_put_money(o, "max_pr_cost", opt_num(opts, O_MAX_PR_COST));
	json_put_money(o, "max_day_cost", opt_num(opts, O_MAX_DAY_COST));
	json_put_int(o, "max_attempts", opt_num(opts, O_MAX_ATTEMPTS));
	json_put_str(o, "watch_prs", opt_str(opts, O_WATCH_PRS));
	json_put_str(o, "watch_label", opt_str(opts, O_WATCH_LABEL));
	json_put_str(o, "hold_label", opt_str(opts, O_HOLD_LABEL));
	json_put_str(o, "only", opt_str(opts, O_ONLY));
	json_put_str(o, "again", opt_str(opts, O_AGAIN));
	if (opt_given(opts, O_SINCE))
		json_put_when(o, "since", p->since);
	else
		json_put_null(o, "since");
	json_put_bool(o, "allow_auto_merge", opt_on(opts, O_ALLOW_AUTO_MERGE));
	json_put_str(o, "reviewers", opt_str(opts, O_REVIEWERS));
	json_put_str(o, "reactions", opt_str(opts, O_REACTIONS));
	json_put_int(o, "settle", opt_num(opts, O_SETTLE));
	json_put_int(
	    o, "max_review_rounds", opt_num(opts, O_MAX_REVIEW_ROUNDS));
	return o;
}

static int
on_end(struct filter_out *out, void *arg, struct fail *why)
{
	struct plan *p = arg;

	(void)why;
	if (out->silent)
		show_end(p);
	if (p->used_up)
		out->status = status_worse(out->status, STATUS_BUDGET);
	out->policy = policy(p);
	return 0;
}

/* What oompa-work would refuse in every task, or would never get. */
static void
check_tasks(const struct opts *o)
{
	static const enum opt_id names[] = {
	    O_GIT_AUTHOR_NAME, O_GIT_AUTHOR_EMAIL};
	int64_t timeout = opt_num(o, O_TASK_TIMEOUT);
	int64_t item = opt_num(o, O_MAX_PR_COST);
	size_t i;

	for (i = 0; i < 2; i++)
		if (opt_given(o, names[i]) &&
		    !git_name_valid(opt_str(o, names[i])))
			opt_wrong(o, names[i], "what git takes in a commit");
	if (*opt_str(o, O_MODEL) == '-')
		opt_wrong(o, O_MODEL, "a name");
	if (timeout < 1 || timeout > TASK_TIMEOUT_MAX)
		opt_wrong(o, O_TASK_TIMEOUT, "a time from 1s to 7d");
	if (item != 0 && opt_num(o, O_MAX_TASK_COST) > item)
		opt_usage("--max-task-cost is more than --max-pr-cost: there "
			  "would be no task");
}

static void
set_up(struct plan *p, const struct opts *o)
{
	p->o = o;
	p->need = trust_wanted(o);
	if (opt_lists(o, O_REVIEWERS, "*"))
		opt_wrong(o, O_REVIEWERS, "logins");
	reactions_check(o);
	check_tasks(o);
	if (opt_num(o, O_MAX_REVIEW_ROUNDS) == 0)
		opt_wrong(o, O_MAX_REVIEW_ROUNDS, "1 or more");
	p->now = opt_given(o, O_NOW) ? opt_num(o, O_NOW) : when_now();
	if (opt_given(o, O_SINCE))
		p->since = is(opt_str(o, O_SINCE), "now") ? p->now
							  : opt_num(o, O_SINCE);
	p->ledger.now = p->now;
	p->tasks_max = opt_given(o, O_MAX_TASKS) ? opt_num(o, O_MAX_TASKS)
						 : opt_num(o, O_MAX_WORKERS);
}

int
main(int argc, char *argv[])
{
	static const char *const consumes[] = {
	    "repo", "issue", "pr", "receipt", "result", NULL};
	static const char *const facts[] = {"repo", "issue", "pr", NULL};
	static const char *const types[] = {"repo", "issue", "pr", "receipt",
	    "result", "task", "skip", "error", "end", NULL};
	struct filter f = {.name = NAME,
	    .consumes = consumes,
	    .record = on_record,
	    .end = on_end,
	    .upstream = "oompa-fetch",
	    .upstream_types = facts};
	struct plan p = {0};
	struct opts o;
	int status;

	auth_drop(argv);
	json_setup();
	opt_parse(&o, CMD_PLAN, argc, argv);
	if (opt_on(&o, O_SCHEMA))
		return schema_print(stdout, types);
	set_up(&p, &o);
	f.arg = &p;
	f.silent = opt_on(&o, O_SHOW);
	f.max_record = (size_t)opt_num(&o, O_MAX_RECORD);
	status = filter_run(&f, argc - o.operands, argv + o.operands);
	ledger_done(&p.ledger);
	cJSON_Delete(p.repo);
	return status;
}
