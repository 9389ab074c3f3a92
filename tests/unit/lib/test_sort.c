/* SPDX-License-Identifier: MIT */
/*
 * Sorting and searching arrays.
 */
#include <linux/bsearch.h>
#include <linux/random.h>
#include <linux/sort.h>

#include "unit/lib/lib_test.h"

struct record {
	u16 key;
	u8 pad[5];
};

static int by_key(const void *a, const void *b)
{
	return ((const struct record *)a)->key -
	       ((const struct record *)b)->key;
}

static int swaps;

static void counting_swap(void *a, void *b, int size)
{
	struct record tmp = *(struct record *)a;

	assert_int_equal(size, sizeof(tmp));
	*(struct record *)a = *(struct record *)b;
	*(struct record *)b = tmp;
	swaps++;
}

static void arrays_of_all_lengths_are_sorted(void **state)
{
	struct record r[65];
	size_t len, i;
	long sum;

	for (len = 0; len <= 65; len++) {
		sum = 0;
		for (i = 0; i < len; i++) {
			r[i].key = get_random_u16() % 50;
			r[i].pad[4] = (u8)r[i].key;
			sum += r[i].key;
		}
		sort(r, len, sizeof(r[0]), by_key,
		     len % 2 ? counting_swap : NULL);
		for (i = 0; i < len; i++) {
			assert_int_equal(r[i].pad[4], r[i].key);
			if (i)
				assert_true(r[i - 1].key <= r[i].key);
			sum -= r[i].key;
		}
		assert_int_equal(sum, 0);
	}
	assert_true(swaps > 0);
}

static int modulo(const void *a, const void *b, const void *priv)
{
	int m = *(const int *)priv;

	return *(const int *)a % m - *(const int *)b % m;
}

static void sort_r_hands_its_argument_on(void **state)
{
	int v[] = { 14, 9, 11, 23, 30 }, m = 10;

	sort_r(v, 5, sizeof(v[0]), modulo, NULL, &m);
	assert_int_equal(v[0], 30);
	assert_int_equal(v[4], 9);
}

static void bsearch_finds_or_not(void **state)
{
	struct record r[] = { { 1 }, { 4 }, { 9 } }, key = { 4 };

	assert_ptr_equal(__inline_bsearch(&key, r, 3, sizeof(r[0]), by_key),
			 &r[1]);
	key.key = 5;
	assert_null(bsearch(&key, r, 3, sizeof(r[0]), by_key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(arrays_of_all_lengths_are_sorted),
		cmocka_unit_test(sort_r_hands_its_argument_on),
		cmocka_unit_test(bsearch_finds_or_not),
	};

	return cmocka_run_group_tests_name("sort", tests, NULL, NULL);
}
