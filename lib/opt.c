/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "fail.h"
#include "log.h"
#include "opt.h"
#include "slug.h"
#include "stop.h"
#include "when.h"
#include "xalloc.h"

#ifndef VERSION
#define VERSION "0"
#endif

#define NUMBER_MAX INT64_C(1000000000000)
/* Columns. */
#define HELP_WIDTH  79
#define HELP_INDENT 28

#define LONG_FIRST 256 /* getopt values above those of letters */

const struct opt_row opt_rows[O_TOTAL] = {
#define OPTION(                                                                \
    id, name, letter, variable, kind, arg, standard, commands, help)           \
	{O_##id, name, letter, variable, OPT_##kind, arg, standard, commands,  \
	    help},
#include "options.def"
#undef OPTION
};

const struct command_row opt_commands[CMD_COUNT] = {
#define COMMAND(id, name, synopsis, purpose, example)                          \
	{name, synopsis, purpose, example},
#include "commands.def"
#undef COMMAND
};

static bool
takes(enum command c, const struct opt_row *row)
{
	return (row->commands & (1U << c)) != 0;
}

_Noreturn void
opt_usage(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	log_at(LOG_ERROR, NULL, "%s; see --help", text);
	exit(STATUS_USAGE);
}

/* Ends the process after an answer on stdout. */
static _Noreturn void
printed(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		exit(STATUS_OK);
	log_at(LOG_ERROR, NULL, "cannot write <stdout>: %s", strerror(errno));
	exit(STATUS_SOME);
}

/* Prints text in lines of at most HELP_WIDTH columns; the first begins in
 * column at, all others in HELP_INDENT. */
static void
wrap(const char *text, int at)
{
	int n;

	for (; *text != '\0'; text += n + (text[n] == ' ')) {
		n = (int)strcspn(text, " ");
		if (at + 1 + n > HELP_WIDTH) {
			(void)printf("\n%*s", HELP_INDENT - 1, "");
			at = HELP_INDENT - 1;
		}
		at += printf(" %.*s", n, text);
	}
	(void)putchar('\n');
}

static void
help_row(const struct opt_row *row)
{
	char *text;
	int at;

	at = row->letter != 0 ? printf("  -%c, ", row->letter)
			      : printf("      ");
	at += printf("--%s %s", row->name, row->arg);
	if (at > HELP_INDENT - 2) {
		(void)putchar('\n');
		at = 0;
	}
	at += printf("%*s", HELP_INDENT - 1 - at, "");
	text = row->standard[0] != '\0'
		   ? xasprintf("%s (default: %s)", row->help, row->standard)
		   : xstrdup(row->help);
	wrap(text, at);
	free(text);
}

void
opt_help(enum command c)
{
	const struct command_row *cmd = &opt_commands[c];
	size_t i;

	(void)printf("%s: %s\n\n  $ %s\n\nusage: %s [option ...] %s\n\n",
	    cmd->name, cmd->purpose, cmd->example, cmd->name, cmd->synopsis);
	for (i = 0; i < O_TOTAL; i++)
		if (takes(c, &opt_rows[i]))
			help_row(&opt_rows[i]);
	(void)printf("\nMore in %s(1) and oompa(7).\n", cmd->name);
}

static _Noreturn void
help(enum command c)
{
	opt_help(c);
	printed();
}

static bool
number(const char *s, int64_t *ret)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || n < 0 || n > NUMBER_MAX ||
	    strspn(s, "0123456789") != strlen(s))
		return false;
	*ret = n;
	return true;
}

static bool
money(const char *s, int64_t *ret)
{
	char *end;
	double d = strtod(s, &end);

	if (end == s || *end != '\0' || strspn(s, "0123456789.") != strlen(s) ||
	    !(d <= 1e6))
		return false;
	*ret = (int64_t)llround(d * 1e6);
	/* 0 means no limit: not what rounds to it. */
	return *ret != 0 || d == 0;
}

