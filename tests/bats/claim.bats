# shellcheck disable=SC2016,SC2129,SC2153 # in single quotes: for jq and for GitHub
# oompa-push --claim: the signs that work has begun, and who does it.

load helpers
load ../helper/push

setup() {
	isolate
	set_up_push
	task >tasks
}

# task [JQFILTER]: the task that became the result, and its end.
task() {
	jq -nc --arg task "$TASK" --arg base "$BASE" '{
		type: "task", v: 1, repo: "acme/widgets", number: 1, id: $task,
		action: "implement", reason: "label good-for-ai set by maya (admin)",
		trigger: {label: "good-for-ai", at: "2026-11-23T12:00:00Z",
			actor: {login: "maya", type: "User", trust: "admin"}},
		branch: "ai/issue-1", base: {ref: "main", oid: $base}, head: null,
		issue: {id: "I_1", url: "https://github.test/acme/widgets/issues/1",
			title: "widget count is off by one", body: "",
			author: {login: "li", type: "User", trust: "read"},
			comments: [], dropped: 0},
		identity: {name: "d", email: "d@example.com", signed_off_by: "",
			assisted_by: ""},
		model: null, max_cost: 5, timeout: 2700, hold: false
	} | '"${1:-.}"
	jq -nc '{type: "end", v: 1, from: "oompa-plan", count: 1, status: "ok"}'
}

# claim STATUS [ARGUMENT...]: the claim stage of this machine.
claim() {
	local want=$1
	shift
	ok "$want" oompa-push --claim --clone-dir "$BATS_TEST_TMPDIR/clones" \
		--patience 1s --write-interval 0s "$@" tasks
}

# elsewhere COMMAND...: the same on another machine.
elsewhere() {
	local status=0

	mkdir -p -m 700 other
	mv clones this
	mv other clones
	"$@" || status=$?
	mv clones other
	mv this clones
	return "$status"
}

