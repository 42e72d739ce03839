/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth.h"
#include "git.h"
#include "proc_env.h"
#include "xalloc.h"

#define ARGS_MAX 64

/* Configuration by way of the environment: git-config(1), GIT_CONFIG_COUNT. */
struct config {
	struct proc_env *env;
	int n;
};

static void
config(struct config *c, const char *key, const char *value)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "GIT_CONFIG_KEY_%d", c->n);
	proc_env_set(c->env, name, key);
	(void)snprintf(name, sizeof(name), "GIT_CONFIG_VALUE_%d", c->n++);
	proc_env_set(c->env, name, value);
}

/* "!'/dir of ours/oompa-token'": git runs what follows "!" in a shell. */
static char *
helper(void)
{
	char self[4096], *slash;
	struct buf b = BUF_INIT(BUF_ANY);
	const char *p;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	if ((slash = strrchr(self, '/')) != NULL)
		*slash = '\0';
	buf_puts(&b, "!'");
	for (p = self; *p != '\0'; p++)
		if (*p == '\'')
			buf_puts(&b, "'\\''");
		else
			buf_putc(&b, *p);
	buf_puts(&b, "/oompa-token'");
	return buf_take(&b);
}

static void
configure_remote(const struct git *g, struct config *c)
{
	const char *scheme = strncmp(g->url, "http://", 7) == 0 ? "http"
								: "https";
	char *key = xasprintf("protocol.%s.allow", scheme);
	char *help = helper();

	config(c, key, "always");
	config(c, "credential.helper", "");
	config(c, "credential.helper", help);
	proc_env_set(c->env, "GH_TOKEN", g->token);
	proc_env_set(c->env, "GITHUB_SERVER_URL", auth_server_url());
	proc_env_copy(c->env, "https_proxy");
	proc_env_copy(c->env, "http_proxy");
	proc_env_copy(c->env, "HTTPS_PROXY");
	proc_env_copy(c->env, "no_proxy");
	proc_env_copy(c->env, "NO_PROXY");
	proc_env_copy(c->env, "SSL_CERT_FILE");
	proc_env_copy(c->env, "SSL_CERT_DIR");
	free(key);
	free(help);
}

void
git_quote(struct buf *out, const char *path)
{
	buf_putc(out, '"');
	for (; *path != '\0'; path++)
		if (*path == '"' || *path == '\\')
			buf_printf(out, "\\%c", *path);
		else if (*path == '\n')
			buf_puts(out, "\\n");
		else
			buf_putc(out, *path);
	buf_putc(out, '"');
}

static void
environment(const struct git *g, struct proc_env *env)
{
	struct config c = {.env = env};
	struct buf borrow = BUF_INIT(BUF_ANY);
	char count[16];
	size_t i;

	proc_env_copy(env, "PATH");
	proc_env_set(env, "HOME", "/nonexistent");
	proc_env_set(env, "LC_ALL", "C.UTF-8");
	proc_env_set(env, "GIT_CONFIG_NOSYSTEM", "1");
	proc_env_set(env, "GIT_CONFIG_GLOBAL", "/dev/null");
	proc_env_set(env, "GIT_ATTR_NOSYSTEM", "1");
	proc_env_set(env, "GIT_TERMINAL_PROMPT", "0");
	proc_env_set(env, "GIT_OPTIONAL_LOCKS", "0");
	proc_env_set(env, "GIT_NO_REPLACE_OBJECTS", "1");
	proc_env_set(env, "GIT_DIR", g->dir);
	if (g->tree != NULL)
		proc_env_set(env, "GIT_WORK_TREE", g->tree);
	if (g->borrow != NULL) {
		git_quote(&borrow, g->borrow);
		proc_env_set(
		    env, "GIT_ALTERNATE_OBJECT_DIRECTORIES", borrow.data);
		buf_free(&borrow);
	}
	if (g->index != NULL)
		proc_env_set(env, "GIT_INDEX_FILE", g->index);
	for (i = 0; g->env != NULL && g->env[i] != NULL; i++)
		proc_env_add(env, g->env[i]);
	config(&c, "core.hooksPath", "/dev/null");
	config(&c, "core.fsmonitor", "false");
	config(&c, "core.attributesFile", "/dev/null");
	config(&c, "core.excludesFile", "/dev/null");
	config(&c, "core.quotePath", "false");
	config(&c, "core.logAllRefUpdates", "false");
	config(&c, "init.defaultBranch", "main");
	config(&c, "gc.auto", "0");
	config(&c, "maintenance.auto", "false");
	config(&c, "commit.gpgSign", "false");
	config(&c, "protocol.allow", "never");
	config(&c, "protocol.file.allow", "always");
	config(&c, "transfer.fsckObjects", g->fsck ? "true" : "false");
	if (g->url != NULL)
		configure_remote(g, &c);
	(void)snprintf(count, sizeof(count), "%d", c.n);
	proc_env_set(env, "GIT_CONFIG_COUNT", count);
}

