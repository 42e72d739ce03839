/*
 * State in a status comment: any text, and what is put comes back the same
 * and cannot end its HTML comment.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "marker.h"
#include "xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Whatever the text, these only say yes or no. */
static void
look(const char *text)
{
	struct fail why;
	cJSON *state;
	char *id = marker_task(text);

	if (id != NULL && (!marker_is_ours(text) || strlen(id) >= strlen(text)))
		abort();
	free(id);
	if (marker_is_status(text) && !marker_is_ours(text))
		abort();
	if (marker_state(text, &state, &why) == 0)
		cJSON_Delete(state);
}

/* A state that holds the text. */
static void
round_trip(const char *text)
{
	cJSON *state = json_new_object(), *rows, *again;
	struct buf put = BUF_INIT(BUF_ANY), a = BUF_INIT(BUF_ANY),
		   b = BUF_INIT(BUF_ANY);
	struct fail why;
	char *end;

	json_put_int(state, "v", 1);
	rows = json_put_array(state, "rows");
	json_put_str(json_add_object(rows), "why", text);
	marker_put_state(&put, state);
	end = strstr(put.data, "-->");
	if (end == NULL || strcmp(end, "-->\n") != 0 ||
	    strchr(put.data + 1, '<') != NULL)
		abort();
	buf_puts(&put, "Seen.\n" MARKER_STATUS "\r\n\n");
	if (!marker_is_status(put.data) ||
	    marker_state(put.data, &again, &why) == -1)
		abort();
	json_print(&a, state);
	json_print(&b, again);
	if (a.len != b.len || memcmp(a.data, b.data, a.len) != 0)
		abort();
	cJSON_Delete(state);
	cJSON_Delete(again);
	buf_free(&put);
	buf_free(&a);
	buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);

	json_setup();
	look(text);
	round_trip(text);
	free(text);
	return 0;
}
