/*
 * The mirror: a bare repository that only oompa-fetch writes.  Others borrow
 * its objects.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth.h"
#include "fetch.h"
#include "file.h"
#include "git.h"
#include "when.h"
#include "xalloc.h"

#define COMMITS_MAX      250 /* of a pull request, as GitHub shows */
#define BASE_COMMITS_MAX 50

static const char *
head_of(const cJSON *pull)
{
	return json_str(pull, "headRefOid");
}

/* The tip of the base branch, NULL when that is gone. */
static const char *
base_of(const cJSON *pull)
{
	return json_text(json_at(pull, "baseRef", "target", "oid", NULL));
}

/* Is this commit here?  What is no commit's name is never. */
static int
has(const struct git *g, const char *oid, struct fail *why)
{
	return oid != NULL && git_oid_valid(oid) ? git_has(g, oid, why) : 0;
}

/* Is the default branch's tip here? 1, 0 or -1. */
static int
has_default(struct fetch *f, const struct git *g, struct fail *why)
{
	return has(g,
	    json_text(json_at(
		f->repository, "defaultBranchRef", "target", "oid", NULL)),
	    why);
}

/* Is every commit here that the snapshot names?  1, 0 or -1. */
static int
has_all(struct fetch *f, const struct git *g, struct fail *why)
{
	const cJSON *item, *pull;
	int r = has_default(f, g, why);

	JSON_EACH (item, f->items) {
		pull = json_get(item, "node");
		if (!json_true(item, "pull") || json_get(item, "facts") != NULL)
			continue;
		if (r == 1 && base_of(pull) != NULL)
			r = has(g, base_of(pull), why);
		if (r == 1)
			r = has(g, head_of(pull), why);
	}
	return r;
}

/* Heads in other repositories are no branches here; GitHub keeps each below
 * refs/pull, also when its repository is gone. */
static bool
is_elsewhere(const struct fetch *f, const cJSON *item)
{
	const char *repo = json_text(
	    json_at(item, "node", "headRepository", "nameWithOwner", NULL));

	return json_true(item, "pull") &&
	       (repo == NULL || strcmp(repo, f->repo) != 0);
}

/* Brings what the arguments name; the last of them must be NULL. */
static int
bring(struct fetch *f, const struct git *g, const char *const args[],
    struct fail *why)
{
	struct git remote = *g;
	int r;

	remote.url = args[5];
	remote.token = f->gh.token;
	r = git_run(&remote, args, NULL, why);
	if (r == -1 && why->kind == FAIL_CHILD)
		/* As a rule the network, or a server that is not well. */
		why->kind = FAIL_NETWORK;
	return r;
}

/* The heads of other repositories: one that is not to be had makes its pull
 * request incomplete, no more. */
static int
bring_pulls(
    struct fetch *f, const struct git *g, const char *url, struct fail *why)
{
	const char *args[] = {"fetch", "-q", "--no-tags",
	    "--no-write-fetch-head", "--", url, NULL, NULL};
	const cJSON *item;
	int64_t number;
	char *spec;
	int r = 0;

	JSON_EACH (item, f->items) {
		if (r == -1 || !is_elsewhere(f, item) ||
		    !json_int(item, "number", &number))
			continue;
		r = has(g, head_of(json_get(item, "node")), why);
		if (r != 0)
			continue;
		spec = xasprintf("+refs/pull/%" PRId64
				 "/head:refs/pull/%" PRId64 "/head",
		    number, number);
		args[6] = spec;
		if (bring(f, g, args, why) == -1 && why->kind == FAIL_STOP)
			r = -1;
		free(spec);
	}
	return r == -1 ? -1 : 0;
}

static int
update(struct fetch *f, const struct git *g, struct fail *why)
{
	const char *branch = json_text(
	    json_at(f->repository, "defaultBranchRef", "name", NULL));
	char *url = xasprintf("%s/%s.git", auth_server_url(), f->repo);
	char *head = xasprintf("refs/heads/%s", branch);
	const char *branches[] = {"fetch", "-q", "--prune", "--no-tags",
	    "--no-write-fetch-head", url, "+refs/heads/*:refs/heads/*", NULL};
	const char *point[] = {"symbolic-ref", "HEAD", head, NULL};
	int r = bring(f, g, branches, why);

	if (r == 0)
		r = git_run(g, point, NULL, why);
	if (r == 0)
		r = bring_pulls(f, g, url, why);
	free(head);
	free(url);
	return r;
}

