/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "reference.h"
#include "unseen.h"
#include "utf8.h"

#define REFERENCE_MAX 16 /* bytes of &#x10ffff; with zeros to spare */

/* The value of &#...; at s, which ends in ";". */
static bool
read_number(const char *s, uint32_t *ret)
{
	bool hex = s[2] == 'x' || s[2] == 'X';
	const char *p = s + (hex ? 3 : 2);
	uint32_t c = 0, digit;

	if (s[1] != '#' || *p == ';')
		return false;
	for (; *p != ';'; p++) {
		if (*p >= '0' && *p <= '9')
			digit = (uint32_t)(*p - '0');
		else if (hex && (*p | 32) >= 'a' && (*p | 32) <= 'f')
			digit = (uint32_t)((*p | 32) - 'a' + 10);
		else
			return false;
		c = c > 0x10ffff ? c : c * (hex ? 16 : 10) + digit;
	}
	*ret = c;
	return true;
}

/* Names of characters that nobody sees. */
static bool
unseen_name(const char *s)
{
	static const char *const names[] = {"&shy;", "&zwj;", "&zwnj;", "&lrm;",
	    "&rlm;", "&ZeroWidthSpace;", "&NoBreak;", "&af;", "&it;", "&ic;",
	    "&ApplyFunction;", "&InvisibleTimes;", "&InvisibleComma;",
	    "&NegativeThinSpace;", NULL};
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (strcmp(s, names[i]) == 0)
			return true;
	return false;
}

/* Replaces the one that b ends in.  True when that gave it another ";" to end
 * in. */
static bool
reduce(struct buf *b, size_t floor, size_t *hidden)
{
	size_t at = b->len, least = b->len - floor;
	uint32_t c;

	if (least > REFERENCE_MAX)
		least = REFERENCE_MAX;
	least = b->len - least;
	while (at > least && b->data[at - 1] != '&')
		at--;
	if (at-- == least)
		return false;
	if (unseen_name(b->data + at))
		c = 0;
	else if (!read_number(b->data + at, &c))
		return false;
	buf_trim(b, at);
	if (c == '\n' || c == '\t' || c == '\r')
		c = ' ';
	if (unseen(c))
		(*hidden)++;
	else if (c == '|')
		buf_puts(b, "\\|"); /* it ends no cell */
	else
		utf8_put(b, c);
	return c == ';';
}

size_t
reference_end(struct buf *b, size_t floor)
{
	size_t hidden = 0;

	while (reduce(b, floor, &hidden))
		;
	return hidden;
}
