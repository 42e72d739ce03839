# Checks before the first cycle; where state lives.
# SPDX-License-Identifier: MIT

check_repo() {
	[ -n "$OOMPA_REPO" ] || usage "which repository? give --repo owner/repo"
	case $OOMPA_REPO in
	*/*/* | /* | */ | -* | *[!A-Za-z0-9._/-]* | ./* | ../* | */. | */.. | */-*)
		usage "--repo wants owner/repo, not '$OOMPA_REPO'"
		;;
	*/*) ;;
	*) usage "--repo wants owner/repo, not '$OOMPA_REPO'" ;;
	esac
}

# 1h30m in seconds; nothing for what is no time.
seconds() {
	printf '%s\n' "$1" | awk '
		/^[0-9]+$/ { print $0 + 0; exit }
		/^([0-9]+[smhd])+$/ {
			unit["s"] = 1; unit["m"] = 60
			unit["h"] = 3600; unit["d"] = 86400
			while (match($0, /^[0-9]+[smhd]/)) {
				total += substr($0, 1, RLENGTH - 1) \
					* unit[substr($0, RLENGTH, 1)]
				$0 = substr($0, RLENGTH + 1)
			}
			print total
		}'
}

check_options() {
	check_repo
	[ "$(printf '%s' "$OOMPA_FORK" | tr '[:upper:]' '[:lower:]')" != \
		"$(printf '%s' "$OOMPA_REPO" | tr '[:upper:]' '[:lower:]')" ] ||
		usage "--fork is the repository itself"
	poll=$(seconds "$OOMPA_POLL_INTERVAL")
	[ "${poll:-0}" -gt 0 ] ||
		usage "--poll-interval wants a time such as 2m, not '$OOMPA_POLL_INTERVAL'"
	[ -n "$(seconds "$OOMPA_MAX_AGE")" ] ||
		usage "--max-age wants a time such as 24h, not '$OOMPA_MAX_AGE'"
	case $OOMPA_MAX_WORKERS in
	"" | *[!0-9]* | 0) usage "--max-workers wants a number, not '$OOMPA_MAX_WORKERS'" ;;
	esac
}

# A real directory of ours that lets nobody else in, made when it is missing,
# unless we only look.
own_directory() {
	if [ ! -e "$1" ] && [ ! -L "$1" ]; then
		[ -z "$only_look" ] || return 0
		error=$(mkdir "$1" 2>&1) || die 3 "cannot make '$1':${error##*:}"
	fi
	if [ -L "$1" ] || [ ! -d "$1" ]; then
		die 3 "'$1' is not a directory"
	fi
	[ -O "$1" ] || die 3 "'$1' belongs to somebody else"
	case $(stat -c %a "$1") in
	*00) ;;
	*) die 3 "'$1' is open to others; chmod 700 it" ;;
	esac
}

set_up_state() {
	if [ -z "$OOMPA_STATE_DIR" ]; then
		case ${XDG_STATE_HOME:-} in
		/*) OOMPA_STATE_DIR=$XDG_STATE_HOME/oompa ;;
		*)
			[ -n "${HOME:-}" ] ||
				die 3 "HOME is not set; give --state-dir"
			OOMPA_STATE_DIR=$HOME/.local/state/oompa
			;;
		esac
	fi
	case $OOMPA_STATE_DIR in
	/*) ;;
	*) die 3 "--state-dir: '$OOMPA_STATE_DIR' is not an absolute path" ;;
	esac
	[ -n "$only_look" ] || error=$(mkdir -p "$(dirname "$OOMPA_STATE_DIR")" 2>&1) ||
		die 3 "cannot make '$OOMPA_STATE_DIR':${error##*:}"
	own_directory "$OOMPA_STATE_DIR"
	own_directory "$OOMPA_STATE_DIR/${OOMPA_REPO%%/*}"
	place=$OOMPA_STATE_DIR/$OOMPA_REPO
	own_directory "$place"
	outbox=$place/outbox
	own_directory "$outbox"
	ledger=$place/ledger.jsonl
	run=$place/run
}
