/*
 * UTF-8 against itself, and against a decoder written another way.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* The length of the character at p: decoded first, judged then. */
static size_t
decode(const uint8_t *p, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c = p[0];
	size_t n, i;

	if (c < 0x80)
		return 1;
	n = c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;
	if (n == 0 || n > left)
		return 0;
	c &= 0x7fU >> n;
	for (i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3fU);
	}
	return c < least[n] || c > 0x10ffff || c >> 11 == 0x1b ? 0 : n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	struct buf clean = BUF_INIT(BUF_ANY), twice = BUF_INIT(BUF_ANY);
	bool valid = true;
	size_t i, n, cut;

	for (i = 0; i < size; i += n) {
		n = decode(data + i, size - i);
		if (utf8_len(s + i, size - i) != n)
			abort();
		if (n == 0) {
			valid = false;
			n = 1;
		}
	}
	if (utf8_valid(s, size) != valid)
		abort();

	utf8_clean(&clean, s, size);
	if (!utf8_valid(clean.data, clean.len) ||
	    strlen(clean.data) != clean.len)
		abort();
	if (valid && memchr(s, '\0', size) == NULL &&
	    (clean.len != size ||
		(size != 0 && memcmp(clean.data, s, size) != 0)))
		abort();
	utf8_clean(&twice, clean.data, clean.len);
	if (twice.len != clean.len)
		abort();
	buf_reset(&twice);
	for (i = 0; i < clean.len; i += n) {
		n = utf8_len(clean.data + i, clean.len - i);
		utf8_put(&twice, utf8_point(clean.data + i, n));
	}
	if (twice.len != clean.len ||
	    memcmp(twice.data, clean.data, clean.len) != 0)
		abort();

	for (i = 0; i <= clean.len && i < 64; i++) {
		cut = utf8_cut(clean.data, clean.len, i);
		if (cut > i || i - cut > 3 || !utf8_valid(clean.data, cut))
			abort();
	}
	buf_free(&clean);
	buf_free(&twice);
	return 0;
}
