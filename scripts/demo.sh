#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Set up, build, and replay an I/O log through the NVMe driver: three mapping
# paths, strict and lazy invalidation.
set -eu
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake --preset release
cmake --build --preset release --target dmasim_tool

for mode in strict lazy; do
	build/release/tools/dmasim replay --path all --iommu vtdss \
		--mode "$mode" --layout scattered tests/data/oltp-mixed.iolog
done
