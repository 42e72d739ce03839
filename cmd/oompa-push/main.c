/*
 * oompa-push: publish a result, after checking it; claim a task.
 *
 * Takes "result" records and publishes each: branch, pull request, labels,
 * the status comment.  It writes a receipt of every write.  It alone holds a
 * credential that may write, so it believes nothing that a record says of
 * destinations: it asks GitHub anew and refuses what disagrees.  It never
 * runs, and never reads as configuration, what the model could have touched.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "auth.h"
#include "gate.h"
#include "log.h"
#include "outbox.h"
#include "push.h"
#include "schema.h"
#include "stop.h"
#include "when.h"

static const char *const results[] = {"result", NULL};
static const char *const tasks[] = {"task", NULL};
static const char *const knows[] = {
    "result", "task", "skip", "receipt", "error", "end", NULL};

/* What goes wrong with every result, so that the run need not go on. */
static bool
ends_all(const struct fail *why)
{
	return why->kind == FAIL_AUTH || why->kind == FAIL_SETUP;
}

/* It stays in the outbox: the next look there says why, and what has been
 * told is not told again. */
static void
note_why(struct job *j, const struct fail *because)
{
	const char *outbox = opt_str(j->push->o, O_OUTBOX);
	struct fail why;
	int r;

	if (*outbox == '\0' || j->id == NULL || j->push->dry_run ||
	    because->kind == FAIL_STOP)
		return;
	r = outbox_note(outbox, j->id, because->msg, &why);
	if (r == -1)
		log_at(LOG_WARN, j->item, "%s", why.msg);
	j->out->told = r == 1;
	/* GitHub refuses, and will until a person has done something. */
	if (because->kind == FAIL_REMOTE && because->code < 500 && r != -1 &&
	    outbox_put_off(outbox, j->id, &why) == -1)
		log_at(LOG_WARN, j->item, "%s", why.msg);
}

/* Is it not to be tried again yet?  Whoever does not mind how old a result is,
 * as by hand, wants it to be tried.  1 when a skip record says so. */
static int
put_off(struct job *j, struct fail *why)
{
	const struct opts *o = j->push->o;
	const char *outbox = opt_str(o, O_OUTBOX);
	int64_t until = *outbox != '\0' ? outbox_until(outbox, j->id) : 0;
	char at[WHEN_SIZE], name[OUTBOX_NAME_SIZE], *reason;
	int r;

	if (until == 0 || opt_num(o, O_MAX_AGE) == 0 || opt_on(o, O_DROP) ||
	    opt_on(o, O_CLAIM))
		return 0;
	outbox_name(j->id, name);
	reason = outbox_why(outbox, name);
	r = receipt_skip(j, "backing-off", reason, when_format(until, at), why);
	free(reason);
	return r == -1 ? -1 : 1;
}

/* A list of rules that names one which is none, or must stay, is misuse. */
static void
check_rules(const struct opts *o)
{
	const char *rest = opt_str(o, O_ALLOW_RULE), *no;
	char *code;

	while ((code = opt_word(&rest)) != NULL) {
		no = gate_may_allow(code);
		if (no != NULL)
			opt_usage("--allow-rule: '%s': %s", code, no);
		free(code);
	}
}

/* Is it a task that no model is asked about? */
static bool
is_free(const cJSON *rec)
{
	const char *action = json_str(rec, "action");

	return record_is(rec, "task") && action != NULL &&
	       (strcmp(action, "note") == 0 || strcmp(action, "open-pr") == 0);
}

