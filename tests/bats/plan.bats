# shellcheck disable=SC2154 # ok sets stderr
# shellcheck disable=SC2016,SC2028,SC2030,SC2031,SC2094 # each test is a subshell
load helpers
load ../helper/records

FIXTURES=$BATS_TEST_DIRNAME/fixtures/plan

# golden FILE.in...: oompa-plan with the options in FILE.args, one per line,
# prints FILE.out.
golden() {
	local in name args failed=

	for in; do
		name=${in%.in}
		args=()
		[ ! -e "$name.args" ] || mapfile -t args <"$name.args"
		ok "$(wanted "$name.out")" oompa-plan --now "$NOW" "${args[@]}" "$in"
		same "$name.out" || failed="$failed ${name##*/}"
	done
	echo "failed:$failed"
	[ -z "$failed" ]
}

# wanted OUT: the exit status that goes with an output.
wanted() {
	if grep -q '^{"type":"error"' "$1"; then
		echo 7
	else
		echo 0
	fi
}

@test "plan: 15 who commits are by" {
	golden "$FIXTURES"/15-*.in "$FIXTURES"/identity-*.in
}

@test "plan: 17 what could not be read to its end is not judged" {
	golden "$FIXTURES"/17-*.in
}

@test "plan: 18 a closed unmerged pull request of ours is the attempt of its label" {
	golden "$FIXTURES"/18-*.in
}

@test "plan: 19 removing ai-failed is a retry when somebody who may command does it" {
	golden "$FIXTURES"/19-*.in
}

@test "plan: 20 an empty label selects nothing" {
	golden "$FIXTURES"/20-*.in
}

@test "plan: 22 what was handled is not planned again" {
	golden "$FIXTURES"/22-*.in
}

@test "plan: 24 a call that failed is tried again later, and given up visibly" {
	golden "$FIXTURES"/24-*.in
}

@test "plan: 30 receipts count for their task only" {
	golden "$FIXTURES"/30-*.in
}

@test "plan: 55 bots are trusted by name only" {
	golden "$FIXTURES"/55-*.in
}

@test "plan: 56 who set the label last counts" {
	golden "$FIXTURES"/56-*.in
}

@test "plan: 57 an edit by a stranger after the label makes it stale, a comment does not" {
	golden "$FIXTURES"/57-*.in
}

@test "plan: all other decisions" {
	golden "$FIXTURES"/[a-z]*.in
}

@test "plan: each skip code has a fixture" {
	sed -n 's/.*object(s, "\([a-z-]*\)".*/\1/p' "$TESTS/../cmd/oompa-plan/implement.c" |
		sort -u >codes
	[ "$(wc -l <codes)" -ge 15 ]
	jq -r 'select(.type == "skip") | .code' "$FIXTURES"/*.out | sort -u | diff -u codes -
}

@test "plan: each fixture is read by a test, and has its output" {
	local in

	for in in "$FIXTURES"/*.in; do
		[ -e "${in%.in}.out" ]
		[[ ${in##*/} =~ ^(15|17|18|19|20|22|24|30|55|56|57|[a-z]).*\.in$ ]]
	done
}

@test "plan: 42 repeated runs print the same bytes" {
	cat "$FIXTURES"/two-repositories.in "$FIXTURES"/texts-of-every-plane.in >in
	ok 7 oompa-plan --now "$NOW" in
	mv ok.out want
	for _ in 1 2 3 4 5; do
		ok 7 oompa-plan --now "$NOW" in
		same want
	done
}

@test "plan: texts of every plane come through unchanged" {
	ok 0 oompa-plan --now "$NOW" "$FIXTURES/texts-of-every-plane.in"
	jq -r 'select(.type == "issue") | .title, .body, .comments[0].body' \
		"$FIXTURES/texts-of-every-plane.in" >want
	jq -r 'select(.type == "task") | .issue | .title, .body, .comments[0].body' ok.out | cmp want -
}

@test "plan: receipts and results are taken before and between the facts" {
	grep -h '"type":"receipt"' "$FIXTURES/24-backing-off.in" >ledger
	grep -h -v '"type":"receipt"' "$FIXTURES/24-backing-off.in" >facts
	ok 0 oompa-plan --now "$NOW" ledger facts
	same "$FIXTURES/24-backing-off.out"
	ok 0 oompa-plan --now "$NOW" ledger - <facts
	same "$FIXTURES/24-backing-off.out"
	{
		sed -n 1p facts
		cat ledger
		sed -n '2,$p' facts
	} >mixed
	ok 0 oompa-plan --now "$NOW" mixed
	same "$FIXTURES/24-backing-off.out"
}

