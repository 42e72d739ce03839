/*
 * What the gate reads of git: a change is drawn from the bytes and told as git
 * tells it, first as a list, then as a diff that comes in pieces.  The gate
 * knows the same files, and of each just the lines that were drawn.
 *
 * The functions of git.h are this file's.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/oompa-push/gate.h"
#include "secret.h"
#include "xalloc.h"

#define FILES_MAX 4
#define LONG      9000 /* bytes: two of them are more than SECRET_SPAN */
#define NOWHERE   "000000"
#define NO_OID    "0000000000000000000000000000000000000000"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct bytes {
	const uint8_t *p;
	size_t n;
};

struct file {
	struct gate_change c;
	struct buf added;
	size_t seen; /* bytes of added that the gate gave */
};

static struct {
	struct file file[FILES_MAX];
	size_t n;
	struct buf list, diff;
	size_t step; /* bytes that come at once */
	bool drawn;  /* else the diff is of any bytes */
} change;

static unsigned
take(struct bytes *b)
{
	if (b->n == 0)
		return 0;
	b->n--;
	return *b->p++;
}

/* Bytes of which none is not, as a C string. */
static char *
take_text(struct bytes *b, size_t most, char not )
{
	size_t len = take(b) % (most + 1), i;
	char *text = xmalloc(len + 1), c;

	for (i = 0; i < len && b->n != 0; i++) {
		c = (char)take(b);
		if (c == not || c == '\0')
			c = '@';
		text[i] = c;
	}
	text[i] = '\0';
	return text;
}

/* A name in a header; with a line feed it would be quoted. */
static void
put_name(const char *side, const struct file *f, const char *end)
{
	const char *p;

	buf_puts(&change.diff, side);
	for (p = f->c.path; *p != '\0'; p++)
		if (*p == '\n')
			buf_puts(&change.diff, "\\n");
		else
			buf_putc(&change.diff, *p);
	buf_puts(&change.diff, end);
}

static void
put_line(struct bytes *b, char first, struct buf *added)
{
	struct buf line = BUF_INIT(BUF_ANY);
	unsigned how = take(b);
	char *text = take_text(b, 40, '\n');
	size_t i;

	/* Any byte may stand in a line of a file. */
	for (i = 0; i < (how > 0xf0 ? LONG * (how % 4) : 0); i += 30)
		buf_add(&line, "@+- \\\0abdiff --git a/b @@ -1,9", 30);
	buf_puts(&line, text);
	buf_putc(&line, '\n');
	buf_putc(&change.diff, first);
	buf_add(&change.diff, line.data, line.len);
	if (added != NULL)
		buf_add(added, line.data, line.len);
	buf_free(&line);
	free(text);
}

static void
put_range(char sign, unsigned at, unsigned n)
{
	buf_printf(&change.diff, "%c%u", sign, at);
	if (n != 1)
		buf_printf(&change.diff, ",%u", n);
}

/* n lines, of which the last may have no end. */
static void
put_lines(struct bytes *b, unsigned n, char first, struct buf *added)
{
	unsigned i;

	for (i = 0; i < n; i++)
		put_line(b, first, added);
	if (n != 0 && take(b) % 4 == 1)
		buf_puts(&change.diff, "\\ No newline at end of file\n");
}

static void
put_hunk(struct bytes *b, bool minus, bool plus, struct buf *added)
{
	unsigned n = minus ? take(b) % 4 : 0, m = plus ? take(b) % 4 : 0;
	char *heading = take_text(b, 20, '\n');

	if (n + m != 0) {
		buf_puts(&change.diff, "@@ ");
		put_range('-', take(b), n);
		buf_putc(&change.diff, ' ');
		put_range('+', take(b), m);
		buf_printf(&change.diff, " @@ %s\n", heading);
		put_lines(b, n, '-', NULL);
		put_lines(b, m, '+', added);
	}
	free(heading);
}

/* A part of the diff, from and to one of the file's sides or nothing. */
static void
put_part(struct bytes *b, struct file *f, bool minus, bool plus)
{
	const struct gate_change *c = &f->c;
	unsigned hunks;

	put_name("diff --git a/", f, "");
	put_name(" b/", f, "\n");
	if (!minus)
		buf_printf(&change.diff, "new file mode %s\n", c->new_mode);
	else if (!plus)
		buf_printf(&change.diff, "deleted file mode %s\n", c->old_mode);
	else if (strcmp(c->old_mode, c->new_mode) != 0)
		buf_printf(&change.diff, "old mode %s\nnew mode %s\n",
		    c->old_mode, c->new_mode);
	if (minus && plus && strcmp(c->old_oid, c->new_oid) == 0)
		return;
	buf_printf(&change.diff, "index %s..%s\n", minus ? c->old_oid : NO_OID,
	    plus ? c->new_oid : NO_OID);
	hunks = take(b) % 4;
	if (hunks == 0)
		return;
	put_name("--- a/", f, "\n");
	put_name("+++ b/", f, "\n");
	for (; hunks != 0; hunks--)
		put_hunk(b, minus, plus, &f->added);
}

