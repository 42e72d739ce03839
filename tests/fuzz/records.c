/*
 * The record reader: any bytes, in lines of at most 64 bytes.
 *
 * A line is never longer than that, ends at no newline, and what parses has
 * a type and a version and is printed as JSON that parses again.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"

#define LONGEST 64

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
parse(const struct buf *line)
{
	struct buf text = BUF_INIT(BUF_ANY);
	struct fail why = {0};
	cJSON *rec, *again;
	int64_t v;

	if (record_parse(line, &rec, &why) == -1) {
		if (why.kind != FAIL_INPUT || *why.msg == '\0')
			abort();
		return;
	}
	if (json_str(rec, "type") == NULL || !json_int(rec, "v", &v) || v < 1)
		abort();
	/* What is not finite prints as null. */
	if (json_check(rec, &why) == 0) {
		json_print(&text, rec);
		if (json_parse(text.data, text.len, &again, &why) == -1)
			abort();
		cJSON_Delete(again);
	}
	buf_free(&text);
	cJSON_Delete(rec);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC), r;
	struct record_in in = RECORD_IN(fd, "fuzz", LONGEST);
	struct fail why = {0};
	size_t lines = 0;

	json_setup();
	if (fd == -1 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET) == -1)
		abort();
	while ((r = record_line(&in, &why)) != 0) {
		if (r == -1 && (why.kind != FAIL_INPUT || !in.text.cut))
			abort();
		if (in.text.len > LONGEST ||
		    memchr(in.text.data, '\n', in.text.len) != NULL ||
		    ++lines > size)
			abort();
		if (r == 1)
			parse(&in.text);
	}
	record_in_done(&in);
	(void)close(fd);
	return 0;
}
