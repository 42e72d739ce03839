# shellcheck disable=SC2016,SC2030,SC2031,SC2153
load helpers
load ../helper/work

# with STATUS [OPTION...]: with our own templates in own/.
with() {
	local want=$1
	shift
	does
	work "$want" "$(task)" --prompts own "$@"
	[ "$want" != 0 ] || cp "$PLACE"/logs/*.prompt prompt
}

@test "template: --print-template prints the one in force, extra.md behind it" {
	ok 0 oompa-work --print-template implement
	same "$TESTS/../lib/prompts/implement.md"
	ok 0 oompa-work --print-template review
	same "$TESTS/../lib/prompts/review.md"
	mkdir own
	printf 'Fix {{number}}.' >own/implement.md
	printf '\nBe {{repo}}.\n\n' >own/extra.md
	ok 0 oompa-work --prompts own --print-template implement
	printf 'Fix {{number}}.\n\n\nBe {{repo}}.\n' | diff - ok.out
	OOMPA_PROMPTS=own ok 0 oompa-work --print-template review
	{
		cat "$TESTS/../lib/prompts/review.md"
		printf '\n\nBe {{repo}}.\n'
	} | diff - ok.out
	ok 2 oompa-work --print-template nothing
	[ "$stderr" = "oompa-work: there is no template 'nothing', only implement and review; see --help" ]
	RECORDS=no ok 1 sh -c 'oompa-work --print-template review >/dev/full'
}

@test "template: one of one's own wins, by name; values are filled in" {
	mkdir own
	printf 'Fix {{number}} of {{repo}} on {{branch}} for {{base}} at {{oid}}: {{url}}\n{{issue}}' >own/implement.md
	with 0
	[ "$(head -n 1 prompt)" = "Fix 7 of acme/widgets on ai/issue-7 for main at $BASE: https://github.com/acme/widgets/issues/7" ]
	grep -qx 'It says 1, it should say 2.' prompt
	[ "$(grep -c . prompt)" = 7 ]
	[ "$(claude_calls length)" = 1 ] || [ "$(field .outcome)" = changed ]
	printf 'Be {{repo}}.' >own/extra.md
	rm own/implement.md
	with 0 --outbox ''
	[ "$(tail -n 1 prompt)" = 'Be acme/widgets.' ]
	grep -q '^# Your answer' prompt
}

# refused LINE: so before anything is made or paid.
refused() {
	with 3
	[ "$stderr" = "oompa-work: --prompts: $1" ]
	[ ! -e "$PLACE/logs" ]
	[ -z "$output" ]
}

@test "template: what cannot be used is told before the first task" {
	refused "cannot open 'own': No such file or directory"
	touch own
	refused "cannot use 'own': it is no directory"
	rm own
	mkdir own
	printf 'Fix {{nonesuch}}' >own/implement.md
	refused "template 'implement': prompt: no value for '{{nonesuch}}'"
	printf 'Fix {{texts}}' >own/implement.md
	refused "template 'implement': prompt: no value for '{{texts}}'"
	printf 'Fix {{repo' >own/implement.md
	refused "template 'implement': prompt: '{{repo' is not closed"
	printf ' \n/clear' >own/implement.md
	refused "template 'implement': prompt: it begins with a slash"
	printf ' \n' >own/implement.md
	refused "'$PWD/own/implement.md' is empty"
	printf 'a\xff' >own/implement.md
	refused "'$PWD/own/implement.md' is not UTF-8"
	head -c 65537 /dev/zero | tr '\0' a >own/implement.md
	refused "'$PWD/own/implement.md' is over 65536 bytes"
	rm own/implement.md
	printf '{{x}}' >own/extra.md
	refused "template 'implement': prompt: no value for '{{x}}'"
}

@test "template: -n prints for people what Claude would be given, and does nothing" {
	does
	ok 0 oompa-work -n --outbox "$BATS_TEST_TMPDIR/outbox" --prepare 'make deps' - < <(
		task
		task '.hold = true'
		task '.action = "open-pr" | .head = .base.oid'
		end 3
	)
	[ "$(sed -n 1,2p ok.out)" = $'acme/widgets#7 implement\nlimits: $5.00, 60 s, silent for at most 1200 s' ]
	grep -qx 'before it: make deps' ok.out
	grep -qx "directory: $WORK/tree" ok.out
	grep -qE '^environment: .*\bANTHROPIC_API_KEY\b' ok.out
	grep -q -- '--max-budget-usd 5.000000' ok.out
	lacks -qF "$ANTHROPIC_API_KEY" ok.out
	grep -qx 'It says 1, it should say 2.' ok.out
	grep -qx 'Use tabs.' ok.out
	grep -qx 'on hold: not worked on' ok.out
	grep -qx 'needs no model' ok.out
	lacks -q '^{"type"' ok.out
	[ -z "$stderr" ]
	[ "$(ls -A "$PLACE")" = mirror.git ]
	[ ! -e outbox ]
	[ "$(claude_calls length)" = 0 ]
}

@test "template: -n in a pipe that closes, to a full disk, without a mirror" {
	does
	{
		task
		end
	} >tasks
	oompa-work -n tasks | head -n 1 >one
	[ "$(cat one)" = 'acme/widgets#7 implement' ]
	RECORDS=no ok 1 sh -c 'oompa-work -n tasks >/dev/full'
	[[ $stderr == *'cannot write <stdout>: No space left on device'* ]]
	rm -rf "$PLACE/mirror.git"
	ok 1 oompa-work -n tasks
	[[ $stderr == *'no mirror of acme/widgets: run oompa-fetch first'* ]]
	[ -z "$output" ]
}
