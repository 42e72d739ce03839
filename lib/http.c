/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "http.h"
#include "stop.h"
#include "xalloc.h"

#define CONNECT_SECONDS 20L
#define TOTAL_SECONDS   120L
#define SLOW_SECONDS    60L /* with less than a byte per second */

#ifndef VERSION
#define VERSION "0"
#endif

struct http {
	CURL *curl;
};

struct http *
http_new(void)
{
	struct http *h = xcalloc(1, sizeof(*h));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (h->curl = curl_easy_init()) == NULL)
		abort();
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->curl);
	curl_global_cleanup();
	free(h);
}

static size_t
on_body(char *data, size_t size, size_t n, void *arg)
{
	struct buf *b = arg;

	buf_add(b, data, size * n);
	return b->cut ? 0 : size * n;
}

static int
on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)arg;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return stop_now();
}

static void
header(CURL *curl, const char *name, char *out, size_t size)
{
	struct curl_header *h;

	*out = '\0';
	if (curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK)
		(void)snprintf(out, size, "%s", h->value);
}

static int64_t
header_number(CURL *curl, const char *name)
{
	char text[32], *end;
	long long n;

	header(curl, name, text, sizeof(text));
	n = strtoll(text, &end, 10);
	return end == text || *end != '\0' || n < 0 ? -1 : (int64_t)n;
}

static void
read_headers(CURL *curl, struct http_answer *a)
{
	long status = 0;
	char *p;
	curl_off_t wait = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	a->status = (int)status;
	header(curl, "content-type", a->type, sizeof(a->type));
	a->type[strcspn(a->type, "; ")] = '\0';
	for (p = a->type; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	header(
	    curl, "x-github-request-id", a->request_id, sizeof(a->request_id));
	header(curl, "location", a->location, sizeof(a->location));
	header(curl, "etag", a->etag, sizeof(a->etag));
	header(
	    curl, "x-accepted-github-permissions", a->needs, sizeof(a->needs));
	if (a->needs[0] == '\0')
		header(curl, "x-accepted-oauth-scopes", a->needs,
		    sizeof(a->needs));
	header(curl, "x-github-sso", a->sso, sizeof(a->sso));
	a->rate_remaining = header_number(curl, "x-ratelimit-remaining");
	a->rate_reset = header_number(curl, "x-ratelimit-reset");
	/* Understands a date as well; 0 also means "not said". */
	(void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
	a->retry_after = wait > 0 ? (int64_t)wait : -1;
}

static struct curl_slist *
add_header(struct curl_slist *list, const char *line)
{
	struct curl_slist *more = curl_slist_append(list, line);

	if (more == NULL)
		abort();
	return more;
}

static void
configure(CURL *curl, const struct http_request *q, struct http_answer *a)
{
	const char *scheme = strncasecmp(q->url, "http://", 7) == 0 ? "http"
								    : "https";

	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_URL, q->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, scheme);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, q->method);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, q->fresh ? 1L : 0L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, TOTAL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS);
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "oompa/" VERSION);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &a->body);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
	if (q->body != NULL) {
		curl_easy_setopt(
		    curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body_len);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, q->body);
	}
	if (q->bearer != NULL) {
		curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, q->bearer);
		curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
	}
}

/* What asking again cannot change is no matter of the network. */
static int
no_answer(const struct http_request *q, CURLcode code, const char *said,
    struct fail *why)
{
	if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
		return fail(why, FAIL_SETUP, (int)code,
		    "'%.200s' is no URL with https://", q->url);
	return fail(why, FAIL_NETWORK, (int)code, "%s",
	    *said != '\0' ? said : curl_easy_strerror(code));
}

int
http_do(struct http *h, const struct http_request *q, struct http_answer *ret,
    struct fail *why)
{
	struct curl_slist *list = NULL;
	char said[CURL_ERROR_SIZE] = "";
	CURLcode code;
	size_t i;
	int r = 0;

	*ret = (struct http_answer){
	    .body = BUF_INIT(q->max != 0 ? q->max : HTTP_ANSWER_MAX)};
	configure(h->curl, q, ret);
	for (i = 0; q->headers != NULL && q->headers[i] != NULL; i++)
		list = add_header(list, q->headers[i]);
	/* curl would wait a second for "100 Continue". */
	list = add_header(list, "Expect:");
	curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, said);
	code = curl_easy_perform(h->curl);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, NULL);
	read_headers(h->curl, ret);
	curl_slist_free_all(list);
	if (stop_now())
		r = fail(why, FAIL_STOP, stop_signal(), "stopped");
	else if (ret->body.cut)
		r = fail(why, FAIL_NETWORK, (int)code,
		    "the answer is over %zu bytes", ret->body.max);
	else if (code != CURLE_OK)
		r = no_answer(q, code, said, why);
	if (r == -1)
		http_answer_done(ret);
	return r;
}

void
http_answer_done(struct http_answer *a)
{
	buf_free(&a->body);
}

char *
http_escape(const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
				    "qrstuvwxyz0123456789-._~";
	struct buf b = BUF_INIT(BUF_ANY);

	for (; *s != '\0'; s++)
		if (strchr(plain, *s) != NULL)
			buf_putc(&b, *s);
		else
			buf_printf(&b, "%%%02X", (unsigned char)*s);
	return buf_take(&b);
}
