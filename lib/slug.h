#ifndef OOMPA_SLUG_H
#define OOMPA_SLUG_H

#include <stdbool.h>

/*
 * Is s "owner/name", with nothing in it that a path, a URL or a command line
 * could take for something else?  Fact: owners are alphanumeric with
 * hyphens, names take [A-Za-z0-9._-] as well (docs.github.com).
 */
bool slug_valid(const char *s);

#endif
