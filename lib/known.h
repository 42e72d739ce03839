#ifndef OOMPA_KNOWN_H
#define OOMPA_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Secrets whose values are known, in text that is to be published.
 *
 * They are looked for as they are, reversed, in hexadecimal, in both alphabets
 * of base64 wherever in a group of three bytes they begin, and escaped (%67,
 * \x67, \u0067); blanks, line breaks and NULs between their characters, and
 * "\n", "\r" and "\t", do not hide them.
 *
 * The time is linear in the text.
 */

#define KNOWN_MIN 8 /* bytes; what is shorter is no credential */

struct known_needle {
	char *text;
	size_t len;
	bool is_plain; /* looked for where escapes are undone */
};

/* Starts as {0}. */
struct known {
	struct known_needle *v;
	size_t n;
};

/* Adds a value; NULL, or less than KNOWN_MIN bytes: nothing is added. */
void known_add(struct known *, const char *value);
void known_done(struct known *);

/* Does the text hold one of the values? */
bool known_in(const struct known *, const char *text, size_t len);

#endif
