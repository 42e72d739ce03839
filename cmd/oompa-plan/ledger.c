/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "record.h"
#include "xalloc.h"

/* Of one call, in millionths of a dollar; so sums cannot overflow. */
#define COST_MAX INT64_C(1000000000000)

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

/* Names of repositories that differ in case only are one. */
char *
ledger_key(const char *repo, int64_t number)
{
	char *key = xasprintf(
	    "%s#%" PRId64 " ", repo != NULL ? repo : "", number);
	char *s;

	for (s = key; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s - 'A' + 'a');
	return key;
}

/* What an id has behind the repository's name. */
static const char *
tail(const char *id)
{
	const char *s = id != NULL ? strchr(id, '#') : NULL;

	return s != NULL ? s : "";
}

static char *
task_key(const cJSON *rec)
{
	int64_t number = 0;
	char *item, *key;

	(void)json_int(rec, "number", &number);
	item = ledger_key(json_str(rec, "repo"), number);
	key = xasprintf("%s%s", item, tail(json_str(rec, "id")));
	free(item);
	return key;
}

static void
add(struct ledger *l, enum ledger_kind kind, const cJSON *rec, const char *when)
{
	struct ledger_entry *e;

	if (l->n == l->cap) {
		l->cap = l->cap != 0 ? 2 * l->cap : 64;
		l->v = xrealloc(l->v, l->cap * sizeof(*l->v));
	}
	e = &l->v[l->n];
	*e = (struct ledger_entry){.kind = kind,
	    .key = task_key(rec),
	    .place = l->n,
	    .failed = same(json_str(rec, "outcome"), "failed"),
	    .call = copy(json_str(rec, "call")),
	    .code = copy(json_str(rec, "code")),
	    .retry = copy(json_str(rec, "retry")),
	    .branch = copy(json_str(rec, "branch")),
	    .oid = copy(json_str(rec, "oid"))};
	(void)json_when(rec, when, &e->at);
	if (!json_money(rec, "cost", &e->cost) || e->cost < 0)
		e->cost = 0;
	if (e->cost > COST_MAX)
		e->cost = COST_MAX;
	l->n++;
	l->sorted = false;
}

void
ledger_add(struct ledger *l, const cJSON *rec)
{
	const char *op = json_str(rec, "op");

	if (json_true(rec, "dry_run"))
		return;
	if (record_is(rec, "result"))
		add(l, LEDGER_WAITS, rec, "made_at");
	else if (same(op, "spend"))
		add(l, LEDGER_CALL, rec, "at");
	else if (same(op, "drop") && same(json_str(rec, "code"), "by-hand"))
		add(l, LEDGER_DROPPED, rec, "at");
	else if (same(op, "push"))
		add(l, LEDGER_PUSHED, rec, "at");
	else if (same(op, "edit-comment") ||
		 (same(op, "comment") && same(json_str(rec, "kind"), "status")))
		add(l, LEDGER_TOLD, rec, "at");
	else if (same(op, "comment"))
		add(l, LEDGER_SAID, rec, "at");
}

void
ledger_done(struct ledger *l)
{
	struct ledger_entry *e;

	for (e = l->v; e < l->v + l->n; e++) {
		free(e->key);
		free(e->call);
		free(e->code);
		free(e->retry);
		free(e->branch);
		free(e->oid);
	}
	free(l->v);
	*l = (struct ledger){0};
}

static int
order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* By task, its calls together, a receipt before the result that has the same
 * call; else as they came. */
static int
by_key(const void *pa, const void *pb)
{
	const struct ledger_entry *a = pa, *b = pb;
	int r = strcmp(a->key, b->key);

	if (r == 0)
		r = strcmp(a->call != NULL ? a->call : "",
		    b->call != NULL ? b->call : "");
	if (r == 0)
		r = order(a->kind, b->kind);
	return r != 0 ? r : order((int64_t)a->place, (int64_t)b->place);
}

/* Is it the first that tells of this call? */
static bool
is_first(const struct ledger *l, size_t i)
{
	return i == 0 || !same(l->v[i].call, l->v[i - 1].call) ||
	       !same(l->v[i].key, l->v[i - 1].key);
}

static bool
is_spent(const struct ledger *l, size_t i)
{
	return (l->v[i].kind == LEDGER_CALL || l->v[i].kind == LEDGER_WAITS) &&
	       is_first(l, i);
}

static bool
is_before(const struct ledger_entry *a, const struct ledger_entry *b)
{
	return a->at != b->at ? a->at < b->at : a->place < b->place;
}

/* Keeps the latest of them, the oldest first; NULL is older than all. */
static void
keep_latest(const struct ledger_entry *last[], const struct ledger_entry *e)
{
	size_t i = 0;

	if (last[0] != NULL && is_before(e, last[0]))
		return;
	for (; i + 1 < LEDGER_WOES &&
	       (last[i + 1] == NULL || is_before(last[i + 1], e));
	     i++)
		last[i] = last[i + 1];
	last[i] = e;
}

static const char *
failure(const struct ledger_entry *e)
{
	if (e == NULL || !e->failed)
		return NULL;
	return e->code != NULL ? e->code : e->retry;
}

/* How all of these failed, if they failed alike. */
static const char *
alike(const struct ledger_entry *last[])
{
	size_t i;

	for (i = 0; i < LEDGER_WOES; i++)
		if (!same(failure(last[i]), failure(last[0])))
			return NULL;
	return failure(last[0]);
}

