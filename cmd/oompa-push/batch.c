/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "push.h"

/* The closed set of what is written so; input is its type in GitHub's schema,
 * and answer what we want to know of what it did. */
static const struct mutation {
	const char *name, *input, *answer;
} mutations[] = {
    {"addComment", "AddCommentInput", "commentEdge { node { id url } }"},
    {"updateIssueComment", "UpdateIssueCommentInput",
	"issueComment { id url }"},
    {"deleteIssueComment", "DeleteIssueCommentInput", "clientMutationId"},
    {"addReaction", "AddReactionInput", "clientMutationId"},
    {"createLabel", "CreateLabelInput", "label { id }"},
    {"addLabelsToLabelable", "AddLabelsToLabelableInput", "clientMutationId"},
    {"removeLabelsFromLabelable", "RemoveLabelsFromLabelableInput",
	"clientMutationId"},
    {"addAssigneesToAssignable", "AddAssigneesToAssignableInput",
	"assignable { assignees(first: 20) { nodes { __typename login } } }"},
    {"removeAssigneesFromAssignable", "RemoveAssigneesFromAssignableInput",
	"clientMutationId"},
    {"addPullRequestReview", "AddPullRequestReviewInput",
	"pullRequestReview { id url }"},
    {"addPullRequestReviewThreadReply", "AddPullRequestReviewThreadReplyInput",
	"comment { id url }"},
    {"submitPullRequestReview", "SubmitPullRequestReviewInput",
	"pullRequestReview { id url }"},
    {"deletePullRequestReview", "DeletePullRequestReviewInput",
	"clientMutationId"},
    {"requestReviews", "RequestReviewsInput", "clientMutationId"},
    {"resolveReviewThread", "ResolveReviewThreadInput", "thread { id }"},
};

static const struct mutation *
find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(mutations) / sizeof(mutations[0]); i++)
		if (strcmp(mutations[i].name, name) == 0)
			return &mutations[i];
	abort();
}

void
batch_add(struct batch *b, int tag, const char *mutation, cJSON *given)
{
	if (b->n == BATCH_MAX) {
		cJSON_Delete(given);
		return;
	}
	b->w[b->n++] = (struct batch_write){.mutation = find(mutation),
	    .name = mutation,
	    .tag = tag,
	    .input = given};
}

/* mutation Batch($i0: AddCommentInput!) { w0: addComment(input: $i0) {...} } */
static void
put_text(struct buf *text, const struct batch *b)
{
	size_t i;

	buf_puts(text, "mutation Batch(");
	for (i = 0; i < b->n; i++)
		buf_printf(text, "$i%zu: %s! ", i, b->w[i].mutation->input);
	buf_puts(text, ") {");
	for (i = 0; i < b->n; i++)
		buf_printf(text, " w%zu: %s(input: $i%zu) { %s }", i,
		    b->w[i].mutation->name, i, b->w[i].mutation->answer);
	buf_puts(text, " }");
}

static cJSON *
variables(const struct batch *b)
{
	cJSON *vars = json_new_object();
	char name[24];
	size_t i;

	for (i = 0; i < b->n; i++) {
		(void)snprintf(name, sizeof(name), "i%zu", i);
		json_put_copy(vars, name, b->w[i].input);
	}
	return vars;
}

/* The error that names this write, else one that names none. */
static const cJSON *
error_of(const cJSON *errors, const char *alias)
{
	const cJSON *e, *general = NULL;
	const char *first;

	JSON_EACH (e, errors) {
		first = json_text(json_first(json_get(e, "path")));
		if (first != NULL && strcmp(first, alias) == 0)
			return e;
		if (first == NULL && general == NULL)
			general = e;
	}
	return general;
}

/* What became of one write: 1 unless it happened. */
static int
judge(struct batch_write *w, const char *alias, const cJSON *data,
    const cJSON *errors)
{
	const cJSON *answer = json_get(data, alias);
	const cJSON *error = error_of(errors, alias);

	if (json_is_object(answer)) {
		w->end = BATCH_HAPPENED;
		w->answer = json_copy(answer);
		return 0;
	}
	if (error != NULL)
		(void)github_error(w->mutation->name, error, &w->why);
	else
		(void)fail(&w->why, FAIL_REMOTE, 502, "%s: no answer",
		    w->mutation->name);
	w->end = publish_unsure(&w->why) ? BATCH_UNSURE : BATCH_REFUSED;
	return 1;
}

int
batch_send(struct batch *b, struct github *g, struct fail *why)
{
	struct buf text = BUF_INIT(BUF_ANY);
	cJSON *vars = variables(b), *data = NULL, *errors = NULL;
	struct github_question ask = {.what = "GraphQL Batch", .vars = vars};
	char alias[24];
	size_t i;
	int r;

	put_text(&text, b);
	ask.text = text.data;
	r = github_ask(g, &ask, &data, &errors, why);
	for (i = 0; i < b->n; i++) {
		(void)snprintf(alias, sizeof(alias), "w%zu", i);
		if (r == -1)
			b->w[i].why = *why;
		else if (judge(&b->w[i], alias, data, errors) == 1)
			r = 1;
	}
	cJSON_Delete(errors);
	cJSON_Delete(data);
	cJSON_Delete(vars);
	buf_free(&text);
	return r;
}

void
batch_pretend(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		b->w[i].end = BATCH_HAPPENED;
}

void
batch_done(struct batch *b)
{
	size_t i;

	for (i = 0; i < b->n; i++) {
		cJSON_Delete(b->w[i].input);
		cJSON_Delete(b->w[i].answer);
	}
	b->n = 0;
}
