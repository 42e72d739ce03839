# The driver, and the whole pipeline: from a label to a pull request.
load helpers
load ../helper/driver

# one_pull: there is exactly one pull request and one status comment, and the
# commit is in GitHub's own repository.
one_pull() {
	sim_state "$REPO" >now.json
	[ "$(jq '.pulls | length' now.json)" = 1 ]
	[ "$(jq -r '.pulls[0].head' now.json)" = ai/issue-1 ]
	[ "$(jq '[.issues[].comments[]] | length' now.json)" = 1 ]
	jq -e '.issues[0].comments[0].body | endswith("<!-- oompa:status -->") or endswith("<!-- oompa:status -->\n")' now.json
	git -C "sim/$REPO.git" show ai/issue-1:src/widget.c | grep -q 'i < argc;'
}

@test "oompa: a labelled issue becomes a pull request, pushed through HTTP with a token" {
	ok 0 oompa --one-shot
	one_pull
	[ -z "$output" ]
	[ "$(calls)" = 1 ]
	[ "$(git -C "sim/$REPO.git" log -1 --format=%an ai/issue-1)" = demo-bot ]
	[ "$(git -C "sim/$REPO.git" rev-list --count main..ai/issue-1)" = 1 ]
	journal '.[] | select(.ref_update == "refs/heads/ai/issue-1")' >pushed
	[ "$(jq -r .by pushed)" = demo-bot ]
	[ "$(jq -r .how pushed)" = push ]
	run ! grep -rqF "$TOKEN" sim.journal clones state
	[ "$(jq -r .op "$PLACE/ledger.jsonl" | tr '\n' ' ')" = "assign react comment push pull edit-comment spend " ]
	[ -z "$(ls "$PLACE/outbox")" ]
}

@test "oompa: the second run writes nothing, calls no model and says nothing" {
	ok 0 oompa --one-shot
	before=$(writes)
	cp "$PLACE/ledger.jsonl" ledger.before
	ok 0 oompa --one-shot
	[ -z "$output$stderr" ]
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 1 ]
	cmp ledger.before "$PLACE/ledger.jsonl"
	one_pull
}

@test "oompa: deleting everything local costs no second write" {
	ok 0 oompa --one-shot
	before=$(writes)
	rm -rf clones state
	ok 0 oompa --one-shot
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 1 ]
	one_pull
}

@test "oompa: the pipeline typed by hand gives what the driver gives" {
	ok 0 oompa-fetch -R "$REPO"
	cp ok.out 1.jsonl
	ok 0 oompa-plan 1.jsonl
	cp ok.out 2.jsonl
	ok 0 oompa-push --claim 2.jsonl
	cp ok.out claimed.jsonl
	ok 0 oompa-triage claimed.jsonl
	cp ok.out 3.jsonl
	ok 0 oompa-work 3.jsonl
	cp ok.out 4.jsonl
	ok 0 oompa-push 4.jsonl
	cp ok.out 5.jsonl
	one_pull
	jq '.pulls[0] | {title, body, head, base}' now.json |
		sed 's/[0-9-]*T[0-9:]*Z/TIME/' >by-hand.pull
	jq -r '.issues[0].comments[0].body' now.json |
		sed 's/[0-9:-]*T[0-9:]*Z/TIME/g; s/"at":"[^"]*"/AT/; s/[0-9a-f]\{40\}/OID/; s/| [0-9-]* [0-9:]* |/| TIME |/; s#http://[^/]*#URL#g; s/\\u002d/-/g; s/[0-9:-]*T[0-9:]*Z/TIME/g' >by-hand.comment
	git -C "sim/$REPO.git" rev-parse 'ai/issue-1^{tree}' >by-hand.tree
	jq -r 'select(.type == "receipt") | .op' 5.jsonl >by-hand.ops

	sim_stop
	rm -rf sim sim.journal clones
	sim_start
	ok 0 oompa --one-shot
	one_pull
	jq '.pulls[0] | {title, body, head, base}' now.json |
		sed 's/[0-9-]*T[0-9:]*Z/TIME/' | diff by-hand.pull -
	jq -r '.issues[0].comments[0].body' now.json |
		sed 's/[0-9:-]*T[0-9:]*Z/TIME/g; s/"at":"[^"]*"/AT/; s/[0-9a-f]\{40\}/OID/; s/| [0-9-]* [0-9:]* |/| TIME |/; s#http://[^/]*#URL#g; s/\\u002d/-/g; s/[0-9:-]*T[0-9:]*Z/TIME/g' | diff by-hand.comment -
	git -C "sim/$REPO.git" rev-parse 'ai/issue-1^{tree}' | diff by-hand.tree -
	jq -r .op "$PLACE/ledger.jsonl" | diff by-hand.ops -
}

@test "oompa: a jq between plan and work is a policy" {
	oompa-fetch | oompa-plan |
		jq -c 'if .type == "task" then .max_cost = 1 | .model = "claude-haiku-4-5" else . end' |
		oompa-work >results.jsonl
	claude_calls '.[0].argv | index("claude-haiku-4-5") != null and index("--max-budget-usd") != null' | grep -qx true
	ok 0 oompa-push results.jsonl
	one_pull
}

