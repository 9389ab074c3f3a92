#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The README's program prints what the README says, and nothing leaks.
#
#   test_first.sh README [RUNNER...] PROGRAM
set -u
readme=$1
shift

wanted=$(sed -n '/^It prints$/,/^Build it/p' "$readme" |
	sed -n '/^```$/,/^```$/p' | grep -v '^```$')
[ -n "$wanted" ] || { echo "the README says nothing about the output"; exit 1; }

got=$("$@")
status=$?
if [ "$status" != 0 ] || [ "$got" != "$wanted" ]; then
	printf 'status %s, wanted 0; output\n%s\nwanted\n%s\n' \
		"$status" "$got" "$wanted"
	exit 1
fi
echo "first: 1 passed, 0 failed"
