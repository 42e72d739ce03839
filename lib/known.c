/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "buf.h"
#include "known.h"
#include "xalloc.h"

static void
add(struct known *s, const char *data, size_t len, bool is_plain)
{
	s->v = xrealloc(s->v, (s->n + 1) * sizeof(*s->v));
	s->v[s->n++] = (struct known_needle){
	    .text = xstrndup(data, len), .len = len, .is_plain = is_plain};
}

static void
add_reversed(struct known *s, const struct buf *value)
{
	char *out = xstrndup(value->data, value->len);
	size_t i;

	for (i = 0; i < value->len; i++)
		out[i] = value->data[value->len - 1 - i];
	add(s, out, value->len, false);
	free(out);
}

static void
add_hex(struct known *s, const struct buf *value, const char *digits)
{
	struct buf out = BUF_INIT(BUF_ANY);
	size_t i;

	for (i = 0; i < value->len; i++) {
		buf_putc(&out, digits[(unsigned char)value->data[i] >> 4]);
		buf_putc(&out, digits[value->data[i] & 15]);
	}
	add(s, out.data, out.len, false);
	buf_free(&out);
}

/*
 * The value in base64 when it begins at this byte of a group of three.  The
 * characters that depend on its neighbours too are left out: one of each end
 * that is not a group's.
 */
static void
add_base64(struct known *s, const struct buf *value, size_t shift, bool url)
{
	static const size_t head[] = {0, 2, 3};
	char *in = xasprintf("%.*s%s", (int)shift, "  ", value->data);
	size_t len = value->len + shift, whole = len * 8 / 6, i;
	char *out = xasprintf("%*s", (int)((len + 2) / 3 * 4 + 1), "");
	bool same = true;

	(void)EVP_EncodeBlock(
	    (unsigned char *)out, (const unsigned char *)in, (int)len);
	free(in);
	out[whole] = '\0';
	for (i = head[shift]; url && i < whole; i++)
		if (out[i] == '+' || out[i] == '/') {
			out[i] = out[i] == '+' ? '-' : '_';
			same = false;
		}
	if (!url || !same)
		add(s, out + head[shift], whole - head[shift], false);
	free(out);
}

/* The text as it is searched: without blanks, line breaks, NULs. */
static void
squeeze(struct buf *b, const char *text, size_t len)
{
	size_t i, from;

	for (i = 0; i < len; i++) {
		for (from = i; i < len && (unsigned char)text[i] > ' '; i++)
			;
		buf_add(b, text + from, i - from);
	}
}

void
known_add(struct known *s, const char *value)
{
	struct buf b = BUF_INIT(BUF_ANY);
	size_t shift;

	if (value != NULL)
		squeeze(&b, value, strlen(value));
	if (b.len >= KNOWN_MIN) {
		add(s, b.data, b.len, true);
		add_reversed(s, &b);
		add_hex(s, &b, "0123456789abcdef");
		add_hex(s, &b, "0123456789ABCDEF");
		for (shift = 0; shift < 3; shift++) {
			add_base64(s, &b, shift, false);
			add_base64(s, &b, shift, true);
		}
	}
	/* With line breaks in it, base64 of the value is another. */
	if (b.len >= KNOWN_MIN && b.len != strlen(value)) {
		buf_reset(&b);
		buf_puts(&b, value);
		for (shift = 0; shift < 3; shift++)
			add_base64(s, &b, shift, false);
	}
	buf_free(&b);
}

void
known_done(struct known *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i].text);
	free(s->v);
	*s = (struct known){0};
}

/* The value of n hex digits, -1 when they are none. */
static int
hex(const char *s, size_t left, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	int v = 0;
	const char *d;

	if (left < n)
		return -1;
	for (; n != 0; n--, s++) {
		d = *s != '\0' ? strchr(digits, tolower((unsigned char)*s))
			       : NULL;
		if (d == NULL)
			return -1;
		v = v * 16 + (int)(d - digits);
	}
	return v;
}

/* "%67", "\x67" and "\u0067" as the byte they stand for; "\n" and its like,
 * line breaks and blanks, as nothing. */
static void
unescape(struct buf *b, const char *s, size_t len)
{
	size_t i, n;
	unsigned char byte;
	int c;

	for (i = 0; i < len; i += n) {
		n = 2;
		if (s[i] == '\\' && i + 1 < len &&
		    strchr("nrt", s[i + 1]) != NULL)
			continue;
		n = 1;
		if (s[i] == '%' && (c = hex(s + i + 1, len - i - 1, 2)) > 0)
			n = 3;
		else if (s[i] == '\\' && i + 1 < len && s[i + 1] == 'x' &&
			 (c = hex(s + i + 2, len - i - 2, 2)) > 0)
			n = 4;
		else if (s[i] == '\\' && i + 1 < len && s[i + 1] == 'u' &&
			 (c = hex(s + i + 2, len - i - 2, 4)) > 0 && c < 0x80)
			n = 6;
		byte = (unsigned char)(n == 1 ? s[i] : c);
		buf_add(b, &byte, 1);
	}
}

bool
known_in(const struct known *s, const char *text, size_t len)
{
	struct buf tight = BUF_INIT(BUF_ANY), plain = BUF_INIT(BUF_ANY);
	bool found = false, escaped;
	size_t i;

	if (s->n == 0)
		return false;
	squeeze(&tight, text, len);
	escaped = memchr(tight.data, '%', tight.len) != NULL ||
		  memchr(tight.data, '\\', tight.len) != NULL;
	if (escaped)
		unescape(&plain, tight.data, tight.len);
	for (i = 0; i < s->n && !found; i++)
		found = memmem(tight.data, tight.len, s->v[i].text,
			    s->v[i].len) != NULL ||
			(escaped && s->v[i].is_plain &&
			    memmem(plain.data, plain.len, s->v[i].text,
				s->v[i].len) != NULL);
	buf_free(&tight);
	buf_free(&plain);
	return found;
}
