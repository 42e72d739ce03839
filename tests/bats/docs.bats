# shellcheck disable=SC2154 # ok sets output
load helpers

# What the documents say, against what the programs do.  The pages are those of
# the build under test, beside its programs.

COMMANDS=(oompa oompa-fetch oompa-plan oompa-push oompa-token oompa-triage oompa-work)
RECORD_COMMANDS=(oompa-fetch oompa-plan oompa-push oompa-triage oompa-work)

setup() {
	isolate
	TOP=$(cd "$TESTS/.." && pwd)
	MAN=$(cd "$(dirname "$(command -v oompa-fetch)")/../man" && pwd)
}

# lines WORD...: each on a line of its own.
lines() {
	printf '%s\n' "$@"
}

# section FILE TITLE: what stands in that .Sh or .Ss of a page.
section() {
	awk -v title="$2" '
		/^\.Sh / || (/^\.Ss / && !(on && level == ".Sh")) {
			on = substr($0, 5) == title
			level = $1
			next
		}
		on' "$1"
}

# agree WHAT FILE FILE: two lists without order say the same; neither is empty.
agree() {
	sort -u "$2" >left
	sort -u "$3" >right
	[ -s left ] || { echo "$1: $2 is empty" && return 1; }
	diff -u left right || { echo "$1: $2 and $3 differ" && return 1; }
}

# shown PAGE: the page as a terminal has it, without overstrikes.
shown() {
	mandoc -T ascii -O width=200 "$1" 2>/dev/null | sed 's/.\x08//g'
}

@test "docs: every command has a page, and every page a command" {
	ls "$TOP/cmd" >commands
	lines oompa >>commands
	lines "${COMMANDS[@]}" >listed
	agree commands commands listed
	for page in "$MAN"/*.1; do basename "$page" .1; done >pages
	agree pages commands pages
	[ -s "$MAN/oompa.7" ]
	[ -s "$MAN/oompa-records.5" ]
	for page in "$TOP"/man/*; do
		[ -s "$MAN/${page##*/}" ] || { echo "not built: $page" && return 1; }
	done
}

@test "docs: a page has the options of --help, and no others" {
	for command in "${COMMANDS[@]}"; do
		"$command" --help | sed -n 's/^  \(-[a-zA-Z]\)\{0,1\},\{0,1\} *--\([a-z-]*\).*/\2 \1/p' >help
		sed -n 's/^\.It \(Fl \([a-zA-Z]\) , \)\{0,1\}Fl \\-\([a-z-]*\).*/\3 \2/p' "$MAN/$command.1" |
			sed 's/ \([a-zA-Z]\)$/ -\1/' >page
		agree "$command" help page
	done
}

@test "docs: no page, and not the README, names an option that is not there" {
	for command in "${COMMANDS[@]}"; do
		"$command" --help | grep -o -e '--[a-z][a-z-]*' >>options
	done
	sort -u -o options options
	# Of other programs, and what is told not to be there.
	lines --login --user --fork --watch-prs --reactions --reviewers \
		--exit-on-new-version >>options
	{
		grep -oh -e '[^a-z]Fl \\-[a-z][a-z-]*' "$MAN"/* | sed 's/.*Fl \\-/--/'
		grep -oh -e '--[a-z][a-z-]*' "$TOP/README.md" "$TOP/SECURITY.md"
		sed -n '/^\.Bd/,/^\.Ed/p; /^\.Dl/p' "$MAN"/* | grep -oh -e ' --[a-z][a-z-]*'
	} | tr -d ' ' | sort -u >named
	[ -s named ]
	grep -vxF -f options named >unknown || [ $? -eq 1 ]
	cat unknown
	[ ! -s unknown ]
}

@test "docs: the synopsis of a page is the usage of --help" {
	for command in "${COMMANDS[@]}"; do
		"$command" --help | sed -n 's/^usage: //p' >usage
		shown "$MAN/$command.1" | sed -n '/^SYNOPSIS/,/^DESCRIPTION/p' |
			sed -n 's/^  *\(oompa.*\)/\1/p' >synopsis
		agree "$command" usage synopsis
	done
}

@test "docs: a page's NAME is the purpose in --help" {
	for command in "${COMMANDS[@]}"; do
		"$command" --help | sed -n '1s/^[^:]*: //p' >help
		sed -n 's/^\.Nd //p' "$MAN/$command.1" >page
		[ "$command" = oompa ] || agree "$command" help page
	done
}

@test "docs: --help ends by naming the page" {
	for command in "${COMMANDS[@]}"; do
		"$command" --help | tail -1 | grep -q "^More in $command(1)"
	done
}

@test "docs: no line of --help is wider than 80 columns" {
	for command in "${COMMANDS[@]}"; do
		"$command" --help | awk -v c="$command" 'length > 80 { print c ": " $0 }'
	done >wide
	cat wide
	[ ! -s wide ]
}

@test "docs: every skip code is in oompa-plan(1), and no other" {
	grep -oh '[^a-z_]object(s, "[a-z-]*"' "$TOP"/cmd/oompa-plan/*.c | cut -d '"' -f 2 >code
	section "$MAN/oompa-plan.1" 'Skip codes' | sed -n 's/^\.It Cm //p' >page
	agree 'skip codes' code page
}

# is FILE NAME VALUE: what a source below the top defines, casts left out.
is() {
	local text

	text=$(sed -n "s/^#define $2[[:space:]][[:space:]]*//p" "$TOP/$1" |
		sed 's,/\*.*,,; s/INT64_C//g; s/(int64_t)//g; s/(size_t)//g')
	[ "${text:+$((text))}" = "$3" ] ||
		{ echo "$1: $2 is '$text', not $3" && return 1; }
}

