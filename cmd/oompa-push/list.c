/*
 * The outbox: one line for each result that waits there, the oldest first.
 *
 * What is no result, or not one that could be published from there, is listed
 * as such: whoever reads this list need not trust the folder.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "log.h"
#include "outbox.h"
#include "push.h"
#include "stop.h"
#include "when.h"
#include "xalloc.h"

#define ENDING ".json"

struct entry {
	char *name;        /* of the file, without its ending */
	const char *state; /* "waits", "malformed", "unreadable" */
	char *why;         /* it waits, or is not to be used */
	char *action, *outcome, *title;
	int64_t number, cost, made_at;
	bool chosen;
};

struct box {
	struct push *p;
	const char *dir;
	struct entry *v;
	size_t n;
};

static char *
copy(const char *s)
{
	return xstrdup(s != NULL ? s : "");
}

/* Reading. */

/* The whole file, unless it is a link, a pipe, or too long. */
static int
read_file(const char *dir, const char *file, char **ret, size_t *len,
    struct fail *why)
{
	char *path;
	int fd, r;

	if (file_open_in(dir, file, &fd, why) == -1)
		return -1;
	(void)close(fd);
	path = xasprintf("%s/%s", dir, file);
	r = file_read(path, OUTBOX_LINE_MAX, ret, len, why);
	free(path);
	return r;
}

/* The one result in a file of one line. */
static int
parse(const char *text, size_t len, cJSON **ret, struct fail *why)
{
	struct buf line = BUF_INIT(BUF_ANY);
	const char *end = memchr(text, '\n', len);
	int64_t v = 0;
	int r = -1;

	if (len == 0 || end != text + len - 1)
		return fail(why, FAIL_INPUT, 0, "not one line");
	buf_add(&line, text, len - 1);
	if (record_parse(&line, ret, why) == -1)
		goto done;
	(void)json_int(*ret, "v", &v);
	if (!record_is(*ret, "result"))
		(void)fail(why, FAIL_INPUT, 0, "not a result");
	else if (v > RECORD_V)
		(void)fail(why, FAIL_INPUT, 0, "of a newer version");
	else
		r = json_check(*ret, why);
	if (r == -1)
		cJSON_Delete(*ret);
done:
	buf_free(&line);
	return r;
}

static int
fill(struct box *box, struct entry *e, const cJSON *rec, struct fail *why)
{
	struct filter_out none = {0};
	char name[OUTBOX_NAME_SIZE];
	struct job j;

	if (job_read(&j, box->p, rec, &none, why) == -1)
		return -1;
	outbox_name(j.id, name);
	if (strcmp(name, e->name) != 0)
		return fail(why, FAIL_INPUT, 0,
		    "the file is not called after its task");
	e->state = "waits";
	e->number = j.number;
	e->cost = j.cost;
	e->made_at = j.made_at;
	e->action = copy(j.action);
	e->outcome = copy(j.outcome);
	e->title = copy(json_str(rec, "title"));
	e->why = outbox_why(box->dir, name);
	return 0;
}

static bool
is_gone(const struct fail *why)
{
	return why->kind == FAIL_SYSTEM && why->code == ENOENT;
}

/* One file.  One that is gone by now was published. */
static void
look(struct box *box, const char *file)
{
	struct entry *e;
	struct fail why;
	char *text = NULL;
	cJSON *rec = NULL;
	size_t len = 0;
	int r = read_file(box->dir, file, &text, &len, &why);

	if (r == -1 && is_gone(&why))
		return;
	box->v = xrealloc(box->v, (box->n + 1) * sizeof(*box->v));
	e = &box->v[box->n++];
	*e = (struct entry){
	    .name = xstrndup(file, strlen(file) - strlen(ENDING)),
	    .state = r == -1 ? "unreadable" : "malformed"};
	if (r == 0 && (r = parse(text, len, &rec, &why)) == 0) {
		r = fill(box, e, rec, &why);
		cJSON_Delete(rec);
	}
	if (r == -1)
		e->why = copy(why.msg);
	free(text);
}

static bool
has_ending(const char *file)
{
	size_t n = strlen(file);

	return *file != '.' && n > strlen(ENDING) &&
	       strcmp(file + n - strlen(ENDING), ENDING) == 0;
}

static int
order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* The oldest first; behind them what is not to be used. */
static int
by_age(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	int r = order(a->number == 0, b->number == 0);

	if (r == 0)
		r = order(a->made_at, b->made_at);
	return r != 0 ? r : strcmp(a->name, b->name);
}

static int
read_box(struct box *box, struct fail *why)
{
	DIR *d = opendir(box->dir);
	const struct dirent *e;

	if (d == NULL)
		return fail_sys(why, "cannot open '%s'", box->dir);
	while ((e = readdir(d)) != NULL && !stop_now())
		if (has_ending(e->d_name))
			look(box, e->d_name);
	(void)closedir(d);
	if (box->n != 0)
		qsort(box->v, box->n, sizeof(*box->v), by_age);
	return stop_now() ? fail(why, FAIL_STOP, stop_signal(), "stopped") : 0;
}

