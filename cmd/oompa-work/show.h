#ifndef OOMPA_WORK_SHOW_H
#define OOMPA_WORK_SHOW_H

#include "filter.h"

/*
 * --dry-run: prints for people what Claude would be given for a task: its
 * prompt, its command line, the names in its environment, its limits.  arg is
 * the struct work.  Nothing is started but git, nothing is written.
 */
int show_task(const cJSON *rec, struct filter_out *, void *arg, struct fail *);

#endif
