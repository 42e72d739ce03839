# shellcheck disable=SC2016 # in single quotes: for claude's shell
# shellcheck disable=SC2030,SC2031,SC2153 # a test is a subshell
load helpers
load ../helper/work

@test "work: a change in the sandbox becomes one commit in a bundle" {
	does
	work 0 "$(task)"
	[ "$(field '.outcome, .code, .retry, .files, .cost, .title, .summary, .body')" = \
		$'changed\nnull\nnull\n1\n0.04\nwidget count is off by one\nCount from two.\nWas 1, is 2.' ]
	[ -z "$stderr" ]
	fetch_result
	[ "$(git -C check rev-parse result^)" = "$BASE" ]
	[ "$(git -C check show result:widget.c)" = "int count = 2;" ]
	git -C check log -1 --format='%an <%ae> %cn <%ce>%n%B' result >message
	diff -u - message <<-'EOT'
		demo-bot <bot@example.com> demo-bot <bot@example.com>
		widget count is off by one

		Count from two.

		Related-to: #7
		Signed-off-by: demo-bot <bot@example.com>
		Assisted-by: Claude Code

	EOT
	bundle=$PLACE/bundles/$(field .bundle.path)
	[ "$(stat -c '%s %a' "$bundle")" = "$(field .bundle.bytes) 600" ]
	[ "$(sha256sum <"$bundle" | cut -d ' ' -f 1)" = "$(field .bundle.sha256)" ]
	[ "$(tail -n 1 ok.out)" = '{"type":"end","v":1,"repo":"acme/widgets","from":"oompa-work","count":1,"status":"ok"}' ]
}

@test "work: open-pr needs no model, no clone and no claude" {
	head=$(printf '%040d' 1)
	work 0 "$(task ".action = \"open-pr\" | .head = \"$head\"")"
	[ "$(field '.outcome, .head, .bundle, .cost, .call')" = \
		"$(printf '%s\n' changed "$head" null 0 null)" ]
}

# note [JQFILTER]: a task that only tells people something.
note() {
	task 'del(.branch, .base, .head, .identity, .model, .max_cost, .timeout)
		| .action = "note" | .id = "acme/widgets#7:note:gave-up:3"
		| .note = {code: "gave-up", text: "3 attempts failed"} | '"${1:-.}"
}

@test "work: a note needs no model, no clone and no claude" {
	work 0 "$(note)" --outbox "$BATS_TEST_TMPDIR/outbox"
	[ -z "$stderr" ]
	jq -c 'select(.type == "result") | del(.made_at)' ok.out >result
	jq -n '{type: "result", v: 1, repo: "acme/widgets", number: 7,
		id: "acme/widgets#7:note:gave-up:3", action: "note",
		outcome: "noted", reason: "3 attempts failed", code: null,
		retry: null, trigger: {label: "good-for-ai",
			at: "2026-11-20T10:00:00Z",
			actor: {login: "maya", type: "User", trust: "admin"}},
		issue_id: "I_7", note: {code: "gave-up", text: "3 attempts failed"},
		cost: 0, call: null}' | jq -c . | diff - result
	[ ! -e "$WORK" ]
	jq -c 'del(.made_at)' outbox/*.json | diff result -
	field . >first
	sleep 1
	work 0 "$(note)" --outbox "$BATS_TEST_TMPDIR/outbox"
	field . | diff first -
	work 0 "$(note '.trigger = null | .note.code = "status"')"
	[ "$(field '.trigger, .note.code')" = $'null\nstatus' ]
}

@test "work: malformed notes are told" {
	for change in 'del(.note)' '.note.code = "party"' 'del(.note.code)' \
		'del(.note.text)' '.note.text = ""' '.note = "x"' 'del(.issue.id)' \
		'del(.issue.title)' 'del(.issue)' 'del(.trigger)' '.trigger = "label"'; do
		work 7 "$(note "$change")"
		[ "$(jq -r 'select(.type == "error").code' ok.out)" = input ]
		[ -z "$(field .id)" ]
	done
}

@test "work: a task on hold goes on byte for byte, others too" {
	t=$(task '.hold = true' | sed 's/"v":1/"v": 1/')
	printf '%s\n' '{"type":"skip", "v":1,"x":1e2}' "$t" >tasks
	end 2 >>tasks
	ok 0 oompa-work --log-level info tasks
	head -n 3 ok.out | diff - tasks
	[[ $stderr == *"acme/widgets#7: on hold"* ]]
	[ "$(claude_calls length)" = 0 ]
}

@test "work: --schema, --help and no task need neither claude nor bwrap" {
	ok 0 oompa-work --schema
	ok 0 oompa-work --help
	end 0 >tasks
	ok 0 oompa-work tasks
}

# The environment.

@test "work: no credential of GitHub reaches work, a worker, claude or git" {
	export GH_TOKEN=ghp_0123456789 GITHUB_TOKEN=ghs_0123456789
	export GITHUB_READ_TOKEN=ghr_0123456789 SSH_AUTH_SOCK=/tmp/agent
	does '{"env": true}, {"run": "touch $TMPDIR/here; sleep 2"}'
	{
		task
		end
	} >tasks
	oompa-work tasks >out 3>&- &
	wait_for test -e "$WORK/tmp/here"
	pids=$(pgrep -f oompa-work)
	[ "$(wc -w <<<"$pids")" -ge 2 ]
	for pid in $pids; do
		tr '\0' '\n' <"/proc/$pid/environ" >>environ
	done
	wait $!
	grep -q ANTHROPIC_API_KEY environ
	lacks -E 'GH_TOKEN|GITHUB_TOKEN|READ_TOKEN|SSH_AUTH' environ
	[ "$(jq -r 'select(.type == "result").outcome' out)" = changed ]
	events 'select(.subtype == "env") | .env' >environment
	[ "$(jq -r .ANTHROPIC_API_KEY environment)" = "$ANTHROPIC_API_KEY" ]
	[ "$(jq -r .HOME environment)" = "$WORK/home" ]
	[ "$(jq -r .GIT_AUTHOR_NAME environment)" = demo-bot ]
	lacks -E 'gh[psr]_|SSH_AUTH|OOMPA' environment
}

@test "work: the API key stands on no command line" {
	does '{"run": "touch $TMPDIR/here; sleep 1"}'
	{
		task
		end
	} >tasks
	oompa-work tasks >out 3>&- &
	wait_for test -e "$WORK/tmp/here"
	printf '%s\n' "$ANTHROPIC_API_KEY" >pattern
	grep -qsF -f pattern /proc/[0-9]*/environ
	lacks -lsF -f pattern /proc/[0-9]*/cmdline
	wait $!
}

@test "work: both Vertex variables mean Vertex" {
	export CLOUD_ML_REGION=us-east5 ANTHROPIC_VERTEX_PROJECT_ID=p
	export GOOGLE_APPLICATION_CREDENTIALS=$BATS_TEST_TMPDIR/adc.json
	echo '{}' >adc.json
	does "{\"env\": true}, {\"look\": [\"$BATS_TEST_TMPDIR/adc.json\"]}"
	work 0 "$(task)"
	[ "$(events 'select(.subtype == "env") | .env.CLAUDE_CODE_USE_VERTEX')" = '"1"' ]
	[ "$(events 'select(.subtype == "look") | [.readable, .writable]')" = '[true,false]' ]
}

