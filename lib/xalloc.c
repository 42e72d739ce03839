/* SPDX-License-Identifier: MIT */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "xalloc.h"

static void *
there(void *p)
{
	if (p == NULL)
		errx(STATUS_MEMORY, "out of memory");
	return p;
}

void *
xmalloc(size_t n)
{
	return there(malloc(n != 0 ? n : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return there(calloc(n != 0 ? n : 1, size != 0 ? size : 1));
}

void *
xrealloc(void *old, size_t n)
{
	return there(realloc(old, n != 0 ? n : 1));
}

char *
xstrdup(const char *s)
{
	return there(strdup(s));
}

char *
xstrndup(const char *s, size_t n)
{
	return there(strndup(s, n));
}

char *
xasprintf(const char *fmt, ...)
{
	char *s;
	int n;
	va_list ap;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return there(n < 0 ? NULL : s);
}
