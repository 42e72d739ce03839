/*
 * A result for people, before it is published: what it is, what would be
 * said, and what would be changed.
 *
 * GitHub is not asked.  The commit is taken from its bundle into a repository
 * of its own, by the very checks that publishing makes, and looked at there;
 * that repository is temporary, and nothing else is written.  All that is
 * shown is foreign: control characters do not reach the terminal.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "outbox.h"
#include "push.h"
#include "when.h"
#include "xalloc.h"

#define DIFF_MAX ((size_t)8 << 20) /* bytes; more is nobody's to read */
#define INDENT   "    "

static void
put_text(struct buf *b, const char *s, const char *indent)
{
	text_shown(b, s, strlen(s), indent);
}

/* "key: value", unless there is none. */
static void
put_field(struct buf *b, const char *key, const char *value)
{
	if (value == NULL || *value == '\0')
		return;
	buf_printf(b, "%-9s", key);
	put_text(b, value, "");
	buf_putc(b, '\n');
}

static void
put_head(const struct job *j, struct buf *b)
{
	char at[WHEN_SIZE], name[OUTBOX_NAME_SIZE];
	int64_t seconds = 0;

	(void)json_int(j->rec, "seconds", &seconds);
	put_text(b, j->item, "");
	buf_printf(b, " %s: %s, ", j->action, j->outcome);
	text_money(b, j->cost);
	buf_puts(b, ", ");
	text_seconds(b, seconds);
	buf_putc(b, '\n');
	outbox_name(j->id, name);
	put_field(b, "id", name);
	put_field(b, "task", j->id);
	put_field(b, "made", when_format(j->made_at, at));
	put_field(b, "model", json_str(j->rec, "model"));
	put_field(b, "reason", j->reason);
	put_field(b, "code", json_str(j->rec, "code"));
	put_field(b, "retry", j->retry);
}

/* What was answered to each text of a review. */
static void
put_answers(const struct job *j, struct buf *b)
{
	const cJSON *a;
	const char *verdict, *reply;

	buf_puts(b, "\nreview: ");
	put_text(b, j->branch, "");
	buf_puts(b, "\n\n");
	put_text(b, publish_explanation(j), INDENT);
	buf_putc(b, '\n');
	JSON_EACH (a, json_get(j->rec, "answers")) {
		verdict = json_str(a, "verdict");
		reply = json_str(a, "reply");
		buf_puts(b, "\n");
		put_text(b, verdict != NULL ? verdict : "?", "");
		buf_puts(b, ":\n");
		put_text(b, reply != NULL ? reply : "", INDENT);
		buf_putc(b, '\n');
	}
}

/* As they would be published, markers and all. */
static void
put_texts(const struct job *j, struct buf *b)
{
	struct buf title = BUF_INIT(BUF_ANY), body = BUF_INIT(BUF_ANY);

	if (job_is_review(j)) {
		put_answers(j, b);
		return;
	}
	if (j->note != NOTE_NONE || strcmp(j->outcome, "changed") != 0) {
		buf_puts(b, "\nfor people:\n\n");
		put_text(b, publish_explanation(j), INDENT);
		buf_putc(b, '\n');
		return;
	}
	pull_texts(j, &title, &body);
	buf_puts(b, "\npull request: ");
	put_text(b, j->branch, "");
	buf_puts(b, " -> ");
	put_text(b, j->base_ref, "");
	buf_puts(b, "\n\n" INDENT);
	put_text(b, title.data, "");
	buf_puts(b, "\n\n");
	put_text(b, body.data, INDENT);
	buf_free(&title);
	buf_free(&body);
}

/* Where the mirror is; its folder is not made when it is missing. */
static int
find_place(struct job *j, struct fail *why)
{
	const char *base = opt_str(j->push->o, O_CLONE_DIR);
	char *path = xasprintf("%s/%s", base, j->repo);
	struct stat st;

	if (lstat(path, &st) == -1) {
		j->place = path;
		return 0;
	}
	free(path);
	return file_place(base, j->repo, &j->place, why);
}

