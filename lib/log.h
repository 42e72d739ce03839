#ifndef OOMPA_LOG_H
#define OOMPA_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * What a person is told, on stderr.
 *
 * A line is "program: item: message" or, with log_setup(..., true), logfmt:
 * "time=... level=... program=... item=... msg=...".  Control characters of
 * foreign text are escaped in both, so one call is always one line.
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_setup(enum log_level least, bool logfmt);

/* "debug", "info", "warn", "error" to a level, or -1. */
int log_level_parse(const char *);

/* item: what it is about ("o/r#7", "<stdin>:3"), NULL for nothing. */
void log_at(enum log_level, const char *item, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Something that happened to an item.  text is for people; the pairs of key
 * and value, ended by NULL, are for logfmt.  A NULL value leaves its pair
 * out.
 */
void log_event(enum log_level, const char *item, const char *text, ...)
    __attribute__((sentinel));

/* Adds text; its control characters, marks that turn its direction, and bytes
 * that are no UTF-8, are written as \n, \t, \xNN. */
void log_escape(struct buf *, const char *text, size_t len);

#endif
