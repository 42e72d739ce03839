#ifndef OOMPA_RECORD_H
#define OOMPA_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "json.h"

/*
 * Records: one JSON object per line, as oompa-records(5) describes them.
 */

#define RECORD_V        1
#define RECORD_MAX      ((int64_t)16 << 20) /* bytes in one line */
#define RECORD_ITEM_MAX 256                 /* bytes of an item's name */

/* Seconds; the most that a task record may give one task. */
#define TASK_TIMEOUT_MAX INT64_C(604800)

/* Where records come from: lines of a descriptor. */
struct record_in {
	int fd;
	const char *name; /* for messages: "<stdin>", a path */
	size_t line;      /* lines read so far, the first is 1 */
	size_t max;       /* bytes, the longest line that is taken */
	/* Called before each read(2), NULL for none: returns 0 when fd can be
	 * read, -1 to end the run. */
	int (*wait)(int fd, void *arg, struct fail *);
	void *arg;
	/* The first INT does not end it: what feeds the pipe hears it too,
	 * and what that still sends must not be lost. */
	bool to_end;
	struct buf raw;  /* read, not yet handed out */
	struct buf text; /* the current line, without its line end */
	bool torn;       /* the current line has no line end */
	bool eof;
};

#define RECORD_IN(f, n, most)                                                  \
	{                                                                      \
		.fd = (f), .name = (n), .max = (most),                         \
		.raw = BUF_INIT(BUF_ANY), .text = BUF_INIT(BUF_ANY)            \
	}

/*
 * The next line that is not blank, in in->text: 1, 0 at the end of input, -1
 * on failure.  A line that is too long is FAIL_INPUT and is skipped as a
 * whole, so that the next call gives the next line.  FAIL_STOP when a signal
 * says so.
 */
int record_line(struct record_in *, struct fail *);
void record_in_done(struct record_in *);

/* The object in a line: FAIL_INPUT unless it is one with a string "type" and
 * an integer "v" above 0. */
int record_parse(const struct buf *line, cJSON **ret, struct fail *);

bool record_is(const cJSON *, const char *type);

/* Writes obj as one line and flushes.  FAIL_SYSTEM when it cannot. */
int record_write(FILE *, const cJSON *, struct fail *);

/* {"type":type,"v":1,"repo":repo}; without repo when that is NULL. */
cJSON *record_new(const char *type, const char *repo);

cJSON *record_error(
    const char *stage, const char *repo, const char *item, const struct fail *);
cJSON *record_end(const char *from, const char *repo, size_t count, bool whole);

/* "owner/name#number" of a record, "owner/name" when it has no number; what
 * it lacks is "?". */
const char *record_item(const cJSON *, char out[RECORD_ITEM_MAX]);

#endif
