/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth.h"
#include "embed.h"
#include "exchange.h"
#include "github.h"
#include "refusal.h"
#include "xalloc.h"

static const char *const rest_headers[] = {
    "Accept: application/vnd.github+json", "X-GitHub-Api-Version: 2022-11-28",
    "Content-Type: application/json", NULL};

int
github_open(
    struct github *g, const struct opts *o, bool only_read, struct fail *why)
{
	*g = (struct github){.rate_remaining = -1,
	    .rate_reset = -1,
	    .reserve = only_read ? GITHUB_RESERVE : 0,
	    .limits = {{.remaining = -1}, {.remaining = -1}}};
	if (auth_token(only_read, &g->token, why) == -1)
		return -1;
	g->patience_ms = opt_num(o, O_PATIENCE) * 1000;
	g->write_interval_ms = opt_num(o, O_WRITE_INTERVAL) * 1000;
	g->http = http_new();
	/* For the jitter only. */
	srandom((unsigned)getpid() ^ (unsigned)exchange_now_ms());
	return 0;
}

void
github_close(struct github *g)
{
	http_free(g->http);
	if (g->token != NULL)
		explicit_bzero(g->token, strlen(g->token));
	free(g->token);
	*g = (struct github){0};
}

int
github_space(struct github *g, struct fail *why)
{
	return exchange_space(g, why);
}

int
github_get(struct github *g, const char *path, char etag[GITHUB_ETAG_SIZE],
    cJSON **ret, struct fail *why)
{
	int r;

	g->etag = etag;
	r = github_rest(g, "GET", path, NULL, ret, why);
	g->etag = NULL;
	return r == 0 && g->unchanged ? 1 : r;
}

int
github_rest(struct github *g, const char *method, const char *path,
    const cJSON *body, cJSON **ret, struct fail *why)
{
	bool is_write = strcmp(method, "GET") != 0;
	char *url = xasprintf("%s%s", auth_api_url(), path);
	char *what = xasprintf("%s %s", method, path);
	struct buf text = BUF_INIT(BUF_ANY);
	char known[GITHUB_ETAG_SIZE + 32];
	const char *const conditional[] = {
	    rest_headers[0], rest_headers[1], rest_headers[2], known, NULL};
	bool may_be_known = g->etag != NULL && g->etag[0] != '\0';
	struct http_request q = {.method = method,
	    .url = url,
	    .headers = may_be_known ? conditional : rest_headers,
	    .bearer = g->token,
	    .fresh = is_write};
	cJSON *json = NULL;
	int r;

	(void)snprintf(known, sizeof(known), "If-None-Match: %s",
	    may_be_known ? g->etag : "");
	if (body != NULL) {
		json_print(&text, body);
		q.body = text.data;
		q.body_len = text.len;
	}
	r = exchange_send(g, what, &q, is_write, &json, why);
	if (r == 0 && ret != NULL)
		*ret = json;
	else
		cJSON_Delete(json);
	buf_free(&text);
	free(what);
	free(url);
	return r;
}

int
github_error(const char *what, const cJSON *error, struct fail *why)
{
	const char *type = json_str(error, "type");
	const char *said = json_str(error, "message"), *means;
	int status = 422;

	if (type == NULL)
		type = "";
	if (said == NULL)
		said = "unknown error";
	if (strcmp(type, "RATE_LIMITED") == 0 || refusal_is_limit(said))
		return fail(
		    why, FAIL_LIMIT, EXCHANGE_WAIT_S, "%s: %s", what, said);
	if (strcmp(type, "RESOURCE_LIMITS_EXCEEDED") == 0 ||
	    strstr(said, "Something went wrong") != NULL)
		return fail(why, FAIL_REMOTE, 502, "%s: %s", what, said);
	if (strcmp(type, "NOT_FOUND") == 0)
		status = 404;
	else if (strcmp(type, "FORBIDDEN") == 0 ||
		 strcmp(type, "INSUFFICIENT_SCOPES") == 0)
		status = 403;
	means = refusal_means(said);
	return fail(why, FAIL_REMOTE, status, "%s%s%s: %s",
	    means != NULL ? means : "", means != NULL ? ": " : "", what, said);
}

static int
unpack(const char *what, const cJSON *json, cJSON **data, cJSON **errors,
    struct fail *why)
{
	const cJSON *d = json_get(json, "data"), *e = json_get(json, "errors");
	const cJSON *first = NULL, *item;

	JSON_EACH (item, e)
		if (first == NULL)
			first = item;
	if (first != NULL && (errors == NULL || !json_is_object(d) ||
				 (json_str_is(first, "type", "RATE_LIMITED") &&
				     !exchange_has_effect(json))))
		return github_error(what, first, why);
	if (!json_is_object(d))
		return fail(why, FAIL_REMOTE, 502, "%s: no data", what);
	if (errors != NULL)
		*errors = first != NULL ? json_copy(e) : NULL;
	*data = json_copy(d);
	return 0;
}

int
github_ask(struct github *g, const struct github_question *ask, cJSON **data,
    cJSON **errors, struct fail *why)
{
	cJSON *body = json_new_object(), *json = NULL;
	struct buf text = BUF_INIT(BUF_ANY);
	bool is_write = strncmp(ask->text, "mutation", 8) == 0;
	struct http_request q = {.method = "POST",
	    .url = auth_graphql_url(),
	    .headers = rest_headers,
	    .bearer = g->token,
	    .fresh = is_write};
	int r;

	json_put_str(body, "query", ask->text);
	json_put_copy(body, "variables", ask->vars);
	if (ask->operation != NULL)
		json_put_str(body, "operationName", ask->operation);
	json_print(&text, body);
	q.body = text.data;
	q.body_len = text.len;
	g->once = ask->once;
	r = exchange_send(g, ask->what, &q, is_write, &json, why);
	g->once = false;
	if (r == 0)
		r = unpack(ask->what, json, data, errors, why);
	cJSON_Delete(json);
	cJSON_Delete(body);
	buf_free(&text);
	return r;
}

int
github_query(struct github *g, const char *document, const char *operation,
    const cJSON *vars, cJSON **data, cJSON **errors, struct fail *why)
{
	char *name = xasprintf("queries/%s.graphql", document);
	char *what = xasprintf("GraphQL %s%s%s", document,
	    operation != NULL ? " " : "", operation != NULL ? operation : "");
	const struct github_question ask = {.what = what,
	    .text = embed_text(name),
	    .operation = operation,
	    .vars = vars};
	int r;

	if (ask.text == NULL)
		abort();
	r = github_ask(g, &ask, data, errors, why);
	free(what);
	free(name);
	return r;
}
