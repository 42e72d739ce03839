# shellcheck disable=SC2016 # backticks are Markdown's
load helpers

# What the sanitiser makes of a text; oompa-work's own tests see it at work.

setup_file() {
	local lib=$BATS_TEST_DIRNAME/../../lib

	cc -std=c17 -D_GNU_SOURCE -g -O1 -fsanitize=address,undefined \
		-fno-sanitize-recover=all -iquote "$lib" \
		-o "$BATS_FILE_TMPDIR/sanitise" \
		"$BATS_TEST_DIRNAME/../helper/sanitise.c" \
		"$lib"/{sanitise,scan,inside,reference,table,paragraph,picture,tag,gfm,unseen,utf8,buf,xalloc,log,when}.c
}

setup() {
	isolate
	PATH=$BATS_FILE_TMPDIR:$PATH
}

# turns HIDDEN IN OUT [OPTION]: IN becomes OUT, with so many things taken out,
# and stays that.
turns() {
	printf %s "$2" >in
	printf %s "$3" >want
	ok 0 sanitise ${4+"$4"} <in
	cmp want ok.out
	[ "$stderr" = "$1" ]
	ok 0 sanitise ${4+"$4"} <want
	cmp want ok.out
}

# stays TEXT
stays() {
	turns 0 "$1" "$1"
}

# loses TEXT...: "evil" is gone from each, "seen" is not.
loses() {
	for text; do
		printf %s "$text" >in
		ok 0 sanitise <in
		[[ $output != *evil* ]]
		[[ $output == *seen* ]]
		[ "$stderr" != 0 ]
	done
}

# keeps TEXT...: in each, "<!-- seen -->" is still there.
keeps() {
	for text; do
		printf %s "$text" >in
		ok 0 sanitise <in
		[[ $output == *'<!-- seen -->'* ]]
	done
}

@test "sanitise: what is seen stays as it was" {
	stays ''
	stays 'The count is wrong: 1 < 2 && 3 > 2; see #7, @li & <https://example.com/a?b=c>.'
	stays $'# Title\n\n- [ ] one\n- [x] two\n\n1. *three*\n   > four\n\n| a | b |\n|---|---|\n| 1 | `x` |\n'
	stays 'Naïve, 日本語, 👍️, ☎︎, é — "quoted"; &lt;b&gt; &amp; &nbsp;'
	stays '[text](https://example.com/x_(y)) and ![](shot.png) and a[i][j], vec![1]'
	stays $'<details><summary>Log</summary>\n\nfolded\n\n</details>\n'
	stays '<a href="https://example.com">x</a><br><br/><kbd>q</kbd>'
	stays $'a\tb\n\n\n  c\\[d\\](e "f")\n'
	stays 'if (a<b && c>d) x = y<z;'
}

@test "sanitise: characters that nobody sees" {
	for hex in 00ad 200b 200c 200d 200e 200f 2028 2029 202a 202e 2060 2064 \
		2066 2069 feff 3164 ffa0 e0001 e0041 e007f e0100 fe00 034f 061c; do
		turns 1 "$(printf 'a%bb' "\\U$(printf %08x "0x$hex")")" ab
	done
	for n in 01 07 08 0e 1b 1f 7f; do
		turns 1 "$(printf 'a%bb' "\\x$n")" ab
	done
	turns 1 $'a\xc2\x85b' ab
	turns 0 $'a\vb\fc' 'a b c'
	turns 0 $'a\n \f\v\nb\n\f' $'a\nb\n '
	turns 1 $'\u260e\ufe0e\ufe0f\ufe0eb' $'\u260e\ufe0eb'
	turns 1 $'\u260e\ufe0e\u200b\ufe0fb' $'\u260e\ufe0eb'
	turns 2 $'a\e\u200b\x9b\u200bb' $'a\ufffdb'
	turns 0 $'a\r\nb\rc' $'a\nb\nc'
	turns 1 $'a\u200bb\nc\td' 'ab c d' -l
	turns 0 '<!-- a title --> &#65; [x](y "z")' '<!-- a title --> &#65; [x](y "z")' -l
}

