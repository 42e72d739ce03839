/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "lex.h"

struct scan {
	struct lex lex;
	const char *p;    /* how far we are */
	const char *bol;  /* where the line begins */
	const char *prev; /* the last byte of code, NULL: none */
	struct buf *out;
	size_t line_at; /* where the last line of out begins, without indent */
	size_t indent;  /* bytes, of that line */
	const char *gap_at;
	bool gap, newline;
	bool ordered;     /* what came last is a comment that counts */
	bool directive;   /* in a line for the C preprocessor */
	const char *here; /* a here-document is to follow, with this end */
	size_t here_len;
	bool here_tabs;
};

/* Must a blank between these two be kept? */
static bool
apart(char a, char b)
{
	const char *free_signs = "()[]{};,";

	if (a == '.' || b == '.')
		return true;
	if (lex_in("\"'`", a) || lex_in("\"'`", b))
		return (lex_word(a) || lex_in("\"'`", a)) &&
		       (lex_word(b) || lex_in("\"'`", b));
	if (lex_in(free_signs, a) || lex_in(free_signs, b))
		return false;
	return lex_word(a) == lex_word(b);
}

/* Adds what stands between the last code and this. */
static void
put_space(struct scan *s, char next)
{
	const char *line = s->bol;
	char last = lex_before(s->out->data, s->out->data + s->out->len);

	if (s->newline || s->out->len == 0) {
		if (s->out->len != 0)
			buf_putc(s->out, '\n');
		while (line < s->p && lex_blank(*line))
			line++;
		s->indent = (size_t)(line - s->bol);
		if (s->lex.lang->indent)
			buf_add(s->out, s->bol, s->indent);
		s->line_at = s->out->len;
	} else if (s->gap && s->lex.lang->gaps == GAPS_ALL) {
		buf_add(s->out, s->gap_at, (size_t)(s->p - s->gap_at));
	} else if (s->gap && (s->directive || s->lex.lang->gaps == GAPS_ONE ||
				 apart(last, next)))
		buf_putc(s->out, ' ');
	s->gap = s->newline = false;
}

/* Code up to here counts as it is. */
static void
put(struct scan *s, const char *to)
{
	const char *nl;

	put_space(s, *s->p);
	buf_add(s->out, s->p, (size_t)(to - s->p));
	s->prev = to - 1;
	s->ordered = false;
	while ((nl = memchr(s->p, '\n', (size_t)(to - s->p))) != NULL)
		s->p = s->bol = nl + 1;
	s->p = to;
}
/* In YAML a quote is one only where a value begins: 1; elsewhere an
 * apostrophe: 0; -1: who knows. */
static int
quote_begins(const struct scan *s)
{
	if (s->newline || s->prev == NULL || s->out->len == 0 ||
	    lex_in(":,[{-?", *s->prev))
		return 1;
	return lex_blank(lex_before(s->bol, s->p)) ? -1 : 0;
}

/* "<<WORD": the end of a here-document that begins with the next line. */
static bool
take_here(struct scan *s)
{
	const char *p = s->p + 2;

	if (s->here != NULL)
		return false;
	s->here_tabs = p < s->lex.end && *p == '-';
	if (s->here_tabs)
		p++;
	while (p < s->lex.end && lex_blank(*p))
		p++;
	if (p < s->lex.end && isdigit((unsigned char)*p)) {
		put(s, p); /* a shift */
		return true;
	}
	if (p < s->lex.end && lex_in("\"'\\", *p))
		p++;
	s->here = p;
	while (p < s->lex.end && lex_word(*p) && *p != '$')
		p++;
	s->here_len = (size_t)(p - s->here);
	if (s->here_len == 0)
		return false;
	if (p < s->lex.end && lex_in("\"'", *p))
		p++;
	put(s, p);
	return true;
}

