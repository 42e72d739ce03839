/*
 * Is the branch that a pull request comes from protected?  A token may be
 * exempt from what protects it, so that GitHub would take the push; and what
 * is on such a branch nobody looks at again.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "review.h"

static cJSON *
variables(const struct job *j)
{
	cJSON *vars = json_new_object();

	job_put_repo(vars, "owner", "name", j->repo);
	json_put_int(vars, "number", j->number);
	return vars;
}

/* Who may not administer sees no branchProtectionRule, but refUpdateRule. */
static bool
is_for_admins(const cJSON *error)
{
	const cJSON *last = NULL, *step;
	const char *field;

	JSON_EACH (step, json_get(error, "path"))
		last = step;
	field = json_text(last);
	return field != NULL && strcmp(field, "branchProtectionRule") == 0;
}

/* GitHub says no, and will do so again. */
static bool
is_final(const struct fail *why)
{
	return why->kind == FAIL_REMOTE && why->code < 500;
}

/* A rule that says what a push must be like; all others say that there shall
 * be none, or that the branch is there to stay. */
static bool
is_condition(const char *type)
{
	static const char *const types[] = {"BRANCH_NAME_PATTERN",
	    "COMMITTER_EMAIL_PATTERN", "COMMIT_AUTHOR_EMAIL_PATTERN",
	    "COMMIT_MESSAGE_PATTERN", "CREATION", "FILE_EXTENSION_RESTRICTION",
	    "FILE_PATH_RESTRICTION", "MAX_FILE_PATH_LENGTH", "MAX_FILE_SIZE",
	    "NON_FAST_FORWARD", "REQUIRED_LINEAR_HISTORY",
	    "REQUIRED_SIGNATURES", "SECRET_SCANNING"};
	size_t i;

	for (i = 0; type != NULL && i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}

/* 1 when it is protected, 0 when not, -1 when GitHub does not say. */
static int
judge(const cJSON *ref)
{
	const cJSON *rules = json_get(ref, "rules"), *rule;

	if (json_is_object(json_get(ref, "branchProtectionRule")) ||
	    json_is_object(json_get(ref, "refUpdateRule")))
		return 1;
	JSON_EACH (rule, json_get(rules, "nodes"))
		if (!is_condition(json_str(rule, "type")))
			return 1;
	return !json_is_object(rules) ||
		       json_true(json_get(rules, "pageInfo"), "hasNextPage")
		   ? -1
		   : 0;
}

static int
ask(const struct round *r, cJSON **data, struct fail *why)
{
	cJSON *vars = variables(r->j), *errors = NULL;
	const cJSON *e;
	int result = github_query(
	    &r->j->push->gh, "review", "Protection", vars, data, &errors, why);

	JSON_EACH (e, errors)
		if (result == 0 && !is_for_admins(e))
			result = github_error("GraphQL review", e, why);
	cJSON_Delete(errors);
	cJSON_Delete(vars);
	return result;
}

int
protection_look(const struct round *r, const char *branch, struct fail *why)
{
	cJSON *data = NULL;
	int result = ask(r, &data, why), is = -1;

	if (result == 0)
		is = judge(json_at(
		    data, "repository", "pullRequest", "headRef", NULL));
	cJSON_Delete(data);
	if (result == -1 && !is_final(why))
		return -1;
	if (is == 0)
		return 0;
	if (is == 1)
		(void)fail(
		    why, FAIL_POLICY, 0, "%s is a protected branch", branch);
	else
		(void)fail(why, FAIL_POLICY, 0,
		    "GitHub does not say whether %s is protected", branch);
	return 1;
}
