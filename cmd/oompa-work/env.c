/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "credential.h"
#include "env.h"
#include "xalloc.h"

const char *const env_files[] = {"SSL_CERT_FILE", "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS", "GOOGLE_APPLICATION_CREDENTIALS",
    "ANTHROPIC_UNIX_SOCKET", NULL};

/* URLs that may hold a password. */
static const char *const urls[] = {"http_proxy", "https_proxy", "all_proxy",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "ANTHROPIC_BASE_URL",
    "ANTHROPIC_VERTEX_BASE_URL", NULL};

static const char *const secrets[] = {"ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", NULL};

/* Names of ours that are handed on as they are. */
static const char *const copied[] = {"PATH", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS", "http_proxy", "https_proxy", "no_proxy",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "ALL_PROXY", NULL};

/* The same, for Claude alone. */
static const char *const model_copied[] = {"ANTHROPIC_BASE_URL",
    "ANTHROPIC_UNIX_SOCKET", "ANTHROPIC_CUSTOM_HEADERS", "ANTHROPIC_MODEL",
    "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "API_TIMEOUT_MS", "CLOUD_ML_REGION", "ANTHROPIC_VERTEX_PROJECT_ID",
    "ANTHROPIC_VERTEX_BASE_URL", "CLAUDE_CODE_SKIP_VERTEX_AUTH",
    "GOOGLE_APPLICATION_CREDENTIALS", NULL};

static const char *const fixed[] = {
    "LANG=C.UTF-8", "TERM=dumb", "USER=oompa", "GIT_CONFIG_NOSYSTEM=1", NULL};

static const char *const model_fixed[] = {"DISABLE_AUTOUPDATER=1",
    "DISABLE_TELEMETRY=1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1",
    "CLAUDE_CODE_MAX_RETRIES=3",
    /* "@path" in a prompt would be read by the client, unasked. */
    "CLAUDE_CODE_DISABLE_ATTACHMENTS=1",
    /* A command in the background keeps claude -p alive for ten minutes. */
    "CLAUDE_CODE_DISABLE_BACKGROUND_TASKS=1",
    "CLAUDE_CODE_DISABLE_AUTO_MEMORY=1", NULL};

/* The model's credentials, once they were collected. */
static struct known known;
static bool collected;

static void
copy_all(struct proc_env *env, const char *const *names)
{
	for (; *names != NULL; names++)
		proc_env_copy(env, *names);
}

static void
add_all(struct proc_env *env, const char *const *pairs)
{
	for (; *pairs != NULL; pairs++)
		proc_env_add(env, *pairs);
}

static bool
set(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0';
}

/* What Claude Code takes for yes (2.1.197). */
static bool
is_yes(const char *value)
{
	static const char *const words[] = {"1", "true", "yes", "on", NULL};
	size_t i, n;

	value += strspn(value, " \t");
	n = strcspn(value, " \t");
	for (i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == n &&
		    strncasecmp(value, words[i], n) == 0)
			return true;
	return false;
}

bool
env_vertex(void)
{
	const char *said = getenv("CLAUDE_CODE_USE_VERTEX");

	if (said != NULL && *said != '\0')
		return is_yes(said);
	return set("CLOUD_ML_REGION") && set("ANTHROPIC_VERTEX_PROJECT_ID");
}

bool
env_has_credential(void)
{
	size_t i;

	for (i = 0; secrets[i] != NULL; i++)
		if (set(secrets[i]))
			return true;
	return false;
}

/* Claude on Vertex AI.  Its home is empty, so a login that gcloud made must
 * be named. */
static void
add_vertex(struct proc_env *env)
{
	const char *home = getenv("HOME");
	char *login;

	if (!env_vertex())
		return;
	proc_env_set(env, "CLAUDE_CODE_USE_VERTEX", "1");
	if (home == NULL || set("GOOGLE_APPLICATION_CREDENTIALS"))
		return;
	login = xasprintf(
	    "%s/.config/gcloud/application_default_credentials.json", home);
	if (access(login, R_OK) == 0)
		proc_env_set(env, "GOOGLE_APPLICATION_CREDENTIALS", login);
	free(login);
}

void
env_make(struct proc_env *env, const struct task *t, const struct place *p)
{
	copy_all(env, copied);
	add_all(env, fixed);
	proc_env_set(env, "HOME", p->home);
	proc_env_set(env, "TMPDIR", p->tmp);
	proc_env_set(env, "GIT_AUTHOR_NAME", t->name);
	proc_env_set(env, "GIT_AUTHOR_EMAIL", t->email);
	proc_env_set(env, "GIT_COMMITTER_NAME", t->name);
	proc_env_set(env, "GIT_COMMITTER_EMAIL", t->email);
}

void
env_model(struct proc_env *env)
{
	copy_all(env, model_copied);
	copy_all(env, secrets);
	add_all(env, model_fixed);
	add_vertex(env);
}

const char *
env_get(const struct proc_env *env, const char *name)
{
	size_t i, len = strlen(name);

	for (i = 0; i < env->n; i++)
		if (strncmp(env->v[i], name, len) == 0 && env->v[i][len] == '=')
			return env->v[i] + len + 1;
	return NULL;
}

void
env_secret_collect(void)
{
	struct proc_env env = {0};
	size_t i;

	if (collected)
		return;
	collected = true;
	env_model(&env);
	for (i = 0; secrets[i] != NULL; i++)
		known_add(&known, getenv(secrets[i]));
	for (i = 0; urls[i] != NULL; i++)
		credential_url(&known, getenv(urls[i]));
	credential_headers(&known, env_get(&env, "ANTHROPIC_CUSTOM_HEADERS"));
	credential_google(
	    &known, env_get(&env, "GOOGLE_APPLICATION_CREDENTIALS"));
	proc_env_done(&env);
}

bool
env_secret_in(const char *text, size_t len)
{
	env_secret_collect();
	return known_in(&known, text, len);
}

void
env_secret_add(const char *secret)
{
	known_add(&known, secret);
}
