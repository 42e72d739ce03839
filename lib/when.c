/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "when.h"

/* A hundred years; what is more is a slip, and would overflow. */
#define DURATION_MAX (INT64_C(36500) * 86400)

/* n digits at s as a number, -1 when one of them is none. */
static int
digits(const char *s, int n)
{
	int v = 0;

	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (*s - '0');
	}
	return v;
}

/* A day that is in no calendar comes out of timegm as another. */
static bool
is_day(const struct tm *tm)
{
	struct tm day = {.tm_year = tm->tm_year,
	    .tm_mon = tm->tm_mon,
	    .tm_mday = tm->tm_mday};

	(void)timegm(&day);
	return day.tm_mon == tm->tm_mon && day.tm_mday == tm->tm_mday;
}

static bool
in_range(const struct tm *tm)
{
	return tm->tm_year >= 0 && is_day(tm) && tm->tm_hour < 24 &&
	       tm->tm_min < 60 && tm->tm_sec <= 60;
}

static bool
shape(const char *s)
{
	static const char mask[] = "dddd-dd-ddTdd:dd:dd";
	size_t i;

	for (i = 0; mask[i] != '\0'; i++)
		if (mask[i] == 'd' ? !isdigit((unsigned char)s[i])
				   : s[i] != mask[i])
			return false;
	s += i;
	if (*s == '.' && isdigit((unsigned char)s[1]))
		for (s++; isdigit((unsigned char)*s); s++)
			;
	return strcmp(s, "Z") == 0;
}

bool
when_parse(const char *s, int64_t *ret)
{
	struct tm tm = {0};

	if (s == NULL || !shape(s))
		return false;
	tm.tm_year = digits(s, 4) - 1900;
	tm.tm_mon = digits(s + 5, 2) - 1;
	tm.tm_mday = digits(s + 8, 2);
	tm.tm_hour = digits(s + 11, 2);
	tm.tm_min = digits(s + 14, 2);
	tm.tm_sec = digits(s + 17, 2);
	if (!in_range(&tm))
		return false;
	*ret = (int64_t)timegm(&tm);
	return true;
}

const char *
when_format(int64_t t, char out[WHEN_SIZE])
{
	const time_t clock = (time_t)t;
	struct tm tm;

	if (gmtime_r(&clock, &tm) == NULL ||
	    strftime(out, WHEN_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(out, WHEN_SIZE, "1970-01-01T00:00:00Z");
	return out;
}

int64_t
when_now(void)
{
	return (int64_t)time(NULL);
}

static int64_t
unit(char c)
{
	switch (c) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	default:
		return 0;
	}
}

bool
when_duration(const char *s, int64_t *ret)
{
	const char *first = s;
	int64_t total = 0, n;
	int len;

	if (*s == '\0')
		return false;
	while (*s != '\0') {
		n = 0;
		for (len = 0; isdigit((unsigned char)*s) && len < 9; len++)
			n = n * 10 + (*s++ - '0');
		if (len == 0)
			return false;
		if (*s == '\0' && s == first + len) {
			total = n;
			break;
		}
		if (unit(*s) == 0)
			return false;
		total += n * unit(*s++);
		if (total > DURATION_MAX)
			return false;
	}
	*ret = total;
	return true;
}
