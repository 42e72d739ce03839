/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gfm.h"
#include "paragraph.h"
#include "picture.h"
#include "reference.h"
#include "scan.h"
#include "table.h"
#include "tag.h"
#include "xalloc.h"

#define FOOTNOTES_MAX 32 /* that are looked for; more are taken out */
#define LANGUAGE_MAX  32 /* bytes */

/* A "[" that may begin a link. */
struct open {
	size_t at; /* of it or its "!" in the output */
	bool image;
};

struct scan {
	const char *start, *s, *end; /* all, what is left; *end is a NUL */
	struct buf *out;
	struct paragraph par;
	char *tables; /* up to here, excess cells are gone */
	size_t floor; /* in out: no reference begins before it */
	size_t hidden;
	/* What a fence or a backtick means is no longer certain: */
	bool lost;   /* to the end */
	bool unsure; /* to the end of the paragraph */
	/* A browser reads what Markdown leaves alone: */
	bool html; /* to the end of the paragraph */
	bool rest; /* to the end of the line */
	bool raw;  /* to a line with </pre> or the like */
	bool raw_ends;
	bool defined;              /* there was a definition of a link */
	bool defines;              /* ... in an earlier round */
	unsigned small[TAG_SMALL]; /* how many are open */
	uint32_t unended;          /* raw elements that have no end tag */
	size_t footnotes;
	const char *notes[FOOTNOTES_MAX]; /* defined */
	size_t n_notes;
	const char **refs; /* to footnotes, as far as we are */
	size_t n_refs, cap_refs;
	struct open *opens;
	size_t n, cap;
};

static bool
loose(const struct scan *sc)
{
	return sc->html || sc->rest || sc->raw;
}

static void
put(struct scan *sc, char c)
{
	buf_putc(sc->out, c);
	if (c == ';')
		sc->hidden += reference_end(sc->out, sc->floor);
}

/* What is not looked at again: in it, and with what is before it, no reference
 * begins. */
static void
keep(struct scan *sc, const char *to)
{
	buf_add(sc->out, sc->s, (size_t)(to - sc->s));
	sc->s = to;
	sc->floor = sc->out->len;
}

/* What goes over a line with a fence, or over a backtick, may do so for us
 * only. */
static void
pass_over(struct scan *sc, const char *to, bool certain)
{
	size_t n = (size_t)(to - sc->s);

	if (!certain && !sc->lost && gfm_fence_in(sc->s, to))
		sc->lost = true;
	if (memchr(sc->s, '`', n) != NULL)
		sc->unsure = true;
}

static void
drop(struct scan *sc, const char *to, bool certain)
{
	pass_over(sc, to, certain);
	sc->s = to;
	sc->floor = sc->out->len;
	sc->hidden++;
}

/* Lines up to the one that ends the code block that begins at l. */
static void
keep_code(struct scan *sc, const struct gfm_line *l)
{
	char mark = *l->text;
	size_t indent = l->indent, fence = l->fence;
	struct gfm_line next;

	sc->unsure = sc->html = sc->rest = false;
	sc->n = 0;
	while (sc->s < sc->end) {
		gfm_line(&next, sc->s, sc->end);
		/* A block in a list ends with its item, any other does not. */
		if (!gfm_blank(&next) && next.indent < indent) {
			sc->lost = true;
			return;
		}
		if (*next.text == mark && next.fence >= fence &&
		    next.text == next.inside &&
		    strspn(next.text + next.fence, " \t") ==
			(size_t)(next.end - next.text) - next.fence) {
			sc->lost = next.indent > GFM_INDENT && indent != 0;
			if (sc->lost)
				return;
			if (next.indent <= GFM_INDENT) {
				keep(sc, next.end);
				return;
			}
		}
		keep(sc, next.end + (next.end < sc->end));
	}
}

/* The line that opens a code block; of what follows the fence only the
 * language is seen, by its effect. */
static void
keep_fence(struct scan *sc, const struct gfm_line *l)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789+-#._";
	const char *word = l->text + l->fence;
	size_t n;

	word += strspn(word, " \t");
	n = strspn(word, letters);
	if (n > LANGUAGE_MAX || (word + n < l->end && word[n] != ' ' &&
				    word[n] != '\t' && word[n] != ','))
		n = 0;
	keep(sc, n != 0 ? word + n : l->text + l->fence);
	sc->hidden += strspn(sc->s, " \t") < (size_t)(l->end - sc->s);
	sc->s = l->end;
	if (sc->s < sc->end)
		keep(sc, sc->s + 1);
}

