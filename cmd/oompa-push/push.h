#ifndef OOMPA_PUSH_H
#define OOMPA_PUSH_H

#include "filter.h"
#include "git.h"
#include "github.h"
#include "json.h"
#include "marker.h"
#include "opt.h"
#include "trust.h"

#define NAME "oompa-push"

#define MACHINE_SIZE 17 /* bytes: 16 hex digits and a NUL */

/* The run. */
struct push {
	const struct opts *o;
	struct github gh;
	enum trust need; /* --trust */
	bool dry_run;
	bool over; /* credentials or set-up failed: nothing more is tried */
};

/* What GitHub says now, see recheck.c. */
struct now {
	cJSON *data;     /* owns what the others borrow */
	cJSON *comments; /* all of the item's, owned */
	const char *viewer, *viewer_id;
	const char *repo_id;
	bool is_bot; /* the viewer is an App: it cannot be assigned */
	const char *default_branch, *default_oid;
	const cJSON *item;   /* the issue or pull request, NULL: none */
	bool is_issue;       /* it is an issue */
	bool failed;         /* it has LABEL_FAILED */
	char *label_id;      /* of LABEL_FAILED, owned; NULL: there is none */
	cJSON *refs;         /* those of our issue and some more, owned */
	const cJSON *status; /* our status comment, NULL: there is none */
	cJSON *state;        /* what we remember, owned; NULL: nothing */
	cJSON *people;       /* trust by login, as far as asked, owned */
	/* Who edited our status comment, so that it is not ours; NULL: nobody
	 * did. */
	const char *edited;
};

/* What a note is about.  It needs no model, and touches no branch. */
enum note {
	NOTE_NONE, /* the result is no note */
	NOTE_GAVE_UP,
	NOTE_BUDGET,
	NOTE_STATUS, /* an answer to a person */
};

/* What a comment of ours is for. */
enum comment {
	COMMENT_STATUS, /* the one that is edited, see status.c */
	COMMENT_NOTICE, /* of one task, once */
};

/* What shall be so on the item.  writes.c makes it so. */
enum wish { LEAVE, ON, OFF };

struct claim {
	int64_t at, until; /* seconds */
	int64_t attempt;   /* the first is 1 */
};

struct want {
	enum wish failed;   /* LABEL_FAILED is set */
	enum wish assigned; /* to us */
	bool eyes;          /* on the item, and on the texts of the task */
	/* A notice, unless this task made one; NULL: none. */
	const char *heading, *said;
	/* The row of this task in the status comment; NULL: none. */
	const char *outcome, *note;
	const char *reason,
	    *url;           /* of it; NULL: the trigger, the pull request */
	const cJSON *texts; /* of a review that were handled; NULL: none */
	const struct claim *claim; /* is taken; NULL: none is */
	bool release;              /* our claim on this task ends */
};

/* One result, or a task to be claimed, on its way.  The strings are the
 * record's, checked in shape by job_open() and in meaning by recheck.c. */
struct job {
	struct push *push;
	struct filter_out *out;
	const cJSON *rec;
	char item[RECORD_ITEM_MAX];
	const char *repo, *id, *action, *outcome, *retry, *reason;
	const char *branch, *head, *base_ref, *base_oid;
	const char *parent; /* that head is on top of */
	/* Of a review: where its pull request began, owned; NULL: not known. */
	char *own_base;
	const char *label; /* of the trigger; NULL: a note without one */
	enum note note;
	const char *fork; /* where our branches are; NULL: in repo */
	int64_t number;
	int64_t cost; /* millionths of a dollar */
	int64_t made_at;
	char *place; /* <clone-dir>/owner/name */
	char who[MACHINE_SIZE];
	int lock;       /* on it, -1: none */
	struct git git; /* push.git */
	char *git_dir, *borrow;
	char *url;      /* of the repository */
	char *head_url; /* of where our branches are */
	struct now now;
	/* What became of it: */
	char *to;       /* the branch that has our commit */
	char *pull_url; /* NULL: none */
	int64_t pull;   /* its number */
};

/* job.c: FAIL_INPUT for a record of a wrong shape; FAIL_POLICY for one that
 * names what it may not name.  job_read looks at the record only, job_open
 * opens push.git as well, and keeps others away from it until job_done. */
int job_read(struct job *, struct push *, const cJSON *rec, struct filter_out *,
    struct fail *);
int job_open(struct job *, struct push *, const cJSON *rec, struct filter_out *,
    struct fail *);
void job_done(struct job *);
/* job.c: forgets what GitHub said. */
void job_forget(struct job *);
/* job.c: K of "ai/issue-N-K" (1 of "ai/issue-N"); 0 for any other name. */
int64_t job_attempt(const struct job *, const char *branch);
/* job.c: is it the id of this task?  What stands before "#" does not count:
 * repositories are renamed. */
