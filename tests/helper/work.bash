# shellcheck shell=bash disable=SC2034,SC2154
# shellcheck disable=SC2016 # in single quotes: for claude's shell
# oompa-work on a task for issue 7, for the suites that test it.

# A mirror as oompa-fetch makes it, and the options that every call has.
setup() {
	isolate
	export OOMPA_CLONE_DIR=$BATS_TEST_TMPDIR/clones OOMPA_OUTBOX=
	export ANTHROPIC_API_KEY=sk-test-0123456789abcdef
	PLACE=$OOMPA_CLONE_DIR/acme/widgets
	WORK=$PLACE/work/issue-7
	make_mirror
}

make_mirror() {
	local git="git -c user.name=Dev -c user.email=dev@example.com"

	git init -q -b main source
	(
		cd source || exit
		printf 'int count = 1;\n' >widget.c
		printf '*.o\n' >.gitignore
		printf '#!/bin/sh\nexit 0\n' >run.sh
		printf 'Use tabs.\n' >CLAUDE.md
		printf 'old\n' >old.txt
		git add -A
		$git commit -q -m base
	)
	(umask 077 && mkdir -p "$PLACE")
	git clone -q --bare source "$PLACE/mirror.git"
	BASE=$(git -C source rev-parse HEAD)
}

# task [JQFILTER]: a task for issue 7, changed by the filter.
task() {
	jq -nc --arg base "$BASE" '{
		type: "task", v: 1, repo: "acme/widgets", number: 7,
		id: "acme/widgets#7:implement:2026-11-20T10:00:00Z",
		action: "implement", reason: "label good-for-ai",
		trigger: {label: "good-for-ai", at: "2026-11-20T10:00:00Z",
			actor: {login: "maya", type: "User", trust: "admin"}},
		branch: "ai/issue-7", base: {ref: "main", oid: $base}, head: null,
		issue: {id: "I_7", url: "https://github.com/acme/widgets/issues/7",
			title: "widget count is off by one",
			body: "It says 1, it should say 2.",
			author: {login: "maya", type: "User", trust: "admin"},
			comments: [{id: "C_1", database_id: "1", url: "https://github.com/c/1",
				author: {login: "li", type: "User", trust: "write"},
				body: "See widget.c.", created_at: "2026-11-20T11:00:00Z",
				edited_at: null, editor: null, ours: false, minimized: false}],
			dropped: 2},
		identity: {name: "demo-bot", email: "bot@example.com",
			signed_off_by: "demo-bot <bot@example.com>",
			assisted_by: "Claude Code"},
		model: null, max_cost: 5, timeout: 60, hold: false}' |
		jq -c "${1:-.}"
}

end() {
	printf '{"type":"end","v":1,"from":"oompa-plan","count":%s,"status":"ok"}\n' \
		"${1:-1}"
}

# work STATUS TASK [OPTION...]: runs oompa-work on one task.
work() {
	local want=$1
	{
		printf '%s\n' "$2"
		end
	} >tasks
	shift 2
	ok "$want" oompa-work "$@" tasks
}

# lacks GREP-ARGUMENTS: grep finds nothing.
lacks() {
	if grep "$@"; then return 1; fi
}

# field JQFILTER: of the result.
field() {
	jq -r "select(.type == \"result\") | $1" "$BATS_TEST_TMPDIR/ok.out"
}

# events JQFILTER: of claude, through the log.
events() {
	cat "$PLACE"/logs/*.jsonl | jq -c "$1"
}

# none_left: no process of the task is alive.  The pattern lies in a file: on
# its command line grep would find itself.
none_left() {
	printf '%s/\n' "$OOMPA_CLONE_DIR" >pattern
	lacks -lsF -f pattern /proc/[0-9]*/environ /proc/[0-9]*/cmdline
}

DONE='{"structured": {"status": "done", "summary": "Count from two.", "body": "Was 1, is 2."}}, {"cost": 0.04}'
CHANGE='{"write": {"widget.c": "int count = 2;\n"}}'

# does STEPS: claude does this, changes the file and says that it is done.
does() {
	claude_script "[{\"steps\": [${1:+$1,} $CHANGE, $DONE]}]"
}

# says STEPS: claude does only this.
says() {
	claude_script "[{\"steps\": [$1]}]"
}

# lose_room: there is a room when oompa-work looks whether there is, and none
# for claude.
lose_room() {
	fake bwrap <<-EOT
		case \$* in *" -- /bin/sh -c :") exec $(command -v bwrap) "\$@" ;; esac
		echo 'bwrap: Creating new namespace failed: No space left on device' >&2
		exit 1
	EOT
}

# fetch_result: the commit of the result, in the clone "check".
fetch_result() {
	git clone -q "$PLACE/mirror.git" check
	git -C check bundle verify -q "$PLACE/bundles/$(field .bundle.path)"
	git -C check fetch -q "$PLACE/bundles/$(field .bundle.path)" \
		refs/oompa/result:result
	[ "$(git -C check rev-parse result)" = "$(field .head)" ]
}

# fails CODE RETRY REASON: the last result did.
fails() {
	[ "$(field '.outcome, .code, .retry, .reason, .head, .bundle')" = \
		"$(printf '%s\n' failed "$1" "$2" "$3" null null)" ]
}

# What is told of a call of task() that never said what it cost.
MOST='; it counts with $5.00, the most that it may have cost'

# begin [OPTION...]: work on two issues in the background, until claude is at
# the first.
begin() {
	does '{"spawn": "sleep 606"}, {"run": "touch $TMPDIR/here"}, {"sleep": 2}'
	{
		task
		task '.number = 8 | .id = "b" | .branch = "ai/issue-8"'
		end 2
	} >tasks
	rm -rf "$WORK/tmp"
	# The shell lets its background jobs ignore INT.
	env --default-signal=INT oompa-work "$@" tasks >out 2>err 3>&- &
	PID=$!
	wait_for test -e "$WORK/tmp/here"
}
