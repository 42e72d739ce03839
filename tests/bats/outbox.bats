# What waits to be published: oompa outbox, --hold, --no-replay, --max-age, and
# what oompa-push has for that; oompa show.
load helpers
load ../helper/driver

ops() {
	jq -r .op "$PLACE/ledger.jsonl" | paste -sd ' '
}

# held: a cycle that publishes nothing; ID is what its result is called.
held() {
	ok 0 oompa --one-shot --hold
	ID=$(basename "$PLACE/outbox"/*.json .json)
}

# made AGE: the result was made so long ago, as date has it.
made() {
	jq -c --arg at "$(date -u -d "-$1" +%Y-%m-%dT%H:%M:%SZ)" '.made_at = $at' \
		"$PLACE/outbox/$ID.json" >aged
	cp aged "$PLACE/outbox/$ID.json"
}

# terminal COMMAND...: its output is a terminal; what that gets is in "seen".
terminal() {
	status=0
	script -qefc "$*" seen </dev/null >/dev/null 2>&1 || status=$?
	tr -d '\r' <seen | sed '1d;$d' >seen.text
	cat seen.text
}

# --hold

@test "outbox: --hold publishes nothing, says how to, and calls no model twice" {
	held
	[ "$(find "$PLACE/outbox" -type f | wc -l)" = 2 ]
	[ "$(writes)" = 0 ]
	[[ $stderr == *"$REPO#1 implement: changed, \$0.04, waits in the outbox since 20"* ]]
	[[ $stderr == *"held: oompa --repo $REPO outbox show, push or drop"* ]]
	# Neither replayed nor planned again; a cron job says it once.
	OOMPA_HOLD=1 ok 0 oompa --one-shot
	[ -z "$output$stderr" ]
	[ "$(writes)" = 0 ]
	[ "$(calls)" = 1 ]
	ok 0 oompa why 1
	[[ $output == *"waits: its result waits in the outbox"* ]]
	# Without it, the outbox is replayed.
	ok 0 oompa --one-shot
	[[ $stderr == *"publishing what an earlier run left"* ]]
	pulls 1
	[ "$(calls)" = 1 ]
	[ -z "$(ls "$PLACE/outbox")" ]
}

@test "outbox: a loop shows what waits when it starts, and once" {
	held
	printf '{' >"$PLACE/outbox/0123456789abcdef.json"
	oompa --hold --poll-interval 1s 2>err &
	wait_for cycled 4
	kill -TERM $!
	wait $! || :
	cat err
	[ "$(grep -c "$REPO#1 implement: changed" err)" = 1 ]
	[ "$(grep -c 'malformed: 0123456789abcdef: not one line' err)" = 1 ]
	grep -q 'publishes nothing (--hold)' err
	[ "$(calls)" = 1 ]
}

@test "outbox: --no-replay leaves alone what is there" {
	held
	ok 0 oompa --one-shot --no-replay
	[ -z "$output$stderr" ]
	OOMPA_NO_REPLAY=1 ok 0 oompa --one-shot
	[ "$(writes)" = 0 ]
	[ "$(calls)" = 1 ]
	[ -s "$PLACE/outbox/$ID.json" ]
}

# --max-age

@test "outbox: what is older than --max-age is dropped with a receipt, and its cost counted once" {
	held
	made '25 hours'
	ok 0 oompa --one-shot --only 9
	[[ $stderr == *'outcome=dropped'*'msg="older than 24h"'* ]]
	[ "$(writes)" = 0 ]
	[ -z "$(ls "$PLACE/outbox")" ]
	[ "$(ops)" = "drop spend" ]
	jq -se 'any(.[]; .op == "drop" and .code == "old" and .message == "older than 24h")' "$PLACE/ledger.jsonl"
	ok 0 oompa --one-shot --only 9
	[ "$(ops)" = "drop spend" ]
}

@test "outbox: --max-age 0 and a longer one let it through" {
	held
	made '25 hours'
	cp -a state before
	ok 0 oompa --one-shot --max-age 26h
	pulls 1
	rm -rf state
	cp -a before state
	OOMPA_MAX_AGE=0 ok 0 oompa --one-shot
	[ "$(ops)" = "spend" ]
	OOMPA_MAX_AGE=soon ok 2 oompa --one-shot
	[ "$stderr" = "oompa: --max-age wants a time such as 24h, not 'soon'; see --help" ]
}

# oompa outbox

@test "outbox: ls is a line for each, and a table on a terminal" {
	ok 0 oompa outbox ls
	[ -z "$output$stderr" ]
	[ ! -e state ]
	held
	ok 0 oompa outbox ls
	[ "$(cut -f 1-5,7-9 ok.out)" = "$ID	1	implement	changed	0.040000	waits		widget count is off by one" ]
	cut -f 6 ok.out | grep -Eqx '20[0-9-]+T[0-9:]+Z'
	cp ok.out want
	for args in "$ID" 1 "1 $ID"; do
		# shellcheck disable=SC2086
		ok 0 oompa outbox ls $args
		same want
	done
	[ "$(oompa outbox ls | head -n 1 | wc -l)" = 1 ]
	terminal oompa outbox ls
	grep -Eq "^ID +ITEM +ACTION +OUTCOME +COST +AGE +TITLE$" seen.text
	grep -Eq "^$ID +#1 +implement +changed +\\\$0.04 +[0-9]+ s +widget count is off by one$" seen.text
	RECORDS=no ok 1 sh -c 'oompa outbox ls >/dev/full'
	[[ $stderr == *"cannot write <stdout>"* ]]
}

@test "outbox: ls says why something waits, and a foreign title moves no cursor" {
	held
	sim_fault '{"git":"git-receive-pack","status":503,"times":0}'
	ok 75 oompa outbox push
	ok 0 oompa outbox ls
	[[ $(cut -f 8 ok.out) == "git push: "*503* ]]
	terminal oompa outbox ls
	grep -q '^ *waits: git push: .*503' seen.text
	echo secret >evil
	ln -sf "$BATS_TEST_TMPDIR/evil" "$PLACE/outbox/$ID.why"
	ok 0 oompa outbox ls
	[ -z "$(cut -f 8 ok.out)" ]
	mkfifo "$PLACE/outbox/$ID.later"
	ok 0 oompa --one-shot
	[ -f "$PLACE/outbox/$ID.why" ]
	[ "$(cat evil)" = secret ]
	sim_no_faults
	jq -c '.title = "a\u001b[31m\tb\u009b\u202e\nc"' "$PLACE/outbox/$ID.json" >evil
	cp evil "$PLACE/outbox/$ID.json"
	ok 0 oompa outbox ls
	[ "$(cut -f 9 ok.out)" = 'a\x1b[31m\tb\x9b\xe2\x80\xae\nc' ]
	ok 0 oompa outbox push
	[ -z "$(ls "$PLACE/outbox")" ]
}

@test "outbox: what stands in the way is told once, not in every cycle" {
	held
	sim_do '{"do":"label","number":1,"label":"oompa-hold","by":"maya"}'
	ok 0 oompa --one-shot
	[[ $stderr == *"held by the label 'oompa-hold'"* ]]
	ok 0 oompa --one-shot
	[[ $stderr != *"held by"* ]]
	ok 0 oompa outbox ls 1
	[ "$(cut -f 8 ok.out)" = "held by the label 'oompa-hold'" ]
	# Who asks is told.
	ok 6 oompa outbox push 1
	sim_do '{"do":"unlabel","number":1,"label":"oompa-hold","by":"maya"}'
	ok 0 oompa --one-shot
	pulls 1
	[ -z "$(ls "$PLACE/outbox")" ]
}

@test "outbox: show has the diff, the texts and the cost, asks nobody and writes nothing" {
	held
	before=$(journal length)
	find state clones -printf '%p %T@\n' | sort >before
	GH_TOKEN='' ok 0 oompa outbox show
	[[ $output == "$REPO#1 implement: changed, \$0.04, "* ]]
	grep -qx "id       $ID" ok.out
	grep -q '^made     20' ok.out
	grep -qx 'pull request: ai/issue-1 -> main' ok.out
	grep -qx '    widget count is off by one' ok.out
	grep -qx '    The loop stopped one short.' ok.out
	grep -qx '    Fixes #1' ok.out
	grep -q '^    <!-- oompa:' ok.out
	grep -qx 'Author: demo-bot <.*>' ok.out
	grep -q '^ src/widget.c | 2 +-$' ok.out
	grep -q '^-.*i < argc - 1' ok.out
	grep -q '^+.*i < argc;' ok.out
	grep -q '^The gate lets it through' ok.out
	find state clones -printf '%p %T@\n' | sort | diff before -
	[ "$(journal length)" = "$before" ]
	[ -z "$(ls "$TMPDIR")" ]
	cp ok.out want
	for args in 1 "$ID"; do
		ok 0 oompa outbox show "$args"
		same want
	done
	ok 0 oompa-push --outbox "$PLACE/outbox" --show "$PLACE/outbox/$ID.json"
	same want
	# The pull request is just that.
	ok 0 oompa outbox push
	sim_state "$REPO" | jq -r '.pulls[0].body' | sed '/./s/^/    /' >body
	[ "$(grep -cxFf body want)" -ge 3 ]
}

@test "outbox: show takes nothing for granted: a bundle is checked as for publishing" {
	held
	printf 'x' >>"$PLACE/outbox/$ID.bundle"
	ok 7 oompa outbox show
	[[ $output == *"the bundle is not of the "*" bytes it should be"* ]]
	rm "$PLACE/outbox/$ID.bundle"
	echo secret >"$BATS_TEST_TMPDIR/secret"
	ln -s "$BATS_TEST_TMPDIR/secret" "$PLACE/outbox/$ID.bundle"
	ok 7 oompa outbox show
	[[ $output != *secret* ]]
	[ -z "$(ls "$TMPDIR")" ]
	rm -rf clones
	ok 75 oompa outbox show
	[[ $output == *"the mirror does not have"*"run oompa-fetch"* ]]
	[ ! -e clones ]
}

@test "outbox: show says what the gate refuses, and no control character of a change reaches the terminal" {
	claude_script '[{"steps":[{"run":"mkdir -p .github && printf \"a\\033[31m\\tb\\302\\233\\342\\200\\256\\n\" >.github/evil"},{"cost":0.04},
		{"structured":{"status":"done","summary":"s","body":"b"}}]}]'
	held
	ok 6 oompa outbox show
	[[ $output == *"refused: changes .github/evil"* ]]
	grep -qxF "+a\\x1b[31m	b\\x9b\\xe2\\x80\\xae" ok.out
}

@test "outbox: push publishes these, with receipts in the ledger" {
	held
	ok 0 oompa outbox push "$ID"
	[[ $stderr == *"outcome=changed"*"cost=0.04"*"/pull/2" ]]
	[ -z "$output" ]
	pulls 1
	[ "$(ops)" = "push pull assign comment spend" ]
	[ -z "$(ls "$PLACE/outbox")" ]
	before=$(writes)
	ok 0 oompa outbox push
	[ -z "$output$stderr" ]
	ok 0 oompa --one-shot
	[ "$(writes)" = "$before" ]
	[ "$(calls)" = 1 ]
}

@test "outbox: push by hand knows no age, and -n only shows" {
	held
	made '3 days'
	before=$(writes)
	find state -type f -exec sha256sum {} + | sort >before
	RECORDS=no ok 0 oompa outbox push -n
	[ "$(jq -r 'select(.type == "receipt") | "\(.op) \(.dry_run)"' ok.out | paste -sd ,)" = "push true,pull true,assign true,comment true,spend true" ]
	find state -type f -exec sha256sum {} + | sort | diff before -
	[ "$(writes)" = "$before" ]
	ok 0 oompa outbox push 1
	pulls 1
}

@test "outbox: oompa-push -n makes no write request and needs no outbox" {
	held
	cp "$PLACE/outbox/$ID.json" result.jsonl
	mkdir -p "clones/$REPO/bundles"
	cp "$PLACE/outbox/$ID.bundle" "clones/$REPO/bundles/"
	rm -rf "$PLACE/outbox"
	ok 0 oompa-push -n result.jsonl
	[ "$(jq -r 'select(.type == "receipt") | .op' ok.out | paste -sd ' ')" = "push pull assign comment spend" ]
	[ "$(writes)" = 0 ]
	[ ! -e "$PLACE/outbox" ]
}

@test "outbox: drop takes away with receipts; the cost counts once, and it is not planned again" {
	held
	ok 0 oompa outbox drop 1
	[[ $stderr == *'outcome=dropped'*'msg="dropped by hand"' ]]
	[ "$(ops)" = "drop spend" ]
	jq -se 'any(.[]; .op == "spend" and .cost == 0.04 and .outcome == "changed")' "$PLACE/ledger.jsonl"
	jq -se 'any(.[]; .op == "drop" and .code == "by-hand")' "$PLACE/ledger.jsonl"
	[ -z "$(ls "$PLACE/outbox")" ]
	[ "$(writes)" = 0 ]
	ok 1 oompa outbox drop "$ID"
	[ "$(ops)" = "drop spend" ]
	ok 0 oompa --one-shot
	[ "$(calls)" = 1 ]
	ok 0 oompa why 1
	[[ $output == *"dropped: its result was dropped by hand"* ]]
	ok 0 oompa --one-shot --again 1
	[ "$(calls)" = 2 ]
	pulls 1
}

@test "outbox: what is no result is listed, stops nothing, and can be dropped" {
	local broken=0123456789abcdef

	held
	name=$(printf %s acme/widgets#7:implement:x | sha256sum | cut -c 1-16)
	printf '{"type":' >"$PLACE/outbox/$broken.json"
	echo '{"type":"task","v":1}' >"$PLACE/outbox/1111111111111111.json"
	jq -c '.v = 2' "$PLACE/outbox/$ID.json" >"$PLACE/outbox/2222222222222222.json"
	cp "$PLACE/outbox/$ID.json" "$PLACE/outbox/3333333333333333.json"
	jq -c '.repo = "acme/other" | .id |= sub("widgets"; "other")' "$PLACE/outbox/$ID.json" >"$PLACE/outbox/4444444444444444.json"
	mkdir "$PLACE/outbox/5555555555555555.json"
	ln -s /etc/passwd "$PLACE/outbox/6666666666666666.json"
	echo '{"type":"result","v":1}' >"$PLACE/outbox/$name.json"
	cat "$PLACE/outbox/$ID.json" "$PLACE/outbox/$ID.json" >"$PLACE/outbox/8888888888888888.json"
	ok 0 oompa outbox ls
	[ "$(wc -l <ok.out)" = 10 ]
	[ "$(head -n 1 ok.out | cut -f 1,7)" = "$ID	waits" ]
	cut -f 1,7,8 ok.out | grep -qxF "$broken	malformed	not one line"
	cut -f 1,7,8 ok.out | grep -qxF "1111111111111111	malformed	not a result"
	cut -f 1,7,8 ok.out | grep -qxF "2222222222222222	malformed	of a newer version"
	cut -f 1,7,8 ok.out | grep -qxF "3333333333333333	malformed	the file is not called after its task"
	cut -f 1,7 ok.out | grep -qxF "6666666666666666	unreadable"
	terminal oompa outbox ls
	grep -q "^$broken  malformed: not one line" seen.text
	ok 0 oompa outbox show
	[[ $output == "$broken: malformed: not one line"* ]]
	ok 1 oompa outbox show $broken
	# They are in nobody's way.
	ok 0 oompa --one-shot
	pulls 1
	[ "$(grep -c "$broken: not one line" ok.err)" = 1 ]
	ok 1 oompa outbox push
	ok 0 oompa outbox drop $broken 1111111111111111 2222222222222222 \
		3333333333333333 4444444444444444 5555555555555555 6666666666666666 \
		"$name" 8888888888888888
	[ -z "$(ls "$PLACE/outbox")" ]
	[ -s /etc/passwd ]
}

@test "outbox: a typo is misuse, an unknown id is not found" {
	for args in 'outbox' 'outbox rm' 'outbox ls x' 'outbox ls #1' 'outbox ls 0' \
		'outbox show 0123456789ABCDEF' 'outbox push ../x' 'outbox drop' \
		'outbox drop 01' 'outbox ls -n' 'outbox show -n' 'show' 'show x' 'show 0' 'show 1 -n'; do
		# shellcheck disable=SC2086
		ok 2 oompa $args
		[ "$(wc -l <ok.err)" = 1 ]
		[[ $stderr == oompa:* ]]
		[ -z "$output" ]
	done
	[ ! -e state ]
	for args in 'ls 7' 'show 7' 'ls 0123456789abcdef'; do
		# shellcheck disable=SC2086
		ok 1 oompa outbox $args
		[[ $stderr == *"' is not in the outbox"* ]]
	done
	held
	for args in 'ls 7' 'show 7' 'push 7 1' 'drop 1 7' 'push 0123456789abcdef'; do
		# shellcheck disable=SC2086
		ok 1 oompa outbox $args
		[ "$(grep -c "' is not in the outbox" ok.err)" = 1 ]
	done
	[ "$(writes)" = 0 ]
	[ -s "$PLACE/outbox/$ID.json" ]
}

@test "outbox: push waits for the cycle that runs; ls and show do not" {
	held
	flock "$PLACE/lock" sleep 2 &
	wait_for locked "$PLACE/lock"
	ok 0 oompa outbox ls
	ok 0 oompa outbox show
	ok 0 oompa outbox push
	[[ $stderr == *"a cycle is running; waiting for its end"* ]]
	pulls 1
}

@test "outbox: a signal ends push by hand, and nothing is lost" {
	held
	sim_fault '{"operation":"Recheck","delay_ms":30000}'
	for signal in TERM INT HUP; do
		env --default-signal=HUP,INT oompa outbox push 2>err &
		driver=$!
		wait_for test -s "$PLACE/run/push.pid"
		kill -$signal $driver
		status=0
		wait $driver || status=$?
		[ "$status" = $((128 + $(kill -l $signal))) ]
		[ -s "$PLACE/outbox/$ID.json" ]
		rm -rf "$PLACE/run"
	done
	sim_no_faults
	flock "$PLACE/lock" sleep 30 &
	wait_for locked "$PLACE/lock"
	oompa outbox push 2>err &
	wait_for grep -q waiting err
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" = 143 ]
}

@test "outbox: oompa-push says which of its ways of looking exclude each other" {
	for args in '--show --list' '--drop --show' '--list'; do
		# shellcheck disable=SC2086
		ok 2 oompa-push $args
		[ "$(wc -l <ok.err)" = 1 ]
	done
	mkdir box
	ok 2 oompa-push --list --outbox "$PWD/box" x
	[ "$stderr" = "oompa-push: --list wants ids and numbers, not 'x'; see --help" ]
	# No token is needed, and nothing is asked.
	GH_TOKEN='' ok 0 oompa-push --list --outbox "$PWD/box"
	[ -z "$output$stderr" ]
	ok 3 oompa-push --list --outbox "$PWD/nothing"
	[ "$(journal length)" = 0 ]
}

# oompa show

@test "outbox: oompa show has the prompts of an item, its log and what came of it" {
	ok 1 oompa show 1
	[ "$(wc -l <ok.err)" = 1 ]
	[[ $stderr == *"$REPO#1: no prompt or log is kept"* ]]
	[ ! -e state ]
	held
	ok 0 oompa show 1
	[[ $output == "$REPO#1 implement $ID"* ]]
	grep -qx 'outcome: changed, waits in the outbox' ok.out
	grep -qx "log: $PWD/clones/$REPO/logs/1-implement-$ID.jsonl" ok.out
	grep -qx "prompt: $PWD/clones/$REPO/logs/1-implement-$ID.prompt" ok.out
	grep -qF 'widget count is off by one' ok.out
	ok 0 oompa outbox push
	ok 0 oompa show 1
	grep -Eqx 'outcome: changed, [$]0.04, [0-9]+ s, 20[0-9TZ:-]+' ok.out
	grep -Eqx "outcome: http.*/pull/2" ok.out
	before=$(journal length)
	# The newest is last; those of other numbers are not meant.
	printf 'older\n' >"clones/$REPO/logs/1-review-0000000000000000.prompt"
	touch -d '-1 hour' "clones/$REPO/logs/1-review-0000000000000000.prompt"
	printf 'eleven\n' >"clones/$REPO/logs/11-implement-0000000000000000.prompt"
	ok 0 oompa show 1
	[ "$(grep -n "^$REPO#1" ok.out | cut -d : -f 2 | paste -sd ,)" = "$REPO#1 review 0000000000000000,$REPO#1 implement $ID" ]
	grep -qx 'outcome: not known here' ok.out
	run ! grep -q eleven ok.out
	ok 1 oompa show 7 1
	grep -qx older ok.out
	[ "$(journal length)" = "$before" ]
}

@test "outbox: oompa show keeps control characters from a terminal" {
	mkdir -p "clones/$REPO/logs"
	chmod -R go= clones
	printf 'a\033[31m\tb\302\233c\342\200\256d \303\244\n' >"clones/$REPO/logs/1-implement-0000000000000000.prompt"
	terminal oompa show 1
	grep -qx 'a?\[31m	b?c?d ä' seen.text
	ok 0 oompa show 1
	grep -qx "$(printf 'a\033\\[31m\tb\302\233c\342\200\256d ä')" ok.out
	mv clones elsewhere
	ln -s elsewhere clones
	ok 3 oompa show 1
}
