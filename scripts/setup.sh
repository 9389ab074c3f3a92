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
# These save time only: everything works without them.
quicker="mold"

# missing PACKAGE...: those that are not installed
missing() {
	for package; do
		state=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
			2>/dev/null || true)
		[ "$state" = installed ] || printf ' %s' "$package"
	done
}

# shellcheck disable=SC2086
needed=$(missing $packages)
# shellcheck disable=SC2086
wanted=$(missing $quicker)
if [ -z "$needed$wanted" ]; then
	echo "setup: all packages are there"
	exit 0
fi
if [ "$(id -u)" != 0 ]; then
	[ -n "$needed" ] || { echo "setup: quicker with$wanted"; exit 0; }
	echo "setup: run as root: apt-get install$needed$wanted" >&2
	exit 1
fi
echo "setup: installing$needed$wanted"
export DEBIAN_FRONTEND=noninteractive
install="apt-get install -y -qq --no-install-recommends"
apt-get update -qq || [ -z "$needed" ]
# shellcheck disable=SC2086
[ -z "$needed" ] || $install $needed
# shellcheck disable=SC2086
[ -z "$wanted" ] || $install $wanted || echo "setup: goes on without$wanted"
