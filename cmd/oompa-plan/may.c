/*
 * Who may command.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "xalloc.h"

static bool
is_bot(const cJSON *actor)
{
	const char *type = json_str(actor, "type");

	return type != NULL && strcmp(type, "Bot") == 0;
}

/* GraphQL names a bot without the "[bot]" that people write. */
static bool
is_named(const struct plan *p, const cJSON *actor)
{
	const char *login = json_str(actor, "login");
	char *full;
	bool r;

	if (login == NULL)
		return false;
	if (opt_lists(p->o, O_TRUSTED, login))
		return true;
	if (!is_bot(actor))
		return false;
	full = xasprintf("%s[bot]", login);
	r = opt_lists(p->o, O_TRUSTED, full);
	free(full);
	return r;
}

bool
may_command(const struct plan *p, const cJSON *actor)
{
	const char *trust = json_str(actor, "trust");
	int level = trust != NULL ? trust_parse(trust) : -1;

	if (is_named(p, actor))
		return true;
	if (json_str(actor, "login") == NULL || is_bot(actor) || level == -1)
		return false;
	return trust_may((enum trust)level, p->need);
}

void
may_name(struct buf *b, const cJSON *actor)
{
	const char *login = json_str(actor, "login");
	const char *trust = json_str(actor, "trust");

	buf_printf(b, "%s (%s)", login != NULL ? login : "a deleted account",
	    trust != NULL ? trust : "unknown");
}
