/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "credential.h"
#include "file.h"
#include "json.h"
#include "xalloc.h"

#define FILE_MAX ((size_t)64 << 10) /* bytes */
#define LINE_MIN 32                 /* bytes of a key's line, to be one */
#define WORD_MIN 16                 /* bytes of a value, to look like one */

/* What names of headers that hold a credential have in them. */
static const char *const named[] = {
    "auth", "key", "token", "secret", "cookie", "pass", "credential", NULL};

static bool
is_named(const char *name)
{
	size_t i;

	for (i = 0; named[i] != NULL; i++)
		if (strcasestr(name, named[i]) != NULL)
			return true;
	return false;
}

/* One long word of letters and digits: "acme-widgets" is none. */
static bool
looks_like_one(const char *value)
{
	bool letter = false, digit = false;
	size_t n;

	for (n = 0; (unsigned char)value[n] > ' '; n++) {
		letter = letter || isalpha((unsigned char)value[n]) != 0;
		digit = digit || isdigit((unsigned char)value[n]) != 0;
	}
	return value[n] == '\0' && n >= WORD_MIN && letter && digit;
}

static void
add_header(struct known *known, char *line)
{
	char *value = strchr(line, ':'), *word;

	if (value == NULL)
		return;
	*value++ = '\0';
	value += strspn(value, " \t");
	/* Features of the API, with dates in their names. */
	if (!is_named(line) && (strncasecmp(line, "anthropic-", 10) == 0 ||
				   !looks_like_one(value)))
		return;
	known_add(known, value);
	/* "Bearer TOKEN" */
	if ((word = strchr(value, ' ')) != NULL)
		known_add(known, word + strspn(word, " "));
}

void
credential_headers(struct known *known, const char *lines)
{
	char *all = xstrdup(lines != NULL ? lines : ""), *rest = all, *line;

	while ((line = strsep(&rest, "\r\n")) != NULL)
		add_header(known, line);
	free(all);
}

/* "%40" as "@"; in place. */
static void
decode(char *s)
{
	char *out = s, hex[3] = "";

	for (; *s != '\0'; s++) {
		if (*s == '%' && isxdigit((unsigned char)s[1]) != 0 &&
		    isxdigit((unsigned char)s[2]) != 0) {
			memcpy(hex, s + 1, 2);
			*out++ = (char)strtol(hex, NULL, 16);
			s += 2;
		} else
			*out++ = *s;
	}
	*out = '\0';
}

void
credential_url(struct known *known, const char *url)
{
	const char *from, *at, *colon;
	char *password;

	if (url == NULL)
		return;
	from = strstr(url, "://");
	from = from != NULL ? from + 3 : url;
	at = memrchr(from, '@', strcspn(from, "/?#"));
	colon = at != NULL ? memchr(from, ':', (size_t)(at - from)) : NULL;
	if (colon == NULL)
		return;
	password = xstrndup(colon + 1, (size_t)(at - colon - 1));
	known_add(known, password);
	decode(password);
	known_add(known, password);
	free(password);
}

/* A key in PEM: whole it is found with line breaks of any form, and each line
 * for itself. */
static void
add_key(struct known *known, const char *key)
{
	char *all = xstrdup(key), *rest = all, *line;

	known_add(known, key);
	while ((line = strsep(&rest, "\r\n")) != NULL)
		if (strlen(line) >= LINE_MIN && *line != '-')
			known_add(known, line);
	free(all);
}

/* Those of an object and of the objects in it: a file may have the credentials
 * of whom it impersonates. */
static void
add_members(struct known *known, const cJSON *object)
{
	static const char *const names[] = {"refresh_token", "client_secret",
	    "access_token", "id_token", "token", NULL};
	const char *key = json_str(object, "private_key");
	const cJSON *member;
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		known_add(known, json_str(object, names[i]));
	if (key != NULL)
		add_key(known, key);
	JSON_EACH (member, object)
		if (json_is_object(member))
			add_members(known, member);
}

void
credential_google(struct known *known, const char *path)
{
	struct fail ignored;
	cJSON *file = NULL;
	char *text = NULL;
	size_t len;

	if (path != NULL &&
	    file_read(path, FILE_MAX, &text, &len, &ignored) == 0 &&
	    json_parse(text, len, &file, &ignored) == 0 &&
	    json_check(file, &ignored) == 0)
		add_members(known, file);
	cJSON_Delete(file);
	free(text);
}
