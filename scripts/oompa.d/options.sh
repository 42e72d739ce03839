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

# "why", and the numbers behind it.
parse_operand() {
	if [ -z "$wanted" ]; then
		[ "$1" = why ] || usage "no operand but 'why' is taken, not '$1'"
		wanted=why
		return
	fi
	case $1 in
	"" | *[!0-9]* | 0* | ????????????????*)
		usage "why wants numbers of issues and pull requests, not '$1'"
		;;
	esac
	numbers="$numbers $1"
}

parse_options() {
	wanted=
	numbers=
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
			print_help
			exit 0
			;;
		-V | --version)
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
	[ -z "$wanted" ] || [ -n "$numbers" ] ||
		usage "why wants the numbers of issues or pull requests"
}

fill_options() {
#@fill
	# The same for all cycles.
	[ "$OOMPA_SINCE" != now ] || OOMPA_SINCE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
}
