/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "record.h"
#include "stop.h"

#define CHUNK 65536
#define BOM   "\xef\xbb\xbf"

/* More bytes into in->raw: 1, 0 at the end of input, -1. */
static int
fill(struct record_in *in, struct fail *why)
{
	char chunk[CHUNK];
	ssize_t n;

	do {
		if (in->to_end ? stop_now() : stop_drained())
			return fail(why, FAIL_STOP, stop_signal(), "stopped");
		if (in->wait != NULL && in->wait(in->fd, in->arg, why) == -1)
			return -1;
		n = stop_wait(in->fd) == -1
			? -1
			: read(in->fd, chunk, sizeof(chunk));
	} while (n == -1 && errno == EINTR);
	if (n == -1)
		return fail_sys(why, "cannot read");
	buf_add(&in->raw, chunk, (size_t)n);
	return n != 0;
}

/* Moves what belongs to the current line from raw to text.  True when the
 * line's end was among it. */
static bool
take(struct record_in *in)
{
	const char *nl = memchr(in->raw.data, '\n', in->raw.len);
	size_t n = nl != NULL ? (size_t)(nl - in->raw.data) : in->raw.len;

	if (n > in->max - in->text.len) {
		in->text.cut = true;
		buf_add(&in->text, in->raw.data, in->max - in->text.len);
	} else
		buf_add(&in->text, in->raw.data, n);
	buf_drop(&in->raw, nl != NULL ? n + 1 : n);
	return nl != NULL;
}

static void
trim(struct record_in *in)
{
	/* Where files were joined it stands in the middle. */
	if (strncmp(in->text.data, BOM, strlen(BOM)) == 0)
		buf_drop(&in->text, strlen(BOM));
	if (in->text.len != 0 && in->text.data[in->text.len - 1] == '\r')
		in->text.data[--in->text.len] = '\0';
}

static bool
blank(const struct buf *b)
{
	return strspn(b->data, " \t") == b->len;
}

/* Gathers a line: 1, 0 when the input ended before its end, -1. */
static int
gather(struct record_in *in, struct fail *why)
{
	int r = 1;

	buf_reset(&in->text);
	while (r == 1 && !take(in))
		r = fill(in, why);
	return r;
}

int
record_line(struct record_in *in, struct fail *why)
{
	int r;

	do {
		if (in->eof)
			return 0;
		if ((r = gather(in, why)) == -1)
			return -1;
		in->torn = in->eof = r == 0;
		in->line++;
		trim(in);
		if (in->text.cut)
			return fail(why, FAIL_INPUT, 0,
			    "line is over %zu bytes", in->max);
	} while (blank(&in->text));
	return 1;
}

void
record_in_done(struct record_in *in)
{
	buf_free(&in->raw);
	buf_free(&in->text);
}

int
record_parse(const struct buf *line, cJSON **ret, struct fail *why)
{
	cJSON *obj;
	int64_t v;

	if (json_parse(line->data, line->len, &obj, why) == -1)
		return -1;
	if (!json_is_object(obj))
		(void)fail(why, FAIL_INPUT, 0, "not a JSON object");
	else if (json_str(obj, "type") == NULL)
		(void)fail(why, FAIL_INPUT, 0, "no type");
	else if (!json_int(obj, "v", &v) || v < 1)
		(void)fail(why, FAIL_INPUT, 0, "no v");
	else {
		*ret = obj;
		return 0;
	}
	cJSON_Delete(obj);
	return -1;
}

bool
record_is(const cJSON *rec, const char *type)
{
	const char *s = json_str(rec, "type");

	return s != NULL && strcmp(s, type) == 0;
}

int
record_write(FILE *fp, const cJSON *obj, struct fail *why)
{
	struct buf b = BUF_INIT(BUF_ANY);
	int r = 0;

	json_print(&b, obj);
	buf_putc(&b, '\n');
	if (fwrite(b.data, 1, b.len, fp) != b.len || fflush(fp) == EOF)
		r = fail_sys(why, "cannot write <stdout>");
	buf_free(&b);
	return r;
}

cJSON *
record_new(const char *type, const char *repo)
{
	cJSON *rec = json_new_object();

	json_put_str(rec, "type", type);
	json_put_int(rec, "v", RECORD_V);
	if (repo != NULL)
		json_put_str(rec, "repo", repo);
	return rec;
}

cJSON *
record_error(const char *stage, const char *repo, const char *item,
    const struct fail *why)
{
	cJSON *rec = record_new("error", repo);

	json_put_str(rec, "stage", stage);
	json_put_str(rec, "code", fail_code(why));
	json_put_str(rec, "item", item);
	json_put_str(rec, "message", why->msg);
	json_put_str(rec, "retry", fail_retry(why));
	return rec;
}

cJSON *
record_end(const char *from, const char *repo, size_t count, bool whole)
{
	cJSON *rec = record_new("end", repo);

	json_put_str(rec, "from", from);
	json_put_int(rec, "count", (int64_t)count);
	json_put_str(rec, "status", whole ? "ok" : "partial");
	return rec;
}

const char *
record_item(const cJSON *rec, char out[RECORD_ITEM_MAX])
{
	const char *repo = json_str(rec, "repo");
	int64_t number;

	if (repo == NULL)
		repo = "?";
	if (json_int(rec, "number", &number))
		(void)snprintf(
		    out, RECORD_ITEM_MAX, "%.200s#%" PRId64, repo, number);
	else
		(void)snprintf(out, RECORD_ITEM_MAX, "%.200s", repo);
	return out;
}
