#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The commands of docs/cost-model.md run, and what they print has prices.
#
#   test_cost.sh DOCUMENT DMASIM DATA DMASIM-BENCH|none
set -u
document=$1 dmasim=$2 data=$3 bench=$4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
passed=0
failed=0

# check NAME WANTED-STATUS WANTED-TEXT COMMAND...
check() {
	name=$1 status=$2 text=$3
	shift 3
	"$@" >"$dir/out" 2>&1
	got=$?
	if [ "$got" = "$status" ] && grep -Eq -- "$text" "$dir/out"; then
		passed=$((passed + 1))
		return
	fi
	echo "FAILED $name: status $got, wanted $status and \"$text\":"
	cat "$dir/out"
	failed=$((failed + 1))
}

sed -n '/^```sh$/,/^```$/p' "$document" | grep -v '^```' >"$dir/commands"
[ -s "$dir/commands" ] || { echo "no command in $document"; exit 1; }
mkdir -p "$dir/tree/tests" && ln -s "$data" "$dir/tree/tests/data"
cd "$dir/tree" || exit 1
while read -r program arguments; do
	case $program in
	*/dmasim) program=$dmasim ;;
	*/dmasim-bench) program=$bench ;;
	esac
	[ "$program" = none ] && continue
	# shellcheck disable=SC2086 # words of a command line
	check "$arguments" 0 'cost' "$program" $arguments
done <"$dir/commands"

if [ "$bench" != none ]; then
	check "a benchmark of unmaps waits" 0 'cost_cpu_ns=1[0-9]{3}' "$bench" \
		map_vs_link --filter /link/8/vtdss/strict$ --cost server --smoke
	check "one without a machine has no price" 0 '^limits/memcpy_4k .*x_cmpxchg=[0-9.e-]+$' \
		"$bench" limits --filter memcpy_4k --cost server --smoke
	check "no such preset" 2 'there is no preset "desktop"' "$bench" \
		limits --cost desktop
fi

echo "cost: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