static bool
numbers(const char *s)
{
	int64_t n;
	char *word;
	bool r = true;

	while (r && (word = opt_word(&s)) != NULL) {
		r = number(word, &n) && n > 0;
		free(word);
	}
	return r;
}

/* What a value should have been, NULL when it is fine. */
static const char *
interpret(enum opt_kind kind, const char *s, int64_t *num)
{
	switch (kind) {
	case OPT_FLAG:
		*num = strcmp(s, "1") == 0 || strcmp(s, "true") == 0;
		return *num || strcmp(s, "0") == 0 || strcmp(s, "false") == 0
			   ? NULL
			   : "true or false";
	case OPT_REPO:
		return slug_valid(s) ? NULL : "owner/repo";
	case OPT_COUNT:
		return number(s, num) ? NULL : "a whole number";
	case OPT_DURATION:
		return when_duration(s, num) ? NULL
					     : "a time such as 30s, 2m or 4h";
	case OPT_MONEY:
		return money(s, num) ? NULL : "an amount of dollars";
	case OPT_LEVEL:
		*num = log_level_parse(s);
		return *num >= 0 ? NULL : "debug, info, warn or error";
	case OPT_SWITCH:
		*num = strcmp(s, "on") == 0;
		return *num || strcmp(s, "off") == 0 ? NULL : "on or off";
	case OPT_NUMBERS:
		return numbers(s) ? NULL : "numbers such as 57,812";
	case OPT_TIME:
		if (strcmp(s, "now") == 0) {
			*num = when_now();
			return NULL;
		}
		return when_parse(s, num)
			   ? NULL
			   : "now, or a time such as 2026-11-23T15:04:05Z";
	case OPT_STRING:
	case OPT_LIST:
		return NULL;
	}
	return NULL;
}

/* from: the flag or variable as a person knows it. */
static void
set(struct opts *o, const struct opt_row *row, const char *from, const char *s)
{
	struct opt_value *v = &o->v[row->id];
	const char *want = interpret(row->kind, s, &v->num);

	if (want != NULL)
		opt_usage("%s wants %s, not '%s'", from, want, s);
	v->text = s;
}

static void
set_standard(struct opts *o, const struct opt_row *row)
{
	const char *s = row->variable[0] != '\0' ? getenv(row->variable) : NULL;

	o->v[row->id].text = "";
	if (row->standard[0] != '\0')
		set(o, row, row->name, row->standard);
	if (s == NULL || *s == '\0')
		return;
	set(o, row, row->variable, s);
	o->v[row->id].given = true;
}

static const struct opt_row *
by_letter(enum command c, int letter)
{
	size_t i;

	for (i = 0; i < O_TOTAL; i++)
		if (takes(c, &opt_rows[i]) && opt_rows[i].letter == letter)
			return &opt_rows[i];
	return NULL;
}

static void
take(struct opts *o, const struct opt_row *row, const char *arg)
{
	char from[64];

	if (row->id == O_HELP)
		help(o->command);
	if (row->id == O_VERSION) {
		(void)printf("%s %s\n", opt_commands[o->command].name, VERSION);
		printed();
	}
	(void)snprintf(from, sizeof(from), "--%s", row->name);
	set(o, row, from, row->kind == OPT_FLAG ? "1" : arg);
	o->v[row->id].given = o->v[row->id].flag = true;
}

static void
parse_flags(struct opts *o, int argc, char *argv[])
{
	struct option longs[O_TOTAL + 1] = {{0}};
	char shorts[2 * O_TOTAL + 2] = ":";
	const struct opt_row *rows[O_TOTAL], *row;
	size_t i, n = 0, s = 1;
	int c;

	for (i = 0; i < O_TOTAL; i++) {
		row = &opt_rows[i];
		if (!takes(o->command, row))
			continue;
		if (row->letter != 0) {
			shorts[s++] = row->letter;
			if (row->kind != OPT_FLAG)
				shorts[s++] = ':';
		}
		longs[n].name = row->name;
		longs[n].has_arg = row->kind != OPT_FLAG;
		/* getopt takes options of one value for one option. */
		longs[n].val = LONG_FIRST + (int)n;
		rows[n++] = row;
	}
	opterr = 0;
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == ':')
			opt_usage("%s wants a value", argv[optind - 1]);
		if (c == '?' && optopt != 0 && optopt < LONG_FIRST)
			opt_usage("no option -%c", optopt);
		if (c == '?')
			opt_usage("no option %s", argv[optind - 1]);
		take(o,
		    c >= LONG_FIRST ? rows[c - LONG_FIRST]
				    : by_letter(o->command, c),
		    optarg);
	}
	o->operands = optind;
}

