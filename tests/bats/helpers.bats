# shellcheck disable=SC2154 # ok sets stderr
load helpers

@test "helpers: a test has nothing of the caller's environment" {
	export OOMPA_LABEL=x GITHUB_TOKEN=x GH_TOKEN=x GIT_DIR=x XDG_STATE_HOME=x
	export CLAUDE_CODE_USE_VERTEX=1 CLOUD_ML_REGION=x https_proxy=x
	isolate
	ok 0 env
	[[ ! $output =~ (OOMPA_LABEL|GITHUB_|GH_|GIT_DIR|XDG_|CLAUDE_|CLOUD_ML_|proxy) ]]
	[[ $HOME == "$BATS_TEST_TMPDIR/"* && $TMPDIR == "$BATS_TEST_TMPDIR/"* ]]
	ok 1 git config user.name
}

@test "helpers: ok keeps stdout, stderr and the status apart" {
	ok 3 sh -c 'echo out; echo err >&2; exit 3'
	[ "$output" = out ]
	[ "$stderr" = err ]
	[ "$status" -eq 3 ]
}

@test "helpers: ok fails on another status, and at the time limit" {
	if ok 0 false; then return 1; fi
	OOMPA_TEST_TIMEOUT=1 ok 124 sleep 60
}

@test "helpers: same sees a missing newline" {
	echo a >want
	ok 0 echo a
	same want
	ok 0 printf a
	if same want; then return 1; fi
}

@test "helpers: a fake command logs its arguments" {
	fake tool <<-'EOF'
		exit 4
	EOF
	ok 4 tool -a 'b c'
	printf '%s\n' -a 'b c' | diff -u - tool.args
}

@test "helpers: records are kept by the command that printed them" {
	export BATS_SUITE_TMPDIR=$BATS_TEST_TMPDIR/suite
	fake oompa-fake <<-'EOF'
		echo '{"type":"repo","v":1}'
	EOF
	RECORDS=no ok 0 oompa-fake
	[ ! -e suite ]
	ok 0 oompa-fake
	same suite/records/oompa-fake/*.jsonl
}

@test "helpers: a record that its schema refuses is told" {
	fake oompa-fake <<-'EOF'
		echo '{"$defs":{"end":{"type":"object","properties":{"count":{"type":"number"}}}}}'
	EOF
	mkdir -p records/oompa-fake
	echo '{"type":"end","count":"2"}' >records/oompa-fake/7.jsonl
	ok 1 node "$TESTS/bats/validate.mjs" records
	[[ $output == "oompa-fake, test 7: /count must be number"* ]]
	printf '%s\n' '{"type":"end","count":2}' '{"type":"new"}' >records/oompa-fake/7.jsonl
	ok 0 node "$TESTS/bats/validate.mjs" records
	[ "$output" = "records: 1 valid, 0 wrong, 1 passed on" ]
}

@test "helpers: no process outlives its test" {
	setsid env -i sleep 61 3>&- &
	(cd / && exec setsid sleep 62 3>&-) &
	sleep 0.2
	[ "$(left_behind | wc -l)" -ge 2 ]
	clean_up
	[ -z "$(left_behind)" ]
}

@test "helpers: the scripted claude follows its script" {
	claude_script '[{"steps": [{"write": {"a": "b\n"}}, {"cost": 0.04},
	    {"structured": {"status": "done"}}]}]'
	echo 'do it' >prompt
	ok 0 claude -p --output-format stream-json --verbose --json-schema '{}' <prompt
	[ "$(cat a)" = b ]
	result=$(jq -c 'select(.type == "result") | [.structured_output, .total_cost_usd]' ok.out)
	[ "$result" = '[{"status":"done"},0.04]' ]
	[ "$(claude_calls 'map(.prompt)')" = '["do it\n"]' ]
}

@test "helpers: the real claude answers with the scripted model" {
	real_claude
	model_start '[{"text": "hello"}]'
	export CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1
	echo hi >prompt
	OOMPA_TEST_TIMEOUT=60 ok 0 claude -p --setting-sources= <prompt
	[ "$output" = hello ]
	[ "$(jq -c 'select(.kind == "message") | .credentials' model.log)" = '["x-api-key"]' ]
	ok 1 grep test-key model.log
}

@test "helpers: a simulated GitHub comes and goes with the test" {
	sim_start
	ok 0 curl -sS -o answer -w '%{http_code}' -H "accept: application/vnd.github+json" \
		-H "x-github-api-version: 2022-11-28" "$GITHUB_API_URL/"
	journal length
	sim_stop
	ok 7 curl -sS "$GITHUB_API_URL/"
}
