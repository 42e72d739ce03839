# Signals, and the time between two cycles.
# SPDX-License-Identifier: MIT

# The first INT, and USR1: what runs is finished and published, so only work,
# which takes tasks, is told.  TERM: everything ends now, and nothing is lost.
on_drain() {
	if [ -n "$stopping" ] && [ "$1" = INT ]; then
		on_stop INT
		return
	fi
	stopping=$1
	say info "finishing what runs; once more to stop now"
	signal_stages USR1 work
}

on_stop() {
	stopping=$1
	signal_stages TERM fetch plan check claim triage work push
}

# For what is done by hand: each of them ends it.
catch_signals() {
	trap 'on_stop HUP' HUP
	trap 'on_stop INT' INT
	trap 'on_stop QUIT' QUIT
	trap 'on_stop PIPE' PIPE
	trap 'on_stop TERM' TERM
	trap 'on_stop USR1' USR1
}

die_of_signal() {
	trap - HUP INT QUIT PIPE TERM USR1
	trap - EXIT
	[ -z "$temporary" ] || rm -rf "$temporary"
	# A run that was drained has done its work; what is done by hand has not.
	[ "$stopping$wanted$flag_dry_run" != USR1 ] || exit 0
	kill -s "$stopping" $$
}

# Seconds until we may come back to GitHub, which has told fetch when; 0 when
# it has not, or that is over; at most a day.
told_to_wait() {
	file=$OOMPA_CLONE_DIR/$OOMPA_REPO/come-back
	if [ "$(status_of fetch)" -ne 75 ] || [ ! -f "$file" ]; then
		echo 0
		return
	fi
	until=$(head -n 1 "$file" | grep -Ex '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z') &&
		until=$(date -u -d "$until" +%s 2>/dev/null) || until=0
	until=$((until - $(date +%s)))
	[ "$until" -gt 0 ] || until=0
	[ "$until" -le 86400 ] || until=86400
	echo "$until"
}

# After a cycle that failed: says so, and for how long to sleep.
plan_nap() {
	nap=$poll
	[ "$cycle_status" -ne 0 ] || return 0
	told=$(told_to_wait)
	if [ "$told" -gt "$poll" ]; then
		nap=$told
		say warn "$OOMPA_REPO: GitHub wants us to wait; again at $(date -u -d "@$(($(date +%s) + told))" +%Y-%m-%dT%H:%M:%SZ)"
	else
		say warn "$OOMPA_REPO: this cycle failed ($cycle_status); again in $OOMPA_POLL_INTERVAL"
	fi
}

# Sleeps without the lock, and wakes up for signals.
pause() {
	sleep "$nap" 9>&- &
	napping=$!
	while [ -z "$stopping" ] && kill -0 "$napping" 2>/dev/null; do
		wait "$napping" || :
	done
	kill "$napping" 2>/dev/null || :
}

# The lock is held by the stages, too: as long as one of them lives, the
# cycle is not over, even when this shell was killed.  A cron job is not told.
lock() {
	exec 9>"$place/lock"
	! flock -n 9 || return 0
	if [ -n "$flag_one_shot" ] && [ -z "$wanted" ]; then
		[ ! -t 2 ] || say warn "$OOMPA_REPO: a cycle is running already"
		exit 75
	fi
	say warn "$OOMPA_REPO: a cycle is running; waiting for its end"
	until flock -w 1 9; do
		[ -z "$stopping" ] || die_of_signal
	done
}
