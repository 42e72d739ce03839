/*
 * oompa-fetch: say what is on GitHub now.
 *
 * Writes a repo record, then the pull requests that we look after, then the
 * labelled issues, oldest first, and an end record; or just what the operands
 * name.  Writes nothing at all when the repository cannot be read: half an
 * answer is no answer.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth.h"
#include "fetch.h"
#include "file.h"
#include "schema.h"
#include "stop.h"
#include "when.h"
#include "xalloc.h"

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

/* The record of an item; NULL when it is not to be written after all. */
static int
item_record(struct fetch *f, const cJSON *item, cJSON **ret, struct fail *why)
{
	const cJSON *node = json_get(item, "node");
	int64_t number = 0;

	*ret = NULL;
	if (!json_true(item, "pull"))
		return issue_record(f, node, ret, why);
	/* Its branch is named like ours, but we did not open it; or it was
	 * moved to another repository. */
	if (!scope_here(f, node))
		return 0;
	(void)json_int(item, "number", &number);
	if (f->argc == 0 && !scope_pull(f, node) &&
	    !opt_has_number(f->o, O_WATCH_PRS, number) &&
	    !scope_watched(f, node))
		return 0;
	return pull_record(f, item, ret, why);
}

/* The records of all items, in order. */
static int
gather(struct fetch *f, cJSON *all, struct fail *why)
{
	const cJSON *w, *item;
	cJSON *rec;

	JSON_EACH (w, f->wanted) {
		item = json_get(f->items, json_str(w, "id"));
		if (item == NULL)
			continue;
		if (item_record(f, item, &rec, why) == -1)
			return -1;
		if (rec != NULL)
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
	size_t i;

	if (filter_put(out, repo_record(f), why) == -1)
		return -1;
	JSON_EACH (item, items)
		if (filter_put(out, json_copy(item), why) == -1)
			return -1;
	for (i = 0; i < f->troubles_n; i++) {
		out->partial = true;
		filter_error(out, NAME, f->repo, f->troubles[i].item,
		    &f->troubles[i].why);
	}
	return 0;
}

void
fetch_trouble(struct fetch *f, int64_t number, const struct fail *why)
{
	struct trouble *t;

	f->troubles = xrealloc(
	    f->troubles, (f->troubles_n + 1) * sizeof(*f->troubles));
	t = &f->troubles[f->troubles_n++];
	t->item = xasprintf("%s#%" PRId64, opt_str(f->o, O_REPO), number);
	t->why = *why;
}

/* Everything in memory, before anything is written. */
static int
read_all(struct fetch *f, struct fail *why)
{
	if (index_read(f, why) == -1)
		return -1;
	/* Named as GitHub names it, which is how every record does. */
	if (file_place(opt_str(f->o, O_CLONE_DIR), f->repo, &f->place, why) ==
	    -1)
		return -1;
	f->mirror = xasprintf("%s/mirror.git", f->place);
	if (deep_read(f, why) == -1 || lists_read(f, why) == -1 ||
	    mirror_update(f, why) == -1)
		return -1;
	return mirror_facts(f, why);
}

/* What was read is kept also when something failed later: it is not paid for
 * twice.  But then it is not known to be all that has the label.  What is named
 * by hand is always read anew. */
static void
keep(struct fetch *f, bool whole)
{
	if (f->argc != 0 || f->items == NULL)
		return;
	mirror_forget(f);
	json_drop(f->cache, "items");
	json_put(f->cache, "items", f->items);
	json_drop(f->cache, "label");
	json_put_str(f->cache, "label", whole ? opt_str(f->o, O_LABEL) : NULL);
	cache_save(f);
	f->items = NULL;
}

static int
fetch(struct fetch *f, struct filter_out *out, struct fail *why)
{
	cJSON *records = json_new_array();
	int r = -1;

	if (file_place(opt_str(f->o, O_CLONE_DIR), opt_str(f->o, O_REPO),
		&f->home, why) == -1 ||
	    later_check(f, why) == -1 ||
	    github_open(&f->gh, f->o, true, why) == -1)
		goto done;
	cache_open(f);
	people_open(&f->people, f->home, opt_str(f->o, O_REPO));
	r = read_all(f, why);
	if (r == 0)
		r = gather(f, records, why);
	people_close(&f->people);
	later_note(f, r == 0 ? NULL : why);
	if (r == 0)
		r = write_all(f, records, out, why);
	keep(f, r == 0);
done:
	cJSON_Delete(records);
	return r;
}

static void
done(struct fetch *f)
{
	size_t i;

	github_close(&f->gh);
	cJSON_Delete(f->cache);
	cJSON_Delete(f->viewer);
	cJSON_Delete(f->repository);
	cJSON_Delete(f->branches);
	cJSON_Delete(f->others);
	cJSON_Delete(f->wanted);
	cJSON_Delete(f->items);
	for (i = 0; i < f->troubles_n; i++)
		free(f->troubles[i].item);
	free(f->troubles);
	free(f->home);
	free(f->place);
	free(f->mirror);
}

/* The operands: numbers of issues and pull requests. */
static void
take_operands(struct fetch *f, int argc, char *argv[])
{
	int i;

	f->argc = argc - f->o->operands;
	f->argv = argv + f->o->operands;
	for (i = 0; i < f->argc; i++)
		if (!opt_is_number(f->argv[i]))
			opt_usage("'%s' is no number of an issue or pull "
				  "request",
			    f->argv[i]);
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
	f.o = &o;
	take_operands(&f, argc, argv);
	if (*opt_str(&o, O_REPO) == '\0')
		opt_usage("which repository? give -R owner/repo");
	if (strcasecmp(opt_str(&o, O_FORK), opt_str(&o, O_REPO)) == 0)
		opt_usage("--fork is the repository itself");
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
