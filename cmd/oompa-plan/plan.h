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

/* A text about a pull request that is to be worked on. */
struct text {
	const char *kind;    /* "thread", "review" or "comment" */
	const cJSON *rec;    /* lent */
	const cJSON *thread; /* lent; NULL: it is in none */
	int64_t at;          /* seconds, when it was last edited */
};

/* All of them, and what is none. */
struct texts {
	struct text *v; /* the oldest first */
	size_t n, cap;
	size_t people;         /* of them by no bots */
	int64_t newest;        /* seconds */
	int64_t old;           /* the newest before --since, 0 for none */
	size_t loops;          /* that bots would go on with for ever */
	size_t strangers;      /* texts of people who may not command */
	const cJSON *stranger; /* who wrote the last of these, lent */
};

/* In one task; as many bytes again of what was said before. */
#define TEXTS_MAX   100
#define TEXTS_BYTES ((size_t)512 << 10)

/* One issue or pull request while it is looked at. */
struct look {
	struct plan *p;
	const cJSON *rec;
	const char *label; /* that makes it ours to look after */
	const char *renew; /* what a person does for another attempt */
	int64_t number;
	bool again; /* --again names it */
	char *key;  /* of the item in the ledger */
	struct words words;
	struct trigger trigger;
	int64_t asked_at; /* seconds, when that which is thought of was */
	struct texts texts;
	int64_t round;    /* which attempt at these texts it is, from 1 */
	int64_t round_at; /* seconds, when the last one ended */
	bool may_push;    /* what comes of them may be pushed */
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
rule_fn rule_handled, rule_waits, rule_dropped, rule_attempts;
/* attempt.c: objects as long as it is too early for another attempt, n of them
 * having come to nothing, the last at that time. */
bool back_off(
    const struct look *, struct skip *, int64_t n, int64_t last, const char *);

/* budget.c: what may be spent.  These are for tasks with a model. */
void budget_money(struct buf *, int64_t millionths); /* "$1.50" */
rule_fn rule_budget_item, rule_circuit, rule_later, rule_budget_day;

/* implement.c */
rule_fn rule_unlabelled;
action_fn implement;

/* pull.c */
rule_fn rule_not_ours, rule_would_land;

/* texts.c: what is said about a pull request. */
void texts_find(struct look *);
bool texts_have(const struct texts *, const cJSON *rec);
void texts_add(struct texts *, const struct text *);
void texts_sort(struct texts *);
void texts_done(struct texts *);
/* texts.c: when it was written, or last edited. */
bool text_time(const cJSON *rec, int64_t *at);
bool text_says(const cJSON *rec); /* anything at all */

/* review.c */
action_fn review;

/* feedback.c: the parts of a task that are about texts. */
void feedback_put(const struct look *, cJSON *task);
void feedback_put_pull(const struct look *, cJSON *task);
/* feedback.c: "2 new texts by li (write)" */
void feedback_reason(const struct look *, struct buf *);

/* reactions.c: ends the process, as misuse, when --reactions names others. */
void reactions_check(const struct opts *);
/* reactions.c: is that switched on? */
bool reacts_to(const struct plan *, const char *what);

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
/* may.c: may this account, and this text, say what is to be done about a pull
 * request?  With --reviewers these alone may, bots among them. */
bool may_review(const struct plan *, const cJSON *actor);
bool may_say_review(const struct plan *, const cJSON *text);
/* may.c: the same, where the word is to stop us on that item. */
bool may_say_stop(const struct plan *, const cJSON *rec, const cJSON *text);
/* may.c: "maya (admin)" */
void may_name(struct buf *, const cJSON *actor);

/* show.c: the plan for people. */
void show_task(const struct plan *, const cJSON *task);
void show_skip(const cJSON *skip);
void show_end(struct plan *);

#endif
