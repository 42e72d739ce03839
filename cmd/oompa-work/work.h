#ifndef OOMPA_WORK_H
#define OOMPA_WORK_H

#include <stdbool.h>

#define NAME "oompa-work"

/* How this run works. */
struct work {
	const char *clone_dir;
	char *outbox;        /* its real path; NULL: none */
	const char *expose;  /* directories, separated by commas */
	const char *prepare; /* a command for sh(1); "": none */
	const char *allow;   /* rules, see rules.h */
	const char *prompts; /* a directory of templates; "": none */
	bool sandbox;
};

#endif
