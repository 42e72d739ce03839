# oompa show: what Claude was told about an item, and what came of it.
# SPDX-License-Identifier: MIT

# For a terminal without what could move its cursor or turn its text: C0, C1,
# and the marks that change the direction.
visible() {
	if [ -t 1 ]; then
		LC_ALL=C tr '\000-\010\013-\037\177' '?' |
			LC_ALL=C sed 's/\xc2[\x80-\x9f]/?/g; s/\xd8\x9c/?/g
				s/\xe2\x80[\x8e\x8f\xaa-\xae]/?/g; s/\xe2\x81[\xa6-\xa9]/?/g'
	else
		cat
	fi
}

# runs_of NUMBER: the names of its runs, the newest last.
runs_of() {
	find "$logs" -maxdepth 1 -type f -name "$1-*" -printf '%T@ %f\n' |
		sort -n | sed -n 's/^[^ ]* \('"$1"'-[a-z-]*-[0-9a-f]\{16\}\)\.\(prompt\|jsonl\)$/\1/p' |
		awk '{ last[$0] = NR } END { for (name in last) print last[name], name }' |
		sort -n | cut -d ' ' -f 2
}

# receipts_of NUMBER: each task, and what a receipt says of it.
receipts_of() {
	awk -v number="\"number\":$1," '
		function field(key) {
			if (!match($0, "\"" key "\":(\"([^\"\\\\]|\\\\.)*\"|[^,}]*)"))
				return ""
			text = substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
			gsub(/^"|"$/, "", text)
			return text
		}
		index($0, number) && index($0, "\"dry_run\":false") {
			op = field("op")
			said = ""
			if (op == "spend")
				said = field("outcome") ", $" field("cost") ", " field("seconds") " s, " field("at")
			else if (op == "drop")
				said = "dropped: " field("message")
			else if (op == "pull")
				said = field("url")
			if (said != "")
				printf "%s\t%s\n", field("id"), said
		}' "$ledger"
}

# outcomes NUMBER: for each of its tasks, the id in the outbox and what became
# of it.
outcomes() {
	[ ! -s "$ledger" ] || receipts_of "$1" |
		while IFS='	' read -r task said; do
			printf '%s\t%s\n' "$(printf '%s' "$task" | sha256sum | cut -c 1-16)" "$said"
		done
	list 2>/dev/null | awk -F '\t' -v number="$1" '
		$2 == number { print $1 "\t" $4 ", waits in the outbox" }' || :
}

# show_run NUMBER NAME
show_run() {
	id=${2##*-}
	action=${2#"$1-"}
	action=${action%-*}
	printf '%s#%s %s %s\n' "$OOMPA_REPO" "$1" "$action" "$id"
	printf '%s\n' "$became" | awk -F '\t' -v id="$id" '$1 == id { print "outcome: " $2; n++ }
		END { if (n == 0) print "outcome: not known here" }'
	if [ -f "$logs/$2.jsonl" ]; then
		printf 'log: %s\n' "$logs/$2.jsonl"
	fi
	if [ -f "$logs/$2.prompt" ]; then
		printf 'prompt: %s\n\n' "$logs/$2.prompt"
		cat "$logs/$2.prompt"
		printf '\n'
	fi
	printf '\n'
}

# show NUMBER...
show() {
	logs=$OOMPA_CLONE_DIR/$OOMPA_REPO/logs
	for directory in "$OOMPA_CLONE_DIR" "$OOMPA_CLONE_DIR/${OOMPA_REPO%%/*}" \
		"$OOMPA_CLONE_DIR/$OOMPA_REPO" "$logs"; do
		[ ! -e "$directory" ] || is_ours "$directory" ||
			die 3 "'$directory' is not a directory of ours"
	done
	status=0
	for number in "$@"; do
		names=
		[ ! -d "$logs" ] || names=$(runs_of "$number")
		if [ -z "$names" ]; then
			say error "$OOMPA_REPO#$number: no prompt or log is kept"
			status=1
			continue
		fi
		became=$(outcomes "$number")
		for name in $names; do
			show_run "$number" "$name"
		done | visible
	done
	exit "$status"
}