static bool
ends_raw(const struct gfm_line *l)
{
	static const char *const names[] = {
	    "pre", "script", "style", "textarea", NULL};
	const char *p = l->text;
	size_t i;

	while ((p = memmem(p, (size_t)(l->end - p), "</", 2)) != NULL) {
		p += 2;
		for (i = 0; names[i] != NULL; i++)
			if (strncasecmp(p, names[i], strlen(names[i])) == 0)
				return true;
	}
	return false;
}

/* A line that begins with "<": HTML, as a rule up to the next blank line. */
static void
begin_html(struct scan *sc, const struct gfm_line *l)
{
	const char *p = l->inside + 1;
	struct tag t;

	if (*p == '!' || *p == '?') {
		sc->rest = true;
		return;
	}
	if (*p != '/' && ((*p | 32) < 'a' || (*p | 32) > 'z'))
		return;
	tag_read(&t, l->inside, l->end, false);
	if (t.kind == TAG_LINK && !loose(sc))
		return;
	sc->html = true;
	tag_read(&t, l->inside, l->end, true);
	if (t.raw != 0 || tag_named(t.name, t.name_len, "pre"))
		sc->raw = true;
}

static bool
among(const char *const *list, size_t n, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strncasecmp(list[i], s, len) == 0)
			return true;
	return false;
}

/* Is [^label], of n bytes, in s, where no code or HTML can be? */
static bool
refers_later(const char *s, const char *end, const char *label, size_t n)
{
	if (strpbrk(s, "`~<\\") != NULL)
		return false;
	while ((s = memmem(s, (size_t)(end - s), label, n)) != NULL) {
		s += n;
		if (*s != ':')
			return true;
	}
	return false;
}

/* Does a reader see the footnote that is defined at s, [^label] of n bytes?
 * Only the first of a label is one. */
static bool
noted(struct scan *sc, const char *s, size_t n)
{
	if (++sc->footnotes > FOOTNOTES_MAX ||
	    among(sc->notes, sc->n_notes, s, n) ||
	    (!among(sc->refs, sc->n_refs, s, n) &&
		!refers_later(s + n, sc->end, s, n)))
		return false;
	sc->notes[sc->n_notes++] = s;
	return true;
}

/* A definition at p, which is a "[" that begins a line. */
static bool
begin_definition(struct scan *sc, const char *p, bool goes_on)
{
	const char *end = gfm_label(p, sc->end);

	if (end == NULL || *end != ':')
		return false;
	if (p[1] == '^') {
		if (noted(sc, p, (size_t)(end - p)))
			return false;
		end = gfm_footnote(p, sc->end);
	} else {
		if (goes_on || (end = gfm_definition(p, sc->end)) == NULL)
			return false;
		sc->defined = true;
	}
	keep(sc, p);
	drop(sc, end, false);
	return true;
}

/* Behind what may be code or HTML: the text of the line, and what is around it
 * to the next one. */
static bool
begin_text(struct scan *sc, const struct gfm_line *l)
{
	bool goes_on = paragraph_goes_on(&sc->par, sc->s, l);

	if (*l->inside == '[' && begin_definition(sc, l->inside, goes_on)) {
		paragraph_end(&sc->par);
		return true;
	}
	paragraph_read(&sc->par, sc->s, l, !sc->lost && !loose(sc));
	if (sc->raw || ends_raw(l))
		sc->par.open = false;
	return false;
}

/* At a line with a fence.  True: went on. */
static bool
begin_code(struct scan *sc, const struct gfm_line *l)
{
	/* One in a quote ends with it, and is no more to us than text. */
	bool begins = !sc->lost && !l->quoted;
	bool certain = begins && !loose(sc) && l->inside == l->text &&
		       l->indent <= GFM_INDENT;
	const char *picture = picture_end(l, sc->end, certain);

	if (begins && !certain)
		sc->lost = true;
	if (certain)
		keep_fence(sc, l);
	else if (picture != NULL)
		keep(sc, l->end + 1);
	if (picture != NULL)
		drop(sc, picture, true);
	if (!certain)
		return picture != NULL;
	keep_code(sc, l);
	paragraph_end(&sc->par);
	/* No table goes on behind it. */
	if (sc->tables < sc->s)
		sc->tables += sc->s - sc->tables;
	return true;
}

