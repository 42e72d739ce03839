#ifndef OOMPA_WORK_REPAIR_H
#define OOMPA_WORK_REPAIR_H

#include "claude.h"
#include "result.h"

/*
 * Claude ended well, but with no answer that fits: asks for that alone, once,
 * in the same session and with what is left of the limits.  wrong says what
 * is wrong with the answer.  True when again is the run to judge instead of
 * first, of which as much or more could be used; what it cost is in the result
 * either way.
 */
bool repair_answer(struct claude *again, const struct claude *first,
    const char *wrong, const struct work *, const struct task *,
    const struct place *, struct result *);

#endif
