/* SPDX-License-Identifier: MIT */
/*
 * Boot and shutdown, what happens once a machine, modules.
 */
#undef KBUILD_MODNAME
#define KBUILD_MODNAME "boot_mod"

#include <linux/bug.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/once.h>
#include <linux/ratelimit.h>

#include "unit/lib/lib_test.h"

static void boots_again_and_again(void **state)
{
	struct lib_params params = { .nr_cpus = 2, .seed = 3 };
	int i;

	for (i = 0; i < 5; i++) {
		assert_int_equal(lib_boot(&params), 0);
		assert_int_equal(num_online_cpus(), 2);
		assert_int_equal(lib_check(), 0);
		lib_shutdown();
		assert_int_equal(host_alloc_live(), 0);
		assert_int_equal(num_online_cpus(), 1);
	}
}

static void refuses_what_cannot_be(void **state)
{
	struct lib_params params = { .nr_cpus = 0 };

	assert_int_equal(lib_boot(&params), -EINVAL);
	params.nr_cpus = 65;
	assert_int_equal(lib_boot(&params), -EINVAL);
	params.nr_cpus = 64;
	assert_int_equal(lib_boot(&params), 0);
	assert_int_equal(lib_boot(&params), -EBUSY);
	lib_shutdown();
	lib_shutdown();
}

static int next_machine(void)
{
	struct lib_params params = { .nr_cpus = 1 };

	lib_shutdown();
	return lib_boot(&params);
}

static bool warn_once_here(int on)
{
	return WARN_ONCE(on, "only once");
}

static void once_means_once_a_machine(void **state)
{
	assert_false(warn_once_here(0));
	assert_int_equal(warns(), 0);
	assert_true(warn_once_here(1));
	assert_true(warn_once_here(1));
	assert_int_equal(warns(), 1);
	assert_int_equal(next_machine(), 0);
	assert_true(warn_once_here(1));
	assert_int_equal(warns(), 2);
}

static bool limited(struct ratelimit_state *rs)
{
	return __ratelimit(rs);
}

static void rate_limit_passes_the_burst(void **state)
{
	static DEFINE_RATELIMIT_STATE(rs, 1000, 3);
	int passed = 0, i;

	for (i = 0; i < 10; i++)
		passed += limited(&rs);
	assert_int_equal(passed, 3);
	host_clock_advance(1000 * 1000000ull);
	assert_true(limited(&rs));
	assert_int_equal(next_machine(), 0);
	for (passed = 0, i = 0; i < 10; i++)
		passed += limited(&rs);
	assert_int_equal(passed, 3);
}

static int trace, init_result;

static int first_init(void)
{
	trace = trace * 10 + 1;
	return 0;
}
module_init(first_init);

static int second_init(void)
{
	trace = trace * 10 + 2;
	return init_result;
}
module_init(second_init);

static void the_exit(void)
{
	trace = trace * 10 + 3;
}
module_exit(the_exit);

static void modules_start_in_order_and_end(void **state)
{
	trace = init_result = 0;
	lib_exitcalls();
	assert_int_equal(trace, 0);
	lib_initcalls();
	assert_int_equal(trace, 12);
	lib_exitcalls();
	assert_int_equal(trace, 123);
	lib_exitcalls();
	assert_int_equal(trace, 123);
}

static void a_module_that_failed_does_not_exit(void **state)
{
	trace = 0;
	init_result = -ENODEV;
	lib_initcalls();
	lib_exitcalls();
	assert_int_equal(trace, 12);
	assert_int_equal(host_event_count(HOST_EVENT_REFUSAL, "module-init"),
			 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boots_again_and_again),
		cmocka_unit_test(refuses_what_cannot_be),
		lib_case(once_means_once_a_machine),
		lib_case(rate_limit_passes_the_burst),
		lib_case(modules_start_in_order_and_end),
		lib_case(a_module_that_failed_does_not_exit),
	};

	return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
