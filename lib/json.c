/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "utf8.h"
#include "when.h"
#include "xalloc.h"

/* A double holds every integer up to here; 2^53 + 1 is read as 2^53. */
#define INT_EXACT ((INT64_C(1) << 53) - 1)

/* From here on cJSON prints some integers with an exponent. */
#define INT_PRINTS INT64_C(1000000000000000)

#define MILLION 1000000

void
json_setup(void)
{
	cJSON_Hooks hooks = {.malloc_fn = xmalloc, .free_fn = free};

	cJSON_InitHooks(&hooks);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A key that obj names twice, or NULL. */
static const char *
twice(const cJSON *obj)
{
	size_t n = json_count(obj), i = 0;
	const char **keys, *found = NULL;
	const cJSON *item;

	if (n < 2)
		return NULL;
	keys = xcalloc(n, sizeof(*keys));
	JSON_EACH (item, obj)
		keys[i++] = item->string;
	qsort(keys, n, sizeof(*keys), compare);
	for (i = 1; i < n && found == NULL; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0)
			found = keys[i];
	free(keys);
	return found;
}

static int
check(const cJSON *v, int depth, struct fail *why)
{
	const cJSON *item;
	const char *key;

	if (depth > JSON_DEPTH_MAX)
		return fail(why, FAIL_INPUT, 0, "nested deeper than %d",
		    JSON_DEPTH_MAX);
	if (cJSON_IsNumber(v) && !isfinite(v->valuedouble))
		return fail(why, FAIL_INPUT, 0, "a number is too large");
	if (cJSON_IsObject(v) && (key = twice(v)) != NULL)
		return fail(why, FAIL_INPUT, 0, "key '%.64s' twice", key);
	JSON_EACH (item, v)
		if (check(item, depth + 1, why) == -1)
			return -1;
	return 0;
}

int
json_check(const cJSON *v, struct fail *why)
{
	return check(v, 1, why);
}

/* Is the number at s one as JSON has it?  *end is what follows it. */
static bool
number(const char *s, const char **end)
{
	s += *s == '-';
	*end = s + strspn(s, "0123456789.+-eE");
	if (*s == '0' && isdigit((unsigned char)s[1]))
		return false;
	s += strspn(s, "0123456789");
	return *s != '.' || isdigit((unsigned char)s[1]);
}

/* cJSON lets pass control characters, "01" and "2.": other readers do not.
 * All else it checks itself. */
static bool
is_strict(const char *s)
{
	bool in_string = false;

	while (*s != '\0') {
		if ((unsigned char)*s < ' ' &&
		    (in_string || strchr("\t\r\n", *s) == NULL))
			return false;
		if (!in_string && (*s == '-' || isdigit((unsigned char)*s))) {
			if (!number(s, &s))
				return false;
			continue;
		}
		if (*s == '"')
			in_string = !in_string;
		else if (in_string && *s == '\\' && s[1] != '\0')
			s++;
		s++;
	}
	return true;
}

int
json_parse(const char *s, size_t len, cJSON **ret, struct fail *why)
{
	char *copy;
	cJSON *v;

	if (memchr(s, '\0', len) != NULL)
		return fail(why, FAIL_INPUT, 0, "holds a NUL byte");
	if (!utf8_valid(s, len))
		return fail(why, FAIL_INPUT, 0, "not UTF-8");
	/* cJSON wants to see the end to know that nothing follows. */
	copy = xstrndup(s, len);
	v = is_strict(copy) ? cJSON_ParseWithLengthOpts(copy, len + 1, NULL, 1)
			    : NULL;
	free(copy);
	if (v == NULL)
		return fail(why, FAIL_INPUT, 0, "not one JSON value");
	*ret = v;
	return 0;
}

void
json_print(struct buf *b, const cJSON *v)
{
	char *text = cJSON_PrintUnformatted(v);

	if (text == NULL)
		abort();
	buf_puts(b, text);
	cJSON_free(text);
}

const cJSON *
json_get(const cJSON *obj, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(obj, key);
}

const cJSON *
json_at(const cJSON *obj, ...)
{
	const char *key;
	va_list ap;

	va_start(ap, obj);
	while ((key = va_arg(ap, const char *)) != NULL)
		obj = json_get(obj, key);
	va_end(ap);
	return obj;
}

const char *
json_text(const cJSON *v)
{
	return cJSON_GetStringValue(v);
}

const char *
json_str(const cJSON *obj, const char *key)
{
	return json_text(json_get(obj, key));
}

bool
json_value_int(const cJSON *v, int64_t *ret)
{
	double d;

	if (!cJSON_IsNumber(v))
		return false;
	d = v->valuedouble;
	if (!(d >= -(double)INT_EXACT && d <= (double)INT_EXACT) ||
	    d != (double)(int64_t)d)
		return false;
	*ret = (int64_t)d;
	return true;
}

bool
json_int(const cJSON *obj, const char *key, int64_t *ret)
{
	return json_value_int(json_get(obj, key), ret);
}

bool
json_str_is(const cJSON *obj, const char *key, const char *s)
{
	const char *have = json_str(obj, key);

	return have != NULL && s != NULL && strcmp(have, s) == 0;
}

bool
json_true(const cJSON *obj, const char *key)
{
	return cJSON_IsTrue(json_get(obj, key));
}

bool
json_false(const cJSON *obj, const char *key)
{
	return cJSON_IsFalse(json_get(obj, key));
}

bool
json_is_array(const cJSON *v)
{
	return cJSON_IsArray(v);
}

bool
json_is_object(const cJSON *v)
{
	return cJSON_IsObject(v);
}

bool
json_is_null(const cJSON *v)
{
	return cJSON_IsNull(v);
}

const cJSON *
json_first(const cJSON *v)
{
	return v != NULL ? v->child : NULL;
}

const cJSON *
json_next(const cJSON *v)
{
	return v->next;
}

const char *
json_name(const cJSON *v)
{
	return v != NULL ? v->string : NULL;
}

size_t
json_count(const cJSON *v)
{
	return (size_t)cJSON_GetArraySize(v);
}

bool
json_has_str(const cJSON *array, const char *s)
{
	const cJSON *item;

	JSON_EACH (item, array)
		if (cJSON_IsString(item) && strcmp(item->valuestring, s) == 0)
			return true;
	return false;
}

bool
json_money(const cJSON *obj, const char *key, int64_t *ret)
{
	const cJSON *v = json_get(obj, key);

	if (!cJSON_IsNumber(v) || fabs(v->valuedouble) > 1e9)
		return false;
	*ret = (int64_t)llround(v->valuedouble * MILLION);
	return true;
}

bool
json_when(const cJSON *obj, const char *key, int64_t *ret)
{
	return when_parse(json_str(obj, key), ret);
}

cJSON *
json_copy(const cJSON *v)
{
	return cJSON_Duplicate(v, true);
}

cJSON *
json_new_object(void)
{
	return cJSON_CreateObject();
}

cJSON *
json_new_array(void)
{
	return cJSON_CreateArray();
}

/* A string that is UTF-8 whatever s held. */
static cJSON *
string(const char *s)
{
	struct buf clean = BUF_INIT(BUF_ANY);
	cJSON *v;

	if (s == NULL)
		return cJSON_CreateNull();
	if (utf8_valid(s, strlen(s)))
		return cJSON_CreateString(s);
	utf8_clean(&clean, s, strlen(s));
	v = cJSON_CreateString(clean.data);
	buf_free(&clean);
	return v;
}

void
json_put(cJSON *obj, const char *key, cJSON *given)
{
	(void)cJSON_AddItemToObject(obj, key, given);
}

void
json_put_str(cJSON *obj, const char *key, const char *s)
{
	json_put(obj, key, string(s));
}

void
json_put_int(cJSON *obj, const char *key, int64_t n)
{
	char digits[24];

	if (n > -INT_PRINTS && n < INT_PRINTS) {
		(void)cJSON_AddNumberToObject(obj, key, (double)n);
		return;
	}
	(void)snprintf(digits, sizeof(digits), "%" PRId64, n);
	(void)cJSON_AddRawToObject(obj, key, digits);
}

void
json_put_bool(cJSON *obj, const char *key, bool b)
{
	(void)cJSON_AddBoolToObject(obj, key, b);
}

void
json_put_null(cJSON *obj, const char *key)
{
	(void)cJSON_AddNullToObject(obj, key);
}

void
json_put_money(cJSON *obj, const char *key, int64_t millionths)
{
	/* The double nearest to a decimal of up to 15 digits prints as it. */
	(void)cJSON_AddNumberToObject(obj, key, (double)millionths / MILLION);
}

void
json_put_when(cJSON *obj, const char *key, int64_t seconds)
{
	char text[WHEN_SIZE];

	json_put_str(obj, key, when_format(seconds, text));
}

void
json_put_copy(cJSON *obj, const char *key, const cJSON *v)
{
	json_put(obj, key,
	    v != NULL ? cJSON_Duplicate(v, true) : cJSON_CreateNull());
}

cJSON *
json_put_object(cJSON *obj, const char *key)
{
	return cJSON_AddObjectToObject(obj, key);
}

cJSON *
json_put_array(cJSON *obj, const char *key)
{
	return cJSON_AddArrayToObject(obj, key);
}

cJSON *
json_add_object(cJSON *array)
{
	cJSON *v = cJSON_CreateObject();

	(void)cJSON_AddItemToArray(array, v);
	return v;
}

void
json_add_str(cJSON *array, const char *s)
{
	(void)cJSON_AddItemToArray(array, string(s));
}

void
json_add_copy(cJSON *array, const cJSON *v)
{
	(void)cJSON_AddItemToArray(array, cJSON_Duplicate(v, true));
}

void
json_drop(cJSON *obj, const char *key)
{
	cJSON_DeleteItemFromObjectCaseSensitive(obj, key);
}

cJSON *
json_edit(cJSON *obj, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(obj, key);
}

cJSON *
json_edit_first(cJSON *v)
{
	return v != NULL ? v->child : NULL;
}

cJSON *
json_take(cJSON *obj, const char *key)
{
	return cJSON_DetachItemFromObjectCaseSensitive(obj, key);
}

void
json_drop_last(cJSON *array)
{
	cJSON_DeleteItemFromArray(array, cJSON_GetArraySize(array) - 1);
}

cJSON *
json_edit_next(cJSON *v)
{
	return v->next;
}

void
json_drop_first(cJSON *array)
{
	cJSON_DeleteItemFromArray(array, 0);
}

void
json_move_all(cJSON *to, cJSON *from)
{
	cJSON *item;

	while ((item = from->child) != NULL)
		(void)cJSON_AddItemToArray(
		    to, cJSON_DetachItemViaPointer(from, item));
}
