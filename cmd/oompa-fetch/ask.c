/*
 * Questions: a document, and those of the fragments it needs.
 *
 * GitHub refuses a document with a fragment that nothing uses, and the
 * documents share most of theirs; so each is put together when it is asked.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "fetch.h"
#include "xalloc.h"

#define NAME_CHARS                                                             \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

cJSON *
ask_vars(const char *slug)
{
	const char *slash = strchr(slug, '/');
	char *owner = xstrndup(slug, (size_t)(slash - slug));
	cJSON *vars = json_new_object();

	json_put_str(vars, "owner", owner);
	json_put_str(vars, "name", slash + 1);
	free(owner);
	return vars;
}

/* The text of a fragment in all of them, and its length.  To name one that is
 * not there is a bug. */
static const char *
fragment(const char *all, const char *name, size_t *len)
{
	char *head = xasprintf("fragment %s on ", name);
	const char *begin = strstr(all, head), *p;
	int depth = 0;

	free(head);
	if (begin == NULL)
		abort();
	for (p = begin; depth != 0 || *p != '}'; p++) {
		if (*p == '\0')
			abort();
		if (*p == '{')
			depth++;
		else if (*p == '}' && --depth == 0)
			break;
	}
	*len = (size_t)(p - begin) + 1;
	return begin;
}

/* Adds the fragments that text spreads, and those that they spread. */
static void
add_fragments(struct buf *doc, const char *text, size_t len, cJSON *done)
{
	const char *all = embed_text("queries/fragments.graphql"), *p = text;
	const char *found;
	size_t n, found_len;
	char *name;

	while ((p = memmem(p, len - (size_t)(p - text), "...", 3)) != NULL) {
		p += 3;
		n = strspn(p, NAME_CHARS);
		/* "... on Type" has a blank there. */
		if (n == 0)
			continue;
		name = xstrndup(p, n);
		if (!json_has_str(done, name)) {
			json_add_str(done, name);
			found = fragment(all, name, &found_len);
			buf_add(doc, found, found_len);
			buf_putc(doc, '\n');
			add_fragments(doc, found, found_len, done);
		}
		free(name);
	}
}

int
ask(struct fetch *f, struct github_question q, cJSON **data, cJSON **errors,
    struct fail *why)
{
	struct buf doc = BUF_INIT(BUF_ANY);
	cJSON *done = json_new_array();
	char *path = xasprintf("queries/%s.graphql", q.what);
	char *what = xasprintf("GraphQL %s", q.what);
	int r;

	if (q.text == NULL)
		q.text = embed_text(path);
	if (q.text == NULL)
		abort();
	buf_puts(&doc, q.text);
	add_fragments(&doc, q.text, strlen(q.text), done);
	q.text = doc.data;
	q.what = what;
	r = github_ask(&f->gh, &q, data, errors, why);
	free(what);
	free(path);
	cJSON_Delete(done);
	buf_free(&doc);
	return r;
}

bool
ask_where(const cJSON *error, const char *what, int64_t *i, const char **field)
{
	const cJSON *path = json_get(error, "path"), *at = json_first(path);

	if (json_text(at) == NULL || strcmp(json_text(at), what) != 0)
		return false;
	at = json_next(at);
	if (at == NULL || !json_value_int(at, i) || *i < 0)
		return false;
	at = json_next(at);
	*field = at != NULL ? json_text(at) : NULL;
	return true;
}
