/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "live.h"

#define ROWS_MIN 6
#define COLS_MIN 20

/*
 * The lines lie below the scrolling region, as DECSTBM makes it (ECMA-48,
 * VT100): the cursor stays in the region, and so does whatever is written
 * there.
 */
#define SAVE    "\0337"
#define RESTORE "\0338"
#define NO_WRAP "\033[?7l"
#define WRAP    "\033[?7h"
#define ERASE   "\033[2K"
#define WHOLE   "\033[r"
#define DIM     "\033[2m"
#define PLAIN   "\033[0m"

static volatile sig_atomic_t shown; /* lines */
static int rows;                    /* of the terminal, when they were shown */
static struct buf last = BUF_INIT(BUF_ANY);
static struct buf undo = BUF_INIT(BUF_ANY); /* what takes them away */

static bool
set(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0';
}

bool
live_possible(void)
{
	const char *term = getenv("TERM");

	return term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 &&
	       isatty(STDERR_FILENO) == 1;
}

static bool
get_size(struct winsize *size)
{
	return ioctl(STDERR_FILENO, TIOCGWINSZ, size) == 0 &&
	       size->ws_row >= ROWS_MIN && size->ws_col >= COLS_MIN;
}

static void
put(const struct buf *b)
{
	const char *p = b->data;
	size_t left = b->len;
	ssize_t n;

	for (; left != 0; p += n, left -= (size_t)n) {
		n = write(STDERR_FILENO, p, left);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return;
	}
}

/* Adds what erases the lines from the nth up, and ends their region. */
static void
erase(struct buf *b, int from, int lines, bool all)
{
	int i;

	for (i = from; i < lines; i++)
		buf_printf(b, "\033[%d;1H" ERASE, rows - i);
	if (all)
		buf_puts(b, WHOLE);
}

/* Makes room for n lines in place of those that are shown. */
static void
reserve(struct buf *b, int n, int height)
{
	int i;

	if (shown != 0 && height != rows) {
		buf_puts(b, SAVE WHOLE RESTORE);
		shown = 0;
	}
	rows = height;
	for (i = shown; i < n; i++)
		buf_putc(b, '\n');
	buf_puts(b, SAVE);
	erase(b, n, shown, n == 0);
	if (n != 0)
		buf_printf(b, "\033[1;%dr", rows - n);
	buf_puts(b, RESTORE);
	if (n > shown)
		buf_printf(b, "\033[%dA", n - shown);
	shown = n;
	buf_reset(&undo);
	buf_puts(&undo, SAVE);
	erase(&undo, 0, n, true);
	buf_puts(&undo, RESTORE);
}

/* What moves no cursor and takes one column. */
static void
put_plain(struct buf *b, const char *s, int width)
{
	for (; *s != '\0' && width > 0; s++) {
		if (((unsigned char)*s & 0xc0) == 0x80)
			continue; /* the rest of a character */
		if (*s >= ' ' && *s < 0x7f)
			buf_putc(b, *s);
		else
			buf_putc(b, '?');
		width--;
	}
}

static void
draw(struct buf *b, const char *const *lines, int n, int width)
{
	const char *dim = set("NO_COLOR") ? "" : DIM;
	const char *plain = set("NO_COLOR") ? "" : PLAIN;
	int i;

	if (n == 0)
		return;
	buf_puts(b, SAVE NO_WRAP);
	for (i = 0; i < n; i++) {
		buf_printf(b, "\033[%d;1H" ERASE "%s", rows - n + 1 + i, dim);
		put_plain(b, lines[i], width);
		buf_puts(b, plain);
	}
	buf_puts(b, WRAP RESTORE);
}

static void
give_back(void)
{
	live_show(NULL, 0);
}

static bool
is_ours(void)
{
	return tcgetpgrp(STDERR_FILENO) == getpgrp();
}

/* Gives the terminal back before a signal does what it does.  Whoever is
 * continued draws anew. */
static void
leave(int sig)
{
	struct sigaction mine, plain = {.sa_handler = SIG_DFL};
	sigset_t held;
	int saved = errno;

	if (shown != 0 && is_ours())
		(void)!write(STDERR_FILENO, undo.data, undo.len);
	shown = 0;
	(void)sigaction(sig, &plain, &mine);
	(void)kill(getpid(), sig);
	(void)sigemptyset(&held);
	(void)sigaddset(&held, sig);
	(void)sigprocmask(SIG_UNBLOCK, &held, NULL);
	(void)sigaction(sig, &mine, NULL);
	errno = saved;
}

/* Those that end or stop us without asking. */
static const int signals[] = {SIGQUIT, SIGTSTP};

/* Once, when there are lines to take away. */
static void
begin(void)
{
	static bool begun;
	struct sigaction was,
	    act = {.sa_handler = leave, .sa_flags = SA_RESTART};
	size_t i;

	if (begun)
		return;
	begun = true;
	/* Also when memory is over. */
	(void)atexit(give_back);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (sigaction(signals[i], NULL, &was) == 0 &&
		    was.sa_handler == SIG_DFL)
			(void)sigaction(signals[i], &act, NULL);
}

static void
hold(sigset_t *before)
{
	sigset_t held;
	size_t i;

	(void)sigemptyset(&held);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		(void)sigaddset(&held, signals[i]);
	(void)sigprocmask(SIG_BLOCK, &held, before);
}

void
live_show(const char *const *lines, size_t n)
{
	sigset_t before;
	struct winsize size = {0};
	struct buf b = BUF_INIT(BUF_ANY), text = BUF_INIT(BUF_ANY);
	int most;

	if ((n == 0 && shown == 0) || !live_possible() || !get_size(&size) ||
	    !is_ours())
		return;
	begin();
	hold(&before);
	most = size.ws_row / 2;
	most = n < (size_t)most ? (int)n : most;
	if (most != shown || size.ws_row != rows)
		reserve(&b, most, size.ws_row);
	draw(&text, lines, most, size.ws_col);
	if (b.len != 0 || text.len != last.len ||
	    memcmp(text.data, last.data, text.len) != 0) {
		buf_add(&b, text.data, text.len);
		put(&b);
		buf_reset(&last);
		buf_add(&last, text.data, text.len);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	buf_free(&b);
	buf_free(&text);
}
