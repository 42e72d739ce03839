/*
 * The order of things: one result from the first look to the last receipt.
 *
 * Nothing that depends on a write is said before that write has happened, and
 * everything may be done again after having been cut short at any point: what
 * is on GitHub already is found and not repeated.  A result leaves the outbox
 * when nothing is left to do about it, and only then its cost is counted.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "marker.h"
#include "outbox.h"
#include "push.h"
#include "xalloc.h"

#define REASON_MAX 300 /* bytes */

bool
publish_unsure(const struct fail *why)
{
	return why->kind == FAIL_NETWORK ||
	       (why->kind == FAIL_REMOTE && why->code >= 500);
}

int
publish_write(struct job *j, const char *method, const char *path,
    const cJSON *body, cJSON **ret, struct fail *why)
{
	int r;

	if (j->push->dry_run)
		return 0;
	r = github_rest(&j->push->gh, method, path, body, ret, why);
	if (r == -1 && publish_unsure(why))
		r = github_rest(&j->push->gh, method, path, body, ret, why);
	return r;
}

/* The parts that are not the pull request or the status comment. */

static int
set_label(struct job *j, struct fail *why)
{
	char *path = xasprintf(
	    "/repos/%s/issues/%" PRId64 "/labels", j->repo, j->number);
	cJSON *body = json_new_object();
	int r = 0;

	json_add_str(json_put_array(body, "labels"), LABEL_FAILED);
	if (!recheck_has_label(j, LABEL_FAILED)) {
		r = publish_write(j, "POST", path, body, NULL, why);
		if (r == 0)
			r = receipt_put(j, "label", "label", LABEL_FAILED, why);
	}
	cJSON_Delete(body);
	free(path);
	return r;
}

/* GitHub drops silently whom it may not assign. */
static bool
is_named(const cJSON *issue, const char *login)
{
	const cJSON *a;

	JSON_EACH (a, json_get(issue, "assignees"))
		if (json_str(a, "login") != NULL &&
		    strcmp(json_str(a, "login"), login) == 0)
			return true;
	return false;
}

static int
assign(struct job *j, bool wanted, struct fail *why)
{
	char *path;
	cJSON *body, *answer = NULL;
	int r;

	if (j->now.is_bot || opt_on(j->push->o, O_NO_ASSIGN) ||
	    recheck_assigned(j) == wanted)
		return 0;
	path = xasprintf(
	    "/repos/%s/issues/%" PRId64 "/assignees", j->repo, j->number);
	body = json_new_object();
	json_add_str(json_put_array(body, "assignees"), j->now.viewer);
	r = publish_write(
	    j, wanted ? "POST" : "DELETE", path, body, &answer, why);
	if (r == 0 &&
	    (answer == NULL || is_named(answer, j->now.viewer) == wanted))
		r = receipt_put(j, wanted ? "assign" : "unassign", "message",
		    j->now.viewer, why);
	cJSON_Delete(answer);
	cJSON_Delete(body);
	free(path);
	return r;
}

/* A new comment, once per task: an edit of the status comment tells nobody. */
static int
notice(struct job *j, const char *outcome, const char *note, struct fail *why)
{
	struct buf marker = BUF_INIT(BUF_ANY), text = BUF_INIT(BUF_ANY);
	int r = 0;

	marker_put_notice(&marker, j->id);
	buf_printf(&text, "**oompa** · %s: ", outcome);
	text_cell(&text, note);
	buf_printf(&text,
	    "\n\nTo try again, take away the label `" LABEL_FAILED "`.\n\n%s\n",
	    marker.data);
	if (comment_find(j, marker.data) == NULL)
		r = comment_create(j, text.data, marker.data, why);
	buf_free(&marker);
	buf_free(&text);
	return r;
}

/* The ends that a result can come to. */

static void
log_end(const struct job *j, const char *outcome, const char *said)
{
	struct buf text = BUF_INIT(BUF_ANY), cost = BUF_INIT(64),
		   wall = BUF_INIT(64), pushed = BUF_INIT(7);
	bool changed = strcmp(outcome, "changed") == 0;
	int64_t files = 0, seconds = 0;

	(void)json_int(j->rec, "files", &files);
	(void)json_int(j->rec, "seconds", &seconds);
	text_money(&cost, j->cost);
	text_seconds(&wall, seconds);
	if (changed)
		buf_puts(&pushed, j->head);
	buf_printf(&text, "%s: %s, ", j->action, outcome);
	if (changed)
		buf_printf(&text, "%" PRId64 " file%s, ", files,
		    files == 1 ? "" : "s");
	buf_printf(&text, "%s, ", cost.data);
	if (seconds < 60)
		buf_printf(&text, "%" PRId64 " s", seconds);
	else
		buf_puts(&text, wall.data);
	buf_printf(&text, " - %s", said);
	log_event(LOG_INFO, j->item, text.data, "task", j->id, "outcome",
	    outcome, "pushed", changed ? pushed.data : NULL, "cost",
	    cost.data + 1, "wall", wall.data, changed ? "url" : "msg", said,
	    NULL);
	buf_free(&text);
	buf_free(&cost);
	buf_free(&wall);
	buf_free(&pushed);
}

