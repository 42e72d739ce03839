/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "acts.h"

#define DIGITS_MAX 15
#define URL_MAX    2000 /* bytes; the rest of it is text */

static char
at_or_nul(const struct acts_text *t, size_t at)
{
	if (at >= t->len)
		return '\0';
	return t->s[at];
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) != 0;
}

/* Do these bytes stand there, in upper or lower case? */
static bool
starts(const struct acts_text *t, size_t at, const char *with)
{
	size_t n = strlen(with);

	return at <= t->len && t->len - at >= n &&
	       strncasecmp(t->s + at, with, n) == 0;
}

/* Is it the first on its line that is not blank? */
static bool
leads(const struct acts_text *t, size_t at)
{
	while (at != 0 && (t->s[at - 1] == ' ' || t->s[at - 1] == '\t'))
		at--;
	return at == 0 || t->s[at - 1] == '\n';
}

size_t
acts_mention(const struct acts_text *t, size_t at)
{
	static const char address[] = "[bot]@users.noreply.";
	const size_t before = strlen("[bot]");
	size_t n = at + 1;

	if (!is_word(at_or_nul(t, n)))
		return 0;
	if (at != 0 && is_word(t->s[at - 1]))
		return 0;
	/* The address of an App's commits. */
	if (at >= before && starts(t, at - before, address))
		return 0;
	while (is_word(at_or_nul(t, n)) || at_or_nul(t, n) == '-' ||
	       at_or_nul(t, n) == '/' || at_or_nul(t, n) == '_')
		n++;
	return n - at - 1;
}

bool
acts_is_bot(const struct acts_text *t, size_t at)
{
	static const char *const bots[] = {"dependabot", "renovate", "mergify",
	    "bors", "homu", "claude", "copilot", "codecov", "coderabbit",
	    "gemini", "netlify", "github-actions", "k8s-", "openshift-",
	    "rustbot", "rust-timer", "pytorchbot", "pre-commit-ci", "triagebot",
	    "greenkeeper", "imgbot", "allcontributors", "greptile", "sourcery",
	    "cursor", "devin"};
	size_t i, n = at + 1;

	if (at_or_nul(t, at) != '@')
		return false;
	/* "@netlify/functions" is a package. */
	while (is_word(at_or_nul(t, n)) || at_or_nul(t, n) == '-')
		n++;
	for (i = 0; i < sizeof(bots) / sizeof(*bots); i++)
		if (starts(t, at + 1, bots[i]))
			return at_or_nul(t, n) != '/';
	return false;
}

/* docs.github.com, "Linking a pull request to an issue". */
static bool
is_closing(const char *word, size_t len)
{
	static const char *const words[] = {"close", "closes", "closed", "fix",
	    "fixes", "fixed", "resolve", "resolves", "resolved"};
	size_t i, n;

	/* Also at the end of another word: better one too many. */
	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		n = strlen(words[i]);
		if (len >= n && strncasecmp(word + len - n, words[i], n) == 0)
			return true;
	}
	return false;
}

/* Does a closing word stand before that place?  What may be between them is
 * blank, or becomes invisible. */
static bool
closes(const struct acts_text *t, size_t at)
{
	size_t end;

	while (
	    at != 0 && (strchr(" \t\n:*_~`([\"'<>\\", t->s[at - 1]) != NULL ||
			   (unsigned char)t->s[at - 1] >= 0x80))
		at--;
	for (end = at; at != 0 && isalpha((unsigned char)t->s[at - 1]); at--)
		;
	return is_closing(t->s + at, end - at);
}

static bool
is_slug(char c)
{
	return is_word(c) || c == '-' || c == '_' || c == '.' || c == '/';
}

/* Is it our repository? */
static bool
is_home(const struct acts_home *h, const char *repo, size_t len)
{
	return h->repo != NULL && strlen(h->repo) == len &&
	       strncasecmp(h->repo, repo, len) == 0;
}

/* What becomes of the item of this number. */
static enum acts_ref
judge(const struct acts_text *t, size_t begin, const char *digits, bool home,
    const struct acts_home *h)
{
	bool at_hand = home && h->number != 0 &&
		       strspn(digits, "0123456789") <= DIGITS_MAX &&
		       strtoll(digits, NULL, 10) == h->number;

	if (closes(t, begin))
		return at_hand ? ACTS_CLOSES : ACTS_HOSTILE;
	return home ? ACTS_FINE : ACTS_FOREIGN;
}

static size_t
digits(const struct acts_text *t, size_t at)
{
	size_t n = at;

	while (isdigit((unsigned char)at_or_nul(t, n)))
		n++;
	return n - at;
}

