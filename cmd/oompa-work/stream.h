#ifndef OOMPA_WORK_STREAM_H
#define OOMPA_WORK_STREAM_H

#include <stdbool.h>

#include "json.h"

/*
 * Claude's events, one JSON object per line, as they come in.  What is no
 * such line is counted and otherwise ignored.
 *
 * Facts (claude 2.1.197, 2.1.330): the last "result" event counts; it need
 * not be the last line, and there may be several.
 */
struct stream {
	int log;       /* where the bytes are kept as they came; -1: nowhere */
	size_t logged; /* bytes */
	bool heard;    /* anything came in */
	struct buf line;
	cJSON *result;  /* the last result event, NULL: none */
	char *session;  /* as the first event names it, NULL: none */
	char *model;    /* that is really used, NULL: not said */
	size_t garbage; /* lines */
	/* Called for each call of a tool; NULL: nobody wants to know. */
	void (*on_tool)(const char *name, const cJSON *input, void *arg);
	void *arg;
};

#define STREAM_LINE_MAX ((size_t)16 << 20) /* bytes */
#define STREAM_LOG_MAX  ((size_t)64 << 20) /* bytes */

#define STREAM_INIT                                                            \
	{                                                                      \
		.log = -1, .line = BUF_INIT(STREAM_LINE_MAX)                   \
	}

void stream_feed(struct stream *, const char *, size_t);
void stream_done(struct stream *);

#endif
