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
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth.h"
#include "brief.h"
#include "file.h"
#include "filter.h"
#include "log.h"
#include "opt.h"
#include "pool.h"
#include "room.h"
#include "rules.h"
#include "schema.h"
#include "show.h"
#include "task.h"
#include "template.h"
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

/* The directory of --prompts, and whether what is in it can be used. */
static int
open_prompts(const char *given, struct work *w, char **ret)
{
	struct fail why;
	struct stat st;

	w->prompts = "";
	if (*given == '\0')
		return STATUS_OK;
	if ((*ret = realpath(given, NULL)) == NULL || stat(*ret, &st) == -1)
		(void)fail_sys(&why, "cannot open '%s'", given);
	else if (!S_ISDIR(st.st_mode))
		(void)fail(&why, FAIL_SETUP, 0,
		    "cannot use '%s': it is no directory", given);
	else {
		w->prompts = *ret;
		if (brief_check(w, &why) == 0)
			return STATUS_OK;
	}
	log_at(LOG_ERROR, NULL, "--prompts: %s", why.msg);
	return STATUS_SETUP;
}

/* The template of that name, as it is in force. */
static int
print_template(const struct work *w, const char *name)
{
	struct fail why;
	char *text = NULL;

	if (!brief_has(name))
		opt_usage(
		    "there is no template '%s', only %s", name, brief_names);
	if (template_read(w->prompts, name, &text, &why) == 0) {
		(void)fputs(text, stdout);
		free(text);
		if (fflush(stdout) == 0 && !ferror(stdout))
			return STATUS_OK;
		(void)fail_sys(&why, "cannot write <stdout>");
	}
	log_at(LOG_ERROR, NULL, "%s", why.msg);
	return why.kind == FAIL_SETUP ? STATUS_SETUP : STATUS_SOME;
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

	/* A reader that goes away must not cost the work that is under way. */
	(void)signal(SIGPIPE, SIG_IGN);
	return filter_run(&f, argc - o->operands, argv + o->operands);
}

/* Every task that comes in is looked at, and no record comes out. */
static int
look(
    filter_fn *fn, struct work *w, const struct opts *o, int argc, char *argv[])
{
	const struct filter f = {
	    .name = NAME,
	    .consumes = consumes,
	    .record = fn,
	    .arg = w,
	    .upstream = "oompa-plan",
	    .upstream_types = planned,
	    .silent = true,
	    .max_record = (size_t)opt_num(o, O_MAX_RECORD),
	};

	return filter_run(&f, argc - o->operands, argv + o->operands);
}

static int
act(struct work *w, const struct opts *o, int argc, char *argv[])
{
	int r;

	if (opt_on(o, O_WORK_DRY_RUN))
		return look(show_task, w, o, argc, argv);
	r = open_outbox(opt_str(o, O_OUTBOX), &w->outbox);
	if (r == STATUS_OK && pool_is_worker())
		return task_filter(w);
	if (r == STATUS_OK)
		r = check_sandbox(w->sandbox);
	if (r != STATUS_OK)
		return r;
	return opt_on(o, O_CHECK) ? look(task_check, w, o, argc, argv)
				  : share_out(w, o, argc, argv);
}

int
main(int argc, char *argv[])
{
	struct work w = {0};
	char *prompts = NULL;
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
	w.sandbox = opt_on(&o, O_SANDBOX);
	r = open_prompts(opt_str(&o, O_PROMPTS), &w, &prompts);
	if (r == STATUS_OK && opt_given(&o, O_PRINT_TEMPLATE))
		r = print_template(&w, opt_str(&o, O_PRINT_TEMPLATE));
	else if (r == STATUS_OK)
		r = act(&w, &o, argc, argv);
	free(w.outbox);
	free(prompts);
	return r;
}
