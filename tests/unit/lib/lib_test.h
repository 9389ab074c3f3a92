/* SPDX-License-Identifier: MIT */
/*
 * Fixture of the tests of src/lib: a booted lib with four CPUs and no machine
 * around it. Teardown demands that nothing is left.
 */
#ifndef TESTS_UNIT_LIB_LIB_TEST_H
#define TESTS_UNIT_LIB_LIB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "host/host.h"
#include "lib/lib.h"

static inline int boot_lib(void **state)
{
	struct lib_params params = { .nr_cpus = 4, .seed = 1 };

	host_event_reset();
	return lib_boot(&params);
}

static inline int shutdown_lib(void **state)
{
	unsigned int leaks = lib_check();

	lib_shutdown();
	return leaks || host_alloc_live() ? -1 : 0;
}

#define warns() ((unsigned int)host_event_count(HOST_EVENT_WARN, NULL))

#define lib_case(fn) cmocka_unit_test_setup_teardown(fn, boot_lib, shutdown_lib)

#endif
