/*
 * log_escape: whatever comes in, one line of UTF-8 without control
 * characters comes out, and text without any comes out as it was.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT(BUF_ANY), twice = BUF_INIT(BUF_ANY);
	const unsigned char *p;
	size_t i;

	log_escape(&out, (const char *)data, size);
	p = (const unsigned char *)out.data;
	if (!utf8_valid(out.data, out.len))
		abort();
	for (i = 0; i < out.len; i++)
		if (p[i] < 0x20 || p[i] == 0x7f ||
		    (p[i] == 0xc2 && p[i + 1] < 0xa0))
			abort();
	/* What is escaped already has nothing left to escape. */
	log_escape(&twice, out.data, out.len);
	if (twice.len != out.len || memcmp(twice.data, out.data, out.len) != 0)
		abort();
	buf_free(&out);
	buf_free(&twice);
	return 0;
}
