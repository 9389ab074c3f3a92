#!/bin/sh
# SPDX-License-Identifier: MIT
#
# docs/tracing.md shows what the README's program traces, and lists every event.
# Physical addresses depend on the build and are not compared.
#
#   test_tracing.sh DOC NAMES-PROGRAM [RUNNER...] PROGRAM
set -u
doc=$1 names=$2
shift 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# The blocks of the document, in order: N'th fenced block without a language.
block() {
	awk -v want="$1" '/^```/ { open = !open; shown = ($0 == "```")
				    n += open && shown; next }
		open && shown && n == want' "$doc"
}
mask() {
	sed -e 's/paddr=[0-9a-f]*/paddr=P/; s/phys_addr=[1-9a-f][0-9a-f]*/phys_addr=P/' \
		-e 's/physical 0x[0-9a-f]*/physical P/'
}

i=0
for file in run.txt run.explain; do
	i=$((i + 1))
	DMASIM_TRACE="dmasim:dma_iova*,iommu:*map,iommu:*fault=$dir/$file" \
		"$@" >/dev/null || failed=1
	mask <"$dir/$file" >"$dir/got"
	block $i | mask >"$dir/wanted"
	[ -s "$dir/got" ] || { echo "no trace"; failed=1; }
	diff "$dir/wanted" "$dir/got" || { echo "FAILED: $file"; failed=1; }
done

"$names" --names | sort >"$dir/events"
sed -n 's/^| `\([a-z]*:[a-z_0-9]*\)` .*/\1/p' "$doc" | sort >"$dir/listed"
diff "$dir/events" "$dir/listed" || { echo "FAILED: list of events"; failed=1; }
[ "$failed" = 0 ] && echo "tracing: $i passed, 0 failed"
