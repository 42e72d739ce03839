#ifndef OOMPA_UTF8_H
#define OOMPA_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* Well-formed UTF-8 as of RFC 3629: no surrogates, nothing overlong, nothing
 * above U+10FFFF. */

/* The length of the character at s in bytes, 0 when it is not well-formed. */
size_t utf8_len(const char *s, size_t left);

bool utf8_valid(const char *s, size_t len);

/* Adds s to b; every byte that is no part of a character, and every NUL,
 * becomes U+FFFD. */
void utf8_clean(struct buf *b, const char *s, size_t len);

/* The code point of the character at s, whose length utf8_len gave. */
uint32_t utf8_point(const char *s, size_t len);

/* Adds a code point; what is none becomes U+FFFD. */
void utf8_put(struct buf *b, uint32_t c);

/* The most bytes, at most max, that end at a character's end. */
size_t utf8_cut(const char *s, size_t len, size_t max);

#endif
