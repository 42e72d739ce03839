/*
 * Who works on what.
 *
 * A claim stands in the state of the item's status comment until the task
 * comes to an end there, or until it expires.  Making that comment is a
 * compare and swap: of several the oldest counts.  Where it is there already,
 * the last edit counts, and nobody relies on his own before he has read it
 * one --write-interval later.
 *
 * A small file of this machine says that a task was handed on, so that a
 * claim that was left before that is taken up without counting it twice.  It
 * may be lost: then an attempt is not counted, and no more.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "outbox.h"
#include "push.h"
#include "when.h"
#include "xalloc.h"

#define TRIES_MAX 3
#define SLACK_S   INT64_C(900) /* for what comes after Claude */

const cJSON *
claim_live(const struct job *j)
{
	const cJSON *claim = json_get(j->now.state, "claim");
	int64_t until;

	return json_when(claim, "until", &until) && until > when_now() ? claim
								       : NULL;
}

static bool
is_of_us(const struct job *j, const cJSON *claim)
{
	const char *who = json_str(claim, "who");

	return who != NULL && strcmp(who, j->who) == 0;
}

bool
claim_is_ours(const struct job *j, const cJSON *claim)
{
	return is_of_us(j, claim) && job_is_task(j, json_str(claim, "task"));
}

char *
claim_file(const struct job *j)
{
	char name[OUTBOX_NAME_SIZE];

	outbox_name(strchr(j->id, '#'), name);
	return xasprintf("%s/claims/%s", j->place, name);
}

/* When the task was last handed on, as its claim has it; "" when that is not
 * known. */
static void
read_file(const struct job *j, char at[WHEN_SIZE])
{
	char *path = claim_file(j), *text;
	struct fail unknown;
	size_t len;

	at[0] = '\0';
	if (file_read(path, 64, &text, &len, &unknown) == 0) {
		(void)snprintf(
		    at, WHEN_SIZE, "%.*s", (int)strcspn(text, "\n"), text);
		free(text);
	}
	free(path);
}

static int
write_file(const struct job *j, struct fail *why)
{
	const char *at = json_str(json_get(j->now.state, "claim"), "at");
	char *dir = xasprintf("%s/claims", j->place), *path = claim_file(j);
	char *line = xasprintf("%s\n", at != NULL ? at : "");
	int r = file_mkdir(dir, why);

	if (r == 0)
		r = file_write(path, line, strlen(line), why);
	free(line);
	free(path);
	free(dir);
	return r;
}

bool
claim_handed_on(const struct job *j)
{
	char at[WHEN_SIZE];

	read_file(j, at);
	return at[0] != '\0';
}

bool
claim_lost(const struct job *j, struct fail *why)
{
	const cJSON *claim = claim_live(j);
	int64_t at = 0, made = 0;

	if (claim == NULL || is_of_us(j, claim))
		return false;
	/* Without a claim of our own, what was made before theirs goes on. */
	(void)json_when(claim, "at", &at);
	(void)json_when(j->rec, "made_at", &made);
	if (!claim_handed_on(j) && at <= made)
		return false;
	(void)fail(why, FAIL_POLICY, 0, "another machine works on it until %s",
	    json_str(claim, "until"));
	return true;
}

/* Whoever deletes our status comment wants us to stop here, until told
 * otherwise, as oompa-plan has it. */
int
claim_look(struct job *j, struct fail *why)
{
	char at[WHEN_SIZE];
	int64_t since, set;
	int r;

	read_file(j, at);
	if (j->now.state != NULL || !when_parse(at, &since) ||
	    (j->label != NULL && recheck_label_at(j, j->label, &set) &&
		set > since))
		return 0;
	r = words_go_on(j, since, why);
	if (r == 0)
		return fail(
		    why, FAIL_POLICY, 0, "our status comment was deleted");
	return r == 1 ? 0 : -1;
}

