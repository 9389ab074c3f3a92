/* SPDX-License-Identifier: MIT */
/*
 * Driver dialect does the same as library code and as user code.
 */
#include "unit/lib/lib_test.h"

#include "shim/dialect.h"

static void run(const struct dialect_check *check)
{
	int line, failed = 0;

	for (; check->name; check++) {
		line = check->run();
		if (!line)
			continue;
		print_error("%s: tests/shim/dialect.c:%d\n", check->name, line);
		failed++;
	}
	assert_int_equal(failed, 0);
	assert_int_equal(warns(), 0);
}

static void kernel_code_does_what_it_says(void **state)
{
	run(dialect_kernel);
}

static void hosted_code_does_the_same(void **state)
{
	run(dialect_hosted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(kernel_code_does_what_it_says),
		lib_case(hosted_code_does_the_same),
	};

	return cmocka_run_group_tests_name("dialect", tests, NULL, NULL);
}
