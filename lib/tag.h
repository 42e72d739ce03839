#ifndef OOMPA_TAG_H
#define OOMPA_TAG_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a "<" begins in a Markdown text of GitHub's (GitHub Flavored Markdown
 * 6.10, 6.11; CommonMark 0.31 6.5, 6.6), and what of it a reader sees.
 */
enum tag_kind {
	TAG_NONE,   /* a "<" and no more */
	TAG_REMARK, /* a comment, declaration or instruction */
	TAG_LINK,   /* <https://example.com>, <me@example.com> */
	TAG_OPEN,
	TAG_CLOSE,
};

struct tag {
	enum tag_kind kind;
	const char *end; /* behind it */
	const char *name;
	size_t name_len;
	bool known;   /* GitHub shows elements of this name; others vanish */
	unsigned raw; /* what is in it is no text: a number for each, or 0 */
	bool empty;   /* it has no content */
	bool hides;  /* it hides what is in it, by its attributes or its name */
	bool covers; /* what is in it is shown only where it cannot be played */
	unsigned small; /* which of the elements with a smaller font; 0: none */
	bool mute;      /* it has attributes besides url; nobody sees those */
	const char *attribute, *url; /* "href" or "src", NULL: none */
	size_t url_len;
};

#define TAG_SMALL 9 /* elements with a smaller font */

/* The font in so many of each of them in each other, as a share of the text's:
 * is it still for reading? */
bool tag_legible(const unsigned n[TAG_SMALL]);

/* Longer ones are cut off: nobody reads them. */
#define TAG_URL_MAX 1024 /* bytes */

/*
 * Reads what is at s, which is a "<".  loose: as a browser would, for text
 * that Markdown hands to it as it is.  What has no end where it needs one goes
 * to end.
 */
void tag_read(struct tag *, const char *s, const char *end, bool loose);

/* Behind the end tag that belongs to the tag; NULL when there is none. */
const char *tag_content_end(const struct tag *, const char *end);

/* The bytes at s that may be shown as a URL: none for schemes that GitHub
 * does not link to. */
size_t tag_url(const char *s, size_t len);

/* Is s, of len bytes, the name, in capitals or not? */
bool tag_named(const char *s, size_t len, const char *name);

#endif
