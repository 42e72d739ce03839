/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "lex.h"

#define DEPTH_MAX 16 /* of code in strings in code */

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

/* A comment with one of these, in capitals or not, is said to a tool; most
 * others of the kind are told by their shape. */
static const char *const to_tools[] = {"lint", "ignore", "disable", "coding",
    "fall thr", "falls thr", "fallthr", "fall-thr", "unordered output", "noqa",
    "nosec", "nosonar", "noinspection", "notreached", "pragma", "shellcheck",
    "prettier", "istanbul", "webpack", "clang-format", "rubocop", "_excl",
    "do not edit", "changeset", "rollback", "\\u", NULL};

bool
lex_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

bool
lex_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

bool
lex_in(const char *set, char c)
{
	return c != '\0' && strchr(set, c) != NULL;
}

bool
lex_begins(const char *p, const char *end, const char *s)
{
	return (size_t)(end - p) >= strlen(s) && memcmp(p, s, strlen(s)) == 0;
}

char
lex_before(const char *start, const char *p)
{
	if (p > start)
		return p[-1];
	return '\n';
}

const char *
lex_line_end(const char *p, const char *end)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));

	return nl != NULL ? nl : end;
}
bool
lex_comment_at(const struct lex *s, const char *p)
{
	const struct strip_lang *l = s->lang;
	char last = lex_before(s->start, p);

	if (l->block && lex_begins(p, s->end, "/*"))
		return true;
	if (l->line == NULL || !lex_begins(p, s->end, l->line))
		return false;
	if (l->shell)
		return lex_blank(last) || lex_in("\n;&|()", last);
	if (l->yaml)
		return lex_blank(last) || last == '\n';
	if (l->js)
		return lex_blank(last) || lex_in("\n;{},)", last);
	if (strcmp(l->line, "--") == 0)
		return p + 2 == s->end || isspace((unsigned char)p[2]);
	return true;
}

const char *
lex_comment_end(const struct lex *s, const char *p)
{
	const char *close;
	size_t left = (size_t)(s->end - p);

	if (!s->lang->block || p[1] != '*' || *p != '/')
		return lex_line_end(p, s->end);
	close = left > 2 ? memmem(p + 2, left - 2, "*/", 2) : NULL;
	if (close == NULL ||
	    memmem(p + 2, (size_t)(close - p) - 2, "/*", 2) != NULL)
		return NULL;
	return close + 2;
}

/* Is the first word of a line an order, such as "+build", "@jsx", "name:" or
 * "go:build"? */
static bool
orders(const char *p, const char *end)
{
	while (p < end && (lex_blank(*p) || *p == '*'))
		p++;
	if (p < end && lex_in("+@#%!$", *p))
		return true;
	for (; p < end && !lex_blank(*p); p++)
		if (*p == ':')
			return true;
	return false;
}

static bool
names_tool(const char *p, const char *end)
{
	size_t i, n;

	for (; p < end; p++)
		for (i = 0; to_tools[i] != NULL; i++) {
			n = strlen(to_tools[i]);
			if ((size_t)(end - p) >= n &&
			    strncasecmp(p, to_tools[i], n) == 0)
				return true;
		}
	return false;
}

bool
lex_comment_counts(
    const struct strip_lang *lang, const char *p, const char *end)
{
	bool block = lex_begins(p, end, "/*");
	const char *text = p + (*p == '#' ? 1 : 2), *to;

	if (block) {
		end -= 2;
		if (lang->rust && text < end && lex_in("*!", *text))
			return true;
		while (text < end && *text == '*')
			text++;
	}
	while (end > text && lex_blank(end[-1]))
		end--;
	if (text >= end)
		return false;
	if (!isspace((unsigned char)*text) || end[-1] == '\\' ||
	    names_tool(text, end))
		return true;
	for (; text < end; text = to + 1) {
		to = lex_line_end(text, end);
		if (orders(text, to))
			return true;
	}
	return false;
}

int
lex_regex_may_begin(const char *start, const char *prev)
{
	static const char words[] = " return typeof case in of delete void "
				    "throw new else do await yield ";
	const char *p = prev, *at;
	size_t len;

	if (prev == NULL || lex_in("(,=:[!&|?{;+-*%~^<>", *prev))
		return 1;
	if (*prev == '}')
		return -1;
	if (!lex_word(*prev))
		return 0;
	while (p > start && lex_word(p[-1]))
		p--;
	len = (size_t)(prev - p) + 1;
	for (at = words; (at = strchr(at, ' ')) != NULL; at++)
		if (strncmp(at + 1, p, len) == 0 && at[1 + len] == ' ')
			return 1;
	return 0;
}

const char *
lex_regex_end(const char *p, const char *end)
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

const char *
lex_string_end(const struct lex *s, const char *p, int depth)
{
	const struct strip_lang *l = s->lang;
	const char quote = *p, *end = s->end;
	bool dollar = p > s->start && p[-1] == '$';
	bool escapes = !lex_in(l->raw, quote) || (l->shell && dollar);
	bool spans = lex_in(l->spanning, quote);

	if (p > s->start && lex_in(l->prefixes, p[-1]))
		return NULL;
	if (end - p >= 3 && p[1] == quote && p[2] == quote &&
	    (l->triple || !lex_in(l->raw, quote))) {
		const char three[] = {quote, quote, quote, '\0'};

		if (!l->triple)
			return NULL;
		for (p += 3; p < end && !lex_begins(p, end, three); p++)
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
		if ((l->js && quote == '`' && lex_begins(p, end, "${")) ||
		    (l->shell && quote == '"' &&
			(lex_begins(p, end, "${") ||
			    lex_begins(p, end, "$(")))) {
			p = lex_code_end(s, p + 2, p[1] == '{' ? '}' : ')',
			    l->shell, depth + 1);
			if (p == NULL)
				return NULL;
			p--;
		} else if (l->shell && quote == '"' && *p == '`')
			return NULL;
	}
	return NULL;
}

const char *
lex_code_end(
    const struct lex *s, const char *p, char close, bool quoted, int depth)
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
		else if (lex_in(l->quotes, *p) &&
			 !(quoted && close == '}' && *p == '\''))
			next = lex_string_end(s, p, depth + 1);
		else if (!(l->shell && close == '}') && lex_comment_at(s, p))
			next = lex_comment_end(s, p);
		else if ((l->shell &&
			     (*p == '`' || lex_begins(p, s->end, "<<"))) ||
			 (l->js && *p == '/' &&
			     lex_regex_may_begin(s->start, prev) != 0))
			return NULL;
		else if (l->shell && lex_begins(p, s->end, "${"))
			next = lex_code_end(
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

bool
lex_is_mark(const struct lex *s, const char *p)
{
	const char *q = p;

	if (s->lang->rust)
		return p + 2 < s->end && p[1] != '\\' && lex_word(p[1]) &&
		       (unsigned char)p[1] < 0x80 && p[2] != '\'';
	/* 1'000'000 */
	while (q > s->start && (lex_word(q[-1]) || q[-1] == '\''))
		q--;
	return s->lang->cpp && q < p && isdigit((unsigned char)*q);
}
