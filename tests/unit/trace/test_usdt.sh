#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Every event is a USDT probe of provider dmasim, once, with its fields as
# arguments; readelf is how a tracer sees them.
#
#   test_usdt.sh READELF PROGRAM [FOLDER-OF-sys/sdt.h]
set -u
readelf=$1 program=$2
[ -n "${3:-}" ] && [ "${3%-NOTFOUND}" = "$3" ] || { echo "no sys/sdt.h"; exit 77; }

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$readelf" -nW "$program" 2>/dev/null >"$dir/notes"
sed -n '/Provider: dmasim$/,/Arguments:/p' "$dir/notes" >"$dir/ours"
sed -n 's/.*Name: //p' "$dir/ours" | sort >"$dir/probes"
"$program" --names | sed 's/.*://' | sort >"$dir/events"

if ! diff "$dir/events" "$dir/probes"; then
	echo "FAILED: events (<) and probes (>) differ"
	exit 1
fi
[ "$(wc -l <"$dir/probes")" -ge 40 ] || { echo "FAILED: too few"; exit 1; }

# A mapping has six fields, an attachment one.
arguments() {
	sed -n "/Name: $1\$/,/Arguments:/s/.*Arguments: //p" "$dir/ours" | wc -w
}
[ "$(arguments dma_map_page)" = 6 ] || { echo "FAILED: dma_map_page"; exit 1; }
[ "$(arguments attach_device_to_domain)" = 1 ] || {
	echo "FAILED: attach_device_to_domain"
	exit 1
}
