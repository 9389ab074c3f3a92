#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Set up, build with ASan and UBSan, and run the tests.
set -eu
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake --preset dev
cmake --build --preset dev
ctest --preset dev "$@"
