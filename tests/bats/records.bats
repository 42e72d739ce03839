# shellcheck disable=SC2154 # ok sets stderr
# shellcheck disable=SC2016,SC2028,SC2030,SC2031,SC2094 # each test is a subshell
load helpers
load ../helper/records

# What every filter does with lines, shown by oompa-triage, which has nothing
# to do yet, and by oompa-plan, which consumes what oompa-fetch prints.

@test "records: what is not consumed passes byte for byte and in order" {
	cat >in <<-'EOF'
		{"type":"fact","v":1,"id":9007199254740993,"n":1e400}
		{ "v" : 1 , "type" : "odd" , "a":1, "a":2 }
		{"type":"x","v":1,"s":"a\u0000b\ud83d\ude00\/","f":1.0000000000000000001}
		{"type":"end","v":1,"from":"me","count":0,"status":"ok"}
		{"v":1,"type":"skip","repo":"o/r","u":"𝔘 é ﷽"}
	EOF
	printf '{\t"type"\t: "tab" ,"v":1 }  \n' >>in
	ok 0 oompa-triage in
	[ "$stderr" = "" ]
	{
		cat in
		triage_end 0 ok
	} >want
	same want
	ok 0 oompa-plan --now "$NOW" - <<<'{"type":"x","v":1 , "a":1,"a":1}
{"type":"end","v":1,"from":"oompa-fetch","count":0,"status":"ok"}'
	[ "$(sed -n 1p ok.out)" = '{"type":"x","v":1 , "a":1,"a":1}' ]
}

@test "records: 39 carriage returns, blank lines and a byte order mark are taken" {
	printf '\xef\xbb\xbf{"type":"a","v":1}\r\n\n \t\r\n\r\n{"type":"b","v":1}\r\n' >in
	ok 0 oompa-triage in
	{
		printf '{"type":"a","v":1}\n{"type":"b","v":1}\n'
		triage_end 0 ok
	} >want
	same want
	ok 0 oompa-triage in - <in
	[ "$(grep -c '^{"type":"[ab]","v":1}$' ok.out)" -eq 4 ]
	[ "$stderr" = "" ]
}

@test "records: 39 a byte order mark in the middle is where files were joined" {
	printf '{"type":"a","v":1}\n\xef\xbb\xbf{"type":"b","v":1}\n\xef\xbb\xbf\n' >in
	ok 0 oompa-triage in
	{
		printf '{"type":"a","v":1}\n{"type":"b","v":1}\n'
		triage_end 0 ok
	} >want
	same want
	[ "$stderr" = "" ]
}

@test "records: 39 a last line without its newline is taken and gets one" {
	printf '{"type":"a","v":1}' >in
	ok 0 oompa-triage <in
	{
		printf '{"type":"a","v":1}\n'
		triage_end 0 ok
	} >want
	same want
	[ "$stderr" = "" ]
}

@test "records: an empty input is an end record" {
	ok 0 oompa-triage </dev/null
	triage_end 0 ok >want
	same want
	[ "$stderr" = "" ]
}

@test "records: a torn last line is told, and what came before is handled" {
	printf '{"type":"a","v":1}\n{"type":"b","v":' >in
	ok 7 oompa-triage <in
	[ "$stderr" = "oompa-triage: <stdin>:2: truncated line: not one JSON value" ]
	{
		printf '{"type":"a","v":1}\n'
		printf '{"type":"error","v":1,"stage":"oompa-triage","code":"input","item":"<stdin>:2","message":"truncated line: not one JSON value","retry":"never"}\n'
		triage_end 0 partial
	} >want
	same want
}

# bad LINE MESSAGE: the second of three lines is malformed, and nothing else.
bad() {
	{
		printf '{"type":"a","v":1}\n'
		printf '%b\n' "$1"
		printf '{"type":"b","v":1}\n'
	} >in
	ok 7 oompa-triage in
	[ "$stderr" = "oompa-triage: in:2: $2" ] || return
	{
		printf '{"type":"a","v":1}\n'
		jq -cn --arg m "$2" '{type: "error", v: 1, stage: "oompa-triage",
			code: "input", item: "in:2", message: $m, retry: "never"}'
		printf '{"type":"b","v":1}\n'
		triage_end 0 partial
	} >want
	same want
}

