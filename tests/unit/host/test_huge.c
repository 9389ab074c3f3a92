/* SPDX-License-Identifier: MIT */
/* src/host/huge.c: runs do not overlap, come back, and cost nothing unused. */
#include "unit/host/suite.h"

#define PAGE 4096ul
#define NR 600

static int create(void **state)
{
	*state = host_huge_create();
	return *state ? 0 : -1;
}

static int destroy(void **state)
{
	host_huge_destroy(*state);
	return host_alloc_live() ? -1 : 0;
}

/* More than the first blocks hold, the ones without huge pages. */
static void runs_do_not_overlap(void **state)
{
	static char *run[NR];
	unsigned int i;

	for (i = 0; i < NR; i++) {
		run[i] = host_huge_alloc(*state, (1 + i % 7) * PAGE);
		assert_non_null(run[i]);
		assert_int_equal((uintptr_t)run[i] % PAGE, 0);
		memset(run[i], i % 251, (1 + i % 7) * PAGE);
	}
	for (i = 0; i < NR; i++) {
		assert_int_equal(run[i][0], (char)(i % 251));
		assert_int_equal(run[i][(1 + i % 7) * PAGE - 1],
				 (char)(i % 251));
		host_huge_free(*state, run[i], (1 + i % 7) * PAGE);
	}
}

static void what_came_back_is_used_for_the_same_length(void **state)
{
	void *three = host_huge_alloc(*state, 3 * PAGE);
	void *two = host_huge_alloc(*state, 2 * PAGE);

	host_huge_free(*state, three, 3 * PAGE);
	host_huge_free(*state, two, 2 * PAGE);
	assert_ptr_not_equal(host_huge_alloc(*state, PAGE), two);
	assert_ptr_equal(host_huge_alloc(*state, 2 * PAGE), two);
	assert_ptr_equal(host_huge_alloc(*state, 3 * PAGE), three);
	assert_ptr_not_equal(host_huge_alloc(*state, 3 * PAGE), three);
}

static void other_lengths_are_refused(void **state)
{
	assert_null(host_huge_alloc(*state, 0));
	assert_null(host_huge_alloc(*state, 100));
	assert_null(host_huge_alloc(*state, PAGE + 1));
	assert_null(host_huge_alloc(*state, HOST_HUGE_MAX + PAGE));
	assert_non_null(host_huge_alloc(*state, HOST_HUGE_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, create, destroy)
		CASE(runs_do_not_overlap),
		CASE(what_came_back_is_used_for_the_same_length),
		CASE(other_lengths_are_refused),
	};

	return cmocka_run_group_tests_name("host_huge", tests, NULL, NULL);
}
