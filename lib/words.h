#ifndef OOMPA_WORDS_H
#define OOMPA_WORDS_H

/*
 * The words that people say to us in a comment: "/oompa stop" and the like.
 * A word counts when it is what the comment begins with; what follows on the
 * line is advice.
 */
enum word {
	WORD_NONE,
	WORD_STOP,
	WORD_GO,
	WORD_RETRY,
	WORD_STATUS,
};

/* The word that a comment's body begins with; body may be NULL. */
enum word word_of(const char *body);

/* What else it says: what follows "/oompa" and the word, from its first
 * character that is no blank; "" for nothing.  NULL when body, which may be
 * NULL, does not begin with "/oompa". */
const char *word_rest(const char *body);

#endif
