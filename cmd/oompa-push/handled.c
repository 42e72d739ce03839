/*
 * Which texts of a review were handled, as the state remembers it.
 *
 * Our replies name what they answer as well, and oompa-fetch reads that from
 * them: what is forgotten here, the oldest first, is known from there.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "push.h"

/* Bytes of the state's JSON: the rest is for the rows. */
#define TEXTS_MAX ((size_t)12 << 10)

static bool
has(const cJSON *list, const cJSON *text)
{
	const char *id = json_str(text, "id");
	const cJSON *t;

	JSON_EACH (t, list)
		if (id != NULL && json_str(t, "id") != NULL &&
		    strcmp(json_str(t, "id"), id) == 0)
			return true;
	return false;
}

/* As marker_put_state() writes it, where "-" takes six bytes. */
static size_t
size_of(const cJSON *text)
{
	struct buf b = BUF_INIT(BUF_ANY);
	size_t n, i;

	json_print(&b, text);
	n = b.len + 1;
	for (i = 0; i < b.len; i++)
		n += b.data[i] == '-' ? 5 : 0;
	buf_free(&b);
	return n;
}

void
handled_put(cJSON *state, const cJSON *old, const cJSON *added)
{
	cJSON *list = json_new_array();
	const cJSON *t;
	size_t size = 0;

	JSON_EACH (t, old)
		if (!has(added, t))
			json_add_copy(list, t);
	JSON_EACH (t, added)
		json_add_copy(list, t);
	JSON_EACH (t, list)
		size += size_of(t);
	while (size > TEXTS_MAX) {
		size -= size_of(json_first(list));
		json_drop_first(list);
	}
	if (json_count(list) != 0)
		json_put(state, "texts", list);
	else
		cJSON_Delete(list);
}
