#!/bin/sh
# SPDX-License-Identifier: MIT
#
# "dmasim inspect": the commands of docs/inspect.md, exact text, files that other
# programs can read, refusals with their cause.
#
#   test_inspect.sh DMASIM CHECKER DATA DOCUMENT
set -u
dmasim=$1
checker=$2
data=$3
document=$4
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
	mv "$dir/out" "$dir/last"
	if [ "$got" = "$status" ] && grep -Eq -- "$text" "$dir/last"; then
		passed=$((passed + 1))
		return
	fi
	echo "FAILED $name: status $got, wanted $status and \"$text\":"
	head -50 "$dir/last"
	failed=$((failed + 1))
}

inspect() {
	name=$1 status=$2 text=$3
	shift 3
	check "$name" "$status" "$text" "$dmasim" inspect "$@"
}

# files NAME ARGUMENT...: both files are written and can be read.
files() {
	name=$1
	shift
	inspect "$name" 0 . --json "$dir/json" --svg "$dir/svg" "$@"
	check "$name: JSON" 0 good "$checker" json "$dir/json"
	check "$name: SVG" 0 good "$checker" svg "$dir/svg"
}

# ---- the document: its commands run where the source tree seems to be --------------

sed -n '/^```sh$/,/^```$/p' "$document" | grep -v '^```' >"$dir/commands"
[ -s "$dir/commands" ] || { echo "no command in $document"; exit 1; }
mkdir -p "$dir/tree/tests" && ln -s "$data" "$dir/tree/tests/data"
cd "$dir/tree" || exit 1
while read -r program arguments; do
	# shellcheck disable=SC2086 # words of a command line
	check "$program $arguments" 0 . "$dmasim" $arguments
done <"$dir/commands"
for file in *.json; do
	check "the document's $file" 0 good "$checker" json "$file"
done
for file in *.svg; do
	check "the document's $file" 0 good "$checker" svg "$file"
done

# ---- text -----------------------------------------------------------------------------

inspect "head" 0 '^0000:01:00.0: domain 1, vtdss, 4 levels, root 0x[0-9a-f]+, 48 bits of address$' \
	--do map:4K
inspect "a mapping" 0 '^operation 1, map: 0xfffff000, 4096 bytes$' --do map:4K
inspect "its leaf" 0 '^        \[511\] 0xfffff000 \+4K r- -> 0x[0-9a-f]+, entry 0x' \
	--do map:4K:r
inspect "its range" 0 '^  0xffffe000-0xffffffff \+8K -w -> 0x[0-9a-f]+, 2 x 4K$' \
	--do map:8K:w
inspect "a large page" 0 '\[511\] 0xffe00000 \+2M rw -> ' --do map:2M
inspect "leaves of two entries" 0 '\[510-511\] 0xffffe000 \+8K rw -> ' \
	--iommu amdv1 --do map:8K
inspect "unmapped" 0 '^operation 1, map: 0x.*, unmapped$' --do map:4K,unmap:1
inspect "nothing is left then" 0 ' 0 leaves, 0 broken' --do map:4K,unmap:1
inspect "stop before that" 0 ' 1 leaves, 0 broken' --do map:4K,unmap:1 --stop 1
inspect "the device read" 0 '^  0xfffff000 \+4K rw -> 0x[0-9a-f]+$' \
	--show iotlb --do map:4K,read:1
inspect "neighbours in the IOTLB" 0 '^  0xffffc000 \+16K rw -> 0x[0-9a-f]+, 4 x 4K$' \
	--show iotlb --do map:16K,read:1
inspect "lazy: gone from the tables, not from the IOTLB" 0 \
	'^  0xfffff000 \+4K rw -> ' --mode lazy --do map:4K,read:1,unmap:1
inspect "a device that keeps nothing" 0 'IOTLB:' --show iotlb --do map:4K,read:1
cp "$dir/last" "$dir/kept"
check "has no TLB" 0 '^0$' sh -c "grep -c 'device TLB' '$dir/kept' || :"
inspect "a device with ATS" 0 '^device TLB:$' --ats --show iotlb \
	--do map:4K,read:1
