/*
 * The commit: from its bundle into push.git, and a look at what it is.
 *
 * A bundle is a header and a pack.  The pack is given to git index-pack,
 * which checks every object: git fetch takes a bundle unchecked, whatever
 * transfer.fsckObjects says (git 2.39.5; mended in 2.46).
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "push.h"
#include "xalloc.h"

/* Bytes: far above what the gate lets through, and it fits into memory. */
#define BUNDLE_MAX ((int64_t)64 << 20)

/* The folder that bundles are looked for in, yours to free. */
static char *
folder(const struct job *j)
{
	const char *outbox = opt_str(j->push->o, O_OUTBOX);

	return *outbox != '\0' ? xstrdup(outbox)
			       : xasprintf("%s/bundles", j->place);
}

static int
open_bundle(const struct job *j, const char *name, int *fd, struct fail *why)
{
	char *dir = folder(j);
	int r = file_open_in(dir, name, fd, why);

	free(dir);
	/* Not there, or a link: no more trying brings it back. */
	if (r == -1 && why->kind == FAIL_SYSTEM &&
	    (why->code == ENOENT || why->code == ELOOP))
		why->kind = FAIL_INPUT;
	return r;
}

static int
read_all(int fd, size_t len, struct buf *b, struct fail *why)
{
	char chunk[65536];
	ssize_t n;

	/* One byte more than there should be, to see that there is none. */
	while (b->len <= len && (n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno != EINTR)
			return fail_sys(why, "cannot read the bundle");
		if (n > 0)
			buf_add(b, chunk, (size_t)n);
	}
	if (b->len != len)
		return fail(why, FAIL_INPUT, 0,
		    "the bundle is not of the %zu bytes it should be", len);
	return 0;
}

/* The bundle's bytes, when they are those that the record describes.  What
 * is hashed is what is used: the file may change, our copy does not. */
static int
read_bundle(const struct job *j, struct buf *b, struct fail *why)
{
	const cJSON *rec = json_get(j->rec, "bundle");
	const char *path = json_str(rec, "path");
	const char *want = json_str(rec, "sha256");
	char hash[FILE_SHA256_SIZE];
	int64_t bytes;
	int fd, r;

	if (path == NULL || want == NULL || !json_int(rec, "bytes", &bytes) ||
	    bytes < 0)
		return fail(why, FAIL_INPUT, 0,
		    "no bundle, and its commit is not on GitHub");
	if (bytes > BUNDLE_MAX)
		return fail(why, FAIL_POLICY, 0,
		    "refused: the bundle has %" PRId64
		    " bytes, at most %" PRId64 " (bundle)",
		    bytes, BUNDLE_MAX);
	if (open_bundle(j, path, &fd, why) == -1)
		return -1;
	r = read_all(fd, (size_t)bytes, b, why);
	(void)close(fd);
	if (r == -1)
		return -1;
	file_sha256_of(b->data, b->len, hash);
	if (strcmp(hash, want) != 0)
		return fail(why, FAIL_INPUT, 0,
		    "the bundle '%.100s' is not the one that was made", path);
	return 0;
}

/* "error: object OID: RULE: ...": what follows may quote the object, and so a
 * secret in it (git 2.39.5: a disallowed name or URL of a submodule). */
static void
drop_quote(struct fail *why)
{
	static const char begin[] = "error: object ";
	char *s = strstr(why->msg, begin);

	if (s != NULL && (s = strstr(s + strlen(begin), ": ")) != NULL &&
	    (s = strstr(s + 2, ": ")) != NULL)
		*s = '\0';
}

/* Fact: a bundle's header ends with an empty line (gitformat-bundle(5)). */
static int
index_pack(const struct job *j, const struct buf *b, struct fail *why)
{
	const char *args[] = {
	    "index-pack", "--stdin", "--fix-thin", "--strict", NULL};
	const char *end = memmem(b->data, b->len, "\n\n", 2);
	size_t head;

	if (end == NULL || strncmp(b->data, "# v", 3) != 0)
		return fail(why, FAIL_INPUT, 0, "the bundle is no bundle");
	head = (size_t)(end + 2 - b->data);
	if (git_feed(&j->git, args, b->data + head, b->len - head, NULL, why) ==
	    0)
		return 0;
	/* git judged the very bytes that were hashed: it will do so again,
	 * unless it was ended, or had no room. */
	if (why->kind != FAIL_CHILD || why->code > 128 ||
	    strstr(why->msg, strerror(ENOSPC)) != NULL)
		return -1;
	why->kind = FAIL_POLICY;
	drop_quote(why);
	return fail_wrap(why, "refused: bundle");
}