/* A repository of its own, which borrows from the mirror. */
static int
open_git(struct job *j, struct fail *why)
{
	const char *tmp = getenv("TMPDIR");
	struct stat st;
	char *dir;

	dir = xasprintf(
	    "%s/oompa-push.XXXXXX", tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL) {
		(void)fail_sys(why, "cannot make '%s'", dir);
		free(dir);
		return -1;
	}
	j->git_dir = dir;
	if (find_place(j, why) == -1)
		return -1;
	j->borrow = xasprintf("%s/mirror.git/objects", j->place);
	j->git = (struct git){.dir = j->git_dir,
	    .borrow = stat(j->borrow, &st) == 0 ? j->borrow : NULL,
	    .fsck = true};
	return git_init_bare(j->git_dir, why);
}

/* Adds what git says; what is too long ends in a word about that. */
static int
put_git(const struct job *j, struct buf *b, const char *const args[],
    struct fail *why)
{
	struct buf out = BUF_INIT(DIFF_MAX);
	int r = git_run(&j->git, args, &out, why);

	if (r == 0) {
		text_shown(b, out.data, out.len, "");
		if (out.cut)
			buf_puts(b, "\n(the rest is not shown)\n");
	}
	buf_free(&out);
	return r;
}

static int
put_commit(const struct job *j, struct buf *b, struct fail *why)
{
	const char *log[] = {"log", "-1", "--no-color",
	    "--format=commit %H%nAuthor: %an <%ae>%n%n%w(0,4,4)%B", j->head,
	    NULL};
	const char *diff[] = {"diff", "--no-color", "--no-ext-diff",
	    "--no-textconv", "--stat", "-p", j->parent, j->head, NULL};

	buf_putc(b, '\n');
	if (put_git(j, b, log, why) == -1)
		return -1;
	return put_git(j, b, diff, why);
}

/* The commit into that repository: what has no bundle is on GitHub already,
 * and in the mirror, if that is new enough. */
static int
take(struct job *j, struct fail *why)
{
	int base = git_has(&j->git, j->parent, why);
	int head = base == -1 ? -1 : git_has(&j->git, j->head, why);

	if (head == -1)
		return -1;
	if (base == 0 ||
	    (head == 0 && json_is_null(json_get(j->rec, "bundle"))))
		return fail(why, FAIL_LIMIT, 0,
		    "the mirror does not have %.12s: run oompa-fetch",
		    base == 0 ? j->parent : j->head);
	return head == 1 ? 0 : change_look(j, why);
}

static int
put_change(struct job *j, struct buf *b, struct fail *why)
{
	int r;

	if (open_git(j, why) == -1 || take(j, why) == -1)
		return -1;
	r = put_commit(j, b, why);
	if (r == 0)
		r = judge_texts(j, why);
	if (r == 0)
		r = judge_commit(j, why);
	if (r == 0)
		buf_puts(b, "\nThe gate lets it through.\n");
	return r;
}

/* What would be refused is shown as far as it can be, and then fails. */
int
show_result(struct job *j, struct fail *why)
{
	struct buf b = BUF_INIT(BUF_ANY);
	struct fail ignored;
	int r;

	put_head(j, &b);
	put_texts(j, &b);
	r = strcmp(j->outcome, "changed") == 0 ? put_change(j, &b, why)
					       : judge_texts(j, why);
	if (r == -1 && why->kind != FAIL_STOP) {
		buf_putc(&b, '\n');
		put_text(&b, why->msg, "");
		buf_putc(&b, '\n');
	}
	if (j->git_dir != NULL && file_remove_tree(j->git_dir, &ignored) == -1)
		r = fail(why, FAIL_SYSTEM, 0, "%s", ignored.msg);
	buf_putc(&b, '\n');
	if ((fwrite(b.data, 1, b.len, j->out->fp) != b.len ||
		fflush(j->out->fp) == EOF)) {
		j->out->broken = true;
		r = fail_sys(why, "cannot write <stdout>");
	}
	buf_free(&b);
	return r;
}
