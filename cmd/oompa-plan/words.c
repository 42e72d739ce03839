/*
 * The words that cost nothing: /oompa stop, go, retry and status.
 *
 * A word counts from when its comment was last edited.
 *
 * SPDX-License-Identifier: MIT
 */

#include "words.h"
#include "plan.h"

static void
keep_last(struct said *w, const cJSON *c)
{
	int64_t at;

	if (!json_when(c, "edited_at", &at) && !json_when(c, "created_at", &at))
		return;
	if (at < w->at)
		return;
	w->at = at;
	w->actor = json_get(c, "author");
}

void
words_find(struct look *l)
{
	struct words *w = &l->words;
	const cJSON *c;
	enum word word;

	JSON_EACH (c, json_get(l->rec, "comments")) {
		if (json_true(c, "ours") || json_true(c, "minimized"))
			continue;
		word = word_of(json_str(c, "body"));
		if (word == WORD_STOP && may_say_stop(l->p, l->rec, c))
			keep_last(&w->stop, c);
		if (word == WORD_GO && may_say(l->p, c))
			keep_last(&w->go, c);
		if (word == WORD_RETRY && may_say(l->p, c))
			keep_last(&w->retry, c);
		if (word == WORD_STATUS && may_say(l->p, c))
			keep_last(&w->status, c);
	}
}
