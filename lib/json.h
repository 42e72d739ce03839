#ifndef OOMPA_JSON_H
#define OOMPA_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "buf.h"
#include "fail.h"

/*
 * The only module that calls cJSON; others use cJSON_Delete and no more, so
 * that the parser could be changed in a day.
 *
 * A getter borrows: what it returns points into the object and is good until
 * that is deleted or changed.  Getters take NULL objects and give "absent",
 * so chains need no checks.  What json_put_... and json_add_... return is
 * owned by the object it was put into.  What comes back through a **ret is
 * yours to cJSON_Delete.
 *
 * Facts about cJSON 1.7.15 that this module lives with: a plain lookup
 * ignores case; integers print wrong from about 2^52 on; 1e400 prints as
 * null; invalid UTF-8 goes through unchanged; an escaped NUL ends a string.
 */

#define JSON_DEPTH_MAX 64

/* for each item of an array, or member of an object */
#define JSON_EACH(item, array)                                                 \
	for ((item) = json_first(array); (item) != NULL;                       \
	     (item) = json_next(item))

/* Once per process, before anything else: out of memory ends the process. */
void json_setup(void);

/* One JSON value and nothing behind it, in UTF-8 and without NUL bytes;
 * FAIL_INPUT for anything else. */
int json_parse(const char *, size_t len, cJSON **ret, struct fail *);

/*
 * May a value be relied on to mean the same to every reader?  FAIL_INPUT when
 * an object in it names a key twice, a number is not finite, or it is nested
 * deeper than JSON_DEPTH_MAX.
 */
int json_check(const cJSON *, struct fail *);

/* Adds the text of a value, without line breaks or needless blanks. */
void json_print(struct buf *, const cJSON *);

const cJSON *json_get(const cJSON *, const char *key);
/* Follows keys, ended by NULL. */
const cJSON *json_at(const cJSON *, ...) __attribute__((sentinel));
const char *json_text(const cJSON *); /* of a string itself, else NULL */
const char *json_str(const cJSON *, const char *key); /* NULL if no string */
/* Is the string at key this one?  Never, if one of the two is NULL. */
bool json_str_is(const cJSON *, const char *key, const char *);
bool json_int(const cJSON *, const char *key, int64_t *ret); /* |n| < 2^53 */
bool json_value_int(const cJSON *, int64_t *ret); /* of a number itself */
bool json_true(const cJSON *, const char *key);   /* is it literally true */
bool json_false(const cJSON *, const char *key);  /* is it literally false */
bool json_is_array(const cJSON *);
bool json_is_object(const cJSON *);
bool json_is_null(const cJSON *);       /* JSON's null, not "absent" */
const cJSON *json_first(const cJSON *); /* NULL: there is none */
const cJSON *json_next(const cJSON *);
const char *json_name(const cJSON *); /* of a member; NULL: it has none */
size_t json_count(const cJSON *);     /* members of an array or object */
bool json_has_str(const cJSON *array, const char *s);
/* Dollars as millionths. */
bool json_money(const cJSON *, const char *key, int64_t *ret);
/* The time at key, in seconds; false when there is none. */
bool json_when(const cJSON *, const char *key, int64_t *ret);

cJSON *json_copy(const cJSON *); /* NULL: NULL */
cJSON *json_new_object(void);
cJSON *json_new_array(void);
void json_put_str(cJSON *, const char *key, const char *); /* NULL: null */
void json_put_int(cJSON *, const char *key, int64_t);
void json_put_bool(cJSON *, const char *key, bool);
void json_put_null(cJSON *, const char *key);
void json_put_money(cJSON *, const char *key, int64_t millionths);
void json_put_when(cJSON *, const char *key, int64_t seconds);
void json_put_copy(cJSON *, const char *key, const cJSON *); /* NULL: null */
void json_put(cJSON *, const char *key, cJSON *given);       /* takes given */
cJSON *json_put_object(cJSON *, const char *key);
cJSON *json_put_array(cJSON *, const char *key);
cJSON *json_add_object(cJSON *array);
void json_add_str(cJSON *array, const char *);
void json_add_copy(cJSON *array, const cJSON *);
void json_drop(cJSON *, const char *key);
/* The member at key, to be changed in place; NULL when it is not there. */
cJSON *json_edit(cJSON *, const char *key);
cJSON *json_edit_first(cJSON *); /* the first item of an array */
cJSON *json_edit_next(cJSON *);  /* NULL behind the last */
/* Moves all items of an array behind those of another. */
void json_move_all(cJSON *to, cJSON *from);
void json_drop_first(cJSON *array);
void json_drop_last(cJSON *array);
/* Takes the member at key out, yours; NULL when it is not there. */
cJSON *json_take(cJSON *, const char *key);

#endif
