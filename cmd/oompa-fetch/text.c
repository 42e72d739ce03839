/*
 * What the texts of issues and pull requests have in common: who wrote them,
 * who edited them, and what happened to labels and title.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "fetch.h"
#include "trust.h"

int
text_actor(struct fetch *f, cJSON *rec, const char *key, const cJSON *actor,
    struct fail *why)
{
	return people_put(&f->people, &f->gh, f->repo, rec, key, actor, why);
}

/* What we wrote needs no permission: nobody is asked about ourselves. */
static void
put_self(cJSON *rec, const char *key, const cJSON *actor)
{
	cJSON *who = json_put_object(rec, key);

	json_put_str(who, "login", json_str(actor, "login"));
	json_put_str(who, "type", json_str(actor, "__typename"));
	json_put_str(who, "trust", trust_name(TRUST_SELF));
}

int
text_edit(struct fetch *f, cJSON *rec, const cJSON *node, struct fail *why)
{
	json_put_copy(rec, "edited_at", json_get(node, "lastEditedAt"));
	/* No editor: never edited, or the editor's account is gone. */
	if (json_str(node, "lastEditedAt") == NULL) {
		json_put_null(rec, "editor");
		return 0;
	}
	return text_actor(f, rec, "editor", json_get(node, "editor"), why);
}

/* Reviews have no time of creation, but one of submission. */
static void
put_time(cJSON *rec, const cJSON *node)
{
	if (json_get(node, "createdAt") != NULL)
		json_put_copy(rec, "created_at", json_get(node, "createdAt"));
	else
		json_put_copy(
		    rec, "submitted_at", json_get(node, "submittedAt"));
}

int
text_put(struct fetch *f, cJSON *rec, const cJSON *node, struct fail *why)
{
	bool ours = scope_text(f, node);

	json_put_copy(rec, "id", json_get(node, "id"));
	json_put_copy(rec, "database_id", json_get(node, "fullDatabaseId"));
	json_put_copy(rec, "url", json_get(node, "url"));
	if (ours)
		put_self(rec, "author", json_get(node, "author"));
	else if (text_actor(f, rec, "author", json_get(node, "author"), why) ==
		 -1)
		return -1;
	json_put_copy(rec, "body", json_get(node, "body"));
	put_time(rec, node);
	if (text_edit(f, rec, node, why) == -1)
		return -1;
	json_put_bool(rec, "ours", ours);
	json_put_bool(rec, "minimized", json_true(node, "isMinimized"));
	return 0;
}

bool
text_is_draft(const cJSON *node)
{
	const char *state = json_str(node, "state");

	return state != NULL && strcmp(state, "PENDING") == 0;
}

static const char *
event_name(const char *type)
{
	if (type == NULL)
		return NULL;
	if (strcmp(type, "LabeledEvent") == 0)
		return "labeled";
	if (strcmp(type, "UnlabeledEvent") == 0)
		return "unlabeled";
	if (strcmp(type, "RenamedTitleEvent") == 0)
		return "renamed";
	return NULL;
}

int
text_events(
    struct fetch *f, cJSON *rec, const cJSON *timeline, struct fail *why)
{
	cJSON *events = json_put_array(rec, "events"), *o;
	const cJSON *e;
	const char *name;

	JSON_EACH (e, json_get(timeline, "nodes")) {
		name = event_name(json_str(e, "__typename"));
		if (name == NULL)
			continue;
		o = json_add_object(events);
		json_put_str(o, "event", name);
		json_put_copy(o, "at", json_get(e, "createdAt"));
		if (text_actor(f, o, "actor", json_get(e, "actor"), why) == -1)
			return -1;
		json_put_copy(o, "label", json_at(e, "label", "name", NULL));
	}
	return 0;
}

void
text_names(cJSON *rec, const char *key, const cJSON *list, const char *field)
{
	cJSON *array = json_put_array(rec, key);
	const cJSON *node;

	JSON_EACH (node, json_get(list, "nodes"))
		if (json_str(node, field) != NULL)
			json_add_str(array, json_str(node, field));
}
