# shellcheck shell=bash disable=SC2034,SC2119,SC2120
# Records for the tests of filters: what oompa-fetch would print.

NOW=2026-03-01T12:00:00Z
OID=1111111111111111111111111111111111111111

# repo_record [JQFILTER]: the repository, changed by a filter.
repo_record() {
	jq -cn --arg oid "$OID" '{type: "repo", v: 1, repo: "acme/widgets",
		id: "R_1", url: "https://github.com/acme/widgets",
		viewer: {login: "demo-bot", id: "4711", type: "User"},
		noreply_host: "users.noreply.github.com",
		default_branch: {ref: "main", oid: $oid},
		private: false, archived: false,
		mirror: "/tmp/oompa-work/acme/widgets/mirror.git",
		rate: {remaining: 4999, reset_at: null},
		fetched_at: "2026-03-01T11:59:59Z"} | '"${1:-.}"
}

# issue_record NUMBER [JQFILTER]: a labelled issue that is to be implemented.
issue_record() {
	jq -cn --argjson n "$1" '
		def who($login; $trust): {login: $login, type: "User", trust: $trust};
		{type: "issue", v: 1, repo: "acme/widgets", number: $n,
		id: "I_\($n)", url: "https://github.com/acme/widgets/issues/\($n)",
		title: "Count widgets", body: "One is missing.", state: "open",
		author: who("zed"; "read"),
		created_at: "2026-02-01T08:00:00Z",
		updated_at: "2026-02-01T09:00:00Z",
		edited_at: null, editor: null,
		labels: ["good-for-ai"], assignees: [], edits: [],
		events: [{event: "labeled", at: "2026-02-01T09:00:00Z",
			actor: who("maya"; "admin"), label: "good-for-ai"}],
		pulls: [], branches: [], comments: [], status: null,
		complete: true, missing: []} | '"${2:-.}"
}

# pr_record NUMBER [JQFILTER]: a pull request of ours, with nothing to be done.
pr_record() {
	jq -cn --argjson n "$1" --arg oid "$OID" '
		def who($login; $trust): {login: $login, type: "User", trust: $trust};
		{type: "pr", v: 1, repo: "acme/widgets", number: $n,
		id: "PR_\($n)", url: "https://github.com/acme/widgets/pull/\($n)",
		title: "Count all widgets", body: "Closes #40.", state: "open",
		draft: false, ours: true, author: who("demo-bot"; "self"),
		created_at: "2026-02-02T08:00:00Z",
		updated_at: "2026-02-02T09:00:00Z",
		edited_at: null, editor: null,
		head: {repo: "acme/widgets", ref: "ai/issue-40",
			oid: "2222222222222222222222222222222222222222"},
		base: {ref: "main", oid: $oid,
			commits: [{oid: $oid, at: "2026-02-01T10:00:00Z"}]},
		ahead: 1, behind: 0,
		commits: [{oid: "2222222222222222222222222222222222222222",
			at: "2026-02-02T08:00:00Z"}],
		mergeable: "mergeable", merge_state: "clean",
		review_decision: null, maintainer_can_modify: false,
		auto_merge: false, merge_queue: false, labels: [], events: [],
		closes: [40], threads: [], reviews: [], comments: [], checks: [],
		statuses: [], status: null, complete: true, missing: []} | '"${2:-.}"
}

# comment LOGIN TRUST BODY [TIME [JQFILTER]]: a comment of a conversation; put
# into a record with jq.
comment() {
	jq -cn --arg login "$1" --arg trust "$2" --arg body "$3" \
		--arg at "${4:-2026-02-20T10:00:00Z}" '
		{id: "IC_1", database_id: "1",
		url: "https://github.com/acme/widgets/issues/1#issuecomment-1",
		author: {login: $login, type: "User", trust: $trust}, body: $body,
		created_at: $at, edited_at: null, editor: null, ours: false,
		minimized: false} | '"${5:-.}"
}

# said ID LOGIN TRUST BODY [TIME [JQFILTER]]: a comment of a review thread.
said() {
	comment "$2" "$3" "$4" "${5:-2026-02-20T10:00:00Z}" '.id = "PRRC_'"$1"'" |
		.url = "https://github.com/acme/widgets/pull/50#discussion_r1" | '"${6:-.}"
}

# own ID TEXTS [TIME [JQFILTER]]: our reply in a thread, which answers these texts
# ("ID@TIME").
own() {
	said "$1" demo-bot self "Done.

<!-- oompa:answer acme/widgets#50:review:0123456789abcdef $2 -->" \
		"${3:-2026-02-20T11:00:00Z}" '.ours = true | '"${4:-.}"
}

