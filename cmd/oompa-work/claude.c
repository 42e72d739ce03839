/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "args.h"
#include "claude.h"
#include "env.h"
#include "file.h"
#include "log.h"
#include "proc.h"
#include "progress.h"
#include "prune.h"
#include "reap.h"
#include "record.h"
#include "room.h"
#include "rules.h"
#include "when.h"
#include "xalloc.h"

/* No lines of advertising in commits and pull requests. */
#define SETTINGS "{\"attribution\":{\"commit\":\"\",\"pr\":\"\"}}"

/* The most that it may cost; 0 of a task without a limit. */
static int64_t
most(const struct claude *c, const struct task *t)
{
	return t->max_cost > c->paid ? t->max_cost - c->paid : 0;
}

static void
add_limits(struct args *a, const struct claude *c, const struct task *t)
{
	int64_t left = most(c, t);
	char dollars[32];

	if (t->model != NULL)
		args_more(a, "--model", t->model, NULL);
	if (t->max_cost == 0)
		return;
	(void)snprintf(dollars, sizeof(dollars), "%" PRId64 ".%06" PRId64,
	    left / 1000000, left % 1000000);
	args_more(a, "--max-budget-usd", dollars, NULL);
}

/* Milliseconds of the task's time; 0 would be no limit at all. */
static int
time_left(const struct claude *c, const struct task *t)
{
	int64_t left = (t->timeout - c->passed) * 1000;

	return left < 1 ? 1 : (int)left;
}

/* What Claude may do where nobody is there to ask.  Fact: --allowedTools takes
 * all words that follow (claude 2.1.197), so it is the last. */
static void
add_rules(struct args *a, const struct work *w)
{
	const char *rest = w->allow;
	char *rule;

	args_more(a, "--permission-mode", "acceptEdits", "--allowedTools",
	    "Bash(git add *)", "Bash(git commit *)", NULL);
	for (; (rule = rules_next(&rest)) != NULL; free(rule))
		args_add(a, rule);
}

/*
 * What claude is started with.  Its settings, hooks and servers would come
 * from the repository: --setting-sources= and --strict-mcp-config leave them
 * out.  In the room it may do as it likes; without one only what needs no
 * rule, and no rule is given for an interpreter.  A plain rule for Read or
 * Write would open all of the disk: acceptEdits keeps them in the clone.
 */
static void
add_claude(struct args *a, const char *program, const struct claude *c,
    const struct work *w, const struct task *t)
{
	args_more(a, program, "-p", "--output-format", "stream-json",
	    "--verbose", "--setting-sources=", "--strict-mcp-config",
	    "--settings", SETTINGS, "--tools", "Bash,Edit,Read,Write,Glob,Grep",
	    "--json-schema", answer_schema(t), NULL);
	add_limits(a, c, t);
	if (c->resume != NULL)
		args_more(a, "--resume", c->resume, NULL);
	if (c->guide != NULL)
		args_more(a, "--append-system-prompt-file", c->guide, NULL);
	if (w->sandbox)
		args_add(a, "--dangerously-skip-permissions");
	else
		add_rules(a, w);
}

static int
take(const char *data, size_t len, void *arg, struct fail *why)
{
	(void)why;
	stream_feed(arg, data, len);
	return 0;
}

/* Who is told what Claude does. */
struct told {
	const struct claude *c;
	const struct place *place;
};

static void
tell_tool(const char *name, const cJSON *input, void *arg)
{
	const struct told *told = arg;

	progress_tool(name, input, told->place->tree, told->c->paid);
}

/* Fact: what is wrong with how it was started it says on stderr, and nothing
 * on stdout (claude 2.1.197, 2.1.330). */
static void
hear_complaint(const struct proc *p, struct claude *c)
{
	if (p->status != 0 && p->status < 128 && !c->stream.heard &&
	    p->err.len != 0)
		c->complaint = xstrndup(
		    p->err.data, strcspn(p->err.data, "\n"));
}

static int
run(struct claude *c, const struct args *a, const struct proc_env *env,
    const struct work *w, const struct task *t, const struct place *place,
    struct fail *why)
{
	struct proc p = PROC_INIT((const char *const *)a->v);
	struct told told = {.c = c, .place = place};
	char item[RECORD_ITEM_MAX];
	int64_t began = when_now();
	int r;

