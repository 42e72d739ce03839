#ifndef OOMPA_OPT_H
#define OOMPA_OPT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Options, from the table in options.def: one parser for all commands.
 */

enum command {
#define COMMAND(id, name, synopsis, purpose, example) CMD_##id,
#include "commands.def"
#undef COMMAND
	CMD_COUNT
};

#define IN_OOMPA  (1U << CMD_OOMPA)
#define IN_FETCH  (1U << CMD_FETCH)
#define IN_PLAN   (1U << CMD_PLAN)
#define IN_TRIAGE (1U << CMD_TRIAGE)
#define IN_WORK   (1U << CMD_WORK)
#define IN_PUSH   (1U << CMD_PUSH)
#define IN_TOKEN  (1U << CMD_TOKEN)
#define IN_STAGES (IN_FETCH | IN_PLAN | IN_TRIAGE | IN_WORK | IN_PUSH)
#define IN_ALL    ((1U << CMD_COUNT) - 1)

enum opt_kind {
	OPT_FLAG,
	OPT_STRING,
	OPT_REPO,     /* "owner/repo" */
	OPT_COUNT,    /* a whole number, 0 upwards */
	OPT_DURATION, /* in seconds */
	OPT_MONEY,    /* in millionths of a dollar */
	OPT_LEVEL,    /* an enum log_level */
	OPT_SWITCH,   /* 1 for on, 0 for off */
	OPT_LIST,     /* words separated by commas */
	OPT_NUMBERS,  /* whole numbers from 1, separated by commas */
	OPT_TIME,     /* seconds since 1970; "now" is when we were started */
};

enum opt_id {
#define OPTION(id, ...) O_##id,
#include "options.def"
#undef OPTION
	O_TOTAL
};

struct opt_row {
	enum opt_id id;
	const char *name;     /* long form, without its dashes */
	char letter;          /* 0 for none */
	const char *variable; /* "" for none */
	enum opt_kind kind;
	const char *arg;      /* what to call the value */
	const char *standard; /* the default as text, "" for none */
	unsigned commands;    /* IN_... */
	const char *help;
};

struct command_row {
	const char *name, *synopsis, *purpose, *example;
};

extern const struct opt_row opt_rows[O_TOTAL];
extern const struct command_row opt_commands[CMD_COUNT];

/* What was given, or the default.  text is never NULL; "" means none. */
struct opt_value {
	const char *text;
	int64_t num; /* of kinds that are numbers */
	bool given;  /* by flag or variable */
	bool flag;   /* by flag */
};

struct opts {
	enum command command;
	struct opt_value v[O_TOTAL];
	int operands; /* the index in argv of the first operand */
};

/*
 * Parses flags and variables, sets up log and signals, and answers --help,
 * --version on stdout with exit 0.  Misuse prints one line and exits 2.
 */
void opt_parse(struct opts *, enum command, int argc, char *argv[]);

const char *opt_str(const struct opts *, enum opt_id); /* "" for none */
int64_t opt_num(const struct opts *, enum opt_id);
bool opt_on(const struct opts *, enum opt_id);
bool opt_given(const struct opts *, enum opt_id);

/* Is word one of the list's words?  Without regard to ASCII case, as logins
 * are compared. */
bool opt_lists(const struct opts *, enum opt_id, const char *word);

/* Is it one of the numbers? */
bool opt_has_number(const struct opts *, enum opt_id, int64_t);

/* Is it a whole number from 1 that we can take? */
bool opt_is_number(const char *);

/* The next number; false at the end.  *rest starts as opt_str(). */
bool opt_number(const char **rest, int64_t *ret);

/* The next word of a list: NULL at its end; *rest starts as opt_str(). Yours
 * to free. */
char *opt_word(const char **rest);

/* The same as opt_usage for a value that is not what it wants. */
_Noreturn void opt_wrong(const struct opts *, enum opt_id, const char *want);

/* Prints what --help says. */
void opt_help(enum command);

/* One line naming the program, and exit 2. */
_Noreturn void
opt_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
