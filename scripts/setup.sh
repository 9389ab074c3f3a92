#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Install the Debian packages that libdmasim is built and tested with.
# Does nothing when they are there. Needs root only to install.
set -eu

packages="
gcc
g++
libc6-dev
libc6-dbg
clang
libclang-rt-14-dev
clang-format-14
cmake
ninja-build
make
pkg-config
gdb
valgrind
libcmocka-dev
libjemalloc-dev
libbsd-dev
libjansson-dev
systemtap-sdt-dev
"

missing=
for package in $packages; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
	echo "setup: all packages are there"
	exit 0
fi
echo "setup: installing$missing"
if [ "$(id -u)" != 0 ]; then
	echo "setup: run as root: apt-get install$missing" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing
