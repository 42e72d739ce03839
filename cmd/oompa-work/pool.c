/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live.h"
#include "log.h"
#include "outbox.h"
#include "pool.h"
#include "proc.h"
#include "proc_env.h"
#include "prune.h"
#include "reap.h"
#include "stop.h"
#include "tell.h"
#include "xalloc.h"

#define VARIABLE "OOMPA_WORK_ONE"
#define SELF     "/proc/self/exe"
#define SAID_MAX ((size_t)2 * RECORD_MAX) /* bytes; a result and an end */

/* A signal may come between our look at it and poll(2). */
#define LOOK_MS 500

/* How long a worker may take to end its Claude and itself. */
#define GRACE_S (PROC_GRACE_MS / 1000 + 5)

struct worker {
	pid_t pid;
	int fd;          /* its stdout */
	struct buf said; /* lines, the last may be torn */
	char *repo, *item, *branch;
	struct tell tell;
	bool answered; /* wrote a result or an error */
};

bool
pool_is_worker(void)
{
	const char *parent = getenv(VARIABLE);
	pid_t pid;

	if (parent == NULL)
		return false;
	pid = (pid_t)strtol(parent, NULL, 10);
	(void)unsetenv(VARIABLE);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != pid)
		exit(STATUS_TEMPFAIL);
	return true;
}

/* A copy of s, which may be NULL. */
static char *
copy(const char *s)
{
	return xstrdup(s != NULL ? s : "");
}

/* Takes over w, which works on rec. */
static void
add(struct pool *pool, struct worker *w, const cJSON *rec)
{
	char item[RECORD_ITEM_MAX];

	w->repo = copy(json_str(rec, "repo"));
	w->item = xstrdup(record_item(rec, item));
	w->branch = copy(json_str(rec, "branch"));
	tell_begin(&w->tell, rec);
	pool->workers = xrealloc(
	    pool->workers, (pool->n + 1) * sizeof(*pool->workers));
	pool->workers[pool->n++] = *w;
}

static int
start(struct pool *pool, const cJSON *rec, struct fail *why)
{
	struct proc p = PROC_INIT(NULL);
	struct proc_env env = {0};
	struct buf line = BUF_INIT(BUF_ANY);
	struct worker w = {.said = BUF_INIT(SAID_MAX)};
	char pid[24];
	const char **argv;
	int i, r;

	argv = xcalloc((size_t)pool->argc + 1, sizeof(*argv));
	for (i = 0; i < pool->argc; i++)
		argv[i] = pool->argv[i];
	for (i = 0; environ[i] != NULL; i++)
		proc_env_add(&env, environ[i]);
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	proc_env_set(&env, VARIABLE, pid);
	json_print(&line, rec);
	buf_putc(&line, '\n');
	p.argv = argv;
	p.program = SELF;
	p.env = (const char *const *)env.v;
	p.in = line.data;
	p.in_len = line.len;
	r = proc_start(&p, &w.pid, &w.fd, why);
	if (r == 0)
		add(pool, &w, rec);
	proc_done(&p);
	proc_env_done(&env);
	buf_free(&line);
	free(argv);
	return r;
}

/* Stdout takes no more. */
static void
give_up(struct pool *pool, const struct fail *why)
{
	pool->out->broken = true;
	pool->out->status = status_worse(pool->out->status, fail_status(why));
	log_at(LOG_ERROR, NULL, "%s", why->msg);
}

/* A line of a worker: its result is ours, its error goes on, its end record
 * has done its work, and its progress is for people. */
static void
put_line(struct pool *pool, struct worker *w, const char *s, size_t len)
{
	struct buf line = BUF_INIT(SAID_MAX);
	struct fail why;
	cJSON *rec = NULL;

	buf_add(&line, s, len);
	if (record_parse(&line, &rec, &why) == -1)
		goto done;
	if (record_is(rec, "progress"))
		tell_progress(&w->tell, rec);
	else if (record_is(rec, "result")) {
		w->answered = true;
		tell_end(&w->tell, rec);
		if (pool->out->broken)
			goto done;
		if (filter_put(pool->out, rec, &why) == -1)
			give_up(pool, &why);
		rec = NULL;
	} else if (record_is(rec, "error")) {
		w->answered = true;
		if (!pool->out->broken &&
		    record_write(pool->out->fp, rec, &why) == -1)
			give_up(pool, &why);
	}
done:
	cJSON_Delete(rec);
	buf_free(&line);
}