/* The status of "git args...", or -1. */
static int
run(const struct git *g, const char *const args[], const char *in, size_t len,
    struct proc *p, struct fail *why)
{
	const char *argv[ARGS_MAX] = {"git"};
	struct proc_env env = {0};
	size_t i;
	int r;

	for (i = 0; args[i] != NULL && i + 2 < ARGS_MAX; i++)
		argv[i + 1] = args[i];
	if (args[i] != NULL)
		abort();
	environment(g, &env);
	p->argv = argv;
	p->env = (const char *const *)env.v;
	p->in = in;
	p->in_len = len;
	p->timeout_ms = g->timeout_ms != 0 ? g->timeout_ms : GIT_TIMEOUT_MS;
	r = proc_run(p, why);
	proc_env_done(&env);
	return r;
}

static void
keep(struct proc *p, struct buf *out)
{
	if (out != NULL)
		buf_add(out, p->out.data, p->out.len);
	proc_done(p);
}

/* "git fetch" and the like, for messages. */
static void
title(const char *const args[], char out[64])
{
	(void)snprintf(out, 64, "git %.50s", args[0]);
}

int
git_feed(const struct git *g, const char *const args[], const char *in,
    size_t len, struct buf *out, struct fail *why)
{
	struct proc p = PROC_INIT(NULL);
	char what[64];
	int r = run(g, args, in, len, &p, why);

	title(args, what);
	if (r == 0)
		r = proc_check(&p, what, why);
	keep(&p, r == 0 ? out : NULL);
	return r;
}

int
git_run(const struct git *g, const char *const args[], struct buf *out,
    struct fail *why)
{
	return git_feed(g, args, NULL, 0, out, why);
}

int
git_stream(const struct git *g, const char *const args[],
    int (*on_out)(const char *, size_t, void *arg, struct fail *), void *arg,
    struct fail *why)
{
	struct proc p = PROC_INIT(NULL);
	char what[64];
	int r;

	p.on_out = on_out;
	p.arg = arg;
	r = run(g, args, NULL, 0, &p, why);
	title(args, what);
	if (r == 0)
		r = proc_check(&p, what, why);
	proc_done(&p);
	return r;
}

/* The status, up to last; more is a failure. */
static int
status_of(const struct git *g, const char *const args[], int last,
    struct buf *out, struct buf *err, struct fail *why)
{
	struct proc p = PROC_INIT(NULL);
	char what[64];
	int r = run(g, args, NULL, 0, &p, why);

	title(args, what);
	if (r == 0 && (p.timed_out || p.status > last))
		r = proc_check(&p, what, why);
	if (r == 0)
		r = p.status;
	if (r != -1 && err != NULL)
		buf_add(err, p.err.data, p.err.len);
	keep(&p, r != -1 ? out : NULL);
	return r;
}

int
git_ask(const struct git *g, const char *const args[], struct buf *out,
    struct fail *why)
{
	return status_of(g, args, 127, out, NULL, why);
}

int
git_hear(const struct git *g, const char *const args[], struct buf *out,
    struct buf *err, struct fail *why)
{
	return status_of(g, args, 128, out, err, why);
}

int
git_line(
    const struct git *g, const char *const args[], char **ret, struct fail *why)
{
	struct buf out = BUF_INIT(BUF_ANY);
	int r = git_run(g, args, &out, why);

	if (r == 0) {
		out.data[strcspn(out.data, "\n")] = '\0';
		*ret = xstrdup(out.data);
	}
	buf_free(&out);
	return r;
}

