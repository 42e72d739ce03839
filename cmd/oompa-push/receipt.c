/*
 * Receipts: one for each write that happened, and one for what a model call
 * cost; and what is said instead of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "push.h"
#include "when.h"

cJSON *
receipt_new(const struct job *j, const char *op)
{
	cJSON *rec = record_new("receipt", j->repo);

	json_put_int(rec, "number", j->number);
	json_put_str(rec, "op", op);
	json_put_str(rec, "id", j->id);
	json_put_str(rec, "action", j->action);
	json_put_when(rec, "at", when_now());
	json_put_bool(rec, "dry_run", j->push->dry_run);
	return rec;
}

int
receipt_put(struct job *j, const char *op, const char *key, const char *value,
    struct fail *why)
{
	cJSON *rec = receipt_new(j, op);

	if (value != NULL)
		json_put_str(rec, key, value);
	return filter_put(j->out, rec, why);
}

int
receipt_spend(struct job *j, struct fail *why)
{
	cJSON *rec;
	int64_t seconds = 0;

	if (json_str(j->rec, "call") == NULL)
		return 0;
	(void)json_int(j->rec, "seconds", &seconds);
	rec = receipt_new(j, "spend");
	json_put_str(rec, "outcome", j->outcome);
	json_put_str(rec, "code", json_str(j->rec, "code"));
	json_put_str(rec, "retry", j->retry);
	json_put_str(rec, "call", json_str(j->rec, "call"));
	json_put_str(rec, "model", json_str(j->rec, "model"));
	json_put_money(rec, "cost", j->cost);
	json_put_int(rec, "seconds", seconds);
	return filter_put(j->out, rec, why);
}

int
receipt_skip(struct job *j, const char *code, const char *reason,
    const char *until, struct fail *why)
{
	const char *title = json_str(json_get(j->rec, "issue"), "title");
	cJSON *rec = record_new("skip", j->repo);

	if (title == NULL)
		title = json_str(j->rec, "title");
	json_put_int(rec, "number", j->number);
	json_put_str(rec, "action", j->action);
	json_put_str(rec, "title", title != NULL ? title : "");
	json_put_str(rec, "code", code);
	json_put_str(rec, "reason", reason);
	json_put_null(rec, "needs");
	json_put_str(rec, "until", until);
	return filter_put(j->out, rec, why);
}
