/*
 * No secret leaves: neither in a commit, nor in a name, nor in a line that is
 * added, nor in a text.  What was there before is not ours.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "secret.h"
#include "unseen.h"
#include "xalloc.h"

int
leak_text(const struct opts *o, const struct known *known, const char *what,
    const char *text, size_t len, struct fail *why)
{
	struct secret found;

	if (known_in(known, text, len))
		return fail(why, FAIL_POLICY, 0,
		    "%.200s holds a credential that is in use (secret)", what);
	if (secret_find(text, len, opt_str(o, O_ALLOW_SECRET), &found))
		return fail(why, FAIL_POLICY, 0,
		    "%.200s holds %s (secret; --allow-secret %s lets it "
		    "through)",
		    what, found.what, found.print);
	return 0;
}

/* The text as people read it: what is not seen is taken out when it is
 * published, and Markdown shows a sign that is escaped without its backslash.
 */
static void
as_read(struct buf *b, const char *s)
{
	struct buf seen = BUF_INIT(BUF_ANY);
	const char *p;

	(void)unseen_strip(&seen, s, strlen(s));
	for (p = seen.data; p < seen.data + seen.len; p++)
		if (*p != '\\' || !ispunct((unsigned char)p[1]))
			buf_putc(b, *p);
	buf_free(&seen);
}

int
leak_shown(const struct opts *o, const struct known *known, const char *what,
    const char *text, struct fail *why)
{
	struct buf read = BUF_INIT(BUF_ANY);
	int r = leak_text(o, known, what, text, strlen(text), why);

	if (r == 0) {
		as_read(&read, text);
		r = leak_text(o, known, what, read.data, read.len, why);
	}
	buf_free(&read);
	return r;
}

/* A refusal shows it. */
int
leak_path(const struct gate *g, const struct gate_change *c, struct fail *why)
{
	return leak_shown(g->o, g->known, "the name of a file", c->path, why);
}

int
leak_line(const struct gate *g, const struct gate_change *c, const char *text,
    size_t len, struct fail *why)
{
	return leak_text(g->o, g->known, c->path, text, len, why);
}

/* Messages, authors, committers: as they are, not decoded by an encoding that
 * the commit names. */
int
leak_commits(const struct gate *g, struct fail *why)
{
	char *range = xasprintf("%s..%s", g->base, g->head);
	const char *args[] = {
	    "rev-list", "--header", "--encoding=none", range, NULL};
	struct buf out = BUF_INIT(BUF_ANY);
	int r = git_run(g->git, args, &out, why);

	if (r == 0 && out.len >= PROC_OUT_MAX)
		r = gate_refuse(g, why, NULL,
		    "the commit's message is too large to be looked through");
	if (r == 0)
		r = leak_text(
		    g->o, g->known, "the commit", out.data, out.len, why);
	buf_free(&out);
	free(range);
	return r;
}
