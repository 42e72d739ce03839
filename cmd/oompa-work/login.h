#ifndef OOMPA_WORK_LOGIN_H
#define OOMPA_WORK_LOGIN_H

#include "place.h"

/*
 * The model's credential, where it is in no variable: the login that claude
 * keeps in ~/.claude, or in $CLAUDE_CONFIG_DIR, of whoever runs us.
 */

/* Is there a credential at all, good for as long as the task may take?
 * FAIL_AUTH when not. */
int login_check(const struct task *, struct fail *);

/*
 * Puts a copy of the login into Claude's home, when it is what there is.
 * Without the token that renews it: a renewal in the room would be lost with
 * the room, and would end the login outside (the old token is used up).
 */
int login_put(const struct place *, const struct task *, struct fail *);

#endif
