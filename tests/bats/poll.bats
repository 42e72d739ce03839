# shellcheck disable=SC2154 # ok sets stderr
# shellcheck disable=SC2016,SC2030,SC2031 # each test is a subshell
# What oompa-fetch asks GitHub, and how often: the first time, when nothing
# happened, when something did, and when answers are cut, wrong or refused.
load helpers
load ../helper/fetch

# quiet [OPTION...]: another fetch asks for the index and nothing else; what has
# just changed is read once more until it is some seconds old.
quiet() {
	local before tries

	for ((tries = 0; tries < 8; tries++)); do
		before=$(requests)
		fetch 0 "$@"
		[ "$(requests)" != "$(jq -c '[.[0] + 1, .[1]]' <<<"$before")" ] || return 0
		sleep 1
	done
	return 1
}

# deep: the numbers of the items that the last fetch asked for in depth.
deep() {
	journal '[.[] | select(.operation.name == "Deep")] | last | .variables | .pulls + .issues | length'
}

many_others() {
	sim '.repositories[0].permissions += {}
		| .repositories[0].commits += ([range(1; 4) | {branch: "ai/issue-\(.)", message: "m", files: {"f\(.)": "x"}}]
			+ [range(500) | {branch: "topic-\(.)", message: "m", files: {"f": "x"}}])
		| .repositories[0].issues = [range(1; 4) | {number: ., title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}]}]
		| .repositories[0].pulls = ([range(1; 4) | {number: (1000 + .), head: "ai/issue-\(.)", title: "Ours", author: "demo-bot", body: "Fixes #\(.)\n\n\($ours)"}]
			+ [range(500) | {number: (10 + .), head: "topic-\(.)", title: "Theirs", author: "zed", body: ""}])'
}

@test "poll: 500 open pull requests of other people and 3 of ours cost what 3 cost" {
	many_others
	fetch 0
	[ "$(jq -c 'select(.type == "pr") | .number' ok.out | paste -sd ' ')" = "1001 1002 1003" ]
	# The index, all six items in depth, and one person.
	[ "$(journal '[.[] | select(.method and (.git | not)) | .operation.name]')" = \
		'["Index","Deep","repos/get-collaborator-permission-level","repos/get-collaborator-permission-level"]' ]
	quiet
	[ "$(jq -c 'select(.type == "pr") | .number' ok.out | paste -sd ' ')" = "1001 1002 1003" ]
	[ "$(journal '[.[] | select(.operation.name == "Index") | .bytes_out] | max < 20000')" = true ]
}

@test "poll: 200 labelled issues are read once, and then polled with one request" {
	sim '.repositories[0].issues = [range(200) | {number: (. + 1), title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}]}]'
	fetch 0
	[ "$(jq -c 'select(.type == "issue") | .number' ok.out | paste -sd ' ')" = "$(seq 200 | paste -sd ' ')" ]
	[ "$(asked Index) $(asked Issues) $(asked Deep) $(asked FollowUp)" = "1 3 20 0" ]
	mv ok.out first
	quiet
	diff <(jq -c 'del(.rate, .fetched_at)' first) <(jq -c 'del(.rate, .fetched_at)' ok.out)
	ok 0 oompa-plan --max-tasks 2 first
	[ "$(jq -cs '[map(select(.type == "task") | .number), (map(select(.code == "later")) | length)]' ok.out)" = '[[1,2],198]' ]
	# One more, one less, and one that lost the label and is far down.
	sim_do '[{"do": "comment", "number": 7, "by": "li", "body": "Me too"}]'
	fetch 0
	[ "$(asked Issues) $(deep)" = "3 1" ]
	sim_do '{"do": "unlabel", "number": 150, "by": "maya", "label": "good-for-ai"}'
	fetch 0
	[ "$(jq -c 'select(.type == "issue")' ok.out | wc -l)" -eq 199 ]
	[ "$(asked Issues)" -eq 6 ]
	sim_do '[{"do": "label", "number": 150, "by": "maya", "label": "good-for-ai"}, {"do": "close_issue", "number": 3}]'
	fetch 0
	[ "$(jq -c 'select(.type == "issue") | .number' ok.out | paste -sd ' ')" = "$(seq 200 | grep -vx 3 | paste -sd ' ')" ]
	quiet
}

@test "poll: only what moved is read in depth" {
	ours
	fetch 0
	[ "$(deep)" = 2 ]
	quiet
	sim_do '{"do": "comment", "number": 2, "by": "li", "body": "Nice"}'
	fetch 0
	[ "$(deep)" = 1 ]
	[ "$(pull 2 '[.comments[].body]')" = '["Nice"]' ]
	quiet
	sim_do '{"do": "edit", "number": 1, "by": "zed", "body": "New"}'
	fetch 0
	[ "$(deep)" = 1 ]
	[ "$(issue 1 '[.body, .editor.login, .editor.trust]')" = '["New","zed","read"]' ]
	quiet
}

@test "poll: a check, the base, mergeability and auto-merge are moves" {
	ours
	fetch 0
	for deed in \
		'{"do": "check", "number": 2, "check": {"name": "unit", "conclusion": "FAILURE"}}' \
		'{"do": "status", "number": 2, "status": {"context": "ci/prow", "state": "ERROR"}}' \
		'{"do": "push", "branch": "main", "files": {"new": "x"}}' \
		'{"do": "mergeable", "number": 2, "value": "CONFLICTING"}' \
		'{"do": "auto_merge", "number": 2, "by": "maya"}' \
		'{"do": "merge_queue", "number": 2, "by": "maya"}'; do
		before=$(asked Deep)
		sim_do "$deed"
		fetch 0
		[ "$(asked Deep)" -eq $((before + 1)) ]
		[ "$(deep)" = 1 ]
	done
	[ "$(pull 2 '[.checks[0].conclusion, .statuses[0].state, .behind, .ahead, .mergeable, .auto_merge, .merge_queue]')" = \
		'["failure","error",1,1,"conflicting",true,true]' ]
	quiet
}

@test "poll: what changed in the second in which it was read is read once more" {
	ours
	fetch 0
	sim_do '{"do": "comment", "number": 2, "by": "li", "body": "One"}'
	fetch 0
	sim_do '{"do": "edit_comment", "id": "'"$(sim_state acme/widgets | jq -r '.pulls[0].comments[0].id')"'", "body": "Two", "by": "li"}'
	fetch 0
	[ "$(deep)" = 1 ]
	[ "$(pull 2 '.comments[0].body')" = '"Two"' ]
	before=$(asked Deep)
	fetch 0
	[ "$(asked Deep)" -ge $((before + 1)) ]
	quiet
}

