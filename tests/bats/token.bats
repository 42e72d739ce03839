# shellcheck disable=SC2154 # ok sets stderr
# shellcheck disable=SC2016,SC2028,SC2030,SC2031,SC2094 # each test is a subshell
load helpers

NONE="oompa-token: no GitHub token: set GH_TOKEN or GITHUB_TOKEN, or run 'gh auth login'"

# no_gh: gh is there and knows nobody.
no_gh() {
	fake gh <<-'EOF'
		echo "no oauth token found" >&2
		exit 1
	EOF
}

# asks HOST [PROTOCOL]: what git asks a credential helper.
asks() {
	printf 'protocol=%s\nhost=%s\n\n' "${2:-https}" "$1"
}

@test "token: GH_TOKEN wins over GITHUB_TOKEN, and that over gh" {
	fake gh <<-'EOF'
		echo from-gh
	EOF
	GH_TOKEN=one GITHUB_TOKEN=two ok 0 oompa-token
	printf 'one\n' >want
	same want
	[ "$stderr" = "" ]
	GITHUB_TOKEN=two ok 0 oompa-token
	[ "$output" = two ]
	GH_TOKEN="" GITHUB_TOKEN=two ok 0 oompa-token
	[ "$output" = two ]
	[ ! -e gh.args ]
	GH_TOKEN="" GITHUB_TOKEN="" ok 0 oompa-token
	[ "$output" = from-gh ]
	[ "$stderr" = "" ]
	printf '%s\n' auth token --hostname github.com | diff -u - gh.args
}

@test "token: GITHUB_READ_TOKEN is not for oompa-token" {
	no_gh
	GITHUB_READ_TOKEN="read" GH_TOKEN=write ok 0 oompa-token
	[ "$output" = write ]
	GITHUB_READ_TOKEN="read" ok 4 oompa-token
	[ "$output" = "" ]
}

@test "token: gh is asked for the host in use, and sees no token of ours" {
	fake gh <<-'EOF'
		env >gh.env
		echo from-gh
	EOF
	GITHUB_SERVER_URL=https://ghe.example.com:8443/ SECRET=x ok 0 oompa-token
	[ "$output" = from-gh ]
	printf '%s\n' auth token --hostname ghe.example.com:8443 | diff -u - gh.args
	if grep SECRET gh.env; then return 1; fi
}

@test "token: none at all is status 4 and says what to do" {
	no_gh
	ok 4 oompa-token
	[ "$stderr" = "$NONE" ]
	[ "$output" = "" ]
	fake gh <<-'EOF'
		exit 0
	EOF
	ok 4 oompa-token
	[ "$stderr" = "$NONE" ]
	rm fake/gh
	ok 4 env PATH="$BATS_TEST_TMPDIR/fake" "$(command -v oompa-token)"
	[ "$stderr" = "$NONE" ]
}

@test "token: what cannot be a token is refused and not shown" {
	local bad

	for bad in 'a b' ' a' $'a\n' $'a\tb' $'a\x01' $'a\x7f' 'a€'; do
		GH_TOKEN=$bad ok 4 oompa-token
		[ "$stderr" = "oompa-token: the GitHub token holds a blank or a control character" ]
		[ "$output" = "" ]
	done
}

@test "token: its length is not assumed" {
	local long

	long=ghs_$(printf 'x%.0s' $(seq 596))
	GH_TOKEN=$long ok 0 oompa-token
	[ "$output" = "$long" ]
	fake gh <<<"echo $long"
	ok 0 oompa-token
	[ "$output" = "$long" ]
	GH_TOKEN=$long ok 0 oompa-token get <<<"$(asks github.com)"
	[ "$(wc -c <ok.out)" -eq $((600 + 34)) ]
}

@test "token: 13 get answers for the host of GITHUB_SERVER_URL" {
	export GH_TOKEN=sesame
	ok 0 oompa-token get < <(asks github.com)
	printf 'username=x-access-token\npassword=sesame\n' >want
	same want
	[ "$stderr" = "" ]
	export GITHUB_SERVER_URL=http://127.0.0.1:8080
	ok 0 oompa-token get < <(asks 127.0.0.1:8080 http)
	same want
	# In any order, with other keys, with and without the line at the end.
	ok 0 oompa-token get < <(printf 'path=a/b.git\r\nhost=127.0.0.1:8080\r\nusername=x\r\nprotocol=http')
	same want
}

