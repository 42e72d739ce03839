#ifndef OOMPA_FILTER_H
#define OOMPA_FILTER_H

#include "record.h"

/*
 * The record loop that every command shares: records come in, those of the
 * consumed types are handled, all other lines go on byte for byte and in
 * order, and an "end" record of our own closes the output.
 *
 * A bad record is told on stderr, becomes an "error" record on stdout, and
 * does not stop the rest (unless strict).
 */

/* Where a callback writes.  Use filter_put, so that records are counted. */
struct filter_out {
	FILE *fp;
	size_t count;  /* records of our own, without error and end */
	bool broken;   /* stdout takes no more */
	bool partial;  /* something was left undone: our end says so */
	int status;    /* the worst so far, see status_worse */
	char *repo;    /* for our end record: the first that was written */
	cJSON *policy; /* for our end record; NULL for none, taken */
	bool silent;   /* see struct filter */
	/* What the callback fails with was told by an earlier run: for this
	 * record it is logged as a detail.  Its error record is written. */
	bool told;
};

/* Handles one consumed record, which is lent.  0: done with it.  FILTER_PASS:
 * it goes on as it came, byte for byte.  -1: this record failed.  FAIL_STOP
 * ends the run; what else fails ends only this record. */
#define FILTER_PASS 1
typedef int
filter_fn(const cJSON *rec, struct filter_out *, void *arg, struct fail *);

/* Called once after the last record. */
typedef int filter_end_fn(struct filter_out *, void *arg, struct fail *);

struct filter {
	const char *name;            /* ours, as in "from" of our end record */
	const char *const *consumes; /* types, ended by NULL */
	filter_fn *record;
	filter_end_fn *end; /* NULL: nothing to do there */
	void *arg;
	/* The producer whose end record must come before end of input, and
	 * the types it counts; NULL when there is none to wait for. */
	const char *upstream;
	const char *const *upstream_types;
	bool strict; /* a malformed line, or a newer v, ends the run */
	/* The first INT, and USR1, end our input also when it is a pipe: what
	 * we take from it is new work. */
	bool drains;
	/* No record is written: the callbacks print for people instead. */
	bool silent;
	size_t max_record; /* bytes; 0: RECORD_MAX */
	/* See struct record_in. */
	int (*wait)(int fd, void *arg, struct fail *);
};

/*
 * Runs f over the operands (files, "-" for stdin; none: stdin) and returns
 * the exit status.  When stdin is a terminal it says how to use us and
 * returns STATUS_USAGE.
 */
int filter_run(const struct filter *f, int argc, char *argv[]);

/* Writes a record of our own, and deletes it. */
int filter_put(struct filter_out *, cJSON *given, struct fail *);

/* Tells a failure of item: one line on stderr, one error record, and the
 * worst status remembered. */
void filter_error(struct filter_out *, const char *stage, const char *repo,
    const char *item, const struct fail *);

/* Writes the end record, flushes and closes stdout.  Returns the status. */
int filter_finish(struct filter_out *, const char *from);

#endif
