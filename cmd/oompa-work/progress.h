#ifndef OOMPA_WORK_PROGRESS_H
#define OOMPA_WORK_PROGRESS_H

#include <stdint.h>

#include "json.h"

/*
 * What a worker is doing, told to its parent on its stdout, between the
 * records: {"type":"progress","v":1,"doing":"Edit src/a.c","cost":0.5}.  Goes
 * no further than there.
 */

void progress_on(void); /* from now on; before, nothing is told */

/* doing is foreign text; cost in millionths of a dollar, 0 when not known. */
void progress_tell(const char *doing, int64_t cost);

/* A call of one of Claude's tools, in few words; tree is the clone. */
void progress_tool(
    const char *name, const cJSON *input, const char *tree, int64_t cost);

#endif