@test "oompa: the model's process holds no GitHub token, and work and plan hold none" {
	claude_script '[{"steps":[{"env":true},
		{"sleep":2},{"run":"echo x >> README.md"},
		{"structured":{"status":"done","summary":"s","body":"b"}}]}]'
	export GITHUB_TOKEN=$TOKEN GITHUB_READ_TOKEN=$TOKEN
	oompa --one-shot 2>err &
	wait_for test -s "$PLACE/run/work.pid"
	tr '\0' '\n' <"/proc/$(cat "$PLACE/run/work.pid")/environ" >work.env
	wait $!
	grep -q '^ANTHROPIC_API_KEY=' work.env
	run ! grep -q "$TOKEN" work.env
	one=$(ls "clones/$REPO"/logs/*.jsonl)
	jq -se 'any(.[]; .subtype == "env" and .env.ANTHROPIC_API_KEY != null)' "$one"
	run ! grep -qF "$TOKEN" "$one"
	run ! grep -rqF "$TOKEN" clones
}

@test "oompa: each stage gets only its own credentials" {
	for name in fetch:repo plan:task triage: work: push:; do
		fake oompa-${name%:*} <<-EOF
			case " \$* " in *" --list "*) exit ;; esac
			env >$PWD/${name%:*}.env.\$\$
			cat >/dev/null
			echo '{"type":"${name#*:}","v":1}'
		EOF
	done
	RECORDS=no ok 0 oompa --one-shot
	# oompa-push runs twice: it claims, and it publishes; oompa-work, too: it
	# says what is missing, and works.
	[ "$(printf '%s\n' push.env.* work.env.* | wc -l)" = 4 ]
	for name in fetch.env.* push.env.*; do
		grep -q "^GH_TOKEN=$TOKEN" "$name"
		run ! grep -q '^ANTHROPIC_API_KEY=' "$name"
	done
	run ! grep -hqE '^(GH_TOKEN|ANTHROPIC_API_KEY)=' plan.env.* triage.env.*
	run ! grep -q '^GH_TOKEN=' work.env.*
	[ "$(grep -l '^ANTHROPIC_API_KEY=' work.env.* | wc -l)" = 2 ]
	run ! grep -hqF "$TOKEN" ./*.args
}

@test "oompa: in the sandbox the same comes out" {
	OOMPA_SANDBOX=on ok 0 oompa --one-shot
	one_pull
}

@test "oompa: the real claude, from a label to a pull request, in the sandbox" {
	real_claude
	model_start '[
		{"tool":"Bash","input":{"command":"sed -i \"s/i < argc - 1/i < argc/\" src/widget.c && git status --short"}},
		{"tool":"StructuredOutput","input":{"status":"done","summary":"It stopped one short.","body":"The loop stopped one short."}}]'
	OOMPA_TEST_TIMEOUT=90 OOMPA_SANDBOX=on ok 0 oompa --one-shot
	one_pull
	[ "$(jq -s '[.[] | select(.kind == "message")] | length' model.log)" = 2 ]
	run ! grep -qF "$TOKEN" model.log
	jq -e 'select(.op == "spend") | .cost > 0 and .outcome == "changed"' "$PLACE/ledger.jsonl"
}

# Killed.

# A run, and KILL to a stage as soon as a condition holds.
kill_stage() {
	local stage=$1
	shift
	rm -rf "$PLACE/run"
	oompa --one-shot 2>killed.err &
	wait_for "$@"
	kill -KILL "$(cat "$PLACE/run/$stage.pid")"
	wait $! || :
}

running() {
	[ -s "$PLACE/run/$1.pid" ]
}

@test "oompa: KILL to fetch, then another run" {
	sim_fault '{"operation":"Index","delay_ms":1500}'
	kill_stage fetch running fetch
	ok 0 oompa --one-shot
	one_pull
	[ "$(calls)" = 1 ]
}

@test "oompa: KILL to plan or triage while they run, then another run" {
	for name in plan triage; do
		fake oompa-$name <<-EOF
			exec sleep 5
		EOF
		kill_stage $name running $name
		rm fake/oompa-$name
	done
	ok 0 oompa --one-shot
	one_pull
	[ "$(calls)" = 1 ]
}

claude_runs() {
	[ -e "$PWD/clones/$REPO/work/issue-1/tree/started" ]
}

@test "oompa: KILL to work while claude runs, then another run: nothing is left of the first" {
	left="sleep 300.$RANDOM"
	claude_script '[{"times":1,"steps":[{"run":"touch started"},{"spawn":"'"$left"'"},{"sleep":300}]},
		{"steps":[{"run":"sed -i \"s/i < argc - 1/i < argc/\" src/widget.c"},{"cost":0.04},
		{"structured":{"status":"done","summary":"s","body":"b"}}]}]'
	kill_stage work claude_runs
	wait_for sh -c '! pgrep -f "^'"$left"'$" && ! pgrep -f "'"$PWD"'/[f]ake/claude"'
	ok 0 oompa --one-shot
	one_pull
	[ -z "$(git -C "sim/$REPO.git" ls-tree ai/issue-1 started)" ]
}

@test "oompa: KILL to push at each of its requests, then another run: one pull request, one comment, one call" {
	local n=0 fields

	# Where push is killed: before and after each thing it does.
	for fields in '{"operation":"Recheck","when":"before","skip":1}' \
		'{"git":"git-receive-pack","method":"POST","when":"before"}' \
		'{"git":"git-receive-pack","method":"POST","when":"after"}' \
		'{"method":"POST","path_regex":"/pulls$","when":"before"}' \
		'{"method":"POST","path_regex":"/pulls$","when":"after"}' \
		'{"operation":"Batch","when":"before","skip":1}' \
		'{"operation":"Batch","when":"after","skip":1}'; do
		n=$((n + 1))
		sim_stop
		rm -rf sim sim.journal clones state
		claude_script "$FIX"
		sim_start
		sim_fault "$(jq -c '. + {delay_ms: 30000, reset: true}' <<<"$fields")"
		kill_stage push "met_$(jq -r .when <<<"$fields")"
		sim_no_faults
		ls "$PLACE"/outbox/*.json
		ok 0 oompa --one-shot
		echo "$fields:"
		one_pull
		[ "$(calls)" = 1 ]
		[ -z "$(ls "$PLACE/outbox")" ]
		[ "$(grep -c '"op":"spend"' "$PLACE/ledger.jsonl")" = 1 ]
	done
	[ "$n" = 7 ]
}

# Was the fault that was set met: by a request that waits before its effect,
# or before its answer?
met_before() {
	[ "$(sim_call GET fault)" = '[]' ]
}

met_after() {
	[ "$(journal '[.[] | select(.fault)] | length')" = 1 ]
}

@test "oompa: KILL to the driver: the stages finish, and the next run does not do it again" {
	claude_script '[{"steps":[{"run":"touch started"},{"sleep":1},{"run":"rm started; sed -i \"s/i < argc - 1/i < argc/\" src/widget.c"},
		{"structured":{"status":"done","summary":"s","body":"b"}}]}]'
	oompa --one-shot 2>err &
	wait_for claude_runs
	kill -KILL $!
	ok 75 oompa --one-shot
	[ -z "$output$stderr" ]
	wait_for flock -n "$PLACE/lock" true
	ok 0 oompa --one-shot
	one_pull
	[ "$(calls)" = 1 ]
}

@test "oompa: a result that waits in the outbox is published without another call" {
	sim_fault '{"git":"git-receive-pack","status":503,"times":0}'
	ok 75 oompa --one-shot
	# The result, its commit, and why it waits.
	[ "$(find "$PLACE/outbox" -type f | sed 's/.*\.//' | sort | paste -sd ' ')" = "bundle json why" ]
	sim_no_faults
	ok 0 oompa --one-shot
	one_pull
	[ "$(calls)" = 1 ]
	[ -z "$(ls "$PLACE/outbox")" ]
}

# Stopped.

@test "oompa: TERM ends everything now, and nothing is lost" {
	claude_script '[{"times":1,"steps":[{"run":"touch started"},{"sleep":300}]},'"${FIX#[}"
	oompa --one-shot 2>err &
	driver=$!
	wait_for claude_runs
	kill -TERM $driver
	status=0
	wait $driver || status=$?
	[ "$status" = 143 ]
	run ! pgrep -f "$PWD/fake/claude"
	ok 0 oompa --one-shot
	one_pull
}

@test "oompa: TERM that comes before the stages have begun ends them, too" {
	fake sh <<-EOF
		case \$* in *oompa-[a-eg-z]*) : >$PWD/begins; sleep 3 ;; esac
		exec /bin/sh "\$@"
	EOF
	oompa --one-shot 2>err 3>&- &
	wait_for test -e begins
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" = 143 ]
	[ "$(calls)" = 0 ]
}

@test "oompa: the first INT lets the task finish and be published" {
	claude_script '[{"steps":[{"run":"touch started"},{"sleep":2},{"run":"rm started; sed -i \"s/i < argc - 1/i < argc/\" src/widget.c"},
		{"structured":{"status":"done","summary":"s","body":"b"}}]}]'
	# A background job of a script ignores INT unless it is told not to.
	env --default-signal=INT oompa --poll-interval 1s 2>err &
	driver=$!
	wait_for claude_runs
	kill -INT $driver
	status=0
	wait $driver || status=$?
	cat err
	[ "$status" = 130 ]
	one_pull
}

@test "oompa: the loop goes on, greets once, and TERM ends its sleep" {
	oompa --poll-interval 1s 2>err &
	driver=$!
	wait_for test -e "$PLACE/ledger.jsonl"
	wait_for cycled 3
	kill -TERM $driver
	status=0
	wait $driver || status=$?
	[ "$status" = 143 ]
	one_pull
	[ "$(calls)" = 1 ]
	grep -c 'as demo-bot; 1 issue, 0 pull requests;' err | grep -qx 1
}

@test "oompa: a loop waits for the lock, --one-shot leaves with 75 and no word" {
	mkdir -p "$PLACE"
	chmod -R go= state
	flock -F "$PLACE/lock" sleep 300 &
	holder=$!
	wait_for locked "$PLACE/lock"
	ok 75 oompa --one-shot
	[ -z "$output$stderr" ]
	# Who sits before it is told.
	run -75 script -qefc "oompa --one-shot" /dev/null </dev/null
	[[ $output == "oompa: $REPO: a cycle is running already"* ]]
	oompa --poll-interval 1h 2>err &
	driver=$!
	wait_for grep -q "$REPO: a cycle is running; waiting for its end" err
	kill $holder
	wait_for pulls 1
	kill -TERM $driver
	wait $driver || :
}

# What goes wrong.

@test "oompa: statuses of the stages come through" {
	GH_TOKEN=ghp_wrong ok 4 oompa --one-shot
	[[ $stderr == *"GitHub refuses the token"* ]]
	OOMPA_CLONE_DIR=relative ok 3 oompa --one-shot
	[[ $stderr == *"'relative' is not an absolute path"* ]]
	rm fake/claude
	PATH=$(dirname "$(command -v oompa)"):/usr/bin:/bin ok 3 oompa --one-shot
	[[ $stderr == *claude* ]]
	OOMPA_TRUST=nobody ok 2 oompa --one-shot
	[[ $stderr == *"OOMPA_TRUST wants admin, maintain"* ]]
	sim_stop
	OOMPA_PATIENCE=0s ok 75 oompa --one-shot
}

@test "oompa: what this machine lacks is one line, and nobody is told that work begins" {
	mkdir bare
	ln -s /usr/bin/* bare
	rm -f bare/bwrap bare/claude
	alone=$(dirname "$(command -v oompa)"):$PWD/bare
	# lacks STATUS TEXT WORD...: that is all that is said, also by the loop.
	lacks() {
		ok "$1" "${@:3}"
		[ "$(wc -l <ok.err)" = 1 ]
		[[ $stderr == *"$2"* ]]
		[ "$(writes)" = 0 ]
	}
	lacks 2 "OOMPA_SANDBOX wants on or off" oompa --one-shot --sandbox maybe
	lacks 2 "OOMPA_RESOLVE wants none" oompa --one-shot --resolve all
	lacks 2 "OOMPA_TRUST wants admin" oompa --one-shot --trust nobody
	lacks 2 "OOMPA_MAX_TASK_COST wants an amount" oompa --one-shot --max-task-cost x
	lacks 2 "--expose wants absolute paths" oompa --one-shot --expose x
	lacks 3 "--prompts: cannot open '/nonesuch'" oompa --one-shot --prompts /nonesuch
	lacks 3 "no program 'bwrap' on PATH" env PATH="$alone" oompa --one-shot --sandbox on
	lacks 3 "no program 'claude' on PATH: install Claude Code" env PATH="$alone" oompa --one-shot
	lacks 4 "no credential of the model" env -u ANTHROPIC_API_KEY oompa --one-shot
	# What oompa-work would not take is not claimed, either.
	fake oompa-plan <<-'EOF'
		PATH=${PATH#*:} oompa-plan "$@" | sed 's/"timeout":[0-9]*/"timeout":0/'
	EOF
	lacks 7 "task: timeout is not within 1 s and 7 days" oompa --one-shot
	rm fake/oompa-plan
	ok 3 env PATH="$alone" oompa
	[[ $stderr == *"no program 'claude' on PATH"* ]]
	[ "$(writes)" = 0 ]
	ok 0 oompa --one-shot
	one_pull
}

