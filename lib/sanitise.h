#ifndef OOMPA_SANITISE_H
#define OOMPA_SANITISE_H

#include <stddef.h>

#include "buf.h"

/*
 * Texts of others, without what their readers on GitHub did not see: who
 * vouches for a text vouches for what the page showed.
 *
 * Taken out are characters of no width (unseen.h), HTML comments and the
 * like, also without an end, tags that GitHub drops, attributes, what lies in
 * elements that hide it or that make it too small to read, cells that a table
 * has no column for, alternative texts of images, titles of links, definitions
 * of links, footnotes that nothing refers to, and what follows the language on
 * the line that opens a code block.  Numeric references become their
 * characters, a "|" as "\|".  Folded parts (<details>) are seen, and so are
 * URLs.
 *
 * Text in code blocks between fences and in `code` stays byte for byte, since
 * that is where comments and tags are seen.  That counts only where it is
 * certain from what stands before it that GitHub takes it for code; where it
 * is not (fences deep in lists, inside HTML, after texts made to confuse),
 * the text stays and markup in it goes.  Indented code is never certain.  Of
 * what GitHub makes a picture of nothing stays when it may hide some
 * (picture.h).
 */

/* Adds a text in Markdown.  Returns how many things were taken out.  Linear
 * in len; doing it again changes nothing. */
size_t sanitise_text(struct buf *, const char *s, size_t len);

/* Adds a title or name, which GitHub shows as it is, as one line. */
size_t sanitise_line(struct buf *, const char *s, size_t len);

#endif