/* --help and --version answer whatever else is wrong, so they come first. */
static void
answer_early(struct opts *o, int argc, char *argv[])
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			help(o->command);
		else if (strcmp(argv[i], "--version") == 0 ||
			 strcmp(argv[i], "-V") == 0)
			take(o, &opt_rows[O_VERSION], "");
}

void
opt_parse(struct opts *o, enum command c, int argc, char *argv[])
{
	size_t i;

	memset(o, 0, sizeof(*o));
	o->command = c;
	/* What we make is nobody else's. */
	(void)umask(077);
	answer_early(o, argc, argv);
	for (i = 0; i < O_TOTAL; i++)
		if (takes(c, &opt_rows[i]))
			set_standard(o, &opt_rows[i]);
		else
			o->v[i].text = "";
	parse_flags(o, argc, argv);
	if (takes(c, &opt_rows[O_LOG_FORMAT]) &&
	    strcmp(opt_str(o, O_LOG_FORMAT), "text") != 0 &&
	    strcmp(opt_str(o, O_LOG_FORMAT), "logfmt") != 0)
		opt_wrong(o, O_LOG_FORMAT, "text or logfmt");
	if (takes(c, &opt_rows[O_LOG_LEVEL]))
		log_setup((enum log_level)opt_num(o, O_LOG_LEVEL),
		    strcmp(opt_str(o, O_LOG_FORMAT), "logfmt") == 0);
	stop_setup();
}

_Noreturn void
opt_wrong(const struct opts *o, enum opt_id id, const char *want)
{
	const struct opt_value *v = &o->v[id];

	opt_usage("%s%s wants %s, not '%s'", v->flag ? "--" : "",
	    v->flag ? opt_rows[id].name : opt_rows[id].variable, want, v->text);
}

const char *
opt_str(const struct opts *o, enum opt_id id)
{
	return o->v[id].text;
}

int64_t
opt_num(const struct opts *o, enum opt_id id)
{
	return o->v[id].num;
}

bool
opt_on(const struct opts *o, enum opt_id id)
{
	return o->v[id].num != 0;
}

bool
opt_given(const struct opts *o, enum opt_id id)
{
	return o->v[id].given;
}

char *
opt_word(const char **rest)
{
	const char *s = *rest + strspn(*rest, ", ");
	size_t n = strcspn(s, ", ");

	*rest = s + n;
	return n != 0 ? xstrndup(s, n) : NULL;
}

bool
opt_is_number(const char *s)
{
	int64_t n;

	return number(s, &n) && n > 0 && *s != '0';
}

bool
opt_number(const char **rest, int64_t *ret)
{
	char *word = opt_word(rest);
	bool r = word != NULL && number(word, ret);

	free(word);
	return r;
}

bool
opt_has_number(const struct opts *o, enum opt_id id, int64_t wanted)
{
	const char *rest = opt_str(o, id);
	int64_t n;

	while (opt_number(&rest, &n))
		if (n == wanted)
			return true;
	return false;
}

bool
opt_lists(const struct opts *o, enum opt_id id, const char *word)
{
	const char *rest = opt_str(o, id);
	char *w;
	bool found = false;

	while (!found && (w = opt_word(&rest)) != NULL) {
		found = word != NULL && strcasecmp(w, word) == 0;
		free(w);
	}
	return found;
}