@test "work: Vertex is meant by what claude takes for yes, and a no wins" {
	does '{"env": true}'
	unset ANTHROPIC_API_KEY
	for word in 0 false no 2 truely; do
		CLAUDE_CODE_USE_VERTEX=$word CLOUD_ML_REGION=us-east5 ANTHROPIC_VERTEX_PROJECT_ID=p work 4 "$(task)"
	done
	for word in 1 true YES ' On '; do
		rm -f "$PLACE"/logs/*
		CLAUDE_CODE_USE_VERTEX=$word work 0 "$(task)"
		[ "$(events 'select(.subtype == "env") | .env.CLAUDE_CODE_USE_VERTEX')" = '"1"' ]
	done
}

@test "work: claude's arguments" {
	does '{"argv": true}'
	work 0 "$(task '.model = "some-model" | .max_cost = 1.5')"
	events 'select(.subtype == "argv") | .argv' >argv
	[ "$(jq -r '.[index("--model") + 1]' argv)" = some-model ]
	[ "$(jq -r '.[index("--max-budget-usd") + 1]' argv)" = 1.500000 ]
	[ "$(jq -r '.[index("--append-system-prompt-file") + 1]' argv)" = "$WORK/guide.md" ]
	[ "$(jq 'index("--setting-sources=") and index("--strict-mcp-config")
		and index("--dangerously-skip-permissions")' argv)" = true ]
	lacks -q max-turns argv
	[ "$(tail -n 1 "$WORK/guide.md")" = "Use tabs." ]
	says "$CHANGE, {\"argv\": true}, $DONE"
	work 0 "$(task '.max_cost = 0')" --sandbox off
	events 'select(.subtype == "argv") | .argv' >argv
	[ "$(jq 'index("acceptEdits") and (index("--max-budget-usd") | not)
		and (index("--dangerously-skip-permissions") | not)' argv)" = true ]
	[[ $stderr == "oompa-work: --sandbox off: "* ]]
	[ "$(wc -l <<<"$stderr")" = 1 ]
}

# The room.

@test "work: what the room shows and what it does not" {
	mkdir -p outbox "$PLACE/push.git" "$PLACE/work/issue-8/tree" shown
	chmod 700 outbox
	echo key >"$HOME/secret"
	ln -s "$PLACE/push.git" shown/link
	look=$(printf '%s\n' "$BATS_TEST_TMPDIR/outbox" "$PLACE/push.git" \
		"$HOME/secret" "$PLACE/work/issue-8" "$PLACE/logs" \
		"$WORK/git" "$BATS_TEST_TMPDIR/source" /root /home /etc/shadow \
		/var/log "$BATS_TEST_TMPDIR/shown" "$PLACE/mirror.git" \
		"$WORK/guide.md" /usr /etc/passwd "$WORK/tree" "$WORK/tmp" \
		"$WORK/home" /tmp | jq -R . | jq -cs .)
	does "{\"look\": $look}"
	work 0 "$(task)" --outbox "$BATS_TEST_TMPDIR/outbox" \
		--expose "$BATS_TEST_TMPDIR/shown"
	events 'select(.subtype == "look") |
		(if .writable then "rw" elif .readable then "ro"
		 elif .exists then "??" else "no" end)' | tr -d '"' | tr '\n' ' ' >got
	[ "$(cat got)" = 'no no no no no no no no no no no ro ro ro ro ro rw rw rw rw ' ]
}

@test "work: the room has its own processes, and claude is nobody special" {
	does '{"run": "id -u; ls -d /proc/[0-9]* | wc -l; cat /proc/1/comm"}'
	work 0 "$(task)"
	events 'select(.type == "user") | .message.content[0].content' >said
	head -n 1 said | jq -r . >lines
	[ "$(sed -n 1p lines)" = 1000 ]
	[ "$(sed -n 2p lines)" -lt 12 ]
	[ "$(sed -n 3p lines)" = bwrap ]
}

@test "work: a directory to expose must be there" {
	ok 2 oompa-work --expose /nonesuch </dev/null
	ok 2 oompa-work --expose tmp </dev/null
}

@test "work: without bwrap the sandbox cannot be had" {
	mkdir bin
	for name in git node sh cat env; do
		ln -s "$(command -v $name)" bin
	done
	ln -s "$(command -v oompa-work)" bin
	does
	end 0 >none
	said=$(
		PATH=$BATS_TEST_TMPDIR/fake:$BATS_TEST_TMPDIR/bin
		oompa-work none 2>&1
	) && return 1
	[ "$said" = "oompa-work: no program 'bwrap' on PATH: install bubblewrap, or use --sandbox off" ]
}

@test "work: a room that cannot be made is told before any task is taken" {
	does
	fake bwrap <<-'EOT'
		echo 'bwrap: No permissions to create new namespace, see x' >&2
		exit 1
	EOT
	work 3 "$(task)"
	[ -z "$output" ]
	[ "$stderr" = "oompa-work: cannot make the sandbox: No permissions to create new namespace, see x; bubblewrap needs user namespaces (oompa-work(1) says how), or use --sandbox off" ]
	[ "$(claude_calls length)" = 0 ]
	[ ! -e "$WORK" ]
	# One that fails without a word, and one that does not come to an end.
	fake bwrap </dev/null
	printf 'exit 7\n' >>fake/bwrap
	work 3 "$(task)"
	[ "$stderr" = "oompa-work: cannot make the sandbox: bwrap: status 7" ]
}

@test "work: a room that fails later is a failure of set-up" {
	does
	lose_room
	work 3 "$(task)"
	[[ $stderr == *"#7: cannot make the sandbox: Creating new namespace failed: No space left on device; bubblewrap needs"* ]]
	[ "$(jq -r 'select(.type == "error").retry' ok.out)" = human ]
}

@test "work: an ordinary user has the same room" {
	[ "$(id -u)" = 0 ] || skip "needs root to become somebody else"
	does '{"run": "id -u"}'
	# The test's own directory lies below some that only root may enter.
	dir=$(mktemp -d /var/tmp/oompa.XXXXXX)
	cp -r fake clones "$(command -v oompa-work)" "$dir"
	chown -R nobody "$dir"
	{
		task
		end
	} >tasks
	RECORDS=no ok 0 su nobody -s /bin/sh -c "cd /; umask 077
		PATH=$dir/fake:/usr/bin:/bin HOME=/nonexistent TMPDIR=$dir \
		OOMPA_CLONE_DIR=$dir/clones $dir/oompa-work" <tasks
	rm -rf "$dir"
	[ "$(field .outcome)" = changed ]
}

# How claude may end.

@test "work: claude is not there" {
	mv "$BATS_TEST_TMPDIR/fake" elsewhere
	PATH=/usr/bin:/bin:$(dirname "$(command -v oompa-work)")
	[ -z "$(command -v claude)" ] || skip "claude is installed here"
	work 3 "$(task)"
	[ "$stderr" = "oompa-work: acme/widgets#7: no program 'claude' on PATH: install Claude Code" ]
	[ "$(jq -r 'select(.type == "error").code' ok.out)" = setup ]
}

@test "work: claude prints nothing" {
	fake claude <<-'EOT'
		exit 0
	EOT
	work 0 "$(task)"
	fails model later "Claude ended without an answer"
	[ "$(field '.cost')" = 0 ]
	[[ $(field '.call') == unnamed-* ]]
}

@test "work: claude prints half a line" {
	says '{"raw": "{\"type\":\"result\",\"is_error\":false"}, {"no_result": true}'
	work 0 "$(task)"
	fails model later "Claude ended without an answer$MOST"
	[[ $(field '.call') =~ ^[0-9a-f-]{36}$ ]]
}

@test "work: garbage between the events, and a result that is not last" {
	says "$CHANGE, {\"raw\": \"garbage\\n[1]\\n{\\n\"}, {\"event\": {\"type\": \"result\",
	    \"is_error\": true}}, $DONE"
	work 0 "$(task)" --log-level info
	[ "$(field .outcome)" = changed ]
}

@test "work: an error is an error whatever the subtype" {
	while read -r code retry fields reason; do
		says "{\"cost\": 0.5}, {\"result\": {\"is_error\": true, $(tr '_' ' ' <<<"$fields")}}"
		work 0 "$(task)"
		fails "$code" "$retry" "$reason"
		[ "$(field .cost)" = 0.5 ]
	done <<-'EOT'
		auth human "result":"Not_logged_in" Claude's credential is missing or was refused
		overloaded later "result":"API_Error:_Repeated_529_Overloaded" the model's API could not be reached or was overloaded
		overloaded later "result":"Connection_refused_(ECONNREFUSED)" the model's API could not be reached or was overloaded
		model later "result":"what?" Claude failed
	EOT
	while read -r code retry status reason; do
		says "{\"result\": {\"is_error\": true, \"api_error_status\": $status}}"
		work 0 "$(task)"
		fails "$code" "$retry" "$reason"
	done <<-'EOT'
		auth human 401 Claude's credential is missing or was refused
		auth human 403 Claude's credential is missing or was refused
		config human 404 the model's API refused the request (status 404)
		overloaded later 429 the model's API could not be reached or was overloaded
		overloaded later 500 the model's API could not be reached or was overloaded
		overloaded later 529 the model's API could not be reached or was overloaded
		overloaded later 408 the model's API could not be reached or was overloaded
		overloaded later 503 the model's API could not be reached or was overloaded
		config human 400 the model's API refused the request (status 400)
		config human 413 the task is too large for the model
	EOT
	# Unknown is not "no".
	for how in '{"without": ["is_error"]}' '{"result": {"is_error": null}}'; do
		does "$how"
		work 0 "$(task)"
		fails model later "Claude failed"
		[ "$(field .cost)" = 0.04 ]
	done
}

@test "work: every way in which claude is known to end has a code" {
	while read -r code retry fields; do
		says "{\"cost\": 0.5}, {\"result\": {\"is_error\": true, $fields}}"
		work 0 "$(task)" --sandbox off
		[ "$(field '.outcome, .code, .retry, .cost')" = "$(printf '%s\n' failed "$code" "$retry" 0.5)" ]
	done <<-'EOT'
		auth human "result": "Not logged in · Please run /login"
		auth human "result": "Failed to authenticate. API Error: 401 x", "api_error_status": 401
		auth human "result": "API Error: Could not load Google Cloud credentials x"
		auth human "result": "Credit balance is too low", "api_error_status": 400
		overloaded later "result": "API Error: Request rejected (429) /login", "api_error_status": 429
		overloaded later "result": "API Error: Repeated 529 Overloaded errors", "api_error_status": null
		overloaded later "result": "Connection dropped (ECONNRESET)", "api_error_status": null
		overloaded later "result": "API Error: Unable to connect to API (UNKNOWN_CERTIFICATE_VERIFICATION_ERROR)", "api_error_status": null
		overloaded later "result": "API Error: 500 check your inference gateway", "api_error_status": 500
		config human "result": "API Error: 400 Connection timed out", "api_error_status": 400
		config human "result": "Prompt is too long", "api_error_status": 400, "terminal_reason": "prompt_too_long"
		config human "result": "There's an issue with the selected model", "api_error_status": 404
		refusal human "result": "API Error: refused", "stop_reason": "refusal", "api_error_status": null
		budget human "subtype": "error_max_budget_usd", "errors": ["Reached maximum budget ($0.9)"]
		answer later "subtype": "error_max_structured_output_retries", "errors": []
		model later "subtype": "error_max_turns", "errors": ["Reached maximum number of turns (2)"]
		model later "subtype": "error_during_execution", "errors": ["[ede_diagnostic] x"]
	EOT
	says "$CHANGE, {\"result\": {\"permission_denials\": [{\"tool_name\": \"Bash\"}]}}, $DONE"
	work 0 "$(task)" --sandbox off
	[ "$(field .outcome)" = changed ]
}

@test "work: a signal that claude gets from somebody else" {
	for signal in SIGTERM SIGHUP SIGINT; do
		does "{\"signal\": \"$signal\"}"
		work 0 "$(task)" --sandbox off
		[ "$(field '.outcome, .code, .retry')" = $'failed\nmodel\nlater' ]
	done
	# As 2.1.330 does it: an event, and status 0.
	says '{"run": "kill -INT $PPID; sleep 5"}'
	work 0 "$(task)" --sandbox off
	fails model later "Claude failed"
}

@test "work: a claude that does not start is for a person to look at" {
	while read -r exit line; do
		fake claude <<-EOT
			echo "$line" >&2
			exit $exit
		EOT
		work 0 "$(task)" --sandbox off
		fails config human "Claude Code did not start"
		[[ $stderr == *"Claude Code did not start (claude: status $exit, $line)" ]]
	done <<-'EOT'
		1 error: unknown option '--nonesuch'
		1 Error: claude native binary not installed.
		127 env: 'node': No such file or directory
	EOT
}

@test "work: silence" {
	[ -z "${OOMPA_TEST_SLOW:-}" ] || skip "the sanitizers want to be loaded first"
	cc -shared -fPIC -O2 -o fast.so "$TESTS/helper/fast.c" ||
		skip "needs a C compiler"
	says "$CHANGE"', {"spawn": "sleep 607"}, {"cost": 0.5}, {"hang": true}'
	LD_PRELOAD=$BATS_TEST_TMPDIR/fast.so work 0 "$(task '.timeout = 7200')" --sandbox off
	fails silence later "Claude said nothing for 20 minutes$MOST"
	[ "$(field .cost)" = 5 ]
	none_left
}

@test "work: the budget is used up" {
	says '{"cost": 5.2}, {"result": {"subtype": "error_max_budget_usd", "is_error": true,
	    "errors": ["Reached maximum budget ($5)"]}}'
	work 0 "$(task)"
	fails budget human 'it would have cost more than the allowed $5.00'
	[ "$(field .cost)" = 5.2 ]
}

@test "work: prose, or an answer of another form, is no answer" {
	says "$CHANGE, {\"text\": \"All done!\"}"
	work 0 "$(task)"
	fails answer later "Claude gave no answer of the agreed form"
	for answer in '{}' '{"status": "done"}' '[]' \
		'{"status": "maybe", "summary": "x", "body": "y"}' \
		'{"status": "done", "summary": "", "body": "y"}' \
		'{"status": "done", "summary": 1, "body": "y"}'; do
		says "$CHANGE, {\"structured\": $answer}"
		work 0 "$(task)"
		fails answer later "Claude gave no answer of the agreed form"
	done
	says '{"result": {"subtype": "error_max_structured_output_retries", "is_error": true}}'
	work 0 "$(task)"
	fails answer later "Claude gave no answer of the agreed form"
}

# repaired FIRST SECOND: claude ends with this first, and, asked for its answer
# alone, with that.
repaired() {
	claude_script "[{\"when\": \"answer cannot be used\", \"steps\": [{\"argv\": true}, {\"prompt\": true}, $2]},
	    {\"steps\": [$CHANGE, {\"cost\": 0.5}, $1]}]"
}

@test "work: an answer that does not fit is asked for once more" {
	for sandbox in on off; do
		while read -r wrong answer; do
			repaired "$answer" "$DONE"
			work 0 "$(task ".id = \"$((++n))\"")" --sandbox $sandbox
			[ "$(field '.outcome, .files, .cost, .summary')" = $'changed\n1\n0.54\nCount from two.' ]
			[ "$(cat "$PLACE"/logs/*.jsonl | jq -r .session_id | sort -u)" = "$(field .call)" ]
			events 'select(.subtype == "argv") | .argv' >argv
			[ "$(jq -r '.[index("--resume") + 1]' argv)" = "$(field .call)" ]
			[ "$(jq -r '.[index("--max-budget-usd") + 1]' argv)" = 4.500000 ]
			[ "$(jq 'index("--json-schema") and index("--setting-sources=")
				and (index("--no-session-persistence") | not)' argv)" = true ]
			events 'select(.subtype == "prompt").prompt' | jq -r . >prompt
			grep -q "^Your answer cannot be used: $(tr _ ' ' <<<"$wrong")" prompt
			[ ! -e "$WORK/home" ]
			rm -f "$PLACE"/logs/*
		done <<-'EOT'
			the_StructuredOutput_tool_was_not_called {"text": "All done!"}
			its_status_is_neither {"structured": {"status": "maybe", "summary": "x", "body": "y"}}
			it_has_no_summary {"structured": {"status": "done", "summary": "", "body": "y"}}
			it_has_no_body {"structured": {"status": "done", "summary": "x"}}
		EOT
	done
}

@test "work: what may come of asking again" {
	repaired '{"text": "x"}' '{"cost": 0.25}, {"structured": {"status": "declined", "summary": "No.", "body": "b"}}'
	work 0 "$(task)" --sandbox off
	[ "$(field '.outcome, .cost')" = $'declined\n0.75' ]
	repaired '{"text": "x"}' '{"cost": 0.25}, {"text": "y"}'
	work 0 "$(task)" --sandbox off
	fails answer later "Claude gave no answer of the agreed form"
	[ "$(field .cost)" = 0.75 ]
	[ "$(claude_calls length)" = 2 ]
	# As 2.1.330 tells it: of the whole session.
	repaired '{"text": "x"}' '{"cost": 0.75}, {"result": {"result_index": 0}}, {"structured": {"status": "declined", "summary": "No.", "body": "b"}}'
	work 0 "$(task)" --sandbox off
	[ "$(field .cost)" = 0.75 ]
	repaired '{"text": "x"}' '{"result": {"is_error": true, "api_error_status": 529}}'
	work 0 "$(task)" --sandbox off
	fails overloaded later "the model's API could not be reached or was overloaded"
	[ "$(field .cost)" = 0.5 ]
	repaired '{"text": "x"}' '{"signal": "SIGKILL"}'
	work 0 "$(task)" --sandbox off
	fails answer later "Claude gave no answer of the agreed form$MOST"
	[ "$(field .cost)" = 5 ]
	repaired '{"sleep": 1}' '{"hang": true}'
	work 0 "$(task '.timeout = 3')" --sandbox off
	fails timeout human "it took longer than the allowed 3 s$MOST"
	[ "$(field '.seconds <= 4')" = true ]
	[ "$(field .cost)" = 5 ]
	none_left
	[ ! -e "$WORK/home" ]
}

@test "work: nothing is asked again of what failed or has nothing left" {
	for how in '{"exit": 1}' '{"no_result": true}' '{"result": {"is_error": true}}' \
		'{"cost": 5}' '{"result": {"session_id": "--x"}}, {"cost": 6}'; do
		repaired "$how" "$DONE"
		work 0 "$(task)" --sandbox off
		[ "$(field .outcome)" = failed ]
		[ "$(claude_calls length)" = 1 ]
		[ ! -e "$WORK/home" ]
	done
	does
	work 0 "$(task)" --sandbox off
	[ "$(claude_calls length)" = 1 ]
	[ ! -e "$WORK/home" ]
}

@test "work: TERM while the answer is asked for again loses nothing" {
	repaired '{"text": "x"}' '{"run": "touch $TMPDIR/here"}, {"hang": true}'
	{
		task
		end
	} >tasks
	oompa-work --sandbox off tasks >out 2>err 3>&- &
	PID=$!
	wait_for test -e "$WORK/tmp/here"
	kill -TERM $PID
	wait $PID || :
	none_left
	[ "$(jq -c 'select(.type == "result") | [.code, .cost]' out)" = '["answer",5]' ]
}

@test "work: an answer with a bad status, and a claude that is killed" {
	does '{"exit": 1}'
	work 0 "$(task)"
	fails model later "Claude ended with status 1"
	[ "$(field .cost)" = 0.04 ]
	does '{"signal": "SIGKILL"}'
	work 0 "$(task)"
	fails model later "Claude ended without an answer$MOST"
}

@test "work: declined, with reasons" {
	says '{"structured": {"status": "declined", "summary": "Unclear.", "body": "Which count?"}}'
	work 0 "$(task)"
	[ "$(field '.outcome, .code, .retry, .summary, .body, .head')" = \
		$'declined\nnull\nhuman\nUnclear.\nWhich count?\nnull' ]
}

@test "work: done, but nothing was changed" {
	says "$DONE"
	work 0 "$(task)"
	[ "$(field '.outcome, .code, .retry, .reason, .cost')" = \
		$'unchanged\nnull\nhuman\nClaude said that it is done, but changed nothing\n0.04' ]
}

@test "work: time over, and nothing that was started survives" {
	for sandbox in on off; do
		says '{"spawn": "trap \"\" TERM; sleep 601 & sleep 602"},
		    {"run": "setsid nohup sleep 603 >/dev/null 2>&1 & touch $TMPDIR/here"}, {"hang": true}'
		work 0 "$(task '.timeout = 1')" --sandbox $sandbox
		fails timeout human "it took longer than the allowed 1 s$MOST"
		none_left
	done
}

@test "work: what claude leaves behind when it is done ends too" {
	for sandbox in on off; do
		does '{"spawn": "sleep 604"}, {"run": "setsid nohup sleep 605 >/dev/null 2>&1 &"}'
		work 0 "$(task)" --sandbox $sandbox
		[ "$(field .outcome)" = changed ]
		none_left
	done
}

@test "work: a claude that ignores TERM is killed" {
	says '{"ignore_term": true}, {"hang": true}'
	OOMPA_TEST_TIMEOUT=30 work 0 "$(task '.timeout = 1')" --sandbox off
	fails timeout human "it took longer than the allowed 1 s$MOST"
	none_left
}

# Stopping.

@test "work: TERM ends the task, with an error, a partial end and the signal" {
	for sandbox in on off; do
		begin --sandbox $sandbox
		kill -TERM $PID
		status=0
		wait $PID || status=$?
		[ $status = 143 ]
		none_left
		[ "$(jq -c 'select(.from != "oompa-plan") | [.type, .code, .status]' out)" = \
			$'["error","stopped",null]\n["end",null,"partial"]' ]
	done
}

# takes COMMAND: begin, with a git that does this before it looks at what claude
# left, until it is at it.
takes() {
	fake_git <<-EOT
		[ "\$1" != add ] || { touch $BATS_TEST_TMPDIR/adds; $1; }
	EOT
	rm -f adds
	begin --outbox "$BATS_TEST_TMPDIR/outbox"
	wait_for test -e adds
}

@test "work: TERM after claude has ended loses nothing" {
	takes 'sleep 1'
	kill -TERM $PID
	status=0
	wait $PID || status=$?
	[ $status = 143 ]
	none_left
	[ "$(jq -c 'select(.from != "oompa-plan") | [.type, .number, .outcome, .status]' out)" = \
		$'["result",7,"changed",null]\n["end",null,null,"partial"]' ]
	[ "$(jq -r .outcome outbox/*.json)" = changed ]
}

@test "work: TERM after claude has ended is no failure when git takes too long" {
	takes 'sleep 607'
	kill -TERM $PID
	wait $PID || :
	none_left
	[ "$(jq -c 'select(.from != "oompa-plan") | [.type, .code, .status]' out)" = \
		$'["error","stopped",null]\n["end",null,"partial"]' ]
	[ -z "$(ls outbox)" ]
	# Nor when git is told, too, as it is when all of a unit's processes are.
	takes 'until [ -e told ]; do sleep 0.1; done; kill -TERM $$'
	kill -TERM $PID "$(pgrep -P "$PID")"
	touch told
	wait $PID || :
	[ "$(jq -r 'select(.type == "error").code' out)" = stopped ]
	[ -z "$(ls outbox)" ]
}

@test "work: the first INT, or USR1, lets the task finish and takes nothing new" {
	for signal in INT USR1; do
		begin
		kill -$signal $PID
		wait $PID
		[ "$(jq -r 'select(.type == "result") | .number, .outcome' out)" = \
			$'7\nchanged' ]
		[ "$(tail -n 1 out | jq -r .status)" = partial ]
		none_left
	done
}

@test "work: KILL while claude works leaves nothing, and a later run works" {
	for sandbox in on off; do
		begin --sandbox $sandbox
		kill -KILL $PID
		wait $PID || :
		wait_for none_left
		does
		work 0 "$(task)" --sandbox $sandbox
		[ "$(field .outcome)" = changed ]
	done
}

# The outbox.

@test "work: a result that is in the outbox is not paid for again" {
	mkdir -m 700 outbox
	does
	work 0 "$(task)" --outbox "$BATS_TEST_TMPDIR/outbox" --sandbox off
	cp ok.out first
	[ "$(find outbox -type f | sed 's/.*\.//' | sort | xargs)" = "bundle json" ]
	git -C source bundle verify -q "$BATS_TEST_TMPDIR/outbox/$(field .bundle.path)"
	work 0 "$(task)" --outbox "$BATS_TEST_TMPDIR/outbox" --sandbox off
	same first
	[ "$(claude_calls length)" = 1 ]
}

@test "work: an outbox is made, and one that cannot be is told before any task" {
	does
	work 0 "$(task)" --outbox "$BATS_TEST_TMPDIR/new"
	[ "$(stat -c %a new)" = 700 ]
	work 3 "$(task)" --outbox "$BATS_TEST_TMPDIR/no/such"
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[ -z "$output" ]
}

@test "work: two runs at a time pay for one" {
	mkdir -m 700 outbox
	claude_script "[{\"steps\": [{\"sleep\": 1}, $CHANGE, $DONE]}]"
	{
		task
		end
	} >tasks
	export OOMPA_OUTBOX=$BATS_TEST_TMPDIR/outbox OOMPA_SANDBOX=off
	oompa-work tasks >out 2>err 3>&- &
	ok 0 oompa-work tasks
	wait $!
	[ "$(field .head)" = "$(jq -r 'select(.type == "result").head' out)" ]
	[ "$(claude_calls length)" = 1 ]
}

@test "work: a reader that goes away, or a full disk, loses nothing" {
	mkdir -m 700 outbox
	does
	{
		task
		end
	} >tasks
	oompa-work --outbox "$BATS_TEST_TMPDIR/outbox" tasks | true
	[ "$(jq -r .outcome outbox/*.json)" = changed ]
	rm outbox/*
	status=0
	oompa-work --outbox "$BATS_TEST_TMPDIR/outbox" tasks >/dev/full 2>err || status=$?
	[ $status = 1 ]
	[ "$(jq -r .outcome outbox/*.json)" = changed ]
	[ "$(cat err)" = 'oompa-work: cannot write <stdout>: No space left on device' ]
	ok 0 oompa-work --outbox "$BATS_TEST_TMPDIR/outbox" tasks
	[ "$(field .outcome)" = changed ]
	# Of others, too, that are under way.
	rm outbox/*
	{
		task
		task '.number = 8 | .id = "b" | .branch = "ai/issue-8"'
		end 2
	} >tasks
	oompa-work --outbox "$BATS_TEST_TMPDIR/outbox" --max-workers 2 \
		--log-level info tasks 2>err | true
	[ "$(jq -r .outcome outbox/*.json)" = $'changed\nchanged' ]
	[ "$(grep -c ': changed, 1 file' err)" = 2 ]
	[ "$(grep ^oompa-work: err)" = 'oompa-work: cannot write <stdout>: Broken pipe' ]
}

# Several.

@test "work: two workers on two issues at a time, never two on one" {
	claude_script "[{\"steps\": [{\"sleep\": 1}, $CHANGE, $DONE]}]"
	{
		task
		task '.id = "again"'
		task '.number = 8 | .id = "b" | .branch = "ai/issue-8"'
		end 3
	} >tasks
	ok 0 oompa-work --max-workers 3 tasks
	[ "$(jq -c 'select(.type == "result") | [.number, .outcome]' ok.out | sort | xargs)" = \
		"[7,changed] [7,changed] [8,changed]" ]
	[ "$(tail -n 1 ok.out | jq -c '[.count, .status]')" = '[3,"ok"]' ]
}

@test "work: results come while more is awaited" {
	does
	mkfifo pipe
	oompa-work <pipe >out 3>&- &
	exec 4>pipe
	task >&4
	wait_for test -s out
	[ "$(jq -r .type out)" = result ]
	end >&4
	exec 4>&-
	wait $!
}

@test "work: long and odd titles become subjects, trailers stay ours" {
	claude_script "[{\"steps\": [$CHANGE, {\"structured\": {\"status\": \"done\", \"body\": \"b\",
	    \"summary\": \"One.\\n\\n\\n\\nTwo.  \\nSigned-off-by: Eve <e@e>\\nCo-Authored-By: C\\n\"}}]}]"
	work 0 "$(task '.issue.title = "  äöü\t\u0007" + ("word " * 30)')"
	fetch_result
	[ "$(git -C check log -1 --format=%s result)" = \
		"äöü word word word word word word word word word word word word word" ]
	[ "$(git -C check log -1 --format=%b result)" = 'One.

Two.

Related-to: #7
Signed-off-by: demo-bot <bot@example.com>
Assisted-by: Claude Code' ]
	work 0 "$(task '.issue.title = "ä" * 80 | .identity.signed_off_by = "" |
		.identity.assisted_by = ""')"
	rm -rf check
	fetch_result
	[ "$(git -C check log -1 --format=%s result | wc -m)" = 73 ]
	[ "$(git -C check log -1 --format=%b result | sed '/^$/d' | tail -n 1)" = "Related-to: #7" ]
}

@test "work: a commit's message notifies nobody and closes nothing" {
	local said

	said=$(jq -Rs . <"$TESTS/bats/fixtures/neutral/message.in")
	says "$CHANGE, {\"structured\": {\"status\": \"done\", \"summary\": $said, \"body\": \"b\"}}"
	work 0 "$(task '.issue.title = "@evil fixes #99 [skip ci]"')"
	fetch_result
	[ "$(git -C check log -1 --format=%s result)" = "@ evil fixes no. 99 (skip ci)" ]
	git -C check log -1 --format=%b result >message
	# Issue 7 is at hand here.
	sed 's/#1\./no. 1./; /^Related-to:/,$d; s/  */ /g' \
		"$TESTS/bats/fixtures/neutral/message.out" >want
	diff -u want <(sed '/^Related-to:/,$d' message)
}