/* Fact: cat-file -e exits 1 for an oid that is not there, 128 for a name that
 * is none (git 2.39.5). */
int
git_has(const struct git *g, const char *oid, struct fail *why)
{
	const char *args[] = {"cat-file", "-e", oid, NULL};
	int r = git_ask(g, args, NULL, why);

	if (r > 1)
		return fail(why, FAIL_INPUT, 0, "'%s' is no object name", oid);
	return r == -1 ? -1 : r == 0;
}

/* The oid of the line for that very ref, NULL for none. */
static const char *
find_ref(char *out, const char *ref)
{
	char *line = out, *end, *tab;

	for (; line != NULL && (end = strchr(line, '\n')) != NULL;
	     line = end + 1) {
		*end = '\0';
		tab = strchr(line, '\t');
		if (tab == NULL || strcmp(tab + 1, ref) != 0)
			continue;
		*tab = '\0';
		return line;
	}
	return NULL;
}

/* Fact: ls-remote takes a name for a pattern, and tells of each ref that it is
 * the tail of (git 2.39.5). */
int
git_tip(const struct git *g, const char *url, const char *ref,
    char ret[GIT_OID_SIZE], struct fail *why)
{
	const char *args[] = {"ls-remote", url, ref, NULL}, *oid;
	struct buf out = BUF_INIT(BUF_ANY);
	int r = git_run(g, args, &out, why);

	oid = r == 0 ? find_ref(out.data, ref) : NULL;
	if (oid != NULL && !git_oid_valid(oid))
		r = fail(why, FAIL_CHILD, 0, "git ls-remote: unexpected");
	if (r == 0)
		(void)snprintf(ret, GIT_OID_SIZE, "%s", oid != NULL ? oid : "");
	buf_free(&out);
	return r;
}

bool
git_oid_valid(const char *s)
{
	size_t n = s != NULL ? strspn(s, "0123456789abcdef") : 0;

	return s != NULL && s[n] == '\0' && (n == 40 || n == 64);
}

/* The rules of git-check-ref-format(1), as they apply behind refs/heads/. */
bool
git_branch_valid(const char *s)
{
	const char *p;
	size_t n = s != NULL ? strlen(s) : 0;

	if (n == 0 || n > 200 || *s == '-' || *s == '/' || *s == '.' ||
	    s[n - 1] == '/' || s[n - 1] == '.' || strcmp(s, "HEAD") == 0 ||
	    strcmp(s, "@") == 0)
		return false;
	if (strstr(s, "..") != NULL || strstr(s, "//") != NULL ||
	    strstr(s, "/.") != NULL || strstr(s, "@{") != NULL ||
	    strstr(s, ".lock/") != NULL ||
	    (n >= 5 && strcmp(s + n - 5, ".lock") == 0))
		return false;
	for (p = s; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || *p == 0x7f ||
		    strchr("~^:?*[\\", *p) != NULL)
			return false;
	return true;
}

/* Fact: crud, in git's ident.c. */
bool
git_name_valid(const char *s)
{
	const char *p;

	for (p = s; p != NULL && *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f || *p == '<' ||
		    *p == '>')
			return false;
	return s != NULL && s[strspn(s, " .,:;\"\\'")] != '\0';
}

int
git_init_bare(const char *dir, struct fail *why)
{
	const struct git g = {.dir = dir};
	const char *args[] = {"init", "-q", "--bare", "--template=", dir, NULL};
	char *head = xasprintf("%s/HEAD", dir);
	struct stat st;
	int r = 0;

	if (stat(head, &st) == -1)
		r = git_run(&g, args, NULL, why);
	free(head);
	return r;
}

void
git_tidy(const struct git *g, const char *older_than)
{
	/* They win over those that keep other commands from doing this. */
	const char *args[] = {"-c", "gc.auto=6700", "-c", "gc.autoDetach=false",
	    "gc", "--auto", "--quiet", NULL, NULL};
	char *prune = xasprintf("--prune=%s", older_than);
	struct fail ignored;

	args[7] = prune;
	(void)git_run(g, args, NULL, &ignored);
	free(prune);
}