/* Choosing. */

static bool
is_id(const char *s)
{
	return strlen(s) == OUTBOX_NAME_SIZE - 1 &&
	       strspn(s, "0123456789abcdef") == strlen(s);
}

static bool
is_meant(const struct entry *e, const char *s)
{
	if (is_id(s))
		return strcmp(e->name, s) == 0;
	return e->number != 0 && e->number == strtoll(s, NULL, 10);
}

static void
check_operands(int argc, char *argv[])
{
	int i;

	for (i = 0; i < argc; i++)
		if (!is_id(argv[i]) && !opt_is_number(argv[i]))
			opt_usage(
			    "--list wants ids and numbers, not '%s'", argv[i]);
}

/* Marks those that are named.  Returns the exit status: 1 when a name
 * fits none. */
static int
choose(struct box *box, int argc, char *argv[])
{
	struct entry *e;
	bool found, all = true;
	int i;

	for (i = 0; i < argc; i++) {
		found = false;
		for (e = box->v; e < box->v + box->n; e++)
			if (is_meant(e, argv[i])) {
				e->chosen = true;
				found = true;
			}
		if (!found)
			log_at(LOG_ERROR, NULL, "'%s' is not in the outbox",
			    argv[i]);
		all = all && found;
	}
	for (e = box->v; argc == 0 && e < box->v + box->n; e++)
		e->chosen = true;
	return all ? STATUS_OK : STATUS_SOME;
}

/* Writing. */

static void
put(const char *s)
{
	struct buf b = BUF_INIT(BUF_ANY);

	log_escape(&b, s, strlen(s));
	(void)fputs(b.data, stdout);
	buf_free(&b);
}

/* For programs: nine fields with a tab between them. */
static void
put_fields(const struct entry *e)
{
	char at[WHEN_SIZE];

	put(e->name);
	if (e->number == 0)
		(void)printf("\t-\t-\t-\t-\t-");
	else
		(void)printf("\t%" PRId64 "\t%s\t%s\t%" PRId64 ".%06" PRId64
			     "\t%s",
		    e->number, e->action, e->outcome, e->cost / 1000000,
		    e->cost % 1000000, when_format(e->made_at, at));
	(void)printf("\t%s\t", e->state);
	put(e->why);
	(void)putchar('\t');
	put(e->title != NULL ? e->title : "");
	(void)putchar('\n');
}

static void
put_row(const struct entry *e)
{
	struct buf cost = BUF_INIT(64), age = BUF_INIT(64);
	char item[32];

	text_money(&cost, e->cost);
	text_age(&age, when_now() - e->made_at);
	(void)snprintf(item, sizeof(item), "#%" PRId64, e->number);
	(void)printf("%-16s  %-6s  %-9s  %-9s  %7s  %6s  ", e->name, item,
	    e->action, e->outcome, cost.data, age.data);
	put(e->title);
	(void)putchar('\n');
	if (*e->why != '\0') {
		(void)printf("%18swaits: ", "");
		put(e->why);
		(void)putchar('\n');
	}
	buf_free(&cost);
	buf_free(&age);
}

static void
put_table(const struct box *box)
{
	const struct entry *e;

	if (box->n != 0)
		(void)printf("%-16s  %-6s  %-9s  %-9s  %7s  %6s  %s\n", "ID",
		    "ITEM", "ACTION", "OUTCOME", "COST", "AGE", "TITLE");
	for (e = box->v; e < box->v + box->n; e++) {
		if (!e->chosen)
			continue;
		if (e->number != 0) {
			put_row(e);
			continue;
		}
		put(e->name);
		(void)printf("  %s: ", e->state);
		put(e->why);
		(void)putchar('\n');
	}
}

static void
done(struct box *box)
{
	struct entry *e;

	for (e = box->v; e < box->v + box->n; e++) {
		free(e->name);
		free(e->why);
		free(e->action);
		free(e->outcome);
		free(e->title);
	}
	free(box->v);
}

int
list_outbox(struct push *p, int argc, char *argv[])
{
	struct box box = {.p = p, .dir = opt_str(p->o, O_OUTBOX)};
	struct fail why;
	const struct entry *e;
	int status = STATUS_OK;

	check_operands(argc, argv);
	json_setup();
	if (read_box(&box, &why) == -1) {
		if (why.kind == FAIL_STOP)
			stop_die();
		log_at(LOG_ERROR, NULL, "%s", why.msg);
		status = fail_status(&why);
	} else
		status = choose(&box, argc, argv);
	if (isatty(STDOUT_FILENO))
		put_table(&box);
	else
		for (e = box.v; e < box.v + box.n; e++)
			if (e->chosen)
				put_fields(e);
	if (fclose(stdout) == EOF) {
		log_at(LOG_ERROR, NULL, "cannot write <stdout>: %s",
		    strerror(errno));
		status = STATUS_SOME;
	}
	done(&box);
	return status;
}
