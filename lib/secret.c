/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "file.h"
#include "secret.h"

/* Which characters a form is made of, behind its beginning. */
enum set {
	SET_ALNUM,
	SET_UPPER, /* A-Z, 2-7 */
	SET_HEX,
	SET_WORD,  /* letters, digits, "_", "-" */
	SET_DOTS,  /* the same and "." */
	SET_SLASH, /* letters, digits, "/" */
	SET_BASE64,
};

struct form {
	const char *begin, *what;
	enum set set;
	size_t least;    /* characters behind the beginning */
	const char *has; /* one of them has this in it, or NULL */
};

/* Sources: docs.github.com "About authentication", docs.gitlab.com "Token
 * overview", docs.stripe.com/keys, api.slack.com/authentication/token-types,
 * docs.aws.amazon.com "IAM identifiers" (read 2025-11). */
static const struct form forms[] = {
    {"ghp_", "a GitHub token", SET_ALNUM, 36, NULL},
    {"gho_", "a GitHub token", SET_ALNUM, 36, NULL},
    {"ghu_", "a GitHub token", SET_ALNUM, 36, NULL},
    {"ghr_", "a GitHub token", SET_ALNUM, 36, NULL},
    /* Installation tokens of today have some 520 characters. */
    {"ghs_", "a GitHub token", SET_DOTS, 36, NULL},
    {"github_pat_", "a GitHub token", SET_WORD, 40, NULL},
    {"sk-ant-", "an Anthropic key", SET_WORD, 24, NULL},
    {"sk-", "an OpenAI key", SET_WORD, 40, "T3BlbkFJ"},
    {"xoxb-", "a Slack token", SET_WORD, 20, NULL},
    {"xoxp-", "a Slack token", SET_WORD, 20, NULL},
    {"xoxa-", "a Slack token", SET_WORD, 20, NULL},
    {"xoxr-", "a Slack token", SET_WORD, 20, NULL},
    {"xoxs-", "a Slack token", SET_WORD, 20, NULL},
    {"xapp-", "a Slack token", SET_WORD, 20, NULL},
    {"https://hooks.slack.com/services/T", "a Slack webhook", SET_SLASH, 30,
	NULL},
    {"npm_", "an npm token", SET_ALNUM, 36, NULL},
    {"pypi-AgE", "a PyPI token", SET_WORD, 50, NULL},
    {"glpat-", "a GitLab token", SET_DOTS, 20, NULL},
    {"sk_live_", "a Stripe key", SET_ALNUM, 24, NULL},
    {"rk_live_", "a Stripe key", SET_ALNUM, 24, NULL},
    {"AIza", "a Google API key", SET_WORD, 35, NULL},
    {"ya29.", "a Google access token", SET_WORD, 40, NULL},
    {"hf_", "a Hugging Face token", SET_ALNUM, 34, NULL},
    {"dop_v1_", "a DigitalOcean token", SET_HEX, 64, NULL},
    {"SG.", "a SendGrid key", SET_DOTS, 60, NULL},
};

static const char *const examples[] = {
    /* docs.aws.amazon.com */
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    /* jwt.io */
    "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
};

static const char *const placeholders[] = {"example", "placeholder", "redacted",
    "changeme", "xxxxx", "00000", "your-", "your_", "dummy", "12345678"};

/* The text, and how much of it is to come. */
struct text {
	const char *data;
	size_t len;
};

static bool
is_in(enum set set, char c)
{
	switch (set) {
	case SET_UPPER:
		return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
	case SET_HEX:
		return isxdigit((unsigned char)c) && !isupper((unsigned char)c);
	case SET_WORD:
		return isalnum((unsigned char)c) || c == '_' || c == '-';
	case SET_DOTS:
		return isalnum((unsigned char)c) || c == '_' || c == '-' ||
		       c == '.';
	case SET_SLASH:
		return isalnum((unsigned char)c) || c == '/';
	case SET_BASE64:
		return isalnum((unsigned char)c) || c == '/' || c == '+';
	case SET_ALNUM:
	default:
		return isalnum((unsigned char)c);
	}
}

/* Of these characters, how many stand at that place? */
static size_t
run(const struct text *t, size_t at, enum set set)
{
	size_t n = at;

	while (n < t->len && is_in(set, t->data[n]))
		n++;
	return n - at;
}

/* Does a word begin there?  A line break as it is written in a string ("\n")
 * is not a part of it. */
static bool
begins(const struct text *t, size_t at, enum set set)
{
	return at == 0 || !is_in(set, t->data[at - 1]) ||
	       (at > 1 && t->data[at - 2] == '\\');
}

static bool
starts(const struct text *t, size_t at, const char *with)
{
	size_t n = strlen(with);

	return t->len - at >= n && memcmp(t->data + at, with, n) == 0;
}

/* Without regard to case. */
static bool
contains(const char *s, size_t len, const char *what)
{
	size_t n = strlen(what), i;

	for (i = 0; i + n <= len; i++)
		if (strncasecmp(s + i, what, n) == 0)
			return true;
	return false;
}

/*
 * Was it drawn at random?  A value of 20 or more characters that was has at
 * least a third as many different ones (up to ten), and few that follow the
 * one before in the alphabet, or repeat it.
 */
