# shellcheck disable=SC2016 # in single quotes: for jq and for GitHub
# oompa-push against the simulated GitHub, with real git over HTTP.
#
# A test makes a result by hand: a mirror of the repository, a commit, its
# bundle in the outbox, and the record.

load helpers
load ../helper/push

setup() {
	isolate
	set_up_push
}

@test "push: a result becomes a branch, a pull request and a status comment" {
	push 0 --log-level info results
	[ "$(ops)" = "push pull assign comment spend" ]
	[ "$stderr" = "acme/widgets#1 implement: changed, 1 file, \$0.04, 3 s - $SIM/acme/widgets/pull/2" ]
	[ "$(state '.branches["ai/issue-1"]')" = "$(git -C work rev-parse HEAD)" ]
	[ "$(state '.pulls[0] | "\(.head) \(.base) \(.title)"')" = "ai/issue-1 main widget count is off by one" ]
	[ "$(state '.pulls[0].body')" = "The loop stopped one early.

Fixes #1

<!-- oompa:pull $TASK -->" ]
	[ "$(state '.issues[0].assignees[0]')" = demo-bot ]
	[ "$(state '.issues[0].comments | length')" = 1 ]
	status_state | jq -e '.v == 1 and .cost == 0.04 and (.rows | length) == 1
		and .rows[0].task == "'"$TASK"'" and .rows[0].outcome == "changed"
		and .rows[0].branch == "ai/issue-1"'
	outbox_is_empty
}

@test "push: the packs of bundles are not kept for ever" {
	git init -q --bare "$PLACE/push.git"
	(
		cd "$PLACE/push.git"
		for i in $(seq 60); do
			git hash-object -w --stdin <<<"$i" | git pack-objects -q objects/pack/pack >/dev/null
		done
		rm -r objects/??
	)
	push 0 -n results
	[ "$(find "$PLACE/push.git/objects" -name '*.pack' | wc -l)" -ge 60 ]
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	[ "$(find "$PLACE/push.git/objects" -name '*.pack' | wc -l)" -le 2 ]
	[ "$(git -C "$PLACE/push.git" count-objects | cut -d ' ' -f 1)" -lt 20 ]
}

@test "push: the token is in no argument, address, configuration or log" {
	fake_git <<-'EOF'
		tr '\0' '\n' </proc/$$/cmdline >>git.cmdline
	EOF
	push 0 --log-level debug results
	run ! grep -q "$TOKEN" git.args ok.out ok.err git.cmdline
	run ! grep -rq "$TOKEN" "$PLACE/push.git"
	git -C "$PLACE/push.git" config -l
	git -C "$PLACE/push.git" config -l >git.config
	run ! grep -q "$TOKEN" git.config
}

@test "push: what is published already is not written twice" {
	cp -r outbox again
	push 0 results
	before=$(writes)
	cp again/* outbox/
	push 0 results
	[ "$(ops)" = spend ]
	[ "$(writes)" = "$before" ]
	one_of_each
	outbox_is_empty
}

@test "push: the branch is there, the rest is not: the rest follows" {
	git -C work push -q "http://x:$TOKEN@${SIM#http://}/acme/widgets.git" HEAD:refs/heads/ai/issue-1
	push 0 results
	[ "$(ops)" = "pull assign comment spend" ]
	one_of_each
}

@test "push: a branch that went on from our commit has it already" {
	git -C work push -q "http://x:$TOKEN@${SIM#http://}/acme/widgets.git" HEAD:refs/heads/ai/issue-1
	sim_do '{"do":"push","branch":"ai/issue-1","by":"li","files":{"more":"x"}}'
	push 0 results
	[ "$(ops)" = "pull assign comment spend" ]
	[ "$(state '.branches | keys | join(" ")')" = "ai/issue-1 main" ]
}

@test "push: killed while git pushes" {
	kill_at '{"git":"git-receive-pack","delay_ms":1500}' 0
}

@test "push: killed while it opens the pull request" {
	kill_at '{"operation":"pulls/create","delay_ms":1500}' 1
}

@test "push: killed while it writes on the issue" {
	kill_at '{"operation":"Batch","delay_ms":1500}' 2
}

@test "push: killed when it has written on the issue" {
	kill_at '{"operation":"Batch","when":"after","delay_ms":1500}' 2
}

@test "push: a branch of somebody else is left alone" {
	sim_do '{"do":"push","branch":"ai/issue-1","by":"li","files":{"mine":"x"}}'
	theirs=$(state '.branches["ai/issue-1"]')
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	[ "$(state '.branches["ai/issue-1"]')" = "$theirs" ]
	[ "$(state '.branches["ai/issue-1-2"]')" = "$(git -C work rev-parse HEAD)" ]
	[ "$(state '.pulls[0].head')" = ai/issue-1-2 ]
	[ "$(status_state | jq -r '.rows[0].branch')" = ai/issue-1-2 ]
}

@test "push: a pull request that is there is adopted" {
	git -C work push -q "http://x:$TOKEN@${SIM#http://}/acme/widgets.git" HEAD:refs/heads/ai/issue-1
	sim_do '{"do":"open_pull","head":"ai/issue-1","by":"demo-bot","title":"Mine"}'
	push 0 results
	[ "$(ops)" = "assign comment spend" ]
	[ "$(state '.pulls | length')" = 1 ]
	[ "$(state '.pulls[0].title')" = Mine ]
	[ "$(status_state | jq -r '.rows[0].url')" = "$SIM/acme/widgets/pull/2" ]
}

@test "push: a pull request that a person has closed is not opened again" {
	git -C work push -q "http://x:$TOKEN@${SIM#http://}/acme/widgets.git" HEAD:refs/heads/ai/issue-1
	sim_do '[{"do":"open_pull","head":"ai/issue-1","by":"demo-bot"},{"do":"close_pull","number":2,"by":"maya"}]'
	push 0 results
	[ "$(ops)" = "assign comment spend" ]
	[ "$(state '.pulls | map(.state) | join(" ")')" = CLOSED ]
}

@test "push: the issue was closed meanwhile" {
	sim_do '{"do":"close_issue","number":1,"by":"maya"}'
	dropped "the issue is closed"
}

@test "push: the label is gone" {
	sim_do '{"do":"unlabel","number":1,"label":"good-for-ai","by":"maya"}'
	dropped "the label 'good-for-ai' is gone"
}

@test "push: who set the label may not command any more" {
	sim_do '{"do":"permission","login":"maya","role":"triage"}'
	cp -r outbox again
	dropped "maya, who set the label, may not command (triage)"
	cp again/* outbox/
	push 0 --trust triage results
	[ "$(ops)" = "push pull assign comment spend" ]
}

@test "push: --trusted names who may command all the same" {
	sim_do '{"do":"permission","login":"maya","role":"read"}'
	push 0 --trusted li,Maya results
	[ "$(ops)" = "push pull assign comment spend" ]
}

@test "push: a label that a bot sets counts when the bot is trusted by name" {
	sim_do '[{"do":"unlabel","number":1,"label":"good-for-ai","by":"maya"},
		{"do":"label","number":1,"label":"good-for-ai","by":"helper"}]'
	cp -r outbox again
	push 0 results
	[ "$(ops)" = "drop spend" ]
	cp again/* outbox/
	push 0 --trusted 'helper[bot]' results
	[ "$(ops)" = "push pull assign comment spend" ]
}

@test "push: held" {
	sim_do '{"do":"label","number":1,"label":"oompa-hold","by":"li"}'
	before=$(writes)
	push 6 results
	[ "$(error)" = "human: held by the label 'oompa-hold'" ]
	[ "$(ops)" = "" ]
	[ "$(writes)" = "$before" ]
	outbox_is_kept
}

@test "push: a wrong token ends the run with one line" {
	result '.id += "b"' >more.jsonl
	GH_TOKEN=ghp_wrong push 4 results more.jsonl
	[ "$(grep -c . ok.err)" = 1 ]
	[[ $stderr == *"GitHub refuses the token: Bad credentials" ]]
	[ "$(jq -r 'select(.type == "error").code' ok.out)" = auth ]
	outbox_is_kept
}

@test "push: no token, no clone directory" {
	GH_TOKEN='' push 4 results
	[ "$stderr" = "oompa-push: no GitHub token: set GH_TOKEN or GITHUB_TOKEN, or run 'gh auth login'" ]
	chmod 755 clones
	push 3 results
	[ "$stderr" = "oompa-push: acme/widgets#1: '$BATS_TEST_TMPDIR/clones' is open to others; chmod 700 it" ]
	outbox_is_kept
}

@test "push: GitHub does not say what the labeller may do" {
	local status
	for status in 403 404; do
		sim_fault '{"operation":"repos/get-collaborator-permission-level","status":'$status',"body":{"message":"Must have push access to view collaborator permission."}}'
		kept 75 later
	done
}

@test "push: no such repository" {
	result '.repo = "acme/nothing" | .id = "acme/nothing#1:implement:x"' >results
	push 1 results
	[[ "$(error)" == "human: GraphQL recheck: Could not resolve to a Repository"* ]]
	[ "$(ops)" = "" ]
}

@test "push: no such issue" {
	result '.number = 9 | .id = "acme/widgets#9:implement:x"' >results
	push 6 results
	[ "$(error)" = "human: refused: destination: no issue #9" ]
	[ "$(ops)" = "drop spend" ]
	[ "$(writes)" = 0 ]
}

@test "push: GitHub is down" {
	sim_fault '{"path":"/api/graphql","status":502,"html":"<h1>Unicorn</h1>","times":0}'
	kept 75 later
}

@test "push: what fetch leaves of a limit is enough" {
	sim_again '.rate_limits = {core: {limit: 5000, remaining: 50, reset_in: 600}, graphql: {limit: 5000, remaining: 50, reset_in: 600}}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	[ "$(journal '[.[] | select(.operation.name or .path)] | length')" -lt 30 ]
}

@test "push: a secondary limit that outlasts our patience" {
	sim_fault '{"path":"/api/graphql","rate_limit":"secondary","retry_after":60,"times":0}'
	kept 75 later
}

@test "push: the answer to the new pull request is lost" {
	sim_fault '{"operation":"pulls/create","when":"after","reset":true}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	one_of_each
}

@test "push: the answer to the new pull request is an error page" {
	sim_fault '{"operation":"pulls/create","when":"after","status":502,"html":"<h1>Unicorn</h1>"}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	one_of_each
}

@test "push: the request for a pull request is lost" {
	sim_fault '{"operation":"pulls/create","reset":true}'
	push 0 results
	one_of_each
}

@test "push: the answer to the status comment is lost" {
	sim_fault '{"field":"addComment","when":"after","reset":true}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	one_of_each
}

@test "push: the answer to git's push is lost" {
	sim_fault '{"method":"POST","git":"git-receive-pack","when":"after","reset":true}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	one_of_each
}

@test "push: a token that may only read" {
	GH_TOKEN=$READ_TOKEN push 1 results
	[[ "$(error)" == "human: the account or its token may not push: git push: remote: Permission to acme/widgets.git denied"* ]]
	[ "$(ops)" = "" ]
	[ "$(writes)" = 0 ]
	outbox_is_kept
}

@test "push: the server refuses the branch" {
	sim_do '{"do":"protect","branch":"ai/issue-1"}'
	push 1 results
	[[ "$(error)" == "human: the branch is protected: git push: [remote rejected]"* ]]
	[ "$(ops)" = "" ]
	outbox_is_kept
}

@test "push: protected paths are refused, unless they are allowed" {
	change .github/workflows/ci.yml 'on: push'
	result >results
	cp -r outbox again
	refused "changes .github/workflows/ci.yml (protected; --allow-path '.github/workflows/*' lets it through)"
	cp again/* outbox/
	push 0 --allow-path 'docs/*,.github/workflows/*' results
	[ "$(ops)" = "push pull assign edit-comment spend" ]
	[ "$(state '.pulls | length')" = 1 ]
}

@test "push: what is protected" {
	for path in .GitHub/x CODEOWNERS docs/codeowners .claude/settings.json \
		sub/.claude/x .mcp.json sub/.gitattributes .gitmodules; do
		change "$path" '# x'
		result >results
		push 6 -n results
		[[ "$(error)" == "human: refused: changes $path (protected"* ]]
	done
	for path in github/x src/.github CODEOWNERS.md claude/x; do
		change "$path" '# x'
		result >results
		push 0 -n results
	done
	change .github/a/b.yml '# x'
	result >results
	push 6 -n --allow-path '.github/*' results
	push 0 -n --allow-path '.github/**' results
}

@test "push: links that lead out of the tree are refused" {
	for target in /etc/passwd ../x a/../../x .git/config ../.GIT/hooks; do
		git -C work reset -q --hard "$BASE"
		ln -s "$target" work/link
		commit
		result >results
		push 6 -n results
		[ "$(error)" = "human: refused: the link link leads out of the tree (symlink)" ]
	done
	git -C work reset -q --hard "$BASE"
	mkdir work/deep
	ln -s ../src/widget.c work/deep/link
	ln -s ./src work/link
	commit
	result >results
	push 0 results
}

@test "push: a submodule is refused" {
	git -C work reset -q --hard "$BASE"
	git -C work update-index --add --cacheinfo "160000,$BASE,lib"
	git -C work commit -q -m "widget count is off by one"
	result >results
	refused "changes the submodule lib (submodule; --allow-rule submodule lets it through)"
}

@test "push: too much is refused" {
	git -C work reset -q --hard "$BASE"
	head -c 6000000 /dev/urandom >work/big
	commit
	result >results
	push 6 -n results
	[ "$(error)" = "human: refused: adds 6000000 bytes, at most 5242880 (size; --max-bytes lets it through)" ]
	git -C work reset -q --hard "$BASE"
	(cd work && seq -f 'f%03g' 301 | xargs touch)
	commit
	result >results
	refused "changes 301 files, at most 300 (size; --max-files lets it through)"
}

@test "push: --allow-rule: what is no rule, or must stay, is misuse" {
	ok 2 oompa-push --allow-rule submodule,nothing results
	[ "$stderr" = "oompa-push: --allow-rule: 'nothing': there is no such rule; see --help" ]
	ok 2 oompa-push --allow-rule secret results
	[ "$stderr" = "oompa-push: --allow-rule: 'secret': --allow-secret lets a single value through; see --help" ]
	git -C work reset -q --hard "$BASE"
	git -C work update-index --add --cacheinfo "160000,$BASE,lib"
	git -C work commit -q -m "widget count is off by one"
	result >results
	push 0 -n --allow-rule submodule results
}

@test "push: a secret in the change or in a text is refused, and not told" {
	secret=gh
	secret+=p_q7Rk2LmZx9TbV4nWcY8sHd3GfJ6pKu1EaPz5
	print=$(printf %s "$secret" | sha256sum | cut -c 1-12)
	change src/widget.c "/* $secret */"
	result >results
	cp -r outbox again
	refused "src/widget.c holds a GitHub token (secret; --allow-secret $print lets it through)"
	run ! grep -q "$secret" ok.out ok.err
	run ! grep -q "$secret" <<<"$(sim_state acme/widgets)"
	rm -rf outbox && mv again outbox
	push 0 -n --allow-secret "$print" results
	change src/widget.c "/* $(printf %s "x$TOKEN" | base64) */"
	result >results
	push 6 -n results
	[ "$(error)" = "human: refused: src/widget.c holds a credential that is in use (secret)" ]
	change src/widget.c '/* fixed */'
	for field in title body summary reason; do
		result ".$field = \"x \" + \$secret" --arg secret "$secret" >results
		push 6 -n results
		[ "$(error)" = "human: refused: $field holds a GitHub token (secret; --allow-secret $print lets it through)" ]
	done
	# Published without what nobody sees, shown without what escapes.
	gap=$'\u200b'
	for value in "$secret" "$TOKEN"; do
		for hidden in "${value/_/_$gap}" "${value//_/\\_}"; do
			result '.body = $hidden' --arg hidden "$hidden" >results
			push 6 -n results
			[[ "$(error)" == "human: refused: body holds a "*" (secret"* ]]
		done
	done
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed '.outcome = "declined" | .summary = "see " + $token' --arg token "$TOKEN" >results
	ok 6 oompa-push --show results
	[ "$stderr" = "oompa-push: acme/widgets#1: refused: summary holds a credential that is in use (secret)" ]
	push 6 results
	[ "$(error)" = "human: refused: summary holds a credential that is in use (secret)" ]
	run ! grep -q "$TOKEN" <<<"$(comments)"
	note budget-item '.note.text = "see " + "'"$TOKEN"'"'
	before=$(writes)
	push 6 results
	[ "$(ops)" = drop ]
	[ "$(writes)" = "$before" ]
}

@test "push: what a result says that was told already is looked through again" {
	push 0 results
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
	push 0 results
	[ "$(kinds)" = "comment notice,edit-comment status" ]
	sim_do "{\"do\":\"delete_comment\",\"id\":\"$(state '.issues[0].comments[1].id')\"}"
	result_failed '.reason = "see " + $token' --arg token "$TOKEN" >results
	push 6 results
	[ "$(error)" = "human: refused: reason holds a credential that is in use (secret)" ]
	run ! grep -q ghp <<<"$(comments)"
}

@test "push: a bundle that is not there, not itself, or elsewhere" {
	for filter in '.bundle.path = "other.bundle"' \
		'.bundle.path = "../results"' \
		'.bundle.path = "/etc/passwd"' \
		'.bundle.sha256 |= sub("^."; "g")' \
		'.bundle.bytes += 1' '.bundle.bytes -= 1' '.bundle = null'; do
		result "$filter" >results
		push 7 results
		[ "$(jq -r 'select(.type == "error").retry' ok.out)" = never ]
		[ "$(ops)" = "drop spend" ]
		[ "$(writes)" = 0 ]
		outbox_is_empty
	done
}

@test "push: a bundle that is a link" {
	mv outbox/*.bundle real
	ln -s ../real "outbox/$(name_of "$TASK").bundle"
	push 7 results
	[ "$(ops)" = "drop spend" ]
}

@test "push: a bundle that git does not take" {
	bundle=outbox/$(name_of "$TASK").bundle
	head -c -20 "$bundle" >short
	mv short "$bundle"
	jq -c --argjson bytes "$(stat -c %s "$bundle")" \
		--arg sha256 "$(sha256sum <"$bundle" | cut -d ' ' -f 1)" \
		'if .bundle then .bundle.bytes = $bytes | .bundle.sha256 = $sha256 else . end' results >again
	push 6 again
	[[ "$(error)" == "human: refused: bundle: git index-pack: fatal: "* ]]
	[ "$(state '.branches | keys | join(" ")')" = main ]
}

@test "push: a bundle that is too large is refused, and people are told" {
	result '.bundle.bytes = 67108865' >results
	refused "the bundle has 67108865 bytes, at most 67108864 (bundle)"
}

@test "push: objects that fsck refuses" {
	tree=$(printf '100644 .git\0%b' "$(git -C work rev-parse "$BASE:README.md" | sed 's/../\\x&/g')" |
		git -C work hash-object -t tree -w --literally --stdin)
	git -C work reset -q --soft "$(git -C work commit-tree -p "$BASE" -m bad "$tree")"
	result >results
	push 6 results
	[[ "$(error)" == "human: refused: bundle: git index-pack: "* ]]
	[ "$(state '.branches | keys | join(" ")')" = main ]
}

@test "push: what fsck refuses is not quoted, since a secret may stand in it" {
	git -C work reset -q --hard "$BASE"
	printf '[submodule "x"]\n\tpath = x\n\turl = -u%s\n' "$TOKEN" >work/.gitmodules
	commit
	result >results
	refused "bundle: git index-pack: error: object $(git -C work rev-parse HEAD:.gitmodules): gitmodulesUrl"
	run ! grep -q "$TOKEN" ok.out ok.err
}

@test "push: without --outbox the bundle is below the clone directory" {
	mv outbox "$PLACE/bundles"
	ok 0 oompa-push --clone-dir "$BATS_TEST_TMPDIR/clones" --write-interval 0s results
	[ "$(ops)" = "push pull assign comment spend" ]
}

@test "push: without a mirror the base comes from GitHub" {
	rm -rf "$PLACE/mirror.git"
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
}

@test "push: the default branch went on" {
	sim_do '{"do":"push","branch":"main","by":"li","files":{"more":"x"}}'
	push 0 results
	one_of_each
}

@test "push: a base that is not on the default branch" {
	sim_do '{"do":"push","branch":"other","by":"li","files":{"more":"x"}}'
	git -C work fetch -q "$SIM/acme/widgets.git" other
	BASE=$(git -C work rev-parse FETCH_HEAD)
	change src/widget.c '/* fixed */'
	result >results
	push 6 results
	[ "$(error)" = "human: refused: ${BASE:0:12} is not on main (base)" ]
}

@test "push: a commit that is not on top of its base" {
	sim_do '{"do":"push","branch":"main","by":"li","files":{"more":"x"}}'
	result '.base.oid = "'"$(state .branches.main)"'"' >results
	push 6 results
	[[ "$(error)" == "human: refused: the commit is not on top of "*" (base)" ]]
}

@test "push: two commits, a merge" {
	echo more >>work/README.md
	commit
	result >results
	push 6 -n results
	[ "$(error)" = "human: refused: exactly one commit is expected on top of ${BASE:0:12} (commits)" ]
	git -C work reset -q --hard "$(git -C work commit-tree -p "$BASE" -p HEAD~1 -m merge 'HEAD^{tree}')"
	result >results
	push 6 -n results
	[ "$(error)" = "human: refused: exactly one commit is expected on top of ${BASE:0:12} (commits)" ]
}

@test "push: destinations that are none" {
	for branch in main ai/issue-2 ai/issue-10 ai/issue-1-0 ai/issue-1-x ai/issue-1- \
		refs/heads/ai/issue-1 ai/issue-01 ai/issue-1-1 --force; do
		result ".branch = \"$branch\"" >results
		push 6 results
		[ "$(error)" = "human: refused: destination: '$branch' is no branch of issue #1" ]
		[ "$(ops)" = "drop spend" ]
		[ "$(writes)" = 0 ]
	done
	result '.base.ref = "release"' >results
	push 6 results
	[ "$(error)" = "human: refused: destination: 'release' is not the default branch" ]
}

@test "push: another repository than the one that is allowed" {
	before=$(journal length)
	push 6 --repo acme/gadgets results
	[ "$(error)" = "human: refused: not in acme/gadgets, the only repository allowed" ]
	[ "$(journal length)" = "$before" ]
	outbox_is_kept
	push 0 --repo Acme/Widgets results
}

@test "push: a malformed line ends the run" {
	{
		echo '{"type":"result","v":1,"v":1}'
		cat results
	} >bad
	push 7 bad
	[ "$stderr" = "oompa-push: bad:1: key 'v' twice" ]
	[ "$(ops)" = "" ]
	[ "$(writes)" = 0 ]
}

@test "push: a record of a later version ends the run" {
	sed 's/"v":1/"v":2/' results >newer
	push 6 newer results
	[[ "$(error)" == "human: record version 2 is newer than this program" ]]
	[ "$(writes)" = 0 ]
	outbox_is_kept
}

@test "push: results of a wrong shape" {
	for filter in 'del(.title)' '.cost = -1' '.cost = "1"' '.number = "1"' \
		'.repo = "../x"' '.id = "acme/widgets#2:implement:x"' \
		'.id += "-->"' '.id += " x"' '.outcome = "merged"' '.action = "review"' \
		'.head = "HEAD"' '.base.oid = "--all"' 'del(.trigger)'; do
		result "$filter" >results
		push 7 results
		[ "$(ops)" = "" ]
		[ "$(writes)" = 0 ]
	done
}

@test "push: other records go on byte for byte" {
	printf '%s\n' '{ "type":"task", "n":12345678901234567890 }' >other
	RECORDS=no push 7 other results
	printf '%s\n' '{ "type":"task", "v":1, "n":12345678901234567890 }' >other
	push 0 other results
	[ "$(head -1 ok.out)" = "$(cat other)" ]
}

@test "push: stdout takes no more: the result stays" {
	run bash -c 'oompa-push --clone-dir "$PWD/clones" --outbox "$PWD/outbox" \
		--write-interval 0s results >/dev/full'
	[ "$status" = 1 ]
	[ "$output" = "oompa-push: cannot write <stdout>: No space left on device" ]
	outbox_is_kept
	push 0 results
	one_of_each
}

@test "push: -n writes nothing" {
	push 0 -n results
	[ "$(ops)" = "push pull assign comment spend" ]
	jq -es 'map(select(.type == "receipt").dry_run) | all' ok.out
	[ "$(writes)" = 0 ]
	[ "$(journal 'map(select(.git.service == "git-receive-pack")) | length')" = 0 ]
	outbox_is_kept
}

@test "push: -n of a failure writes nothing" {
	result_failed >results
	push 0 -n results
	[ "$(ops)" = "label comment spend" ]
	[ "$(writes)" = 0 ]
}

@test "push: --no-assign" {
	push 0 --no-assign results
	[ "$(ops)" = "push pull comment spend" ]
}

@test "push: a failure is told once, in the status comment" {
	sim_do '{"do":"assign","number":1,"login":"demo-bot","by":"maya"}'
	result_failed >results
	cp -r outbox again
	push 0 --log-level info results
	[ "$(ops)" = "label unassign comment spend" ]
	[ "$stderr" = "acme/widgets#1 implement: failed, \$0.04, 3 s - the tests do not build" ]
	[ "$(state '.issues[0].labels | join(" ")')" = "good-for-ai ai-failed" ]
	[ "$(state '.issues[0].assignees | length')" = 0 ]
	[ "$(state '.issues[0].comments | length')" = 1 ]
	[[ "$(status_comment)" == *"| failed: the tests do not build | label good-for-ai by maya | \$0.04 |"* ]]
	outbox_is_empty
	before=$(writes)
	cp again/* outbox/
	push 0 results
	[ "$(ops)" = spend ]
	[ "$(writes)" = "$before" ]
}

@test "push: where the status comment is there, a failure is told in a new one" {
	push 0 results
	sim_do '{"do":"close_pull","number":2,"by":"maya"}'
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed '.outcome = "declined" | .summary = "needs @maya <b>to decide</b>"' >results
	push 0 results
	[ "$(ops)" = "label unassign comment edit-comment spend" ]
	[ "$(state '.issues[0].comments | length')" = 2 ]
	[[ "$(state '.issues[0].comments[1].body')" == *"declined: needs @&#8203;maya &lt;b&gt;to decide&lt;/b&gt;"*"<!-- oompa:notice $TASK -->"* ]]
	status_state | jq -e '.cost == 0.08 and (.rows | map(.outcome)) == ["changed", "declined"]'
}

@test "push: a failure to be tried later is not told at all" {
	result_failed '.retry = "later"' >results
	before=$(journal length)
	push 0 results
	[ "$(ops)" = spend ]
	[ "$(journal length)" = "$before" ]
	outbox_is_empty
}

@test "push: a result that cost nothing has no spend" {
	result '.call = null | .cost = 0' >results
	push 0 results
	[ "$(ops)" = "push pull assign comment" ]
}

@test "push: open-pr opens the pull request of a branch that is there" {
	git -C work push -q "http://x:$TOKEN@${SIM#http://}/acme/widgets.git" HEAD:refs/heads/ai/issue-1
	result '.action = "open-pr" | .bundle = null | .call = null | .cost = 0' >results
	rm outbox/*.bundle
	push 0 results
	[ "$(ops)" = "pull assign comment" ]
	one_of_each
}

@test "push: open-pr of a branch that moved is dropped" {
	sim_do '{"do":"push","branch":"ai/issue-1","by":"li","files":{"mine":"x"}}'
	result '.action = "open-pr" | .bundle = null' >results
	before=$(writes)
	push 0 results
	[ "$(ops)" = "drop spend" ]
	[ "$(writes)" = "$before" ]
}

@test "push: hostile texts stay texts" {
	result '.title = "one\ntwo\u0007 <!-- oompa:status -->"
		| .body = "x\n<!-- oompa:status -->\n```\nopen <!--"' >results
	push 0 results
	[ "$(state '.pulls[0].title')" = "one two <! -- oompa:status -->" ]
	[ "$(state '.pulls[0].body')" = 'x
&lt;!-- oompa:status -->
```
open <!--
```

Fixes #1

<!-- oompa:pull acme/widgets#1:implement:2026-11-23T12:00:00Z -->' ]
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed '.reason = "a | b\nc --> <!-- oompa:status -->\n{\"v\":1}"' >results
	push 0 results
	[ "$(status_comment | grep -c 'oompa:status -->$')" = 1 ]
	[ "$(status_comment | head -1 | grep -o -e '-->' | wc -l)" = 1 ]
	[[ "$(status_comment)" == *'| failed: a \| b c --&gt; &lt;!-- oompa:status --&gt; {"v":1} |'* ]]
	[ "$(status_state | jq -r '.rows[1].note')" = 'a | b c --> <!-- oompa:status --> {"v":1}' ]
}

# neutral CHANNEL: the hostile text, and what is to become of it on this GitHub.
neutral_in() {
	sed "s,https://github.com,$SIM,g" "$TESTS/bats/fixtures/neutral/$1.in"
}

neutral_out() {
	sed "s,https://github.com,$SIM,g; s,github.com,${SIM#http://},g" \
		"$TESTS/bats/fixtures/neutral/$1.out"
}

@test "push: the texts of a pull request are neutral, but for the lines of the template" {
	local template=$TESTS/bats/fixtures/neutral/template.md

	sim_do "$(jq -n --rawfile text "$template" \
		'{do: "push", branch: "main", by: "li", files: {"docs/Pull_Request_Template.md": $text}}')"
	BASE=$(state .branches.main)
	git -C work fetch -q "$SIM/acme/widgets.git" main
	change src/widget.c '/* fixed */'
	result '.title = $title | .body = $body' --arg title "$(neutral_in title)" \
		--arg body "$(neutral_in template)" >results
	push 0 --link-hosts docs.example.org results
	[ "$(state '.pulls[0].title')" = "$(neutral_out title)" ]
	state '.pulls[0].body' >body
	{
		neutral_out template
		printf '\n\nFixes #1\n\n<!-- oompa:pull %s -->\n\n' "$TASK"
	} >want
	diff -u want body
}

@test "push: a body without a template; --link-hosts" {
	result '.body = $body' --arg body "$(neutral_in body)" >results
	cp -r outbox again
	push 0 -n results
	push 0 --link-hosts docs.example.org results
	state '.pulls[0].body' >body
	{
		neutral_out body
		printf '\n\n<!-- oompa:pull %s -->\n\n' "$TASK"
	} >want
	diff -u want body
}

@test "push: the texts of a failure are neutral" {
	result_failed '.outcome = "declined" | .summary = $said' --arg said "$(neutral_in notice)" >results
	push 0 results
	[[ "$(status_comment)" == *"| declined: /&#8203;lgtm the tests need @&#8203;maya;"* ]]
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed '.outcome = "declined" | .summary = $said' --arg said "$(neutral_in cell)" >results
	push 0 results
	[[ "$(comments)" == *"oompa** · declined: $(head -c 100 "$TESTS/bats/fixtures/neutral/cell.out")"* ]]
}

@test "push: the longest body" {
	result ".body = (\"ä\" * 40000)" >results
	push 0 results
	state '.pulls[0].body' >body
	[ "$(wc -c <body)" -le 65537 ]
	iconv -f UTF-8 -t UTF-8 body >/dev/null
	[ "$(tail -2 body)" = "<!-- oompa:pull $TASK -->" ]
	grep -qx 'Fixes #1' body
}

@test "push: a body that names the issue as fixed is not told twice" {
	result '.body = "Done.\n\nCloses: #1"' >results
	push 0 results
	[ "$(state '.pulls[0].body' | grep -c '#1$')" = 1 ]
}

@test "push: a status comment that somebody else wrote or edited is not ours" {
	sim_do '{"do":"comment","number":1,"by":"zed","body":"x\n<!-- oompa:status -->"}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	sim_do '{"do":"edit_comment","id":"'"$(state '.issues[0].comments[1].id')"'","body":"mine\n<!-- oompa:status -->","by":"maya"}'
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
	push 6 results
	[ "$(error)" = "human: our status comment was edited by maya" ]
	[ "$(ops)" = "" ]
	[ "$(state '.issues[0].comments | length')" = 2 ]
}

@test "push: the status comment is found behind many others" {
	push 0 results
	sim_do "$(jq -nc '[range(150) | {do: "comment", number: 1, by: "zed", body: "me too \(.)"}]')" >/dev/null
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
	push 0 results
	[ "$(ops)" = "label unassign comment edit-comment spend" ]
}

@test "push: an App is not assigned" {
	export GH_TOKEN=ghs_app
	push 0 results
	[ "$(ops)" = "push pull comment spend" ]
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
	push 0 results
	[ "$(ops)" = "label comment edit-comment spend" ]
}

@test "push: TERM stops it, and the result stays" {
	sim_fault '{"operation":"pulls/create","delay_ms":3000,"reset":true}'
	oompa-push --clone-dir "$BATS_TEST_TMPDIR/clones" --write-interval 0s \
		--outbox "$BATS_TEST_TMPDIR/outbox" results >killed.out 3>&- &
	sleep 1.5
	kill -TERM $!
	status=0
	wait $! || status=$?
	[ "$status" = 143 ]
	outbox_is_kept
}

@test "push: --schema and usage" {
	RECORDS=no ok 0 oompa-push --schema
	jq -e '."$defs" | has("result") and has("receipt") and has("time")' ok.out
	ok 2 oompa-push --trust everybody </dev/null
	[ "$stderr" = "oompa-push: --trust wants admin, maintain, write, triage, read or any, not 'everybody'; see --help" ]
}

@test "push: an outbox that is none" {
	ok 3 oompa-push --outbox nowhere results
	[ "$stderr" = "oompa-push: 'nowhere' is not a directory" ]
}

@test "push: the answer to a notice is lost" {
	push 0 results
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
	sim_fault '{"field":"addComment","when":"after","reset":true}'
	push 0 results
	[ "$(ops)" = "label unassign comment edit-comment spend" ]
	[ "$(state '.issues[0].comments | length')" = 2 ]
}

@test "push: two at a time wait for each other" {
	cp -r outbox again
	oompa-push --clone-dir "$BATS_TEST_TMPDIR/clones" --write-interval 0s \
		--outbox "$BATS_TEST_TMPDIR/again" results >other.out 3>&- &
	push 0 results
	wait $!
	one_of_each
	[ "$(grep -c '"op":"pull"' other.out ok.out | paste -sd ' ')" != "other.out:1 ok.out:1" ]
}

# Notes.

@test "push: a note that we gave up gets what a failed implementation gets" {
	sim_do '{"do":"assign","number":1,"login":"demo-bot","by":"maya"}'
	note gave-up
	cp -r outbox again
	push 0 --log-level info results
	[ "$(ops)" = "label unassign comment" ]
	[ "$(kinds)" = "comment status" ]
	[ "$stderr" = "acme/widgets#1 note: noted - 3 attempts failed" ]
	[ "$(state '.issues[0].labels | join(" ")')" = "good-for-ai ai-failed" ]
	[ "$(state '.issues[0].assignees | length')" = 0 ]
	[[ "$(status_comment)" == *"| 3 attempts failed | label good-for-ai by maya | \$0.00 |"* ]]
	[[ "$(status_comment)" == *"to try again: take away the label \`ai-failed\`"* ]]
	[ "$(status_state | jq -c '.rows[0] | [.task, .outcome, .note]')" = \
		"[\"$TASK\",\"noted\",\"3 attempts failed\"]" ]
	outbox_is_empty
	before=$(writes)
	cp again/* outbox/
	push 0 --log-level info results
	[ "$(ops)" = "" ]
	[[ $stderr == *"published already" ]]
	[ "$(writes)" = "$before" ]
	outbox_is_empty
}

@test "push: where the status comment is there, a note is told in a new one, once" {
	push 0 results
	sim_do '{"do":"close_pull","number":2,"by":"maya"}'
	note gave-up
	cp -r outbox again
	push 0 results
	[ "$(ops)" = "label unassign comment edit-comment" ]
	[ "$(kinds)" = "comment notice,edit-comment status" ]
	[ "$(comments | sed -n '/gave up/,$p')" = "**oompa** · gave up: 3 attempts failed

To try again, take away the label \`ai-failed\`.

<!-- oompa:notice $TASK -->" ]
	before=$(writes)
	cp again/* outbox/
	push 0 results
	[ "$(writes)" = "$before" ]
}

@test "push: a note that was cut short before its row gets the row, and no more" {
	push 0 results
	note budget-item
	sim_do "$(jq -nc --arg body "x
<!-- oompa:notice $TASK -->" '{do: "comment", number: 1, by: "demo-bot", body: $body}')"
	push 0 results
	[ "$(ops)" = edit-comment ]
	[ "$(status_state | jq -r '.rows[1].outcome')" = noted ]
}

@test "push: a note about the budget is told, without label" {
	sim_do '{"do":"assign","number":1,"login":"demo-bot","by":"maya"}'
	push 0 results
	note budget-item '.note.text = "$20.10 of $20" | .cost = 5 | .call = "unnamed-1"'
	push 0 results
	[ "$(ops)" = "comment edit-comment spend" ]
	[ "$(jq -c 'select(.op == "spend") | [.call, .cost]' ok.out)" = '["unnamed-1",5]' ]
	[[ "$(status_comment)" == *"| \$20.10 of \$20 | label good-for-ai by maya | \$5.00 |"* ]]
	[ "$(kinds)" = "comment notice,edit-comment status" ]
	[ "$(state '.issues[0].labels | join(" ")')" = good-for-ai ]
	[ "$(state '.issues[0].assignees[0]')" = demo-bot ]
	[[ "$(comments)" == *"**oompa** · the budget is used up: \$20.10 of \$20"$'\n\n'"<!-- oompa:notice"* ]]
	[[ "$(status_comment)" != *"ai-failed"* ]]
}

# say BY BODY TIME: a comment on the issue.
say() {
	sim_do "{\"do\":\"comment\",\"number\":1,\"by\":\"$1\",\"body\":\"$2\",\"at\":\"$3\"}"
}

# stands REASON: nothing was written, and the result waits.
stands() {
	before=$(writes)
	push 6 results
	[ "$(error)" = "human: $1" ]
	[ "$(ops)" = "" ]
	[ "$(writes)" = "$before" ]
	outbox_is_kept
}

@test "push: /oompa stop while Claude worked holds, until /oompa go" {
	say zed '/oompa stop' 2026-01-01T00:00:01Z
	say maya 'Do not /oompa stop' 2026-01-01T00:00:02Z
	say maya '/oompa stop, please' 2026-01-01T00:00:03Z
	say maya '/oompa stop' 2026-01-01T00:00:04Z
	stands 'held by /oompa stop of maya'
	# Who may not command lifts nothing; and a second is no order.
	say zed '/oompa go' 2026-01-01T00:00:05Z
	say li '/oompa go' 2026-01-01T00:00:04Z
	stands 'held by /oompa stop of maya'
	say li '/oompa go' 2026-01-01T00:00:06Z
	push 0 results
	[ "$(state '.pulls | length')" = 1 ]
}

@test "push: /oompa stop by the author of the issue, by triage, by a stranger, by a bot" {
	sim_do '{"do":"permission","login":"tim","role":"triage"}'
	say tim '/oompa stop' 2026-01-01T00:00:01Z
	stands 'held by /oompa stop of tim'
	say maya '/oompa go' 2026-01-01T00:00:02Z
	sim_do '{"do":"permission","login":"li","role":"none"}'
	say li '/oompa stop' 2026-01-01T00:00:03Z
	stands 'held by /oompa stop of li'
	say maya '/oompa go' 2026-01-01T00:00:04Z
	say zed '/oompa stop' 2026-01-01T00:00:05Z
	asked=$(journal '[.[] | select(.path // "" | test("zed/permission$"))] | length')
	push 0 results
	[ "$(state '.pulls | length')" = 1 ]
	[ "$(journal '[.[] | select(.path // "" | test("zed/permission$"))] | length')" = $((asked + 1)) ]
}

@test "push: a stop of somebody whose permission GitHub does not tell holds" {
	say zed '/oompa stop' 2026-01-01T00:00:01Z
	sim_fault '{"path_regex": "zed/permission$", "status": 403, "body": {"message": "no"}}'
	stands 'held by /oompa stop of zed'
}

# asked LOGIN: how often GitHub was asked what that account may do.
asked() {
	journal "[.[] | select(.path // \"\" | test(\"$1/permission$\"))] | length"
}

@test "push: /oompa go alone asks nobody's permission" {
	say li '/oompa go' 2026-01-01T00:00:01Z
	push 0 results
	[ "$(asked li)" = 0 ]
}

@test "push: a go of somebody whose permission GitHub does not tell lifts nothing" {
	say maya '/oompa stop' 2026-01-01T00:00:01Z
	say li '/oompa go' 2026-01-01T00:00:02Z
	sim_fault '{"path_regex": "li/permission$", "status": 403, "body": {"message": "no"}}'
	stands 'held by /oompa stop of maya'
}

@test "push: words in comments that were edited or minimized, and in texts of ours" {
	sim_again '.repositories[0].issues[0].comments += [
		{author: "maya", body: "/oompa stop", at: "2026-01-01T00:00:01Z", minimized: true},
		{author: "maya", body: "/oompa stop", at: "2026-01-01T00:00:02Z",
			edited: {by: "zed", at: "2026-01-01T00:00:03Z"}},
		{author: "demo-bot", body: "/oompa stop\n\n<!-- oompa:notice acme/widgets#1:x -->",
			at: "2026-01-01T00:00:04Z"}]'
	cp -r outbox again
	push 0 results
	[ "$(state '.pulls | length')" = 1 ]
	# An edit is as new as it is late: the go came before it.
	sim_again '.repositories[0].issues[0].comments += [
		{author: "maya", body: "/oompa stop", at: "2026-01-01T00:00:01Z",
			edited: {by: "li", at: "2026-01-01T00:00:03Z"}},
		{author: "maya", body: "/oompa go", at: "2026-01-01T00:00:02Z"}]'
	cp again/* outbox/
	stands 'held by /oompa stop of maya'
}

@test "push: a status comment that somebody edited: nothing is published beside it" {
	cp -r outbox again
	push 0 results
	sim_do '{"do":"edit_comment","id":"'"$(state '.issues[0].comments[0].id')"'","by":"maya","body":"Mine\n<!-- oompa:status -->"}'
	cp again/* outbox/
	stands 'our status comment was edited by maya'
}

@test "push: an answer that nobody asked for is dropped" {
	note status '.trigger = null | .id = "acme/widgets#1:note:status:2026-01-01T00:00:01Z"'
	for at in 2026-01-01T00:00:02Z 2026-01-01T00:00:00Z; do
		say maya '/oompa status' "$at"
	done
	say zed '/oompa status' 2026-01-01T00:00:01Z
	say maya 'What is your /oompa status?' 2026-01-01T00:00:01Z
	push 0 results
	[ "$(ops)" = drop ]
	[ "$(jq -r 'select(.op == "drop").message' ok.out)" = "nobody who may command asks for the status any more" ]
	[ "$(journal '[.[] | select(.write and .path)] | length')" = 0 ]
	outbox_is_empty
}

@test "push: one question has one answer, however its time is written" {
	say maya '/oompa status' 2026-01-01T00:00:01Z
	note status '.trigger = null | .id = "acme/widgets#1:note:status:2026-01-01T00:00:01.5Z"'
	push 0 results
	[ "$(ops)" = drop ]
	[ "$(comments)" = '/oompa status' ]
}

@test "push: a status note is an answer: one comment, also on hold, also on an issue of nobody" {
	sim_do '[{"do":"label","number":1,"label":"oompa-hold","by":"li"},
		{"do":"unlabel","number":1,"label":"good-for-ai","by":"maya"}]'
	say maya '/oompa status' 2026-01-01T00:00:01Z
	note status '.trigger = null | .note.text = "waiting\nfor <!-- oompa:status --> `x` *y*"'
	cp -r outbox again
	push 0 results
	[ "$(ops)" = comment ]
	[ "$(kinds)" = "comment notice" ]
	[ "$(comments)" = '/oompa status
**oompa** · status: waiting for &lt;!-- oompa:status --&gt; \`x\` \*y\*

<!-- oompa:notice acme/widgets#1:note:status:2026-01-01T00:00:01Z -->' ]
	before=$(writes)
	cp again/* outbox/
	push 0 results
	[ "$(ops)" = "" ]
	[ "$(writes)" = "$before" ]
	outbox_is_empty
}

@test "push: notes on a pull request" {
	push 0 results
	sim_do '{"do":"comment","number":2,"by":"li","body":"/oompa status","at":"2026-01-01T00:00:01Z"}'
	note status '.number = 2 | .id = "acme/widgets#2:note:status:2026-01-01T00:00:01Z" | .trigger = null'
	push 0 results
	[ "$(ops)" = comment ]
	[[ "$(comments 2)" == *$'\n'"**oompa** · status: 3 attempts failed"* ]]
	note gave-up '.number = 2 | .id = "acme/widgets#2:note:gave-up:1" | .trigger = null'
	cp -r outbox again
	push 0 results
	[ "$(ops)" = comment ]
	[ "$(kinds)" = "comment status" ]
	[ "$(state '.pulls[0].labels | join(" ")')" = "" ]
	[[ "$(comments 2)" == *"| 3 attempts failed |  | \$0.00 |"*"<!-- oompa:status -->"* ]]
	before=$(writes)
	cp again/* outbox/
	push 0 results
	[ "$(writes)" = "$before" ]
	sim_do '{"do":"close_pull","number":2,"by":"maya"}'
	note budget-item '.number = 2 | .id = "acme/widgets#2:note:budget-item:1" | .trigger = null'
	dropped_note "#2 is closed"
}

@test "push: a note whose trigger is gone is dropped" {
	for code in gave-up budget-item; do
		note $code
		sim_do '{"do":"unlabel","number":1,"label":"good-for-ai","by":"maya"}'
		dropped_note "the label 'good-for-ai' is gone"
		sim_do '[{"do":"label","number":1,"label":"good-for-ai","by":"maya"},
			{"do":"label","number":1,"label":"oompa-hold","by":"li"}]'
		note $code
		dropped_note "held by the label 'oompa-hold'"
		sim_do '[{"do":"unlabel","number":1,"label":"oompa-hold","by":"li"},
			{"do":"permission","login":"maya","role":"triage"}]'
		note $code
		dropped_note "maya, who set the label, may not command (triage)"
		sim_do '{"do":"permission","login":"maya","role":"admin"}'
	done
}

@test "push: a note on an item that is closed or gone, or in a repository of another name, is dropped" {
	note status '.number = 9 | .id = "acme/widgets#9:note:status:2026-01-01T00:00:01Z"'
	dropped_note "#9 is gone"
	sim_do '{"do":"close_issue","number":1,"by":"maya"}'
	note status
	dropped_note "#1 is closed"
	note status
	sim_fault '{"operation":"Recheck","body":{"data":{"viewer":{"id":"U_1","login":"demo-bot"},"repository":{"nameWithOwner":"acme/gadgets","item":null}}},"status":200}'
	dropped_note "the repository is acme/gadgets by now"
}

@test "push: a note that cannot be told now stays" {
	note gave-up
	sim_fault '{"path":"/api/graphql","status":502,"html":"<h1>Unicorn</h1>","times":0}'
	push 75 results
	[ "$(ops)" = "" ]
	[ -e "outbox/$(name_of "$TASK").json" ]
}

@test "push: a note where our own state cannot be read stays" {
	sim_do "$(jq -nc '{do: "comment", number: 1, by: "demo-bot",
		body: "<!-- oompa-state {\"v\":2,\"rows\":[]} -->\nx\n<!-- oompa:status -->\n"}')"
	note gave-up
	before=$(writes)
	push 6 results
	[ "$(error)" = "human: status comment: state line of an unknown shape" ]
	[ "$(ops)" = "" ]
	[ "$(writes)" = "$before" ]
	[ -e "outbox/$(name_of "$TASK").json" ]
}

@test "push: -n of a note writes nothing" {
	note gave-up
	push 0 -n results
	[ "$(ops)" = "label comment" ]
	[ "$(writes)" = 0 ]
}

@test "push: notes of a wrong shape" {
	for filter in 'del(.note)' '.note.code = "party"' 'del(.note.text)' \
		'.outcome = "changed"' '.trigger = "x"' 'del(.trigger)' \
		'.trigger.label = 1' 'del(.cost)'; do
		note gave-up "$filter"
		push 7 results
		[ "$(ops)" = "" ]
		[ "$(writes)" = 0 ]
	done
}

# What else a result meets.

@test "push: the kind of a failure is in the receipt of its cost" {
	result_failed '.retry = "later" | .code = "overloaded"' >results
	push 0 results
	[ "$(jq -r 'select(.op == "spend").code' ok.out)" = overloaded ]
}

@test "push: --hold-label is the label that holds, and the one that is told" {
	sim_do '{"do":"label","number":1,"label":"oompa-hold","by":"li"}'
	push 0 --hold-label stop-it results
	[[ "$(status_comment)" == *"to stop me: \`/oompa stop\` or the label \`stop-it\`"* ]]
	sim_do '{"do":"label","number":1,"label":"Stop-It","by":"li"}'
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
	push 6 --hold-label stop-it results
	[ "$(error)" = "human: held by the label 'stop-it'" ]
}

@test "push: a retry that worked takes ai-failed away, before it is told" {
	sim_do '{"do":"label","number":1,"label":"ai-failed","by":"demo-bot","at":"2026-11-22T12:00:00Z"}'
	push 0 results
	[ "$(ops)" = "push pull assign unlabel comment spend" ]
	[ "$(jq -r 'select(.op == "unlabel").label' ok.out)" = ai-failed ]
	[ "$(state '.issues[0].labels | join(" ")')" = good-for-ai ]
	one_of_each
}

@test "push: ai-failed that was set after the trigger stays" {
	sim_do '{"do":"label","number":1,"label":"ai-failed","by":"li","at":"2026-11-23T12:00:01Z"}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	[ "$(state '.issues[0].labels | join(" ")')" = "good-for-ai ai-failed" ]
}

@test "push: ai-failed that somebody takes away at the same time" {
	sim_do '{"do":"label","number":1,"label":"ai-failed","by":"demo-bot","at":"2026-11-22T12:00:00Z"}'
	sim_fault '{"field":"removeLabelsFromLabelable","when":"after","graphql_errors":[
		{"path":["w1"],"type":"NOT_FOUND","message":"Could not resolve to a node"}]}'
	push 0 results
	[ "$(ops)" = "push pull assign comment spend" ]
	one_of_each
}

@test "push: killed while it takes ai-failed away" {
	sim_do '{"do":"label","number":1,"label":"ai-failed","by":"demo-bot","at":"2026-11-22T12:00:00Z"}'
	kill_at '{"field":"removeLabelsFromLabelable","delay_ms":1500}' 2
	[ "$(state '.issues[0].labels | join(" ")')" = good-for-ai ]
}

@test "push: a row of the repository's former name counts" {
	push 0 results
	sim_do "$(jq -nc --arg id "$(state '.issues[0].comments[0].id')" --arg body "$(status_comment |
		sed '1s/acme\/widgets#1:implement/old\/name#1:implement/')" \
		'{do: "edit_comment", id: $id, body: $body, by: "demo-bot"}')"
	result >results
	before=$(writes)
	push 0 results
	[ "$(ops)" = spend ]
	[ "$(writes)" = "$before" ]
}

# Former accounts.

# from_old_bot: what demo-bot published was published by old-bot.
from_old_bot() {
	local status

	push 0 results
	status=$(status_comment)
	sim_again .
	sim_do "$(jq -nc --arg body "$status
" '[{do: "comment", number: 1, by: "old-bot", body: $body}]')"
	TASK=acme/widgets#1:implement:2026-11-24T12:00:00Z
	result_failed >results
}

@test "push: --aka: a former account's status comment is taken over by a new one" {
	from_old_bot
	push 0 --aka other,old-bot results
	[ "$(ops)" = "label comment spend" ]
	[ "$(kinds)" = "comment status" ]
	[ "$(state '.issues[0].comments | map(.author) | join(" ")')" = "old-bot demo-bot" ]
	state '.issues[0].comments[1].body' | state_in |
		jq -e '.cost == 0.08 and (.rows | map(.outcome)) == ["changed", "failed"]'
	# From then on it is edited.
	TASK=acme/widgets#1:implement:2026-11-25T12:00:00Z
	result_failed >results
	push 0 --aka other,old-bot results
	[ "$(ops)" = "comment edit-comment spend" ]
	[ "$(state '.issues[0].comments | map(.author) | join(" ")')" = "old-bot demo-bot demo-bot" ]
}

@test "push: --aka: what a former account has published is published" {
	from_old_bot
	before=$(writes)
	TASK=acme/widgets#1:implement:2026-11-23T12:00:00Z
	result >results
	push 0 --aka old-bot results
	[ "$(ops)" = spend ]
	[ "$(writes)" = "$before" ]
}

# nobody_before: nothing was known, and a new status comment was made.
nobody_before() {
	[ "$(ops)" = "label comment spend" ]
	state '.issues[0].comments[1].body' | state_in |
		jq -e '.rows | map(.outcome) == ["failed"]'
}

@test "push: a former account that is not named is nobody" {
	from_old_bot
	push 0 --aka other results
	nobody_before
}

@test "push: --aka: a former account's text that others edited is nobody's" {
	from_old_bot
	sim_do "$(jq -nc --arg id "$(state '.issues[0].comments[0].id')" --arg body "$(status_comment | sed 's/ of \$20/ of too much/')" \
		'{do: "edit_comment", id: $id, body: ($body + "\n"), by: "maya"}')"
	push 0 --aka old-bot results
	nobody_before
}

@test "push: --aka: a former account's text that it edited itself is ours" {
	from_old_bot
	sim_do "$(jq -nc --arg id "$(state '.issues[0].comments[0].id')" --arg body "$(status_comment | sed 's/ of \$20/ of too much/')" \
		'{do: "edit_comment", id: $id, body: ($body + "\n"), by: "old-bot"}')"
	push 0 --aka old-bot results
	state '.issues[0].comments[1].body' | state_in |
		jq -e '.rows | length == 2'
}

@test "push: --aka: a former account's pull request that a person has closed is not opened again" {
	git -C work push -q "http://x:$TOKEN@${SIM#http://}/acme/widgets.git" HEAD:refs/heads/ai/issue-1
	sim_do '[{"do":"open_pull","head":"ai/issue-1","by":"old-bot","body":"x\n\n<!-- oompa:pull x#1:y -->"},
		{"do":"close_pull","number":2,"by":"maya"}]'
	push 0 --aka old-bot results
	[ "$(ops)" = "assign comment spend" ]
	[ "$(state '.pulls | length')" = 1 ]
}

@test "push: --aka: a closed pull request without our marker is a person's own" {
	git -C work push -q "http://x:$TOKEN@${SIM#http://}/acme/widgets.git" HEAD:refs/heads/ai/issue-1
	sim_do '[{"do":"open_pull","head":"ai/issue-1","by":"old-bot","body":"x"},
		{"do":"close_pull","number":2,"by":"maya"}]'
	push 0 --aka old-bot results
	[ "$(ops)" = "pull assign comment spend" ]
	[ "$(state '.pulls | length')" = 2 ]
}

# A fork.

# with_fork [JQFILTER]: GitHub has a fork of demo-bot's, too.
with_fork() {
	sim_again '.repositories += [{name: "demo-bot/widgets", fork_of: "acme/widgets"}]
		| '"${1:-.}"
}

# forked: one pull request, from the fork, and nothing in the repository.
forked() {
	sim_state acme/widgets >now.json
	[ "$(jq -r '.branches | keys | join(" ")' now.json)" = main ]
	[ "$(jq -r '.pulls | length' now.json)" = 1 ]
	[ "$(sim_state demo-bot/widgets | jq -r '.branches["ai/issue-1"]')" = "$(git -C work rev-parse HEAD)" ]
	curl -fsS -H "authorization: bearer $TOKEN" "$GITHUB_GRAPHQL_URL" --data-binary '{"query":
		"{repository(owner:\"acme\",name:\"widgets\"){pullRequest(number:2){isCrossRepository headRefName headRepository{nameWithOwner}}}}"}' |
		jq -c '.data.repository.pullRequest' >pull
	grep -qx '{"isCrossRepository":true,"headRefName":"ai/issue-1","headRepository":{"nameWithOwner":"demo-bot/widgets"}}' pull
}

@test "push: --fork: branch in the fork, pull request across, and no second time" {
	with_fork
	cp -r outbox again
	push 0 --fork demo-bot/widgets results
	[ "$(ops)" = "push pull assign comment spend" ]
	forked
	[ "$(journal 'map(select(.operation.name == "pulls/create") | .body | .head, .head_repo) | join(" ")')" = '"demo-bot:ai/issue-1 "' ]
	before=$(writes)
	cp again/* outbox/
	push 0 --fork demo-bot/widgets results
	[ "$(ops)" = spend ]
	[ "$(writes)" = "$before" ]
	# Also without the status comment.
	sim_do "{\"do\":\"delete_comment\",\"repo\":\"acme/widgets\",\"id\":\"$(state '.issues[0].comments[0].id')\"}"
	cp again/* outbox/
	push 0 --fork demo-bot/widgets results
	[ "$(ops)" = "comment spend" ]
	forked
}

@test "push: --fork: killed after the push, then again: one pull request" {
	with_fork
	sim_fault '{"operation":"pulls/create","delay_ms":30000,"reset":true}'
	oompa-push --clone-dir "$BATS_TEST_TMPDIR/clones" --write-interval 0s --fork demo-bot/widgets \
		--outbox "$BATS_TEST_TMPDIR/outbox" results >killed.out 3>&- &
	wait_for grep -q '"op":"push"' killed.out
	kill -KILL $!
	wait $! || :
	outbox_is_kept
	sim_no_faults
	push 0 --fork demo-bot/widgets results
	[ "$(ops)" = "pull assign comment spend" ]
	forked
}

@test "push: --fork: a pull request of another fork's branch of that name is another one" {
	with_fork '.repositories += [{name: "zed/widgets", fork_of: "acme/widgets", commits: [
		{branch: "ai/issue-1", message: "mine", author: "zed", files: {"z": "z"}}]}]
		| .repositories[0].pulls = [{number: 2, head: "ai/issue-1", head_repository: "zed/widgets", author: "zed"}]'
	push 0 --fork demo-bot/widgets results
	[ "$(ops)" = "push pull assign comment spend" ]
	[ "$(state '.pulls | length')" = 2 ]
}

@test "push: --fork: what is in the fork is looked at, not what is in the repository" {
	with_fork '.repositories[1].commits = [{branch: "ai/issue-1", message: "mine", author: "zed", files: {"z": "z"}}]'
	sim_do '{"do":"push","repo":"acme/widgets","branch":"ai/issue-1-2","by":"li","files":{"more":"x"}}'
	push 0 --fork demo-bot/widgets results
	[ "$(jq -r 'select(.op == "push").branch' ok.out)" = ai/issue-1-2 ]
	[ "$(sim_state demo-bot/widgets | jq -r '.branches["ai/issue-1-2"]')" = "$(git -C work rev-parse HEAD)" ]
}

@test "push: --fork: of the same owner, it is named" {
	sim_again '.repositories += [{name: "acme/widgets-ai", fork_of: "acme/widgets", permissions: {"demo-bot": "write"}}]'
	push 0 --fork acme/widgets-ai results
	[ "$(ops)" = "push pull assign comment spend" ]
	[ "$(journal 'map(select(.operation.name == "pulls/create") | .body | .head, .head_repo) | join(" ")')" = '"acme:ai/issue-1 acme/widgets-ai"' ]
	[ "$(state '.branches | keys | join(" ")')" = main ]
	before=$(writes)
	result >results
	push 0 --fork acme/widgets-ai results
	[ "$(writes)" = "$before" ]
}

@test "push: --fork: what is no fork of the repository is refused" {
	with_fork '.repositories += [{name: "demo-bot/other", permissions: {"demo-bot": "write"}}]'
	while read -r fork message; do
		push 3 --fork "$fork" results
		[ "$stderr" = "oompa-push: acme/widgets#1: --fork: $message" ]
		[ "$(ops)" = "" ]
		[ "$(writes)" = 0 ]
		outbox_is_kept
	done <<-'EOT'
		demo-bot/other demo-bot/other is not a fork of acme/widgets
		demo-bot/nothing there is no repository demo-bot/nothing
	EOT
	# The repository itself: told by the records when there is no -R.
	push 3 --fork Acme/Widgets results
	[ "$(writes)" = 0 ]
	ok 2 oompa-push -R acme/widgets --fork Acme/Widgets results
	[ "$stderr" = "oompa-push: --fork is the repository itself; see --help" ]
}

@test "push: --fork: a note does not ask for it" {
	say maya '/oompa status' 2026-01-01T00:00:01Z
	note status
	push 0 --fork demo-bot/nothing results
	[ "$(ops)" = comment ]
}
