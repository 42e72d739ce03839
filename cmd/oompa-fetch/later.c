/*
 * The time to come back: when GitHub says how long to wait, and that is longer
 * than our patience, it is noted in a file.  Until then nobody asks; those who
 * go on asking are made to wait longer.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"
#include "file.h"
#include "log.h"
#include "when.h"
#include "xalloc.h"

/* GitHub's limits last an hour; what is further away is a wrong clock. */
#define LATER_MAX_S 86400

static char *
path_of(const struct fetch *f)
{
	return xasprintf("%s/come-back", f->home);
}

int
later_check(const struct fetch *f, struct fail *why)
{
	char *path = path_of(f), *text = NULL;
	struct fail ignored;
	int64_t until, now = when_now();
	size_t len;
	int r = 0;

	if (file_read(path, 64, &text, &len, &ignored) == 0) {
		text[strcspn(text, "\n")] = '\0';
		if (when_parse(text, &until) && until > now &&
		    until - now <= LATER_MAX_S)
			r = fail(why, FAIL_LIMIT, (int)(until - now),
			    "GitHub wants us to wait until %s", text);
	}
	free(text);
	free(path);
	return r;
}

void
later_note(const struct fetch *f, const struct fail *why)
{
	char *path = path_of(f), at[WHEN_SIZE], line[WHEN_SIZE + 1];
	struct fail broken;

	if (why == NULL || why->kind != FAIL_LIMIT || why->code <= 0)
		(void)unlink(path);
	else {
		(void)snprintf(line, sizeof(line), "%s\n",
		    when_format(when_now() + why->code, at));
		if (file_write(path, line, strlen(line), &broken) == -1)
			log_at(LOG_WARN, NULL, "%s", broken.msg);
	}
	free(path);
}
