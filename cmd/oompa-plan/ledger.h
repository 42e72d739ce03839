#ifndef OOMPA_LEDGER_H
#define OOMPA_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"

/*
 * What is known of earlier runs: receipts, and results that wait in the
 * outbox.  One line's worth of memory for each.
 */

enum ledger_kind {
	LEDGER_CALL,   /* a model call that was paid for */
	LEDGER_PUSHED, /* a branch that we pushed */
	LEDGER_WAITS,  /* a result that is not published yet */
};

struct ledger_entry {
	enum ledger_kind kind;
	char *id;     /* of the task */
	int64_t at;   /* seconds */
	char *call;   /* LEDGER_CALL: which call, NULL when not said */
	char *branch; /* LEDGER_PUSHED */
	char *oid;    /* LEDGER_PUSHED */
};

struct ledger {
	struct ledger_entry *v;
	size_t n, cap;
};

/* Takes note of a receipt or result record. */
void ledger_add(struct ledger *, const cJSON *rec);
void ledger_done(struct ledger *);

/* Does a result of this task wait to be published? */
bool ledger_waits(const struct ledger *, const char *id);

/* How many calls for this task were paid for, and when the last one was.  A
 * receipt that a killed run repeated counts once. */
size_t ledger_calls(const struct ledger *, const char *id, int64_t *last);

/* Did this task push this commit to this branch? */
bool ledger_pushed(
    const struct ledger *, const char *id, const char *branch, const char *oid);

#endif
