#ifndef OOMPA_WORK_TELL_H
#define OOMPA_WORK_TELL_H

#include "json.h"

/* What people are told of a task while it is worked on: a log line when it
 * begins and one when it ends, and a line that says what goes on. */
struct tell {
	char *item, *action;
	bool silent; /* it needs no model: it is over at once */
	int64_t began;
	int64_t max_cost; /* millionths of a dollar; 0: no limit */
	int64_t cost;     /* so far; 0: not known */
	char *doing;
};

void tell_begin(struct tell *, const cJSON *task);
void tell_progress(struct tell *, const cJSON *progress);
void tell_end(const struct tell *, const cJSON *result);

/* The line, such as "o/r#7 implement  6m12s  at most $5.00  Edit src/a.c". */
void tell_line(const struct tell *, struct buf *);
void tell_done(struct tell *);

#endif
