/*
 * oompa-triage: gather the evidence for CI tasks.
 *
 * Stands between plan and work.  A task that carries no CI failure is none
 * of its business and goes on byte for byte, like every other record.
 *
 * SPDX-License-Identifier: MIT
 */

#include "filter.h"
#include "opt.h"
#include "schema.h"

int
main(int argc, char *argv[])
{
	static const char *const consumes[] = {NULL};
	static const char *const types[] = {"task", "error", "end", NULL};
	struct filter f = {.name = "oompa-triage", .consumes = consumes};
	struct opts o;

	opt_parse(&o, CMD_TRIAGE, argc, argv);
	if (opt_on(&o, O_SCHEMA))
		return schema_print(stdout, types);
	f.max_record = (size_t)opt_num(&o, O_MAX_RECORD);
	return filter_run(&f, argc - o.operands, argv + o.operands);
}