@test "poll: a pull request that closes an issue is a move of the issue" {
	sim '.repositories[0].commits += [{branch: "fix", message: "m", files: {"g": "x"}}]
		| .repositories[0].pulls = [{number: 2, head: "fix", title: "Fix", author: "li", body: "Fixes #1"}]'
	fetch 0
	[ "$(issue 1 '.pulls[0].state')" = '"open"' ]
	# GitHub need not touch the issue for that.
	sim_do '{"do": "close_pull", "number": 2}'
	fetch 0
	[ "$(issue 1 '.pulls[0].state')" = '"closed"' ]
	quiet
}

@test "poll: UNKNOWN mergeability is no news" {
	ours
	fetch 0
	sim_do '{"do": "mergeable", "number": 2, "value": "UNKNOWN"}'
	quiet
	[ "$(pull 2 .mergeable)" = '"mergeable"' ]
	sim_do '{"do": "mergeable", "number": 2, "value": "CONFLICTING"}'
	fetch 0
	[ "$(pull 2 .mergeable)" = '"conflicting"' ]
	sim_do '{"do": "mergeable", "number": 2, "value": "UNKNOWN"}'
	rm clones/acme/widgets/cache.json
	fetch 0
	[ "$(pull 2 .mergeable)" = '"unknown"' ]
}

@test "poll: permissions that have not changed are asked for free" {
	sim
	fetch 0
	people=clones/acme/widgets/people.json
	sed -i 's/"at":"20[0-9]*-/"at":"2020-/g' "$people"
	fetch 0
	[ "$(issue 1 '[.author.trust, .events[0].actor.trust]')" = '["write","admin"]' ]
	[ "$(journal '[.[] | select(.path // "" | test("/permission$")) | .status]')" = '[200,200,304,304]' ]
	quiet
	sed -i 's/"at":"20[0-9]*-/"at":"2020-/g' "$people"
	sim_do '{"do": "permission", "login": "maya", "role": "read"}'
	fetch 0
	[ "$(issue 1 '[.author.trust, .events[0].actor.trust]')" = '["write","read"]' ]
	# What is remembered wrongly is asked for in full.
	jq -c '.maya.trust = "emperor" | .maya.at = "2020-01-01T00:00:00Z"' "$people" >wrong && mv wrong "$people"
	fetch 0
	[ "$(issue 1 '.events[0].actor.trust')" = '"read"' ]
	[ "$(journal '[.[] | select(.path // "" | test("maya/permission$")) | .status] | last')" = 200 ]
}

@test "poll: everything is read again after a quarter of an hour" {
	ours
	fetch 0
	quiet
	sed -i 's/"at":"20[0-9]*-/"at":"2020-/g' clones/acme/widgets/cache.json
	fetch 0
	[ "$(asked Deep)" = 2 ]
	[ "$(deep)" = 2 ]
	# A clock that was wrong does not stop the reading.
	sed -i 's/"at":"20[0-9]*-/"at":"2120-/g' clones/acme/widgets/cache.json
	fetch 0
	[ "$(asked Deep)" = 3 ]
	quiet
}

@test "poll: the cache may be broken, deleted, or another account's" {
	ours
	fetch 0
	jq -c 'del(.rate, .fetched_at)' ok.out >want
	for broken in '' '{' '[]' '{"key":5}' 'null' "$(jq -c '.items = []' clones/acme/widgets/cache.json)"; do
		printf '%s' "$broken" >clones/acme/widgets/cache.json
		fetch 0
		[ -z "$stderr" ]
		jq -c 'del(.rate, .fetched_at)' ok.out | diff want -
	done
	[ "$(stat -c %a clones/acme/widgets/cache.json)" = 600 ]
	jq -c '.viewer = "somebody"' clones/acme/widgets/cache.json >cache && mv cache clones/acme/widgets/cache.json
	before=$(asked Deep)
	fetch 0
	[ "$(asked Deep)" -eq $((before + 1)) ]
	quiet
	before=$(asked Deep)
	jq -c '.key = "of another version"' clones/acme/widgets/cache.json >cache && mv cache clones/acme/widgets/cache.json
	fetch 0
	[ "$(asked Deep)" -eq $((before + 1)) ]
}

@test "poll: a pull request that is closed, merged or reopened" {
	ours '.repositories[0].commits += [{branch: "ai/issue-3", message: "m", files: {"g": "x"}}]
		| .repositories[0].pulls += [$p | .number = 4 | .head = "ai/issue-3"]'
	fetch 0
	[ "$(jq -c 'select(.type == "pr") | .number' ok.out | paste -sd ' ')" = "2 4" ]
	sim_do '[{"do": "close_pull", "number": 2}, {"do": "merge_pull", "number": 4}]'
	fetch 0
	[ "$(jq -c 'select(.type == "pr") | .number' ok.out)" = "" ]
	sim_do '{"do": "reopen_pull", "number": 2}'
	fetch 0
	[ "$(jq -c 'select(.type == "pr") | .number' ok.out)" = 2 ]
}

@test "poll: another label is another list" {
	sim '.repositories[0].issues = [range(150) | {number: (. + 1), title: "Issue \(.)", labels: [{name: (if . < 120 then "good-for-ai" else "bug" end), by: "maya"}]}]'
	fetch 0
	[ "$(jq -c 'select(.type == "issue")' ok.out | wc -l)" -eq 120 ]
	fetch 0 --label bug
	[ "$(jq -c 'select(.type == "issue") | .number' ok.out | paste -sd ' ')" = "$(seq 121 150 | paste -sd ' ')" ]
	fetch 0
	[ "$(jq -c 'select(.type == "issue")' ok.out | wc -l)" -eq 120 ]
}

# Long lists.

@test "poll: every list is read to its end, all unfinished ones in one request per round" {
	ours '.repositories[0].pulls[0] += {
			comments: [range(210) | {author: "li", body: "Comment \(.)"}],
			reviews: [range(120) | {author: "li", state: "COMMENTED", body: "Review \(.)"}],
			threads: [range(65) | {path: "count", line: 1, comments: [range(if . == 0 then 160 else 1 end) | {author: "li", body: "Thread \(.)"}]}],
			checks: [range(130) | {name: "check-\(.)", conclusion: "FAILURE"}],
			statuses: [{context: "ci/prow", state: "PENDING", creator: "maya"}],
			labels: [range(60) | "label-\(.)"]}
		| .repositories[0].issues[0].comments = [range(250) | {author: "li", body: "Text \(.)"}]'
	fetch 0
	[ "$(pull 2 '[(.comments | length), .comments[0].body, .comments[209].body, (.threads | length), (.threads[0].comments | length), .threads[0].comments[159].body, (.checks | length), (.statuses | length), (.labels | length), .complete]')" = \
		'[210,"Comment 0","Comment 209",65,160,"Thread 159",130,1,60,true]' ]
	[ "$(pull 2 '[.reviews[].body | select(. != "")] | length == 120 and .[0] == "Review 0" and .[119] == "Review 119"')" = true ]
	[ "$(pull 2 '[.checks[].name] | unique | length')" = 130 ]
	[ "$(issue 1 '[(.comments | length), .comments[0].body, .comments[249].body]')" = '[250,"Text 0","Text 249"]' ]
	# The longest are the reviews, as each comment in a thread is one as well:
	# 344, of which 30 at first, then 100, 100, 100, 14.
	[ "$(pull 2 '.reviews | length')" = 344 ]
	[ "$(asked Deep)" = 1 ]
	[ "$(journal '[.[] | select(.operation.name == "FollowUp") | .variables | length / 2]')" = '[8,4,2,1]' ]
	quiet
	# The next time the first pages are as large as these lists need.
	sim_do '{"do": "comment", "number": 2, "by": "li", "body": "x"}'
	fetch 0
	[ "$(journal '[.[] | select(.operation.name == "Deep")] | last | .variables | [.threads, .checks]')" = '[50,100]' ]
}

