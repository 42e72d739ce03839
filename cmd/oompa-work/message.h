#ifndef OOMPA_WORK_MESSAGE_H
#define OOMPA_WORK_MESSAGE_H

#include "task.h"

/* The message of the commit: the title, at most 72 characters; the
 * summary; the trailers, once each. */
void message_make(struct buf *, const struct task *, const char *summary);

#endif
