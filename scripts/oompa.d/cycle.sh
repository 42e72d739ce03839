# One cycle: replay, fetch, act.
# SPDX-License-Identifier: MIT

# fetch_parts NUMBER...: only these; without any, all.
fetch_parts() {
	fetch "$@" >"$run/snapshot"
}

plan_input() {
	sound_receipts
	waiting
	cat "$run/snapshot"
}

# The status of fetch; without the repository there is nothing to go on with.
fetched() {
	status=$(worst fetch)
	if [ "$status" -eq 0 ] && ! grep -q '^{"type":"repo",' "$run/snapshot"; then
		status=1
	fi
	echo "$status"
}

plan_parts() {
	plan_input | plan >"$run/plan"
}

check_parts() {
	check <"$run/plan"
}

# With --hold nothing is written: work has put its results into the outbox.
begin() {
	if [ -n "$OOMPA_HOLD" ]; then
		cat
	else
		claim
	fi
}

publish() {
	if [ -n "$OOMPA_HOLD" ]; then
		cat
	else
		push
	fi
}

act_parts() {
	begin <"$run/plan" | triage | work | publish | keep_receipts
}

# What --again names has had its turn when a task for it was planned, which a
# note is not; the rest keeps waiting.
drop_again() {
	[ -f "$run/plan" ] || return 0
	waiting_numbers=
	for number in $(printf '%s\n' "$OOMPA_AGAIN" | tr ',' ' '); do
		grep '^{"type":"task","v":1,"repo":"[^"]*","number":'"$number," "$run/plan" |
			grep -qv '"action":"note"' ||
			waiting_numbers=$waiting_numbers${waiting_numbers:+,}$number
	done
	OOMPA_AGAIN=$waiting_numbers
}

# cap DOLLARS OF-WHAT
cap() {
	case $1 in
	*[1-9]*) printf '$%s %s' "$1" "$2" ;;
	*) printf 'unlimited %s' "$2" ;;
	esac
}

# count NUMBER THINGS
count() {
	if [ "$1" -eq 1 ]; then
		printf '1 %s' "${2%s}"
	else
		printf '%s %s' "$1" "$2"
	fi
}

may_push() {
	watches=$OOMPA_WATCH_PRS$OOMPA_WATCH_LABEL
	if [ -n "$OOMPA_HOLD" ]; then
		printf 'publishes nothing (--hold)'
	else
		printf 'may push ai/issue-*%s%s' "${OOMPA_FORK:+ to $OOMPA_FORK}" \
			"${watches:+ and the heads of pull requests that it watches}"
	fi
}

# Who it is, on what it acts, what it may do.  A cron job is not told.
banner() {
	greeted=1
	[ -t 2 ] || [ -z "$flag_one_shot" ] || return 0
	login=$(sed -n 's/^{"type":"repo",.*"viewer":{"login":"\([^"]*\)".*/\1/p' "$run/snapshot")
	issues=$(grep -c '^{"type":"issue",' "$run/snapshot" || :)
	pulls=$(grep -c '^{"type":"pr",' "$run/snapshot" || :)
	caps="$(cap "$OOMPA_MAX_TASK_COST" task) $(cap "$OOMPA_MAX_PR_COST" item) $(cap "$OOMPA_MAX_DAY_COST" day)"
	say info "$OOMPA_REPO: as $login; $(count "$issues" issues), $(count "$pulls" 'pull requests'); $(may_push); sandbox $OOMPA_SANDBOX; caps $caps (\$$(spent_today) today)"
}

start_run() {
	rm -rf "$run"
	mkdir "$run"
	: >>"$ledger"
	mend_ledger
}

# Until a person has done something, another cycle would end in the same way.
hopeless() {
	case $cycle_status in
	2 | 3 | 4) ;;
	*) return 1 ;;
	esac
}

cycle() {
	start_run
	list >"$run/outbox" || cycle_status=$?
	! hopeless || return 0
	show_waiting
	replay
	[ -z "$stopping" ] || return 0
	rm -f "$run"/*.pid "$run"/*.status
	run_parts fetch_parts
	cycle_status=$(fetched)
	[ "$cycle_status" -eq 0 ] && [ -z "$stopping" ] || return 0
	[ -n "$greeted" ] || banner
	run_parts plan_parts
	cycle_status=$(worst plan)
	! hopeless && [ -z "$stopping" ] || return 0
	if grep -q '^{"type":"task",' "$run/plan"; then
		run_parts check_parts
		cycle_status=$(status_of check)
		[ "$cycle_status" -eq 0 ] && [ -z "$stopping" ] || return 0
	fi
	run_parts act_parts
	cycle_status=$(worst plan claim triage work push)
	drop_again
	tell_held
}
