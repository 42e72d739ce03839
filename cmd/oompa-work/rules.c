/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "rules.h"
#include "xalloc.h"

static const char *
rule_end(const char *p)
{
	int depth = 0;

	for (; *p != '\0' && (*p != ',' || depth > 0); p++)
		depth += (*p == '(') - (*p == ')');
	return p;
}

char *
rules_next(const char **rest)
{
	const char *p = *rest, *end, *last;

	while (*p == ',' || *p == ' ')
		p++;
	if (*p == '\0')
		return NULL;
	end = last = rule_end(p);
	while (last[-1] == ' ')
		last--;
	*rest = end;
	return xstrndup(p, (size_t)(last - p));
}
