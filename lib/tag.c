/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "tag.h"

#define NAMES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define BLANK " \t\n"

/* What GitHub lets through, but for what it does not show; of other elements
 * the tags go and the text stays, of audio and canvas, too.  Source:
 * https://github.com/gjtorikian/html-pipeline sanitization_filter.rb, and what
 * comments on github.com show besides, such as video. */
static const char *const shown[] = {"a", "abbr", "b", "bdo", "blockquote", "br",
    "caption", "center", "cite", "code", "dd", "del", "details", "dfn", "div",
    "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "source",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "video",
    "wbr", NULL};

/* No text of theirs is for people. */
static const char *const raw[] = {"datalist", "head", "iframe", "math",
    "noembed", "noframes", "noscript", "object", "script", "style", "svg",
    "template", "textarea", "title", "xmp", NULL};

static const char *const empty[] = {"br", "hr", "img", "wbr", NULL};

/* Browsers that know <ruby> do not display it (HTML, 15.3.3). */
static const char *const hidden[] = {"rp", NULL};

/* Source: https://github.com/sindresorhus/github-markdown-css; two <sub> in
 * each other are usual, and three are 42 %. */
#define LEGIBLE 45 /* percent of 16 px */

static const char *const small[TAG_SMALL + 1] = {
    "sub", "sup", "small", "code", "samp", "tt", "pre", "h5", "h6", NULL};
static const unsigned char percent[TAG_SMALL] = {
    75, 75, 90, 85, 85, 85, 85, 88, 85};

static const char *const hiding[] = {"display:none", "visibility:hidden",
    "visibility:collapse", "opacity:0", "font-size:0", "font-size:1px",
    "color:transparent", "height:0", "width:0",
    "clip:", "clip-path:", "text-indent:-", "left:-", "top:-", NULL};

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
any_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
tag_named(const char *s, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(s, name, len) == 0;
}

/* Which of the names it is, from 1 on; 0: none. */
static unsigned
among(const char *const *names, const char *s, size_t len)
{
	unsigned i;

	for (i = 0; names[i] != NULL; i++)
		if (tag_named(s, len, names[i]))
			return i + 1;
	return 0;
}

/* How many bytes from s on are of the set. */
static size_t
span(const char *s, const char *end, const char *set)
{
	const char *p = s;

	while (p < end && any_of(*p, set))
		p++;
	return (size_t)(p - s);
}

/* Behind the next what, or end. */
static const char *
behind(const char *s, const char *end, const char *what)
{
	size_t n = strlen(what);
	const char *p = memmem(s, (size_t)(end - s), what, n);

	return p != NULL ? p + n : end;
}

static bool
starts(const char *s, const char *end, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(end - s) >= n && memcmp(s, what, n) == 0;
}

static void
read_remark(struct tag *t, const char *s, const char *end)
{
	t->kind = TAG_REMARK;
	if (starts(s, end, "<!-->"))
		t->end = s + 5;
	else if (starts(s, end, "<!--->"))
		t->end = s + 6;
	else if (starts(s, end, "<!--"))
		t->end = behind(s + 4, end, "-->");
	else if (starts(s, end, "<![CDATA["))
		t->end = behind(s, end, "]]>");
	else if (starts(s, end, "<?"))
		t->end = behind(s + 2, end, "?>");
	else if (end - s > 2 && s[1] == '!' && letter(s[2]))
		t->end = behind(s, end, ">");
	else
		t->kind = TAG_NONE;
}

