/*
 * The lines that a change adds, as git diff has them, while it writes them.
 *
 * The text of a hunk is counted, so that nothing in it passes for a header.
 * Which file a part is of is known by its order and by the names of its
 * objects; paths in headers are not read.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "secret.h"

/* Bytes that a rule is given at once; the fuzzer has smaller ones. */
#ifndef PIECE
#define PIECE ((size_t)1 << 20)
#endif

struct added {
	const struct gate *g;
	gate_added_fn *fn;
	size_t file;      /* the next of the list */
	bool again;       /* its second part is to come: it changes its kind */
	long minus, plus; /* lines of the hunk that are to come */
	bool middle;      /* of a line that was longer than a piece */
	bool hunk;        /* the line is of a hunk, not of a header */
	char first;       /* what the line of a hunk began with */
	struct buf line, text;
};

static int
give(struct added *a, bool all, struct fail *why)
{
	size_t keep = all ? 0 : SECRET_SPAN;

	if (a->text.len == 0 || a->file == 0)
		return 0;
	if (a->fn(a->g, &a->g->list[a->file - 1], a->text.data, a->text.len,
		why) == -1)
		return -1;
	if (a->text.len > keep)
		buf_drop(&a->text, a->text.len - keep);
	return 0;
}

/* Another kind of thing is deleted and created: two parts. */
static bool
has_two(const struct gate_change *c)
{
	return gate_is_there(c->old_mode) && gate_is_there(c->new_mode) &&
	       strncmp(c->old_mode, c->new_mode, 3) != 0;
}

static int
next_file(struct added *a, struct fail *why)
{
	if (give(a, true, why) == -1)
		return -1;
	if (a->again) {
		a->again = false;
		return 0;
	}
	if (a->file == a->g->n)
		return fail(why, FAIL_CHILD, 0, "git diff: unexpected file");
	a->again = has_two(&a->g->list[a->file++]);
	return 0;
}

/* "index OLD..NEW": is it the file that we think it is? */
static int
check_file(const struct added *a, struct fail *why)
{
	const struct gate_change *c;
	const char *s = a->line.data + strlen("index "), *dots;

	c = a->file != 0 ? &a->g->list[a->file - 1] : NULL;
	dots = strstr(s, "..");
	if (c != NULL && dots != NULL &&
	    ((size_t)(dots - s) == strlen(c->old_oid) &&
		strncmp(s, c->old_oid, strlen(c->old_oid)) == 0))
		return 0;
	/* The second part of two. */
	if (c != NULL && dots != NULL && has_two(c) && !a->again &&
	    strncmp(dots + 2, c->new_oid, strlen(c->new_oid)) == 0)
		return 0;
	return fail(why, FAIL_CHILD, 0, "git diff: unexpected order");
}

/* "@@ -1,2 +3,4 @@"; a count that is left out is one. */
static int
begin_hunk(struct added *a, struct fail *why)
{
	const char *s = strchr(a->line.data, '-');
	char *end;

	a->minus = a->plus = 1;
	if (s == NULL)
		return fail(why, FAIL_CHILD, 0, "git diff: unexpected hunk");
	(void)strtol(s + 1, &end, 10);
	if (*end == ',')
		a->minus = strtol(end + 1, &end, 10);
	s = strchr(end, '+');
	if (s == NULL)
		return fail(why, FAIL_CHILD, 0, "git diff: unexpected hunk");
	(void)strtol(s + 1, &end, 10);
	if (*end == ',')
		a->plus = strtol(end + 1, &end, 10);
	return 0;
}

static int
take_header(struct added *a, struct fail *why)
{
	const char *s = a->line.data;

	if (strncmp(s, "diff --git ", 11) == 0)
		return next_file(a, why);
	if (strncmp(s, "index ", 6) == 0)
		return check_file(a, why);
	if (strncmp(s, "@@ ", 3) == 0)
		return begin_hunk(a, why);
	return 0;
}

/* A line of a hunk, or a piece of one. */
static int
take_text(struct added *a, bool whole, struct fail *why)
{
	const char *s = a->line.data;
	size_t len = a->line.len;

	if (!a->middle) {
		a->first = *s++;
		len--;
		a->minus -= a->first == '-';
		a->plus -= a->first == '+';
	}
	if (a->first == '+') {
		buf_add(&a->text, s, len);
		if (whole)
			buf_putc(&a->text, '\n');
	}
	return a->text.len >= PIECE ? give(a, false, why) : 0;
}

static int
take_line(struct added *a, bool whole, struct fail *why)
{
	int r = 0;

	if (!a->middle)
		a->hunk = a->minus > 0 || a->plus > 0;
	if (a->hunk)
		r = take_text(a, whole, why);
	else if (!a->middle) /* a name may be long: the rest is no header */
		r = take_header(a, why);
	a->middle = !whole;
	buf_reset(&a->line);
	return r;
}

static int
on_out(const char *data, size_t len, void *arg, struct fail *why)
{
	struct added *a = arg;
	const char *nl;
	size_t n;

	while (len != 0) {
		nl = memchr(data, '\n', len);
		n = nl != NULL ? (size_t)(nl - data) : len;
		buf_add(&a->line, data, n);
		data += n + (nl != NULL);
		len -= n + (nl != NULL);
		if ((nl != NULL || a->line.len >= PIECE) &&
		    take_line(a, nl != NULL, why) == -1)
			return -1;
	}
	return 0;
}

int
added_each(const struct gate *g, gate_added_fn *fn, struct fail *why)
{
	const char *args[] = {"diff-tree", "-r", "-p", "-U0", "--text",
	    "--irreversible-delete", "--no-renames", "--no-ext-diff",
	    "--no-textconv", "--no-color", "--full-index", "--submodule=short",
	    g->base, g->head, NULL};
	struct added a = {.g = g,
	    .fn = fn,
	    .line = BUF_INIT(BUF_ANY),
	    .text = BUF_INIT(BUF_ANY)};
	int r = git_stream(g->git, args, on_out, &a, why);

	if (r == 0)
		r = give(&a, true, why);
	if (r == 0 && (a.file != g->n || a.plus > 0 || a.again))
		r = fail(why, FAIL_CHILD, 0, "git diff: ended early");
	buf_free(&a.line);
	buf_free(&a.text);
	return r;
}
