/*
 * options: write out the option table for what is not C.
 *
 *   options driver <scripts/oompa     the driver with its parser and help
 *   options man <man/oompa-fetch.1    a page with its list of options
 *   options complete                  the completions for bash
 *
 * Lines that begin with "#@" (driver) or ".\" @" (man) are replaced, the
 * rest is copied.  "#@part NAME" stands for scripts/oompa.d/NAME.sh.
 *
 * SPDX-License-Identifier: MIT
 */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opt.h"

static bool
takes(enum command c, const struct opt_row *row)
{
	return (row->commands & (1U << c)) != 0;
}

/* s inside single quotes of a shell. */
static void
put_quoted(const char *s)
{
	(void)putchar('\'');
	for (; *s != '\0'; s++)
		if (*s == '\'')
			(void)fputs("'\\''", stdout);
		else
			(void)putchar(*s);
	(void)putchar('\'');
}

/* The name of a shell variable that holds an option without one. */
static void
put_variable(const struct opt_row *row)
{
	const char *p;

	if (row->variable[0] != '\0') {
		(void)fputs(row->variable, stdout);
		return;
	}
	(void)fputs("flag_", stdout);
	for (p = row->name; *p != '\0'; p++)
		(void)putchar(*p == '-' ? '_' : *p);
}

static void
put_arm(const struct opt_row *row)
{
	(void)printf("\t\t");
	if (row->letter != 0)
		(void)printf("-%c | ", row->letter);
	(void)printf("--%s)", row->name);
	if (row->kind == OPT_FLAG) {
		(void)printf("\n\t\t\t[ -z \"$glued\" ] || usage \"no option "
			     "$glued\"\n\t\t\t");
		put_variable(row);
		(void)printf("=1\n\t\t\t;;\n");
		return;
	}
	/* An empty variable would be the same as none. */
	(void)printf("\n\t\t\t[ -n \"${2:-}\" ] || usage \"$1 wants a "
		     "value\"\n\t\t\t");
	put_variable(row);
	(void)printf("=$2\n\t\t\tshift\n\t\t\t;;\n");
}

static void
put_parser(void)
{
	size_t i;

	for (i = 0; i < O_TOTAL; i++)
		if (takes(CMD_OOMPA, &opt_rows[i]) && i != O_HELP &&
		    i != O_VERSION)
			put_arm(&opt_rows[i]);
}

/* Every variable with its default; those that stages read are exported. */
static void
put_defaults(void)
{
	const struct opt_row *row;
	size_t i;

	for (i = 0; i < O_TOTAL; i++) {
		row = &opt_rows[i];
		if (!takes(CMD_OOMPA, row) || i == O_HELP || i == O_VERSION)
			continue;
		if (row->variable[0] == '\0') {
			put_variable(row);
			(void)printf("=\n");
			continue;
		}
		(void)printf("%s=${%s:-}\n", row->variable, row->variable);
		if (row->standard[0] != '\0') {
			(void)printf("standard_%s=", row->variable);
			put_quoted(row->standard);
			(void)printf("\n");
		}
		(void)printf("export %s\n", row->variable);
	}
}

/* After the command line: what is still empty gets its default. */
static void
put_fill(void)
{
	const struct opt_row *row;
	size_t i;

	for (i = 0; i < O_TOTAL; i++) {
		row = &opt_rows[i];
		if (takes(CMD_OOMPA, row) && row->variable[0] != '\0' &&
		    row->standard[0] != '\0')
			(void)printf("\t%s=${%s:-$standard_%s}\n",
			    row->variable, row->variable, row->variable);
	}
}

/* mdoc: a backslash starts an escape, "-" alone is a hyphen. */
static void
put_mdoc(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '\\')
			(void)fputs("\\e", stdout);
		else if (*s == '-')
			(void)fputs("\\-", stdout);
		else
			(void)putchar(*s);
}

static void
put_man_item(const struct opt_row *row)
{
	(void)printf(".It ");
	if (row->letter != 0)
		(void)printf("Fl %c , ", row->letter);
	(void)printf("Fl \\-%s", row->name);
	if (row->kind != OPT_FLAG)
		(void)printf(" Ar %s", row->arg);
	(void)printf("\n");
	put_mdoc(row->help);
	(void)printf(".\n");
	if (row->standard[0] != '\0') {
		(void)printf("Default: ");
		put_mdoc(row->standard);
		(void)printf(".\n");
	}
	if (row->variable[0] != '\0')
		(void)printf("Variable:\n.Ev %s .\n", row->variable);
}

static void
put_man_list(const char *command)
{
	size_t c, i;

	for (c = 0; c < CMD_COUNT; c++)
		if (strcmp(opt_commands[c].name, command) == 0)
			break;
	if (c == CMD_COUNT)
		errx(1, "no command '%s'", command);
	(void)printf(".Bl -tag -width Ds\n");
	for (i = 0; i < O_TOTAL; i++)
		if (takes((enum command)c, &opt_rows[i]))
			put_man_item(&opt_rows[i]);
	(void)printf(".El\n");
}

static void
put_complete(void)
{
	size_t c, i;

	(void)printf("# bash completion for oompa\n");
	for (c = 0; c < CMD_COUNT; c++) {
		(void)printf("complete -o default -W '");
		for (i = 0; i < O_TOTAL; i++)
			if (takes((enum command)c, &opt_rows[i]))
				(void)printf("--%s ", opt_rows[i].name);
		if (c == CMD_OOMPA)
			(void)printf("why show outbox ls push drop ");
		(void)printf("' %s\n", opt_commands[c].name);
	}
}

static void fill(FILE *, const char *prefix);

/* A part of the driver, which has its own lines to fill in. */
static void
put_part(const char *name)
{
	char path[256];
	FILE *fp;

	(void)snprintf(path, sizeof(path), "scripts/oompa.d/%s.sh", name);
	fp = fopen(path, "r");
	if (fp == NULL)
		err(1, "cannot open '%s'", path);
	fill(fp, "#@");
	(void)fclose(fp);
}

static void
replace(const char *mark)
{
	if (strncmp(mark, "part ", 5) == 0)
		put_part(mark + 5);
	else if (strcmp(mark, "parser") == 0)
		put_parser();
	else if (strcmp(mark, "defaults") == 0)
		put_defaults();
	else if (strcmp(mark, "fill") == 0)
		put_fill();
	else if (strcmp(mark, "help") == 0)
		opt_help(CMD_OOMPA);
	else if (strcmp(mark, "version") == 0)
		(void)printf("version=" VERSION "\n");
	else if (strncmp(mark, "options ", 8) == 0)
		put_man_list(mark + 8);
	else
		errx(1, "nothing is known of '@%s'", mark);
}

static void
fill(FILE *fp, const char *prefix)
{
	char *line = NULL;
	size_t size = 0, n = strlen(prefix);
	ssize_t len;

	while ((len = getline(&line, &size, fp)) > 0) {
		if (strncmp(line, prefix, n) != 0) {
			(void)fwrite(line, 1, (size_t)len, stdout);
			continue;
		}
		line[strcspn(line, "\n")] = '\0';
		replace(line + n);
	}
	free(line);
}

int
main(int argc, char *argv[])
{
	if (argc == 2 && strcmp(argv[1], "driver") == 0)
		fill(stdin, "#@");
	else if (argc == 2 && strcmp(argv[1], "man") == 0)
		fill(stdin, ".\\\" @");
	else if (argc == 2 && strcmp(argv[1], "complete") == 0)
		put_complete();
	else
		errx(2, "usage: options driver|man|complete");
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "cannot write");
	return 0;
}
