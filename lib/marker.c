/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "marker.h"
#include "when.h"
#include "xalloc.h"

#define MARK        "<!-- oompa:"
#define PULL        MARK "pull "
#define NOTICE      MARK "notice "
#define ANSWER      MARK "answer "
#define STATE_BEGIN "<!-- oompa-state "
#define MARK_END    " -->"

/* Of a node id, which is base64 of one kind or the other. */
#define ID_CHARS                                                               \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-"
#define ID_MAX ((size_t)200)

void
marker_put_pull(struct buf *b, const char *task_id)
{
	buf_printf(b, PULL "%s" MARK_END, task_id);
}

void
marker_put_notice(struct buf *b, const char *task_id)
{
	buf_printf(b, NOTICE "%s" MARK_END, task_id);
}

static bool
is_id(const char *s, size_t len)
{
	return len != 0 && len <= ID_MAX && strspn(s, ID_CHARS) >= len;
}

void
marker_put_answer(struct buf *b, const char *task_id, const cJSON *texts)
{
	const char *id;
	const cJSON *t;
	char at[WHEN_SIZE];
	int64_t when;

	buf_printf(b, ANSWER "%s", task_id);
	JSON_EACH (t, texts) {
		id = json_str(t, "id");
		if (id != NULL && is_id(id, strlen(id)) &&
		    json_when(t, "at", &when))
			buf_printf(b, " %s@%s", id, when_format(when, at));
	}
	buf_puts(b, MARK_END);
}

/* The last line that is not blank: its start, and its length in *len. */
static const char *
last_line(const char *text, size_t *len)
{
	size_t n = strlen(text), from;

	while (n != 0 && strchr(" \t\r\n", text[n - 1]) != NULL)
		n--;
	for (from = n; from != 0 && text[from - 1] != '\n'; from--)
		;
	*len = n - from;
	return text + from;
}

bool
marker_is_ours(const char *text)
{
	size_t len;
	const char *line = last_line(text, &len);

	return len > strlen(MARK) + strlen(MARK_END) &&
	       strncmp(line, MARK, strlen(MARK)) == 0 &&
	       strncmp(line + len - strlen(MARK_END), MARK_END,
		   strlen(MARK_END)) == 0;
}

size_t
marker_start(const char *text)
{
	size_t len;
	const char *line = last_line(text, &len);

	return marker_is_ours(text) ? (size_t)(line - text) : strlen(text);
}

/* What a marker of ours that begins so says behind that, up to its end, which
 * is a blank; NULL when there is none. */
static const char *
behind(const char *text, const char *start, size_t *ret)
{
	size_t len, head = strlen(start), tail = strlen(MARK_END);
	const char *line = last_line(text, &len);

	if (!marker_is_ours(text) || len <= head + tail ||
	    strncmp(line, start, head) != 0)
		return NULL;
	*ret = len - head - tail;
	return line + head;
}

char *
marker_task(const char *text)
{
	static const char *const starts[] = {PULL, NOTICE, ANSWER};
	size_t i, len = 0;
	const char *s = NULL;

	for (i = 0; s == NULL && i < sizeof(starts) / sizeof(starts[0]); i++)
		s = behind(text, starts[i], &len);
	return s != NULL ? xstrndup(s, strcspn(s, " ")) : NULL;
}

/* Adds what "ID@TIME" names; what is no such thing names nothing. */
static void
add_text(cJSON *array, const char *s, size_t len)
{
	size_t n = strspn(s, ID_CHARS);
	char *id, *at;
	int64_t when;
	cJSON *o;

	if (n >= len || s[n] != '@' || !is_id(s, n))
		return;
	id = xstrndup(s, n);
	at = xstrndup(s + n + 1, len - n - 1);
	if (when_parse(at, &when)) {
		o = json_add_object(array);
		json_put_str(o, "id", id);
		json_put_when(o, "at", when);
	}
	free(id);
	free(at);
}

cJSON *
marker_texts(const char *text)
{
	size_t len, n;
	const char *s = behind(text, ANSWER, &len), *end;
	cJSON *array;

	if (s == NULL)
		return NULL;
	array = json_new_array();
	for (end = s + len; s < end; s += n + 1) {
		n = strcspn(s, " ");
		add_text(array, s, n);
	}
	if (json_count(array) != 0)
		return array;
	cJSON_Delete(array);
	return NULL;
}

bool
marker_is_status(const char *text)
{
	size_t len;
	const char *line = last_line(text, &len);

	return len == strlen(MARKER_STATUS) &&
	       strncmp(line, MARKER_STATUS, len) == 0;
}

void
marker_put_state(struct buf *b, const cJSON *state)
{
	struct buf text = BUF_INIT(BUF_ANY);
	const char *p;

	json_print(&text, state);
	buf_puts(b, STATE_BEGIN);
	/* No number of the state is negative, so "-" is in strings only. */
	for (p = text.data; *p != '\0'; p++)
		if (*p == '<' || *p == '>' || *p == '-')
			buf_printf(b, "\\u%04x", (unsigned)*p);
		else
			buf_putc(b, *p);
	buf_puts(b, MARK_END "\n");
	buf_free(&text);
}

int
marker_state(const char *text, cJSON **ret, struct fail *why)
{
	size_t len = strcspn(text, "\r\n");
	const size_t head = strlen(STATE_BEGIN), tail = strlen(MARK_END);
	cJSON *state;
	int64_t v;

	if (len < head + tail || strncmp(text, STATE_BEGIN, head) != 0 ||
	    strncmp(text + len - tail, MARK_END, tail) != 0)
		return fail(why, FAIL_INPUT, 0, "no state line");
	if (json_parse(text + head, len - head - tail, &state, why) == -1)
		return fail_wrap(why, "state line");
	if (json_check(state, why) == 0 && json_int(state, "v", &v) && v == 1 &&
	    json_is_array(json_get(state, "rows")) &&
	    (json_get(state, "texts") == NULL ||
		json_is_array(json_get(state, "texts")))) {
		*ret = state;
		return 0;
	}
	cJSON_Delete(state);
	return fail(why, FAIL_INPUT, 0, "state line of an unknown shape");
}
