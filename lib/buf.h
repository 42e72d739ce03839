#ifndef OOMPA_BUF_H
#define OOMPA_BUF_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Bytes that grow, up to a limit set at birth.
 *
 * data is never NULL and always ends in a NUL that len does not count, so it
 * may be read as a C string; it may also hold NULs.  Past max bytes a buf
 * takes no more and remembers that in cut.  A buf frees itself (buf_free) or
 * is taken (buf_take), which leaves it empty and usable again.
 */
struct buf {
	char *data;
	size_t len; /* bytes, the ending NUL not counted */
	size_t cap; /* bytes allocated, 0 while data is static */
	size_t max; /* bytes, the most that len may become */
	bool cut;   /* something was left out */
};

extern char buf_empty[];

#define BUF_INIT(most)                                                         \
	{                                                                      \
		.data = buf_empty, .max = (most)                               \
	}

#define BUF_ANY ((size_t)1 << 30) /* bytes; for what we make ourselves */

void buf_add(struct buf *, const void *, size_t);
void buf_puts(struct buf *, const char *);
void buf_putc(struct buf *, char);
void buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
void buf_drop(struct buf *, size_t n);   /* the first n bytes go away */
void buf_trim(struct buf *, size_t len); /* no more than the first len stay */
void buf_reset(struct buf *);
char *buf_take(struct buf *); /* yours to free */
void buf_free(struct buf *);

#endif