@test "plan: without --now it is now" {
	snapshot 1 >in
	ok 0 oompa-plan in
	now=$(tail -n 1 ok.out | jq -r .policy.now)
	[ $(($(date +%s) - $(date -d "$now" +%s))) -lt 60 ]
	OOMPA_NOW=$NOW ok 0 oompa-plan in
	[ "$(tail -n 1 ok.out | jq -r .policy.now)" = "$NOW" ]
}

@test "plan: --show is for people: what would be done, what not, and the price" {
	{
		repo_record
		issue_record 1 '.title = "Tabs\tand \u001b[31mred\u0085"'
		issue_record 2 '.labels += ["oompa-hold"]'
		issue_record 3 '.pulls = []'
		end_record 4
	} >in
	ok 0 oompa-plan --now "$NOW" --show in
	cat >want <<-'EOF'
		would     implement  #1     "Tabs\tand \x1b[31mred\x85"
		                            label good-for-ai set by maya (admin), up to $5.00
		would not implement  #2     "Count widgets"
		                            held: the label oompa-hold is set; needs: remove the label oompa-hold
		would not implement  #3     "Count widgets"
		                            later: the limit of one cycle is 1
		1 task, at most $5.00. Nothing was written, no model was called.
	EOF
	same want
	[ "$stderr" = "" ]
	ok 0 oompa-plan --now "$NOW" --show "$FIXTURES/24-backing-off.in"
	cat >want <<-'EOF'
		would not implement  #1     "Count widgets"
		                            backing-off: attempt 1 failed, the next is later; until 2026-03-01T12:00:01Z
		0 tasks, at most $0.00. Nothing was written, no model was called.
	EOF
	same want
	ok 0 oompa-plan --now "$NOW" --show --max-task-cost 0 "$FIXTURES/open-pr.in"
	cat >want <<-'EOF'
		would     open-pr    #1     "Count widgets"
		                            label good-for-ai set by maya (admin)
		1 task, at most $0.00. Nothing was written, no model was called.
	EOF
	same want
}

@test "plan: --show tells what went wrong on stderr only" {
	ok 7 oompa-plan --now "$NOW" --show "$FIXTURES/no-repo-record.in"
	[ "$output" = "0 tasks, at most \$0.00. Nothing was written, no model was called." ]
	[ "$(sed -n 1p ok.err)" = "oompa-plan: acme/widgets#1: no repo record: did a filter drop it?" ]
}

@test "plan: an item without a number is refused" {
	{
		repo_record
		issue_record 1 'del(.number)'
		issue_record 1 '.number = "7"'
		issue_record 1 '.number = 0'
		issue_record 1 '.number = 1.5'
		issue_record 1 'del(.repo)'
		end_record 6
	} >in
	ok 7 oompa-plan --now "$NOW" in
	cat >want <<-'EOF'
		oompa-plan: acme/widgets: no number
		oompa-plan: acme/widgets: no number
		oompa-plan: acme/widgets#0: no number
		oompa-plan: acme/widgets: no number
		oompa-plan: in:6: no repo record: did a filter drop it?
	EOF
	diff -u want ok.err
	[ "$(tail -n 1 ok.out | jq -c '[.count, .status]')" = '[0,"partial"]' ]
}

@test "plan: 42 its policy is in its end record" {
	ok 0 oompa-plan --now "$NOW" --label l --trust triage --trusted a,b --only-assigned \
		--max-tasks 3 --max-task-cost 0.5 <<<"$(end_record 0)"
	[ "$(tail -n 1 ok.out)" = '{"type":"end","v":1,"from":"oompa-plan","count":0,"status":"ok","policy":{"now":"2026-03-01T12:00:00Z","label":"l","trust":"triage","trusted":"a,b","only_assigned":true,"max_tasks":3,"max_task_cost":0.5}}' ]
}

@test "plan: jq between fetch and plan changes nothing of what is decided" {
	cat "$FIXTURES"/two-repositories.in >in
	ok 7 oompa-plan --now "$NOW" in
	jq -cS 'del(.policy)' ok.out >want
	jq -cS . in >sorted
	ok 7 oompa-plan --now "$NOW" sorted
	sed 's/"sorted:/"in:/' ok.out | jq -cS 'del(.policy)' | diff -u want -
}