bool job_is_task(const struct job *, const char *id);
/* job.c: variables of a query, the two halves of "owner/name". */
void job_put_repo(
    cJSON *vars, const char *owner_key, const char *name_key, const char *repo);
/* job.c: is it a round of a review? */
bool job_is_review(const struct job *);

/* job.c: brings a ref from url into push.git. */
int
job_fetch(const struct job *, const char *url, const char *spec, struct fail *);

/*
 * recheck.c: asks GitHub anew, by way of recheck.graphql.  recheck_trigger
 * gives 0 to go on and 1 when the result is no longer wanted, for the reason
 * in why.
 */
int recheck(struct job *, struct fail *);
int recheck_destination(const struct job *, struct fail *);
int recheck_trigger(struct job *, struct fail *);
bool recheck_has_label(const struct job *, const char *label);
bool recheck_assigned(const struct job *);
/* When the label was set last; false when that is not to be seen. */
bool recheck_label_at(const struct job *, const char *label, int64_t *ret);
/* The login of who set the label last, NULL when that is not to be seen. */
const char *recheck_labeller(const struct job *);

/* May who set the label still command?  0; 1 for no, with why; -1: unknown. */
int recheck_judge_labeller(struct job *, const char *label, struct fail *);

/* May the account command: 1, 0 or -1?  GitHub is asked only when neither its
 * name nor --trust decides; *have is then what it says, TRUST_UNKNOWN of one
 * that it does not know, else TRUST_UNKNOWN.  FAIL_LIMIT when it does not say.
 */
int recheck_commands(
    struct job *, const cJSON *actor, enum trust *have, struct fail *);

/* Is the item open? */
bool recheck_open(const struct job *);
bool recheck_is_viewer(const struct job *, const cJSON *actor);
/* Did we, or a former account of ours (--aka), write this? */
bool recheck_author(const struct job *, const cJSON *node);
/* Is it the viewer, or a former account of ours? */
bool recheck_is_us(const struct job *, const cJSON *actor);

/*
 * comment.c: the item's conversation.  comment_read finds our status comment
 * and what we remember, too; comment_find is the status comment, or the
 * notice of this task, or NULL; comment_surplus is a status comment that this
 * machine made when another one was as fast, or NULL.
 */
int comment_read(struct job *, struct fail *);
const cJSON *comment_find(const struct job *, enum comment);
/* comment.c: did we write it, and nobody else change it since? */
bool comment_is_ours(const struct job *, const cJSON *comment);
const cJSON *comment_surplus(const struct job *);

/*
 * writes.c: makes it so with as few writes as may be, each with its receipt
 * when it happened: the writes are those that what GitHub says now asks for.
 * After a failure that may have had an effect, or had some, GitHub is asked
 * again and what is still missing is written, a few times.
 */
int writes(struct job *, const struct want *, struct fail *);

/*
 * claim.c: who works on what.  The status comment says it; of several such
 * comments the oldest counts, so that making it is a compare and swap.  Where
 * it is there already, the last edit counts, read one --write-interval later.
 */
/* Claims a task: FILTER_PASS when it is ours to do, 0 when not (a skip record
 * says why). */
int claim_task(struct job *, struct fail *);
/* What the state claims, unless that has expired; or NULL. */
const cJSON *claim_live(const struct job *);
/* Is it a claim of this machine on this task? */
bool claim_is_ours(const struct job *, const cJSON *claim);
/* Did somebody else take the task from us?  Who asks looks at the item first:
 * then why says so. */
bool claim_lost(const struct job *, struct fail *why);
/* 0, or FAIL_POLICY when the status comment of our claim is gone. */
int claim_look(struct job *, struct fail *);
/* The name of a file of this machine that says when it handed the task on, as
 * far as it knows; yours to free. */
char *claim_file(const struct job *);
bool claim_handed_on(const struct job *);

/* machine.c: the random name of this machine, kept below dir and made when it
 * is missing. */
int machine_id(const char *dir, char ret[MACHINE_SIZE], struct fail *);

/* words.c: 0, or FAIL_POLICY when "/oompa stop" is in force. */
int words_stop(struct job *, struct fail *);
/* words.c: did somebody who may command say since then that we shall go on?  1,
 * 0 or -1. */
int words_go_on(struct job *, int64_t since, struct fail *);
/* words.c: did somebody who may command ask for the status at that time?  1,
 * 0 or -1. */
int words_asked(struct job *, int64_t at, struct fail *);

/* change.c: brings the commit into push.git and looks what it is.  FAIL_INPUT:
 * the bundle is broken; FAIL_POLICY: the commit is not what it may be. */
int change_take(struct job *, struct fail *);
/* change.c: the same for a look, in the repository that job.git names: GitHub
 * is not asked, so that nothing is known of the base but its name. */
