/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "refusal.h"

/*
 * The texts are GitHub's own: of its API (docs.github.com, "Troubleshooting
 * the REST API"), and of its hooks, as git shows them.  The first that occurs
 * decides.
 */
static const struct {
	const char *text, *means;
} known[] = {
    {"cannot contain secrets", "GitHub sees a secret in it"},
    {"GH013", "a ruleset refuses the push"},
    {"Repository rule violations", "a ruleset refuses the push"},
    {"GH006", "the branch is protected"},
    {"Protected branch", "the branch is protected"},
    {"exists; cannot create", "another branch's name stands in the way"},
    {"without `workflow", "the token lacks the permission for workflows"},
    {"archived", "the repository is archived"},
    {"Issues has been disabled", "issues are switched off"},
    {"Issues are disabled", "issues are switched off"},
    {"has disabled issues", "issues are switched off"},
    {"SAML", "the token is not authorized for the organization (SSO)"},
    {"User is blocked", "the account is blocked"},
    {"been blocked", "the account is blocked"},
    {"accessible by personal access token", "the token lacks a permission"},
    {"accessible by integration", "the App lacks a permission"},
    {"granted the required scopes", "the token lacks a scope"},
    {"correct permissions to execute", "the account may not do this"},
    {"Must have push access", "the account may not do this"},
    {"Must have admin rights", "the account may not do this"},
    {"Permission to ", "the account or its token may not push"},
    {"Draft pull requests are not supported",
	"the repository takes no drafts; leave out --draft"},
};

const char *
refusal_means(const char *said)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strstr(said, known[i].text) != NULL)
			return known[i].means;
	return NULL;
}

bool
refusal_is_limit(const char *said)
{
	return strstr(said, "secondary rate limit") != NULL ||
	       strstr(said, "rate limit exceeded") != NULL ||
	       strstr(said, "rate limit already exceeded") != NULL ||
	       strstr(said, "was submitted too quickly") != NULL;
}
