/*
 * The answers of a round: which of them still fit what they answer.
 *
 * A text counts as it was when the task was planned.  What was edited since is
 * another text: it stays unanswered, and so it is planned anew.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "review.h"
#include "xalloc.h"

#define ANSWERS_MAX 1000

static bool
read_verdict(const char *s, enum verdict *ret)
{
	static const char *const names[] = {[VERDICT_FIXED] = "fixed",
	    [VERDICT_DECLINED] = "declined",
	    [VERDICT_ANSWERED] = "answered",
	    [VERDICT_QUESTION] = "question"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (s != NULL && strcmp(s, names[i]) == 0) {
			*ret = (enum verdict)i;
			return true;
		}
	return false;
}

/* Was this text a part of the task, as it was then? */
static bool
was_asked(const struct job *j, const struct answer *a)
{
	const cJSON *t;
	const char *id;
	int64_t at;

	JSON_EACH (t, json_get(j->rec, "texts")) {
		id = json_str(t, "id");
		if (id != NULL && strcmp(id, a->id) == 0 &&
		    json_when(t, "at", &at) && at == a->at)
			return true;
	}
	return false;
}

static bool
is_known(const struct round *r, const char *id)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (strcmp(r->v[i].id, id) == 0)
			return true;
	return false;
}

/* One answer to a text; to one that was not asked about, none. */
static int
add(struct round *r, const cJSON *rec, struct fail *why)
{
	struct answer a = {.rec = rec, .id = json_str(rec, "id")};

	if (a.id == NULL || !json_when(rec, "at", &a.at) ||
	    json_str(rec, "reply") == NULL ||
	    !read_verdict(json_str(rec, "verdict"), &a.verdict))
		return fail(why, FAIL_INPUT, 0, "answer that lacks a part");
	if (!was_asked(r->j, &a) || is_known(r, a.id))
		return 0;
	if (r->n == 0 || a.at < r->since)
		r->since = a.at;
	r->v[r->n++] = a;
	return 0;
}

int
answer_read(struct round *r, struct fail *why)
{
	const cJSON *rec, *list = json_get(r->j->rec, "answers");
	size_t n = json_count(list);

	if (n > ANSWERS_MAX)
		return fail(why, FAIL_INPUT, 0, "result with %zu answers", n);
	if (json_get(r->j->rec, "again") != NULL &&
	    !json_when(r->j->rec, "again", &r->again))
		return fail(why, FAIL_INPUT, 0, "result with no time in again");
	r->v = xcalloc(n + 1, sizeof(*r->v));
	JSON_EACH (rec, list)
		if (add(r, rec, why) == -1)
			return -1;
	return 0;
}

bool
answer_text_time(const cJSON *text, int64_t *at)
{
	return json_when(text, "lastEditedAt", at) ||
	       json_when(text, "createdAt", at) ||
	       json_when(text, "submittedAt", at);
}

/* May this account still have its texts answered?  1, 0 or -1. */
static int
may_ask(struct job *j, const cJSON *actor, struct fail *why)
{
	const struct opts *o = j->push->o;
	enum trust have;

	if (*opt_str(o, O_REVIEWERS) != '\0')
		return trust_named(o, O_REVIEWERS, json_str(actor, "login"),
		    json_str(actor, "__typename"));
	return recheck_commands(j, actor, &have, why);
}

/* Is the text as it was, and its author's word one that counts? */
static int
is_valid(struct job *j, const struct answer *a, struct fail *why)
{
	int64_t at;
	int r;

	if (a->text == NULL || json_true(a->text, "isMinimized") ||
	    !answer_text_time(a->text, &at) || at != a->at)
		return 0;
	r = may_ask(j, json_get(a->text, "author"), why);
	if (r == 1 && json_str(a->text, "lastEditedAt") != NULL)
		r = may_ask(j, json_get(a->text, "editor"), why);
	return r;
}

/* In a thread that somebody has resolved only what came after our last word is
 * open, as oompa-plan has it. */
static bool
is_settled(const struct job *j, const struct answer *a)
{
	const cJSON *c;
	int64_t last = INT64_MAX, at;

	if (!json_true(a->thread, "isResolved"))
		return false;
	JSON_EACH (c, json_get(a->thread, "said"))
		if (!look_is_unsubmitted(c) && comment_is_ours(j, c) &&
		    json_when(c, "createdAt", &at) &&
		    (last == INT64_MAX || at > last))
			last = at;
	return a->at < last;
}

int
answer_judge(struct round *r, struct fail *why)
{
	struct answer *a;
	int valid;

	for (a = r->v; a < r->v + r->n; a++) {
		if (look_is_said(r, a)) {
			a->fate = FATE_SAID;
			continue;
		}
		valid = is_valid(r->j, a, why);
		if (valid == -1)
			return -1;
		if (valid == 0)
			a->fate = FATE_STALE;
		else
			a->fate = is_settled(r->j, a) ? FATE_SETTLED
						      : FATE_WANTED;
	}
	return 0;
}

bool
answer_is_fix(const struct round *r, const struct answer *a)
{
	return a->verdict == VERDICT_FIXED &&
	       strcmp(r->j->outcome, "changed") == 0;
}

bool
answer_goes_into_thread(const struct round *r, const struct answer *a)
{
	return a->thread != NULL && !a->refused && !r->draft &&
	       json_true(a->thread, "viewerCanReply");
}

void
answer_without_commit(struct round *r)
{
	struct answer *a;

	for (a = r->v; a < r->v + r->n; a++)
		if (answer_is_fix(r, a) && a->fate != FATE_SAID)
			a->fate = FATE_STALE;
}

size_t
answer_count(const struct round *r, enum fate from)
{
	size_t i, n = 0;

	for (i = 0; i < r->n; i++)
		n += r->v[i].fate >= from;
	return n;
}

/* Where none of them says so, it goes with all of them. */
bool
answer_needs_commit(const struct round *r)
{
	bool fixes = false, valid = false, wanted = false;
	const struct answer *a;

	for (a = r->v; a < r->v + r->n; a++) {
		fixes = fixes || answer_is_fix(r, a);
		valid = valid || a->fate >= FATE_WANTED;
		wanted = wanted ||
			 (answer_is_fix(r, a) && a->fate >= FATE_WANTED);
	}
	return fixes ? wanted : valid;
}

cJSON *
answer_handled(const struct round *r)
{
	cJSON *list = json_new_array(), *o;
	const struct answer *a;

	for (a = r->v; a < r->v + r->n; a++) {
		if (a->fate == FATE_STALE)
			continue;
		o = json_add_object(list);
		json_put_str(o, "id", a->id);
		json_put_when(o, "at", a->at);
		json_put_str(o, "verdict",
		    answer_is_fix(r, a) && r->unpushed.kind != FAIL_NONE
			? "declined"
			: json_str(a->rec, "verdict"));
	}
	return list;
}

static const char *
author(const struct answer *a)
{
	return json_str(json_get(a->text, "author"), "login");
}

static bool
is_named(const struct round *r, const struct answer *a)
{
	const struct answer *b;

	for (b = r->v; b < a; b++)
		if (b->fate != FATE_STALE && author(b) != NULL &&
		    strcmp(author(a), author(b)) == 0)
			return true;
	return false;
}

void
answer_people(const struct round *r, struct buf *b)
{
	const struct answer *a;

	for (a = r->v; a < r->v + r->n; a++)
		if (a->fate != FATE_STALE && author(a) != NULL &&
		    !is_named(r, a))
			buf_printf(
			    b, "%s%s", b->len != 0 ? ", " : "", author(a));
}
