/*
 * Secrets: whatever surrounds it, a known value is found in each of its
 * disguises; and what is found by its form is inside the text, and not found
 * again once it is allowed.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "buf.h"
#include "known.h"
#include "secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define VALUE "ghs_K3y.of+the/run?=ZqW"

static void
is_found(const struct known *s, const struct buf *text)
{
	if (!known_in(s, text->data, text->len))
		abort();
}

/* The value behind the data, and before what is left of it. */
static void
hide(const struct known *s, const uint8_t *data, size_t size)
{
	struct buf b = BUF_INIT(BUF_ANY), code = BUF_INIT(BUF_ANY);
	size_t cut = size != 0 ? data[0] % (size + 1) : 0, i;
	unsigned char *out = malloc(size * 2 + 200);
	const char *v;

	if (out == NULL)
		abort();
	buf_add(&b, data, cut);
	buf_puts(&b, VALUE);
	buf_add(&b, data + cut, size - cut);
	is_found(s, &b);
	i = (size_t)EVP_EncodeBlock(
	    out, (const unsigned char *)b.data, (int)b.len);
	buf_add(&code, out, i);
	is_found(s, &code);
	buf_reset(&code);
	for (i = 0; i < b.len; i++)
		buf_printf(&code, "%02x%s", (unsigned char)b.data[i],
		    i % 30 == 29 ? "\n" : "");
	/* Hexadecimal digits before it may move it by a half. */
	is_found(s, &code);
	buf_reset(&code);
	buf_add(&code, data, cut);
	buf_putc(&code, '|');
	for (v = VALUE; *v != '\0'; v++)
		buf_printf(
		    &code, size % 2 == 0 ? "%%%02X" : "\\u%04x", (unsigned)*v);
	is_found(s, &code);
	free(out);
	buf_free(&b);
	buf_free(&code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct known known = {0};
	struct secret one, other;

	known_add(&known, VALUE);
	hide(&known, data, size);
	known_done(&known);
	if (secret_find(text, size, "", &one)) {
		if (one.at + one.len > size || one.len < 20 ||
		    strlen(one.print) != SECRET_PRINT)
			abort();
		if (secret_find(text, size, one.print, &other) &&
		    strcmp(one.print, other.print) == 0)
			abort();
	}
	return 0;
}
