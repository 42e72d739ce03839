#ifndef OOMPA_PLAN_H
#define OOMPA_PLAN_H

#include "filter.h"
#include "ledger.h"
#include "opt.h"
#include "trust.h"

/*
 * Deciding.  A pure function of receipts, facts, policy and now: no network,
 * no files, no clock.  What could not be determined is a skip, not a task.
 *
 * item.c has the tables: which rules and which actions there are for each
 * kind of item.  A new action is a file of its own and a line there.
 */

struct plan {
	const struct opts *o;
	enum trust need;   /* --trust */
	int64_t now;       /* seconds */
	int64_t since;     /* --since in seconds, 0 for none */
	int64_t tasks_max; /* in this cycle */
	int64_t tasks;     /* so far, notes not counted */
	int64_t notes;     /* so far */
	int64_t reserved;  /* millionths of a dollar, by those tasks */
	bool used_up;      /* the day's budget kept something from being done */
	struct ledger ledger;
	cJSON *repo; /* the repo record that is in force */
};

/* Why something is not done. */
struct skip {
	const char *code;
	struct buf reason;
	const char *needs; /* what would change it, NULL for nothing */
	int64_t until;     /* seconds, 0 for no time */
	const char *note;  /* people are told once: the note's code, or NULL */
	struct buf text;   /* what they are told; else room for needs */
};

#define SKIP_INIT                                                              \
	{                                                                      \
		.reason = BUF_INIT(2000), .text = BUF_INIT(2000)               \
	}

/* Somebody said a word; at is 0 when nobody did. */
struct said {
	int64_t at;         /* seconds */
	const cJSON *actor; /* lent */
};

/* The last of each, by people who may say it. */
struct words {
	struct said stop, go, retry, status;
};

/* What set a task off. */
struct trigger {
	enum trigger_how {
		TRIGGER_LABEL,    /* the label was set */
		TRIGGER_UNFAILED, /* the failed label was taken off */
		TRIGGER_RETRY,    /* "/oompa retry" */
		TRIGGER_AGAIN,    /* --again */
	} how;
	bool known;         /* when the label was set; else the rest is 0 */
	bool allowed;       /* actor may command */
	int64_t at;         /* seconds */
	int64_t read_at;    /* what the texts were then was agreed to */
	const cJSON *actor; /* lent */
};

/* One issue or pull request while it is looked at. */
struct look {
	struct plan *p;
	const cJSON *rec;
	const char *label; /* that makes it ours to look after */
	int64_t number;
	bool again; /* --again names it */
	char *key;  /* of the item in the ledger */
	struct words words;
	struct trigger trigger;
	char *id;         /* of the task that is thought of, NULL before */
	const char *push; /* a branch of ours without a pull request, lent */
	const char *oid;  /* and the commit it is at */
	int64_t cap;      /* millionths of a dollar, 0: no limit */
	struct skip *skip;
};

/* Fills skip and returns true when it objects. */
typedef bool rule_fn(struct look *, struct skip *);

/* A task, yours; or NULL, and then look->skip says why. */
typedef cJSON *action_fn(struct look *);

/* item.c: a task for the item, yours; or NULL, and then skip is filled. */
cJSON *item_plan(struct plan *, const cJSON *rec, struct skip *);
/* item.c: what a skip says is not done. */
const char *item_action(const cJSON *rec);

/* rules.c: does one of them object?  The list ends with NULL. */
bool rules_object(struct look *, rule_fn *const rules[]);
bool object(struct skip *, const char *code, const char *needs);
bool is(const char *, const char *); /* the same, and neither is NULL */
bool has_label(const struct look *, const char *label);
/* The last event of that kind that concerns label, or NULL. */
const cJSON *
last_event(const struct look *, const char *kind, const char *label);
rule_fn rule_archived, rule_empty, rule_closed, rule_not_selected,
    rule_incomplete, rule_held, rule_stopped, rule_status_edited,
    rule_status_gone;

/* trigger.c */
void trigger_find(struct look *);
rule_fn rule_failed, rule_trigger, rule_before_since, rule_stale;

/* attempt.c: what was tried before.  These need look->id. */
const cJSON *attempt_row(const struct look *, const char *id); /* or NULL */
rule_fn rule_handled, rule_waits, rule_attempts;

/* budget.c: what may be spent.  These are for tasks with a model. */
void budget_money(struct buf *, int64_t millionths); /* "$1.50" */
rule_fn rule_budget_item, rule_circuit, rule_later, rule_budget_day;

/* implement.c */
rule_fn rule_unlabelled;
action_fn implement;

/* pull.c */
rule_fn rule_not_ours, rule_would_land;

/* task.c: a task with what each has. */
cJSON *task_new(const struct look *, const char *id, const char *action,
    const char *reason);
void task_put_trigger(const struct look *, cJSON *task);
void task_put_item(const struct look *, cJSON *task);
void task_put_identity(const struct look *, cJSON *task);
void task_put_limits(const struct look *, cJSON *task, int64_t max_cost);

/* note.c: something that people must read, once: a task, yours; NULL when
 * there is nothing to say, or it is said. */
cJSON *note_plan(struct look *);

/* words.c: what people said with "/oompa". */
void words_find(struct look *);

/* may.c: may this account command?  {"login", "type", "trust"} */
bool may_command(const struct plan *, const cJSON *actor);
/* may.c: may who wrote this text, and who edited it? */
bool may_say(const struct plan *, const cJSON *text);
/* may.c: the same, where the word is to stop us on that item. */
bool may_say_stop(const struct plan *, const cJSON *rec, const cJSON *text);
/* may.c: "maya (admin)" */
void may_name(struct buf *, const cJSON *actor);

/* show.c: the plan for people. */
void show_task(const struct plan *, const cJSON *task);
void show_skip(const cJSON *skip);
void show_end(struct plan *);

#endif
