# The gate's rules on commits of a plain repository, also those for actions that
# no command publishes yet.  Each rule is attacked, and honest work passes.

load helpers

setup() {
	isolate
	GATE=$(cd "$(dirname "$(command -v oompa-push)")/../helper" && pwd)/gate
	export GITHUB_SERVER_URL=https://github.com
	R=q7Rk2LmZx9TbV4nWcY8sHd3GfJ6pKu1EaPz5MtQvXyBwNrSg0h
	git init -q -b main r
	git -C r config user.name Demo
	git -C r config user.email demo@example.com
	mkdir r/src r/tests
	echo 'int a;' >r/src/a.c
	echo 'def test_a(): pass' >r/tests/test_a.py
	printf '#!/bin/sh\n' >r/tests/run.sh
	chmod +x r/tests/run.sh
	printf '[project]\nname = "w"\n[tool.ruff]\nselect = ["E"]\n' >r/pyproject.toml
	commit base
	BASE=$(git -C r rev-parse HEAD)
}

# commit [MESSAGE]: all that was changed.
commit() {
	git -C r add -A
	git -C r commit -q -m "${1:-widgets: count the last one}"
}

again() {
	git -C r reset -q --hard "$BASE"
	git -C r clean -qfd
}

# passes ACTION [OPTION...]: the gate lets HEAD through; then it is undone.
passes() {
	local action=$1
	shift
	ok 0 "$GATE" "$@" r/.git "$action" "$BASE" HEAD
	again
}

# refused ACTION MESSAGE [OPTION...]
refused() {
	local action=$1 message=$2
	shift 2
	ok 6 "$GATE" "$@" r/.git "$action" "$BASE" HEAD
	[ "$output" = "$message" ]
}

# allowed CODE: --allow-rule lets it through, for which it was refused.
allowed() {
	[[ $output == *"($1; --allow-rule $1 lets it through)" ]]
	passes "$2" --allow-rule "size,$1"
}

# file PATH TEXT: a commit of this file.
file() {
	mkdir -p "r/$(dirname "$1")"
	printf '%s\n' "$2" >>"r/$1"
	commit
}

@test "gate: a name that some system reads as another one" {
	local path

	for path in .github./workflows/x.yml '.github /x' src./b.c 'src/b ' a/.../b; do
		file "$path" x
		refused implement "adds a file with an odd name, $path (name; --allow-rule name lets it through)"
		again
	done
	for path in .hidden/a.b/c 'with blanks/in it' ..a/b src/-x; do
		file "$path" x
		passes implement
	done
}

@test "gate: honest work passes for each action" {
	for action in implement ci; do
		file src/a.c 'int b; /* exit(benefit(1)); skipped */'
		passes "$action"
		file tests/test_b.py 'def test_b(): assert model.fit(1)'
		passes "$action"
		git -C r mv tests/test_a.py tests/test_c.py
		commit
		passes "$action"
	done
	file docs/a.md 'Use eslint-disable, @ts-ignore or it.skip( with care.'
	passes ci
	file pyproject.toml ''
	sed -i 's/name = "w"/name = "widgets"/' r/pyproject.toml
	commit
	passes ci
}

@test "gate: names and modes" {
	for name in $'a\nb' $'a\tb' $'a\xe2\x80\xaeb' $'a\xffb' 'a\b' -rf 'a.' 'a '; do
		echo x >"r/$name"
		commit
		ok 6 "$GATE" r/.git implement "$BASE" HEAD
		allowed name implement
	done
	file 'ein Name mit Ä.txt' x
	passes implement
}

@test "gate: a file that is small enough, or few enough files, by the options" {
	file big "$(printf 'x%.0s' {1..2000})"
	refused implement 'adds 2001 bytes, at most 2000 (size; --max-bytes lets it through)' --max-bytes 2000
	refused implement 'adds 2001 bytes, at most 2000 (size; --max-bytes lets it through)' --max-bytes 2000 --allow-rule name
	passes implement --max-bytes 0
	file b b
	file c c
	refused implement 'changes 2 files, at most 1 (size; --max-files lets it through)' --max-files 1
	passes implement --max-files 2
}

