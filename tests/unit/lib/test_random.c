/* SPDX-License-Identifier: MIT */
/*
 * The seeded generator: repeatable, in range, not stuck.
 */
#include <linux/random.h>

#include "unit/lib/lib_test.h"

static void draw(u64 seed, u64 *out)
{
	struct lib_params params = { .nr_cpus = 1, .seed = seed };
	int i;

	assert_int_equal(lib_boot(&params), 0);
	for (i = 0; i < 4; i++)
		out[i] = get_random_u64();
	lib_shutdown();
}

static void a_seed_repeats_its_sequence(void **state)
{
	u64 a[4], b[4], c[4];

	draw(5, a);
	draw(5, b);
	draw(6, c);
	assert_memory_equal(a, b, sizeof(a));
	assert_memory_not_equal(a, c, sizeof(a));
	assert_true(a[0] != a[1]);
}

static void ranges_are_kept_and_filled(void **state)
{
	unsigned int seen = 0, i;

	for (i = 0; i < 500; i++) {
		u32 v = get_random_u32_below(10);

		assert_true(v < 10);
		seen |= 1u << v;
		v = get_random_u32_inclusive(3, 5);
		assert_true(v >= 3 && v <= 5);
	}
	assert_int_equal(seen, 0x3ff);
}

static void every_byte_is_filled(void **state)
{
	u8 or [11] = {}, buf[12] = {};
	int i, round;

	for (round = 0; round < 20; round++) {
		get_random_bytes(buf, 11);
		for (i = 0; i < 11; i++)
			or [i] |= buf[i];
	}
	for (i = 0; i < 11; i++)
		assert_true(or [i] != 0);
	assert_int_equal(buf[11], 0);
}

static void own_states_are_independent(void **state)
{
	struct rnd_state a, b;
	u32 first;

	prandom_seed_state(&a, 9);
	prandom_seed_state(&b, 9);
	first = prandom_u32_state(&a);
	get_random_u64();
	assert_int_equal(prandom_u32_state(&b), first);
	assert_true(prandom_u32_state(&b) != first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_repeats_its_sequence),
		lib_case(ranges_are_kept_and_filled),
		lib_case(every_byte_is_filled),
		lib_case(own_states_are_independent),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