@test "oompa: a repository that cannot be read is a failure" {
	ok 1 oompa --one-shot --repo acme/nonesuch
	[ "$(wc -l <ok.err)" = 1 ]
	[[ $stderr == *"acme/nonesuch"*"no such repository, or this token may not see it"* ]]
	ok 1 oompa --dry-run --repo acme/nonesuch
	[ -z "$output" ]
}

@test "oompa: a task that failed is not the driver's failure, and its cost is on record" {
	claude_script '[{"steps":[{"cost":0.5},{"result":{"is_error":true,"api_error_status":529,"result":"API Error: Overloaded"}}]}]'
	ok 0 oompa --one-shot
	jq -e 'select(.op == "spend") | .cost == 0.5 and .retry == "later"' "$PLACE/ledger.jsonl"
	# It is not tried again at once.
	ok 0 oompa --one-shot
	[ "$(calls)" = 1 ]
	# Nobody is told but by the status comment, whose claim has ended.
	sim_state "$REPO" >now.json
	jq -e '.pulls == [] and (.issues[0].comments | length == 1)' now.json
	jq -er '.issues[0].comments[0].body' now.json >body
	grep -q 'oompa:status' body
	state_in <body |
		jq -e '.rows == [] and (has("claim") | not)'
}

@test "oompa: a failed implementation is labelled and explained once; removing the label is the retry" {
	claude_script '[{"times":1,"steps":[{"cost":0.1},{"structured":{"status":"declined","summary":"There is no such function.","body":"-"}}]},'"${FIX#[}"
	ok 0 oompa --one-shot
	sim_state "$REPO" >now.json
	jq -e '.issues[0].labels | index("ai-failed")' now.json
	jq -e '.issues[0].comments | length == 2' now.json
	jq -re '.issues[0].comments[0].body' now.json | grep -q '^|.*There is no such function'
	jq -re '.issues[0].comments[1].body' now.json | grep -q 'declined: There is no such function'
	ok 0 oompa --one-shot
	[ "$(calls)" = 1 ]
	sim_do '{"do":"unlabel","repo":"acme/widgets","number":1,"label":"ai-failed","by":"maya"}'
	ok 0 oompa --one-shot
	[ "$(calls)" = 2 ]
	pulls 1
}

