# shellcheck shell=bash
# Around all suites: what the tests need, hosts of simulated GitHubs, and a look
# at every record that any of the tests has seen an oompa command print.

setup_suite() {
	local name

	for name in node jq curl git timeout; do
		command -v "$name" >/dev/null || {
			echo "the tests need $name: scripts/deps check"
			return 1
		}
	done
	start_hosts "$(nproc)"
}

# start_hosts N: sets OOMPA_TEST_HOSTS to their URLs.
start_hosts() {
	local ready=$BATS_SUITE_TMPDIR/host i tries

	OOMPA_TEST_HOSTS=
	for ((i = 0; i < $1; i++)); do
		node "${BASH_SOURCE[0]%/*}/../github/host.mjs" >"$ready.$i" </dev/null 3>&- &
		HOST_PIDS+=" $!"
	done
	for ((i = 0; i < $1; i++)); do
		for ((tries = 0; tries < 600; tries++)); do
			[ ! -s "$ready.$i" ] || break
			sleep 0.05
		done
		OOMPA_TEST_HOSTS+="$(jq -er .url "$ready.$i") " || return
	done
	export OOMPA_TEST_HOSTS
}

teardown_suite() {
	# shellcheck disable=SC2086 # a list of numbers
	kill $HOST_PIDS
	node "${BASH_SOURCE[0]%/*}/validate.mjs" "$BATS_SUITE_TMPDIR/records"
}
