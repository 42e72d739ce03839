/*
 * oompa-token: print a GitHub token, or hand it to git.
 *
 * As a git credential helper ("get") it answers for the host of
 * GITHUB_SERVER_URL only: a helper that answered for any host would hand the
 * token to any host.
 *
 * SPDX-License-Identifier: MIT
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "log.h"
#include "opt.h"

/* What git asks for: git-credential(1), INPUT/OUTPUT FORMAT. */
struct question {
	char protocol[16];
	char host[512];
};

static void
value(const char *line, const char *key, char *out, size_t size)
{
	size_t n = strlen(key);

	if (strncmp(line, key, n) == 0 && line[n] == '=')
		(void)snprintf(out, size, "%s", line + n + 1);
}

static void
read_question(FILE *fp, struct question *q)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	/* Whole lines, however long: the tail of a path is no key. */
	while ((n = getline(&line, &size, fp)) != -1 && line[0] != '\n') {
		if (strlen(line) != (size_t)n) {
			*q = (struct question){"", ""};
			break;
		}
		line[strcspn(line, "\r\n")] = '\0';
		value(line, "protocol", q->protocol, sizeof(q->protocol));
		value(line, "host", q->host, sizeof(q->host));
	}
	free(line);
}

static bool
is_ours(const struct question *q)
{
	const char *url = auth_server_url();
	char *host = auth_host(url);
	size_t n = strlen(q->protocol);
	bool same;

	same = host != NULL && n != 0 && strncmp(url, q->protocol, n) == 0 &&
	       strncmp(url + n, "://", 3) == 0 && strcmp(host, q->host) == 0;
	free(host);
	return same;
}

static int
print_token(const char *before, const char *after)
{
	struct fail why;
	char *token;

	if (auth_token(false, &token, &why) == -1) {
		log_at(LOG_ERROR, NULL, "%s", why.msg);
		return fail_status(&why);
	}
	(void)printf("%s%s%s", before, token, after);
	explicit_bzero(token, strlen(token));
	free(token);
	if (fflush(stdout) == EOF || ferror(stdout)) {
		log_at(LOG_ERROR, NULL, "cannot write <stdout>: %s",
		    strerror(errno));
		return STATUS_SOME;
	}
	return STATUS_OK;
}

int
main(int argc, char *argv[])
{
	struct opts o;
	struct question q = {"", ""};
	const char *verb;

	auth_protect();
	opt_parse(&o, CMD_TOKEN, argc, argv);
	verb = o.operands < argc ? argv[o.operands] : NULL;
	if (verb == NULL)
		return print_token("", "\n");
	if (o.operands + 1 != argc)
		opt_usage("one operand at most");
	/* "store" and "erase" have nothing to do: gitcredentials(7). */
	if (strcmp(verb, "get") != 0)
		return STATUS_OK;
	read_question(stdin, &q);
	if (!is_ours(&q))
		return STATUS_OK;
	return print_token("username=x-access-token\npassword=", "\n");
}
