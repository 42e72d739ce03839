#ifndef OOMPA_TABLE_H
#define OOMPA_TABLE_H

/*
 * Tables (GitHub Flavored Markdown 4.10; github/cmark-gfm extensions/table.c):
 * in a row, cells beyond those that the header has are ignored.
 */

/*
 * Overwrites such cells with a character that nobody sees (unseen.h), in the
 * lines from s, which begins one, up to end.  What may be a table and may not
 * is taken for one.  Returns the begin of the next line that looks as if it
 * began or ended a code block, or end.
 */
char *table_cut(char *s, char *end);

#endif
