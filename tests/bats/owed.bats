# shellcheck disable=SC2016 # in single quotes: for claude's shell
# shellcheck disable=SC2154 # of the helpers
# What a call counts with, and what is owed on an item.
load helpers
load ../helper/work

ENDED="claude ended before it said what it cost: it counts with"

# other ID [JQFILTER]: another task on the same item.
other() {
	task ".id = \"$1\" | ${2:-.}"
}

# stopped SIGNAL TASK [OPTION...]: oompa-work is ended while claude works: by
# KILL all of it.
stopped() {
	local signal=$1

	claude_script "[{\"steps\": [{\"run\": \"touch \$TMPDIR/here\"}, {\"hang\": true}]}]"
	{
		printf '%s\n' "$2"
		end
	} >tasks
	shift 2
	rm -rf "$WORK/tmp"
	oompa-work "$@" tasks >out 2>err 3>&- &
	PID=$!
	wait_for test -e "$WORK/tmp/here"
	if [ "$signal" = KILL ]; then
		# shellcheck disable=SC2046 # a worker's, and claude's
		kill -KILL $(pgrep -P $PID) $PID $(claude_pids)
	else
		kill "-$signal" $PID
	fi
	wait $PID || :
	wait_for none_left
	[ -z "$(jq -r 'select(.type == "result").cost' out)" ]
}

# Those that run in the clone: without a room nothing ends them.
claude_pids() {
	local link

	for link in /proc/[0-9]*/cwd; do
		[ "$(readlink "$link")" != "$WORK/tree" ] || tr -dc 0-9 <<<"$link" | sed 's/$/ /'
	done
}

# owes: what stands in the file, if it is there.
owes() {
	[ ! -e "$WORK.owed" ] || jq .cost "$WORK.owed"
}

@test "owed: a call that is ended before it says its cost counts with its limit" {
	says '{"hang": true}'
	work 0 "$(task '.timeout = 1')"
	fails timeout human "it took longer than the allowed 1 s$MOST"
	[ "$(field .cost)" = 5 ]
	[[ $stderr == "oompa-work: acme/widgets#7: $ENDED \$5.00, the most that it may have cost"* ]]
	[ ! -e "$WORK.owed" ]
	says '{"signal": "SIGKILL"}'
	work 0 "$(task '.max_cost = 0.25')" --sandbox off
	fails model later 'Claude ended without an answer; it counts with $0.25, the most that it may have cost'
	[ "$(field .cost)" = 0.25 ]
	# It ended well, and what it says is no amount.
	for how in '{"without": ["total_cost_usd"]}' '{"cost": -1}' '{"cost": 1e10}' \
		'{"result": {"total_cost_usd": "0.04"}}'; do
		does
		says "$CHANGE, $DONE, $how"
		work 0 "$(task)" --sandbox off
		[ "$(field '.outcome, .cost')" = $'changed\n5' ]
		[[ $(field .reason) == *"$MOST" ]]
	done
}

@test "owed: without a limit what it cost is not known, and nobody says that it is" {
	says '{"hang": true}'
	work 0 "$(task '.timeout = 1 | .max_cost = 0')"
	fails timeout human "it took longer than the allowed 1 s"
	[ "$(field .cost)" = 0 ]
	[[ $stderr == *"claude ended before it said what it cost: that is not known, and not counted, as it has no limit"* ]]
	stopped TERM "$(task '.max_cost = 0')"
	does
	work 0 "$(task)"
	[ "$(field .cost)" = 0.04 ]
}

@test "owed: what is said counts as it is, and what did not begin does not" {
	does
	work 0 "$(task)"
	[ "$(field .cost)" = 0.04 ]
	[ -z "$stderr" ]
	[ ! -e "$WORK.owed" ]
	says '{"cost": 7.5}'
	work 0 "$(task)"
	[ "$(field .cost)" = 7.5 ]
	# It had said all when its time was over.
	says "$CHANGE, $DONE, {\"event\": {\"type\": \"result\", \"total_cost_usd\": 0.5}}, {\"hang\": true}"
	work 0 "$(task '.timeout = 1')" --sandbox off
	fails timeout human "it took longer than the allowed 1 s"
	[ "$(field .cost)" = 0.5 ]
	fake claude <<-'EOT'
		echo "error: unknown option '--nonesuch'" >&2
		exit 1
	EOT
	work 0 "$(task)" --sandbox off
	fails config human "Claude Code did not start"
	[ "$(field .cost)" = 0 ]
	[ ! -e "$WORK.owed" ]
	lose_room
	work 3 "$(task)"
	[ ! -e "$WORK.owed" ]
	# One that was ended before it said a word may have begun.
	fake claude <<-'EOT'
		exec sleep 60
	EOT
	work 0 "$(task '.timeout = 1')" --sandbox off
	[ "$(field .cost)" = 5 ]
}

