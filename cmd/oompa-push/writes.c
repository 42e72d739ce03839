/*
 * What is written on an item: the wishes that are open, sent as one request
 * where that can be, and what became of them.
 *
 * So nothing is written twice and nothing is forgotten, whatever becomes of a
 * request: after one that may have had an effect GitHub is asked again, and
 * the list is computed anew.  A receipt is written only for what the answer
 * or that look shows.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "wishes.h"
#include "xalloc.h"

#define TRIES_MAX 4
#define TEXTS_MAX 40 /* that get our eyes, so that the rest fits as well */

/* Signs: it is a pity when they cannot be set, and no more. */
#define SIGNS (BIT(ASSIGN) | BIT(UNASSIGN) | BIT(EYES) | BIT(SURPLUS))

/* GitHub drops silently whom it may not assign. */
static bool
is_assigned(const struct job *j, const cJSON *answer)
{
	const cJSON *a;

	if (answer == NULL)
		return true;
	JSON_EACH (a, json_at(answer, "assignable", "assignees", "nodes", NULL))
		if (recheck_is_viewer(j, a))
			return true;
	return false;
}

/* The address of a comment: what the answer says, else what was found. */
static const char *
url_of(const struct wishes *l, const struct batch_write *w)
{
	const char *url = json_str(
	    json_at(w->answer, "commentEdge", "node", NULL), "url");

	if (url == NULL)
		url = json_str(json_get(w->answer, "issueComment"), "url");
	if (url == NULL)
		url = json_str(
		    comment_find(l->j,
			w->tag == NOTICE ? COMMENT_NOTICE : COMMENT_STATUS),
		    "url");
	return url;
}

static int
comment_receipt(struct wishes *l, const struct batch_write *w, struct fail *why)
{
	bool is_new = strcmp(w->name, "addComment") == 0;
	cJSON *rec = receipt_new(l->j, is_new ? "comment" : "edit-comment");

	json_put_str(rec, "kind", w->tag == NOTICE ? "notice" : "status");
	if (url_of(l, w) != NULL)
		json_put_str(rec, "url", url_of(l, w));
	return filter_put(l->j->out, rec, why);
}

static int
tell(struct wishes *l, const struct batch_write *w, struct fail *why)
{
	struct job *j = l->j;
	const char *subject = json_str(w->input, "subjectId");
	const char *item = json_str(j->now.item, "id");

	switch ((enum tag)w->tag) {
	case MAKE_LABEL:
		return receipt_put(
		    j, "create-label", "label", LABEL_FAILED, why);
	case LABEL:
		return receipt_put(j, "label", "label", LABEL_FAILED, why);
	case UNLABEL:
		return receipt_put(j, "unlabel", "label", LABEL_FAILED, why);
	case ASSIGN:
		if (!is_assigned(j, w->answer))
			return 0;
		return receipt_put(j, "assign", "message", j->now.viewer, why);
	case UNASSIGN:
		return receipt_put(
		    j, "unassign", "message", j->now.viewer, why);
	case EYES:
		if (subject != NULL && item != NULL && !strcmp(subject, item))
			subject = NULL;
		return receipt_put(j, "react", "text", subject, why);
	case NOTICE:
	case STATUS:
		return comment_receipt(l, w, why);
	case SURPLUS:
		return receipt_put(j, "delete-comment", NULL, NULL, why);
	}
	return 0;
}

static bool
is_same(const struct batch_write *a, const struct batch_write *b)
{
	const char *x = json_str(a->input, "subjectId");
	const char *y = json_str(b->input, "subjectId");

	return a->tag == b->tag &&
	       (a->tag != EYES || (x != NULL && y != NULL && !strcmp(x, y)));
}

static bool
is_listed(const struct batch *b, const struct batch_write *w)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		if (is_same(&b->w[i], w))
			return true;
	return false;
}

/* What nobody could tell of, and is not missing any more, has happened. */
static int
tell_found(struct wishes *l, struct fail *why)
{
	struct batch *b = &l->before;
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < b->n; i++)
		if (b->w[i].end == BATCH_UNSURE &&
		    (l->refused & BIT(b->w[i].tag)) == 0 &&
		    !is_listed(&l->batch, &b->w[i]))
			r = tell(l, &b->w[i], why);
	batch_done(b);
	return r;
}

/* A person has to do something; what, is said here where GitHub does not. */
static void
refuse(struct wishes *l, struct batch_write *w)
{
	size_t n = strlen(w->why.msg);

	if (w->why.code == 403)
		(void)snprintf(w->why.msg + n, sizeof(w->why.msg) - n,
		    " (needs %s: write)",
		    l->j->now.is_issue ? "issues" : "pull requests");
	if (l->refused == 0 || (l->refused & ~SIGNS) == 0)
		l->why = w->why;
	l->refused |= BIT(w->tag);
}