# says PAGE TEXT: wherever its lines break.
says() {
	tr '\n' ' ' <"$MAN/$1" | grep -qF -- "$2" || { echo "$1 does not say: $2" && return 1; }
}

@test "docs: the numbers in the pages are those of the programs" {
	is cmd/oompa-plan/attempt.c BACKOFF_S 300
	says oompa-plan.1 'repeated after 5 minutes, then after 10'
	is cmd/oompa-plan/attempt.c BACKOFF_MAX_S 14400
	says oompa-plan.1 'up to 4 hours'
	is lib/record.h TASK_TIMEOUT_MAX 604800
	says oompa-plan.1 'at most 7 days'
	is cmd/oompa-fetch/people.h PEOPLE_SECONDS 300
	says oompa-fetch.1 'remembered for 5 minutes'
	is cmd/oompa-fetch/deep.c AT_ONCE 10
	says oompa-fetch.1 'at most 10 items in one request'
	is cmd/oompa-fetch/lists.c AT_ONCE 50
	says oompa-fetch.1 'at most 50 in one request'
	is cmd/oompa-fetch/want.c FRESH_S 900
	says oompa-fetch.1 'at least every 15 minutes'
	is cmd/oompa-fetch/index.c IDS_MAX 100
	says oompa-fetch.1 'over 100 pull requests to look after'
	grep -q 'query: "issue-", first: 40)' "$TOP/lib/queries/index.graphql"
	says oompa-fetch.1 'over 40 branches of ours'
	is cmd/oompa-fetch/mirror.c COMMITS_MAX 250
	says oompa-records.5 'at most 250'
	is lib/github.h GITHUB_RESERVE 100
	says oompa-fetch.1 'the last 100 requests are not used'
	grep -q '"max-files".*"300"' "$TOP/lib/options.def"
	grep -q '"max-bytes".*"5242880"' "$TOP/lib/options.def"
	grep -q '"max-outside".*"5"' "$TOP/lib/options.def"
	says oompa-push.1 'at most 300 files .Pq Fl \-max-files and adds at most 5 MiB'
	is cmd/oompa-push/change.c BUNDLE_MAX 67108864
	says oompa-push.1 'at most 64 MiB'
	is cmd/oompa-work/claude.h CLAUDE_SILENCE_S 1200
	says oompa-work.1 'nothing for 20 minutes'
	is cmd/oompa-work/prune.h PRUNE_AGE_S 1209600
	says oompa-work.1 'more than 14 days ago'
	is cmd/oompa-work/prune.h PRUNE_BYTES 1073741824
	says oompa-work.1 'over 1 GiB in either'
	is cmd/oompa-work/look.h LOOK_FILE_MAX 52428800
	says oompa-work.1 'over 50 MiB'
	is cmd/oompa-work/texts.h TEXTS_TITLE 1024
	is cmd/oompa-work/texts.h TEXTS_BODY 65536
	is cmd/oompa-work/texts.h TEXTS_COMMENT 16384
	is cmd/oompa-work/texts.h TEXTS_COMMENTS 163840
	is cmd/oompa-work/texts.h TEXTS_COUNT 200
	says oompa-work.1 'of a title there is 1 KiB, of a body 64 KiB, of a comment 16 KiB, of all comments 160 KiB and 200 of them'
	is cmd/oompa-work/texts.h TEXTS_SAID 393216
	says oompa-work.1 'about a pull request 384 KiB'
	is cmd/oompa-work/base.h BASE_FILE_MAX 65536
	says oompa-work.1 'the template for pull requests 64 KiB'
	is lib/record.h TASK_TIMEOUT_MAX 604800
	says oompa-work.1 'at most 7 days'
	is lib/json.h JSON_DEPTH_MAX 64
	says oompa-records.5 'more than 64 deep'
	grep -q "'30 days ago'" "$TOP/scripts/oompa.d/ledger.sh"
	says oompa.1 'more than 30 days ago'
}

