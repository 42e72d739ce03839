# shellcheck disable=SC2016 # in single quotes: for claude's shell
# shellcheck disable=SC2030,SC2031,SC2153,SC2154 # a test is a subshell
# Where oompa-work works: the room, its preparation, the model's credential, and
# that nothing is left behind.
load helpers
load ../helper/work

# --prepare

@test "room: --prepare runs in the clone, and what it leaves ignored stays" {
	does '{"run": "cat widget.o; cat $HOME/cache; cat $TMPDIR/scratch"}'
	for sandbox in on off; do
		work 0 "$(task ".id = \"$sandbox\"")" --sandbox $sandbox \
			--prepare 'echo "built by $(basename "$PWD")" >widget.o; echo kept >$HOME/cache; echo here >$TMPDIR/scratch; echo said'
		[ "$(field '.outcome, .files')" = $'changed\n1' ]
		events 'select(.type == "user") | .message.content[0].content' | head -n 1 | jq -r . >said
		printf '%s\n' 'built by tree' kept here | diff - said
		[ "$(cat "$PLACE"/logs/7-implement-*.prepare)" = said ]
		lacks said ok.out
		rm "$PLACE"/logs/*
	done
	[ "$(tail -n +2 <<<"$stderr")" = "" ]
}

@test "room: --prepare has the network, but no credential" {
	export GOOGLE_APPLICATION_CREDENTIALS=$BATS_TEST_TMPDIR/adc.json
	export ANTHROPIC_AUTH_TOKEN=token-0123456789 https_proxy=http://127.0.0.1:1
	export CLOUD_ML_REGION=us-east5 ANTHROPIC_VERTEX_PROJECT_ID=p GH_TOKEN=ghp_0123456789
	echo '{}' >adc.json
	does
	work 0 "$(task)" --prepare "env; ls -d $BATS_TEST_TMPDIR/adc.json $PLACE/logs; id -u; readlink /proc/self/ns/net; ls /proc/self/fd | wc -l"
	[ "$(field .outcome)" = changed ]
	cp "$PLACE"/logs/*.prepare prepared
	grep -qx https_proxy=http://127.0.0.1:1 prepared
	grep -qx "HOME=$WORK/home" prepared
	grep -qx 1000 prepared
	grep -qxF "$(readlink /proc/self/ns/net)" prepared
	[ "$(tail -n 1 prepared)" = 4 ]
	lacks -E 'ANTHROPIC|CLAUDE|VERTEX|GOOGLE|GH_|OOMPA|0123456789|cannot access .*/[^l].*: [^N]' prepared
	[ "$(grep -c 'No such file' prepared)" = 2 ]
}

