# shellcheck disable=SC2016 # in single quotes: for jq and for GitHub
# shellcheck disable=SC2030,SC2031,SC2119,SC2120,SC2154 # a test is a subshell
# A review's round, published by oompa-push: the commit, the answers, and what
# is remembered; against the simulated GitHub, with real git over HTTP.

load helpers
load ../helper/push
load ../helper/review

setup() {
	isolate
}

@test "review: a commit on top, one review with all replies, a row" {
	set_up_review
	round
	push 0 --log-level info results
	[ "$(ops)" = "push reply reply reply review request-review request-review comment spend" ]
	[ "$(head_oid)" = "$(ours)" ]
	[ "$(git -C sim/acme/widgets.git rev-list --count "$BASE..ai/issue-1")" = 1 ]
	[ "$(reviews)" = 1 ]
	said
	[ "$(said)" = "reply: Done: Why not zero?
reply: Done: Name it count.
reply: Done: Please add a test.
review: It is called count now.

To [maya]($SIM/acme/widgets/pull/2#pullrequestreview-$(state '.pulls[0].reviews[0].database_id')):

Done: Not yet.

[What was changed]($SIM/acme/widgets/compare/$BASE...$(ours))" ]
	[ "$(handled)" = "fixed fixed fixed fixed" ]
	[ "$(row)" = "changed: answered 4 of 4 texts: It is called count now." ]
	[ "$(review_state | jq -r '.rows[0] | "\(.why) \(.cost) \(.oid)"')" = "review by maya, li 0.22 $(ours)" ]
	[ "$(state '.pulls[0].review_requests | join(" ")')" = "maya li" ]
	outbox_is_empty
}

@test "review: the same result twice is published once" {
	set_up_review
	round
	cp -r outbox again
	push 0 results
	before=$(writes)
	cp again/* outbox/
	push 0 --log-level info results
	[ "$(ops)" = spend ]
	[ "$(writes)" = "$before" ]
	[[ $stderr == *" - published already" ]]
	outbox_is_empty
}

@test "review: without a status comment, what we said is known by our replies" {
	set_up_review
	round
	cp -r outbox again
	push 0 results
	said >said.before
	id=$(state '.pulls[0].comments[] | select(.body | contains("oompa:status")).id')
	sim_do "{\"do\":\"delete_comment\",\"id\":\"$id\"}"
	cp again/* outbox/
	push 0 results
	[ "$(ops)" = "comment spend" ]
	said | diff said.before -
	[ "$(handled)" = "fixed fixed fixed fixed" ]
	[ "$(reviews)" = 1 ]
}

@test "review: what was answered is answered once more when the operator asks for it" {
	set_up_review
	round '{verdict: "answered"}' "$NO_COMMIT"
	push 0 results
	sim_do '{"do":"advance","seconds":5}'
	again=$(date -u +%FT%TZ -d '+3 seconds')
	AGAIN='{verdict: "answered", reply: "A second, better answer."}'
	ROUND=fedcba9876543210 round "$AGAIN" "$NO_COMMIT | .again = \"$again\""
	cp -r outbox kept
	push 0 results
	[ "$(ops)" = "reply reply reply review edit-comment spend" ]
	[ "$(said | grep -c 'A second, better answer.')" = 4 ]
	# Of this task, once; and what another task said since counts.
	id=$(state '.pulls[0].comments[] | select(.body | contains("oompa:status")).id')
	sim_do "{\"do\":\"delete_comment\",\"id\":\"$id\"}"
	cp kept/* outbox/
	push 0 results
	[ "$(ops)" = "comment spend" ]
	ROUND=0011223344556677 round "$AGAIN" "$NO_COMMIT | .again = \"$again\""
	push 0 results
	[ "$(ops)" = "edit-comment spend" ]
	[ "$(said | grep -c 'A second, better answer.')" = 4 ]
}

@test "review: 35 comments that came while we were away are one round" {
	set_up_review '.repositories[0].pulls[0] |= (.reviews = []
		| .threads = [range(35) | {path: "src/widget.c", line: 1,
			comments: [{author: (if . % 2 == 0 then "li" else "maya" end),
				body: "Remark \(.)."}]}])'
	round
	push 0 results
	[ "$(reviews)" = 1 ]
	[ "$(said | grep -c '^reply: Done: Remark')" = 35 ]
	[ "$(row)" = "changed: answered 35 of 35 texts: It is called count now." ]
	# The push, the review opened, its replies, submitted, asked again, the row.
	[ "$(writes)" = 6 ]
}

@test "review: more than 100 threads, and more than 100 comments in one" {
	set_up_review '.repositories[0].pulls[0] |= (.reviews = []
		| .threads = [range(160) | {path: "src/widget.c", line: 1,
			comments: [{author: "li", body: "Remark \(.)."}]}])
		| .repositories[0].pulls[0].threads[0].comments
			+= [range(130) | {author: "zed", body: "Chat \(.)."}]'
	round 'if $text.author == "li" then {} else null end'
	cp -r outbox again
	push 0 results
	[ "$(said | grep -c '^reply: Done: Remark')" = 160 ]
	[ "$(reviews)" = 1 ]
	# No request writes more than 50 things: 160 replies are four.
	[ "$(journal '[.[] | select(.write and .query) | .query | [scan(" w[0-9]+: ")] | length] | max')" = 50 ]
	review_state | jq -e '.texts | length | . > 80 and . < 160' # what fits
	[ "$(review_state | wc -c)" -lt 24576 ]
	# The first answer is on an older page of its thread by now.
	thread=$(state '.pulls[0].threads[0].id')
	sim_do "[$(yes | head -n 110 | sed "s|.*|{\"do\":\"reply\",\"thread\":\"$thread\",\"by\":\"zed\",\"body\":\"More\"}|" | paste -sd ,)]" >/dev/null
	id=$(state '.pulls[0].comments[] | select(.body | contains("oompa:status")).id')
	sim_do "{\"do\":\"delete_comment\",\"id\":\"$id\"}"
	cp again/* outbox/
	push 0 results
	[ "$(ops)" = "comment spend" ]
	[ "$(said | grep -c '^reply: Done: Remark')" = 160 ]
}

@test "review: what was edited meanwhile stays unanswered" {
	set_up_review
	round
	id=$(texts | jq -r '.[] | select(.body == "Name it count.").id')
	sim_do "{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"li\",\"body\":\"Name it n.\"}"
	push 0 results
	[ "$(head_oid)" = "$(ours)" ]
	run ! grep -q 'Name it' <(said)
	review_state | jq -e --arg id "$id" '.texts | length == 3 and all(.id != $id)'
	[[ "$(row)" == "changed: answered 3 of 4 texts: "* ]]
}

@test "review: what was deleted or hidden meanwhile is not answered" {
	set_up_review
	round
	gone=$(texts | jq -r '.[] | select(.body == "Name it count.").id')
	hidden=$(texts | jq -r '.[] | select(.body == "Why not zero?").id')
	sim_do "[{\"do\":\"delete_comment\",\"id\":\"$gone\"},{\"do\":\"minimize\",\"id\":\"$hidden\"}]"
	push 0 results
	[ "$(said | grep -c '^reply:')" = 1 ]
	[ "$(said | grep '^reply:')" = "reply: Done: Please add a test." ]
}

@test "review: nothing is pushed for texts that were all edited meanwhile" {
	set_up_review
	round
	for id in $(texts | jq -r '.[].id'); do
		sim_do "{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"maya\",\"body\":\"Forget it.\"}"
	done
	dropped "what it was for was edited or taken back meanwhile"
	[ "$(head_oid)" = "$BASE" ]
}

@test "review: the commit goes with what it fixes, and the rest is said without it" {
	set_up_review
	round 'if $text.author == "li" then {} else {verdict: "answered", reply: "It counts from one."} end'
	for id in $(texts | jq -r '.[] | select(.author == "li").id'); do
		sim_do "{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"li\",\"body\":\"Wait.\"}"
	done
	push 0 results
	[ "$(ops)" = "reply review request-review comment spend" ]
	[ "$(head_oid)" = "$BASE" ]
	[ "$(said | grep '^reply:')" = "reply: It counts from one." ]
	[ "$(row)" = "unchanged: answered 2 of 4 texts, nothing was pushed: what it was for was edited or taken back meanwhile" ]
}

@test "review: who may not command any more is not answered" {
	set_up_review
	round
	cp -r outbox again
	sim_do '{"do":"permission","login":"li","role":"read"}'
	push 0 results
	[ "$(said | grep -c '^reply:')" = 1 ]
	[ "$(handled)" = "fixed fixed" ]
	# Each is asked about once.
	[ "$(journal '[.[] | select(.operation.name == "repos/get-collaborator-permission-level")] | length')" = 2 ]
}

@test "review: somebody whom GitHub does not know any more is not answered, the others are" {
	set_up_review
	round
	GONE='"operation":"repos/get-collaborator-permission-level","times":0,"status":404,"body":{"message":"Not Found"}'
	sim_fault "{$GONE,\"path_regex\":\"/li/permission\"}"
	push 0 results
	[ "$(said | grep '^reply:')" = "reply: Done: Why not zero?" ]
	[ "$(handled)" = "fixed fixed" ]
	outbox_is_empty
}

@test "review: somebody whom GitHub does not know any more may stop us all the same" {
	set_up_review
	round
	sim_do '{"do":"comment","number":2,"by":"li","body":"/oompa stop"}'
	sim_fault '{"operation":"repos/get-collaborator-permission-level","status":404,"body":{"message":"Not Found"}}'
	push 6 results
	[ "$(error)" = "human: held by /oompa stop of li" ]
	outbox_is_kept
}

@test "review: what somebody edited who may not command any more is not answered" {
	set_up_review
	id=$(texts | jq -r '.[] | select(.body == "Name it count.").id')
	sim_do "[{\"do\":\"permission\",\"login\":\"zed\",\"role\":\"write\"},
		{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"zed\",\"body\":\"Name it n.\"}]"
	round
	sim_do '{"do":"permission","login":"zed","role":"read"}'
	push 0 results
	[ "$(said | grep '^reply:')" = "reply: Done: Why not zero?
reply: Done: Please add a test." ]
}

@test "review: --reviewers are answered, and nobody else" {
	set_up_review '.repositories[0].pulls[0].threads += [{path: "src/widget.c",
		comments: [{author: "helper", body: "Lint."}]}]'
	round
	push 0 --reviewers 'zed,helper[bot]' results
	[ "$(said)" = "reply: Done: Lint.
review: It is called count now.

[What was changed]($SIM/acme/widgets/compare/$BASE...$(ours))" ]
	[ "$(journal '[.[] | select(.operation.name == "repos/get-collaborator-permission-level")] | length')" = 0 ]
}

@test "review: a person's commit wins, and what rests on ours is not said" {
	set_up_review
	round 'if $text.author == "li" then {} else {verdict: "declined", reply: "Zero is no widget."} end'
	sim_do '{"do":"push","branch":"ai/issue-1","by":"li","files":{"mine":"x"}}'
	theirs=$(head_oid)
	push 0 results
	[ "$(ops)" = "reply review request-review comment spend" ]
	[ "$(head_oid)" = "$theirs" ]
	[ "$(said)" = "reply: Zero is no widget.
review: Nothing was pushed: somebody else has pushed meanwhile.

To [maya]($SIM/acme/widgets/pull/2#pullrequestreview-$(state '.pulls[0].reviews[0].database_id')):

Zero is no widget." ]
	[ "$(handled)" = "declined declined" ]
	[ "$(row)" = "unchanged: answered 2 of 4 texts, nothing was pushed: somebody else has pushed meanwhile" ]
	outbox_is_empty
}

@test "review: a person's commit wins, and all rests on ours: the work is to be done again" {
	set_up_review
	round
	sim_do '{"do":"push","branch":"ai/issue-1","by":"li","files":{"mine":"x"}}'
	theirs=$(head_oid)
	dropped "somebody else has pushed meanwhile"
	[ "$(head_oid)" = "$theirs" ]
}

@test "review: a push whose connection breaks is done again" {
	set_up_review
	round
	sim_fault '{"git":"git-receive-pack","method":"POST","reset":true}'
	push 0 results
	[ "$(head_oid)" = "$(ours)" ]
	[ "$(ops)" = "push reply reply reply review request-review request-review comment spend" ]
}

@test "review: somebody pushes while we do" {
	set_up_review
	round 'if $text.author == "li" then {} else {verdict: "declined", reply: "Zero is no widget."} end'
	meanwhile HEAD:ai/issue-1
	push 0 results
	[ -e raced ]
	[ "$(ops)" = "reply review request-review comment spend" ]
	[ "$(head_oid)" = "$(git -C theirs rev-parse HEAD)" ]
	[ "$(said | grep '^reply:')" = "reply: Zero is no widget." ]
	[ "$(row)" = "unchanged: answered 2 of 4 texts, nothing was pushed: somebody else has pushed meanwhile" ]
}

@test "review: a branch whose name ends in the head's is another one" {
	set_up_review
	round
	git -C sim/acme/widgets.git update-ref refs/heads/a/refs/heads/ai/issue-1 main
	# The answer is lost, and git looks whether it happened.
	sim_fault '{"git":"git-receive-pack","method":"POST","reset":true,"when":"after","times":1}'
	push 0 results
	[ "$(ops)" = "push reply reply reply review request-review request-review comment spend" ]
	[ "$(head_oid)" = "$(ours)" ]
}

@test "review: a branch that is deleted while we push is not made anew" {
	set_up_review
	round
	meanwhile :ai/issue-1
	push 0 results
	[ -e raced ]
	[ "$(ops)" = "drop spend" ]
	[ "$(jq -r 'select(.op == "drop").message' ok.out)" = "its branch is gone" ]
	[ "$(head_oid)" = null ]
}

@test "review: commits that are taken away while we push do not come back" {
	set_up_review
	round
	meanwhile origin/main:ai/issue-1
	push 0 results
	[ -e raced ]
	[ "$(ops)" = "drop spend" ]
	[ "$(head_oid)" = "$(git -C theirs rev-parse origin/main)" ]
}

@test "review: our commit is there already, with a person's on top" {
	set_up_review
	round
	git -C work push -q "$(remote)" HEAD:refs/heads/ai/issue-1
	sim_do '{"do":"push","branch":"ai/issue-1","by":"li","files":{"mine":"x"}}'
	theirs=$(head_oid)
	push 0 results
	[ "$(ops)" = "reply reply reply review request-review request-review comment spend" ]
	[ "$(head_oid)" = "$theirs" ]
	[[ "$(row)" == "changed: answered 4 of 4 texts: "* ]]
}

@test "review: its branch is gone, and what needs no commit is said" {
	set_up_review
	round 'if $text.author == "li" then {} else {verdict: "declined", reply: "Zero is no widget."} end'
	meanwhile :ai/issue-1
	push 0 results
	[ "$(ops)" = "reply review request-review comment spend" ]
	[ "$(head_oid)" = null ]
	[ "$(said | grep '^reply:')" = "reply: Zero is no widget." ]
	[ "$(handled)" = "declined declined" ]
	[[ "$(row)" == "unchanged: answered 2 of 4 texts, nothing was pushed: its branch is gone"* ]]
	outbox_is_empty
}

@test "review: the pull request was closed" {
	set_up_review
	round
	sim_do '{"do":"close_pull","number":2,"by":"maya"}'
	dropped "#2 is closed"
}

@test "review: what the gate refuses is not pushed, and people are told once" {
	set_up_review
	change .github/workflows/ci.yml 'on: push'
	round
	push 6 results
	[ "$(ops)" = "comment spend" ]
	[ "$(head_oid)" = "$BASE" ]
	[ "$(said)" = "" ]
	[[ "$(row)" == "refused: changes .github/workflows/ci.yml "* ]]
	[ "$(handled)" = "" ]
	outbox_is_empty
	# The status comment was the notification; the next one is not one more.
	ROUND=fedcba9876543210 round
	push 6 results
	[ "$(ops)" = "edit-comment spend" ]
	[ "$(state '.pulls[0].comments | length')" = 1 ]
	[ "$(state '.pulls[0].labels | join(" ")')" = "" ]
}

@test "review: a round that failed is told; one that is to be tried again is not" {
	set_up_review
	round null "$NO_COMMIT"' | .outcome = "failed" | .retry = "later" | .code = "model-busy" | .reason = "busy"'
	push 0 results
	[ "$(ops)" = spend ]
	[ "$(writes)" = 0 ]
	round null "$NO_COMMIT"' | .outcome = "failed" | .retry = "human" | .code = "limits" | .reason = "the tests do not build"'
	push 0 results
	[ "$(ops)" = "comment spend" ]
	[ "$(row)" = "failed: the tests do not build" ]
	[ "$(said)" = "" ]
}

@test "review: without a commit only the answers are published" {
	set_up_review
	round '{verdict: "answered", reply: "As it is."}' "$NO_COMMIT"
	rm outbox/*.bundle
	push 0 results
	[ "$(ops)" = "reply reply reply review request-review comment spend" ]
	[ "$(head_oid)" = "$BASE" ]
	[[ "$(row)" == "unchanged: answered 4 of 4 texts: "* ]]
	[ "$(handled)" = "answered answered answered answered" ]
	# Only who asked for changes is asked again.
	[ "$(state '.pulls[0].review_requests | join(" ")')" = maya ]
}

@test "review: an answer to what was not asked is dropped, and so is a second one" {
	set_up_review
	round '{}' '.answers[0].id = "PRRC_other" | .answers[2] = .answers[1]'
	push 0 results
	[ "$(said | grep -c '^reply:')" = 2 ]
	[ "$(row | cut -c 1-31)" = "changed: answered 2 of 4 texts:" ]
}

@test "review: no answer at all" {
	set_up_review
	round null "$NO_COMMIT"
	rm outbox/*.bundle
	push 0 results
	[ "$(ops)" = "comment spend" ]
	[ "$(said)" = "" ]
	[[ "$(row)" == "unchanged: answered 0 of 4 texts: "* ]]
}

@test "review: an answer about another pull request goes nowhere" {
	set_up_review '.repositories[0].commits += [{branch: "other", files: {"x": "y"}}]
		| .repositories[0].pulls += [{number: 3, title: "Other", author: "zed",
			head: "other", threads: [{path: "x", comments: [{author: "li", body: "Else."}]}]}]'
	round '{}' '.'
	other=$(state '.pulls[1].threads[0] | "\(.id) \(.comments[0].id) \(.comments[0].created_at)"')
	# shellcheck disable=SC2086 # three words
	set -- $other
	round '{}' ".answers[0] += {id: \"$2\", thread: \"$1\", at: \"$3\"} | .texts[0] = {id: \"$2\", at: \"$3\"}"
	push 0 results
	[ "$(state '[.pulls[1].threads[0].comments[]] | length')" = 1 ]
	[[ "$(row)" == "changed: answered 3 of 4 texts: "* ]]
}

@test "review: a draft that a person began under our account is left alone" {
	set_up_review
	sim_do '{"do":"review","number":2,"by":"demo-bot","state":"PENDING","body":"my own thoughts"}'
	round
	cp -r outbox again
	push 0 results
	[ "$(ops)" = "push comment request-review request-review comment spend" ]
	[ "$(kinds)" = "comment answer,comment status" ]
	[ "$(state '[.pulls[0].reviews[] | select(.state == "PENDING") | .body] | join("|")')" = "my own thoughts" ]
	[ "$(said | grep -c '^comment:')" = 1 ]
	[ "$(said | grep -c '^Done: ')" = 4 ]
	[ "$(said | grep -c '^reply:')" = 0 ]
	before=$(writes)
	id=$(state '.pulls[0].comments[] | select(.body | contains("oompa:status")).id')
	sim_do "{\"do\":\"delete_comment\",\"id\":\"$id\"}"
	cp again/* outbox/
	push 0 results
	[ "$(ops)" = "comment spend" ]
	[ "$(kinds)" = "comment status" ]
}

# interrupted [ANSWERS]: a round whose replies lie in our draft.
interrupted() {
	round "${1:-{verdict: \"answered\"\}}" "$NO_COMMIT"
	sim_fault '{"operation":"Batch","skip":2,"times":0,"rate_limit":"secondary","retry_after":60}'
	push 75 results
	[ "$(ops)" = "reply reply reply" ]
	[ "$(drafts)" = 1 ]
	sim_no_faults
}

# drafts: how many unsubmitted reviews there are.
drafts() {
	state '[.pulls[0].reviews[] | select(.state == "PENDING")] | length'
}

@test "review: what was dropped by hand is not published with the next round" {
	set_up_review
	interrupted '{verdict: "answered", reply: "Words that were dropped."}'
	push 0 --drop results
	sim_do '{"do":"comment","number":2,"by":"li","body":"/oompa do this"}'
	ROUND=fedcba9876543210 round 'if $text.body == "/oompa do this" then {verdict: "answered", reply: "New words."} else null end' "$NO_COMMIT"
	push 0 results
	[ "$(said | grep -c 'New words.')" = 1 ]
	run ! grep -q 'dropped' <(said)
	[ "$(drafts)" = 0 ]
}

@test "review: a reply that lay in our draft is not published when its text was edited" {
	set_up_review
	interrupted
	id=$(texts | jq -r '.[] | select(.body == "Name it count.").id')
	sim_do "{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"li\",\"body\":\"Name it n.\"}"
	push 0 results
	[ "$(said | grep '^reply:')" = "reply: Done: Why not zero?
reply: Done: Please add a test." ]
	review_state | jq -e --arg id "$id" '.texts | length == 3 and all(.id != $id)'
	[ "$(drafts)" = 0 ]
}

@test "review: of a task that was done twice the words of the second time are said" {
	set_up_review
	interrupted '{verdict: "answered", reply: "The first time."}'
	round '{verdict: "answered", reply: "The second time."}' "$NO_COMMIT"
	push 0 results
	[ "$(said | grep -c 'The second time.')" = 4 ]
	run ! grep -q 'The first time.' <(said)
}

@test "review: what rests on a commit that was not pushed is not published by our draft" {
	set_up_review
	round
	sim_fault '{"operation":"Batch","skip":2,"times":0,"rate_limit":"secondary","retry_after":60}'
	push 75 results
	sim_no_faults
	git -C sim/acme/widgets.git update-ref refs/heads/ai/issue-1 "$BASE"
	sim_do '{"do":"push","branch":"ai/issue-1","by":"li","files":{"mine":"x"}}'
	push 0 results
	[ "$(said)" = "" ]
	[ "$(jq -r 'select(.op == "drop").message' ok.out)" = "somebody else has pushed meanwhile" ]
}

@test "review: a long draft of ours is read to its end, and completed" {
	set_up_review '.repositories[0].pulls[0] |= (.reviews = []
		| .threads = [range(120) | {path: "src/widget.c", line: 1,
			comments: [{author: "li", body: "Remark \(.)."}]}])'
	round '{verdict: "answered"}' "$NO_COMMIT"
	sim_fault '{"operation":"Batch","skip":4,"times":0,"rate_limit":"secondary","retry_after":60}'
	push 75 results
	sim_no_faults
	push 0 results
	[ "$(ops)" = "review comment spend" ]
	[ "$(said | grep -c '^reply: Done: Remark')" = 120 ]
}

@test "review: a draft of ours that is gone when it is to be deleted" {
	set_up_review
	interrupted
	round '{verdict: "answered", reply: "Once more."}' "$NO_COMMIT"
	sim_fault '{"field":"deletePullRequestReview","reset":true,"when":"after"}'
	push 0 results
	[ "$(said | grep -c 'Once more.')" = 4 ]
	[ "$(reviews)" = 1 ]
}

@test "review: a draft of ours in which a person has written is left alone" {
	set_up_review
	interrupted
	thread=$(texts | jq -r '.[] | select(.body == "Name it count.").thread')
	sim_do "{\"do\":\"reply\",\"thread\":\"$thread\",\"by\":\"demo-bot\",\"body\":\"My own thoughts.\"}"
	push 0 results
	[ "$(ops)" = "comment request-review comment spend" ]
	[ "$(drafts)" = 1 ]
	[ "$(said | grep -c '^PENDING reply: My own thoughts.$')" = 1 ]
	[ "$(comments 2 | grep -c '^Done: ')" = 4 ]
}

@test "review: a draft of ours that a person has edited is left alone" {
	set_up_review
	interrupted
	id=$(state '[.pulls[0].threads[].comments[] | select(.pending)][0].id')
	sim_do "{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"demo-bot\",\"body\":\"My own thoughts.\"}"
	push 0 results
	[ "$(ops)" = "comment request-review comment spend" ]
	[ "$(said | grep -c '^PENDING reply: My own thoughts.$')" = 1 ]
	[ "$(comments 2 | grep -c '^Done: ')" = 4 ]
}

@test "review: many long answers in one text are as long as it may be" {
	set_up_review '.repositories[0].pulls[0].threads += [range(94) |
		{path: "src/widget.c", line: 1, comments: [{author: "li", body: "Remark \(.)."}]}]'
	sim_do '{"do":"review","number":2,"by":"demo-bot","state":"PENDING","body":"my own thoughts"}'
	round '{verdict: "question", reply: ([range(2000) | "x"] | add)}' "$NO_COMMIT"
	push 0 results
	[ "$(ops)" = "comment request-review comment spend" ]
	comments 2 | grep -v oompa:status >body
	[ "$(grep -c '^xxxxxxxx' body)" = 98 ]
	[ "$(state '.pulls[0].comments[0].body | length | . > 64000 and . <= 65536')" = true ]
	[ "$(state '.pulls[0].comments[0].body' | grep -c '^<!-- oompa:answer ')" = 1 ]
}

@test "review: a thread that takes no reply is answered in the review" {
	set_up_review '.repositories[0].pulls[0].threads[0].can_reply = false'
	round
	push 0 results
	[ "$(said | grep -c '^reply:')" = 2 ]
	[ "$(said | grep -c '^Done: Name it count.')" = 1 ]
	[ "$(handled)" = "fixed fixed fixed fixed" ]
}

@test "review: a reply that GitHub refuses is said in the review" {
	set_up_review
	sim_fault '{"operation":"Batch","field":"addPullRequestReviewThreadReply","refuse":[{"field":"w1","message":"The thread is closed."}]}'
	round
	push 0 --log-level warn results
	[ "$(said | grep -c '^reply:')" = 2 ]
	[ "$(said | grep -c '^Done: ')" = 2 ]
	[ "$(reviews)" = 1 ]
	[[ $stderr == *"The thread is closed."* ]]
	[ "$(handled)" = "fixed fixed fixed fixed" ]
}

@test "review: --resolve says whose threads are resolved" {
	local mode want
	for mode in none bots fixed; do
		sim_stop
		rm -rf sim clones outbox work sim.journal
		set_up_review '.repositories[0].pulls[0].threads += [{path: "src/widget.c",
			comments: [{author: "helper", body: "Lint."}]}]'
		round 'if $text.body == "Please add a test." then {verdict: "declined", reply: "No."} else {} end'
		push 0 --resolve $mode --trusted 'helper[bot]' results
		case $mode in
		none) want="" ;;
		bots) want="Lint." ;;
		fixed) want="Why not zero?,Name it count.,Lint." ;;
		esac
		[ "$(state '[.pulls[0].threads[] | select(.resolved_by == "demo-bot") | .comments[0].body] | join(",")')" = "$want" ]
	done
}

@test "review: a thread stays open when somebody goes on in it, or is asked" {
	set_up_review
	round 'if $text.author == "maya" then {verdict: "question", reply: "From one?"} else {} end'
	thread=$(texts | jq -r '.[] | select(.body == "Name it count.").thread')
	sim_do "{\"do\":\"reply\",\"thread\":\"$thread\",\"by\":\"maya\",\"body\":\"Or n?\"}"
	push 0 --resolve fixed results
	[ "$(state '[.pulls[0].threads[] | select(.resolved) | .comments[0].body] | join(",")')" = "Please add a test." ]
	# A question is put to the person.
	[ "$(said | grep -A 2 '^reply: @maya$')" = "reply: @maya

From one?" ]
}

@test "review: a question that begins with a block of code is neutral all the same" {
	set_up_review
	WORDS=$'```\n@acme/admins ![x](http://evil.example/x.png)\n```\n\nWhich one, @li?'
	export WORDS
	round '{verdict: "question", reply: $ENV.WORDS}' "$NO_COMMIT"
	push 0 results
	[ "$(said | head -n 7)" = 'reply: @maya

```
@acme/admins ![x](http://evil.example/x.png)
```

Which one, @&#8203;li?' ]
	# In the review, the name follows what it answers.
	said | tail -n 9 | tr '\n' '%' | grep -F '):%%@maya%%```%@acme/admins '
	run ! grep -q '@[a-z]* *```' <(said)
	# Each is ours: the marker is not swallowed.
	[ "$(state '[.pulls[0] | .threads[].comments[], .reviews[]
		| select(.author == "demo-bot") | .body
		| select(test("\n\n<!-- oompa:answer [^\n]*-->\n$"))] | length')" = 4 ]
}

@test "review: a thread stays open when a text that was answered before is edited" {
	set_up_review '.repositories[0].pulls[0].threads[0].comments[0].author = "helper"'
	round 'if $text.author == "helper" then {verdict: "answered", resolve: false} else null end' "$NO_COMMIT"
	push 0 --trusted 'helper[bot]' results
	thread=$(texts | jq -r '.[] | select(.body == "Name it count.").thread')
	id=$(texts | jq -r '.[] | select(.body == "Name it count.").id')
	sim_do "{\"do\":\"reply\",\"thread\":\"$thread\",\"by\":\"helper\",\"body\":\"And one more.\"}"
	ROUND=1111111111111111 round 'if $text.body == "And one more." then {verdict: "answered"} else null end' \
		"$NO_COMMIT"' | .texts = [.answers[] | {id, at}]'
	sim_do "[{\"do\":\"advance\",\"seconds\":5},
		{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"helper\",\"body\":\"Name it n.\"}]"
	push 0 --trusted 'helper[bot]' results
	[ "$(said | grep -c 'Done: And one more.')" = 1 ]
	[ "$(state '[.pulls[0].threads[] | select(.resolved)] | length')" = 0 ]
	# What was handled as it is now is in the way of nothing.
	ROUND=2222222222222222 round 'if $text.body == "Name it n." then {verdict: "answered"} else null end' \
		"$NO_COMMIT"' | .texts = [.answers[] | {id, at}]'
	push 0 --trusted 'helper[bot]' results
	[ "$(state '[.pulls[0].threads[] | select(.resolved)] | length')" = 1 ]
}

@test "review: a token that may not resolve has replied all the same" {
	set_up_review
	sim_fault '{"field":"resolveReviewThread","times":0,"refuse":[{"field":"resolveReviewThread","type":"FORBIDDEN","message":"Resource not accessible by integration"}]}'
	round
	push 0 --resolve fixed results
	[ "$(ops)" = "push reply reply reply review request-review request-review comment spend" ]
	[ "$(grep -c 'not accessible' ok.err)" = 1 ]
	[ "$(state '[.pulls[0].threads[] | select(.resolved)] | length')" = 0 ]
	outbox_is_empty
}

@test "review: who cannot be asked for a review is not" {
	set_up_review
	sim_do '{"do":"permission","login":"li","role":"none"}'
	round
	push 0 --trusted li results
	[ "$(state '.pulls[0].review_requests | join(" ")')" = maya ]
	[ "$(grep -c 'only be requested from collaborators' ok.err)" = 1 ]
	outbox_is_empty
}

@test "review: the author of the pull request is not asked to review it" {
	set_up_review '.repositories[0].pulls[0] |= (.author = "li" | .body = "By hand.")'
	round
	push 0 --watch-prs 2 results
	[ "$(jq -r 'select(.op == "request-review").message' ok.out)" = maya ]
	[ -z "$stderr" ]
}

@test "review: a question to a bot names nobody" {
	set_up_review '.repositories[0].pulls[0] |= (.reviews = [] | .threads = [{path: "src/widget.c", line: 1,
		comments: [{author: "helper", body: "Lint."}]}])'
	round '{verdict: "question", reply: "Which rule?"}' "$NO_COMMIT"
	push 0 --trusted 'helper[bot]' results
	[ "$(said | grep '^reply:')" = "reply: Which rule?" ]
}

@test "review: a thread that was resolved meanwhile is settled; one that went on is not" {
	set_up_review
	round
	thread=$(texts | jq -r '.[] | select(.body == "Name it count.").thread')
	sim_do "{\"do\":\"resolve\",\"thread\":\"$thread\",\"by\":\"li\"}"
	push 0 results
	[ "$(said | grep -c '^reply:')" = 2 ]
	[ "$(handled)" = "fixed fixed fixed fixed" ]
	# A reply behind our last word there is worked on.
	other=$(texts | jq -r '.[] | select(.body == "Please add a test.").thread')
	sim_do "[{\"do\":\"resolve\",\"thread\":\"$other\",\"by\":\"li\"},
		{\"do\":\"advance\",\"seconds\":5},
		{\"do\":\"reply\",\"thread\":\"$other\",\"by\":\"li\",\"body\":\"And one more.\"}]" >/dev/null
	BASE=$(ours)
	change src/widget.c '/* more */'
	ROUND=fedcba9876543210 round 'if $text.body == "And one more." then {} else null end'
	push 0 results
	[ "$(said | grep -c '^reply: Done: And one more.')" = 1 ]
}

@test "review: only what is in our care is touched" {
	set_up_review '.repositories[0].pulls[0].body = "By hand."'
	round
	cp -r outbox again
	dropped "#2 is neither ours nor watched"
	cp again/* outbox/
	push 0 --watch-prs 7 --watch-label watch results
	[ "$(ops)" = "drop spend" ]
	sim_do '{"do":"label","number":2,"by":"zed","label":"watch"}'
	before=$(writes)
	cp again/* outbox/
	push 0 --watch-label watch results
	[ "$(jq -r 'select(.op == "drop").message' ok.out)" = "zed, who set the label, may not command (read)" ]
	[ "$(writes)" = "$before" ]
	sim_do '[{"do":"unlabel","number":2,"by":"zed","label":"watch"},{"do":"label","number":2,"by":"li","label":"watch"}]'
	cp again/* outbox/
	push 0 --watch-label watch results
	[ "$(head_oid)" = "$(ours)" ]
}

@test "review: a pull request that the operator lists is in our care" {
	set_up_review '.repositories[0].pulls[0] |= (.body = "By hand." | .author = "zed")'
	round
	push 0 --watch-prs 2 results
	[ "$(head_oid)" = "$(ours)" ]
	[ "$(reviews)" = 1 ]
}

@test "review: a marker that somebody pasted makes nothing ours" {
	set_up_review '.repositories[0].pulls[0].author = "zed"'
	round
	dropped "#2 is neither ours nor watched"
}

@test "review: a record that names another destination is refused" {
	local filter
	for filter in '.branch = "main"' '.base.ref = "release"' '.head_repo = "zed/widgets"' \
		'.head_repo = null' '.pull_id = "PR_x"' '.number = 1 | .id = "acme/widgets#1:review:x"'; do
		if [ -e sim.pid ]; then
			sim_stop
			rm -rf sim clones outbox work sim.journal
		fi
		set_up_review
		round '{}' "$filter"
		push 6 results
		[[ "$(error)" == "human: refused: destination: "* ]]
		[ "$(ops)" = "drop spend" ]
		[ "$(writes)" = 0 ]
	done
}

@test "review: what merges by itself is left alone" {
	set_up_review
	round
	sim_do '{"do":"auto_merge","number":2,"by":"maya"}'
	push 6 results
	[ "$(error)" = "human: would-land-unreviewed: auto-merge is on" ]
	outbox_is_kept
	sim_do '[{"do":"auto_merge","number":2,"by":"maya","off":true},{"do":"merge_queue","number":2,"by":"maya"}]'
	push 6 results
	[ "$(error)" = "human: would-land-unreviewed: it is in the merge queue" ]
	[ "$(writes)" = 0 ]
	outbox_is_kept
	push 0 --allow-auto-merge results
	[ "$(head_oid)" = "$(ours)" ]
}

@test "review: held, or told to stop" {
	set_up_review
	round
	sim_do '{"do":"label","number":2,"label":"oompa-hold","by":"li"}'
	push 6 results
	[ "$(error)" = "human: held by the label 'oompa-hold'" ]
	sim_do '[{"do":"unlabel","number":2,"label":"oompa-hold","by":"li"},{"do":"comment","number":2,"by":"li","body":"/oompa stop"}]' >/dev/null
	push 6 results
	[ "$(error)" = "human: held by /oompa stop of li" ]
	[ "$(writes)" = 0 ]
	outbox_is_kept
}

@test "review: a pull request into a release branch" {
	set_up_review '.repositories[0].commits += [{branch: "release-1", files: {"old": "x"}}]
		| .repositories[0].pulls[0].base = "release-1"'
	round '{}' '.base.ref = "release-1"'
	push 0 results
	[ "$(head_oid)" = "$(ours)" ]
	[ "$(state '.pulls[0].base')" = release-1 ]
}

# A pull request of ann's, from her fork.
FORK='.repositories += [{name: "ann/widgets", fork_of: "acme/widgets",
		commits: [{branch: "fix", files: {"src/widget.c": "int main(void) { return 0; }\n"}}]}]
	| .repositories[0].pulls[0] |= (.author = "ann" | .body = "By hand."
		| .head = "fix" | .head_repository = "ann/widgets")
	| .repositories[1].permissions = {"demo-bot": "write"}'

fork_round() {
	git -C work fetch -q "$SIM/ann/widgets.git" fix
	BASE=$(git -C work rev-parse FETCH_HEAD)
	change src/widget.c '/* count */'
	round "$1" '.branch = "fix" | .head_repo = "ann/widgets"'
}

@test "review: a fork that lets maintainers in, and that the operator listed" {
	set_up_review "$FORK"
	fork_round '{}'
	push 0 --watch-prs 2 results
	[ "$(sim_state ann/widgets | jq -r '.branches.fix')" = "$(ours)" ]
	[ "$(reviews)" = 1 ]
	[ "$(state '.branches | keys | join(" ")')" = "ai/issue-1 main" ]
}

@test "review: a fork that lets nobody in is not pushed to, and that is said" {
	set_up_review "$FORK | .repositories[0].pulls[0].maintainer_can_modify = false"
	fork_round 'if $text.author == "li" then {} else {verdict: "answered", reply: "It is."} end'
	push 0 --watch-prs 2 results
	[ "$(ops)" = "reply reply reply review request-review comment spend" ]
	[ "$(sim_state ann/widgets | jq -r '.branches.fix')" = "$BASE" ]
	[ "$(said | grep -c 'The change could not be pushed: the fork ann/widgets does not allow edits by maintainers.$')" = 2 ]
	[ "$(handled)" = "answered answered declined declined" ]
	run ! grep -q 'It is called count now' <(said)
	[ "$(row)" = "unchanged: answered 4 of 4 texts, nothing was pushed: the fork ann/widgets does not allow edits by maintainers" ]
}

@test "review: a fork that is deleted meanwhile gets answers all the same" {
	set_up_review "$FORK"
	fork_round 'if $text.author == "li" then {} else {verdict: "answered", reply: "It is."} end'
	sim_do '{"do":"delete_fork","repo":"acme/widgets","fork":"ann/widgets"}'
	push 0 --watch-prs 2 results
	[ "$(ops)" = "reply reply reply review request-review comment spend" ]
	[ "$(said | grep -c 'The change could not be pushed: the fork that it is from is gone.$')" = 2 ]
	[ "$(journal '[.[] | select(.git.service == "git-receive-pack")] | length')" = 0 ]
	outbox_is_empty
}

@test "review: a fork is not pushed to for a label" {
	set_up_review "$FORK"
	sim_do '{"do":"label","repo":"acme/widgets","number":2,"by":"maya","label":"watch"}'
	fork_round '{}'
	push 0 --watch-label watch results
	[ "$(sim_state ann/widgets | jq -r '.branches.fix')" = "$BASE" ]
	said
	[ "$(said | grep -c '^The change could not be pushed: it is from the fork ann/widgets and not in --watch-prs')" = 4 ]
}

@test "review: nothing is ever pushed to the default branch" {
	set_up_review '.repositories[0].protected_branches = []
		| .repositories[0].commits += [{branch: "release-1", files: {"old": "x"}},
			{branch: "main", message: "more", files: {"new": "y"}}]
		| .repositories[0].pulls[0] |= (.head = "main" | .base = "release-1")'
	BASE=$(git -C "$PLACE/mirror.git" rev-parse main)
	change src/widget.c '/* count */'
	round '{}' '.branch = "main" | .base.ref = "release-1"'
	push 0 --watch-prs 2 results
	[ "$(state '.branches.main')" = "$BASE" ]
	[ "$(said | grep -c '^The change could not be pushed: main is the default branch')" = 4 ]
}

# watched_branch: the pull request is a person's, from a branch that is not ours.
watched_branch() {
	set_up_review '.repositories[0].pulls[0] |= (.body = "By hand." | .author = "zed")'"${1:-}"
	round
}

# not_pushed REASON: the answers say why.
not_pushed() {
	push 0 --watch-prs 2 results
	[ "$(head_oid)" = "$BASE" ]
	[ "$(said | grep -c "^The change could not be pushed: $1")" = 4 ]
	[ "$(journal '[.[] | select(.git.service == "git-receive-pack")] | length')" = 0 ]
}

@test "review: nothing is ever pushed to a protected branch" {
	watched_branch
	sim_do '{"do":"protect","branch":"ai/issue-1"}'
	not_pushed "ai/issue-1 is a protected branch"
}

@test "review: nor as an administrator" {
	watched_branch '| .repositories[0].permissions["demo-bot"] = "admin"'
	sim_do '{"do":"protect","branch":"ai/issue-1"}'
	not_pushed "ai/issue-1 is a protected branch"
}

@test "review: nor to one that a ruleset keeps" {
	watched_branch
	sim_do '{"do":"ruleset","branch":"ai/issue-1","type":"PULL_REQUEST"}'
	not_pushed "ai/issue-1 is a protected branch"
}

@test "review: nor where GitHub does not say" {
	watched_branch
	sim_fault '{"operation":"Protection","times":0,"status":200,"body":{"data":{"repository":{"pullRequest":{"headRef":{
		"branchProtectionRule":null,"refUpdateRule":null,"rules":null}}}},
		"errors":[{"type":"FORBIDDEN","path":["repository","pullRequest","headRef","rules"],"message":"Resource not accessible by integration"}]}}'
	not_pushed "GitHub does not say whether ai/issue-1 is protected"
}