@test "owed: the next result counts what a stopped call may have cost" {
	for how in 'TERM on' 'TERM off' 'KILL on' 'KILL off'; do
		stopped "${how% *}" "$(task)" --sandbox "${how#* }"
		[ "$(owes)" = 5 ]
		[ "$(stat -c %a "$WORK.owed")" = 600 ]
		does
		work 0 "$(other b)"
		[ "$(field '.outcome, .cost')" = $'changed\n5.04' ]
		[[ $(field .reason) != *counts* ]]
		[ "$stderr" = 'oompa-work: acme/widgets#7: its cost includes $5.00 that earlier calls, which have no result, may have cost' ]
		[ ! -e "$WORK.owed" ]
		work 0 "$(task)"
		[ "$(field .cost)" = 0.04 ]
		[ -z "$stderr" ]
	done
}

@test "owed: it adds up on an item, and is not that of another" {
	stopped TERM "$(task)"
	grep -q "$ENDED" err
	stopped KILL "$(other b '.max_cost = 2')"
	[ "$(owes)" = 7 ]
	does
	work 0 "$(other c '.number = 8 | .branch = "ai/issue-8"')"
	[ "$(field .cost)" = 0.04 ]
	says '{"hang": true}'
	work 0 "$(task '.timeout = 1')"
	fails timeout human "it took longer than the allowed 1 s$MOST"
	[ "$(field .cost)" = 12 ]
	[ ! -e "$WORK.owed" ]
}

