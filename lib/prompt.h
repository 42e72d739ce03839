#ifndef OOMPA_PROMPT_H
#define OOMPA_PROMPT_H

#include "buf.h"
#include "fail.h"

/*
 * Prompts: templates with {{names}} in them, and texts of others inside
 * fences, so that a text can neither become a part of the template nor end
 * its own fence.
 */

/* What a {{name}} in a template stands for. */
struct prompt_var {
	const char *name;
	const char *value;
};

/*
 * Adds template with each {{name}} replaced by its value; values are not
 * looked at again.  vars end with a NULL name.  FAIL_INPUT for a name that is
 * not among them, for braces that are not closed, and when the whole would
 * begin with "/": Claude Code takes such a prompt for a command of its own.
 */
int prompt_fill(struct buf *, const char *template,
    const struct prompt_var vars[], struct fail *);

/* A text of somebody's.  What is NULL is not known. */
struct prompt_text {
	const char *source; /* what it is */
	const char *author, *trust, *editor, *url, *time;
	const char *text;
};

/* Adds a text between two lines that hold a random word which is not in the
 * text.  The first line says what it is and whose. */
void prompt_fence(struct buf *, const struct prompt_text *);

#endif
