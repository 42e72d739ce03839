# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2094,SC2153,SC2154
# What the suites of oompa-push share: a result made by hand, and what became
# of it on the simulated GitHub.

BASE=0000000000000000000000000000000000000000
TASK=acme/widgets#1:implement:2026-11-23T12:00:00Z

set_up_push() {
	jq '.users += [{login: "helper", type: "Bot"}, {login: "oompa", type: "Bot"}]
		| .tokens.ghs_app = {login: "oompa[bot]"}
		| .repositories[0].permissions.oompa = "write"
		| .repositories[0].labels += [{name: "ai-failed"}]' \
		"$TESTS/github/scenarios/demo.json" >scenario.json
	sim_start scenario.json
	export GH_TOKEN=$TOKEN
	PLACE=$BATS_TEST_TMPDIR/clones/acme/widgets
	mkdir -m 700 clones clones/acme clones/acme/widgets outbox
	git clone -q --mirror "$SIM/acme/widgets.git" "$PLACE/mirror.git"
	BASE=$(git -C "$PLACE/mirror.git" rev-parse main)
	git clone -q "$PLACE/mirror.git" work
	git -C work config user.name "Demo Bot"
	git -C work config user.email demo@example.com
	change src/widget.c '/* fixed */'
	result >results
}

# push ARGUMENT...: oompa-push as the driver runs it.
push() {
	local want=$1
	shift
	ok "$want" oompa-push --clone-dir "$BATS_TEST_TMPDIR/clones" \
		--outbox "$BATS_TEST_TMPDIR/outbox" --patience 1s \
		--write-interval 0s "$@"
}

# change PATH TEXT: a commit that changes only this, made anew.
change() {
	git -C work reset -q --hard "$BASE"
	mkdir -p "work/$(dirname "$1")"
	printf '%s\n' "$2" >>"work/$1"
	commit
}

commit() {
	git -C work add -A
	git -C work commit -q -m "widget count is off by one"
}

name_of() {
	printf '%s' "$1" | sha256sum | cut -c 1-16
}

# result [JQFILTER [ARGUMENT...]]: the record of what is in work, changed by the
# filter; its bundle and itself are put into the outbox.
result() {
	local name bundle head filter=${1:-.}

	[ $# -eq 0 ] || shift
	name=$(name_of "$TASK")
	bundle=outbox/$name.bundle
	head=$(git -C work rev-parse HEAD)
	git -C work bundle create -q "$BATS_TEST_TMPDIR/$bundle" "$BASE..HEAD" HEAD
	jq -nc --arg head "$head" --arg base "$BASE" --arg path "$name.bundle" \
		--arg task "$TASK" --argjson bytes "$(stat -c %s "$bundle")" \
		--arg sha256 "$(sha256sum <"$bundle" | cut -d ' ' -f 1)" '{
			type: "result", v: 1, repo: "acme/widgets", number: 1, id: $task,
			action: "implement", outcome: "changed", reason: "changed 1 file",
			code: null, retry: null,
			trigger: {label: "good-for-ai", at: "2026-11-23T12:00:00Z",
				actor: {login: "maya", type: "User", trust: "admin"}},
			issue_id: "I_1", branch: "ai/issue-1",
			base: {ref: "main", oid: $base}, head: $head,
			bundle: {path: $path, bytes: $bytes, sha256: $sha256},
			files: 1, title: "widget count is off by one",
			body: "The loop stopped one early.", summary: "Fixed the loop.",
			model: "claude-test", cost: 0.04, seconds: 3, call: "msg_1",
			prompt_sha256: null, made_at: "2026-11-23T12:30:00Z"
		} | '"$filter" "$@" | tee "outbox/$name.json"
	jq -nc '{type: "end", v: 1, from: "oompa-work", count: 1, status: "ok"}'
}

