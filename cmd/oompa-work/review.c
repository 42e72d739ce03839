/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "git.h"
#include "prompt.h"
#include "review.h"
#include "sanitise.h"
#include "spot.h"
#include "xalloc.h"

#define TEMPLATE   "prompts/review.md"
#define PROMPT_MAX ((size_t)8 << 20)  /* bytes; claude takes 10 MB */
#define FILES_MAX  ((size_t)16 << 10) /* bytes of the list of files */

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

static const char *
some(const char *s, const char *otherwise)
{
	return s != NULL ? s : otherwise;
}

/* A text whose author is the login and trust of an actor, as its readers on
 * GitHub saw it. */
static void
fence(struct buf *b, const char *source, const cJSON *actor, const char *text)
{
	struct buf seen = BUF_INIT(BUF_ANY);

	(void)sanitise_text(&seen, some(text, ""), strlen(some(text, "")));
	prompt_fence(b, source, some(json_str(actor, "login"), "ghost"),
	    some(json_str(actor, "trust"), "unknown"), seen.data);
	buf_free(&seen);
}

static void
put_pull(struct buf *b, const struct task *t)
{
	const cJSON *author = json_get(t->issue, "author");
	struct buf title = BUF_INIT(BUF_ANY);

	(void)sanitise_line(&title, t->title, strlen(t->title));
	prompt_fence(b, "the pull request's title",
	    some(json_str(author, "login"), "ghost"),
	    some(json_str(author, "trust"), "unknown"), title.data);
	buf_free(&title);
	fence(b, "the pull request's body", author, json_str(t->issue, "body"));
}

/* The files that the pull request changes, as far as that is known. */
static int
put_files(struct buf *b, const struct place *p, const struct task *t,
    struct fail *why)
{
	const cJSON *author = json_get(t->issue, "author");
	const struct git g = {.dir = p->mirror};
	const char *const fork[] = {"merge-base", t->base, t->head, NULL};
	struct buf list = BUF_INIT(FILES_MAX), base = BUF_INIT(BUF_ANY);
	const char *const stat[] = {"diff-tree", "-r", "--numstat",
	    "--no-renames", "--no-ext-diff", "--no-textconv",
	    "--end-of-options", NULL, t->head, NULL};
	const char *args[sizeof(stat) / sizeof(stat[0])];
	int r = git_ask(&g, fork, &base, why);

	memcpy(args, stat, sizeof(stat));
	if (r == 0) {
		base.data[strcspn(base.data, "\n")] = '\0';
		args[7] = base.data;
		r = git_run(&g, args, &list, why);
		if (list.cut)
			buf_free(&list);
	}
	if (r == 0 && list.len != 0)
		prompt_fence(b, "added and deleted lines of each file",
		    some(json_str(author, "login"), "ghost"),
		    some(json_str(author, "trust"), "unknown"), list.data);
	else if (r != -1)
		buf_puts(b, "Which files it changes: see git diff.\n");
	buf_free(&list);
	buf_free(&base);
	return r == -1 ? -1 : 0;
}

static void
put_talk(struct buf *b, const struct task *t)
{
	const cJSON *said;

	if (json_count(json_get(t->rec, "talk")) != 0)
		buf_puts(b, "What else was said about it, oldest first:\n\n");
	JSON_EACH (said, json_get(t->rec, "talk"))
		fence(b,
		    json_true(said, "ours") ? "by yourself, earlier"
					    : "for your information",
		    json_get(said, "author"), json_str(said, "body"));
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
put_thread(struct buf *b, const struct task *t, const cJSON *thread)
{
	const cJSON *c;

	JSON_EACH (c, json_get(thread, "comments"))
		if (!is_asked(t, c))
			fence(b,
			    json_true(c, "ours") ? "by yourself, in this thread"
						 : "said in this thread",
			    json_get(c, "author"), json_str(c, "body"));
}

static int
put_text(struct buf *b, const struct place *p, const struct task *t,
    const cJSON *text, int number, struct fail *why)
{
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
		r = spot_put(b, p, t, thread, why);
		put_thread(b, t, thread);
	}
	fence(b, name, json_get(text, "author"), json_str(text, "body"));
	buf_putc(b, '\n');
	return r;
}

static int
put_texts(struct buf *b, const struct place *p, const struct task *t,
    struct fail *why)
{
	const cJSON *text;
	int i = 1, r = 0;

	JSON_EACH (text, t->feedback)
		if (r == 0)
			r = put_text(b, p, t, text, i++, why);
	return r;
}

static const char *
push_words(const struct task *t)
{
	return t->may_push
		   ? "When you end, oompa turns whatever changed in your "
		     "working directory into one commit on top, and pushes it; "
		     "a person reviews it."
		   : "Nothing can be pushed to where this pull request comes "
		     "from: whatever you change is thrown away. Answer the "
		     "texts, say what ought to be changed and how, and give "
		     "none of them the verdict \"fixed\".";
}

static void
put_dropped(struct buf *b, const struct task *t)
{
	int64_t dropped = 0;

	(void)json_int(t->rec, "dropped", &dropped);
	if (dropped > 0)
		buf_printf(b,
		    "%" PRId64 " more were left out: their authors may not ask "
		    "for work here, or there was no room.\n",
		    dropped);
}

int
review_prompt(struct buf *b, const struct place *p, const struct task *t,
    struct fail *why)
{
	struct buf pull = BUF_INIT(BUF_ANY), files = BUF_INIT(BUF_ANY),
		   talk = BUF_INIT(BUF_ANY), texts = BUF_INIT(BUF_ANY),
		   dropped = BUF_INIT(BUF_ANY);
	char *number = xasprintf("%" PRId64, t->number);
	int r = put_files(&files, p, t, why);

	if (r == 0)
		r = put_texts(&texts, p, t, why);
	put_pull(&pull, t);
	put_talk(&talk, t);
	put_dropped(&dropped, t);
	if (r == 0) {
		const struct prompt_var vars[] = {
		    {"repo", t->repo},
		    {"number", number},
		    {"url", json_str(t->issue, "url")},
		    {"branch", t->branch},
		    {"base", t->base_ref},
		    {"oid", t->start},
		    {"pull", pull.data},
		    {"files", files.data},
		    {"talk", talk.data},
		    {"texts", texts.data},
		    {"dropped", dropped.data},
		    {"push", push_words(t)},
		    {NULL, NULL},
		};

		r = prompt_fill(b, embed_text(TEMPLATE), vars, why);
	}
	if (r == 0 && b->len > PROMPT_MAX)
		r = fail(why, FAIL_INPUT, 0, "the prompt is over %zu bytes",
		    PROMPT_MAX);
	buf_free(&pull);
	buf_free(&files);
	buf_free(&talk);
	buf_free(&texts);
	buf_free(&dropped);
	free(number);
	return r;
}
