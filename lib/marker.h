#ifndef OOMPA_MARKER_H
#define OOMPA_MARKER_H

#include <stdbool.h>

#include "buf.h"
#include "json.h"

/*
 * How oompa knows its own texts on GitHub: the last line of each is an HTML
 * comment, the marker; and the first line of a status comment is one that
 * holds the item's state as JSON.  Neither is shown to people.
 *
 * Anybody can paste a marker: it counts only in a text that GitHub says we
 * wrote and nobody else edited.
 */

#define MARKER_STATUS    "<!-- oompa:status -->"
#define MARKER_STATE_MAX ((size_t)24 << 10) /* bytes of the state's JSON */

/* We set it when we give up; taking it away asks for another attempt. */
#define LABEL_FAILED "ai-failed"

/* Adds the marker of a pull request that a task has opened. */
void marker_put_pull(struct buf *, const char *task_id);

/* Adds the marker of a comment that tells how a task ended. */
void marker_put_notice(struct buf *, const char *task_id);

/* Adds the marker of a text of a task that answers others: texts is an array
 * of {"id", "at"}, where at is when that text was written or last edited.
 * What is no id or no time is left out. */
void marker_put_answer(struct buf *, const char *task_id, const cJSON *texts);

/* The texts that the marker of text says it answers, in such an array, yours;
 * NULL when it names none.  It counts only in a text of ours. */
cJSON *marker_texts(const char *text);

/* The id of the task that the marker of text names, yours; NULL when it names
 * none.  What it says counts only in a text of ours. */
char *marker_task(const char *text);

/* Is the last line of text that is not blank one of our markers? */
bool marker_is_ours(const char *text);
/* Where that begins; the end of text when there is none. */
size_t marker_start(const char *text);
/* Is it the status comment's? */
bool marker_is_status(const char *text);

/* Adds the state's line: "<", ">" and "-" are escaped, so that nothing in it
 * can end the HTML comment. */
void marker_put_state(struct buf *, const cJSON *state);

/* The state in the first line of text, yours.  FAIL_INPUT when it is not
 * there, or is not of a version we know. */
int marker_state(const char *text, cJSON **ret, struct fail *);

#endif
