#ifndef OOMPA_TRUST_H
#define OOMPA_TRUST_H

#include <stdbool.h>

#include "opt.h"

/*
 * How far an account is trusted: its role on the repository, as the
 * permission API names it, and what stands beside the roles.
 */
enum trust {
	TRUST_UNKNOWN, /* could not be asked: commands nothing */
	TRUST_BOT,     /* trusted by name only */
	TRUST_NONE,
	TRUST_READ,
	TRUST_TRIAGE,
	TRUST_WRITE,
	TRUST_MAINTAIN,
	TRUST_ADMIN,
	TRUST_SELF, /* the account whose token it is */
	TRUST_ANY,  /* of --trust only: whoever it is */
};

/* A level by its name; -1 when there is no such level. */
int trust_parse(const char *);
const char *trust_name(enum trust);

/*
 * The level that the permission API's answer means.  role_name is finer than
 * permission, but an organization may give roles names of its own: then
 * permission, the legacy level, decides.  Both may be NULL.
 */
enum trust trust_of_role(const char *role_name, const char *permission);

/* What --trust asks for.  Ends the process, as misuse, when that is no level
 * to ask for, or when --trusted names everybody. */
enum trust trust_wanted(const struct opts *);

/* May somebody with this much command, where so much is needed? */
bool trust_may(enum trust have, enum trust need);

/* Does a list of logins name this account?  A bot (type "Bot") is named with
 * "[bot]", which GraphQL leaves out: people and bots may be called alike. */
bool trust_named(
    const struct opts *, enum opt_id, const char *login, const char *type);

/*
 * May this account command: is it trusted enough, or named by --trusted?  A
 * bot only when it is named.  A NULL login is an account that is gone: it may
 * not.
 */
bool trust_commands(const struct opts *, enum trust need, const char *login,
    const char *type, enum trust have);

#endif
