# What people are told.
# SPDX-License-Identifier: MIT

level_number() {
	case $1 in
	debug) echo 0 ;;
	info) echo 1 ;;
	warn) echo 2 ;;
	error) echo 3 ;;
	*) usage "--log-level wants debug, info, warn or error, not '$1'" ;;
	esac
}

# say LEVEL TEXT: one line on stderr.
say() {
	[ "$(level_number "$1")" -ge "$least_level" ] || return 0
	if [ "$OOMPA_LOG_FORMAT" = logfmt ]; then
		printf 'time=%s level=%s program=oompa msg="%s"\n' \
			"$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" \
			"$(printf '%s\n' "$2" | sed 's/"/\\"/g')" >&2
	else
		printf 'oompa: %s\n' "$2" >&2
	fi
}

die() {
	say error "$2"
	exit "$1"
}

set_up_log() {
	least_level=$(level_number "$OOMPA_LOG_LEVEL")
	OOMPA_LOG_FORMAT=text
	if [ -n "$OOMPA_LOG_FILE" ]; then
		(: >>"$OOMPA_LOG_FILE") 2>/dev/null ||
			die 3 "--log-file: cannot write to '$OOMPA_LOG_FILE'"
		exec 2>>"$OOMPA_LOG_FILE"
	fi
	[ -t 2 ] || OOMPA_LOG_FORMAT=logfmt
	export OOMPA_LOG_FORMAT
}
