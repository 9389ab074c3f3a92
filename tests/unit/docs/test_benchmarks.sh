#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The commands of docs/benchmarks.md run, and map-benchmark prints and refuses
# what it should.
#
#   test_benchmarks.sh DOCUMENT DMASIM [DMASIM-BENCH]
set -u
document=$1
dmasim=$2
bench=${3:-none}
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
# Files that the commands write stay here.
cd "$dir" || exit 1
while read -r program arguments; do
	case $program in
	*/dmasim) program=$dmasim ;;
	*/dmasim-bench) program=$bench ;;
	esac
	[ "$program" = none ] && continue
	# shellcheck disable=SC2086 # words of a command line
	check "$arguments" 0 . "$program" $arguments
done <"$dir/commands"

# A valgrind that ends half way: of its folder nothing stays.
half_way() {
	mkdir bin
	cat >bin/valgrind <<'END'
#!/bin/sh
for word; do
	case $word in
	--callgrind-out-file=*) out=${word#*=} ;;
	esac
done
touch "$out" "$out.1" "$out.2"
dirname "$out" >folder
exit 3
END
	chmod +x bin/valgrind
	check "a count that fails" 1 'under callgrind failed' \
		env PATH="$dir/bin:$PATH" "$bench" --instructions limits
	check "its folder" 0 gone \
		sh -c '[ -s folder ] && [ ! -e "$(cat folder)" ] && echo gone'
}
[ "$bench" = none ] || half_way

map() {
	name=$1 status=$2 text=$3
	shift 3
	check "$name" "$status" "$text" "$dmasim" map-benchmark "$@"
}

map "the kernel's first line" 0 \
	'^dma mapping benchmark: threads:1 seconds:1 node:-1 dir:FROM_DEVICE granule: 3$' \
	-s 1 -d 2 -g 3 --iommu off -b 64
map "the newer first line" 0 \
	'^dma mapping benchmark\(SG_MODE\): threads:1 seconds:1 node:0 dir:TO_DEVICE granule:2$' \
	-s 1 -d 1 -g 2 -m 1 -n 0 -x 100 --json "$dir/json"
cp "$dir/out" "$dir/newer"
check "the average lines" 0 \
	'^average unmap latency\(us\):[0-9]+\.[0-9] standard deviation:[0-9]+\.[0-9]$' \
	cat "$dir/newer"
check "json" 0 '"p999_ns": [0-9]' cat "$dir/json"
map "no threads" 2 'from 1 to 1024, not "0"' -t 0
map "no second" 2 'from 1 to 300, not "301"' -s 301
map "few bits" 2 'from 20 to 64, not "19"' -b 19
map "a direction" 2 'from 0 to 2, not "3"' -d 3
map "a long delay" 2 'from 0 to 10000000' -x 10000001
map "a large granule" 2 'from 1 to 1024, not "1025"' -g 1025
map "an unknown mode" 2 'does not take "hmm"' -m hmm
map "an argument" 2 'Too many arguments' single
map "links without an IOMMU" 1 'Operation not supported' -s 1 -m link --iommu off
map "an unwritable report" 1 'cannot be written' -s 1 --json /nonexistent/x
echo "benchmarks: $passed passed, $failed failed"
[ "$failed" = 0 ]
