/*
 * What is done about pull requests, with --reactions.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdlib.h>

#include "plan.h"

static bool
is_reaction(const char *word)
{
	return is(word, "reviews") || is(word, "ci") || is(word, "conflicts") ||
	       is(word, "rebase");
}

void
reactions_check(const struct opts *o)
{
	const char *rest = opt_str(o, O_REACTIONS);
	size_t n = 0, known = 0;
	bool none = false;
	char *word;

	for (; (word = opt_word(&rest)) != NULL; n++) {
		none = none || is(word, "none");
		known += is_reaction(word);
		free(word);
	}
	if (!(n == 1 && none) && (n == 0 || known != n))
		opt_wrong(o, O_REACTIONS,
		    "reviews, ci, conflicts and rebase, or none");
}

bool
reacts_to(const struct plan *p, const char *what)
{
	return opt_lists(p->o, O_REACTIONS, what);
}
