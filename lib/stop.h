#ifndef OOMPA_STOP_H
#define OOMPA_STOP_H

#include <stdbool.h>

/*
 * How a command ends when it is told to.
 *
 * TERM, HUP and a second INT mean stop now: whatever blocks returns FAIL_STOP
 * as soon as it can.  The first INT, and USR1, mean finish what runs and take
 * nothing new.  Handlers are installed without SA_RESTART, so that system
 * calls return EINTR; a signal that is ignored when we start stays ignored.
 */

/* Installs the handlers, and puts SIGPIPE back to its default. */
void stop_setup(void);

bool stop_now(void);     /* stop at once */
bool stop_drained(void); /* take no new work (also true after stop_now) */
int stop_signal(void);   /* the signal that was seen, 0 for none */

/* Until stop_release a signal that means stop at once does so only when this
 * time has passed since: for what is soon done and must not be lost.  One that
 * came before counts from here. */
void stop_hold(int seconds);
void stop_release(void);

/* Waits until fd can be read: 0, or -1 with EINTR when a signal came since
 * the last look at the functions above, even if it came before the wait. */
int stop_wait(int fd);

/* Ends the process by the signal that was seen, as its parent expects. */
void stop_die(void);

#endif
