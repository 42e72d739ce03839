#ifndef OOMPA_PROC_H
#define OOMPA_PROC_H

#include <stdbool.h>
#include <sys/types.h>

#include "buf.h"
#include "fail.h"

/*
 * Children.  A child gets the environment it is given and nothing else, its
 * own process group, stdin from what it is given (else /dev/null), and none
 * of our descriptors above 2.
 */

/* Bytes of output that are kept, see BUF_INIT. */
#define PROC_OUT_MAX ((size_t)64 << 20)
#define PROC_ERR_MAX ((size_t)16 << 10)

struct proc {
	const char *const *argv; /* [0] is looked up on our PATH */
	const char *program;     /* what to run instead of argv[0], or NULL */
	const char *const *env;  /* "NAME=value", ended by NULL; NULL: none */
	const char *dir;         /* NULL: ours */
	const char *in;          /* what it reads on stdin; NULL: nothing */
	size_t in_len;
	int timeout_ms; /* 0: no limit */
	int silence_ms; /* the longest wait for output; 0: no limit */
	struct buf out; /* what it wrote on stdout */
	struct buf err; /* and on stderr, the first PROC_ERR_MAX bytes */
	/* When set, is given stdout's bytes instead of out.  -1 ends the
	 * child's group and makes proc_run fail. */
	int (*on_out)(const char *, size_t, void *arg, struct fail *);
	void *arg;
	/* stdout is a socket: what it starts cannot open it anew through
	 * /proc, as it could a pipe, and speak in its place. */
	bool out_socket;

	int status;     /* its exit status, or 128 + the signal it died of */
	bool timed_out; /* we ended it: timeout_ms was over */
	bool silent;    /* we ended it: silence_ms was over */
};

#define PROC_INIT(av)                                                          \
	{                                                                      \
		.argv = (av), .out = BUF_INIT(PROC_OUT_MAX),                   \
		.err = BUF_INIT(PROC_ERR_MAX)                                  \
	}

/*
 * Runs it to its end.  0 when it ran, whatever its status; -1 when it could
 * not be started (FAIL_SETUP when there is no such program), when it had to
 * be ended because of a signal (FAIL_STOP), or when on_out failed.  A child
 * that overstays is sent TERM, after PROC_GRACE_MS KILL, with its group.
 */
#define PROC_GRACE_MS 10000
int proc_run(struct proc *, struct fail *);
void proc_done(struct proc *);

/* What waitpid(2) says of a child: its exit status, or 128 + the signal. */
int proc_status(int wstatus);

/* FAIL_CHILD unless p ran and gave status 0; names what by its first line of
 * stderr. */
int proc_check(const struct proc *, const char *what, struct fail *);

/* Starts a child and does not wait for it: *out is the reading end of its
 * stdout, yours to close; its stderr is ours.  Limits do not apply. */
int proc_start(const struct proc *, pid_t *pid, int *out, struct fail *);

/* The full path of a program on PATH, yours to free; FAIL_SETUP if none. */
int proc_which(const char *name, char **ret, struct fail *);

#endif