# The tree.

@test "work: committed, staged, dirty, deleted, executable, renamed: one commit" {
	does '{"run": "git rm -q old.txt && git commit -q -m x && chmod +x run.sh && git add run.sh && mkdir d && mv CLAUDE.md d/ && echo n >new"}'
	work 0 "$(task)"
	[ "$(field .files)" = 6 ]
	fetch_result
	[ "$(git -C check rev-list --count "$BASE..result")" = 1 ]
	[ "$(git -C check diff --name-status --no-renames "$BASE" result | xargs)" = \
		"D CLAUDE.md A d/CLAUDE.md A new D old.txt M run.sh M widget.c" ]
	[ "$(git -C check ls-tree result run.sh | cut -d ' ' -f 1)" = 100755 ]
}

# leaves COMMAND: claude changes the file, runs this and says that it is done.
leaves() {
	says "$CHANGE, $(jq -nc --arg command "$1" '{run: $command}'), $DONE"
}

# changes STATUS...: what the result does to the base, as git names it.
changes() {
	[ "$(field .outcome)" = changed ]
	rm -rf check
	fetch_result
	[ "$(git -C check rev-list --count "$BASE..result")" = 1 ]
	[ "$(git -C check diff --name-status --no-renames "$BASE" result | xargs)" = "$*" ]
}