files "files of one" --ats --mode lazy --do map:16K,read:1,unmap:1
check "which is in JSON" 0 '"device_tlb": \[$' cat "$dir/json"
check "and stale in the picture" 0 \
	'class="broken piece".*stale: 4 cached, 0xffffc000 to 0xffffffff, 16K' \
	cat "$dir/svg"
inspect "it translates itself" 0 '^  translated by devices themselves 1$' \
	--ats --show stats --do map:4K,read:1,read:1
inspect "steps of ATS" 0 '^  ats-request +1 x 800.000 ns$' --ats --show stats \
	--cost server --do map:4K,read:1,read:1
inspect "a log with ATS" 0 '^device TLB:$' --ats --show iotlb \
	"$data/oltp-mixed.iolog" --stop 3
inspect "statistics" 0 '^  look-ups 1: hits 0, misses 1, entries read 4$' \
	--show stats --do map:4K,read:1
inspect "cost" 0 '^  walk-read +4 x 80.500 ns$' --show stats \
	--cost server,walk-read=80.5 --do map:4K,read:1
cp "$dir/last" "$dir/kept"
check "cost in all" 0 '^assumed cost: [0-9]+ ns for this device, [0-9]+ ns in all$' \
	cat "$dir/kept"
inspect "no such cost" 2 'there is no step "walk"' --cost walk=1 --do map:4K
inspect "a walk by address" 0 '^  a device gets 0x[0-9a-f]+abc, rw, in a leaf of 4K$' \
	--do map:4K --walk 0xfffffabc
inspect "a walk by mapping" 0 '^walk of 0xfffff010:$' --do map:4K --walk @1+16
inspect "a walk to nothing" 0 '^  a device gets a fault: unmapped$' \
	--do map:4K --walk 0x1000
inspect "not translated" 0 '^0000:01:00.0: passes through$' --iommu identity \
	--do map:4K
for iommu in vtdss amdv1 x86_64 vtdfs riscv64 arm_s1_4k arm_s2_4k; do
	inspect "walk of $iommu" 0 '^  a device gets 0x[0-9a-f]+, rw,' \
		--iommu $iommu --do map:64K --walk @1
	files "files of $iommu" --iommu $iommu --do \
		map:64K,link:3M:r,map:4M,map:4K:w,coherent:16K,unmap:1,read:2 \
		--walk @2 --walk 0x1000
done
inspect "other levels" 0 ', 5 levels, .* 57 bits of address$' --levels 5 \
	--do map:4K

# ---- mappings at chosen addresses, for formats without the DMA API, too --------------

inspect "at an address" 0 '\[3\] 0xc0000000 \+1G r- -> 0x40000000, entry 0x0000000040000081$' \
	--do at:0xc0000000:0x40000000:1024M:r
for iommu in arm_s1_16k arm_s2_16k arm_s1_64k arm_s2_64k; do
	inspect "walk of $iommu" 0 '^  a device gets 0x810000, rw, in a leaf of 2M$' \
		--iommu $iommu --do at:0x200000:0x800000:2M --walk 0x210000
	files "files of $iommu" --iommu $iommu \
		--do at:0x200000:0x800000:2M,at:0x800000:0x400000:64K:r --walk @1
done
inspect "at, and read" 0 'IOTLB:' --do at:0x1000:0x200000:4K,read:1 --show iotlb
inspect "access flag" 0 '^  a device gets a fault: access flag$' \
	--iommu arm_s1_4k --walk 0x1000 --json "$dir/json" \
	--do at:0x1000:0x200000:4K,poke:0x1000:0:0x200b47
check "in JSON" 0 '"verdict": "access flag"' cat "$dir/json"
inspect "odd address" 1 'Invalid argument \(granule 0x1000\)' \
	--do at:0x1001:0x200000:4K
inspect "twice" 1 'iommu_map\(\) failed' \
	--do at:0x1000:0x200000:4K,at:0x1000:0x300000:4K