@test "room: what --prepare does to the base's files is told and put back" {
	does '{"run": "cat old.txt; ls; git log --format=%s; git config --get core.fsmonitor"}'
	mark=$BATS_TEST_TMPDIR/ran
	for sandbox in on off; do
		work 0 "$(task ".id = \"$sandbox\"")" --sandbox $sandbox --prepare "
			echo new >old.txt; rm run.sh; echo x >extra; echo y >widget.o
			git -c user.name=x -c user.email=x@x commit -qam sneaked
			git config core.fsmonitor 'touch $mark'; printf '*.c filter=x\n' >.gitattributes"
		[ "$(field '.outcome, .files')" = $'changed\n1' ]
		[ ! -e "$mark" ]
		[[ $stderr == *"oompa-work: acme/widgets#7: the preparation changed 4 files that are not ignored, '"*"' first: they are as the base has them again" ]]
		events 'select(.type == "user") | .message.content[0].content' | head -n 1 | jq -r . >said
		printf '%s\n' old CLAUDE.md old.txt run.sh widget.c widget.o base | diff - said
		rm "$PLACE"/logs/*
	done
}

@test "room: a preparation that fails is for a person, and costs nothing" {
	does
	work 0 "$(task)" --prepare 'echo one; printf "two\n\033[31mmake: *** no rule\n" >&2; exit 2'
	[ "$(field '.outcome, .code, .retry, .reason, .cost, .call')" = \
		"$(printf '%s\n' failed prepare human 'the preparation failed with status 2' 0 null)" ]
	[ "$(claude_calls length)" = 0 ]
	diff - <(printf '%s\n' "$stderr") <<-'EOT'
		oompa-work: acme/widgets#7: the preparation failed with status 2
		oompa-work: acme/widgets#7: prepare: one
		oompa-work: acme/widgets#7: prepare: two
		oompa-work: acme/widgets#7: prepare: \x1b[31mmake: *** no rule
	EOT
	lacks -i 'no rule' ok.out
	[ "$(tail -n 1 "$PLACE"/logs/*.prepare)" = $'\e[31mmake: *** no rule' ]
	# Words of any length and form, and none.
	work 0 "$(task)" --prepare 'head -c 9000000 /dev/zero | tr "\0" x; printf "\377%s" "$HOME"; exit 1'
	[ "$(field .reason)" = "the preparation failed with status 1" ]
	[ "$(stat -c %s "$PLACE"/logs/*.prepare)" = 4194304 ]
	work 0 "$(task)" --prepare 'kill -9 $$'
	[ "$(field .reason)" = "the preparation failed with status 137" ]
	work 0 "$(task)" --prepare 'mkfifo pipe'
	fails prepare human "after the preparation, the change holds 'pipe', which is a special file"
}

@test "room: a preparation has a third of the task's time, and leaves nothing" {
	for sandbox in on off; do
		does '{"env": true}'
		work 0 "$(task '.timeout = 3')" --sandbox $sandbox --prepare 'echo working; sleep 611 & setsid nohup sleep 612 & wait'
		fails prepare human "the preparation took longer than the allowed 1 s"
		none_left
		work 0 "$(task)" --sandbox $sandbox --prepare 'setsid nohup sleep 614 >/dev/null 2>&1 &'
		[ "$(field .outcome)" = changed ]
		none_left
	done
	# What it took is missing from Claude's.
	says '{"hang": true}'
	work 0 "$(task '.timeout = 7')" --sandbox off --prepare 'sleep 2'
	fails timeout human "it took longer than the allowed 7 s$MOST"
	[ "$(field '.seconds <= 6')" = true ]
}

# Without the room.

@test "room: --allow-tool adds rules where there is no room" {
	does '{"argv": true}'
	work 0 "$(task)" --sandbox off --allow-tool 'Bash(make test), Bash(npm run a,b:*),WebFetch'
	events 'select(.subtype == "argv") | .argv' >argv
	[ "$(jq -c '.[index("--allowedTools") + 1:]' argv)" = \
		'["Bash(git add *)","Bash(git commit *)","Bash(make test)","Bash(npm run a,b:*)","WebFetch"]' ]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	rm "$PLACE"/logs/*
	OOMPA_ALLOW_TOOL=WebFetch work 0 "$(task '.id = "b"')"
	events 'select(.subtype == "argv") | .argv' >argv
	lacks -q allowedTools argv
	[ "$stderr" = "oompa-work: --allow-tool means nothing with the sandbox: there Claude may do anything" ]
	ok 2 oompa-work --allow-tool '--model,x' </dev/null
	ok 2 oompa-work --allow-tool $'a\nb' </dev/null
}

# Who runs it.

# as UID: somebody without an entry in passwd works on a task.
as() {
	[ "$(id -u)" = 0 ] || skip "needs root to become somebody else"
	# The test's own directory lies below some that only root may enter.
	: "${dir:=$(mktemp -d /var/tmp/oompa.XXXXXX)}"
	chmod 755 "$dir"
	cp -r fake clones "$(command -v oompa-work)" "$dir"
	chown -R "$1:$1" "$dir"
	{
		task
		end
	} >tasks
	RECORDS=no OOMPA_TEST_TIMEOUT=60 ok 0 env -u HOME TMPDIR="$dir" OOMPA_CLONE_DIR="$dir/clones" \
		PATH="$dir/fake:/usr/bin:/bin" setpriv --reuid "$1" --regid "$1" --clear-groups \
		sh -c 'umask 077; cd /; exec "$0"' "$dir/oompa-work" <tasks || :
	rm -rf "$dir"
	[ "$status" = 0 ]
}

@test "room: an arbitrary uid without a passwd entry, and without HOME" {
	does '{"run": "id -u"}'
	as 12345
	[ "$(field .outcome)" = changed ]
}

# The model's credential.

@test "room: without a credential nothing is made, and status 4" {
	unset ANTHROPIC_API_KEY
	does
	for sandbox in on off; do
		work 4 "$(task)" --sandbox $sandbox
		[[ $stderr == *"oompa-work: acme/widgets#7: no credential of the model: set ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN, or log in with claude" ]]
		[ "$(jq -r 'select(.type == "error") | .code, .retry' ok.out)" = $'auth\nhuman' ]
	done
	[ ! -e "$PLACE/work" ]
	[ "$(claude_calls length)" = 0 ]
	# A note needs none.
	work 0 "$(task 'del(.branch, .base, .head, .identity, .model, .max_cost, .timeout)
		| .action = "note" | .note = {code: "gave-up", text: "x"}')"
	for name in ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN CLAUDE_CODE_OAUTH_TOKEN CLAUDE_CODE_USE_VERTEX; do
		export $name=1
		work 0 "$(task)"
		unset $name
	done
}

@test "room: --check says what is missing for the tasks, and does none" {
	does
	# checks STATUS TASK OPTION...: and nothing is printed or made.
	checks() {
		{ task "$2" && end; } >tasks
		ok "$1" oompa-work --check "${@:3}" tasks
		[ -z "$output" ]
		[ ! -e "$PLACE/work" ]
		[ "$(claude_calls length)" = 0 ]
	}
	checks 0 .
	unset ANTHROPIC_API_KEY
	checks 4 .
	[[ $stderr == "oompa-work: acme/widgets#7: no credential of the model: "* ]]
	checks 0 '.hold = true'
	rm fake/claude
	PATH=$(dirname "$(command -v oompa-work)"):/usr/bin:/bin checks 3 .
	[[ $stderr == "oompa-work: acme/widgets#7: no program 'claude' on PATH: install Claude Code"* ]]
}

# login SECONDS [JQFILTER]: a login of claude in the home, good for so long.
login() {
	mkdir -p "$HOME/.claude"
	echo hidden >"$HOME/.claude/settings.json"
	jq -nc --argjson at "$((($(date +%s) + $1) * 1000))" '{
		mcpOAuth: {x: {accessToken: "mcp-token-0123456789"}},
		claudeAiOauth: {accessToken: "sk-ant-oat01-0123456789",
			refreshToken: "sk-ant-ort01-0123456789", expiresAt: $at,
			scopes: ["user:inference"], subscriptionType: "max"}} | '"${2:-.}" \
		>"$HOME/.claude/.credentials.json"
}

@test "room: a login of claude is copied, without what renews it" {
	unset ANTHROPIC_API_KEY
	login 3600
	before=$(sha256sum "$HOME/.claude/.credentials.json")
	does '{"run": "ls -A $HOME/.claude; cat $HOME/.claude/.credentials.json"}, {"env": true}'
	for sandbox in on off; do
		work 0 "$(task ".id = \"$sandbox\"")" --sandbox $sandbox \
			--prepare "mkdir \$HOME/.claude; ln -s $BATS_TEST_TMPDIR/elsewhere \$HOME/.claude/.credentials.json"
		[ "$(field .outcome)" = changed ]
		events 'select(.type == "user") | .message.content[0].content' | head -n 1 | jq -r . >said
		diff <(tail -n 1 said | jq 'del(.claudeAiOauth.expiresAt)') <(jq -n '{claudeAiOauth:
			{accessToken: "sk-ant-oat01-0123456789", scopes: ["user:inference"], subscriptionType: "max"}}')
		[ "$(head -n 1 said)" = .credentials.json ]
		[ ! -e "$BATS_TEST_TMPDIR/elsewhere" ]
		events 'select(.subtype == "env") | .env' >environment
		lacks -E 'sk-ant|ort01' environment
		[ ! -e "$WORK/home" ]
		rm "$PLACE"/logs/*
	done
	[ "$(sha256sum "$HOME/.claude/.credentials.json")" = "$before" ]
	# It does not leave by way of the result.
	does '{"write": {"leak": "x sk-ant-oat01-0123456789 y"}}'
	work 0 "$(task)"
	fails secret human "the result held a credential"
	# A variable wins, and another place.
	mkdir config
	mv "$HOME/.claude/.credentials.json" config
	CLAUDE_CONFIG_DIR=$BATS_TEST_TMPDIR/config work 0 "$(task)"
	work 4 "$(task)"
	rm "$PLACE"/logs/*
	does '{"look": ["'"$WORK"'/home/.claude/.credentials.json"]}'
	CLAUDE_CONFIG_DIR=$BATS_TEST_TMPDIR/config ANTHROPIC_API_KEY=x work 0 "$(task)"
	[ "$(events 'select(.subtype == "look").exists')" = false ]
}

# leaks WHAT COMMAND: what the command prints does not leave by way of a file.
leaks() {
	does "{\"run\": $(jq -Rsc . <<<"{ $2; } >leak")}"
	work 0 "$(task ".id = \"$1\"")"
	fails secret human "the result held a credential"
}

@test "room: credentials that are in no variable of their own do not leave" {
	export CLOUD_ML_REGION=us-east5 ANTHROPIC_VERTEX_PROJECT_ID=p
	export GOOGLE_APPLICATION_CREDENTIALS=$BATS_TEST_TMPDIR/adc.json
	export https_proxy=http://dev:p%40ss-0123456789@proxy.example:3128
	ANTHROPIC_CUSTOM_HEADERS=$(printf '%s\n' 'anthropic-beta: context-1m-2025-08-07' \
		'X-Team: acme-widgets-team' 'Helicone-Auth: Bearer sk-helicone-abcdef' 'x-trace: 0f8fad5bd9cb469fa165')
	export ANTHROPIC_CUSTOM_HEADERS
	openssl genpkey -algorithm ed25519 -out short.pem
	openssl genrsa -out long.pem 2048 2>/dev/null
	jq -n --rawfile key short.pem '{type: "service_account", private_key: $key, client_id: "client-0123456789",
		token_uri: "https://oauth2.googleapis.com/token"}' >adc.json
	leaks escaped 'grep private_key "$GOOGLE_APPLICATION_CREDENTIALS"'
	leaks word 'echo x sk-helicone-abcdef'
	leaks value 'echo 0f8fad5bd9cb469fa165'
	leaks encoded 'echo "$https_proxy"'
	leaks decoded 'echo p@ss-0123456789'
	# What is no credential may.
	does '{"run": "echo $ANTHROPIC_VERTEX_PROJECT_ID acme-widgets-team context-1m-2025-08-07 client-0123456789 https://oauth2.googleapis.com/token dev proxy.example >fine"}'
	work 0 "$(task)"
	[ "$(field .outcome)" = changed ]
	jq -n --rawfile key long.pem '{type: "service_account", private_key: $key}' >adc.json
	leaks line 'jq -r .private_key "$GOOGLE_APPLICATION_CREDENTIALS" | sed -n "12s/^/+ /p"'
	# Also when they were overwritten meanwhile.
	jq -n '{type: "impersonated_service_account", source_credentials: {type: "authorized_user",
		client_secret: "d-secret-0123", refresh_token: "1//refresh-0123"}}' >adc.json
	leaks refresh 'echo 1//refresh-0123'
	does "{\"run\": \"echo d-secret-0123 >leak; echo >$BATS_TEST_TMPDIR/adc.json\"}"
	work 0 "$(task '.id = "overwritten"')" --sandbox off --allow-tool 'Bash(*)'
	fails secret human "the result held a credential"
	echo '[' >adc.json
	does
	work 0 "$(task '.id = "broken"')"
	[ "$(field .outcome)" = changed ]
}

@test "room: a login that is of no use is told before anything is made" {
	unset ANTHROPIC_API_KEY
	does
	while read -r left filter; do
		login "$left" "$filter"
		work 4 "$(task)"
		[ ! -e "$PLACE/work" ]
	done <<-'EOT'
		30 .
		-5 .
		3600 .claudeAiOauth.accessToken = ""
		3600 .claudeAiOauth = null
		3600 {}
	EOT
	[[ $stderr == *"the login of claude has no token: log in again" ]]
	login 30
	work 4 "$(task)"
	[[ $stderr == *"the login of claude is over before the task may be: run claude to renew it, or set CLAUDE_CODE_OAUTH_TOKEN ('claude setup-token')" ]]
	echo '{' >"$HOME/.claude/.credentials.json"
	work 4 "$(task)"
	[[ $stderr == *"cannot use the login in '$HOME/.claude/.credentials.json': log in with claude again, or set ANTHROPIC_API_KEY" ]]
	[ "$(claude_calls length)" = 0 ]
}

ANSWER='{"tool": "StructuredOutput", "input": {"status": "done", "summary": "Count from two.", "body": "b"}}'

# real: the real claude is to do a task against the scripted model.
real() {
	real_claude
	model_start "[{\"tool\": \"Write\", \"input\": {\"file_path\": \"${1:-$WORK}/tree/new.c\", \"content\": \"x\\n\"}}, $ANSWER]"
	export OOMPA_TEST_TIMEOUT=60
	unset ANTHROPIC_API_KEY
}

# sent: the names of the credentials that the model was sent, and its paths.
sent() {
	jq -r 'select(.kind == "message") | "\(.credentials | join(" ")) \(.url)"' model.log | sort -u
}

@test "room: the real claude takes the copy of a login" {
	real
	login 3600
	work 0 "$(task)"
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	[ "$(sent)" = 'authorization /v1/messages?beta=true' ]
}

@test "room: the real claude speaks Vertex" {
	real
	export CLOUD_ML_REGION=us-east5 ANTHROPIC_VERTEX_PROJECT_ID=my-project
	export CLAUDE_CODE_SKIP_VERTEX_AUTH=1 ANTHROPIC_VERTEX_BASE_URL=$MODEL/v1
	work 0 "$(task '.model = "claude-opus-4-8"')"
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	[[ $(sent) == ' /v1/projects/my-project/locations/us-east5/publishers/anthropic/models/claude-opus-4-8:streamRawPredict' ]]
}

@test "room: the real claude speaks through a socket in the file system" {
	real
	start socket node -e 'const net = require("net");
		net.createServer(a => {
			const b = net.connect(+process.argv[2], "127.0.0.1");
			a.pipe(b).pipe(a);
			for (const s of [a, b]) s.on("error", () => { a.destroy(); b.destroy(); });
		}).listen(process.argv[1], () => console.log("ready"))' "$BATS_TEST_TMPDIR/api.sock" "${MODEL##*:}"
	export ANTHROPIC_BASE_URL=http://model.invalid
	export ANTHROPIC_UNIX_SOCKET=$BATS_TEST_TMPDIR/api.sock ANTHROPIC_API_KEY=dummy
	work 0 "$(task)"
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	[ "$(sent)" = 'x-api-key /v1/messages?beta=true' ]
}

@test "room: the real claude as an arbitrary uid" {
	dir=$(mktemp -d /var/tmp/oompa.XXXXXX)
	real "$dir/clones/acme/widgets/work/issue-7"
	rm fake/claude
	ln "$(readlink -f "$TESTS/node_modules/.bin/claude")" fake/claude 2>/dev/null ||
		cp "$TESTS/node_modules/.bin/claude" fake/claude
	export ANTHROPIC_API_KEY=dummy
	as 12345
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
}

# What people see.

# terminal COMMAND: on a terminal of 12 lines; "typescript" has what it was sent.
terminal() {
	command -v script >/dev/null || skip "needs script (Debian: bsdutils)"
	{
		task
		task '.number = 8 | .id = "b" | .branch = "ai/issue-8" | .max_cost = 0'
		end 2
	} >tasks
	timeout "$(time_limit)" script -qfec "stty rows 12 cols 70; $1" typescript </dev/null >/dev/null 3>&-
	sed -i '1{/^Script started/d}; /^Script done/d' typescript
}

screen() {
	node "$TESTS/helper/screen.mjs" 12 70 "$@" <typescript
}

@test "room: on a terminal there is a line for each task, below everything else" {
	# Something else stays its last call until the ignored file go.o is there.
	says "$CHANGE"', {"run": "printf a\u001b[2Jb; touch $TMPDIR/here; until [ -e go.o ]; do sleep 0.1; done # '"$(printf '%070d' 1)"'"}, '"$DONE"
	export TERM=xterm
	terminal "oompa-work --log-level info --max-workers 2 tasks >out & n=0
		while [ ! -e $PLACE/work/issue-8/tmp/here ]; do sleep 0.1; done
		while [ \$n -lt 20 ]; do echo foreign line \$((n += 1)); sleep 0.02; done
		sleep 1; echo with colours; touch $PLACE/work/issue-7/tree/go.o $PLACE/work/issue-8/tree/go.o; wait"
	[ "$(jq -r 'select(.type == "result").outcome' out)" = $'changed\nchanged' ]
	lacks -q progress out
	# In the middle of it.
	screen --at 'with colours' >middle
	sed 's/  [0-9]*s  /  Ns  /' middle | tail -n 2 | sort | diff - <(printf '%s\n' \
		'acme/widgets#7 implement  Ns  at most $5.00  Bash printf a?[2Jb; touch' \
		'acme/widgets#8 implement  Ns  Bash printf a?[2Jb; touch $TMPDIR/here;')
	# In the end: nothing of it, and all else undamaged.
	screen >end
	lacks '[0-9]s  [A-Z]' end
	[ "$(grep -c '^foreign line [0-9]*$' end)" = 20 ]
	[ "$(grep -c '^acme/widgets#[78] implement: begins (model of Claude' end)" = 2 ]
	[ "$(grep -c '^acme/widgets#[78] implement: ends after ' end)" = 2 ]
	grep -qx 'with colours' end
	# The cursor, the region and the wrapping are as they were.
	[ "$(grep -o $'\e\[[0-9;]*r' typescript | tail -n 1)" = $'\e[r' ]
	# Foreign text moves no cursor.
	lacks -F $'\e[2J' typescript
	grep -q $'\e\[2m' typescript
}

@test "room: QUIT and TSTP give the terminal back, and CONT draws anew" {
	says '{"run": "touch $TMPDIR/here; until [ -e go.o ]; do sleep 0.1; done"},'"$CHANGE, $DONE"
	export TERM=xterm
	# Sends a signal when the lines are there, and lets Claude end when they
	# are there again.
	cat >signal <<-EOT
		region() { grep -o "\$(printf '\\033')\\[1;10r" typescript | wc -l; }
		until [ -e $PLACE/work/issue-8/tmp/here ] && [ \$(region) -ge 1 ]; do sleep 0.1; done
		kill -\$1 \$(cat pid)
		until [ \$(region) -ge 2 ]; do sleep 0.1; done
		touch $PLACE/work/issue-7/tree/go.o $PLACE/work/issue-8/tree/go.o
	EOT
	oompa="sh -c 'echo \$\$ >pid; exec oompa-work --max-workers 2 tasks >out'"
	terminal "ulimit -c 0; sh signal QUIT & $oompa; echo status \$?; kill \$!"
	screen >end
	grep -q 'status 131' end
	lacks '[0-9]s  ' end
	[ "$(grep -o $'\e\[[0-9;]*r' typescript | tail -n 1)" = $'\e[r' ]
	rm -rf "$PLACE/work" pid typescript
	terminal "set -m; sh signal TSTP & $oompa; echo is stopped; fg; echo is over"
	screen --at 'is stopped' >middle
	lacks '[0-9]s  ' middle
	screen >end
	grep -q 'is over' end
	lacks '[0-9]s  ' end
	[ "$(jq -r 'select(.type == "result").outcome' out)" = $'changed\nchanged' ]
}

@test "room: no line where it cannot be, no colours where they are not wanted" {
	does '{"sleep": 1}'
	for how in TERM=dumb TERM= 'TERM=xterm NO_COLOR=1'; do
		rm -rf "$PLACE/work"
		terminal "env $how oompa-work --log-level info tasks >out"
		[ "$(jq -r 'select(.type == "result").outcome' out)" = $'changed\nchanged' ]
		lacks $'\e\[2m' typescript
		[[ $how == *NO_COLOR* ]] || lacks $'\e' typescript
	done
	grep -q $'\e' typescript
	terminal "stty rows 5; TERM=xterm oompa-work tasks >out"
	[ -z "$(tr -d '\r\n' <typescript)" ]
}

@test "room: elsewhere a task is two lines of the log, and none by default" {
	does '{"cost": 0.5}'
	work 0 "$(task)"
	[ -z "$stderr" ]
	work 0 "$(task '.model = "m"')" --log-level info
	sed 's/after [0-9]*s/after Ns/' ok.err | diff - <(printf '%s\n' \
		'acme/widgets#7 implement: begins (model m, at most $5.00, at most 1m00s)' \
		'acme/widgets#7 implement: ends after Ns: changed, 1 file, $0.04')
	work 0 "$(task '.max_cost = 0')" --log-level info --log-format logfmt
	sed 's/^time=[^ ]* //; s/wall=[0-9]*s/wall=Ns/' ok.err | diff - <(printf '%s\n' \
		'level=info program=oompa-work item=acme/widgets#7 task=acme/widgets#7:implement:2026-11-20T10:00:00Z action=implement event=begin timeout=1m00s' \
		'level=info program=oompa-work item=acme/widgets#7 task=acme/widgets#7:implement:2026-11-20T10:00:00Z action=implement event=end outcome=changed reason="1 file" cost=0.04 wall=Ns')
}

# Nothing is left behind.

# old DAYS FILE...: as if last written so long ago, in logs and bundles.
old() {
	local days=$1 file
	shift
	mkdir -p "$PLACE/logs" "$PLACE/bundles"
	for file; do
		[ -e "$PLACE/$file" ] || echo x >"$PLACE/$file"
		touch -d "$days days ago" "$PLACE/$file"
	done
}

# kept: the files in logs and bundles that are not this test's tasks.
kept() {
	(cd "$PLACE" && find logs bundles -type f ! -name '7-*' ! -name '????????????????.bundle' | sort | xargs)
}

@test "room: logs and bundles go after 14 days, those of one task together" {
	old 15 logs/1-implement-a.prompt logs/1-implement-a.jsonl logs/2-implement-b.prompt \
		logs/odd bundles/a.bundle bundles/a.bundle.tmp
	old 13 logs/2-implement-b.jsonl logs/3-implement-c.jsonl bundles/b.bundle
	mkdir "$PLACE/logs/folder"
	ln -s "$PLACE/mirror.git/HEAD" "$PLACE/logs/link"
	touch -h -d '20 days ago' "$PLACE/logs/link" "$PLACE/logs/folder"
	does
	end 0 >tasks
	ok 0 oompa-work tasks
	[ -e "$PLACE/logs/odd" ]
	work 0 "$(task)"
	[ "$(kept)" = "bundles/b.bundle logs/2-implement-b.jsonl logs/2-implement-b.prompt logs/3-implement-c.jsonl" ]
	[ -e "$PLACE/mirror.git/HEAD" ]
	[ -z "$stderr" ]
}

@test "room: over 1 GiB the oldest logs go, but not those of a running task" {
	old 3 logs/1-implement-a.jsonl logs/1-implement-a.prompt
	old 2 logs/2-implement-b.jsonl bundles/b.bundle
	truncate -s 600M "$PLACE/logs/1-implement-a.jsonl" "$PLACE/logs/2-implement-b.jsonl"
	old 3 logs/1-implement-a.jsonl
	old 2 logs/2-implement-b.jsonl
	does
	flock -s "$PLACE/logs/1-implement-a.jsonl" sleep 30 3>&- &
	wait_for locked "$PLACE/logs/1-implement-a.jsonl"
	work 0 "$(task)"
	[ "$(kept)" = "bundles/b.bundle logs/1-implement-a.jsonl logs/1-implement-a.prompt" ]
	pkill -P $! || kill $!
	wait || :
	old 1 logs/3-implement-c.jsonl
	truncate -s 600M "$PLACE/logs/3-implement-c.jsonl"
	work 0 "$(task '.id = "b"')"
	[ "$(kept)" = "bundles/b.bundle logs/3-implement-c.jsonl" ]
	# Such a lock is held while claude works.
	begin
	open=0
	for log in "$PLACE"/logs/7-*.jsonl; do
		flock -n "$log" true || open=$((open + 1))
	done
	[ $open = 1 ]
	wait "$PID"
}

@test "room: what killed runs left in the outbox goes after a day, results stay" {
	mkdir -m 700 outbox outbox/folder.bundle outbox/0123456789abcdff.bundle
	a=outbox/0123456789abcde
	touch "$a"{1.bundle.tmp,1.bundle.tmp.lock,2.bundle,3.json.tmp-a1B2c3,4.why,4.later} \
		"$a"{5.json,5.json.tmp-a1B2c3,5.bundle,5.why} outbox/{notes,2.bundle,0123456789abcdef1.bundle}
	touch -d '25 hours ago' outbox/*
	touch -d '23 hours ago' "$a"{6.bundle,7.bundle.tmp}
	does
	work 0 "$(task)" --outbox "$BATS_TEST_TMPDIR/outbox"
	rm "outbox/$(field .bundle.path)" outbox/"$(basename "$(field .bundle.path)" .bundle).json"
	[ "$(cd outbox && printf '%s ' *)" = "0123456789abcde5.bundle 0123456789abcde5.json 0123456789abcde5.why 0123456789abcde6.bundle 0123456789abcde7.bundle.tmp 0123456789abcdef1.bundle 0123456789abcdff.bundle 2.bundle folder.bundle notes " ]
	[ -z "$stderr" ]
}

# What was left, by a run that was killed or by Claude without the room, harms no
# later run.

@test "room: a home that a killed run left goes, with the login in it" {
	unset ANTHROPIC_API_KEY
	login 3600
	begin --sandbox off
	[ -e "$WORK/home/.claude/.credentials.json" ]
	kill -KILL "$(pgrep -P "$PID")"
	wait "$PID" || :
	[ ! -e "$WORK/home" ]
	# The next run removes what this one could not, but nothing in use.
	mkdir -p "$PLACE"/work/issue-{5,6}/home/.claude
	ln -s "$PLACE/mirror.git" "$PLACE/work/issue-9"
	flock "$PLACE/work/issue-6.lock" sleep 30 3>&- &
	wait_for locked "$PLACE/work/issue-6.lock"
	does
	work 0 "$(task)"
	[ ! -e "$PLACE/work/issue-5/home" ]
	[ -d "$PLACE/work/issue-6/home/.claude" ]
	[[ $stderr == *"its cost includes"* ]]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	pkill -P $! || kill $!
}

@test "room: folders however deep go, and the login with them" {
	unset ANTHROPIC_API_KEY
	login 3600
	deep='perl -e '\''for $top ($ENV{HOME}, $ENV{TMPDIR}, $ENV{PWD}, "$ENV{PWD}/.git") { chdir $top; $n = "d" x 200; for (1..300) { mkdir $n; mkdir "e"; chdir $n } }'\'
	says "$CHANGE, $(jq -nc --arg run "$deep" '{run: $run}'), $DONE"
	ulimit -n 200
	work 0 "$(task)"
	fails limits human "the change holds a path that is too long"
	[ -z "$stderr" ]
	[ ! -e "$WORK/home" ]
	does
	work 0 "$(task '.id = "next"')"
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	[ -z "$(find "$WORK/tmp" "$WORK/tree" -name 'd*')" ]
}

@test "room: what belongs to an issue goes when it was not worked on for 14 days" {
	mkdir -p "$PLACE"/work/issue-{4,5,6}/{tree,git}
	chmod 500 "$PLACE/work/issue-5/tree"
	ln -s "$PLACE/mirror.git" "$PLACE/work/issue-9"
	# What a killed run left of a file that it was about to write; and a debt.
	touch "$PLACE"/work/issue-{4,5}.owed.tmp-xBq81Z
	echo '{"cost":1}' >"$PLACE/work/issue-5.owed"
	touch -h -d '13 days ago' "$PLACE"/work/issue-4{,.owed.tmp-xBq81Z}
	touch -h -d '15 days ago' "$PLACE"/work/issue-{5,5.owed,5.owed.tmp-xBq81Z,6,9}
	flock "$PLACE/work/issue-6.lock" sleep 30 3>&- &
	wait_for locked "$PLACE/work/issue-6.lock"
	does
	work 0 "$(task)"
	[ "$(cd "$PLACE/work" && printf '%s ' *)" = \
		"issue-4 issue-4.owed.tmp-xBq81Z issue-5.lock issue-5.owed issue-6 \
issue-6.lock issue-7 issue-7.lock issue-9 " ]
	[ -e "$PLACE/mirror.git/HEAD" ]
	[ -z "$stderr" ]
	# The one that was in use goes later; one task is enough to stay.
	pkill -P $! || kill $!
	wait || :
	touch -d '15 days ago' "$PLACE/work/issue-7"
	work 0 "$(task '.id = "b"')"
	[ ! -e "$PLACE/work/issue-6" ]
	touch -d '15 days ago' "$PLACE/work/issue-4"
	work 0 "$(task '.id = "c"')"
	[ -e "$PLACE/work/issue-7/tree/widget.c" ]
	[ ! -e "$PLACE/work/issue-4" ]
}

@test "room: links and pipes in the place of logs are replaced, not followed" {
	does
	work 0 "$(task)" --prepare true
	for log in "$PLACE"/logs/*.{jsonl,prepare,prompt}; do
		echo mine >target
		ln -sf "$BATS_TEST_TMPDIR/target" "$log"
		work 0 "$(task)" --prepare 'echo x'
		[ "$(field .outcome)" = changed ]
		[ "$(cat target)" = mine ]
		[ ! -h "$log" ]
		rm "$log"
		mkfifo "$log"
		work 0 "$(task)" --prepare 'echo x'
		[ "$(field .outcome)" = changed ]
		[ -f "$log" ]
	done
}

@test "room: a file that is no longer there is not shown in its place" {
	git -C source rm -q CLAUDE.md
	git -C source -c user.name=x -c user.email=x@x commit -qm bare
	git -C "$PLACE/mirror.git" fetch -q "$BATS_TEST_TMPDIR/source" '+main:main'
	BASE=$(git -C source rev-parse HEAD)
	(umask 077 && mkdir -p "$WORK")
	echo secret >secret
	ln -s "$BATS_TEST_TMPDIR/secret" "$WORK/guide.md"
	does '{"look": ["'"$WORK"'/guide.md"]}'
	work 0 "$(task)"
	[ "$(events 'select(.subtype == "look").exists')" = false ]
}

@test "room: links that --prepare made of the home and scratch lead nowhere" {
	unset ANTHROPIC_API_KEY
	login 3600
	mkdir -p other/.claude
	echo mine >other/.claude/mine
	does '{"run": "echo x >$HOME/a; echo x >$TMPDIR/b"}'
	work 0 "$(task)" --sandbox off \
		--prepare 'rm -rf "$HOME" "$TMPDIR"; ln -s '"$BATS_TEST_TMPDIR"'/other "$HOME"; ln -s "$HOME" "$TMPDIR"'
	[ "$(field .outcome)" = changed ]
	[ "$(find other -type f)" = other/.claude/mine ]
}

@test "room: what git left of a bundle when it was killed is in nobody's way" {
	does
	work 0 "$(task)"
	path=$PLACE/bundles/$(field .bundle.path)
	rm "$path"
	touch "$path.tmp.lock"
	ln -s "$BATS_TEST_TMPDIR/elsewhere" "$path.tmp"
	work 0 "$(task)"
	[ "$(field .outcome)" = changed ]
	[ ! -e elsewhere ]
	[ "$(find "$PLACE/bundles" -mindepth 1)" = "$path" ]
}

@test "room: a preparation that took all of the task's time leaves a limit" {
	says '{"hang": true}'
	for _ in 1 2 3; do
		work 0 "$(task '.timeout = 1')" --sandbox off --prepare 'sleep 0.7'
		[[ $(field .code) =~ ^(timeout|prepare)$ ]]
	done
}

@test "room: a program in a home that is a link does not show the home" {
	echo secret >"$HOME/secret"
	ln -s "$HOME" away
	printf '#!/bin/sh\nif [ -e "%s" ]; then echo seen; else echo hidden; fi\n' "$HOME/secret" >"$HOME/claude"
	chmod +x "$HOME/claude"
	PATH=$HOME:$PATH
	HOME=$BATS_TEST_TMPDIR/away work 0 "$(task)"
	[ "$(cat "$PLACE"/logs/*.jsonl)" = hidden ]
}

@test "room: without HOME, too, a program shows no home; its directory only where programs lie" {
	mkdir -p x/.ssh x/.local/bin x/.claude/local
	for dir in x x/.claude x/.local/bin x/.claude/local; do
		echo secret >$dir/id
		echo part >$dir/claude.part
		printf '#!/bin/sh\ncd "%s"; cat claude.part; [ ! -e "%s" ] || echo home; if [ -e id ]; then echo seen; else echo hidden; fi\n' \
			"$PWD/$dir" "$PWD/x/.ssh" >$dir/claude
		chmod +x $dir/claude
		(
			unset HOME
			PATH=$PWD/$dir:$PATH work 0 "$(task)"
		)
		cat "$PLACE"/logs/*.jsonl >>got
	done
	[ "$(xargs <got)" = "part hidden part hidden part seen part seen" ]
}

@test "room: a reader that is busy does not hold up a task" {
	# More than a pipe takes.
	does '{"run": "true '"$(printf '%0200d' 0)"'", "repeat": 600}, {"run": "touch $TMPDIR/here"}'
	task >tasks
	(
		export OOMPA_WORK_ONE=$BASHPID
		oompa-work --sandbox off <tasks
		true
	) | {
		wait_for test -e "$WORK/tmp/here"
		cat
	} >ok.out
	[ "$(field .outcome)" = changed ]
}

# survivors: processes that hide: nothing but TAG says whose they are.
survivors() {
	pgrep -f "sleep 61[0-9].$TAG|perl -e .*oompa-$TAG"
}

no_survivors() {
	! survivors
}

# hide: sets HIDE, commands that start such processes.
hide() {
	TAG=$(date +%N)$RANDOM
	HIDE="cd /; setsid env -i sleep 611.$TAG </dev/null >/dev/null 2>&1 &
		(setsid nohup env -i sh -c 'trap \"\" TERM HUP INT; sleep 612.$TAG; sleep 613.$TAG' </dev/null >/dev/null 2>&1 &)
		env -i perl -e 'use POSIX; setsid; while (1) { exit if fork; setsid } # oompa-$TAG' </dev/null >/dev/null 2>&1 &
		for i in 1 2 3 4 5 6 7 8 9 10; do setsid env -i sleep 614.$TAG </dev/null >/dev/null 2>&1 & done"
}

@test "room: whatever hides from the end of its task ends all the same" {
	hide
	run=$(jq -Rsc . <<<"$HIDE; sleep 0.3")
	for sandbox in off on; do
		does "{\"run\": $run}"
		work 0 "$(task ".id = \"$sandbox\"")" --sandbox $sandbox
		[ "$(field .outcome)" = changed ]
		no_survivors
		does
		work 0 "$(task ".id = \"$sandbox 2\"")" --sandbox $sandbox --prepare "$HIDE; sleep 0.3"
		[ "$(field .outcome)" = changed ]
		no_survivors
	done
}

# forge PIDS: a command that writes a line to what these have for stdout.
forge() {
	jq -nc --arg pids "$1" '"for fd in /proc/\($pids)/fd/1; do { echo; echo forged; } 2>/dev/null >>$fd; done; echo tried"'
}

@test "room: what runs in it cannot speak in claude's place" {
	for sandbox in on off; do
		pids='[0-9]*'
		[ "$sandbox" = on ] || pids='$PPID'
		does "{\"run\": $(forge "$pids")}"
		work 0 "$(task ".id = \"$sandbox\"")" --sandbox $sandbox
		[ "$(field .outcome)" = changed ]
		events 'select(.type == "user") | .message.content[0].content' | grep -q tried
		lacks -x forged "$PLACE"/logs/*.jsonl
		rm "$PLACE"/logs/*
	done
}

@test "room: hundreds that were left behind end, and nothing else does" {
	TAG=$(date +%N)$RANDOM
	sleep "619.$RANDOM" 3>&- &
	says '{"run": "i=0; while [ $i -lt 900 ]; do env -i sleep 611.'"$TAG"' </dev/null >/dev/null 2>&1 & i=$((i + 1)); done"}, '"$CHANGE, $DONE"
	work 0 "$(task)" --sandbox off
	[ "$(field .outcome)" = changed ]
	no_survivors
	kill $!
}

@test "room: whatever hides ends also when oompa-work is killed" {
	hide
	run=$(jq -Rsc . <<<"$HIDE; sleep 0.3; touch \$TMPDIR/here")
	for sandbox in off on; do
		for whom in parent worker; do
			does "{\"run\": $run}, {\"hang\": true}"
			{
				task ".id = \"$sandbox $whom\""
				end
			} >tasks
			rm -rf "$WORK/tmp"
			oompa-work --sandbox $sandbox tasks >out 2>err 3>&- &
			PID=$!
			wait_for test -e "$WORK/tmp/here"
			survivors >/dev/null || [ $sandbox = on ]
			[ $whom = worker ] || kill -KILL "$PID"
			[ $whom = parent ] || kill -KILL "$(pgrep -P "$PID")"
			wait "$PID" || :
			wait_for no_survivors
		done
	done
}

@test "room: when one of two workers is killed its claude ends, the other's does not" {
	does '{"run": "touch $TMPDIR/here; until [ -e go.o ]; do sleep 0.1; done"}'
	{
		task
		task '.number = 8 | .id = "b" | .branch = "ai/issue-8"'
		end 2
	} >tasks
	oompa-work --sandbox off --max-workers 2 tasks >out 2>err 3>&- &
	PID=$!
	wait_for test -e "$WORK/tmp/here"
	wait_for test -e "$PLACE/work/issue-8/tmp/here"
	kill -KILL "$(pgrep -P "$PID" | head -n 1)"
	wait_for grep -q '"type":"error"' out
	[[ $(jq -r 'select(.type == "error").item' out) =~ ^acme/widgets#([78])$ ]]
	killed=$PLACE/work/issue-${BASH_REMATCH[1]}
	find /proc -maxdepth 2 -name cwd -lname "$killed/*" >left 2>/dev/null || :
	[ ! -s left ]
	touch "$PLACE/work/issue-$((15 - BASH_REMATCH[1]))/tree/go.o"
	wait "$PID" || :
	[ "$(jq -r 'select(.type == "result") | .number, .outcome' out)" = "$((15 - BASH_REMATCH[1]))"$'\nchanged' ]
}

@test "room: ten tasks at a time leave no process, no file, no descriptor" {
	for n in {1..10}; do
		task ".number = $n | .id = \"$n\" | .branch = \"ai/issue-$n\""
	done >tasks
	end 10 >>tasks
	does '{"run": "ls /proc/self/fd | xargs; echo x >$HOME/x; echo x >/tmp/x; echo x >$TMPDIR/x"}, {"spawn": "sleep 619"}'
	mkdir -m 700 outbox
	touch before new pattern
	here() {
		find "$HOME" "$TMPDIR" "$BATS_TEST_TMPDIR" -path "$OOMPA_CLONE_DIR" -prune -o -path "$BATS_TEST_TMPDIR/fake" -prune -o -print | sort
	}
	here >before
	exec 7<"$BATS_TEST_TMPDIR/tasks"
	OOMPA_TEST_TIMEOUT=60 ok 0 oompa-work --max-workers 10 --outbox "$BATS_TEST_TMPDIR/outbox" tasks
	exec 7<&-
	[ "$(field .outcome | sort | uniq -c | xargs)" = "10 changed" ]
	[ "$(field .number | sort -n | xargs)" = "1 2 3 4 5 6 7 8 9 10" ]
	none_left
	here | diff before - | grep '^[<>]' | grep -v -e "$BATS_TEST_TMPDIR/ok\.[a-z]*$" -e "$BATS_TEST_TMPDIR/outbox/[0-9a-f]*\.\(json\|bundle\)$" >new || :
	diff /dev/null new
	# 0, 1, 2, and the directory that is being listed.
	events 'select(.type == "user") | .message.content[0].content' | grep -c '^"0 1 2 3\\n"$\|^"0 1 2 3"$' | grep -qx 10
}

# big FILES BYTES: the mirror has that many small files, and a history of about
# so many bytes, which do not shrink.
big() {
	node -e '
		const [files, bytes, ref] = process.argv.slice(1);
		const { randomBytes } = require("crypto");
		const put = b => require("fs").writeSync(1, b);
		const commit = n => put(`commit ${ref}\ncommitter D <d@e> ${n} +0000\ndata 1\nx\n`);
		let n = 1700000000;
		for (let left = +bytes; left > 0; left -= 1 << 20) {
			commit(n++);
			put("M 644 inline blob\ndata 1048576\n");
			put(randomBytes(1 << 20));
			put("\n");
		}
		commit(n);
		put("D blob\n");
		for (let i = 0; i < +files; i++)
			put(`M 644 inline d${i % 100}/f${i}\ndata 5\n${String(i).padStart(5, "0")}\n`);
	' "$1" "$2" refs/heads/big | git -C "$PLACE/mirror.git" fast-import --quiet
	# shellcheck disable=SC2034 # for task
	BASE=$(git -C "$PLACE/mirror.git" rev-parse big)
}

@test "room: a clone costs its checkout, and no copy of the history" {
	big 10000 $((24 << 20))
	[ "$(du -sb "$PLACE/mirror.git" | cut -f 1)" -gt $((24 << 20)) ]
	does '{"run": "git log --oneline | wc -l"}'
	work 0 "$(task '.base.ref = "big"')"
	[ "$(field '.outcome, .files')" = $'changed\n1' ]
	events 'select(.type == "user") | .message.content[0].content' | head -n 1 | grep -q 25
	all=$(du -sb "$WORK" | cut -f 1)
	tree=$(du -sb --exclude=.git "$WORK/tree" | cut -f 1)
	echo "$((all - tree)) bytes besides the files"
	[ $((all - tree)) -lt 2097152 ]
	[ "$(find "$WORK/tree" -path '*/.git' -prune -o -type f -print | wc -l)" = 10001 ]
}

