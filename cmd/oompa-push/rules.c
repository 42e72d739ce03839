/*
 * Rules of the gate on what is changed: its places, kinds, names, sizes.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gate.h"
#include "unseen.h"
#include "utf8.h"
#include "xalloc.h"

#define LINK_MAX 4096 /* bytes of a link's target: PATH_MAX */
#define NAME_MAX 255  /* bytes of a part of a path, for most file systems */

/* Who owns these decides what runs, who must review, or what tools and agents
 * are told.  anywhere: not only at the top. */
static const struct {
	const char *name;
	bool anywhere;
} protected[] = {
    {".github", false},
    {".claude", true},
    {".mcp.json", true},
    {"CODEOWNERS", true},
    {".gitattributes", true},
    {".gitmodules", true},
};

/* Without regard to case: there are file systems that have none. */
static bool
is_protected(const char *path)
{
	const char *part = path;
	size_t i, n;

	for (;; part += n + 1) {
		n = strcspn(part, "/");
		for (i = 0; i < sizeof(protected) / sizeof(protected[0]); i++)
			if ((part == path || protected[i].anywhere) &&
			    strlen(protected[i].name) == n &&
			    strncasecmp(part, protected[i].name, n) == 0)
				return true;
		if (part[n] == '\0')
			return false;
	}
}

/* Does one of --allow-path let it through?  "dir/ **" (without the blank)
 * means all below dir. */
static bool
is_allowed(const struct opts *o, const char *path)
{
	const char *rest = opt_str(o, O_ALLOW_PATH);
	bool found = false;
	char *glob;
	size_t n;

	while (!found && (glob = opt_word(&rest)) != NULL) {
		n = strlen(glob);
		if (n > 3 && strcmp(glob + n - 3, "/**") == 0)
			found = strncmp(path, glob, n - 2) == 0;
		else
			found = fnmatch(glob, path, FNM_PATHNAME) == 0;
		free(glob);
	}
	return found;
}

int
rule_protected(
    const struct gate *g, const struct gate_change *c, struct fail *why)
{
	const char *slash = strrchr(c->path, '/');
	int dir = slash != NULL ? (int)(slash - c->path) + 1 : 0, r;
	char *way;

	if (!is_protected(c->path) || is_allowed(g->o, c->path))
		return 0;
	way = xasprintf("--allow-path '%.*s%.100s'", dir > 40 ? 40 : dir,
	    c->path, slash != NULL ? "*" : c->path);
	r = gate_refuse(g, why, way, "changes %.150s", c->path);
	free(way);
	return r;
}

int
rule_submodule(
    const struct gate *g, const struct gate_change *c, struct fail *why)
{
	if (!gate_is_mode(c->old_mode, GATE_SUBMODULE) &&
	    !gate_is_mode(c->new_mode, GATE_SUBMODULE))
		return 0;
	return gate_refuse(
	    g, why, NULL, "changes the submodule %.200s", c->path);
}

/*
 * Does a link at path lead out of the tree?  ".." may only come first: behind
 * a name it would be taken from wherever that name leads, when it is a link
 * itself.  The repository's own .git counts as outside.
 */
static bool
leads_out(const char *path, const char *target)
{
	size_t depth = 0, n;
	bool down = false;
	const char *s;

	for (s = path; *s != '\0'; s++)
		depth += *s == '/';
	if (*target == '/')
		return true;
	for (s = target; *s != '\0'; s += n + (s[n] == '/')) {
		n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.') {
			if (down || depth-- == 0)
				return true;
		} else if (n == 4 && strncasecmp(s, ".git", 4) == 0)
			return true;
		else
			down = down || (n != 0 && !(n == 1 && *s == '.'));
	}
	return false;
}

int
rule_symlink(
    const struct gate *g, const struct gate_change *c, struct fail *why)
{
	const char *args[] = {"cat-file", "blob", c->new_oid, NULL};
	struct buf target = BUF_INIT(LINK_MAX);
	int r = 0;

	if (!gate_is_mode(c->new_mode, GATE_LINK))
		return 0;
	r = git_run(g->git, args, &target, why);
	if (r == 0 && (target.cut || strlen(target.data) != target.len ||
			  leads_out(c->path, target.data)))
		r = gate_refuse(g, why, NULL,
		    "the link %.200s leads out of the tree", c->path);
	buf_free(&target);
	return r;
}

/* Does one of its parts end so that Windows leaves the end out?  There
 * ".github./x" is ".github/x". */
static bool
has_odd_end(const char *path)
{
	size_t n = strcspn(path, "/");

	for (; n != 0; path += n + (path[n] == '/'), n = strcspn(path, "/"))
		if (path[n - 1] == ' ' || path[n - 1] == '.')
			return true;
	return false;
}

/* Does it hold what is not seen, or what some system takes for something
 * else? */
