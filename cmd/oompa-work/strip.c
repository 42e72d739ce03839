/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "strip.h"

#define DEPTH_MAX 16 /* of code in strings in code */

/* Where blanks count. */
enum gaps {
	GAPS_TOKENS, /* only where they keep two words or signs apart */
	GAPS_ONE,    /* everywhere, but one is as good as many */
	GAPS_ALL,    /* as they are, but not at the end of a line */
};

struct strip_lang {
	const char *names;    /* endings, or whole names, each with a blank */
	const char *line;     /* begins a comment that the line ends */
	const char *quotes;   /* begin a string */
	const char *raw;      /* of these, a backslash means nothing in */
	const char *spanning; /* and these may hold line ends */
	const char *prefixes; /* in front of a quote: a string unlike others */
	enum gaps gaps;
	bool block;    /* has comments like this one */
	bool newlines; /* the end of a line counts */
	bool indent;   /* and the blanks at its start */
	bool triple;   /* has strings in three quotes */
	bool cpp, js, lua, rust, shell, yaml;
	bool lines; /* comments have lines of their own; all else counts */
};

static const struct strip_lang langs[] = {
    {" .c .h .cc .cpp .cxx .hh .hpp .hxx ", "//", "\"'", "", "", "R",
	.block = true, .cpp = true},
    {" .java .proto ", "//", "\"'", "", "", "", .block = true},
    {" .cs ", "//", "\"'", "", "", "@$", .block = true, .cpp = true},
    {" .rs ", "//", "\"'", "", "\"", "r#", .block = true, .rust = true},
    {" .go ", "//", "\"'`", "`", "`", "", .block = true, .newlines = true},
    {" .js .mjs .cjs .ts .mts .cts ", "//", "\"'`", "", "`", "", .block = true,
	.newlines = true, .js = true},
    {" .css ", NULL, "\"'", "", "", "", GAPS_ONE, .block = true},
    {" .sh .bash ", "#", "\"'", "'", "\"'", "", GAPS_ONE, .newlines = true,
	.shell = true},
    {" .py .pyi ", "#", "\"'", "", "", "", .newlines = true, .indent = true,
	.triple = true},
    {" .toml ", "#", "\"'", "'", "", "", .newlines = true, .triple = true},
    {" .yml .yaml ", "#", "\"'", "'", "\"'", "", GAPS_ALL, .newlines = true,
	.indent = true, .yaml = true},
    {" .sql ", "--", "\"'`", "\"'`", "\"'`", "", .block = true},
    {" .lua ", "--", "\"'", "", "", "", .newlines = true, .lua = true},
    {" .mk Makefile makefile GNUmakefile ", "#", "", "", "", "", GAPS_ALL,
	.lines = true, .indent = true},
    {" .rb Rakefile Gemfile ", "#", "\"'`", "", "", "", GAPS_ALL,
	.lines = true},
};

/* A comment with one of these is said to a tool, or ends unlike others. */
static const char *const to_tools[] = {"go:", "+build", "export ", "line ",
    "nolint", "NOLINT", "coding", "frozen_string_literal", "type:", "noqa",
    "pragma", "eslint", "@ts-", "@jsx", "@flow", "shellcheck",
    "lint:", "pylint", "prettier", "istanbul", "clang-format",
    "language-server", "sourceMappingURL", "fmt:", "rubocop", "\\u", "#!",
    "/*!", "/*+", NULL};

struct scan {
	const struct strip_lang *lang;
	const char *start, *p, *end;
	const char *bol;  /* where the line begins */
	const char *prev; /* the last byte of code, NULL: none */
	struct buf *out;
	size_t line_at; /* where the last line of out begins, without indent */
	size_t indent;  /* bytes, of that line */
	const char *gap_at;
	bool gap, newline;
	bool directive;   /* in a line for the C preprocessor */
	const char *here; /* a here-document is to follow, with this end */
	size_t here_len;
	bool here_tabs;
};

const struct strip_lang *
strip_lang(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot;
	const char *name = slash != NULL ? slash + 1 : path, *at;
	size_t i, len;

	if ((dot = strrchr(name, '.')) != NULL)
		name = dot;
	len = strlen(name);
	for (i = 0; len != 0 && i < sizeof(langs) / sizeof(*langs); i++)
		for (at = langs[i].names; (at = strstr(at, name)) != NULL; at++)
			if (at[-1] == ' ' && at[len] == ' ')
				return &langs[i];
	return NULL;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static bool
word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

/* strchr that does not find the NUL. */
static bool
in(const char *set, char c)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
begins(const char *p, const char *end, const char *s)
{
	return (size_t)(end - p) >= strlen(s) && memcmp(p, s, strlen(s)) == 0;
}

/* The byte in front of p. */
static char
before(const char *start, const char *p)
{
	if (p > start)
		return p[-1];
	return '\n';
}

static const char *
line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl != NULL ? nl : end;
}

