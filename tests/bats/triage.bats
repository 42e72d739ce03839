# shellcheck disable=SC2154 # ok sets stderr
# shellcheck disable=SC2016,SC2028,SC2030,SC2031,SC2094 # each test is a subshell
load helpers
load ../helper/records

# What oompa-triage does with lines is in records.bats.

@test "triage: tasks of issues go on as they came, and its own end record follows" {
	snapshot 2 >in
	ok 0 oompa-plan --now "$NOW" --max-tasks 2 in
	mv ok.out plan
	ok 0 oompa-triage plan
	{
		cat plan
		triage_end 0 ok
	} >want
	same want
	[ "$stderr" = "" ]
}

@test "triage: a partial plan is passed on as such" {
	repo_record >in
	ok 0 oompa-plan --now "$NOW" in
	mv ok.out plan
	ok 0 oompa-triage plan
	[ "$(jq -c '[.from, .status]' ok.out | paste -sd ' ')" = \
		'["oompa-plan","partial"] ["oompa-triage","ok"]' ]
}

@test "triage: a plan through it is a plan that oompa-work understands" {
	snapshot 1 >in
	ok 0 oompa-plan --now "$NOW" in
	ok 0 sh -c 'oompa-plan --now "$1" in | oompa-triage | oompa-triage' sh "$NOW"
	[ "$(jq -r .type ok.out | paste -sd ' ')" = "task end end end end" ]
}
