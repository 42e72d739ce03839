/* SPDX-License-Identifier: MIT */
#include <stddef.h>
#include <string.h>

#include "embed.h"

/* Made by scripts/embed.awk. */
struct embedded {
	const char *name, *text;
};

#include "embed_files.h"

const char *
embed_text(const char *name)
{
	const struct embedded *e;

	for (e = embed_files; e->name != NULL; e++)
		if (strcmp(e->name, name) == 0)
			return e->text;
	return NULL;
}
