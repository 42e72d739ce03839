/*
 * Making a task.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>

#include "plan.h"
#include "xalloc.h"

cJSON *
task_new(const struct look *l, const char *id, const char *action,
    const char *reason)
{
	cJSON *task = record_new("task", json_str(l->rec, "repo"));

	json_put_int(task, "number", l->number);
	json_put_str(task, "id", id);
	json_put_str(task, "action", action);
	json_put_str(task, "reason", reason);
	return task;
}

void
task_put_trigger(const struct look *l, cJSON *task)
{
	cJSON *trigger;

	if (!l->trigger.known) {
		json_put_null(task, "trigger");
		return;
	}
	trigger = json_put_object(task, "trigger");
	json_put_str(trigger, "label", l->label);
	json_put_when(trigger, "at", l->trigger.at);
	json_put_copy(trigger, "actor", l->trigger.actor);
}

/* The texts of those who may command; others are dropped and counted. */
static void
put_comments(const struct look *l, cJSON *item)
{
	cJSON *array = json_put_array(item, "comments");
	const cJSON *c;
	int64_t dropped = 0;

	JSON_EACH (c, json_get(l->rec, "comments")) {
		if (json_true(c, "ours"))
			continue;
		if (may_say(l->p, c))
			json_add_copy(array, c);
		else
			dropped++;
	}
	json_put_int(item, "dropped", dropped);
}

void
task_put_item(const struct look *l, cJSON *task)
{
	static const char *const keys[] = {
	    "id", "url", "title", "body", "author", NULL};
	cJSON *item = json_put_object(task, "issue");
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		json_put_copy(item, keys[i], json_get(l->rec, keys[i]));
	put_comments(l, item);
}

/* Who the commit is by: what was asked for, else the account itself. */
void
task_put_identity(const struct look *l, cJSON *task)
{
	const cJSON *viewer = json_get(l->p->repo, "viewer");
	const char *login = json_str(viewer, "login");
	const char *name = opt_str(l->p->o, O_GIT_AUTHOR_NAME);
	const char *email = opt_str(l->p->o, O_GIT_AUTHOR_EMAIL);
	const char *signer = opt_str(l->p->o, O_SIGNED_OFF_BY);
	char *standard, *line;
	cJSON *o = json_put_object(task, "identity");

	/* docs.github.com: "ID+USERNAME@users.noreply.github.com". */
	standard = xasprintf("%s+%s@%s", json_str(viewer, "id"), login,
	    json_str(l->p->repo, "noreply_host"));
	if (*name == '\0')
		name = login;
	if (*email == '\0')
		email = standard;
	line = xasprintf("%s <%s>", name, email);
	json_put_str(o, "name", name);
	json_put_str(o, "email", email);
	json_put_str(o, "signed_off_by", *signer != '\0' ? signer : line);
	json_put_str(o, "assisted_by", opt_str(l->p->o, O_ASSISTED_BY));
	free(line);
	free(standard);
}

/* The last of a task with a model: what may be changed on the way. */
void
task_put_limits(const struct look *l, cJSON *task, int64_t max_cost)
{
	const struct opts *o = l->p->o;
	const char *model = opt_str(o, O_MODEL);

	json_put_str(task, "model", *model != '\0' ? model : NULL);
	json_put_money(task, "max_cost", max_cost);
	json_put_int(task, "timeout", opt_num(o, O_TASK_TIMEOUT));
	json_put_bool(task, "hold", false);
}
