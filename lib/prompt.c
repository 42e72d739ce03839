/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "prompt.h"
#include "sanitise.h"
#include "utf8.h"

#define ATTRIBUTE_MAX 300 /* bytes */
#define NONCE_BYTES   16
#define NONCE_SIZE    (2 * NONCE_BYTES + 1) /* bytes: hex digits and a NUL */

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
			    "prompt: '{{%.*s' is not closed",
			    (int)strcspn(open, " \t\r\n"), open);
		value = value_of(vars, open, (size_t)(close - open));
		if (value == NULL)
			return fail(why, FAIL_INPUT, 0,
			    "prompt: no value for '{{%.*s}}'",
			    (int)(close - open), open);
		buf_puts(b, value);
		template = close + 2;
	}
	buf_puts(b, template);
	if (b->data[strspn(b->data, " \t\r\n")] == '/')
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
	struct buf line = BUF_INIT(ATTRIBUTE_MAX);
	char *p;

	if (value == NULL)
		return;
	(void)sanitise_line(&line, value, strlen(value));
	for (p = line.data; *p != '\0'; p++)
		if (strchr("\"<>", *p) != NULL)
			*p = '?';
	buf_printf(b, " %s=\"", name);
	buf_add(
	    b, line.data, utf8_cut(line.data, line.len, line.len - line.cut));
	buf_putc(b, '"');
	buf_free(&line);
}

void
prompt_fence(struct buf *b, const struct prompt_text *t)
{
	char nonce[NONCE_SIZE];
	size_t len = strlen(t->text);

	do
		draw(nonce);
	while (strstr(t->text, nonce) != NULL);
	buf_printf(b, "<<<BEGIN %s", nonce);
	attribute(b, "source", t->source);
	attribute(b, "author", t->author);
	attribute(b, "trust", t->trust);
	attribute(b, "edited-by", t->editor);
	attribute(b, "time", t->time);
	attribute(b, "url", t->url);
	buf_puts(b, ">>>\n");
	buf_add(b, t->text, len);
	buf_puts(b, len != 0 && t->text[len - 1] == '\n' ? "" : "\n");
	buf_printf(b, "<<<END %s>>>\n", nonce);
}