/* Sorts it and sums up the day, if something came since the last time. */
static void
prepare(struct ledger *l)
{
	int64_t day = l->now / LEDGER_DAY;
	const struct ledger_entry *e, *last[LEDGER_WOES] = {NULL};
	size_t i;

	if (l->sorted || l->n == 0)
		return;
	qsort(l->v, l->n, sizeof(l->v[0]), by_key);
	l->today = 0;
	for (i = 0; i < l->n; i++) {
		e = &l->v[i];
		if (!is_spent(l, i) ||
		    (e->kind == LEDGER_CALL && e->at / LEDGER_DAY != day))
			continue;
		l->today += e->cost;
		if (e->kind == LEDGER_CALL)
			keep_latest(last, e);
	}
	l->woes = alike(last);
	l->sorted = true;
}

/* The first entry of those whose keys begin like this, if there are any. */
static size_t
first(struct ledger *l, const char *key)
{
	size_t low = 0, high, mid;

	prepare(l);
	high = l->n;
	while (low < high) {
		mid = low + (high - low) / 2;
		if (strcmp(l->v[mid].key, key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool
begins(const struct ledger *l, size_t i, const char *key)
{
	return i < l->n && strncmp(l->v[i].key, key, strlen(key)) == 0;
}

/* The entries of a task: *i is the first, and the number of them returned. */
static size_t
of_task(struct ledger *l, const char *key, const char *id, size_t *i)
{
	char *whole = xasprintf("%s%s", key, tail(id));
	size_t n = 0;

	*i = first(l, whole);
	while (*i + n < l->n && same(l->v[*i + n].key, whole))
		n++;
	free(whole);
	return n;
}

static bool
has_kind(
    struct ledger *l, const char *key, const char *id, enum ledger_kind kind)
{
	size_t i, n = of_task(l, key, id, &i);

	for (; n > 0; n--, i++)
		if (l->v[i].kind == kind)
			return true;
	return false;
}

bool
ledger_waits(struct ledger *l, const char *key, const char *id)
{
	return has_kind(l, key, id, LEDGER_WAITS);
}

bool
ledger_busy(struct ledger *l, const char *key)
{
	size_t i;

	for (i = first(l, key); begins(l, i, key); i++)
		if (l->v[i].kind == LEDGER_WAITS &&
		    strstr(l->v[i].key, ":note:") == NULL)
			return true;
	return false;
}

bool
ledger_dropped(struct ledger *l, const char *key, const char *id)
{
	return has_kind(l, key, id, LEDGER_DROPPED);
}

bool
ledger_said(struct ledger *l, const char *key, const char *id)
{
	return has_kind(l, key, id, LEDGER_SAID);
}

struct ledger_calls
ledger_calls(struct ledger *l, const char *key, const char *id)
{
	struct ledger_calls r = {0};
	const struct ledger_entry *e, *last = NULL, *newest = NULL;
	size_t i, n = of_task(l, key, id, &i);

	for (; n > 0; n--, i++) {
		e = &l->v[i];
		if (e->kind != LEDGER_CALL || !is_first(l, i))
			continue;
		r.n++;
		if (e->at > r.last)
			r.last = e->at;
		if (e->failed && (last == NULL || is_before(last, e)))
			last = e;
		if (newest == NULL || is_before(newest, e))
			newest = e;
	}
	r.final = newest != NULL && newest->failed && newest->retry != NULL &&
		  strcmp(newest->retry, "later") != 0;
	r.code = last != NULL ? last->code : NULL;
	return r;
}

bool
ledger_pushed(struct ledger *l, const char *key, const char *id,
    const char *branch, const char *oid)
{
	size_t i, n = of_task(l, key, id, &i);

	for (; n > 0; n--, i++)
		if (l->v[i].kind == LEDGER_PUSHED &&
		    same(l->v[i].branch, branch) && same(l->v[i].oid, oid))
			return true;
	return false;
}

const char *
ledger_last_push(
    struct ledger *l, const char *key, const char *branch, int64_t *at)
{
	const struct ledger_entry *e, *last = NULL;
	size_t i;

	for (i = first(l, key); begins(l, i, key); i++) {
		e = &l->v[i];
		if (e->kind == LEDGER_PUSHED && same(e->branch, branch) &&
		    e->oid != NULL && (last == NULL || is_before(last, e)))
			last = e;
	}
	if (last == NULL)
		return NULL;
	*at = last->at;
	return last->oid;
}

int64_t
ledger_told_at(struct ledger *l, const char *key)
{
	int64_t at = 0;
	size_t i;

	for (i = first(l, key); begins(l, i, key); i++)
		if (l->v[i].kind == LEDGER_TOLD && l->v[i].at > at)
			at = l->v[i].at;
	return at;
}

int64_t
ledger_spent(struct ledger *l, const char *key)
{
	int64_t sum = 0;
	size_t i;

	for (i = first(l, key); begins(l, i, key); i++)
		if (is_spent(l, i))
			sum += l->v[i].cost;
	return sum;
}

int64_t
ledger_today(struct ledger *l)
{
	prepare(l);
	return l->today;
}

const char *
ledger_woes(struct ledger *l)
{
	prepare(l);
	return l->woes;
}
