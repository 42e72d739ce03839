#ifndef OOMPA_WORK_TEXTS_H
#define OOMPA_WORK_TEXTS_H

#include <stddef.h>

#include "buf.h"
#include "json.h"

/*
 * Texts of people on their way into a prompt: sanitised, cut to a size, inside
 * fences; and what became of them on the way.
 */

#define TEXTS_TITLE    ((size_t)1 << 10)   /* bytes of a title */
#define TEXTS_BODY     ((size_t)64 << 10)  /* bytes of an issue's text */
#define TEXTS_COMMENT  ((size_t)16 << 10)  /* bytes of a comment */
#define TEXTS_COMMENTS ((size_t)160 << 10) /* bytes of all comments */
#define TEXTS_COUNT    200                 /* comments at most */

/* Bytes of all that was said about a pull request; when they are used up, or
 * kept for what is asked, of each text that is left there is 1 KiB. */
#define TEXTS_SAID ((size_t)384 << 10)

struct texts {
	size_t said;     /* bytes, see TEXTS_SAID */
	size_t kept;     /* of these, for texts that are asked and to come */
	size_t hidden;   /* things taken out that nobody saw */
	size_t cut;      /* texts that were cut */
	size_t older;    /* comments for which there was no room */
	int64_t dropped; /* texts that the task does not have */
};

/* Adds a title, which is one line, or a text in Markdown. */
void texts_title(struct texts *, struct buf *, const char *source,
    const cJSON *author, const char *url, const char *title);
void texts_body(struct texts *, struct buf *, const char *source,
    const cJSON *author, const char *url, const char *body);

/* Adds what somebody said: a record with author, body, time and URL. */
void texts_said(
    struct texts *, struct buf *, const char *source, const cJSON *record);

/* The same of what is asked, one of n such texts: texts_keep for all of them
 * comes first. */
void texts_keep(struct texts *, const cJSON *record, size_t n);
void texts_asked(struct texts *, struct buf *, const char *source,
    const cJSON *record, size_t n);

/* Adds a text that is no Markdown, as it is. */
void texts_plain(
    struct buf *, const char *source, const cJSON *author, const char *text);

/* Adds comments, oldest first; when there is no room for all, the newest. */
void texts_comments(struct texts *, struct buf *, const cJSON *comments);

/* Adds what the reader was not given, as a list; nothing when that is
 * nothing. */
void texts_tell(const struct texts *, struct buf *);

/* Adds at most max bytes of a text, or somewhat more with a line that says how
 * many were left out of its middle.  True when some were. */
bool texts_cut(struct buf *, const char *s, size_t len, size_t max);

#endif
