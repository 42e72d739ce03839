/*
 * oompa-push: publish a result, after checking it.
 *
 * Takes "result" records and publishes each: branch, pull request, labels,
 * the status comment.  It writes a receipt of every write.  It alone holds a
 * credential that may write, so it believes nothing that a record says of
 * destinations: it asks GitHub anew and refuses what disagrees.  It never
 * runs, and never reads as configuration, what the model could have touched.
 *
 * SPDX-License-Identifier: MIT
 */

#include <strings.h>
#include <sys/stat.h>

#include "auth.h"
#include "log.h"
#include "push.h"
#include "schema.h"
#include "stop.h"

static const char *const consumes[] = {"result", NULL};
static const char *const knows[] = {"result", "receipt", "error", "end", NULL};

/* What goes wrong with every result, so that the run need not go on. */
static bool
ends_all(const struct fail *why)
{
	return why->kind == FAIL_AUTH || why->kind == FAIL_SETUP;
}

static int
result(const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
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
	r = job_open(&j, p, rec, out, why);
	if (r == 0)
		r = publish(&j, why);
	job_done(&j);
	p->over = r == -1 && ends_all(why);
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
	return github_open(&p->gh, o, false, why);
}

int
main(int argc, char *argv[])
{
	static const char *const upstream[] = {"result", NULL};
	struct push p;
	struct opts o;
	struct fail why;
	struct filter f = {.name = NAME,
	    .consumes = consumes,
	    .record = result,
	    .arg = &p,
	    .upstream = "oompa-work",
	    .upstream_types = upstream,
	    .strict = true};
	int status;

	auth_protect();
	opt_parse(&o, CMD_PUSH, argc, argv);
	if (opt_on(&o, O_SCHEMA))
		return schema_print(stdout, knows);
	if (*opt_str(&o, O_FORK) != '\0' &&
	    strcasecmp(opt_str(&o, O_FORK), opt_str(&o, O_REPO)) == 0)
		opt_usage("--fork is the repository itself");
	if (open_run(&p, &o, &why) == -1) {
		log_at(LOG_ERROR, NULL, "%s", why.msg);
		return fail_status(&why);
	}
	f.max_record = (size_t)opt_num(&o, O_MAX_RECORD);
	status = filter_run(&f, argc - o.operands, argv + o.operands);
	github_close(&p.gh);
	return status;
}
