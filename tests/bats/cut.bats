# shellcheck disable=SC2016 # in single quotes: for jq
# oompa-push, cut off at every one of its requests, before and after its
# effect: once it has run again, GitHub is as if nothing had happened.

load helpers
load ../helper/push

# As many repositories as there are cuts, all alike.
CASES=40

setup() {
	isolate
	jq --argjson n "$CASES" '.repositories[0] as $one
		| .repositories = [range(0; $n) | $one + {name: "acme/w\(.)"}]' \
		"$TESTS/github/scenarios/demo.json" >scenario.json
	sim_start scenario.json
	export GH_TOKEN=$TOKEN
	mkdir -m 700 clones clones/acme outbox
	git clone -q --mirror "$SIM/acme/w0.git" mirror.git
	BASE=$(git -C mirror.git rev-parse main)
	git clone -q mirror.git work
	git -C work config user.name "Demo Bot"
	git -C work config user.email demo@example.com
	change src/widget.c '/* fixed */'
}

# case_of NUMBER: what is done in that repository, as "record" and "box".
case_of() {
	local name file

	mkdir -m 700 "clones/acme/w$1"
	cp -r mirror.git "clones/acme/w$1/mirror.git"
	rm -rf box
	cp -r outbox box
	sed "s#acme/widgets#acme/w$1#g" results >record
	name=$(name_of "acme/w$1${TASK#acme/widgets}")
	for file in box/*.bundle box/*.json; do
		[ ! -e "$file" ] || mv "$file" "box/$name.${file##*.}"
	done
	jq -c --arg path "$name.bundle" \
		'if .bundle then .bundle.path = $path else . end' record >named
	mv named record
}

# seen NUMBER: what is on GitHub there, without what may differ.
seen() {
	sim_state "acme/w$1" | jq -S 'walk(if type == "object"
		then del(.id, .database_id, .created_at, .updated_at, .edited_at, .at, .name)
		else . end)' |
		sed "s#acme/w$1\b#REPO#g; s#issuecomment-[0-9]*#COMMENT#g
			s/[0-9]\{4\}\(-\|\\\\\\\\u002d\)[0-9T:]*\(-\|\\\\\\\\u002d\)[0-9T:]*Z/TIME/g
			s/[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]/TIME/g"
}

requests() {
	journal 'map(select(.method)) | length'
}

# run_push ARGUMENT...: whatever comes of it.
run_push() {
	timeout 60 oompa-push --clone-dir "$PWD/clones" --patience 1s \
		--write-interval 0s "$@" record >>said 2>>said.err 3>&- || :
}

# cut_everywhere AGAIN ARGUMENT...: the run undisturbed, then cut off at each
# of its requests; it is run again when the command AGAIN says so.
cut_everywhere() {
	local again=$1 before k when number=0 total
	shift

	case_of 0
	before=$(requests)
	run_push "$@"
	cat said said.err
	total=$(($(requests) - before))
	seen 0 >want
	cat want
	[ "$total" -gt 2 ]
	for when in before after; do
		for ((k = 1; k <= total; k++)); do
			# A part of them, unless all are asked for.
			[ "${OOMPA_TEST_CUT-}" = all ] ||
				[ "$((k % 2))" = "$([ $when = before ] && echo 0 || echo 1)" ] ||
				continue
			number=$((number + 1))
			echo "request $k, $when, in w$number:"
			case_of "$number"
			rm -f said said.err
			sim_fault "{\"skip\":$((k - 1)),\"reset\":true,\"when\":\"$when\"}" >/dev/null
			run_push "$@"
			sim_no_faults >/dev/null
			! $again || run_push "$@"
			cat said said.err
			seen "$number" | diff want -
			after_each
		done
	done
}

# What must be so each time: the outbox is empty, and a task is handed on once.
after_each() {
	if [ -e box/claim ]; then
		[ "$(grep -c '^{"type":"task"' said)" = 1 ]
	else
		[ -z "$(ls box)" ]
	fi
}

is_not_handed_on() {
	! grep -q '^{"type":"task"' said
}

@test "cut: a result that becomes a pull request" {
	result >results
	cut_everywhere true --outbox "$PWD/box"
}

@test "cut: a failure" {
	result_failed >results
	cut_everywhere true --outbox "$PWD/box"
}

@test "cut: a claim" {
	jq -nc --arg task "$TASK" --arg base "$BASE" '{
		type: "task", v: 1, repo: "acme/widgets", number: 1, id: $task,
		action: "implement", trigger: {label: "good-for-ai"},
		issue: {title: "widget count is off by one"}, timeout: 2700
	}' >results
	touch outbox/claim
	cut_everywhere is_not_handed_on --claim
}
