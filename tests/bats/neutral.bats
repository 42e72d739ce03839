# shellcheck disable=SC2016 # in single quotes: Markdown
# Texts of the model as they are published: for each place where one may stand,
# hostile input beside what comes of it, in fixtures/neutral.

load helpers

setup() {
	isolate
	NEUTRAL=$(cd "$(dirname "$(command -v oompa-push)")/../helper" && pwd)/texts
	DIR=$TESTS/bats/fixtures/neutral
}

# mode CHANNEL: which function is for it.
mode() {
	case $1 in
	title | message) echo plain ;;
	cell | notice) echo cell ;;
	*) echo markdown ;;
	esac
}

@test "neutral: hostile texts of each channel" {
	for file in "$DIR"/*.in; do
		name=$(basename "$file" .in)
		set -- "$(mode "$name")"
		[ "$name" != template ] || set -- "$@" "$(cat "$DIR/template.md")"
		ok 0 "$NEUTRAL" "$@" <"$file"
		same "${file%.in}.out"
	done
	[ "$(printf "%s\n" "$DIR"/*.in | wc -l)" = 7 ]
}

# strangers: reads Markdown; where its links lead to, by GitHub's own parser and
# as a browser reads a URL, but to hosts that are listed and to mail addresses.
strangers() {
	cmark-gfm --unsafe -e autolink -e table -e strikethrough >html
	grep -oE '(href|src)="[^"]*"' html | sed 's/^[^"]*"//; s/"$//; s/&amp;/\&/g' |
		node -e 'const urls = require("fs").readFileSync(0, "utf8");
			for (const url of urls.split("\n").filter(Boolean)) {
				const {protocol, host} = new URL(url, "https://github.com/");
				if (!["github.com", "docs.example.org"].includes(host)
						&& protocol !== "mailto:")
					console.log(url);
			}'
}

# URLs that begin as one to a host that is listed, or end as none.
deceits() {
	local glue

	for glue in '"' '|' '`' "'" $'\\' '<' '>' '\<' '&' '&amp;' '&lt;' '&#8203;' ';' ',' \
		'.' ':' '!' '?!`' '*' '_' '~' '~~~' '(' ')' '()' '[' ']' '{' '}' '^' '$' '%' \
		'@' '`x`' '"x"' '|x|' '<b>' '<!---->' '\`' '![' '](' ']:' $'\u00a0' $'\u2028' é; do
		printf '%s\n' "https://github.com${glue}x@evil.example/login" \
			"https://github.com${glue}@evil.example/login" \
			"https://github.com${glue}.evil.example/" \
			"<https://github.com>${glue}x@evil.example/" \
			"<https://github.com>${glue}.evil.example/" \
			"see **https://github.com**${glue}.evil.example/" \
			"https://evil.example/a${glue}https://evil.example/b" \
			"www.${glue}x@evil.example" "www.${glue}.evil.example" \
			"https://github.com/a${glue}https://evil.example/b" \
			"1${glue}https://evil.example/" "a${glue}www.evil.example" \
			"[a](https://github.com${glue}.evil.example/)" \
			"[a](https://github.com)${glue}x@evil.example" \
			"](https://github.com)${glue}x@evil.example" \
			"](#${glue}www.evil.example)" "](a${glue}https://evil.example)" \
			"<https://github.com${glue}x@evil.example>" \
			"xmpp:a@evil.example${glue} mailto:a@evil.example${glue}"
	done
	printf '%s\n' 1https://evil.example/ 2www.evil.example 3ftp://evil.example \
		xmpp:a@evil.example/x '[a](xmpp:a@evil.example)' \
		"https://evil.example/$(printf 'a%.0s' {1..1979})https://evil.example/" \
		"https://evil.example/$(printf 'a%.0s' {1..1974})https://evil.example/"
}

@test "neutral: no link leads to a host that is not listed" {
	echo '<https://evil.example> [a](https://github.com) www.evil.example' | strangers >found
	[ "$(cat found)" = "$(printf '%s\n' https://evil.example http://www.evil.example)" ]
	deceits >lines
	while IFS= read -r line; do
		"$NEUTRAL" markdown <<<"$line"
		printf '\n\n'
	done <lines >text
	printf '| a |\n|---|\n' >cells
	while IFS= read -r line; do
		printf '| %s |\n' "$("$NEUTRAL" cell <<<"$line")"
	done <lines >>cells
	for file in "$DIR"/*.out text cells; do
		[ "$file" != "$DIR/template.out" ] || continue
		echo "$file:"
		strangers <"$file" | tee found
		[ ! -s found ]
	done
	# Those that are, do.
	printf '%s\n' 'https://github.com, "https://github.com/a" <https://github.com>' \
		'(https://docs.example.org). https://github.com/a|b' >honest
	"$NEUTRAL" markdown <honest | cmark-gfm -e autolink >html
	[ "$(grep -o '<a href="https://[gd]' html | wc -l)" = 5 ]
}

@test "neutral: honest Markdown stays as it is" {
	cat >honest <<-'EOT'
		## Summary

		The loop in `count()` stopped *one* early; **fixed**. See #7 and
		[the guide](https://docs.example.org/guide#loops), [here](src/widget.c).

		- [x] tests, 3 < 4 && R&D
		- `std::vector<int>`, 100% ~about~

		```c
		#include <stdio.h>
		if (a < b && c > d) /* @author me */
			return "&amp;";
		```

		| file | lines |
		|---|---|
		| `a.c` | 3 |

		> quoted

		Mail dev@example.com. https://github.com/acme/widgets/pull/3
	EOT
	sed 's/3 < 4/3 \&lt; 4/' honest >want
	ok 0 "$NEUTRAL" markdown <honest
	diff -u want <(cat ok.out; echo)
	# Where there is no table, a pipe is no end of a cell.
	echo 'run `ls | wc -l`' >honest
	ok 0 "$NEUTRAL" markdown <honest
	[ "$output" = 'run `ls | wc -l`' ]
}

@test "neutral: what is cut is cut between two things, and says so" {
	{
		printf '`%s` ' code "$(printf 'x%.0s' {1..1900})" @evil
		printf '`%s`' "$(printf '@%.0s' {1..900})"
	} >long
	ok 0 "$NEUTRAL" markdown <long
	[ "$(wc -c <ok.out)" -le 2000 ]
	[[ $output == '`code` `xxx'*'xxx` `@evil`'* && $output != *@@* ]]
	[[ $output == *$'\n\n*(The text was longer; the rest is cut.)*' ]]
	{
		echo '```'
		yes int | head -2000
	} >long
	ok 0 "$NEUTRAL" markdown <long
	[ "$(wc -c <ok.out)" -le 2000 ]
	[[ $output == *$'\nint\n```\n\n*(The text was longer; the rest is cut.)*' ]]
}

