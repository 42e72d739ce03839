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
	cJSON_Delete(marker_texts(text));
}

/* A marker that names the text, once as an id and once as a time. */
static void
answers(const char *text)
{
	cJSON *texts = json_new_array(), *o, *again;
	struct buf put = BUF_INIT(BUF_ANY), twice = BUF_INIT(BUF_ANY);
	char *id;

	o = json_add_object(texts);
	json_put_str(o, "id", text);
	json_put_str(o, "at", "2026-11-23T15:04:05Z");
	o = json_add_object(texts);
	json_put_str(o, "id", "IC_-_==");
	json_put_str(o, "at", text);
	marker_put_answer(&put, "o/r#1:review:0", texts);
	id = marker_task(put.data);
	if (strchr(put.data, '\n') != NULL ||
	    strchr(put.data, '>') != put.data + put.len - 1 || id == NULL ||
	    strcmp(id, "o/r#1:review:0") != 0)
		abort();
	again = marker_texts(put.data);
	marker_put_answer(&twice, "o/r#1:review:0", again);
	if (strcmp(put.data, twice.data) != 0)
		abort();
	cJSON_Delete(texts);
	cJSON_Delete(again);
	buf_free(&put);
	buf_free(&twice);
	free(id);
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
	answers(text);
	round_trip(text);
	free(text);
	return 0;
}