@test "poll: page sizes follow what is there" {
	ours '.repositories[0].pulls[0] += {threads: [{path: "count", line: 1, comments: [{author: "li", body: "x"}]}], checks: [{name: "unit"}]}'
	fetch 0
	sim_do '{"do": "comment", "number": 2, "by": "li", "body": "x"}'
	fetch 0
	[ "$(journal '[.[] | select(.operation.name == "Deep")] | map(.variables | [.threads, .checks])')" = '[[20,50],[3,3]]' ]
}

# Answers that are late, cut or wrong.

@test "poll: a server that takes too long is asked for less, and that is remembered" {
	sim '.repositories[0].issues = [range(12) | {number: (. + 1), title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}]}]'
	sim_fault '{"operation": "Deep", "html": "<html>502</html>", "times": 2}'
	fetch 0
	[ "$stderr" = "" ]
	[ "$(jq -c 'select(.type == "issue") | .number' ok.out | paste -sd ' ')" = "$(seq 12 | paste -sd ' ')" ]
	[ "$(journal '[.[] | select(.operation.name == "Deep") | .variables.issues | length]')" = '[10,5,2,3,4,3]' ]
	[ "$(jq .at_once clones/acme/widgets/cache.json)" = 5 ]
	sim_fault '{"operation": "Deep", "graphql_errors": [{"path": ["issues", 1, "comments"], "type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded."}]}'
	rm clones/acme/widgets/cache.json
	fetch 0
	[ "$(journal '[.[] | select(.operation.name == "Deep") | .variables.issues | length] | .[6:]')" = '[10,5,6,1]' ]
	[ "$(jq -c 'select(.type == "issue") | .complete' ok.out | sort -u)" = true ]
}

@test "poll: a server that fails for good is status 75, and what was read is kept" {
	sim '.repositories[0].issues = [range(12) | {number: (. + 1), title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}]}]'
	sim_fault '{"operation": "Deep", "skip": 1, "html": "<html>502</html>", "times": 0}'
	fetch 75 --patience 0
	[ "$(types)" = "error end" ]
	[[ $stderr == "oompa-fetch: acme/widgets: GraphQL deep: 502" ]]
	sim_no_faults
	before=$(asked Deep)
	fetch 0
	[ "$(journal '[.[] | select(.operation.name == "Deep") | .variables.issues | length] | .['"$before"':] | add')" = 2 ]
	[ "$(jq -c 'select(.type == "issue")' ok.out | wc -l)" -eq 12 ]
}

@test "poll: an item that GitHub cannot deliver does not stop the others" {
	sim '.repositories[0].issues = [range(3) | {number: (. + 1), title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}]}]'
	# Three at once, then one alone; then the two others.
	sim_fault '{"operation": "Deep", "html": "<html>502</html>", "times": 2}'
	fetch 75 --patience 0
	[ "$stderr" = "oompa-fetch: acme/widgets#1: GraphQL deep: 502" ]
	[ "$(jq -c '[.type, .number, .status]' ok.out | tail -n 4 | paste -sd ' ')" = \
		'["issue",2,null] ["issue",3,null] ["error",null,null] ["end",null,"partial"]' ]
	fetch 0 --patience 0
	[ "$(jq -c 'select(.type == "issue") | .number' ok.out | paste -sd ' ')" = "1 2 3" ]
}

@test "poll: a page that GitHub cannot deliver is missing, and the others go on" {
	sim '.repositories[0].issues = [range(2) | {number: (. + 1), title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}], comments: [range(40) | {author: "li", body: "x"}]}]'
	sim_fault '{"operation": "FollowUp", "html": "<html>502</html>", "times": 2}'
	fetch 0 --patience 0
	[ "$(jq -c 'select(.type == "issue") | [.number, .missing, (.comments | length)]' ok.out | paste -sd ' ')" = '[1,["comments"],30] [2,[],40]' ]
	sim_fault '{"operation": "FollowUp", "html": "<html>502</html>", "times": 0}'
	rm clones/acme/widgets/cache.json
	fetch 75 --patience 0
	[ "$(types)" = "error end" ]
}

@test "poll: 17 a list that is null without an error is no empty list" {
	sim
	for path in '["repository", "branches"]' '["repository", "issues"]'; do
		sim_fault '{"operation": "Index", "graphql_errors": [{"path": '"$path"', "type": "FORBIDDEN", "message": "no"}]}'
		fetch 1 --patience 0
		[ "$(types)" = "error end" ]
	done
	sim_fault '{"operation": "Index", "status": 200, "body": {"data": {"viewer": {"login": "demo-bot", "databaseId": 1}, "nodes": [],
		"repository": {"id": "R", "nameWithOwner": "acme/widgets", "url": "u", "isArchived": false, "isPrivate": false, "defaultBranchRef": null,
		"branches": null, "issues": {"totalCount": 0, "pageInfo": {"hasNextPage": false}, "nodes": []}}}}}'
	fetch 75 --patience 0
	[ "$stderr" = "oompa-fetch: acme/widgets: GraphQL index: a list is missing" ]
}