/* Receipts of what happened.  1 to look again, 0 when all is done. */
static int
take_answers(struct wishes *l, struct fail *why)
{
	struct batch_write *w = l->batch.w;
	const struct batch_write *end = w + l->batch.n;
	struct fail limit = {.kind = FAIL_NONE};
	int more = 0;

	for (; w < end; w++) {
		if (w->end == BATCH_HAPPENED && tell(l, w, why) == -1)
			return -1;
		if (w->end == BATCH_HAPPENED && w->tag == MAKE_LABEL)
			l->j->now.label_id = xstrdup(
			    json_str(json_get(w->answer, "label"), "id"));
		more |= w->end != BATCH_HAPPENED || w->tag == MAKE_LABEL;
		if (w->end != BATCH_REFUSED)
			continue;
		if (w->why.kind == FAIL_LIMIT)
			limit = w->why;
		else
			refuse(l, w);
	}
	if (limit.kind == FAIL_NONE)
		return more;
	*why = limit;
	return -1;
}

/* What is on GitHub now, where the answers did not tell it all. */
static int
look_again(struct wishes *l, struct fail *why)
{
	struct job *j = l->j;
	size_t i, unknown = 0;

	for (i = 0; i < l->batch.n; i++)
		unknown += l->batch.w[i].end != BATCH_HAPPENED;
	if (unknown == 0)
		return 0;
	if (recheck(j, why) == -1)
		return -1;
	if (j->now.item == NULL)
		return fail(why, FAIL_REMOTE, 404, "%s is gone", j->item);
	if (j->now.edited != NULL)
		return fail(why, FAIL_POLICY, 0,
		    "our status comment was edited by %s", j->now.edited);
	return 0;
}

/* Sends the list.  1 to go on, 0 when nothing is left to do. */
static int
send_list(struct wishes *l, struct fail *why)
{
	int r = batch_send(&l->batch, &l->j->push->gh, why);

	if (r == -1 && !publish_unsure(why))
		return -1;
	r = take_answers(l, why);
	return r == 1 && look_again(l, why) == -1 ? -1 : r;
}

/* In a dry run: the receipts of what would happen. */
static int
tell_all(struct wishes *l, struct fail *why)
{
	size_t i;
	int r = 0;

	if (l->batch.n != 0 && l->batch.w[0].tag == MAKE_LABEL) {
		r = tell(l, &l->batch.w[0], why);
		batch_done(&l->batch);
		l->j->now.label_id = xstrdup("new");
		wishes_list(l);
	}
	for (i = 0; r == 0 && i < l->batch.n; i++)
		r = tell(l, &l->batch.w[i], why);
	return r;
}

/* What GitHub refuses, and is needed: a failure, unless it was a sign. */
static int
judge_left(const struct wishes *l, struct fail *why)
{
	if (l->left == 0)
		return 0;
	if ((l->left & ~SIGNS) == 0) {
		log_at(LOG_WARN, l->j->item, "%s", l->why.msg);
		return 0;
	}
	*why = l->why;
	return -1;
}

static int
run(struct wishes *l, struct fail *why)
{
	int tries, r = 1;

	for (tries = 0; r == 1; tries++) {
		wishes_list(l);
		if (tell_found(l, why) == -1)
			return -1;
		if (l->batch.n == 0)
			break;
		if (l->j->push->dry_run)
			return tell_all(l, why);
		r = send_list(l, why);
		if (r == 1 && tries == TRIES_MAX) {
			*why = l->batch.w[0].why;
			return -1;
		}
		l->before = l->batch;
		l->batch.n = 0;
	}
	return r == -1 ? -1 : judge_left(l, why);
}

/* The texts of the task as they are now; those that are gone are left out. */
static int
read_texts(struct wishes *l, struct fail *why)
{
	const cJSON *text, *texts = json_get(l->j->rec, "feedback");
	cJSON *vars, *ids, *data = NULL, *errors = NULL;
	int r;

	if (!l->want.eyes || json_count(texts) == 0)
		return 0;
	vars = json_new_object();
	ids = json_put_array(vars, "ids");
	JSON_EACH (text, texts)
		if (json_count(ids) < TEXTS_MAX && json_str(text, "id") != NULL)
			json_add_str(ids, json_str(text, "id"));
	r = github_query(
	    &l->j->push->gh, "recheck", "Texts", vars, &data, &errors, why);
	if (r == 0)
		l->seen = json_take(data, "nodes");
	cJSON_Delete(errors);
	cJSON_Delete(data);
	cJSON_Delete(vars);
	return r;
}

int
writes(struct job *j, const struct want *want, struct fail *why)
{
	struct wishes *l = xcalloc(1, sizeof(*l));
	int r;

	l->j = j;
	l->want = *want;
	r = read_texts(l, why);
	if (r == 0)
		r = run(l, why);
	batch_done(&l->batch);
	batch_done(&l->before);
	cJSON_Delete(l->seen);
	free(l);
	return r;
}