/* At the begin of a line.  True: went on. */
static bool
begin_line(struct scan *sc)
{
	struct gfm_line l;

	gfm_line(&l, sc->s, sc->end);
	sc->rest = false;
	if (sc->raw_ends)
		sc->raw = false;
	sc->raw_ends = false;
	if (gfm_blank(&l)) {
		sc->html = sc->unsure = false;
		sc->n = 0;
		paragraph_read(&sc->par, sc->s, &l, true);
		return false;
	}
	if (l.fence != 0 && begin_code(sc, &l))
		return true;
	if (*l.inside == '<')
		begin_html(sc, &l);
	sc->raw_ends = sc->raw && ends_raw(&l);
	return begin_text(sc, &l);
}

/* A run of backticks: `code` when it is certain. */
static void
backticks(struct scan *sc)
{
	size_t n = strspn(sc->s, "`"), m;
	const char *p = sc->s + n;

	if (!sc->lost && !sc->unsure && !loose(sc))
		for (; (m = strcspn(p, "`\n|")), p += m, *p == '`'; p += m) {
			m = strspn(p, "`");
			if (m == n) {
				keep(sc, p + n);
				return;
			}
		}
	sc->unsure = true;
	keep(sc, sc->s + n);
}

/* An element that hides what is in it: all of it goes. */
static bool
drop_element(struct scan *sc, const struct tag *t)
{
	const char *end;

	if (t->empty || (t->raw == 0 && !(t->hides && t->known)))
		return false;
	if (t->raw != 0 && (sc->unended & 1U << t->raw) != 0)
		return false;
	end = tag_content_end(t, sc->end);
	if (end == NULL && t->raw != 0) {
		sc->unended |= 1U << t->raw;
		return false;
	}
	drop(sc, end != NULL ? end : sc->end, false);
	return true;
}

/* What is in an element whose tag is kept. */
static void
drop_covered(struct scan *sc, const struct tag *t)
{
	static const char close[] = "</video>";
	const char *end = tag_content_end(t, sc->end);

	if (sc->s == sc->end ||
	    (end == sc->s + strlen(close) &&
		strncasecmp(sc->s, close, strlen(close)) == 0))
		return;
	drop(sc, end != NULL ? end : sc->end, false);
	if (end != NULL)
		buf_puts(sc->out, close);
	sc->floor = sc->out->len;
}

/* The tag with what of it is seen, its URL. */
static void
put_tag(struct scan *sc, const struct tag *t)
{
	const char *from = sc->s;

	if (!t->mute) {
		pass_over(sc, t->end, false);
		keep(sc, t->end);
		return;
	}
	drop(sc, t->end, false);
	buf_add(sc->out, from, (size_t)(t->name - from));
	buf_add(sc->out, t->name, t->name_len);
	if (t->url != NULL)
		buf_printf(sc->out, " %s=\"%.*s\"", t->attribute,
		    (int)t->url_len, t->url);
	buf_putc(sc->out, '>');
	sc->floor = sc->out->len;
}

/* Elements with a small font in each other: the one in which nobody can read
 * hides what is in it. */
static void
shrink(struct scan *sc, struct tag *t)
{
	unsigned *n = &sc->small[t->small - 1];

	if (t->kind == TAG_CLOSE) {
		*n -= *n != 0;
		return;
	}
	++*n;
	if (!tag_legible(sc->small)) {
		t->hides = true;
		--*n;
	}
}

static void
angle(struct scan *sc)
{
	bool first = sc->s == sc->start || sc->s[-1] == '\n';
	struct tag t;

	tag_read(&t, sc->s, sc->end, loose(sc));
	if (t.small != 0 && t.kind >= TAG_OPEN && !t.hides)
		shrink(sc, &t);
	if (t.kind == TAG_NONE) {
		put(sc, *sc->s++);
	} else if (t.kind == TAG_REMARK) {
		drop(sc, t.end, first && !sc->html && !sc->raw);
	} else if (t.kind != TAG_LINK &&
		   (!t.known || (t.kind == TAG_OPEN && t.hides))) {
		if (t.kind == TAG_CLOSE || !drop_element(sc, &t))
			drop(sc, t.end, false);
	} else {
		put_tag(sc, &t);
		if (t.kind == TAG_OPEN && t.covers)
			drop_covered(sc, &t);
	}
}