/* Takes whole lines; a result that was told is told, whatever becomes of the
 * worker. */
static void
put_all(struct pool *pool, struct worker *w)
{
	const char *p = w->said.data, *end = p + w->said.len, *nl;

	for (; (nl = memchr(p, '\n', (size_t)(end - p))) != NULL; p = nl + 1)
		put_line(pool, w, p, (size_t)(nl - p));
	buf_drop(&w->said, (size_t)(p - w->said.data));
}

/* A worker that was killed leaves its task's processes to us: they end before
 * anybody is told, and before the task can begin anew. */
static void
reap(const struct pool *pool)
{
	pid_t *workers = xcalloc(pool->n + 1, sizeof(*workers));
	size_t i;

	for (i = 0; i < pool->n; i++)
		workers[i] = pool->workers[i].pid;
	reap_except(workers, pool->n);
	free(workers);
}

/* The worker has closed its stdout: takes what it said, and its status. */
static void
finish(struct pool *pool, size_t i)
{
	struct worker w = pool->workers[i];
	struct fail why;
	int wstatus = 0, status;

	pool->workers[i] = pool->workers[--pool->n];
	while (waitpid(w.pid, &wstatus, 0) == -1 && errno == EINTR)
		;
	status = proc_status(wstatus);
	reap(pool);
	if (stop_now() && !w.answered) {
		(void)fail(&why, FAIL_STOP, stop_signal(), "stopped");
		filter_error(pool->out, NAME, w.repo, w.item, &why);
	} else if (!w.answered) {
		(void)fail(&why, FAIL_CHILD, status,
		    "the worker ended without a word: status %d", status);
		filter_error(pool->out, NAME, w.repo, w.item, &why);
	} else if (WIFEXITED(wstatus))
		pool->out->status = status_worse(pool->out->status, status);
	if (WIFSIGNALED(wstatus))
		prune_place(pool->work->clone_dir, w.repo);
	(void)close(w.fd);
	buf_free(&w.said);
	free(w.repo);
	free(w.item);
	free(w.branch);
	tell_done(&w.tell);
}

