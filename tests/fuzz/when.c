/*
 * Times and durations: what parses is in range and comes back the same.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "when.h"
#include "xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = xstrndup((const char *)data, size), out[WHEN_SIZE];
	int64_t t, again;

	if (when_parse(s, &t)) {
		when_format(t, out);
		if (!when_parse(out, &again) || again != t)
			abort();
		/* Without its fraction it is the same, but for second 60. */
		if (strncmp(s + 17, "60", 2) != 0 && strncmp(s, out, 19) != 0)
			abort();
	}
	if (when_duration(s, &t) && (t < 0 || t > INT64_C(36500) * 86400))
		abort();
	free(s);
	return 0;
}
