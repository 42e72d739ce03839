/*
 * What is written on an item: computed from what is wanted and what GitHub
 * says now, and sent as one request where that can be.
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

#include "batch.h"
#include "log.h"
#include "push.h"
#include "xalloc.h"

#define TRIES_MAX 4
#define TEXTS_MAX 40 /* that get our eyes, so that the rest fits as well */

enum tag {
	MAKE_LABEL,
	LABEL,
	UNLABEL,
	ASSIGN,
	UNASSIGN,
	EYES,
	NOTICE,
	STATUS,
	SURPLUS,
};

#define BIT(tag) (1U << (tag))

/* Signs: it is a pity when they cannot be set, and no more. */
#define SIGNS (BIT(ASSIGN) | BIT(UNASSIGN) | BIT(EYES) | BIT(SURPLUS))

struct list {
	struct job *j;
	struct want want;
	struct batch batch;
	struct batch before; /* the last one, of which not all is known */
	cJSON *seen;         /* of the task's texts: have they our eyes? */
	unsigned refused;    /* tags that GitHub refuses for good */
	unsigned left;       /* tags of these that would be needed */
	struct fail why;     /* of the first refusal that matters */
};

/* What is to be written. */

static cJSON *
input(const char *key, const char *id)
{
	cJSON *o = json_new_object();

	json_put_str(o, key, id);
	return o;
}

static void
put(struct list *l, enum tag tag, const char *mutation, cJSON *given)
{
	if ((l->refused & BIT(tag)) != 0) {
		l->left |= BIT(tag);
		cJSON_Delete(given);
	} else {
		batch_add(&l->batch, (int)tag, mutation, given);
	}
}

static void
put_list(struct list *l, enum tag tag, const char *mutation, const char *key,
    const char *list, const char *id)
{
	cJSON *o = input(key, json_str(l->j->now.item, "id"));

	json_add_str(json_put_array(o, list), id);
	put(l, tag, mutation, o);
}

/* Was the task asked for after the label was set?  A label that was set since
 * is of this very task, or somebody's word. */
static bool
is_older_label(const struct job *j)
{
	int64_t asked, failed;

	if (!json_when(json_get(j->rec, "trigger"), "at", &asked))
		return false;
	/* Not among the newest events: older than all of them. */
	return !recheck_label_at(j, LABEL_FAILED, &failed) || asked > failed;
}

/* Is LABEL_FAILED to be set?  Who took it away since wants another attempt. */
static bool
wants_label(const struct list *l)
{
	int64_t asked;

	if (l->want.failed != ON || l->j->now.failed)
		return false;
	return is_older_label(l->j) ||
	       !json_when(json_get(l->j->rec, "trigger"), "at", &asked);
}

static void
put_label(struct list *l)
{
	struct job *j = l->j;
	cJSON *o;

	if (!wants_label(l))
		return;
	if (j->now.label_id != NULL) {
		put_list(l, LABEL, "addLabelsToLabelable", "labelableId",
		    "labelIds", j->now.label_id);
		return;
	}
	o = input("repositoryId", j->now.repo_id);
	json_put_str(o, "name", LABEL_FAILED);
	json_put_str(o, "color", "d93f0b");
	json_put_str(o, "description",
	    "oompa gave up; to try again, take this label away");
	put(l, MAKE_LABEL, "createLabel", o);
}

static void
put_unlabel(struct list *l)
{
	if (l->want.failed == OFF && l->j->now.failed && is_older_label(l->j))
		put_list(l, UNLABEL, "removeLabelsFromLabelable", "labelableId",
		    "labelIds", l->j->now.label_id);
}

static void
put_assignee(struct list *l)
{
	const struct job *j = l->j;
	bool wanted = l->want.assigned == ON;

	if (l->want.assigned == LEAVE || j->now.is_bot ||
	    opt_on(j->push->o, O_NO_ASSIGN) || recheck_assigned(j) == wanted)
		return;
	put_list(l, wanted ? ASSIGN : UNASSIGN,
	    wanted ? "addAssigneesToAssignable"
		   : "removeAssigneesFromAssignable",
	    "assignableId", "assigneeIds", j->now.viewer_id);
}

static bool
has_eyes(const cJSON *node)
{
	const cJSON *group;
	const char *content;

	JSON_EACH (group, json_get(node, "reactionGroups")) {
		content = json_str(group, "content");
		if (content != NULL && strcmp(content, "EYES") == 0)
			return json_true(group, "viewerHasReacted");
	}
	return false;
}

static void
put_eye(struct list *l, const cJSON *node)
{
	cJSON *o;

	if (json_str(node, "id") == NULL || has_eyes(node))
		return;
	o = input("subjectId", json_str(node, "id"));
	json_put_str(o, "content", "EYES");
	put(l, EYES, "addReaction", o);
}

