/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gfm.h"
#include "sanitise.h"
#include "tag.h"
#include "unseen.h"
#include "utf8.h"
#include "xalloc.h"

/* What was taken out may have kept something else apart.  A text that still
 * changes after so many rounds was made to, and loses its markup. */
#define ROUNDS 8

#define REFERENCE_MAX 16 /* bytes of &#x10ffff; with zeros to spare */
#define FOOTNOTES_MAX 32 /* that are looked for; more are taken out */
#define FENCE_INDENT  3  /* columns at most; GFM 4.5 */
#define LANGUAGE_MAX  32 /* bytes */

/* A "[" that may begin a link. */
struct open {
	size_t at; /* of it or its "!" in the output */
	bool image;
};

struct scan {
	const char *start, *s, *end; /* all, what is left; *end is a NUL */
	struct buf *out;
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
	bool defined;     /* there was a definition of a link */
	bool defines;     /* ... in an earlier round */
	uint32_t unended; /* raw elements that have no end tag */
	size_t footnotes;
	struct open *opens;
	size_t n, cap;
};

static bool
loose(const struct scan *sc)
{
	return sc->html || sc->rest || sc->raw;
}

/* The value of the reference &#...; at s, which ends in ";". */
static bool
read_reference(const char *s, uint32_t *ret)
{
	bool hex = s[2] == 'x' || s[2] == 'X';
	const char *p = s + (hex ? 3 : 2);
	uint32_t c = 0, digit;

	if (s[1] != '#' || *p == ';')
		return false;
	for (; *p != ';'; p++) {
		if (*p >= '0' && *p <= '9')
			digit = (uint32_t)(*p - '0');
		else if (hex && (*p | 32) >= 'a' && (*p | 32) <= 'f')
			digit = (uint32_t)((*p | 32) - 'a' + 10);
		else
			return false;
		c = c > 0x10ffff ? c : c * (hex ? 16 : 10) + digit;
	}
	*ret = c;
	return true;
}

/* Names of characters that nobody sees. */
static bool
unseen_name(const char *s)
{
	static const char *const names[] = {"&shy;", "&zwj;", "&zwnj;", "&lrm;",
	    "&rlm;", "&ZeroWidthSpace;", "&NoBreak;", "&af;", "&it;", "&ic;",
	    "&ApplyFunction;", "&InvisibleTimes;", "&InvisibleComma;",
	    "&NegativeThinSpace;", NULL};
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		if (strcmp(s, names[i]) == 0)
			return true;
	return false;
}

/* Replaces the reference that the output ends in.  True when that gave it
 * another ";" to end in. */
static bool
reduce(struct scan *sc)
{
	struct buf *out = sc->out;
	size_t at = out->len, least = out->len - sc->floor;
	uint32_t c;

	if (least > REFERENCE_MAX)
		least = REFERENCE_MAX;
	least = out->len - least;
	while (at > least && out->data[at - 1] != '&')
		at--;
	if (at-- == least)
		return false;
	if (unseen_name(out->data + at))
		c = 0;
	else if (!read_reference(out->data + at, &c))
		return false;
	buf_trim(out, at);
	if (c == '\n' || c == '\t' || c == '\r')
		c = ' ';
	if (unseen(c))
		sc->hidden++;
	else
		utf8_put(out, c);
	return c == ';';
}

