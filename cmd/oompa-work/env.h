#ifndef OOMPA_WORK_ENV_H
#define OOMPA_WORK_ENV_H

#include "place.h"
#include "proc.h"

/*
 * What Claude's environment holds: made from nothing, with the model's
 * credential, which Claude needs, and no other.
 */
void env_make(struct proc_env *, const struct task *, const struct place *);

/* Variables that name files which Claude reads, ended by NULL. */
extern const char *const env_files[];

/* The value of a variable, NULL when it is not in env. */
const char *env_get(const struct proc_env *, const char *name);

/* Does text hold one of the model's credentials, as it is or encoded?  See
 * secret.h. */
bool env_secret_in(const char *text, size_t len);

#endif
