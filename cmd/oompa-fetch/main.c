/*
 * oompa-fetch: say what is on GitHub now.
 *
 * Writes a repo record, then our open pull requests, then the labelled
 * issues, oldest first, and an end record.  Writes nothing at all when the
 * repository cannot be read: half an answer is no answer.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "fetch.h"
#include "file.h"
#include "log.h"
#include "schema.h"
#include "slug.h"
#include "stop.h"
#include "when.h"
#include "xalloc.h"

#define NAME "oompa-fetch"

static void
put_viewer(const struct fetch *f, cJSON *rec)
{
	const char *login = json_str(f->viewer, "login");
	cJSON *viewer = json_put_object(rec, "viewer");
	int64_t id = 0;
	char *digits;

	(void)json_int(f->viewer, "databaseId", &id);
	digits = xasprintf("%lld", (long long)id);
	json_put_str(viewer, "login", login);
	json_put_str(viewer, "id", digits);
	json_put_str(
	    viewer, "type", strstr(login, "[bot]") != NULL ? "Bot" : "User");
	free(digits);
}

/* Where noreply addresses live: users.noreply.github.com, and the same
 * below an Enterprise Server's own host. */
static void
put_noreply(cJSON *rec)
{
	char *host = auth_host(auth_server_url());
	char *name;

	if (host != NULL)
		host[strcspn(host, ":")] = '\0';
	name = xasprintf(
	    "users.noreply.%s", host != NULL ? host : "github.com");
	json_put_str(rec, "noreply_host", name);
	free(name);
	free(host);
}

static void
put_rate(const struct fetch *f, cJSON *rec)
{
	cJSON *rate = json_put_object(rec, "rate");

	if (f->gh.rate_remaining >= 0)
		json_put_int(rate, "remaining", f->gh.rate_remaining);
	else
		json_put_null(rate, "remaining");
	if (f->gh.rate_reset >= 0)
		json_put_when(rate, "reset_at", f->gh.rate_reset);
	else
		json_put_null(rate, "reset_at");
}

static cJSON *
repo_record(const struct fetch *f)
{
	const cJSON *branch = json_get(f->repository, "defaultBranchRef");
	cJSON *rec = record_new("repo", f->repo), *base;

	json_put_copy(rec, "id", json_get(f->repository, "id"));
	json_put_copy(rec, "url", json_get(f->repository, "url"));
	put_viewer(f, rec);
	put_noreply(rec);
	if (json_is_object(branch)) {
		base = json_put_object(rec, "default_branch");
		json_put_copy(base, "ref", json_get(branch, "name"));
		json_put_copy(
		    base, "oid", json_at(branch, "target", "oid", NULL));
	} else
		json_put_null(rec, "default_branch");
	json_put_bool(rec, "private", json_true(f->repository, "isPrivate"));
	json_put_bool(rec, "archived", json_true(f->repository, "isArchived"));
	json_put_str(rec, "mirror", f->mirror);
	put_rate(f, rec);
	json_put_when(rec, "fetched_at", when_now());
	return rec;
}

/* Records made by fn of each node, appended to all. */
static int
gather(struct fetch *f, const cJSON *nodes,
    int (*fn)(struct fetch *, const cJSON *, cJSON **, struct fail *),
    cJSON *all, struct fail *why)
{
	const cJSON *node;
	cJSON *rec;

	JSON_EACH (node, nodes) {
		if (fn(f, node, &rec, why) == -1)
			return -1;
		json_add_copy(all, rec);
		cJSON_Delete(rec);
	}
	return 0;
}

static int
write_all(struct fetch *f, const cJSON *items, struct filter_out *out,
    struct fail *why)
{
	const cJSON *item;

	if (filter_put(out, repo_record(f), why) == -1)
		return -1;
	JSON_EACH (item, items)
		if (filter_put(out, json_copy(item), why) == -1)
			return -1;
	return 0;
}

/* The place is named as GitHub names the repository, which is how every
 * record names it. */
static int
fetch(struct fetch *f, struct filter_out *out, struct fail *why)
{
	cJSON *items;
	int r = -1;

	if (github_open(&f->gh, f->o, true, why) == -1 ||
	    snapshot_read(f, why) == -1)
		return -1;
	if (!slug_valid(f->repo))
		return fail(
		    why, FAIL_REMOTE, 502, "GitHub calls it '%s'", f->repo);
	if (file_place(opt_str(f->o, O_CLONE_DIR), f->repo, &f->place, why) ==
	    -1)
		return -1;
	f->mirror = xasprintf("%s/mirror.git", f->place);
	people_open(&f->people, f->place);
	items = json_new_array();
	if (mirror_update(f, why) == 0 &&
	    gather(f, f->mine, pull_record, items, why) == 0 &&
	    gather(f, f->issues, issue_record, items, why) == 0)
		r = write_all(f, items, out, why);
	cJSON_Delete(items);
	people_close(&f->people);
	return r;
}

static void
done(struct fetch *f)
{
	github_close(&f->gh);
	cJSON_Delete(f->viewer);
	cJSON_Delete(f->repository);
	cJSON_Delete(f->issues);
	cJSON_Delete(f->pulls);
	cJSON_Delete(f->branches);
	cJSON_Delete(f->mine);
	free(f->place);
	free(f->mirror);
}

int
main(int argc, char *argv[])
{
	static const char *const types[] = {
	    "repo", "issue", "pr", "error", "end", NULL};
	struct filter_out out = {.fp = stdout};
	struct fetch f = {0};
	struct fail why;
	struct opts o;
	int status;

	auth_protect();
	json_setup();
	opt_parse(&o, CMD_FETCH, argc, argv);
	if (opt_on(&o, O_SCHEMA))
		return schema_print(stdout, types);
	if (o.operands != argc)
		opt_usage("no operands are taken, not '%s'", argv[o.operands]);
	if (*opt_str(&o, O_REPO) == '\0')
		opt_usage("which repository? give -R owner/repo");
	f.o = &o;
	if (fetch(&f, &out, &why) == -1 && why.kind != FAIL_STOP) {
		out.partial = true;
		filter_error(
		    &out, NAME, opt_str(&o, O_REPO), opt_str(&o, O_REPO), &why);
	}
	done(&f);
	out.partial = out.partial || stop_now();
	status = filter_finish(&out, NAME);
	if (stop_now())
		stop_die();
	return status;
}