@test "gate: a secret in a new line, a name, a message, an author" {
	key="gh"p_${R:0:36}
	print=$(printf %s "$key" | sha256sum | cut -c 1-12)
	way="(secret; --allow-secret $print lets it through)"
	file src/a.c "key $key"
	refused implement "src/a.c holds a GitHub token $way"
	passes implement --allow-secret "$print"
	printf 'a\0%s\0' "$key" >r/blob
	commit
	refused implement "blob holds a GitHub token $way"
	again
	file "src/$key" x
	refused implement "the name of a file holds a GitHub token $way"
	again
	gap=$'\u200b'
	file ".github/${key/_/_$gap}" x
	refused implement "the name of a file holds a GitHub token $way"
	again
	echo x >r/x
	commit "a

$key"
	refused implement "the commit holds a GitHub token $way"
	again
	echo x >r/x
	git -C r add -A
	git -C r -c user.name="$key" commit -qm x
	refused implement "the commit holds a GitHub token $way"
	again
	echo x >r/x
	git -C r add -A
	git -C r -c i18n.commitEncoding=IBM037 commit -qm "a $key"
	refused implement "the commit holds a GitHub token $way"
	again
	# A rename, and what was there before.
	file old "$key"
	BASE=$(git -C r rev-parse HEAD)
	file old 'more'
	passes implement
	git -C r mv old new
	commit
	refused implement "new holds a GitHub token $way"
}

@test "gate: a secret far inside of a large file, and in one long line" {
	key="gh"p_${R:0:36}
	{
		yes 'a line of text' | head -c 3000000
		printf '\n%s\n' "$key"
		yes 'a line of text' | head -c 1000000
	} >r/big
	commit
	ok 6 "$GATE" r/.git implement "$BASE" HEAD
	[[ $output == 'big holds a GitHub token'* ]]
	again
	{
		head -c 1048560 /dev/zero | tr '\0' .
		printf '%s' "$key"
		head -c 1048560 /dev/zero | tr '\0' .
	} >r/line
	commit
	ok 6 "$GATE" r/.git implement "$BASE" HEAD
	[[ $output == 'line holds a GitHub token'* ]]
}

@test "gate: a message that is too large to be looked through" {
	key="gh"p_${R:0:36}
	echo x >r/x
	git -C r add -A
	{
		yes 'a line of text' | head -c 68000000
		echo "$key"
	} | git -C r commit -q -F -
	refused implement "the commit's message is too large to be looked through (secret)"
}

@test "gate: what looks like a header in a file is a line of it; kinds that change" {
	key="gh"p_${R:0:36}
	printf -- '-- a\n++ b\ndiff --git a/x b/x\n@@ -1 +1,9 @@\nindex 1..2\n' >r/a
	git -C r rm -q src/a.c
	ln -s tests r/src
	ln -s a r/b
	echo "$key" >r/z
	commit
	ok 6 "$GATE" r/.git implement "$BASE" HEAD
	[[ $output == 'z holds a GitHub token'* ]]
	git -C r rm -q z
	commit
	passes implement
	chmod -x r/tests/run.sh
	: >r/empty
	commit
	passes implement
}

@test "gate: messages that call, close, stop workflows, or speak for others" {
	for message in 'cc @maya' 'Fixes #99' 'see other/repo#5' 'done [skip ci]' \
		'x

skip-checks: true' 'x

Skip-Checks:true' 'x

<!-- oompa:status -->' 'x

Co-authored-by: Maya <maya@example.com>' 'x

Signed-off-by: Maya <maya@example.com>' 'x

Signed-off-by : Maya <maya@example.com>'; do
		echo x >>r/src/a.c
		commit "$message"
		ok 6 "$GATE" r/.git implement "$BASE" HEAD
		[[ $output == "the commit's message "* ]]
		allowed message implement
	done
	# "@maya" for whoever decodes it.
	echo x >>r/src/a.c
	git -C r -c i18n.commitEncoding=UTF-7 commit -qam 'cc +AEA-maya'
	refused implement "the commit's message has an encoding of its own (message; --allow-rule message lets it through)"
	allowed message implement
	echo x >>r/src/a.c
	commit 'Count the last one

Fixes #1, see #7, and --skip-checks: true of
skip-checks.

Signed-off-by: Demo <demo@example.com>
Assisted-by: Claude Code'
	passes implement
	echo x >>r/src/a.c
	commit 'x

Signed-off-by: Maya <maya@example.com>'
	passes implement --signed-off-by 'Maya <maya@example.com>'
}

