#ifndef OOMPA_SLUG_H
#define OOMPA_SLUG_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Is s "owner/name", with nothing in it that a path, a URL or a command line
 * could take for something else?  Fact: owners are alphanumeric with
 * hyphens, names take [A-Za-z0-9._-] as well (docs.github.com).
 */
bool slug_valid(const char *s);

/* Is it a branch of ours, "ai/issue-N" or "ai/issue-N-K"?  Then *number is N
 * and *attempt is K, 1 when there is none. */
bool slug_branch(const char *name, int64_t *number, int64_t *attempt);

#endif
