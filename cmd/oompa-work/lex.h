#ifndef OOMPA_WORK_LEX_H
#define OOMPA_WORK_LEX_H

#include "strip.h"

/*
 * Where comments and strings begin and end: what strip needs to know of a
 * language.  Looks at text, and writes nothing.  Where it cannot be sure it
 * returns NULL, or -1.
 */

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

/* A text that is looked at, from start to end. */
struct lex {
	const struct strip_lang *lang;
	const char *start, *end;
};

bool lex_blank(char);
bool lex_word(char); /* may it be part of a name or a number? */
/* strchr that does not find the NUL. */
bool lex_in(const char *set, char);
bool lex_begins(const char *p, const char *end, const char *s);
/* The byte in front of p; at the start a line end. */
char lex_before(const char *start, const char *p);
/* The line end at or behind p, or end. */
const char *lex_line_end(const char *p, const char *end);

/* Does a comment begin at p? */
bool lex_comment_at(const struct lex *, const char *p);
/* Where the comment at p ends; NULL: nowhere, or unlike others. */
const char *lex_comment_end(const struct lex *, const char *p);
/* Does the comment from p to end count all the same, as it may be said to a
 * tool?  It does when no blank follows its mark, and when the first word of a
 * line has a colon or begins with a sign. */
bool
lex_comment_counts(const struct strip_lang *, const char *p, const char *end);

/* In JavaScript: may "/" after the code that ends at prev begin a regular
 * expression?  -1: who knows. */
int lex_regex_may_begin(const char *start, const char *prev);
const char *lex_regex_end(const char *p, const char *end);

/* Where the string at p, a quote, ends; NULL: nowhere, or who knows.  depth is
 * 0 outside of strings. */
const char *lex_string_end(const struct lex *, const char *p, int depth);
/* Where code inside a string or the like ends: behind close.  quoted: in a
 * shell's "${...}" an apostrophe is one. */
const char *lex_code_end(
    const struct lex *, const char *p, char close, bool quoted, int depth);

/* In Rust and C: is the apostrophe at p no quote? */
bool lex_is_mark(const struct lex *, const char *p);

#endif