static void
draw_side(struct bytes *b, bool there, char mode[7], char oid[GIT_OID_SIZE])
{
	static const char *const modes[] = {
	    "100644", "100755", GATE_LINK, GATE_SUBMODULE};
	unsigned how = take(b), i;

	memcpy(mode, there ? modes[how % 4] : NOWHERE, 7);
	memcpy(oid, NO_OID, sizeof(NO_OID));
	/* Few, so that some are the same. */
	for (i = 0; there && i < sizeof(NO_OID) - 1; i++)
		oid[i] = "0123456789abcdef"[1 + how / 4 % 8];
}

/* Some are longer than a piece. */
static char *
draw_path(struct bytes *b)
{
	struct buf path = BUF_INIT(BUF_ANY);
	unsigned n = take(b);
	char *text = take_text(b, 40, '\0');

	buf_putc(&path, 'p');
	for (n = n > 0xf0 ? 100 : 1; n != 0; n--)
		buf_puts(&path, text);
	free(text);
	return buf_take(&path);
}

static void
draw_file(struct bytes *b)
{
	struct file *f = &change.file[change.n++];
	struct gate_change *c = &f->c;
	unsigned how = take(b) % 4;
	bool minus = how != 0, plus = how != 1;

	*f = (struct file){.added = BUF_INIT(BUF_ANY)};
	c->path = draw_path(b);
	draw_side(b, minus, c->old_mode, c->old_oid);
	draw_side(b, plus, c->new_mode, c->new_oid);
	buf_printf(&change.list, ":%s %s %s %s %c", c->old_mode, c->new_mode,
	    c->old_oid, c->new_oid, "ADMT"[how]);
	buf_putc(&change.list, '\0');
	buf_add(&change.list, c->path, strlen(c->path) + 1);
	/* Another kind of thing is deleted and created. */
	if (minus && plus && strncmp(c->old_mode, c->new_mode, 3) != 0) {
		put_part(b, f, true, false);
		put_part(b, f, false, true);
	} else
		put_part(b, f, minus, plus);
}

int
git_run(const struct git *git, const char *const args[], struct buf *out,
    struct fail *why)
{
	(void)git;
	(void)why;
	if (strcmp(args[2], "--raw") == 0 || strcmp(args[1], "-r") == 0)
		buf_add(out, change.list.data, change.list.len);
	return 0;
}

int
git_feed(const struct git *git, const char *const args[], const char *in,
    size_t len, struct buf *out, struct fail *why)
{
	(void)in;
	(void)len;
	return git_run(git, args, out, why);
}

int
git_stream(const struct git *git, const char *const args[],
    int (*on_out)(const char *, size_t, void *, struct fail *), void *arg,
    struct fail *why)
{
	size_t at, n;

	(void)git;
	(void)args;
	/* What is long comes in larger pieces, or it takes too long. */
	change.step += change.diff.len / 1000;
	for (at = 0; at < change.diff.len; at += n) {
		n = change.diff.len - at;
		if (n > change.step)
			n = change.step;
		if (on_out(change.diff.data + at, n, arg, why) == -1)
			return -1;
	}
	return 0;
}

/* Lines that the gate gives: what it gave before may come again. */
static int
on_added(const struct gate *g, const struct gate_change *c, const char *text,
    size_t len, struct fail *why)
{
	struct file *f = &change.file[c - g->list];
	size_t again = f->seen < SECRET_SPAN ? f->seen : SECRET_SPAN;

	(void)why;
	if (!change.drawn)
		return 0;
	if (len < again || len - again > f->added.len - f->seen ||
	    memcmp(f->added.data + f->seen - again, text, len) != 0)
		abort();
	f->seen += len - again;
	return 0;
}

static void
check_list(const struct gate *g)
{
	const struct gate_change *c, *want;
	size_t i;

	if (g->n != change.n)
		abort();
	for (i = 0; i < g->n; i++) {
		c = &g->list[i];
		want = &change.file[i].c;
		if (strcmp(c->path, want->path) != 0 ||
		    strcmp(c->old_mode, want->old_mode) != 0 ||
		    strcmp(c->new_mode, want->new_mode) != 0 ||
		    strcmp(c->old_oid, want->old_oid) != 0 ||
		    strcmp(c->new_oid, want->new_oid) != 0)
			abort();
	}
}

static void
judge(void)
{
	struct gate g = {0}; /* no action: no rule */
	struct fail why;
	size_t i;

	if (gate_check(&g, &why) == -1 && change.drawn && change.n != 0)
		abort();
	if (change.drawn)
		check_list(&g);
	if (added_each(&g, on_added, &why) == -1 && change.drawn)
		abort();
	for (i = 0; change.drawn && i < change.n; i++)
		if (change.file[i].seen != change.file[i].added.len)
			abort();
	gate_done(&g);
}

static void
done(void)
{
	size_t i;

	for (i = 0; i < change.n; i++) {
		free(change.file[i].c.path);
		buf_free(&change.file[i].added);
	}
	change.n = 0;
	buf_free(&change.list);
	buf_free(&change.diff);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	unsigned files = take(&b) % (FILES_MAX + 1), how = take(&b);

	change.list = change.diff = (struct buf)BUF_INIT(BUF_ANY);
	change.step = 1 + how / 2 * how;
	change.drawn = how % 4 != 3;
	for (; files != 0; files--)
		draw_file(&b);
	/* Whatever it is, it is read without harm. */
	if (!change.drawn)
		buf_add(how % 8 == 3 ? &change.list : &change.diff, b.p, b.n);
	judge();
	done();
	return 0;
}