static void
open_bracket(struct scan *sc, bool image)
{
	if (sc->n == sc->cap) {
		sc->cap = sc->cap != 0 ? 2 * sc->cap : 16;
		sc->opens = xrealloc(sc->opens, sc->cap * sizeof(*sc->opens));
	}
	sc->opens[sc->n++] = (struct open){.at = sc->out->len, .image = image};
	if (image)
		put(sc, *sc->s++);
	put(sc, *sc->s++);
}

static void
add_ref(struct scan *sc)
{
	if (sc->n_refs == sc->cap_refs) {
		sc->cap_refs = sc->cap_refs != 0 ? 2 * sc->cap_refs : 16;
		sc->refs = xrealloc(sc->refs, sc->cap_refs * sizeof(*sc->refs));
	}
	sc->refs[sc->n_refs++] = sc->s;
}

/* An image's alternative text ends the output: it goes. */
static void
drop_alternative(struct scan *sc, const struct open *o)
{
	size_t least = o->at + strlen("![");

	sc->hidden += sc->out->len > least;
	buf_trim(sc->out, least);
	sc->floor = least;
}

/* (url "title") behind "]". */
static void
put_tail(struct scan *sc, const struct gfm_link *l)
{
	size_t n = tag_url(l->url, l->url_len);

	/* "<!-- x -->" on a line of its own is no URL, but HTML. */
	if (l->url[-1] == '<' && (*l->url == '!' || *l->url == '?'))
		n = 0;
	pass_over(sc, l->end, false);
	sc->hidden += l->title || n != l->url_len;
	if (!l->title && n == l->url_len) {
		keep(sc, l->end);
		return;
	}
	buf_puts(sc->out, "](");
	buf_add(sc->out, l->url, n);
	buf_putc(sc->out, ')');
	sc->s = l->end;
	sc->floor = sc->out->len;
}

static void
close_bracket(struct scan *sc)
{
	struct open o;
	struct gfm_link l;
	const char *p = sc->s + 1, *label;

	if (sc->n == 0) {
		put(sc, *sc->s++);
		return;
	}
	o = sc->opens[--sc->n];
	if (*p == '(' && gfm_tail(&l, p, sc->end)) {
		if (o.image)
			drop_alternative(sc, &o);
		put_tail(sc, &l);
		return;
	}
	label = *p == '[' ? gfm_label(p, sc->end) : NULL;
	if (o.image && (label != NULL || sc->defines))
		drop_alternative(sc, &o);
	put(sc, *sc->s++);
	if (label != NULL && (o.image || sc->defines))
		drop(sc, label, false);
}

static void
one(struct scan *sc)
{
	const char *s = sc->s;

	if (*s == '<')
		angle(sc);
	else if (*s == '`')
		backticks(sc);
	else if (*s == '!' && s[1] == '[')
		open_bracket(sc, true);
	else if (*s == '[') {
		if (s[1] == '^' && !loose(sc))
			add_ref(sc);
		open_bracket(sc, false);
	} else if (*s == ']')
		close_bracket(sc);
	else {
		if (*s == '\\' && s[1] == '`')
			sc->unsure = true;
		/* Of brackets only: in HTML it means nothing. */
		if (*s == '\\' && s[1] != '\0' && strchr("\\![]", s[1]) != NULL)
			put(sc, *sc->s++);
		put(sc, *sc->s++);
	}
}

size_t
scan_once(struct buf *out, struct buf *in, bool *defines)
{
	struct scan sc = {
	    .start = in->data,
	    .s = in->data,
	    .end = in->data + in->len,
	    .out = out,
	    .tables = in->data,
	    .defines = *defines,
	};

	while (sc.s < sc.end) {
		if ((sc.s == sc.start || sc.s[-1] == '\n') && begin_line(&sc))
			continue;
		while (sc.tables <= sc.s)
			sc.tables = table_cut(sc.tables, in->data + in->len);
		one(&sc);
	}
	*defines = *defines || sc.defined;
	free(sc.opens);
	free(sc.refs);
	return sc.hidden;
}
