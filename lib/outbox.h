#ifndef OOMPA_OUTBOX_H
#define OOMPA_OUTBOX_H

#include <stdint.h>

#include "fail.h"

/*
 * The outbox: results that were paid for and are not yet published.  A
 * result is NAME.json, one line, and the bundle it names is NAME.bundle;
 * NAME is made from the task's id.  Why it was not published at the last try
 * is in NAME.why, for people; and when a person has to do something first,
 * NAME.later says how often it was tried and when the next time is.
 *
 * oompa-work puts the bundle there first and then the line, oompa-push
 * removes the line first and then the bundle: whenever it is looked at, a
 * line has its bundle, and a bundle without a line is garbage.
 */

#define OUTBOX_NAME_SIZE 17                 /* bytes: 16 hex digits and a NUL */
#define OUTBOX_LINE_MAX  ((size_t)16 << 20) /* bytes, see RECORD_MAX */

void outbox_name(const char *task_id, char out[OUTBOX_NAME_SIZE]);

/* The plain file name of a task's bundle, yours to free. */
char *outbox_bundle(const char *task_id);

/* 1 and the stored line, without its line end and yours to free; 0 when there
 * is none. */
int
outbox_find(const char *dir, const char *task_id, char **line, struct fail *);

/* Stores a line (without its line end) for good: file_write. */
int outbox_store(
    const char *dir, const char *task_id, const char *line, struct fail *);

/*
 * Removes what runs that were killed have left: temporary files, and what is
 * beside no line.  Only what is a day old, so that nobody is about to write
 * that line, and only what is named like ours.  What cannot be removed stays.
 */
void outbox_prune(const char *dir);

/* Why it still waits: "" when that is not known.  Yours to free. */
char *outbox_why(const char *dir, const char *name);

/* Notes why it still waits: 1 when that was known already, else 0.  A result
 * that is not in the outbox has nothing to wait for. */
int outbox_note(
    const char *dir, const char *task_id, const char *text, struct fail *);

/* Until when it is not tried again, in seconds; 0: it may be. */
int64_t outbox_until(const char *dir, const char *task_id);

/* Puts it off: an hour, then twice as long each time, a day at most.  One that
 * is not in the outbox is nobody's to put off. */
int outbox_put_off(const char *dir, const char *task_id, struct fail *);

/* Removes line and bundle; that there is none is fine. */
int outbox_remove(const char *dir, const char *task_id, struct fail *);

#endif
