/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "prompt.h"

#define NONCE_BYTES 16
#define NONCE_SIZE  (2 * NONCE_BYTES + 1) /* bytes: hex digits and a NUL */

static const char *
value_of(const struct prompt_var vars[], const char *name, size_t len)
{
	for (; vars->name != NULL; vars++)
		if (strlen(vars->name) == len &&
		    memcmp(vars->name, name, len) == 0)
			return vars->value;
	return NULL;
}

int
prompt_fill(struct buf *b, const char *template, const struct prompt_var vars[],
    struct fail *why)
{
	const char *open, *close, *value;

	while ((open = strstr(template, "{{")) != NULL) {
		buf_add(b, template, (size_t)(open - template));
		open += 2;
		if ((close = strstr(open, "}}")) == NULL)
			return fail(why, FAIL_INPUT, 0,
			    "prompt: '{{%.32s' is not closed", open);
		value = value_of(vars, open, (size_t)(close - open));
		if (value == NULL)
			return fail(why, FAIL_INPUT, 0,
			    "prompt: no value for '{{%.*s}}'",
			    (int)(close - open), open);
		buf_puts(b, value);
		template = close + 2;
	}
	buf_puts(b, template);
	if (*b->data == '/')
		return fail(
		    why, FAIL_INPUT, 0, "prompt: it begins with a slash");
	return 0;
}

static void
draw(char out[NONCE_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[NONCE_BYTES];
	size_t i;

	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		abort();
	for (i = 0; i < NONCE_BYTES; i++) {
		out[2 * i] = digits[raw[i] >> 4];
		out[2 * i + 1] = digits[raw[i] & 15];
	}
	out[2 * i] = '\0';
}

/* A value between quotes: what could end it, or the line, becomes "?". */
static void
attribute(struct buf *b, const char *name, const char *value)
{
	const char *p;

	buf_printf(b, " %s=\"", name);
	for (p = value; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == '"')
			buf_putc(b, '?');
		else
			buf_putc(b, *p);
	buf_putc(b, '"');
}

void
prompt_fence(struct buf *b, const char *source, const char *author,
    const char *trust, const char *text)
{
	char nonce[NONCE_SIZE];
	size_t len = strlen(text);

	do
		draw(nonce);
	while (strstr(text, nonce) != NULL);
	buf_printf(b, "<<<BEGIN %s", nonce);
	attribute(b, "source", source);
	attribute(b, "author", author);
	attribute(b, "trust", trust);
	buf_puts(b, ">>>\n");
	buf_add(b, text, len);
	buf_puts(b, len != 0 && text[len - 1] == '\n' ? "" : "\n");
	buf_printf(b, "<<<END %s>>>\n", nonce);
}
