#ifndef OOMPA_WORK_MESSAGE_H
#define OOMPA_WORK_MESSAGE_H

#include "task.h"

/* The message of the commit: the title, at most 72 characters, and the
 * text; of a review the text alone, whose first line is the subject; then the
 * trailers, once each. */
void message_make(struct buf *, const struct task *, const char *text);

#endif