int change_look(struct job *, struct fail *);

/* judge.c: the gate on the commit, and on all the texts of the record;
 * FAIL_POLICY names the rule that is broken. */
int judge_commit(struct job *, struct fail *);
int judge_texts(const struct job *, struct fail *);

/* branch.c: 1 and job.to when a branch of GitHub has our commit already, else
 * 0.  branch_look compares heads only, branch_find ancestry too (the commit
 * is in push.git). */
int branch_look(struct job *);
int branch_find(struct job *, struct fail *);
/* branch.c: pushes the commit to the first free name. */
int branch_push(struct job *, struct fail *);
/* branch.c: pushes it onto the branch that is there, which must be at its
 * parent. */
int branch_push_onto(struct job *, struct fail *);

/* pull.c: its title and body. */
void pull_texts(const struct job *, struct buf *title, struct buf *body);
/* pull.c: finds or opens the pull request of job.to. */
int pull_open(struct job *, struct fail *);

/* template.c: the template for pull requests that the base has, without what
 * is not seen; yours.  NULL: none. */
char *template_read(const struct job *);

/* status.c: the row of this task, or NULL. */
const cJSON *status_row(const struct job *);
/* status.c: the status comment as it shall be, into b; false when there is
 * nothing to change. */
bool status_text(const struct job *, const struct want *, struct buf *b);

/* handled.c: the texts of a review that were handled, old ones and those that
 * are added, into the state. */
void handled_put(cJSON *state, const cJSON *old, const cJSON *added);

/* publish.c: one result from the first look to the last receipt. */
int publish(struct job *, struct fail *);
/* publish.c: is the item open?  0, or 1 when not, for the reason in why. */
int publish_look(struct job *, struct fail *);
/* publish.c: what people are told of a result without a commit. */
const char *publish_explanation(const struct job *);
/* publish.c: may a write that failed so have happened all the same? */
bool publish_unsure(const struct fail *);

/* review.c: the same for a round of a review. */
int review_publish(struct job *, struct fail *);
/* note.c: the same for a note. */
int note_publish(struct job *, struct fail *);

/*
 * end.c: the ends that a result can come to.  Nobody is told of one that is
 * stale, old (1: it was) or dropped by hand; of one that has failed or is
 * refused people are told why, and of one that is settled they have been.
 */
int
end_settle(struct job *, const char *outcome, const char *said, struct fail *);
int end_stale(struct job *, const struct fail *because, struct fail *);
int end_old(struct job *, struct fail *);
int end_drop(struct job *, struct fail *);
int end_failed(struct job *, const char *outcome, const char *heading,
    const char *reason, struct fail *);
/* end.c: why says what was refused. */
int end_refused(struct job *, struct fail *why);
/* end.c: what was refused, without that word before it. */
const char *end_said(const struct fail *why);
/* end.c: our claim, if there is one, ends, and nobody is told. */
int end_release(struct job *, struct fail *);
/* end.c: what people are to be told of an end; said is one line of at most
 * END_LINE_MAX bytes. */
#define END_LINE_MAX 300
void end_tell(const struct job *, struct want *, const char *outcome,
    const char *heading, const char *said);

/* show.c: a result for people: what would be published.  GitHub is not asked,
 * and nothing is written but a temporary repository, which goes again. */
int show_result(struct job *, struct fail *);
/* list.c: a line for each result of the outbox, or for those that are named by
 * id or number.  Returns the exit status. */
int list_outbox(struct push *, int argc, char *argv[]);
/* text.c: "5 min", of so many seconds. */
void text_age(struct buf *, int64_t seconds);
/* text.c: what is foreign, for a terminal: lines and tabs stay, each line
 * after the indent. */
void text_shown(struct buf *, const char *, size_t len, const char *indent);

/* receipt.c: a receipt of this result; receipt_put writes it. */
cJSON *receipt_new(const struct job *, const char *op);
int receipt_put(struct job *, const char *op, const char *key,
    const char *value, struct fail *);
int receipt_spend(struct job *, struct fail *);
/* receipt.c: a skip record: it was not done, and why; until may be NULL. */
int receipt_skip(struct job *, const char *code, const char *reason,
    const char *until, struct fail *);

/* text.c: texts for people.  text_line makes one line of at most max bytes;
 * text_cell makes that fit for a table, where it can be nothing but text. */
void text_line(struct buf *, const char *, size_t max);
void text_cell(struct buf *, const char *);
/* text.c: the title and the body of a pull request, the body with what must
 * stand at its end. */
void text_title(struct buf *, const struct job *);
void text_body(struct buf *, const struct job *);
/* text.c: what the model wrote, of at most max bytes. */
void text_block(struct buf *, const struct job *, const char *, size_t max);
void text_money(struct buf *, int64_t millionths);
void text_seconds(struct buf *, int64_t seconds);

#endif