@test "owed: it is on the disk before claude begins, where claude does not see it" {
	does "{\"run\": \"cp $WORK.owed $BATS_TEST_TMPDIR/seen\"}"
	work 0 "$(task)" --sandbox off
	[ "$(cat seen)" = '{"id":null,"cost":5}' ]
	mkdir -m 700 outbox
	work 0 "$(task)" --sandbox off --outbox "$BATS_TEST_TMPDIR/outbox"
	[ "$(cat seen)" = '{"id":"acme/widgets#7:implement:2026-11-20T10:00:00Z","cost":5}' ]
	does "{\"look\": [\"$WORK.owed\"]}, {\"run\": \"ls -A $PLACE/work\"}"
	work 0 "$(task)"
	[ "$(events 'select(.subtype == "look") | [.exists, .readable, .writable]')" = '[false,false,false]' ]
	[ "$(field .cost)" = 0.04 ]
	lacks -q 'issue-7[.]owed\\n' "$PLACE"/logs/*.jsonl
	# Where it cannot be noted, nobody is called.
	claude_script '[]'
	work 1 "$(task)" --sandbox off --prepare "mkdir $WORK.owed"
	[[ $stderr == *"cannot write '$WORK.owed': Is a directory" ]]
	[ "$(claude_calls length)" = 0 ]
}

@test "owed: the second answer goes the same way" {
	seen="{\"run\": \"cp $WORK.owed $BATS_TEST_TMPDIR/seen\"}"
	claude_script "[{\"when\": \"answer cannot be used\", \"steps\": [$seen, $DONE]},
	    {\"steps\": [$CHANGE, {\"cost\": 0.5}]}]"
	work 0 "$(task)" --sandbox off
	[ "$(field '.outcome, .cost')" = $'changed\n0.54' ]
	[ "$(jq .cost seen)" = 5 ]
	[ ! -e "$WORK.owed" ]
	# The worker is killed meanwhile.
	claude_script "[{\"when\": \"answer cannot be used\",
	    \"steps\": [{\"run\": \"kill -9 \$(ps -o ppid= \$PPID)\"}]},
	    {\"steps\": [$CHANGE, {\"cost\": 0.5}]}]"
	work 1 "$(task)" --sandbox off
	[ "$(owes)" = 5 ]
	does
	work 0 "$(task)" --sandbox off
	[ "$(field .cost)" = 5.04 ]
}

@test "owed: a result that is in the outbox is not counted again" {
	mkdir -m 700 outbox
	export OOMPA_OUTBOX=$BATS_TEST_TMPDIR/outbox OOMPA_SANDBOX=off
	does "{\"run\": \"cp $WORK.owed $BATS_TEST_TMPDIR/seen\"}"
	work 0 "$(task)"
	[ ! -e "$WORK.owed" ]
	# As if it was killed before it could remove it.
	cp seen "$WORK.owed"
	does
	work 0 "$(other b)"
	[ "$(field .cost)" = 0.04 ]
	[ ! -e "$WORK.owed" ]
	cp seen "$WORK.owed"
	work 0 "$(other c)" --prepare false
	[ ! -e "$WORK.owed" ]
	# Nobody knows of the result any more.
	cp seen "$WORK.owed"
	rm outbox/*
	work 0 "$(other d)"
	[ "$(field .cost)" = 5.04 ]
}

@test "owed: a result that could not be kept or printed is owed" {
	mkdir -m 700 outbox
	does "{\"run\": \"rm -r $BATS_TEST_TMPDIR/outbox\"}"
	work 1 "$(task)" --sandbox off --outbox "$BATS_TEST_TMPDIR/outbox"
	[ -z "$(field .cost)" ]
	[ "$(owes)" = 0.04 ]
	does
	work 0 "$(task)" --sandbox off
	[ "$(field .cost)" = 0.08 ]
	[ ! -e "$WORK.owed" ]
}

# counts TASK [OPTION...]: its result counts the five dollars of a call
# that was stopped, under a name of its own.
counts() {
	stopped TERM "$(task)"
	work 0 "$@"
	[ "$(field '.cost, (.call | type)')" = $'5\nstring' ]
	field .call >>names
	[[ $stderr == *"its cost includes \$5.00 that earlier calls, which have no result, may have cost"* ]]
	[ ! -e "$WORK.owed" ]
}

@test "owed: a result that called no model counts it, too: it may be the last" {
	local note='del(.branch, .base, .head, .identity, .model, .max_cost, .timeout)
		| .action = "note" | .note = {code: "gave-up", text: "x"}'

	mkdir -m 700 outbox
	export OOMPA_OUTBOX=$BATS_TEST_TMPDIR/outbox
	counts "$(other b)" --prepare false
	fails prepare human "the preparation failed with status 1"
	counts "$(other c "$note")"
	counts "$(other d "$note | .note.code = \"budget-item\"")"
	counts "$(other e ".action = \"open-pr\" | .head = \"$(printf '%040d' 1)\"")"
	[ "$(sort -u names | wc -l)" = 4 ]
	# As if it was killed before it could remove it.
	stopped TERM "$(task)"
	cp "$WORK.owed" seen
	work 0 "$(other f "$note")"
	jq -c '.id = "f"' seen >"$WORK.owed"
	work 0 "$(other g "$note")"
	[ "$(field '.cost, .call')" = $'0\nnull' ]
	# An answer to a question has no place for it.
	stopped TERM "$(task)"
	work 0 "$(other h "$note | .note.code = \"status\"")"
	[ "$(field '.cost, .call')" = $'0\nnull' ]
	[ "$(owes)" = 5 ]
}

# refused WHAT: no task is worked on, as what is there tells no amount.
refused() {
	work 3 "$(task)"
	[ "$stderr" = "oompa-work: acme/widgets#7: cannot tell what was paid on it before: '$WORK.owed' $1" ]
	[ "$(jq -r 'select(.type == "error") | .code, .retry' ok.out)" = $'setup\nhuman' ]
	[ "$(claude_calls length)" = 0 ]
	[ -e "$WORK.owed" ] || [ -L "$WORK.owed" ]
}

@test "owed: whatever tells no amount stops the item's tasks" {
	claude_script '[]'
	mkdir "$PLACE/work"
	while read -r text; do
		printf '%b' "$text" >"$WORK.owed"
		refused "holds no amount"
	done <<-'EOT'

		5
		x\n
		[]
		{}
		{"id":null}
		{"cost":null}
		{"cost":"5"}
		{"cost":-1}
		{"cost":1e10}
		{"cost":1e999}
		{"cost":5
		{"cost":5}{"cost":0}
		{"cost":5,"cost":0}
		{"cost":5}\0000
		{"cost":5,"id":"\0377"}
	EOT
	printf '{"cost":5,"id":"%05000d"}' 0 >"$WORK.owed"
	refused "is over 4096 bytes"
	echo '{"cost":5}' >elsewhere
	for make in 'mkdir' 'mkfifo' 'ln -s elsewhere' "ln -s $BATS_TEST_TMPDIR/elsewhere"; do
		rm -rf "$WORK.owed"
		$make "$WORK.owed"
		refused "is no regular file"
	done
	rm "$WORK.owed"
	does
	work 0 "$(task)" --sandbox off
	[ "$(field .cost)" = 0.04 ]
}

@test "owed: the real claude says that it begins before it asks the model" {
	real_claude
	model_start '[{"mute": true}]'
	OOMPA_TEST_TIMEOUT=60 work 0 "$(task '.timeout = 8')" --sandbox off
	[ "$(field '.code, .cost')" = $'timeout\n5' ]
	[ "$(events 'select(.subtype == "init") | .type')" = '"system"' ]
}
