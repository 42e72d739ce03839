/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "file.h"
#include "log.h"
#include "people.h"
#include "trust.h"
#include "when.h"
#include "xalloc.h"

/* Where the answers are from; no login has a blank in it. */
#define SERVER "the server"

#define CACHE_MAX ((size_t)4 << 20) /* bytes */

/* Another server has other people. */
static bool
is_of_here(const cJSON *known)
{
	const char *server = json_str(known, SERVER);

	return server != NULL && strcmp(server, auth_api_url()) == 0;
}

void
people_open(struct people *p, const char *place, const char *repo)
{
	struct fail ignored;
	char *text;
	size_t len;

	*p = (struct people){
	    .repo = repo, .path = xasprintf("%s/people.json", place)};
	if (file_read(p->path, CACHE_MAX, &text, &len, &ignored) == 0) {
		if (json_parse(text, len, &p->known, &ignored) == -1)
			p->known = NULL;
		free(text);
	}
	if (!is_of_here(p->known)) {
		cJSON_Delete(p->known);
		p->known = json_new_object();
		json_put_str(p->known, SERVER, auth_api_url());
	}
}

void
people_close(struct people *p)
{
	struct buf text = BUF_INIT(BUF_ANY);
	struct fail why;

	if (p->changed) {
		json_print(&text, p->known);
		if (file_write(p->path, text.data, text.len, &why) == -1)
			log_at(LOG_WARN, NULL, "%s", why.msg);
	}
	buf_free(&text);
	cJSON_Delete(p->known);
	free(p->path);
	*p = (struct people){0};
}

/* The name to remember a login by, and the time it stays good. */
static char *
key_of(const char *login)
{
	char *key = xstrdup(login), *c;

	for (c = key; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return key;
}

static const char *
remembered(const cJSON *entry)
{
	const char *trust = json_str(entry, "trust");
	int64_t at, now = when_now();

	if (!json_when(entry, "at", &at) || at > now ||
	    now - at > PEOPLE_SECONDS)
		return NULL;
	return trust;
}

static void
remember(struct people *p, const char *key, const char *trust, const char *etag)
{
	cJSON *entry = json_new_object();

	json_put_str(entry, "trust", trust);
	json_put_str(entry, "etag", etag);
	json_put_when(entry, "at", when_now());
	json_drop(p->known, key);
	json_put(p->known, key, entry);
	p->changed = true;
}

/* What GitHub says of a login; 403 and 404 are answers too: "unknown".  was is
 * what it said before, when etag is not "". */
static int
ask(struct people *p, struct github *gh, const char *path, char *etag,
    const char *was, enum trust *ret, struct fail *why)
{
	cJSON *answer = NULL;
	int r = github_get(gh, path, etag, &answer, why);

	*ret = TRUST_UNKNOWN;
	if (r == 1 && trust_parse(was) != -1)
		*ret = (enum trust)trust_parse(was);
	else if (r == 0)
		*ret = trust_of_role(json_str(answer, "role_name"),
		    json_str(answer, "permission"));
	else if (why->kind == FAIL_REMOTE && why->code == 403) {
		p->refused = true;
		log_at(LOG_WARN, p->repo,
		    "this token may not ask for permissions, so nobody is "
		    "trusted: %s",
		    why->msg);
	}
	cJSON_Delete(answer);
	return r == -1 && (why->kind != FAIL_REMOTE ||
			      (why->code != 403 && why->code != 404))
		   ? -1
		   : 0;
}

static int
trust_of(struct people *p, struct github *gh, const char *repo,
    const char *login, const char **ret, struct fail *why)
{
	char *key = key_of(login), *name = http_escape(login);
	char *path = xasprintf(
	    "/repos/%s/collaborators/%s/permission", repo, name);
	const cJSON *entry = json_get(p->known, key);
	const char *was = json_str(entry, "trust");
	const char *known = json_str(entry, "etag");
	char etag[GITHUB_ETAG_SIZE] = "";
	enum trust trust = TRUST_UNKNOWN;
	int r = 0;

	*ret = remembered(entry);
	if (*ret == NULL && p->refused)
		*ret = trust_name(TRUST_UNKNOWN);
	if (*ret == NULL) {
		if (trust_parse(was) != -1 && known != NULL)
			(void)snprintf(etag, sizeof(etag), "%s", known);
		r = ask(p, gh, path, etag, was, &trust, why);
		*ret = trust_name(trust);
		if (r == 0 && !p->refused)
			remember(p, key, *ret, etag);
	}
	free(path);
	free(name);
	free(key);
	return r;
}

int
people_put(struct people *p, struct github *gh, const char *repo, cJSON *obj,
    const char *key, const cJSON *actor, struct fail *why)
{
	const char *login = json_str(actor, "login");
	const char *type = json_str(actor, "__typename");
	const char *trust = trust_name(TRUST_UNKNOWN);
	cJSON *who;

	/* A bot is trusted by name only, so there is nothing to ask. */
	if (type != NULL && strcmp(type, "Bot") == 0)
		trust = trust_name(TRUST_BOT);
	else if (login != NULL &&
		 trust_of(p, gh, repo, login, &trust, why) == -1)
		return -1;
	who = json_put_object(obj, key);
	json_put_str(who, "login", login);
	json_put_str(who, "type", type);
	json_put_str(who, "trust", trust);
	return 0;
}
