/*
 * The mirror: a bare repository that only oompa-fetch writes.  Others borrow
 * its objects.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth.h"
#include "fetch.h"
#include "file.h"
#include "git.h"
#include "xalloc.h"

/* Is every commit here that the snapshot names?  1, 0 or -1. */
static int
has_all(struct fetch *f, const struct git *g, struct fail *why)
{
	const char *oid = json_text(
	    json_at(f->repository, "defaultBranchRef", "target", "oid", NULL));
	const cJSON *p;
	int r = 1;

	if (oid != NULL)
		r = git_has(g, oid, why);
	JSON_EACH (p, f->mine)
		if (r == 1 && json_str(p, "headRefOid") != NULL)
			r = git_has(g, json_str(p, "headRefOid"), why);
	return r;
}

static int
update(struct fetch *f, const struct git *g, struct fail *why)
{
	const char *branch = json_text(
	    json_at(f->repository, "defaultBranchRef", "name", NULL));
	char *url = xasprintf("%s/%s.git", auth_server_url(), f->repo);
	char *head = xasprintf("refs/heads/%s", branch);
	const char *fetch[] = {"fetch", "-q", "--prune", "--no-tags",
	    "--no-write-fetch-head", url, "+refs/heads/*:refs/heads/*", NULL};
	const char *point[] = {"symbolic-ref", "HEAD", head, NULL};
	struct git remote = *g;
	int r = -1;

	remote.url = url;
	remote.token = f->gh.token;
	if (git_run(&remote, fetch, NULL, why) == 0)
		r = git_run(g, point, NULL, why);
	else if (why->kind == FAIL_CHILD)
		/* As a rule the network, or a server that is not well. */
		why->kind = FAIL_NETWORK;
	free(head);
	free(url);
	return r;
}

int
mirror_update(struct fetch *f, struct fail *why)
{
	struct git g = {.dir = f->mirror};
	char *path;
	int lock = -1, r;

	/* An empty repository has nothing to mirror. */
	if (!json_is_object(json_get(f->repository, "defaultBranchRef")))
		return 0;
	path = xasprintf("%s/fetch.lock", f->place);
	r = file_lock(path, false, &lock, why);
	free(path);
	if (r == -1)
		return -1;
	r = git_init_bare(f->mirror, why);
	if (r == 0)
		r = has_all(f, &g, why);
	if (r == 0)
		r = update(f, &g, why) == 0 ? has_all(f, &g, why) : -1;
	if (r == 0)
		r = fail(why, FAIL_NETWORK, 0,
		    "the repository moved while it was fetched");
	(void)close(lock);
	return r == -1 ? fail_wrap(why, "mirror") : 0;
}