@test "poll: answers of odd shapes end neither in a crash nor in a record" {
	local odd

	sim
	fetch 0
	for odd in '{}' '{"data": {}}' '{"data": {"repository": {}}}' '{"data": {"repository": {"nameWithOwner": 5}, "viewer": 7}}' \
		'{"data": {"viewer": {"login": "demo-bot"}, "nodes": [null, 5, {}], "repository": {"id": "R", "nameWithOwner": "acme/widgets",
			"branches": {"nodes": [null, {}, {"name": 5, "associatedPullRequests": {"nodes": [null, 5, {}]}}]},
			"issues": {"nodes": [null, {}, {"id": 5}, {"id": "x"}]}}}}'; do
		jq -nc --argjson odd "$odd" '{operation: "Index", status: 200, body: $odd}' >fault
		sim_fault "$(cat fault)"
		run --separate-stderr oompa-fetch -R acme/widgets --patience 0
		[ "$status" -lt 128 ]
		sim_no_faults
	done
	for odd in '{"data": {}}' '{"data": {"issues": [{}], "pulls": []}}' '{"data": {"issues": [{"__typename": "Issue", "id": "x", "number": 1,
		"comments": {"pageInfo": {"hasPreviousPage": true, "startCursor": "x"}}, "labels": {"nodes": [null, 5]}, "timelineItems": {"nodes": [null, {}]},
		"userContentEdits": {"nodes": [null]}, "closedByPullRequestsReferences": {"nodes": [null, {}, {"number": 5}, {"number": 6}]}}], "pulls": []}}'; do
		rm -f clones/acme/widgets/cache.json
		jq -nc --argjson odd "$odd" '{operation: "Deep", status: 200, body: $odd}' >fault
		sim_fault "$(cat fault)"
		run --separate-stderr oompa-fetch -R acme/widgets --patience 0
		[ "$status" -lt 128 ]
		sim_no_faults
	done
}

@test "poll: follow-up pages too many at once are asked for in halves" {
	sim '.repositories[0].issues = [range(6) | {number: (. + 1), title: "Issue \(.)", labels: [{name: "good-for-ai", by: "maya"}], comments: [range(40) | {author: "li", body: "x"}]}]'
	sim_fault '{"operation": "FollowUp", "html": "<html>504</html>", "status": 504}'
	fetch 0
	[ "$(jq -c 'select(.type == "issue") | .comments | length' ok.out | sort -u)" = 40 ]
	[ "$(journal '[.[] | select(.operation.name == "FollowUp") | .variables | length / 2]')" = '[6,3,3]' ]
}

@test "poll: 17 a list that GitHub kept back is missing, is not judged, and is asked for again" {
	sim '.repositories[0].issues += [{number: 5, title: "Other", labels: [{name: "good-for-ai", by: "maya"}]}]'
	sim_fault '{"operation": "Deep", "graphql_errors": [{"path": ["issues", 0, "comments"], "type": "FORBIDDEN", "message": "Resource not accessible"}]}'
	fetch 0
	[ "$(issue 1 '[.complete, .missing, .status]')" = '[false,["comments"],null]' ]
	[ "$(issue 5 .complete)" = true ]
	planned
	[ "$(jq -r 'select(.number == 1) | .code' ok.out)" = incomplete ]
	fetch 0
	[ "$(deep)" = 1 ]
	[ "$(issue 1 '[.complete, .missing]')" = '[true,[]]' ]
}

@test "poll: 17 a page behind the first that is kept back is missing" {
	sim '.repositories[0].issues[0].comments = [range(50) | {author: "li", body: "x"}]'
	sim_fault '{"operation": "FollowUp", "graphql_errors": [{"path": ["p0"], "type": "NOT_FOUND", "message": "gone"}]}'
	fetch 0
	[ "$(issue 1 '[.complete, .missing]')" = '[false,["comments"]]' ]
	fetch 0
	[ "$(issue 1 '[.complete, .missing, (.comments | length)]')" = '[true,[],50]' ]
}

@test "poll: 17 an item that GitHub keeps back as a whole is told, the others go on" {
	sim '.repositories[0].issues += [{number: 5, title: "Other", labels: [{name: "good-for-ai", by: "maya"}]}]'
	sim_fault '{"operation": "Deep", "graphql_errors": [{"path": ["issues", 0], "type": "FORBIDDEN", "message": "SAML enforcement"}]}'
	fetch 1
	[ "$stderr" = "oompa-fetch: acme/widgets#1: the token is not authorized for the organization (SSO): GraphQL deep: SAML enforcement" ]
	[ "$(jq -c '[.type, .number, .item, .status]' ok.out | tail -n 3 | paste -sd ' ')" = \
		'["issue",5,null,null] ["error",null,"acme/widgets#1",null] ["end",null,null,"partial"]' ]
	# One that was deleted meanwhile is no failure.
	rm clones/acme/widgets/cache.json
	sim_fault '{"operation": "Deep", "graphql_errors": [{"path": ["issues", 0], "type": "NOT_FOUND", "message": "gone"}]}'
	fetch 0
	[ "$(types)" = "repo issue end" ]
}

@test "poll: a secondary limit with status 200 is waited for" {
	sim
	sim_fault '{"operation": "Index", "status": 200, "body": {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user"}]}, "headers": {"retry-after": "1"}}'
	fetch 0 --patience 5s
	[ "$(asked Index)" -eq 2 ]
	sim_fault '{"operation": "Deep", "status": 200, "body": {"data": null, "errors": [{"message": "You have exceeded a secondary rate limit"}]}, "headers": {"retry-after": "1"}}'
	rm clones/acme/widgets/cache.json
	fetch 0 --patience 5s
	[ "$(asked Deep)" -eq 3 ]
}

@test "poll: the time that GitHub names is kept, and nobody asks before it has come" {
	sim
	sim_fault '{"operation": "Index", "rate_limit": "secondary", "retry_after": 100}'
	fetch 75
	until=$(cat clones/acme/widgets/come-back)
	left=$(($(date -d "$until" +%s) - $(date +%s)))
	[ "$left" -gt 60 ]
	[ "$left" -le 100 ]
	before=$(requests)
	fetch 75
	[ "$stderr" = "oompa-fetch: acme/widgets: GitHub wants us to wait until $until" ]
	[ "$(requests)" = "$before" ]
	# What is past, too far away or no time is no reason to wait.
	for other in 2020-01-01T00:00:00Z 2120-01-01T00:00:00Z soon ''; do
		echo "$other" >clones/acme/widgets/come-back
		fetch 0
		[ ! -e clones/acme/widgets/come-back ]
	done
}

@test "poll: the last hundred requests of a limit are left for publishing" {
	sim '.rate_limits = {graphql: {limit: 5000, remaining: 100, reset_in: 600}}'
	fetch 75
	[[ $stderr == "oompa-fetch: acme/widgets: GraphQL "*": the last 99 requests are left for publishing, wait "*" s" ]]
	[ "$(journal '[.[] | select(.operation.name)] | length')" = 1 ]
	until=$(cat clones/acme/widgets/come-back)
	[ "$(($(date -d "$until" +%s) - $(date +%s)))" -gt 500 ]
	# That of REST is another one: the demo asks for two people.
	sim_stop
	rm -rf sim sim.journal clones
	sim '.rate_limits = {core: {limit: 5000, remaining: 100, reset_in: 600}}'
	fetch 75
	[[ $stderr == *"GET /repos/acme/widgets/collaborators/"*": the last 99 requests are left"* ]]
	sim_stop
	rm -rf sim sim.journal clones
	sim '.rate_limits = {core: {limit: 5000, remaining: 101, reset_in: 600}}'
	fetch 0
}

