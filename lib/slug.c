/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "slug.h"

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