@test "sanitise: what is no UTF-8 becomes U+FFFD" {
	turns 0 $'a\xffb\xc3' $'a\ufffdb\ufffd'
	turns 0 $'\xed\xa0\x80\xc0\xaf' $'\ufffd\ufffd\ufffd\ufffd\ufffd'
}

@test "sanitise: comments and the like, also without an end" {
	turns 1 'a<!-- evil -->b' ab
	turns 1 $'a\n<!-- evil\n\nevil -->\nb' $'a\n\nb'
	turns 1 'seen <!-- evil' 'seen '
	turns 1 $'seen\n<!--\nevil\n\n# evil' $'seen\n'
	turns 1 'a<!-->b' ab
	turns 1 'a<?php evil ?>b' ab
	turns 1 'a<!DOCTYPE evil>b' ab
	turns 1 'a<![CDATA[evil > evil]]>b' ab
	loses 'seen <!<!-- x -->-- evil -->' 'seen <<!-- -->!-- evil -->' \
		$'seen <!\u200b-- evil -->' 'seen &#60;!-- evil --&#62;' \
		'seen &#x3c;&#33;-- evil -->' 'seen &#38;#60;!-- evil -->' \
		'seen \<!-- evil -->'
}

@test "sanitise: attributes, tags that vanish, elements that are hidden" {
	turns 1 '<p title="evil">x</p>' '<p>x</p>'
	turns 1 "<P ALIGN='evil' data-x=evil>x</P>" '<P>x</P>'
	turns 1 '<a href="https://e.org" aria-label="evil">x</a>' \
		'<a href="https://e.org">x</a>'
	turns 1 '<img width="9" alt="evil" src="https://e.org/a.png" />' \
		'<img src="https://e.org/a.png">'
	turns 1 '<a href="javascript:evil()">x</a>' '<a>x</a>'
	turns 2 'a <evil-evil> b </evil-evil>' 'a  b '
	loses 'seen <span hidden>evil</span>' \
		'seen <div style="display : none">evil <div>evil</div> evil</div>' \
		'seen <b style=font-size:0>evil</b>' 'seen <script>evil</script>' \
		$'seen <style>\n\nevil </style>' 'seen <p hidden>evil' \
		$'seen\n<template>evil</template>' \
		$'seen\n<div title="\n\nevil\n\n' $'seen\n<div title="\n\nevil">' \
		$'seen\n\n<div evil\n\nx' 'seen <a title="&#34;" alt=">evil">'
	turns 1 'a <script> b' 'a  b'
}

@test "sanitise: elements that browsers do not display" {
	turns 1 'a<rp>evil</rp>b' ab
	turns 1 '<ruby>a<rp>(evil</rp><rt>b</rt></ruby>' \
		'<ruby>a<rt>b</rt></ruby>'
	turns 1 'a <video src="https://e.org/v">evil <b>evil</b></video> b' \
		'a <video src="https://e.org/v"></video> b'
	turns 2 'a <video src="https://e.org/v" title="evil">evil</VIDEO> b' \
		'a <video src="https://e.org/v"></video> b'
	stays 'a <video src="https://e.org/v"></video> b'
	loses 'seen <rp>evil' 'seen <video src=x>evil' 'seen <rp title="x">evil' \
		'seen <video src="x"/>evil' 'seen <b>a<rp>b</b>evil</rp>' \
		$'seen <video>evil\n\n<video></video>evil'
	loses 'seen <sub><sub><sub>evil</sub></sub></sub>' \
		'seen <sub><small><sup>a<sub>evil</sub>b</sup></small></sub>' \
		'seen <sub></sup><sub></sup><sub>evil' \
		'seen <tt><tt><tt><tt><tt>evil</tt></tt></tt></tt></tt>'
	stays '<sub><sub>a</sub></sub><sub>b</sub><sup>c</sup><small>d</small>'
	stays '<sub><sup><code>a</code></sup></sub> <sub>b</sub>'
	turns 6 '<audio>a</audio> <canvas>b</canvas> <dialog>c</dialog>' 'a b c'
}

