#ifndef OOMPA_HTTP_H
#define OOMPA_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "fail.h"

/*
 * One HTTP request at a time, over one kept connection.  https only, and
 * plain http for the URLs that were configured so.  Redirects are not
 * followed here: the caller decides who may see its headers.
 */

struct http; /* libcurl's handle and what goes with it */

struct http_request {
	const char *method;
	const char *url;
	const char *const *headers; /* "Name: value", ended by NULL; or NULL */
	const char *bearer;         /* a token, or NULL */
	const char *body;           /* NULL: none */
	size_t body_len;
	size_t max; /* bytes of the answer; 0: HTTP_ANSWER_MAX */
	/* A connection of its own.  Fact: when a kept connection breaks before
	 * the first byte of an answer, libcurl sends the request again by
	 * itself, a POST too (7.88.1). */
	bool fresh;
};

#define HTTP_ANSWER_MAX ((size_t)64 << 20)

struct http_answer {
	int status;
	struct buf body;
	char type[64];          /* Content-Type, lower case, no parameters */
	int64_t retry_after;    /* seconds, -1 when not said */
	int64_t rate_remaining; /* x-ratelimit-remaining, -1 when not said */
	int64_t rate_reset;     /* seconds since 1970, -1 when not said */
	char request_id[64];    /* x-github-request-id */
	char location[2048];    /* of a redirect */
	char etag[128];         /* "" when there is none, or it is longer */
	char needs[128]; /* x-accepted-github-permissions, or the scopes */
	char sso[16];    /* how x-github-sso begins */
};

struct http *http_new(void);
void http_free(struct http *);

/*
 * 0 when an answer came, whatever its status; its parts are in *ret until
 * http_answer_done.  FAIL_NETWORK when none came (code is the CURLcode),
 * FAIL_STOP when a signal ended it.
 */
int http_do(struct http *, const struct http_request *, struct http_answer *ret,
    struct fail *);
void http_answer_done(struct http_answer *);

/* s percent-encoded for one part of a path, yours to free. */
char *http_escape(const char *s);

#endif
