/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "brief.h"
#include "prompt.h"
#include "review.h"
#include "template.h"
#include "work.h"

#define PROMPT_MAX ((size_t)8 << 20) /* bytes; claude takes 10 MB */

#define FOR_IMPLEMENT 1U
#define FOR_REVIEW    2U
#define FOR_ALL       (FOR_IMPLEMENT | FOR_REVIEW)

/* Actions that have a template, of the same name. */
static const struct action {
	const char *name;
	unsigned bit;
} actions[] = {
    {"implement", FOR_IMPLEMENT},
    {"review", FOR_REVIEW},
};

const char brief_names[] = "implement and review";

#define ACTIONS (sizeof(actions) / sizeof(*actions))

static int
put_repo(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	buf_puts(b, br->t->repo);
	return 0;
}

static int
put_number(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	buf_printf(b, "%" PRId64, br->t->number);
	return 0;
}

static int
put_url(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	buf_puts(b, json_str(br->t->issue, "url"));
	return 0;
}

static int
put_branch(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	buf_puts(b, br->t->branch);
	return 0;
}

static int
put_base(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	buf_puts(b, br->t->base_ref);
	return 0;
}

static int
put_oid(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	buf_puts(b, br->t->start);
	return 0;
}

static int
put_issue(struct buf *b, struct brief *br, struct fail *why)
{
	const cJSON *issue = br->t->issue;
	const cJSON *author = json_get(issue, "author");
	const char *url = json_str(issue, "url");

	(void)why;
	texts_title(
	    &br->texts, b, "the issue's title", author, url, br->t->title);
	texts_body(&br->texts, b, "the issue's body", author, url,
	    json_str(issue, "body"));
	return 0;
}

static int
put_comments(struct buf *b, struct brief *br, struct fail *why)
{
	const cJSON *comments = json_get(br->t->issue, "comments");

	(void)why;
	(void)json_int(br->t->issue, "dropped", &br->texts.dropped);
	if (json_count(comments) == 0)
		return 0;
	buf_puts(b, "The comments of those who may ask for work here, oldest "
		    "first:\n\n");
	texts_comments(&br->texts, b, comments);
	buf_putc(b, '\n');
	return 0;
}

static int
put_left_out(struct buf *b, struct brief *br, struct fail *why)
{
	(void)why;
	texts_tell(&br->texts, b);
	return 0;
}

static int
put_pull_template(struct buf *b, struct brief *br, struct fail *why)
{
	struct buf text = BUF_INIT(BUF_ANY);
	char *path = NULL;
	int r = base_pull_template(
	    br->p->mirror, br->t->base, &text, &path, why);

	if (r == 1) {
		const struct prompt_text t = {.source = path,
		    .author = br->t->repo,
		    .trust = "repository",
		    .text = text.data};

		buf_puts(b,
		    "# The pull request's template\n\n"
		    "This repository has a template for the texts of pull "
		    "requests. The body in your answer is that template, "
		    "filled in: keep its headings, their order and its check "
		    "boxes as they are written, and put what you have to say "
		    "below the heading where it belongs. Tick a box (\"[x]\") "
		    "only if what it says is true and you made sure of it; "
		    "leave the others unticked, those that only a person can "
		    "tick included. Where you have nothing to say, say "
		    "\"None\". Comments in it are for you to follow; leave "
		    "them out.\n\n");
		prompt_fence(b, &t);
		buf_putc(b, '\n');
	}
	buf_free(&text);
	free(path);
	return r == -1 ? -1 : 0;
}

/* The names that templates may use, and of which actions.  The last tells
 * about those before it; what is asked comes before the talk, which gets what
 * room is left. */
static const struct value {
	const char *name;
	int (*put)(struct buf *, struct brief *, struct fail *);
	unsigned of;
} values[] = {
    {"repo", put_repo, FOR_ALL},
    {"number", put_number, FOR_ALL},
    {"url", put_url, FOR_ALL},
    {"branch", put_branch, FOR_ALL},
    {"base", put_base, FOR_ALL},
    {"oid", put_oid, FOR_ALL},
    {"issue", put_issue, FOR_IMPLEMENT},
    {"comments", put_comments, FOR_IMPLEMENT},
    {"pull_template", put_pull_template, FOR_IMPLEMENT},
    {"pull", review_put_pull, FOR_REVIEW},
    {"files", review_put_files, FOR_REVIEW},
    {"texts", review_put_texts, FOR_REVIEW},
    {"talk", review_put_talk, FOR_REVIEW},
    {"push", review_put_push, FOR_REVIEW},
    {"left_out", put_left_out, FOR_ALL},
};

#define VALUES (sizeof(values) / sizeof(*values))

static const struct action *
find(const char *name)
{
	size_t i;

	for (i = 0; i < ACTIONS; i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

bool
brief_has(const char *name)
{
	return find(name) != NULL;
}

/* Fills the action's template; br NULL: with the names of the values. */
static int
fill(struct buf *b, const struct work *w, const struct action *a,
    struct brief *br, struct fail *why)
{
	struct buf texts[VALUES];
	struct prompt_var vars[VALUES + 1] = {{NULL, NULL}};
	char *template = NULL;
	size_t i, n = 0;
	int r = template_read(w->prompts, a->name, &template, why);

	for (i = 0; i < VALUES; i++) {
		texts[i] = (struct buf)BUF_INIT(BUF_ANY);
		if (r != 0 || (values[i].of & a->bit) == 0)
			continue;
		if (br != NULL)
			r = values[i].put(&texts[i], br, why);
		vars[n++] = (struct prompt_var){values[i].name, texts[i].data};
	}
	if (r == 0 && prompt_fill(b, template, vars, why) == -1) {
		why->kind = FAIL_SETUP;
		r = fail_wrap(why, "template '%s'", a->name);
	}
	for (i = 0; i < VALUES; i++)
		buf_free(&texts[i]);
	free(template);
	return r;
}

int
brief_check(const struct work *w, struct fail *why)
{
	struct buf b = BUF_INIT(BUF_ANY);
	size_t i;
	int r = 0;

	for (i = 0; r == 0 && i < ACTIONS; i++) {
		buf_reset(&b);
		r = fill(&b, w, &actions[i], NULL, why);
	}
	buf_free(&b);
	return r;
}

int
brief_prompt(struct buf *b, const struct work *w, const struct place *p,
    const struct task *t, struct fail *why)
{
	struct brief br = {.t = t, .p = p};
	const struct action *a = find(t->action);

	if (a == NULL)
		return fail(
		    why, FAIL_INPUT, 0, "task: no template for its action");
	if (fill(b, w, a, &br, why) == -1)
		return -1;
	if (b->len > PROMPT_MAX)
		return fail(why, FAIL_SETUP, 0,
		    "template '%s': the prompt is over %zu bytes", a->name,
		    PROMPT_MAX);
	return 0;
}

int
brief_guide(struct buf *b, const struct place *p, const struct task *t,
    struct fail *why)
{
	static const char *const names[] = {"CLAUDE.md", "AGENTS.md", NULL};
	struct buf text = BUF_INIT(BUF_ANY);
	int i, r = 0;

	for (i = 0; r == 0 && names[i] != NULL; i++)
		r = base_file(p->mirror, t->base, names[i], &text, why);
	if (r == 1) {
		buf_printf(b, "This repository's own instructions (%s):\n\n",
		    names[i - 1]);
		buf_add(b, text.data, text.len);
	}
	buf_free(&text);
	return r == -1 ? -1 : 0;
}
