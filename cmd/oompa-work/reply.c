/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "log.h"
#include "record.h"
#include "reply.h"
#include "review.h"
#include "utf8.h"
#include "xalloc.h"

#define SUMMARY_MAX 4000  /* bytes; what is longer is cut */
#define REPLY_MAX   30000 /* bytes; GitHub takes 65,536 characters */

const char reply_schema[] =
    "{\"type\":\"object\",\"properties\":{"
    "\"status\":{\"type\":\"string\",\"enum\":[\"done\",\"declined\"]},"
    "\"summary\":{\"type\":\"string\",\"minLength\":1},"
    "\"commit_message\":{\"type\":\"string\"},"
    "\"answers\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
    "\"properties\":{"
    "\"id\":{\"type\":\"string\"},"
    "\"verdict\":{\"type\":\"string\",\"enum\":"
    "[\"fixed\",\"declined\",\"answered\",\"question\"]},"
    "\"reply\":{\"type\":\"string\"},"
    "\"resolve\":{\"type\":\"boolean\"}},"
    "\"required\":[\"id\",\"verdict\",\"reply\",\"resolve\"],"
    "\"additionalProperties\":false}}},"
    "\"required\":[\"status\",\"summary\",\"answers\"],"
    "\"additionalProperties\":false}";

static bool
is_text(const char *s)
{
	return s != NULL && s[strspn(s, " \t\r\n")] != '\0';
}

/* What is wrong with one answer, NULL when it can be used. */
static const char *
fault(const struct task *t, const cJSON *a)
{
	bool fixed = json_str_is(a, "verdict", "fixed");

	if (review_text(t, json_str(a, "id")) == NULL)
		return "is none of the texts";
	if (!fixed && !json_str_is(a, "verdict", "declined") &&
	    !json_str_is(a, "verdict", "answered") &&
	    !json_str_is(a, "verdict", "question"))
		return "has no verdict";
	if (fixed && !t->may_push)
		return "cannot be fixed, as nothing can be pushed";
	if (!fixed && !is_text(json_str(a, "reply")))
		return "has no reply";
	return NULL;
}

/* How many answers are to that text, the faulty ones not counted? */
static int
count(const struct task *t, const cJSON *answers, const cJSON *text)
{
	const cJSON *a;
	int n = 0;

	JSON_EACH (a, answers)
		if (review_text(t, json_str(a, "id")) == text &&
		    fault(t, a) == NULL)
			n++;
	return n;
}

static void
complain(struct buf *wrong, const char *name, const char *what)
{
	buf_printf(wrong, "%s%.40s %s", wrong->len != 0 ? "; " : "",
	    name != NULL ? name : "an answer", what);
}

bool
reply_misfit(const struct task *t, const cJSON *answer, struct buf *wrong)
{
	const cJSON *answers = json_get(answer, "answers"), *a, *text;
	char *name;
	int i = 1, n;

	if (!json_is_object(answer)) {
		buf_puts(wrong, "the StructuredOutput tool was not called");
		return true;
	}
	if (!json_str_is(answer, "status", "done") &&
	    !json_str_is(answer, "status", "declined"))
		buf_puts(wrong, "its status is neither \"done\" nor "
				"\"declined\"");
	if (!is_text(json_str(answer, "summary")))
		complain(wrong, "it", "has no summary");
	JSON_EACH (a, answers)
		if (fault(t, a) != NULL)
			complain(wrong, json_str(a, "id"), fault(t, a));
	JSON_EACH (text, t->feedback) {
		name = xasprintf(REVIEW_NAME "%d", i++);
		n = count(t, answers, text);
		if (n != 1)
			complain(wrong, name,
			    n == 0 ? "has no answer that can be used"
				   : "has more than one answer");
		free(name);
	}
	return wrong->len != 0;
}

size_t
reply_usable(const struct task *t, const cJSON *answer)
{
	const cJSON *text;
	size_t n = 0;

	JSON_EACH (text, t->feedback)
		if (count(t, json_get(answer, "answers"), text) != 0)
			n++;
	return n;
}

static char *
cut(const char *s, size_t max)
{
	size_t len = strlen(s);

	return xstrndup(s, len <= max ? len : utf8_cut(s, len, max));
}

