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
