#ifndef OOMPA_WORK_ENV_H
#define OOMPA_WORK_ENV_H

#include "place.h"
#include "proc_env.h"

/*
 * The environment of what runs in a clone: made from nothing, without any
 * credential, unless a proxy's name holds one.
 */
void env_make(struct proc_env *, const struct task *, const struct place *);

/* Adds what Claude needs besides: the model's credential and how its API is
 * reached. */
void env_model(struct proc_env *);

/* Is the model reached through Vertex AI? */
bool env_vertex(void);

/* Is a credential of the model in our environment? */
bool env_has_credential(void);

/* Variables that name files which a room shows, ended by NULL. */
extern const char *const env_files[];

/* The value of a variable, NULL when it is not in env. */
const char *env_get(const struct proc_env *, const char *name);

/* Reads what the credentials of the model are, once: before anything runs that
 * could change the files that hold them. */
void env_secret_collect(void);

/* Does text hold one of the model's credentials, as it is or encoded?  See
 * known.h. */
bool env_secret_in(const char *text, size_t len);

/* One more of them, of a login. */
void env_secret_add(const char *);

#endif
