#ifndef OOMPA_WORK_TEMPLATE_H
#define OOMPA_WORK_TEMPLATE_H

#include "fail.h"

/*
 * The text of a template: DIR/NAME.md when --prompts has it, else the one that
 * is built in (prompts/NAME.md); and behind it DIR/extra.md, if there is one.
 * dir is "" for none.  *ret is yours to free.  FAIL_SETUP when a file is there
 * but cannot be used.
 */
int template_read(const char *dir, const char *name, char **ret, struct fail *);

#endif
