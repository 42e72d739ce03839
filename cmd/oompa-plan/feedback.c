/*
 * What a task says about the texts that it is to work on.
 *
 * Only the words of those who may command go into it, and our own; the others
 * are counted.
 *
 * SPDX-License-Identifier: MIT
 */

#include <string.h>

#include "plan.h"
#include "words.h"

#define NAMES_MAX  3  /* in a reason */
#define THREAD_MAX 30 /* comments of a thread: the first and the newest */
#define TALK_MAX   20 /* texts of the conversation, the newest */

static bool
is_named_before(const struct texts *x, size_t i)
{
	const char *login = json_str(json_get(x->v[i].rec, "author"), "login");
	size_t k;

	for (k = 0; k < i; k++)
		if (is(login,
			json_str(json_get(x->v[k].rec, "author"), "login")))
			return true;
	return false;
}

void
feedback_reason(const struct look *l, struct buf *b)
{
	const struct texts *x = &l->texts;
	size_t i, names = 0;

	if (l->again) {
		buf_puts(b, "asked for again by the operator");
		return;
	}
	buf_printf(b, "%zu new %s by", x->n, x->n == 1 ? "text" : "texts");
	for (i = 0; i < x->n; i++) {
		if (is_named_before(x, i))
			continue;
		if (++names > NAMES_MAX) {
			buf_puts(b, " and others");
			return;
		}
		buf_puts(b, names > 1 ? ", " : " ");
		may_name(b, json_get(x->v[i].rec, "author"));
	}
}

void
feedback_put_pull(const struct look *l, cJSON *task)
{
	static const char *const keys[] = {"id", "url", "title", "body",
	    "author", "ours", "draft", "closes", NULL};
	cJSON *pull = json_put_object(task, "pull");
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		json_put_copy(pull, keys[i], json_get(l->rec, keys[i]));
}

static void
put_text(cJSON *array, const struct text *t)
{
	cJSON *o = json_add_object(array);

	json_put_copy(o, "id", json_get(t->rec, "id"));
	json_put_when(o, "at", t->at);
	json_put_str(o, "kind", t->kind);
	json_put_copy(o, "thread", json_get(t->thread, "id"));
	json_put_copy(o, "url", json_get(t->rec, "url"));
	json_put_copy(o, "author", json_get(t->rec, "author"));
	json_put_copy(o, "body", json_get(t->rec, "body"));
	json_put_copy(o, "oid", json_get(t->rec, "oid"));
}

/* What goes into the task beside the texts. */
struct context {
	const struct look *look;
	size_t room; /* bytes */
	int64_t dropped;
};

/* Is it one of the words, and nothing else? */
static bool
is_word(const cJSON *rec)
{
	const char *rest = word_rest(json_str(rec, "body"));

	return rest != NULL && *rest == '\0';
}

/* May it be shown to the model? */
static bool
is_heard(const struct look *l, const cJSON *rec)
{
	return !json_true(rec, "minimized") && json_str(rec, "body") != NULL &&
	       json_str(rec, "id") != NULL &&
	       (json_true(rec, "ours") || may_say_review(l->p, rec) ||
		   may_say(l->p, rec));
}

static bool
has_room(struct context *c, const cJSON *rec)
{
	size_t len = strlen(json_str(rec, "body"));

	if (len > c->room)
		return false;
	c->room -= len;
	return true;
}

/* kind NULL: it goes without saying. */
static void
put_said(cJSON *array, const cJSON *rec, const char *kind)
{
	cJSON *o = json_add_object(array);
	int64_t at = 0;

	(void)text_time(rec, &at);
	json_put_copy(o, "id", json_get(rec, "id"));
	json_put_when(o, "at", at);
	if (kind != NULL)
		json_put_str(o, "kind", kind);
	json_put_copy(o, "author", json_get(rec, "author"));
	json_put_copy(o, "body", json_get(rec, "body"));
	json_put_bool(o, "ours", json_true(rec, "ours"));
}

/* The first and the newest, and what is asked in any case. */
static void
put_comments(struct context *c, cJSON *o, const cJSON *thread)
{
	cJSON *array = json_put_array(o, "comments");
	const cJSON *rec, *all = json_get(thread, "comments");
	size_t n = json_count(all), i = 0;

	JSON_EACH (rec, all) {
		i++;
		if (texts_have(&c->look->texts, rec) ||
		    (is_heard(c->look, rec) && (i == 1 || i + THREAD_MAX > n) &&
			has_room(c, rec)))
			put_said(array, rec, NULL);
		else
			c->dropped++;
	}
}

static void
put_thread(struct context *c, cJSON *array, const cJSON *thread)
{
	static const char *const keys[] = {"id", "path", "line", "start_line",
	    "original_line", "side", "subject", "resolved", "outdated",
	    "can_reply", "can_resolve", NULL};
	cJSON *o = json_add_object(array);
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		json_put_copy(o, keys[i], json_get(thread, keys[i]));
	put_comments(c, o, thread);
}

static bool
is_concerned(const struct texts *x, const cJSON *thread)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].thread == thread)
			return true;
	return false;
}

static void
find_talk(
    struct context *c, struct texts *x, const cJSON *list, const char *kind)
{
	struct text t = {.kind = kind};

	JSON_EACH (t.rec, list) {
		if (texts_have(&c->look->texts, t.rec) || is_word(t.rec) ||
		    !text_says(t.rec))
			continue;
		if (is_heard(c->look, t.rec) && text_time(t.rec, &t.at))
			texts_add(x, &t);
		else
			c->dropped++;
	}
}

/* What was said before, outside threads. */
static void
put_talk(struct context *c, cJSON *task)
{
	cJSON *array = json_put_array(task, "talk");
	const cJSON *rec = c->look->rec;
	struct texts x = {0};
	size_t i;

	find_talk(c, &x, json_get(rec, "reviews"), "review");
	find_talk(c, &x, json_get(rec, "comments"), "comment");
	texts_sort(&x);
	for (i = 0; i < x.n; i++)
		if (i + TALK_MAX >= x.n && has_room(c, x.v[i].rec))
			put_said(array, x.v[i].rec, x.v[i].kind);
		else
			c->dropped++;
	texts_done(&x);
}

void
feedback_put(const struct look *l, cJSON *task)
{
	struct context c = {.look = l, .room = TEXTS_BYTES};
	const cJSON *thread;
	cJSON *array = json_put_array(task, "feedback");
	size_t i;

	for (i = 0; i < l->texts.n; i++)
		put_text(array, &l->texts.v[i]);
	array = json_put_array(task, "threads");
	JSON_EACH (thread, json_get(l->rec, "threads"))
		if (is_concerned(&l->texts, thread))
			put_thread(&c, array, thread);
	put_talk(&c, task);
	json_put_int(task, "dropped", c.dropped);
}
