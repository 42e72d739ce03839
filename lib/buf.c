/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "xalloc.h"

char buf_empty[1];

static void
grow(struct buf *b, size_t want)
{
	size_t cap = b->cap < 64 ? 64 : b->cap;

	while (cap < want)
		cap *= 2;
	b->data = xrealloc(b->cap != 0 ? b->data : NULL, cap);
	b->cap = cap;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	if (n > b->max - b->len) {
		n = b->max - b->len;
		b->cut = true;
	}
	if (n == 0)
		return;
	if (b->cap < b->len + n + 1)
		grow(b, b->len + n + 1);
	memcpy(b->data + b->len, p, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	char small[256], *big;
	int n;
	va_list ap;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof(small)) {
		buf_add(b, small, (size_t)n);
		return;
	}
	big = xmalloc((size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(big, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf_add(b, big, (size_t)n);
	free(big);
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	if (n > b->len)
		n = b->len;
	b->len -= n;
	memmove(b->data, b->data + n, b->len);
	if (b->cap != 0)
		b->data[b->len] = '\0';
}

void
buf_trim(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->cut = false;
	if (b->cap != 0)
		b->data[0] = '\0';
}

char *
buf_take(struct buf *b)
{
	char *p = b->cap != 0 ? b->data : xstrdup("");

	b->data = buf_empty;
	b->len = b->cap = 0;
	b->cut = false;
	return p;
}

void
buf_free(struct buf *b)
{
	if (b->cap != 0)
		free(b->data);
	b->data = buf_empty;
	b->len = b->cap = 0;
	b->cut = false;
}