# silent QUESTION: get says nothing.
silent() {
	ok 0 oompa-token get < <(printf '%b' "$1")
	[ "$output$stderr" = "" ]
}

@test "token: 13 get is silent for any other host, protocol or port" {
	export GH_TOKEN=sesame
	silent 'protocol=http\nhost=github.com\n\n'
	silent 'protocol=https\nhost=github.com.evil.example\n\n'
	silent 'protocol=https\nhost=evil.example\n\n'
	silent 'protocol=https\nhost=gist.github.com\n\n'
	silent 'protocol=https\nhost=github.com:443\n\n'
	silent 'protocol=https\nhost=github.co\n\n'
	silent 'protocol=https\nhost=\n\n'
	silent 'protocol=\nhost=github.com\n\n'
	silent 'protocol=https\n\n'
	silent 'host=github.com\n\n'
	silent 'protocol=http\nhost=s://github.com\n\n'
	silent '\nprotocol=https\nhost=github.com\n'
	silent ''
	silent 'xprotocol=https\nxhost=github.com\n\n'
	silent 'protocol=https\nhost=evil.example\nhost[]=github.com\n\n'
	export GITHUB_SERVER_URL=https://github.com:8443
	silent 'protocol=https\nhost=github.com\n\n'
	silent 'protocol=https\nhost=github.com:844\n\n'
	export GITHUB_SERVER_URL=ftp://github.com
	silent 'protocol=ftp\nhost=github.com\n\n'
}

@test "token: 13 no part of a long line is taken for a key" {
	local n

	export GH_TOKEN=sesame
	for n in 1016 1017 1018 1019 1020 2041 2042 4090 65530; do
		printf 'protocol=https\nhost=evil.example\npath=%shost=github.com\n\n' \
			"$(head -c "$n" /dev/zero | tr '\0' x)" >question
		ok 0 oompa-token get <question
		[ "$output$stderr" = "" ]
	done
	printf 'protocol=https\nhost=github.com%s\n\n' "$(head -c 5000 /dev/zero | tr '\0' x)" >question
	ok 0 oompa-token get <question
	[ "$output$stderr" = "" ]
	printf 'protocol=https\nhost=github.com\0.evil.example\n\n' >question
	ok 0 oompa-token get <question
	[ "$output$stderr" = "" ]
	head -c 10000000 /dev/zero | tr '\0' x >question
	ok 0 oompa-token get <question
	[ "$output$stderr" = "" ]
}

@test "token: get without a token is status 4" {
	no_gh
	ok 4 oompa-token get < <(asks github.com)
	[ "$output" = "" ]
	[ "$stderr" = "$NONE" ]
}

@test "token: store and erase are silent, and want no token" {
	no_gh
	for verb in store erase capability; do
		ok 0 oompa-token "$verb" < <(asks github.com)
		[ "$output$stderr" = "" ]
	done
	ok 2 oompa-token get get
	[ "$stderr" = "oompa-token: one operand at most; see --help" ]
}

@test "token: git gets it as a helper, for the host in use only" {
	export GH_TOKEN=sesame GITHUB_SERVER_URL=https://ghe.example.com
	export GIT_TERMINAL_PROMPT=0
	ok 0 git -c credential.helper= -c "credential.helper=!oompa-token" credential fill \
		< <(asks ghe.example.com)
	[[ $output == *password=sesame* ]]
	ok 128 git -c credential.helper= -c "credential.helper=!oompa-token" credential fill \
		< <(asks github.com)
	[[ $output != *sesame* ]]
}

@test "token: the process that holds it is closed to others and leaves no core" {
	[ "${OOMPA_TEST_SLOW:-1}" -eq 1 ] || skip "LeakSanitizer wants to trace"
	mkfifo pipe
	GH_TOKEN=sesame oompa-token get <pipe >out 3>&- &
	exec 4>pipe
	sleep 0.3
	# Not dumpable: its /proc files belong to root.
	[ "$(stat -c %U "/proc/$!/mem")" = root ]
	grep -E '^Max core file size +0 +0 ' "/proc/$!/limits"
	if tr '\0' '\n' <"/proc/$!/cmdline" | grep sesame; then return 1; fi
	exec 4>&-
	wait $!
	[ ! -s out ]
}

@test "token: an output that takes nothing is status 1" {
	GH_TOKEN=sesame ok 1 sh -c 'exec oompa-token >/dev/full'
	[ "$stderr" = "oompa-token: cannot write <stdout>: No space left on device" ]
}
