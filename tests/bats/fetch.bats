# shellcheck disable=SC2154 # ok sets stderr
# shellcheck disable=SC2016,SC2028,SC2030,SC2031,SC2094 # each test is a subshell
load helpers

load ../helper/fetch

@test "fetch: the demo repository" {
	sim
	fetch 0
	[ "$stderr" = "" ]
	jq -c 'if .type == "repo" then
			.rate |= (.remaining |= type | .reset_at |= type) |
			.fetched_at |= type | .mirror |= sub(".*/clones/"; "") |
			.default_branch.oid |= length | .id |= type | .url |= sub("^http://[^/]*"; "") |
			.viewer.id |= type
		elif .type == "issue" then
			(.created_at, .updated_at, .events[].at, .id) |= type |
			.url |= sub("^http://[^/]*"; "")
		else . end' ok.out >got
	cat >want <<-'EOF'
		{"type":"repo","v":1,"repo":"acme/widgets","id":"string","url":"/acme/widgets","viewer":{"login":"demo-bot","id":"string","type":"User"},"noreply_host":"users.noreply.127.0.0.1","default_branch":{"ref":"main","oid":40},"private":false,"archived":false,"mirror":"acme/widgets/mirror.git","rate":{"remaining":"number","reset_at":"string"},"fetched_at":"string"}
		{"type":"issue","v":1,"repo":"acme/widgets","number":1,"id":"string","url":"/acme/widgets/issues/1","title":"widget count is off by one","body":"`widget a b c` prints 2, but there are three widgets.\n\nIt is the loop in `src/widget.c`, I think. Please add a test to `tests/count.sh`, too.","state":"open","author":{"login":"li","type":"User","trust":"write"},"created_at":"string","updated_at":"string","edited_at":null,"editor":null,"labels":["good-for-ai"],"assignees":[],"edits":[],"events":[{"event":"labeled","at":"string","actor":{"login":"maya","type":"User","trust":"admin"},"label":"good-for-ai"}],"pulls":[],"branches":[],"comments":[],"status":null,"complete":true,"missing":[]}
		{"type":"end","v":1,"repo":"acme/widgets","from":"oompa-fetch","count":2,"status":"ok"}
	EOF
	diff -u want got
	git -C clones/acme/widgets/mirror.git cat-file -e \
		"$(jq -r 'select(.type == "repo") | .default_branch.oid' ok.out)"
	planned
	[ "$(jq -r 'select(.type == "task") | .branch' ok.out)" = ai/issue-1 ]
}

@test "fetch: a quiet second run is one request, and none of git" {
	sim
	fetch 0
	mv ok.out first
	# The index, what it names in depth, and two people.
	[ "$(requests)" = '[4,3]' ]
	fetch 0
	[ "$(requests)" = '[5,3]' ]
	diff <(jq -c 'del(.rate, .fetched_at)' first) <(jq -c 'del(.rate, .fetched_at)' ok.out)
	[ "$(journal '[.[] | select(.write)]')" = '[]' ]
}

@test "fetch: the mirror is fetched when the snapshot names a commit that it lacks" {
	sim
	fetch 0
	sim_do '{"do": "push", "branch": "main", "files": {"a": "b"}}'
	fetch 0
	[ "$(journal '[.[] | select(.git)] | length')" -gt 3 ]
	git -C clones/acme/widgets/mirror.git cat-file -e \
		"$(jq -r 'select(.type == "repo") | .default_branch.oid' ok.out)"
	[ "$(git -C clones/acme/widgets/mirror.git symbolic-ref HEAD)" = refs/heads/main ]
}

@test "fetch: 50 no token in arguments, URLs, configuration, cache or journal" {
	sim
	traced=
	if [ "${OOMPA_TEST_SLOW:-1}" -eq 1 ] && strace -o /dev/null true; then
		traced=1
		fetch 0
		rm -rf clones
		ok 0 strace -f -qq -s 4000 -e trace=execve -o trace oompa-fetch -R acme/widgets
		grep -q 'git.*fetch' trace
		if grep -v GH_TOKEN= trace | grep "$TOKEN"; then return 1; fi
	fi
	fetch 0 --log-level debug
	if grep "$TOKEN" ok.out ok.err sim.journal; then return 1; fi
	if grep -r "$TOKEN" clones; then return 1; fi
	echo "traced: $traced"
}

