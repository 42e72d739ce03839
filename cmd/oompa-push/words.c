/*
 * What people said with "/oompa" since the task was planned: judged as
 * oompa-plan judges it, and by what GitHub says of them now.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "push.h"
#include "words.h"
#include "xalloc.h"

struct said {
	enum word word;
	int64_t at;
	const cJSON *comment;
};

/* The newest first; of one second, the one that stops. */
static int
by_time(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	if (x->at != y->at)
		return x->at > y->at ? -1 : 1;
	return (y->word == WORD_STOP) - (x->word == WORD_STOP);
}

/* The words among these two, sorted; yours to free. */
static struct said *
find(const struct job *j, enum word one, enum word other, size_t *n)
{
	struct said *all = NULL;
	const cJSON *c;
	enum word word;
	int64_t at;

	*n = 0;
	JSON_EACH (c, j->now.comments) {
		word = word_of(json_str(c, "body"));
		if ((word != one && word != other) || word == WORD_NONE ||
		    json_true(c, "isMinimized") || comment_is_ours(j, c) ||
		    (!json_when(c, "lastEditedAt", &at) &&
			!json_when(c, "createdAt", &at)))
			continue;
		all = xrealloc(all, (*n + 1) * sizeof(*all));
		all[(*n)++] = (struct said){
		    .word = word, .at = at, .comment = c};
	}
	if (all != NULL)
		qsort(all, *n, sizeof(*all), by_time);
	return all;
}

static bool
is_author(const struct job *j, const cJSON *actor)
{
	const cJSON *author = json_get(j->now.item, "author");
	const char *a = json_str(author, "login");
	const char *b = json_str(actor, "login");
	const char *t = json_str(author, "__typename");
	const char *u = json_str(actor, "__typename");

	return a != NULL && b != NULL && strcasecmp(a, b) == 0 && t != NULL &&
	       u != NULL && strcmp(t, u) == 0;
}

static bool
has_word(const struct said *all, size_t n, enum word word)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (all[i].word == word)
			return true;
	return false;
}

/* May this account say the word?  1, 0 or -1.  What GitHub does not say is no
 * permission, but it is a reason to stop. */
static int
may(struct job *j, const cJSON *actor, enum word word, struct fail *why)
{
	enum trust have;
	int r;

	if (word == WORD_STOP && is_author(j, actor))
		return 1;
	r = recheck_commands(j, actor, &have, why);
	if (r == -1 && why->kind == FAIL_LIMIT && why->code == 0)
		return word == WORD_STOP;
	if (r == 0 && word == WORD_STOP)
		return trust_may(have, TRUST_TRIAGE) ||
		       (have == TRUST_UNKNOWN &&
			   json_str(actor, "login") != NULL);
	return r;
}

/* What somebody has changed is his as well. */
static int
may_say(struct job *j, const struct said *s, struct fail *why)
{
	int r = may(j, json_get(s->comment, "author"), s->word, why);

	if (r == 1 && (json_str(s->comment, "lastEditedAt") != NULL ||
			  json_is_object(json_get(s->comment, "editor"))))
		r = may(j, json_get(s->comment, "editor"), s->word, why);
	return r;
}

int
words_stop(struct job *j, struct fail *why)
{
	struct said *all;
	size_t n, i;
	int r = 0;

	all = find(j, WORD_STOP, WORD_GO, &n);
	/* Where nobody stops us, nobody is asked about. */
	if (!has_word(all, n, WORD_STOP))
		n = 0;
	for (i = 0; r == 0 && i < n; i++)
		r = may_say(j, &all[i], why);
	if (r == 1 && all[i - 1].word == WORD_STOP)
		r = fail(why, FAIL_POLICY, 0, "held by /oompa stop of %s",
		    json_str(json_get(all[i - 1].comment, "author"), "login"));
	free(all);
	return r == -1 ? -1 : 0;
}

/* Did somebody who may say one of these two words say it in that time?  1, 0
 * or -1. */
static int
was_said(struct job *j, enum word one, enum word other, int64_t from,
    int64_t to, struct fail *why)
{
	struct said *all;
	size_t n, i;
	int r = 0;

	all = find(j, one, other, &n);
	for (i = 0; r == 0 && i < n; i++)
		if (all[i].at >= from && all[i].at <= to)
			r = may_say(j, &all[i], why);
	free(all);
	return r;
}

int
words_go_on(struct job *j, int64_t since, struct fail *why)
{
	return was_said(j, WORD_GO, WORD_RETRY, since + 1, INT64_MAX, why);
}

int
words_asked(struct job *j, int64_t at, struct fail *why)
{
	return was_said(j, WORD_STATUS, WORD_STATUS, at, at, why);
}
