#ifndef OOMPA_WORK_LIVE_H
#define OOMPA_WORK_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * Lines at the bottom of the terminal that stderr is, changed in place.  What
 * anybody else writes to the terminal scrolls above them.  Nothing happens when
 * stderr is no terminal, when TERM says that it is a dumb one, or none, when it
 * is too small, or while others have the terminal.
 */

/* Shows these lines, and no others; n 0 gives the whole terminal back.  Their
 * text may be foreign. */
void live_show(const char *const *lines, size_t n);

/* May live_show show anything? */
bool live_possible(void);

#endif