@test "fetch: 20 an empty label selects nothing" {
	sim
	fetch 0 --label ''
	[ "$(types)" = "repo end" ]
	[ "$(tail -n 1 ok.out | jq .count)" -eq 1 ]
	OOMPA_LABEL='' fetch 0
	[ "$(types)" = "repo issue end" ]
}

@test "fetch: a label that no issue has selects nothing" {
	sim
	fetch 0 --label nobody-has-this
	[ "$(types)" = "repo end" ]
	fetch 0 --label bug
	[ "$(types)" = "repo end" ]
}

@test "fetch: closed issues are not there" {
	sim
	sim_do '{"do": "close_issue", "number": 1}'
	fetch 0
	[ "$(types)" = "repo end" ]
}

@test "fetch: 16 issues on several pages, the oldest first" {
	sim '.repositories[0].issues = [range(45) | {number: (. + 1), title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}]}]'
	fetch 0
	[ "$(jq -c 'select(.type == "issue") | .number' ok.out | paste -sd ' ')" = "$(seq 45 | paste -sd ' ')" ]
	[ "$(tail -n 1 ok.out | jq -c '[.count, .status]')" = '[46,"ok"]' ]
	[ "$(journal '[.[] | select(.operation.name == "Deep") | .variables.issues | length]')" = '[10,10,10,10,5]' ]
}

STATE='<!-- oompa-state {\"v\":1,\"cost\":0.5,\"rows\":[]} -->\nWorking.\n<!-- oompa:status -->'

@test "fetch: 25 the status comment is found in the oldest page" {
	sim '.repositories[0].issues[0].comments = ([{author: "demo-bot", body: "'"$STATE"'"}] + [range(150) | {author: "zed", body: "Text \(.)"}])'
	fetch 0
	[ "$(issue 1 '[(.comments | length), .comments[0].body, .comments[149].body, .status.state, .complete]')" = \
		'[150,"Text 0","Text 149",{"v":1,"cost":0.5,"rows":[]},true]' ]
	[ "$(journal '[.[] | select(.operation.name == "FollowUp")] | length')" -eq 2 ]
}

@test "fetch: 58 a status comment counts only when we wrote it and nobody else edited it" {
	sim '.repositories[0].issues = [
		{number: 1, title: "forged", labels: ["good-for-ai"], comments: [{author: "zed", body: "'"$STATE"'"}]},
		{number: 2, title: "edited by another", labels: ["good-for-ai"], comments: [{author: "demo-bot", body: "'"$STATE"'", edited: {by: "maya", at: "-1h"}}]},
		{number: 3, title: "a person under our account", labels: ["good-for-ai"], comments: [{author: "demo-bot", body: "Please use C."}]},
		{number: 4, title: "edited by us", labels: ["good-for-ai"], comments: [{author: "demo-bot", body: "'"$STATE"'", edited: {by: "demo-bot", at: "-1h"}}]},
		{number: 5, title: "marker not last", labels: ["good-for-ai"], comments: [{author: "demo-bot", body: "'"$STATE"'\nMore."}]}]'
	fetch 0
	for n in 1 3 5; do
		[ "$(issue "$n" '[.status, .comments[0].ours, .complete]')" = '[null,false,true]' ]
	done
	[ "$(issue 1 '.comments[0].author.login')" = '"zed"' ]
	# What was ours and is not any more is told apart from what never was there.
	[ "$(issue 2 '[.comments, .status.edited, .status.state.rows, .complete]')" = '[[],true,[],true]' ]
	[ "$(issue 4 .status.edited)" = false ]
	[ "$(issue 4 '[.status.state.cost, .comments, .complete]')" = '[0.5,[],true]' ]
}

