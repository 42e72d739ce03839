#ifndef OOMPA_WORK_CREDENTIAL_H
#define OOMPA_WORK_CREDENTIAL_H

#include "known.h"

/*
 * Credentials of the model that are no variable's whole value, to be looked
 * for in what leaves the clone.  Each takes NULL for "there is none".
 */

/* Those in "Name: value" lines, as ANTHROPIC_CUSTOM_HEADERS has them: the value
 * of a header that is named like a credential, or that looks like one. */
void credential_headers(struct known *, const char *lines);

/* The password in a URL, of a proxy for example. */
void credential_url(struct known *, const char *url);

/* The keys and tokens in a file of Google's credentials; of a private key each
 * line as well.  What cannot be read has none. */
void credential_google(struct known *, const char *path);

#endif