/* All of the here-document counts. */
static bool
put_here(struct scan *s)
{
	const char *p = s->p, *to, *q;

	for (; p < s->lex.end; p = to + 1) {
		to = lex_line_end(p, s->lex.end);
		q = p;
		while (s->here_tabs && q < to && *q == '\t')
			q++;
		if ((size_t)(to - q) == s->here_len &&
		    memcmp(q, s->here, s->here_len) == 0) {
			s->here = NULL;
			buf_putc(s->out, '\n');
			buf_add(s->out, s->p, (size_t)(to - s->p));
			s->p = s->bol = to;
			return true;
		}
		if (to == s->lex.end)
			break;
	}
	return false;
}

/* In YAML: after "key: |" or the like, all lines that are indented more. */
static void
put_scalar(struct scan *s)
{
	const char *line = s->out->data + s->line_at;
	const char *end = s->out->data + s->out->len, *p, *to;

	while (end > line && lex_in("0123456789+-", end[-1]))
		end--;
	if (end == line || (end[-1] != '|' && end[-1] != '>') ||
	    (end - 1 > line && !lex_blank(end[-2])))
		return;
	while (s->p < s->lex.end) {
		to = lex_line_end(s->p, s->lex.end);
		p = s->p;
		while (p < to && lex_blank(*p))
			p++;
		if (p < to && (size_t)(p - s->p) <= s->indent)
			break;
		buf_putc(s->out, '\n');
		buf_add(s->out, s->p, (size_t)(to - s->p));
		s->p = s->bol = to < s->lex.end ? to + 1 : to;
	}
	s->line_at = s->out->len;
}

static bool
end_line(struct scan *s)
{
	if (s->lex.lang->newlines || s->directive)
		s->newline = s->out->len != 0;
	s->gap = true;
	s->directive = false;
	s->p++;
	s->bol = s->p;
	if (s->here != NULL)
		return put_here(s);
	if (s->lex.lang->yaml && s->out->len != 0)
		put_scalar(s);
	return true;
}

static bool
take_comment(struct scan *s)
{
	const char *to = lex_comment_end(&s->lex, s->p);

	if (to == NULL)
		return false;
	/* The next comment may go on what one says: Go's "Output:". */
	if (s->ordered || lex_comment_counts(s->lex.lang, s->p, to)) {
		put(s, to);
		s->ordered = true;
		return true;
	}
	if (s->lex.lang->newlines &&
	    memchr(s->p, '\n', (size_t)(to - s->p)) != NULL)
		s->newline = s->out->len != 0;
	s->gap = true;
	s->p = to;
	return true;
}

static bool
take_string(struct scan *s)
{
	const char *to;
	int begin = 1;

	if (*s->p == '\'' && lex_is_mark(&s->lex, s->p))
		begin = 0;
	else if (s->lex.lang->yaml)
		begin = quote_begins(s);
	if (begin == -1)
		return false;
	to = begin == 1 ? lex_string_end(&s->lex, s->p, 0) : s->p + 1;
	if (to == NULL)
		return false;
	put(s, to);
	return true;
}

static bool
first_on_line(const struct scan *s)
{
	const char *p = s->bol;

	while (p < s->p && lex_blank(*p))
		p++;
	return p == s->p && (s->bol < s->lex.start + 2 || s->bol[-2] != '\\');
}

/* One sign of code, or what cannot be parted. */
static bool
take_code(struct scan *s)
{
	const struct strip_lang *l = s->lex.lang;
	const char *to = s->p + 1;
	int regex;

	if ((l->shell && *s->p == '`') ||
	    (l->lua && (lex_begins(s->p, s->lex.end, "[[") ||
			   lex_begins(s->p, s->lex.end, "[="))))
		return false;
	if (*s->p == '\\' && to < s->lex.end)
		to++;
	else if (l->shell && lex_begins(s->p, s->lex.end, "<<<"))
		to += 2;
	else if (l->shell && lex_begins(s->p, s->lex.end, "<<"))
		return take_here(s);
	else if (l->shell && lex_begins(s->p, s->lex.end, "${"))
		to = lex_code_end(&s->lex, s->p + 2, '}', false, 0);
	else if (l->js && *s->p == '/') {
		regex = lex_regex_may_begin(s->lex.start, s->prev);
		if (regex == -1)
			return false;
		if (regex == 1)
			to = lex_regex_end(s->p, s->lex.end);
	}
	if (l->cpp && *s->p == '#' && first_on_line(s)) {
		s->newline = s->out->len != 0;
		s->directive = true;
	}
	if (to == NULL)
		return false;
	put(s, to);
	return true;
}

