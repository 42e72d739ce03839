#ifndef OOMPA_LEDGER_H
#define OOMPA_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"

/*
 * What is known of earlier runs: receipts, and results that wait in the
 * outbox.  One line's worth of memory for each; sorted when it is first asked
 * after something was added.
 *
 * An item is asked for by its key, and a task by that and its id.  Of an id
 * only what follows the repository's name counts.  A receipt that a killed
 * run repeated counts once.
 */

enum ledger_kind {
	LEDGER_CALL,    /* a model call that was paid for */
	LEDGER_WAITS,   /* a result that is not published yet */
	LEDGER_PUSHED,  /* a branch that we pushed */
	LEDGER_TOLD,    /* we wrote or edited the status comment */
	LEDGER_SAID,    /* a task made a comment of its own */
	LEDGER_DROPPED, /* a person did not want a result */
};

struct ledger_entry {
	enum ledger_kind kind;
	char *key;    /* of item and task */
	size_t place; /* in the input */
	int64_t at;   /* seconds */
	int64_t cost; /* millionths of a dollar */
	bool failed;  /* LEDGER_CALL */
	char *call;   /* which call, NULL when not said */
	char *code;   /* LEDGER_CALL: of the failure, NULL when not said */
	char *retry;  /* LEDGER_CALL: the same */
	char *branch; /* LEDGER_PUSHED */
	char *oid;    /* LEDGER_PUSHED */
};

struct ledger {
	int64_t now; /* seconds: which day is today */
	struct ledger_entry *v;
	size_t n, cap;
	bool sorted;      /* then these two are right: */
	int64_t today;    /* millionths of a dollar spent */
	const char *woes; /* code of the last calls today, see ledger_woes */
};

#define LEDGER_DAY INT64_C(86400) /* seconds */

/* So many calls that fail alike are no accident. */
#define LEDGER_WOES 5

/* Takes note of a receipt or result record. */
void ledger_add(struct ledger *, const cJSON *rec);
void ledger_done(struct ledger *);

/* The key of an item, yours to free. */
char *ledger_key(const char *repo, int64_t number);

/* Does a result of this task wait to be published? */
bool ledger_waits(struct ledger *, const char *key, const char *id);

/* Does any result of the item wait that is more than a note? */
bool ledger_busy(struct ledger *, const char *key);

/* Did a person drop a result of this task? */
bool ledger_dropped(struct ledger *, const char *key, const char *id);

/* Did this task make a comment of its own, a notice? */
bool ledger_said(struct ledger *, const char *key, const char *id);

struct ledger_calls {
	size_t n;         /* that were paid for */
	int64_t last;     /* seconds, when the last one was */
	const char *code; /* of the last failure, NULL when not known; lent */
	bool final;       /* the last call failed, and not for "later" */
};

struct ledger_calls
ledger_calls(struct ledger *, const char *key, const char *id);

/* The commit of this branch, if this task pushed it there. */
bool ledger_pushed(struct ledger *, const char *key, const char *id,
    const char *branch, const char *oid);

/* The last commit that we pushed to this branch for the item, lent, and when;
 * NULL when there is none. */
const char *ledger_last_push(
    struct ledger *, const char *key, const char *branch, int64_t *at);

/* When the status comment was last written, 0 for never. */
int64_t ledger_told_at(struct ledger *, const char *key);

/* Millionths of a dollar that were spent on the item, and on this day (UTC).
 * What waits in the outbox is spent. */
int64_t ledger_spent(struct ledger *, const char *key);
int64_t ledger_today(struct ledger *);

/* If the last LEDGER_WOES calls of this day failed alike: how.  Else NULL. */
const char *ledger_woes(struct ledger *);

#endif
