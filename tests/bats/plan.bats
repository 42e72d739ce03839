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
	elif grep -q 'budget-day' "$1"; then
		echo 5
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

@test "plan: what stops an item is asked first: hold, words, state" {
	golden "$FIXTURES"/{repository,closed,only,held}*.in
}

@test "plan: a snapshot replanned a day later follows the policy of that day" {
	cmp "$FIXTURES"/replanned-first.in "$FIXTURES"/replanned-a-day-later.in
	golden "$FIXTURES"/replanned-*.in
}

@test "plan: /oompa stop and go count by who says them, and when" {
	golden "$FIXTURES"/words-*.in
}

@test "plan: /oompa retry is a new trigger" {
	golden "$FIXTURES"/retry-*.in
}

@test "plan: /oompa status is answered once, and costs nothing" {
	golden "$FIXTURES"/note-status-*.in
}

@test "plan: --since leaves older triggers alone, --again does not care" {
	golden "$FIXTURES"/since-*.in "$FIXTURES"/again-*.in
}

@test "plan: a deleted status comment means: stop here" {
	golden "$FIXTURES"/status-*.in
}

@test "plan: pull requests in scope, and what lands by itself" {
	golden "$FIXTURES"/pr-*.in
}

@test "plan: review: threads, replies, reviews and what begins with /oompa are one task" {
	golden "$FIXTURES"/review-{thread,reply,many,changes,praise,comment}*.in
}

@test "plan: 22 review: a text is handled as it was when it was seen" {
	golden "$FIXTURES"/review-{handled,edited,done,by-stranger-handled}*.in
}

@test "plan: review: praise alone, hidden texts and our own ask for nothing" {
	golden "$FIXTURES"/review-{approval,minimized,own,marker,by-a-person}*.in
}

@test "plan: review: in resolved threads only what came after our last word" {
	golden "$FIXTURES"/review-resolved-*.in
}

@test "plan: 55 review: who is heard" {
	golden "$FIXTURES"/review-{by-stranger,by-bot,by-bot-trusted,trust-triage}.in "$FIXTURES"/review-reviewers-*.in
}

@test "plan: review: people are given time to finish" {
	golden "$FIXTURES"/review-settl*.in
}

@test "plan: review: --since and --again" {
	golden "$FIXTURES"/review-{since,again}*.in
}

@test "plan: review: --reactions" {
	golden "$FIXTURES"/review-reactions-*.in
}

@test "plan: review: what may be pushed where" {
	golden "$FIXTURES"/review-{fork,same,from,into}-*.in
}

@test "plan: 24 review: rounds without effect are given up visibly" {
	golden "$FIXTURES"/review-{round,gave-up}*.in
}

@test "plan: 24 review: calls that failed, results that wait" {
	golden "$FIXTURES"/review-{backing,backed,waits,dropped}*.in
}

@test "plan: 27 review: what we pushed a moment ago is known" {
	golden "$FIXTURES"/review-{unseen,seen}*.in
}

@test "plan: 34 review: bots do not go on with us for ever" {
	golden "$FIXTURES"/review-bot-*.in
}

@test "plan: review: what holds for all tasks holds here" {
	golden "$FIXTURES"/review-{budget-item,budget-day,later,auto-merge,stopped}.in
}

@test "plan: review: the task is known by its texts, whatever their order" {
	local filter id

	id=$(jq -r 'select(.type == "task") | .id' "$FIXTURES/review-many-kinds.out")
	for filter in '.threads |= reverse' '.comments |= reverse' '.title = "Other"' \
		'.head.oid = .base.oid' '.threads[0].comments[0].body = "More."'; do
		jq -c "if .type == \"pr\" then $filter else . end" "$FIXTURES/review-many-kinds.in" >in
		ok 0 oompa-plan --now "$NOW" in
		[ "$(jq -r 'select(.type == "task") | .id' ok.out)" = "$id" ]
	done
	for filter in '.threads[0].comments[1].edited_at = "2026-02-20T12:00:01Z" |
			.threads[0].comments[1].editor = .threads[0].comments[1].author' \
		'.threads[0].comments[1].id = "PRRC_22"' '.reviews = []'; do
		jq -c "if .type == \"pr\" then $filter else . end" "$FIXTURES/review-many-kinds.in" >in
		ok 0 oompa-plan --now "$NOW" in
		[ "$(jq -r 'select(.type == "task") | .id' ok.out)" != "$id" ]
	done
}