@test "review: a ruleset about how commits are is no protection" {
	watched_branch
	sim_do '{"do":"ruleset","branch":"ai/issue-1","type":"NON_FAST_FORWARD"}'
	sim_fault '{"operation":"Protection","status":502,"body":{}}'
	push 0 --watch-prs 2 results
	[ "$(head_oid)" = "$(ours)" ]
}

@test "review: a dry run tells what would be written" {
	set_up_review
	round
	push 0 -n results
	[ "$(ops)" = "push reply reply reply review request-review request-review comment spend" ]
	[ "$(writes)" = 0 ]
	jq -es 'map(select(.type == "receipt")) | all(.dry_run)' ok.out
	outbox_is_kept
}

# cut_at N WHEN STATUS: everything fails from the Nth request on that writes
# through the API; before or after it has taken effect.  Then all is well again.
cut_at() {
	sim_fault "{\"operation\":\"Batch\",\"skip\":$1,\"times\":0,\"reset\":true,\"when\":\"$2\"}"
	push "$3" results
	cp ok.out cut.out
	sim_no_faults
	if [ "$3" != 0 ]; then
		outbox_is_kept
		push 0 results
	fi
	outbox_is_empty
	said | diff said.want -
	[ "$(reviews)" = 1 ]
	[ "$(head_oid)" = "$(ours)" ]
	[ "$(handled)" = "fixed fixed fixed fixed" ]
	[ "$(review_state | jq '.rows | length')" = 1 ]
	[ "$(state '[.pulls[0].comments[] | select(.author == "demo-bot")] | length')" = 1 ]
	[ "$(state '[.pulls[0].threads[] | select(.resolved)] | length')" = 0 ]
	[ "$(state '.pulls[0].review_requests | join(" ")')" = "maya li" ]
	[ "$(cat cut.out ok.out | jq -s 'map(select(.op == "spend" and .id)) | unique_by(.call) | length')" = 1 ]
}

