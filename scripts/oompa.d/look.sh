# Those who only look: --dry-run and why.
# SPDX-License-Identifier: MIT

is_ours() {
	[ -d "$1" ] && [ ! -L "$1" ] && [ -O "$1" ]
}

# A room of its own for those who only look: their mirror borrows from the
# ordinary one, so that not everything comes from GitHub again.
make_temporary() {
	temporary=$(mktemp -d) || die 3 "cannot make a temporary directory"
	run=$temporary/run
	ordinary=$OOMPA_CLONE_DIR
	mirror=$ordinary/$OOMPA_REPO/mirror.git
	OOMPA_CLONE_DIR=$temporary/clones
	mkdir "$run" "$OOMPA_CLONE_DIR" "$OOMPA_CLONE_DIR/${OOMPA_REPO%%/*}" \
		"$OOMPA_CLONE_DIR/$OOMPA_REPO"
	for directory in "$ordinary" "$ordinary/${OOMPA_REPO%%/*}" \
		"$ordinary/$OOMPA_REPO"; do
		is_ours "$directory" || return 0
	done
	[ ! -f "$ordinary/$OOMPA_REPO/come-back" ] ||
		cp "$ordinary/$OOMPA_REPO/come-back" "$OOMPA_CLONE_DIR/$OOMPA_REPO"
	is_ours "$mirror" || return 0
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 git clone -q --mirror \
		--shared "$mirror" "$OOMPA_CLONE_DIR/$OOMPA_REPO/mirror.git" ||
		rm -rf "$OOMPA_CLONE_DIR/$OOMPA_REPO/mirror.git"
}

show_parts() {
	plan_input | plan --show
}

# look NUMBER...: what would be done, about these or about all, and why not:
# nothing is locked, nothing is kept.
look() {
	trap '[ -z "$temporary" ] || rm -rf "$temporary"' EXIT
	catch_signals
	make_temporary
	[ -n "$stopping" ] || run_parts fetch_parts "$@"
	[ -z "$stopping" ] || die_of_signal
	cycle_status=$(fetched)
	[ "$cycle_status" -eq 0 ] || exit "$cycle_status"
	run_parts show_parts
	[ -z "$stopping" ] || die_of_signal
	exit "$(worst plan)"
}
