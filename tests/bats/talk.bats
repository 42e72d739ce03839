# shellcheck disable=SC2016 # in single quotes: for jq and for claude's shell
# shellcheck disable=SC2119,SC2120 # a filter may be left out
# A conversation about a pull request, through the whole pipeline: what people
# say on GitHub is planned, worked on by the scripted claude, pushed and
# answered, and no text is paid for twice.

load helpers
load ../helper/push
load ../helper/review
load ../helper/driver

setup() {
	isolate
}

# set_up_talk [JQFILTER]: GitHub as set_up_review has it, and the driver's
# environment.
set_up_talk() {
	set_up_review "$@"
	rm -rf clones outbox
	set_up_driver
	export OOMPA_SETTLE=0s
	sim_do '{"do":"unlabel","number":1,"label":"good-for-ai","by":"maya"}' >/dev/null
}

# answers N [STEP...]: claude does the steps and then fixes N texts.
answers() {
	local n=$1
	shift
	jq -nc --argjson n "$n" --args '[{steps: ([$ARGS.positional[] | fromjson]
		+ [{cost: 0.2}, {structured: {status: "done",
			summary: "Do what was asked", answers: [range($n) | {id: "text-\(. + 1)",
				verdict: "fixed", reply: "Done \(. + 1).", resolve: true}]}}])}]' "$@"
}

# cycle [ARGUMENT...]: one cycle of the driver.
cycle() {
	ok 0 oompa --one-shot "$@"
}

EDIT='{"run": "echo \"/* $RANDOM$RANDOM */\" >>src/widget.c"}'
TEST='{"write": {"tests/new.sh": "echo ok\n"}}'

@test "talk: two reviewers at once are one call, one commit and one review" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT" "$TEST")"
	cycle
	[ "$(calls)" = 1 ]
	[ "$(git -C sim/acme/widgets.git rev-list --count "$BASE..ai/issue-1")" = 1 ]
	[ "$(git -C sim/acme/widgets.git diff --name-only "$BASE" ai/issue-1 | paste -sd ' ')" = "src/widget.c tests/new.sh" ]
	[ "$(reviews)" = 1 ]
	[ "$(said | grep -c '^reply: Done')" = 3 ]
	[ "$(row)" = "changed: answered 4 of 4 texts: Do what was asked" ]
	# Nothing is left to be done.
	before=$(writes)
	cycle
	[ "$(calls)" = 1 ]
	[ "$(writes)" = "$before" ]
	rm -rf clones state
	cycle
	[ "$(calls)" = 1 ]
	[ "$(writes)" = "$before" ]
}

@test "talk: what the operator asks for again is answered again" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT")"
	cycle
	claude_script "$(answers 4 "$EDIT")"
	cycle --again 2
	[ "$(calls)" = 1 ]
	[ "$(reviews)" = 2 ]
	[ "$(said | grep -c '^reply: Done')" = 6 ]
	[ "$(row)" = "changed: answered 4 of 4 texts: Do what was asked" ]
	before=$(writes)
	cycle
	[ "$(calls)" = 1 ]
	[ "$(writes)" = "$before" ]
}

