/*
 * oompa-work: have Claude do a task in a private clone.
 *
 * Reads tasks, writes a result for each as it is done.  Holds no credential
 * of GitHub and starts nothing that does: it drops them first, and what
 * comes out is a git bundle and texts, which oompa-push checks.
 *
 * SPDX-License-Identifier: MIT
 */

#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth.h"
#include "file.h"
#include "filter.h"
#include "log.h"
#include "opt.h"
#include "pool.h"
#include "room.h"
#include "rules.h"
#include "schema.h"
#include "task.h"
#include "work.h"

static const char *const consumes[] = {"task", NULL};
static const char *const planned[] = {"task", "skip", NULL};
static const char *const types[] = {"task", "result", "error", "end", NULL};

static void
check_expose(const char *list)
{
	struct stat st;
	char *dir;

	for (; (dir = opt_word(&list)) != NULL; free(dir))
		if (*dir != '/' || stat(dir, &st) == -1 || !S_ISDIR(st.st_mode))
			opt_usage(
			    "--expose wants absolute paths of directories, "
			    "not '%s'",
			    dir);
}

/* The outbox, made when it is not there, so that no result that was paid for
 * finds none; its path in *ret. */
static int
open_outbox(const char *given, char **ret)
{
	struct fail why;

	if (*given == '\0')
		return STATUS_OK;
	if (file_mkdir(given, &why) == 0) {
		*ret = realpath(given, NULL);
		if (*ret != NULL && access(*ret, W_OK) == 0)
			return STATUS_OK;
		(void)fail_sys(&why, "cannot write to '%s'", given);
	}
	log_at(LOG_ERROR, NULL, "%s", why.msg);
	return STATUS_SETUP;
}

static void
check_rules(const char *list)
{
	const char *c;
	char *rule;

	for (; (rule = rules_next(&list)) != NULL; free(rule)) {
		for (c = rule; (unsigned char)*c >= ' ' && *c != 0x7f; c++)
			;
		if (*rule == '-' || *c != '\0')
			opt_usage("--allow-tool wants rules such as "
				  "'Bash(make test)', not '%s'",
			    rule);
	}
}

/* Can Claude be kept in a room here?  Asked before any task is taken. */
static int
check_sandbox(bool wanted)
{
	struct fail why;

	if (!wanted || room_check(&why) == 0)
		return STATUS_OK;
	if (why.kind == FAIL_STOP)
		return STATUS_OK; /* the record loop ends by that signal */
	log_at(LOG_ERROR, NULL, "%s", why.msg);
	return fail_status(&why);
}

/* Every task that comes in goes to a worker. */
static int
share_out(const struct work *w, const struct opts *o, int argc, char *argv[])
{
	struct pool pool = {
	    .work = w,
	    .argv = argv,
	    .argc = o->operands,
	    .max = (size_t)opt_num(o, O_MAX_WORKERS),
	};
	const struct filter f = {
	    .name = NAME,
	    .consumes = consumes,
	    .record = pool_task,
	    .end = pool_end,
	    .wait = pool_wait,
	    .arg = &pool,
	    .upstream = "oompa-plan",
	    .upstream_types = planned,
	    .drains = true,
	    .max_record = (size_t)opt_num(o, O_MAX_RECORD),
	};
	int r = check_sandbox(w->sandbox);

	/* A reader that goes away must not cost the work that is under way. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (r == STATUS_OK)
		r = filter_run(&f, argc - o->operands, argv + o->operands);
	return r;
}

int
main(int argc, char *argv[])
{
	struct work w = {0};
	struct opts o;
	int r;

	auth_drop(argv);
	opt_parse(&o, CMD_WORK, argc, argv);
	if (opt_on(&o, O_SCHEMA))
		return schema_print(stdout, types);
	check_expose(opt_str(&o, O_EXPOSE));
	check_rules(opt_str(&o, O_ALLOW_TOOL));
	w.clone_dir = opt_str(&o, O_CLONE_DIR);
	w.expose = opt_str(&o, O_EXPOSE);
	w.prepare = opt_str(&o, O_PREPARE);
	w.allow = opt_str(&o, O_ALLOW_TOOL);
	w.prompts = "";
	w.sandbox = opt_on(&o, O_SANDBOX);
	r = open_outbox(opt_str(&o, O_OUTBOX), &w.outbox);
	if (r == STATUS_OK)
		r = pool_is_worker() ? task_filter(&w)
				     : share_out(&w, &o, argc, argv);
	free(w.outbox);
	return r;
}
