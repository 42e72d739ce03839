#ifndef OOMPA_REFUSAL_H
#define OOMPA_REFUSAL_H

#include <stdbool.h>

/*
 * What GitHub says when it refuses, in our words: what is wrong, and who can
 * do something about it is always a person.
 */

/* What said means; NULL when it is nothing that is known. */
const char *refusal_means(const char *said);

/* Does it mean "not so fast", whatever the status? */
bool refusal_is_limit(const char *said);

#endif
