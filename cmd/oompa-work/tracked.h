#ifndef OOMPA_WORK_TRACKED_H
#define OOMPA_WORK_TRACKED_H

#include "git.h"

/* The paths that an index has, in order.  Starts as TRACKED_INIT. */
struct tracked {
	struct buf list; /* each ends in a NUL */
	const char **v;
	size_t n;
};

#define TRACKED_INIT                                                           \
	{                                                                      \
		.list = BUF_INIT(BUF_ANY)                                      \
	}

int tracked_load(struct tracked *, const struct git *, struct fail *);
bool tracked_has(const struct tracked *, const char *path);
/* Is there one below this folder? */
bool tracked_below(const struct tracked *, const char *folder);
void tracked_done(struct tracked *);

#endif