@test "docs: the labels that mean something are in the pages and the README" {
	sed -n 's/^#define LABEL_[A-Z]* *"\(.*\)"$/\1/p' "$TOP/lib/marker.h" >labels
	sed -n 's/^OPTION(\(LABEL\|HOLD_LABEL\),.* STRING, "name", "\([^"]*\)".*/\2/p' "$TOP/lib/options.def" >>labels
	[ "$(wc -l <labels)" -eq 3 ]
	while read -r label; do
		for text in "$MAN"/oompa-plan.1 "$MAN"/oompa-push.1 "$MAN"/oompa.7 "$TOP/README.md"; do
			# A page writes its options with another hyphen.
			sed 's/\\-/-/g' "$text" | grep -q -- "$label" ||
				{ echo "$text: no $label" && return 1; }
		done
	done <labels
}

@test "docs: every rule of the gate is in oompa-push(1), and no other" {
	awk '/rules\[\] = \{/, /^};/' "$TOP/cmd/oompa-push/gate.c" | sed -n 's/^ *{"\(.*\)", GATE.*/\1/p' >code
	section "$MAN/oompa-push.1" 'The gate' | sed -n 's/^\.It Cm //p' >page
	agree rules code page
}

@test "docs: every receipt is in oompa-push(1) and oompa-records(5), and no other" {
	jq -r '.properties.op.enum[]' "$TOP/lib/schema/receipt.json" >code
	section "$MAN/oompa-push.1" Receipts | sed -n 's/^\.It Cm //p' | sed 's/ , /\n/g' >page
	agree receipts code page
	section "$MAN/oompa-records.5" receipt | sed -n '/^\.It Cm op /,/^\.It Cm id /p' |
		sed -n 's/^\.Cm //p' | tr -d ' ,;' >page
	agree receipts code page
}

@test "docs: the protected paths are in oompa-push(1) and SECURITY.md" {
	awk '/protected\[\] = \{/, /\};/' "$TOP/cmd/oompa-push/rules.c" |
		sed -n 's/^ *{"\(.*\)",.*/\1/p' >paths
	[ "$(wc -l <paths)" -ge 5 ]
	section "$MAN/oompa-push.1" 'The gate' >gate
	while read -r path; do
		grep -qF -- "$path" gate
		grep -qF -- "\`$path\`" "$TOP/SECURITY.md"
	done <paths
}

@test "docs: every variable that claude is given is in oompa-work(1)" {
	awk '/copied\[\] = \{/, /NULL/; /secrets\[\] = \{/, /NULL/; /env_files\[\] = \{/, /NULL/' \
		"$TOP/cmd/oompa-work/env.c" | grep -o '"[A-Za-z_]*"' | tr -d '"' >given
	[ "$(wc -l <given)" -ge 20 ]
	section "$MAN/oompa-work.1" ENVIRONMENT | tr ' ,' '\n' >page
	while read -r name; do
		case $name in
		*_proxy) grep -qx "$name" page ;;
		*_PROXY) grep -qx "$(echo "$name" | tr '[:upper:]' '[:lower:]')" page ;;
		*) grep -qx "$name" page ;;
		esac || { echo "not there: $name" && return 1; }
	done <given
}

@test "docs: every exit status is in oompa(7), and no other" {
	sed -n 's/^\tSTATUS_[A-Z]* = \([0-9]*\).*/\1/p' "$TOP/lib/fail.h" >code
	section "$MAN/oompa.7" 'EXIT STATUS' | sed -n 's/^\.It \([0-9]*\)$/\1/p' >page
	agree 'exit statuses' code page
}