@test "fetch: 17 a state that cannot be read is unknown, not none" {
	sim '.repositories[0].issues[0].comments = [{author: "demo-bot", body: "<!-- oompa-state {\"v\":2} -->\n<!-- oompa:status -->"}]'
	fetch 0
	[ "$(issue 1 '[.status, .complete, .missing]')" = '[null,false,["status"]]' ]
	[ "$stderr" = "" ]
	planned
	[ "$(jq -r 'select(.type == "skip") | .code' ok.out)" = incomplete ]
}

@test "fetch: 55 trust is the permission on the repository" {
	sim '.repositories[0].permissions += {tim: "triage", mo: "maintain", cu: {role: "write", role_name: "widget-tender"}}
		| .users += [{login: "renovate", type: "Bot"}]
		| .repositories[0].issues[0].labels[0].by = "zed"
		| .repositories[0].issues[0].comments = [
			{author: "tim", body: "x"}, {author: "mo", body: "x"}, {author: "cu", body: "x"},
			{author: null, body: "x"}, {author: "renovate", body: "x"}, {author: "LI", body: "x"}]'
	fetch 0
	[ "$(issue 1 '.events[0].actor')" = '{"login":"zed","type":"User","trust":"read"}' ]
	[ "$(issue 1 '[.comments[].author | [.login, .type, .trust]]')" = \
		'[["tim","User","triage"],["mo","User","maintain"],["cu","User","write"],[null,null,"unknown"],["renovate","Bot","bot"],["li","User","write"]]' ]
	# Each is asked once, whatever the case; bots and deleted accounts never.
	[ "$(journal '[.[] | select(.path // "" | test("/permission$")) | .path | ascii_downcase] | length == (unique | length)')" = true ]
	[ "$(journal '[.[] | select(.path // "" | test("(renovate|ghost|null).*/permission$"))]')" = '[]' ]
}

@test "fetch: 55 who may not ask trusts nobody, and is told so once" {
	sim
	sim_fault '{"path_regex": "/permission$", "status": 403, "body": {"message": "Must have push access"}, "times": 0}'
	fetch 0
	[ "$stderr" = "oompa-fetch: acme/widgets: this token may not ask for permissions, so nobody is trusted: the account may not do this: GET /repos/acme/widgets/collaborators/li/permission: 403 Must have push access" ]
	[ "$(issue 1 '[.author.trust, .events[0].actor.trust]')" = '["unknown","unknown"]' ]
	# That is not remembered.
	sim_no_faults
	fetch 0
	[ "$(issue 1 '[.author.trust, .events[0].actor.trust]')" = '["write","admin"]' ]
}

@test "fetch: permissions are remembered for five minutes" {
	sim
	fetch 0
	people=clones/acme/widgets/people.json
	[ "$(stat -c %a "$people")" = 600 ]
	sim_do '{"do": "permission", "login": "maya", "role": "read"}'
	fetch 0
	[ "$(issue 1 '.events[0].actor.trust')" = '"admin"' ]
	sed -i 's/"at":"20[0-9]*-/"at":"2020-/g' "$people"
	fetch 0
	[ "$(issue 1 '.events[0].actor.trust')" = '"read"' ]
	sed -i 's/"at":"20[0-9]*-/"at":"2120-/g' "$people"
	sim_do '{"do": "permission", "login": "maya", "role": "triage"}'
	fetch 0
	[ "$(issue 1 '.events[0].actor.trust')" = '"triage"' ]
	for broken in '' '{' '[]' '{"maya":5}' '{"maya":{"at":1}}'; do
		printf '%s' "$broken" >"$people"
		fetch 0
		[ "$(issue 1 '.events[0].actor.trust')" = '"triage"' ]
		[ "$stderr" = "" ]
	done
}

# with_branch NAME...: these branches, one commit each.
with_branch() {
	local name

	for name; do
		sim_do "{\"do\": \"push\", \"branch\": \"$name\", \"files\": {\"$name\": \"x\"}}"
	done
}