static void
put_answer(struct result *res, const cJSON *a, const cJSON *text)
{
	const char *reply = json_str(a, "reply");
	const char *thread = json_str(text, "thread");
	char *short_reply = cut(reply != NULL ? reply : "", REPLY_MAX);
	cJSON *o = json_add_object(res->answers);

	json_put_copy(o, "id", json_get(text, "id"));
	json_put_copy(o, "at", json_get(text, "at"));
	json_put_str(o, "thread", thread);
	json_put_copy(o, "verdict", json_get(a, "verdict"));
	json_put_str(o, "reply", short_reply);
	json_put_bool(o, "resolve",
	    thread != NULL && json_true(a, "resolve") &&
		!json_str_is(a, "verdict", "question"));
	free(short_reply);
}

/* For each text the first answer that can be used. */
static void
take_answers(struct result *res, const struct task *t, const cJSON *answers)
{
	const cJSON *text, *a;

	res->answers = json_new_array();
	JSON_EACH (text, t->feedback)
		JSON_EACH (a, answers)
			if (review_text(t, json_str(a, "id")) == text &&
			    fault(t, a) == NULL) {
				put_answer(res, a, text);
				break;
			}
}

static bool
has_secret(const char *s)
{
	return s != NULL && env_secret_in(s, strlen(s));
}

static bool
holds_secret(const struct result *res)
{
	const cJSON *a;

	JSON_EACH (a, res->answers)
		if (has_secret(json_str(a, "reply")))
			return true;
	return has_secret(res->summary) || has_secret(res->message);
}

static bool
has_fix(const struct result *res)
{
	const cJSON *a;

	JSON_EACH (a, res->answers)
		if (json_str_is(a, "verdict", "fixed"))
			return true;
	return false;
}

/* What is not there cannot be said to be. */
static void
drop_fixes(struct result *res)
{
	cJSON *kept = json_new_array();
	const cJSON *a;

	JSON_EACH (a, res->answers)
		if (!json_str_is(a, "verdict", "fixed"))
			json_add_copy(kept, a);
	cJSON_Delete(res->answers);
	res->answers = kept;
}

static void
tell(struct result *res, const struct task *t)
{
	size_t n = json_count(res->answers), all = json_count(t->feedback);
	char item[RECORD_ITEM_MAX];
	int64_t files = res->files;

	if (n < all)
		log_at(LOG_WARN, record_item(t->rec, item),
		    "%zu of %zu texts are left unanswered", all - n, all);
	if (res->outcome == RESULT_CHANGED)
		result_is(res, res->outcome, NULL, NULL,
		    "answered %zu of %zu texts, %" PRId64 " file%s", n, all,
		    files, files == 1 ? "" : "s");
	else
		result_is(res, res->outcome, NULL, NULL,
		    "answered %zu of %zu texts", n, all);
}

bool
reply_read(struct result *res, const struct task *t, const cJSON *answer)
{
	const char *summary = json_str(answer, "summary");
	const char *message = json_str(answer, "commit_message");

	res->summary = cut(is_text(summary) ? summary : "", SUMMARY_MAX);
	if (is_text(message))
		res->message = cut(message, SUMMARY_MAX);
	take_answers(res, t, json_get(answer, "answers"));
	if (holds_secret(res)) {
		result_is(res, RESULT_FAILED, "secret", "human",
		    "the result held a credential");
		res->summary[0] = '\0';
		return false;
	}
	if (json_str_is(answer, "status", "declined"))
		drop_fixes(res);
	if (json_count(res->answers) == 0) {
		result_is(res, RESULT_FAILED, "answer", "later",
		    "Claude gave no answer of the agreed form");
		return false;
	}
	if (has_fix(res))
		return true;
	result_is(res,
	    json_str_is(answer, "status", "declined") ? RESULT_DECLINED
						      : RESULT_UNCHANGED,
	    NULL, NULL, "answered");
	return false;
}

void
reply_settle(struct result *res, const struct task *t)
{
	if (res->outcome == RESULT_UNCHANGED)
		drop_fixes(res);
	if (res->outcome == RESULT_UNCHANGED && json_count(res->answers) == 0)
		result_is(res, RESULT_FAILED, "answer", "later",
		    "Claude said that it fixed what was asked for, but changed "
		    "nothing");
	if (res->outcome != RESULT_FAILED) {
		tell(res, t);
		return;
	}
	cJSON_Delete(res->answers);
	res->answers = json_new_array();
}
