/*
 * For LD_PRELOAD: time, as far as a program waits for it, passes two hundred
 * times as fast.  The date stays what it is.
 *
 * SPDX-License-Identifier: MIT
 */

#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TIMES 200

static int
wait_for(struct pollfd *fds, nfds_t n, int ms)
{
	return (int)syscall(SYS_poll, fds, n, ms > 0 ? ms / TIMES + 1 : ms);
}

int
poll(struct pollfd *fds, nfds_t n, int ms) /* NOLINT */
{
	return wait_for(fds, n, ms);
}

/* What poll is called with _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *, nfds_t, int, size_t); /* NOLINT */

int
__poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size) /* NOLINT */
{
	(void)size;
	return wait_for(fds, n, ms);
}

int
clock_gettime(clockid_t id, struct timespec *now) /* NOLINT */
{
	long r = syscall(SYS_clock_gettime, id, now);

	if (r == 0 && id == CLOCK_MONOTONIC) {
		now->tv_nsec *= TIMES;
		now->tv_sec = now->tv_sec * TIMES + now->tv_nsec / 1000000000;
		now->tv_nsec %= 1000000000;
	}
	return (int)r;
}