@test "plan: review: of very many texts, a task takes the oldest, and its context has a limit" {
	thread 1 "$(said 1 li write x)" >one
	{
		repo_record
		pr_record 50 | jq -c --slurpfile t one '.threads = [range(150) as $i | $t[0] |
			.id = "PRRT_\($i)" | .comments[0].id = "PRRC_\($i)"] |
			.comments = [range(30) as $i | $t[0].comments[0] | .id = "IC_\($i)"]'
		end_record 2
	} >in
	ok 0 oompa-plan --now "$NOW" in
	[ "$(jq -c 'select(.type == "task") | [(.feedback, .threads, .talk | length), .dropped]' ok.out)" = '[100,100,20,10]' ]
	{
		repo_record
		pr_record 50 | jq -c --slurpfile t one '.threads = [$t[0] | .comments = [range(6) as $i |
			.comments[0] | .id = "PRRC_\($i)" | .body = "x" * 200000]]'
		end_record 2
	} >in
	ok 0 oompa-plan --now "$NOW" in
	[ "$(jq -c 'select(.type == "task") | [[.feedback[].id], [.threads[].comments[].id], .dropped]' ok.out)" = \
		'[["PRRC_0","PRRC_1"],["PRRC_0","PRRC_1","PRRC_2","PRRC_3"],2]' ]
	# One text that is too large on its own is taken all the same.
	jq -c 'if .type == "pr" then .threads[0].comments[].body = "x" * 600000 else . end' in >large
	ok 0 oompa-plan --now "$NOW" large
	[ "$(jq -c 'select(.type == "task") | [.feedback[].id]' ok.out)" = '["PRRC_0"]' ]
}

@test "plan: review: of a long thread the first and the newest comments are told" {
	thread 1 "$(said 1 li write x)" >one
	{
		repo_record
		pr_record 50 | jq -c --slurpfile t one '.threads = [$t[0] | .comments = [range(60) as $i | .comments[0] |
			.id = "PRRC_\($i)"]] | .status = {id: null, url: null, edited: false, state: {v: 1, cost: 0, rows: [],
			texts: [range(59) | {id: "PRRC_\(.)", at: "2026-02-20T10:00:00Z", verdict: "answered"}]}}'
		end_record 2
	} >in
	ok 0 oompa-plan --now "$NOW" in
	[ "$(jq -c 'select(.type == "task") | .threads[0].comments | [length, .[0].id, .[1].id, .[-1].id]' ok.out)" = \
		'[31,"PRRC_0","PRRC_30","PRRC_59"]' ]
	[ "$(jq -c 'select(.type == "task") | .dropped' ok.out)" = 29 ]
}

@test "plan: 30 budgets of an item and of a day" {
	golden "$FIXTURES"/budget-*.in
}

@test "plan: 30 five calls of the day that fail alike stop it" {
	golden "$FIXTURES"/circuit-*.in
}

@test "plan: all other decisions" {
	golden "$FIXTURES"/{assigned,branch,dropped,failed,implement,label,later,max,no-,not-,open-pr,other}*.in
	golden "$FIXTURES"/{pull-,repo-,texts,trigger,trust,two,unknown,waits}*.in
}