/* Nothing is left to do: the cost is counted, and the outbox forgets it. */
static int
settle(struct job *j, const char *outcome, const char *said, struct fail *why)
{
	const char *outbox = opt_str(j->push->o, O_OUTBOX);

	if (receipt_spend(j, why) == -1)
		return -1;
	if (*outbox != '\0' && !j->push->dry_run &&
	    outbox_remove(outbox, j->id, why) == -1)
		return -1;
	log_end(j, outcome, said != NULL ? said : "");
	return 0;
}

/* Not wanted any more, or never usable: GitHub hears nothing of it. */
static int
drop(struct job *j, const struct fail *because, struct fail *why)
{
	struct fail reason = *because;

	if (receipt_put(j, "drop", "message", reason.msg, why) == -1)
		return -1;
	return settle(j, "dropped", reason.msg, why);
}

/* People are told why there will be no pull request. */
static int
give_up(
    struct job *j, const char *outcome, const char *reason, struct fail *why)
{
	struct buf note = BUF_INIT(BUF_ANY);
	int r;

	text_line(&note, reason, REASON_MAX);
	r = set_label(j, why);
	if (r == 0)
		r = assign(j, false, why);
	/* Making the status comment is a notification of its own. */
	if (r == 0 && j->now.status != NULL)
		r = notice(j, outcome, note.data, why);
	if (r == 0)
		r = status_put(j, outcome, note.data, why);
	if (r == 0)
		r = settle(j, outcome, note.data, why);
	buf_free(&note);
	return r;
}

/* What a check of ours says no to: told at once, as an error of its own. */
static int
refuse(struct job *j, struct fail *why)
{
	static const char prefix[] = "refused: ";
	struct fail because = *why;
	const char *said = because.msg;

	filter_error(j->out, NAME, j->repo, j->item, why);
	if (because.kind == FAIL_INPUT)
		return drop(j, &because, why);
	if (strncmp(said, prefix, strlen(prefix)) == 0)
		said += strlen(prefix);
	return give_up(j, "refused", said, why);
}

/* The commit onto GitHub, through the gate, unless it is there: 0, and 1 when
 * the result came to another end. */
static int
publish_commit(struct job *j, struct fail *why)
{
	int r;

	if (branch_look(j) == 1)
		return 0;
	if (strcmp(j->action, "open-pr") == 0) {
		(void)fail(why, FAIL_POLICY, 0,
		    "no branch is at %.12s any more", j->head);
		return drop(j, why, why) == -1 ? -1 : 1;
	}
	r = change_take(j, why);
	if (r == 0)
		r = gate(j, why);
	if (r == -1 && (why->kind == FAIL_POLICY || why->kind == FAIL_INPUT))
		return refuse(j, why) == -1 ? -1 : 1;
	if (r == 0)
		r = branch_find(j, why);
	if (r == 0)
		return branch_push(j, why);
	return r == 1 ? 0 : -1;
}

static int
publish_change(struct job *j, struct fail *why)
{
	int r = publish_commit(j, why);

	if (r != 0)
		return r == 1 ? 0 : -1;
	if (pull_open(j, why) == -1 || assign(j, true, why) == -1 ||
	    status_put(j, "changed", j->reason, why) == -1)
		return -1;
	return settle(j, "changed", j->pull_url, why);
}

/* Was all of this said by an earlier run? */
static bool
was_published(const struct job *j)
{
	const char *outcome = json_str(status_row(j), "outcome");

	return outcome != NULL && strcmp(outcome, j->outcome) == 0;
}

/* What people are told: Claude's own words when it declined, for they say
 * what is in the way. */
static const char *
explanation(const struct job *j)
{
	const char *summary = json_str(j->rec, "summary");

	return strcmp(j->outcome, "declined") == 0 && summary != NULL &&
		       *summary != '\0'
		   ? summary
		   : j->reason;
}

int
publish(struct job *j, struct fail *why)
{
	struct fail no;

	/* The same task will come again; people need not hear of each try. */
	if (strcmp(j->outcome, "changed") != 0 && j->retry != NULL &&
	    strcmp(j->retry, "later") == 0)
		return settle(j, j->outcome, j->reason, why);
	if (recheck(j, why) == -1)
		return -1;
	if (recheck_destination(j, &no) == -1) {
		filter_error(j->out, NAME, j->repo, j->item, &no);
		return drop(j, &no, why);
	}
	if (was_published(j))
		return settle(j, j->outcome, "published already", why);
	switch (recheck_trigger(j, why)) {
	case 0:
		break;
	case 1:
		no = *why;
		return drop(j, &no, why);
	default:
		return -1;
	}
	if (strcmp(j->outcome, "changed") == 0)
		return publish_change(j, why);
	return give_up(j, j->outcome, explanation(j), why);
}