@test "neutral: no order comes of cutting a line" {
	for ((n = 1940; n < 1957; n++)); do
		for line in /close/this.one 'recheck this one'; do
			printf '%s\n %s%s' "$(printf 'x%.0s' $(seq "$n"))" "$line" \
				"$(printf ' y%.0s' {1..99})" >long
			"$NEUTRAL" markdown <long
			echo
		done
	done >lines
	grep -q '^ /close/$' lines
	grep -q '^ recheck t$' lines
	[ "$(grep -Eic '^ *(/close|recheck)$' lines)" = 0 ]
}

@test "neutral: plain text that is done twice is the same" {
	for file in "$DIR"/*.in; do
		"$NEUTRAL" plain <"$file" >once
		ok 0 "$NEUTRAL" plain <once
		same once
	done
}

@test "neutral: the time is linear, whatever the text is made of" {
	for piece in '`' '``a' '~~~' '![' '[a](' '<!--' '&#' '@a' 'fixes #1' 'a/b#1' $'```\n' $'/a\n' 'http://'; do
		yes "$piece" | tr -d '\n' | head -c 250000 >text
		for mode in markdown cell plain; do
			ok 0 "$NEUTRAL" "$mode" <text
		done
		yes "$piece" | head -c 250000 >text
		ok 0 "$NEUTRAL" markdown "$(cat "$DIR/template.md")" <text
	done >/dev/null
}