# thread ID COMMENT... [-- JQFILTER]: a review thread.
thread() {
	local id=$1 comments=() filter=.

	shift
	while [ $# -ne 0 ] && [ "$1" != -- ]; do
		comments+=("$1")
		shift
	done
	[ $# -eq 0 ] || filter=$2
	printf '%s\n' "${comments[@]}" | jq -cs --arg id "PRRT_$id" '
		{id: $id, path: "count.c", line: 3, start_line: null,
		original_line: 3, side: "right", subject: "line", resolved: false,
		outdated: false, can_reply: true, can_resolve: true,
		comments: .} | '"$filter"
}

# review_of ID LOGIN TRUST STATE BODY [TIME [JQFILTER]]: a review that was submitted.
review_of() {
	jq -cn --arg id "PRR_$1" --arg login "$2" --arg trust "$3" --arg state "$4" \
		--arg body "$5" --arg at "${6:-2026-02-20T10:00:00Z}" '
		{id: $id, database_id: "1",
		url: "https://github.com/acme/widgets/pull/50#pullrequestreview-1",
		author: {login: $login, type: "User", trust: $trust}, body: $body,
		submitted_at: $at, edited_at: null, editor: null, ours: false,
		minimized: false, state: $state,
		oid: "2222222222222222222222222222222222222222"} | '"${7:-.}"
}

# pulls_with RECORD...: a snapshot of these pull requests.
pulls_with() {
	repo_record
	printf '%s\n' "$@"
	end_record "$(($# + 1))"
}

# spend_receipt NUMBER CALL AT [JQFILTER]: a call that failed, for the task that
# issue_record makes.
spend_receipt() {
	jq -cn --argjson n "$1" --arg call "$2" --arg at "$3" '
		{type: "receipt", v: 1, repo: "acme/widgets", number: $n,
		op: "spend", id: "acme/widgets#\($n):implement:2026-02-01T09:00:00Z",
		action: "implement", at: $at, dry_run: false,
		outcome: "failed", code: "model-silent", retry: "later", call: $call,
		model: "m", cost: 0.25, seconds: 60} | '"${4:-.}"
}

# told_receipt NUMBER AT [JQFILTER]: the status comment was written.
told_receipt() {
	jq -cn --argjson n "$1" --arg at "$2" '
		{type: "receipt", v: 1, repo: "acme/widgets", number: $n,
		op: "comment", id: "acme/widgets#\($n):implement:2026-02-01T09:00:00Z",
		action: "implement", at: $at, dry_run: false,
		url: "https://github.com/acme/widgets/issues/\($n)#issuecomment-9",
		kind: "status"} | '"${3:-.}"
}

# status_of TASK OUTCOME [JQFILTER]: our status comment with one row.
status_of() {
	jq -cn --arg task "$1" --arg outcome "$2" '
		{id: "IC_9", url: "https://github.com/acme/widgets/issues/1#issuecomment-9",
		edited: false, state: {v: 1, cost: 0.5, rows: [{task: $task,
			at: "2026-02-10T09:00:00Z", outcome: $outcome, why: "", note: "",
			url: null, branch: null, oid: null, cost: 0.5}]}} | '"${3:-.}"
}

# result_record NUMBER CALL COST [JQFILTER]: a result that waits in the outbox.
result_record() {
	jq -cn --argjson n "$1" --arg call "$2" --argjson cost "$3" --arg oid "$OID" '
		{type: "result", v: 1, repo: "acme/widgets", number: $n,
		id: "acme/widgets#\($n):implement:2026-02-01T09:00:00Z",
		action: "implement", outcome: "changed", reason: "", code: null,
		retry: null, trigger: {label: "good-for-ai",
			at: "2026-02-01T09:00:00Z",
			actor: {login: "maya", type: "User", trust: "admin"}},
		issue_id: "I_\($n)", branch: "ai/issue-\($n)",
		base: {ref: "main", oid: $oid},
		head: "2222222222222222222222222222222222222222", bundle: null,
		files: 1, title: "Count widgets", body: "", summary: "",
		model: null, cost: $cost, seconds: 10, call: $call,
		prompt_sha256: null, made_at: "2026-03-01T11:00:00Z"} | '"${4:-.}"
}

# end_record COUNT [STATUS]: the end of oompa-fetch.
end_record() {
	printf '{"type":"end","v":1,"repo":"acme/widgets","from":"oompa-fetch","count":%s,"status":"%s"}\n' \
		"$1" "${2:-ok}"
}

# snapshot N: a repository with issues 1 to N.
snapshot() {
	local n

	repo_record
	issue_record 1 >one
	for ((n = 1; n <= $1; n++)); do
		sed "s/\"number\":1,/\"number\":$n,/" one
	done
	end_record "$(($1 + 1))"
}

# triage_end COUNT STATUS: what oompa-triage closes its output with.
triage_end() {
	printf '{"type":"end","v":1,"from":"oompa-triage","count":%s,"status":"%s"}\n' \
		"$1" "$2"
}

# errors: the messages of the error records of the last ok, one per line.
errors() {
	jq -r 'select(.type == "error") | "\(.code) \(.retry) \(.item): \(.message)"' \
		"$BATS_TEST_TMPDIR/ok.out"
}
