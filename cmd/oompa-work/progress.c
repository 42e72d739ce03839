/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "record.h"
#include "utf8.h"

#define DOING_MAX ((size_t)200) /* bytes; so that a line fits a page */

static bool on;

void
progress_on(void)
{
	on = true;
}

void
progress_tell(const char *doing, int64_t cost)
{
	struct buf line = BUF_INIT(BUF_ANY), text = BUF_INIT(BUF_ANY);
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	size_t len = strlen(doing);
	ssize_t n = 0;
	cJSON *rec;

	if (!on)
		return;
	buf_add(&text, doing,
	    len <= DOING_MAX ? len : utf8_cut(doing, len, DOING_MAX));
	rec = record_new("progress", NULL);
	json_put_str(rec, "doing", text.data);
	json_put_money(rec, "cost", cost);
	json_print(&line, rec);
	buf_putc(&line, '\n');
	/* The records are flushed one by one.  A parent that does not listen
	 * any more will be noticed by them; one that is busy must not hold up
	 * the task, whose time is running: it misses this one. */
	if (poll(&out, 1, 0) == 1)
		n = write(STDOUT_FILENO, line.data, line.len);
	(void)n;
	cJSON_Delete(rec);
	buf_free(&line);
	buf_free(&text);
}

void
progress_tool(
    const char *name, const cJSON *input, const char *tree, int64_t cost)
{
	static const char *const keys[] = {
	    "file_path", "command", "pattern", NULL};
	struct buf text = BUF_INIT(BUF_ANY);
	const char *s = NULL;
	size_t i, len = strlen(tree);

	if (!on)
		return;
	for (i = 0; s == NULL && keys[i] != NULL; i++)
		s = json_str(input, keys[i]);
	if (s != NULL && strncmp(s, tree, len) == 0 && s[len] == '/')
		s += len + 1;
	buf_puts(&text, name);
	if (s != NULL) {
		buf_putc(&text, ' ');
		buf_add(&text, s, strcspn(s, "\r\n"));
	}
	progress_tell(text.data, cost);
	buf_free(&text);
}
