/* SPDX-License-Identifier: MIT */
#include "unseen.h"
#include "utf8.h"

/* In order.  Unicode's Default_Ignorable_Code_Point, the controls, and what
 * sets directions; without U+FE0E and U+FE0F, which make symbols of emoji and
 * the other way round, and stand behind many. */
static const struct {
	uint32_t first, last;
} ranges[] = {
    {0x00, 0x08},       /* C0, without tab and newline */
    {0x0b, 0x1f},       /* */
    {0x7f, 0x9f},       /* delete, C1 */
    {0xad, 0xad},       /* soft hyphen */
    {0x34f, 0x34f},     /* grapheme joiner */
    {0x61c, 0x61c},     /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x17b4, 0x17b5},   /* Khmer inherent vowels */
    {0x180b, 0x180f},   /* Mongolian selectors */
    {0x200b, 0x200f},   /* zero width, directions */
    {0x2028, 0x202e},   /* separators, directions */
    {0x2060, 0x206f},   /* joiners, invisible operators, directions */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfe00, 0xfe0d},   /* variation selectors */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xffa0, 0xffa0},   /* half width Hangul filler */
    {0xfff0, 0xfffb},   /* annotations */
    {0x1bca0, 0x1bca3}, /* shorthand controls */
    {0x1d173, 0x1d17a}, /* musical controls */
    {0xe0000, 0xe0fff}, /* tags, variation selectors */
};

bool
unseen(uint32_t point)
{
	size_t low = 0, high = sizeof(ranges) / sizeof(*ranges), mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (point > ranges[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < sizeof(ranges) / sizeof(*ranges) &&
	       point >= ranges[low].first;
}

/* U+FE0E and U+FE0F: one of them may be seen, by its effect on what is before
 * it, but no more. */
static bool
selects(uint32_t point)
{
	return point == 0xfe0e || point == 0xfe0f;
}

size_t
unseen_strip(struct buf *b, const char *s, size_t len)
{
	size_t i, n, taken = 0;
	bool before = false, selected = true;
	uint32_t point;

	for (i = 0; i < len; i += n) {
		n = utf8_len(s + i, len - i);
		point = n != 0 ? utf8_point(s + i, n) : 0xfffd;
		if (n == 0) {
			utf8_put(b, point);
			n = 1;
		} else if (s[i] == '\r') {
			if (i + 1 == len || s[i + 1] != '\n')
				buf_putc(b, '\n');
			continue;
		} else if (unseen(point) || (selected && selects(point))) {
			taken += !before;
			before = true;
			continue;
		} else
			buf_add(b, s + i, n);
		before = false;
		selected = selects(point);
	}
	return taken;
}
