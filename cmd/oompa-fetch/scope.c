/*
 * What is ours.
 *
 * GitHub says who wrote something; the marker, that a program did; and the
 * name of the branch, where it belongs.  Anybody may paste a marker, and with
 * a personal token the account is also a person: each alone says nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "fetch.h"
#include "marker.h"
#include "slug.h"
#include "trust.h"

static bool
is_repo(const cJSON *repository, const char *name)
{
	const char *s = json_str(repository, "nameWithOwner");

	return s != NULL && *name != '\0' && strcasecmp(s, name) == 0;
}

/* A branch of a fork may have pull requests in the fork as well. */
bool
scope_here(const struct fetch *f, const cJSON *pull)
{
	return is_repo(json_get(pull, "repository"), f->repo);
}

bool
scope_branch(const struct fetch *f, const cJSON *pull, int64_t *number)
{
	const cJSON *head = json_get(pull, "headRepository");
	int64_t attempt;

	return scope_here(f, pull) &&
	       (is_repo(head, f->repo) ||
		   is_repo(head, opt_str(f->o, O_FORK))) &&
	       slug_branch(json_str(pull, "headRefName"), number, &attempt);
}

/* GraphQL gives a bot's login without the "[bot]" of viewer.login; and a
 * person may be called like a bot. */
static bool
is_viewer(const struct fetch *f, const cJSON *actor)
{
	const char *me = json_str(f->viewer, "login");
	const char *login = json_str(actor, "login");
	const char *type = json_str(actor, "__typename");
	size_t n = strcspn(me, "[");

	return login != NULL && strlen(login) == n &&
	       strncasecmp(login, me, n) == 0 &&
	       (type != NULL && strcmp(type, "Bot") == 0) == (me[n] == '[');
}

/* May be named with or without "[bot]". */
static bool
is_former(const struct fetch *f, const cJSON *actor)
{
	return trust_named(f->o, O_AKA, json_str(actor, "login"),
	    json_str(actor, "__typename"));
}

bool
scope_author(const struct fetch *f, const cJSON *node)
{
	return json_true(node, "viewerDidAuthor") ||
	       is_former(f, json_get(node, "author"));
}

static bool
edited_by_others(const struct fetch *f, const cJSON *node)
{
	const cJSON *editor = json_get(node, "editor");

	/* No editor: the account is gone. */
	return json_str(node, "lastEditedAt") != NULL &&
	       !is_viewer(f, editor) && !is_former(f, editor);
}

bool
scope_text(const struct fetch *f, const cJSON *node)
{
	const char *body = json_str(node, "body");

	return scope_author(f, node) && body != NULL && marker_is_ours(body) &&
	       !edited_by_others(f, node);
}

/* People do edit the text of a pull request; it is ours as long as its marker
 * stands. */
bool
scope_pull(const struct fetch *f, const cJSON *pull)
{
	const char *body = json_str(pull, "body");
	int64_t number;

	return scope_author(f, pull) && body != NULL && marker_is_ours(body) &&
	       scope_branch(f, pull, &number);
}

bool
scope_watched(const struct fetch *f, const cJSON *pull)
{
	const char *wanted = opt_str(f->o, O_WATCH_LABEL), *name;
	const cJSON *label;

	JSON_EACH (label, json_at(pull, "labels", "nodes", NULL))
		if ((name = json_str(label, "name")) != NULL &&
		    strcasecmp(name, wanted) == 0)
			return true;
	return false;
}