enum acts_ref
acts_ref(const struct acts_text *t, size_t at, const struct acts_home *h,
    size_t *len)
{
	static const char gh[] = "GH-";
	size_t from = at, n;

	if (t->s[at] != '#') {
		n = digits(t, at + strlen(gh));
		if (!starts(t, at, gh) || n == 0 ||
		    (at != 0 && is_word(t->s[at - 1])))
			return ACTS_NONE;
		*len = strlen(gh) + n;
		return judge(t, at, t->s + at + strlen(gh), true, h);
	}
	n = digits(t, at + 1);
	if (n == 0)
		return ACTS_NONE;
	*len = n + 1;
	while (from != 0 && is_slug(t->s[from - 1]))
		from--;
	if (memchr(t->s + from, '/', at - from) != NULL)
		return judge(t, from, t->s + at + 1,
		    is_home(h, t->s + from, at - from), h);
	/* "C#7" is none. */
	return at != 0 && is_word(t->s[at - 1])
		   ? ACTS_NONE
		   : judge(t, at, t->s + at + 1, true, h);
}

/* Hosts. */

static bool
is_one(const char *host, size_t len, const char *other)
{
	return other != NULL && strlen(other) == len &&
	       strncasecmp(host, other, len) == 0;
}

static bool
in_list(const char *host, size_t len, const char *list)
{
	size_t n;

	for (; list != NULL && *list != '\0'; list += n) {
		list += strspn(list, ", ");
		n = strcspn(list, ", ");
		if (n == len && n != 0 && strncasecmp(host, list, n) == 0)
			return true;
	}
	return false;
}

/* The bytes of "http://" or "https://" there, 0 for none. */
static size_t
scheme(const struct acts_text *t, size_t at)
{
	return starts(t, at, "https://") ? 8 : starts(t, at, "http://") ? 7 : 0;
}

static size_t
host_len(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && (is_word(s[n]) || strchr(".-:", s[n]) != NULL) &&
	       s[n] != '\0')
		n++;
	return n;
}

bool
acts_is_listed(const char *s, size_t len, const struct acts_home *h)
{
	const struct acts_text t = {.s = s, .len = len};
	size_t begin = scheme(&t, 0), n = host_len(s + begin, len - begin);
	char next = at_or_nul(&t, begin + n);

	/* What follows the host is its path: no "user@host", no "host\". */
	return begin != 0 && n != 0 &&
	       (begin + n == len || next == '/' || next == '?' ||
		   next == '#') &&
	       (is_one(s + begin, n, h->server) ||
		   in_list(s + begin, n, h->hosts));
}

/* The item that a path of the forge names, "/owner/name/issues/12". */
static enum acts_ref
path_ref(const struct acts_text *t, size_t at, size_t path,
    const struct acts_home *h)
{
	static const char *const kinds[] = {
	    "/issues/", "/pull/", "/pulls/", "/discussions/", "/commit/"};
	size_t owner, name, i, end;

	if (at_or_nul(t, path) != '/')
		return ACTS_NONE;
	owner = path + 1;
	for (name = owner; is_slug(at_or_nul(t, name)) && t->s[name] != '/';)
		name++;
	if (name == owner || at_or_nul(t, name) != '/')
		return ACTS_NONE;
	for (end = name + 1; is_slug(at_or_nul(t, end)) && t->s[end] != '/';)
		end++;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (starts(t, end, kinds[i]) &&
		    is_word(at_or_nul(t, end + strlen(kinds[i]))))
			return judge(t, at, t->s + end + strlen(kinds[i]),
			    is_home(h, t->s + owner, end - owner), h);
	return ACTS_NONE;
}

/* The bytes of the one of these that begins there, 0 for none. */
static size_t
starts_one(
    const struct acts_text *t, size_t at, const char *const list[], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (starts(t, at, list[i]))
			return strlen(list[i]);
	return 0;
}

/* The bytes of what makes a link there without a host to link to. */
static size_t
other_scheme(const struct acts_text *t, size_t at)
{
	static const char *const schemes[] = {
	    "www.", "ftp://", "mailto:", "xmpp:"};

	return starts_one(t, at, schemes, sizeof(schemes) / sizeof(*schemes));
}

/* Where the URL ends that is shown as one.  After URL_MAX bytes the rest is
 * text, in which nothing begins that looks as if it went on. */
static size_t
url_end(const struct acts_text *t, size_t at)
{
	size_t n = at;

	while (n < t->len && (unsigned char)t->s[n] > ' ' &&
	       (n - at < URL_MAX || isalpha((unsigned char)t->s[n])) &&
	       strchr("<>`\"|\\", t->s[n]) == NULL)
		n++;
	/* What ends a sentence, or is around it. */
	while (n > at && strchr(".,;:!?)]}*_~'", t->s[n - 1]) != NULL)
		n--;
	return n;
}

