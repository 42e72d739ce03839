/*
 * The cache: items as they were read, with the time, so that only what moved
 * is asked for again.
 *
 * {"key", "viewer", "repository", "label", "at_once", "numbers", "items"}.
 * items: by node id {"number", "pull", "at", "node", "facts"}; numbers: node
 * ids by number, of pull requests that the operator names.  key names
 * everything that the meaning of the rest depends on.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "embed.h"
#include "fetch.h"
#include "file.h"
#include "log.h"
#include "xalloc.h"

#define CACHE_MAX ((size_t)256 << 20) /* bytes */

static char *
path_of(const struct fetch *f)
{
	return xasprintf("%s/cache.json", f->home);
}

/* Another version of the questions, or another server, has another cache. */
static void
put_key(cJSON *obj)
{
	char *all = xasprintf("%s\n%s\n%s", auth_graphql_url(),
	    embed_text("queries/fragments.graphql"),
	    embed_text("queries/deep.graphql"));
	char key[FILE_SHA256_SIZE];

	file_sha256_of(all, strlen(all), key);
	json_put_str(obj, "key", key);
	free(all);
}

static bool
is_usable(const cJSON *cache)
{
	cJSON *want = json_new_object();
	const char *have = json_str(cache, "key");
	bool r;

	put_key(want);
	r = have != NULL && strcmp(have, json_str(want, "key")) == 0 &&
	    json_is_object(json_get(cache, "items")) &&
	    json_is_object(json_get(cache, "numbers"));
	cJSON_Delete(want);
	return r;
}

void
cache_open(struct fetch *f)
{
	char *path = path_of(f), *text;
	struct fail ignored;
	size_t len;

	if (file_read(path, CACHE_MAX, &text, &len, &ignored) == 0) {
		if (json_parse(text, len, &f->cache, &ignored) == -1)
			f->cache = NULL;
		free(text);
	}
	free(path);
	if (f->cache != NULL && is_usable(f->cache))
		return;
	cJSON_Delete(f->cache);
	f->cache = json_new_object();
	put_key(f->cache);
	json_put_object(f->cache, "numbers");
	json_put_object(f->cache, "items");
}

/* Notes who reads what; false when that was another one before. */
static bool
is_still(struct fetch *f, const char *key, const char *is)
{
	const char *was = json_str(f->cache, key);
	bool r = was == NULL || strcmp(was, is) == 0;

	json_drop(f->cache, key);
	json_put_str(f->cache, key, is);
	return r;
}

static void
empty(struct fetch *f, const char *key)
{
	json_drop(f->cache, key);
	json_put_object(f->cache, key);
}

void
cache_check(struct fetch *f)
{
	const char *repo = json_str(f->repository, "id");

	if (!is_still(f, "viewer", json_str(f->viewer, "login")))
		empty(f, "items");
	if (is_still(f, "repository", repo != NULL ? repo : ""))
		return;
	empty(f, "items");
	empty(f, "numbers");
}

const cJSON *
cache_item(const struct fetch *f, const char *id)
{
	return json_at(f->cache, "items", id, NULL);
}

/* Failing to write it is no failure. */
void
cache_save(struct fetch *f)
{
	struct buf text = BUF_INIT(BUF_ANY);
	char *path = path_of(f), *was = NULL;
	struct fail why;
	size_t len = 0;

	json_print(&text, f->cache);
	/* A quiet poll writes nothing. */
	if (file_read(path, CACHE_MAX, &was, &len, &why) == -1 ||
	    len != text.len || memcmp(was, text.data, len) != 0)
		if (file_write(path, text.data, text.len, &why) == -1)
			log_at(LOG_WARN, NULL, "%s", why.msg);
	free(was);
	free(path);
	buf_free(&text);
}