inspect "mixed" 2 'at has a domain of its own' --do map:4K,at:0x1000:0x200000:4K
inspect "mixed the other way" 2 'at has a domain of its own' \
	--do at:0x1000:0x200000:4K,map:4K
inspect "written to" 2 'is not written' --do at:0x1000:0x200000:4K,write:1
inspect "a domain without IOMMU" 1 'no domain of its own' --iommu off \
	--do at:0x1000:0x200000:4K

# ---- broken tables -----------------------------------------------------------------------

inspect "a pointer outside RAM" 0 \
	'BROKEN: the table 0x7ffffff000 that it points to is not in RAM' \
	--do map:4K,poke:@1:1:0x7ffffff003,read:1 --walk @1
cp "$dir/last" "$dir/kept"
check "the walk ends there" 0 'a device gets a fault: page table$' cat "$dir/kept"
check "and the access" 0 'operation 3: the device gets: page table$' \
	cat "$dir/kept"
inspect "reserved bits" 0 \
	'BROKEN: reserved \(bits 58:52\) is 0x1 and must be 0' \
	--iommu amdv1 --do map:4K,poke:@1:0:0x6010000000001001
files "files with prices" --cost guest --do map:4K,read:1
check "prices are in JSON" 0 '"model": "guest"' cat "$dir/json"
files "files of a broken table" --do map:4K,poke:@1:1:0x7ffffff003 --walk @1

# ---- logs ------------------------------------------------------------------------------------

inspect "a log" 0 'before I/O 3 is unmapped$' "$data/oltp-mixed.iolog" --stop 3
cp "$dir/last" "$dir/kept"
check "has mappings" 0 '^  [0-9]+ tables below the root, [1-9]' cat "$dir/kept"
files "files of a log" --iommu amdv1 --layout scattered --depth 32 --stop 40 \
	"$data/oltp-mixed.iolog"
inspect "a log over identity" 0 'passes through' --iommu identity \
	"$data/oltp-mixed.iolog" --stop 3

# ---- refusals ---------------------------------------------------------------------------------

inspect "nothing to do" 2 'give either a LOG or --do'
inspect "both" 2 'give either a LOG or --do' --do map:4K x
inspect "no such operation" 2 '--do does not take "mop"' --do mop:4K
inspect "no size" 2 'a size is 1 to 4M, perhaps with K or M, not "x"' --do map:x
inspect "a large size" 2 'a size is 1 to 4M' --do map:5M
inspect "odd rights" 2 'map:4K:x does not take "x"' --do map:4K:x
inspect "few fields" 2 'wrong number of fields' --do map
inspect "many fields" 2 'wrong number of fields' --do read:1:2
inspect "a later mapping" 2 'operation 2 makes no mapping' --do map:4K,read:2
inspect "twice unmapped" 2 'operation 1 was unmapped' --do map:4K,unmap:1,unmap:1
inspect "stop too late" 2 '--stop 2: there are 1 operations' --do map:4K --stop 2
inspect "odd part" 2 '--show does not take "trees"' --do map:4K --show trees
inspect "no such format" 1 'unknown page-table format "vtd": use one of vtdss' \
	--iommu vtd --do map:4K
inspect "no IOMMU" 1 'this machine has none' --iommu off --do map:4K
inspect "no such device" 1 'there is no device 0000:05:00.0, only 0000:01:00.0' \
	--do map:4K --device 0000:05:00.0
inspect "outside the aperture" 1 'is outside of what 4 levels of vtdss translate' \
	--do map:4K --walk 0x1000000000000
inspect "a mapping that is not there yet" 1 'operation 2 made no mapping' \
	--do map:4K,map:4K --stop 1 --walk @2
inspect "link without translation" 1 'no IOVA range' --iommu identity --do link:4K
inspect "no such level" 1 'has no such level' --do map:4K,poke:@1:5:0
inspect "no such log" 2 'No such file' /nonexistent/log
inspect "beyond the log" 2 'has [0-9]+ I/Os' "$data/trim.iolog" --stop 100000
inspect "unwritable" 1 'No such file' --do map:4K --json /nonexistent/x

echo "inspect: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