@test "oompa: /oompa retry is a retry, too, and the label goes when it worked" {
	claude_script '[{"times":1,"steps":[{"cost":0.1},{"structured":{"status":"declined","summary":"There is no such function.","body":"-"}}]},'"${FIX#[}"
	ok 0 oompa --one-shot
	sim_do '[{"do":"advance","seconds":60},{"do":"comment","number":1,"by":"maya","body":"/oompa retry"}]'
	ok 0 oompa --one-shot
	[ "$(calls)" = 2 ]
	sim_state "$REPO" >now.json
	[ "$(jq -c '.issues[0].labels' now.json)" = '["good-for-ai"]' ]
	[ "$(jq '.pulls | length' now.json)" = 1 ]
	grep -q '"op":"unlabel"' "$PLACE/ledger.jsonl"
	before=$(writes)
	ok 0 oompa --one-shot
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 2 ]
}

@test "oompa: /oompa status is answered once, without a model" {
	sim_do '[{"do":"label","number":1,"label":"oompa-hold","by":"maya"},
		{"do":"comment","number":1,"by":"maya","body":"/oompa status"}]'
	ok 0 oompa --one-shot
	sim_state "$REPO" >now.json
	[ "$(jq '.issues[0].comments | length' now.json)" = 2 ]
	jq -r '.issues[0].comments[1].body' now.json | grep -q '^\*\*oompa\*\* · status: .*oompa-hold'
	before=$(writes)
	ok 0 oompa --one-shot
	[ -z "$output$stderr" ]
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 0 ]
}

