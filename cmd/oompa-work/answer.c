/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "env.h"
#include "log.h"
#include "record.h"
#include "reply.h"
#include "utf8.h"
#include "xalloc.h"

#define SUMMARY_MAX 4000  /* bytes; what is longer is cut */
#define BODY_MAX    60000 /* bytes; GitHub takes 65,536 characters */

static const char schema[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"status\":{\"type\":\"string\",\"enum\":[\"done\",\"declined\"]},"
    "\"summary\":{\"type\":\"string\",\"minLength\":1},"
    "\"body\":{\"type\":\"string\",\"minLength\":1}},"
    "\"required\":[\"status\",\"summary\",\"body\"],"
    "\"additionalProperties\":false}";

const char *
answer_schema(const struct task *t)
{
	return t->feedback != NULL ? reply_schema : schema;
}

static const char *const auth_words[] = {"Not logged in", "/login",
    "Failed to authenticate", "Invalid API key",
    "Could not load Google Cloud credentials", NULL};

static const char *const credit_words[] = {"Credit balance is too low", NULL};

static const char *const network_words[] = {"Overloaded", "overloaded", "ECONN",
    "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "Connection", "Unable to connect",
    "timed out", NULL};

/* What a failed run says about itself. */
static const char *
said(const cJSON *result)
{
	const char *s = json_str(result, "result");
	const cJSON *item, *errors = json_get(result, "errors");

	if (s == NULL)
		JSON_EACH (item, errors)
			if (s == NULL)
				s = json_text(item);
	return s != NULL ? s : "";
}

static bool
any(const char *s, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strstr(s, *words) != NULL)
			return true;
	return false;
}

/* A status of HTTP.  Facts: 408 is a time that was over, 529 an overload. */
static void
judge_status(struct result *res, int64_t status)
{
	if (status == 401 || status == 403)
		result_is(res, RESULT_FAILED, "auth", "human",
		    "Claude's credential is missing or was refused");
	else if (status == 408 || status == 429 || status >= 500)
		result_is(res, RESULT_FAILED, "overloaded", "later",
		    "the model's API could not be reached or was overloaded");
	else if (status == 413)
		result_is(res, RESULT_FAILED, "config", "human",
		    "the task is too large for the model");
	else
		result_is(res, RESULT_FAILED, "config", "human",
		    "the model's API refused the request (status %" PRId64 ")",
		    status);
}

/* Without one: the API was not reached, said something else, or was not
 * asked. */
static void
judge_words(struct result *res, const char *words)
{
	if (any(words, auth_words))
		judge_status(res, 401);
	else if (any(words, network_words))
		judge_status(res, 529);
	else
		result_is(
		    res, RESULT_FAILED, "model", "later", "Claude failed");
}

static void
judge_error(struct result *res, const cJSON *result, const struct task *t)
{
	int64_t status = 0;

	(void)json_int(result, "api_error_status", &status);
	if (json_str_is(result, "subtype", "error_max_budget_usd"))
		result_is(res, RESULT_FAILED, "budget", "human",
		    "it would have cost more than the allowed $%.2f",
		    (double)t->max_cost / 1e6);
	else if (json_str_is(
		     result, "subtype", "error_max_structured_output_retries"))
		result_is(res, RESULT_FAILED, "answer", "later",
		    "Claude gave no answer of the agreed form");
	else if (json_str_is(result, "stop_reason", "refusal"))
		result_is(res, RESULT_FAILED, "refusal", "human",
		    "the model refused the task");
	else if (json_str_is(result, "terminal_reason", "prompt_too_long"))
		judge_status(res, 413);
	else if (any(said(result), credit_words))
		result_is(res, RESULT_FAILED, "auth", "human",
		    "the model's account has no credit left");
	else if (status >= 400)
		judge_status(res, status);
	else
		judge_words(res, said(result));
}

static char *
cut(const char *s, size_t max)
{
	size_t len = strlen(s);

	return xstrndup(s, len <= max ? len : utf8_cut(s, len, max));
}

static bool
is_text(const char *s)
{
	return s != NULL && *s != '\0';
}

/* What is wrong with it, NULL when it fits.  Not trusted to fit its schema
 * because claude says that it checked. */