/* <scheme:...> or <name@host>, without blanks. */
static void
read_link(struct tag *t, const char *s, const char *end)
{
	static const char scheme[] = NAMES "0123456789+.-";
	static const char local[] = NAMES "0123456789.!#$%&'*+/=?^_`{|}~-";
	static const char host[] = NAMES "0123456789.-";
	const char *p = s + 1 + span(s + 1, end, scheme);
	size_t n = (size_t)(p - s) - 1;

	if (p < end && *p == ':' && letter(s[1]) && n >= 2 && n <= 32) {
		while (p < end && !blank(*p) && *p != '<' && *p != '>')
			p++;
	} else {
		p = s + 1 + span(s + 1, end, local);
		if (p == s + 1 || p == end || *p != '@')
			return;
		p += 1 + span(p + 1, end, host);
	}
	if (p < end && *p == '>') {
		t->kind = TAG_LINK;
		t->end = p + 1;
	}
}

size_t
tag_url(const char *s, size_t len)
{
	static const char *const schemes[] = {
	    "http", "https", "mailto", "irc", "xmpp", NULL};
	size_t i, n = 0;

	while (n < len && n < TAG_URL_MAX && !blank(s[n]) &&
	       !any_of(s[n], "<>\"\\"))
		n++;
	for (i = 0; i < n && !any_of(s[i], "/?#&%"); i++)
		if (s[i] == ':')
			return among(schemes, s, i) != 0 ? n : 0;
	return n;
}

/* Does the style hide what it is on? */
static bool
style_hides(const char *s, size_t len)
{
	char flat[512];
	size_t i, n = 0;

	for (i = 0; i < len && n + 1 < sizeof(flat); i++)
		if (!blank(s[i]))
			flat[n++] = s[i];
	flat[n] = '\0';
	for (i = 0; hiding[i] != NULL; i++)
		if (strcasestr(flat, hiding[i]) != NULL)
			return true;
	return i < len && n + 1 == sizeof(flat);
}

struct attribute {
	const char *name, *value;
	size_t name_len, value_len;
};

static void
take(struct tag *t, const struct attribute *a)
{
	const char *link = NULL;
	size_t n;

	if (tag_named(t->name, t->name_len, "a"))
		link = "href";
	else if (tag_named(t->name, t->name_len, "img") ||
		 tag_named(t->name, t->name_len, "source") ||
		 tag_named(t->name, t->name_len, "video"))
		link = "src";
	if (link != NULL && t->url == NULL &&
	    tag_named(a->name, a->name_len, link) &&
	    (n = tag_url(a->value, a->value_len)) != 0) {
		t->mute = t->mute || n != a->value_len;
		t->attribute = link;
		t->url = a->value;
		t->url_len = n;
		return;
	}
	t->mute = true;
	if (tag_named(a->name, a->name_len, "hidden") ||
	    (tag_named(a->name, a->name_len, "style") &&
		style_hides(a->value, a->value_len)))
		t->hides = true;
}

/* The value behind a "=" at s; where it ends, NULL when it does not. */
static const char *
read_value(struct attribute *a, const char *s, const char *end, bool loose)
{
	const char *p = s + span(s, end, BLANK), *close;

	a->value = p;
	if (p == end)
		return NULL;
	if (*p == '"' || *p == '\'') {
		close = memchr(p + 1, *p, (size_t)(end - p) - 1);
		a->value = p + 1;
		a->value_len = (size_t)((close != NULL ? close : end) -
					a->value);
		return close != NULL ? close + 1 : NULL;
	}
	while (p < end && !blank(*p) && *p != '>' &&
	       (loose || !any_of(*p, "\"'=<`")))
		p++;
	a->value_len = (size_t)(p - a->value);
	return loose || a->value_len != 0 ? p : NULL;
}

/* One attribute at s.  Where it ends; NULL when it is none, or has no end. */
static const char *
read_attribute(struct attribute *a, const char *s, const char *end, bool loose)
{
	static const char first[] = NAMES "_:";
	static const char more[] = NAMES "_:0123456789.-";
	const char *p = s, *q;

	*a = (struct attribute){.name = s, .value = s};
	if (loose)
		for (p++; p < end && !blank(*p) && *p != '>' && *p != '=';)
			p++;
	else if (span(s, end, first) != 0)
		p += span(s, end, more);
	if (p == s)
		return NULL;
	a->name_len = (size_t)(p - s);
	q = p + span(p, end, BLANK);
	if (q < end && *q == '=')
		return read_value(a, q + 1, end, loose);
	return p;
}

