/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fail.h"

int
fail(struct fail *why, enum fail_kind kind, int code, const char *fmt, ...)
{
	va_list ap;

	why->kind = kind;
	why->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(why->msg, sizeof(why->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int
fail_sys(struct fail *why, const char *fmt, ...)
{
	int saved = errno;
	size_t n;
	va_list ap;

	why->kind = FAIL_SYSTEM;
	why->code = saved;
	va_start(ap, fmt);
	(void)vsnprintf(why->msg, sizeof(why->msg), fmt, ap);
	va_end(ap);
	n = strlen(why->msg);
	(void)snprintf(
	    why->msg + n, sizeof(why->msg) - n, ": %s", strerror(saved));
	return -1;
}

int
fail_wrap(struct fail *why, const char *fmt, ...)
{
	char inner[sizeof(why->msg)];
	size_t n;
	va_list ap;

	memcpy(inner, why->msg, sizeof(inner));
	va_start(ap, fmt);
	(void)vsnprintf(why->msg, sizeof(why->msg), fmt, ap);
	va_end(ap);
	n = strlen(why->msg);
	(void)snprintf(why->msg + n, sizeof(why->msg) - n, ": %s", inner);
	return -1;
}

int
fail_status(const struct fail *why)
{
	switch (why->kind) {
	case FAIL_NONE:
		return STATUS_OK;
	case FAIL_INPUT:
		return STATUS_INPUT;
	case FAIL_SYSTEM:
	case FAIL_CHILD:
		return STATUS_SOME;
	case FAIL_NETWORK:
	case FAIL_LIMIT:
		return STATUS_TEMPFAIL;
	case FAIL_REMOTE:
		return why->code >= 500 ? STATUS_TEMPFAIL : STATUS_SOME;
	case FAIL_AUTH:
		return STATUS_AUTH;
	case FAIL_SETUP:
		return STATUS_SETUP;
	case FAIL_POLICY:
		return STATUS_POLICY;
	case FAIL_STOP:
		return 128 + why->code;
	}
	return STATUS_SOME;
}

const char *
fail_retry(const struct fail *why)
{
	switch (why->kind) {
	case FAIL_NETWORK:
	case FAIL_LIMIT:
	case FAIL_STOP:
	case FAIL_SYSTEM:
	case FAIL_CHILD:
		return "later";
	case FAIL_REMOTE:
		return why->code >= 500 ? "later" : "human";
	case FAIL_AUTH:
	case FAIL_SETUP:
	case FAIL_POLICY:
		return "human";
	case FAIL_NONE:
	case FAIL_INPUT:
		return "never";
	}
	return "never";
}

const char *
fail_code(const struct fail *why)
{
	switch (why->kind) {
	case FAIL_NONE:
		return "none";
	case FAIL_INPUT:
		return "input";
	case FAIL_SYSTEM:
		return "system";
	case FAIL_NETWORK:
		return "network";
	case FAIL_REMOTE:
		return "remote";
	case FAIL_LIMIT:
		return "limit";
	case FAIL_AUTH:
		return "auth";
	case FAIL_CHILD:
		return "child";
	case FAIL_SETUP:
		return "setup";
	case FAIL_POLICY:
		return "policy";
	case FAIL_STOP:
		return "stopped";
	}
	return "none";
}

static int
rank(int status)
{
	static const int best_first[] = {STATUS_OK, STATUS_SOME, STATUS_POLICY,
	    STATUS_TEMPFAIL, STATUS_BUDGET, STATUS_INPUT, STATUS_SETUP,
	    STATUS_AUTH};
	const int n = (int)(sizeof(best_first) / sizeof(best_first[0]));
	int i;

	for (i = 0; i < n; i++)
		if (best_first[i] == status)
			return i;
	return n;
}

int
status_worse(int a, int b)
{
	return rank(a) >= rank(b) ? a : b;
}
