#ifndef OOMPA_REVIEW_H
#define OOMPA_REVIEW_H

#include "push.h"

/*
 * A round of a review: the answers to what was said about a pull request, and
 * the commit that belongs to some of them.
 */

enum verdict {
	VERDICT_FIXED, /* by the commit */
	VERDICT_DECLINED,
	VERDICT_ANSWERED,
	VERDICT_QUESTION, /* to the person */
};

/* What becomes of an answer. */
enum fate {
	FATE_STALE,   /* its text is not what was answered: it is left out */
	FATE_SETTLED, /* it need not be said any more */
	FATE_WANTED,  /* it is to be published */
	FATE_PLACED,  /* it is in our unsubmitted review, word for word */
	FATE_SAID,    /* it is on GitHub */
};

struct answer {
	const cJSON *rec; /* the record's, lent */
	const char *id;   /* of the text */
	int64_t at;       /* the text as of then, in seconds */
	enum verdict verdict;
	enum fate fate;
	const cJSON *text;   /* as it is on GitHub, NULL: gone */
	const cJSON *thread; /* that it is in, NULL: none */
	bool refused;        /* the thread takes no reply */
	bool tried;          /* we tried to publish it, and had no answer */
	bool resolved;       /* so is its thread, or it cannot be */
	bool asked;          /* so is its author, or that cannot be */
};

struct round {
	struct job *j;
	struct answer *v;
	size_t n;
	int64_t since; /* no answer of ours is older */
	int64_t again; /* older ones of other tasks do not count; 0: all do */
	/* What GitHub says, see look.c. */
	cJSON *data;
	const cJSON *pull;
	cJSON *reviews, *texts, *threads;
	char *review; /* the id of our unsubmitted one, owned; NULL: none */
	cJSON *held;  /* the comments in it, owned; NULL: none */
	bool surplus; /* some of them are not what we say now */
	bool draft;   /* there is one that a person has written in */
	/* What became of it: */
	bool is_pushed;       /* the commit is on GitHub */
	struct fail unpushed; /* else why it is not; FAIL_NONE: no reason */
	bool tried;           /* to publish the whole, and had no answer */
	unsigned looks, tries;
	bool warned; /* of what GitHub refuses, and can be done without */
};

/* look.c: asks what GitHub says of the pull request, of the texts and of their
 * threads. */
int look(struct round *, struct fail *);
void look_done(struct round *);
/* look.c: did we publish an answer to this text, as it was? */
bool look_is_said(const struct round *, const struct answer *);
/* look.c: our unsubmitted review is none any more. */
void look_forget_draft(struct round *);
/* look.c: is this comment of a review that is not submitted? */
bool look_is_unsubmitted(const cJSON *comment);

/* care.c: is the pull request what the record says, and in our care?  0, or 1
 * for no; -1 with FAIL_POLICY: it may not be touched now. */
int care_destination(const struct round *, struct fail *);
int care(struct round *, struct fail *);
/* care.c: may its head be pushed to?  0; 1 for no, with why; -1: unknown. */
int care_may_push(const struct round *, struct fail *);
/* protection.c: is that branch of the repository protected, or may it be?  0
 * for no; 1 with why; -1. */
int protection_look(const struct round *, const char *branch, struct fail *);

/* answer.c: the answers of the record. */
int answer_read(struct round *, struct fail *);
/* answer.c: when a text was written, or last edited. */
bool answer_text_time(const cJSON *text, int64_t *at);
/* answer.c: which of them still fit what they answer. */
int answer_judge(struct round *, struct fail *);
/* answer.c: those that rest on the commit will not be said. */
void answer_without_commit(struct round *);
/* answer.c: how many have this fate, or come behind it. */
size_t answer_count(const struct round *, enum fate from);
/* answer.c: does it rest on the commit? */
bool answer_is_fix(const struct round *, const struct answer *);
/* answer.c: is it said there, and not in the review's own text? */
bool answer_goes_into_thread(const struct round *, const struct answer *);
/* answer.c: are there any that rest on the commit? */
bool answer_needs_commit(const struct round *);
/* answer.c: [{"id", "at", "verdict"}] of what was handled, yours. */
cJSON *answer_handled(const struct round *);
/* answer.c: who wrote what is answered: "li, maya". */
void answer_people(const struct round *, struct buf *);

/* head.c: where the head is; its branch is job.branch of job.head_url. */
enum head {
	HEAD_PLANNED, /* where the work began */
	HEAD_OURS,    /* at our commit, or further */
	HEAD_MOVED,   /* somewhere else: somebody was faster */
	HEAD_GONE,
};
int head_look(struct job *, enum head *ret, struct fail *);
/* head.c: brings what the commit is on top of into push.git, and finds where
 * the pull request began: base is the oid of its base's tip. */
int head_fetch(struct job *, const char *base, struct fail *);

/* say.c: a reply in a thread; and all other answers, with what is said of the
 * whole round. */
void say_reply(const struct round *, const struct answer *, struct buf *);
void say_body(const struct round *, struct buf *);
/* say.c: the address of what was changed, yours. */
char *say_compare(const struct job *);

/* reply.c: publishes what is wanted, and looks before it repeats. */
int reply(struct round *, struct fail *);
/* reply.c: takes back what lies in our unsubmitted review, if there is one. */
void reply_withdraw(struct round *);

/* wrap.c: resolves threads and asks reviewers again, where that may be. */
int wrap_up(struct round *, struct fail *);

/* review.c: GitHub refuses what can be done without: told once. */
void review_warn(struct round *, const struct fail *);

#endif