# What is named.

@test "poll: operands are read in depth, in scope or not, and always anew" {
	ours '.repositories[0].issues += [{number: 5, title: "No label"}, {number: 6, title: "Closed", state: "closed"}]
		| .repositories[0].commits += [{branch: "topic", message: "m", files: {"g": "x"}}]
		| .repositories[0].pulls += [{number: 7, head: "topic", title: "Theirs", author: "zed", body: ""}]'
	fetch 0 7 5
	[ "$(jq -c '[.type, .number]' ok.out | paste -sd ' ')" = '["repo",null] ["pr",7] ["issue",5] ["end",null]' ]
	[ "$(pull 7 '[.ours, .author.trust]')" = '[false,"read"]' ]
	fetch 0
	[ "$(jq -c '[.type, .number]' ok.out | paste -sd ' ')" = '["repo",null] ["pr",2] ["issue",1] ["end",null]' ]
	fetch 0 6 2 2
	[ "$(jq -c '[.type, .number, .state]' ok.out | paste -sd ' ')" = '["repo",null,null] ["pr",2,"open"] ["issue",6,"closed"] ["end",null,"ok"]' ] ||
		[ "$(jq -c '[.type, .number]' ok.out | paste -sd ' ')" = '["repo",null] ["pr",2] ["issue",6] ["end",null]' ]
	quiet
	fetch 1 99
	[ "$stderr" = "oompa-fetch: acme/widgets#99: no such issue or pull request" ]
	[ "$(tail -n 1 ok.out | jq -r .status)" = partial ]
	for wrong in 0 -1 x 1.5 '' 007 99999999999999999999; do
		fetch 2 -- "$wrong"
		[ "$stderr" = "oompa-fetch: '$wrong' is no number of an issue or pull request; see --help" ]
	done
}

@test "poll: 21 --watch-prs and --watch-label add pull requests, each once" {
	ours '.repositories[0].labels += ["oompa-watch"]
		| .repositories[0].commits += [range(7; 10) | {branch: "topic-\(.)", message: "m", files: {"g": "x"}}]
		| .repositories[0].pulls += [range(7; 10) | {number: ., head: "topic-\(.)", title: "Theirs", author: "zed", body: ""}]
		| .repositories[0].pulls[2].labels = [{name: "oompa-watch", by: "li"}]'
	fetch 0 --watch-prs 2,9 --watch-label oompa-watch
	[ "$(jq -c 'select(.type == "pr") | [.number, .ours]' ok.out | paste -sd ' ')" = '[2,true] [8,false] [9,false]' ]
	[ "$(pull 8 '[.events[] | [.event, .label, .actor.login, .actor.trust]]')" = '[["labeled","oompa-watch","li","write"]]' ]
	[ "$(asked Lookup)" = 1 ]
	before=$(requests)
	fetch 0 --watch-prs 2,9 --watch-label oompa-watch
	[ "$(requests)" = "$(jq -c '[.[0] + 1, .[1]]' <<<"$before")" ]
	sim_do '[{"do": "close_pull", "number": 9}, {"do": "unlabel", "number": 8, "label": "oompa-watch"}]'
	fetch 0 --watch-prs 2,9 --watch-label oompa-watch
	[ "$(jq -c 'select(.type == "pr") | .number' ok.out)" = 2 ]
	fetch 1 --watch-prs 2,1
	fetch 1 --watch-prs 2,1,77
	[ "$(sort ok.err)" = "oompa-fetch: acme/widgets#1: an issue, and no pull request that could be watched
oompa-fetch: acme/widgets#77: no such issue or pull request" ]
	[ "$(jq -c 'select(.type == "pr") | .number' ok.out)" = 2 ]
}

@test "poll: more than 100 pull requests to watch" {
	sim '.repositories[0].commits += [range(2; 132) | {branch: "topic-\(.)", message: "m", files: {"f": "x"}}]
		| .repositories[0].pulls = [range(2; 132) | {number: ., head: "topic-\(.)", title: "Theirs", author: "zed", body: ""}]'
	OOMPA_WATCH_PRS=$(seq -s , 2 131)
	export OOMPA_WATCH_PRS
	fetch 0
	[ "$(jq -c 'select(.type == "pr")' ok.out | wc -l)" -eq 130 ]
	# Lookups of 50 each; the index takes 100 ids, the rest comes after it.
	[ "$(asked Lookup) $(asked Index) $(asked Moves) $(asked Deep)" = "3 1 1 14" ]
	before=$(requests)
	fetch 0
	[ "$(requests)" = "$(jq -c '[.[0] + 2, .[1]]' <<<"$before")" ]
}

@test "poll: a maintainer's own pull requests under our token are not ours" {
	sim '.tokens["ghp_demo_write_token_0000000000000000000"].login = "maya"
		| .repositories[0].commits += [{branch: "topic", message: "m", files: {"g": "x"}}, {branch: "ai/issue-1", message: "m", files: {"h": "x"}}]
		| .repositories[0].pulls = [{number: 2, head: "topic", title: "Mine", author: "maya", body: "By hand"},
			{number: 3, head: "ai/issue-1", title: "By hand, too", author: "maya", body: "Fixes #1"}]'
	fetch 0
	[ "$(types)" = "repo issue end" ]
	[ "$(issue 1 '[.pulls[] | [.number, .link, .ours]]')" = '[[3,"branch",false]]' ]
	fetch 0 2 3
	[ "$(jq -c 'select(.type == "pr") | [.number, .ours]' ok.out | paste -sd ' ')" = '[2,false] [3,false]' ]
}

@test "poll: --aka names accounts whose marked texts and pull requests are ours, too" {
	ours '.repositories[0].pulls[0].author = "old-bot" | .users += [{login: "old-app", type: "Bot"}]
		| .repositories[0].issues[0].comments = [
			{author: "old-bot", body: "Sorry\n\n<!-- oompa:notice acme/widgets#1:implement:2026-01-01T00:00:00Z -->"},
			{author: "old-app", body: "Sorry\n\n<!-- oompa:notice acme/widgets#1:implement:2026-01-02T00:00:00Z -->"},
			{author: "old-bot", body: "A person"}]'
	fetch 0
	[ "$(types)" = "repo issue end" ]
	[ "$(issue 1 '[.comments[].ours]')" = '[false,false,false]' ]
	fetch 0 --aka 'old-bot,old-app[bot]'
	[ "$(types)" = "repo pr issue end" ]
	[ "$(issue 1 '[.comments[].ours]')" = '[true,true,false]' ]
	[ "$(issue 1 '[.status.state.rows[].task | .[-20:]]')" = '["2026-01-01T00:00:00Z","2026-01-02T00:00:00Z"]' ]
}

# status AUTHOR TASK-TIME: a status comment with one row, as JSON.
status() {
	jq -cn --arg by "$1" --arg at "$2" '{author: $by, body: ("<!-- oompa-state " + ({v: 1, cost: 0.5, rows: [
		{task: "acme/widgets#1:implement:\($at)", at: $at, outcome: "changed", why: "", note: "", url: null, branch: null, oid: null, cost: 0.5}]} | tojson) +
		" -->\nx\n<!-- oompa:status -->")}'
}

