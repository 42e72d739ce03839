/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "auth.h"
#include "proc_env.h"
#include "xalloc.h"

#define GH_TIMEOUT_MS 20000

/* Whatever could carry a credential of the forge. */
static const char *const forge[] = {"GH_TOKEN", "GITHUB_TOKEN",
    "GITHUB_READ_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN",
    "GITHUB_APP_PRIVATE_KEY", "GITHUB_APP_PRIVATE_KEY_PATH", "GITHUB_APP_ID",
    "GITHUB_APP_INSTALLATION_ID", "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "ACTIONS_RUNTIME_TOKEN", "SSH_AUTH_SOCK", "GIT_ASKPASS", "SSH_ASKPASS",
    NULL};

static const char *
given(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0' ? v : NULL;
}

/* The URL in a variable, or standard; without slashes at its end.  It is kept
 * in the environment, and so for the life of the process. */
static const char *
url_from(const char *name, const char *standard)
{
	const char *v = given(name);
	char *copy = xstrdup(v != NULL ? v : standard);
	size_t n = strlen(copy);

	while (n != 0 && copy[n - 1] == '/')
		copy[--n] = '\0';
	(void)setenv(name, copy, 1);
	free(copy);
	return getenv(name);
}

#define GITHUB_COM "https://github.com"

const char *
auth_server_url(void)
{
	return url_from("GITHUB_SERVER_URL", GITHUB_COM);
}

/* Where the API of another server is: the token must go to no other host.
 * docs.github.com/enterprise-server: https://HOST/api/v3, /api/graphql. */
static const char *
api_from(const char *name, const char *standard, const char *path)
{
	const char *server = auth_server_url(), *url;
	char *own = xasprintf("%s%s", server, path);

	url = url_from(name, strcmp(server, GITHUB_COM) == 0 ? standard : own);
	free(own);
	return url;
}

const char *
auth_api_url(void)
{
	return api_from("GITHUB_API_URL", "https://api.github.com", "/api/v3");
}

const char *
auth_graphql_url(void)
{
	return api_from("GITHUB_GRAPHQL_URL", "https://api.github.com/graphql",
	    "/api/graphql");
}

char *
auth_host(const char *url)
{
	const char *s;

	if (strncmp(url, "https://", 8) == 0)
		s = url + 8;
	else if (strncmp(url, "http://", 7) == 0)
		s = url + 7;
	else
		return NULL;
	return xstrndup(s, strcspn(s, "/?#"));
}

/* What "gh auth token" says, NULL when it says nothing. */
static char *
from_gh(void)
{
	char *host = auth_host(auth_server_url()), *token = NULL;
	const char *argv[] = {"gh", "auth", "token", "--hostname",
	    host != NULL ? host : "github.com", NULL};
	struct proc p = PROC_INIT(argv);
	struct proc_env env = {0};
	struct fail ignored;

	proc_env_copy(&env, "PATH");
	proc_env_copy(&env, "HOME");
	proc_env_copy(&env, "XDG_CONFIG_HOME");
	proc_env_copy(&env, "GH_CONFIG_DIR");
	proc_env_copy(&env, "DBUS_SESSION_BUS_ADDRESS");
	p.env = (const char *const *)env.v;
	p.timeout_ms = GH_TIMEOUT_MS;
	if (proc_run(&p, &ignored) == 0 && p.status == 0) {
		p.out.data[strcspn(p.out.data, "\n")] = '\0';
		if (*p.out.data != '\0')
			token = xstrdup(p.out.data);
	}
	proc_done(&p);
	proc_env_done(&env);
	free(host);
	return token;
}

int
auth_token(bool only_read, char **ret, struct fail *why)
{
	const char *v = only_read ? given("GITHUB_READ_TOKEN") : NULL;
	char *token;
	const char *p;

	if (v == NULL)
		v = given("GH_TOKEN");
	if (v == NULL)
		v = given("GITHUB_TOKEN");
	token = v != NULL ? xstrdup(v) : from_gh();
	if (token == NULL)
		return fail(why, FAIL_AUTH, 0,
		    "no GitHub token: set GH_TOKEN or GITHUB_TOKEN, or run "
		    "'gh auth login'");
	for (p = token; *p > ' ' && *p < 0x7f; p++)
		;
	if (*p != '\0') {
		free(token);
		return fail(why, FAIL_AUTH, 0,
		    "the GitHub token holds a blank or a control character");
	}
	*ret = token;
	return 0;
}

void
auth_protect(void)
{
	const struct rlimit none = {0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void
auth_drop(char *argv[])
{
	bool had = false;
	size_t i;

	for (i = 0; forge[i] != NULL; i++)
		if (getenv(forge[i]) != NULL) {
			had = true;
			(void)unsetenv(forge[i]);
		}
	if (!had)
		return;
	(void)execv("/proc/self/exe", argv);
	perror("cannot run ourselves without GitHub credentials");
	exit(STATUS_SETUP);
}
