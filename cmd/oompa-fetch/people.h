#ifndef OOMPA_PEOPLE_H
#define OOMPA_PEOPLE_H

#include "github.h"
#include "json.h"

/*
 * How far each account is trusted: its permission on the repository, as the
 * permission API has it (docs.github.com/rest/collaborators), asked once and
 * remembered for PEOPLE_SECONDS; after that GitHub is asked whether it has
 * changed.  What could not be asked is "unknown", which
 * commands nothing.
 */

#define PEOPLE_SECONDS 300

struct people {
	cJSON *known;     /* login in lower case: {"trust", "at"} */
	const char *repo; /* for messages, lent */
	char *path;       /* of the cache */
	bool refused;     /* GitHub does not tell this token: said once */
	bool changed;
};

/* Reads the cache; a broken one is an empty one. */
void people_open(struct people *, const char *place, const char *repo);
/* Writes it, and frees all.  Failing to write is no failure. */
void people_close(struct people *);

/*
 * Puts {"login", "type", "trust"} of a GraphQL actor (JSON null: the account
 * is gone) at key of obj.  FAIL_... when GitHub cannot be asked now.
 */
int people_put(struct people *, struct github *, const char *repo, cJSON *obj,
    const char *key, const cJSON *actor, struct fail *);

#endif