# why TEXT: what `oompa why 1` says has this in it.
why() {
	ok 0 oompa why 1
	[[ $output == *"$1"* ]]
}

@test "oompa: a status comment that a person deletes stops us, until told otherwise" {
	ok 0 oompa --one-shot
	sim_do '{"do": "delete_comment", "id": "'"$(sim_state "$REPO" | jq -r '.issues[0].comments[0].id')"'"}'
	before=$(writes)
	# Only what is older than a snapshot, by whole seconds, is missed in it.
	sleep 2
	# GitHub shows it in no list; a quarter of an hour later all is read again.
	rm "clones/$REPO/cache.json"
	ok 0 oompa --one-shot
	why 'status-gone: our status comment was deleted'
	# Another machine, which has no ledger, knows from the pull request's marker.
	OOMPA_STATE_DIR=$PWD/other OOMPA_CLONE_DIR=$PWD/other-clones ok 0 oompa --one-shot
	OOMPA_STATE_DIR=$PWD/other why 'pull-open: pull request #2 is open'
	[ "$(writes)" = "$before" ]
	sim_do '{"do": "close_pull", "number": 2}'
	OOMPA_STATE_DIR=$PWD/other why 'pull-closed: our pull request #2 was closed'
	sim_do '{"do": "comment", "number": 1, "by": "maya", "body": "/oompa go"}'
	why 'pull-closed: our pull request #2 was closed'
	ok 0 oompa --one-shot
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 1 ]
}

@test "oompa: through a fork, and the second run writes nothing" {
	sim_stop
	rm -rf sim sim.journal
	jq '.repositories += [{name: "demo-bot/widgets", fork_of: "acme/widgets"}]' \
		"$TESTS/github/scenarios/demo.json" >forked.json
	sim_start forked.json
	ok 0 oompa --one-shot --fork demo-bot/widgets
	sim_state "$REPO" >now.json
	[ "$(jq '.pulls | length' now.json)" = 1 ]
	[ "$(jq -r '.branches | keys | join(" ")' now.json)" = main ]
	[ "$(sim_state demo-bot/widgets | jq -r '.branches | keys | join(" ")')" = "ai/issue-1 main" ]
	before=$(writes)
	ok 0 oompa --one-shot --fork demo-bot/widgets
	[ "$(writes)" = "$before" ]
	rm -rf clones state
	ok 0 oompa --one-shot --fork demo-bot/widgets
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 1 ]
}

@test "oompa: the issue is closed while claude works: nothing is published" {
	claude_script '[{"steps":[{"run":"touch started"},{"sleep":2},{"run":"rm started; echo x >>README.md"},
		{"structured":{"status":"done","summary":"s","body":"b"}}]}]'
	oompa --one-shot 2>err &
	wait_for claude_runs
	sim_do '{"do":"close_issue","repo":"acme/widgets","number":1,"by":"li"}'
	wait $!
	sim_state "$REPO" >now.json
	[ "$(jq '.pulls | length' now.json)" = 0 ]
	jq -e '.issues[0].comments | length == 1' now.json
	jq -re '.issues[0].comments[0].body' now.json >comment
	run ! grep -e '^|' -e 'working on it' comment
	[ "$(jq '.branches | keys | length' now.json)" = 1 ]
	grep -q '"op":"drop"' "$PLACE/ledger.jsonl"
	grep -q '"op":"spend"' "$PLACE/ledger.jsonl"
	[ -z "$(ls "$PLACE/outbox")" ]
}