static void
put_eyes(struct list *l)
{
	const cJSON *text;

	if (!l->want.eyes)
		return;
	put_eye(l, l->j->now.item);
	JSON_EACH (text, l->seen)
		put_eye(l, text);
}

static void
put_notice(struct list *l)
{
	struct job *j = l->j;
	struct buf text = BUF_INIT(BUF_ANY);
	cJSON *o;

	if (l->want.said == NULL || comment_find(j, COMMENT_NOTICE) != NULL)
		return;
	buf_printf(&text, "**oompa** · %s: ", l->want.heading);
	text_cell(&text, l->want.said);
	if (l->want.failed == ON)
		buf_puts(&text,
		    "\n\nTo try again, take away the label `" LABEL_FAILED
		    "`.");
	buf_puts(&text, "\n\n");
	marker_put_notice(&text, j->id);
	buf_puts(&text, "\n");
	o = input("subjectId", json_str(j->now.item, "id"));
	json_put_str(o, "body", text.data);
	put(l, NOTICE, "addComment", o);
	buf_free(&text);
}

static void
put_status(struct list *l)
{
	struct job *j = l->j;
	struct buf text = BUF_INIT(BUF_ANY);
	const cJSON *old = comment_find(j, COMMENT_STATUS);
	struct want want = l->want;
	cJSON *o;

	/* What could not be set is not spoken of. */
	if ((l->refused & (BIT(LABEL) | BIT(MAKE_LABEL))) != 0)
		want.failed = LEAVE;
	if (status_text(j, &want, &text)) {
		o = old != NULL
			? input("id", json_str(old, "id"))
			: input("subjectId", json_str(j->now.item, "id"));
		json_put_str(o, "body", text.data);
		put(l, STATUS,
		    old != NULL ? "updateIssueComment" : "addComment", o);
	}
	buf_free(&text);
}

static void
put_surplus(struct list *l)
{
	const cJSON *comment = comment_surplus(l->j);

	if (comment != NULL)
		put(l, SURPLUS, "deleteIssueComment",
		    input("id", json_str(comment, "id")));
}

/* The label has to be there before the rest can be said in one request. */
static void
make_list(struct list *l)
{
	l->left = 0;
	put_label(l);
	if (l->batch.n != 0 && l->batch.w[0].tag == MAKE_LABEL)
		return;
	put_assignee(l);
	put_unlabel(l);
	put_eyes(l);
	put_notice(l);
	put_status(l);
	put_surplus(l);
}

/* What became of it. */

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
url_of(const struct list *l, const struct batch_write *w)
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
comment_receipt(struct list *l, const struct batch_write *w, struct fail *why)
{
	bool is_new = strcmp(w->name, "addComment") == 0;
	cJSON *rec = receipt_new(l->j, is_new ? "comment" : "edit-comment");

	json_put_str(rec, "kind", w->tag == NOTICE ? "notice" : "status");
	if (url_of(l, w) != NULL)
		json_put_str(rec, "url", url_of(l, w));
	return filter_put(l->j->out, rec, why);
}

static int
tell(struct list *l, const struct batch_write *w, struct fail *why)
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
tell_found(struct list *l, struct fail *why)
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
refuse(struct list *l, struct batch_write *w)
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
take_answers(struct list *l, struct fail *why)
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
look_again(struct list *l, struct fail *why)
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
send_list(struct list *l, struct fail *why)
{
	int r = batch_send(&l->batch, &l->j->push->gh, why);

	if (r == -1 && !publish_unsure(why))
		return -1;
	r = take_answers(l, why);
	return r == 1 && look_again(l, why) == -1 ? -1 : r;
}

/* In a dry run: the receipts of what would happen. */
static int
tell_all(struct list *l, struct fail *why)
{
	size_t i;
	int r = 0;

	if (l->batch.n != 0 && l->batch.w[0].tag == MAKE_LABEL) {
		r = tell(l, &l->batch.w[0], why);
		batch_done(&l->batch);
		l->j->now.label_id = xstrdup("new");
		make_list(l);
	}
	for (i = 0; r == 0 && i < l->batch.n; i++)
		r = tell(l, &l->batch.w[i], why);
	return r;
}

/* What GitHub refuses, and is needed: a failure, unless it was a sign. */
static int
judge_left(const struct list *l, struct fail *why)
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
run(struct list *l, struct fail *why)
{
	int tries, r = 1;

	for (tries = 0; r == 1; tries++) {
		make_list(l);
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
read_texts(struct list *l, struct fail *why)
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
	struct list *l = xcalloc(1, sizeof(*l));
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
