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
#include "plan.h"
#include "schema.h"
#include "when.h"

#define NAME "oompa-plan"

static int
put_skip(struct filter_out *out, const cJSON *issue, const struct skip *s,
    struct fail *why)
{
	cJSON *rec = record_new("skip", json_str(issue, "repo"));

	json_put_copy(rec, "number", json_get(issue, "number"));
	json_put_str(rec, "action", "implement");
	json_put_copy(rec, "title", json_get(issue, "title"));
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
plan_issue(struct plan *p, const cJSON *issue, struct filter_out *out,
    struct fail *why)
{
	struct skip skip = SKIP_INIT;
	cJSON *task;
	int r;

	implement_plan(p, issue, &task, &skip);
	if (task == NULL)
		r = put_skip(out, issue, &skip, why);
	else {
		if (out->silent)
			show_task(task);
		r = filter_put(out, task, why);
	}
	buf_free(&skip.reason);
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
	if (record_is(rec, "issue"))
		return plan_issue(p, rec, out, why);
	return 0;
}

/* The policy in force, for who wonders about a saved plan. */
static cJSON *
policy(const struct plan *p)
{
	cJSON *o = json_new_object();

	json_put_when(o, "now", p->now);
	json_put_str(o, "label", opt_str(p->o, O_LABEL));
	json_put_str(o, "trust", opt_str(p->o, O_TRUST));
	json_put_str(o, "trusted", opt_str(p->o, O_TRUSTED));
	json_put_bool(o, "only_assigned", opt_on(p->o, O_ONLY_ASSIGNED));
	json_put_int(o, "max_tasks", p->tasks_max);
	json_put_money(o, "max_task_cost", opt_num(p->o, O_MAX_TASK_COST));
	return o;
}

static int
on_end(struct filter_out *out, void *arg, struct fail *why)
{
	const struct plan *p = arg;

	(void)why;
	if (out->silent)
		show_end(p);
	out->policy = policy(p);
	return 0;
}

static void
set_up(struct plan *p, const struct opts *o)
{
	p->o = o;
	p->need = trust_wanted(o);
	p->now = opt_given(o, O_NOW) ? opt_num(o, O_NOW) : when_now();
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
