/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "log.h"
#include "prune.h"
#include "slug.h"
#include "when.h"
#include "xalloc.h"

struct entry {
	char *name;
	int64_t bytes;
	int64_t at;     /* when it was written; of a group, the latest */
	size_t members; /* of the group that it is the first of; 0: of none */
};

struct folder {
	int fd;
	const char *path;
	struct entry *v;
	size_t n;
	int64_t bytes;
};

static size_t
stem(const char *name)
{
	return strcspn(name, ".");
}

static int
by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static bool
same_stem(const char *a, const char *b)
{
	return stem(a) == stem(b) && strncmp(a, b, stem(a)) == 0;
}

/* Reads the folder; only plain files count.  The sum of each group is in its
 * first entry. */
static void
load(struct folder *f, DIR *dir)
{
	struct dirent *d;
	struct stat st;
	size_t i, first = 0;

	while ((d = readdir(dir)) != NULL) {
		if (fstatat(f->fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1 ||
		    !S_ISREG(st.st_mode))
			continue;
		f->v = xrealloc(f->v, (f->n + 1) * sizeof(*f->v));
		f->v[f->n++] = (struct entry){.name = xstrdup(d->d_name),
		    .bytes = st.st_size,
		    .at = st.st_mtime};
		f->bytes += st.st_size;
	}
	if (f->n != 0)
		qsort(f->v, f->n, sizeof(*f->v), by_name);
	for (i = 0; i < f->n; i++) {
		if (!same_stem(f->v[i].name, f->v[first].name))
			first = i;
		f->v[first].members++;
		if (f->v[i].at > f->v[first].at)
			f->v[first].at = f->v[i].at;
	}
}

/* Is somebody at work on the task that this belongs to? */
static bool
in_use(const struct folder *f, const char *name)
{
	char *log = xasprintf("%.*s.jsonl", (int)stem(name), name);
	int fd = openat(f->fd, log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool r = fd != -1 && flock(fd, LOCK_EX | LOCK_NB) == -1 &&
		 errno == EWOULDBLOCK;

	if (fd != -1)
		(void)close(fd);
	free(log);
	return r;
}

static void
remove_group(struct folder *f, const struct entry *e)
{
	size_t i;

	for (i = 0; i < e->members; i++) {
		if (unlinkat(f->fd, e[i].name, 0) == 0)
			f->bytes -= e[i].bytes;
		else
			log_at(LOG_WARN, NULL, "cannot remove '%s/%s': %s",
			    f->path, e[i].name, strerror(errno));
	}
}

/* The oldest group that is left and was not looked at; NULL: none. */
static struct entry *
oldest(const struct folder *f)
{
	struct entry *r = NULL;
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->v[i].members != 0 && (r == NULL || f->v[i].at < r->at))
			r = &f->v[i];
	return r;
}

static void
prune(struct folder *f)
{
	const int64_t limit = when_now() - PRUNE_AGE_S;
	struct entry *e;

	while ((e = oldest(f)) != NULL &&
	       (e->at < limit || f->bytes > PRUNE_BYTES)) {
		if (!in_use(f, e->name))
			remove_group(f, e);
		e->members = 0;
	}
}

static void
prune_folder(const char *path)
{
	struct folder f = {.path = path};
	DIR *dir;
	size_t i;

	f.fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (f.fd == -1)
		return; /* as a rule it is not there yet */
	if ((dir = fdopendir(f.fd)) == NULL) {
		(void)close(f.fd);
		return;
	}
	load(&f, dir);
	prune(&f);
	for (i = 0; i < f.n; i++)
		free(f.v[i].name);
	free(f.v);
	(void)closedir(dir);
}

/* What an issue that nobody is at work on need not have: a home that a run
 * could not remove, as it was killed, and which may hold a login; all of it
 * when it was not worked on for long.  A home comes and goes with each task, so
 * that is when its folder has changed. */
static void
prune_issue(const char *work, const char *issue, int64_t at)
{
	bool all = at < when_now() - PRUNE_AGE_S;
	char *path = xasprintf("%s/%s%s", work, issue, all ? "" : "/home");
	char *lock = xasprintf("%s/%s.lock", work, issue);
	struct fail why;
	struct stat st;
	int fd = -1;

	if (lstat(path, &st) == 0 && file_lock(lock, true, &fd, &why) == 0) {
		if (file_remove_tree(path, &why) == -1)
			log_at(LOG_WARN, NULL, "%s", why.msg);
		(void)close(fd);
	}
	free(path);
	free(lock);
}

static void
prune_work(const char *work)
{
	int fd = open(work, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *d;
	struct stat st;

	if (dir == NULL && fd != -1)
		(void)close(fd);
	if (dir == NULL)
		return;
	while ((d = readdir(dir)) != NULL) {
		if (*d->d_name == '.' ||
		    fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (S_ISDIR(st.st_mode))
			prune_issue(work, d->d_name, st.st_mtime);
		else if (strstr(d->d_name, ".tmp-") != NULL &&
			 st.st_mtime < when_now() - PRUNE_AGE_S)
			(void)unlinkat(fd, d->d_name, 0);
	}
	(void)closedir(dir);
}

/* Is path a directory that only we can have filled? */
static bool
ours(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
	       st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

void
prune_place(const char *clone_dir, const char *repo)
{
	static const char *const folders[] = {"logs", "bundles", NULL};
	char *place, *path;
	size_t i;
	bool all;

	if (repo == NULL || !slug_valid(repo))
		return;
	place = xasprintf("%s/%s", clone_dir, repo);
	all = ours(place);
	for (i = 0; all && folders[i] != NULL; i++) {
		path = xasprintf("%s/%s", place, folders[i]);
		prune_folder(path);
		free(path);
	}
	path = xasprintf("%s/work", place);
	if (all)
		prune_work(path);
	free(path);
	free(place);
}

void
prune_keep(int log)
{
	(void)flock(log, LOCK_SH | LOCK_NB);
}
