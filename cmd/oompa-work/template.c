/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "embed.h"
#include "file.h"
#include "template.h"
#include "utf8.h"
#include "xalloc.h"

#define TEMPLATE_MAX ((size_t)64 << 10) /* bytes of a file */

/* Adds dir/name.md: 1, 0 when there is none. */
static int
add_file(struct buf *b, const char *dir, const char *name, struct fail *why)
{
	char *path = xasprintf("%s/%s.md", dir, name), *text = NULL;
	size_t len;
	int r = file_read(path, TEMPLATE_MAX, &text, &len, why);

	if (r == -1 && why->kind == FAIL_SYSTEM && why->code == ENOENT)
		r = 0;
	else if (r == -1)
		why->kind = FAIL_SETUP;
	else if (!utf8_valid(text, len) || strlen(text) != len)
		r = fail(why, FAIL_SETUP, 0, "'%s' is not UTF-8", path);
	else if (strspn(text, " \t\r\n") == len)
		r = fail(why, FAIL_SETUP, 0, "'%s' is empty", path);
	else {
		buf_add(b, text, len);
		r = 1;
	}
	free(text);
	free(path);
	return r;
}

/* As one that is built in has it: one line end, and no more, at its end. */
static void
trim(struct buf *b)
{
	while (b->len != 0 && strchr(" \t\r\n", b->data[b->len - 1]) != NULL)
		buf_trim(b, b->len - 1);
	buf_putc(b, '\n');
}

int
template_read(const char *dir, const char *name, char **ret, struct fail *why)
{
	struct buf text = BUF_INIT(BUF_ANY), extra = BUF_INIT(BUF_ANY);
	char *own = xasprintf("prompts/%s.md", name);
	int r = *dir != '\0' ? add_file(&text, dir, name, why) : 0;

	if (r == 0)
		buf_puts(&text, embed_text(own));
	if (r != -1 && *dir != '\0')
		r = add_file(&extra, dir, "extra", why);
	if (r != -1) {
		trim(&text);
		if (extra.len != 0) {
			trim(&extra);
			buf_putc(&text, '\n');
			buf_add(&text, extra.data, extra.len);
		}
		*ret = buf_take(&text);
		r = 0;
	}
	buf_free(&text);
	buf_free(&extra);
	free(own);
	return r;
}