@test "fetch: pull requests are linked by branch, by closing and by mention, the strongest once" {
	sim
	with_branch ai/issue-1 fix talk
	sim_do '[{"do": "open_pull", "by": "demo-bot", "head": "ai/issue-1", "title": "One", "body": "Fixes #1\n\n<!-- oompa:pull acme/widgets#1:implement:2026-01-01T00:00:00Z -->"},
		{"do": "open_pull", "by": "li", "head": "fix", "title": "Two", "body": "Closes #1"},
		{"do": "open_pull", "by": "zed", "head": "talk", "title": "Three", "body": "See #1"}]'
	fetch 0
	[ "$(issue 1 '[.pulls[] | [.number, .link, .ours, .state, .author.trust]]')" = \
		'[[2,"branch",true,"open","write"],[3,"closes",false,"open","write"],[4,"mentions",false,"open","read"]]' ]
	[ "$(jq -c 'select(.type == "pr") | [.number, .head.ref, .closes]' ok.out)" = '[2,"ai/issue-1",[1]]' ]
	sim_do '[{"do": "close_pull", "number": 2}, {"do": "merge_pull", "number": 3}]'
	fetch 0 --label good-for-ai
	# The merge has closed the issue.
	[ "$(types)" = "repo end" ]
}

@test "fetch: a closed pull request of ours stays linked" {
	sim
	with_branch ai/issue-1
	sim_do '{"do": "open_pull", "by": "demo-bot", "head": "ai/issue-1", "title": "One", "body": "Fixes #1\n\n<!-- oompa:pull acme/widgets#1:implement:2026-01-01T00:00:00Z -->"}'
	sim_do '[{"do": "close_pull", "number": 2}, {"do": "delete_branch", "branch": "ai/issue-1"}]'
	fetch 0
	[ "$(issue 1 '[.pulls[] | [.number, .ours, .state, .head]]')" = '[[2,true,"closed","ai/issue-1"]]' ]
	[ "$(issue 1 .branches)" = '[]' ]
	planned
	[ "$(jq -r 'select(.type == "skip") | .code' ok.out)" = pull-closed ]
}

@test "fetch: ours is what we opened from a branch that is named exactly so" {
	sim
	with_branch ai/issue-1 ai/issue-1-2 ai/issue-10 ai/issue-1-x ai/issue-1x ai/issue-01 ai/other ai/issue-2
	sim_do '[{"do": "open_pull", "by": "demo-bot", "head": "ai/issue-1-2", "body": "'"$OURS"'"},
		{"do": "open_pull", "by": "demo-bot", "head": "ai/issue-10", "body": "'"$OURS"'"},
		{"do": "open_pull", "by": "demo-bot", "head": "ai/issue-1-x", "body": "'"$OURS"'"},
		{"do": "open_pull", "by": "demo-bot", "head": "ai/issue-1x", "body": "'"$OURS"'"},
		{"do": "open_pull", "by": "demo-bot", "head": "ai/other", "body": "'"$OURS"'"},
		{"do": "open_pull", "by": "maya", "head": "ai/issue-1", "body": "'"$OURS"'"}]'
	fetch 0
	[ "$(jq -c 'select(.type == "pr") | .head.ref' ok.out | paste -sd ' ')" = '"ai/issue-1-2" "ai/issue-10"' ]
	# Whoever opened it: the branch is taken.
	[ "$(issue 1 '[.pulls[] | [.head, .link, .ours]]')" = '[["ai/issue-1","branch",false],["ai/issue-1-2","branch",true]]' ]
	[ "$(issue 1 '[.branches[].name]')" = '["ai/issue-1","ai/issue-1-2"]' ]
}

