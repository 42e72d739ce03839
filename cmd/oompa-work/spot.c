/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "git.h"
#include "spot.h"
#include "texts.h"
#include "utf8.h"
#include "xalloc.h"

#define AROUND   8   /* lines before and after */
#define SPAN_MAX 60  /* lines that a thread is about */
#define LINE_MAX 300 /* bytes; what is longer is cut */
#define FILE_MAX                                                               \
	((size_t)8 << 20) /* bytes; of a larger one nothing is shown           \
			   */

/* Which lines, the first is 1; from 0 when it is about the whole file. */
struct span {
	int64_t from, to;
	bool old; /* of an earlier commit */
};

static struct span
span_of(const cJSON *thread)
{
	struct span s = {0};

	if (json_str_is(thread, "subject", "file"))
		return s;
	if (json_int(thread, "line", &s.to)) {
		if (!json_int(thread, "start_line", &s.from))
			s.from = s.to;
	} else if (json_int(thread, "original_line", &s.to)) {
		s.from = s.to;
		s.old = true;
	}
	if (s.from < 1 || s.from > s.to)
		s.from = s.to;
	if (s.to - s.from >= SPAN_MAX)
		s.from = s.to - SPAN_MAX + 1;
	return s;
}

int
spot_fork(const struct place *p, const struct task *t, struct buf *ret,
    struct fail *why)
{
	const struct git g = {.dir = p->mirror};
	const char *const args[] = {"merge-base", t->base, t->head, NULL};
	int r = git_ask(&g, args, ret, why);

	if (r == 0)
		ret->data[strcspn(ret->data, "\n")] = '\0';
	return r;
}

static bool
is_left(const cJSON *thread)
{
	const char *side = json_str(thread, "side");

	return side != NULL && strcmp(side, "left") == 0;
}

/* The blob of a plain file of exactly that path, in a row "MODE blob OID",
 * yours; NULL when it is none.  ls-tree takes what begins with ":" for magic.
 */
static char *
blob_in(const struct buf *row, const char *path)
{
	const char *tab = strchr(row->data, '\t'), *oid;

	if (tab == NULL || strcmp(tab + 1, path) != 0 ||
	    strncmp(row->data, "100", 3) != 0)
		return NULL;
	for (oid = tab; oid[-1] != ' '; oid--)
		;
	return xstrndup(oid, (size_t)(tab - oid));
}

/* The text of a file: 1, 0 when the commit has none of that name, or it is no
 * text. */
static int
read_file(const struct place *p, const char *oid, const char *path,
    struct buf *text, struct fail *why)
{
	const struct git g = {.dir = p->mirror};
	struct buf row = BUF_INIT(BUF_ANY);
	const char *const list[] = {"ls-tree", "-z", oid, "--", path, NULL};
	const char *show[] = {"cat-file", "blob", NULL, NULL};
	char *blob = NULL;
	/* Some paths git does not take. */
	int r = git_hear(&g, list, &row, NULL, why);

	if (r == 0)
		blob = blob_in(&row, path);
	if (r > 0)
		r = 0;
	if (blob != NULL) {
		show[2] = blob;
		r = git_run(&g, show, text, why) == -1 ? -1 : 1;
	}
	if (r == 1 && (text->cut || strlen(text->data) != text->len))
		r = 0;
	buf_free(&row);
	free(blob);
	return r;
}

/* The text of the thread's file, on the side that it is on: see read_file. */
static int
read_side(const struct place *p, const struct task *t, const cJSON *thread,
    struct buf *text, struct fail *why)
{
	const char *path = json_str(thread, "path");
	struct buf base = BUF_INIT(BUF_ANY);
	int r;

	if (!is_left(thread))
		return read_file(p, t->start, path, text, why);
	r = spot_fork(p, t, &base, why);
	if (r == 0)
		r = read_file(p, base.data, path, text, why);
	else if (r > 0)
		r = 0;
	buf_free(&base);
	return r;
}

/* "  12 | code"; what the thread is about has a ">" in front. */
static void
put_code(struct buf *b, const char *text, const struct span *s)
{
	int64_t n = 1;
	size_t len;

	for (; *text != '\0' && n <= s->to + AROUND; n++) {
		len = strcspn(text, "\n");
		if (n >= s->from - AROUND) {
			buf_printf(b, "%c %5" PRId64 " | ",
			    n >= s->from && n <= s->to ? '>' : ' ', n);
			utf8_clean(b, text,
			    len > LINE_MAX ? utf8_cut(text, len, LINE_MAX)
					   : len);
			buf_putc(b, '\n');
		}
		text += len + (text[len] == '\n');
	}
}

static void
put_place(
    struct buf *b, const char *path, const cJSON *thread, const struct span *s)
{
	utf8_clean(b, path, strlen(path));
	if (s->to != 0 && s->from != s->to)
		buf_printf(
		    b, ", lines %" PRId64 " to %" PRId64, s->from, s->to);
	else if (s->to != 0)
		buf_printf(b, ", line %" PRId64, s->to);
	if (s->old)
		buf_puts(b, " when it was written; the code has changed since, "
			    "and what stands there now may be something else");
	else if (is_left(thread))
		buf_puts(b, " of the base, which the pull request changes or "
			    "deletes");
	buf_putc(b, '\n');
}

int
spot_put(struct buf *b, const struct place *p, const struct task *t,
    const cJSON *thread, struct fail *why)
{
	const cJSON *author = json_get(t->issue, "author");
	const char *path = json_str(thread, "path");
	const struct span s = span_of(thread);
	struct buf text = BUF_INIT(FILE_MAX), out = BUF_INIT(BUF_ANY);
	int r = 0;

	put_place(&out, path, thread, &s);
	if (s.to != 0)
		r = read_side(p, t, thread, &text, why);
	if (r == 1)
		put_code(&out, text.data, &s);
	else if (r == 0 && s.to != 0)
		buf_puts(&out, "(not to be shown)\n");
	texts_plain(b, "where it stands", author, out.data);
	buf_free(&text);
	buf_free(&out);
	return r == -1 ? -1 : 0;
}
