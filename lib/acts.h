#ifndef OOMPA_ACTS_H
#define OOMPA_ACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a text does on GitHub besides being read: it notifies people, links to
 * other items, closes them, and gives orders to bots.  These functions find
 * such places; what is done about them is neutral's.
 *
 * They take a whole text and a place in it, since what stands before a place
 * counts.  The text is valid UTF-8 without control characters but line feeds
 * and tabs.
 */

struct acts_text {
	const char *s;
	size_t len;
};

/* The item at hand, and what is at home. */
struct acts_home {
	const char *repo;   /* "owner/name"; NULL: none is at home */
	int64_t number;     /* closing words may name it; 0: none */
	const char *server; /* the forge's host; NULL: none */
	const char *hosts;  /* more hosts to link to, "a,b"; NULL: none */
};

/* "@login" or "@org/team" at an "@": its bytes behind it.  0: it is not one,
 * as in an address. */
size_t acts_mention(const struct acts_text *, size_t at);

/* A known bot's name behind an "@" at that place, which may be in code: bots
 * read the text as it was written. */
bool acts_is_bot(const struct acts_text *, size_t at);

enum acts_ref {
	ACTS_NONE,
	ACTS_FINE,    /* an item at home, and nothing happens to it */
	ACTS_CLOSES,  /* the item at hand, and it will be closed */
	ACTS_FOREIGN, /* an item elsewhere, which will show it */
	ACTS_HOSTILE, /* another item, and it will be closed */
};

/* "#12" at a "#", with the repository before it; or "GH-12" at its "G".  *len
 * are its bytes from there on. */
enum acts_ref acts_ref(
    const struct acts_text *, size_t at, const struct acts_home *, size_t *len);

struct acts_url {
	size_t len;
	bool is_listed;    /* its host is one to link to */
	enum acts_ref ref; /* of an item that it names */
};

/* Does a URL begin there, with or without its scheme ("www.")?  What follows it
 * without a blank is looked at, too: GitHub may take it for a part of the URL.
 */
bool acts_url(const struct acts_text *, size_t at, const struct acts_home *,
    struct acts_url *ret);

/* Is the host of s, an http or https URL of len bytes that is nothing else,
 * one to link to? */
bool acts_is_listed(const char *s, size_t len, const struct acts_home *);

/* "/word" at the start of a line, alone or with words behind it. */
bool acts_command(const struct acts_text *, size_t at);

/* Words that a bot obeys at that place: their bytes. */
size_t acts_phrase(const struct acts_text *, size_t at);

/* "[skip ci]" and its like, at its "[": its bytes. */
size_t acts_skips_ci(const struct acts_text *, size_t at);

/* "skip-checks:" at the start of a line, which does the same. */
bool acts_skips_checks(const struct acts_text *, size_t at);

/* Would it pass for a marker of ours: "<!--" and our name? */
bool acts_marker(const struct acts_text *, size_t at);

#endif