@test "oompa: the ledger: a torn last line goes, old receipts go, others stay" {
	ok 0 oompa --one-shot
	head -n 1 "$PLACE/ledger.jsonl" | sed 's/"at":"[^"]*"/"at":"2020-01-01T00:00:00Z"/' >old
	cat old "$PLACE/ledger.jsonl" >new
	printf '{"type":"receipt","v":1,"at":"' >>new
	cp "$PLACE/ledger.jsonl" want
	cp new "$PLACE/ledger.jsonl"
	ok 0 oompa --one-shot
	diff want "$PLACE/ledger.jsonl"
}

@test "oompa: --dry-run shows and does nothing" {
	ok 0 oompa --dry-run
	[[ $output == *'would     implement  #1     "widget count is off by one"'* ]]
	[[ $output == *"label good-for-ai set by maya (admin)"*"up to \$5.00"* ]]
	[[ $output == *"Nothing was written, no model was called."* ]]
	[ "$(writes)" = 0 ]
	[ "$(calls)" = 0 ]
	[ ! -e state ]
	[ ! -e clones ]
	[ -z "$(ls "$TMPDIR")" ]
}

# lookers: fetch tells in "looker" what it was given, before it runs.
lookers() {
	local real

	real=$(command -v oompa-fetch)
	fake oompa-fetch <<-EOF
		{
			stat -c %a "\${OOMPA_CLONE_DIR%/*}" "\$OOMPA_CLONE_DIR" "\$OOMPA_CLONE_DIR/acme" "\$OOMPA_CLONE_DIR/$REPO"
			cat "\$OOMPA_CLONE_DIR/$REPO/mirror.git/objects/info/alternates"
		} >$PWD/looker 2>&1
		exec $real "\$@"
	EOF
}

@test "oompa: --dry-run borrows the mirror, and leaves everything as it was" {
	ok 0 oompa --one-shot
	printf '{"type":"receipt","v":1,"at":"' >>"$PLACE/ledger.jsonl"
	find state clones -type f -exec sha256sum {} + | sort >before
	find state clones -printf '%p %T@\n' | sort >>before
	lookers
	ok 0 oompa --dry-run
	[[ $output == *"would not implement  #1"* ]]
	find state clones -type f -exec sha256sum {} + | sort >after
	find state clones -printf '%p %T@\n' | sort >>after
	diff before after
	printf '%s\n' 700 700 700 700 "$PWD/clones/$REPO/mirror.git/objects" | diff - looker
	[ -z "$(ls "$TMPDIR")" ]
	# A mirror that is a link is not trusted.
	mv clones elsewhere
	ln -s elsewhere clones
	ok 0 oompa --dry-run
	[ "$(tail -n 1 looker | grep -c 'No such file')" = 1 ]
}

@test "oompa: --dry-run and why go on while a run holds the lock" {
	mkdir -p "$PLACE"
	chmod -R go= state
	flock "$PLACE/lock" sleep 30 &
	wait_for locked "$PLACE/lock"
	ok 0 oompa --dry-run
	ok 0 oompa why 1
}

@test "oompa: --dry-run that a signal ends leaves nothing" {
	fake oompa-fetch <<-EOF
		touch $PWD/here
		exec sleep 60
	EOF
	for signal in TERM HUP INT QUIT PIPE USR1; do
		rm -f here
		env --default-signal=HUP,INT,QUIT,PIPE oompa --dry-run 2>err &
		driver=$!
		wait_for test -e here
		kill -$signal $driver
		status=0
		wait $driver || status=$?
		[ "$status" = $((128 + $(kill -l $signal))) ]
		[ -z "$(ls "$TMPDIR")" ]
	done
}

@test "oompa: why tells of an item, wherever the number stands and whatever --only says" {
	sim_do '{"do":"create_issue","by":"li","title":"Second"}'
	lookers
	ok 0 oompa why 1
	[[ $output == *'would     implement  #1 '* ]]
	[ "$(paste -sd ' ' oompa-fetch.args)" = "-R $REPO 1" ]
	[ ! -e state ]
	[ ! -e clones ]
	[ -z "$(ls "$TMPDIR")" ]
	ok 0 oompa --one-shot
	before=$(writes)
	find state clones -printf '%p %T@\n' | sort >now
	for args in 'why 1' '--only 2 why 1' 'why --only 2 1' 'why 1 --only=2' '-- why 1'; do
		# shellcheck disable=SC2086
		ok 0 oompa $args
		[[ $output == *'would not implement  #1 '* ]]
	done
	rm oompa-fetch.args
	ok 0 oompa why 2 1
	[ "$(paste -sd ' ' oompa-fetch.args)" = "-R $REPO 2 1" ]
	find state clones -printf '%p %T@\n' | sort | diff now -
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 1 ]
	GH_TOKEN=ghp_wrong ok 4 oompa why 1
}

# cycles N COMMAND...: the loop, until plan has run so often; each time it
# leaves the value of that variable in "values".
cycles() {
	local n=$1 variable=$2
	shift 2
	fake oompa-plan <<-EOF
		cat >/dev/null
		printf '%s\n' "\$$variable" >>$PWD/values
	EOF
	"$@" 2>err &
	wait_for lines values "$n"
	kill -TERM $!
	wait $! || :
}

@test "oompa: --since now is the time of the start, for all cycles" {
	cycles 3 OOMPA_SINCE oompa --since now --poll-interval 1s
	[ "$(sort -u values | wc -l)" = 1 ]
	grep -Eqx '[0-9-]+T[0-9:]+Z' values
}