/* No tag goes over a blank line, but for the value of an attribute. */
static bool
blank_line(const char *s, size_t n)
{
	const char *nl = memchr(s, '\n', n);

	return nl != NULL &&
	       memchr(nl + 1, '\n', n - (size_t)(nl - s) - 1) != NULL;
}

/* Attributes from s to the ">".  False when it is no tag. */
static bool
read_attributes(struct tag *t, const char *s, const char *end, bool loose)
{
	struct attribute a;
	const char *p = s;
	size_t n;

	for (;;) {
		n = span(p, end, BLANK);
		if (blank_line(p, n)) {
			t->end = p;
			return loose;
		}
		t->end = end;
		if (p + n == end)
			return loose;
		if (p[n] == '/' &&
		    (loose || (p + n + 1 < end && p[n + 1] == '>'))) {
			p += n + 1;
			continue;
		}
		if (p[n] == '>') {
			t->end = p + n + 1;
			return true;
		}
		if (n == 0 && !loose)
			return false;
		p = read_attribute(&a, p + n, end, loose);
		if (p == NULL && !loose)
			return false;
		take(t, &a);
		if (p == NULL)
			return true;
	}
}

static void
read_element(struct tag *t, const char *s, const char *end, bool loose)
{
	bool close = s + 1 < end && s[1] == '/';
	const char *p;

	t->name = s + 1 + close;
	if (t->name >= end || !letter(*t->name))
		return;
	t->name_len = span(t->name, end, NAMES "0123456789-");
	p = t->name + t->name_len;
	if (loose)
		for (; p < end && !blank(*p) && *p != '>' && *p != '/'; p++)
			t->name_len++;
	t->known = among(shown, t->name, t->name_len) != 0;
	t->empty = among(empty, t->name, t->name_len) != 0;
	t->raw = among(raw, t->name, t->name_len);
	t->small = among(small, t->name, t->name_len);
	t->hides = among(hidden, t->name, t->name_len) != 0;
	t->covers = tag_named(t->name, t->name_len, "video");
	if (read_attributes(t, p, end, loose) && (!close || loose || !t->mute))
		t->kind = close ? TAG_CLOSE : TAG_OPEN;
}

void
tag_read(struct tag *t, const char *s, const char *end, bool loose)
{
	*t = (struct tag){.kind = TAG_NONE, .end = s + 1};
	if (s + 1 < end && (s[1] == '!' || s[1] == '?'))
		read_remark(t, s, end);
	else if (!loose)
		read_link(t, s, end);
	if (t->kind == TAG_NONE)
		read_element(t, s, end, loose);
	if (t->kind == TAG_NONE)
		t->end = s + 1;
}

bool
tag_legible(const unsigned n[TAG_SMALL])
{
	double size = 100;
	unsigned i, k;

	for (i = 0; i < TAG_SMALL; i++)
		for (k = 0; k < n[i] && size >= LEGIBLE; k++)
			size = size * percent[i] / 100;
	return size >= LEGIBLE;
}

const char *
tag_content_end(const struct tag *t, const char *end)
{
	const char *p = t->end, *name;
	size_t depth = 1;
	bool close;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		close = p + 1 < end && p[1] == '/';
		name = p + 1 + close;
		p++;
		if ((size_t)(end - name) < t->name_len ||
		    strncasecmp(name, t->name, t->name_len) != 0 ||
		    (name + t->name_len < end &&
			!any_of(name[t->name_len], "> \t\n/")))
			continue;
		if (!close && t->raw == 0)
			depth++;
		else if (close && --depth == 0)
			return behind(name, end, ">");
	}
	return NULL;
}
