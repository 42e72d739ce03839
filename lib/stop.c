/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

#include "stop.h"

static const int sigs[] = {SIGTERM, SIGHUP, SIGINT, SIGUSR1};

static volatile sig_atomic_t drained, now, seen, fresh, held;

/* Puts off what has come, or comes; SIGALRM is our own. */
static void
put_off(void)
{
	struct itimerval t = {.it_value.tv_sec = held};

	if (held != 0)
		(void)setitimer(ITIMER_REAL, &t, NULL);
}

static void
over(int sig)
{
	(void)sig;
	fresh = 1;
	held = 0;
}

static void
note(int sig)
{
	bool first = !now;

	fresh = 1;
	if ((sig == SIGINT && !drained) || sig == SIGUSR1)
		drained = 1;
	else
		drained = now = 1;
	if (!seen)
		seen = sig;
	if (first && now)
		put_off();
}

void
stop_setup(void)
{
	struct sigaction sa = {.sa_handler = note};
	struct sigaction pipe = {.sa_handler = SIG_DFL}, was;
	size_t i;

	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		/* Whoever started us may have wanted it ignored: nohup(1), and
		 * every shell for its background jobs. */
		if (sigaction(sigs[i], NULL, &was) == 0 &&
		    was.sa_handler != SIG_IGN)
			(void)sigaction(sigs[i], &sa, NULL);
	(void)sigaction(SIGPIPE, &pipe, NULL);
}

bool
stop_now(void)
{
	return now != 0 && held == 0;
}

void
stop_hold(int seconds)
{
	struct sigaction sa = {.sa_handler = over};

	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGALRM, &sa, NULL);
	held = seconds;
	if (now)
		put_off();
}

void
stop_release(void)
{
	struct itimerval none = {0};

	(void)setitimer(ITIMER_REAL, &none, NULL);
	held = 0;
}

bool
stop_drained(void)
{
	return drained != 0;
}

int
stop_signal(void)
{
	return seen;
}

int
stop_wait(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	sigset_t set, old;
	size_t i;
	int r;

	/* Blocked, a signal comes before the look at fresh or into ppoll. */
	(void)sigemptyset(&set);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		(void)sigaddset(&set, sigs[i]);
	(void)sigprocmask(SIG_BLOCK, &set, &old);
	r = fresh ? -1 : ppoll(&p, 1, NULL, &old);
	if (r == -1 && fresh)
		errno = EINTR;
	fresh = 0;
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return r == -1 ? -1 : 0;
}

void
stop_die(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	int sig = seen;
	sigset_t set;

	if (sig == 0)
		return;
	(void)sigaction(sig, &sa, NULL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, sig);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	(void)raise(sig);
}
