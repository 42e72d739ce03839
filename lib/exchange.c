/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth.h"
#include "exchange.h"
#include "log.h"
#include "refusal.h"
#include "stop.h"

#define FIRST_DELAY_MS 500
#define MAX_DELAY_MS   30000

int64_t
exchange_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int
pause_ms(int64_t ms, struct fail *why)
{
	struct timespec ts = {.tv_sec = (time_t)(ms / 1000),
	    .tv_nsec = (long)(ms % 1000) * 1000000};

	while (ms > 0 && nanosleep(&ts, &ts) == -1 && errno == EINTR)
		if (stop_now())
			return fail(why, FAIL_STOP, stop_signal(), "stopped");
	return 0;
}

/* GitHub's own words for what it refused, on one line. */
static void
message(const cJSON *json, struct buf *out)
{
	const char *s = json_str(json, "message");
	const cJSON *e;

	if (s != NULL)
		buf_puts(out, s);
	JSON_EACH (e, json_get(json, "errors")) {
		s = json_str(e, "message");
		if (s == NULL)
			s = json_text(e);
		if (s == NULL)
			s = json_str(e, "code");
		if (s != NULL)
			buf_printf(out, "%s%s", out->len != 0 ? ": " : "", s);
	}
}

static bool
is_limit(const struct http_answer *a, const char *said)
{
	return a->status == 429 ||
	       (a->status == 403 &&
		   (a->rate_remaining == 0 || a->retry_after >= 0)) ||
	       refusal_is_limit(said);
}

/* How long GitHub wants us to wait, in seconds. */
static int64_t
limit_wait(const struct http_answer *a)
{
	int64_t now = (int64_t)time(NULL);

	if (a->retry_after >= 0)
		return a->retry_after;
	if (a->rate_remaining == 0 && a->rate_reset > now)
		return a->rate_reset - now + 1;
	return EXCHANGE_WAIT_S;
}

bool
exchange_has_effect(const cJSON *json)
{
	const cJSON *part;

	JSON_EACH (part, json_get(json, "data"))
		if (!json_is_null(part))
			return true;
	return false;
}

/* GitHub refuses: what it means, what would be needed, what it says. */
static int
refused(const char *what, const struct http_answer *a, const char *said,
    struct fail *why)
{
	const char *means = refusal_means(said);
	char needs[sizeof(a->needs) + 16] = "";

	if (strncmp(a->sso, "required", 8) == 0)
		means = "the token is not authorized for the organization "
			"(SSO)";
	if (a->status == 403 && a->needs[0] != '\0')
		(void)snprintf(needs, sizeof(needs), " (needs %s)", a->needs);
	if (means == NULL)
		return fail(why, FAIL_REMOTE, a->status, "%s: %d%s%s%s", what,
		    a->status, *said != '\0' ? " " : "", said, needs);
	return fail(why, FAIL_REMOTE, a->status, "%s%s: %s: %d %s", means,
	    needs, what, a->status, said);
}

/* Judges an answer: 0 when it is a success.  json is NULL for no JSON. */
static int
judge(const char *what, const struct http_answer *a, bool is_write,
    const cJSON *json, struct fail *why)
{
	struct buf said = BUF_INIT(400);
	int r = 0;

	message(json, &said);
	/* A mutation of which a part was refused is not sent again. */
	if (is_write && a->status == 200 && exchange_has_effect(json))
		goto done;
	if (is_limit(a, said.data))
		r = fail(why, FAIL_LIMIT, (int)limit_wait(a),
		    "%s: rate limit, wait %lld s", what,
		    (long long)limit_wait(a));
	else if (a->status == 401)
		r = fail(why, FAIL_AUTH, 401,
		    "%s: GitHub refuses the token: %s", what,
		    said.len != 0 ? said.data : "401");
	else if (a->status >= 300 || a->status < 200)
		r = refused(what, a, said.data, why);
done:
	buf_free(&said);
	return r;
}

/* The answer's body as JSON; NULL when it is empty or something else. */
static cJSON *
body_json(const struct http_answer *a)
{
	struct fail ignored;
	cJSON *json;

	if (a->body.len == 0 || strstr(a->type, "json") == NULL ||
	    json_parse(a->body.data, a->body.len, &json, &ignored) == -1)
		return NULL;
	return json;
}