@test "sanitise: cells that a table has no column for" {
	turns 1 $'| a |\n|---|\n| x | evil |\ny' $'| a |\n|---|\n| x |\ny'
	turns 2 $'a | b\n:-|-:\nx | y | evil\n|x| `y` | `evil|evil` |\n' \
		$'a | b\n:-|-:\nx | y |\n|x| `y` |\n'
	turns 1 $'a\n:-:\nx | evil' $'a\n:-:\nx |'
	turns 1 $'a \\| a | b\n--|--\nx \\| x | `\\|` | evil' \
		$'a \\| a | b\n--|--\nx \\| x | `\\|` |'
	stays $'| a | b |\n|---|---|\n| x | y |\n| x |\n| x | y | |\nz'
	stays $'| a | b |\n|---|\n| x | y | z |'
	stays $'a\n---\nx | y'
	stays $'a|b\n-|-\nx|y\n\nx | y | z'
	stays $'a|b\n-|-\nx|y\n- x | y | z'
	stays $'> a|b\n> -|-\n> x|y\nx | y | z'
	stays $'a|b\n-|-\nx|y\n# x | y | z'
	stays $'```\n| a |\n|---|\n| x | y |\n```\n'
	stays $'a|b\n-|-\n```\nx | y | z\n```\nx | y | z\n'
	turns 0 $'|a|\n|-|\n|x&#124;y|' $'|a|\n|-|\n|x\\|y|'
	loses $'seen\n| a |\n|-|\n| x | evil |' \
		$'> seen |\n> -|\n> x | evil' $'- seen |\n  -|\n  x | evil' \
		$'1. > seen |\n   > -|\n   > x | evil' \
		$'seen\n2. | b\n|-|-|\n|x|y|evil|' \
		$'| seen |\n|-|\n| b | c |\n|-|-|\n| x | evil |' \
		$'seen |\n-|\nx <!-- | --> evil |' \
		$'seen |\n-|\n[x](y|evil)' $'seen |\n-|\n[x](\ny|evil)' \
		$'seen |\n-|\nx <b\ny|evil|>' \
		$'seen |\n-|\n<!-- a -->x | evil' \
		$'```\n```\nseen |\n-|\nx | evil' \
		$'seen |\n-|\n\u200b\nx | evil' \
		$'seen |\n-|\nx \\\u200b| evil' \
		$'seen |\n-|\n\f\nx | evil' $'seen <b\n\f\nalt="evil">' \
		$'seen &#92;| b\n-|-\n1|2|evil'
}

@test "sanitise: alternative texts, titles, definitions, footnotes" {
	turns 1 '![evil](a.png)' '![](a.png)'
	turns 2 '![evil [evil](b) evil](a.png "evil")' '![](a.png)'
	turns 2 '[![evil](a.png)](b "evil")' '[![](a.png)](b)'
	turns 1 "[x](a 'evil')" '[x](a)'
	turns 1 '[x](<a> (evil))' '[x](a)'
	turns 1 '[x](<seen evil>)' '[x](seen)'
	turns 1 $'[x](\n<!--evil-->\n)' '[x]()'
	turns 1 $'[x](\n<?evil?>\n)' '[x]()'
	turns 1 $'seen\n\n[//]: # (evil)\nseen' $'seen\n\n\nseen'
	turns 1 $'[x]: https://e.org\n  "evil\nevil"\nseen' $'\nseen'
	turns 1 $'> [evil evil]: #\n' $'> \n'
	turns 2 $'![evil][a] seen\n' $'![] seen\n'
	loses $'![evil]\nseen\n\n[evil]: a.png' $'seen [x][evil]\n\n[evil]: #' \
		$'seen\n\n[^1]: evil\nevil\n\n    evil' \
		$'seen <!-- [^1] -->\n\n[^1]: evil'
	stays $'a[^1]\n\n[^1]: b\n\nc'
	stays $'[^1]: b\n\n[^2]: c\n\na[^1] d[^2] e\n'
	turns 1 $'a[^n]\n\n[^N]: b\n\n[^n]: evil' $'a[^n]\n\n[^N]: b\n\n'
	loses $'seen `[^1]`\n\n[^1]: evil' $'seen\n\n[^1]: evil\n\n`[^1]`' \
		$'seen \\[^1]\n\n[^1]: evil' $'```\nseen[^1]\n```\n[^1]: evil' \
		$'<p>\nseen[^1]\n</p>\n\n[^1]: evil'
	stays $'[WARN]: server started\n'
	loses $'seen\n```js evil evil\n```\n' $'seen\n~~~ evil`evil\n~~~\n'
}

