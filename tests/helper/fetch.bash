# shellcheck shell=bash disable=SC2034,SC2154
# shellcheck disable=SC2016
# oompa-fetch against the simulated GitHub, for the suites that test it.

export GH_TOKEN

OURS='<!-- oompa:pull acme/widgets#1:implement:2026-01-01T00:00:00Z -->'

# sim [JQFILTER]: the simulated GitHub with the demo, changed by a filter; its
# repository is $r there.
sim() {
	jq --arg ours "$OURS" '.repositories[0] as $r | '"${1:-.}" "$TESTS/github/scenarios/demo.json" >scenario.json
	sim_start scenario.json
	GH_TOKEN=$TOKEN
	export OOMPA_CLONE_DIR=$BATS_TEST_TMPDIR/clones
}

# fetch STATUS [OPTION...]: oompa-fetch of the demo.
fetch() {
	local want=$1
	shift
	ok "$want" oompa-fetch -R acme/widgets "$@"
}

# issue N JQFILTER: of the record of an issue.
issue() {
	jq -c --argjson n "$1" 'select(.type == "issue" and .number == $n) | '"$2" ok.out
}

# planned: what oompa-plan makes of it.
planned() {
	mv ok.out snapshot
	ok 0 oompa-plan snapshot
}

types() {
	jq -r .type ok.out | paste -sd ' '
}

# requests: how many API and git requests were made so far.
requests() {
	journal '[.[] | select(.method)] | [map(select(.git | not)), map(select(.git))] | map(length)'
}

# pull N JQFILTER: of the record of a pull request.
pull() {
	jq -c --argjson n "$1" 'select(.type == "pr" and .number == $n) | '"$2" ok.out
}

# asked OPERATION: how often that was asked so far.
asked() {
	journal '[.[] | select(.operation.name == "'"$1"'")] | length'
}

# ours [JQFILTER]: the demo with a pull request of ours, #2 from ai/issue-1,
# as $p, changed by a filter.
ours() {
	sim '.repositories[0].commits += [{branch: "ai/issue-1", message: "Count all", files: {"count": "3"}}]
		| .repositories[0].pulls = [{number: 2, head: "ai/issue-1", title: "Count", author: "demo-bot",
			body: ("Fixes #1\n\n" + $ours)}]
		| .repositories[0].pulls[0] as $p | '"${1:-.}"
}
