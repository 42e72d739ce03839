# The outbox: results that were paid for and are not published yet.
# SPDX-License-Identifier: MIT

# list [ID or NUMBER...]: a line for each, as oompa-push(1) has it: id, number,
# action, outcome, cost, time, state, why, title.  What cannot be published
# from there has another state than "waits".
list() {
	if [ ! -d "$outbox" ]; then
		[ $# -gt 0 ] || return 0
		say error "'$1' is not in the outbox"
		return 1
	fi
	# shellcheck disable=SC2086
	(unset $forge_variables $model_variables &&
		exec oompa-push -R "$OOMPA_REPO" --outbox "$outbox" --list "$@")
}

# records <LIST: the results themselves.  What is gone by now was published.
records() {
	awk -F '\t' '$7 == "waits" { print $1 ".json" }' |
		(cd "$outbox" 2>/dev/null && xargs -r cat 2>/dev/null) || :
}

# The same of what is listed now.
waiting() {
	list | records
}

# tell_waiting LIST: the first ten of them.
tell_waiting() {
	awk -F '\t' -v repo="$OOMPA_REPO" '
		$7 == "waits" && ++n <= 10 {
			printf "%s#%s %s: %s, $%.2f, waits in the outbox since %s%s\n",
				repo, $2, $3, $4, $5, $6, $8 == "" ? "" : ": " $8
		}
		END { if (n > 10) print repo ": and " n - 10 " more in the outbox" }
		' "$1" | while IFS= read -r line; do
		say info "$line"
	done
}

# tell_broken LIST
tell_broken() {
	awk -F '\t' '$7 != "waits" && ++n <= 10 {
		print $7 ": " $1 ": " $8
	}' "$1" | while IFS= read -r line; do
		say warn "$OOMPA_REPO: in the outbox, $line; oompa outbox drop takes it away"
	done
}

# What is waiting, once for each start; a cron job is told of what is broken.
show_waiting() {
	[ -z "$waiting_shown" ] || return 0
	waiting_shown=1
	tell_broken "$run/outbox"
	if [ -t 2 ] || [ -z "$flag_one_shot" ]; then
		tell_waiting "$run/outbox"
	fi
}

# What this cycle made, and nobody publishes.
tell_held() {
	[ -n "$OOMPA_HOLD" ] || return 0
	list >"$run/now" || :
	awk -F '\t' -v before="$run/outbox" '
		FILENAME == before { known[$1]; next }
		!($1 in known)' "$run/outbox" "$run/now" >"$run/held"
	[ -s "$run/held" ] || return 0
	tell_waiting "$run/held"
	say info "$OOMPA_REPO: held: oompa --repo $OOMPA_REPO outbox show, push or drop"
}

replay_parts() {
	{
		records <"$run/outbox"
		echo '{"type":"end","v":1,"from":"oompa-work","count":0,"status":"ok"}'
	} | push "$@" | keep_receipts
}

replay() {
	[ -z "$OOMPA_HOLD$OOMPA_NO_REPLAY" ] || return 0
	grep -q '	waits	' "$run/outbox" || return 0
	# In each cycle, as long as something is in the way.
	ids=$(cut -f 1 "$run/outbox")
	[ "$ids" = "$replayed" ] ||
		say info "$OOMPA_REPO: publishing what an earlier run left"
	replayed=$ids
	run_parts replay_parts
}

# oompa outbox

outbox_ls() {
	list "$@" || exit $?
	exit 0
}

outbox_show() {
	chosen=$(list "$@") || exit $?
	[ -n "$chosen" ] || exit 0
	printf '%s\n' "$chosen" | awk -F '\t' '$7 != "waits" { print $1 ": " $7 ": " $8 "\n" }'
	chosen=$(printf '%s\n' "$chosen" | awk -F '\t' '$7 == "waits" { print $1 ".json" }')
	[ -n "$chosen" ] || exit 1
	cd "$outbox"
	# shellcheck disable=SC2086
	unset $forge_variables $model_variables
	# shellcheck disable=SC2086
	exec oompa-push -R "$OOMPA_REPO" --outbox "$outbox" --show $chosen
}

# What would be written; nothing is, and no lock is needed.
outbox_try() {
	chosen=$(list "$@") || exit $?
	# shellcheck disable=SC2086
	unset $model_variables
	printf '%s\n' "$chosen" | {
		records
		echo '{"type":"end","v":1,"from":"oompa-work","count":0,"status":"ok"}'
	} | oompa-push -R "$OOMPA_REPO" --outbox "$outbox" -n $drop || exit $?
	exit 0
}

# Those that are no results: there is nothing to count.
take_away() {
	while IFS='	' read -r name rest; do
		case $rest in
		*'	waits	'*) ;;
		*)
			rm -rf "$outbox/$name.json" "$outbox/$name.bundle" "$outbox/$name.why" \
				"$outbox/$name.later"
			say info "$OOMPA_REPO: $name is gone from the outbox; what it cost is not known"
			;;
		esac
	done <"$run/outbox"
}

outbox_write() {
	catch_signals
	lock
	start_run
	list "$@" >"$run/outbox" || exit $?
	[ -z "$drop" ] || take_away
	# shellcheck disable=SC2086
	run_parts replay_parts $drop
	[ -z "$stopping" ] || die_of_signal
	[ -n "$drop" ] || ! grep -qv '	waits	' "$run/outbox" || {
		tell_broken "$run/outbox"
		[ "$(status_of push)" -ne 0 ] || exit 1
	}
	exit "$(status_of push)"
}

# outbox VERB [ID or NUMBER...]
outbox() {
	verb=$1
	shift
	# Whoever says so by hand knows how old it is.
	OOMPA_MAX_AGE=0
	drop=
	[ "$verb" != drop ] || drop=--drop
	case $verb,$flag_dry_run in
	ls,*) outbox_ls "$@" ;;
	show,*) outbox_show "$@" ;;
	*,1) outbox_try "$@" ;;
	*) outbox_write "$@" ;;
	esac
}
