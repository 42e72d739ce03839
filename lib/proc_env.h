#ifndef OOMPA_PROC_ENV_H
#define OOMPA_PROC_ENV_H

#include <stddef.h>

/* An environment: starts empty, holds its own strings. */
struct proc_env {
	char **v; /* ended by NULL */
	size_t n;
};

void proc_env_set(struct proc_env *, const char *name, const char *value);
void proc_env_add(struct proc_env *, const char *pair); /* "NAME=value" */
/* Copies ours when it is set and not empty. */
void proc_env_copy(struct proc_env *, const char *name);
void proc_env_done(struct proc_env *);

#endif