@test "work: whatever was done with git, the files become one commit" {
	while read -r command; do
		leaves "$command"
		work 0 "$(task)" --sandbox off
		changes A new M widget.c
	done <<-'EOT'
		echo n >new
		echo n >new && git add new
		echo n >new && git add -A && git commit -qm one && echo m >>new
		echo n >new && git add -A && git commit -q --amend -m amended
		echo n >new && git add -A && git commit -qm one && echo m >>new && git commit -qa --fixup HEAD
		echo n >new && git checkout -q -b other && git add -A && git commit -qm one
		echo n >new && git checkout -q --detach && git add -A && git commit -qm one
		echo n >new && git checkout -q --orphan other && git add -A && git commit -qm one
		echo n >new && git add -A && git commit -qm one && git update-ref -d HEAD
		echo n >new && git add -N new && git rm -q --cached old.txt
		echo n >new && rm -rf .git
		echo n >new && rm -rf .git && echo "gitdir: /nonexistent" >.git
		echo n >new && rm -rf .git && ln -s /etc .git
		echo n >new && rm -rf .git && mkfifo .git
		echo n >new && rm -rf .git && git init -q && git add -A && git commit -qm root
		echo n >new && git update-index --assume-unchanged widget.c && git update-index --skip-worktree old.txt
		echo n >new && git replace -f HEAD $(git commit-tree -m x HEAD^{tree})
		echo n >new && echo 'new' >.git/info/exclude && git config core.excludesFile .gitignore
		echo n >new && git config core.fileMode false && git config core.worktree /etc
		echo n >new && touch .git/index.lock .git/HEAD.lock
	EOT
}