@test "docs: every page has an EXIT STATUS and EXAMPLES, sections in order" {
	for page in "$MAN"/*; do
		sed -n 's/^\.Sh //p' "$page" >sections
		grep -qx 'EXIT STATUS' sections
		grep -qx EXAMPLES sections
		grep -xn -e NAME -e SYNOPSIS -e DESCRIPTION -e ENVIRONMENT -e FILES \
			-e 'EXIT STATUS' -e EXAMPLES -e 'SEE ALSO' -e STANDARDS \
			-e HISTORY -e BUGS sections | cut -d : -f 2 >have
		lines NAME SYNOPSIS DESCRIPTION ENVIRONMENT FILES 'EXIT STATUS' \
			EXAMPLES 'SEE ALSO' STANDARDS HISTORY BUGS |
			grep -xF -f have >want
		diff -u want have
	done
}

# subsections SECTION: the .Ss of oompa-records(5) in it.
subsections() {
	awk -v title="$1" '
		/^\.Sh / { on = substr($0, 5) == title }
		on && /^\.Ss / { print substr($0, 5) }' "$MAN/oompa-records.5"
}

@test "docs: every record type and part of lib/schema is in oompa-records(5), and no other" {
	for file in "$TOP"/lib/schema/*.json; do
		name=$(basename "$file" .json)
		if jq -e .properties.type.const "$file" >const; then
			[ "$(jq -r . const)" = "$name" ]
			lines "$name" >>records
		else
			lines "$name" >>parts
		fi
	done
	subsections RECORDS >page-records
	subsections PARTS >page-parts
	agree 'record types' records page-records
	agree parts parts page-parts
}

@test "docs: every field of lib/schema is in oompa-records(5), and no other" {
	for file in "$TOP"/lib/schema/*.json; do
		name=$(basename "$file" .json)
		# What all records have is told once.
		jq -r '(if .properties.type.const then ["type", "v", "repo"] else [] end) as $all |
			(.properties // {}) | keys - $all | .[]' "$file" >code
		section "$MAN/oompa-records.5" "$name" >said
		sed -n 's/^\.It Cm \([a-z_0-9]*\).*/\1/p' said >page
		[ ! -s code ] && [ ! -s page ] && continue
		agree "$name" code page
	done
}

@test "docs: what is below the fields of lib/schema is named in oompa-records(5)" {
	for file in "$TOP"/lib/schema/*.json; do
		name=$(basename "$file" .json)
		section "$MAN/oompa-records.5" "$name" | tr ' ,' '\n' >said
		# Inner fields and the words that a string may be.
		jq -r '[.properties[]? | .. | objects | (.properties // {} | keys[]),
			(.enum // [] | .[] | strings)] | unique | .[]' "$file" >words
		while read -r word; do
			grep -qx -- "$word" said || { echo "$name: $word" && return 1; }
		done <words
	done
}

@test "docs: oompa-records(5) names those that write and read each type" {
	for command in "${RECORD_COMMANDS[@]}"; do
		"$command" --schema | jq -r '.anyOf[]."$ref" | sub(".*/"; "")' >"$command.types"
	done
	for type in $(subsections RECORDS); do
		section "$MAN/oompa-records.5" "$type" >said
		grep -o '^\.Xr oompa-[a-z]*' said | cut -d ' ' -f 2 >named || [ "$type" = error ] || [ "$type" = end ]
		while read -r command; do
			grep -qx "$type" "$command.types" ||
				{ echo "$type: $command does not know it" && return 1; }
		done <named
	done
}

@test "docs: --schema is a JSON Schema that a validator takes" {
	cat >compile.mjs <<-EOF
		import { createRequire } from 'node:module';
		const require = createRequire('$TESTS/bats/validate.mjs');
		const Ajv = require('ajv/dist/2020.js').default;
		const schema = JSON.parse(process.argv[2]);
		const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false });
		if (!ajv.validateSchema(schema)) throw new Error(ajv.errorsText());
		const check = ajv.compile(schema);
		if (check({ type: 'nothing' })) throw new Error('takes anything');
	EOF
	for command in "${RECORD_COMMANDS[@]}"; do
		RECORDS=no ok 0 "$command" --schema
		[ "$(jq -r '."$schema"' ok.out)" = https://json-schema.org/draft/2020-12/schema ]
		node compile.mjs "$output"
	done
}

