#ifndef OOMPA_SCHEMA_H
#define OOMPA_SCHEMA_H

#include <stdio.h>

/*
 * Prints one JSON Schema (draft 2020-12) for the record types of a list that
 * NULL ends: those that a command consumes and produces.  Its "$defs" hold
 * them, under their names, and the definitions that records share.  Returns
 * the exit status; says so on stderr when fp takes no more.
 */
int schema_print(FILE *fp, const char *const types[]);

#endif
