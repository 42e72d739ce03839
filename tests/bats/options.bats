# shellcheck disable=SC2154 # ok sets stderr
# shellcheck disable=SC2016,SC2028,SC2030,SC2031,SC2094 # each test is a subshell
load helpers
load ../helper/records

COMMANDS="oompa-fetch oompa-plan oompa-triage oompa-work oompa-push oompa-token"

# usage COMMAND... -- MESSAGE: a usage error of one line, and nothing else.
usage() {
	local args=()

	while [ "$1" != -- ]; do
		args+=("$1")
		shift
	done
	ok 2 "${args[@]}" </dev/null || return
	[ "$output" = "" ] || return
	[ "$stderr" = "$2" ]
}

@test "options: 49 an unknown option is one line and status 2" {
	local c

	for c in $COMMANDS; do
		usage "$c" --frobnicate -- "$c: no option --frobnicate; see --help"
		usage "$c" -x -- "$c: no option -x; see --help"
		usage "$c" --frobnicate=1 -- "$c: no option --frobnicate=1; see --help"
	done
	usage oompa-plan --max -- "oompa-plan: no option --max; see --help"
	usage oompa-plan --only-assigned=no -- \
		"oompa-plan: no option --only-assigned=no; see --help"
}

@test "options: 48 a hostile option is one line, too" {
	usage oompa-plan $'--a\e[31m\nb\xff' -- \
		'oompa-plan: no option --a\x1b[31m\nb\xff; see --help'
	usage oompa-plan $'-\xc3\xa9' -- 'oompa-plan: no option -\xc3; see --help'
	ok 2 oompa-plan "--$(printf 'x%.0s' $(seq 5000))"
	[ "$(wc -l <ok.err)" -eq 1 ]
}

@test "options: a missing value is one line and status 2" {
	usage oompa-plan --label -- "oompa-plan: --label wants a value; see --help"
	usage oompa-fetch -R -- "oompa-fetch: -R wants a value; see --help"
	usage oompa-fetch --repo -- "oompa-fetch: --repo wants a value; see --help"
}

# wants FLAG VARIABLE WHAT VALUE...: oompa-plan refuses each value by flag and
# by variable, and says which it was.
wants() {
	local flag=$1 variable=$2 what=$3 value
	shift 3
	for value; do
		usage oompa-plan "$flag" "$value" -- \
			"oompa-plan: $flag wants $what, not '$value'; see --help" || return
		[ -n "$value" ] || continue
		usage env "$variable=$value" oompa-plan -- \
			"oompa-plan: $variable wants $what, not '$value'; see --help" || return
	done
}

@test "options: a bad value of each kind is refused, by flag and by variable" {
	wants --max-tasks OOMPA_MAX_TASKS 'a whole number' \
		'' x -1 1.5 1e3 ' 1' '1 ' +1 0x10 99999999999999999999 1000000000001
	wants --task-timeout OOMPA_TASK_TIMEOUT 'a time such as 30s, 2m or 4h' \
		'' x -1m 1.5h m 5x 1h30 0s5 36501d 9999999999 \
		"$(printf '999999999d%.0s' $(seq 60))"
	wants --task-timeout OOMPA_TASK_TIMEOUT 'a time from 1s to 7d' 0 7d1s
	wants --model OOMPA_MODEL 'a name' -x
	wants --git-author-name GIT_AUTHOR_NAME 'what git takes in a commit' 'x <y>' ' .'
	wants --git-author-email GIT_AUTHOR_EMAIL 'what git takes in a commit' '<a@b.c>'
	usage oompa-plan --max-task-cost 20.01 -- \
		"oompa-plan: --max-task-cost is more than --max-pr-cost: there would be no task; see --help"
	wants --max-task-cost OOMPA_MAX_TASK_COST 'an amount of dollars' \
		'' x -1 1e3 . 1.2.3 '$5' nan inf 0x10 1000000.1 5,0 0.0000001
	wants --now OOMPA_NOW 'now, or a time such as 2026-11-23T15:04:05Z' \
		'' Now 2026-11-23 2026-11-23T15:04:05 2026-11-23T15:04:05+00:00 \
		'2026-11-23 15:04:05Z' 2026-02-29T00:00:00Z 2026-13-01T00:00:00Z \
		2026-00-01T00:00:00Z 2026-04-31T00:00:00Z 2026-01-01T24:00:00Z \
		2026-01-01T00:60:00Z 2026-01-01T00:00:61Z 2026-01-01T00:00:00.Z \
		2026-01-01T00:00:00Zx 1899-01-01T00:00:00Z
	wants --since OOMPA_SINCE 'now, or a time such as 2026-11-23T15:04:05Z' '' yesterday 5m
	wants --only OOMPA_ONLY 'numbers such as 57,812' \
		x 0 -1 1.5 '#57' 57,x 57-60 57,0 1000000000001
	wants --again OOMPA_AGAIN 'numbers such as 57,812' all
	wants --watch-prs OOMPA_WATCH_PRS 'numbers such as 57,812' all
	wants --max-review-rounds OOMPA_MAX_REVIEW_ROUNDS '1 or more' 0
	wants --log-level OOMPA_LOG_LEVEL 'debug, info, warn or error' '' loud WARN
	wants --log-format OOMPA_LOG_FORMAT 'text or logfmt' '' json
	for value in '' none unknown bot self Write all '*'; do
		usage oompa-plan --trust "$value" -- \
			"oompa-plan: --trust wants admin, maintain, write, triage, read or any, not '$value'; see --help"
	done
	usage env OOMPA_TRUST=nobody oompa-plan -- \
		"oompa-plan: OOMPA_TRUST wants admin, maintain, write, triage, read or any, not 'nobody'; see --help"
}