@test "fetch: a fork's pull request from a branch named like ours is not ours" {
	sim '.repositories += [{name: "demo-bot/widgets", fork_of: "acme/widgets"}]'
	sim_do '{"do": "push", "repo": "demo-bot/widgets", "by": "demo-bot", "branch": "ai/issue-1", "files": {"a": "x"}}'
	sim_do '{"do": "open_pull", "repo": "acme/widgets", "by": "demo-bot", "head": "demo-bot:ai/issue-1", "body": "Fixes #1\n\n<!-- oompa:pull acme/widgets#1:implement:2026-01-01T00:00:00Z -->"}'
	fetch 0
	[ "$(types)" = "repo issue end" ]
	[ "$(issue 1 '[.pulls[] | [.link, .ours]]')" = '[["closes",false]]' ]
}

@test "fetch: the title, body and label history come with who and when" {
	sim
	sim_do '[{"do": "edit", "number": 1, "by": "zed", "title": "New", "body": "Other"},
		{"do": "unlabel", "number": 1, "by": "li", "label": "good-for-ai"},
		{"do": "label", "number": 1, "by": "li", "label": "good-for-ai"},
		{"do": "label", "number": 1, "by": "maya", "label": "bug"},
		{"do": "assign", "number": 1, "by": "maya", "login": "demo-bot"}]'
	fetch 0
	[ "$(issue 1 '[.events[] | [.event, .actor.login, .label]]')" = \
		'[["labeled","maya","good-for-ai"],["renamed","zed",null],["unlabeled","li","good-for-ai"],["labeled","li","good-for-ai"],["labeled","maya","bug"]]' ]
	[ "$(issue 1 '[.edits[].actor.login] | sort')" = '["li","zed"]' ]
	[ "$(issue 1 '[.title, .body, .editor.login, (.edited_at | type), .assignees, (.labels | sort)]')" = \
		'["New","Other","zed","string",["demo-bot"],["bug","good-for-ai"]]' ]
}

@test "fetch: texts of deleted accounts have no author" {
	sim
	sim_do '[{"do": "comment", "number": 1, "by": "zed", "body": "x"}, {"do": "delete_user", "login": "zed"},
		{"do": "delete_user", "login": "maya"}]'
	fetch 0
	[ "$(issue 1 '[.comments[0].author, .events[0].actor]')" = \
		'[{"login":null,"type":null,"trust":"unknown"},{"login":null,"type":null,"trust":"unknown"}]' ]
}

@test "fetch: an empty repository has no default branch and no mirror" {
	sim '.repositories[0] |= (.commits = [] | del(.protected_branches))'
	fetch 0
	[ "$(sed -n 1p ok.out | jq .default_branch)" = null ]
	[ "$(types)" = "repo issue end" ]
	[ ! -e clones/acme/widgets/mirror.git ]
	planned
	[ "$(jq -r 'select(.type == "skip") | .code' ok.out)" = repository-empty ]
}

@test "fetch: an archived repository says so" {
	sim
	sim_do '{"do": "archive"}'
	fetch 0
	[ "$(sed -n 1p ok.out | jq .archived)" = true ]
}

@test "fetch: a private repository is read with the token, also by git" {
	sim '.repositories[0].private = true'
	GH_TOKEN=$READ_TOKEN fetch 0
	[ "$(sed -n 1p ok.out | jq .private)" = true ]
	git -C clones/acme/widgets/mirror.git cat-file -e main:README.md
}

@test "fetch: GITHUB_READ_TOKEN is preferred" {
	sim
	GH_TOKEN=wrong GITHUB_READ_TOKEN=$READ_TOKEN fetch 0
	[ "$(types)" = "repo issue end" ]
}

# failed STATUS CODE RETRY MESSAGE: nothing is printed but the failure.
failed() {
	fetch "$1" --patience 0 || return
	[ "$stderr" = "oompa-fetch: acme/widgets: $4" ] || return
	[ "$(jq -c 'if .type == "error" then [.code, .retry, .item] else [.count, .status] end' ok.out | paste -sd ' ')" = \
		"[\"$2\",\"$3\",\"acme/widgets\"] [0,\"partial\"]" ]
}

@test "fetch: a repository that is not there, or not to be seen" {
	sim '.repositories[0].private = true | .repositories[0].permissions["demo-bot"] = "none"'
	failed 1 remote human 'no such repository, or this token may not see it'
	[ -z "$(find clones -type f)" ]
}

