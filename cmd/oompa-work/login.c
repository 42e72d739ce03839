/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "env.h"
#include "file.h"
#include "json.h"
#include "login.h"
#include "when.h"
#include "xalloc.h"

#define FILE_NAME ".credentials.json"
#define KEY       "claudeAiOauth"
#define LOGIN_MAX ((size_t)64 << 10) /* bytes */

/* Its path, yours to free; NULL: we have no home. */
static char *
path_of_ours(void)
{
	const char *dir = getenv("CLAUDE_CONFIG_DIR");
	const char *home = getenv("HOME");

	if (dir != NULL && *dir != '\0')
		return xasprintf("%s/" FILE_NAME, dir);
	if (home != NULL && *home != '\0')
		return xasprintf("%s/.claude/" FILE_NAME, home);
	return NULL;
}

/* Reads it: 1, 0 when there is none. */
static int
load(cJSON **ret, struct fail *why)
{
	char *path = path_of_ours(), *text = NULL;
	size_t len;
	int r = 0;

	if (path == NULL)
		return 0;
	if (file_read(path, LOGIN_MAX, &text, &len, why) == 0)
		r = json_parse(text, len, ret, why) == 0 ? 1 : -1;
	else if (why->kind != FAIL_SYSTEM || why->code != ENOENT)
		r = -1;
	if (r == -1)
		(void)fail(why, FAIL_AUTH, 0,
		    "cannot use the login in '%s': log in with claude again, "
		    "or set ANTHROPIC_API_KEY",
		    path);
	free(path);
	free(text);
	return r;
}

/* Facts: expiresAt is in milliseconds; claude 2.1.197 sends the accessToken as
 * it is, also without a refreshToken beside it. */
static int
check(const cJSON *login, const struct task *t, struct fail *why)
{
	const char *token = json_str(login, "accessToken");
	int64_t expires;

	if (token == NULL || *token == '\0')
		return fail(why, FAIL_AUTH, 0,
		    "the login of claude has no token: log in again");
	if (json_int(login, "expiresAt", &expires) &&
	    expires / 1000 < when_now() + t->timeout)
		return fail(why, FAIL_AUTH, 0,
		    "the login of claude is over before the task may be: run "
		    "claude to renew it, or set CLAUDE_CODE_OAUTH_TOKEN "
		    "('claude setup-token')");
	return 0;
}

/* The login to use, yours, in *ret: 1, 0 when none is needed. */
static int
find(const struct task *t, cJSON **ret, struct fail *why)
{
	cJSON *file = NULL;
	int r;

	if (env_has_credential() || env_vertex())
		return 0;
	if ((r = load(&file, why)) == 0)
		return fail(why, FAIL_AUTH, 0,
		    "no credential of the model: set ANTHROPIC_API_KEY or "
		    "CLAUDE_CODE_OAUTH_TOKEN, or log in with claude");
	if (r == 1 && check(json_get(file, KEY), t, why) == -1)
		r = -1;
	if (r == 1)
		*ret = file;
	else
		cJSON_Delete(file);
	return r;
}

int
login_check(const struct task *t, struct fail *why)
{
	cJSON *file = NULL;
	int r = find(t, &file, why);

	env_secret_collect();
	cJSON_Delete(file);
	return r == -1 ? -1 : 0;
}

/* What the room is shown of it. */
static void
print_part(struct buf *b, const cJSON *login)
{
	static const char *const keys[] = {"accessToken", "expiresAt", "scopes",
	    "subscriptionType", "rateLimitTier", NULL};
	cJSON *out = json_new_object(), *part = json_put_object(out, KEY);
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		if (json_get(login, keys[i]) != NULL)
			json_put_copy(part, keys[i], json_get(login, keys[i]));
	json_print(b, out);
	cJSON_Delete(out);
}

/* The home may have been prepared: whatever is there in its place goes. */
int
login_put(const struct place *p, const struct task *t, struct fail *why)
{
	char *dir = xasprintf("%s/.claude", p->home);
	char *path = xasprintf("%s/" FILE_NAME, dir);
	struct buf text = BUF_INIT(BUF_ANY);
	cJSON *file = NULL;
	int r = find(t, &file, why);

	if (r == 1) {
		env_secret_add(json_str(json_get(file, KEY), "accessToken"));
		print_part(&text, json_get(file, KEY));
		if (file_remove_tree(dir, why) == -1 ||
		    file_mkdir(dir, why) == -1 ||
		    file_write(path, text.data, text.len, why) == -1)
			r = -1;
	}
	cJSON_Delete(file);
	buf_free(&text);
	free(dir);
	free(path);
	return r == -1 ? -1 : 0;
}