# codes: those of all skips in the sources.
codes() {
	grep -oh '[^a-z_]object(s, "[a-z-]*"' "$TESTS"/../cmd/oompa-plan/*.c |
		cut -d '"' -f 2 | sort -u
}

@test "plan: each skip code has a fixture" {
	codes >codes
	[ "$(wc -l <codes)" -ge 28 ]
	jq -r 'select(.type == "skip") | .code' "$FIXTURES"/*.out | sort -u | diff -u codes -
}

# table FILE NAME: the rules in that table, one per line.
table() {
	awk -v name="$2" '$0 ~ " " name "\\[\\] = \\{" { on = 1 } on { print } on && /\};/ { exit }' \
		"$TESTS/../cmd/oompa-plan/$1.c" | sed 's/.*{//' | grep -o 'rule_[a-z_]*'
}

# codes_of RULE: in the order in which it may say them.
codes_of() {
	# One asks another function for the pull requests, one says it by another.
	awk -v rule="$1" '
		/^(blocks|give_up|back_off)\(/, /^}/ { held[FILENAME] = held[FILENAME] "\n" $0 }
		$0 ~ "^" rule "\\(" { on = 1 }
		on && /(blocks|give_up|back_off)\(/ { print held[FILENAME] }
		on { print }
		on && /^}/ { exit }' "$TESTS"/../cmd/oompa-plan/*.c |
		grep -o 'object(s, "[a-z-]*"' | cut -d '"' -f 2
}

@test "plan: its page lists the skip codes in the order in which they are asked" {
	{
		table item pull_scope
		table item issue_scope
		table item pull_rules
		table item issue_rules
		echo nothing_to_do
		table review rules
		table implement rules
		table review late_rules
		table implement late_rules
		table implement paid_rules
	} | awk '!seen[$0]++' >rules
	[ "$(wc -l <rules)" -ge 25 ]
	while read -r rule; do
		codes_of "$rule"
	done <rules | awk '!seen[$0]++' >want
	codes | diff - <(sort want)
	sed -n '/^.Ss Skip codes/, /^.Sh/s/^\.It Cm //p' "$TESTS/../man/oompa-plan.1" | diff want -
}

@test "plan: each fixture is read by a test, and has its output" {
	local in patterns

	for in in "$FIXTURES"/*.in; do
		[ -e "${in%.in}.out" ]
	done
	patterns=$(sed -n 's/^\tgolden //p' "$BATS_TEST_FILENAME" | tr '\n' ' ')
	eval "printf '%s\n' $patterns" | sort >tested
	printf '%s\n' "$FIXTURES"/*.in | sort | diff - tested
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

@test "plan: 42 no locale changes a byte" {
	local in name args locale

	for in in "$FIXTURES"/{budget-day,budget-item,circuit-open,texts-of-every-plane,pr-held}.in; do
		name=${in%.in}
		for locale in C C.UTF-8 de_DE.UTF-8 tr_TR.UTF-8; do
			ok "$(wanted "$name.out")" env LC_ALL="$locale" oompa-plan --now "$NOW" "$in"
			same "$name.out"
			env LC_ALL="$locale" oompa-plan --now "$NOW" --show "$in" >"shown.$locale" || :
			cmp shown.C "shown.$locale"
		done
	done
}

@test "plan: a torn last line of the ledger before the snapshot plans nothing" {
	{
		spend_receipt 1 c1 2026-03-01T11:00:00Z
		spend_receipt 1 c2 2026-03-01T11:30:00Z | head -c 100
		snapshot 2
	} >in
	ok 7 oompa-plan --now "$NOW" in
	[ "$(jq -r 'select(.type == "task") | .id' ok.out)" = "" ]
	errors >got
	cat >want <<-'EOF'
		input never in:2: not one JSON value
		input never acme/widgets#1: no repo record: did a filter drop it?
		input never acme/widgets#2: no repo record: did a filter drop it?
	EOF
	diff -u want got
}

@test "plan: of 200 labelled issues it takes as many as it may" {
	snapshot 200 >in
	ok 0 oompa-plan --now "$NOW" --max-tasks 2 in
	jq -r 'select(.type == "task" or .type == "skip") | .code // .action' ok.out |
		uniq -c | tr -s ' ' >got
	printf ' 2 implement\n 198 later\n' | diff - got
	[ "$(jq -r 'select(.type == "task") | .number' ok.out | paste -sd ' ')" = '1 2' ]
}

@test "plan: many issues and a long ledger take no longer than they must" {
	spend_receipt 1 c1 2026-02-27T11:00:00Z >one
	{
		jq -c 'range(5000) as $i | .number = 1 + $i % 2500 | .call = "c\($i)" |
			.id = "acme/widgets#\(.number):implement:2026-02-01T09:00:00Z" |
			.code = "c\($i % 3)"' one
		repo_record
		issue_record 1 | jq -c 'range(1; 5001) as $i | .number = $i'
		end_record 5001
	} >in
	OOMPA_TEST_TIMEOUT=10 ok 0 oompa-plan --now "$NOW" --max-tasks 9999 --max-day-cost 0 in
	[ "$(jq -r 'select(.type == "task") | .number' ok.out | wc -l)" -eq 5000 ]
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
		spend_receipt 9 c1 2026-03-01T01:00:00Z '.cost = 3.099'
		repo_record
		pr_record 60 '.auto_merge = true | .title = "Bump"'
		issue_record 1 '.title = "Tabs\tand \u001b[31mred\u0085" | .events[0].at = "2026-03-01T09:59:00Z"'
		issue_record 2 '.labels += ["oompa-hold"]'
		issue_record 3 '.pulls = []'
		end_record 5
	} >in
	ok 0 oompa-plan --now "$NOW" --show in
	cat >want <<-'EOF'
		would not            #60    "Bump"
		                            would-land-unreviewed: auto-merge is on; needs: switch auto-merge off
		would     implement  #1     "Tabs\tand \x1b[31mred\x85"
		                            label good-for-ai set by maya (admin) 2 h ago, up to $5.00
		would not implement  #2     "Count widgets"
		                            held: the label oompa-hold is set; needs: remove the label oompa-hold
		would not implement  #3     "Count widgets"
		                            later: the limit of one cycle is 1
		1 task, $5.00 reserved, $3.10 of $50.00 spent today. Nothing was written, no model was called.
	EOF
	same want
	[ "$stderr" = "" ]
	ok 0 oompa-plan --now "$NOW" --show "$FIXTURES/24-backing-off.in"
	cat >want <<-'EOF'
		would not implement  #1     "Count widgets"
		                            backing-off: attempt 1 failed, the next is later; until 2026-03-01T12:00:01Z
		0 tasks, $0.00 reserved, $0.25 of $50.00 spent today. Nothing was written, no model was called.
	EOF
	same want
	ok 0 oompa-plan --now "$NOW" --show --max-day-cost 0 "$FIXTURES/open-pr.in"
	cat >want <<-'EOF'
		would     open-pr    #1     "Count widgets"
		                            label good-for-ai set by maya (admin) 28 d ago
		1 task, $0.00 reserved, $0.00 spent today. Nothing was written, no model was called.
	EOF
	same want
	ok 0 oompa-plan --now "$NOW" --show --max-day-cost 0 "$FIXTURES/note-status-held.in"
	cat >want <<-'EOF'
		would     note       #1     "Count widgets"
		                            /oompa status by maya (admin)
		1 task, $0.00 reserved, $0.00 spent today. Nothing was written, no model was called.
	EOF
	same want
	ok 5 oompa-plan --now "$NOW" --show "$FIXTURES/budget-day.in"
	ok 0 oompa-plan --now "$NOW" --show --max-day-cost 0 "$FIXTURES/review-thread.in"
	cat >want <<-'EOF'
		would     review     #50    "Count all widgets"
		                            1 new text by li (write) 2 h ago, up to $5.00
		1 task, $5.00 reserved, $0.00 spent today. Nothing was written, no model was called.
	EOF
	same want
	ok 0 oompa-plan --now "$NOW" --show --max-day-cost 0 --watch-prs 50 "$FIXTURES/review-fork-gone.in"
	[ "$(sed -n 2p ok.out)" = '                            1 new text by li (write) 2 h ago, answers only, up to $5.00' ]
	ok 0 oompa-plan --now "$NOW" --show --max-day-cost 0 "$FIXTURES/review-by-stranger.in"
	cat >want <<-'EOF'
		would not            #50    "Count all widgets"
		                            feedback-untrusted: 2 texts, the last written or edited by zed (read), who may not command; needs: somebody who may command says it, or --trusted names them
		0 tasks, $0.00 reserved, $0.00 spent today. Nothing was written, no model was called.
	EOF
	same want
}

@test "plan: --show says how long ago the trigger was" {
	local at ago

	while read -r at ago; do
		{
			repo_record
			issue_record 1 ".events[0].at = \"$at\""
			end_record 2
		} >in
		ok 0 oompa-plan --now "$NOW" --show in
		[[ "$output" == *"set by maya (admin)${ago:+ $ago}, up to"* ]]
	done <<-'EOF'
		2026-03-01T12:00:00Z 0 s ago
		2026-03-01T11:59:01Z 59 s ago
		2026-03-01T11:59:00Z 1 min ago
		2026-03-01T11:00:01Z 59 min ago
		2026-03-01T11:00:00Z 1 h ago
		2026-02-27T12:00:01Z 47 h ago
		2026-02-27T12:00:00Z 2 d ago
		2026-03-01T12:00:01Z
	EOF
}

@test "plan: --show tells what went wrong on stderr only" {
	ok 7 oompa-plan --now "$NOW" --show "$FIXTURES/no-repo-record.in"
	[ "$output" = "0 tasks, \$0.00 reserved, \$0.00 of \$50.00 spent today. Nothing was written, no model was called." ]
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
	ok 0 oompa-plan --now "$NOW" <<<"$(end_record 0)"
	[ "$(tail -n 1 ok.out | jq -c .policy)" = '{"now":"2026-03-01T12:00:00Z","label":"good-for-ai","trust":"write","trusted":"","only_assigned":false,"max_tasks":1,"max_task_cost":5,"max_pr_cost":20,"max_day_cost":50,"max_attempts":3,"watch_prs":"","watch_label":"","hold_label":"oompa-hold","only":"","again":"","since":null,"allow_auto_merge":false,"reviewers":"","reactions":"reviews,ci,conflicts,rebase","settle":120,"max_review_rounds":3}' ]
	ok 0 oompa-plan --now "$NOW" --label l --trust triage --trusted a,b --only-assigned \
		--max-tasks 3 --max-task-cost 0.5 --max-pr-cost 1.25 --max-day-cost 0 \
		--max-attempts 1 --watch-prs 7,8 --watch-label w --hold-label h --only 1 \
		--again 2 --since now --allow-auto-merge --reviewers a,b[bot] --reactions ci \
		--settle 5m --max-review-rounds 2 <<<"$(end_record 0)"
	[ "$(tail -n 1 ok.out | jq -c .policy)" = '{"now":"2026-03-01T12:00:00Z","label":"l","trust":"triage","trusted":"a,b","only_assigned":true,"max_tasks":3,"max_task_cost":0.5,"max_pr_cost":1.25,"max_day_cost":0,"max_attempts":1,"watch_prs":"7,8","watch_label":"w","hold_label":"h","only":"1","again":"2","since":"2026-03-01T12:00:00Z","allow_auto_merge":true,"reviewers":"a,b[bot]","reactions":"ci","settle":300,"max_review_rounds":2}' ]
}

@test "plan: jq between fetch and plan changes nothing of what is decided" {
	cat "$FIXTURES"/two-repositories.in >in
	ok 7 oompa-plan --now "$NOW" in
	jq -cS 'del(.policy)' ok.out >want
	jq -cS . in >sorted
	ok 7 oompa-plan --now "$NOW" sorted
	sed 's/"sorted:/"in:/' ok.out | jq -cS 'del(.policy)' | diff -u want -
}
