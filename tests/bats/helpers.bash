# shellcheck shell=bash disable=SC2034
# What every suite loads.  A test starts in an empty directory of its own,
# BATS_TEST_TMPDIR, and every process that it starts ends with it.  A suite with
# a setup of its own calls isolate first.
bats_require_minimum_version 1.8.0

# Before a suite is read: what $'\u200b' stands for depends on it.
export LC_ALL=C.UTF-8

TESTS=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)

setup() {
	isolate
}

teardown() {
	local status=0

	cd "$BATS_TEST_TMPDIR" || return
	sim_stop || status=1
	clean_up
	return $status
}

# A test sees nothing of the machine it runs on: its own HOME and TMPDIR, a
# fixed zone, locale and shell, no token, no git configuration, no proxy.  OOMPA_TEST_*
# is for the tests themselves.
isolate() {
	local name

	for name in "${!OOMPA_@}"; do
		[[ $name == OOMPA_TEST_* ]] || unset "$name"
	done
	unset "${!GITHUB_@}" "${!GH_@}" "${!GIT_@}" \
		"${!ANTHROPIC_@}" "${!CLAUDE_@}" "${!CLOUD_ML_@}" "${!XDG_@}" \
		GOOGLE_APPLICATION_CREDENTIALS SSH_AUTH_SOCK IS_SANDBOX \
		http_proxy https_proxy all_proxy no_proxy \
		HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
	export HOME=$BATS_TEST_TMPDIR/home TMPDIR=$BATS_TEST_TMPDIR/tmp
	export TZ=UTC SHELL=/bin/sh
	export GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=$BATS_TEST_TMPDIR
	export PATH=$BATS_TEST_TMPDIR/fake:$PATH
	mkdir -p "$HOME" "$TMPDIR" "$BATS_TEST_TMPDIR/fake"
	cd "$BATS_TEST_TMPDIR" || return
}

# Commands.

# ok STATUS COMMAND...: run it under a time limit (OOMPA_TEST_TIMEOUT, 60
# seconds), show everything it said if the test fails, and insist on its exit
# status.  Sets output, stderr and status; ok.out and ok.err have the bytes.
# What an oompa-* command wrote is checked against its schema when the suite
# ends; RECORDS=no before it prevents that.
ok() {
	local want=$1
	shift
	status=0
	timeout -k 5 "$(time_limit)" "$@" >"$BATS_TEST_TMPDIR/ok.out" \
		2>"$BATS_TEST_TMPDIR/ok.err" 3>&- || status=$?
	output=$(tr -d '\0' <"$BATS_TEST_TMPDIR/ok.out")
	stderr=$(tr -d '\0' <"$BATS_TEST_TMPDIR/ok.err")
	printf '$ %s\n[status %s, want %s]\n%s\n-- stderr --\n%s\n' \
		"$*" "$status" "$want" "$output" "$stderr"
	[ "${RECORDS:-}" = no ] || keep_records "$1"
	[ "$status" -eq "$want" ]
}

# Sanitizers and valgrind make programs slower: OOMPA_TEST_SLOW says how much.
time_limit() {
	echo "$((${OOMPA_TEST_TIMEOUT:-60} * ${OOMPA_TEST_SLOW:-1}))"
}

# wait_for COMMAND...: until it succeeds, under the same limit.
wait_for() {
	local end=$((SECONDS + $(time_limit)))

	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || {
			echo "waited in vain for: $*"
			return 1
		}
		/bin/sleep 0.05
	done
}

# lines FILE N: it has that many, or more.
lines() {
	[ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]
}

# locked FILE: somebody holds its lock.
locked() {
	! flock -n "$1" true
}

# same FILE: stdout of the last ok was exactly this file.
same() {
	diff -u "$1" "$BATS_TEST_TMPDIR/ok.out"
}

# fake NAME <script: a command of that name on PATH.  It logs its arguments,
# one per line, to NAME.args before it runs the script.
fake() {
	{
		printf '#!/bin/sh\nprintf "%%s\\n" "$@" >>"%s.args"\n' \
			"$BATS_TEST_TMPDIR/$1"
		cat
	} >"$BATS_TEST_TMPDIR/fake/$1"
	chmod +x "$BATS_TEST_TMPDIR/fake/$1"
}

# fake_git <script: the same for git, which runs after the script.
fake_git() {
	{
		cat
		printf 'PATH=%s exec git "$@"\n' "${PATH#*:}"
	} | fake git
}

