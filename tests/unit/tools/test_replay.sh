#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The dmasim command as a user meets it: results, refusals, exit status.
#
#   test_replay.sh DMASIM DATA PAGE-SIZE
set -u
dmasim=$1
data=$2
page=$3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# check NAME WANTED-STATUS WANTED-TEXT COMMAND...
check() {
	name=$1 status=$2 text=$3
	shift 3
	"$@" >"$dir/out" 2>&1
	got=$?
	if [ "$got" != "$status" ] || ! grep -q -- "$text" "$dir/out"; then
		echo "FAILED $name: status $got, wanted $status and \"$text\":"
		cat "$dir/out"
		failed=$((failed + 1))
	fi
}

for iommu in off identity vtdss amdv1; do
	for mode in strict lazy; do
		check "replay $iommu $mode" 0 '^sg ' "$dmasim" replay --path all \
			--iommu $iommu --mode $mode --json "$dir/json" \
			"$data/trim.iolog"
	done
done
check "mixed log" 0 '^link ' "$dmasim" replay --layout contiguous --depth 7 \
	--max-io-kb 64 --seed 5 "$data/oltp-mixed.iolog"
check "json has the keys" 0 '"bookkeeping_bytes_per_io"' cat "$dir/json"
check "cost" 0 ' [0-9]*ns *[0-9]*ns$' "$dmasim" replay --cost server,wait=700 \
	--json "$dir/json" "$data/trim.iolog"
check "json has the steps" 0 '"walk-read": [1-9]' cat "$dir/json"
check "json has the model" 0 '"model": "server,wait=700"' cat "$dir/json"
for mode in strict lazy; do
	check "with ATS, $mode" 0 ', ATS, ' "$dmasim" replay --path all --ats \
		--mode $mode --cost server --json "$dir/json" "$data/trim.iolog"
	check "steps of ATS, $mode" 0 '"device-tlb-hit": [1-9]' cat "$dir/json"
done
check "json says so" 0 '"ats": true' cat "$dir/json"
check "no cost" 0 '^link ' "$dmasim" replay --json "$dir/json" "$data/trim.iolog"
check "json without a model" 0 '"cost": null' cat "$dir/json"
check "no such preset" 2 'there is no preset "desktop"' "$dmasim" replay \
	--cost desktop x
check "several logs" 0 'trim.iolog' "$dmasim" replay "$data/trim.iolog" \
	"$data/oltp-mixed.iolog"

check "granule" 0 '^link ' "$dmasim" replay --iommu amdv1 --granule 4096 \
	--json "$dir/json" "$data/trim.iolog"
check "json names the granule" 0 '"granule": 4096' cat "$dir/json"
check "granule below 4 KiB" 2 "from 4096 to $page, not" "$dmasim" replay \
	--granule 2048 x
check "granule above a page" 2 "from 4096 to $page, not" "$dmasim" replay \
	--iommu amdv1 --granule $((2 * page)) x
check "granule of nothing" 2 "is for --iommu vtdss|amdv1" "$dmasim" replay \
	--iommu off --granule 4096 x
# With larger pages there is a choice: an entry a page, or many.
if [ "$page" -gt 4096 ]; then
	check "odd granule" 2 "no power of two" "$dmasim" replay \
		--granule 12288 x
	check "granule of vtdss" 1 "vtdss has no granule of 0x4000" "$dmasim" replay \
		--granule 16384 "$data/trim.iolog"
	check "small entries" 0 '^link ' "$dmasim" replay --iommu amdv1 \
		--json "$dir/json" "$data/oltp-mixed.iolog"
	few=$(sed -n 's/.*"pte_writes": //p' "$dir/json" | tr -d ,)
	check "large entries" 0 ", granule $page," "$dmasim" replay \
		--iommu amdv1 --granule "$page" --json "$dir/json" \
		"$data/oltp-mixed.iolog"
	# A page of AMDv1 above 4 KiB is as many items of its table, all equal:
	# what is smaller than the granule costs as much as the granule.
	many=$(sed -n 's/.*"pte_writes": //p' "$dir/json" | tr -d ,)
	[ "$many" -gt "$few" ] && [ $((many % (page / 4096))) = 0 ] || {
		echo "FAILED: $many items of pages of $page, $few of 4096"
		failed=1
	}
fi

printf 'fio version 3 iolog\n1 f add\n2 f open\n3 f read 0 4095\n' >"$dir/bad"
check "bad log" 2 "bad:4: length 4095 is no multiple" "$dmasim" replay \
	--json "$dir/none" "$data/trim.iolog" "$dir/bad"
[ ! -e "$dir/none" ] || { echo "FAILED: a report of a refused run"; failed=1; }
check "missing log" 2 "No such file" "$dmasim" replay "$dir/missing"
check "directory" 2 "is a directory" "$dmasim" replay "$dir"
check "no log" 2 "no log given" "$dmasim" replay
check "bad path" 2 'does not take "maps"' "$dmasim" replay --path maps x
check "bad iommu" 2 'does not take "smmu"' "$dmasim" replay --iommu smmu x
check "bad depth" 2 "from 1 to 1024" "$dmasim" replay --depth 0 x
check "bad size" 2 "no power of two" "$dmasim" replay --max-io-kb 48 x
check "bad json" 2 "No such file" "$dmasim" replay --json /nonexistent/x \
	"$data/trim.iolog"
# Several pages, whatever a page has: one page needs no range.
printf 'fio version 3 iolog\n1 f add\n2 f open\n3 f read 0 262144\n' >"$dir/log"
check "trace" 0 '^link ' "$dmasim" replay --trace "$dir/trace.json" "$dir/log"
check "trace has reservations" 0 '"ph":"b".*reservation' cat "$dir/trace.json"
begins=$(grep -c '"ph":"b"' "$dir/trace.json")
ends=$(grep -c '"ph":"e"' "$dir/trace.json")
[ "$begins" = "$ends" ] || {
	echo "FAILED: $begins begin, $ends end"
	failed=1
}
check "trace of two paths" 2 "one log and one path" "$dmasim" replay \
	--path all --trace "$dir/none" "$data/trim.iolog"
check "trace nowhere" 1 "cannot write /nonexistent/x: No such file" \
	"$dmasim" replay --trace /nonexistent/x "$data/trim.iolog"
check "trace on a full disk" 1 "incomplete: No space left" "$dmasim" \
	replay --trace /dev/full "$data/trim.iolog"
check "unknown command" 2 'unknown command "play"' "$dmasim" play
check "version" 0 "kernel API 6.17" "$dmasim" version
[ "$failed" = 0 ]