@test "oompa: --again holds for each of its items until a task for it was planned" {
	sim_do '{"do":"create_issue","by":"li","title":"Another","body":"Also here","labels":[]}'
	sim_do '{"do":"label","number":2,"by":"maya","label":"good-for-ai"}'
	for _ in 1 2; do
		ok 0 oompa --one-shot
	done
	[ "$(calls)" = 2 ]
	sim_do '[{"do":"close_pull","number":3},{"do":"close_pull","number":4}]'
	# What was just opened is read once more, since it is some seconds old only.
	oompa --again 1,2 --poll-interval 1s 2>err 3>&- &
	wait_for pulls 4
	sleep 3
	kill -TERM $!
	wait $! || :
	[ "$(calls)" = 4 ]
	[ "$(sim_state "$REPO" | jq -r '[.pulls[] | select(.state == "OPEN" or .state == "open") | .head] | sort | join(" ")')" = "ai/issue-1-2 ai/issue-2-2" ]
}

# comes_back TEXT: fetch ends with 75 and leaves this; the driver sleeps for so
# many seconds, see naps.
comes_back() {
	rm -f naps err
	fake sleep <<-EOF
		printf '%s\n' "\$1" >>$PWD/naps
		exec /bin/sleep "\$1"
	EOF
	fake oompa-fetch <<-EOF
		mkdir -p $PWD/clones/$REPO
		printf '%s\n' '$1' >$PWD/clones/$REPO/come-back
		exit 75
	EOF
	oompa --poll-interval 59s 2>err &
	wait_for grep -qE '^(59|[0-9]{3,})$' naps
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" = 143 ]
}

@test "oompa: after a limit it comes back when GitHub said" {
	at=$(date -u -d '1 hour' +%Y-%m-%dT%H:%M:%SZ)
	comes_back "$at"
	grep -qE '^3(600|5[0-9]{2})$' naps
	[ "$(grep -c 'GitHub wants us to wait; again at' err)" = 1 ]
	[ "$(wc -l <err)" = 1 ]
	comes_back "$(date -u -d '9 days' +%Y-%m-%dT%H:%M:%SZ)"
	grep -qx 86400 naps
	for text in "$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)" tomorrow '' \
		"$(date -u -d '5 seconds' +%Y-%m-%dT%H:%M:%SZ)"; do
		comes_back "$text"
		grep -qx 59 naps
		grep -q 'this cycle failed (75); again in 59s' err
	done
}

@test "oompa: --dry-run does not ask before the time to come back either" {
	mkdir -p "clones/$REPO"
	chmod -R go= clones
	git init -q --bare "clones/$REPO/mirror.git"
	date -u -d '1 hour' +%Y-%m-%dT%H:%M:%SZ >"clones/$REPO/come-back"
	ok 75 oompa --dry-run
	[ "$(journal length)" = 0 ]
}

@test "oompa: a come-back of an earlier time does not count for another failure" {
	real=$(command -v oompa-fetch)
	fake oompa-fetch <<-EOF
		$real "\$@"
		date -u -d '1 hour' +%Y-%m-%dT%H:%M:%SZ >"clones/$REPO/come-back"
	EOF
	fake sleep <<-EOF
		printf '%s\n' "\$1" >>$PWD/naps
		exec /bin/sleep "\$1"
	EOF
	fake oompa-plan <<-EOF
		cat >/dev/null
		exit 75
	EOF
	oompa --poll-interval 59s 2>err &
	wait_for grep -qE '^(59|[0-9]{3,})$' naps
	kill -TERM $!
	wait $! || :
	grep -qx 59 naps
}

@test "oompa: a day's budget that is used up is no failure" {
	fake oompa-plan <<-EOF
		cat >/dev/null
		exit 5
	EOF
	ok 0 oompa --one-shot
}

@test "oompa: the banner tells the caps and what was spent today" {
	local spend='{"type":"receipt","v":1,"repo":"acme/widgets","number":9,"op":"spend","id":"acme/widgets#9:implement:x","action":"implement","at":"%sT00:00:01Z","dry_run":%s,"outcome":"failed","code":"model","retry":"human","call":"%s","model":"m","cost":%s,"seconds":1}\n'
	local today

	today=$(date -u +%Y-%m-%d)
	(umask 077 && mkdir -p "$PLACE")
	# shellcheck disable=SC2059
	{
		printf "$spend" "$today" false a 1.25
		printf "$spend" "$today" false b 0.5
		printf "$spend" "$today" false a 1.25
		printf "$spend" "$today" true c 100
		printf "$spend" "$(date -u -d '-1 day' +%Y-%m-%d)" false d 100
	} >"$PLACE/ledger.jsonl"
	oompa --poll-interval 1h --max-pr-cost 0 --max-day-cost 2.5 2>err &
	wait_for grep -q caps err
	kill -TERM $!
	wait $! || :
	grep -qF "$REPO: as demo-bot; 1 issue, 0 pull requests; may push ai/issue-*; sandbox off; caps \$5 task unlimited item \$2.5 day (\$1.75 today)" err
}