@test "poll: with --aka our own status comment is the one, and no other's rows are lost" {
	sim '.repositories[0].issues[0].comments = ['"$(status old-bot 2026-01-01T00:00:00Z),$(status demo-bot 2026-01-02T00:00:00Z),$(status demo-bot 2026-01-03T00:00:00Z)"']
		| .repositories[0].issues += [{number: 5, title: "Other", labels: ["good-for-ai"],
			comments: ['"$(status old-bot 2026-01-04T00:00:00Z),$(status old-bot 2026-01-05T00:00:00Z)"']}]'
	fetch 0 --aka old-bot
	[ "$(issue 1 '[.status.state.rows[].task[-20:]]')" = '["2026-01-02T00:00:00Z","2026-01-01T00:00:00Z","2026-01-03T00:00:00Z"]' ]
	[ "$(issue 5 '[.status.state.rows[].task[-20:]]')" = '["2026-01-05T00:00:00Z","2026-01-04T00:00:00Z"]' ]
	# Without it they are a stranger's.
	fetch 0
	[ "$(issue 1 '[.status.state.rows[].task[-20:]]')" = '["2026-01-02T00:00:00Z","2026-01-03T00:00:00Z"]' ]
	[ "$(issue 5 .status)" = null ]
}

@test "poll: --fork is where our branches and pull requests are" {
	sim '.repositories += [{name: "demo-bot/widgets", fork_of: "acme/widgets", permissions: {"demo-bot": "admin"}}, {name: "demo-bot/other"}]'
	sim_do '{"do": "push", "repo": "acme/widgets", "branch": "ai/issue-1-2", "files": {"a": "x"}}'
	sim_do '{"do": "push", "repo": "demo-bot/widgets", "by": "demo-bot", "branch": "ai/issue-1", "files": {"a": "x"}}'
	sim_do '{"do": "open_pull", "repo": "acme/widgets", "by": "demo-bot", "head": "demo-bot:ai/issue-1", "body": "'"Fixes #1\\n\\n$OURS"'"}'
	fetch 0 --fork demo-bot/widgets
	[ "$(jq -c 'select(.type == "pr") | [.ours, .head.repo, .head.ref, .ahead, .behind, .complete]' ok.out)" = \
		'[true,"demo-bot/widgets","ai/issue-1",1,0,true]' ]
	[ "$(issue 1 '[[.branches[].name], [.pulls[] | [.link, .ours]]]')" = '[["ai/issue-1"],[["branch",true]]]' ]
	quiet --fork demo-bot/widgets
	# What was opened from the repository itself before is ours still; a pull
	# request inside the fork is not one of this repository.
	sim_do '{"do": "open_pull", "repo": "acme/widgets", "by": "demo-bot", "head": "ai/issue-1-2", "body": "'"$OURS"'"}'
	sim_do '{"do": "push", "repo": "demo-bot/widgets", "by": "demo-bot", "branch": "ai/issue-1-3", "files": {"b": "x"}}'
	sim_do '{"do": "open_pull", "repo": "demo-bot/widgets", "by": "demo-bot", "head": "ai/issue-1-3", "body": "'"$OURS"'"}'
	fetch 0 --fork demo-bot/widgets
	[ "$(jq -c 'select(.type == "pr") | .head.ref' ok.out | paste -sd ' ')" = '"ai/issue-1" "ai/issue-1-2"' ]
	[ "$(issue 1 '[.pulls[] | select(.link == "branch") | .head] | sort')" = '["ai/issue-1","ai/issue-1-2"]' ]
	fetch 2 --fork ACME/widgets
	[ "$stderr" = "oompa-fetch: --fork is the repository itself; see --help" ]
	fetch 3 --fork demo-bot/other
	[ "$stderr" = "oompa-fetch: acme/widgets: demo-bot/other is no fork of acme/widgets" ]
	fetch 3 --fork demo-bot/nonesuch
	[ "$stderr" = "oompa-fetch: acme/widgets: --fork: there is no demo-bot/nonesuch, or this token may not see it" ]
	fetch 1 -R acme/nonesuch --fork demo-bot/nonesuch
	[ "$stderr" = "oompa-fetch: acme/nonesuch: no such repository, or this token may not see it" ]
}

@test "poll: a renamed repository is told, and nothing is done under either name" {
	sim
	fetch 0
	sim_do '{"do": "rename", "name": "gadgets"}'
	fetch 3
	[ "$stderr" = "oompa-fetch: acme/widgets: the repository is called acme/gadgets now" ]
	[ "$(types)" = "error end" ]
	fetch 3 1
	[ "$stderr" = "oompa-fetch: acme/widgets: the repository is called acme/gadgets now" ]
}

# What we know of ourselves.

NOTICE='<!-- oompa:notice acme/widgets#1:implement:2026-01-02T00:00:00Z -->'

@test "poll: a state whose comment was deleted is rebuilt from the markers of our other texts" {
	ours '.repositories[0].issues[0].comments = [
		{author: "demo-bot", body: "Failed\n\n'"$NOTICE"'"},
		{author: "zed", body: "Pasted\n\n<!-- oompa:notice acme/widgets#1:implement:2026-01-03T00:00:00Z -->"},
		{author: "demo-bot", body: "Edited\n\n<!-- oompa:notice acme/widgets#1:implement:2026-01-04T00:00:00Z -->", edited: {by: "zed", at: "-1h"}},
		{author: "demo-bot", body: "Old\n\n<!-- oompa:pull acme/widgets#1 -->"}]'
	fetch 0
	[ "$(issue 1 '[.status.id, .status.url, .complete]')" = '[null,null,true]' ]
	[ "$(issue 1 '[.status.state.rows[] | [.task[-20:], .outcome, .branch]]')" = \
		'[["2026-01-02T00:00:00Z","unknown",null],["2026-01-01T00:00:00Z","unknown","ai/issue-1"]]' ]
}