# fresh: GitHub as it was.
fresh() {
	sim_stop
	rm -rf sim clones outbox work sim.journal
	set_up_review
	round
}

@test "review: cut short before any of the writes" {
	set_up_review
	round
	push 0 results
	said >said.want
	[ "$(journal '[.[] | select(.operation.name == "Batch")] | length')" = 5 ]
	for n in 0 1 2 3 4; do
		fresh
		sed -i "s|http://127.0.0.1:[0-9]*|$SIM|" said.want
		cut_at "$n" before 75
	done
}

@test "review: cut short after any of the writes" {
	set_up_review
	round
	push 0 results
	said >said.want
	for n in 0 1 2 3 4; do
		fresh
		sed -i "s|http://127.0.0.1:[0-9]*|$SIM|" said.want
		# The last one is found to have happened.
		cut_at "$n" after "$((n < 4 ? 75 : 0))"
	done
}

@test "review: an answer that is lost is looked for, and nothing is repeated" {
	set_up_review
	for n in 0 1 2 3 4; do
		fresh
		sim_fault "{\"operation\":\"Batch\",\"skip\":$n,\"reset\":true,\"when\":\"after\"}"
		push 0 results
		[ "$(ops)" = "push reply reply reply review request-review request-review comment spend" ]
		[ "$(reviews)" = 1 ]
		[ "$(said | grep -c '^reply:')" = 3 ]
	done
}