static int
record(const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
{
	struct push *p = arg;
	struct job j;
	int r;

	if (stop_now())
		return fail(why, FAIL_STOP, stop_signal(), "stopped");
	if (p->over) {
		out->partial = true;
		return 0;
	}
	if (is_free(rec))
		return FILTER_PASS;
	r = job_open(&j, p, rec, out, why);
	if (r == 0 && put_off(&j, why) == 1) {
		job_done(&j);
		return 0;
	}
	if (r == 0)
		r = opt_on(p->o, O_CLAIM)  ? claim_task(&j, why)
		    : opt_on(p->o, O_DROP) ? end_drop(&j, why)
					   : publish(&j, why);
	p->over = r == -1 && ends_all(why);
	if (r == -1)
		note_why(&j, why);
	job_done(&j);
	return r;
}

/* A result that people only want to see. */
static int
look(const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
{
	struct push *p = arg;
	struct job j;
	int r;

	if (stop_now())
		return fail(why, FAIL_STOP, stop_signal(), "stopped");
	r = job_read(&j, p, rec, out, why);
	if (r == 0)
		r = show_result(&j, why);
	job_done(&j);
	return r;
}

/* What cannot be right for any record is told before the first. */
static int
open_run(struct push *p, const struct opts *o, struct fail *why)
{
	const char *outbox = opt_str(o, O_OUTBOX);
	struct stat st;

	*p = (struct push){
	    .o = o, .need = trust_wanted(o), .dry_run = opt_on(o, O_DRY_RUN)};
	/* Else each result would seem to have lost its bundle. */
	if (*outbox != '\0' &&
	    (stat(outbox, &st) == -1 || !S_ISDIR(st.st_mode)))
		return fail(
		    why, FAIL_SETUP, 0, "'%s' is not a directory", outbox);
	if (opt_on(o, O_PUSH_SHOW) || opt_on(o, O_LIST))
		return 0;
	return github_open(&p->gh, o, false, why);
}

static void
check_usage(const struct opts *o)
{
	const char *fork = opt_str(o, O_FORK);
	const char *resolve = opt_str(o, O_RESOLVE);

	if (*fork != '\0' && strcasecmp(fork, opt_str(o, O_REPO)) == 0)
		opt_usage("--fork is the repository itself");
	if (opt_on(o, O_PUSH_SHOW) + opt_on(o, O_LIST) + opt_on(o, O_DROP) +
		opt_on(o, O_CLAIM) >
	    1)
		opt_usage("only one of --show, --list, --drop and --claim at "
			  "a time");
	if (strcmp(resolve, "none") != 0 && strcmp(resolve, "bots") != 0 &&
	    strcmp(resolve, "fixed") != 0)
		opt_wrong(o, O_RESOLVE, "none, bots or fixed");
	if (opt_on(o, O_LIST) && *opt_str(o, O_OUTBOX) == '\0')
		opt_usage("--list wants --outbox");
}

int
main(int argc, char *argv[])
{
	static const char *const planned[] = {"task", "skip", NULL};
	struct push p;
	struct opts o;
	struct fail why;
	struct filter f = {.name = NAME,
	    .consumes = results,
	    .record = record,
	    .arg = &p,
	    .upstream = "oompa-work",
	    .upstream_types = results,
	    .strict = true};
	int status;

	auth_protect();
	opt_parse(&o, CMD_PUSH, argc, argv);
	if (opt_on(&o, O_SCHEMA))
		return schema_print(stdout, knows);
	check_usage(&o);
	check_rules(&o);
	if (open_run(&p, &o, &why) == -1) {
		log_at(LOG_ERROR, NULL, "%s", why.msg);
		return fail_status(&why);
	}
	if (opt_on(&o, O_LIST))
		return list_outbox(&p, argc - o.operands, argv + o.operands);
	if (opt_on(&o, O_PUSH_SHOW)) {
		f.record = look;
		f.silent = true;
	}
	/* What a person names need not be all there is. */
	if (opt_on(&o, O_PUSH_SHOW) || opt_on(&o, O_DROP)) {
		f.upstream = NULL;
		f.strict = false;
	}
	if (opt_on(&o, O_CLAIM)) {
		f.consumes = tasks;
		f.upstream = "oompa-plan";
		f.upstream_types = planned;
	}
	f.max_record = (size_t)opt_num(&o, O_MAX_RECORD);
	status = filter_run(&f, argc - o.operands, argv + o.operands);
	github_close(&p.gh);
	return status;
}
