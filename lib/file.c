/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "file.h"
#include "stop.h"
#include "xalloc.h"

int
file_mkdir(const char *path, struct fail *why)
{
	struct stat st;

	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return fail_sys(why, "cannot make '%s'", path);
	if (lstat(path, &st) == -1)
		return fail_sys(why, "cannot look at '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return fail(
		    why, FAIL_SETUP, 0, "'%s' is not a directory", path);
	return 0;
}

static int
ours(const char *path, struct fail *why)
{
	struct stat st;

	if (file_mkdir(path, why) == -1) {
		why->kind = FAIL_SETUP;
		return -1;
	}
	if (lstat(path, &st) == -1)
		return fail_sys(why, "cannot look at '%s'", path);
	if (st.st_uid != geteuid())
		return fail(
		    why, FAIL_SETUP, 0, "'%s' belongs to somebody else", path);
	if ((st.st_mode & 077) != 0)
		return fail(why, FAIL_SETUP, 0,
		    "'%s' is open to others; chmod 700 it", path);
	return 0;
}

/* The folders above base, as mkdir -p makes them. */
static void
make_parents(const char *base)
{
	char *copy = xstrdup(base), *p;

	for (p = strchr(copy + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		(void)mkdir(copy, 0700);
		*p = '/';
	}
	free(copy);
}

int
file_place(const char *base, const char *repo, char **ret, struct fail *why)
{
	const char *slash = strchr(repo, '/');
	char *top, *owner, *all;
	size_t n = strlen(base);
	int r = -1;

	if (*base != '/')
		return fail(
		    why, FAIL_SETUP, 0, "'%s' is not an absolute path", base);
	/* lstat(2) follows a link that has a slash behind it. */
	while (n > 1 && base[n - 1] == '/')
		n--;
	top = xstrndup(base, n);
	owner = xasprintf("%s/%.*s", top, (int)(slash - repo), repo);
	all = xasprintf("%s/%s", top, repo);
	make_parents(top);
	if (ours(top, why) == -1 || ours(owner, why) == -1 ||
	    ours(all, why) == -1)
		goto done;
	*ret = all;
	all = NULL;
	r = 0;
done:
	free(top);
	free(owner);
	free(all);
	return r;
}

static int
write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	for (; len != 0; data += n, len -= (size_t)n) {
		n = write(fd, data, len);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return -1;
	}
	return 0;
}

/* The rename itself is on the disk only when its folder is. */
static int
sync_parent(const char *path)
{
	char *dir = xstrdup(path), *slash = strrchr(dir, '/');
	int fd, r = -1;

	if (slash != NULL)
		*slash = '\0';
	fd = open(
	    slash != NULL ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1) {
		r = fsync(fd);
		(void)close(fd);
	}
	free(dir);
	return r;
}

int
file_write(const char *path, const char *data, size_t len, struct fail *why)
{
	char *tmp = xasprintf("%s.tmp-XXXXXX", path);
	int fd, r = -1;

	/* mkostemp(3) makes it 0600 whatever the umask. */
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd == -1) {
		(void)fail_sys(why, "cannot make '%s'", tmp);
		free(tmp);
		return -1;
	}
	if (write_all(fd, data, len) == -1 || fsync(fd) == -1)
		(void)fail_sys(why, "cannot write '%s'", tmp);
	else
		r = 0;
	if (close(fd) == -1 && r == 0)
		r = fail_sys(why, "cannot write '%s'", tmp);
	if (r == 0 && (rename(tmp, path) == -1 || sync_parent(path) == -1))
		r = fail_sys(why, "cannot write '%s'", path);
	if (r == -1)
		(void)unlink(tmp);
	free(tmp);
	return r;
}

int
file_create(const char *path, int *ret, struct fail *why)
{
	if (unlink(path) == -1 && errno != ENOENT)
		return fail_sys(why, "cannot remove '%s'", path);
	*ret = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*ret == -1)
		return fail_sys(why, "cannot make '%s'", path);
	return 0;
}

int
file_read(
    const char *path, size_t max, char **ret, size_t *len, struct fail *why)
{
	struct buf b = BUF_INIT(max + 1);
	char chunk[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return fail_sys(why, "cannot open '%s'", path);
	while ((n = read(fd, chunk, sizeof(chunk))) != 0 && b.len <= max) {
		if (n == -1 && errno != EINTR)
			break;
		if (n > 0)
			buf_add(&b, chunk, (size_t)n);
	}
	if (n == -1)
		(void)fail_sys(why, "cannot read '%s'", path);
	else if (b.len > max)
		n = fail(
		    why, FAIL_INPUT, 0, "'%s' is over %zu bytes", path, max);
	(void)close(fd);
	if (n == -1) {
		buf_free(&b);
		return -1;
	}
	*len = b.len;
	*ret = buf_take(&b);
	return 0;
}

int
file_open_in(const char *dir, const char *name, int *ret, struct fail *why)
{
	struct stat st;
	int at, fd;

	if (*name == '\0' || *name == '.' || strchr(name, '/') != NULL)
		return fail(
		    why, FAIL_INPUT, 0, "'%s' is no plain file name", name);
	at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at == -1)
		return fail_sys(why, "cannot open '%s'", dir);
	fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		(void)fail_sys(why, "cannot open '%s/%s'", dir, name);
	(void)close(at);
	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return fail(
		    why, FAIL_INPUT, 0, "'%s' is no regular file", name);
	}
	*ret = fd;
	return 0;
}

