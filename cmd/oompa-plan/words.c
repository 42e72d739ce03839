/*
 * The words that cost nothing: /oompa stop, go, retry and status.
 *
 * A word counts when it is what a comment of the conversation begins with,
 * and from when it was last edited.
 *
 * SPDX-License-Identifier: MIT
 */

#include <string.h>

#include "plan.h"

#define CALL  "/oompa"
#define BLANK " \t"
#define SPACE " \t\r\n"

/* The word that text begins with, or 0 bytes at *ret. */
static const char *
command(const char *text, size_t *ret)
{
	const char *s = text + strspn(text, SPACE);

	*ret = 0;
	if (strncmp(s, CALL, strlen(CALL)) != 0)
		return s;
	s += strlen(CALL);
	if (strchr(BLANK, *s) == NULL)
		return s;
	s += strspn(s, BLANK);
	*ret = strcspn(s, SPACE);
	return s;
}

static bool
says(const char *text, const char *word)
{
	size_t len;
	const char *s = command(text, &len);

	return len == strlen(word) && strncmp(s, word, len) == 0;
}

static void
keep_last(struct word *w, const cJSON *c)
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
	const char *body;

	JSON_EACH (c, json_get(l->rec, "comments")) {
		body = json_str(c, "body");
		if (body == NULL || json_true(c, "ours") ||
		    json_true(c, "minimized"))
			continue;
		if (says(body, "stop") && may_say_stop(l->p, l->rec, c))
			keep_last(&w->stop, c);
		if (says(body, "go") && may_say(l->p, c))
			keep_last(&w->go, c);
		if (says(body, "retry") && may_say(l->p, c))
			keep_last(&w->retry, c);
		if (says(body, "status") && may_say(l->p, c))
			keep_last(&w->status, c);
	}
}