@test "review: of a request only a part has happened" {
	set_up_review
	round
	sim_fault '{"operation":"Batch","field":"addPullRequestReviewThreadReply","stop_after":2,"reset":true,"when":"after"}'
	push 0 results
	[ "$(ops | tr ' ' '\n' | grep -c '^reply$')" = 3 ]
	[ "$(said | grep -c '^reply:')" = 3 ]
	[ "$(reviews)" = 1 ]
}

@test "review: a limit in the middle: the rest comes later" {
	set_up_review
	round
	sim_fault '{"operation":"Batch","skip":2,"times":0,"rate_limit":"secondary","retry_after":60}'
	push 75 results
	[ "$(ops)" = "push reply reply reply" ]
	outbox_is_kept
	sim_no_faults
	push 0 results
	[ "$(ops)" = "review request-review request-review comment spend" ]
	[ "$(reviews)" = 1 ]
}

@test "review: killed while it replies" {
	set_up_review
	round
	sim_fault '{"field":"addPullRequestReviewThreadReply","delay_ms":1500}'
	: >killed.out
	oompa-push --clone-dir "$BATS_TEST_TMPDIR/clones" --write-interval 0s \
		--outbox "$BATS_TEST_TMPDIR/outbox" results >killed.out 3>&- &
	wait_for lines killed.out 1
	sleep 0.5
	kill -KILL $!
	wait $! || :
	outbox_is_kept
	sleep 1.5
	push 0 results
	[ "$(said | grep -c '^reply:')" = 3 ]
	[ "$(reviews)" = 1 ]
}

@test "review: --show prints the answers and the change, without GitHub" {
	set_up_review
	round 'if $text.author == "li" then {} else {verdict: "question", reply: "From one?\u001b[2J"} end'
	sim_stop
	GH_TOKEN='' RECORDS=no push 0 --show results
	grep -q '^review: ai/issue-1$' ok.out
	[ "$(grep -c '^fixed:$' ok.out)" = 2 ]
	[ "$(grep -c '^question:$' ok.out)" = 2 ]
	grep -qF 'From one?\x1b[2J' ok.out
	grep -q '^+/\* count \*/$' ok.out
}

@test "review: --resolve wants a word that it knows" {
	ok 2 oompa-push --resolve all
	[[ $stderr == *"--resolve"*"none, bots or fixed"* ]]
}

@test "review: a secret in an answer is refused, and not told" {
	set_up_review
	round "{reply: \"see $TOKEN\"}"
	push 6 results
	[[ "$(error)" == "human: refused: answers holds a credential"* ]]
	[ "$(head_oid)" = "$BASE" ]
	[ "$(said)" = "" ]
	run ! grep -q "$TOKEN" <<<"$(sim_state acme/widgets)"
	outbox_is_empty
}
