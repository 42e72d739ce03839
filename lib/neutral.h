#ifndef OOMPA_NEUTRAL_H
#define OOMPA_NEUTRAL_H

#include "acts.h"
#include "buf.h"

/*
 * Texts of others, as they are published under our account: to be read, and
 * nothing else.
 *
 * Nobody is notified, no bot obeys, no other item is closed or shows a link,
 * no picture is loaded, no link leads to a host that is not listed; no HTML,
 * nothing invisible, no marker of ours; and nothing is left open that could
 * swallow what follows.  Visible text stays as it was, as far as that goes.
 */

/* Shows nothing, and stands between two characters: "@" and a name behind it
 * are then no mention, for who reads the source as for who reads the page. */
#define NEUTRAL_GAP "&#8203;"

struct neutral {
	struct acts_home home;
	/* A template of the repository: whole lines of it, and HTML comments
	 * (not ours), pass as they are.  NULL: none. */
	const char *verbatim;
	size_t max; /* bytes of Markdown, the cut is stated */
};

/* Text inside Markdown of ours, such as a cell of a table: one line in, and
 * nothing but text comes out. */
void neutral_cell(struct buf *, const struct neutral *, const char *text);

/* Text that is shown as it is: a title, the message of a commit.  Done twice
 * it is the same. */
void neutral_plain(struct buf *, const struct neutral *, const char *text);

#endif