/* Must a blank between these two be kept? */
static bool
apart(char a, char b)
{
	const char *free_signs = "()[]{};,";

	if (a == '.' || b == '.')
		return true;
	if (in("\"'`", a) || in("\"'`", b))
		return (word(a) || in("\"'`", a)) && (word(b) || in("\"'`", b));
	if (in(free_signs, a) || in(free_signs, b))
		return false;
	return word(a) == word(b);
}

/* Adds what stands between the last code and this. */
static void
put_space(struct scan *s, char next)
{
	const char *line = s->bol;
	char last = before(s->out->data, s->out->data + s->out->len);

	if (s->newline || s->out->len == 0) {
		if (s->out->len != 0)
			buf_putc(s->out, '\n');
		while (line < s->p && blank(*line))
			line++;
		s->indent = (size_t)(line - s->bol);
		if (s->lang->indent)
			buf_add(s->out, s->bol, s->indent);
		s->line_at = s->out->len;
	} else if (s->gap && s->lang->gaps == GAPS_ALL) {
		buf_add(s->out, s->gap_at, (size_t)(s->p - s->gap_at));
	} else if (s->gap && (s->directive || s->lang->gaps == GAPS_ONE ||
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
	while ((nl = memchr(s->p, '\n', (size_t)(to - s->p))) != NULL)
		s->p = s->bol = nl + 1;
	s->p = to;
}

/* Does a comment begin at p, with prev the byte of code before? */
static bool
comment_at(const struct scan *s, const char *p)
{
	const struct strip_lang *l = s->lang;
	char last = before(s->start, p);

	if (l->block && begins(p, s->end, "/*"))
		return true;
	if (l->line == NULL || !begins(p, s->end, l->line))
		return false;
	if (l->shell)
		return blank(last) || in("\n;&|()", last);
	if (l->yaml)
		return blank(last) || last == '\n';
	if (l->js)
		return blank(last) || in("\n;{},)", last);
	if (strcmp(l->line, "--") == 0)
		return p + 2 == s->end || isspace((unsigned char)p[2]);
	return true;
}

/* Where the comment at p ends; NULL: nowhere, or unlike others. */
static const char *
comment_end(const struct scan *s, const char *p)
{
	const char *close;
	size_t left = (size_t)(s->end - p);

	if (!s->lang->block || p[1] != '*' || *p != '/')
		return line_end(p, s->end);
	close = left > 2 ? memmem(p + 2, left - 2, "*/", 2) : NULL;
	if (close == NULL ||
	    memmem(p + 2, (size_t)(close - p) - 2, "/*", 2) != NULL)
		return NULL;
	return close + 2;
}

/* Does it count all the same? */
static bool
comment_counts(const char *p, const char *end)
{
	size_t i, len = (size_t)(end - p);

	while (len != 0 && blank(p[len - 1]))
		len--;
	if (len != 0 && p[len - 1] == '\\')
		return true;
	for (i = 0; to_tools[i] != NULL; i++)
		if (memmem(p, len, to_tools[i], strlen(to_tools[i])) != NULL)
			return true;
	return false;
}

/* In JavaScript: may "/" after the code that ends at prev begin a regular
 * expression?  -1: who knows. */
static int
regex_may_begin(const char *start, const char *prev)
{
	static const char words[] = " return typeof case in of delete void "
				    "throw new else do await yield ";
	const char *p = prev, *at;
	size_t len;

	if (prev == NULL || in("(,=:[!&|?{;+-*%~^<>", *prev))
		return 1;
	if (*prev == '}')
		return -1;
	if (!word(*prev))
		return 0;
	while (p > start && word(p[-1]))
		p--;
	len = (size_t)(prev - p) + 1;
	for (at = words; (at = strchr(at, ' ')) != NULL; at++)
		if (strncmp(at + 1, p, len) == 0 && at[1 + len] == ' ')
			return 1;
	return 0;
}

static const char *
regex_end(const char *p, const char *end)
{
	bool set = false;

	for (p++; p < end && *p != '\n'; p++)
		if (*p == '\\')
			p++;
		else if (*p == '[')
			set = true;
		else if (*p == ']')
			set = false;
		else if (*p == '/' && !set)
			return p + 1;
	return NULL;
}

static const char *
code_end(const struct scan *, const char *p, char close, bool quoted, int);

/* Where the string at p, a quote, ends; NULL: nowhere, or who knows. */
static const char *
string_end(const struct scan *s, const char *p, int depth)
{
	const struct strip_lang *l = s->lang;
	const char quote = *p, *end = s->end;
	bool dollar = p > s->start && p[-1] == '$';
	bool escapes = !in(l->raw, quote) || (l->shell && dollar);
	bool spans = in(l->spanning, quote);

	if (p > s->start && in(l->prefixes, p[-1]))
		return NULL;
	if (end - p >= 3 && p[1] == quote && p[2] == quote &&
	    (l->triple || !in(l->raw, quote))) {
		const char three[] = {quote, quote, quote, '\0'};

		if (!l->triple)
			return NULL;
		for (p += 3; p < end && !begins(p, end, three); p++)
			if (*p == '\\' && escapes)
				p++;
		return p < end ? p + 3 : NULL;
	}
	for (p++; p < end; p++) {
		if (*p == quote)
			return p + 1;
		if (*p == '\n' && !spans)
			return NULL;
		if (*p == '\\' && !escapes && p + 1 < end && p[1] == quote &&
		    !l->shell)
			return NULL; /* dialects of SQL differ */
		if (*p == '\\' && escapes) {
			p++;
			continue;
		}
		if ((l->js && quote == '`' && begins(p, end, "${")) ||
		    (l->shell && quote == '"' &&
			(begins(p, end, "${") || begins(p, end, "$(")))) {
			p = code_end(s, p + 2, p[1] == '{' ? '}' : ')',
			    l->shell, depth + 1);
			if (p == NULL)
				return NULL;
			p--;
		} else if (l->shell && quote == '"' && *p == '`')
			return NULL;
	}
	return NULL;
}

/* Where code inside a string or the like ends: behind close.  quoted: in a
 * shell's "${...}" an apostrophe is one. */
static const char *
code_end(
    const struct scan *s, const char *p, char close, bool quoted, int depth)
{
	const struct strip_lang *l = s->lang;
	const char open = close == '}' ? '{' : '(';
	const char *prev = NULL, *next;
	int level = 1;

	if (depth > DEPTH_MAX)
		return NULL;
	for (; p < s->end; p = next) {
		next = p + 1;
		if (*p == '\\')
			next++;
		else if (in(l->quotes, *p) &&
			 !(quoted && close == '}' && *p == '\''))
			next = string_end(s, p, depth + 1);
		else if (!(l->shell && close == '}') && comment_at(s, p))
			next = comment_end(s, p);
		else if ((l->shell && (*p == '`' || begins(p, s->end, "<<"))) ||
			 (l->js && *p == '/' &&
			     regex_may_begin(s->start, prev) != 0))
			return NULL;
		else if (l->shell && begins(p, s->end, "${"))
			next = code_end(
			    s, p + 2, '}', quoted && close == '}', depth + 1);
		else if (*p == open)
			level++;
		else if (*p == close && --level == 0)
			return p + 1;
		if (next == NULL)
			return NULL;
		if (!isspace((unsigned char)*p))
			prev = next - 1;
	}
	return NULL;
}

/* In Rust and C: is the apostrophe at p no quote? */
static bool
is_mark(const struct scan *s, const char *p)
{
	const char *q = p;

	if (s->lang->rust)
		return p + 2 < s->end && p[1] != '\\' && word(p[1]) &&
		       (unsigned char)p[1] < 0x80 && p[2] != '\'';
	/* 1'000'000 */
	while (q > s->start && (word(q[-1]) || q[-1] == '\''))
		q--;
	return s->lang->cpp && q < p && isdigit((unsigned char)*q);
}

/* In YAML a quote is one only where a value begins: 1; elsewhere an
 * apostrophe: 0; -1: who knows. */
static int
quote_begins(const struct scan *s)
{
	if (s->newline || s->prev == NULL || s->out->len == 0 ||
	    in(":,[{-?", *s->prev))
		return 1;
	return blank(before(s->bol, s->p)) ? -1 : 0;
}

/* "<<WORD": the end of a here-document that begins with the next line. */
static bool
take_here(struct scan *s)
{
	const char *p = s->p + 2;

	if (s->here != NULL)
		return false;
	s->here_tabs = p < s->end && *p == '-';
	if (s->here_tabs)
		p++;
	while (p < s->end && blank(*p))
		p++;
	if (p < s->end && isdigit((unsigned char)*p)) {
		put(s, p); /* a shift */
		return true;
	}
	if (p < s->end && in("\"'\\", *p))
		p++;
	s->here = p;
	while (p < s->end && word(*p) && *p != '$')
		p++;
	s->here_len = (size_t)(p - s->here);
	if (s->here_len == 0)
		return false;
	if (p < s->end && in("\"'", *p))
		p++;
	put(s, p);
	return true;
}

/* All of the here-document counts. */
static bool
put_here(struct scan *s)
{
	const char *p = s->p, *to, *q;

	for (; p < s->end; p = to + 1) {
		to = line_end(p, s->end);
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
		if (to == s->end)
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

	while (end > line && in("0123456789+-", end[-1]))
		end--;
	if (end == line || (end[-1] != '|' && end[-1] != '>') ||
	    (end - 1 > line && !blank(end[-2])))
		return;
	while (s->p < s->end) {
		to = line_end(s->p, s->end);
		p = s->p;
		while (p < to && blank(*p))
			p++;
		if (p < to && (size_t)(p - s->p) <= s->indent)
			break;
		buf_putc(s->out, '\n');
		buf_add(s->out, s->p, (size_t)(to - s->p));
		s->p = s->bol = to < s->end ? to + 1 : to;
	}
	s->line_at = s->out->len;
}

static bool
end_line(struct scan *s)
{
	if (s->lang->newlines || s->directive)
		s->newline = s->out->len != 0;
	s->gap = true;
	s->directive = false;
	s->p++;
	s->bol = s->p;
	if (s->here != NULL)
		return put_here(s);
	if (s->lang->yaml && s->out->len != 0)
		put_scalar(s);
	return true;
}

static bool
take_comment(struct scan *s)
{
	const char *to = comment_end(s, s->p);

	if (to == NULL)
		return false;
	if (comment_counts(s->p, to)) {
		put(s, to);
		return true;
	}
	if (s->lang->newlines &&
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

	if (*s->p == '\'' && is_mark(s, s->p))
		begin = 0;
	else if (s->lang->yaml)
		begin = quote_begins(s);
	if (begin == -1)
		return false;
	to = begin == 1 ? string_end(s, s->p, 0) : s->p + 1;
	if (to == NULL)
		return false;
	put(s, to);
	return true;
}

static bool
first_on_line(const struct scan *s)
{
	const char *p = s->bol;

	while (p < s->p && blank(*p))
		p++;
	return p == s->p && (s->bol < s->start + 2 || s->bol[-2] != '\\');
}

/* One sign of code, or what cannot be parted. */
static bool
take_code(struct scan *s)
{
	const struct strip_lang *l = s->lang;
	const char *to = s->p + 1;
	int regex;

	if ((l->shell && *s->p == '`') ||
	    (l->lua &&
		(begins(s->p, s->end, "[[") || begins(s->p, s->end, "[="))))
		return false;
	if (*s->p == '\\' && to < s->end)
		to++;
	else if (l->shell && begins(s->p, s->end, "<<<"))
		to += 2;
	else if (l->shell && begins(s->p, s->end, "<<"))
		return take_here(s);
	else if (l->shell && begins(s->p, s->end, "${"))
		to = code_end(s, s->p + 2, '}', false, 0);
	else if (l->js && *s->p == '/') {
		regex = regex_may_begin(s->start, s->prev);
		if (regex == -1)
			return false;
		if (regex == 1)
			to = regex_end(s->p, s->end);
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
	if (blank(*s->p)) {
		if (!s->gap)
			s->gap_at = s->p;
		s->gap = true;
		s->p++;
		return true;
	}
	if (s->p == s->start && begins(s->p, s->end, "#!") &&
	    s->lang->line != NULL && *s->lang->line == '#') {
		put(s, line_end(s->p, s->end));
		return true;
	}
	if (comment_at(s, s->p))
		return take_comment(s);
	if (in(s->lang->quotes, *s->p))
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

	if (begins(p, end, "=begin") || begins(p, end, "__END__"))
		return true;
	for (; p < end; p++) {
		if (*p == '"' || *p == '\'' || *p == '`')
			n[*p == '"' ? 0 : *p == '\'' ? 1 : 2]++;
		if (begins(p, end, "<<") && p + 2 < end && !blank(p[2]))
			return true;
		if (*p != '%' || p + 1 == end)
			continue;
		q = p + 1 + (p + 2 < end && in("qQwWiIrsx", p[1]));
		if (in(open, *q) &&
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
	const struct strip_lang *l = s->lang;
	const char *to, *p, *last;
	bool continued = false;

	for (; s->p < s->end; s->p = to < s->end ? to + 1 : to) {
		to = line_end(s->p, s->end);
		p = s->p;
		while (p < to && blank(*p))
			p++;
		last = to;
		while (last > p && blank(last[-1]))
			last--;
		if (p == last && !continued)
			continue;
		if (p < to && *p == '#' && !continued &&
		    !(l->indent && *s->p == '\t') && !comment_counts(p, to))
			continue;
		if (l->indent ? begins(p, to, "define") : goes_on(p, to))
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
	struct scan s = {.lang = lang,
	    .start = text,
	    .p = text,
	    .end = text + len,
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
	while (s.p < s.end)
		if (!take(&s))
			return false;
	return s.here == NULL;
}
