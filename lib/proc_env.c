/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "proc_env.h"
#include "xalloc.h"

/* Takes pair. */
static void
take(struct proc_env *env, char *pair)
{
	env->v = xrealloc(env->v, (env->n + 2) * sizeof(*env->v));
	env->v[env->n++] = pair;
	env->v[env->n] = NULL;
}

void
proc_env_set(struct proc_env *env, const char *name, const char *value)
{
	take(env, xasprintf("%s=%s", name, value));
}

void
proc_env_add(struct proc_env *env, const char *pair)
{
	take(env, xstrdup(pair));
}

void
proc_env_copy(struct proc_env *env, const char *name)
{
	const char *value = getenv(name);

	if (value != NULL && *value != '\0')
		proc_env_set(env, name, value);
}

void
proc_env_done(struct proc_env *env)
{
	size_t i;

	for (i = 0; i < env->n; i++)
		free(env->v[i]);
	free(env->v);
	*env = (struct proc_env){0};
}
