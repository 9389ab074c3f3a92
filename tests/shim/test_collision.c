/* SPDX-License-Identifier: MIT */
/*
 * Hosted code may include libc's headers before or after the kernel's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shim/collision.h"

static void libc_first(void **state)
{
	assert_int_equal(collision_before(), 0);
}

static void kernel_first(void **state)
{
	assert_int_equal(collision_after(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(libc_first),
		cmocka_unit_test(kernel_first),
	};

	return cmocka_run_group_tests_name("collision", tests, NULL, NULL);
}
