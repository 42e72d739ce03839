/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "brief.h"
#include "embed.h"
#include "file.h"
#include "git.h"
#include "prompt.h"
#include "utf8.h"
#include "xalloc.h"

#define TEMPLATE   "prompts/implement.md"
#define PROMPT_MAX ((size_t)8 << 20)  /* bytes; claude takes 10 MB */
#define GUIDE_MAX  ((size_t)64 << 10) /* bytes */

static const char * or (const char *s, const char *otherwise)
{
	return s != NULL ? s : otherwise;
}

/* A text whose author is the login and trust of an actor. */
static void
fence(struct buf *b, const char *source, const cJSON *actor, const char *text)
{
	prompt_fence(b, source, or (json_str(actor, "login"), "ghost"),
	    or (json_str(actor, "trust"), "unknown"), or (text, ""));
}

static void
put_issue(struct buf *b, const struct task *t)
{
	const cJSON *author = json_get(t->issue, "author");

	fence(b, "the issue's title", author, t->title);
	fence(b, "the issue's body", author, json_str(t->issue, "body"));
}

static void
put_comments(struct buf *b, const cJSON *issue)
{
	const cJSON *comments = json_get(issue, "comments"), *c;
	int64_t dropped = 0;

	(void)json_int(issue, "dropped", &dropped);
	if (json_count(comments) != 0)
		buf_puts(b, "The comments of those who may ask for work here, "
			    "oldest first:\n\n");
	JSON_EACH (c, comments)
		fence(
		    b, "a comment", json_get(c, "author"), json_str(c, "body"));
	if (dropped > 0)
		buf_printf(b,
		    "%" PRId64 " more were left out: their authors may not "
		    "ask for work here.\n",
		    dropped);
}

int
brief_prompt(struct buf *b, const struct task *t, struct fail *why)
{
	struct buf issue = BUF_INIT(BUF_ANY), comments = BUF_INIT(BUF_ANY);
	char number[24];
	const struct prompt_var vars[] = {
	    {"repo", t->repo},
	    {"number", number},
	    {"url", json_str(t->issue, "url")},
	    {"branch", t->branch},
	    {"base", t->base_ref},
	    {"oid", t->base},
	    {"issue", (put_issue(&issue, t), issue.data)},
	    {"comments", (put_comments(&comments, t->issue), comments.data)},
	    {NULL, NULL},
	};
	int r;

	(void)snprintf(number, sizeof(number), "%" PRId64, t->number);
	r = prompt_fill(b, embed_text(TEMPLATE), vars, why);
	if (r == 0 && b->len > PROMPT_MAX)
		r = fail(why, FAIL_INPUT, 0, "the prompt is over %zu bytes",
		    PROMPT_MAX);
	buf_free(&issue);
	buf_free(&comments);
	return r;
}

/* The text of a plain file of the base: 1, 0 when it has none of that name.
 * A link is not followed: it may lead anywhere. */
static int
from_base(const struct git *g, const char *base, const char *name,
    struct buf *text, struct fail *why)
{
	struct buf row = BUF_INIT(BUF_ANY);
	char *object = xasprintf("%s:%s", base, name);
	const char *const list[] = {"ls-tree", base, "--", name, NULL};
	const char *const show[] = {"cat-file", "blob", object, NULL};
	int r = git_run(g, list, &row, why);

	if (r == 0 && strncmp(row.data, "100", 3) == 0)
		r = git_run(g, show, text, why) == -1 ? -1 : 1;
	buf_free(&row);
	free(object);
	return r;
}

int
brief_guide(
    const struct place *p, const struct task *t, char **ret, struct fail *why)
{
	static const char *const names[] = {"CLAUDE.md", "AGENTS.md", NULL};
	const struct git g = {.dir = p->mirror};
	struct buf text = BUF_INIT(BUF_ANY), out = BUF_INIT(BUF_ANY);
	int i, r = 0;

	for (i = 0; r == 0 && names[i] != NULL; i++)
		r = from_base(&g, t->base, names[i], &text, why);
	if (r == 1) {
		buf_printf(&out, "This repository's own instructions (%s):\n\n",
		    names[i - 1]);
		utf8_clean(&out, text.data,
		    utf8_cut(text.data, text.len,
			text.len < GUIDE_MAX ? text.len : GUIDE_MAX));
		r = file_write(p->guide, out.data, out.len, why);
		if (r == 0)
			*ret = xstrdup(p->guide);
	}
	buf_free(&text);
	buf_free(&out);
	return r;
}