@test "docs: the examples of records are valid" {
	section "$MAN/oompa-records.5" EXAMPLES | awk '/^\{"type"/, /\}$/' >example
	jq -c . example >line
	[ "$(wc -l <line)" = 1 ]
	mkdir -p records/oompa-plan
	cp line records/oompa-plan/1.jsonl
	node "$TESTS/bats/validate.mjs" records
}

@test "docs: mandoc finds nothing to warn of" {
	command -v mandoc >/dev/null
	mandoc -T lint -W warning "$MAN"/* 2>/dev/null
}

@test "docs: every .Xr names a page of ours or one that is well known" {
	lines 'bwrap 1' 'curl 1' 'git 1' 'gitcredentials 7' 'jq 1' 'systemd 1' >known
	for page in "$MAN"/*; do
		page=${page##*/}
		lines "${page%.*} ${page##*.}" >>known
	done
	sed -n 's/^\.Xr \([^ ]*\) \([0-9]\).*/\1 \2/p; s/^\.It Xr \([^ ]*\) \([0-9]\).*/\1 \2/p' \
		"$MAN"/* | sort -u >named
	[ "$(wc -l <named)" -ge 10 ]
	grep -vxF -f known named >unknown || [ $? -eq 1 ]
	cat unknown
	[ ! -s unknown ]
}

@test "docs: the files and make targets of README.md are there" {
	cd "$TOP" || return
	grep -oh -e 'scripts/[a-z]*' -e '\[[A-Z.a-z]*\]([A-Z.a-z]*)' README.md |
		sed 's/.*(\(.*\))/\1/' | sort -u >"$BATS_TEST_TMPDIR/files"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/files")" -ge 4 ]
	while read -r file; do
		[ -s "$file" ] || { echo "no $file" && return 1; }
	done <"$BATS_TEST_TMPDIR/files"
	grep -oh -e '\(    \|`\|sudo \)make [a-z][a-z-]*' README.md |
		sed 's/.*make //' >"$BATS_TEST_TMPDIR/targets"
	while read -r target; do
		grep -q "^$target:" Makefile || { echo "no target $target" && return 1; }
	done <"$BATS_TEST_TMPDIR/targets"
}

@test "docs: the packages that README.md installs are those that scripts/deps wants" {
	sed -n 's/.*apt-get install //p' "$TOP/README.md" | tr ' ' '\n' >readme
	awk '/^build_needs/, /^}/' "$TOP/scripts/deps" |
		sed -n 's/^\t\t\([a-z0-9-]*\) .*/\1/p' | grep -vx libc6-dev >deps
	agree packages readme deps
}

@test "docs: the commands in README.md and the pages know their options" {
	{
		grep -h '^ \{4,\}oompa' "$TOP/README.md"
		grep -h '^ \{4,\}oompa' "$TOP/SECURITY.md" || :
		sed -n '/^\.Bd/,/^\.Ed/p' "$MAN"/* | grep -h '^oompa'
		sed -n 's/^\.Dl //p' "$MAN"/* | grep -h '^oompa'
	} | tr '|' '\n' | sed 's/^ *//; s/[<>].*//; s/   .*//' | grep '^oompa' >used
	[ "$(wc -l <used)" -ge 20 ]
	while read -r command words; do
		"$command" --help >help
		for word in $words; do
			case $word in
			--*) grep -q -e " $word\( \|$\)" help ;;
			-?) grep -q -e "^  $word," help ;;
			*) ;;
			esac || { echo "$command: $word" && return 1; }
		done
	done <used
}

@test "docs: nothing names a machine that it was written on" {
	local home
	home='/(home|Users|root|work|srv)/[a-z]'
	cd "$TOP" || return
	grep -rnE "$home" README.md SECURITY.md man lib cmd scripts Makefile \
		>"$BATS_TEST_TMPDIR/found" || [ $? -eq 1 ]
	# <clone-dir>/owner/repo/work is a folder of ours.
	grep -vE '%s/work/|[a-z]/work/|(dir>|repo|Pa) ?/?work/issue' "$BATS_TEST_TMPDIR/found" \
		>"$BATS_TEST_TMPDIR/bad" || [ $? -eq 1 ]
	cat "$BATS_TEST_TMPDIR/bad"
	[ ! -s "$BATS_TEST_TMPDIR/bad" ]
}
