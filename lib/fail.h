#ifndef OOMPA_FAIL_H
#define OOMPA_FAIL_H

/*
 * What went wrong, told once, by the function that saw it.
 *
 * A function that can fail returns 0 (or a count) on success and -1 on
 * failure, and takes a struct fail as its last parameter.  It fills it only
 * when it fails, and then leaves its *ret alone.  Library code neither prints
 * nor exits; the caller in cmd/ prints msg and turns kind into an exit
 * status.
 */
enum fail_kind {
	FAIL_NONE = 0,
	FAIL_INPUT,   /* what we were given is malformed; code unused */
	FAIL_SYSTEM,  /* a system call failed; code is errno */
	FAIL_NETWORK, /* no HTTP reply came; code is the CURLcode */
	FAIL_REMOTE,  /* the HTTP reply says no; code is its status */
	FAIL_LIMIT,   /* told to wait; code is seconds, 0 if not told */
	FAIL_AUTH,    /* credentials missing or refused; code is 401, or 0 */
	FAIL_CHILD,   /* a child failed; code is its status or 128+signal */
	FAIL_SETUP,   /* this machine lacks something; code unused */
	FAIL_POLICY,  /* a rule of ours says no; code unused */
	FAIL_STOP,    /* a signal told us to end; code is the signal */
};

struct fail {
	enum fail_kind kind;
	int code;
	char msg[512]; /* no newline, no full stop */
};

/* Exit statuses of every command; see oompa(7). */
enum status {
	STATUS_OK = 0,
	STATUS_SOME = 1,     /* some records failed */
	STATUS_USAGE = 2,    /* the command line is wrong */
	STATUS_SETUP = 3,    /* something is missing on this machine */
	STATUS_AUTH = 4,     /* authentication was refused */
	STATUS_BUDGET = 5,   /* the budget is used up */
	STATUS_POLICY = 6,   /* refused by policy */
	STATUS_INPUT = 7,    /* malformed or truncated input */
	STATUS_MEMORY = 71,  /* out of memory (EX_OSERR) */
	STATUS_TEMPFAIL = 75 /* temporary, try again (EX_TEMPFAIL) */
};

#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Each of these returns -1, so that a failure reads "return fail(...)". */
int
fail(struct fail *, enum fail_kind, int code, const char *, ...) PRINTF(4, 5);
int fail_sys(struct fail *, const char *, ...) PRINTF(2, 3);  /* ": errno" */
int fail_wrap(struct fail *, const char *, ...) PRINTF(2, 3); /* "...: msg" */

/* The exit status that a failure of a whole command has. */
int fail_status(const struct fail *);

/* "later", "never" or "human": what trying again would do. */
const char *fail_retry(const struct fail *);

/* A short stable word for error records: "network", "limit", ... */
const char *fail_code(const struct fail *);

/* Of two exit statuses the one to report: 4, 3, 7, 5, 75, 6, 1, then 0.
 * Anything else (2, 71, 128+n) is worse than all of these. */
int status_worse(int, int);

#endif