/* May the task still be begun?  1 when not, and then it is told. */
static int
look(struct job *j, struct fail *why)
{
	struct fail no;
	int r;

	if (j->now.item == NULL || !recheck_open(j))
		return receipt_skip(
			   j, "closed", "it is closed or gone", NULL, why) == 0
			   ? 1
			   : -1;
	if (status_row(j) != NULL)
		return receipt_skip(j, "handled", "done already", NULL, why) ==
			       0
			   ? 1
			   : -1;
	r = recheck_trigger(j, &no);
	if (r == 0)
		return 0;
	if (r == -1 && no.kind != FAIL_POLICY) {
		*why = no;
		return -1;
	}
	return receipt_skip(
		   j, r == 1 ? "stale-trigger" : "held", no.msg, NULL, why) == 0
		   ? 1
		   : -1;
}

/* How often this task was begun. */
static int64_t
attempts(const struct job *j)
{
	const cJSON *a;
	int64_t n = 0;

	JSON_EACH (a, json_get(j->now.state, "attempts"))
		if (job_is_task(j, json_str(a, "task")))
			(void)json_int(a, "n", &n);
	return n;
}

/* Is our claim there, and was the task not handed on by it yet? */
static bool
is_fresh(const struct job *j)
{
	const cJSON *claim = claim_live(j);
	char at[WHEN_SIZE];

	if (!claim_is_ours(j, claim))
		return false;
	read_file(j, at);
	return json_str(claim, "at") == NULL ||
	       strcmp(json_str(claim, "at"), at) != 0;
}

/* From here on a claim that is there was not handed on. */
static int
forget(const struct job *j, struct fail *why)
{
	char *path = claim_file(j);
	int r = 0;

	if (unlink(path) == -1 && errno != ENOENT)
		r = fail_sys(why, "cannot remove '%s'", path);
	free(path);
	return r;
}

static void
make_claim(const struct job *j, struct claim *ret)
{
	int64_t timeout = 0;

	(void)json_int(j->rec, "timeout", &timeout);
	ret->at = when_now();
	ret->until = ret->at + timeout + SLACK_S;
	ret->attempt = attempts(j) + 1;
}

/* Sets the signs, and the claim unless it is there; then reads what counts. */
static int
take(struct job *j, struct fail *why)
{
	bool fresh = is_fresh(j);
	struct claim mine = {.attempt = 1};
	const struct want want = {.assigned = j->now.is_issue ? ON : LEAVE,
	    .eyes = true,
	    .claim = fresh ? NULL : &mine};

	make_claim(j, &mine);
	if (!fresh && !j->push->dry_run && forget(j, why) == -1)
		return -1;
	if (writes(j, &want, why) == -1)
		return -1;
	if (fresh || j->push->dry_run)
		return 0;
	if (github_space(&j->push->gh, why) == -1)
		return -1;
	return comment_read(j, why);
}

/* Somebody else was faster.  What of ours is one too many goes away. */
static int
yield(struct job *j, const cJSON *claim, struct fail *why)
{
	const struct want nothing = {.release = false};

	if (receipt_skip(j, "claimed", "another machine works on it",
		json_str(claim, "until"), why) == -1)
		return -1;
	return writes(j, &nothing, why);
}

static int
try_claim(struct job *j, struct fail *why)
{
	const cJSON *claim;
	int tries, r = recheck(j, why);

	if (r == 0)
		r = look(j, why);
	for (tries = 0; r == 0 && tries < TRIES_MAX; tries++) {
		claim = claim_live(j);
		if (claim != NULL && !is_of_us(j, claim))
			return yield(j, claim, why);
		r = take(j, why);
		if (r == 0 && (is_fresh(j) || j->push->dry_run))
			return j->push->dry_run || write_file(j, why) == 0
				   ? FILTER_PASS
				   : -1;
	}
	if (r != 0)
		return r == 1 ? 0 : -1;
	return fail(why, FAIL_LIMIT, 0, "the claim does not last");
}

int
claim_task(struct job *j, struct fail *why)
{
	struct fail ignored;
	int r = try_claim(j, why);

	if (r == -1 && why->kind != FAIL_STOP)
		(void)receipt_skip(j, "claim-failed", why->msg, NULL, &ignored);
	return r;
}
