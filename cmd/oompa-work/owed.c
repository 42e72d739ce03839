/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "log.h"
#include "outbox.h"
#include "owed.h"

#define TEXT_MAX ((size_t)4096) /* bytes; a task's id has 512 at most */

/* Whatever else may be in its place, a link or a pipe too, is an error. */
static int
read_text(const char *path, char **text, size_t *len, struct fail *why)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return errno == ENOENT
			   ? 0
			   : fail_sys(why, "cannot look at '%s'", path);
	if (!S_ISREG(st.st_mode))
		return fail(
		    why, FAIL_INPUT, 0, "'%s' is no regular file", path);
	return file_read(path, TEXT_MAX, text, len, why) == -1 ? -1 : 1;
}

/* Is there a result that counts it?  Then the file was about to go. */
static int
is_counted(const struct work *w, const cJSON *rec, struct fail *why)
{
	const char *id = json_str(rec, "id");
	char *line = NULL;
	int r = 0;

	if (w->outbox != NULL && id != NULL)
		r = outbox_find(w->outbox, id, &line, why);
	free(line);
	return r;
}

static int
take(struct owed *o, const struct work *w, const char *text, size_t len,
    struct fail *why)
{
	cJSON *rec = NULL;
	int r = -1;

	if (json_parse(text, len, &rec, why) == -1 ||
	    json_check(rec, why) == -1 ||
	    !json_money(rec, "cost", &o->earlier) || o->earlier < 0)
		(void)fail(why, FAIL_INPUT, 0, "'%s' holds no amount", o->path);
	else
		r = is_counted(w, rec, why);
	if (r == 1) {
		o->earlier = 0;
		owed_clear(o);
	}
	cJSON_Delete(rec);
	return r;
}

int
owed_open(struct owed *o, const struct work *w, const struct task *t,
    const struct place *p, struct fail *why)
{
	char *text = NULL;
	size_t len = 0;
	int r;

	*o = (struct owed){
	    .path = p->owed, .id = w->outbox != NULL ? t->id : NULL};
	r = read_text(o->path, &text, &len, why);
	if (r == 1)
		r = take(o, w, text, len, why);
	free(text);
	if (r != -1)
		return 0;
	(void)fail_wrap(why, "cannot tell what was paid on it before");
	why->kind = FAIL_SETUP;
	return -1;
}

int
owed_set(const struct owed *o, int64_t millionths, struct fail *why)
{
	struct buf line = BUF_INIT(BUF_ANY);
	cJSON *rec;
	int r;

	if (o->earlier + millionths == 0) {
		owed_clear(o);
		return 0;
	}
	rec = json_new_object();
	json_put_str(rec, "id", o->id);
	json_put_money(rec, "cost", o->earlier + millionths);
	json_print(&line, rec);
	buf_putc(&line, '\n');
	r = file_write(o->path, line.data, line.len, why);
	cJSON_Delete(rec);
	buf_free(&line);
	return r;
}

void
owed_clear(const struct owed *o)
{
	if (unlink(o->path) == -1 && errno != ENOENT)
		log_at(LOG_WARN, NULL,
		    "cannot remove '%s', so it will be counted twice: %s",
		    o->path, strerror(errno));
}
