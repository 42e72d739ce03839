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

enum word
word_of(const char *body)
{
	size_t len, i;

	if (body == NULL)
		return WORD_NONE;
	body += strspn(body, SPACE);
	if (strncmp(body, CALL, strlen(CALL)) != 0)
		return WORD_NONE;
	body += strlen(CALL);
	if (strspn(body, BLANK) == 0)
		return WORD_NONE;
	body += strspn(body, BLANK);
	len = strcspn(body, SPACE);
	for (i = WORD_STOP; i < sizeof(names) / sizeof(names[0]); i++)
		if (len == strlen(names[i]) &&
		    strncmp(body, names[i], len) == 0)
			return (enum word)i;
	return WORD_NONE;
}
