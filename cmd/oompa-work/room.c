/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <limits.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"
#include "opt.h"
#include "room.h"
#include "xalloc.h"

#define CHECK_MS 20000

/* Directories of programs and libraries, links or not as the host has them. */
static const char *const system_dirs[] = {
    "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", NULL};

/* What programs look up: names, certificates (not their keys, which root could
 * read), the time zone. */
static const char *const etc[] = {"/etc/resolv.conf", "/etc/hosts",
    "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/host.conf", "/etc/services",
    "/etc/protocols", "/etc/passwd", "/etc/group", "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs", "/etc/pki/tls/cert.pem",
    "/etc/pki/tls/openssl.cnf", "/etc/pki/ca-trust", "/etc/ca-certificates",
    "/etc/crypto-policies", "/etc/ld.so.cache", "/etc/ld.so.conf",
    "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime", "/etc/timezone",
    "/etc/mime.types", "/etc/magic", NULL};

static void
show(struct args *a, const char *path)
{
	args_more(a, "--ro-bind-try", path, path, NULL);
}

static void
show_system(struct args *a)
{
	char target[PATH_MAX];
	ssize_t n;
	size_t i;

	args_more(a, "--ro-bind", "/usr", "/usr", NULL);
	for (i = 0; system_dirs[i] != NULL; i++) {
		n = readlink(system_dirs[i], target, sizeof(target) - 1);
		if (n > 0) {
			target[n] = '\0';
			args_more(a, "--symlink", target, system_dirs[i], NULL);
		} else
			show(a, system_dirs[i]);
	}
	args_more(a, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
	    "--dir", "/var/tmp", NULL);
	for (i = 0; etc[i] != NULL; i++)
		show(a, etc[i]);
}

/* Is path dir, or below it? */
static bool
below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 &&
	       (path[n] == '/' || path[n] == '\0' || dir[n - 1] == '/');
}

/* Is home, which may be NULL, in dir?  dir is free of links. */
static bool
holds_home(const char *dir, const char *home)
{
	char *real = home != NULL ? realpath(home, NULL) : NULL;
	bool r = real != NULL && below(real, dir);

	free(real);
	return r;
}

/* Would showing dir show what is not Claude's?  HOME need not be set, or
 * true. */
static bool
holds_ours(const char *dir, const struct work *w, const struct place *p)
{
	const struct passwd *user = getpwuid(getuid());

	return below(p->work, dir) || holds_home(dir, getenv("HOME")) ||
	       (user != NULL && holds_home(dir, user->pw_dir)) ||
	       (w->outbox != NULL && below(w->outbox, dir));
}

/* Does dir hold programs and no more, to go by its name?  The last two are
 * Claude Code's: ~/.local/share/claude/versions, ~/.claude/local. */
static bool
is_for_programs(const char *dir)
{
	static const char *const ends[] = {
	    "/bin", "/libexec", "/versions", "/.claude/local", NULL};
	size_t i, n = strlen(dir), len;

	for (i = 0; ends[i] != NULL; i++) {
		len = strlen(ends[i]);
		if (n > len && strcmp(dir + n - len, ends[i]) == 0)
			return true;
	}
	return false;
}

/*
 * The directory to show so that program can run, yours: its npm scope or
 * package when it is in one, else its own when that is one of programs; NULL:
 * none.
 */
static char *
program_root(const char *program, const struct work *w, const struct place *p)
{
	const char *modules = strstr(program, "/node_modules/"), *end;
	char *dir;

	if (modules != NULL) {
		end = strchr(modules + strlen("/node_modules/"), '/');
		if (end != NULL)
			return xstrndup(program, (size_t)(end - program));
	}
	end = strrchr(program, '/');
	dir = xstrndup(program, (size_t)(end - program));
	if (is_for_programs(dir) && !holds_ours(dir, w, p))
		return dir;
	free(dir);
	return NULL;
}