@test "gate: a review's answer that sweeps through other files" {
	file src/a.c 'int b;'
	own=$(git -C r rev-parse HEAD)
	from=$BASE BASE=$own
	for i in 1 2 3 4 5; do echo x >"r/src/$i.c"; done
	echo x >>r/src/a.c
	commit
	ok 0 "$GATE" r/.git review "$own" HEAD "$from" "$own"
	echo x >r/src/6.c
	commit
	ok 6 "$GATE" r/.git review "$own" HEAD "$from" "$own"
	[ "$output" = 'changes 6 files that the pull request does not, at most 5: src/1.c (outside; --max-outside lets it through)' ]
	ok 0 "$GATE" --max-outside 6 r/.git review "$own" HEAD "$from" "$own"
	ok 0 "$GATE" --allow-rule outside r/.git review "$own" HEAD "$from" "$own"
}

@test "gate: ci: tests that go, are emptied, or not run any more" {
	git -C r rm -q tests/test_a.py
	commit
	refused ci 'takes the test tests/test_a.py away (tests; --allow-rule tests lets it through)'
	allowed tests ci
	git -C r mv tests/test_a.py src/a.txt
	commit
	ok 6 "$GATE" r/.git ci "$BASE" HEAD
	allowed tests ci
	: >r/tests/test_a.py
	commit
	refused ci 'empties the test tests/test_a.py (tests; --allow-rule tests lets it through)'
	again
	chmod -x r/tests/run.sh
	commit
	refused ci 'makes that the test tests/run.sh is not run (tests; --allow-rule tests lets it through)'
	passes implement
}