static bool
is_random(const char *s, size_t len)
{
	bool seen[256] = {false};
	size_t different = 0, regular = 0, i;

	for (i = 0; i < len; i++) {
		different += !seen[(unsigned char)s[i]];
		seen[(unsigned char)s[i]] = true;
		regular += i != 0 && (s[i] == s[i - 1] || s[i] == s[i - 1] + 1);
	}
	if (different < (len / 3 < 10 ? len / 3 : 10) || regular > len / 3)
		return false;
	for (i = 0; i < sizeof(placeholders) / sizeof(*placeholders); i++)
		if (contains(s, len, placeholders[i]))
			return false;
	for (i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		if (len == strlen(examples[i]) &&
		    memcmp(s, examples[i], len) == 0)
			return false;
	return true;
}

static bool
report(const struct text *t, size_t at, size_t len, const char *what,
    struct secret *ret)
{
	char hash[FILE_SHA256_SIZE];

	file_sha256_of(t->data + at, len, hash);
	*ret = (struct secret){.what = what, .at = at, .len = len};
	memcpy(ret->print, hash, SECRET_PRINT);
	return true;
}

static bool
find_form(const struct text *t, size_t at, struct secret *ret)
{
	const struct form *f;
	size_t i, begin, n;

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		f = &forms[i];
		if (f->begin[0] != t->data[at] || !starts(t, at, f->begin) ||
		    !begins(t, at, f->set))
			continue;
		begin = at + strlen(f->begin);
		n = run(t, begin, f->set);
		if (n < f->least || !is_random(t->data + begin, f->least) ||
		    (f->has != NULL && memmem(t->data + begin, n, f->has,
					   strlen(f->has)) == NULL))
			continue;
		return report(t, at, strlen(f->begin) + n, f->what, ret);
	}
	return false;
}

/* RFC 7519: header, claims and signature; one that is not signed is no
 * secret. */
static bool
find_jwt(const struct text *t, size_t at, struct secret *ret)
{
	size_t n, end = at, part;

	if (!starts(t, at, "eyJ") || !begins(t, at, SET_WORD))
		return false;
	for (part = 0; part < 2; part++) {
		n = run(t, end, SET_WORD);
		end += n;
		if (n < 10 || end >= t->len || t->data[end] != '.')
			return false;
		end++;
	}
	n = run(t, end, SET_WORD);
	if (n < 20 || !is_random(t->data + end, n))
		return false;
	return report(t, at, end + n - at, "a signed JWT", ret);
}

#define KEY_END  "PRIVATE KEY"
#define KEY_LINE 40  /* characters of a line of a key, at least */
#define KEY_HEAD 400 /* bytes, in which the first line stands */

/* "-----BEGIN ... PRIVATE KEY-----", and a key behind it: its mere name is
 * in many programs. */
static bool
find_key(const struct text *t, size_t at, struct secret *ret)
{
	static const char begin[] = "-----BEGIN ";
	size_t head, i, n;

	if (!starts(t, at, begin))
		return false;
	head = at + strlen(begin);
	for (n = head; n < t->len && n - head < 40 && t->data[n] != '-'; n++)
		;
	if (memmem(t->data + head, n - head, KEY_END, strlen(KEY_END)) == NULL)
		return false;
	for (i = n; i < t->len && i - n < KEY_HEAD; i++) {
		size_t len = run(t, i, SET_BASE64);

		if (len >= KEY_LINE && is_random(t->data + i, KEY_LINE))
			return report(
			    t, at, i + len - at, "a private key", ret);
		i += len;
	}
	return false;
}

#define AWS_LEN  40
#define AWS_NEAR 256 /* bytes before it that must say so */

/* The secret half of an AWS key is known by its surroundings only: 40
 * characters behind the id, or behind a name such as aws_secret_access_key. */
static bool
find_aws(const struct text *t, size_t at, struct secret *ret)
{
	size_t near = at < AWS_NEAR ? at : AWS_NEAR, i;
	const char *s = t->data + at - near;
	bool said;

	if (!begins(t, at, SET_BASE64) || run(t, at, SET_BASE64) != AWS_LEN ||
	    !is_random(t->data + at, AWS_LEN) || run(t, at, SET_HEX) == AWS_LEN)
		return false;
	said = contains(s, near, "secret_access_key") ||
	       contains(s, near, "secretaccesskey") ||
	       contains(s, near, "aws_secret");
	for (i = 0; !said && i + 20 <= near; i++)
		said = (strncmp(s + i, "AKIA", 4) == 0 ||
			   strncmp(s + i, "ASIA", 4) == 0) &&
		       run(t, at - near + i + 4, SET_UPPER) == 16 &&
		       !contains(s + i, 20, "EXAMPLE");
	return said && report(t, at, AWS_LEN, "an AWS secret key", ret);
}

/* Is its fingerprint one of the list's? */
static bool
is_allowed(const struct text *t, const struct secret *s, const char *list)
{
	char hash[FILE_SHA256_SIZE];
	size_t n;

	file_sha256_of(t->data + s->at, s->len, hash);
	for (; *list != '\0'; list += n) {
		list += strspn(list, ", ");
		n = strcspn(list, ", ");
		if (n >= SECRET_PRINT && n < FILE_SHA256_SIZE &&
		    strncasecmp(list, hash, n) == 0)
			return true;
	}
	return false;
}

/* Where a form may begin, so that the rest is skipped at once. */
static bool
may_begin(char c)
{
	return strchr("gsxhnprAydSe-", c) != NULL && c != '\0';
}

bool
secret_find(
    const char *text, size_t len, const char *allowed, struct secret *ret)
{
	const struct text t = {.data = text, .len = len};
	bool in_run = false;
	size_t i;

	for (i = 0; i < len; i++) {
		bool hit = may_begin(text[i]) &&
			   (find_form(&t, i, ret) || find_jwt(&t, i, ret) ||
			       find_key(&t, i, ret));

		/* A run is looked at once, at its beginning. */
		if (!hit && !in_run && is_in(SET_BASE64, text[i]))
			hit = find_aws(&t, i, ret);
		in_run = is_in(SET_BASE64, text[i]);
		if (!hit)
			continue;
		if (!is_allowed(&t, ret, allowed))
			return true;
		i += ret->len - 1;
	}
	return false;
}
