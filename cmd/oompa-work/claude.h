#ifndef OOMPA_WORK_CLAUDE_H
#define OOMPA_WORK_CLAUDE_H

#include "args.h"
#include "owed.h"
#include "place.h"
#include "proc.h"
#include "proc_env.h"
#include "stream.h"

/* One run of "claude -p", and how it ended. */
struct claude {
	const struct buf *prompt;
	struct buf own;     /* may hold it; freed with this */
	const char *guide;  /* a file of instructions; NULL: none */
	const char *resume; /* the session to go on with, whose log the
			     * stream has already; NULL: a new one */
	int64_t paid;       /* for that one, millionths of a dollar */
	int64_t passed;     /* of the task's time before this run, seconds */
	const struct owed *owed; /* holds what it may cost while it runs */

	struct stream stream;
	int status;     /* its exit status, or 128 + the signal */
	bool timed_out; /* it was ended: the task's time was over */
	bool silent;    /* it was ended: it said nothing for too long */
	int64_t seconds;
	int64_t cost;    /* what it counts with, millionths of a dollar */
	bool unsaid;     /* that is the most that it may have cost */
	char *complaint; /* why it ended before it began; NULL: it did not */
};

#define CLAUDE_INIT                                                            \
	{                                                                      \
		.own = BUF_INIT(BUF_ANY), .stream = STREAM_INIT                \
	}

#define CLAUDE_SILENCE_S 1200

/* What it is started with: FAIL_SETUP when something for it is missing. */
int claude_command(struct args *, struct proc_env *, const struct claude *,
    const struct work *, const struct task *, const struct place *,
    struct fail *);

/*
 * Runs it to its end, within what is left of the task's limits.  Nothing that
 * it started is alive afterwards.  -1: it could not be started (FAIL_SETUP), or
 * it was ended because of a signal; what it cost is known, and owed, also then.
 */
int claude_run(struct claude *, const struct work *, const struct task *,
    const struct place *, struct fail *);

void claude_done(struct claude *);

#endif
