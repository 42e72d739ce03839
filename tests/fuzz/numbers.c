/*
 * Numbers in records: integers print with all their digits and no exponent,
 * and money comes back to the millionth.
 *
 * SPDX-License-Identifier: MIT
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define BILLION INT64_C(1000000000000000) /* a billion dollars */

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT(BUF_ANY);
	struct fail why;
	cJSON *obj, *again;
	char want[40];
	int64_t n, back;

	if (size < sizeof(n))
		return 0;
	memcpy(&n, data, sizeof(n));
	json_setup();
	/* All magnitudes, not only the largest. */
	if (size > sizeof(n))
		n /= INT64_C(1) << data[sizeof(n)] % 63;
	obj = json_new_object();
	json_put_int(obj, "n", n);
	json_put_money(obj, "m", n % BILLION);
	json_print(&text, obj);
	(void)snprintf(want, sizeof(want), "{\"n\":%" PRId64 ",\"m\":", n);
	if (strncmp(text.data, want, strlen(want)) != 0)
		abort();
	if (json_parse(text.data, text.len, &again, &why) == -1 ||
	    json_check(again, &why) == -1)
		abort();
	if (json_int(again, "n", &back) && back != n)
		abort();
	if (!json_money(again, "m", &back) || back != n % BILLION)
		abort();
	cJSON_Delete(obj);
	cJSON_Delete(again);
	buf_free(&text);
	return 0;
}
