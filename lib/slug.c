/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "slug.h"

#define BRANCH        "ai/issue-"
#define NUMBER_DIGITS 15

static bool
part_valid(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > 100 || *s == '-' || strspn(s, ".") >= n)
		return false;
	for (i = 0; i < n; i++)
		if (strchr(
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			"0123456789._-",
			s[i]) == NULL)
			return false;
	return true;
}

bool
slug_valid(const char *s)
{
	const char *slash = strchr(s, '/');

	return slash != NULL && part_valid(s, (size_t)(slash - s)) &&
	       part_valid(slash + 1, strlen(slash + 1));
}

/* The number at the start of s: how many digits it has, 0 when it is none as
 * we would write it. */
static size_t
number(const char *s, int64_t *ret)
{
	size_t n = strspn(s, "0123456789");

	if (n == 0 || n > NUMBER_DIGITS || *s == '0')
		return 0;
	*ret = strtoll(s, NULL, 10);
	return n;
}

bool
slug_branch(const char *name, int64_t *of, int64_t *attempt)
{
	size_t n;

	if (name == NULL || strncmp(name, BRANCH, strlen(BRANCH)) != 0)
		return false;
	name += strlen(BRANCH);
	n = number(name, of);
	name += n;
	*attempt = 1;
	if (n == 0 || *name == '\0')
		return n != 0;
	if (*name++ != '-')
		return false;
	n = number(name, attempt);
	return n != 0 && name[n] == '\0' && *attempt >= 2;
}
