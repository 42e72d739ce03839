#ifndef OOMPA_SECRET_H
#define OOMPA_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Secrets in text that is to be published.
 *
 * Known values are looked for as they are, reversed, in hexadecimal, in both
 * alphabets of base64 wherever in a group of three bytes they begin, and
 * escaped (%67, \x67, \u0067); blanks, line breaks and NULs between their
 * characters do not hide them.
 *
 * Unknown ones are known by their form.  What is documented as an example, or
 * is too regular to have been drawn at random, is none.
 *
 * The time is linear in the text, and nothing of a value is ever in a name or
 * a message.
 */

#define SECRET_MIN        8  /* bytes; what is shorter is no credential */
#define SECRET_PRINT      12 /* hex digits of a fingerprint */
#define SECRET_PRINT_SIZE (SECRET_PRINT + 1)
/* Bytes: whoever looks through a text in pieces lets them overlap by this. */
#define SECRET_SPAN ((size_t)16 << 10)

struct secret_needle {
	char *text;
	size_t len;
	bool is_plain; /* looked for where escapes are undone */
};

/* Values that are known.  Starts as {0}. */
struct secrets {
	struct secret_needle *v;
	size_t n;
};

/* Adds a value; NULL, or less than SECRET_MIN bytes: nothing is added. */
void secret_know(struct secrets *, const char *value);
void secret_done(struct secrets *);

/* Does the text hold one of the known values? */
bool secret_known(const struct secrets *, const char *text, size_t len);

struct secret {
	const char *what;              /* "a GitHub token" */
	size_t at, len;                /* where it is */
	char print[SECRET_PRINT_SIZE]; /* the first digits of its SHA-256 */
};

/*
 * The first secret of a known form in the text that is not allowed: allowed is
 * a list of fingerprints of at least SECRET_PRINT digits, separated by commas.
 */
bool secret_find(
    const char *text, size_t len, const char *allowed, struct secret *ret);

#endif
