/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "marker.h"
#include "prompt.h"
#include "sanitise.h"
#include "texts.h"
#include "unseen.h"
#include "utf8.h"
#include "xalloc.h"

#define LEAST ((size_t)1 << 10) /* bytes; less of a text is no use */

bool
texts_cut(struct buf *b, const char *s, size_t len, size_t max)
{
	size_t head, tail;

	if (len <= max) {
		buf_add(b, s, len);
		return false;
	}
	head = utf8_cut(s, len, max - max / 4);
	for (tail = len - max / 4; (s[tail] & 0xc0) == 0x80; tail++)
		;
	buf_add(b, s, head);
	buf_printf(b, "\n[... %zu bytes left out ...]\n", tail - head);
	buf_add(b, s + tail, len - tail);
	return true;
}

static const char *
name_of(const cJSON *actor)
{
	const char *login = json_str(actor, "login");

	return login != NULL ? login : "ghost";
}

/* As readers on GitHub saw it.  Our own marker hides nothing from anybody. */
static void
sanitise(struct texts *x, struct buf *clean, const char *s)
{
	x->hidden += sanitise_text(clean, s, marker_start(s));
}

static void
fence(struct texts *x, struct buf *b, struct prompt_text *t,
    const cJSON *author, const struct buf *clean, size_t max)
{
	struct buf text = BUF_INIT(BUF_ANY);

	t->author = name_of(author);
	if ((t->trust = json_str(author, "trust")) == NULL)
		t->trust = "unknown";
	x->cut += texts_cut(&text, clean->data, clean->len, max);
	t->text = text.data;
	prompt_fence(b, t);
	buf_free(&text);
}

void
texts_title(struct texts *x, struct buf *b, const char *source,
    const cJSON *author, const char *url, const char *title)
{
	struct buf clean = BUF_INIT(BUF_ANY);
	struct prompt_text t = {.source = source, .url = url};

	x->hidden += sanitise_line(&clean, title, strlen(title));
	fence(x, b, &t, author, &clean, TEXTS_TITLE);
	buf_free(&clean);
}

void
texts_body(struct texts *x, struct buf *b, const char *source,
    const cJSON *author, const char *url, const char *body)
{
	struct buf clean = BUF_INIT(BUF_ANY);
	struct prompt_text t = {.source = source, .url = url};

	sanitise(x, &clean, body);
	fence(x, b, &t, author, &clean, TEXTS_BODY);
	buf_free(&clean);
}

/* In at most left bytes of text; how many it took. */
static size_t
said(struct texts *x, struct buf *b, const char *source, const cJSON *c,
    size_t left)
{
	const char *body = json_str(c, "body");
	const cJSON *author = json_get(c, "author");
	const cJSON *editor = json_get(c, "editor");
	struct buf clean = BUF_INIT(BUF_ANY);
	struct prompt_text t = {
	    .source = source,
	    .url = json_str(c, "url"),
	    .time = json_str(c, "created_at"),
	};
	size_t n, max = left < TEXTS_COMMENT ? left : TEXTS_COMMENT;

	if (t.time == NULL)
		t.time = json_str(c, "at");
	if (json_is_object(editor) &&
	    strcmp(name_of(editor), name_of(author)) != 0)
		t.editor = name_of(editor);
	if (body != NULL)
		sanitise(x, &clean, body);
	n = clean.len < max ? clean.len : max;
	fence(x, b, &t, author, &clean, max);
	buf_free(&clean);
	return n;
}

void
texts_said(
    struct texts *x, struct buf *b, const char *source, const cJSON *record)
{
	size_t used = x->said + x->kept;
	size_t left = used < TEXTS_SAID ? TEXTS_SAID - used : 0;

	x->said += said(x, b, source, record, left > LEAST ? left : LEAST);
}

/* Bytes of each of n texts that are asked. */
static size_t
share(size_t n)
{
	size_t each = n != 0 ? TEXTS_SAID / n : TEXTS_SAID;

	return each > LEAST ? each : LEAST;
}

/* Bytes that are kept for one of them. */
static size_t
kept(const cJSON *record, size_t n)
{
	const char *body = json_str(record, "body");
	size_t len = body != NULL ? strlen(body) : 0, max = share(n);

	max = max < TEXTS_COMMENT ? max : TEXTS_COMMENT;
	return len < max ? len : max;
}

void
texts_keep(struct texts *x, const cJSON *record, size_t n)
{
	x->kept += kept(record, n);
}

void
texts_asked(struct texts *x, struct buf *b, const char *source,
    const cJSON *record, size_t n)
{
	x->kept -= kept(record, n);
	x->said += said(x, b, source, record, share(n));
}

void
texts_plain(
    struct buf *b, const char *source, const cJSON *author, const char *text)
{
	struct texts none = {0};
	struct buf plain = BUF_INIT(BUF_ANY);
	struct prompt_text t = {.source = source};

	(void)unseen_strip(&plain, text, strlen(text));
	fence(&none, b, &t, author, &plain, TEXTS_BODY);
	buf_free(&plain);
}

struct row {
	const cJSON *comment;
	struct buf text;
};

void
texts_comments(struct texts *x, struct buf *b, const cJSON *comments)
{
	size_t n = 0, first, left = TEXTS_COMMENTS;
	struct row *rows = xcalloc(json_count(comments) + 1, sizeof(*rows));
	const cJSON *c;

	JSON_EACH (c, comments)
		rows[n++] = (struct row){c, BUF_INIT(BUF_ANY)};
	for (first = n; first > 0 && n - first < TEXTS_COUNT && left >= LEAST;
	     first--)
		left -= said(x, &rows[first - 1].text, "a comment",
		    rows[first - 1].comment, left);
	x->older += first;
	for (; first < n; first++) {
		buf_add(b, rows[first].text.data, rows[first].text.len);
		buf_free(&rows[first].text);
	}
	free(rows);
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

void
texts_tell(const struct texts *x, struct buf *b)
{
	if (x->dropped == 0 && x->older == 0 && x->cut == 0 && x->hidden == 0)
		return;
	buf_puts(b, "What you were not given:\n\n");
	if (x->dropped > 0)
		buf_printf(b,
		    "- %" PRId64 " comment%s, of people who may not ask for "
		    "work here, or for which there was no room.\n",
		    x->dropped, plural((uint64_t)x->dropped));
	if (x->older != 0)
		buf_printf(b,
		    "- %zu older comment%s, for which there is no room.\n",
		    x->older, plural(x->older));
	if (x->cut != 0)
		buf_printf(b,
		    "- Parts of %zu text%s, for which there is no room. A line "
		    "in square brackets, with the number of bytes, is where.\n",
		    x->cut, plural(x->cut));
	if (x->hidden != 0)
		buf_printf(b,
		    "- %zu thing%s in these texts that readers on GitHub do "
		    "not see: HTML comments, attributes, alternative texts, "
		    "characters without width. Who asked for this work may "
		    "never have seen them.\n",
		    x->hidden, plural(x->hidden));
	buf_putc(b, '\n');
}
