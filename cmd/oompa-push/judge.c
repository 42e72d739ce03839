/*
 * What the gate is asked about a result: its commit, and its texts.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "push.h"

/* Whatever of ours could have found its way into a result. */
static void
know_secrets(struct known *s, const struct job *j)
{
	static const char *const names[] = {"GH_TOKEN", "GITHUB_TOKEN",
	    "GITHUB_READ_TOKEN", "GH_ENTERPRISE_TOKEN",
	    "GITHUB_ENTERPRISE_TOKEN", "GITHUB_APP_PRIVATE_KEY",
	    "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN",
	    "CLAUDE_CODE_OAUTH_TOKEN"};
	size_t i;

	known_add(s, j->push->gh.token);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		known_add(s, getenv(names[i]));
}

int
judge_commit(struct job *j, struct fail *why)
{
	struct known known = {0};
	struct gate g = {.o = j->push->o,
	    .git = &j->git,
	    .action = GATE_IMPLEMENT,
	    .repo = j->repo,
	    .number = j->number,
	    .base = j->parent,
	    .head = j->head,
	    .own_base = j->own_base != NULL ? j->own_base : j->base_oid,
	    .own_head = j->parent,
	    .known = &known};
	int r;

	if (job_is_review(j))
		g.action = GATE_REVIEW;
	know_secrets(&known, j);
	r = gate_check(&g, why);
	if (r == -1 && why->kind == FAIL_POLICY)
		(void)fail_wrap(why, "refused");
	gate_done(&g);
	known_done(&known);
	return r;
}

/* Each string of the record, however deep; what names the outermost. */
static int
look(const struct job *j, const struct known *known, const char *what,
    const cJSON *value, struct fail *why)
{
	const char *s = json_text(value);
	const cJSON *item;
	int r = 0;

	if (s != NULL)
		return leak_shown(j->push->o, known, what, s, why);
	JSON_EACH (item, value)
		if (r == 0)
			r = look(j, known,
			    what != NULL ? what : json_name(item), item, why);
	return r;
}

int
judge_texts(const struct job *j, struct fail *why)
{
	struct known known = {0};
	int r;

	know_secrets(&known, j);
	r = look(j, &known, NULL, j->rec, why);
	if (r == -1)
		(void)fail_wrap(why, "refused");
	known_done(&known);
	return r;
}
