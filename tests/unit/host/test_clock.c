/* SPDX-License-Identifier: MIT */
/* src/host/clock.c: virtual and real time. */
#include "unit/host/suite.h"

static void virtual_time_moves_only_when_told(void **state)
{
	host_clock_set_mode(HOST_CLOCK_VIRTUAL);
	assert_int_equal(host_clock_now(), 0);
	host_clock_advance(1500);
	host_clock_advance(500);
	assert_int_equal(host_clock_now(), 2000);
	assert_int_equal(host_clock_get_mode(), HOST_CLOCK_VIRTUAL);
}

static void choosing_a_mode_restarts_at_zero(void **state)
{
	host_clock_set_mode(HOST_CLOCK_VIRTUAL);
	host_clock_advance(77);
	host_clock_set_mode(HOST_CLOCK_VIRTUAL);
	assert_int_equal(host_clock_now(), 0);
}

static void real_time_goes_on_and_cannot_be_advanced(void **state)
{
	uint64_t before, after;

	host_clock_set_mode(HOST_CLOCK_REAL);
	before = host_clock_now();
	host_clock_advance(3600ull * 1000000000);
	do {
		after = host_clock_now();
	} while (after == before);
	assert_true(after > before);
	assert_true(after < 3600ull * 1000000000);
	host_clock_set_mode(HOST_CLOCK_VIRTUAL);
}

static void real_clock_does_not_depend_on_the_mode(void **state)
{
	uint64_t before = host_clock_real();

	host_clock_set_mode(HOST_CLOCK_VIRTUAL);
	assert_true(host_clock_real() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(virtual_time_moves_only_when_told),
		cmocka_unit_test(choosing_a_mode_restarts_at_zero),
		cmocka_unit_test(real_time_goes_on_and_cannot_be_advanced),
		cmocka_unit_test(real_clock_does_not_depend_on_the_mode),
	};

	return cmocka_run_group_tests_name("host clock", tests, NULL, NULL);
}
