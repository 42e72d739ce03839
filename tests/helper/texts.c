/*
 * Functions of lib/ on texts, on the command line; the text is on stdin.
 *
 *	texts known VALUE...		does it hold one of these values?
 *	texts secret [ALLOWED]		what secret of a known form it holds
 *	texts markdown|cell|plain [TEMPLATE]
 *		the text made neutral, for acme/widgets#1 on github.com; links
 *		may lead to docs.example.org, too
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "known.h"
#include "markdown.h"
#include "secret.h"

static void
read_text(struct buf *b)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) > 0)
		buf_add(b, chunk, (size_t)n);
}

static void
known(const struct buf *text, char *values[])
{
	struct known s = {0};

	for (; *values != NULL; values++)
		known_add(&s, *values);
	puts(known_in(&s, text->data, text->len) ? "yes" : "no");
	known_done(&s);
}

static void
secret(const struct buf *text, const char *allowed)
{
	struct secret s;

	if (secret_find(text->data, text->len, allowed, &s))
		printf("%s %s\n", s.what, s.print);
	else
		puts("none");
}

static void
neutral(const char *how, const char *text, const char *template)
{
	struct neutral n = {.home = {.repo = "acme/widgets",
				.number = 1,
				.server = "github.com",
				.hosts = "docs.example.org"},
	    .verbatim = template,
	    .max = 2000};
	struct buf b = BUF_INIT(BUF_ANY);

	if (strcmp(how, "markdown") == 0)
		(void)markdown_put(&b, &n, text);
	else if (strcmp(how, "cell") == 0)
		neutral_cell(&b, &n, text);
	else
		neutral_plain(&b, &n, text);
	(void)fwrite(b.data, 1, b.len, stdout);
	buf_free(&b);
}

int
main(int argc, char *argv[])
{
	struct buf text = BUF_INIT(BUF_ANY);
	const char *what = argc > 1 ? argv[1] : "";

	read_text(&text);
	if (strcmp(what, "known") == 0)
		known(&text, argv + 2);
	else if (strcmp(what, "secret") == 0)
		secret(&text, argc > 2 ? argv[2] : "");
	else if (strcmp(what, "markdown") == 0 || strcmp(what, "cell") == 0 ||
		 strcmp(what, "plain") == 0)
		neutral(what, text.data, argc > 2 ? argv[2] : NULL);
	else {
		fputs("usage: see tests/helper/texts.c\n", stderr);
		return 2;
	}
	buf_free(&text);
	return 0;
}