@test "oompa: the banner tells what may be pushed" {
	banner_of() {
		rm -f err
		oompa --poll-interval 1h "$@" 2>err 3>&- &
		wait_for grep -q caps err
		kill -TERM $!
		wait $! || :
		sed -n 's/.*; \(.*\); sandbox.*/\1/p' err
	}
	[ "$(banner_of)" = "may push ai/issue-*" ]
	[ "$(banner_of --watch-prs 3)" = "may push ai/issue-* and the heads of pull requests that it watches" ]
	[ "$(banner_of --watch-label x --hold)" = "publishes nothing (--hold)" ]
}

@test "oompa: a receipt that was torn: the cycle goes on, and nothing is paid twice" {
	ok 0 oompa --one-shot
	before=$(writes)
	truncate -s -20 "$PLACE/ledger.jsonl"
	head -n -1 "$PLACE/ledger.jsonl" >want
	[ "$(wc -l <want)" = 6 ]
	ok 0 oompa --one-shot
	[ -z "$output$stderr" ]
	diff want "$PLACE/ledger.jsonl"
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 1 ]
	one_pull
}

@test "oompa: the log is logfmt in a file, and --log-level says how much" {
	ok 0 oompa --one-shot --log-file log
	[ -z "$stderr" ]
	grep -Eq '^time=[0-9TZ:-]+ level=info program=oompa-push item=acme/widgets#1 .*outcome=changed' log
	[ "$(stat -c %a log)" = 600 ]
	rm -rf clones state
	sim_do '{"do":"close_pull","repo":"acme/widgets","number":2,"by":"maya"}'
	ok 0 oompa --one-shot --log-level error
	[ -z "$stderr" ]
}

@test "oompa: state and clones are 0700 and 0600 whatever the umask" {
	umask 0
	ok 0 oompa --one-shot
	# The clone itself lies in a folder of ours alone.
	[ -z "$(find state clones -path '*/work/*/*' -prune -o -not -type l -perm /077 -print)" ]
}

@test "oompa: a state directory that is not ours alone is refused" {
	mkdir -m 755 state
	ok 3 oompa --one-shot
	[[ $stderr == *"'$PWD/state' is open to others; chmod 700 it"* ]]
	rm -rf state
	mkdir -m 700 elsewhere
	ln -s elsewhere state
	ok 3 oompa --one-shot
	[[ $stderr == *"'$PWD/state' is not a directory"* ]]
	[ -z "$(ls elsewhere)" ]
	OOMPA_STATE_DIR=state ok 3 oompa --one-shot
	[[ $stderr == *"not an absolute path"* ]]
}

@test "oompa: XDG_STATE_HOME and HOME say where state lives; empty is unset" {
	unset OOMPA_STATE_DIR
	XDG_STATE_HOME=$PWD/xdg ok 0 oompa --one-shot
	[ -d "xdg/oompa/$REPO" ]
	XDG_STATE_HOME='' ok 0 oompa --one-shot
	[ -d "$HOME/.local/state/oompa/$REPO" ]
	OOMPA_STATE_DIR=$PWD/state ok 0 env -u HOME oompa --dry-run
	ok 3 env -u HOME oompa --dry-run
	[[ $stderr == *"HOME is not set"* ]]
}

@test "oompa: a fork that is the repository itself is misuse" {
	ok 2 oompa --one-shot --fork ACME/widgets
	[ "$stderr" = "oompa: --fork is the repository itself; see --help" ]
}

@test "oompa: misuse is one line and status 2" {
	for args in --nonesuch operand why 'why x' 'why 0' 'why 01' 'why 1 #2' \
		'why 1 why' 'why 1234567890123456' '1 why' '-- operand' \
		'--one-shot=why 1' --dry-run=1 --help=yes --version=1 '--repo' '--repo x' '--repo ../x' '--repo a/b/c' \
		'--repo a/..' '--poll-interval soon' '--poll-interval 0' '--max-workers 0' \
		'--max-workers x' '--log-level loud'; do
		# shellcheck disable=SC2086
		ok 2 oompa $args
		[ "$(wc -l <ok.err)" = 1 ]
		[[ $stderr == oompa:* ]]
		[ -z "$output" ]
	done
	ok 2 oompa --log-level loud
	[ "$stderr" = "oompa: --log-level wants debug, info, warn or error, not 'loud'; see --help" ]
	ok 3 oompa --log-file /nonesuch/log
	[[ $stderr == *"--log-file: cannot write to '/nonesuch/log'"* ]]
	[ "$(wc -l <ok.err)" = 1 ]
	unset OOMPA_REPO
	ok 2 oompa why 1
	[ "$stderr" = "oompa: which repository? give --repo owner/repo; see --help" ]
}

@test "oompa: --help and --version need nothing and exit 0" {
	ok 0 env -i PATH="$PATH" oompa --help
	[[ $output == "oompa: keep a repository moving"* ]]
	[ -z "$stderr" ]
	ok 0 env -i PATH="$PATH" oompa --version
	[[ $output == "oompa "[0-9]* ]]
}

@test "oompa: an option on the command line wins over its variable, and = works" {
	sim_do '{"do":"label","repo":"acme/widgets","number":1,"label":"other","by":"maya"}'
	OOMPA_LABEL=nonesuch ok 0 oompa --dry-run --label=other
	[[ $output == *"label other set by maya"* ]]
}
