#ifndef OOMPA_WORK_RULES_H
#define OOMPA_WORK_RULES_H

/*
 * Permission rules of Claude Code, such as "Bash(make test)", separated by
 * commas; one in parentheses separates nothing.
 */

/* The next rule, yours to free; NULL at the end. */
char *rules_next(const char **rest);

#endif