/* The limit that a request counts against. */
static struct github_limit *
limit_of(struct github *g, const struct http_request *q)
{
	return &g->limits[strcmp(q->url, auth_graphql_url()) == 0];
}

/* FAIL_LIMIT when what is left is not for us. */
static int
spare(struct github *g, const char *what, const struct http_request *q,
    struct fail *why)
{
	const struct github_limit *l = limit_of(g, q);
	int64_t wait = l->reset - (int64_t)time(NULL) + 1;

	if (g->reserve == 0 || l->remaining < 0 || l->remaining >= g->reserve ||
	    wait <= 0)
		return 0;
	return fail(why, FAIL_LIMIT, (int)wait,
	    "%s: the last %lld requests are left for publishing, wait %lld s",
	    what, (long long)l->remaining, (long long)wait);
}

/* One request, once. */
static int
attempt(struct github *g, const char *what, const struct http_request *q,
    cJSON **ret, struct fail *why)
{
	struct http_answer a;
	cJSON *json;
	int r;

	if (spare(g, what, q, why) == -1)
		return -1;
	g->requests++;
	if (http_do(g->http, q, &a, why) == -1)
		return why->kind == FAIL_STOP ? -1 : fail_wrap(why, "%s", what);
	if (a.rate_remaining >= 0) {
		g->rate_remaining = a.rate_remaining;
		g->rate_reset = a.rate_reset;
		*limit_of(g, q) = (struct github_limit){
		    a.rate_remaining, a.rate_reset};
	}
	log_at(LOG_DEBUG, NULL, "%s: %d, request %s", what, a.status,
	    a.request_id);
	json = body_json(&a);
	g->unchanged = g->etag != NULL && g->etag[0] != '\0' && a.status == 304;
	r = g->unchanged ? 0 : judge(what, &a, q->fresh, json, why);
	if (r == 0 && g->etag != NULL && !g->unchanged)
		(void)snprintf(g->etag, GITHUB_ETAG_SIZE, "%s", a.etag);
	if (r == 0 && json == NULL && a.body.len != 0)
		r = fail(why, FAIL_REMOTE, 502,
		    "%s: the answer is not JSON (%s)", what, a.type);
	http_answer_done(&a);
	if (r == 0)
		*ret = json;
	else
		cJSON_Delete(json);
	return r;
}

/* May the request be sent again, and after how long? */
static bool
again(const struct github *g, const struct fail *why, bool is_write,
    int64_t delay, int64_t *wait)
{
	*wait = delay;
	if (why->kind == FAIL_LIMIT) {
		*wait = (int64_t)why->code * 1000;
		return true;
	}
	if (is_write)
		return false;
	return why->kind == FAIL_NETWORK ||
	       (why->kind == FAIL_REMOTE && why->code >= 500 && !g->once);
}

int
exchange_space(struct github *g, struct fail *why)
{
	int64_t since = exchange_now_ms() - g->last_write_ms;

	if (g->last_write_ms == 0 || since >= g->write_interval_ms)
		return 0;
	return pause_ms(g->write_interval_ms - since, why);
}

int
exchange_send(struct github *g, const char *what, const struct http_request *q,
    bool is_write, cJSON **ret, struct fail *why)
{
	int64_t began = exchange_now_ms(), delay = FIRST_DELAY_MS, wait;
	int r;

	for (;;) {
		if (is_write && exchange_space(g, why) == -1)
			return -1;
		r = attempt(g, what, q, ret, why);
		if (is_write)
			g->last_write_ms = exchange_now_ms();
		if (r == 0 || !again(g, why, is_write, delay, &wait))
			return r;
		/* Half of it by chance, so that clients do not march in step.
		 */
		wait += why->kind == FAIL_LIMIT ? 0 : random() % (wait / 2 + 1);
		if (exchange_now_ms() + wait > began + g->patience_ms)
			return r;
		log_at(LOG_INFO, NULL, "%s; again in %lld ms", why->msg,
		    (long long)wait);
		if (pause_ms(wait, why) == -1)
			return -1;
		delay = delay * 2 < MAX_DELAY_MS ? delay * 2 : MAX_DELAY_MS;
	}
}
