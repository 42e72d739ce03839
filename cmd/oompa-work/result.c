/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "record.h"
#include "result.h"
#include "when.h"
#include "xalloc.h"

static const char *const names[] = {
    [RESULT_FAILED] = "failed",
    [RESULT_CHANGED] = "changed",
    [RESULT_UNCHANGED] = "unchanged",
    [RESULT_DECLINED] = "declined",
    [RESULT_NOTED] = "noted",
};

void
result_is(struct result *res, enum result_outcome outcome, const char *code,
    const char *retry, const char *reason, ...)
{
	va_list ap;

	res->outcome = outcome;
	res->code = code;
	res->retry = retry;
	va_start(ap, reason);
	(void)vsnprintf(res->reason, sizeof(res->reason), reason, ap);
	va_end(ap);
}

/* A call that never said its name is counted all the same. */
static char *
unnamed(void)
{
	return xasprintf(
	    "unnamed-%lld-%ld", (long long)when_now(), (long)getpid());
}

void
result_spent(struct result *res, const struct claude *c)
{
	const struct stream *s = &c->stream;

	res->cost += c->cost;
	res->unsaid = res->unsaid || c->unsaid;
	res->seconds += c->seconds;
	if (res->model == NULL && s->model != NULL)
		res->model = xstrdup(s->model);
	if (res->call == NULL)
		res->call = s->session != NULL ? xstrdup(s->session)
					       : unnamed();
}

void
result_settle(struct result *res, const struct task *t, int64_t earlier)
{
	size_t n = strlen(res->reason);
	char item[RECORD_ITEM_MAX];

	if (res->unsaid && t->max_cost != 0)
		(void)snprintf(res->reason + n, sizeof(res->reason) - n,
		    "; it counts with $%.2f, the most that it may have cost",
		    (double)res->cost / 1e6);
	if (earlier == 0)
		return;
	log_at(LOG_WARN, record_item(t->rec, item),
	    "its cost includes $%.2f that earlier calls, which have no result, "
	    "may have cost",
	    (double)earlier / 1e6);
	res->cost += earlier;
	if (res->call == NULL)
		res->call = unnamed();
}

static void
put_bundle(cJSON *rec, const struct result *res)
{
	cJSON *b;

	if (res->bundle == NULL) {
		json_put_null(rec, "bundle");
		return;
	}
	b = json_put_object(rec, "bundle");
	json_put_str(b, "path", res->bundle);
	json_put_int(b, "bytes", res->bytes);
	json_put_str(b, "sha256", res->sha256);
}

/* "" becomes null. */
static const char *
some(const char *s)
{
	return *s != '\0' ? s : NULL;
}

static const char *
text(const char *s)
{
	return s != NULL ? s : "";
}

/* What every result has. */
static cJSON *
begin(const struct task *t, enum result_outcome outcome, const char *reason,
    const char *code, const char *retry)
{
	cJSON *rec = record_new("result", t->repo);

	json_put_int(rec, "number", t->number);
	json_put_str(rec, "id", t->id);
	json_put_str(rec, "action", t->action);
	json_put_str(rec, "outcome", names[outcome]);
	json_put_str(rec, "reason", reason);
	json_put_str(rec, "code", code);
	json_put_str(rec, "retry", retry);
	json_put_copy(rec, "trigger", json_get(t->rec, "trigger"));
	json_put_str(rec, t->feedback != NULL ? "pull_id" : "issue_id",
	    json_str(t->issue, "id"));
	return rec;
}

static void
put_answers(cJSON *rec, const struct result *res, const struct task *t)
{
	cJSON *texts, *o;
	const cJSON *asked;

	if (res->answers != NULL)
		json_put_copy(rec, "answers", res->answers);
	else
		json_put_array(rec, "answers");
	texts = json_put_array(rec, "texts");
	JSON_EACH (asked, t->feedback) {
		o = json_add_object(texts);
		json_put_copy(o, "id", json_get(asked, "id"));
		json_put_copy(o, "at", json_get(asked, "at"));
	}
	if (json_get(t->rec, "again") != NULL)
		json_put_copy(rec, "again", json_get(t->rec, "again"));
}

/* Of a task that is a note. */
static cJSON *
note_record(const struct result *res, const struct task *t)
{
	cJSON *rec = begin(
	    t, RESULT_NOTED, json_str(t->note, "text"), NULL, NULL);

	json_put_copy(rec, "note", t->note);
	json_put_money(rec, "cost", res->cost);
	json_put_str(rec, "call", res->call);
	json_put_when(rec, "made_at", when_now());
	return rec;
}

cJSON *
result_record(const struct result *res, const struct task *t)
{
	cJSON *rec;

	if (t->note != NULL)
		return note_record(res, t);
	rec = begin(t, res->outcome, res->reason, res->code, res->retry);
	json_put_str(rec, "branch", t->branch);
	if (t->feedback != NULL)
		json_put_copy(rec, "head_repo", json_get(t->rec, "head_repo"));
	json_put_copy(rec, "base", json_get(t->rec, "base"));
	if (t->feedback != NULL)
		json_put_str(rec, "parent", t->start);
	json_put_str(rec, "head", some(res->head));
	put_bundle(rec, res);
	json_put_int(rec, "files", res->files);
	json_put_str(rec, "title", t->title);
	json_put_str(rec, "body", text(res->body));
	json_put_str(rec, "summary", text(res->summary));
	if (t->feedback != NULL)
		put_answers(rec, res, t);
	json_put_str(rec, "model", res->model != NULL ? res->model : t->model);
	json_put_money(rec, "cost", res->cost);
	json_put_int(rec, "seconds", res->seconds);
	json_put_str(rec, "call", res->call);
	json_put_str(rec, "prompt_sha256", some(res->prompt_sha256));
	json_put_when(rec, "made_at", when_now());
	return rec;
}

void
result_done(struct result *res)
{
	free(res->bundle);
	free(res->summary);
	free(res->body);
	free(res->message);
	cJSON_Delete(res->answers);
	free(res->call);
	free(res->model);
	*res = (struct result){0};
}
