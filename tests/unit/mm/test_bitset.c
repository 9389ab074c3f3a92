/* SPDX-License-Identifier: MIT */
/*
 * src/mm/bitset.h against an array of flags.
 */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "mm/bitset.h"

#define BITS 70000

static struct mm_bitset set;
static unsigned long *mem;

static int empty_set(void **state)
{
	mem = calloc(bitset_words(BITS), sizeof(*mem));
	return bitset_init(&set, BITS, mem) == mem + bitset_words(BITS) ? 0 :
									  -1;
}

static int free_set(void **state)
{
	free(mem);
	return 0;
}

static void empty_set_has_no_first(void **state)
{
	assert_int_equal(bitset_first(&set), BITSET_NONE);
	assert_int_equal(bitset_next(&set, 0), BITSET_NONE);
	assert_true(bitset_empty(&set));
}

static void next_crosses_words_and_levels(void **state)
{
	bitset_set(&set, 5);
	bitset_set(&set, 69999);

	assert_int_equal(bitset_first(&set), 5);
	assert_int_equal(bitset_next(&set, 5), 5);
	assert_int_equal(bitset_next(&set, 6), 69999);
	assert_int_equal(bitset_next(&set, 69999), 69999);
	assert_int_equal(bitset_next(&set, 70000), BITSET_NONE);
}

static void cleared_number_is_not_found(void **state)
{
	bitset_set(&set, 4096);
	bitset_set(&set, 4097);
	bitset_clear(&set, 4096);

	assert_false(bitset_test(&set, 4096));
	assert_int_equal(bitset_first(&set), 4097);
	bitset_clear(&set, 4097);
	assert_true(bitset_empty(&set));
}

static void numbers_beyond_the_end_are_absent(void **state)
{
	assert_false(bitset_test(&set, BITS));
	assert_false(bitset_test(&set, BITSET_NONE));
}

static void agrees_with_an_array(void **state)
{
	char *twin = calloc(BITS, 1);
	unsigned long i, k, at;

	srandom(test_seed());
	for (i = 0; i < 20000; i++) {
		at = random() % BITS;
		twin[at] = !twin[at];
		if (twin[at])
			bitset_set(&set, at);
		else
			bitset_clear(&set, at);

		at = random() % BITS;
		for (k = at; k < BITS && !twin[k]; k++)
			;
		assert_int_equal(bitset_next(&set, at),
				 k < BITS ? k : BITSET_NONE);
	}
	free(twin);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, empty_set, free_set)
		CASE(empty_set_has_no_first),
		CASE(next_crosses_words_and_levels),
		CASE(cleared_number_is_not_found),
		CASE(numbers_beyond_the_end_are_absent),
		CASE(agrees_with_an_array),
	};

	return cmocka_run_group_tests_name("mm_bitset", tests, NULL, NULL);
}
