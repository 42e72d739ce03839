/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "record.h"
#include "stream.h"
#include "xalloc.h"

static void
keep(struct stream *s, const char *data, size_t len)
{
	ssize_t n;

	if (s->log == -1)
		return;
	if (len > STREAM_LOG_MAX - s->logged)
		len = STREAM_LOG_MAX - s->logged;
	for (; len != 0; data += n, len -= (size_t)n) {
		if ((n = write(s->log, data, len)) == -1) {
			log_at(LOG_WARN, NULL, "cannot keep Claude's events");
			(void)close(s->log);
			s->log = -1;
			return;
		}
		s->logged += (size_t)n;
	}
}

/* Takes a string that an event has, unless we have one already. */
static void
learn(char **ret, const cJSON *event, const char *key)
{
	const char *s = json_str(event, key);

	if (*ret == NULL && s != NULL && *s != '\0')
		*ret = xstrdup(s);
}

/* What the model is doing. */
static void
tell_tools(const struct stream *s, const cJSON *event)
{
	const cJSON *item, *name;

	JSON_EACH (item, json_at(event, "message", "content", NULL)) {
		name = json_get(item, "name");
		if (record_is(item, "tool_use") && json_text(name) != NULL)
			s->on_tool(
			    json_text(name), json_get(item, "input"), s->arg);
	}
}

static void
take_line(struct stream *s)
{
	cJSON *event;
	struct fail why;

	if (s->line.len == 0)
		return;
	if (s->line.cut ||
	    json_parse(s->line.data, s->line.len, &event, &why) == -1) {
		s->garbage++;
		return;
	}
	learn(&s->session, event, "session_id");
	if (record_is(event, "system"))
		learn(&s->model, event, "model");
	if (s->on_tool != NULL && record_is(event, "assistant"))
		tell_tools(s, event);
	if (record_is(event, "result")) {
		cJSON_Delete(s->result);
		s->result = event;
		return;
	}
	cJSON_Delete(event);
}

void
stream_feed(struct stream *s, const char *data, size_t len)
{
	const char *nl;
	size_t n;

	keep(s, data, len);
	s->heard = s->heard || len != 0;
	while ((nl = memchr(data, '\n', len)) != NULL) {
		n = (size_t)(nl - data);
		buf_add(&s->line, data, n);
		take_line(s);
		buf_reset(&s->line);
		data += n + 1;
		len -= n + 1;
	}
	buf_add(&s->line, data, len);
}

void
stream_done(struct stream *s)
{
	if (s->log != -1)
		(void)close(s->log);
	buf_free(&s->line);
	cJSON_Delete(s->result);
	free(s->session);
	free(s->model);
	*s = (struct stream)STREAM_INIT;
}
