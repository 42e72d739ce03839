/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "utf8.h"

#define LINE_MAX_BYTES 8192

static enum log_level least_level = LOG_WARN;
static bool as_logfmt;

static const char *const names[] = {"debug", "info", "warn", "error"};

void
log_setup(enum log_level least, bool logfmt)
{
	least_level = least;
	as_logfmt = logfmt;
}

int
log_level_parse(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(s, names[i]) == 0)
			return (int)i;
	return -1;
}

/* U+0080 to U+009F, in UTF-8 0xc2 and a byte below 0xa0, move a cursor too. */
static bool
is_c1(const unsigned char *p, size_t left)
{
	return left >= 2 && p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0;
}

/* Marks that turn the direction of text make it read as what it is not: U+061C,
 * U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069.  Their length, or 0. */
static size_t
turns(const unsigned char *p, size_t left)
{
	if (left >= 2 && p[0] == 0xd8 && p[1] == 0x9c)
		return 2;
	if (left < 3 || p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80 &&
	    ((p[2] >= 0xaa && p[2] <= 0xae) || p[2] == 0x8e || p[2] == 0x8f))
		return 3;
	return p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9 ? 3 : 0;
}

void
log_escape(struct buf *b, const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t i, n;

	for (i = 0; i < len; i++) {
		if (p[i] == '\n')
			buf_puts(b, "\\n");
		else if (p[i] == '\t')
			buf_puts(b, "\\t");
		else if ((n = turns(p + i, len - i)) != 0) {
			while (n-- > 1)
				buf_printf(b, "\\x%02x", p[i++]);
			buf_printf(b, "\\x%02x", p[i]);
		} else if (is_c1(p + i, len - i))
			buf_printf(b, "\\x%02x", p[++i]);
		else if ((n = utf8_len(text + i, len - i)) == 0 ||
			 p[i] < 0x20 || p[i] == 0x7f)
			buf_printf(b, "\\x%02x", p[i]);
		else {
			buf_add(b, text + i, n);
			i += n - 1;
		}
	}
}

/* A value as logfmt wants it: bare when it is one plain word. */
static void
put_value(struct buf *b, const char *v)
{
	struct buf esc = BUF_INIT(LINE_MAX_BYTES);
	const char *p;

	log_escape(&esc, v, strlen(v));
	if (esc.len != 0 && strpbrk(esc.data, " \"=\\") == NULL)
		buf_puts(b, esc.data);
	else {
		buf_putc(b, '"');
		for (p = esc.data; *p != '\0'; p++) {
			if (*p == '"')
				buf_putc(b, '\\');
			buf_putc(b, *p);
		}
		buf_putc(b, '"');
	}
	buf_free(&esc);
}

static void
put_pair(struct buf *b, const char *key, const char *v)
{
	if (v == NULL)
		return;
	buf_printf(b, "%s%s=", b->len != 0 ? " " : "", key);
	put_value(b, v);
}

static void
put_head(struct buf *b, enum log_level level, const char *item)
{
	char now[32];
	time_t t = time(NULL);
	struct tm tm;

	(void)gmtime_r(&t, &tm);
	(void)strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", &tm);
	put_pair(b, "time", now);
	put_pair(b, "level", names[level]);
	put_pair(b, "program", program_invocation_short_name);
	put_pair(b, "item", item);
}

/* One write(2) for the whole line, so that lines of stages do not mix. */
static void
put_line(struct buf *b)
{
	const char *p;
	size_t left;
	ssize_t n;

	if (b->len == b->max)
		b->len--;
	buf_putc(b, '\n');
	for (p = b->data, left = b->len; left != 0; p += n, left -= (size_t)n) {
		n = write(STDERR_FILENO, p, left);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			return;
	}
}

void
log_at(enum log_level level, const char *item, const char *fmt, ...)
{
	struct buf msg = BUF_INIT(LINE_MAX_BYTES),
		   line = BUF_INIT(LINE_MAX_BYTES);
	char text[4096];
	va_list ap;

	if (level < least_level)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (as_logfmt) {
		put_head(&line, level, item);
		put_pair(&line, "msg", text);
	} else {
		buf_printf(&line, "%s: ", program_invocation_short_name);
		if (item != NULL) {
			log_escape(&line, item, strlen(item));
			buf_puts(&line, ": ");
		}
		log_escape(&msg, text, strlen(text));
		buf_add(&line, msg.data, msg.len);
	}
	put_line(&line);
	buf_free(&msg);
	buf_free(&line);
}

void
log_event(enum log_level level, const char *item, const char *text, ...)
{
	struct buf line = BUF_INIT(LINE_MAX_BYTES);
	const char *key, *value;
	va_list ap;

	if (level < least_level)
		return;
	if (as_logfmt) {
		put_head(&line, level, item);
		va_start(ap, text);
		while ((key = va_arg(ap, const char *)) != NULL) {
			value = va_arg(ap, const char *);
			put_pair(&line, key, value);
		}
		va_end(ap);
	} else {
		if (item != NULL) {
			log_escape(&line, item, strlen(item));
			buf_putc(&line, ' ');
		}
		log_escape(&line, text, strlen(text));
	}
	put_line(&line);
	buf_free(&line);
}
