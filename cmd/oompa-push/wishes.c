/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "wishes.h"

static cJSON *
input(const char *key, const char *id)
{
	cJSON *o = json_new_object();

	json_put_str(o, key, id);
	return o;
}

static void
put(struct wishes *l, enum tag tag, const char *mutation, cJSON *given)
{
	if ((l->refused & BIT(tag)) != 0) {
		l->left |= BIT(tag);
		cJSON_Delete(given);
	} else {
		batch_add(&l->batch, (int)tag, mutation, given);
	}
}

static void
put_list(struct wishes *l, enum tag tag, const char *mutation, const char *key,
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
wants_label(const struct wishes *l)
{
	int64_t asked;

	if (l->want.failed != ON || l->j->now.failed)
		return false;
	return is_older_label(l->j) ||
	       !json_when(json_get(l->j->rec, "trigger"), "at", &asked);
}

static void
put_label(struct wishes *l)
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
put_unlabel(struct wishes *l)
{
	if (l->want.failed == OFF && l->j->now.failed && is_older_label(l->j))
		put_list(l, UNLABEL, "removeLabelsFromLabelable", "labelableId",
		    "labelIds", l->j->now.label_id);
}

static void
put_assignee(struct wishes *l)
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
put_eye(struct wishes *l, const cJSON *node)
{
	cJSON *o;

	if (json_str(node, "id") == NULL || has_eyes(node))
		return;
	o = input("subjectId", json_str(node, "id"));
	json_put_str(o, "content", "EYES");
	put(l, EYES, "addReaction", o);
}

static void
put_eyes(struct wishes *l)
{
	const cJSON *text;

	if (!l->want.eyes)
		return;
	put_eye(l, l->j->now.item);
	JSON_EACH (text, l->seen)
		put_eye(l, text);
}

/* What could not be set is not spoken of. */
static enum wish
spoken(const struct wishes *l)
{
	bool has_label = l->j->now.label_id != NULL ||
			 (l->refused & BIT(MAKE_LABEL)) == 0;

	return has_label && (l->refused & BIT(LABEL)) == 0 ? l->want.failed
							   : LEAVE;
}

static void
put_notice(struct wishes *l)
{
	struct job *j = l->j;
	struct buf text = BUF_INIT(BUF_ANY);
	cJSON *o;

	if (l->want.said == NULL || comment_find(j, COMMENT_NOTICE) != NULL)
		return;
	buf_printf(&text, "**oompa** · %s: ", l->want.heading);
	text_cell(&text, l->want.said);
	if (spoken(l) == ON)
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
put_status(struct wishes *l)
{
	struct job *j = l->j;
	struct buf text = BUF_INIT(BUF_ANY);
	const cJSON *old = comment_find(j, COMMENT_STATUS);
	struct want want = l->want;
	cJSON *o;

	want.failed = spoken(l);
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
put_surplus(struct wishes *l)
{
	const cJSON *comment = comment_surplus(l->j);

	if (comment != NULL)
		put(l, SURPLUS, "deleteIssueComment",
		    input("id", json_str(comment, "id")));
}

/* The label has to be there before the rest can be said in one request. */
void
wishes_list(struct wishes *l)
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