	p.env = (const char *const *)env->v;
	p.dir = place->tree;
	p.in = c->prompt->data;
	p.in_len = c->prompt->len;
	p.timeout_ms = time_left(c, t);
	p.silence_ms = CLAUDE_SILENCE_S * 1000;
	p.on_out = take;
	p.out_socket = true;
	p.arg = &c->stream;
	c->stream.on_tool = tell_tool;
	c->stream.arg = &told;
	progress_tell(c->resume == NULL ? "begins" : "answers", c->paid);
	r = proc_run(&p, why);
	reap_all();
	c->seconds = when_now() - began;
	c->status = p.status;
	c->timed_out = p.timed_out;
	c->silent = p.silent;
	/* Claude may say anything; but first it says something on stdout. */
	if (r == 0 && w->sandbox && !c->stream.heard)
		r = room_made(&p, why);
	if (r == 0)
		hear_complaint(&p, c);
	if (r == 0 && p.err.len != 0)
		log_at(LOG_INFO, record_item(t->rec, item),
		    "claude on stderr: %.*s", (int)strcspn(p.err.data, "\n"),
		    p.err.data);
	proc_done(&p);
	return r;
}

/* What it says that it cost.  Fact: in 2.1.330, whose results have an index,
 * that is the cost of the whole session; in 2.1.197 it is this run's. */
static bool
said_cost(const struct claude *c, int64_t *ret)
{
	const cJSON *result = c->stream.result;
	bool of_all = c->resume != NULL && json_get(result, "result_index");
	int64_t said;

	if (!json_money(result, "total_cost_usd", &said) || said < 0)
		return false;
	*ret = of_all && said >= c->paid ? said - c->paid : said;
	return true;
}

/* Can it have cost anything?  Fact: before it asks the model it says on stdout
 * that it begins (claude 2.1.197, 2.1.330). */
static bool
has_begun(const struct claude *c, int r, const struct fail *why)
{
	if (c->stream.heard)
		return true;
	if (r == -1)
		return why->kind == FAIL_STOP;
	return c->timed_out || c->silent || c->status >= 128;
}

/* Finds what it counts with: what is not known is not nothing. */
static void
weigh(struct claude *c, const struct task *t, bool begun)
{
	char item[RECORD_ITEM_MAX];
	struct fail why;

	(void)record_item(t->rec, item);
	c->cost = 0;
	c->unsaid = begun && !said_cost(c, &c->cost);
	if (c->unsaid)
		c->cost = most(c, t);
	if (c->unsaid && t->max_cost != 0)
		log_at(LOG_WARN, item,
		    "claude ended before it said what it cost: it counts with "
		    "$%.2f, the most that it may have cost",
		    (double)c->cost / 1e6);
	else if (c->unsaid)
		log_at(LOG_WARN, item,
		    "claude ended before it said what it cost: that is not "
		    "known, and not counted, as it has no limit");
	if (owed_set(c->owed, c->paid + c->cost, &why) == -1)
		log_at(LOG_WARN, item, "%s", why.msg);
}

int
claude_command(struct args *a, struct proc_env *env, const struct claude *c,
    const struct work *w, const struct task *t, const struct place *p,
    struct fail *why)
{
	char *found = NULL, *program = NULL;
	int r = -1;

	if (proc_which("claude", &found, why) == -1)
		return -1;
	if ((program = realpath(found, NULL)) == NULL) {
		(void)fail_sys(why, "cannot find '%s'", found);
		goto done;
	}
	env_make(env, t, p);
	env_model(env);
	if (w->sandbox && room_enter(a, w, p, program, env, why) == -1)
		goto done;
	add_claude(a, program, c, w, t);
	r = 0;
done:
	free(found);
	free(program);
	return r;
}

int
claude_run(struct claude *c, const struct work *w, const struct task *t,
    const struct place *p, struct fail *why)
{
	struct proc_env env = {0};
	struct args a = {0};
	int r = -1;

	if (claude_command(&a, &env, c, w, t, p, why) == -1)
		goto done;
	/* One that goes on has the log of the first. */
	if (c->resume == NULL && file_create(p->log, &c->stream.log, why) == -1)
		goto done;
	prune_keep(c->stream.log);
	if (owed_set(c->owed, c->paid + most(c, t), why) == -1)
		goto done;
	r = run(c, &a, &env, w, t, p, why);
	weigh(c, t, has_begun(c, r, why));
done:
	args_done(&a);
	proc_env_done(&env);
	return r;
}

void
claude_done(struct claude *c)
{
	buf_free(&c->own);
	stream_done(&c->stream);
	free(c->complaint);
}
