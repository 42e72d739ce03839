#ifndef OOMPA_WORK_ROOM_H
#define OOMPA_WORK_ROOM_H

#include "args.h"
#include "place.h"
#include "proc.h"
#include "proc_env.h"

/*
 * The room without windows that Claude works in, made by bubblewrap: its own
 * processes, the network, the system's programs read-only, the clone, scratch
 * and an empty home to write to, the mirror and Claude itself to read.
 * Nothing else of this machine is there, and all of it ends with the room.
 *
 * Adds the command line up to and with "--"; program follows, or what else runs
 * there when it is NULL.  env is what the room is started with: nothing secret
 * may stand on a command line.
 */
int room_enter(struct args *, const struct work *, const struct place *,
    const char *program, const struct proc_env *env, struct fail *);

/* FAIL_SETUP when p ended because its room could not be made. */
int room_made(const struct proc *p, struct fail *);

/* Can a room be made here?  FAIL_SETUP says why not, and what helps. */
int room_check(struct fail *);

#endif
