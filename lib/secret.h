#ifndef OOMPA_SECRET_H
#define OOMPA_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Secrets of unknown value, in text that is to be published; those whose values
 * are known are known.h's.
 *
 * They are known by their form.  What is documented as an example, or is too
 * regular to have been drawn at random, is none.
 *
 * The time is linear in the text, and nothing of a value is ever in a name or
 * a message.
 */

#define SECRET_PRINT      12 /* hex digits of a fingerprint */
#define SECRET_PRINT_SIZE (SECRET_PRINT + 1)
/* Bytes: whoever looks through a text in pieces lets them overlap by this. */
#define SECRET_SPAN ((size_t)16 << 10)

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
