/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "brief.h"
#include "claude.h"
#include "clone.h"
#include "file.h"
#include "filter.h"
#include "git.h"
#include "log.h"
#include "login.h"
#include "outbox.h"
#include "owed.h"
#include "place.h"
#include "prepare.h"
#include "proc.h"
#include "progress.h"
#include "reap.h"
#include "record.h"
#include "repair.h"
#include "reply.h"
#include "result.h"
#include "review.h"
#include "slug.h"
#include "stop.h"
#include "task.h"
#include "tree.h"
#include "xalloc.h"

#define ID_MAX   512                 /* bytes */
#define COST_MAX INT64_C(1000000000) /* millionths of a dollar */

/* What may stand on a line of a commit, or be an argument. */
static bool
plain(const char *s)
{
	if (s == NULL)
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static int
wrong(struct fail *why, const char *what)
{
	return fail(why, FAIL_INPUT, 0, "task: %s", what);
}

static int
read_identity(struct task *t, struct fail *why)
{
	const cJSON *identity = json_get(t->rec, "identity");

	t->name = json_str(identity, "name");
	t->email = json_str(identity, "email");
	t->signed_off_by = json_str(identity, "signed_off_by");
	t->assisted_by = json_str(identity, "assisted_by");
	if (!git_name_valid(t->name) || !git_name_valid(t->email) ||
	    !plain(t->signed_off_by) || !plain(t->assisted_by))
		return wrong(why, "identity is not fit for a commit");
	return 0;
}

static int
read_limits(struct task *t, struct fail *why)
{
	const cJSON *model = json_get(t->rec, "model"),
		    *cost = json_get(t->rec, "max_cost");

	t->model = json_text(model);
	if (!json_is_null(model) &&
	    (!plain(t->model) || *t->model == '\0' || *t->model == '-'))
		return wrong(why, "model is no name");
	if (!json_money(t->rec, "max_cost", &t->max_cost) || t->max_cost < 0 ||
	    t->max_cost > COST_MAX ||
	    /* 0 is no limit: not what rounds to it. */
	    (t->max_cost == 0 && cost->valuedouble != 0))
		return wrong(why, "max_cost is no amount");
	if (!json_int(t->rec, "timeout", &t->timeout) || t->timeout < 1 ||
	    t->timeout > TASK_TIMEOUT_MAX)
		return wrong(why, "timeout is not within 1 s and 7 days");
	return 0;
}

static int
read_issue(struct task *t, struct fail *why)
{
	int64_t dropped;

	t->issue = json_get(t->rec, "issue");
	t->title = json_str(t->issue, "title");
	if (t->title == NULL || json_str(t->issue, "body") == NULL ||
	    json_str(t->issue, "id") == NULL ||
	    json_str(t->issue, "url") == NULL ||
	    !json_is_array(json_get(t->issue, "comments")) ||
	    !json_int(t->issue, "dropped", &dropped))
		return wrong(why, "issue is not whole");
	return 0;
}

static int
read_place(struct task *t, struct fail *why)
{
	const cJSON *base = json_get(t->rec, "base");

	t->branch = json_str(t->rec, "branch");
	t->base = json_str(base, "oid");
	t->base_ref = json_str(base, "ref");
	t->head = json_str(t->rec, "head");
	t->start = t->base;
	t->may_push = true;
	if (!git_branch_valid(t->branch))
		return wrong(why, "branch is no branch name");
	if (!git_oid_valid(t->base) || !git_branch_valid(t->base_ref))
		return wrong(why, "base is no commit of a branch");
	if (t->head != NULL && !git_oid_valid(t->head))
		return wrong(why, "head is no commit");
	if (!t->needs_claude && t->head == NULL)
		return wrong(why, "head is missing");
	return 0;
}

/* People are told something, on this issue or pull request. */
static int
read_note(struct task *t, struct fail *why)
{
	static const char *const codes[] = {
	    "gave-up", "budget-item", "status", NULL};
	const char *code, *text;
	size_t i;

	t->issue = json_get(t->rec, "issue");
	t->note = json_get(t->rec, "note");
	code = json_str(t->note, "code");
	text = json_str(t->note, "text");
	if (json_str(t->issue, "id") == NULL ||
	    json_str(t->issue, "title") == NULL)
		return wrong(why, "issue is not whole");
	for (i = 0; code != NULL && codes[i] != NULL; i++)
		if (strcmp(code, codes[i]) == 0)
			break;
	if (code == NULL || codes[i] == NULL || text == NULL || *text == '\0')
		return wrong(why, "note is not whole");
	return 0;
}

int
task_read(struct task *t, const cJSON *rec, struct fail *why)
{
	const cJSON *trigger = json_get(rec, "trigger");
	bool is_review;

	*t = (struct task){.rec = rec};
	t->repo = json_str(rec, "repo");
	t->id = json_str(rec, "id");
	t->action = json_str(rec, "action");
	if (t->repo == NULL || !slug_valid(t->repo))
		return wrong(why, "repo is not owner/name");
	if (!json_int(rec, "number", &t->number) || t->number < 1)
		return wrong(why, "number is missing");
	if (!plain(t->id) || *t->id == '\0' || strlen(t->id) > ID_MAX)
		return wrong(why, "id is missing");
	if (t->action == NULL)
		return wrong(why, "action is missing");
	if (strcmp(t->action, "note") == 0) {
		if (!json_is_object(trigger) && !json_is_null(trigger))
			return wrong(why, "trigger is missing");
		return read_note(t, why);
	}
	is_review = strcmp(t->action, "review") == 0;
	t->needs_claude = is_review || strcmp(t->action, "implement") == 0;
	if (!t->needs_claude && strcmp(t->action, "open-pr") != 0)
		return wrong(why, "unknown action");
	if (!is_review && !json_is_object(trigger))
		return wrong(why, "trigger is missing");
	if (read_place(t, why) == -1 ||
	    (is_review ? review_read(t, why) : read_issue(t, why)) == -1 ||
	    read_identity(t, why) == -1)
		return -1;
	return read_limits(t, why);
}

/* The home holds the session's files: no longer than it may be resumed. */
static void
close_home(const struct place *p, const struct task *t)
{
	char item[RECORD_ITEM_MAX];
	struct fail why;

	if (file_remove_tree(p->home, &why) == -1)
		log_at(LOG_WARN, record_item(t->rec, item), "%s", why.msg);
}

/* Has Claude do it, and judges what came of it.  -1: it could not be asked,
 * or was stopped: there is no result. */
static int
work_on(const struct work *w, const struct task *t, const struct place *p,
    const struct owed *owed, struct result *res, struct fail *why)
{
	struct claude c = CLAUDE_INIT, again = CLAUDE_INIT, *last = &c;
	struct buf prompt = BUF_INIT(BUF_ANY), misfit = BUF_INIT(1000);
	struct buf guide = BUF_INIT(BUF_ANY);
	int r = -1;

	progress_tell("makes the clone", 0);
	if (clone_make(p, t, why) == -1 ||
	    brief_prompt(&prompt, w, p, t, why) == -1 ||
	    brief_guide(&guide, p, t, why) == -1 ||
	    file_remove_tree(p->guide, why) == -1 ||
	    (guide.len != 0 &&
		file_write(p->guide, guide.data, guide.len, why) == -1) ||
	    file_write(p->prompt, prompt.data, prompt.len, why) == -1)
		goto done;
	file_sha256_of(prompt.data, prompt.len, res->prompt_sha256);
	if (*w->prepare != '\0' &&
	    (r = prepare_run(w, t, p, res, &c.passed, why)) != 1)
		goto done;
	r = -1;
	if (login_put(p, t, why) == -1)
		goto done;
	c.prompt = &prompt;
	c.owed = owed;
	c.guide = guide.len != 0 ? p->guide : NULL;
	if (claude_run(&c, w, t, p, why) == -1)
		goto done;
	/* From here on it is paid for: whatever happens is a result. */
	result_spent(res, &c);
	if (answer_misfit(&c, t, &misfit) &&
	    repair_answer(&again, &c, misfit.data, w, t, p, res))
		last = &again;
	progress_tell("is done", res->cost);
	stop_hold(PROC_GRACE_MS / 1000);
	if (answer_judge(last, t, res) && tree_take(w, t, p, res, why) == -1)
		goto done;
	if (t->feedback != NULL)
		reply_settle(res, t);
	r = 0;
done:
	close_home(p, t);
	claude_done(&c);
	claude_done(&again);
	buf_free(&prompt);
	buf_free(&misfit);
	buf_free(&guide);
	return r;
}

/* 1 when the outbox has the task's result already: then it was written. */
static int
answered(const struct work *w, const struct task *t, struct filter_out *out,
    struct fail *why)
{
	char *line = NULL;
	cJSON *rec;
	int r;

	if (w->outbox == NULL)
		return 0;
	r = outbox_find(w->outbox, t->id, &line, why);
	if (r != 1)
		return r;
	r = json_parse(line, strlen(line), &rec, why);
	free(line);
	if (r == -1)
		return fail_wrap(why, "outbox");
	return filter_put(out, rec, why) == -1 ? -1 : 1;
}

/* Kept first, printed second: what was paid for must not get lost.  What it
 * counts is owed no more (NULL: it counts nothing).  rec is taken. */
static int
deliver(const struct work *w, const struct task *t, cJSON *rec,
    const struct owed *owed, struct filter_out *out, struct fail *why)
{
	struct buf line = BUF_INIT(BUF_ANY);
	int r = 0;

	json_print(&line, rec);
	if (w->outbox != NULL)
		r = outbox_store(w->outbox, t->id, line.data, why);
	buf_free(&line);
	if (r == -1) {
		cJSON_Delete(rec);
		return -1;
	}
	if (w->outbox != NULL && owed != NULL)
		owed_clear(owed);
	r = filter_put(out, rec, why);
	if (r == 0 && owed != NULL)
		owed_clear(owed);
	return r;
}

/* Its branch was pushed earlier. */
static void
open_pull(const struct task *t, struct result *res)
{
	result_is(
	    res, RESULT_CHANGED, NULL, NULL, "%s is pushed already", t->branch);
	(void)snprintf(res->head, sizeof(res->head), "%s", t->head);
	res->body = xasprintf(
	    "Opens the pull request of `%s`, which was pushed "
	    "earlier.",
	    t->branch);
}

/* What came of it, and what it counts: what is owed, too, as it may be the
 * item's last result. */
static int
find_result(const struct work *w, const struct task *t, const struct place *p,
    struct owed *owed, struct result *res, struct fail *why)
{
	if (owed_open(owed, w, t, p, why) == -1)
		return -1;
	if (t->needs_claude && work_on(w, t, p, owed, res, why) == -1)
		return -1;
	if (t->note == NULL && !t->needs_claude)
		open_pull(t, res);
	if (res->call == NULL && owed_set(owed, 0, why) == -1)
		return -1;
	result_settle(res, t, owed->earlier);
	return 0;
}

static int
with_lock(const struct work *w, const struct task *t, const struct place *p,
    struct filter_out *out, struct fail *why)
{
	struct result res = {0};
	struct owed owed;
	int r = answered(w, t, out, why);

	if (r != 0)
		return r == 1 ? 0 : -1;
	r = find_result(w, t, p, &owed, &res, why);
	if (r == 0)
		r = deliver(w, t, result_record(&res, t), &owed, out, why);
	stop_release();
	result_done(&res);
	return r;
}

/* Is there what Claude needs?  Asked before anything is made. */
static int
can_work(const struct task *t, struct fail *why)
{
	char *claude;

	if (proc_which("claude", &claude, why) == -1)
		return fail(why, FAIL_SETUP, 0,
		    "no program 'claude' on PATH: install Claude Code");
	free(claude);
	return login_check(t, why);
}

int
task_check(
    const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
{
	struct task t;

	(void)out;
	(void)arg;
	if (task_read(&t, rec, why) == -1)
		return -1;
	return t.needs_claude && !json_true(rec, "hold") ? can_work(&t, why)
							 : 0;
}

static int
one(const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
{
	const struct work *w = arg;
	const struct result none = {0};
	struct place p = {0};
	struct task t;
	int lock = -1, r = -1;

	if (task_read(&t, rec, why) == -1)
		return -1;
	if ((r = answered(w, &t, out, why)) != 0)
		return r == 1 ? 0 : -1;
	/* Nothing came of the item: what is owed on it stays. */
	if (t.note != NULL && json_str_is(t.note, "code", "status"))
		return deliver(w, &t, result_record(&none, &t), NULL, out, why);
	if ((!t.needs_claude || can_work(&t, why) == 0) &&
	    place_make(&p, w->clone_dir, &t, why) == 0 &&
	    file_lock(p.lock, false, &lock, why) == 0)
		r = with_lock(w, &t, &p, out, why);
	else
		r = -1;
	if (lock != -1)
		(void)close(lock);
	place_done(&p);
	return r;
}

int
task_filter(const struct work *w)
{
	static const char *const consumes[] = {"task", NULL};
	struct work copy = *w;
	const struct filter f = {
	    .name = NAME,
	    .consumes = consumes,
	    .record = one,
	    .arg = &copy,
	    .max_record = BUF_ANY, /* the parent has looked */
	};

	reap_adopt();
	progress_on();
	/* The clone lies in a folder of ours alone; inside, files are as
	 * open as elsewhere, whatever our own umask: tests may look. */
	(void)umask(022);
	return filter_run(&f, 0, NULL);
}
