/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "bare.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"
#define MARKS   " \t\r\n.,!;:+-/()*~'"

static const char *const words[] = {"a", "again", "all", "approve", "approved",
    "awesome", "cool", "excellent", "fine", "for", "good", "great", "is", "it",
    "job", "lgtm", "lot", "looks", "me", "much", "nice", "now", "ok", "okay",
    "perfect", "ship", "shipit", "so", "thank", "thanks", "thx", "the", "this",
    "to", "very", "well", "work", "you", NULL};

static bool
is_known(const char *s, size_t len)
{
	size_t i;

	for (i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == len &&
		    strncasecmp(s, words[i], len) == 0)
			return true;
	return false;
}

/* ":tada:", "+1": its length, 0 when it is none. */
static size_t
short_code(const char *s)
{
	size_t n;

	if (strncmp(s, "+1", 2) == 0 && strspn(s + 2, DIGITS LETTERS) == 0)
		return 2;
	if (*s != ':')
		return 0;
	n = strspn(s + 1, LETTERS DIGITS "_+-");
	return n != 0 && s[n + 1] == ':' ? n + 2 : 0;
}

/* A pictograph in UTF-8, U+1F000 upwards, U+2600 to U+27BF, or what joins and
 * varies them: its length, 0 when it is none. */
static size_t
picture(const char *s)
{
	if (strncmp(s, "\xf0\x9f", 2) == 0 && s[2] != '\0' && s[3] != '\0')
		return 4;
	if (strncmp(s, "\xe2\x98", 2) == 0 || strncmp(s, "\xe2\x99", 2) == 0 ||
	    strncmp(s, "\xe2\x9a", 2) == 0 || strncmp(s, "\xe2\x9b", 2) == 0 ||
	    strncmp(s, "\xe2\x9c", 2) == 0 || strncmp(s, "\xe2\x9d", 2) == 0 ||
	    strncmp(s, "\xe2\x9e", 2) == 0)
		return s[2] != '\0' ? 3 : 0;
	return strncmp(s, "\xef\xb8\x8f", 3) == 0 ||
		       strncmp(s, "\xe2\x80\x8d", 3) == 0
		   ? 3
		   : 0;
}

bool
bare_praise(const char *s)
{
	size_t n;

	while (*s != '\0') {
		if ((n = short_code(s)) == 0 && (n = picture(s)) == 0 &&
		    (n = strspn(s, LETTERS)) != 0 && !is_known(s, n))
			return false;
		if (n == 0 && strchr(MARKS, *s) == NULL)
			return false;
		s += n != 0 ? n : 1;
	}
	return true;
}