@test "fetch: a token that is refused is status 4" {
	sim '.tokens["ghp_old"] = {login: "demo-bot", expired: true}'
	GH_TOKEN=ghp_old failed 4 auth human 'GraphQL index: GitHub refuses the token: Bad credentials'
	GH_TOKEN=ghp_never_issued failed 4 auth human \
		'GraphQL index: GitHub refuses the token: Bad credentials'
	fake gh <<<"exit 1"
	GH_TOKEN='' failed 4 auth human \
		"no GitHub token: set GH_TOKEN or GITHUB_TOKEN, or run 'gh auth login'"
}

@test "fetch: a server that fails a while is asked again" {
	sim
	sim_fault '[{"operation": "Index", "status": 502, "times": 1}, {"operation": "Index", "html": "<h1>Unicorn", "times": 1}]'
	fetch 0 --log-level info
	[ "$(grep -c '; again in ' ok.err)" -eq 2 ]
	sim_fault '[{"path_regex": "/permission$", "status": 503}, {"operation": "Index", "reset": true}]'
	rm -rf clones
	fetch 0
	sim_fault '{"operation": "Index", "cut": true}'
	fetch 0
	[ "$(types)" = "repo issue end" ]
}

@test "fetch: a server that fails for good is status 75 when patience is over" {
	sim
	sim_fault '{"operation": "Index", "html": "<h1>Unicorn", "times": 0}'
	began=$SECONDS
	fetch 75 --patience 3s
	[ $((SECONDS - began)) -lt 15 ]
	[ "$stderr" = "oompa-fetch: acme/widgets: GraphQL index: 502" ]
	[ "$(types)" = "error end" ]
	[ "$(journal '[.[] | select(.operation.name == "Index")] | length')" -ge 3 ]
	failed 75 remote later 'GraphQL index: 502'
}

@test "fetch: something that is not JSON is a failing server" {
	sim
	sim_fault '{"operation": "Index", "html": "<h1>Log in", "status": 200, "times": 0}'
	failed 75 remote later 'GraphQL index: the answer is not JSON (text/html)'
	sim_no_faults
	sim_fault '{"operation": "Index", "status": 200, "body": "{\"data\":", "times": 0}'
	failed 75 remote later 'GraphQL index: the answer is not JSON (application/json)'
	sim_no_faults
	sim_fault '{"operation": "Index", "status": 200, "body": "{}", "times": 0}'
	failed 75 remote later 'GraphQL index: no data'
}

@test "fetch: limits are waited for when patience allows" {
	sim
	sim_fault '{"operation": "Index", "rate_limit": "secondary", "retry_after": 1}'
	fetch 0 --patience 5s
	[ "$(types)" = "repo issue end" ]
	sim_fault '{"operation": "Index", "rate_limit": "secondary", "retry_after": 30}'
	failed 75 limit later 'GraphQL index: rate limit, wait 30 s'
	sim_no_faults
	rm clones/acme/widgets/come-back
	sim_fault '{"operation": "Index", "rate_limit": "primary"}'
	fetch 75 --patience 1s
	[[ $stderr =~ rate\ limit ]]
}

@test "fetch: no connection is status 75" {
	sim
	sim_stop
	SIM=
	GITHUB_API_URL=http://127.0.0.1:1 GITHUB_GRAPHQL_URL=http://127.0.0.1:1/graphql fetch 75 --patience 0
	[[ $stderr == "oompa-fetch: acme/widgets: GraphQL index: "* ]]
	[ "$(types)" = "error end" ]
}

@test "fetch: an address of GitHub that is none is status 3" {
	sim
	for url in github.example ftp://github.example; do
		GITHUB_GRAPHQL_URL=$url/api/graphql fetch 3
		[ "$stderr" = "oompa-fetch: acme/widgets: GraphQL index: '$url/api/graphql' is no URL with https://" ]
	done
}

