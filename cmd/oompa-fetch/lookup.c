/*
 * Node ids of issues and pull requests that are named by their numbers: the
 * operands, and --watch-prs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "xalloc.h"

#define AT_ONCE 50

const char *
lookup_id(const struct fetch *f, int64_t number)
{
	char *key = xasprintf("%" PRId64, number);
	const char *id = json_text(
	    json_at(f->cache, "numbers", key, "id", NULL));

	free(key);
	return id;
}

static void
add_number(const struct fetch *f, cJSON *numbers, int64_t n)
{
	char *key = xasprintf("%" PRId64, n);

	if (lookup_id(f, n) == NULL && !json_has_str(numbers, key))
		json_add_str(numbers, key);
	free(key);
}

/* The numbers that we do not know yet, as strings. */
static cJSON *
unknown_numbers(const struct fetch *f)
{
	const char *rest = opt_str(f->o, O_WATCH_PRS);
	cJSON *numbers = json_new_array();
	int64_t n;
	int i;

	for (i = 0; i < f->argc; i++)
		add_number(f, numbers, strtoll(f->argv[i], NULL, 10));
	while (f->argc == 0 && opt_number(&rest, &n))
		add_number(f, numbers, n);
	return numbers;
}

static void
put_text(struct buf *b, const cJSON *numbers)
{
	const cJSON *n;

	buf_puts(b, "query Lookup($owner: String!, $name: String!) {\n"
		    "repository(owner: $owner, name: $name) {\n"
		    "nameWithOwner\n");
	JSON_EACH (n, numbers)
		buf_printf(b,
		    "n%s: issueOrPullRequest(number: %s) {\n__typename\n"
		    "... on Issue { id number }\n"
		    "... on PullRequest { id number repository { "
		    "nameWithOwner } }\n}\n",
		    json_text(n), json_text(n));
	buf_puts(b, "}\n}\n");
}

/* There is no such number, as far as this token can see. */
static void
not_there(struct fetch *f, const char *number)
{
	struct fail why;

	(void)fail(&why, FAIL_REMOTE, 404, "no such issue or pull request");
	fetch_trouble(f, strtoll(number, NULL, 10), &why);
}

/* Issues come by their label; only pull requests are watched by number. */
void
lookup_judge(struct fetch *f, int64_t number)
{
	char *key = xasprintf("%" PRId64, number);
	const char *type = json_text(
	    json_at(f->cache, "numbers", key, "__typename", NULL));
	struct fail why;

	if (type != NULL && strcmp(type, "PullRequest") != 0) {
		(void)fail(&why, FAIL_REMOTE, 404,
		    "an issue, and no pull request that could be watched");
		fetch_trouble(f, number, &why);
	}
	free(key);
}

/* Nothing but "there is no such number" may be wrong with the answer. */
static int
judge(const cJSON *data, const cJSON *errors, struct fail *why)
{
	const cJSON *e;
	const char *type;

	JSON_EACH (e, errors) {
		type = json_str(e, "type");
		if (type == NULL || strcmp(type, "NOT_FOUND") != 0 ||
		    !json_is_object(json_get(data, "repository")))
			return github_error("GraphQL lookup", e, why);
	}
	return 0;
}

static int
some(struct fetch *f, const cJSON *numbers, struct fail *why)
{
	cJSON *vars = ask_vars(opt_str(f->o, O_REPO));
	cJSON *data = NULL, *errors = NULL, *known;
	struct buf text = BUF_INIT(BUF_ANY);
	const cJSON *n, *item;
	char *key;
	int r;

	put_text(&text, numbers);
	r = ask(f,
	    (struct github_question){
		.what = "lookup", .text = text.data, .vars = vars},
	    &data, &errors, why);
	if (r == 0)
		r = judge(data, errors, why);
	known = json_edit(f->cache, "numbers");
	if (r == 0)
		JSON_EACH (n, numbers) {
			key = xasprintf("n%s", json_text(n));
			item = json_at(data, "repository", key, NULL);
			if (json_str(item, "id") != NULL)
				json_put_copy(known, json_text(n), item);
			else
				not_there(f, json_text(n));
			free(key);
		}
	buf_free(&text);
	cJSON_Delete(vars);
	cJSON_Delete(data);
	cJSON_Delete(errors);
	return r;
}

int
lookup_numbers(struct fetch *f, struct fail *why)
{
	cJSON *all = unknown_numbers(f), *batch = json_new_array();
	const cJSON *n;
	int r = 0;

	JSON_EACH (n, all) {
		json_add_copy(batch, n);
		if (r == 0 &&
		    (json_count(batch) == AT_ONCE || json_next(n) == NULL)) {
			r = some(f, batch, why);
			cJSON_Delete(batch);
			batch = json_new_array();
		}
	}
	cJSON_Delete(batch);
	cJSON_Delete(all);
	if (r == -1 && why->kind == FAIL_REMOTE && why->code == 404)
		return fail(why, FAIL_REMOTE, 404,
		    "no such repository, or this token may not see it");
	return r;
}