@test "records: malformed lines are told one by one, and the rest is handled" {
	bad '{"type":"x","v":1}\\x' 'not one JSON value'
	bad '{"type":"x","v":1} {}' 'not one JSON value'
	bad '{"type":"x","v":1,}' 'not one JSON value'
	bad 'hello' 'not one JSON value'
	bad '[1]' 'not a JSON object'
	bad '"type"' 'not a JSON object'
	bad 'null' 'not a JSON object'
	bad '{}' 'no type'
	bad '{"v":1}' 'no type'
	bad '{"type":1,"v":1}' 'no type'
	bad '{"TYPE":"x","v":1}' 'no type'
	bad '{"type":"x"}' 'no v'
	bad '{"type":"x","v":"1"}' 'no v'
	bad '{"type":"x","v":0}' 'no v'
	bad '{"type":"x","v":-1}' 'no v'
	bad '{"type":"x","v":1.5}' 'no v'
	bad '{"type":"x","v":1e300}' 'no v'
	bad '{"type":"x","v":null}' 'no v'
}

@test "records: 39 what other readers refuse is malformed" {
	bad '{"type":"x","v":1,"s":"a\tb"}' 'not one JSON value'
	bad '{"type":"x","v":1,"s":"a\x01b"}' 'not one JSON value'
	bad '{"type":"x","v":1,\f"s":1}' 'not one JSON value'
	bad '\x01{"type":"x","v":1}' 'not one JSON value'
	bad '{"type":"x","v":01}' 'not one JSON value'
	bad '{"type":"x","v":1,"n":[-01]}' 'not one JSON value'
	bad '{"type":"x","v":1,"n":2.}' 'not one JSON value'
	bad '{"type":"x","v":1,"n":2.e3}' 'not one JSON value'
	bad '{"type":"x","v":1,"n":+1}' 'not one JSON value'
	bad '{"type":"x","v":1,"n":.5}' 'not one JSON value'
	bad '{"type":"x","v":1,"n":0x1}' 'not one JSON value'
	bad '{"type":"x","v":1,"n":NaN}' 'not one JSON value'
	bad "{'type':'x','v':1}" 'not one JSON value'
	bad '{"type":"x","v":1,"s":"\\x41"}' 'not one JSON value'
	echo '{"type":"x","v":1,"n":[0,-0,0.5,-0.01e+07,10,1E-02,"01","2.","\\",1],"s":"\""}' >in
	ok 0 oompa-triage in
	[ "$(sed -n 1p ok.out)" = "$(cat in)" ]
}

@test "records: 40 bytes that are no UTF-8, NUL and lone surrogates are malformed" {
	bad '{"type":"x","v":1,"s":"\x00"}' 'holds a NUL byte'
	bad '\x00' 'holds a NUL byte'
	bad '{"type":"x","v":1,"s":"\xff"}' 'not UTF-8'
	bad '{"type":"x","v":1,"s":"\xc0\x80"}' 'not UTF-8'
	bad '{"type":"x","v":1,"s":"\xed\xa0\xbd"}' 'not UTF-8'
	bad '{"type":"x","v":1,"s":"\xf4\x90\x80\x80"}' 'not UTF-8'
	bad '{"type":"x","v":1,"s":"\xe2\x82"}' 'not UTF-8'
	bad '{"type":"x","v":1,"s":"\\ud83d"}' 'not one JSON value'
	bad '{"type":"x","v":1,"s":"\\ude00\\ud83d"}' 'not one JSON value'
}

# nested N: an object N levels deep, itself counted.
nested() {
	printf '{"type":"%s","v":1,"a":%s%s}' "$1" \
		"$(printf '[%.0s' $(seq $(($2 - 1))))" \
		"$(printf ']%.0s' $(seq $(($2 - 1))))"
}

