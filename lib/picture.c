/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <strings.h>

#include "picture.h"

#define WORDS_MAX 12

/* What may hide something in it.  "" is in all. */
static const struct {
	const char *name, *words[WORDS_MAX + 1];
} pictures[] = {
    {"mermaid",
	{"%%", "style", "classdef", "theme", "acctitle", "accdescr", "click"}},
    {"math", {"%", "phantom", "color", "\\def", "command", "lap", "smash",
		 "tiny", "kern", "raise", "lower", "space"}},
    {"geojson", {""}},
    {"topojson", {""}},
    {"stl", {""}},
};

/* The words for the language on the line; NULL: it is no picture's. */
static const char *const *
words_for(const struct gfm_line *l)
{
	static const char *const all[] = {"", NULL};
	const char *name = l->inside + l->fence;
	size_t n, i;

	name += strspn(name, " \t");
	n = strcspn(name, " \t,\n");
	for (i = 0; i < sizeof(pictures) / sizeof(*pictures); i++)
		if (strlen(pictures[i].name) == n &&
		    strncasecmp(name, pictures[i].name, n) == 0)
			return pictures[i].words;
	/* References count in it. */
	return memchr(name, '&', n) != NULL ? all : NULL;
}

static bool
has(const char *s, const char *end, const char *const *words)
{
	size_t i, n;

	for (; s < end; s++)
		for (i = 0; words[i] != NULL; i++) {
			n = strlen(words[i]);
			if ((size_t)(end - s) >= n &&
			    strncasecmp(s, words[i], n) == 0)
				return true;
		}
	return false;
}

/* Where it is not certain what is code, the next fence does. */
static bool
closes(const struct gfm_line *l, const struct gfm_line *open, bool certain)
{
	const char *behind = l->inside + l->fence;

	return l->fence >= open->fence && *l->inside == *open->inside &&
	       (!certain || (l->inside == l->text && l->indent <= GFM_INDENT &&
				behind + strspn(behind, " \t") >= l->end));
}

const char *
picture_end(const struct gfm_line *l, const char *end, bool certain)
{
	const char *const *words = words_for(l);
	const char *from = l->end + (l->end < end), *s = from;
	struct gfm_line next;

	if (words == NULL)
		return NULL;
	for (; s < end; s = next.end + (next.end < end)) {
		gfm_line(&next, s, end);
		if (closes(&next, l, certain))
			break;
	}
	return has(from, s, words) ? s : NULL;
}
