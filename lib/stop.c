/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stddef.h>

#include "stop.h"

static volatile sig_atomic_t drained, now, seen;

static void
note(int sig)
{
	if ((sig == SIGINT && !drained) || sig == SIGUSR1)
		drained = 1;
	else
		drained = now = 1;
	if (!seen)
		seen = sig;
}

void
stop_setup(void)
{
	static const int sigs[] = {SIGTERM, SIGHUP, SIGINT, SIGUSR1};
	struct sigaction sa = {.sa_handler = note};
	struct sigaction pipe = {.sa_handler = SIG_DFL};
	size_t i;

	(void)sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		(void)sigaction(sigs[i], &sa, NULL);
	(void)sigaction(SIGPIPE, &pipe, NULL);
}

bool
stop_now(void)
{
	return now != 0;
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
