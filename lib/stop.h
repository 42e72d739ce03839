#ifndef OOMPA_STOP_H
#define OOMPA_STOP_H

#include <stdbool.h>

/*
 * How a command ends when it is told to.
 *
 * TERM, HUP and a second INT mean stop now: whatever blocks returns FAIL_STOP
 * as soon as it can.  The first INT, and USR1, mean finish what runs and take
 * nothing new.  Handlers are installed without SA_RESTART, so that system
 * calls return EINTR.
 */

/* Installs the handlers, and puts SIGPIPE back to its default. */
void stop_setup(void);

bool stop_now(void);     /* stop at once */
bool stop_drained(void); /* take no new work (also true after stop_now) */
int stop_signal(void);   /* the signal that was seen, 0 for none */

/* Ends the process by the signal that was seen, as its parent expects. */
void stop_die(void);

#endif
