# Prints the C table of the files that are built into the programs; see
# lib/embed.h.  Run as: awk -f embed.awk lib/queries/a.graphql ...

function quote(line) {
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	gsub(/\t/, "\\t", line)
	return line
}

BEGIN { print "static const struct embedded embed_files[] = {" }

FNR == 1 {
	if (NR != 1)
		print "\t},"
	name = FILENAME
	sub(/^lib\//, "", name)
	printf "\t{\"%s\",\n", name
	graphql = name ~ /\.graphql$/
}

graphql {
	sub(/^[ \t]+/, "")
	if ($0 ~ /^#/ || $0 == "")
		next
}

{ printf "\t    \"%s\\n\"\n", quote($0) }

END {
	if (NR != 0)
		print "\t},"
	print "\t{NULL, NULL},"
	print "};"
}
