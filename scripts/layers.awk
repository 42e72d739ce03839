# Checks that the modules of lib/ include only what lies below them, or beside
# them in their own layer.  Run as: awk -f layers.awk lib/*.h lib/*.c

BEGIN {
	floor = "xalloc fail buf stop log slug when opt utf8 words acts refusal known"
	data = "json record filter marker trust embed schema unseen gfm table paragraph picture tag reference inside scan sanitise neutral md markdown"
	files = "file outbox secret"
	children = "proc proc_env auth git prompt"
	network = "http exchange github"
	add(floor, 1)
	add(files, 2)
	add(data, 3)
	add(children, 4)
	add(network, 5)
}

function add(list, level,    names, n, i) {
	n = split(list, names, " ")
	for (i = 1; i <= n; i++)
		layer[names[i]] = level
}

function module(path) {
	sub(/^.*\//, "", path)
	sub(/\.[ch]$/, "", path)
	return path
}

FNR == 1 {
	me = module(FILENAME)
	if (!(me in layer)) {
		print FILENAME ": in no layer; see scripts/layers.awk"
		bad = 1
	}
}

/^#include "/ {
	split($0, part, "\"")
	other = module(part[2])
	if (part[2] ~ /\.def$/ || other == "embed_files")
		next
	if (!(other in layer) || layer[other] > layer[me]) {
		print FILENAME ":" FNR ": includes " part[2] \
			", which is not below it"
		bad = 1
	}
}

END { exit bad }