# with_end: in as a line, and the end of oompa-fetch.
with_end() {
	cat in
	echo
	end_record 0
}

@test "records: a consumed record is at most 64 levels deep, others may be deeper" {
	nested receipt 64 >in
	ok 0 oompa-plan --now "$NOW" - < <(with_end)
	nested receipt 65 >in
	ok 7 oompa-plan --now "$NOW" - < <(with_end)
	[ "$stderr" = "oompa-plan: <stdin>:1: nested deeper than 64" ]
	nested other 65 >in
	ok 0 oompa-plan --now "$NOW" - < <(with_end)
	[ "$(sed -n 1p ok.out)" = "$(cat in)" ]
	nested other 5000 >in
	ok 7 oompa-plan --now "$NOW" - < <(with_end)
	[ "$stderr" = "oompa-plan: <stdin>:1: not one JSON value" ]
}

# refuses LINE MESSAGE: oompa-plan refuses to consume it.
refuses() {
	{
		printf '%s\n' "$1"
		end_record 0
	} >in
	ok 7 oompa-plan --now "$NOW" in
	[ "$stderr" = "oompa-plan: $2" ]
}

@test "records: duplicate keys and infinite numbers in a consumed record are malformed" {
	refuses '{"type":"receipt","v":1,"a":1,"a":1}' "in:1: key 'a' twice"
	refuses '{"type":"receipt","v":1,"type":"x"}' "in:1: key 'type' twice"
	refuses '{"type":"receipt","v":1,"deep":[{"b":{"":1,"":2}}]}' "in:1: key '' twice"
	refuses '{"type":"receipt","v":1,"repo":"o/r","number":7,"x":1e999}' \
		"o/r#7: a number is too large"
	refuses '{"type":"receipt","v":1,"x":[-1e999]}' "in:1: a number is too large"
}

