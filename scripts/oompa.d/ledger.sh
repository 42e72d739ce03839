# The ledger: what counts of it, and what was spent.
# SPDX-License-Identifier: MIT

# What counts of the ledger: a torn last line is what a killed run leaves;
# receipts are kept 30 days.
sound_receipts() {
	[ -s "$ledger" ] || return 0
	oldest=$(date -u -d '30 days ago' +%Y-%m-%dT%H:%M:%SZ)
	awk -v oldest="$oldest" -v torn="$(tail -c 1 "$ledger" | wc -l)" '
		NR > 1 { show(line) }
		{ line = $0 }
		END { if (torn != 0) show(line) }
		function show(text) {
			if (match(text, /"at":"[^"]*"/) && \
				substr(text, RSTART + 6, RLENGTH - 7) >= oldest)
				print text
		}' "$ledger"
}

mend_ledger() {
	sound_receipts >"$ledger.new"
	mv "$ledger.new" "$ledger"
}

# Dollars of today's model calls, each counted once.
spent_today() {
	awk -v today="\"at\":\"$(date -u +%Y-%m-%d)T" '
		index($0, "\"op\":\"spend\"") && index($0, today) && \
			index($0, "\"dry_run\":false") && \
			match($0, /"call":"[^"]*"/) && \
			!seen[substr($0, RSTART, RLENGTH)]++ && \
			match($0, /"cost":[0-9.]+/) {
			sum += substr($0, RSTART + 7, RLENGTH - 7)
		}
		END { printf "%.2f\n", sum }' "$ledger"
}
