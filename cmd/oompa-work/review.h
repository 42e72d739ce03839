#ifndef OOMPA_WORK_REVIEW_H
#define OOMPA_WORK_REVIEW_H

#include "brief.h"

/* The texts of a review: what Claude is told of them. */

/* Are the parts of a task that are about texts whole?  FAIL_INPUT if not. */
int review_read(struct task *, struct fail *);

/* Values of its template, see brief.c: title and body, what changed in each
 * file, what else was said, the texts that are to be answered with the code
 * around them and their threads, what becomes of a change. */
int review_put_pull(struct buf *, struct brief *, struct fail *);
int review_put_files(struct buf *, struct brief *, struct fail *);
int review_put_talk(struct buf *, struct brief *, struct fail *);
int review_put_texts(struct buf *, struct brief *, struct fail *);
int review_put_push(struct buf *, struct brief *, struct fail *);

/* The texts are called text-1, text-2 and so on. */
#define REVIEW_NAME "text-"

/* The text of that name, NULL when there is none. */
const cJSON *review_text(const struct task *, const char *name);

#endif
