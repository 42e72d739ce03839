/*
 * The branch: which one has our commit, and which name is still free.  A
 * branch that somebody else made is never overwritten.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "push.h"
#include "refusal.h"
#include "xalloc.h"

#define PREFIX "ai/"

/* The branches of our issue, one after another: its name below PREFIX into
 * name, its head.  NULL at the end. */
static const cJSON *
next(const struct job *j, const cJSON *ref, char name[64], const char **oid)
{
	for (ref = ref == NULL ? json_first(j->now.refs) : json_next(ref);
	     ref != NULL; ref = json_next(ref)) {
		*oid = json_str(json_get(ref, "target"), "oid");
		if (json_str(ref, "name") == NULL || !git_oid_valid(*oid) ||
		    strlen(json_str(ref, "name")) > 40)
			continue;
		(void)snprintf(name, 64, PREFIX "%s", json_str(ref, "name"));
		if (job_attempt(j, name) != 0)
			return ref;
	}
	return NULL;
}

int
branch_look(struct job *j)
{
	const cJSON *ref = NULL;
	const char *oid;
	char name[64];

	while ((ref = next(j, ref, name, &oid)) != NULL)
		if (strcmp(oid, j->head) == 0) {
			j->to = xstrdup(name);
			return 1;
		}
	return 0;
}

/* Brings the head of a branch into push.git. */
static int
fetch(const struct job *j, const char *name, const char *oid, struct fail *why)
{
	char *spec;
	int r = git_has(&j->git, oid, why);

	if (r != 0)
		return r == -1 ? -1 : 0;
	spec = xasprintf("+refs/heads/%s:refs/oompa/%s", name, name);
	r = job_fetch(j, j->head_url, spec, why);
	free(spec);
	return r;
}

int
branch_find(struct job *j, struct fail *why)
{
	const cJSON *ref = NULL;
	const char *oid,
	    *args[] = {"merge-base", "--is-ancestor", j->head, NULL, NULL};
	char name[64];
	int r;

	while ((ref = next(j, ref, name, &oid)) != NULL) {
		if (fetch(j, name, oid, why) == -1)
			return -1;
		args[3] = oid;
		r = git_ask(&j->git, args, NULL, why);
		if (r == -1)
			return -1;
		if (r == 0) {
			j->to = xstrdup(name);
			return 1;
		}
	}
	return 0;
}

static bool
is_taken(const struct job *j, const char *wanted)
{
	const cJSON *ref = NULL;
	const char *oid;
	char name[64];

	while ((ref = next(j, ref, name, &oid)) != NULL)
		if (strcmp(name, wanted) == 0)
			return true;
	return false;
}

/* The first name that is free, from the record's own upwards. */
static char *
free_name(const struct job *j)
{
	char *name = xstrdup(j->branch);
	int64_t k;

	for (k = job_attempt(j, name); is_taken(j, name);) {
		free(name);
		name = xasprintf(
		    PREFIX "issue-%" PRId64 "-%" PRId64, j->number, ++k);
	}
	return name;
}

/*
 * git push has failed: out is its porcelain, see git-push(1), err what it and
 * the server said.  Can trying again help?
 */
static int
judge(const char *out, const char *err, struct fail *why)
{
	static const char http[] = "returned error: ";
	const char *said = strstr(out, "[remote rejected]"), *p;
	const char *means = refusal_means(err);
	int status = 0;

	if (said != NULL) {
		p = strstr(err, "remote: ");
		return fail(why, FAIL_REMOTE, 403, "%s%sgit push: %.*s%s%.*s",
		    means != NULL ? means : "", means != NULL ? ": " : "",
		    (int)strcspn(said, "\n"), said, p != NULL ? "; " : "",
		    p != NULL ? (int)strcspn(p, "\n") : 0, p != NULL ? p : "");
	}
	if ((p = strstr(err, http)) != NULL)
		status = (int)strtol(p + strlen(http), NULL, 10);
	if (status == 401 || strstr(err, "Authentication failed") != NULL)
		return fail(
		    why, FAIL_AUTH, 401, "git push: GitHub refuses the token");
	/* "[rejected]" among the rest: somebody was faster, and the next look
	 * finds another name. */
	p = strstr(out, "[rejected]");
	p = p != NULL ? p : err;
	return fail(why, status != 0 ? FAIL_REMOTE : FAIL_NETWORK, status,
	    "%s%sgit push: %.*s", status != 0 && means != NULL ? means : "",
	    status != 0 && means != NULL ? ": " : "", (int)strcspn(p, "\n"), p);
}

/* Is the branch at our commit on GitHub?  A push whose answer is lost may have
 * happened, and git sends it again by itself, only to be refused. */
static bool
is_there(const struct git *git, const struct job *j, const char *name)
{
	char *ref = xasprintf("refs/heads/%s", name), tip[GIT_OID_SIZE];
	struct fail ignored;
	bool found = git_tip(git, j->head_url, ref, tip, &ignored) == 0 &&
		     strcmp(tip, j->head) == 0;

	free(ref);
	return found;
}

/*
 * The lease is what the branch must be at when the push arrives: it makes the
 * push a compare and swap.  No refspec has a plus, and none is forced.
 */
static int
push(struct job *j, const char *name, const char *lease, struct fail *why)
{
	struct git git = j->git;
	char *spec = xasprintf("%s:refs/heads/%s", j->head, name);
	const char *args[] = {"push", "--porcelain", "--no-verify", lease,
	    j->head_url, spec, NULL};
	struct buf out = BUF_INIT(BUF_ANY), err = BUF_INIT(BUF_ANY);
	int r;

	git.url = j->head_url;
	git.token = j->push->gh.token;
	r = git_hear(&git, args, &out, &err, why);
	if (r > 0)
		r = judge(out.data, err.data, why);
	if (r == -1 && why->kind != FAIL_STOP && why->kind != FAIL_AUTH &&
	    is_there(&git, j, name))
		r = 0;
	buf_free(&out);
	buf_free(&err);
	free(spec);
	return r;
}

static int
push_to(struct job *j, const char *lease, struct fail *why)
{
	cJSON *rec;

	if (!j->push->dry_run && push(j, j->to, lease, why) == -1)
		return -1;
	rec = receipt_new(j, "push");
	json_put_str(rec, "branch", j->to);
	json_put_str(rec, "oid", j->head);
	return filter_put(j->out, rec, why);
}

int
branch_push(struct job *j, struct fail *why)
{
	char *lease;
	int r;

	j->to = free_name(j);
	/* Only to create: an empty lease means "there is no such branch". */
	lease = xasprintf("--force-with-lease=refs/heads/%s:", j->to);
	r = push_to(j, lease, why);
	free(lease);
	return r;
}

int
branch_push_onto(struct job *j, struct fail *why)
{
	char *lease;
	int r;

	free(j->to);
	j->to = xstrdup(j->branch);
	/*
	 * Our commit is on top of the parent (change_take() has looked), so
	 * that with this lease nothing but a fast-forward can happen.  Without
	 * it git makes a branch anew that was deleted meanwhile, and brings
	 * back commits that people took away.
	 */
	lease = xasprintf(
	    "--force-with-lease=refs/heads/%s:%s", j->to, j->parent);
	r = push_to(j, lease, why);
	free(lease);
	return r;
}
