# shellcheck disable=SC2016,SC2153 # in single quotes: for jq and for GitHub
# oompa-push where GitHub refuses: what is said, and what is tried again.

load helpers
load ../helper/push

setup() {
	isolate
	set_up_push
}

# says STATUS MESSAGE: the one error, for a person, and the result stays.
says() {
	push "$1" results
	[ "$(error)" = "human: $2" ]
	outbox_is_kept
}

# batch_fault FIELD TYPE MESSAGE: that write is refused, for ever.
batch_fault() {
	sim_no_faults
	sim_fault "$(jq -nc --arg field "$1" --arg type "$2" --arg message "$3" \
		'{operation: "Batch", times: 0, refuse: [{$field, $type, $message}]}')"
}

@test "refuse: a ruleset, a protected branch, a name that stands in the way" {
	sim_do '{"do":"ruleset","branch":"ai/issue-1"}'
	push 1 results
	[[ "$(error)" == "human: a ruleset refuses the push: git push: [remote rejected] (pre-receive hook declined); remote: error: GH013: "* ]]
	sim_do '[{"do":"ruleset","branch":"ai/issue-1","off":true},{"do":"push","branch":"ai","by":"li","files":{"x":"x"}}]'
	push 1 results
	[[ "$(error)" == "human: another branch's name stands in the way: git push: [remote rejected]"* ]]
	sim_do '{"do":"delete_branch","branch":"ai","by":"li"}'
	push 0 results
}

@test "refuse: a push in which GitHub sees a secret" {
	cat >sim/acme/widgets.git/hooks/pre-receive <<-'EOF'
		#!/bin/sh
		echo 'error: GH013: Repository rule violations found for refs/heads/ai/issue-1.
		- GITHUB PUSH PROTECTION
		  - Push cannot contain secrets' >&2
		exit 1
	EOF
	push 1 results
	[[ "$(error)" == "human: GitHub sees a secret in it: git push: [remote rejected] (pre-receive hook declined); remote: error: GH013: "* ]]
	outbox_is_kept
}

@test "refuse: issues switched off, a repository in the archive" {
	sim_do '{"do":"issues","off":true}'
	says 1 "#1 cannot be reached: issues are switched off"
	sim_do '[{"do":"issues"},{"do":"archive"}]'
	says 1 "acme/widgets is archived"
	[ "$(writes)" = 0 ]
	sim_do '{"do":"archive","off":true}'
	push 0 results
}

@test "refuse: what the token lacks" {
	sim_fault '{"operation":"pulls/create","status":403,"headers":{"x-accepted-github-permissions":"pull_requests=write"},"body":{"message":"Resource not accessible by personal access token"}}'
	says 1 "the token lacks a permission (needs pull_requests=write): POST /repos/acme/widgets/pulls: 403 Resource not accessible by personal access token"
	sim_fault '{"operation":"pulls/create","status":403,"headers":{"x-accepted-oauth-scopes":"repo"},"body":{"message":"Your token has not been granted the required scopes"}}'
	says 1 "the token lacks a scope (needs repo): POST /repos/acme/widgets/pulls: 403 Your token has not been granted the required scopes"
	sim_fault '{"operation":"pulls/create","status":403,"headers":{"x-github-sso":"required; url=https://github.test/orgs/acme/sso"},"body":{"message":"Resource protected by organization SAML enforcement."}}'
	says 1 "the token is not authorized for the organization (SSO): POST /repos/acme/widgets/pulls: 403 Resource protected by organization SAML enforcement."
	sim_fault '{"operation":"pulls/create","status":422,"body":{"message":"Validation Failed","errors":[{"message":"Draft pull requests are not supported in this repository."}]}}'
	says 1 "the repository takes no drafts; leave out --draft: POST /repos/acme/widgets/pulls: 422 Validation Failed: Draft pull requests are not supported in this repository."
	push 0 results
	one_of_each
}

@test "refuse: each write on the item, with what it needs" {
	result_failed >results
	batch_fault addComment FORBIDDEN "Resource not accessible by integration"
	push 1 results
	[ "$(error)" = "human: the App lacks a permission: addComment: Resource not accessible by integration (needs issues: write)" ]
	[ "$(ops)" = label ]
	batch_fault addComment UNPROCESSABLE "Body is too long"
	push 1 results
	[ "$(error)" = "human: addComment: Body is too long" ]
	batch_fault addComment UNPROCESSABLE "was submitted too quickly"
	push 75 results
	[ "$(error)" = "later: GraphQL Batch: rate limit, wait 60 s" ]
	sim_no_faults
	push 0 results
	[ "$(ops)" = "comment spend" ]
	[ "$(state '.issues[0].labels | join(" ")')" = "good-for-ai ai-failed" ]
}

@test "refuse: a label that cannot be set is not spoken of, and tried again" {
	result_failed >results
	batch_fault addLabelsToLabelable FORBIDDEN "demo-bot does not have the correct permissions to execute"
	push 1 results
	[[ "$(error)" == "human: the account may not do this: addLabelsToLabelable: "* ]]
	[[ "$(status_comment)" != *"take away the label"* ]]
	sim_no_faults
	push 0 results
	[ "$(ops)" = "label comment spend" ]
	outbox_is_empty
}

