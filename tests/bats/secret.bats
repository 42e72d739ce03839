# What lib/secret finds, and what it leaves alone.  The values are put together
# here, so that no scanner of this repository takes them for real ones.

load helpers

setup() {
	isolate
	TEXTS=$(cd "$(dirname "$(command -v oompa-push)")/../helper" && pwd)/texts
	VALUE=gh
	VALUE+='s_K3y.of/the+run?=Z%W~1'
	# 80 characters as if drawn at random.
	R=q7Rk2LmZx9TbV4nWcY8sHd3GfJ6pKu1EaPz5MtQvXyBwNrSg0hCiDoFjAeUl
	R+=O2b7Yk9vT4mXs6Zq
}

# holds TEXT: it holds VALUE.
holds() {
	printf '%s' "$1" >text
	ok 0 "$TEXTS" known "$VALUE" <text
	[ "$output" = yes ]
}

# lacks TEXT: it does not.
lacks() {
	printf '%s' "$1" >text
	ok 0 "$TEXTS" known "$VALUE" <text
	[ "$output" = no ]
}

# is WHAT TEXT: what it is found to be, or "none".
is() {
	printf '%s\n' "$2" >text
	ok 0 "$TEXTS" secret <text
	[[ $output == "$1"* ]]
}

@test "secret: a known value is found in each of its disguises" {
	holds "a $VALUE b"
	holds "x$(rev <<<"$VALUE")y"
	for before in '' a ab; do
		text=$(printf '%s%s%s' "$before" "$VALUE" more | base64)
		holds "$text"
		holds "$(tr '+/' '-_' <<<"$text")"
	done
	holds "$(printf '%s' "${VALUE}" | od -An -tx1 | tr -d ' \n')"
	holds "$(printf '%s' "${VALUE}" | od -An -tx1 | tr -d ' \n' | tr a-f A-F)"
	holds "$(printf '%s' "$VALUE" | od -An -tx1 | tr -d '\n' | sed 's/ /%/g')"
	holds "$(printf '%s' "$VALUE" | sed 's,/,%2F,; s,+,%2b,')"
	holds "$(printf '%s' "$VALUE" | od -An -tx1 | tr -d '\n' | sed 's/ /\\x/g')"
	holds "${VALUE:0:9}"$'\n'"${VALUE:9}"
}

@test "secret: base64 and UTF-16 of a long value, in lines" {
	VALUE=ghs_$R$R$R$R$R$R.$R
	printf 'key=%s\n' "$VALUE" | base64 -w 60 >lines
	ok 0 "$TEXTS" known "$VALUE" <lines
	[ "$output" = yes ]
	printf '%s' "$VALUE" | iconv -t UTF-16LE >wide
	ok 0 "$TEXTS" known "$VALUE" <wide
	[ "$output" = yes ]
}

@test "secret: what only looks like a known value, and what is too short for one" {
	lacks "${VALUE%?}"
	lacks "${VALUE^^}"
	VALUE=1234567
	lacks 1234567
}

@test "secret: forms that are secrets" {
	for p in p o u r; do is 'a GitHub token' "x = \"gh${p}_${R:0:36}\""; done
	is 'a GitHub token' "token=ghs_${R:0:36}"
	is 'a GitHub token' "ghs_1234_eyJ$R$R.eyJ$R$R$R.$R$R"
	is 'a GitHub token' "github_pat_${R:0:22}_${R:5:59}"
	is 'an Anthropic key' "sk-ant-api03-$R-x_y"
	is 'an OpenAI key' "sk-proj-${R:0:40}T3BlbkFJ${R:0:30}"
	is 'an OpenAI key' "sk-${R:0:20}T3BlbkFJ${R:20:20}"
	is 'an AWS secret key' "AKIA3XQ5TZ7VN2WJKLMP,${R:3:40}"
	is 'an AWS secret key' "aws_secret_access_key = ${R:3:40}"
	is 'an AWS secret key' "{\"SecretAccessKey\": \"${R:3:20}/+${R:3:18}\"}"
	is 'a private key' "-----BEGIN RSA PRIVATE KEY-----
$R"
	is 'a private key' "\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n${R:0:64}\\n"
	is 'a private key' "-----BEGIN OPENSSH PRIVATE KEY-----
${R:0:70}"
	is 'a private key' "-----BEGIN PGP PRIVATE KEY BLOCK-----
Version: 1

${R:0:64}"
	is 'a private key' "-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

${R:0:64}"
	is 'a Slack token' "xoxb-2837465091-9182736450-${R:0:24}"
	is 'a Slack webhook' "https://hooks.slack.com/services/T${R:0:9}/B${R:9:9}/${R:20:24}"
	is 'a signed JWT' "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSIsImlhdCI6MX0.$R"
	is 'an npm token' "npm_${R:0:36}"
	is 'a PyPI token' "pypi-AgEIcHlwaS5vcmc$R"
	is 'a GitLab token' "glpat-${R:0:20}"
	is 'a Stripe key' "sk_live_${R:0:24}"
	is 'a Google API key' "AIza${R:0:35}"
	# In a string, behind an escaped line break.
	is 'a GitHub token' "\"a\\nghp_${R:0:36}\""
}

@test "secret: examples, placeholders and mere names are none" {
	is none "ghp_$(printf 'x%.0s' {1..36})"
	is none "ghp_$(printf '0%.0s' {1..36})"
	is none 'ghp_abcdefghijklmnopqrstuvwxyz0123456789'
	is none "ghp_YourTokenExampleExampleExample${R:0:6}"
	is none 'ghp_ and ghs_ are prefixes; so is github_pat_'
	is none "sk-ant-your-key-here"
	is none "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxx"
	is none "sk-toggle-checkbox-with-a-very-long-css-class-name-indeed"
	is none 'AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
	is none 'AKIA3XQ5TZ7VN2WJKLMP'
	is none "aws_secret_access_key: see 3f786850e387550fdab836ed7e6dc881de23001b"
	is none "sha: ${R:3:40}"
	is none 'if (strstr(s, "-----BEGIN PRIVATE KEY-----") != NULL)'
	is none "-----BEGIN PUBLIC KEY-----
$R"
	is none 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c'
	# Not signed.
	is none 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSIsImlhdCI6MX0.'
	is none "xghp_${R:0:36}"
	is none "integrity sha512-$R$R"
}

@test "secret: one that is allowed does not hide the next" {
	print=$(printf 'ghp_%s' "${R:0:36}" | sha256sum | cut -c 1-12)
	printf 'a ghp_%s\nb\n' "${R:0:36}" >text
	ok 0 "$TEXTS" secret <text
	[ "$output" = "a GitHub token $print" ]
	ok 0 "$TEXTS" secret "0123456789ab,$print" <text
	[ "$output" = none ]
	ok 0 "$TEXTS" secret "${print:0:11}" <text
	[ "$output" = "a GitHub token $print" ]
	printf 'npm_%s\n' "${R:10:36}" >>text
	ok 0 "$TEXTS" secret "$print" <text
	[[ $output == 'an npm token '* ]]
}

@test "secret: the time is linear, whatever the text is made of" {
	for piece in sk- ghs_ eyJ eyJ. AKIA '-----BEGIN RSA PRIVATE KEY-----' xoxb-1 A; do
		yes "$piece" | tr -d '\n' | head -c 4000000 >text
		ok 0 "$TEXTS" secret <text
		[ "$output" = none ]
	done
}