static void
hex(const unsigned char *md, size_t n, char out[FILE_SHA256_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n && 2 * i + 2 < FILE_SHA256_SIZE; i++) {
		out[2 * i] = digits[md[i] >> 4];
		out[2 * i + 1] = digits[md[i] & 15];
	}
	out[2 * i] = '\0';
}

int
file_sha256(
    int fd, int64_t *bytes, char out[FILE_SHA256_SIZE], struct fail *why)
{
	unsigned char md[EVP_MAX_MD_SIZE], chunk[65536];
	unsigned n = 0;
	ssize_t got = -1;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int r = -1;

	*bytes = 0;
	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		goto done;
	if (lseek(fd, 0, SEEK_SET) == -1)
		goto done;
	while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
		if (EVP_DigestUpdate(ctx, chunk, (size_t)got) != 1)
			goto done;
		*bytes += got;
	}
	if (got == 0 && EVP_DigestFinal_ex(ctx, md, &n) == 1 &&
	    lseek(fd, 0, SEEK_SET) == 0)
		r = 0;
done:
	if (r == -1)
		(void)fail_sys(why, "cannot hash");
	else
		hex(md, n, out);
	EVP_MD_CTX_free(ctx);
	return r;
}

void
file_sha256_of(const void *p, size_t len, char out[FILE_SHA256_SIZE])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(p, len, md, &n, EVP_sha256(), NULL) != 1)
		abort();
	hex(md, n, out);
}

int
file_lock(const char *path, bool nowait, int *ret, struct fail *why)
{
	int fd, r;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return fail_sys(why, "cannot open '%s'", path);
	do
		r = flock(fd, nowait ? LOCK_EX | LOCK_NB : LOCK_EX);
	while (r == -1 && errno == EINTR && !stop_now());
	if (r == 0) {
		*ret = fd;
		return 0;
	}
	if (errno == EINTR)
		(void)fail(why, FAIL_STOP, stop_signal(), "stopped");
	else if (errno == EWOULDBLOCK)
		(void)fail(why, FAIL_LIMIT, 0, "'%s' is held by another", path);
	else
		(void)fail_sys(why, "cannot lock '%s'", path);
	(void)close(fd);
	return -1;
}

/*
 * Removing takes a descriptor for each level, and who made the folders may have
 * made more levels than we may open.  What is deeper than DEPTH_MAX is moved up
 * to the top, and its turn comes later.
 */
#define DEPTH_MAX 32

struct removal {
	int top;        /* -1 as long as it is not open */
	unsigned names; /* so many were tried for what is moved up */
	bool moved;     /* something was, since this was last looked at */
	int error;      /* the first errno; what can go goes all the same */
};

static void
remember(struct removal *r)
{
	if (r->error == 0)
		r->error = errno;
}

/* A folder, even if its maker closed it to everybody. */
static int
open_folder(int at, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at, name, flags);

	if (fd == -1 && errno == EACCES &&
	    fchmodat(at, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
		fd = openat(at, name, flags);
	if (fd != -1)
		(void)fchmod(fd, 0700);
	return fd;
}

/* To a name that is free in the top folder; an empty folder may make way. */
static void
move_up(struct removal *r, int at, const char *name)
{
	char to[32];
	int n;

	/* For one that is moved its own rights count, too. */
	if (fchmodat(at, name, 0700, AT_SYMLINK_NOFOLLOW) == -1)
		remember(r);
	do {
		(void)snprintf(to, sizeof(to), ".moved-%u", r->names++);
		n = renameat(at, name, r->top, to);
	} while (n == -1 &&
		 (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR));
	if (n == -1)
		remember(r);
	else
		r->moved = true;
}

static void remove_at(struct removal *, int at, const char *name, int depth);

static void
remove_in(struct removal *r, DIR *d, int depth)
{
	struct dirent *e;

	while ((errno = 0, e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			remove_at(r, dirfd(d), e->d_name, depth + 1);
	if (errno != 0)
		remember(r);
}

static void
remove_folder(struct removal *r, int at, const char *name, int depth)
{
	int fd = open_folder(at, name);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;

	if (d == NULL) {
		remember(r);
		if (fd != -1)
			(void)close(fd);
		return;
	}
	if (depth == 0)
		r->top = fd;
	do {
		if (depth == 0)
			r->moved = false;
		rewinddir(d);
		remove_in(r, d, depth);
	} while (depth == 0 && r->moved);
	(void)closedir(d);
	if (unlinkat(at, name, AT_REMOVEDIR) == -1 && errno != ENOENT)
		remember(r);
}

static void
remove_at(struct removal *r, int at, const char *name, int depth)
{
	if (unlinkat(at, name, 0) == 0 || errno == ENOENT)
		return;
	if (errno != EISDIR && errno != EPERM)
		remember(r);
	else if (depth <= DEPTH_MAX)
		remove_folder(r, at, name, depth);
	else if (unlinkat(at, name, AT_REMOVEDIR) == -1)
		move_up(r, at, name);
}

int
file_remove_tree(const char *path, struct fail *why)
{
	struct removal r = {.top = -1};

	remove_at(&r, AT_FDCWD, path, 0);
	errno = r.error;
	return r.error == 0 ? 0 : fail_sys(why, "cannot remove '%s'", path);
}
