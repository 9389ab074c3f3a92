/* SPDX-License-Identifier: MIT */
/*
 * What every test of the host and hardware dialects includes first: cmocka and
 * the headers it wants before itself.
 */
#ifndef TESTS_UNIT_HOST_SUITE_H
#define TESTS_UNIT_HOST_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/host.h"

#endif