/* What the default branch has, from GitHub, unless it is here already. */
static int
fetch_base(const struct job *j, struct fail *why)
{
	char *spec;
	int tip = git_has(&j->git, j->now.default_oid, why);
	int r = tip == -1 ? -1 : git_has(&j->git, j->base_oid, why);

	if (r == -1 || (tip == 1 && r == 1))
		return r == -1 ? -1 : 0;
	spec = xasprintf(
	    "+refs/heads/%s:refs/oompa/base", j->now.default_branch);
	r = job_fetch(j, j->url, spec, why);
	free(spec);
	return r;
}

/* 1 when a is an ancestor of b, 0 when not. */
static int
is_ancestor(const struct job *j, const char *a, const char *b, struct fail *why)
{
	const char *args[] = {"merge-base", "--is-ancestor", a, b, NULL};
	int r = git_ask(&j->git, args, NULL, why);

	return r == -1 ? -1 : r == 0;
}

/* Is the base what it claims to be, a commit of the default branch? */
static int
judge_base(const struct job *j, struct fail *why)
{
	int r = git_has(&j->git, j->base_oid, why);

	if (r == 1)
		r = is_ancestor(j, j->base_oid, j->now.default_oid, why);
	if (r == 0)
		return fail(why, FAIL_POLICY, 0,
		    "refused: %.12s is not on %.100s (base)", j->base_oid,
		    j->now.default_branch);
	return r == -1 ? -1 : 0;
}

/* What the commit is to be on top of.  A review's is the head of its pull
 * request, and was looked at before. */
static int
take_base(const struct job *j, struct fail *why)
{
	if (job_is_review(j))
		return 0;
	return fetch_base(j, why) == 0 ? judge_base(j, why) : -1;
}

/* One commit, no merge, on top of its base? */
static int
judge_head(const struct job *j, struct fail *why)
{
	char *range = xasprintf("%s..%s", j->parent, j->head);
	char *want = xasprintf("%s %s\n", j->head, j->parent);
	const char *args[] = {
	    "rev-list", "--parents", "--max-count=2", range, NULL};
	struct buf out = BUF_INIT(BUF_ANY);
	int r = is_ancestor(j, j->parent, j->head, why);

	if (r == 0)
		r = fail(why, FAIL_POLICY, 0,
		    "refused: the commit is not on top of %.12s (base)",
		    j->parent);
	else if (r == 1)
		r = git_run(&j->git, args, &out, why);
	if (r == 0 && strcmp(out.data, want) != 0)
		r = fail(why, FAIL_POLICY, 0,
		    "refused: exactly one commit is expected on top of "
		    "%.12s (commits)",
		    j->parent);
	buf_free(&out);
	free(want);
	free(range);
	return r;
}

/* Is the commit among what came? */
static int
judge_type(const struct job *j, struct fail *why)
{
	const char *args[] = {"cat-file", "-t", j->head, NULL};
	struct buf type = BUF_INIT(64);
	int r = git_hear(&j->git, args, &type, NULL, why);
	bool is_commit = r == 0 && strcmp(type.data, "commit\n") == 0;

	buf_free(&type);
	if (r == -1 || is_commit)
		return r;
	return fail(why, FAIL_INPUT, 0,
	    "the bundle does not hold the commit %.12s", j->head);
}

int
change_look(struct job *j, struct fail *why)
{
	struct buf b = BUF_INIT(BUF_ANY);
	int r = -1;

	if (read_bundle(j, &b, why) == 0 && index_pack(j, &b, why) == 0 &&
	    judge_type(j, why) == 0)
		r = judge_head(j, why);
	buf_free(&b);
	return r;
}

int
change_take(struct job *j, struct fail *why)
{
	return take_base(j, why) == 0 ? change_look(j, why) : -1;
}
