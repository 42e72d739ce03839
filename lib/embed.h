#ifndef OOMPA_EMBED_H
#define OOMPA_EMBED_H

/*
 * Files that are built into the programs: lib/queries, lib/prompts,
 * lib/schema.  Queries come without their comments and indentation.
 */

/* The text of "queries/snapshot.graphql" and the like, NULL when there is no
 * such file. */
const char *embed_text(const char *name);

#endif
