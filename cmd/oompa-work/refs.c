/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "look.h"
#include "refs.h"
#include "xalloc.h"

#define HEADS      "refs/heads/"
#define STASH      "refs/stash"
#define DEPTH_MAX  16
#define ENTRY_MAX  4096              /* entries of folders, looked at */
#define ASK_MAX    64                /* commits that git is asked about */
#define PACKED_MAX ((size_t)1 << 20) /* bytes */
#define LOOSE_MAX  ((size_t)256)

struct refs {
	const char *branch;
	const struct git *mirror;
	unsigned entries, asked;
};

static int
open_folder(int at, const char *name)
{
	return openat(
	    at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* What a regular file holds, its first max bytes at most, as a string; yours.
 * NULL: it holds nothing, or is something else. */
static char *
read_file(int at, const char *name, size_t max)
{
	int fd = openat(
	    at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	size_t len = 0;
	ssize_t n = 1;
	char *text;

	if (fd == -1)
		return NULL;
	text = xcalloc(1, max + 1);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (len < max && n > 0) {
			n = read(fd, text + len, max - len);
			len += n > 0 ? (size_t)n : 0;
		}
	(void)close(fd);
	if (len != 0)
		return text;
	free(text);
	return NULL;
}

/* FAIL_POLICY when ref is at a commit that was not there before. */
static int
judge(struct refs *r, const char *ref, const char *oid, struct fail *why)
{
	const char *name = NULL; /* of a branch */
	char quoted[LOOK_NAME_SIZE];
	int has;

	if (strncmp(ref, HEADS, strlen(HEADS)) == 0)
		name = ref + strlen(HEADS);
	else if (strcmp(ref, STASH) != 0)
		return 0;
	if (!git_oid_valid(oid) || r->asked == ASK_MAX ||
	    (name != NULL && strcmp(name, r->branch) == 0))
		return 0;
	r->asked++;
	if ((has = git_has(r->mirror, oid, why)) != 0)
		return has == 1 ? 0 : -1;
	if (name == NULL)
		return fail(
		    why, FAIL_POLICY, 0, "Claude left its changes in a stash");
	return fail(why, FAIL_POLICY, 0,
	    "Claude left commits on another branch, %s",
	    look_name(name, quoted));
}

static int
look_at_loose(
    struct refs *r, int at, const char *name, const char *ref, struct fail *why)
{
	char *text = read_file(at, name, LOOSE_MAX);
	int n = 0;

	if (text != NULL) {
		text[strcspn(text, "\r\n")] = '\0';
		n = judge(r, ref, text, why);
	}
	free(text);
	return n;
}

/* A folder of refs, whose names begin with prefix. */
static int
look_in(struct refs *r, int at, const char *name, const char *prefix, int depth,
    struct fail *why)
{
	int fd = open_folder(at, name);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *e;
	struct stat st;
	char *ref, *deeper;
	int n = 0;

	if (d == NULL) {
		if (fd != -1)
			(void)close(fd);
		return 0;
	}
	while (n == 0 && r->entries < ENTRY_MAX && (e = readdir(d)) != NULL) {
		if (*e->d_name == '.' ||
		    fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		r->entries++;
		ref = xasprintf("%s%s", prefix, e->d_name);
		deeper = xasprintf("%s/", ref);
		if (S_ISREG(st.st_mode))
			n = look_at_loose(r, fd, e->d_name, ref, why);
		else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			n = look_in(r, fd, e->d_name, deeper, depth + 1, why);
		free(ref);
		free(deeper);
	}
	(void)closedir(d);
	return n;
}

/* Is there a loose one?  Then what was packed is out of date. */
static bool
is_loose(int refs, const char *ref)
{
	struct stat st;

	return strncmp(ref, "refs/", 5) == 0 &&
	       fstatat(refs, ref + 5, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Lines of "OID REF"; others begin with # or ^. */
static int
look_at_packed(struct refs *r, int dot_git, int refs, struct fail *why)
{
	char *text = read_file(dot_git, "packed-refs", PACKED_MAX);
	char *line, *rest = text, *ref;
	int n = 0;

	while (n == 0 && rest != NULL && (line = strsep(&rest, "\n")) != NULL) {
		if ((ref = strchr(line, ' ')) == NULL)
			continue;
		*ref++ = '\0';
		if (!is_loose(refs, ref))
			n = judge(r, ref, line, why);
	}
	free(text);
	return n;
}

int
refs_look(const char *tree, const char *branch, const struct git *mirror,
    struct fail *why)
{
	struct refs r = {.branch = branch, .mirror = mirror};
	int top = open_folder(AT_FDCWD, tree), dot_git = -1, refs = -1, n = 0;

	if (top != -1)
		dot_git = open_folder(top, ".git");
	if (dot_git != -1)
		refs = open_folder(dot_git, "refs");
	/* Without them there are no commits. */
	if (refs != -1 &&
	    (look_in(&r, refs, "heads", HEADS, 0, why) == -1 ||
		look_at_packed(&r, dot_git, refs, why) == -1 ||
		look_at_loose(&r, refs, "stash", STASH, why) == -1))
		n = -1;
	if (refs != -1)
		(void)close(refs);
	if (dot_git != -1)
		(void)close(dot_git);
	if (top != -1)
		(void)close(top);
	return n;
}