@test "records: --max-record skips a longer line as a whole and takes the next" {
	local head='{"type":"x","v":1,"s":"' tail='"}' pad

	pad=$(printf 'x%.0s' $(seq $((200 - ${#head} - ${#tail}))))
	printf '%s%s%s\n' "$head" "$pad" "$tail" >in
	[ "$(stat -c %s in)" -eq 201 ]
	ok 0 oompa-triage --max-record 200 in
	ok 7 oompa-triage --max-record 199 in
	[ "$stderr" = "oompa-triage: in:1: line is over 199 bytes" ]
	{
		head -c 300000 /dev/zero | tr '\0' '{'
		printf '\n{"type":"next","v":1}\n'
		head -c 300000 /dev/zero | tr '\0' '\n'
		printf '{"type":"last","v":1}\n'
	} >in
	ok 7 oompa-triage --max-record 100 in
	[ "$stderr" = "oompa-triage: in:1: line is over 100 bytes" ]
	[ "$(jq -r .type ok.out | paste -sd ' ')" = "error next last end" ]
	{
		printf '{"type":"a","v":1}\n'
		head -c 300000 /dev/zero | tr '\0' '{'
	} >in
	ok 7 oompa-triage --max-record 100 in
	[ "$stderr" = "oompa-triage: in:2: line is over 100 bytes" ]
}

@test "records: the longest line by default has 16 MiB" {
	{
		printf '{"type":"x","v":1,"s":"'
		head -c $((16 * 1024 * 1024 - 25)) /dev/zero | tr '\0' s
		printf '"}\n'
	} >in
	[ "$(stat -c %s in)" -eq $((16 * 1024 * 1024 + 1)) ]
	RECORDS=no ok 0 oompa-triage in
	[ "$stderr" = "" ]
	sed -i 's/{/{ /' in
	ok 7 oompa-triage in
	[ "$stderr" = "oompa-triage: in:1: line is over 16777216 bytes" ]
}

@test "records: 41 a newer version is passed on and counted" {
	{
		repo_record
		issue_record 1 '.v = 2 | .title = 5'
		issue_record 2 '.v = 3'
		end_record 3
	} >in
	ok 0 oompa-plan --now "$NOW" in
	[ "$stderr" = "oompa-plan: in: 2 records of a newer version passed on" ]
	[ "$(sed -n 1,2p ok.out)" = "$(sed -n 2,3p in)" ]
	[ "$(jq -c 'select(.type == "end") | [.from, .count, .status]' ok.out)" = \
		'["oompa-fetch",3,"ok"]
["oompa-plan",0,"ok"]' ]
}

# warns WANT WARNING: oompa-plan reads in, ends as WANT and says no more than
# that.
warns() {
	ok 0 oompa-plan --now "$NOW" in
	[ "$stderr" = "$2" ] || return
	[ "$(tail -n 1 ok.out | jq -r .status)" = "$1" ]
}

@test "records: a missing end record of oompa-fetch is a warning and a partial end" {
	local none='oompa-plan: the input has no end record of oompa-fetch: it may be incomplete'

	: >in
	warns partial "$none"
	repo_record >in
	warns partial "$none"
	{
		snapshot 1
		repo_record
	} >in
	warns partial "$none"
	{
		snapshot 1 | sed 's/"oompa-fetch"/"other"/'
	} >in
	warns partial "$none"
}

@test "records: an end record that counts more than came is a warning and a partial end" {
	{
		repo_record
		end_record 3
	} >in
	warns partial 'oompa-plan: in: 1 of the 3 records of oompa-fetch are here'
	{
		snapshot 2
		snapshot 2 | sed '/"number":2,/d'
	} >in
	warns partial 'oompa-plan: in: 2 of the 3 records of oompa-fetch are here'
}

@test "records: a partial end of oompa-fetch makes ours partial" {
	{
		repo_record
		end_record 1 partial
	} >in
	warns partial ''
	snapshot 1 >in
	warns ok ''
}

@test "records: the records that an end counts may come in several operands" {
	snapshot 3 >in
	head -n 2 in >a
	sed -n '3,$p' in >b
	ok 0 oompa-plan --now "$NOW" in
	mv ok.out want
	ok 0 oompa-plan --now "$NOW" a b
	[ "$stderr" = "" ]
	same want
	ok 0 oompa-plan --now "$NOW" a - <b
	[ "$stderr" = "" ]
	same want
}

@test "records: end records of other producers pass" {
	{
		triage_end 5 ok
		snapshot 1
		printf '{"type":"end","v":1,"from":"oompa-push","count":9,"status":"partial"}\n'
	} >in
	warns ok ''
	[ "$(jq -r 'select(.type == "end") | .from' ok.out | paste -sd ' ')" = \
		"oompa-triage oompa-fetch oompa-push oompa-plan" ]
}

@test "records: 47 operands are files, and - is stdin, in their order" {
	echo '{"type":"a","v":1}' >a
	echo '{"type":"b","v":1}' >b
	ok 0 oompa-triage b - a <<<'{"type":"c","v":1}'
	[ "$(jq -r .type ok.out | paste -sd ' ')" = "b c a end" ]
	ok 0 oompa-triage -- a
	[ "$(jq -r .type ok.out | paste -sd ' ')" = "a end" ]
}

@test "records: a missing operand is told, and the others are handled" {
	echo '{"type":"a","v":1}' >a
	ok 1 oompa-triage gone a
	[ "$stderr" = "oompa-triage: gone: cannot open: No such file or directory" ]
	{
		printf '{"type":"error","v":1,"stage":"oompa-triage","code":"system","item":"gone","message":"cannot open: No such file or directory","retry":"later"}\n'
		cat a
		triage_end 0 partial
	} >want
	same want
}

@test "records: a directory as an operand is told, and the others are handled" {
	echo '{"type":"a","v":1}' >a
	mkdir dir
	ok 1 oompa-triage dir a
	[ "$stderr" = "oompa-triage: dir: cannot read: Is a directory" ]
	[ "$(jq -r .type ok.out | paste -sd ' ')" = "error a end" ]
	[ "$(tail -n 1 ok.out | jq -r .status)" = partial ]
}

@test "records: 48 control characters of foreign text are escaped on stderr" {
	ok 1 oompa-triage $'a\e[31m\nb\x9b\u0085'
	[ "$stderr" = 'oompa-triage: a\x1b[31m\nb\x9b\x85: cannot open: No such file or directory' ]
	refuses '{"type":"receipt","v":1,"repo":"o\u001b[1m\nr","a\u007f":1,"a\u007f":1}' \
		'o\x1b[1m\nr: key '"'"'a\x7f'"'"' twice'
}

@test "records: 47 a terminal as stdin is a usage error" {
	ok 2 python3 - oompa-plan <<-'EOF'
		import os, pty, subprocess, sys
		master, slave = pty.openpty()
		sys.exit(subprocess.run(sys.argv[1:], stdin=slave).returncode)
	EOF
	[ "$stderr" = "oompa-plan: reads records from a pipe or a file; see oompa-plan --help" ]
	[ "$output" = "" ]
}

@test "records: 43 a reader that leaves ends a filter quietly" {
	snapshot 2000 >in
	ok 0 bash -c 'oompa-plan --now 2026-03-01T12:00:00Z <in | head -n 1 >first; echo "${PIPESTATUS[*]}"'
	[ "$output" = "141 0" ]
	[ "$stderr" = "" ]
	# Also when a parent ignores SIGPIPE.
	ok 0 bash -c 'trap "" PIPE; oompa-plan <in | head -n 1 >first; echo "${PIPESTATUS[*]}"'
	[ "$output" = "141 0" ]
	[ "$stderr" = "" ]
}

@test "records: 43 a full disk is an error" {
	echo '{"type":"a","v":1}' >in
	ok 1 bash -c 'exec oompa-triage in >/dev/full'
	[ "$stderr" = "oompa-triage: cannot write <stdout>: No space left on device" ]
	ok 1 bash -c 'exec oompa-triage /dev/null >/dev/full'
	[ "$stderr" = "oompa-triage: cannot write <stdout>: No space left on device" ]
	snapshot 3 >in
	ok 1 bash -c 'exec oompa-plan in >/dev/full'
	[ "$stderr" = "oompa-plan: cannot write <stdout>: No space left on device" ]
	ok 1 bash -c 'exec oompa-plan --show in >/dev/full'
	[ "$stderr" = "oompa-plan: cannot write <stdout>: No space left on device" ]
}

@test "records: a closed stdout is an error, and no file is written instead" {
	snapshot 1 >in
	cp in before
	ok 1 bash -c 'exec oompa-plan in >&-'
	[ "$stderr" = "oompa-plan: cannot write <stdout>: Bad file descriptor" ]
	cmp in before
}

traced() {
	[ "${OOMPA_TEST_SLOW:-1}" -eq 1 ] || skip "sanitizers and strace do not mix"
	command -v strace >/dev/null || skip "no strace"
	strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
}

@test "records: an output error in the middle ends the run with a message" {
	traced
	printf '{"type":"%s","v":1}\n' a b c >in
	ok 1 strace -f -o trace -e trace=write -e inject=write:error=EIO:when=2 oompa-triage in
	[ "$output" = '{"type":"a","v":1}' ]
	[ "$stderr" = "oompa-triage: cannot write <stdout>: Input/output error" ]
}

@test "records: an input error in the middle is told" {
	traced
	printf '{"type":"%s","v":1}\n' a b c >in
	ok 1 strace -f -o trace -e trace=read -P in -e inject=read:error=EIO:when=2 oompa-triage in
	[ "${stderr##*$'\n'}" = "oompa-triage: in: cannot read: Input/output error" ]
	[ "$(jq -r .type ok.out | paste -sd ' ')" = "a b c error end" ]
	[ "$(tail -n 1 ok.out | jq -r .status)" = partial ]
}

@test "records: interrupted reads and short writes lose nothing" {
	traced
	snapshot 200 >in
	ok 0 oompa-plan --now "$NOW" in
	mv ok.out want
	ok 0 strace -f -o trace -e trace=read,write -P in -e inject=read:error=EINTR:when=1+2 \
		oompa-plan --now "$NOW" in
	same want
	ok 0 strace -f -o trace -e trace=write -e inject=write:error=EINTR:when=5 true
}

@test "records: 43 a record is readable downstream when it is complete" {
	mkfifo pipe
	oompa-triage <pipe >out 3>&- &
	exec 4>pipe
	printf '{"type":"a","v":1}\n{"type":"b"' >&4
	wait_for test -s out
	[ "$(cat out)" = '{"type":"a","v":1}' ]
	printf ',"v":1}\n' >&4
	exec 4>&-
	wait $!
	[ "$(wc -l <out)" -eq 3 ]
}

# reading COMMAND...: it has printed one record and waits for the next; its
# process id is in pid.
reading() {
	mkfifo pipe
	"$@" <pipe >out 2>err 3>&- &
	pid=$!
	exec 4>pipe
	printf '{"type":"a","v":1}\n' >&4
	wait_for test -s out
}

# ended STATUS: it has ended so.
ended() {
	local status=0

	wait_for sh -c "! kill -0 $pid" || kill -KILL "$pid"
	wait "$pid" || status=$?
	exec 4>&-
	cat out err
	[ "$status" -eq "$1" ]
}

@test "records: 46 TERM while reading gives a partial end and death by TERM" {
	reading oompa-triage
	kill -TERM "$pid"
	ended 143
	{
		printf '{"type":"a","v":1}\n'
		triage_end 0 partial
	} | diff -u - out
	[ ! -s err ]
}

@test "records: 46 HUP is like TERM" {
	reading oompa-triage
	kill -HUP "$pid"
	ended 129
	[ "$(tail -n 1 out)" = "$(triage_end 0 partial)" ]
}

# A filter that starts nothing has nothing to finish: what upstream still has
# to say goes through, so that a pipeline ends from its front.
@test "records: 46 USR1 and the first INT let the input run to its end" {
	local signal

	for signal in USR1 INT; do
		# A shell starts its background jobs with INT ignored.
		reading env --default-signal=INT oompa-triage
		kill -s "$signal" "$pid"
		sleep 0.1
		printf '{"type":"b","v":1}\n' >&4
		exec 4>&-
		ended 0
		{
			printf '{"type":"a","v":1}\n{"type":"b","v":1}\n'
			triage_end 0 ok
		} | diff -u - out
		[ ! -s err ]
		rm pipe out
	done
}

@test "records: 46 the second INT stops now" {
	reading env --default-signal=INT oompa-triage
	kill -INT "$pid"
	sleep 0.1
	kill -INT "$pid"
	ended 130
	[ "$(tail -n 1 out)" = "$(triage_end 0 partial)" ]
}

@test "records: 46 a signal between two records is never lost" {
	for _ in $(seq 20); do
		reading oompa-triage
		kill -TERM "$pid"
		ended 143
		rm pipe out
	done
}

@test "records: oompa-plan asks no network and opens nothing of its own" {
	traced
	snapshot 3 >in
	ok 0 strace -f -o trace -e trace=%network,%file,execve oompa-plan --now "$NOW" in
	if grep -E 'socket|connect|sendto|bind' trace; then return 1; fi
	grep -E 'open(at)?\(' trace | grep -vE '"(/etc/ld\.so|/etc/localtime|/usr/share/zoneinfo/|/lib|/usr/lib|/proc/(sys|self/(exe|maps))|in")' >opened || :
	cat opened
	[ ! -s opened ]
	[ "$(grep -c execve trace)" -eq 1 ]
}

@test "records: oompa-plan runs itself anew without GitHub credentials" {
	local name

	# shellcheck disable=SC2030
	for name in GH_TOKEN GITHUB_TOKEN GITHUB_READ_TOKEN GITHUB_APP_PRIVATE_KEY \
		GITHUB_APP_PRIVATE_KEY_PATH GITHUB_APP_ID SSH_AUTH_SOCK GIT_ASKPASS; do
		export "$name=sesame"
	done
	export OTHER=stays
	reading oompa-plan --now "$NOW"
	tr '\0' '\n' <"/proc/$pid/environ" >environ
	tr '\0' '\n' <"/proc/$pid/cmdline" >cmdline
	exec 4>&-
	wait "$pid"
	if grep sesame environ; then return 1; fi
	grep -x OTHER=stays environ
	printf '%s\n' oompa-plan --now "$NOW" | diff -u - cmdline
	ok 0 oompa-plan --version
	[ "$stderr" = "" ]
}

@test "records: 42 the same input gives the same plan under any locale" {
	snapshot 20 >in
	echo '{"type":"receipt","v":1,"op":"spend","cost":0.5}' >>in
	ok 0 oompa-plan --now "$NOW" --max-task-cost 1.25 --max-tasks 3 in
	mv ok.out want
	grep -q '"max_cost":1.25,' want
	localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 2>/dev/null || :
	for name in C POSIX C.UTF-8 de_DE.UTF-8; do
		LOCPATH=$PWD LC_ALL=$name LANG=$name ok 0 \
			oompa-plan --now "$NOW" --max-task-cost 1.25 --max-tasks 3 in
		same want
	done
	TZ=Asia/Kolkata ok 0 oompa-plan --now "$NOW" --max-task-cost 1.25 --max-tasks 3 <in
	same want
}

@test "records: oompa-plan holds one record, not all" {
	[ "${OOMPA_TEST_SLOW:-1}" -eq 1 ] || skip "sanitizers need memory of their own"
	snapshot 10000 | sed "s/One is missing/$(printf 'x%.0s' $(seq 2000))/" >in
	[ "$(stat -c %s in)" -gt 25000000 ]
	RECORDS=no ok 0 bash -c 'ulimit -v 40000; exec oompa-plan --now 2026-03-01T12:00:00Z in'
	[ "$(wc -l <ok.out)" -eq 10002 ]
}

@test "records: out of memory is status 71 and one line" {
	[ "${OOMPA_TEST_SLOW:-1}" -eq 1 ] || skip "sanitizers need memory of their own"
	head -c 60000000 /dev/zero | tr '\0' '[' >in
	ok 71 bash -c 'ulimit -v 40000; exec oompa-plan --max-record 100000000 in'
	[[ $stderr == "oompa-plan: out of memory"* && $stderr != *$'\n'* ]]
}

@test "records: an error record names the item when there is one" {
	{
		issue_record 7
		end_record 1
	} >in
	ok 7 oompa-plan --now "$NOW" in
	[ "$stderr" = "oompa-plan: acme/widgets#7: no repo record: did a filter drop it?" ]
	[ "$(sed -n 1p ok.out)" = '{"type":"error","v":1,"repo":"acme/widgets","stage":"oompa-plan","code":"input","item":"acme/widgets#7","message":"no repo record: did a filter drop it?","retry":"never"}' ]
}

@test "records: money is printed as it was given" {
	local dollars

	{
		repo_record
		issue_record 1
		end_record 2
	} >in
	for dollars in 0 0.1 0.2 0.3 5 1.15 0.07 999999.99 1000000 0.001; do
		ok 0 oompa-plan --now "$NOW" --max-task-cost "$dollars" \
			--max-pr-cost 0 --max-day-cost 0 in
		grep -qF "\"max_cost\":$dollars," ok.out
	done
	ok 0 oompa-plan --now "$NOW" --max-task-cost 0.000001 in
	[ "$(jq 'select(.type == "task") | .max_cost == 0.000001' ok.out)" = true ]
	ok 0 oompa-plan --now "$NOW" --max-tasks 1000000000000 in
	grep -qF '"max_tasks":1000000000000,' ok.out
}