@test "fetch: 17 half an answer is no answer" {
	sim
	sim_fault '{"operation": "Index", "graphql_errors": [{"path": ["repository", "branches"], "type": "FORBIDDEN", "message": "Resource not accessible"}]}'
	failed 1 remote human 'GraphQL index: Resource not accessible'
	sim_fault '{"operation": "Index", "graphql_errors": [{"message": "Something went wrong while executing your query"}]}'
	failed 75 remote later 'GraphQL index: Something went wrong while executing your query'
}

@test "fetch: 17 a part of a pull request that GitHub kept back is missing, not empty" {
	sim
	with_branch ai/issue-1
	sim_do '{"do": "open_pull", "by": "demo-bot", "head": "ai/issue-1", "body": "Fixes #1\n\n<!-- oompa:pull acme/widgets#1:implement:2026-01-01T00:00:00Z -->"}'
	sim_fault '{"operation": "Deep", "graphql_errors": [
		{"path": ["pulls", 0, "labels"], "type": "FORBIDDEN", "message": "no"},
		{"path": ["pulls", 0, "closingIssuesReferences"], "type": "FORBIDDEN", "message": "no"}]}'
	fetch 0
	[ "$(jq -c 'select(.type == "pr") | [.complete, .missing]' ok.out)" = '[false,["labels","closes"]]' ]
}

@test "fetch: 404 at git is a failure of the mirror" {
	sim
	sim_fault '{"git": "git-upload-pack", "status": 404, "times": 0}'
	fetch 75
	[[ $stderr == "oompa-fetch: acme/widgets: mirror: git fetch: "* && $stderr != *$'\n'* ]]
	[ "$(types)" = "error end" ]
	sim_no_faults
	fetch 0
}

@test "fetch: the packs of the mirror become one when they are many" {
	sim
	fetch 0
	mirror=clones/acme/widgets/mirror.git
	for i in $(seq 60); do
		oid=$(git -C $mirror hash-object -w --stdin <<<"$i")
		git -C $mirror pack-objects -q objects/pack/pack <<<"$oid" >/dev/null
		rm "$mirror/objects/${oid:0:2}/${oid:2}"
	done
	sim_do '{"do":"push","branch":"main","by":"maya","files":{"new":"x"}}'
	fetch 0
	[ "$(find $mirror -name '*.pack' | wc -l)" -le 2 ]
	# What nothing leads to may be in use.
	git -C $mirror cat-file -e "$oid"
}

@test "fetch: two at once make one mirror" {
	sim
	oompa-fetch -R acme/widgets >a 2>a.err 3>&- &
	pid=$!
	oompa-fetch -R acme/widgets >b 2>b.err 3>&- &
	wait "$pid" "$!"
	cat a.err b.err
	[ ! -s a.err ]
	[ ! -s b.err ]
	diff <(jq -c 'del(.rate, .fetched_at)' a) <(jq -c 'del(.rate, .fetched_at)' b)
	[ "$(requests | jq '.[1]')" -eq 3 ]
}

# refused MESSAGE: the clone directory is refused.
refused() {
	fetch 3 || return
	[ "$stderr" = "oompa-fetch: acme/widgets: $1" ] || return
	[ "$(types)" = "error end" ]
}

@test "fetch: the clone directory must be a real one of ours" {
	sim
	mkdir -m 700 real
	ln -s real link
	OOMPA_CLONE_DIR=$PWD/link refused "'$PWD/link' is not a directory"
	OOMPA_CLONE_DIR=$PWD/link/ refused "'$PWD/link' is not a directory"
	OOMPA_CLONE_DIR=real refused "'real' is not an absolute path"
	OOMPA_CLONE_DIR=../real refused "'../real' is not an absolute path"
	touch file
	OOMPA_CLONE_DIR=$PWD/file refused "'$PWD/file' is not a directory"
	chmod 770 real
	OOMPA_CLONE_DIR=$PWD/real refused "'$PWD/real' is open to others; chmod 700 it"
	chmod 705 real
	OOMPA_CLONE_DIR=$PWD/real refused "'$PWD/real' is open to others; chmod 700 it"
	chmod 700 real
	ln -s /tmp real/acme
	OOMPA_CLONE_DIR=$PWD/real refused "'$PWD/real/acme' is not a directory"
	rm real/acme
	mkdir -m 700 real/acme real/acme/widgets
	chmod 750 real/acme/widgets
	OOMPA_CLONE_DIR=$PWD/real refused "'$PWD/real/acme/widgets' is open to others; chmod 700 it"
	chmod 700 real/acme/widgets
	OOMPA_CLONE_DIR=$PWD/real/ fetch 0
	[ "$(sed -n 1p ok.out | jq -r .mirror)" = "$PWD/real/acme/widgets/mirror.git" ]
}

