#ifndef OOMPA_PLAN_BARE_H
#define OOMPA_PLAN_BARE_H

#include <stdbool.h>

/*
 * Is an approval's text praise and nothing else: "LGTM, thanks! :tada:"?  It
 * says no when there is a single word that it does not know.
 */
bool bare_praise(const char *body);

#endif
