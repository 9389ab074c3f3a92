/* SPDX-License-Identifier: MIT */
/*
 * What every test file includes first: cmocka with what it needs.
 */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
