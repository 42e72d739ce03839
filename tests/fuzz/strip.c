/*
 * Source text without its comments: of any bytes, in any language, it comes to
 * an end, is stripped already, and is the same with a blank line in front.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/oompa-work/strip.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const char *const names[] = {"a.c", "A.java", "a.cs", "a.rs", "a.go",
    "a.js", "a.css", "a.sh", "a.py", "a.toml", "a.yml", "a.sql", "a.lua",
    "Makefile", "a.rb"};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t n = sizeof(names) / sizeof(*names);
	const struct strip_lang *lang;
	struct buf text = BUF_INIT(BUF_ANY), once = BUF_INIT(BUF_ANY),
		   again = BUF_INIT(BUF_ANY);

	if (size == 0)
		return 0;
	lang = strip_lang(names[data[0] % n]);
	buf_add(&text, data + 1, size - 1);
	if (strip_text(lang, text.data, text.len, &once)) {
		/* Nothing is made up: a line end and a blank at most. */
		if (once.len > text.len + 1)
			abort();
		buf_reset(&again);
		buf_puts(&again, "\n");
		buf_add(&again, text.data, text.len);
		if (strncmp(text.data, "#!", 2) != 0) {
			struct buf moved = BUF_INIT(BUF_ANY);

			if (!strip_text(lang, again.data, again.len, &moved) ||
			    moved.len != once.len ||
			    memcmp(moved.data, once.data, once.len) != 0)
				abort();
			buf_free(&moved);
		}
	}
	buf_free(&text);
	buf_free(&once);
	buf_free(&again);
	return 0;
}