@test "poll: what the state does not say yet, the markers do" {
	ours '.repositories[0].issues[0].comments = [
		{author: "demo-bot", body: "<!-- oompa-state {\"v\":1,\"cost\":0.5,\"rows\":[{\"task\":\"acme/widgets#1:implement:2026-01-01T00:00:00Z\",\"at\":\"2026-01-01T00:00:00Z\",\"outcome\":\"changed\",\"why\":\"\",\"note\":\"\",\"url\":null,\"branch\":null,\"oid\":null,\"cost\":0.5}]} -->\nx\n<!-- oompa:status -->"},
		{author: "demo-bot", body: "Failed\n\n'"$NOTICE"'"}]'
	fetch 0
	[ "$(issue 1 '[.status.state.rows[] | [.task[-20:], .outcome]]')" = \
		'[["2026-01-01T00:00:00Z","changed"],["2026-01-02T00:00:00Z","unknown"]]' ]
	[ "$(issue 1 '.status.id | type')" = '"string"' ]
}

# answer TEXT...: our marker that answers these.
answer() {
	printf '<!-- oompa:answer acme/widgets#2:review:00112233aabbccdd %s -->' "$*"
}

@test "poll: which texts of a review were answered is known by the state and by our replies" {
	ours '.repositories[0].pulls[0] += {
			comments: [
				{author: "demo-bot", body: "<!-- oompa-state {\"v\":1,\"cost\":0.5,\"rows\":[],\"texts\":[{\"id\":\"PRRC_kept\",\"at\":\"2026-01-01T00:00:00Z\",\"verdict\":\"fixed\"},{\"id\":\"PRRC_again\",\"at\":\"2026-01-01T00:00:00Z\",\"verdict\":\"question\"}]} -->\nx\n<!-- oompa:status -->"},
				{author: "demo-bot", body: "Done.\n\n'"$(answer IC_=a-b@2026-01-02T00:00:00Z)"'"}],
			reviews: [{author: "demo-bot", state: "COMMENTED", body: "All done.\n\n'"$(answer PRR_x@2026-01-03T00:00:00Z PRR_y@2026-01-04T00:00:00Z)"'"}],
			threads: [
				{path: "count", line: 1, comments: [
					{author: "li", body: "Why?"},
					{author: "demo-bot", body: "So.\n\n'"$(answer PRRC_kept@2026-01-01T00:00:00Z PRRC_again@2026-01-05T00:00:00Z @2026-01-01T00:00:00Z PRRC_odd@then PRRC_odd)"'"},
					{author: "zed", body: "Pasted.\n\n'"$(answer PRRC_pasted@2026-01-01T00:00:00Z)"'"},
					{author: "demo-bot", body: "Edited.\n\n'"$(answer PRRC_edited@2026-01-01T00:00:00Z)"'", edited: {by: "zed", at: "-1h"}}]}]}'
	fetch 0
	[ "$(pull 2 '[.status.state.texts[] | "\(.id) \(.at) \(.verdict)"] | sort')" = "$(jq -cn '[
		"IC_=a-b 2026-01-02T00:00:00Z unknown",
		"PRRC_again 2026-01-05T00:00:00Z unknown",
		"PRRC_kept 2026-01-01T00:00:00Z fixed",
		"PRR_x 2026-01-03T00:00:00Z unknown",
		"PRR_y 2026-01-04T00:00:00Z unknown"]')" ]
	[ "$(pull 2 '[.status.state.rows[] | [.task, .outcome, (.at | type)]]')" = \
		'[["acme/widgets#2:review:00112233aabbccdd","unknown","string"]]' ]
}

@test "poll: without a status comment, our replies alone tell what was answered" {
	ours '.repositories[0].pulls[0].threads = [{path: "count", line: 1, comments: [
		{author: "li", body: "Why?"},
		{author: "demo-bot", body: "So.\n\n'"$(answer PRRC_a@2026-01-01T00:00:00Z)"'"}]}]'
	fetch 0
	[ "$(pull 2 '[.status.id, .status.state.texts]')" = \
		'[null,[{"id":"PRRC_a","at":"2026-01-01T00:00:00Z","verdict":"unknown"}]]' ]
}

@test "poll: what is not submitted is nobody's text, not even under our account" {
	ours '.repositories[0].pulls[0] += {
			reviews: [{author: "demo-bot", state: "PENDING", body: "Draft", threads: [{path: "count", line: 1, comments: [{author: "demo-bot", body: "Draft"}]}]}],
			threads: [{path: "count", line: 1, comments: [{author: "li", body: "Why?"}]}]}'
	thread=$(sim_state acme/widgets | jq -r '.pulls[0].threads[] | select(.comments[0].author == "li") | .id')
	sim_do '{"do": "reply", "repo": "acme/widgets", "number": 2, "thread": "'"$thread"'", "by": "demo-bot", "body": "Draft"}'
	[ "$(sim_state acme/widgets | jq '[.pulls[0].threads[].comments[] | select(.pending)] | length')" = 2 ]
	fetch 0
	[ "$(pull 2 '[[.threads[].comments[].body], [.reviews[].body]]')" = '[["Why?"],[""]]' ]
}

@test "poll: what we said in a review that is not submitted is said to nobody" {
	ours '.repositories[0].pulls[0] += {
			reviews: [{author: "demo-bot", state: "PENDING", body: ""}],
			threads: [{path: "count", line: 1, comments: [{author: "li", body: "Why?", at: "-1h"}]}]}'
	thread=$(sim_state acme/widgets | jq -c '.pulls[0].threads[0]')
	marker=$(answer "$(jq -r '.comments[0] | "\(.id)@\(.created_at)"' <<<"$thread")")
	sim_do "$(jq -c --arg body $'So.\n\n'"$marker" '{do: "reply", repo: "acme/widgets", number: 2, thread: .id, by: "demo-bot", body: $body}' <<<"$thread")"
	fetch 0
	pull 2 '.status' | jq -e '(.state.texts // []) == [] and all((.state.rows // [])[]; .task | contains(":review:") | not)'
	planned
	[ "$(jq -c 'select(.type == "task" and .action == "review") | .feedback | map(.body)' ok.out)" = '["Why?"]' ]
}

