#ifndef OOMPA_PUSH_GATE_H
#define OOMPA_PUSH_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "git.h"
#include "known.h"
#include "opt.h"

/*
 * The gate: what may be published.  It judges commits in a repository of ours,
 * and knows nothing of GitHub; who calls it says what is done with them.
 */

enum gate_action {
	GATE_IMPLEMENT = 1,
	GATE_REVIEW = 2,
	GATE_CI = 4,
	GATE_CONFLICT = 8,
	GATE_REBASE = 16,
};

#define GATE_CHANGE  (GATE_IMPLEMENT | GATE_REVIEW | GATE_CI)
#define GATE_REWRITE (GATE_CONFLICT | GATE_REBASE)
#define GATE_ALL     (GATE_CHANGE | GATE_REWRITE)

/* A path that is changed, as git diff-tree --raw has it. */
struct gate_change {
	char *path;
	char old_mode[7], new_mode[7]; /* "000000": it is not there */
	char old_oid[GIT_OID_SIZE], new_oid[GIT_OID_SIZE];
};

struct gate {
	const struct opts *o;
	const struct git *git;
	enum gate_action action;
	const char *repo;
	int64_t number;
	/* What is looked at: the changes from base to head.  For a rewrite,
	 * what the branch was on, and was, as well. */
	const char *base, *head;
	const char *old_base, *old_head;
	/* GATE_REVIEW: the pull request's own files are those that changed
	 * between these. */
	const char *own_base, *own_head;
	const struct known *known;

	/* The gate's own: */
	struct gate_change *list;
	size_t n;
	const char *code; /* of the rule that is looked at */
};

/* 0: it may be published.  FAIL_POLICY: the rule that says no, by its code,
 * and what lets it through. */
int gate_check(struct gate *, struct fail *);
void gate_done(struct gate *);

/* Is code a rule's, and may it be switched off?  NULL: yes; else why not. */
const char *gate_may_allow(const char *code);

/* For the rules: says what is wrong, with the rule's code, and what lets it
 * through; way NULL: --allow-rule. */
int gate_refuse(const struct gate *, struct fail *, const char *way,
    const char *, ...) PRINTF(4, 5);

#define GATE_LINK      "120000"
#define GATE_SUBMODULE "160000"

bool gate_is_mode(const char *mode, const char *want);
bool gate_is_there(const char *mode);

/* rules.c: on each changed path, and on all of them. */
int
rule_protected(const struct gate *, const struct gate_change *, struct fail *);
int
rule_submodule(const struct gate *, const struct gate_change *, struct fail *);
int
rule_symlink(const struct gate *, const struct gate_change *, struct fail *);
int rule_name(const struct gate *, const struct gate_change *, struct fail *);
int rule_size(const struct gate *, struct fail *);
int rule_outside(const struct gate *, struct fail *);

/* tests.c: what makes a red check green without a repair. */
int rule_tests(const struct gate *, const struct gate_change *, struct fail *);
int rule_lint(const struct gate *, const struct gate_change *, struct fail *);
int rule_skips_line(const struct gate *, const struct gate_change *,
    const char *text, size_t len, struct fail *);
int rule_lint_line(const struct gate *, const struct gate_change *,
    const char *text, size_t len, struct fail *);

/* commit.c: on the commits themselves. */
int rule_message(const struct gate *, struct fail *);

/* leak.c: secrets, in commits, names of files, lines that are added. */
int leak_commits(const struct gate *, struct fail *);
int leak_path(const struct gate *, const struct gate_change *, struct fail *);
int leak_line(const struct gate *, const struct gate_change *, const char *text,
    size_t len, struct fail *);
/* In any text; what names it. */
int leak_text(const struct opts *, const struct known *, const char *what,
    const char *text, size_t len, struct fail *);
/* In one that we publish, as it is and as people read it. */
int leak_shown(const struct opts *, const struct known *, const char *what,
    const char *text, struct fail *);

/* rewrite.c: a rewrite brings the same changes. */
int rule_rewrite(const struct gate *, struct fail *);

/*
 * added.c: gives each rule the lines that are added, file by file, in pieces
 * that overlap; memory does not grow with the change.
 */
typedef int gate_added_fn(const struct gate *, const struct gate_change *,
    const char *text, size_t len, struct fail *);
int added_each(const struct gate *, gate_added_fn *, struct fail *);

#endif