@test "refuse: each kind of write, refused for a while by the server, happens once" {
	sim_do '[{"do":"label","number":1,"label":"ai-failed","by":"demo-bot","at":"2026-11-22T12:00:00Z"}]'
	for field in addAssigneesToAssignable removeLabelsFromLabelable addComment; do
		sim_fault "{\"operation\":\"Batch\",\"refuse\":[{\"field\":\"$field\",\"message\":\"Something went wrong while executing your query\"}]}"
	done
	push 0 results
	[ "$(ops | tr ' ' '\n' | sort | paste -sd ' ')" = "assign comment pull push spend unlabel" ]
	one_of_each
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	sim_do '{"do":"close_pull","number":2,"by":"maya"}'
	result_failed >results
	for field in addLabelsToLabelable removeAssigneesFromAssignable addComment updateIssueComment; do
		sim_fault "{\"operation\":\"Batch\",\"when\":\"after\",\"stop_after\":1,\"status\":502,\"html\":\"<h1>Unicorn</h1>\"}"
	done
	push 0 results
	[ "$(ops | tr ' ' '\n' | sort | paste -sd ' ')" = "comment edit-comment label spend unassign" ]
	[ "$(state '.issues[0].comments | length')" = 2 ]
}

@test "refuse: what a person must change first is not tried in each cycle" {
	sim_do '{"do":"protect","branch":"ai/issue-1"}'
	result '.made_at = "2099-01-01T00:00:00Z"' >young
	push 1 --max-age 24h young
	sim_do '{"do":"protect","branch":"ai/issue-1","off":true}'
	before=$(journal length)
	push 0 --max-age 24h young
	[ "$(jq -r 'select(.type == "skip") | "\(.code) \(.reason[:23])"' ok.out)" = "backing-off the branch is protected" ]
	[ "$stderr" = "" ]
	[ "$(journal length)" = "$before" ]
	outbox_is_kept
	# When it is time, or by hand, it is.
	echo "1 1" >"outbox/$(name_of "$TASK").later"
	push 0 --max-age 24h young
	one_of_each
	outbox_is_empty
}

@test "refuse: ai-failed is made with a colour and a description where it is missing" {
	sim_again '.repositories[0].labels |= map(select(.name != "ai-failed"))'
	result_failed >results
	push 0 -n results
	[ "$(ops)" = "create-label label comment spend" ]
	sim_fault '{"field":"createLabel","when":"after","reset":true}'
	push 0 results
	[ "$(ops)" = "create-label label comment spend" ]
	state '.labels[] | select(.name == "ai-failed") | "\(.color) \(.description)"' |
		grep -qx 'd93f0b oompa gave up; to try again, take this label away'
}

@test "refuse: ai-failed that may not be made is not spoken of" {
	sim_again '.repositories[0].labels |= map(select(.name != "ai-failed"))'
	push 0 results
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
	batch_fault createLabel FORBIDDEN "Resource not accessible by integration"
	push 1 results
	[ "$(kinds)" = "comment notice,edit-comment status" ]
	run ! grep -q 'take away the label' <<<"$(comments)"
}

@test "refuse: ai-failed that somebody else makes at the same time" {
	sim_again '.repositories[0].labels |= map(select(.name != "ai-failed"))'
	result_failed >results
	sim_fault '{"field":"createLabel","when":"after","body":{"data":{"w0":null},
		"errors":[{"type":"UNPROCESSABLE","path":["w0"],"message":"Name has already been taken"}]}}'
	push 0 results
	[ "$(ops)" = "label comment spend" ]
	[[ "$(status_comment)" == *"take away the label"* ]]
}

@test "refuse: --draft" {
	push 0 --draft results
	[ "$(state '.pulls[0].draft')" = true ]
}

@test "refuse: 31 five runs with the same state: one POST, no PATCH" {
	cp -r outbox kept
	for _ in 1 2 3 4 5; do
		cp kept/* outbox/
		push 0 results
	done
	[ "$(journal 'map(.operation.fields? // []) | flatten | map(select(. == "addComment" or . == "updateIssueComment")) | join(" ")')" = '"addComment"' ]
}

@test "refuse: a long history is cut to what GitHub takes, the oldest first" {
	jq -nr --arg hard "$(printf '&<>|%.0s' {1..60})" '{v: 1, cost: 100, texts: [{id: "T", at: "2026-01-01T00:00:00Z", verdict: "fixed"}],
		rows: [range(9900; 10000) | {task: "acme/widgets#1:implement:old-\(.)",
			at: "2026-01-01T00:00:00Z", outcome: "failed", why: $hard[:200], note: $hard,
			url: null, branch: null, oid: null, cost: 0.01}]} |
		"<!-- oompa-state \(tojson) -->\nmany\n\n<!-- oompa:status -->\n"' >long
	sim_stop
	rm -rf sim sim.journal
	jq --rawfile long long '.repositories[0].issues[0].comments = [{author: "demo-bot", body: $long}]' \
		scenario.json >again.json
	sim_start again.json
	push 0 results
	[ "$(status_comment | wc -c)" -le 65536 ]
	[ "$(status_comment | head -n 1 | wc -c)" -le 24577 ]
	status_state | jq -e '.cost == 100.04 and .rows[-1].outcome == "changed"
		and .rows[-2].task == "acme/widgets#1:implement:old-9999" and (.rows | length) > 10
		and (.texts | length) == 1'
	[[ "$(status_comment)" == *"\$100.04 of \$20 "* ]]
}