@test "room: big results come whole, in the order of their ends, to a slow reader" {
	big=$(printf '%059000d' 7)
	for n in {1..6}; do
		task ".number = $n | .id = \"$n\" | .branch = \"ai/issue-$n\""
	done >tasks
	end 6 >>tasks
	claude_script "[{\"steps\": [$CHANGE, {\"structured\": {\"status\": \"done\", \"summary\": \"s\", \"body\": \"$big\"}}]}]"
	timeout "$(time_limit)" oompa-work --max-workers 6 tasks 3>&- |
		node -e 'const fs = require("fs"), b = Buffer.alloc(4096);
			for (let n; (n = fs.readSync(0, b)) > 0;) {
				fs.writeSync(1, b, 0, n);
				Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
			}' >out
	[ "$(jq -c 'select(.type == "result") | [.outcome, (.body | length)]' out | sort | uniq -c | xargs)" = \
		'6 [changed,59000]' ]
	[ "$(tail -n 1 out | jq -c '[.from, .count, .status]')" = '["oompa-work",6,"ok"]' ]
}

# The real claude, how it ends.

@test "room: what the real claude runs cannot speak in its place, and all it says is heard" {
	real_claude
	export OOMPA_TEST_TIMEOUT=60
	model_start "$(jq -nc --argjson forge "$(forge '[0-9]*')" '[
		{tool: "Bash", input: {command: $forge}},
		{text: ("a long story " * 100000),
		 tools: [{name: "Bash", input: {command: "echo the end >widget.c"}}]},
		{tool: "StructuredOutput", input: {status: "done", summary: "s", body: "b"}},
		{text: "done"}]')"
	work 0 "$(task)"
	[ "$(field .outcome)" = changed ]
	events 'select(.type == "user") | .message.content[0].content' | grep -q tried
	lacks -x forged "$PLACE"/logs/*.jsonl
	[ "$(events 'select(.type == "assistant") | .message.content[] | select(.type == "text").text | select(length > 1000) | length')" = 1300000 ]
}

@test "room: how the real claude ends against a model that fails" {
	real_claude
	export OOMPA_TEST_TIMEOUT=60
	while IFS='|' read -r code retry script; do
		stop model
		rm -f model.ready model.log
		model_start "[$script]"
		work 0 "$(task ".id = \"$((++N))\"")" --sandbox off
		[ "$(field '.outcome, .code, .retry')" = "$(printf '%s\n' failed "$code" "$retry")" ]
	done <<-'EOT'
		overloaded|later|{"status": 429, "headers": {"retry-after": "100"}}
		config|human|{"status": 404}
		auth|human|{"status": 403}
		auth|human|{"status": 400, "message": "Your credit balance is too low to access the Anthropic API."}
		refusal|human|{"stop_reason": "refusal", "text": "no"}
		answer|later|{"text": ""}
	EOT
}
