/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filter.h"
#include "log.h"
#include "stop.h"
#include "xalloc.h"

/* What goes on while the inputs are read, one after the other. */
struct run {
	const struct filter *f;
	struct filter_out *out;
	struct record_in in;
	size_t upstream_seen; /* records that upstream's next end counts */
	bool ended;           /* upstream's end record was there */
	size_t newer;         /* records of a later version */
	bool over;            /* strict: this line was the last to be read */
};

static bool
among(const char *const *list, const char *s)
{
	for (; list != NULL && *list != NULL; list++)
		if (s != NULL && strcmp(*list, s) == 0)
			return true;
	return false;
}

int
filter_put(struct filter_out *out, cJSON *given, struct fail *why)
{
	int r;

	if (out->repo == NULL && json_str(given, "repo") != NULL)
		out->repo = xstrdup(json_str(given, "repo"));
	r = out->silent ? 0 : record_write(out->fp, given, why);
	out->broken = out->broken || r == -1;
	out->count++;
	cJSON_Delete(given);
	return r;
}

void
filter_error(struct filter_out *out, const char *stage, const char *repo,
    const char *item, const struct fail *why)
{
	cJSON *rec;
	struct fail ignored;

	out->status = status_worse(out->status, fail_status(why));
	log_at(out->told ? LOG_DEBUG : LOG_ERROR, item, "%s", why->msg);
	out->told = false;
	if (out->broken || out->silent)
		return;
	rec = record_error(stage, repo, item, why);
	out->broken = record_write(out->fp, rec, &ignored) == -1;
	cJSON_Delete(rec);
}

int
filter_finish(struct filter_out *out, const char *from)
{
	struct fail why;
	cJSON *end;

	if (!out->broken && !out->silent) {
		end = record_end(from, out->repo, out->count, !out->partial);
		if (out->policy != NULL)
			json_put_copy(end, "policy", out->policy);
		if (record_write(out->fp, end, &why) == -1) {
			out->broken = true;
			out->status = status_worse(out->status, STATUS_SOME);
			log_at(LOG_ERROR, NULL, "%s", why.msg);
		}
		cJSON_Delete(end);
	}
	if (fclose(out->fp) == EOF && !out->broken) {
		log_at(LOG_ERROR, NULL, "cannot write <stdout>: %s",
		    strerror(errno));
		out->status = status_worse(out->status, STATUS_SOME);
	}
	free(out->repo);
	cJSON_Delete(out->policy);
	out->repo = NULL;
	out->policy = NULL;
	return out->status;
}

static int
pass(struct run *run, struct fail *why)
{
	FILE *fp = run->out->fp;

	if (run->out->silent)
		return 0;
	buf_putc(&run->in.text, '\n');
	if (fwrite(run->in.text.data, 1, run->in.text.len, fp) !=
		run->in.text.len ||
	    fflush(fp) == EOF) {
		run->out->broken = true;
		return fail_sys(why, "cannot write <stdout>");
	}
	return 0;
}

/* What upstream's end record says about what came before it. */
static void
check_end(struct run *run, const cJSON *rec)
{
	const char *from = json_str(rec, "from");
	int64_t count;

	if (run->f->upstream == NULL || from == NULL ||
	    strcmp(from, run->f->upstream) != 0)
		return;
	run->ended = true;
	if (json_int(rec, "count", &count) && count > 0 &&
	    (uint64_t)count > run->upstream_seen) {
		log_at(LOG_WARN, run->in.name,
		    "%zu of the %lld records of %s are here",
		    run->upstream_seen, (long long)count, from);
		run->out->partial = true;
	}
	run->upstream_seen = 0;
	if (json_str(rec, "status") == NULL ||
	    strcmp(json_str(rec, "status"), "ok") != 0)
		run->out->partial = true;
}

static int
handle(struct run *run, const cJSON *rec, struct fail *why)
{
	const struct filter *f = run->f;
	const char *type = json_str(rec, "type");
	int64_t v = 0;
	int r;

	run->upstream_seen += among(f->upstream_types, type);
	if (strcmp(type, "end") == 0)
		check_end(run, rec);
	if (!among(f->consumes, type))
		return pass(run, why);
	(void)json_int(rec, "v", &v);
	if (v <= RECORD_V) {
		r = f->record(rec, run->out, f->arg, why);
		return r == FILTER_PASS ? pass(run, why) : r;
	}
	if (f->strict) {
		run->over = true;
		return fail(why, FAIL_POLICY, 0,
		    "record version %lld is newer than this program",
		    (long long)v);
	}
	run->newer++;
	return pass(run, why);
}

