/*
 * Texts for people.  What comes from the model is made neutral, whatever it is
 * for: see neutral.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "auth.h"
#include "log.h"
#include "markdown.h"
#include "marker.h"
#include "push.h"
#include "utf8.h"

/* docs.github.com/rest/pulls: characters; counted here as bytes. */
#define BODY_MAX  65536
#define TAIL_MAX  1024           /* of these, for what we add */
#define TITLE_MAX 256            /* bytes; what GitHub takes, in characters */
#define DAY       INT64_C(86400) /* seconds */

void
text_line(struct buf *b, const char *s, size_t max)
{
	size_t from = b->len, len = strlen(s);
	bool blank = true; /* none at the start */

	for (; len != 0; s++, len--) {
		if ((unsigned char)*s <= ' ' || *s == 0x7f) {
			if (!blank)
				buf_putc(b, ' ');
			blank = true;
		} else {
			buf_putc(b, *s);
			blank = false;
		}
	}
	if (b->len > from + max)
		b->len = from + utf8_cut(b->data + from, b->len - from, max);
	while (b->len > from && b->data[b->len - 1] == ' ')
		b->len--;
	if (b->cap != 0)
		b->data[b->len] = '\0';
}

void
text_cell(struct buf *b, const char *s)
{
	/* Nothing is at home there, so that no item is closed and nothing is
	 * linked to. */
	const struct neutral none = {0};

	neutral_cell(b, &none, s);
}

void
text_money(struct buf *b, int64_t millionths)
{
	int64_t cents = (millionths + 5000) / 10000;

	buf_printf(b, "$%" PRId64 ".%02" PRId64, cents / 100, cents % 100);
}

void
text_seconds(struct buf *b, int64_t seconds)
{
	if (seconds >= 60)
		buf_printf(b, "%" PRId64 "m", seconds / 60);
	buf_printf(b, "%" PRId64 "s", seconds % 60);
}

void
text_age(struct buf *b, int64_t seconds)
{
	if (seconds < 60)
		buf_printf(b, "%" PRId64 " s", seconds > 0 ? seconds : 0);
	else if (seconds < 3600)
		buf_printf(b, "%" PRId64 " min", seconds / 60);
	else if (seconds < 2 * DAY)
		buf_printf(b, "%" PRId64 " h", seconds / 3600);
	else
		buf_printf(b, "%" PRId64 " d", seconds / DAY);
}

void
text_shown(struct buf *b, const char *s, size_t len, const char *indent)
{
	const char *end = s + len, *p;

	while (s < end) {
		if (*s != '\n')
			buf_puts(b, indent);
		while (s < end && *s != '\n') {
			for (p = s; p < end && *p != '\n' && *p != '\t'; p++)
				;
			log_escape(b, s, (size_t)(p - s));
			s = p;
			if (s < end && *s == '\t')
				buf_putc(b, *s++);
		}
		if (s < end)
			buf_putc(b, *s++);
	}
}

/* What the job's texts may name; the host is yours to free. */
static char *
rules(struct neutral *n, const struct job *j)
{
	char *host = auth_host(auth_server_url());

	*n = (struct neutral){
	    .home = {.repo = j->repo,
		.number = j->number,
		.server = host,
		.hosts = opt_str(j->push->o, O_LINK_HOSTS)},
	    .max = BODY_MAX - TAIL_MAX,
	};
	return host;
}

void
text_title(struct buf *b, const struct job *j)
{
	struct buf plain = BUF_INIT(BUF_ANY);
	struct neutral n;
	char *host = rules(&n, j);

	neutral_plain(&plain, &n, json_str(j->rec, "title"));
	text_line(b, plain.data, TITLE_MAX);
	if (b->len == 0)
		buf_printf(b, "Issue #%" PRId64, j->number);
	buf_free(&plain);
	free(host);
}

void
text_body(struct buf *b, const struct job *j)
{
	char *template = template_read(j), *host;
	struct neutral n;

	host = rules(&n, j);
	n.verbatim = template;
	if (!markdown_put(b, &n, json_str(j->rec, "body"))) {
		markdown_begin(b);
		buf_printf(b, "Fixes #%" PRId64, j->number);
	}
	markdown_begin(b);
	marker_put_pull(b, j->id);
	buf_puts(b, "\n");
	free(template);
	free(host);
}

void
text_block(struct buf *b, const struct job *j, const char *s, size_t max)
{
	struct neutral n;
	char *host = rules(&n, j);

	n.max = max;
	(void)markdown_put(b, &n, s);
	free(host);
}