@test "sanitise: what interrupts a paragraph is no definition" {
	stays $'Output was:\n[INFO]: started\n[ERROR]: failed\nand then nothing'
	stays $'> Output was:\n> [INFO]: started\n> [ERROR]: failed\n'
	stays $'1. Output was:\n   [INFO]: started\n   [ERROR]: failed\n'
	stays $'- a\n\n      Output was:\n      [INFO]: started\n'
	stays $'> [!NOTE]\n> a\n> [INFO]: started\n'
	stays $'[INFO]: started here\n[WARN]: b\n'
	stays $'<details>\n<summary>Log</summary>\n[INFO]: started\n'
	stays $'- ```\n  a\n  ```\n\nOutput was:\n[INFO]: started\n'
	stays $'```\na\n```\nOutput was:\n[INFO]: started\n'
	turns 1 $'<!-- a -->\nb\n[INFO]: started\n' $'\nb\n[INFO]: started\n'
	turns 2 $'seen\n\n[a]: evil\n[b]: evil\nc\n[d]: e' $'seen\n\n\n\nc\n[d]: e'
	for block in '# seen' $'seen\n===' '---' '***' $'```\nseen\n```' \
		'    seen' '- ' '1.' '+' '>' $'<!--\n-->' '<!-- -->' \
		$'<pre>\nseen</pre>' $'<pre>\n</prefix\nseen</pre>' \
		$'<?a\n?>' $'> <div>\n> seen' $'- <div>\n  seen' \
		$'- ```\n  seen' $'> ```\n> seen' '>     seen' '-     seen' \
		$'> seen\n> :-:\n> b' $'> |a|\n> |-|\n> |b|' \
		$'> [a]:\n> /b' $'- # seen' $'- a <b title="\n  <div>\n  ">\n  c'; do
		loses "seen"$'\n\n'"$block"$'\n[x]: y "evil"'
	done
	loses $'seen\n> [x]: y "evil"' $'seen\n- [x]: y "evil"' \
		$'- > seen\n> [x]: y "evil"' $'> seen\n> > [x]: y "evil"' \
		$'> [a]:\n> /b\n> [x]: y "evil"\n\nseen' \
		$'seen\n[^1]: evil\n\n'
}

@test "sanitise: numeric references become their characters" {
	turns 0 '&#65;&#x42;&#X43; &#128077; &lt;' 'ABC 👍 &lt;'
	turns 1 '&#0; &#xd800; &#x110000;' $' \ufffd \ufffd'
	turns 2 'a&#8203;&#xAD;b' ab
	turns 3 'a&shy;&zwj;&ZeroWidthSpace;b' ab
	turns 0 '&#5&#52;;' 6
	turns 0 'a&#124;b' 'a\|b'
	turns 0 '&#38;#38;#38;#65;' A
	turns 0 'a&#10;b' 'a b'
	stays '&#; &#x; &#12a; &#'
}

@test "sanitise: code stays, comments and all" {
	keeps $'```\n<!-- seen -->\n```' $'~~~html\n<!-- seen -->\n~~~' \
		$'a\n```\n<!-- seen -->' 'x `<!-- seen -->` y' \
		'`` ` <!-- seen --> ``' $'1. a\n   ```\n   <!-- seen -->\n   ```' \
		$'<!-- x -->\n```\n<!-- seen -->\n```' \
		$'<details>\n\n```\n<!-- seen -->\n```\n</details>' \
		$'<!-- a\n```\nb -->\n\n```\n<!-- seen -->\n```' \
		$'> ```\n> x\n> ```\n\n```\n<!-- seen -->\n```' \
		$'````\n```\n<!-- seen -->\n```\n````'
	stays $'```html\n<img alt="a" title="b"> &#65; ![x](y "z")\n[a]: b\n```\n'
}