static void
put(struct scan *sc, char c)
{
	buf_putc(sc->out, c);
	if (c == ';')
		while (reduce(sc))
			;
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
			sc->lost = next.indent > FENCE_INDENT && indent != 0;
			if (sc->lost)
				return;
			if (next.indent <= FENCE_INDENT) {
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

/* Is [^label] at s, of n bytes, anywhere but where it is defined? */
static bool
refers(struct scan *sc, const char *s, size_t n)
{
	const char *p = sc->start;

	if (++sc->footnotes > FOOTNOTES_MAX)
		return false;
	while ((p = memmem(p, (size_t)(sc->end - p), s, n)) != NULL) {
		p += n;
		if (*p != ':')
			return true;
	}
	return false;
}

/* Where the footnote that is defined at s ends: at a blank line that nothing
 * indented follows. */
static const char *
footnote_end(const struct scan *sc, const char *s)
{
	const char *end = s;
	bool gap = false;
	struct gfm_line l;

	for (; s < sc->end; s = l.end + (l.end < sc->end)) {
		gfm_line(&l, s, sc->end);
		if (gfm_blank(&l)) {
			gap = true;
			continue;
		}
		if (end != s && l.indent <= FENCE_INDENT &&
		    (gap || l.fence != 0))
			break;
		end = l.end;
	}
	return end;
}

/* A definition at p, which is a "[" that begins a line. */
static bool
begin_definition(struct scan *sc, const char *p)
{
	const char *end = gfm_label(p, sc->end);

	if (end == NULL || *end != ':')
		return false;
	if (p[1] == '^') {
		if (refers(sc, p, (size_t)(end - p)))
			return false;
		end = footnote_end(sc, p);
	} else {
		if ((end = gfm_definition(p, sc->end)) == NULL)
			return false;
		sc->defined = true;
	}
	keep(sc, p);
	drop(sc, end, false);
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
		return false;
	}
	/* One in a quote ends with it, and is no more to us than text. */
	if (l.fence != 0 && !sc->lost && !l.quoted) {
		if (!loose(sc) && l.inside == l.text &&
		    l.indent <= FENCE_INDENT) {
			keep_fence(sc, &l);
			keep_code(sc, &l);
			return true;
		}
		sc->lost = true;
	}
	if (*l.inside == '<')
		begin_html(sc, &l);
	sc->raw_ends = sc->raw && ends_raw(&l);
	return *l.inside == '[' && begin_definition(sc, l.inside);
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

static void
angle(struct scan *sc)
{
	bool first = sc->s == sc->start || sc->s[-1] == '\n';
	struct tag t;

	tag_read(&t, sc->s, sc->end, loose(sc));
	if (t.kind == TAG_NONE) {
		put(sc, *sc->s++);
	} else if (t.kind == TAG_REMARK) {
		drop(sc, t.end, first && !sc->html && !sc->raw);
	} else if (t.kind != TAG_LINK &&
		   (!t.known || (t.kind == TAG_OPEN && t.hides))) {
		if (t.kind == TAG_CLOSE || !drop_element(sc, &t))
			drop(sc, t.end, false);
	} else if (!t.mute) {
		pass_over(sc, t.end, false);
		keep(sc, t.end);
	} else {
		const char *from = sc->s;

		drop(sc, t.end, false);
		buf_add(sc->out, from, (size_t)(t.name - from));
		buf_add(sc->out, t.name, t.name_len);
		if (t.url != NULL)
			buf_printf(sc->out, " %s=\"%.*s\"", t.attribute,
			    (int)t.url_len, t.url);
		buf_putc(sc->out, '>');
		sc->floor = sc->out->len;
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
	else if (*s == '[')
		open_bracket(sc, false);
	else if (*s == ']')
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

/* Once through the text. */
static size_t
scan(struct buf *out, const struct buf *in, bool *defines)
{
	struct scan sc = {
	    .start = in->data,
	    .s = in->data,
	    .end = in->data + in->len,
	    .out = out,
	    .defines = *defines,
	};

	while (sc.s < sc.end) {
		if ((sc.s == sc.start || sc.s[-1] == '\n') && begin_line(&sc))
			continue;
		one(&sc);
	}
	*defines = *defines || sc.defined;
	free(sc.opens);
	return sc.hidden;
}

/* The text with a blank behind whatever could be a part of markup. */
static void
blunt(struct buf *out, const struct buf *in)
{
	const char *p;

	for (p = in->data; *p != '\0'; p++) {
		buf_putc(out, *p);
		if (strchr("<&`~[]!", *p) != NULL)
			buf_putc(out, ' ');
	}
}

/* The text as Markdown has it: UTF-8 without NULs, lines that end in a newline,
 * blanks that are blanks.  Fact: cmark counts \v and \f among those in tags. */
static void
unify(struct buf *out, const char *s, size_t len)
{
	size_t i;
	char *p;

	utf8_clean(out, s, len);
	for (i = 0, p = out->data; i < out->len; i++)
		if (out->data[i] == '\v' || out->data[i] == '\f')
			*p++ = ' ';
		else if (out->data[i] != '\r')
			*p++ = out->data[i];
		else if (out->data[i + 1] != '\n')
			*p++ = '\n';
	buf_trim(out, (size_t)(p - out->data));
}

size_t
sanitise_text(struct buf *b, const char *s, size_t len)
{
	struct buf text = BUF_INIT(BUF_ANY), next = BUF_INIT(BUF_ANY), other;
	struct buf seen = BUF_INIT(BUF_ANY);
	bool defines = false, same = false;
	size_t hidden = 0;
	int i;

	unify(&text, s, len);
	for (i = 0; i < ROUNDS && !same; i++) {
		buf_reset(&seen);
		hidden += scan(&seen, &text, &defines);
		/* Not before: to Markdown they are characters like others. */
		buf_reset(&next);
		hidden += unseen_strip(&next, seen.data, seen.len);
		same = next.len == text.len &&
		       memcmp(next.data, text.data, text.len) == 0;
		other = text;
		text = next;
		next = other;
	}
	if (same)
		buf_add(b, text.data, text.len);
	else
		blunt(b, &text);
	buf_free(&text);
	buf_free(&next);
	buf_free(&seen);
	return hidden;
}

size_t
sanitise_line(struct buf *b, const char *s, size_t len)
{
	size_t at = b->len, hidden = unseen_strip(b, s, len);

	for (; at < b->len; at++)
		if (b->data[at] == '\n' || b->data[at] == '\t')
			b->data[at] = ' ';
	return hidden;
}
