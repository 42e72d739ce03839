/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "change.h"
#include "strip.h"
#include "trivial.h"

/* One side of a change, stripped: 1, or 0 when that cannot be done. */
static int
strip_blob(const struct git *g, const char *oid, const struct strip_lang *lang,
    struct buf *out, struct fail *why)
{
	const char *const show[] = {"cat-file", "blob", oid, NULL};
	struct buf text = BUF_INIT(BUF_ANY);
	int r = git_run(g, show, &text, why);

	if (r == 0)
		r = text.len < PROC_OUT_MAX &&
		    strip_text(lang, text.data, text.len, out);
	buf_free(&text);
	return r;
}

static int
trivial_file(const struct git *g, const struct change *c, struct fail *why)
{
	const struct strip_lang *lang = strip_lang(c->path);
	struct buf old = BUF_INIT(BUF_ANY), new = BUF_INIT(BUF_ANY);
	int r;

	if (c->status != 'M' || strcmp(c->old_mode, c->new_mode) != 0 ||
	    strncmp(c->new_mode, "100", 3) != 0 || lang == NULL)
		return 0;
	r = strip_blob(g, c->old, lang, &old, why);
	if (r == 1)
		r = strip_blob(g, c->new, lang, &new, why);
	if (r == 1)
		r = old.len == new.len &&memcmp(old.data, new.data, old.len) ==
		    0;
	buf_free(&old);
	buf_free(&new);
	return r;
}

int
trivial_change(
    const struct git *g, const char *base, const char *tree, struct fail *why)
{
	struct buf list = BUF_INIT(BUF_ANY);
	struct change c;
	const char *at;
	int r = change_list(g, base, tree, &list, why) == 0 ? 1 : -1;

	at = list.data;
	while (r == 1 && change_next(&at, list.data + list.len, &c))
		r = trivial_file(g, &c, why);
	buf_free(&list);
	return r;
}