@test "options: a bad repository, switch or flag is refused" {
	local value

	for value in '' a a/ /b a/b/c ../x ./.. -a/b 'a/b c' https://github.com/a/b a/.. "a/b'"; do
		usage oompa-fetch -R "$value" -- \
			"oompa-fetch: --repo wants owner/repo, not '$value'; see --help"
	done
	usage env OOMPA_REPO=nonsense oompa-fetch -- \
		"oompa-fetch: OOMPA_REPO wants owner/repo, not 'nonsense'; see --help"
	usage oompa-work --sandbox yes -- \
		"oompa-work: --sandbox wants on or off, not 'yes'; see --help"
	usage env OOMPA_ONLY_ASSIGNED=yes oompa-plan -- \
		"oompa-plan: OOMPA_ONLY_ASSIGNED wants true or false, not 'yes'; see --help"
	for value in '' ',' reviews,pigs none,ci Reviews all; do
		usage oompa-plan --reactions "$value" -- \
			"oompa-plan: --reactions wants reviews, ci, conflicts and rebase, or none, not '$value'; see --help"
	done
	usage env OOMPA_REACTIONS=pigs oompa-plan -- \
		"oompa-plan: OOMPA_REACTIONS wants reviews, ci, conflicts and rebase, or none, not 'pigs'; see --help"
	usage oompa-plan --reviewers 'maya,*' -- "oompa-plan: --reviewers wants logins, not 'maya,*'; see --help"
	usage oompa-plan --trusted 'maya,*' -- "oompa-plan: --trusted wants logins, not 'maya,*'; see --help"
	usage env OOMPA_TRUSTED='maya,*' oompa-plan -- "oompa-plan: OOMPA_TRUSTED wants logins, not 'maya,*'; see --help"
}

# policy_of JQFILTER COMMAND...: what the end record of oompa-plan says.
policy_of() {
	local filter=$1
	shift
	ok 0 "$@" <<<"$(end_record 0)"
	tail -n 1 ok.out | jq -c ".policy | $filter"
}

@test "options: a flag wins over its variable, and a variable over the default" {
	local filter='[.label, .max_tasks, .max_task_cost, .only_assigned]'

	[ "$(policy_of "$filter" oompa-plan | tail -n 1)" = '["good-for-ai",1,5,false]' ]
	export OOMPA_LABEL=a OOMPA_MAX_TASKS=7 OOMPA_MAX_TASK_COST=0.25 OOMPA_ONLY_ASSIGNED=1
	[ "$(policy_of "$filter" oompa-plan | tail -n 1)" = '["a",7,0.25,true]' ]
	[ "$(policy_of "$filter" oompa-plan --label b --max-tasks=8 --max-task-cost 3 | tail -n 1)" = \
		'["b",8,3,true]' ]
	[ "$(policy_of "$filter" oompa-plan --label b --label c | tail -n 1)" = '["c",7,0.25,true]' ]
	export OOMPA_LABEL='' OOMPA_MAX_TASKS='' OOMPA_MAX_TASK_COST='' OOMPA_ONLY_ASSIGNED=''
	[ "$(policy_of "$filter" oompa-plan | tail -n 1)" = '["good-for-ai",1,5,false]' ]
	export OOMPA_ONLY_ASSIGNED=false OOMPA_MAX_WORKERS=4
	[ "$(policy_of "$filter" oompa-plan | tail -n 1)" = '["good-for-ai",4,5,false]' ]
	[ "$(policy_of "$filter" oompa-plan --max-workers 6 --max-tasks 2 | tail -n 1)" = \
		'["good-for-ai",2,5,false]' ]
}