@test "gate: ci: lines that skip tests, by language" {
	while read -r path line; do
		file "$path" "$line"
		ok 6 "$GATE" r/.git ci "$BASE" HEAD
		allowed skips ci
		file "$path" "$line"
		passes implement
	done <<-'EOT'
		tests/test_x.py @pytest.mark.skip(reason="x")
		tests/test_x.py @unittest.skip("x")
		tests/XTest.java @Disabled
		tests/XTest.java @Ignore("x")
		x_test.go t.Skip("x")
		x.test.ts it.skip('x', () => {})
		x.test.js xit('x')
		x.spec.js describe.only('x')
		src/x.rs #[ignore]
		x_test.cc TEST(A, DISABLED_B) {}
		tests/x.bats skip "not now"
		spec/x_spec.rb xit "does"
		XTests.cs [Fact(Skip = "x")]
	EOT
	# The same words where they mean nothing.
	while read -r path line; do
		file "$path" "$line"
		passes ci
	done <<-'EOT'
		src/x.py process.exit(benefit(1)); iterator.skip(3)
		src/x.js exit(1); benefit(2); skipped(3); model.fit(4)
		src/x.go list.SkipList(3)
		notes.txt @Disabled t.Skip( it.skip(
		tests/x.bats echo skipped
	EOT
}

@test "gate: ci: linters and checks that are told to look away" {
	while read -r path line; do
		file "$path" "$line"
		ok 6 "$GATE" --allow-path '.github/**' r/.git ci "$BASE" HEAD
		[[ $output == *'(lint; --allow-rule lint lets it through)' ]]
		passes ci --allow-rule lint --allow-path '.github/**'
	done <<-'EOT'
		src/x.go x() // nolint
		src/x.js /* eslint-disable */
		src/x.py x = 1  # noqa
		src/x.ts // @ts-ignore
		src/x.cc x(); // NOLINT
		src/x.cs #pragma warning disable
		Makefile CFLAGS += -Wno-unused
		.eslintrc.json {}
		sub/.golangci.yml x: y
		.github/workflows/ci.yml on: push
		clippy.toml x = 1
		pyproject.toml ignore = ["E501"]
	EOT
}

# rewritten ACTION STATUS [MESSAGE]: from OLD on BASE to HEAD on NEW.
rewritten() {
	ok "$2" "$GATE" r/.git "$1" "$NEW" HEAD "$BASE" "$OLD"
	# shellcheck disable=SC2053 # a pattern
	[ -z "${3:-}" ] || [[ $output == $3 ]]
}

@test "gate: a rewrite brings the same commits with the same changes" {
	seq 40 >r/src/n
	commit
	BASE=$(git -C r rev-parse HEAD)
	sed -i 's/^20$/twenty/' r/src/n
	commit one
	echo b >r/src/b.c
	commit two
	OLD=$(git -C r rev-parse HEAD)
	again
	sed -i 's/^18$/eighteen/; s/^35$/x/' r/src/n
	commit upstream
	NEW=$(git -C r rev-parse HEAD)
	git -C r checkout -q "$OLD"
	git -C r rebase -q "$NEW"
	rewritten rebase 0
	rewritten conflict 0
	good=$(git -C r rev-parse HEAD)
	# Something more in a commit.
	sed -i 's/^5$/five/' r/src/n
	git -C r commit -qa --amend --no-edit
	rewritten rebase 6 'the commit * is another change than * (rewrite; *'
	rewritten conflict 6 'the commit * changed src/n, which * does not (rewrite; *'
	# One more commit, one less, another author, another message.
	git -C r reset -q --hard "$good"
	echo c >r/src/c.c
	commit three
	rewritten rebase 6 'the commit * is new (rewrite; *'
	git -C r reset -q --hard "$good~1"
	rewritten rebase 6 'the commit * is gone (rewrite; *'
	git -C r reset -q --hard "$good"
	git -C r commit -q --amend --no-edit --author 'Eve <eve@example.com>'
	rewritten rebase 6 'the commit * has another author or message than * (rewrite; *'
	git -C r reset -q --hard "$good"
	git -C r commit -q --amend -m other
	rewritten conflict 6 'the commit * has another author or message than * (rewrite; *'
	ok 0 "$GATE" --allow-rule rewrite r/.git rebase "$NEW" HEAD "$BASE" "$OLD"
}

@test "gate: a rewrite leaves out what the new base has already" {
	echo b >r/src/b.c
	commit one
	echo c >r/src/c.c
	commit two
	OLD=$(git -C r rev-parse HEAD)
	again
	echo b >r/src/b.c
	commit 'one, by somebody else'
	NEW=$(git -C r rev-parse HEAD)
	git -C r checkout -q "$OLD"
	git -C r rebase -q "$NEW"
	[ "$(git -C r rev-list --count "$NEW..HEAD")" = 1 ]
	rewritten rebase 0
}

@test "gate: a conflict that was resolved within the commit's files" {
	echo 'int mine;' >r/src/a.c
	commit one
	OLD=$(git -C r rev-parse HEAD)
	again
	echo 'int theirs;' >r/src/a.c
	commit upstream
	NEW=$(git -C r rev-parse HEAD)
	git -C r checkout -q "$OLD"
	git -C r rebase -q "$NEW" 2>/dev/null || :
	printf 'int theirs;\nint mine;\n' >r/src/a.c
	git -C r add -A
	GIT_EDITOR=true git -C r rebase --continue >/dev/null
	rewritten conflict 0
	rewritten rebase 6 'the commit * is another change than * (rewrite; *'
	echo x >r/src/other.c
	git -C r add -A
	git -C r commit -q --amend --no-edit
	rewritten conflict 6 'the commit * changed src/other.c, which * does not (rewrite; *'
}
