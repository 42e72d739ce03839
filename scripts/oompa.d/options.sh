# The command line, and the variables behind it.
# SPDX-License-Identifier: MIT

usage() {
	printf 'oompa: %s; see --help\n' "$1" >&2
	exit 2
}

print_help() {
	cat <<'HELP'
#@help
HELP
}

#@defaults

is_number() {
	case $1 in
	"" | *[!0-9]* | 0* | ????????????????*) return 1 ;;
	esac
}

# What a result is called in the outbox: 16 hex digits.
is_id() {
	case $1 in
	*[!0-9a-f]*) return 1 ;;
	????????????????) ;;
	*) return 1 ;;
	esac
}

# What is wanted, and then of which issues, pull requests and results.
parse_operand() {
	case $wanted in
	"")
		case $1 in
		why | show | outbox) wanted=$1 ;;
		*) usage "the operand is why, show or outbox, not '$1'" ;;
		esac
		;;
	outbox)
		case $1 in
		ls | show | push | drop) wanted=outbox-$1 ;;
		*) usage "outbox wants ls, show, push or drop, not '$1'" ;;
		esac
		;;
	why | show)
		is_number "$1" ||
			usage "$wanted wants numbers of issues and pull requests, not '$1'"
		these="$these $1"
		;;
	*)
		is_number "$1" || is_id "$1" ||
			usage "outbox ${wanted#outbox-} wants ids and numbers, not '$1'"
		these="$these $1"
		;;
	esac
}

check_operands() {
	case $wanted in
	outbox) usage "outbox wants ls, show, push or drop" ;;
	why | show)
		[ -n "$these" ] ||
			usage "$wanted wants the numbers of issues or pull requests"
		;;
	outbox-drop)
		[ -n "$these" ] || usage "outbox drop wants the ids or numbers of results"
		;;
	esac
	case $wanted,$flag_dry_run in
	outbox-ls,1 | outbox-show,1 | show,1) usage "--dry-run is not for $wanted" ;;
	esac
}

parse_options() {
	wanted=
	these=
	while [ $# -gt 0 ]; do
		glued=
		case $1 in
		--*=*)
			word=$1
			glued=$1
			shift
			set -- "${word%%=*}" "${word#*=}" "$@"
			;;
		esac
		case $1 in
#@parser
		-h | --help)
			[ -z "$glued" ] || usage "no option $glued"
			print_help
			exit 0
			;;
		-V | --version)
			[ -z "$glued" ] || usage "no option $glued"
			echo "oompa $version"
			exit 0
			;;
		--)
			shift
			break
			;;
		-*) usage "no option ${1%%=*}" ;;
		*) parse_operand "$1" ;;
		esac
		shift
	done
	for operand in "$@"; do
		parse_operand "$operand"
	done
	check_operands
}

fill_options() {
#@fill
	# The same for all cycles.
	[ "$OOMPA_SINCE" != now ] || OOMPA_SINCE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
}
