/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "inside.h"
#include "xalloc.h"

/* A run of backticks: `code` when it is certain. */
static void
backticks(struct scan *sc)
{
	size_t n = strspn(sc->s, "`"), m;
	const char *p = sc->s + n;

	if (!sc->lost && !sc->unsure && !scan_loose(sc))
		for (; (m = strcspn(p, "`\n|")), p += m, *p == '`'; p += m) {
			m = strspn(p, "`");
			if (m == n) {
				scan_keep(sc, p + n);
				return;
			}
		}
	sc->unsure = true;
	scan_keep(sc, sc->s + n);
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
	scan_drop(sc, end != NULL ? end : sc->end, false);
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
	scan_drop(sc, end != NULL ? end : sc->end, false);
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
		scan_pass_over(sc, t->end, false);
		scan_keep(sc, t->end);
		return;
	}
	scan_drop(sc, t->end, false);
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

	tag_read(&t, sc->s, sc->end, scan_loose(sc));
	if (t.small != 0 && t.kind >= TAG_OPEN && !t.hides)
		shrink(sc, &t);
	if (t.kind == TAG_NONE) {
		scan_put(sc, *sc->s++);
	} else if (t.kind == TAG_REMARK) {
		scan_drop(sc, t.end, first && !sc->html && !sc->raw);
	} else if (t.kind != TAG_LINK &&
		   (!t.known || (t.kind == TAG_OPEN && t.hides))) {
		if (t.kind == TAG_CLOSE || !drop_element(sc, &t))
			scan_drop(sc, t.end, false);
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
		scan_put(sc, *sc->s++);
	scan_put(sc, *sc->s++);
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
	scan_pass_over(sc, l->end, false);
	sc->hidden += l->title || n != l->url_len;
	if (!l->title && n == l->url_len) {
		scan_keep(sc, l->end);
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
		scan_put(sc, *sc->s++);
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
	scan_put(sc, *sc->s++);
	if (label != NULL && (o.image || sc->defines))
		scan_drop(sc, label, false);
}

void
inside_next(struct scan *sc)
{
	const char *s = sc->s;

	if (*s == '<')
		angle(sc);
	else if (*s == '`')
		backticks(sc);
	else if (*s == '!' && s[1] == '[')
		open_bracket(sc, true);
	else if (*s == '[') {
		if (s[1] == '^' && !scan_loose(sc))
			add_ref(sc);
		open_bracket(sc, false);
	} else if (*s == ']')
		close_bracket(sc);
	else {
		if (*s == '\\' && s[1] == '`')
			sc->unsure = true;
		/* Of brackets only: in HTML it means nothing. */
		if (*s == '\\' && s[1] != '\0' && strchr("\\![]", s[1]) != NULL)
			scan_put(sc, *sc->s++);
		scan_put(sc, *sc->s++);
	}
}