/* Tells what failed on the current line, by line or by item. */
static void
tell(struct run *run, const cJSON *rec, const struct fail *why)
{
	char item[RECORD_ITEM_MAX], *place = NULL;

	if (run->out->broken) {
		run->out->status = status_worse(
		    run->out->status, fail_status(why));
		log_at(LOG_ERROR, NULL, "%s", why->msg);
		return;
	}
	if (rec == NULL && why->kind != FAIL_INPUT)
		place = xstrdup(run->in.name);
	else if (rec == NULL || json_str(rec, "repo") == NULL)
		place = xasprintf("%s:%zu", run->in.name, run->in.line);
	filter_error(run->out, run->f->name, json_str(rec, "repo"),
	    place != NULL ? place : record_item(rec, item), why);
	free(place);
}

/* Reads the current line as a record: fully checked when it is for us. */
static int
parse(struct run *run, cJSON **ret, struct fail *why)
{
	int r = record_parse(&run->in.text, ret, why);

	if (r == 0 && among(run->f->consumes, json_str(*ret, "type")))
		r = json_check(*ret, why);
	if (r == -1 && run->in.torn)
		(void)fail_wrap(why, "truncated line");
	return r;
}

/* One line: 1 to go on, 0 to end the run. */
static int
one(struct run *run)
{
	struct fail why;
	cJSON *rec = NULL;
	int r = record_line(&run->in, &why);
	bool malformed;

	if (r == 0)
		return 0;
	if (r == 1)
		r = parse(run, &rec, &why);
	malformed = r == -1;
	if (r == 0)
		r = handle(run, rec, &why);
	if (r == -1 && why.kind != FAIL_STOP)
		tell(run, rec, &why);
	cJSON_Delete(rec);
	if (r == -1 && why.kind == FAIL_STOP) {
		run->out->partial = true;
		return 0;
	}
	run->over = run->over || (malformed && run->f->strict);
	/* What was refused as malformed is missing from our output, too. */
	if (malformed || run->over || (r == -1 && why.kind == FAIL_INPUT))
		run->out->partial = true;
	if (malformed && why.kind != FAIL_INPUT)
		return 0;
	return !run->over && !run->out->broken;
}

static bool
is_pipe(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

static void
read_all(struct run *run, int fd, const char *name)
{
	size_t most = run->f->max_record;

	run->in = (struct record_in)RECORD_IN(
	    fd, name, most != 0 ? most : (size_t)RECORD_MAX);
	run->in.to_end = !run->f->drains && is_pipe(fd);
	run->in.wait = run->f->wait;
	run->in.arg = run->f->arg;
	run->newer = 0;
	while (one(run))
		;
	if (run->newer != 0)
		log_at(LOG_WARN, name,
		    "%zu records of a newer version passed on", run->newer);
	record_in_done(&run->in);
}

static void
read_operand(struct run *run, const char *path)
{
	struct fail why;
	int fd;

	if (strcmp(path, "-") == 0) {
		read_all(run, STDIN_FILENO, "<stdin>");
		return;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1) {
		(void)fail_sys(&why, "cannot open");
		filter_error(run->out, run->f->name, NULL, path, &why);
		run->out->partial = true;
		return;
	}
	read_all(run, fd, path);
	(void)close(fd);
}

/* A pipe cannot tell "finished" from "died"; upstream's end record can. */
static void
check_ended(const struct run *run)
{
	bool whole = run->ended && run->upstream_seen == 0;

	if (whole || run->f->upstream == NULL || stop_drained() ||
	    run->out->broken || run->over)
		return;
	log_at(LOG_WARN, NULL,
	    "the input has no end record of %s: it may be incomplete",
	    run->f->upstream);
	run->out->partial = true;
}

int
filter_run(const struct filter *f, int argc, char *argv[])
{
	struct filter_out out = {.fp = stdout, .silent = f->silent};
	struct run run = {.f = f, .out = &out};
	struct fail why;
	int i;

	if (argc == 0 && isatty(STDIN_FILENO)) {
		log_at(LOG_ERROR, NULL,
		    "reads records from a pipe or a file; see %s --help",
		    f->name);
		return STATUS_USAGE;
	}
	json_setup();
	if (argc == 0)
		read_operand(&run, "-");
	for (i = 0; i < argc && !stop_drained() && !out.broken && !run.over;
	     i++)
		read_operand(&run, argv[i]);
	check_ended(&run);
	if (f->end != NULL && f->end(&out, f->arg, &why) == -1 &&
	    why.kind != FAIL_STOP)
		filter_error(&out, f->name, out.repo, out.repo, &why);
	out.partial = out.partial || stop_now() ||
		      (f->drains && stop_drained());
	i = filter_finish(&out, f->name);
	if (stop_now())
		stop_die();
	return i;
}
