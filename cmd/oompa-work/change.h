#ifndef OOMPA_WORK_CHANGE_H
#define OOMPA_WORK_CHANGE_H

#include "git.h"

/* What differs between two trees: one file. */
struct change {
	char old_mode[8], new_mode[8];
	char old[GIT_OID_SIZE], new[GIT_OID_SIZE]; /* zeros: none */
	char status;                               /* A, D, M or T */
	const char *path;
};

#define CHANGE_LINK    "120000"
#define CHANGE_GITLINK "160000"

/* The list, for change_next; names are not paired. */
int change_list(const struct git *, const char *base, const char *tree,
    struct buf *list, struct fail *);

/* The next one, from *at on (at first the list's data), into *c; its path
 * points into the list.  False at the end. */
bool change_next(const char **at, const char *end, struct change *c);

/* There is a blob or the like on the new side. */
bool change_has_new(const struct change *);

#endif
