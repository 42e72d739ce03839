/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "record.h"
#include "xalloc.h"

static bool
same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static char *
copy(const char *s)
{
	return s != NULL ? xstrdup(s) : NULL;
}

/* Was this call for this task noted before? */
static bool
has_call(const struct ledger *l, const char *id, const char *call)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == LEDGER_CALL && same(l->v[i].id, id) &&
		    same(l->v[i].call, call))
			return true;
	return false;
}

static void
add(struct ledger *l, enum ledger_kind kind, const cJSON *rec, const char *when)
{
	struct ledger_entry *e;

	if (l->n == l->cap) {
		l->cap = l->cap != 0 ? 2 * l->cap : 64;
		l->v = xrealloc(l->v, l->cap * sizeof(*l->v));
	}
	e = &l->v[l->n++];
	*e = (struct ledger_entry){.kind = kind,
	    .id = copy(json_str(rec, "id")),
	    .call = copy(json_str(rec, "call")),
	    .branch = copy(json_str(rec, "branch")),
	    .oid = copy(json_str(rec, "oid"))};
	(void)json_when(rec, when, &e->at);
}

void
ledger_add(struct ledger *l, const cJSON *rec)
{
	const char *id = json_str(rec, "id"), *op = json_str(rec, "op");

	if (id == NULL || json_true(rec, "dry_run"))
		return;
	if (record_is(rec, "result"))
		add(l, LEDGER_WAITS, rec, "made_at");
	else if (same(op, "push"))
		add(l, LEDGER_PUSHED, rec, "at");
	else if (same(op, "spend") && !has_call(l, id, json_str(rec, "call")))
		add(l, LEDGER_CALL, rec, "at");
}

void
ledger_done(struct ledger *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		free(l->v[i].id);
		free(l->v[i].call);
		free(l->v[i].branch);
		free(l->v[i].oid);
	}
	free(l->v);
	*l = (struct ledger){0};
}

bool
ledger_waits(const struct ledger *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == LEDGER_WAITS && same(l->v[i].id, id))
			return true;
	return false;
}

size_t
ledger_calls(const struct ledger *l, const char *id, int64_t *last)
{
	size_t i, n = 0;

	*last = 0;
	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == LEDGER_CALL && same(l->v[i].id, id)) {
			n++;
			if (l->v[i].at > *last)
				*last = l->v[i].at;
		}
	return n;
}

bool
ledger_pushed(
    const struct ledger *l, const char *id, const char *branch, const char *oid)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == LEDGER_PUSHED && same(l->v[i].id, id) &&
		    same(l->v[i].branch, branch) && same(l->v[i].oid, oid))
			return true;
	return false;
}
