/* SPDX-License-Identifier: MIT */
/*
 * Failure sites: which call fails, and what is counted.
 */
#include "unit/lib/lib_test.h"

/* ten calls, one bit each: bit n is set if call n + 1 failed */
static unsigned int ten_calls(enum dmasim_site site)
{
	unsigned int failed = 0, i;

	for (i = 0; i < 10; i++)
		failed |= (unsigned int)should_fail_site(site) << i;
	return failed;
}

static void nothing_fails_unarmed(void **state)
{
	assert_int_equal(ten_calls(DMASIM_SITE_PAGE), 0);
	assert_int_equal(lib_site_calls(DMASIM_SITE_PAGE), 0);
	assert_int_equal(lib_fail_fired(), 0);
}

static void the_nth_call_fails_once(void **state)
{
	lib_fail_nth(DMASIM_SITE_IOVA, 3);
	assert_int_equal(ten_calls(DMASIM_SITE_PAGE), 0);
	assert_int_equal(ten_calls(DMASIM_SITE_IOVA), 1 << 2);
	assert_int_equal(ten_calls(DMASIM_SITE_IOVA), 0);
	assert_int_equal(lib_fail_fired(), 1);
	assert_int_equal(lib_site_calls(DMASIM_SITE_IOVA), 20);
	assert_int_equal(host_event_count(HOST_EVENT_NOTE, "injected-failure"),
			 1);
}

static void from_the_nth_all_calls_fail(void **state)
{
	lib_fail_from(DMASIM_SITE_SLAB, 8);
	assert_int_equal(ten_calls(DMASIM_SITE_SLAB), 7 << 7);
	assert_int_equal(lib_fail_fired(), 3);
	lib_fail_nth(DMASIM_SITE_SLAB, 0);
	assert_int_equal(ten_calls(DMASIM_SITE_SLAB), 0);
}

static void a_set_of_sites_counts_together(void **state)
{
	lib_fail_any_nth(1 << DMASIM_SITE_PAGE | 1 << DMASIM_SITE_MAP, 12);
	assert_int_equal(ten_calls(DMASIM_SITE_PAGE), 0);
	assert_int_equal(ten_calls(DMASIM_SITE_IOVA), 0);
	assert_int_equal(ten_calls(DMASIM_SITE_MAP), 1 << 1);
	assert_int_equal(lib_fail_fired(), 1);
	assert_int_equal(lib_site_calls(DMASIM_SITE_MAP), 20);
}

static void arming_again_starts_again(void **state)
{
	lib_fail_nth(DMASIM_SITE_PAGE, 2);
	ten_calls(DMASIM_SITE_PAGE);
	lib_fail_nth(DMASIM_SITE_PAGE, 11);
	assert_int_equal(lib_fail_fired(), 0);
	assert_int_equal(lib_site_calls(DMASIM_SITE_PAGE), 0);
	assert_int_equal(ten_calls(DMASIM_SITE_PAGE), 0);
	assert_int_equal(lib_fail_fired(), 0);
	assert_int_equal(ten_calls(DMASIM_SITE_PAGE), 1);
}

static void off_forgets_plans_but_not_the_count(void **state)
{
	lib_fail_nth(DMASIM_SITE_PAGE, 1);
	assert_true(should_fail_site(DMASIM_SITE_PAGE));
	lib_fail_off();
	assert_int_equal(lib_fail_fired(), 1);
	lib_fail_any_nth(~0u, 1);
	lib_fail_off();
	assert_int_equal(lib_fail_armed, 0);
	assert_int_equal(ten_calls(DMASIM_SITE_PAGE), 0);
}

static void every_site_has_a_name(void **state)
{
	int s;

	for (s = 0; s < DMASIM_NR_SITES; s++)
		assert_true(strlen(lib_fail_site_name(s)) > 1);
	assert_string_equal(lib_fail_site_name(DMASIM_NR_SITES), "?");
	assert_string_equal(lib_fail_site_name(DMASIM_SITE_PT_PAGE), "pt-page");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(nothing_fails_unarmed),
		lib_case(the_nth_call_fails_once),
		lib_case(from_the_nth_all_calls_fail),
		lib_case(a_set_of_sites_counts_together),
		lib_case(arming_again_starts_again),
		lib_case(off_forgets_plans_but_not_the_count),
		lib_case(every_site_has_a_name),
	};

	return cmocka_run_group_tests_name("fail", tests, NULL, NULL);
}
