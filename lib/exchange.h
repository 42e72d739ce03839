#ifndef OOMPA_EXCHANGE_H
#define OOMPA_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "github.h"

/*
 * What the requests of github.c have in common: they are sent with patience
 * and within the limits, and the answers are judged, as github.h says.
 */

/* docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api: wait
 * at least a minute when a secondary limit names no time. */
#define EXCHANGE_WAIT_S 60

/* Sends until it succeeds, fails for good, or patience is over.  Messages call
 * it what; *ret is the answer's JSON, yours, NULL when it has none. */
int exchange_send(struct github *, const char *what,
    const struct http_request *, bool is_write, cJSON **ret, struct fail *);

/* Milliseconds of a clock that only goes forward. */
int64_t exchange_now_ms(void);

/* Waits until the next write may be sent. */
int exchange_space(struct github *, struct fail *);

/* Has some of it happened, whatever else the answer says? */
bool exchange_has_effect(const cJSON *json);

#endif
