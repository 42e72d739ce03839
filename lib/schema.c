/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embed.h"
#include "json.h"
#include "log.h"
#include "record.h"
#include "schema.h"
#include "xalloc.h"

#define DRAFT "https://json-schema.org/draft/2020-12/schema"

/* What the records refer to. */
static const char *const shared[] = {"oid", "time", "actor", "answer", "base",
    "check", "comment", "commit", "commit-status", "event", "link", "review",
    "said", "state", "status", "text", "thread", "trigger", NULL};

static void
put_all(cJSON *defs, const char *const names[])
{
	struct fail why;
	const char *text;
	cJSON *schema;
	char *path;

	for (; *names != NULL; names++) {
		path = xasprintf("schema/%s.json", *names);
		text = embed_text(path);
		/* Ours, and built in: to lack one is a bug. */
		if (text == NULL ||
		    json_parse(text, strlen(text), &schema, &why) == -1)
			abort();
		json_put(defs, *names, schema);
		free(path);
	}
}

int
schema_print(FILE *fp, const char *const types[])
{
	cJSON *doc = json_new_object(), *any, *defs;
	struct fail why;
	char *ref;
	size_t i;
	int status = STATUS_OK;

	json_put_str(doc, "$schema", DRAFT);
	any = json_put_array(doc, "anyOf");
	for (i = 0; types[i] != NULL; i++) {
		ref = xasprintf("#/$defs/%s", types[i]);
		json_put_str(json_add_object(any), "$ref", ref);
		free(ref);
	}
	defs = json_put_object(doc, "$defs");
	put_all(defs, types);
	put_all(defs, shared);
	if (record_write(fp, doc, &why) == -1) {
		log_at(LOG_ERROR, NULL, "%s", why.msg);
		status = STATUS_SOME;
	}
	cJSON_Delete(doc);
	return status;
}
