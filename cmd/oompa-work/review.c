/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "git.h"
#include "review.h"
#include "spot.h"

#define FILES_MAX ((size_t)16 << 10) /* bytes of the list of files */

static bool
has(const cJSON *o, const char *key)
{
	return json_str(o, key) != NULL;
}

static bool
is_same(const cJSON *a, const cJSON *b, const char *key)
{
	const char *x = json_str(a, key), *y = json_str(b, key);

	return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* Each text once, and whole. */
static bool
texts_are_whole(const cJSON *texts)
{
	const cJSON *t, *other;
	int64_t at;

	JSON_EACH (t, texts) {
		if (!has(t, "id") || !has(t, "kind") || !has(t, "body") ||
		    !json_when(t, "at", &at))
			return false;
		for (other = json_first(texts); other != t;
		     other = json_next(other))
			if (is_same(t, other, "id"))
				return false;
	}
	return json_is_array(texts) && json_count(texts) != 0;
}

static bool
threads_are_whole(const cJSON *threads)
{
	const cJSON *t;

	JSON_EACH (t, threads)
		if (!has(t, "id") || !has(t, "path") ||
		    !json_is_array(json_get(t, "comments")))
			return false;
	return json_is_array(threads);
}

int
review_read(struct task *t, struct fail *why)
{
	const cJSON *push = json_get(t->rec, "push");
	int64_t dropped;

	t->issue = json_get(t->rec, "pull");
	t->title = json_str(t->issue, "title");
	t->feedback = json_get(t->rec, "feedback");
	t->may_push = json_true(t->rec, "push");
	t->start = t->head;
	if (t->head == NULL)
		return fail(why, FAIL_INPUT, 0, "task: head is missing");
	if (t->title == NULL || !has(t->issue, "body") ||
	    !has(t->issue, "id") || !has(t->issue, "url"))
		return fail(why, FAIL_INPUT, 0, "task: pull is not whole");
	if (push == NULL || !texts_are_whole(t->feedback) ||
	    !threads_are_whole(json_get(t->rec, "threads")) ||
	    !json_is_array(json_get(t->rec, "talk")) ||
	    !json_int(t->rec, "dropped", &dropped))
		return fail(why, FAIL_INPUT, 0, "task: feedback is not whole");
	return 0;
}

const cJSON *
review_text(const struct task *t, const char *name)
{
	const cJSON *text;
	char known[32];
	int i = 1;

	JSON_EACH (text, t->feedback) {
		(void)snprintf(known, sizeof(known), REVIEW_NAME "%d", i++);
		if (name != NULL && strcmp(known, name) == 0)
			return text;
	}
	return NULL;
}

/* Something that somebody said, as its readers on GitHub saw it. */
static void
fence(struct buf *b, struct brief *br, const char *source, const cJSON *said)
{
	texts_said(&br->texts, b, source, said);
}

int
review_put_pull(struct buf *b, struct brief *br, struct fail *why)
{
	const cJSON *pull = br->t->issue, *author = json_get(pull, "author");
	const char *url = json_str(pull, "url");

	(void)why;
	texts_title(&br->texts, b, "the pull request's title", author, url,
	    br->t->title);
	texts_body(&br->texts, b, "the pull request's body", author, url,
	    json_str(pull, "body"));
	return 0;
}

/* The files that the pull request changes, as far as that is known. */
int
review_put_files(struct buf *b, struct brief *br, struct fail *why)
{
	const struct task *t = br->t;
	const struct git g = {.dir = br->p->mirror};
	struct buf list = BUF_INIT(FILES_MAX), base = BUF_INIT(BUF_ANY);
	const char *const stat[] = {"diff-tree", "-r", "--numstat",
	    "--no-renames", "--no-ext-diff", "--no-textconv",
	    "--end-of-options", NULL, t->head, NULL};
	const char *args[sizeof(stat) / sizeof(stat[0])];
	int r = spot_fork(br->p, t, &base, why);

	memcpy(args, stat, sizeof(stat));
	if (r == 0) {
		args[7] = base.data;
		r = git_run(&g, args, &list, why);
		if (list.cut)
			buf_free(&list);
	}
	if (r == 0 && list.len != 0)
		texts_plain(b, "added and deleted lines of each file",
		    json_get(t->issue, "author"), list.data);
	else if (r != -1)
		buf_puts(b, "Which files it changes: see git diff.\n");
	buf_free(&list);
	buf_free(&base);
	return r == -1 ? -1 : 0;
}

int
review_put_talk(struct buf *b, struct brief *br, struct fail *why)
{
	const cJSON *talk = json_get(br->t->rec, "talk"), *said;

	(void)why;
	if (json_count(talk) != 0)
		buf_puts(b, "What else was said about it, oldest first:\n\n");
	JSON_EACH (said, talk)
		fence(b, br,
		    json_true(said, "ours") ? "by yourself, earlier"
					    : "for your information",
		    said);
	return 0;
}

static const cJSON *
thread_of(const struct task *t, const cJSON *text)
{
	const char *id = json_str(text, "thread");
	const cJSON *thread;

	JSON_EACH (thread, json_get(t->rec, "threads"))
		if (id != NULL && strcmp(json_str(thread, "id"), id) == 0)
			return thread;
	return NULL;
}

/* The first text of the same thread, or the text itself. */
static int
first_of(const struct task *t, const cJSON *text)
{
	const cJSON *other;
	int i = 1;

	JSON_EACH (other, t->feedback) {
		if (other == text || is_same(other, text, "thread"))
			break;
		i++;
	}
	return i;
}

static bool
is_asked(const struct task *t, const cJSON *comment)
{
	const cJSON *text;

	JSON_EACH (text, t->feedback)
		if (is_same(text, comment, "id"))
			return true;
	return false;
}

static void
put_thread(struct buf *b, struct brief *br, const cJSON *thread)
{
	const cJSON *c;

	JSON_EACH (c, json_get(thread, "comments"))
		if (!is_asked(br->t, c))
			fence(b, br,
			    json_true(c, "ours") ? "by yourself, in this thread"
						 : "said in this thread",
			    c);
}

static int
put_text(struct buf *b, struct brief *br, const cJSON *text, int number,
    struct fail *why)
{
	const struct task *t = br->t;
	const cJSON *thread = thread_of(t, text);
	const char *kind = json_str(text, "kind");
	int first = first_of(t, text), r = 0;
	char name[32];

	(void)snprintf(name, sizeof(name), REVIEW_NAME "%d", number);
	buf_printf(b, "## %s\n\n", name);
	if (thread == NULL)
		buf_puts(b, strcmp(kind, "review") == 0
				? "What a review says as a whole.\n"
				: "A comment on the pull request.\n");
	else if (first != number)
		buf_printf(b,
		    "In the same thread as " REVIEW_NAME "%d, and later.\n",
		    first);
	else {
		buf_puts(b, "In a review thread.\n");
		r = spot_put(b, br->p, t, thread, why);
		put_thread(b, br, thread);
	}
	texts_asked(&br->texts, b, name, text, json_count(t->feedback));
	buf_putc(b, '\n');
	return r;
}

int
review_put_texts(struct buf *b, struct brief *br, struct fail *why)
{
	const cJSON *text;
	int i = 1, r = 0;

	(void)json_int(br->t->rec, "dropped", &br->texts.dropped);
	/* Before the threads take the room that there is. */
	JSON_EACH (text, br->t->feedback)
		texts_keep(&br->texts, text, json_count(br->t->feedback));
	JSON_EACH (text, br->t->feedback)
		if (r == 0)
			r = put_text(b, br, text, i++, why);
	return r;
}

int
review_put_push(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	buf_puts(b, br->t->may_push
			? "When you end, oompa turns whatever changed in your "
			  "working directory into one commit on top, and "
			  "pushes it; a person reviews it."
			: "Nothing can be pushed to where this pull request "
			  "comes from: whatever you change is thrown away. "
			  "Answer the texts, say what ought to be changed and "
			  "how, and give none of them the verdict "
			  "\"fixed\".");
	return 0;
}