# both_claim: two machines at the same time.
both_claim() {
	local place pids=()

	mkdir -m 700 other
	for place in clones other; do
		timeout 60 oompa-push --claim --clone-dir "$PWD/$place" \
			--write-interval 1s tasks >"$place.out" 2>"$place.err" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# is_handed_on: the task, byte for byte.
is_handed_on() {
	head -n 1 tasks >want
	grep '^{"type":"task"' ok.out | cmp - want
}

# skipped: code and reason of the one skip record.
skipped() {
	run ! grep -q '^{"type":"task"' ok.out
	jq -r 'select(.type == "skip") | "\(.code): \(.reason)"' ok.out
}

machine() {
	cat "${1:-clones}/machine"
}

@test "claim: the signs that work has begun, then the task" {
	claim 0
	is_handed_on
	[ "$stderr" = "" ]
	[ "$(ops)" = "assign react comment" ]
	[ "$(state '.issues[0] | "\(.assignees) \(.reactions)"')" = '["demo-bot"] {"EYES":["demo-bot"]}' ]
	[ "$(journal 'map(select(.write)) | length')" = 1 ]
	status_state | jq -e --arg who "$(machine)" --arg task "$TASK" '
		(.claim | .who == $who and .task == $task
			and (.until | fromdate) - (.at | fromdate) == 3600)
		and .rows == [] and .cost == 0
		and (.attempts | map([.task, .n])) == [[$task, 1]]'
	[[ "$(status_comment)" == *"working on it since "*" (UTC)"* ]]
	[ "$(stat -c %a clones/machine)" = 600 ]
}

@test "claim: the comment is edited when the task ends, and not in between" {
	claim 0
	push 0 results
	[ "$(ops)" = "push pull edit-comment spend" ]
	status_state | jq -e '.claim == null and .attempts == null
		and (.rows | map(.outcome)) == ["changed"]'
	[[ "$(status_comment)" != *"working on it"* ]]
	[[ "$(status_comment)" == *"to undo: close the pull request and delete the branch \`ai/issue-1\`"* ]]
	[[ "$(status_comment)" == *"\$0.04 of \$20 · to stop me: \`/oompa stop\` or the label \`oompa-hold\`"* ]]
	[ "$(journal 'map(select(.operation.fields? // [] | index("updateIssueComment"))) | length')" = 1 ]
	[ "$(ls "$PLACE/claims")" = "" ]
	one_of_each
}

@test "claim: another machine's claim is left alone until it expires" {
	claim 0
	before=$(writes)
	elsewhere claim 0
	[ "$(skipped)" = "claimed: another machine works on it" ]
	[ "$(jq -r 'select(.type == "skip").until' ok.out)" = "$(status_state | jq -r .claim.until)" ]
	[ "$(writes)" = "$before" ]
	sim_do "$(jq -nc --arg id "$(state '.issues[0].comments[0].id')" \
		--arg body "$(status_comment | sed '1s/"until":"2[^"]*"/"until":"2026\\u002d01\\u002d01T00:00:00Z"/')" \
		'{do: "edit_comment", id: $id, body: $body, by: "demo-bot"}')"
	elsewhere claim 0
	is_handed_on
	status_state | jq -e --arg who "$(machine other)" '.claim.who == $who and .attempts[0].n == 2'
	[[ "$(status_comment)" == *"(UTC), attempt 2"* ]]
}

@test "claim: our own, left by a killed run, is taken up and counted" {
	claim 0
	claim 0
	is_handed_on
	[ "$(ops)" = edit-comment ]
	[ "$(status_state | jq '.attempts[0].n')" = 2 ]
	[ "$(state '.issues[0].comments | length')" = 1 ]
}

@test "claim: what was claimed and never handed on is no attempt" {
	claim 0
	rm "$PLACE"/claims/*
	before=$(writes)
	claim 0
	is_handed_on
	[ "$(ops)" = "" ]
	[ "$(writes)" = "$before" ]
}

@test "claim: two machines at once, neither sees the other: one goes on" {
	sim_fault '{"operation":"Batch","delay_ms":1500,"times":2}'
	both_claim
	cat clones.out clones.err other.out other.err
	[ "$(cat clones.out other.out | grep -c '^{"type":"task"')" = 1 ]
	[ "$(cat clones.out other.out | grep -c '"code":"claimed"')" = 1 ]
	[ "$(state '.issues[0].comments | length')" = 1 ]
	winner=$(grep -l '^{"type":"task"' clones.out other.out)
	[ "$(status_state | jq -r .claim.who)" = "$(machine "${winner%.out}")" ]
}

@test "claim: two machines at once where the comment is there already: one goes on" {
	push 0 results
	sim_do '[{"do":"close_pull","number":2,"by":"maya"}]'
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	task >tasks
	sim_fault '{"operation":"Batch","delay_ms":1500,"times":2}'
	both_claim
	[ "$(cat clones.out other.out | grep -c '^{"type":"task"')" = 1 ]
	[ "$(cat clones.out other.out | grep -c '"code":"claimed"')" = 1 ]
	[ "$(state '.issues[0].comments | length')" = 1 ]
	winner=$(grep -l '^{"type":"task"' clones.out other.out)
	[ "$(status_state | jq -r .claim.who)" = "$(machine "${winner%.out}")" ]
}

@test "claim: an answer that is lost is looked for" {
	for fault in '"when":"after","reset":true' '"reset":true' \
		'"when":"after","status":502,"html":"<h1>Unicorn</h1>"' \
		'"when":"after","status":502,"html":"<h1>Unicorn</h1>","stop_after":1' \
		'"refuse":{"field":"addComment","message":"Something went wrong while executing your query"}'; do
		echo "$fault"
		sim_fault "{\"operation\":\"Batch\",$fault}"
		claim 0
		is_handed_on
		[ "$(ops | tr ' ' '\n' | sort | paste -sd ' ')" = "assign comment react" ]
		[ "$(status_state | jq '.attempts[0].n')" = 1 ]
		[ "$(state '.issues[0].comments | length')" = 1 ]
		sim_do "$(jq -nc --arg id "$(state '.issues[0].comments[0].id')" '{do: "delete_comment", id: $id}')"
		sim_again .
		rm -r clones/machine "$PLACE/claims"
	done
}

@test "claim: a limit in the middle: what happened is told, nothing is handed on, the next run makes up for it" {
	sim_fault '{"operation":"Batch","refuse":{"field":"addComment","type":"RATE_LIMITED","message":"API rate limit exceeded"}}'
	claim 75
	[ "$(ops)" = "assign react" ]
	[[ "$(skipped)" == "claim-failed: "* ]]
	claim 0
	[ "$(ops)" = comment ]
	is_handed_on
	[ "$(state '.issues[0].comments | length')" = 1 ]
}

@test "claim: a sign that cannot be set is a pity, and no more" {
	sim_fault '{"operation":"Batch","times":0,"refuse":[{"field":"addReaction","type":"FORBIDDEN","message":"User is blocked"}]}'
	claim 0
	is_handed_on
	[ "$(ops)" = "assign comment" ]
	[ "$stderr" = "oompa-push: acme/widgets#1: the account is blocked: addReaction: User is blocked (needs issues: write)" ]
}

@test "claim: without the status comment there is no claim" {
	sim_fault '{"operation":"Batch","times":0,"refuse":[{"field":"addComment","type":"FORBIDDEN","message":"Resource not accessible by personal access token"}]}'
	claim 1
	[ "$(error)" = "human: the token lacks a permission: addComment: Resource not accessible by personal access token (needs issues: write)" ]
	[[ "$(skipped)" == "claim-failed: "* ]]
	[ "$(jq -r 'select(.type == "end" and .from == "oompa-push").count' ok.out)" = 3 ]
}

@test "claim: what need not be begun any more" {
	sim_do '{"do":"label","number":1,"label":"oompa-hold","by":"li"}'
	before=$(writes)
	claim 0
	[ "$(skipped)" = "held: held by the label 'oompa-hold'" ]
	sim_do '[{"do":"unlabel","number":1,"label":"oompa-hold","by":"li"},
		{"do":"unlabel","number":1,"label":"good-for-ai","by":"maya"}]'
	claim 0
	[ "$(skipped)" = "stale-trigger: the label 'good-for-ai' is gone" ]
	sim_do '{"do":"close_issue","number":1,"by":"maya"}'
	claim 0
	[ "$(skipped)" = "closed: it is closed or gone" ]
	[ "$(writes)" = "$before" ]
	sim_do '[{"do":"reopen_issue","number":1,"by":"maya"},
		{"do":"label","number":1,"label":"good-for-ai","by":"maya"}]'
	push 0 results
	claim 0
	[ "$(skipped)" = "handled: done already" ]
}

@test "claim: no claim for what no model does; results and other records pass" {
	task '.action = "open-pr"' >tasks
	task '.action = "note" | .note = {code: "gave-up", text: "x"}' >>tasks
	echo '{"type":"odd" , "v":1}' >>tasks
	cat results >>tasks
	grep -v '"from":"oompa-plan"' tasks >want
	claim 0
	grep -v '"from":"oompa-p' ok.out | cmp - want
	[ "$(journal 'map(select(.operation)) | length')" = 0 ]
}

@test "claim: the texts of the task get eyes, those that are there" {
	id=$(sim_do '{"do":"comment","number":1,"by":"li","body":"please"}' | jq -r .id)
	seen=$(sim_do '{"do":"comment","number":1,"by":"li","body":"again"}' | jq -r .id)
	sim_do "$(jq -nc --arg id "$seen" '{do: "react", id: $id, number: 1, content: "EYES", by: "demo-bot"}')"
	task ".feedback = ([\"$id\", \"$seen\", \"IC_gone\"] | map({id: .}))" >tasks
	RECORDS=no claim 0
	is_handed_on
	[ "$(ops)" = "assign react react comment" ]
	[ "$(jq -r 'select(.op == "react") | .text' ok.out | paste -sd ' ')" = "null $id" ]
	[ "$(state '.issues[0].comments[0].reactions.EYES[0]')" = demo-bot ]
}

@test "claim: an App, and --no-assign, do not assign" {
	claim 0 --no-assign
	[ "$(ops)" = "react comment" ]
	sim_again .
	rm -r clones/machine "$PLACE/claims"
	GH_TOKEN=ghs_app claim 0
	[ "$(ops)" = "react comment" ]
}

@test "claim: -n writes nothing and hands on" {
	claim 0 -n
	is_handed_on
	[ "$(ops)" = "assign react comment" ]
	[ "$(writes)" = 0 ]
	[ ! -e "$PLACE/claims" ]
}

# What becomes of the claim.

# released: the claim is gone, and so many attempts are remembered.
released() {
	status_state | jq -e --argjson n "$1" '.claim == null
		and ((.attempts // []) | map(.n) | add // 0) == $n'
}

@test "claim: a failure to be tried later ends it, keeps count, and tells nobody" {
	claim 0
	result_failed '.retry = "later"' >results
	push 0 results
	[ "$(ops)" = "edit-comment spend" ]
	released 1
	[[ "$(status_comment)" != *"working on it"* ]]
	[ "$(state '.issues[0].comments | length')" = 1 ]
	claim 0
	[ "$(status_state | jq '.attempts[0].n')" = 2 ]
}

@test "claim: failing, refusing and dropping end it" {
	claim 0
	result_failed >results
	push 0 results
	[ "$(ops)" = "label unassign comment edit-comment spend" ]
	[ "$(kinds)" = "comment notice,edit-comment status" ]
	released 0
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	task >tasks
	claim 0
	change .github/workflows/ci.yml 'on: push'
	result >results
	push 6 results
	released 0
	TASK=acme/widgets#1:implement:2026-11-25T12:00:00Z
	task >tasks
	claim 0
	result >results
	sim_do '{"do":"close_issue","number":1,"by":"maya"}'
	push 0 results
	[ "$(ops)" = "edit-comment drop spend" ]
	released 1
	sim_do '{"do":"reopen_issue","number":1,"by":"maya"}'
	TASK=acme/widgets#1:implement:2026-11-26T12:00:00Z
	task >tasks
	claim 0
	result '.made_at = "2026-11-20T12:00:00Z"' >results
	push 0 --max-age 24h results
	[ "$(ops)" = "edit-comment drop spend" ]
	released 2
	[[ "$(status_comment)" != *"working on it"* ]]
}

@test "claim: a status comment that is deleted meanwhile holds, until told otherwise" {
	local go

	for go in '{"do":"comment","number":1,"by":"maya","body":"/oompa go"}' \
		'[{"do":"unlabel","number":1,"label":"good-for-ai","by":"maya"},{"do":"label","number":1,"label":"good-for-ai","by":"maya"}]'; do
		result >results
		claim 0
		sim_do "{\"do\":\"delete_comment\",\"id\":\"$(state '.issues[0].comments[0].id')\"}"
		before=$(writes)
		push 6 results
		[ "$(error)" = "human: our status comment was deleted" ]
		[ "$(writes)" = "$before" ]
		outbox_is_kept
		sim_do '{"do":"comment","number":1,"by":"zed","body":"/oompa go"}'
		push 6 results
		# Only what comes later, by whole seconds, is an answer to it.
		sleep 1.1
		sim_do "$go"
		push 0 results
		[ "$(ops)" = "push pull comment spend" ]
		outbox_is_empty
		sim_again .
		rm -r "$PLACE/claims"
	done
}

@test "claim: a result whose claim was lost is dropped, and answers nothing" {
	claim 0
	theirs=$(status_comment | sed '1s/"who":"[^"]*"/"who":"00000000000000ff"/')
	sim_do "$(jq -nc --arg id "$(state '.issues[0].comments[0].id')" --arg body "$theirs" \
		'{do: "edit_comment", id: $id, body: $body, by: "demo-bot"}')"
	before=$(writes)
	push 0 results
	[ "$(ops)" = "drop spend" ]
	[[ "$(jq -r 'select(.op == "drop").message' ok.out)" == "another machine works on it until "* ]]
	[ "$(writes)" = "$before" ]
	status_state | jq -e '.claim.who == "00000000000000ff"'
}

@test "claim: a result that was made before another machine began is published" {
	claim 0
	rm -r clones/machine "$PLACE/claims"
	result '.made_at = "2099-01-01T00:00:00Z"' >results
	push 0 results
	[ "$(ops)" = "push pull edit-comment spend" ]
	released 0
}

@test "claim: a result that comes second is dropped" {
	push 0 results
	result_failed >results
	before=$(writes)
	push 0 results
	[ "$(ops)" = "drop spend" ]
	[ "$(jq -r 'select(.op == "drop").message' ok.out)" = "done already: changed" ]
	[ "$(writes)" = "$before" ]
}

@test "claim: --schema, and a machine without a proper name" {
	ok 0 oompa-push --schema
	jq -e '."$defs" | has("task") and has("skip")' ok.out
	echo me >clones/machine
	claim 3
	[ "$stderr" = "oompa-push: acme/widgets#1: '$BATS_TEST_TMPDIR/clones/machine' holds no name of a machine; remove it" ]
}