/*
 * Does the host end where the URL does, as GitHub has it?  Its URL goes on to
 * the next blank, less what ends a sentence: in "https://host"x@other/" the
 * host is another one.  Behind a path nothing can change it any more.
 */
static bool
ends_there(const struct acts_text *t, size_t at, size_t end)
{
	size_t host = at + scheme(t, at);

	host += host_len(t->s + host, end - host);
	if (host != end)
		return true;
	while (end < t->len && t->s[end] != '\0' &&
	       strchr("?!.,:'\");", t->s[end]) != NULL)
		end++;
	return end == t->len || (unsigned char)t->s[end] <= ' ';
}

bool
acts_url(const struct acts_text *t, size_t at, const struct acts_home *h,
    struct acts_url *ret)
{
	size_t begin = scheme(t, at), n;

	if (begin == 0 && other_scheme(t, at) == 0)
		return false;
	/* Digits may stand before a URL, letters would be of its scheme. */
	if (at != 0 && isalpha((unsigned char)t->s[at - 1]))
		return false;
	n = url_end(t, at);
	/* Behind "www." GitHub takes whatever comes for a host. */
	if (n - at <= begin + other_scheme(t, at) && !starts(t, at, "www."))
		return false;
	*ret = (struct acts_url){.len = n - at};
	ret->is_listed = acts_is_listed(t->s + at, n - at, h) &&
			 ends_there(t, at, n);
	if (ret->is_listed)
		ret->ref = path_ref(t, at,
		    at + begin + host_len(t->s + at + begin, n - at - begin),
		    h);
	return true;
}

bool
acts_command(const struct acts_text *t, size_t at)
{
	size_t n = at + 1;

	if (t->s[at] != '/' || !isalpha((unsigned char)at_or_nul(t, n)) ||
	    !leads(t, at))
		return false;
	while (is_word(at_or_nul(t, n)) || at_or_nul(t, n) == '-' ||
	       at_or_nul(t, n) == '_')
		n++;
	return at_or_nul(t, n) != '/' && at_or_nul(t, n) != '.';
}

/* What bots obey without being called by name; leads: only at the start of a
 * line. */
static const struct {
	const char *words;
	bool leads;
} phrases[] = {
    {"bors ", true},
    {"homu ", true},
    {"recheck", true},
    {"reverify", true},
    {"retest", true},
    {"gate", true},
    {"check experimental", true},
    {"jenkins,", true},
    {"jenkins ", true},
    {"ok to test", false},
    {"retest this please", false},
    {"test this please", false},
    {"add to whitelist", false},
    {"add to allowlist", false},
};

size_t
acts_phrase(const struct acts_text *t, size_t at)
{
	size_t i, n;
	char next;

	if (at != 0 && is_word(t->s[at - 1]))
		return 0;
	for (i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		n = strlen(phrases[i].words);
		next = at_or_nul(t, at + n);
		if (!starts(t, at, phrases[i].words) ||
		    (phrases[i].leads && !leads(t, at)))
			continue;
		/* One word alone is an order only when nothing follows. */
		if (phrases[i].leads && phrases[i].words[n - 1] != ' ' &&
		    phrases[i].words[n - 1] != ',' && next != '\n' &&
		    next != '\0')
			continue;
		return n;
	}
	return 0;
}

/* docs.github.com, "Skipping workflow runs"; the last two are of others. */
size_t
acts_skips_ci(const struct acts_text *t, size_t at)
{
	static const char *const words[] = {"[skip ci]", "[ci skip]", "[no ci]",
	    "[skip actions]", "[actions skip]", "[skip-ci]", "[ci-skip]"};

	return starts_one(t, at, words, sizeof(words) / sizeof(*words));
}

bool
acts_skips_checks(const struct acts_text *t, size_t at)
{
	static const char key[] = "skip-checks";

	if (!starts(t, at, key) || !leads(t, at))
		return false;
	for (at += strlen(key);
	     at_or_nul(t, at) == ' ' || at_or_nul(t, at) == '\t';)
		at++;
	return at_or_nul(t, at) == ':';
}

bool
acts_marker(const struct acts_text *t, size_t at)
{
	if (!starts(t, at, "<!--"))
		return false;
	for (at += 4; at_or_nul(t, at) == ' ' || at_or_nul(t, at) == '\t' ||
		      at_or_nul(t, at) == '\n' || at_or_nul(t, at) == '-';)
		at++;
	return starts(t, at, "oompa");
}