static void
hear(struct pool *pool, size_t i)
{
	struct worker *w = &pool->workers[i];
	char chunk[65536];
	ssize_t n = read(w->fd, chunk, sizeof(chunk));

	if (n > 0) {
		buf_add(&w->said, chunk, (size_t)n);
		if (memchr(chunk, '\n', (size_t)n) != NULL)
			put_all(pool, w);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		finish(pool, i);
}

/* On a terminal: a line for each worker. */
static void
show(const struct pool *pool)
{
	struct buf *bufs;
	const char **lines;
	size_t i;

	if (!live_possible())
		return;
	bufs = xcalloc(pool->n + 1, sizeof(*bufs));
	lines = xcalloc(pool->n + 1, sizeof(*lines));
	for (i = 0; i < pool->n; i++) {
		bufs[i] = (struct buf)BUF_INIT(BUF_ANY);
		tell_line(&pool->workers[i].tell, &bufs[i]);
		lines[i] = bufs[i].data;
	}
	live_show(lines, pool->n);
	for (i = 0; i < pool->n; i++)
		buf_free(&bufs[i]);
	free(bufs);
	free(lines);
}

/* Waits a moment for fd (-1: none) and the workers, and hears these.  Is
 * there something to read from fd? */
static bool
look(struct pool *pool, int fd)
{
	struct pollfd *fds = xcalloc(pool->n + 1, sizeof(*fds));
	size_t i, n = pool->n;
	bool ready;

	show(pool);
	fds[n] = (struct pollfd){.fd = fd, .events = POLLIN};
	for (i = 0; i < n; i++)
		fds[i] = (struct pollfd){
		    .fd = pool->workers[i].fd, .events = POLLIN};
	ready = poll(fds, n + 1, LOOK_MS) > 0;
	/* Backwards: one that has ended gives its place to the last. */
	for (i = n; ready && i-- > 0;)
		if (fds[i].revents != 0)
			hear(pool, i);
	ready = ready && fds[n].revents != 0;
	free(fds);
	return ready;
}

int
pool_wait(int fd, void *arg, struct fail *why)
{
	struct pool *pool = arg;

	while (!look(pool, fd))
		if (stop_drained())
			return fail(why, FAIL_STOP, stop_signal(), "stopped");
	return 0;
}

/* Is somebody at work on this item or branch? */
static bool
busy(const struct pool *pool, const cJSON *rec)
{
	const char *repo = json_str(rec, "repo");
	const char *branch = json_str(rec, "branch");
	char item[RECORD_ITEM_MAX];
	size_t i;

	(void)record_item(rec, item);
	for (i = 0; i < pool->n; i++)
		if (strcmp(pool->workers[i].item, item) == 0 ||
		    (repo != NULL && branch != NULL &&
			strcmp(pool->workers[i].repo, repo) == 0 &&
			strcmp(pool->workers[i].branch, branch) == 0))
			return true;
	return false;
}

/* Once, before the first task. */
static void
warn(struct pool *pool)
{
	const struct work *w = pool->work;

	if (!w->sandbox && !pool->warned)
		log_at(LOG_WARN, NULL,
		    "--sandbox off: Claude can read and write whatever this "
		    "account can");
	if (w->sandbox && *w->allow != '\0' && !pool->warned)
		log_at(LOG_WARN, NULL,
		    "--allow-tool means nothing with the sandbox: there "
		    "Claude may do anything");
	pool->warned = true;
}

/* A run looks at each repository before its first task there; a run has one as
 * a rule, so that the last one is enough to remember. */
static void
prune_once(struct pool *pool, const char *repo)
{
	if (repo == NULL ||
	    (pool->pruned != NULL && strcmp(pool->pruned, repo) == 0))
		return;
	if (pool->pruned == NULL && pool->work->outbox != NULL)
		outbox_prune(pool->work->outbox);
	prune_place(pool->work->clone_dir, repo);
	free(pool->pruned);
	pool->pruned = xstrdup(repo);
}

int
pool_task(const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
{
	struct pool *pool = arg;
	char item[RECORD_ITEM_MAX];

	pool->out = out;
	if (json_true(rec, "hold")) {
		log_at(LOG_INFO, record_item(rec, item),
		    "on hold: passed on, not worked on");
		return FILTER_PASS;
	}
	warn(pool);
	prune_once(pool, json_str(rec, "repo"));
	reap_adopt(); /* see finish */
	while (!stop_drained() &&
	       (pool->n != 0 && (pool->n >= pool->max || busy(pool, rec))))
		(void)look(pool, -1);
	if (stop_drained())
		return fail(why, FAIL_STOP, stop_signal(), "stopped");
	return start(pool, rec, why);
}

static void
tell_all(const struct pool *pool, int sig)
{
	size_t i;

	for (i = 0; i < pool->n; i++)
		(void)kill(pool->workers[i].pid, sig);
}

int
pool_end(struct filter_out *out, void *arg, struct fail *why)
{
	struct pool *pool = arg;
	time_t until = 0;

	(void)out;
	(void)why;
	while (pool->n != 0) {
		(void)look(pool, -1);
		if (!stop_now())
			continue;
		if (until == 0) {
			until = time(NULL) + GRACE_S;
			tell_all(pool, SIGTERM);
		} else if (time(NULL) > until)
			tell_all(pool, SIGKILL);
	}
	show(pool);
	free(pool->workers);
	pool->workers = NULL;
	free(pool->pruned);
	pool->pruned = NULL;
	return 0;
}