@test "fetch: a clone directory of somebody else is refused" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to give a directory away"
	sim
	mkdir -m 700 theirs
	chown 12345 theirs
	OOMPA_CLONE_DIR=$PWD/theirs refused "'$PWD/theirs' belongs to somebody else"
}

@test "fetch: 52 directories are 0700 and files 0600 whatever the umask" {
	sim
	umask 0
	fetch 0
	[ "$(stat -c %a clones clones/acme clones/acme/widgets | sort -u)" = 700 ]
	[ "$(stat -c %a clones/acme/widgets/people.json clones/acme/widgets/fetch.lock | sort -u)" = 600 ]
}

@test "fetch: the repository is named as GitHub names it" {
	sim
	ok 0 oompa-fetch -R ACME/Widgets
	[ "$(jq -r '.repo' ok.out | sort -u)" = acme/widgets ]
	[ -d clones/acme/widgets/mirror.git ]
}

@test "fetch: 46 TERM while GitHub is slow gives a partial end and death by TERM" {
	sim
	sim_fault '{"operation": "Index", "delay_ms": 20000}'
	oompa-fetch -R acme/widgets >out 2>err 3>&- &
	pid=$!
	sleep 1
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	[ ! -s err ]
	[ "$(jq -c '[.type, .from, .count, .status]' out)" = '["end","oompa-fetch",0,"partial"]' ]
}

@test "fetch: 43 a full disk is an error" {
	sim
	ok 1 sh -c 'exec oompa-fetch -R acme/widgets >/dev/full'
	[ "$stderr" = "oompa-fetch: acme/widgets: cannot write <stdout>: No space left on device" ]
	ok 1 sh -c 'exec oompa-fetch -R acme/widgets >&-'
	[[ $stderr =~ ^oompa-fetch:\ (acme/widgets:\ )?cannot\ write\ \<stdout\>:\ Bad\ file\ descriptor$ ]]
}

@test "fetch: 48 texts of every kind come through as records" {
	sim
	jq -n '{do: "comment", number: 1, by: "zed", body: "\u0001\u001b[31m é 漢 \ud83d\ude00 \u2028 \"\\ \r\n"}' >deed
	sim_do "$(cat deed)"
	fetch 0
	[ "$(issue 1 '.comments[0].body')" = "$(jq -c .body deed)" ]
	[ "$(wc -l <ok.out)" -eq 3 ]
}

@test "fetch: git of the operator plays no part" {
	sim
	printf '[url "http://evil.invalid/"]\n\tinsteadOf = %s\n[core]\n\thooksPath = %s\n' "$SIM" "$PWD" >"$HOME/.gitconfig"
	printf '#!/bin/sh\ntouch %s/hooked\n' "$PWD" >reference-transaction
	chmod +x reference-transaction
	export GIT_DIR=/nonexistent GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=$PWD
	fetch 0
	[ ! -e hooked ]
	[ "$(types)" = "repo issue end" ]
}

@test "fetch: another server's token goes to that server's API, also when only the server is named" {
	sim
	unset GITHUB_API_URL GITHUB_GRAPHQL_URL
	GITHUB_SERVER_URL=$SIM/ fetch 0
	[ "$(types)" = "repo issue end" ]
}
