/*
 * What people say about a pull request, and what of it is still to be worked
 * on.
 *
 * A text is known by its id and by when it was last edited: what was handled
 * then, and has not changed since, is handled for ever.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bare.h"
#include "marker.h"
#include "plan.h"
#include "words.h"
#include "xalloc.h"

bool
text_time(const cJSON *rec, int64_t *at)
{
	return json_when(rec, "edited_at", at) ||
	       json_when(rec, "created_at", at) ||
	       json_when(rec, "submitted_at", at);
}

static bool
is_bot(const cJSON *rec)
{
	return is(json_str(json_get(rec, "author"), "type"), "Bot");
}

/* Ours, though somebody else has edited it: no person's words.  GraphQL leaves
 * "[bot]" out of the logins of authors. */
static bool
is_edited_own(const struct look *l, const cJSON *rec)
{
	const char *me = json_str(json_get(l->p->repo, "viewer"), "login");
	const char *author = json_str(json_get(rec, "author"), "login");
	const char *body = json_str(rec, "body");
	size_t n = me != NULL ? strcspn(me, "[") : 0;

	return author != NULL && n != 0 && strlen(author) == n &&
	       strncasecmp(author, me, n) == 0 &&
	       is_bot(rec) == (me[n] == '[') && body != NULL &&
	       marker_is_ours(body);
}

bool
text_says(const cJSON *rec)
{
	const char *body = json_str(rec, "body");

	return body != NULL && body[strspn(body, " \t\r\n")] != '\0';
}

/* Does a text of that kind ask for something, whoever wrote it? */
static bool
asks(const char *kind, const cJSON *rec)
{
	const char *body = json_str(rec, "body");
	const char *state = json_str(rec, "state");
	const char *rest;
	enum word word;

	if (!text_says(rec))
		return false;
	if (is(kind, "review"))
		return !(is(state, "approved") || is(state, "dismissed")) ||
		       !bare_praise(body);
	if (is(kind, "thread"))
		return true;
	word = word_of(body);
	rest = word_rest(body);
	return rest != NULL && *rest != '\0' && word != WORD_STOP &&
	       word != WORD_STATUS;
}

static bool
is_handled(const struct look *l, const cJSON *rec, int64_t at)
{
	const char *id = json_str(rec, "id");
	const cJSON *t;
	int64_t seen;

	JSON_EACH (t, json_at(l->rec, "status", "state", "texts", NULL))
		if (is(json_str(t, "id"), id) && json_when(t, "at", &seen) &&
		    seen >= at)
			return true;
	return false;
}

/* A bot's text, where we spoke often enough since a person did. */
static bool
is_loop(const struct look *l, const cJSON *rec, const cJSON *thread)
{
	const cJSON *c;
	int64_t n = 0;

	if (!is_bot(rec))
		return false;
	JSON_EACH (c, json_get(thread, "comments"))
		if (json_true(c, "ours"))
			n++;
		else if (!is_bot(c) && may_say_review(l->p, c))
			n = 0;
	return n >= opt_num(l->p->o, O_MAX_REVIEW_ROUNDS);
}

void
texts_add(struct texts *x, const struct text *t)
{
	if (x->n == x->cap) {
		x->cap = x->cap != 0 ? 2 * x->cap : 16;
		x->v = xrealloc(x->v, x->cap * sizeof(*x->v));
	}
	x->v[x->n++] = *t;
	if (!is_bot(t->rec))
		x->people++;
	if (t->at > x->newest)
		x->newest = t->at;
}

/* Who wrote it may not command; or who edited it may not. */
static void
turn_down(struct look *l, const cJSON *rec)
{
	const cJSON *author = json_get(rec, "author");

	l->texts.strangers++;
	l->texts.stranger = may_review(l->p, author) ? json_get(rec, "editor")
						     : author;
}

static void
take(struct look *l, const char *kind, const cJSON *rec, const cJSON *thread,
    int64_t after)
{
	struct texts *x = &l->texts;
	struct text t = {.kind = kind, .rec = rec, .thread = thread};

	if (json_true(rec, "ours") || json_true(rec, "minimized") ||
	    !text_time(rec, &t.at) || t.at < after || is_edited_own(l, rec) ||
	    !asks(kind, rec))
		return;
	if (!may_say_review(l->p, rec))
		turn_down(l, rec);
	else if (!l->again && is_handled(l, rec, t.at))
		return;
	else if (!l->again && t.at < l->p->since)
		x->old = t.at > x->old ? t.at : x->old;
	else if (is_loop(l, rec, thread))
		x->loops++;
	else
		texts_add(x, &t);
}

/* In a thread that somebody has resolved, what came before our last word there
 * is settled; and so is everything when we said nothing. */
static int64_t
settled_until(const cJSON *thread)
{
	int64_t last = INT64_MAX, at;
	const cJSON *c;

	if (!json_true(thread, "resolved"))
		return 0;
	JSON_EACH (c, json_get(thread, "comments"))
		if (json_true(c, "ours") && json_when(c, "created_at", &at))
			last = at;
	return last;
}

static int
oldest_first(const void *pa, const void *pb)
{
	const struct text *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return strcmp(json_str(a->rec, "id"), json_str(b->rec, "id"));
}

void
texts_sort(struct texts *x)
{
	if (x->n != 0)
		qsort(x->v, x->n, sizeof(x->v[0]), oldest_first);
}

/* So that a task stays of a size: what does not fit comes in the next one. */
static void
cut(struct texts *x)
{
	size_t i, room = TEXTS_BYTES;

	for (i = 0; i < x->n && i < TEXTS_MAX; i++) {
		if (strlen(json_str(x->v[i].rec, "body")) > room)
			break;
		room -= strlen(json_str(x->v[i].rec, "body"));
	}
	x->n = i == 0 && x->n != 0 ? 1 : i;
}

static bool
has_id(const cJSON *rec)
{
	return json_str(rec, "id") != NULL;
}

void
texts_find(struct look *l)
{
	const cJSON *thread, *rec;
	int64_t after;

	JSON_EACH (thread, json_get(l->rec, "threads")) {
		after = settled_until(thread);
		JSON_EACH (rec, json_get(thread, "comments"))
			if (has_id(rec))
				take(l, "thread", rec, thread, after);
	}
	JSON_EACH (rec, json_get(l->rec, "reviews"))
		if (has_id(rec))
			take(l, "review", rec, NULL, 0);
	JSON_EACH (rec, json_get(l->rec, "comments"))
		if (has_id(rec))
			take(l, "comment", rec, NULL, 0);
	texts_sort(&l->texts);
	cut(&l->texts);
}

bool
texts_have(const struct texts *x, const cJSON *rec)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].rec == rec)
			return true;
	return false;
}

void
texts_done(struct texts *x)
{
	free(x->v);
	*x = (struct texts){0};
}
