/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "utf8.h"

static bool
is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t
utf8_len(const char *s, size_t left)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xbf;
	size_t i, n;

	if (left == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	/* RFC 3629 4: only the second byte's range depends on the first. */
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (left < n || p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if (!is_tail(p[i]))
			return 0;
	return n;
}

bool
utf8_valid(const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n)
		if ((n = utf8_len(s + i, len - i)) == 0)
			return false;
	return true;
}

void
utf8_clean(struct buf *b, const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = utf8_len(s + i, len - i);
		if (n == 0 || s[i] == '\0') {
			buf_puts(b, "\xef\xbf\xbd");
			n = 1;
		} else
			buf_add(b, s + i, n);
	}
}

uint32_t
utf8_point(const char *s, size_t len)
{
	uint32_t c = (unsigned char)s[0];
	size_t i;

	if (len > 1)
		c &= 0x7fU >> len;
	for (i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3fU);
	return c;
}

void
utf8_put(struct buf *b, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		buf_putc(b, (char)c);
		return;
	}
	if (c < 0x800)
		buf_putc(b, (char)(0xc0 | c >> 6));
	else if (c < 0x10000)
		buf_putc(b, (char)(0xe0 | c >> 12));
	else {
		buf_putc(b, (char)(0xf0 | c >> 18));
		buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
	}
	if (c >= 0x800)
		buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
	buf_putc(b, (char)(0x80 | (c & 0x3f)));
}

size_t
utf8_cut(const char *s, size_t len, size_t max)
{
	size_t n = len < max ? len : max;

	while (n != 0 && n < len && is_tail((unsigned char)s[n]))
		n--;
	return n;
}
