#ifndef OOMPA_AUTH_H
#define OOMPA_AUTH_H

#include <stdbool.h>

#include "fail.h"
#include "proc.h"

/*
 * Who holds a GitHub credential, and who must not.
 *
 * A token comes from GH_TOKEN, else GITHUB_TOKEN, else "gh auth token"; who
 * only reads prefers GITHUB_READ_TOKEN.  It is never in an argument list, a
 * URL, a configuration file, a record or a log line.  Its length is not
 * assumed: installation tokens have some 520 characters.
 */

/* The token, yours to free.  FAIL_AUTH when there is none or it is no token
 * at all (blanks, control characters). */
int auth_token(bool only_read, char **ret, struct fail *);

/* For a process that holds a token: no core, no ptrace, /proc closed. */
void auth_protect(void);

/*
 * For a process that must hold none: when the environment has one, runs
 * ourselves anew without it, so that not even /proc/self/environ shows it.
 */
void auth_drop(char *argv[]);

/* The URLs of GitHub as GITHUB_SERVER_URL, GITHUB_API_URL and
 * GITHUB_GRAPHQL_URL name them, without a slash at the end.  What is not named
 * follows from the server. */
const char *auth_server_url(void);
const char *auth_api_url(void);
const char *auth_graphql_url(void);

/* The host of a URL with its port when that is named, yours to free; NULL
 * when it is no http or https URL. */
char *auth_host(const char *url);

#endif
