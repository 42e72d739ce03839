/* SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "inside.h"
#include "picture.h"
#include "reference.h"
#include "scan.h"
#include "table.h"

#define LANGUAGE_MAX 32 /* bytes */

bool
scan_loose(const struct scan *sc)
{
	return sc->html || sc->rest || sc->raw;
}

void
scan_put(struct scan *sc, char c)
{
	buf_putc(sc->out, c);
	if (c == ';')
		sc->hidden += reference_end(sc->out, sc->floor);
}

void
scan_keep(struct scan *sc, const char *to)
{
	buf_add(sc->out, sc->s, (size_t)(to - sc->s));
	sc->s = to;
	sc->floor = sc->out->len;
}

void
scan_pass_over(struct scan *sc, const char *to, bool certain)
{
	size_t n = (size_t)(to - sc->s);

	if (!certain && !sc->lost && gfm_fence_in(sc->s, to))
		sc->lost = true;
	if (memchr(sc->s, '`', n) != NULL)
		sc->unsure = true;
}

void
scan_drop(struct scan *sc, const char *to, bool certain)
{
	scan_pass_over(sc, to, certain);
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
				scan_keep(sc, next.end);
				return;
			}
		}
		scan_keep(sc, next.end + (next.end < sc->end));
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
	scan_keep(sc, n != 0 ? word + n : l->text + l->fence);
	sc->hidden += strspn(sc->s, " \t") < (size_t)(l->end - sc->s);
	sc->s = l->end;
	if (sc->s < sc->end)
		scan_keep(sc, sc->s + 1);
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
	if (t.kind == TAG_LINK && !scan_loose(sc))
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
	if (++sc->footnotes > SCAN_FOOTNOTES_MAX ||
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
	scan_keep(sc, p);
	scan_drop(sc, end, false);
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
	paragraph_read(&sc->par, sc->s, l, !sc->lost && !scan_loose(sc));
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
	bool certain = begins && !scan_loose(sc) && l->inside == l->text &&
		       l->indent <= GFM_INDENT;
	const char *picture = picture_end(l, sc->end, certain);

	if (begins && !certain)
		sc->lost = true;
	if (certain)
		keep_fence(sc, l);
	else if (picture != NULL)
		scan_keep(sc, l->end + 1);
	if (picture != NULL)
		scan_drop(sc, picture, true);
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
		inside_next(&sc);
	}
	*defines = *defines || sc.defined;
	free(sc.opens);
	free(sc.refs);
	return sc.hidden;
}