static const char *
misfit(const cJSON *answer)
{
	const char *status = json_str(answer, "status");

	if (!json_is_object(answer))
		return "the StructuredOutput tool was not called";
	if (status == NULL ||
	    (strcmp(status, "done") != 0 && strcmp(status, "declined") != 0))
		return "its status is neither \"done\" nor \"declined\"";
	if (!is_text(json_str(answer, "summary")))
		return "it has no summary";
	if (!is_text(json_str(answer, "body")))
		return "it has no body";
	return NULL;
}

static bool
read_answer(struct result *res, const cJSON *answer)
{
	const char *summary = json_str(answer, "summary");
	const char *body = json_str(answer, "body");

	if (misfit(answer) != NULL) {
		result_is(res, RESULT_FAILED, "answer", "later",
		    "Claude gave no answer of the agreed form");
		return false;
	}
	if (env_secret_in(summary, strlen(summary)) ||
	    env_secret_in(body, strlen(body))) {
		result_is(res, RESULT_FAILED, "secret", "human",
		    "the result held a credential");
		return false;
	}
	res->summary = cut(summary, SUMMARY_MAX);
	res->body = cut(body, BODY_MAX);
	if (strcmp(json_str(answer, "status"), "done") == 0)
		return true;
	result_is(res, RESULT_DECLINED, NULL, "human", "Claude declined it");
	return false;
}

/* The detail that is not for the public. */
static void
tell(const struct claude *c, const struct task *t, const struct result *res)
{
	const cJSON *result = c->stream.result;
	char item[RECORD_ITEM_MAX];
	const char *words = c->complaint != NULL ? c->complaint : said(result);
	size_t denied = json_count(json_get(result, "permission_denials"));

	(void)record_item(t->rec, item);
	if (res->outcome == RESULT_FAILED)
		log_at(LOG_WARN, item, "%s (claude: status %d%s%.200s)",
		    res->reason, c->status, *words != '\0' ? ", " : "", words);
	if (denied != 0)
		log_at(
		    LOG_INFO, item, "claude was denied %zu tool calls", denied);
	if (c->stream.garbage != 0)
		log_at(LOG_INFO, item, "%zu lines of claude are no events",
		    c->stream.garbage);
}

static bool
ended_well(const struct claude *c)
{
	return !c->timed_out && !c->silent && c->status == 0 &&
	       c->stream.result != NULL &&
	       json_false(c->stream.result, "is_error");
}

static const cJSON *
answer_of(const struct claude *c)
{
	return json_get(c->stream.result, "structured_output");
}

bool
answer_misfit(const struct claude *c, const struct task *t, struct buf *wrong)
{
	const char *what;

	if (!ended_well(c))
		return false;
	if (t->feedback != NULL)
		return reply_misfit(t, answer_of(c), wrong);
	what = misfit(answer_of(c));
	if (what != NULL)
		buf_puts(wrong, what);
	return what != NULL;
}

size_t
answer_usable(const struct claude *c, const struct task *t)
{
	if (!ended_well(c))
		return 0;
	if (t->feedback != NULL)
		return reply_usable(t, answer_of(c));
	return misfit(answer_of(c)) == NULL ? 1 : 0;
}

bool
answer_judge(const struct claude *c, const struct task *t, struct result *res)
{
	const cJSON *result = c->stream.result;
	bool done = false;

	if (c->timed_out)
		result_is(res, RESULT_FAILED, "timeout", "human",
		    "it took longer than the allowed %" PRId64 " s",
		    t->timeout);
	else if (c->silent)
		result_is(res, RESULT_FAILED, "silence", "later",
		    "Claude said nothing for %d minutes",
		    CLAUDE_SILENCE_S / 60);
	else if (result == NULL && c->complaint != NULL)
		result_is(res, RESULT_FAILED, "config", "human",
		    "Claude Code did not start");
	else if (result == NULL)
		result_is(res, RESULT_FAILED, "model", "later",
		    "Claude ended without an answer");
	/* Fact: subtype "success" means nothing, and the status alone neither;
	 * is_error is always there (claude 2.1.330). */
	else if (!json_false(result, "is_error"))
		judge_error(res, result, t);
	else if (c->status != 0)
		result_is(res, RESULT_FAILED, "model", "later",
		    "Claude ended with status %d", c->status);
	else
		done = t->feedback != NULL
			   ? reply_read(
				 res, t, json_get(result, "structured_output"))
			   : read_answer(
				 res, json_get(result, "structured_output"));
	if (!done)
		tell(c, t, res);
	return done;
}
