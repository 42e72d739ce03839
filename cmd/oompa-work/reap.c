/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reap.h"

void
reap_adopt(void)
{
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static bool
is_among(pid_t pid, const pid_t *pids, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (pids[i] == pid)
			return true;
	return false;
}

/* Ends those of a list of children that are not spared.  False: there was
 * none. */
static bool
end_listed(const char *list, const pid_t *spared, size_t n)
{
	const char *p;
	char *rest;
	bool found = false;
	pid_t pid;

	for (p = list; *p != '\0'; p = rest + strspn(rest, " \n")) {
		pid = (pid_t)strtol(p, &rest, 10);
		/* Each ends in a blank; the last may be cut. */
		if (rest == p || *rest != ' ')
			break;
		if (is_among(pid, spared, n))
			continue;
		found = true;
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
	}
	return found;
}

void
reap_except(const pid_t *spared, size_t n)
{
	char path[64], list[8192];
	FILE *fp;
	int rounds;

	/* A child that forks while we look shows up in the next round. */
	(void)snprintf(
	    path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	for (rounds = 0; rounds < 1000; rounds++) {
		if ((fp = fopen(path, "re")) == NULL)
			return;
		list[fread(list, 1, sizeof(list) - 1, fp)] = '\0';
		(void)fclose(fp);
		if (!end_listed(list, spared, n))
			return;
	}
}

void
reap_all(void)
{
	reap_except(NULL, 0);
}
