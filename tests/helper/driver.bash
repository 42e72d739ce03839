# shellcheck shell=bash disable=SC2034,SC2153 # for the suites, of the helpers
# The driver, and the whole pipeline, for the suites that test them.

REPO=acme/widgets

# What the model does in most tests: it mends the loop.
FIX='[{"steps":[{"text":"The loop ends one short."},
	{"run":"sed -i \"s/i < argc - 1/i < argc/\" src/widget.c"},
	{"cost":0.04},
	{"structured":{"status":"done","summary":"It stopped one short.","body":"The loop stopped one short."}}]}]'

setup() {
	isolate
	sim_start
	claude_script "$FIX"
	set_up_driver
	PLACE=$PWD/state/$REPO
}

# set_up_driver: its environment.
set_up_driver() {
	export GH_TOKEN=$TOKEN ANTHROPIC_API_KEY=sk-ant-api-key-of-the-test
	export OOMPA_REPO=$REPO OOMPA_CLONE_DIR=$PWD/clones
	export OOMPA_STATE_DIR=$PWD/state OOMPA_WRITE_INTERVAL=0s
	export OOMPA_PATIENCE=2s OOMPA_SANDBOX=off
}

# calls: how often claude was called.
calls() {
	claude_calls length
}

# pulls N: so many pull requests were opened.
pulls() {
	[ "$(sim_state $REPO | jq '.pulls | length')" = "$1" ]
}

# cycled N: so many cycles have asked GitHub for what there is.
cycled() {
	[ "$(journal '[.[] | select(.operation.name == "Index")] | length')" -ge "$1" ]
}
