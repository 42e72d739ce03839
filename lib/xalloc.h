#ifndef OOMPA_XALLOC_H
#define OOMPA_XALLOC_H

#include <stddef.h>

/*
 * Memory that is always there: none of these returns NULL.  Out of memory
 * ends the process with STATUS_MEMORY (71) after one line on stderr.
 */
void *xmalloc(size_t);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *, size_t);
char *xstrdup(const char *);
char *xstrndup(const char *, size_t);
char *xasprintf(const char *, ...) __attribute__((format(printf, 1, 2)));

#endif