@test "options: values of each kind are understood" {
	local time

	for time in 0=0 90=90 90s=90 45m=2700 1h30m=5400 2d=172800 0h5m=300 36500d=3153600000; do
		[ "$(policy_of .settle oompa-plan --settle "${time%=*}" | tail -n 1)" = "${time#*=}" ]
	done
	snapshot 1 >in
	for time in 1s=1 7d=604800; do
		ok 0 oompa-plan --now "$NOW" --task-timeout "${time%=*}" in
		[ "$(jq 'select(.type == "task") | .timeout' ok.out)" = "${time#*=}" ]
	done
	[ "$(policy_of .now oompa-plan --now 2024-02-29T23:59:59.123Z | tail -n 1)" = '"2024-02-29T23:59:59Z"' ]
	[ "$(policy_of .now oompa-plan --now 9999-12-31T23:59:59Z | tail -n 1)" = '"9999-12-31T23:59:59Z"' ]
	[[ "$(policy_of .now oompa-plan --now now | tail -n 1)" =~ ^\"20[0-9-]+T[0-9:]+Z\"$ ]]
	for numbers in 57 57,812 ' 57, 812 ' ',57,'; do
		ok 0 oompa-plan --only "$numbers" <<<"$(end_record 0)"
		OOMPA_WATCH_PRS=$numbers ok 0 oompa-plan <<<"$(end_record 0)"
	done
	[ "$(policy_of .trusted oompa-plan --trusted 'a, b[bot]' | tail -n 1)" = '"a, b[bot]"' ]
	for reactions in none 'reviews, ci' 'conflicts,rebase,ci,reviews'; do
		[ "$(policy_of .reactions oompa-plan --reactions "$reactions" | tail -n 1)" = "\"$reactions\"" ]
	done
	[ "$(OOMPA_REACTIONS='' policy_of .reactions oompa-plan | tail -n 1)" = '"reviews,ci,conflicts,rebase"' ]
}

@test "options: each option of the table is in the help of each command that takes it" {
	local c

	for c in $COMMANDS; do
		ok 0 "$c" --help
		mv ok.out "$c.help"
	done
	python3 - "$TESTS/../lib/options.def" "$COMMANDS" <<-'EOF'
		import re, sys
		text = re.sub(r'/\*.*?\*/', '', open(sys.argv[1]).read(), flags=re.S)
		sets = {'IN_STAGES': 'FETCH PLAN TRIAGE WORK PUSH'.split(),
		        'IN_ALL': 'OOMPA FETCH PLAN TRIAGE WORK PUSH TOKEN'.split()}
		want = {c: [] for c in sys.argv[2].split()}
		for line in text.splitlines():
		    m = re.match(r'OPTION\((\w+), "([^"]*)", ([^,]+), "([^"]*)", (\w+), "([^"]*)", "([^"]*)", ([^,]+), "(.*)"\)$', line)
		    if not m:
		        assert not line.strip(), line
		        continue
		    _, name, letter, _, _, arg, standard, commands, help = m.groups()
		    left = (f'-{letter[1]}, ' if letter != '0' else '    ') + f'--{name} {arg}'.rstrip()
		    row = f'{left} {help}' + (f' (default: {standard})' if standard else '')
		    takers = [t for c in commands.split('|') for t in sets.get(c.strip(), [c.strip()[3:]])]
		    for c in want:
		        if c.split('-')[1].upper() in takers:
		            want[c].append(row)
		wrong = sum(map(len, want.values())) < 50
		for c, rows in want.items():
		    # An option begins a line; what is too long for it goes on below.
		    text = open(c + '.help').read().split('\n\n')[3]
		    found = re.split(r'\n(?=  (?:-., |    )--)', '\n' + text)[1:]
		    squeeze = lambda options: [' '.join(o.split()) for o in options]
		    found, rows = squeeze(found), squeeze(rows)
		    if found != rows:
		        print(c, set(found) ^ set(rows))
		        wrong = True
		sys.exit(wrong != 0)
	EOF
}

@test "options: 49 help begins with an example and fits a screen" {
	local c

	for c in $COMMANDS; do
		ok 0 "$c" --help
		[[ $(sed -n 1p ok.out) == "$c: "* ]]
		[[ $(sed -n 3p ok.out) == '  $ '*"$c"* ]]
		[[ $(sed -n 5p ok.out) == "usage: $c "* ]]
		[ "$(wc -l <ok.out)" -le 60 ]
		[ "$(wc -L <ok.out)" -le 80 ]
		if grep -q '[[:blank:]]$' ok.out; then return 1; fi
	done
}

@test "options: 49 help and version need nothing and come before any mistake" {
	local c flag bin

	for c in $COMMANDS; do
		bin=$(command -v "$c")
		for flag in --help -h; do
			ok 0 env -i OOMPA_MAX_TASKS=x OOMPA_LOG_LEVEL=x GH_TOKEN=x "$bin" --frobnicate "$flag"
			[[ $output == "$c: "* && $stderr == "" ]]
		done
		for flag in --version -V; do
			ok 0 env -i OOMPA_MAX_TASKS=x OOMPA_LOG_LEVEL=x GH_TOKEN=x "$bin" --frobnicate "$flag" "$flag"
			[[ $output =~ ^$c\ [0-9]+(\.[0-9]+)+$ && $stderr == "" ]]
		done
	done
}

@test "options: help and version on a full disk are status 1" {
	local c flag

	for c in $COMMANDS; do
		for flag in --help --version; do
			ok 1 sh -c "exec $c $flag >/dev/full"
			[ "$stderr" = "$c: cannot write <stdout>: No space left on device" ]
			ok 1 sh -c "exec $c $flag >&-"
			[ "$stderr" = "$c: cannot write <stdout>: Bad file descriptor" ]
		done
	done
	ok 1 sh -c 'exec oompa-plan --schema >/dev/full'
	[ "$stderr" = "oompa-plan: cannot write <stdout>: No space left on device" ]
}

@test "options: what follows -- is no option" {
	echo '{"type":"a","v":1}' >--help
	ok 0 oompa-triage -- --help
	[ "$(sed -n 1p ok.out)" = '{"type":"a","v":1}' ]
	ok 2 oompa-fetch -R acme/widgets -- --help
	[ "$stderr" = "oompa-fetch: '--help' is no number of an issue or pull request; see --help" ]
}

@test "options: oompa-fetch wants a repository" {
	usage oompa-fetch -- "oompa-fetch: which repository? give -R owner/repo; see --help"
}

@test "options: the driver takes each option as the stages do" {
	local option

	export OOMPA_REPO=acme/widgets OOMPA_STATE_DIR=$PWD/state
	for name in fetch plan; do
		fake oompa-$name <<-EOF
			cat >/dev/null
			env | sort >$PWD/$name.env
			echo '{"type":"repo","v":1}'
		EOF
	done
	RECORDS=no ok 0 oompa --dry-run --only 57,812 --again=57 --watch-prs 9 --since 2026-11-23T15:04:05Z \
		--fork me/widgets --aka old --hold-label stop --allow-auto-merge
	for option in OOMPA_ONLY=57,812 OOMPA_AGAIN=57 OOMPA_WATCH_PRS=9 \
		OOMPA_SINCE=2026-11-23T15:04:05Z OOMPA_FORK=me/widgets OOMPA_AKA=old \
		OOMPA_HOLD_LABEL=stop OOMPA_ALLOW_AUTO_MERGE=1; do
		grep -qx "$option" plan.env
	done
	ok 2 oompa --only
	[ "$stderr" = "oompa: --only wants a value; see --help" ]
	ok 2 oompa --allow-auto-merge=no
	[ "$stderr" = "oompa: no option --allow-auto-merge=no; see --help" ]
}

@test "options: lists of numbers are in help, manual and completions as others are" {
	local gen

	gen=$(dirname "$(command -v oompa-fetch)")/../gen/options
	[ -x "$gen" ] || skip "not the build's own programs"
	for c in oompa oompa-plan; do
		ok 0 $c --help
		grep -qx '      --only number,...  *look at these only' ok.out
	done
	echo '.\" @options oompa-plan' | "$gen" man >page
	grep -A3 -Fx '.It Fl \-only Ar number,...' page | paste -sd ' ' |
		grep -Fx '.It Fl \-only Ar number,... look at these only. Variable: .Ev OOMPA_ONLY .'
	"$gen" complete >complete
	grep -q -- ' --only --again --since .* oompa-plan$' complete
	grep -q -- " --hold --no-replay .* why show outbox ls push drop ' oompa\$" complete
}

@test "options: --schema is one JSON Schema with the types of the command" {
	local c

	for c in $COMMANDS; do
		[ "$c" != oompa-token ] || continue
		ok 0 env -u HOME "$c" --schema
		[ "$stderr" = "" ]
		jq -e '(.anyOf | length) > 2 and ."$defs".end and ."$defs".error' ok.out
	done
}

@test "options: --log-format logfmt writes pairs, one line each" {
	ok 1 oompa-triage --log-format logfmt $'no "such"\nfile='
	[[ $stderr =~ ^time=20[0-9-]+T[0-9:]+Z\ level=error\ program=oompa-triage\ item=\"no\ \\\"such\\\"\\nfile=\"\ msg=\"cannot\ open:\ No\ such\ file\ or\ directory\"$ ]]
	ok 0 oompa-plan --log-level error /dev/null
	[ "$stderr" = "" ]
}
