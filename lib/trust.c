/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "trust.h"
#include "xalloc.h"

static const char *const names[] = {
    [TRUST_UNKNOWN] = "unknown",
    [TRUST_BOT] = "bot",
    [TRUST_NONE] = "none",
    [TRUST_READ] = "read",
    [TRUST_TRIAGE] = "triage",
    [TRUST_WRITE] = "write",
    [TRUST_MAINTAIN] = "maintain",
    [TRUST_ADMIN] = "admin",
    [TRUST_SELF] = "self",
    [TRUST_ANY] = "any",
};

int
trust_parse(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (s != NULL && strcmp(s, names[i]) == 0)
			return (int)i;
	return -1;
}

const char *
trust_name(enum trust t)
{
	return names[t];
}

static bool
is_role(int t)
{
	return t >= TRUST_NONE && t <= TRUST_ADMIN;
}

enum trust
trust_of_role(const char *role_name, const char *permission)
{
	int t = trust_parse(role_name);

	if (!is_role(t))
		t = trust_parse(permission);
	return is_role(t) ? (enum trust)t : TRUST_UNKNOWN;
}

bool
trust_may(enum trust have, enum trust need)
{
	if (have == TRUST_BOT)
		return false;
	return need == TRUST_ANY || (have != TRUST_UNKNOWN && have >= need);
}

enum trust
trust_wanted(const struct opts *o)
{
	int t = trust_parse(opt_str(o, O_TRUST));

	if (t < TRUST_READ || t == TRUST_SELF)
		opt_wrong(
		    o, O_TRUST, "admin, maintain, write, triage, read or any");
	if (opt_lists(o, O_TRUSTED, "*"))
		opt_wrong(o, O_TRUSTED, "logins");
	return (enum trust)t;
}

static bool
is_bot(const char *type)
{
	return type != NULL && strcmp(type, "Bot") == 0;
}

bool
trust_named(
    const struct opts *o, enum opt_id list, const char *login, const char *type)
{
	char *full;
	bool r;

	if (login == NULL)
		return false;
	full = xasprintf("%s%s", login, is_bot(type) ? "[bot]" : "");
	r = opt_lists(o, list, full);
	free(full);
	return r;
}

bool
trust_commands(const struct opts *o, enum trust need, const char *login,
    const char *type, enum trust have)
{
	if (login == NULL)
		return false;
	return trust_named(o, O_TRUSTED, login, type) ||
	       (!is_bot(type) && trust_may(have, need));
}
