#ifndef OOMPA_WORK_ARGS_H
#define OOMPA_WORK_ARGS_H

#include <stddef.h>

/* A command line that grows.  Starts as {0}; v ends in NULL once something
 * was added. */
struct args {
	char **v; /* its own strings */
	size_t n;
};

void args_add(struct args *, const char *);
/* Adds words, ended by NULL. */
void args_more(struct args *, ...) __attribute__((sentinel));
void args_done(struct args *);

#endif
