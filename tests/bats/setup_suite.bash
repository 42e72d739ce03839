# shellcheck shell=bash
# Around all suites: what the tests need, and a look at every record that any
# of them has seen an oompa command print.

setup_suite() {
	local name

	for name in node jq curl git timeout; do
		command -v "$name" >/dev/null || {
			echo "the tests need $name: scripts/deps check"
			return 1
		}
	done
}

teardown_suite() {
	node "${BASH_SOURCE[0]%/*}/validate.mjs" "$BATS_SUITE_TMPDIR/records"
}
