/*
 * Standard input without what its readers did not see; how much that was, on
 * standard error.  -l: it is a line.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>

#include "sanitise.h"

int
main(int argc, char *argv[])
{
	struct buf in = BUF_INIT(BUF_ANY), out = BUF_INIT(BUF_ANY);
	char chunk[65536];
	size_t n, hidden;

	(void)argv;
	while ((n = fread(chunk, 1, sizeof(chunk), stdin)) != 0)
		buf_add(&in, chunk, n);
	hidden = argc > 1 ? sanitise_line(&out, in.data, in.len)
			  : sanitise_text(&out, in.data, in.len);
	(void)fwrite(out.data, 1, out.len, stdout);
	(void)fprintf(stderr, "%zu\n", hidden);
	buf_free(&in);
	buf_free(&out);
	return 0;
}
