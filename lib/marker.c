/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "marker.h"
#include "xalloc.h"

#define MARK        "<!-- oompa:"
#define PULL        MARK "pull "
#define NOTICE      MARK "notice "
#define STATE_BEGIN "<!-- oompa-state "
#define MARK_END    " -->"

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

char *
marker_task(const char *text)
{
	static const char *const starts[] = {PULL, NOTICE};
	size_t len, i, head, tail = strlen(MARK_END);
	const char *line = last_line(text, &len);

	if (!marker_is_ours(text))
		return NULL;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		head = strlen(starts[i]);
		if (len > head + tail && strncmp(line, starts[i], head) == 0)
			return xstrndup(line + head, len - head - tail);
	}
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
	    json_is_array(json_get(state, "rows"))) {
		*ret = state;
		return 0;
	}
	cJSON_Delete(state);
	return fail(why, FAIL_INPUT, 0, "state line of an unknown shape");
}