/* After the update, only the default branch must be here. */
static int
check(struct fetch *f, const struct git *g, struct fail *why)
{
	int r = has_default(f, g, why);

	return r == 0 ? fail(why, FAIL_NETWORK, 0,
			    "the repository moved while it was fetched")
		      : r;
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
		r = update(f, &g, why) == 0 ? check(f, &g, why) : -1;
	/* Clones borrow from here, so what nothing leads to stays a while. */
	if (r != -1)
		git_tidy(&g, "2.weeks.ago");
	(void)close(lock);
	return r == -1 ? fail_wrap(why, "mirror") : 0;
}

/* Commits of a range, the newest first: "oid seconds" on each line. */
static int
put_commits(const struct git *g, const char *range, const char *most,
    cJSON *array, struct fail *why)
{
	const char *args[] = {"log", "--format=%H %ct", "-n", most,
	    "--end-of-options", range, "--", NULL};
	struct buf out = BUF_INIT(BUF_ANY);
	char *line, *rest, *oid;
	cJSON *o;

	if (git_run(g, args, &out, why) == -1) {
		buf_free(&out);
		return -1;
	}
	for (line = strtok_r(out.data, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		oid = line;
		line = strchr(line, ' ');
		if (line == NULL)
			continue;
		*line++ = '\0';
		o = json_add_object(array);
		json_put_str(o, "oid", oid);
		json_put_when(o, "at", strtoll(line, NULL, 10));
	}
	buf_free(&out);
	return 0;
}

static int
put_count(const struct git *g, const char *range, cJSON *facts, const char *key,
    struct fail *why)
{
	const char *args[] = {
	    "rev-list", "--count", "--end-of-options", range, "--", NULL};
	char *line;

	if (git_line(g, args, &line, why) == -1)
		return -1;
	json_put_int(facts, key, strtoll(line, NULL, 10));
	free(line);
	return 0;
}

static int
put_facts(const struct git *g, const char *base, const char *head, cJSON *facts,
    struct fail *why)
{
	char *ahead = xasprintf("%s..%s", base, head);
	char *behind = xasprintf("%s..%s", head, base);
	char *most = xasprintf("%d", COMMITS_MAX);
	char *base_most = xasprintf("%d", BASE_COMMITS_MAX);
	int r = put_count(g, ahead, facts, "ahead", why);

	if (r == 0)
		r = put_count(g, behind, facts, "behind", why);
	if (r == 0)
		r = put_commits(
		    g, ahead, most, json_put_array(facts, "commits"), why);
	if (r == 0)
		r = put_commits(
		    g, base, base_most, json_put_array(facts, "base"), why);
	free(ahead);
	free(behind);
	free(most);
	free(base_most);
	return r;
}

/* What the mirror does not have is unknown. */
static void
put_unknown(cJSON *facts)
{
	json_put_null(facts, "ahead");
	json_put_null(facts, "behind");
	json_put_array(facts, "commits");
	json_put_array(facts, "base");
	json_add_str(json_put_array(facts, "missing"), "commits");
}

static int
find_facts(struct fetch *f, cJSON *item, struct fail *why)
{
	struct git g = {.dir = f->mirror};
	const cJSON *pull = json_get(item, "node");
	const char *base = base_of(pull), *head = head_of(pull);
	cJSON *facts = json_new_object();
	int r = has(&g, base, why);

	if (r == 1)
		r = has(&g, head, why);
	if (r == 0)
		put_unknown(facts);
	else if (r == 1)
		r = put_facts(&g, base, head, facts, why);
	/* Half of them are none. */
	if (r == -1) {
		cJSON_Delete(facts);
		return fail_wrap(why, "mirror");
	}
	json_put(item, "facts", facts);
	return 0;
}

/* They stay with the item as long as it does not move. */
int
mirror_facts(struct fetch *f, struct fail *why)
{
	cJSON *item;
	int r = 0;

	for (item = json_edit_first(f->items); r == 0 && item != NULL;
	     item = json_edit_next(item))
		if (json_true(item, "pull") && json_get(item, "facts") == NULL)
			r = find_facts(f, item, why);
	return r;
}

/* What the mirror lacked may be there the next time. */
void
mirror_forget(struct fetch *f)
{
	cJSON *item;

	for (item = json_edit_first(f->items); item != NULL;
	     item = json_edit_next(item))
		if (json_count(json_at(item, "facts", "missing", NULL)) != 0)
			json_drop(item, "facts");
}
