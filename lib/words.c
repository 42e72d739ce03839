/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "words.h"

#define CALL  "/oompa"
#define BLANK " \t"
#define SPACE " \t\r\n"

static const char *const names[] = {
    [WORD_STOP] = "stop",
    [WORD_GO] = "go",
    [WORD_RETRY] = "retry",
    [WORD_STATUS] = "status",
};

/* What follows "/oompa" when body begins with that; else NULL. */
static const char *
behind_call(const char *body)
{
	if (body == NULL)
		return NULL;
	body += strspn(body, SPACE);
	if (strncmp(body, CALL, strlen(CALL)) != 0)
		return NULL;
	body += strlen(CALL);
	return *body == '\0' || strchr(SPACE, *body) != NULL ? body : NULL;
}

enum word
word_of(const char *body)
{
	size_t len, i;

	body = behind_call(body);
	if (body == NULL)
		return WORD_NONE;
	body += strspn(body, BLANK);
	len = strcspn(body, SPACE);
	for (i = WORD_STOP; i < sizeof(names) / sizeof(names[0]); i++)
		if (len == strlen(names[i]) &&
		    strncmp(body, names[i], len) == 0)
			return (enum word)i;
	return WORD_NONE;
}

const char *
word_rest(const char *body)
{
	enum word word = word_of(body);

	body = behind_call(body);
	if (body == NULL)
		return NULL;
	body += strspn(body, SPACE);
	if (word != WORD_NONE)
		body += strlen(names[word]);
	return body + strspn(body, SPACE);
}
