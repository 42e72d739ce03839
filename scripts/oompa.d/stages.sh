# The stages, each with only its own credentials.
# SPDX-License-Identifier: MIT

# stage NAME COMMAND...: runs it, leaves its process id and then its status.
# The pipeline is in the background, where a shell cannot tell what became of
# its parts; and dash runs a trap only between commands.  A signal that came
# before there was an id has left NAME.end.
stage() {
	name=$1
	shift
	status=0
	# shellcheck disable=SC2016
	sh -c 'echo $$ >"$0.pid" && { [ ! -f "$0.end" ] || kill $$; } && exec "$@"' \
		"$run/$name" "$@" || status=$?
	echo "$status" >"$run/$name.status"
}

# Each with only its own credentials.  (The command is the last one of its
# subshell, so unsetting ends with it.)
fetch() {
	# shellcheck disable=SC2086
	unset $model_variables
	stage fetch oompa-fetch -R "$OOMPA_REPO" "$@"
}

plan() {
	# shellcheck disable=SC2086
	unset $forge_variables $model_variables
	stage plan oompa-plan "$@"
}

# Could the tasks be done here?  Asked before anybody is told that they are.
check() {
	# shellcheck disable=SC2086
	unset $forge_variables
	stage check oompa-work --outbox "$outbox" --check
}

claim() {
	# shellcheck disable=SC2086
	unset $model_variables
	stage claim oompa-push --claim
}

triage() {
	# shellcheck disable=SC2086
	unset $forge_variables $model_variables
	stage triage oompa-triage
}

work() {
	# shellcheck disable=SC2086
	unset $forge_variables
	stage work oompa-work --outbox "$outbox"
}

push() {
	# shellcheck disable=SC2086
	unset $model_variables
	stage push oompa-push --outbox "$outbox" "$@"
}

# What push wrote, as far as later runs need it.
keep_receipts() {
	grep --line-buffered '^{"type":"receipt",' >>"$ledger" || [ $? -eq 1 ]
}

# signal_stages SIGNAL STAGE...: there are none before the first cycle.
signal_stages() {
	signal=$1
	shift
	[ -d "$run" ] || return 0
	for name in "$@"; do
		[ "$signal" != TERM ] || : >"$run/$name.end"
		if [ -f "$run/$name.pid" ] && [ ! -f "$run/$name.status" ]; then
			kill -s "$signal" "$(cat "$run/$name.pid")" 2>/dev/null || :
		fi
	done
}

# Waits for a background job although signals come.
await() {
	while kill -0 "$1" 2>/dev/null; do
		wait "$1" || :
	done
}

# run_parts COMMAND...: a part of the cycle in the background, waited for.
run_parts() {
	"$@" &
	await $!
}

status_of() {
	if [ -f "$run/$1.status" ]; then
		cat "$run/$1.status"
	elif [ -f "$run/$1.pid" ]; then
		echo 137
	else
		echo 0
	fi
}

# How bad a status is.  What became of single tasks (1, 5, 6) is not the
# driver's failure; usage, memory and signals are worse than all, but for 141:
# whoever was read from has ended, and its own status says why.
rank() {
	case $1 in
	0 | 1 | 5 | 6) echo 0 ;;
	141) echo 1 ;;
	75) echo 2 ;;
	7) echo 3 ;;
	3) echo 4 ;;
	4) echo 5 ;;
	*) echo 6 ;;
	esac
}

# worst STAGE...: the exit status that the driver reports for these stages.
worst() {
	worst=0
	for name in "$@"; do
		found=$(status_of "$name")
		if [ "$(rank "$found")" -gt "$(rank "$worst")" ]; then
			worst=$found
		fi
	done
	echo "$worst"
}
