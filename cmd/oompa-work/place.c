/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>

#include "file.h"
#include "outbox.h"
#include "place.h"
#include "xalloc.h"

static void
name_all(struct place *p, const char *top, const struct task *t)
{
	char name[OUTBOX_NAME_SIZE], *stem;

	outbox_name(t->id, name);
	p->mirror = xasprintf("%s/mirror.git", top);
	p->objects = xasprintf("%s/objects", p->mirror);
	p->work = xasprintf("%s/work/issue-%" PRId64, top, t->number);
	p->lock = xasprintf("%s.lock", p->work);
	p->owed = xasprintf("%s.owed", p->work);
	p->tree = xasprintf("%s/tree", p->work);
	p->tmp = xasprintf("%s/tmp", p->work);
	p->home = xasprintf("%s/home", p->work);
	p->git = xasprintf("%s/git", p->work);
	p->guide = xasprintf("%s/guide.md", p->work);
	stem = xasprintf(
	    "%s/logs/%" PRId64 "-%s-%s", top, t->number, t->action, name);
	p->log = xasprintf("%s.jsonl", stem);
	p->prompt = xasprintf("%s.prompt", stem);
	p->prepare = xasprintf("%s.prepare", stem);
	free(stem);
	p->bundles = xasprintf("%s/bundles", top);
}

/* Makes top/name. */
static int
make(const char *top, const char *name, struct fail *why)
{
	char *dir = xasprintf("%s/%s", top, name);
	int r = file_mkdir(dir, why);

	free(dir);
	return r;
}

int
place_make(struct place *p, const char *clone_dir, const struct task *t,
    struct fail *why)
{
	char *given = NULL, *top = NULL;
	int r = -1;

	if (file_place(clone_dir, t->repo, &given, why) == -1)
		return -1;
	/* A room's mounts are at real paths. */
	if ((top = realpath(given, NULL)) == NULL) {
		(void)fail_sys(why, "cannot find '%s'", given);
		goto done;
	}
	name_all(p, top, t);
	if (make(top, "work", why) == 0 && make(top, "logs", why) == 0 &&
	    make(top, "bundles", why) == 0)
		r = 0;
done:
	free(given);
	free(top);
	return r;
}

int
place_name(struct place *p, const char *clone_dir, const struct task *t,
    struct fail *why)
{
	char *given = xasprintf("%s/%s", clone_dir, t->repo);
	char *top = realpath(given, NULL);
	int r = 0;

	if (top != NULL)
		name_all(p, top, t);
	else
		r = fail_sys(why, "cannot find '%s'", given);
	free(given);
	free(top);
	return r;
}

void
place_done(struct place *p)
{
	free(p->mirror);
	free(p->objects);
	free(p->lock);
	free(p->owed);
	free(p->work);
	free(p->tree);
	free(p->tmp);
	free(p->home);
	free(p->git);
	free(p->guide);
	free(p->log);
	free(p->prompt);
	free(p->prepare);
	free(p->bundles);
	*p = (struct place){0};
}