static bool
is_odd(const char *path)
{
	size_t len = strlen(path), i, n, part = 0;
	uint32_t point;

	for (i = 0; i < len; i += n) {
		n = utf8_len(path + i, len - i);
		if (n == 0)
			return true;
		point = utf8_point(path + i, n);
		if (point == '\n' || point == '\t' || point == '\\' ||
		    unseen(point))
			return true;
		part = path[i] == '/' ? 0 : part + n;
		if (part > NAME_MAX)
			return true;
	}
	return path[0] == '-' || has_odd_end(path);
}

/* What was odd before may be changed, and taken away. */
int
rule_name(const struct gate *g, const struct gate_change *c, struct fail *why)
{
	static const char *const modes[] = {
	    "100644", "100755", GATE_LINK, GATE_SUBMODULE};
	size_t i;

	if (!gate_is_there(c->new_mode))
		return 0;
	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (gate_is_mode(c->new_mode, modes[i]))
			break;
	if (i == sizeof(modes) / sizeof(*modes))
		return gate_refuse(g, why, NULL, "gives %.200s the mode %s",
		    c->path, c->new_mode);
	if (!gate_is_there(c->old_mode) && is_odd(c->path))
		return gate_refuse(g, why, NULL,
		    "adds a file with an odd name, %.150s", c->path);
	return 0;
}

/* Sizes, by way of "git cat-file --batch-check". */

static void
list_blob(struct buf *b, const char *mode, const char *oid)
{
	if (gate_is_there(mode) && !gate_is_mode(mode, GATE_SUBMODULE))
		buf_printf(b, "%s\n", oid);
	else
		buf_puts(b, "-\n"); /* answered by a line, too: "- missing" */
}

/* How many bytes the files have become larger by. */
static int
added_bytes(const struct gate *g, int64_t *ret, struct fail *why)
{
	const char *args[] = {"cat-file", "--batch-check=%(objectsize)", NULL};
	struct buf in = BUF_INIT(BUF_ANY), out = BUF_INIT(BUF_ANY);
	int64_t before, after;
	const char *s;
	size_t i;
	int r;

	for (i = 0; i < g->n; i++) {
		list_blob(&in, g->list[i].old_mode, g->list[i].old_oid);
		list_blob(&in, g->list[i].new_mode, g->list[i].new_oid);
	}
	r = git_feed(g->git, args, in.data, in.len, &out, why);
	for (*ret = 0, i = 0, s = out.data; r == 0 && i < g->n; i++) {
		before = strtoll(s, NULL, 10);
		s += strcspn(s, "\n") + (*s != '\0');
		after = strtoll(s, NULL, 10);
		s += strcspn(s, "\n") + (*s != '\0');
		*ret += after > before ? after - before : 0;
	}
	buf_free(&in);
	buf_free(&out);
	return r;
}

int
rule_size(const struct gate *g, struct fail *why)
{
	int64_t files = opt_num(g->o, O_MAX_FILES), bytes = 0;
	int64_t most = opt_num(g->o, O_MAX_BYTES);

	if (files != 0 && g->n > (size_t)files)
		return gate_refuse(g, why, "--max-files",
		    "changes %zu files, at most %" PRId64, g->n, files);
	if (added_bytes(g, &bytes, why) == -1)
		return -1;
	if (most == 0 || bytes <= most)
		return 0;
	return gate_refuse(g, why, "--max-bytes",
	    "adds %" PRId64 " bytes, at most %" PRId64, bytes, most);
}

/* Is path one of a list whose names end in NUL? */
static bool
is_listed(const struct buf *list, const char *path)
{
	const char *p;

	for (p = list->data; p < list->data + list->len; p += strlen(p) + 1)
		if (strcmp(p, path) == 0)
			return true;
	return false;
}

/* What a reviewer asked for may need a file that the pull request did not
 * touch; a sweep through the repository is something else. */
int
rule_outside(const struct gate *g, struct fail *why)
{
	const char *args[] = {"diff", "--name-only", "-z", "--no-renames",
	    g->own_base, g->own_head, NULL};
	int64_t most = opt_num(g->o, O_MAX_OUTSIDE), n = 0;
	const char *first = NULL;
	struct buf own = BUF_INIT(BUF_ANY);
	int r = git_run(g->git, args, &own, why);
	size_t i;

	for (i = 0; r == 0 && i < g->n; i++)
		if (!is_listed(&own, g->list[i].path)) {
			if (first == NULL)
				first = g->list[i].path;
			n++;
		}
	if (n > most)
		r = gate_refuse(g, why, "--max-outside",
		    "changes %" PRId64 " files that the pull request does not, "
		    "at most %" PRId64 ": %.120s",
		    n, most, first);
	buf_free(&own);
	return r;
}
