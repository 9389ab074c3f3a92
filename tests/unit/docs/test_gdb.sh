#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a person in a debugger sees: the store of a page-table entry is at most
# three frames below dma_iova_link(), and docs/gdb/dmasim.gdb finds its way. Of
# the first link of a range, which has to add tables, only real frames count:
# gdb shows inlined functions as frames without an address.
#
#   test_gdb.sh GDB|none PROGRAM SOURCE-TREE
set -u
gdb=$1 program=$2 root=$3
[ "$gdb" != none ] || { echo "no gdb, or no plain debug build"; exit 77; }

# The store of one page, whose table is remembered from the link before.
store=$(grep -n 'pt_store_recalled(place, pt_make_leaf(' "$root/src/iommu_pt/iommu_pt.h" |
	head -1 | cut -d: -f1)
[ -n "$store" ] || { echo "FAILED: where is the store?"; exit 1; }

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat >"$dir/commands" <<EOF
set confirm off
set pagination off
set width 0
break dma_iova_link
run
delete
break pt_store
continue
echo ---first\\n
bt 9
delete
break iommu_pt.h:$store
continue
echo ---store\\n
bt 5
delete
break dma_iova_destroy
continue
echo ---linked\\n
dmasim-walk 0x100 state->addr+4096
dmasim-walk 0x100 0x1000
dmasim-walk 0x101 0x1000
dmasim-domains
dmasim-iotlb
echo ---called\\n
call dmasim_iommu_print("0000:01:00.0")
call dmasim_iommu_print_walk("0000:01:00.0", state->addr+4096)
call dmasim_iommu_print_iotlb()
call dmasim_iommu_print("0000:02:00.0")
echo ---inside\\n
set var hw_iommu.lock.word = 1
call dmasim_iommu_print(0)
set var hw_iommu.lock.word = 0
echo ---rest\\n
finish
echo ---destroyed\\n
dmasim-walk 0x100 0xfffff000
dmasim-iotlb
delete
break dmasim_machine_destroy
continue
echo ---events\\n
dmasim-events 1
kill
EOF
"$gdb" -nx -batch -x "$root/docs/gdb/dmasim.gdb" -x "$dir/commands" "$program" \
	>"$dir/out" 2>&1

failed=0
passed=0

# section NAME: the output from ---NAME to the next ---.
section() {
	sed -n "/^---$1\$/,/^---/p" "$dir/out"
}

# check NAME SECTION REGEX
check() {
	if section "$2" | grep -Eq -- "$3"; then
		passed=$((passed + 1))
	else
		echo "FAILED $1: no \"$3\" in section $2"
		failed=$((failed + 1))
	fi
}

# A container may forbid ptrace; then nothing can be shown.
if grep -q 'ptrace: Operation not permitted' "$dir/out"; then
	echo "ptrace is not permitted here"
	exit 77
fi

# From the frame that holds the store: itself, two more, then dma_iova_link.
depth=$(section first | sed '/dma_iova_link/q' | grep -c '^#[0-9]* *0x')
if [ "$depth" -ge 1 ] && [ "$depth" -le 4 ]; then
	passed=$((passed + 1))
else
	echo "FAILED first link: $depth real frames from store to dma_iova_link"
	failed=$((failed + 1))
fi
check "store is in the page-table folder" store '^#0 .*iommu_pt\.h|^#0 .*pt_common\.h'
check "dma_iova_link at most three frames above the store" store \
	'^#[0-3] .*dma_iova_link \('
check "walk finds the second page" linked 'leaf of 4 KiB, physical 0x[0-9a-f]+, r$'
check "walk of a hole" linked 'not present'
check "a requester nobody attached is blocked" linked 'requester 0x101: blocked'
check "the domain and its requester" linked '01:00\.0 \(0x100\) +root 0x'
check "the device's read filled the IOTLB" linked \
	'0x0000ffff[ef]000 .*-> 0x[0-9a-f]+ +r1 w0'
check "the library prints a domain" called 'leaves, 0 broken entries'
check "and a walk, field by field" called 'SNP=0  address=0x[0-9a-f]+ \(51:12\)'
check "and the IOTLB of all domains" called 'domain [0-9]+: 0xffff[ef]000 \+4K r- -> 0x'
check "no such device" called 'there is no device 0000:02:00\.0'
check "a thread inside the IOMMU" inside 'a thread is inside the IOMMU'
check "after unmap the entry is gone" destroyed 'not present'
check "after unmap the IOTLB has no leaf" destroyed '^0 leaves'
check "the fault is an event" events 'iommu-fault .*unmapped'

echo "gdb: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ] || { cat "$dir/out"; exit 1; }