@test "work: a rebase, merge, cherry-pick or revert that is half done" {
	diverge='git checkout -q -b one && echo 1 >x && git add x && git commit -qm 1 && git checkout -q -b two HEAD^ && echo 2 >x && git add x && git commit -qm 2'
	while read -r what command; do
		leaves "git stash -q; $diverge; $command"
		work 0 "$(task)" --sandbox off
		fails tree later "Claude left a $what half done"
	done <<-'EOT'
		rebase git rebase -q one
		rebase git rebase -q --apply one
		merge git merge -q one
		cherry-pick git cherry-pick one
		revert git revert --no-commit HEAD
	EOT
	leaves "git stash -q; $diverge; git rebase -q one || git rebase --abort; git checkout -q ai/issue-7; git branch -q -D one two; git stash drop -q"
	work 0 "$(task)" --sandbox off
	[ "$(field '.outcome, .cost')" = $'unchanged\n0.04' ]
}

@test "work: commits on another branch, or a stash, are not taken for nothing" {
	commit='git commit -qam x; git checkout -q ai/issue-7'
	while read -r where command; do
		leaves "$command"
		work 0 "$(task)" --sandbox off
		case $where in
		stash) fails tree later "Claude left its changes in a stash" ;;
		-)
			[ "$(field '.outcome, .reason')" = \
				$'unchanged\nClaude said that it is done, but changed nothing' ]
			;;
		*) fails tree later "Claude left commits on another branch, '$where'" ;;
		esac
		[ "$(field .cost)" = 0.04 ]
	done <<-EOT
		fix git checkout -q -b fix; $commit
		a/b/c git checkout -q -b a/b/c; $commit
		fix git checkout -q -b fix; $commit; git pack-refs --all
		a\\nb git checkout -q --orphan other; git commit -qam x; mv .git/refs/heads/other "\$(printf '.git/refs/heads/a\\nb')"; git checkout -q -f ai/issue-7
		stash git stash -q
		- git checkout -q widget.c; git branch old; git branch older origin/main
		- git checkout -q -b fix; $commit; git branch -q -D fix
		- git checkout -q -b fix; $commit; rm .git/refs/heads/fix; ln -s /etc/passwd .git/refs/heads/fix; mkfifo .git/refs/heads/pipe .git/packed-refs
		- git checkout -q -b fix; $commit; rm -rf .git/refs; ln -s . .git/refs
	EOT
}

@test "work: a tree that is empty or gone" {
	leaves 'rm -rf * .git .gitignore'
	work 0 "$(task)"
	fails limits human "the change deletes every file"
	leaves 'rm -rf "$PWD"'
	work 0 "$(task)" --sandbox off
	fails tree later "the work tree is gone"
	mkdir elsewhere elsewhere/.git
	echo mine >elsewhere/file
	leaves 'rm -rf "$PWD" && ln -s '"$BATS_TEST_TMPDIR/elsewhere"' "$PWD"'
	work 0 "$(task)" --sandbox off
	fails tree later "the work tree is gone"
	does
	work 0 "$(task '.id = "next"')" --sandbox off
	changes M widget.c
	[ "$(cat elsewhere/file)" = mine ]
	[ -d elsewhere/.git ]
}

