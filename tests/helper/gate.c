/*
 * The gate on commits of any repository, for actions that no command publishes
 * yet.
 *
 *	gate [option...] GIT-DIR ACTION BASE HEAD [OLD-BASE OLD-HEAD]
 *
 * The options are oompa-push's; for "review" the last two are the pull
 * request's own commits, for "conflict" and "rebase" what was rewritten.
 * Exits 0 when it may be published, 6 when not, else 1.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>
#include <string.h>

#include "../../cmd/oompa-push/gate.h"

static enum gate_action
action(const char *s)
{
	static const struct {
		const char *name;
		enum gate_action action;
	} all[] = {{"implement", GATE_IMPLEMENT}, {"review", GATE_REVIEW},
	    {"ci", GATE_CI}, {"conflict", GATE_CONFLICT},
	    {"rebase", GATE_REBASE}};
	size_t i;

	for (i = 0; i + 1 < sizeof(all) / sizeof(*all); i++)
		if (strcmp(s, all[i].name) == 0)
			break;
	return all[i].action;
}

int
main(int argc, char *argv[])
{
	struct known known = {0};
	struct git git = {0};
	struct gate g = {
	    .git = &git, .repo = "acme/widgets", .number = 1, .known = &known};
	struct opts o;
	struct fail why;
	char **arg;
	int r;

	opt_parse(&o, CMD_PUSH, argc, argv);
	arg = argv + o.operands;
	if (argc - o.operands != 4 && argc - o.operands != 6) {
		fputs("usage: see tests/helper/gate.c\n", stderr);
		return 2;
	}
	git.dir = arg[0];
	g.o = &o;
	g.action = action(arg[1]);
	g.base = arg[2];
	g.head = arg[3];
	if (argc - o.operands == 6) {
		g.old_base = g.own_base = arg[4];
		g.old_head = g.own_head = arg[5];
	}
	r = gate_check(&g, &why);
	if (r == -1)
		printf("%s\n", why.msg);
	gate_done(&g);
	return r == 0 ? 0 : why.kind == FAIL_POLICY ? 6 : 1;
}
