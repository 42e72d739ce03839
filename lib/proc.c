/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proc.h"
#include "stop.h"
#include "xalloc.h"

#define CHUNK 65536
#define TURN  ((size_t)32 * CHUNK) /* a pipe holds 1 MiB at most, as a rule */

/* A child while it runs. */
struct child {
	pid_t pid;
	int pidfd;
	int out, err; /* our ends, -1 when closed */
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
shut(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* Is this a program that we may run? */
static bool
runs(const char *path)
{
	struct stat st;

	return access(path, X_OK) == 0 && stat(path, &st) == 0 &&
	       S_ISREG(st.st_mode);
}

int
proc_which(const char *name, char **ret, struct fail *why)
{
	const char *path = getenv("PATH"), *end;
	char *full = NULL;

	if (strchr(name, '/') != NULL)
		full = xstrdup(name);
	for (; full == NULL && path != NULL && *path != '\0';
	     path = end + (*end == ':')) {
		end = strchrnul(path, ':');
		if (*path != '/')
			continue;
		full = xasprintf("%.*s/%s", (int)(end - path), path, name);
		if (!runs(full)) {
			free(full);
			full = NULL;
		}
	}
	if (full != NULL && runs(full)) {
		*ret = full;
		return 0;
	}
	free(full);
	(void)fail(why, FAIL_SETUP, 0, "no program '%s'%s", name,
	    strchr(name, '/') != NULL ? "" : " on PATH");
	return -1;
}

/* A file in memory with these bytes, read from its start. */
static int
memory(const char *data, size_t len, int *ret, struct fail *why)
{
	int fd = memfd_create("stdin", MFD_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return fail_sys(why, "cannot make a file in memory");
	for (; len != 0; data += n, len -= (size_t)n) {
		n = write(fd, data, len);
		if (n == -1 && errno != EINTR) {
			(void)fail_sys(why, "cannot write to memory");
			(void)close(fd);
			return -1;
		}
		if (n == -1)
			n = 0;
	}
	(void)lseek(fd, 0, SEEK_SET);
	*ret = fd;
	return 0;
}

static void
attributes(posix_spawnattr_t *attr)
{
	sigset_t all, none;

	(void)sigfillset(&all);
	(void)sigdelset(&all, SIGKILL);
	(void)sigdelset(&all, SIGSTOP);
	(void)sigemptyset(&none);
	(void)posix_spawnattr_setsigdefault(attr, &all);
	(void)posix_spawnattr_setsigmask(attr, &none);
	(void)posix_spawnattr_setpgroup(attr, 0);
	(void)posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP |
						 POSIX_SPAWN_SETSIGDEF |
						 POSIX_SPAWN_SETSIGMASK);
}

/* in, out and err become the child's 0, 1 and 2; err -1 keeps ours. */
static int
spawn(const struct proc *p, const int fds[3], pid_t *pid, struct fail *why)
{
	static const char *const empty[] = {NULL};
	posix_spawn_file_actions_t act;
	posix_spawnattr_t attr;
	struct stat st;
	char *path = NULL;
	int r;

	/* A missing directory would come back as ENOENT, like a missing
	 * program. */
	if (p->dir != NULL && stat(p->dir, &st) == -1)
		return fail_sys(why, "cannot go to '%s'", p->dir);
	if (proc_which(
		p->program != NULL ? p->program : p->argv[0], &path, why) == -1)
		return -1;
	(void)posix_spawn_file_actions_init(&act);
	(void)posix_spawnattr_init(&attr);
	attributes(&attr);
	if (fds[0] == -1)
		(void)posix_spawn_file_actions_addopen(
		    &act, 0, "/dev/null", O_RDONLY, 0);
	else
		(void)posix_spawn_file_actions_adddup2(&act, fds[0], 0);
	(void)posix_spawn_file_actions_adddup2(&act, fds[1], 1);
	if (fds[2] != -1)
		(void)posix_spawn_file_actions_adddup2(&act, fds[2], 2);
	if (p->dir != NULL)
		(void)posix_spawn_file_actions_addchdir_np(&act, p->dir);
	(void)posix_spawn_file_actions_addclosefrom_np(&act, 3);
	errno = posix_spawn(pid, path, &act, &attr,
	    (char *const *)(uintptr_t)p->argv,
	    (char *const *)(uintptr_t)(p->env != NULL ? p->env : empty));
	r = errno == 0 ? 0 : fail_sys(why, "cannot run '%s'", path);
	(void)posix_spawn_file_actions_destroy(&act);
	(void)posix_spawnattr_destroy(&attr);
	free(path);
	return r;
}

/* A way for the child's output: out[0] is our end, which reads, out[1] its. */
static int
channel(bool is_socket, int out[2], struct fail *why)
{
	int r = is_socket
		    ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, out)
		    : pipe2(out, O_CLOEXEC);

	return r == 0 ? 0 : fail_sys(why, "cannot make a pipe");
}

static int
start(const struct proc *p, bool with_err, struct child *c, struct fail *why)
{
	int in = -1, out[2] = {-1, -1}, err[2] = {-1, -1}, fds[3], r = -1;

	if (p->in != NULL && memory(p->in, p->in_len, &in, why) == -1)
		return -1;
	if (channel(p->out_socket, out, why) == -1 ||
	    (with_err && channel(false, err, why) == -1))
		goto done;
	fds[0] = in;
	fds[1] = out[1];
	fds[2] = err[1];
	if (spawn(p, fds, &c->pid, why) == -1)
		goto done;
	/* Only our ends: a child that inherits these must find them blocking.
	 */
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	if (with_err)
		(void)fcntl(err[0], F_SETFL, O_NONBLOCK);
	c->out = out[0];
	c->err = err[0];
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	out[0] = err[0] = -1;
	r = 0;
done:
	shut(&in);
	shut(&out[0]);
	shut(&out[1]);
	shut(&err[0]);
	shut(&err[1]);
	return r;
}

static int
take_out(struct proc *p, const char *data, size_t n, struct fail *why)
{
	if (p->on_out != NULL)
		return p->on_out(data, n, p->arg, why);
	buf_add(&p->out, data, n);
	return 0;
}

/* Reads what there is, but not for ever: the limits are looked at in between.
 * Closes the descriptor at its end.  -1: on_out failed. */
static int
drain(struct proc *p, int *fd, bool is_out, struct fail *why)
{
	char chunk[CHUNK];
	size_t taken = 0;
	ssize_t n;

	while (*fd != -1 && taken < TURN) {
		n = read(*fd, chunk, sizeof(chunk));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			return 0;
		taken += n > 0 ? (size_t)n : 0;
		if (n <= 0)
			shut(fd);
		else if (!is_out)
			buf_add(&p->err, chunk, (size_t)n);
		else if (take_out(p, chunk, (size_t)n, why) == -1)
			return -1;
	}
	return 0;
}

static int
least(int64_t a, int64_t b)
{
	int64_t m = b == 0 || (a != 0 && a < b) ? a : b;

	return m > INT32_MAX ? INT32_MAX : (int)m;
}

/* Waits until something happens: a poll(2) time-out that keeps both limits. */
static int
patience(const struct proc *p, int64_t began, int64_t heard)
{
	int64_t now = now_ms(), left = 0, quiet = 0;

	if (p->timeout_ms != 0)
		left = began + p->timeout_ms > now ? began + p->timeout_ms - now
						   : 1;
	if (p->silence_ms != 0)
		quiet = heard + p->silence_ms > now
			    ? heard + p->silence_ms - now
			    : 1;
	return left == 0 && quiet == 0 ? -1 : least(left, quiet);
}

/* Is it time to end the child?  Says why in p or in why. */
static int
overdue(struct proc *p, int64_t began, int64_t heard, struct fail *why)
{
	int64_t now = now_ms();

	if (stop_now())
		return fail(why, FAIL_STOP, stop_signal(), "stopped");
	p->timed_out = p->timeout_ms != 0 && now - began >= p->timeout_ms;
	p->silent = p->silence_ms != 0 && now - heard >= p->silence_ms;
	return p->timed_out || p->silent;
}

/* Pumps until the child has ended.  1: it must be ended, -1: it must and
 * why says so. */
static int
pump(struct proc *p, struct child *c, struct fail *why)
{
	int64_t began = now_ms(), heard = began;
	struct pollfd fds[3];
	int r;

	for (;;) {
		fds[0] = (struct pollfd){.fd = c->out, .events = POLLIN};
		fds[1] = (struct pollfd){.fd = c->err, .events = POLLIN};
		fds[2] = (struct pollfd){.fd = c->pidfd, .events = POLLIN};
		(void)poll(fds, 3, patience(p, began, heard));
		if ((r = overdue(p, began, heard, why)) != 0)
			return r;
		if (fds[0].revents != 0 || fds[1].revents != 0)
			heard = now_ms();
		if (drain(p, &c->out, true, why) == -1)
			return -1;
		(void)drain(p, &c->err, false, why);
		if (fds[2].revents != 0 ||
		    (c->pidfd == -1 && c->out == -1 && c->err == -1))
			return 0;
	}
}

int
proc_status(int wstatus)
{
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus)
				    : WEXITSTATUS(wstatus);
}

