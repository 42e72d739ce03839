/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "clone.h"
#include "env.h"
#include "file.h"
#include "log.h"
#include "look.h"
#include "prepare.h"
#include "progress.h"
#include "reap.h"
#include "record.h"
#include "room.h"
#include "when.h"

#define SHARE    3                 /* of the task's time: one third */
#define LOG_MAX  ((size_t)4 << 20) /* bytes of output kept in the log */
#define TAIL_MAX ((size_t)4096)    /* bytes of output that are looked at */
#define LINES    5                 /* of it, told */

/* What it said. */
struct said {
	int log;
	size_t logged;
	struct buf tail;
};

static int
take(const char *data, size_t len, void *arg, struct fail *why)
{
	struct said *s = arg;
	size_t n = len < LOG_MAX - s->logged ? len : LOG_MAX - s->logged;

	(void)why;
	if (n != 0 && write(s->log, data, n) == (ssize_t)n)
		s->logged += n;
	if (len > TAIL_MAX) {
		data += len - TAIL_MAX;
		len = TAIL_MAX;
	}
	if (s->tail.len + len > TAIL_MAX)
		buf_drop(&s->tail, s->tail.len + len - TAIL_MAX);
	buf_add(&s->tail, data, len);
	return 0;
}

/* Where the last n lines begin. */
static const char *
last_lines(const struct buf *b, int n)
{
	const char *p = b->data + b->len;

	while (p > b->data)
		if (*--p == '\n' && p + 1 < b->data + b->len && n-- <= 1)
			return p + 1;
	return b->data;
}

static void
tell(const struct task *t, const struct said *s, const char *reason)
{
	const char *p = last_lines(&s->tail, LINES);
	char item[RECORD_ITEM_MAX];
	size_t len;

	(void)record_item(t->rec, item);
	log_at(LOG_WARN, item, "%s", reason);
	for (; *p != '\0'; p += len, p += *p == '\n') {
		len = strcspn(p, "\n");
		log_at(LOG_WARN, item, "prepare: %.*s", (int)len, p);
	}
}

/* Says how it failed; false: it did not.  The reason may be published: what the
 * command said is not in it. */
static bool
judge(const struct proc *p, const struct task *t, const struct said *s,
    struct result *res)
{
	if (p->status == 0 && !p->timed_out)
		return false;
	if (p->timed_out)
		result_is(res, RESULT_FAILED, "prepare", "human",
		    "the preparation took longer than the allowed %" PRId64
		    " s",
		    (t->timeout + SHARE - 1) / SHARE);
	else
		result_is(res, RESULT_FAILED, "prepare", "human",
		    "the preparation failed with status %d", p->status);
	tell(t, s, res->reason);
	return true;
}

/* Puts back what the base has, and says so when there was something to. */
static int
restore(const struct task *t, const struct place *p, struct fail *why)
{
	struct buf names = BUF_INIT(LOG_MAX);
	char item[RECORD_ITEM_MAX], name[LOOK_NAME_SIZE];
	const char *at;
	size_t n = 0;
	int r = clone_renew(p, t, &names, why);

	/* "XY path", each ended by a NUL. */
	for (at = names.data; at < names.data + names.len; at += strlen(at) + 1)
		n++;
	if (n != 0 && strlen(names.data) > 3)
		log_at(LOG_WARN, record_item(t->rec, item),
		    "the preparation changed %zu files that are not ignored, "
		    "%s first: they are as the base has them again",
		    n, look_name(names.data + 3, name));
	buf_free(&names);
	return r;
}

/* Both its outputs are one, so that what is on stderr is the room's. */
static int
run(struct proc *p, const struct work *w, const struct task *t,
    const struct place *place, struct fail *why)
{
	struct proc_env env = {0};
	struct args a = {0};
	int r = -1;

	env_make(&env, t, place);
	if (!w->sandbox || room_enter(&a, w, place, NULL, &env, why) == 0) {
		args_more(&a, "/bin/sh", "-c",
		    "exec /bin/sh -c \"$1\" prepare 2>&1", "prepare",
		    w->prepare, NULL);
		p->argv = (const char *const *)a.v;
		p->env = (const char *const *)env.v;
		p->dir = place->tree;
		p->timeout_ms = (int)((t->timeout + SHARE - 1) / SHARE * 1000);
		r = proc_run(p, why);
		reap_all();
	}
	if (r == 0 && w->sandbox)
		r = room_made(p, why);
	proc_env_done(&env);
	args_done(&a);
	return r;
}

bool
prepare_may(const struct work *w, const struct task *t)
{
	return w->sandbox || strcmp(t->start, t->base) == 0;
}

int
prepare_run(const struct work *w, const struct task *t, const struct place *p,
    struct result *res, int64_t *seconds, struct fail *why)
{
	struct said said = {.log = -1, .tail = BUF_INIT(TAIL_MAX)};
	struct proc proc = PROC_INIT(NULL);
	char item[RECORD_ITEM_MAX];
	int64_t began = when_now();
	int r;

	if (!prepare_may(w, t)) {
		log_at(LOG_WARN, record_item(t->rec, item),
		    "no preparation: without the sandbox none is run on the "
		    "head of a pull request");
		return 1;
	}
	if (file_create(p->prepare, &said.log, why) == -1)
		return -1;
	proc.on_out = take;
	proc.arg = &said;
	progress_tell("prepares the clone", 0);
	r = run(&proc, w, t, p, why);
	if (r == 0 && !judge(&proc, t, &said, res))
		r = restore(t, p, why) == -1 ? -1 : 1;
	if (r == -1 && why->kind == FAIL_POLICY) {
		result_is(res, RESULT_FAILED, "prepare", "human",
		    "after the preparation, %s", why->msg);
		tell(t, &said, res->reason);
		r = 0;
	}
	*seconds = when_now() - began;
	(void)close(said.log);
	buf_free(&said.tail);
	proc_done(&proc);
	return r;
}
