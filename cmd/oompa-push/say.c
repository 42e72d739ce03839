/*
 * What is said in a round.  Each text of ours ends in a marker that names what
 * it answers, as it was then.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "markdown.h"
#include "review.h"
#include "xalloc.h"

/* Bytes. */
#define BODY_MAX    ((size_t)65000) /* GitHub: 65,536 characters */
#define REPLY_MAX   ((size_t)60000)
#define SUMMARY_MAX ((size_t)4000)
#define SHARE_MIN   ((size_t)100) /* of an answer among others */

static void
add_text(cJSON *list, const struct answer *a)
{
	cJSON *o = json_add_object(list);

	json_put_str(o, "id", a->id);
	json_put_when(o, "at", a->at);
}

/* A question is put to the person: GitHub notifies whom a text names.  What
 * follows is a block, so that this is a line of its own. */
static void
put_name(const struct answer *a, struct buf *b)
{
	const cJSON *author = json_get(a->text, "author");
	const char *login = json_str(author, "login");
	const char *type = json_str(author, "__typename");

	if (a->verdict == VERDICT_QUESTION && login != NULL && type != NULL &&
	    strcmp(type, "User") == 0)
		buf_printf(b, "@%s", login);
}

static void
put_answer(
    const struct round *r, const struct answer *a, struct buf *b, size_t max)
{
	const char *said = json_str(a->rec, "reply");

	markdown_begin(b);
	put_name(a, b);
	/* GitHub makes a link of the oid. */
	if (said[strspn(said, " \t\r\n")] != '\0') {
		markdown_begin(b);
		if (max != 0)
			text_block(b, r->j, said, max);
	} else {
		markdown_begin(b);
		if (r->is_pushed)
			buf_printf(b, "Done in %s.", r->j->head);
		else
			buf_puts(b, "Nothing to add.");
	}
	if (answer_is_fix(r, a) && r->unpushed.kind != FAIL_NONE) {
		markdown_begin(b);
		buf_puts(b, "The change could not be pushed: ");
		text_cell(b, r->unpushed.msg);
		buf_puts(b, ".");
	}
}

void
say_reply(const struct round *r, const struct answer *a, struct buf *b)
{
	cJSON *list = json_new_array();

	put_answer(r, a, b, REPLY_MAX);
	markdown_begin(b);
	add_text(list, a);
	marker_put_answer(b, r->j->id, list);
	buf_puts(b, "\n");
	cJSON_Delete(list);
}

char *
say_compare(const struct job *j)
{
	return xasprintf("%s/%s/compare/%s...%s", auth_server_url(), j->repo,
	    j->parent, j->head);
}

/* What it answers is named by a link. */
static void
put_quoted(
    const struct round *r, const struct answer *a, struct buf *b, size_t max)
{
	const char *url = json_str(a->text, "url");
	const char *login = json_str(json_get(a->text, "author"), "login");

	markdown_begin(b);
	buf_puts(b, "To [");
	text_cell(b, login != NULL ? login : "somebody");
	buf_printf(b, "](%s):", url != NULL ? url : "");
	put_answer(r, a, b, max);
}

static bool
is_for_body(const struct round *r, const struct answer *a)
{
	return a->fate == FATE_WANTED && !answer_goes_into_thread(r, a);
}

/* What was done; without the commit the summary, which tells of it, would be
 * wrong. */
static void
put_summary(const struct round *r, struct buf *b)
{
	const char *summary = json_str(r->j->rec, "summary");

	if (r->unpushed.kind == FAIL_NONE) {
		text_block(
		    b, r->j, summary != NULL ? summary : "", SUMMARY_MAX);
		return;
	}
	buf_puts(b, "Nothing was pushed: ");
	text_cell(b, r->unpushed.msg);
	buf_puts(b, ".");
}

/* Each answer has as much of it as share says; 0: nothing but what is ours. */
static void
put_body(const struct round *r, struct buf *b, size_t share)
{
	cJSON *list = json_new_array();
	const struct answer *a;
	char *url;

	put_summary(r, b);
	for (a = r->v; a < r->v + r->n; a++)
		if (is_for_body(r, a)) {
			put_quoted(r, a, b, share);
			add_text(list, a);
		}
	if (r->is_pushed) {
		url = say_compare(r->j);
		markdown_begin(b);
		buf_printf(b, "[What was changed](%s)", url);
		free(url);
	}
	markdown_begin(b);
	marker_put_answer(b, r->j->id, list);
	buf_puts(b, "\n");
	cJSON_Delete(list);
}

/* What is not the answers' own counts first; they share the rest. */
void
say_body(const struct round *r, struct buf *b)
{
	struct buf ours = BUF_INIT(BUF_ANY);
	const struct answer *a;
	size_t n = 0, share;

	put_body(r, &ours, 0);
	for (a = r->v; a < r->v + r->n; a++)
		n += is_for_body(r, a);
	share = ours.len < BODY_MAX && n != 0 ? (BODY_MAX - ours.len) / n : 0;
	buf_free(&ours);
	put_body(r, b, share > SHARE_MIN ? share : SHARE_MIN);
}