@test "poll: what people say becomes a task, and our reply, naming it, the end of it" {
	ours '.users += [{login: "renovate", type: "Bot"}] | .repositories[0].pulls[0] += {
			comments: [{author: "maya", body: "/oompa add a test", at: "-1h"}, {author: "zed", body: "/oompa rewrite it", at: "-1h"}],
			reviews: [{author: "li", state: "APPROVED", body: "LGTM!", at: "-1h"}, {author: "li", state: "COMMENTED", body: "Split it.", at: "-2h"}],
			threads: [{path: "count", line: 1, comments: [{author: "li", body: "Why?", at: "-3h"}, {author: "renovate", body: "Why not?", at: "-3h"}]}]}'
	fetch 0
	planned
	jq -c 'select(.type == "task" and .action == "review")' ok.out >task
	[ "$(jq -c '[.number, .reason, .branch, .push, .head_repo, (.feedback | map(.kind, .body))]' task)" = \
		'[2,"3 new texts by li (write), maya (admin)","ai/issue-1",true,"acme/widgets",["thread","Why?","review","Split it.","comment","/oompa add a test"]]' ]
	git -C clones/acme/widgets/mirror.git cat-file -e "$(jq -r .head task)^{commit}"
	thread=$(jq -r '.threads[0].id' task)
	marker=$(jq -r '"<!-- oompa:answer \(.id) \(.feedback | map("\(.id)@\(.at)") | join(" ")) -->"' task)
	sim_do "$(jq -nc --arg thread "$thread" --arg body $'So.\n\n'"$marker" '{do: "reply", repo: "acme/widgets", number: 2, thread: $thread, by: "demo-bot", body: $body}')"
	fetch 0
	planned
	[ "$(jq -r 'select(.type == "skip" and .number == 2) | .code' ok.out)" = feedback-untrusted ]
	# An edit makes it new.
	id=$(jq -r '.feedback[1].id' task)
	sim_do "$(jq -nc --arg id "$id" '{do: "edit_comment", repo: "acme/widgets", id: $id, by: "li", body: "Split it in two."}')"
	fetch 0
	mv ok.out snapshot
	ok 0 oompa-plan --settle 0 snapshot
	[ "$(jq -c 'select(.action == "review" and .type == "task") | .feedback | map(.body)' ok.out)" = '["Split it in two."]' ]
}

# Odd things.

@test "poll: every fact of a pull request" {
	ours '.repositories[0].pulls[0] += {
			draft: true, maintainer_can_modify: true, labels: [{name: "bug", by: "maya"}],
			edits: [{by: "li", at: "-1h"}],
			reviews: [{author: "li", state: "CHANGES_REQUESTED", body: "No.", threads: [{path: "count", line: 1, comments: [{author: "li", body: "Why?"}]}]}],
			threads: [{path: "count", line: 1, outdated: true, resolved: true, resolved_by: "maya", comments: [{author: null, body: "Old"}]}],
			comments: [{author: "maya", body: "Hidden", minimized: true}],
			checks: [{name: "unit", conclusion: "FAILURE", id: 102357527083, app: "github-actions", workflow: "CI"}, {name: "lint", status: "IN_PROGRESS", app: "other-ci"}],
			statuses: [{context: "ci/prow", state: "FAILURE", target_url: "https://prow.example/1", creator: "maya"}]}'
	fetch 0
	[ "$(pull 2 '[.draft, .ours, .maintainer_can_modify, .labels, .editor.login, .closes, .review_decision, .merge_state]')" = \
		'[true,true,true,["bug"],"li",[1],"changes_requested","blocked"]' ]
	[ "$(pull 2 '[.events[] | [.event, .label, .actor.trust]]')" = '[["labeled","bug","admin"]]' ]
	[ "$(pull 2 '[.threads[] | [.path, .line, .resolved, .outdated, .can_reply, [.comments[] | [.author.login, .author.trust, .body]]]] | sort')" = \
		'[["count",1,false,false,true,[["li","write","Why?"]]],["count",null,true,true,true,[[null,"unknown","Old"]]]]' ] ||
		pull 2 .threads
	[ "$(pull 2 '[.reviews[] | select(.body != "") | [.state, .author.login, .body, (.oid | length)]]')" = '[["changes_requested","li","No.",40]]' ]
	[ "$(pull 2 '[.comments[] | [.body, .minimized, (.database_id | test("^[0-9]{10}$"))]]')" = '[["Hidden",true,true]]' ]
	[ "$(pull 2 '[.checks[] | [.id, .name, .status, .conclusion, .app, .workflow]] | sort_by(.[1]) | .[1]')" = \
		'["102357527083","unit","completed","failure","github-actions","CI"]' ]
	[ "$(pull 2 '[.checks[] | select(.name == "lint") | [.status, .conclusion, .app, .run_id, .workflow]]')" = '[["in_progress",null,"other-ci",null,null]]' ]
	[ "$(pull 2 '[.statuses[] | [.context, .state, .url, .creator]]')" = '[["ci/prow","failure","https://prow.example/1","maya"]]' ]
	[ "$(pull 2 '[.ahead, .behind, (.commits | length), .base.ref, (.base.commits | length), .mergeable, .auto_merge]')" = '[1,0,1,"main",1,"mergeable",false]' ]
	[ "$(pull 2 '.commits[0].oid == .head.oid and .base.commits[0].oid == .base.oid')" = true ]
}

@test "poll: a pull request from a deleted fork by a deleted account" {
	ours '.repositories += [{name: "zed/widgets", fork_of: "acme/widgets"}]'
	sim_do '{"do": "push", "repo": "zed/widgets", "by": "zed", "branch": "topic", "files": {"a": "x"}}'
	sim_do '[{"do": "open_pull", "repo": "acme/widgets", "by": "zed", "head": "zed:topic", "title": "T", "body": "B"},
		{"do": "delete_fork", "repo": "acme/widgets", "fork": "zed/widgets"}, {"do": "delete_user", "repo": "acme/widgets", "login": "zed"}]'
	fetch 0 --watch-prs 3
	[ "$(pull 3 '[.head.repo, .author, .ahead, .behind, .complete]')" = '[null,{"login":null,"type":null,"trust":"unknown"},1,0,true]' ]
	git -C clones/acme/widgets/mirror.git rev-parse -q --verify refs/pull/3/head
}

@test "poll: a token of 520 characters" {
	TOKEN=ghs_$(printf 'a%.0s' {1..250}).$(printf 'b%.0s' {1..265})
	[ "${#TOKEN}" -eq 520 ]
	sim '.tokens["'"$TOKEN"'"] = {login: "demo-bot", access: "read"}'
	GH_TOKEN=$TOKEN fetch 0
	[ "$(types)" = "repo issue end" ]
	run ! grep -rF "$TOKEN" clones ok.out ok.err
}

@test "poll: texts of every plane, and a title that is nothing but controls" {
	sim
	jq -n '{do: "edit", number: 1, by: "li", title: "\u0007\u001b[2J", body: "\u0000-free \u00e9 \u6f22 \ud83d\ude00 \ud840\udc00 \udb40\udc41 \udbff\udffd \u2028 \u202e"}' |
		sed 's/\\u0000-free/free/' >deed
	sim_do "$(cat deed)"
	fetch 0
	[ "$(issue 1 '[.title, .body]')" = "$(jq -c '[.title, .body]' deed)" ]
	quiet
	[ "$(issue 1 '[.title, .body]')" = "$(jq -c '[.title, .body]' deed)" ]
}
