# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2119,SC2120,SC2154 # for jq and the suites
# What the suites about reviews share: a pull request of ours that people have
# looked at, and the result of a round, made by hand.

PULL_BODY='The loop stopped one early.

Fixes #1

<!-- oompa:pull acme/widgets#1:implement:2026-11-23T12:00:00Z -->
'

# set_up_review [JQFILTER]: li has two threads, maya a review and one thread;
# the filter changes the scenario.
set_up_review() {
	jq --arg body "$PULL_BODY" '
		def thread($who; $line; $text): {path: "src/widget.c", line: $line,
			comments: [{author: $who, body: $text}]};
		.users += [{login: "helper", type: "Bot"}, {login: "ann"}]
		| .repositories[0].labels += [{name: "ai-failed"}]
		| .repositories[0].commits += [{branch: "ai/issue-1",
			message: "widget count is off by one", author: "demo-bot",
			files: {"src/widget.c": "int main(void) { return 0; }\n"}}]
		| .repositories[0].pulls = [{number: 2, title: "Count all widgets",
			author: "demo-bot", body: $body, head: "ai/issue-1",
			base: "main",
			reviews: [{author: "maya", state: "CHANGES_REQUESTED",
				body: "Not yet.", threads: [thread("maya"; 1; "Why not zero?")]}],
			threads: [thread("li"; 1; "Name it count."),
				thread("li"; 1; "Please add a test.")]}]
		| '"${1:-.}" "$TESTS/github/scenarios/demo.json" >scenario.json
	sim_start scenario.json
	export GH_TOKEN=$TOKEN
	# So that the same change is the same commit.
	export GIT_AUTHOR_DATE=@1767225600 GIT_COMMITTER_DATE=@1767225600
	PLACE=$BATS_TEST_TMPDIR/clones/acme/widgets
	mkdir -m 700 clones clones/acme clones/acme/widgets outbox
	git clone -q --mirror "$SIM/acme/widgets.git" "$PLACE/mirror.git"
	git clone -q "$PLACE/mirror.git" work
	git -C work config user.name "Demo Bot"
	git -C work config user.email demo@example.com
	git -C work config commit.gpgsign false
	BASE=$(git -C "$PLACE/mirror.git" rev-parse ai/issue-1)
	change src/widget.c '/* count */'
}

# meanwhile REFSPEC: what somebody pushes, with force, from a clone of their own
# when we are about to push; their commit is the clone's HEAD.
meanwhile() {
	git clone -q "$PLACE/mirror.git" theirs
	git -C theirs checkout -q ai/issue-1
	git -C theirs -c user.name=Li -c user.email=li@example.com \
		commit -q --allow-empty -m "theirs"
	fake_git <<-EOF
		case " \$* " in *" push "*)
			[ -e "$PWD/raced" ] || env -i PATH=/usr/bin:/bin git -C "$PWD/theirs" \
				push -q --force "$(remote)" "$1" || exit
			touch "$PWD/raced" ;;
		esac
	EOF
}

# remote: the repository's URL, for who may push.
remote() {
	printf 'http://x:%s@%s/acme/widgets.git' "$TOKEN" "${SIM#http://}"
}

# texts: what people said, as a task holds it: id, at, thread, author, body.
texts() {
	state '.pulls[0] | [(.threads[] | .id as $t | .comments[] | {thread: $t} + .),
		(.reviews[] | select(.body != "") | {thread: null} + .),
		(.comments[] | {thread: null} + .)]
		| map(select(.author != "demo-bot")
			| {id, at: (.edited_at // .created_at), thread, author, body})
		| sort_by(.at, .id)'
}

# round [ANSWERS [JQFILTER]]: the result of a round.  ANSWERS makes an answer
# of a text: null, or what differs from "fixed".
round() {
	local name head bundle={}

	TASK=acme/widgets#2:review:${ROUND:-0123456789abcdef}
	name=$(name_of "$TASK")
	head=$(git -C work rev-parse HEAD)
	texts >texts.json
	git -C work bundle create -q "$BATS_TEST_TMPDIR/outbox/$name.bundle" \
		"$BASE..HEAD" HEAD
	bundle=$(jq -nc --arg path "$name.bundle" \
		--argjson bytes "$(stat -c %s "outbox/$name.bundle")" \
		--arg sha256 "$(sha256sum <"outbox/$name.bundle" | cut -d ' ' -f 1)" \
		'{path: $path, bytes: $bytes, sha256: $sha256}')
	jq -c --arg head "$head" --arg parent "$BASE" --arg task "$TASK" \
		--argjson bundle "$bundle" \
		--arg base "$(git -C "$PLACE/mirror.git" rev-parse main)" \
		--arg pull "$(state '.pulls[0].id')" '. as $texts | {
			type: "result", v: 1, repo: "acme/widgets", number: 2, id: $task,
			action: "review", outcome: "changed", reason: "changed 1 file",
			code: null, retry: null, trigger: null, pull_id: $pull,
			branch: "ai/issue-1", head_repo: "acme/widgets",
			base: {ref: "main", oid: $base}, parent: $parent, head: $head,
			bundle: $bundle, files: 1, title: "", body: "",
			summary: "It is called count now.",
			answers: [$texts[] | . as $text
				| (try ('"${1:-{\}}"') catch null) | select(. != null)
				| {id: $text.id, at: $text.at, thread: $text.thread,
					verdict: "fixed", reply: "Done: \($text.body)",
					resolve: true} + .],
			texts: [$texts[] | {id, at}],
			model: "claude-test", cost: 0.22, seconds: 70, call: "msg_2",
			prompt_sha256: null, made_at: "2026-11-23T12:30:00Z"
		} | '"${2:-.}" texts.json | tee "outbox/$name.json" >results
	jq -nc '{type: "end", v: 1, from: "oompa-work", count: 1, status: "ok"}' >>results
}

# unchanged: a filter for a round without a commit.
NO_COMMIT='.outcome = "unchanged" | .head = null | .bundle = null | .files = 0'

# said: our replies, as "thread: body", and the bodies of our reviews and
# comments; without markers.
said() {
	state '.pulls[0] | [(.threads[] | .comments[] | select(.author == "demo-bot")
			| (if .pending then "PENDING " else "" end) + "reply: " + .body),
		(.reviews[] | select(.author == "demo-bot" and .body != "")
			| "review: " + .body),
		(.comments[] | select(.author == "demo-bot"
			and (.body | contains("oompa:status") | not)) | "comment: " + .body)]
		| map(gsub("\\s*<!--[^\n]*-->\\s*"; ""))[]'
}

# head: where the pull request is on GitHub.
head_oid() {
	state '.branches["ai/issue-1"]'
}

ours() {
	git -C work rev-parse HEAD
}

# review_state: the state in the pull request's status comment.
review_state() {
	state '.pulls[0].comments[].body | select(endswith("<!-- oompa:status -->\n"))' |
		state_in
}

# handled: verdicts of the texts that are remembered, one line.
handled() {
	review_state | jq -r '[.texts // [] | .[].verdict] | sort | join(" ")'
}

# row: outcome and note of the newest row.
row() {
	review_state | jq -r '.rows[-1] | "\(.outcome): \(.note)"'
}

# reviews: how many reviews of ours are there; those without a text come with
# a reply that is not part of one.
reviews() {
	state '[.pulls[0].reviews[] | select(.author == "demo-bot")] | length'
}