# result_failed [JQFILTER [ARGUMENT...]]: one without a commit.
result_failed() {
	local filter=${1:-.}

	[ $# -eq 0 ] || shift
	result '.outcome = "failed" | .code = "limits" | .retry = "human" | .head = null
		| .bundle = null | .files = 0 | .reason = "the tests do not build"
		| '"$filter" "$@"
	rm -f outbox/*.bundle
}

# error: retry and message of the one error.
error() {
	jq -r 'select(.type == "error") | "\(.retry): \(.message)"' ok.out
}

ops() {
	jq -r 'select(.type == "receipt").op' ok.out | paste -sd ' '
}

# state JQFILTER: of the repository on GitHub.
state() {
	sim_state acme/widgets | jq -r "$1"
}

status_comment() {
	state '.issues[0].comments[].body | select(endswith("<!-- oompa:status -->\n"))'
}

# status_state: the state in the status comment.
status_state() {
	status_comment | state_in
}

# note CODE [JQFILTER]: a note in the outbox, and its record.
note() {
	rm -f outbox/*
	jq -nc --arg code "$1" '{
		type: "result", v: 1, repo: "acme/widgets", number: 1,
		id: "acme/widgets#1:note:\($code):2026-01-01T00:00:01Z", action: "note",
		outcome: "noted", reason: "3 attempts failed", code: null,
		retry: null,
		trigger: {label: "good-for-ai", at: "2026-11-23T12:00:00Z",
			actor: {login: "maya", type: "User", trust: "admin"}},
		issue_id: "I_1", note: {code: $code, text: "3 attempts failed"},
		cost: 0, call: null, made_at: "2026-11-23T12:30:00Z"
	} | '"${2:-.}" >results
	TASK=$(jq -r .id results)
	cp results "outbox/$(name_of "$TASK").json"
	jq -nc '{type: "end", v: 1, from: "oompa-work", count: 1, status: "ok"}' >>results
}

# sim_again JQFILTER: another GitHub, from a scenario that is changed so.
sim_again() {
	sim_stop
	rm -rf sim sim.journal
	jq "$1" scenario.json >again.json
	sim_start again.json
}

# kinds: op and kind of the receipts for comments.
kinds() {
	jq -r 'select(.kind) | "\(.op) \(.kind)"' ok.out | paste -sd ,
}

# comments [NUMBER]: the bodies of its comments.
comments() {
	state "(.issues + .pulls)[] | select(.number == ${1:-1}).comments[].body"
}

# dropped_note MESSAGE: what the people said before is all that was written.
dropped_note() {
	local before

	before=$(writes)
	push 0 results
	[ "$(ops)" = drop ]
	[ "$(jq -r 'select(.op == "drop").message' ok.out)" = "$1" ]
	[ "$(writes)" = "$before" ]
	outbox_is_empty
}

outbox_is_empty() {
	[ -z "$(ls outbox)" ]
}

outbox_is_kept() {
	[ -e "outbox/$(name_of "$TASK").json" ] &&
		[ -e "outbox/$(name_of "$TASK").bundle" ]
}

# one_of_each: what was published is there once.
one_of_each() {
	[ "$(state '.pulls | length')" = 1 ]
	[ "$(state '.issues[0].comments | length')" = 1 ]
	[ "$(state '.branches | keys | map(select(startswith("ai/"))) | join(" ")')" = ai/issue-1 ]
	[ "$(state '.branches["ai/issue-1"]')" = "$(git -C work rev-parse HEAD)" ]
	status_state | jq -e '.rows | length == 1'
}

# refused MESSAGE: the gate said so, to everybody.
refused() {
	push 6 results
	[ "$(error)" = "human: refused: $1" ]
	[ "$stderr" = "oompa-push: acme/widgets#1: refused: $1" ]
	[ "$(ops)" = "label comment spend" ]
	[ "$(state '.issues[0].labels | index("ai-failed") != null')" = true ]
	[ "$(status_state | jq -r '.rows[0] | "\(.outcome): \(.note)"')" = "refused: $1" ]
	[ "$(state '.branches | keys | join(" ")')" = main ]
	[ "$(state '.pulls | length')" = 0 ]
	outbox_is_empty
}

# kept STATUS RETRY: it failed, nothing is on GitHub, all is there to try again.
kept() {
	push "$1" results
	[[ "$(error)" == "$2: "* ]]
	[ "$(ops)" = "" ]
	[ "$(writes)" = 0 ]
	outbox_is_kept
}

# dropped MESSAGE: GitHub heard nothing, and nothing is left to do.
dropped() {
	push 0 results
	[ "$(ops)" = "drop spend" ]
	[ "$(jq -r 'select(.op == "drop").message' ok.out)" = "$1" ]
	[ "$(writes)" = 0 ]
	outbox_is_empty
}

# kill_at FAULT RECEIPTS: KILL while the request is under way that follows so
# many receipts; then all is done again.
kill_at() {
	sim_fault "$1"
	: >killed.out
	oompa-push --clone-dir "$BATS_TEST_TMPDIR/clones" --write-interval 0s \
		--outbox "$BATS_TEST_TMPDIR/outbox" results >killed.out 3>&- &
	wait_for lines killed.out "$2"
	sleep 0.5
	kill -KILL $!
	wait $! || :
	[ "$(wc -l <killed.out)" = "$2" ]
	outbox_is_kept
	sleep 1.5
	push 0 results
	one_of_each
	outbox_is_empty
}
