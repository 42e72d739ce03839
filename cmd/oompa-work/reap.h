#ifndef OOMPA_WORK_REAP_H
#define OOMPA_WORK_REAP_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The end of what a task's programs leave behind: processes that their parent
 * did not wait for become our children.
 */

/* Makes us the parent of what our children leave behind. */
void reap_adopt(void);

/* Ends all children we have. */
void reap_all(void);

/* The same, but for n of them. */
void reap_except(const pid_t *spared, size_t n);

#endif
