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
		labels: ["good-for-ai"], assignees: [],
		events: [{event: "labeled", at: "2026-02-01T09:00:00Z",
			actor: who("maya"; "admin"), label: "good-for-ai"}],
		pulls: [], branches: [], comments: [], status: null,
		complete: true, missing: []} | '"${2:-.}"
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
