/*
 * The rule of the gate on messages: on GitHub they notify, close, and stop
 * workflows, and they say who answers for the change.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "auth.h"
#include "gate.h"
#include "neutral.h"
#include "xalloc.h"

/* "Name <address>" behind a header's name, without the time; NULL: none. */
static char *
person(const char *headers, const char *name)
{
	const char *s = strstr(headers, name), *end;

	if (s == NULL)
		return NULL;
	s += strlen(name);
	end = strchr(s, '>');
	return end != NULL ? xstrndup(s, (size_t)(end - s) + 1) : NULL;
}

static bool
is_same(const char *line, size_t len, const char *who)
{
	return who != NULL && strlen(who) == len &&
	       strncmp(line, who, len) == 0;
}

/* Does the line say that somebody else vouches for the change, or wrote it? */
static bool
claims(const struct gate *g, const char *line, size_t len, const char *author,
    const char *committer)
{
	static const char *const trailers[] = {"signed-off-by",
	    "co-authored-by", "reviewed-by", "acked-by", "tested-by",
	    "approved-by", "on-behalf-of"};
	size_t i, n;

	for (i = 0; i < sizeof(trailers) / sizeof(*trailers); i++) {
		n = strlen(trailers[i]);
		if (len < n || strncasecmp(line, trailers[i], n) != 0)
			continue;
		/* Fact: git takes blanks before the colon, too. */
		line += n + strspn(line + n, " \t");
		if (*line++ != ':')
			return false;
		line += strspn(line, " \t");
		len = strcspn(line, "\n");
		while (len != 0 && strchr(" \t\r", line[len - 1]) != NULL)
			len--;
		return !is_same(line, len, author) &&
		       !is_same(line, len, committer) &&
		       !is_same(line, len, opt_str(g->o, O_SIGNED_OFF_BY));
	}
	return false;
}

static int
check_trailers(const struct gate *g, const char *headers, const char *message,
    struct fail *why)
{
	char *author = person(headers, "\nauthor ");
	char *committer = person(headers, "\ncommitter ");
	const char *s = message;
	bool bad = false;
	size_t n;

	for (; !bad && *s != '\0'; s += n + (s[n] == '\n')) {
		s += strspn(s, " \t");
		n = strcspn(s, "\n");
		bad = claims(g, s, n, author, committer);
	}
	free(author);
	free(committer);
	return bad ? gate_refuse(g, why, NULL,
			 "the commit's message speaks for somebody else")
		   : 0;
}

/* In another encoding it would say something else than what we look at. */
static int
check_encoding(const struct gate *g, const char *headers, struct fail *why)
{
	return strstr(headers, "\nencoding ") == NULL
		   ? 0
		   : gate_refuse(g, why, NULL,
			 "the commit's message has an encoding of its own");
}

/* What neutral would not change notifies nobody. */
static int
check_neutral(const struct gate *g, const char *message, struct fail *why)
{
	char *host = auth_host(auth_server_url());
	const struct neutral n = {.home = {
				      .repo = g->repo,
				      .number = g->number,
				      .server = host,
				  }};
	struct buf plain = BUF_INIT(BUF_ANY);
	bool same;

	neutral_plain(&plain, &n, message);
	same = strcmp(plain.data, message) == 0;
	buf_free(&plain);
	free(host);
	return same ? 0
		    : gate_refuse(g, why, NULL,
			  "the commit's message calls somebody, names another "
			  "item to be closed, or stops a workflow");
}

int
rule_message(const struct gate *g, struct fail *why)
{
	const char *args[] = {"cat-file", "commit", g->head, NULL};
	struct buf raw = BUF_INIT(BUF_ANY);
	char *message = NULL;
	int r = git_run(g->git, args, &raw, why);

	if (r == 0) {
		message = strstr(raw.data, "\n\n");
		if (message != NULL)
			*message = '\0';
		message = message != NULL ? message + 2 : raw.data + raw.len;
		r = check_encoding(g, raw.data, why);
	}
	if (r == 0)
		r = check_neutral(g, message, why);
	if (r == 0)
		r = check_trailers(g, raw.data, message, why);
	buf_free(&raw);
	return r;
}
