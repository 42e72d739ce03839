/*
 * Texts of others: of any bytes comes UTF-8 without what nobody sees, and
 * doing it again changes nothing.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sanitise.h"
#include "unseen.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct buf *b, size_t most)
{
	size_t i, n;

	if (b->len > most)
		abort();
	for (i = 0; i < b->len; i += n) {
		n = utf8_len(b->data + i, b->len - i);
		if (n == 0 || unseen(utf8_point(b->data + i, n)))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf once = BUF_INIT(BUF_ANY), twice = BUF_INIT(BUF_ANY);

	(void)sanitise_text(&once, (const char *)data, size);
	check(&once, 6 * size); /* U+FFFD and a blank */
	(void)sanitise_text(&twice, once.data, once.len);
	if (twice.len != once.len ||
	    memcmp(twice.data, once.data, once.len) != 0)
		abort();
	/* Without a sign of code, no remark can be seen. */
	if (memchr(data, '`', size) == NULL &&
	    memchr(data, '~', size) == NULL &&
	    strstr(once.data, "<!--") != NULL)
		abort();
	buf_reset(&once);
	(void)sanitise_line(&once, (const char *)data, size);
	check(&once, 3 * size);
	if (strpbrk(once.data, "\t\n") != NULL)
		abort();
	buf_free(&once);
	buf_free(&twice);
	return 0;
}