# keep_records COMMAND: keep the last stdout for the end of the suite, if it
# came from an oompa command and is records.
keep_records() {
	local dir=$BATS_SUITE_TMPDIR/records

	[[ ${1##*/} == oompa-* && $output == '{"type":'* ]] || return 0
	mkdir -p "$dir/${1##*/}"
	cat "$BATS_TEST_TMPDIR/ok.out" \
		>>"$dir/${1##*/}/$BATS_SUITE_TEST_NUMBER.jsonl"
}

# Servers.

# start NAME COMMAND...: run a server until the test ends; it is ready when its
# first line is in NAME.ready.
start() {
	local name=$1
	shift
	rm -f "$name.ready"
	"$@" >"$name.ready" 2>"$name.err" </dev/null 3>&- &
	printf '%s\n' "$!" >"$name.pid"
	wait_for sh -c "[ -s '$name.ready' ] || ! kill -0 $!"
	[ ! -s "$name.ready" ] || return 0
	printf '%s did not start:\n' "$name"
	cat "$name.err"
	return 1
}

# stop NAME: end it now.
stop() {
	local pid

	pid=$(cat "$1.pid" 2>/dev/null) || return 0
	rm -f "$1.pid"
	kill "$pid" 2>/dev/null || :
	wait "$pid" 2>/dev/null || :
}

# Tokens of the demo's account; with the second it may only read.
TOKEN=ghp_demo_write_token_0000000000000000000
READ_TOKEN=ghp_demo_read_token_00000000000000000000

# sim_start [SCENARIO]: a simulated GitHub; its repositories are below sim/.  It
# is one of those that a host has, and lives as long as the request for it.
sim_start() {
	local hosts
	read -ra hosts <<<"$OOMPA_TEST_HOSTS"
	HOST=${hosts[BATS_SUITE_TEST_NUMBER % ${#hosts[@]}]}
	start sim curl -sSN --fail-with-body "$HOST" --data-binary "$(jq -nc '$ARGS.named' \
		--arg scenario "$(realpath "${1:-$TESTS/github/scenarios/demo.json}")" \
		--arg root "$PWD/sim" --arg journal "$PWD/sim.journal")"
	SIM=$(jq -er .url sim.ready) || {
		cat sim.ready
		return 1
	}
	export SIM GITHUB_SERVER_URL=$SIM
	export GITHUB_API_URL=$SIM/api/v3 GITHUB_GRAPHQL_URL=$SIM/api/graphql
}

# sim_stop: end it.  It fails when the simulation complained of what must not
# happen, such as a token in a place where others may see it.
sim_stop() {
	local complaints

	[ -e sim.pid ] || return 0
	complaints=$(journal '.[] | select(.complaint)') || complaints='no journal'
	curl -sSf -X DELETE "$HOST/${SIM##*:}"
	stop sim
	printf '%s' "$complaints"
	[ -z "$complaints" ]
}

# sim_call METHOD PATH [BODY]
sim_call() {
	curl -fsS -X "$1" -H 'content-type: application/json' \
		${3+--data-binary "$3"} "$SIM/_sim/$2"
}

# sim_do JSON: something that a person does on GitHub.
sim_do() {
	sim_call POST "do" "$1"
}

# sim_fault JSON: what goes wrong from now on; sim_no_faults ends it.
sim_fault() {
	sim_call POST fault "$1"
}

sim_no_faults() {
	sim_call DELETE fault
}

# sim_state OWNER/REPO: what is on the simulated GitHub, as JSON.
sim_state() {
	sim_call GET "state?repo=$1"
}

# state_in: the state of a status comment that is read.
state_in() {
	sed -n '1s/^<!-- oompa-state \(.*\) -->$/\1/p'
}

# journal JQFILTER: the requests that were made, as one array, through jq.
journal() {
	sim_call GET journal | jq -c "$1"
}

# writes: how many of them write.
writes() {
	journal 'map(select(.write)) | length'
}

# Claude.

# claude_script JSON: claude on PATH is the scripted one, with this script; its
# calls so far are forgotten.
claude_script() {
	cp "$TESTS/claude/claude" "$BATS_TEST_TMPDIR/fake/claude"
	rm -f "$BATS_TEST_TMPDIR"/fake/claude.c*
	printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/fake/claude.script.json"
}

# claude_calls JQFILTER: the calls of the scripted claude, as one array.
claude_calls() {
	touch "$BATS_TEST_TMPDIR/fake/claude.calls"
	jq -cs "$1" "$BATS_TEST_TMPDIR/fake/claude.calls"
}

# model_start JSON: a model API that answers by this script; model.log has the
# requests.
model_start() {
	printf '%s\n' "$1" >model.json
	start model node "$TESTS/claude/model.mjs" --script model.json \
		--log model.log --max-seconds 300
	MODEL=$(jq -r .url model.ready)
	export MODEL ANTHROPIC_BASE_URL=$MODEL ANTHROPIC_API_KEY=test-key
}

# real_claude: claude on PATH is the real one.
real_claude() {
	local cli=$TESTS/node_modules/.bin/claude

	[ -x "$cli" ] || skip "the real claude is not installed: npm ci --prefix tests"
	ln -sf "$cli" "$BATS_TEST_TMPDIR/fake/claude"
}

# The end of a test.

# clean_up: end every process that the test has left behind.
clean_up() {
	local pids tries

	for ((tries = 0; tries < 5; tries++)); do
		pids=$(left_behind)
		[ -n "$pids" ] || return 0
		# shellcheck disable=SC2086 # a list of numbers
		kill -KILL $pids 2>/dev/null || :
		sleep 0.05
	done
}

# The processes that have to do with this test, this shell and those above it
# left out.
left_behind() {
	local pid spared pids

	spared=" $(ancestors "$BASHPID") "
	pids=$(processes_of_test)
	for pid in $pids $(jobs -p); do
		[[ $spared == *" $pid "* ]] || [ ! -e "/proc/$pid/exe" ] || echo "$pid"
	done
}

# Environment, arguments or working directory name the test's directory.
processes_of_test() {
	{
		grep -lsF -e "$BATS_TEST_TMPDIR/" /proc/[0-9]*/environ /proc/[0-9]*/cmdline
		find /proc -maxdepth 2 -name cwd \( -lname "$BATS_TEST_TMPDIR" \
			-o -lname "$BATS_TEST_TMPDIR/*" \) 2>/dev/null
	} | cut -d / -f 3 | sort -u
}

# ancestors PID: it and those above it, on one line.
ancestors() {
	local pid=$1

	while [ "${pid:-0}" -gt 1 ]; do
		printf '%s ' "$pid"
		pid=$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status")
	done
}
