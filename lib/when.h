#ifndef OOMPA_WHEN_H
#define OOMPA_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* Times are RFC 3339 in UTC, as GitHub writes them ("2026-11-23T15:04:05Z"),
 * and seconds since 1970 in between. */

#define WHEN_SIZE 21 /* bytes, the ending NUL counted */

/* False when s is not exactly of that shape; a fraction is let pass. */
bool when_parse(const char *s, int64_t *ret);

/* Writes t into out and returns out. */
const char *when_format(int64_t t, char out[WHEN_SIZE]);

int64_t when_now(void);

/* "90", "90s", "45m", "4h", "1h30m", "2d": seconds.  False for all else. */
bool when_duration(const char *s, int64_t *ret);

#endif