/* Shows program, and the files beside it that bear its name: "claude.js". */
static void
show_alone(struct args *a, const char *program)
{
	const char *name = strrchr(program, '/') + 1;
	size_t len = strlen(name);
	char *folder = xstrndup(program, (size_t)(name - program));
	DIR *dir = opendir(folder);
	struct dirent *d;
	struct stat st;
	char *path;

	show(a, program);
	while (dir != NULL && (d = readdir(dir)) != NULL) {
		if (strncmp(d->d_name, name, len) != 0 || d->d_name[len] != '.')
			continue;
		path = xasprintf("%s%s", folder, d->d_name);
		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
			show(a, path);
		free(path);
	}
	if (dir != NULL)
		(void)closedir(dir);
	free(folder);
}

static void
show_program(struct args *a, const char *program, const struct work *w,
    const struct place *p)
{
	char *root, *node;
	struct fail ignored;

	if (program != NULL && !below(program, "/usr")) {
		root = program_root(program, w, p);
		if (root == NULL)
			show_alone(a, program);
		else
			show(a, root);
		free(root);
	}
	/* Claude may be a script of node's. */
	if (proc_which("node", &node, &ignored) == -1)
		return;
	if (!below(node, "/usr"))
		show(a, node);
	free(node);
}

static void
show_exposed(struct args *a, const char *list)
{
	char *dir;

	for (; (dir = opt_word(&list)) != NULL; free(dir))
		args_more(a, "--ro-bind", dir, dir, NULL);
}

static void
show_task(struct args *a, const struct place *p)
{
	args_more(a, "--ro-bind", p->mirror, p->mirror, NULL);
	args_more(a, "--bind", p->tree, p->tree, NULL);
	args_more(a, "--bind", p->tmp, p->tmp, NULL);
	args_more(a, "--bind", p->home, p->home, NULL);
	show(a, p->guide);
}

static int
begin(struct args *a, struct fail *why)
{
	char *bwrap;

	if (proc_which("bwrap", &bwrap, why) == -1)
		return fail(why, FAIL_SETUP, 0,
		    "no program 'bwrap' on PATH: install bubblewrap, or use "
		    "--sandbox off");
	args_more(a, bwrap, "--unshare-user", "--uid", "1000", "--gid", "1000",
	    "--unshare-pid", "--unshare-ipc", "--unshare-uts",
	    "--unshare-cgroup-try", "--die-with-parent", "--new-session", NULL);
	free(bwrap);
	return 0;
}

int
room_enter(struct args *a, const struct work *w, const struct place *p,
    const char *program, const struct proc_env *env, struct fail *why)
{
	const char *file;
	size_t i;

	if (begin(a, why) == -1)
		return -1;
	/* Later mounts lie over earlier ones: what is exposed over /tmp, the
	 * task over what is exposed. */
	show_system(a);
	show_exposed(a, w->expose);
	show_program(a, program, w, p);
	for (i = 0; env_files[i] != NULL; i++)
		if ((file = env_get(env, env_files[i])) != NULL && *file == '/')
			show(a, file);
	show_task(a, p);
	args_more(a, "--chdir", p->tree, "--", NULL);
	return 0;
}

/* What a room that could not be made says, as nothing in it does. */
int
room_made(const struct proc *p, struct fail *why)
{
	const char *said = p->err.data;

	if (p->status == 0 || strncmp(said, "bwrap: ", 7) != 0)
		return 0;
	return fail(why, FAIL_SETUP, 0,
	    "cannot make the sandbox: %.*s; bubblewrap needs user namespaces "
	    "(oompa-work(1) says how), or use --sandbox off",
	    (int)strcspn(said + 7, "\n"), said + 7);
}

int
room_check(struct fail *why)
{
	struct args a = {0};
	struct proc p = PROC_INIT(NULL);
	int r = -1;

	if (begin(&a, why) == -1)
		return -1;
	show_system(&a);
	args_more(&a, "--", "/bin/sh", "-c", ":", NULL);
	p.argv = (const char *const *)a.v;
	p.timeout_ms = CHECK_MS;
	if (proc_run(&p, why) == 0 && room_made(&p, why) == 0)
		r = proc_check(&p, "cannot make the sandbox: bwrap", why);
	if (r == -1 && why->kind == FAIL_CHILD)
		why->kind = FAIL_SETUP;
	proc_done(&p);
	args_done(&a);
	return r;
}