@test "work: modes, and symbolic links that stay inside" {
	(
		cd source || exit
		chmod +x run.sh
		git -c user.name=D -c user.email=d@e commit -q -am mode
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	leaves 'chmod -x run.sh; chmod 777 old.txt; ln -s widget.c link; mkdir -p a/b; ln -s ../../old.txt a/b/up; ln -s ./c/./d a/down; ln -s nowhere dangling; ln -s .. a/b/dir'
	work 0 "$(task)"
	changes A a/b/dir A a/b/up A a/down A dangling A link M old.txt M run.sh M widget.c
	[ "$(git -C check ls-tree result link old.txt run.sh | cut -d ' ' -f 1 | xargs)" = \
		"120000 100755 100644" ]
	[ "$(git -C check cat-file blob result:a/b/up)" = ../../old.txt ]
}

@test "work: a symbolic link that may lead out of the tree" {
	for target in /etc/passwd .. ../x ./../x a/../.. a/.. "$WORK/tree/old.txt" \
		a//../b; do
		leaves "ln -s $target out"
		work 0 "$(task)"
		fails limits human "the change holds 'out', a symbolic link that may lead out of the repository"
	done
	leaves 'mkdir -p a/b; ln -s ../../../x a/b/out'
	work 0 "$(task)"
	fails limits human "the change holds 'a/b/out', a symbolic link that may lead out of the repository"
}

@test "work: however many links there are, they are looked at" {
	fake_git </dev/null
	leaves 'for i in $(seq 300); do ln -s old.txt link$i; done'
	work 0 "$(task)" --sandbox off
	[ "$(field '.outcome, .files')" = $'changed\n301' ]
	[ "$(grep -c '^cat-file$' git.args)" -lt 20 ]
	leaves 'for i in $(seq 300); do ln -s old.txt link$i; done; ln -sf ../x link17'
	work 0 "$(task '.id = "out"')" --sandbox off
	fails limits human "the change holds 'link17', a symbolic link that may lead out of the repository"
}

@test "work: a link that the base has stays as it was" {
	(
		cd source || exit
		ln -s /etc/passwd out
		git add out
		git -c user.name=D -c user.email=d@e commit -q -m link
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	does
	work 0 "$(task)"
	changes M widget.c
}

@test "work: pointers of LFS, and filters that are named, are content" {
	(
		cd source || exit
		echo '*.bin filter=lfs diff=lfs merge=lfs -text' >.gitattributes
		printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 1\n' 7 >a.bin
		git add -A
		git -c user.name=D -c user.email=d@e commit -q -m lfs
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	mark=$BATS_TEST_TMPDIR/ran
	fake git-lfs <<-EOT
		touch $mark
	EOT
	leaves "git config filter.lfs.clean 'touch $mark; git-lfs clean'; git config filter.lfs.required true; sed -i s/7/8/ a.bin; printf 'real\\r\\n' >b.bin; echo '*.c filter=evil' >>.gitattributes; git config filter.evil.clean 'touch $mark; cat'"
	work 0 "$(task)" --sandbox off
	changes M .gitattributes M a.bin A b.bin M widget.c
	[ "$(git -C check cat-file blob result:b.bin)" = $'real\r' ]
	git -C check cat-file blob result:a.bin | grep -q "^oid sha256:0*8$"
	[ ! -e "$mark" ]
}

@test "work: odd names" {
	long=$(printf '%0255d' 1)
	leaves "mkdir -p ./-d '$long' && touch ./-n \"\$(printf 'a\\nb')\" \"\$(printf 'l\\374')\" ':(top)x' 'a\"b' 'sp ace ' '*' \"$long/$long\" ./-d/-x '#c' '!d'"
	work 0 "$(task)"
	[ "$(field '.outcome, .files')" = $'changed\n12' ]
	fetch_result
	git -C check ls-tree -r -z --name-only result >names
	for name in -n $'a\nb' $'l\374' ':(top)x' 'a"b' 'sp ace ' '*' "$long/$long" \
		-d/-x '#c' '!d'; do
		[ "$(LC_ALL=C grep -zcxF -e "${name//$'\n'/$'\001'}" <(tr '\n' '\1' <names))" = 1 ]
	done
	leaves "perl -e 'for (1..20) { mkdir \"$long\"; chdir \"$long\" }'"
	work 0 "$(task)"
	fails limits human "the change holds a path that is too long"
	leaves "perl -e 'for (1..1500) { mkdir \"d\"; chdir \"d\" } open F, \">f\"'"
	work 0 "$(task)"
	fails limits human "the change holds a path that is too deep"
	leaves "perl -e 'for (1..250) { mkdir \"d\"; chdir \"d\" } open F, \">f\"'"
	work 0 "$(task)"
	[ "$(field '.outcome, .files')" = $'changed\n2' ]
	leaves 'echo x >git~1'
	work 0 "$(task)"
	fails limits human "the change holds a file with a name that git refuses"
}

@test "work: of ignored files those that the base has count, new ones do not" {
	(
		cd source || exit
		echo 1 >tracked.o
		git add -f tracked.o
		git -c user.name=D -c user.email=d@e commit -q -m ignored
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	leaves 'echo 2 >tracked.o; echo 3 >mere.o; echo 4 >forced.o; git add -f forced.o; echo 5 >committed.o; git add -f committed.o; git commit -qm x; mkfifo pipe.o; ln -s / link.o; mkdir d.o; mkfifo d.o/pipe'
	work 0 "$(task)"
	changes M tracked.o M widget.c
	leaves 'rm tracked.o'
	work 0 "$(task '.id = "next"')"
	changes D tracked.o M widget.c
}

@test "work: special files are refused by name" {
	while read -r name command; do
		leaves "$command"
		work 0 "$(task)"
		fails limits human "the change holds '$name', which is a special file"
	done <<-'EOT'
		d/pipe mkdir d; mkfifo d/pipe
		old.txt rm old.txt; mkfifo old.txt
		-p mkfifo ./-p
		a\nb mkfifo "$(printf 'a\nb')"
	EOT
	leaves 'node -e "require(\"net\").createServer().listen(\"s\", () => process.kill(process.pid, 9))"; ls -l s'
	work 0 "$(task)"
	fails limits human "the change holds 's', which is a special file"
	leaves 'mkfifo "$ANTHROPIC_API_KEY"'
	work 0 "$(task)"
	fails limits human "the change holds a file, which is a special file"
}

@test "work: what cannot be read is refused by name" {
	[ "$(id -u)" != 0 ] || skip "root reads everything"
	for name in old.txt secret/; do
		leaves "mkdir secret; echo x >secret/x; chmod 000 $name"
		work 0 "$(task)"
		fails limits human "the change holds '${name%/}', which cannot be read"
	done
	does
	work 0 "$(task '.id = "next"')"
	changes M widget.c
}

@test "work: what claude writes into .git is never run" {
	mark=$BATS_TEST_TMPDIR/ran
	for sandbox in off on; do
		does "{\"run\": \"for h in pre-commit post-commit post-checkout reference-transaction post-index-change; do printf '#!/bin/sh\\\\necho \$0 >>$mark\\\\n' >.git/hooks/\$h 2>/dev/null || { mkdir -p .git/hooks; printf '#!/bin/sh\\\\necho \$0 >>$mark\\\\n' >.git/hooks/\$h; }; chmod +x .git/hooks/\$h; done; git config core.fsmonitor 'touch $mark'; git config filter.x.clean 'touch $mark; cat'; git config core.sshCommand 'touch $mark'; git config core.alternateRefsCommand 'touch $mark'; mkdir -p .git/objects/info; echo $BATS_TEST_TMPDIR/source/.git/objects >>.git/objects/info/alternates; echo '*.c filter=x' >.gitattributes\"}"
		work 0 "$(task)" --sandbox $sandbox
		[ "$(field .outcome)" = changed ]
		[ ! -e "$mark" ]
		does
		work 0 "$(task '.id = "next"')" --sandbox $sandbox
		[ "$(field .files)" = 1 ]
		[ ! -e "$mark" ]
	done
}

@test "work: an embedded repository is refused, with or without a commit" {
	does '{"run": "git init -q sub && git -C sub commit -q --allow-empty -m x"}'
	work 0 "$(task)"
	fails limits human "the change holds an embedded repository"
	[ "$(field .cost)" = 0.04 ]
	does '{"run": "git init -q sub2"}'
	work 0 "$(task)"
	fails limits human "the change holds an embedded repository"
	leaves 'mkdir -p .git/modules; git init -q --separate-git-dir=.git/modules/sub3 sub3; git -C sub3 commit -q --allow-empty -m x; git -c protocol.file.allow=always submodule --quiet add ./sub3; git commit -qm sub'
	work 0 "$(task)"
	fails limits human "the change holds an embedded repository"
}

@test "work: no git waits for a pipe in what looks like a repository" {
	while read -r what command; do
		leaves "$command"
		work 0 "$(task ".id = \"$what\"")"
		[ "$(field '.outcome, .code, .retry')" = $'failed\nlimits\nhuman' ]
		[[ $(field .reason) == "the change holds "*"$what"* ]]
		does
		work 0 "$(task ".id = \"$what next\"")"
		changes M widget.c
	done <<-'EOT'
		embedded mkdir -p e/.git/objects e/.git/refs; mkfifo e/.git/HEAD
		embedded mkdir d; mkfifo d/.git
		embedded mkdir -p e/.git/objects; mkfifo e/.git/HEAD; echo e >.gitignore; rm .gitignore
		.gitignore mkfifo d.o; mkdir d; mkfifo d/.gitignore
		.gitattributes echo .gitattributes >.gitignore; mkfifo .gitattributes
	EOT
	# A task that was not looked at left it, hidden by exclusions of its own.
	leaves 'mkdir -p e/.git/objects e/.git/refs; mkfifo e/.git/HEAD; echo e >>.gitignore'
	work 0 "$(task '.id = "hides"')"
	does
	work 0 "$(task '.id = "finds"')"
	changes M widget.c
	leaves 'mkdir -p d.o/e d.o/s; mkfifo d.o/e/.git; git init -q d.o/s'
	work 0 "$(task '.id = "ignored"')"
	changes M widget.c
	work 0 "$(task '.id = "prepared"')" --prepare 'mkdir -p e/.git/objects; mkfifo e/.git/HEAD'
	fails prepare human "after the preparation, the change holds an embedded repository"
}

@test "work: what is ignored is not looked at, and asked about once" {
	fake_git </dev/null
	leaves "mkdir d.o && cd d.o && perl -e '\$n = \"n\" x 250; for (1..20) { mkdir \$n; chdir \$n }'; for i in \$(seq 300); do mkfifo p\$i \$i.o; done; cd ..; for i in \$(seq 300); do mkfifo \$i.o; done"
	work 0 "$(task)" --sandbox off
	changes M widget.c
	[ -p "$WORK/tree/300.o" ]
	[ "$(grep -c '^check-ignore$' git.args)" -lt 20 ]
}

@test "work: a submodule of the base stays as it was, and nothing in it runs" {
	(
		cd source || exit
		git init -q lib
		git -C lib -c user.name=D -c user.email=d@e commit -q --allow-empty -m x
		git -c advice.addEmbeddedRepo=false add lib
		git -c user.name=D -c user.email=d@e commit -q -m sub
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	mark=$BATS_TEST_TMPDIR/ran
	does "{\"run\": \"git init -q lib && git -C lib commit -q --allow-empty -m y && git -C lib config core.fsmonitor 'touch $mark; false'\"}"
	work 0 "$(task)" --sandbox off
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	[ ! -e "$mark" ]
	does
	work 0 "$(task '.id = "next"')" --sandbox off
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	[ ! -e "$mark" ]
}

@test "work: a huge file is not read, one that the base has may stay" {
	does '{"run": "truncate -s 4T big"}'
	work 0 "$(task)"
	fails limits human "the change holds a file of over 50 MiB"
	for file in old.txt d/.gitignore d/.gitattributes .gitignore; do
		does "{\"run\": \"mkdir d; truncate -s 4T $file\"}"
		work 0 "$(task)"
		fails limits human "the change holds a file of over 50 MiB"
	done
	does '{"run": "truncate -s 4T big.o"}'
	work 0 "$(task '.id = "ignored"')"
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	(
		cd source || exit
		truncate -s 51M big
		git add big
		git -c user.name=D -c user.email=d@e commit -q -m big
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	does
	work 0 "$(task '.id = "base"')"
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	does '{"run": "printf x | dd of=big conv=notrunc status=none"}'
	work 0 "$(task '.id = "same size"')"
	fails limits human "the change holds a file of over 50 MiB"
}

@test "work: what is deleted is not looked through, however large" {
	(
		cd source || exit
		truncate -s 70M big
		git add big
		git -c user.name=D -c user.email=d@e commit -q -m big
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	leaves 'rm big'
	work 0 "$(task)"
	changes D big M widget.c
}

@test "work: a file of over 50 MiB, or with a credential, is refused" {
	does '{"run": "truncate -s 51M big"}'
	work 0 "$(task)"
	fails limits human "the change holds a file of over 50 MiB"
	does '{"run": "echo x$ANTHROPIC_API_KEY >leak"}'
	work 0 "$(task)"
	fails secret human "the result held a credential"
	lacks -q "$ANTHROPIC_API_KEY" ok.out
	does '{"run": "printf %s \"a $ANTHROPIC_API_KEY\" | base64 >leak"}'
	work 0 "$(task '.id = "in base64"')"
	fails secret human "the result held a credential"
	says "$CHANGE, {\"structured\": {\"status\": \"done\", \"summary\": \"key $ANTHROPIC_API_KEY\", \"body\": \"b\"}}"
	work 0 "$(task)"
	fails secret human "the result held a credential"
	lacks -q "$ANTHROPIC_API_KEY" ok.out
	[ -z "$(ls "$PLACE/bundles")" ]
}

# judged FILE OLD NEW: what a change of one file is held for; the texts are for
# printf.
judged() {
	(
		cd source || exit
		# shellcheck disable=SC2059
		printf -- "$2" >"$1"
		git add -A
		git -c user.name=D -c user.email=d@e commit -q --allow-empty -m "$1"
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	# shellcheck disable=SC2059
	says "$(jq -nc --arg file "$1" --arg text "$(printf -- "$3" && echo .)" \
		'{write: {($file): $text[:-1]}}'), $DONE"
	work 0 "$(task ".id = \"$((++JUDGED))\"")" --sandbox off
	field '[.outcome, .code, .retry, .reason] | join(" ")' >judgement
}

# trivial FILE OLD NEW, counts FILE OLD NEW
trivial() {
	judged "$@"
	[ "$(cat judgement)" = \
		"unchanged trivial human the change is only comments and white space" ]
	[ "$(field '.files, .head, .bundle, .cost')" = $'0\nnull\nnull\n0.04' ]
}

counts() {
	judged "$@"
	[ "$(cat judgement)" = "changed   1 file" ]
}

@test "work: only comments and white space: C and its like" {
	trivial a.c 'int a;\n' '/* A. */ int  a ; // b\n\n'
	trivial a.c 'int a(int b)\n{\n}\n' '// "\nint a( int b ) {\n\t}\n'
	trivial a.h '#define A 1 // x\nint b;\n' '#define A 1\n\n int b;\n'
	trivial a.cpp "char a = '\"', b = '/'; // c\n" "char a = '\"', b = '/';\n"
	trivial a.java 'int a = 1_000;\n' '/** Docs. */\nint a = 1_000;\n'
	trivial a.rs "fn a<'b>(c: &'b str) {}\n" "// d'e\nfn a<'b>(c: &'b str) {}\n"
	trivial a.go 'a := `//`\n' '// A.\na := `//`\n'
	counts a.c 'int a;\n' '#include <b.h>\nint a;\n'
	counts a.c '#define A 1\n' '#define A 2\n'
	counts a.c '#define A (x)\n' '#define A(x)\n'
	counts a.c '#define A 1\n' '#define A\n1\n'
	counts a.c 'a = "//b";\n' 'a = "//c";\n'
	counts a.c 'a = "/*b*/";\n' 'a = "";\n'
	counts a.c 'a + +b;\n' 'a ++b;\n'
	counts a.c 'int a;\n' 'inta;\n'
	counts a.c "a('\"'); // b\nc(\"//d\");\n" "a('\"'); // b\nc(\"//e\");\n"
	counts a.cpp 'R"(// a)";\n' 'R"(// b)";\n'
	counts a.c '// a\nb();\n' '// a \\\nb();\n'
	counts a.go 'a\n' '//go:build linux\na\n'
	counts a.go 'a := `\n//b`\n' 'a := `\n//c`\n'
	counts a.go 'return\na\n' 'return a\n'
}

@test "work: only comments and white space: JavaScript, CSS" {
	trivial a.js 'a(`b ${c("`//")} d`);\n' '// E.\na( `b ${c("`//")} d` ); /* f */\n'
	trivial a.ts 'a = b.match(/"/); // c\n' 'a = b.match(/"/);\n'
	trivial a.css 'a { b: c }\n' '/* d */\na {\n\tb: c }\n'
	counts a.js 'a = "http://b";\n' 'a = "http://c";\n'
	counts a.js 'a = /[/"]/; b = " // c";\n' 'a = /[/"]/; b = " // d";\n'
	counts a.js 'a = `\n// b`;\n' 'a = `\n// c`;\n'
	counts a.js 'return\na\n' 'return a\n'
	counts a.js 'a = /x\\//.b;\n' 'a = /x\\//.c;\n'
	counts a.css 'a .b { c: d }\n' 'a.b { c: d }\n'
}

@test "work: only comments and white space: shell" {
	trivial a.sh '#!/bin/sh\necho a\n' '#!/bin/sh\n# A, '"don't"'.\n\techo   a # b\n'
	trivial a.sh 'cat <<E\n# a\nE\nb "$(c "d # e")" ${f#g}\n' 'cat <<E\n# a\nE\n\n#\nb "$(c "d # e")" ${f#g}\n'
	counts a.sh '#!/bin/sh\na\n' '#!/bin/bash\na\n'
	counts a.sh 'cat <<-"E"\n# a\n\tE\nb\n' 'cat <<-"E"\n# b\n\tE\nb\n'
	counts a.sh 'a "b # c"\n' 'a "b # d"\n'
	counts a.sh 'a "$(b "c # d")"\n' 'a "$(b "c # e")"\n'
	counts a.sh 'a ${b#c}\n' 'a ${b#d}\n'
	counts a.sh "a='b\n# c'\n" "a='b\n# d'\n"
	counts a.sh '[ a ]\n' '[ a]\n'
	counts a.sh 'a b\n' 'a\nb\n'
}

@test "work: only comments and white space: Python, TOML, YAML" {
	trivial a.py 'if a:\n    b("#")\n' '# C.\nif a :\n\n    # d\n    b( "#" )  # e\n'
	trivial a.toml 'a = "#"\n' '# b\na="#" # c\n'
	trivial a.yml 'a: b\nc: |\n  # d\ne: "it'"'"'s #"\n' '# f\na: b # g\n\nc: |\n  # d\ne: "it'"'"'s #"\n'
	counts a.py 'if a:\n    b\n' 'if a:\n  b\n'
	counts a.py 'if a:\n    b\n    c\n' 'if a:\n    b\nc\n'
	counts a.py 'def a():\n    """B."""\n' 'def a():\n    """C."""\n'
	counts a.py '"""\n# a\n"""\n' '"""\n# b\n"""\n'
	counts a.py 'a = b\n' 'a = b  # type: ignore\n'
	counts a.toml "a = 'b\\\\\\\\', ' # c'\n" "a = 'b\\\\\\\\', ' # d'\n"
	counts a.yml 'a: |\n  # b\n' 'a: |\n  # c\n'
	counts a.yml 'a:\n  b: c\n' 'a:\nb: c\n'
	counts a.yml 'a: b#c\n' 'a: b#d\n'
	counts a.yml 'a: b  c\n' 'a: b c\n'
	counts a.yml '- run: >-\n    a # b\n' '- run: >-\n    a # c\n'
}

@test "work: only comments and white space: SQL, Lua, Ruby, Makefile" {
	trivial a.sql "select 'a -- b';\n" "-- c\nselect  'a -- b' ; /* d */\n"
	trivial a.lua 'a = "--"\n' '-- b\na = "--" -- c\n'
	trivial a.rb 'a "#{b}"\n' '# c\n  a "#{b}"\n\n'
	trivial Makefile 'a:\n\tb # c\n' '# d\na:\n\n\tb # c\n'
	counts a.sql "select 'a -- b';\n" "select 'a -- c';\n"
	counts a.sql "a 'b' 'c'\n" "a 'b''c'\n"
	counts a.lua 'a = [[\n-- b\n]]\n' 'a = [[\n-- c\n]]\n'
	counts a.rb 'a <<~E\n# b\nE\n' 'a <<~E\n# c\nE\n'
	counts a.rb 'a "#{b}"\n' 'a "#{c}"\n'
	counts Makefile 'a:\n\tb # c\n' 'a:\n\tb # d\n'
	counts Makefile 'a:\n\tb\n' 'a:\n        b\n'
	counts Makefile 'a = \\\n# b\n' 'a = \\\n# c\n'
}

@test "work: comments that tools obey count" {
	trivial a.go '// a b\nc()\n' '// a d\nc()\n'
	trivial a.js '/**\n * A b.\n */\nc()\n' '/**\n * A d.\n */\nc()\n'
	counts a.go '// Output: helo\n' '// Output: hello\n'
	counts a.go '// Output:\n// a\n// b\n' '// Output:\n// a\n// c\n'
	counts a.go '// +kubebuilder:validation:Minimum=1\n' '// +kubebuilder:validation:Minimum=0\n'
	counts a.sql '-- name: GetAuthor :one\nselect 1;\n' '-- name: GetAuthor :many\nselect 1;\n'
	counts a.js '/**\n * @jest-environment node\n */\n' '/**\n * @jest-environment jsdom\n */\n'
	counts a.js 'import(/* webpackChunkName: "a" */ "a")\n' 'import("a")\n'
	counts a.c 'a: b(); /* Fall through. */\nc: d();\n' 'a: b();\nc: d();\n'
	counts a.py 'a()  # nosec\n' 'a()\n'
	counts a.yml '# yamllint disable\na: b\n' 'a: b\n'
	counts a.rs '/// assert_eq!(a(), 1);\nfn a() {}\n' '/// assert_eq!(a(), 2);\nfn a() {}\n'
	counts a.rs '/** A. */\nfn a() {}\n' '/** B. */\nfn a() {}\n'
	counts a.rb '# typed: true\na\n' '# typed: false\na\n'
}

@test "work: text, unknown languages, modes and new files always count" {
	counts README.md 'a\n' 'a\n\nb\n'
	counts a.txt '# a\n' '# b\n'
	counts a.html '<!-- a -->\n' '<!-- b -->\n'
	counts a.nonesuch '# a\n' '# b\n'
	counts .c 'a\n' 'b\n'
	says '{"write": {"new.c": "/* a */\n"}}'", $DONE"
	work 0 "$(task '.id = "new"')"
	[ "$(field .outcome)" = changed ]
	says '{"run": "chmod +x run.sh; echo \"# a\" >>run.sh"}'", $DONE"
	work 0 "$(task '.id = "mode"')"
	[ "$(field .outcome)" = changed ]
	says '{"append": {"run.sh": "# a\n", "old.txt": "new\n"}}'", $DONE"
	work 0 "$(task '.id = "both"')"
	[ "$(field .outcome)" = changed ]
}

@test "work: the next task starts clean, ignored files stay" {
	does '{"run": "echo built >widget.o; echo left >left; git checkout -q -b other; git remote set-url origin https://example.com/x"}'
	work 0 "$(task)"
	touch -d 2020-01-01 "$WORK/tree/run.sh"
	rm "$PLACE"/logs/*
	does '{"run": "git status --porcelain --branch; git remote get-url --push origin; git branch; ls; cat widget.o; git fsck 2>&1; git log --format=%s origin/main"}'
	work 0 "$(task '.id = "next"')"
	[ "$(field .files)" = 1 ]
	events 'select(.type == "user") | .message.content[0].content' | head -n 1 | jq -r . >said
	diff said - <<-EOT
		## ai/issue-7
		$PLACE/mirror.git
		* ai/issue-7
		CLAUDE.md
		old.txt
		run.sh
		widget.c
		widget.o
		built
		base
	EOT
	[ "$(stat -c %Y "$WORK/tree/run.sh")" = "$(date -d 2020-01-01 +%s)" ]
}

@test "work: attributes and exclusions that a task left hide nothing from the next" {
	mkdir source/sub
	(
		cd source || exit
		printf 'a\nb\n' >sub/text.txt
		printf '%s\n' '# $Id$' 'x' >id.txt
		printf 'echo\n' >dos.bat
		printf 'sub/text.txt -diff\n*.bat text eol=crlf\nid.txt ident\n' >.gitattributes
		git add -A
		git -c user.name=D -c user.email=d@e commit -q -m attributes
		git push -q "$PLACE/mirror.git" main
	)
	BASE=$(git -C source rev-parse HEAD)
	look='{"run": "sleep 1; cat -A old.txt sub/text.txt id.txt dos.bat .gitattributes; ls -A . sub"}'
	does "$look"
	work 0 "$(task)"
	events 'select(.type == "user") | .message.content[0].content' | head -n 1 >before
	spoil='echo left >>.gitignore; printf "* text=auto\n*.txt ident\n" >>.gitattributes; echo "* text=auto" >sub/.gitattributes; echo "*" >sub/.gitignore; sed -i s/$/\\r/ old.txt sub/text.txt; printf "# \$Id: obey me \$\nx\n" >id.txt; printf "echo\n" >dos.bat; echo 1 >sub/left'
	does "$(jq -nc --arg run "$spoil" '{run: $run}')"
	work 0 "$(task '.id = "spoils"')"
	rm "$PLACE"/logs/*
	says "$look, {\"write\": {\"sub/new.txt\": \"n\"}}, $DONE"
	work 0 "$(task '.id = "next"')"
	events 'select(.type == "user") | .message.content[0].content' | head -n 1 | diff before -
	changes A sub/new.txt
	# The same by --prepare.
	rm "$PLACE"/logs/*
	work 0 "$(task '.id = "prepared"')" --prepare "$spoil"
	[[ $stderr == *"the preparation changed 7 files that are not ignored, "* ]]
	events 'select(.type == "user") | .message.content[0].content' | head -n 1 | diff before -
	changes A sub/new.txt
	work 0 "$(task '.id = "leaves nothing"')" --prepare 'echo x >widget.o'
	[ -z "$stderr" ]
}

@test "work: the clone is at the base of the task, not at the mirror's newest" {
	(
		cd source || exit
		echo new >newer
		git add newer
		git -c user.name=D -c user.email=d@e commit -q -m newer
		git push -q "$PLACE/mirror.git" main
	)
	does '{"run": "ls"}'
	work 0 "$(task)"
	fetch_result
	[ "$(git -C check rev-parse result^)" = "$BASE" ]
	[ "$(field .files)" = 1 ]
}

# What is no outcome of the task.

@test "work: a clone directory with an odd name" {
	odd=$'a:b "c\\d\n#e'
	mv "$OOMPA_CLONE_DIR" "$BATS_TEST_TMPDIR/$odd"
	export OOMPA_CLONE_DIR=$BATS_TEST_TMPDIR/$odd
	does
	work 0 "$(task)"
	[ "$(field .outcome)" = changed ]
}

@test "work: no mirror, or one that lacks the base" {
	does
	work 1 "$(task '.base.oid = "0123456789012345678901234567890123456789"')"
	[ "$(jq -r 'select(.type == "error").retry' ok.out)" = later ]
	[[ $stderr == *"lacks 0123456789012345678901234567890123456789: run oompa-fetch first" ]]
	rm -rf "$PLACE/mirror.git"
	work 1 "$(task)"
	[ "$stderr" = "oompa-work: acme/widgets#7: no mirror of acme/widgets: run oompa-fetch first" ]
	[ "$(jq -r 'select(.type == "error") | .item, .retry' ok.out)" = $'acme/widgets#7\nlater' ]
	[ "$(claude_calls length)" = 0 ]
}

@test "work: malformed tasks are told and do not stop the rest" {
	does
	for change in 'del(.repo)' '.repo = "../x"' '.number = "7"' 'del(.id)' \
		'.id = "a\nb"' '.action = "dance"' '.branch = "-x"' \
		'.branch = "a..b"' '.base.oid = "HEAD"' '.base.ref = "/"' \
		'.head = "x"' 'del(.issue.body)' '.issue.comments = 1' \
		'.identity.name = ""' '.identity.name = "a\nb"' \
		'.identity.name = "..."' '.identity.name = " \u0027.\\;,:\""' \
		'.identity.email = " "' \
		'.identity.signed_off_by = "a\nb"' '.model = "-x"' '.model = ""' \
		'.max_cost = -1' '.max_cost = 1e-7' '.max_cost = "5"' '.timeout = 0' \
		'.timeout = 1e9' 'del(.trigger)' '.trigger = null' '.action = "open-pr"'; do
		task "$change"
	done >tasks
	n=$(wc -l <tasks)
	task >>tasks
	end $((n + 1)) >>tasks
	ok 7 oompa-work --max-workers 4 tasks
	[ "$(jq -r 'select(.type == "error").code' ok.out | sort | uniq -c | xargs)" = "$n input" ]
	[ "$(field .outcome)" = changed ]
	[ "$(claude_calls length)" -le 1 ]
}

@test "work: an identity with odd ends is what git makes of it" {
	does
	work 0 "$(task '.identity.name = ".J. R. \u0027Bob\u0027, " | .identity.email = ".bot@example.com;"')"
	fetch_result
	[ "$(git -C check log -1 --format='%an <%ae>' result)" = "J. R. 'Bob <bot@example.com>" ]
}

@test "work: a clone directory that is open to others is refused" {
	does
	chmod 755 "$OOMPA_CLONE_DIR"
	work 3 "$(task)"
	[[ $stderr == *"is open to others; chmod 700 it" ]]
}

@test "work: a worker that is killed is told" {
	begin
	kill -KILL "$(pgrep -P $PID)"
	status=0
	wait $PID || status=$?
	[ $status = 1 ]
	[ "$(jq -c 'select(.type == "error") | [.code, .retry, .message]' out)" = \
		'["child","later","the worker ended without a word: status 137"]' ]
	none_left
}

# The real one.

@test "work: the real claude is asked for its answer again" {
	real_claude
	answer='{"tool": "StructuredOutput", "input": {"status": "done", "summary": "Count from two.", "body": "b"}}'
	for sandbox in on off; do
		rm -f model.ready model.log
		model_start "[{\"tool\": \"Write\", \"input\": {\"file_path\": \"$WORK/tree/new.c\", \"content\": \"x\\n\"}},
		    {\"text\": \"Done.\"}, {\"text\": \"Really.\"}, $answer]"
		OOMPA_TEST_TIMEOUT=60 work 0 "$(task ".id = \"$sandbox\"")" --sandbox $sandbox
		[ "$(field '.outcome, .files')" = $'changed\n1' ]
		[ "$(events 'select(.type == "result") | .total_cost_usd' | wc -l)" = 2 ]
		jq -es "(map(.total_cost_usd // empty) | add) == $(field .cost)" "$PLACE"/logs/*.jsonl
		[ ! -e "$WORK/home" ]
		rm "$PLACE"/logs/*
		stop model
	done
}

@test "work: the real claude, in the sandbox and without" {
	real_claude
	answer='{"tool": "StructuredOutput", "input": {"status": "done", "summary": "Count from two.", "body": "b"}}'
	for sandbox in on off; do
		rm -f model.ready
		model_start "[{\"tool\": \"Write\", \"input\": {\"file_path\": \"$WORK/tree/new.c\", \"content\": \"x\\n\"}},
		    {\"tool\": \"Bash\", \"input\": {\"command\": \"git add -A && git commit -q -m done\"}}, $answer]"
		OOMPA_TEST_TIMEOUT=60 work 0 "$(task ".id = \"$sandbox\"")" --sandbox $sandbox
		[ "$(field '.outcome, .files')" = $'changed\n1' ]
		[ "$(field '.cost > 0')" = true ]
		stop model
	done
}