static int
collect(pid_t pid)
{
	int wstatus = 0;

	while (waitpid(pid, &wstatus, 0) == -1 && errno == EINTR)
		;
	return proc_status(wstatus);
}

/* Ends a child that overstays: TERM, a while later KILL. */
static void
end_child(struct child *c)
{
	struct pollfd fd = {.fd = c->pidfd, .events = POLLIN};
	int64_t until = now_ms() + PROC_GRACE_MS;
	int64_t left;

	(void)kill(-c->pid, SIGTERM);
	while ((left = until - now_ms()) > 0 && c->pidfd != -1)
		if (poll(&fd, 1, (int)left) > 0)
			break;
	(void)kill(-c->pid, SIGKILL);
}

int
proc_run(struct proc *p, struct fail *why)
{
	struct child c = {.pidfd = -1, .out = -1, .err = -1};
	struct fail unused;
	int r;

	p->timed_out = p->silent = false;
	if (start(p, true, &c, why) == -1)
		return -1;
	r = pump(p, &c, why);
	if (r != 0)
		end_child(&c);
	/* What it left in its group goes with it. */
	(void)kill(-c.pid, SIGKILL);
	p->status = collect(c.pid);
	if (r == 1)
		(void)drain(p, &c.out, true, &unused);
	shut(&c.out);
	shut(&c.err);
	shut(&c.pidfd);
	return r == -1 ? -1 : 0;
}

int
proc_start(const struct proc *p, pid_t *pid, int *out, struct fail *why)
{
	struct child c = {.pidfd = -1, .out = -1, .err = -1};

	if (start(p, false, &c, why) == -1)
		return -1;
	shut(&c.pidfd);
	*pid = c.pid;
	*out = c.out;
	return 0;
}

void
proc_done(struct proc *p)
{
	buf_free(&p->out);
	buf_free(&p->err);
}

int
proc_check(const struct proc *p, const char *what, struct fail *why)
{
	const char *said = p->err.data;

	if (p->timed_out || p->silent)
		return fail(why, FAIL_CHILD, p->status, "%s: %s", what,
		    p->timed_out ? "took too long" : "went silent");
	if (p->status == 0)
		return 0;
	if (*said == '\0')
		return fail(why, FAIL_CHILD, p->status, "%s: status %d", what,
		    p->status);
	return fail(why, FAIL_CHILD, p->status, "%s: %.*s", what,
	    (int)strcspn(said, "\n"), said);
}