@test "talk: an edit after the answer, and a reply in a resolved thread, are new rounds" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT")"
	cycle
	id=$(texts | jq -r '.[] | select(.body == "Name it count.").id')
	sim_do "[{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"li\",\"body\":\"Name it n.\"}]" >/dev/null
	claude_script "$(answers 1 "$EDIT")"
	cycle
	[ "$(calls)" = 1 ]
	grep -lq "Name it n" clones/acme/widgets/logs/*.prompt
	[ "$(reviews)" = 2 ]
	thread=$(texts | jq -r '.[] | select(.body == "Please add a test.").thread')
	sim_do "[{\"do\":\"resolve\",\"thread\":\"$thread\",\"by\":\"li\"},
		{\"do\":\"reply\",\"thread\":\"$thread\",\"by\":\"li\",\"body\":\"And one more.\"}]" >/dev/null
	claude_script "$(answers 1 "$EDIT")"
	cycle
	[ "$(calls)" = 1 ]
	[ "$(reviews)" = 3 ]
	before=$(writes)
	cycle
	[ "$(writes)" = "$before" ]
}

@test "talk: a comment that is edited while claude works is answered in the next round" {
	set_up_talk
	id=$(texts | jq -r '.[] | select(.body == "Name it count.").id')
	claude_script "$(answers 4 "$EDIT" "$(jq -nc --arg run "curl -fsS -H content-type:application/json -d '[{\"do\":\"edit_comment\",\"id\":\"$id\",\"by\":\"li\",\"body\":\"Name it n.\"}]' $SIM/_sim/do" '{run: $run}')")"
	cycle
	[ "$(said | grep -c '^reply:')" = 2 ]
	[[ "$(row)" == "changed: answered 3 of 4 texts: "* ]]
	claude_script "$(answers 1 "$EDIT")"
	cycle
	[ "$(calls)" = 1 ]
	[ "$(said | grep -c '^reply:')" = 3 ]
	[ "$(reviews)" = 2 ]
	[ "$(handled)" = "fixed fixed fixed fixed" ]
}

@test "talk: a person who pushes while claude works wins, and the work is done again on top" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT" "$(jq -nc --arg run "curl -fsS -H content-type:application/json -d '{\"do\":\"push\",\"branch\":\"ai/issue-1\",\"by\":\"li\",\"files\":{\"mine\":\"x\"}}' $SIM/_sim/do" '{run: $run}')")"
	cycle
	[ "$(calls)" = 1 ]
	theirs=$(head_oid)
	[ "$(git -C sim/acme/widgets.git log -1 --format=%s ai/issue-1)" != "Do what was asked" ]
	[ "$(said)" = "" ]
	claude_script "$(answers 4 "$EDIT")"
	cycle --again 2
	[ "$(calls)" = 1 ]
	[ "$(git -C sim/acme/widgets.git rev-parse ai/issue-1^)" = "$theirs" ]
	[ "$(said | grep -c '^reply:')" = 3 ]
	[ "$(reviews)" = 1 ]
}

@test "talk: --again in the loop asks once for what was said on a pull request" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT")"
	fake sleep <<-EOF
		echo >>$PWD/naps
		exec /bin/sleep "\$1"
	EOF
	oompa --again 2 --poll-interval 1s 2>err 3>&- &
	wait_for lines naps 4
	kill -TERM $!
	wait $! || :
	[ "$(calls)" = 1 ]
	[ "$(git -C sim/acme/widgets.git rev-list --count "$BASE..ai/issue-1")" = 1 ]
}

@test "talk: a sweep through 20 files is refused, and the pull request is as it was" {
	set_up_talk
	claude_script "$(answers 4 '{"run": "for i in $(seq 20); do echo x >file$i; done"}')"
	cycle
	[ "$(head_oid)" = "$BASE" ]
	# Nothing is said but that, once.
	[ "$(said | cut -d : -f 1-3)" = "comment: **oompa** · refused: changes 20 files that the pull request does not, at most 5" ]
	[[ "$(row)" == "refused: "*"outside"* ]]
	# Back-off: nothing more now.
	cycle
	[ "$(calls)" = 1 ]
}

@test "talk: the day's budget is used up in the middle" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT")"
	cycle --max-day-cost 5
	[ "$(calls)" = 1 ]
	sim_do '[{"do":"thread","number":2,"by":"li","path":"src/widget.c","line":1,"body":"More."}]' >/dev/null
	before=$(writes)
	claude_script "$(answers 1 "$EDIT")"
	cycle --max-day-cost 5
	[ "$(calls)" = 0 ]
	[ "$(writes)" = "$before" ]
	cycle --max-day-cost 50
	[ "$(calls)" = 1 ]
	[ "$(reviews)" = 2 ]
}

@test "talk: an answer for a text that was not asked about" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT" | jq -c '.[0].steps[-1].structured.answers[0].id = "text-9"')"
	cycle
	[ "$(said | grep -c '^reply:')" -ge 2 ]
	[[ "$(row)" == "changed: answered 3 of 4 texts: "* ]]
	# What has no answer is asked about in a round of its own, and then no more.
	claude_script "$(answers 1 "$EDIT" | jq -c '.[0].steps[-1].structured.answers[0].id = "text-9"')"
	cycle
	cycle
	[ "$(claude_calls '[.[] | select(.argv | index("--resume") | not)] | length')" = 1 ]
	[ "$(reviews)" = 1 ]
}

@test "talk: killed between any two stages, the round is published once" {
	set_up_talk
	claude_script "$(answers 4 "$EDIT")"
	sim_fault '{"operation":"Batch","skip":2,"times":0,"reset":true,"when":"after"}'
	ok 75 oompa --one-shot
	sim_no_faults
	cycle
	[ "$(calls)" = 1 ]
	[ "$(said | grep -c '^reply:')" = 3 ]
	[ "$(reviews)" = 1 ]
	[ "$(jq -s 'map(select(.op == "spend")) | length' state/acme/widgets/ledger.jsonl)" = 1 ]
}
