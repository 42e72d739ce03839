/*
 * Who may command, and who may stop us.
 *
 * SPDX-License-Identifier: MIT
 */

#include <string.h>
#include <strings.h>

#include "plan.h"

static enum trust
trust_of(const cJSON *actor)
{
	int level = trust_parse(json_str(actor, "trust"));

	return level != -1 ? (enum trust)level : TRUST_UNKNOWN;
}

bool
may_command(const struct plan *p, const cJSON *actor)
{
	return trust_commands(p->o, p->need, json_str(actor, "login"),
	    json_str(actor, "type"), trust_of(actor));
}

/* Do both name the same account? */
static bool
is_same(const cJSON *a, const cJSON *b)
{
	const char *x = json_str(a, "login"), *y = json_str(b, "login");

	return x != NULL && y != NULL && strcasecmp(x, y) == 0 &&
	       is(json_str(a, "type"), json_str(b, "type"));
}

/* By its author, by who is trusted to sort issues, or by who may command. */
static bool
may_stop(const struct plan *p, const cJSON *rec, const cJSON *actor)
{
	return is_same(json_get(rec, "author"), actor) ||
	       (json_str(actor, "login") != NULL &&
		   trust_may(trust_of(actor), TRUST_TRIAGE)) ||
	       may_command(p, actor);
}

/* What somebody has changed is his as well. */
static bool
is_edited(const cJSON *text)
{
	return json_str(text, "edited_at") != NULL ||
	       json_is_object(json_get(text, "editor"));
}

bool
may_say(const struct plan *p, const cJSON *text)
{
	return may_command(p, json_get(text, "author")) &&
	       (!is_edited(text) || may_command(p, json_get(text, "editor")));
}

bool
may_review(const struct plan *p, const cJSON *actor)
{
	if (*opt_str(p->o, O_REVIEWERS) == '\0')
		return may_command(p, actor);
	return trust_named(p->o, O_REVIEWERS, json_str(actor, "login"),
	    json_str(actor, "type"));
}

bool
may_say_review(const struct plan *p, const cJSON *text)
{
	return may_review(p, json_get(text, "author")) &&
	       (!is_edited(text) || may_review(p, json_get(text, "editor")));
}

bool
may_say_stop(const struct plan *p, const cJSON *rec, const cJSON *text)
{
	return may_stop(p, rec, json_get(text, "author")) &&
	       (!is_edited(text) || may_stop(p, rec, json_get(text, "editor")));
}

void
may_name(struct buf *b, const cJSON *actor)
{
	const char *login = json_str(actor, "login");
	const char *trust = json_str(actor, "trust");

	buf_printf(b, "%s (%s)", login != NULL ? login : "a deleted account",
	    trust != NULL ? trust : "unknown");
}
