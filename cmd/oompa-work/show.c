/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "brief.h"
#include "claude.h"
#include "clone.h"
#include "prepare.h"
#include "show.h"
#include "unseen.h"

/* A word as a shell would take it. */
static void
put_word(struct buf *b, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=./:,@%";

	if (*word != '\0' && word[strspn(word, plain)] == '\0') {
		buf_puts(b, word);
		return;
	}
	buf_putc(b, '\'');
	for (; *word != '\0'; word++)
		if (*word == '\'')
			buf_puts(b, "'\\''");
		else
			buf_putc(b, *word);
	buf_putc(b, '\'');
}

static void
put_command(struct buf *b, const struct args *a)
{
	size_t i;

	buf_puts(b, "command:\n ");
	for (i = 0; i < a->n; i++) {
		if (i != 0 &&
		    (*a->v[i] == '-' || strcmp(a->v[i - 1], "--") == 0))
			buf_puts(b, " \\\n   ");
		buf_putc(b, ' ');
		put_word(b, a->v[i]);
	}
	buf_putc(b, '\n');
}

/* Names only: a value may be a secret. */
static void
put_names(struct buf *b, const struct proc_env *env)
{
	size_t i;

	buf_puts(b, "environment:");
	for (i = 0; i < env->n; i++) {
		buf_putc(b, ' ');
		buf_add(b, env->v[i], strcspn(env->v[i], "="));
	}
	buf_putc(b, '\n');
}

static void
put_limits(struct buf *b, const struct work *w, const struct task *t)
{
	buf_puts(b, "limits: ");
	if (t->max_cost != 0)
		buf_printf(b, "$%.2f", (double)t->max_cost / 1e6);
	else
		buf_puts(b, "any cost");
	buf_printf(b, ", %" PRId64 " s, silent for at most %d s\n", t->timeout,
	    CLAUDE_SILENCE_S);
	buf_printf(b, "model: %s\n",
	    t->model != NULL ? t->model : "Claude Code's own choice");
	buf_printf(b, "sandbox: %s\n", w->sandbox ? "on" : "off");
	if (*w->prepare != '\0' && prepare_may(w, t))
		buf_printf(b, "before it: %s\n", w->prepare);
}

static void
put_text(struct buf *b, const char *what, const struct buf *text)
{
	buf_printf(b, "%s, %zu bytes:\n\n", what, text->len);
	(void)unseen_strip(b, text->data, text->len);
	buf_puts(b, "\n");
}

static int
put_task(struct buf *b, const struct work *w, const struct task *t,
    const struct place *p, struct fail *why)
{
	struct buf prompt = BUF_INIT(BUF_ANY), guide = BUF_INIT(BUF_ANY);
	struct claude c = CLAUDE_INIT;
	struct proc_env env = {0};
	struct args a = {0};
	int r = -1;

	if (clone_check(p, t, why) == -1 ||
	    brief_prompt(&prompt, w, p, t, why) == -1 ||
	    brief_guide(&guide, p, t, why) == -1)
		goto done;
	c.guide = guide.len != 0 ? p->guide : NULL;
	if (claude_command(&a, &env, &c, w, t, p, why) == -1)
		goto done;
	put_limits(b, w, t);
	buf_printf(b, "directory: %s\n", p->tree);
	put_names(b, &env);
	put_command(b, &a);
	if (guide.len != 0)
		put_text(b, "added to the system prompt", &guide);
	put_text(b, "prompt", &prompt);
	r = 0;
done:
	args_done(&a);
	proc_env_done(&env);
	claude_done(&c);
	buf_free(&prompt);
	buf_free(&guide);
	return r;
}

int
show_task(const cJSON *rec, struct filter_out *out, void *arg, struct fail *why)
{
	const struct work *w = arg;
	struct buf b = BUF_INIT(BUF_ANY);
	struct place p = {0};
	struct task t;
	int r;

	if (task_read(&t, rec, why) == -1)
		return -1;
	buf_printf(&b, "%s#%" PRId64 " %s\n", t.repo, t.number, t.action);
	if (json_true(rec, "hold"))
		buf_puts(&b, "on hold: not worked on\n");
	if (!t.needs_claude) {
		buf_puts(&b, "needs no model\n\n");
		r = 0;
	} else if ((r = place_name(&p, w->clone_dir, &t, why)) == 0)
		r = put_task(&b, w, &t, &p, why);
	if (r == 0 && (fwrite(b.data, 1, b.len, out->fp) != b.len ||
			  fflush(out->fp) != 0)) {
		r = fail_sys(why, "cannot write <stdout>");
		out->broken = true;
	}
	place_done(&p);
	buf_free(&b);
	return r;
}