static bool
take(struct scan *s)
{
	if (*s->p == '\n')
		return end_line(s);
	if (lex_blank(*s->p)) {
		if (!s->gap)
			s->gap_at = s->p;
		s->gap = true;
		s->p++;
		return true;
	}
	if (s->p == s->lex.start && lex_begins(s->p, s->lex.end, "#!") &&
	    s->lex.lang->line != NULL && *s->lex.lang->line == '#') {
		put(s, lex_line_end(s->p, s->lex.end));
		return true;
	}
	if (lex_comment_at(&s->lex, s->p))
		return take_comment(s);
	if (lex_in(s->lex.lang->quotes, *s->p))
		return take_string(s);
	return take_code(s);
}
/* Ruby: what may go on in the next line, where "#" is none of its own. */
static bool
goes_on(const char *p, const char *end)
{
	static const char open[] = "([{<|!/", close[] = ")]}>|!/";
	size_t n[3] = {0, 0, 0};
	const char *q;

	if (lex_begins(p, end, "=begin") || lex_begins(p, end, "__END__"))
		return true;
	for (; p < end; p++) {
		if (*p == '"' || *p == '\'' || *p == '`')
			n[*p == '"' ? 0 : *p == '\'' ? 1 : 2]++;
		if (lex_begins(p, end, "<<") && p + 2 < end && !lex_blank(p[2]))
			return true;
		if (*p != '%' || p + 1 == end)
			continue;
		q = p + 1 + (p + 2 < end && lex_in("qQwWiIrsx", p[1]));
		if (lex_in(open, *q) &&
		    memchr(q + 1, close[strchr(open, *q) - open],
			(size_t)(end - q) - 1) == NULL)
			return true;
	}
	return n[0] % 2 != 0 || n[1] % 2 != 0 || n[2] % 2 != 0;
}

/* Languages in which only whole lines are looked at. */
static bool
strip_lines(struct scan *s)
{
	const struct strip_lang *l = s->lex.lang;
	const char *to, *p, *last;
	bool continued = false;

	for (; s->p < s->lex.end; s->p = to < s->lex.end ? to + 1 : to) {
		to = lex_line_end(s->p, s->lex.end);
		p = s->p;
		while (p < to && lex_blank(*p))
			p++;
		last = to;
		while (last > p && lex_blank(last[-1]))
			last--;
		if (p == last && !continued)
			continue;
		if (p < to && *p == '#' && !continued &&
		    !(l->indent && *s->p == '\t')) {
			s->ordered = s->ordered || lex_comment_counts(l, p, to);
			if (!s->ordered)
				continue;
		} else
			s->ordered = false;
		if (l->indent ? lex_begins(p, to, "define") : goes_on(p, to))
			return false;
		continued = last > p && last[-1] == '\\';
		if (l->indent)
			buf_add(s->out, s->p, (size_t)(to - s->p));
		else
			buf_add(s->out, p, (size_t)(last - p));
		buf_putc(s->out, '\n');
	}
	return true;
}

bool
strip_text(const struct strip_lang *lang, const char *text, size_t len,
    struct buf *out)
{
	struct scan s = {
	    .lex = {.lang = lang, .start = text, .end = text + len},
	    .p = text,
	    .bol = text,
	    .out = out};

	if (memchr(text, '\0', len) != NULL ||
	    memmem(text, len, "import \"C\"", 10) != NULL ||
	    memmem(text, len,
		"?"
		"?/",
		3) != NULL)
		return false;
	if (lang->lines)
		return strip_lines(&s);
	while (s.p < s.lex.end)
		if (!take(&s))
			return false;
	return s.here == NULL;
}