@test "sanitise: code that GitHub makes a picture of" {
	stays $'```mermaid\ngraph TD; A[<b>] --> B["x"];\n```\n'
	stays $'```math\n\\frac{a}{b}\n```\n'
	stays $'```mermaids\n%% a\n```\n'
	turns 1 $'```mermaid\n%% evil\ngraph TD\n```\na' $'```mermaid\n```\na'
	turns 1 $'~~~ geojson\n{"evil": 1}\n```\nevil\n~~~\na' $'~~~ geojson\n~~~\na'
	turns 1 $'```stl\nevil' $'```stl\n'
	loses $'seen\n```Mermaid\nA[evil]\nclassDef b opacity:0\n```' \
		$'seen\n````mermaid\n> ````\n```\naccDescr: evil\n````' \
		$'> seen\n> ```mermaid\n> %% evil\n> ```\n' \
		$'- seen\n  ```mermaid\n  %% evil\n  ```\n' \
		$'seen\n```mer&#109;aid\n%% evil\n```' \
		$'seen\n```math\n\\phantom{evil}\n```' \
		$'seen\n```topojson\n{"type": "evil"}\n```'
}

@test "sanitise: what only looks like code does not hide a comment" {
	loses $'seen\n<div>\n```\n<!-- evil -->\n```' \
		$'seen\n<pre>\n\n```\n<!-- evil -->\n```\n</pre>' \
		$'seen <!-- x\n```\n-->\n```\n<!-- evil -->\n```' \
		$'- seen\n\n  ```\n<!-- evil -->\n```' \
		$'> ```\n<!-- evil -->\nseen' \
		$'1. seen\n   ```\n<!-- evil -->\n   ```' \
		$'  ```\nseen\n```\n<!-- evil -->\n```\n' \
		$'- ```\n  ```\n  <!-- evil -->\n  ```\nseen' \
		$'- seen\n\n     ```\n  ```\n<!-- evil -->\n  ```' \
		$'seen\n\u200b```\n<!-- evil -->\n```' \
		$'seen\n<div>\n\u200b\n```\n<!-- evil -->\n```' \
		$'seen `\u200b` <!-- evil --> ``' $'seen <b\falt="evil">' \
		$'```\rseen\r```\r<!-- evil -->\r```' \
		$'seen\n```a`b\n<!-- evil -->\n```' \
		$'seen ` x\ny ` <!-- evil --> `' 'seen \` <!-- evil --> `' \
		'seen <a title="`"> <!-- evil --> `' \
		'seen <https://a`> <!-- evil --> `' \
		'seen [a](b` "c") <!-- evil --> `' \
		$'| a | b |\n|-|-|\n| ` | seen <!-- evil --> ` |' \
		$'<!-- a --> seen `<!-- evil -->`' \
		$'<div>\nseen `<!-- evil -->`\n</div>' \
		$'    seen <!-- evil -->' \
		$'seen\n\n[a]: b "\n```\n"\n<!-- evil -->\n```' \
		$'```\nseen\n```\n<!-- evil -->'
}

# hostile TEXT...: each over and over again; what is quadratic in that does not
# come to an end in time.
hostile() {
	local n

	for text; do
		n=$((200000 / ${#text}))
		yes "$text" | head -n "$n" | tr -d '\n' >in
		ok 0 sanitise <in
		[ "$(wc -c <ok.out)" -le 600000 ]
	done
}

@test "sanitise: hostile text comes to an end" {
	hostile '<' '<!--' '<a ' '<a b="' "<a b='<a b=\"" '](' '](a "' '![' '[' \
		'[]: ' '&#38;#3' '&#5' '`' '``' '<script>' '<p hidden>' '<x <' '<rp>' \
		'<video>x</video>' '<video>' '<sub>' '<sub></sub>' \
		'<?' '<!' '\`' '<!<!-- -->' '[^a]: ' '(' '<a:b'
	hostile $'\e' $'\u200b'
	for line in 'a|b' '-|-' '|' '```mermaid' '> ```mermaid' \
		'[^1]: x' '[a]: b "' '- ```' '<x y' '```' '<div>' '> ' '   ```'; do
		yes "$line" | head -c 200000 >in
		ok 0 sanitise <in
	done
}
