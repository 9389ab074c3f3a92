/* SPDX-License-Identifier: MIT */
/*
 * Sparse arrays, against a plain array where that says more.
 */
#include <linux/xarray.h>

#include "unit/lib/libb_test.h"

static int things[8];

static void load_returns_what_was_stored(void **state)
{
	static const unsigned long at[] = { 0,	  1,	63,	   64,
					    4095, 4096, 1ul << 40, ~0ul };
	DEFINE_XARRAY(xa);
	unsigned int i;

	for (i = 0; i < 8; i++)
		assert_null(xa_store(&xa, at[i], &things[i], GFP_KERNEL));
	for (i = 0; i < 8; i++)
		assert_ptr_equal(xa_load(&xa, at[i]), &things[i]);
	assert_null(xa_load(&xa, 2));
	assert_null(xa_load(&xa, 1ul << 50));
	for (i = 0; i < 8; i++)
		assert_ptr_equal(xa_erase(&xa, at[i]), &things[i]);
	assert_true(xa_empty(&xa));
}

static void store_returns_the_old_entry(void **state)
{
	DEFINE_XARRAY(xa);

	xa_store(&xa, 5, &things[0], GFP_KERNEL);
	assert_ptr_equal(xa_store(&xa, 5, &things[1], GFP_KERNEL), &things[0]);
	assert_ptr_equal(xa_cmpxchg(&xa, 5, &things[0], NULL, GFP_KERNEL),
			 &things[1]);
	assert_ptr_equal(xa_cmpxchg(&xa, 5, &things[1], NULL, GFP_KERNEL),
			 &things[1]);
	assert_true(xa_empty(&xa));
}

static void insert_refuses_a_taken_index(void **state)
{
	DEFINE_XARRAY(xa);

	assert_int_equal(xa_insert(&xa, 9, &things[0], GFP_KERNEL), 0);
	assert_int_equal(xa_insert(&xa, 9, &things[1], GFP_KERNEL), -EBUSY);
	assert_int_equal(xa_reserve(&xa, 10, GFP_KERNEL), 0);
	assert_int_equal(xa_insert(&xa, 10, &things[1], GFP_KERNEL), -EBUSY);
	assert_null(xa_load(&xa, 10));
	xa_release(&xa, 10);
	assert_int_equal(xa_insert(&xa, 10, &things[1], GFP_KERNEL), 0);
	xa_destroy(&xa);
	assert_true(xa_empty(&xa));
}

static void values_travel_as_entries(void **state)
{
	DEFINE_XARRAY(xa);
	void *entry;

	xa_store(&xa, 1, xa_mk_value(123), GFP_KERNEL);
	entry = xa_load(&xa, 1);
	assert_true(xa_is_value(entry));
	assert_int_equal(xa_to_value(entry), 123);
	assert_false(xa_is_err(entry));
	xa_erase(&xa, 1);
}

static void alloc_takes_the_lowest_free_index(void **state)
{
	DEFINE_XARRAY_ALLOC1(xa);
	u32 id, i;

	for (i = 1; i <= 130; i++) {
		assert_int_equal(xa_alloc(&xa, &id, &things[0], xa_limit_32b,
					  GFP_KERNEL),
				 0);
		assert_int_equal(id, i);
	}
	xa_erase(&xa, 64);
	xa_erase(&xa, 65);
	assert_int_equal(
		xa_alloc(&xa, &id, NULL, XA_LIMIT(65, 100), GFP_KERNEL), 0);
	assert_int_equal(id, 65);
	assert_int_equal(xa_alloc(&xa, &id, NULL, XA_LIMIT(65, 100),
				  GFP_KERNEL),
			 -EBUSY);
	assert_int_equal(
		xa_alloc(&xa, &id, &things[1], xa_limit_16b, GFP_KERNEL), 0);
	assert_int_equal(id, 64);
	xa_destroy(&xa);
}

static void alloc_cyclic_goes_on_and_wraps(void **state)
{
	DEFINE_XARRAY_ALLOC(xa);
	u32 id, next = 0, i;

	for (i = 0; i < 3; i++)
		assert_int_equal(xa_alloc_cyclic(&xa, &id, &things[0],
						 XA_LIMIT(0, 3), &next,
						 GFP_KERNEL),
				 0);
	xa_erase(&xa, 0);
	assert_int_equal(xa_alloc_cyclic(&xa, &id, &things[0], XA_LIMIT(0, 3),
					 &next, GFP_KERNEL),
			 0);
	assert_int_equal(id, 3);
	assert_int_equal(xa_alloc_cyclic(&xa, &id, &things[0], XA_LIMIT(0, 3),
					 &next, GFP_KERNEL),
			 1);
	assert_int_equal(id, 0);
	assert_int_equal(xa_alloc_cyclic(&xa, &id, &things[0], XA_LIMIT(0, 3),
					 &next, GFP_KERNEL),
			 -EBUSY);
	xa_destroy(&xa);
}

static void marks_are_found_and_go_with_the_entry(void **state)
{
	DEFINE_XARRAY(xa);
	unsigned long index = 0;

	xa_store(&xa, 70, &things[0], GFP_KERNEL);
	xa_store(&xa, 7000, &things[1], GFP_KERNEL);
	xa_set_mark(&xa, 7000, XA_MARK_1);
	xa_set_mark(&xa, 71, XA_MARK_1);
	assert_true(xa_marked(&xa, XA_MARK_1));
	assert_false(xa_marked(&xa, XA_MARK_0));
	assert_ptr_equal(xa_find(&xa, &index, ULONG_MAX, XA_MARK_1),
			 &things[1]);
	assert_int_equal(index, 7000);
	xa_erase(&xa, 7000);
	assert_false(xa_marked(&xa, XA_MARK_1));
	xa_set_mark(&xa, 70, XA_MARK_2);
	assert_true(xa_get_mark(&xa, 70, XA_MARK_2));
	xa_clear_mark(&xa, 70, XA_MARK_2);
	assert_false(xa_get_mark(&xa, 70, XA_MARK_2));
	xa_destroy(&xa);
}

static void for_each_visits_in_order_and_may_erase(void **state)
{
	static const unsigned long at[] = { 3, 64, 65, 5000, 1ul << 30 };
	DEFINE_XARRAY(xa);
	unsigned long index;
	unsigned int i = 0;
	void *entry, *all[8];

	for (i = 0; i < 5; i++)
		xa_store(&xa, at[i], &things[i], GFP_KERNEL);
	assert_int_equal(xa_extract(&xa, all, 64, 5000, 8, XA_PRESENT), 3);
	assert_ptr_equal(all[2], &things[3]);
	i = 0;
	xa_for_each(&xa, index, entry) {
		assert_int_equal(index, at[i]);
		assert_ptr_equal(entry, &things[i]);
		xa_erase(&xa, index);
		i++;
	}
	assert_int_equal(i, 5);
	assert_true(xa_empty(&xa));
}

static void store_without_memory_leaves_the_array_as_it_was(void **state)
{
	DEFINE_XARRAY(xa);
	unsigned int nth;

	xa_store(&xa, 1, &things[0], GFP_KERNEL);
	for (nth = 1;; nth++) {
		void *ret;

		lib_fail_nth(DMASIM_SITE_SLAB, nth);
		ret = xa_store(&xa, 1ul << 20, &things[1], GFP_KERNEL);
		if (!lib_fail_fired())
			break;
		assert_int_equal(xa_err(ret), -ENOMEM);
		assert_ptr_equal(xa_load(&xa, 1), &things[0]);
		assert_null(xa_load(&xa, 1ul << 20));
	}
	lib_fail_off();
	assert_true(nth > 2);
	assert_ptr_equal(xa_load(&xa, 1ul << 20), &things[1]);
	xa_destroy(&xa);
}

#define SPACE 700

/* Random changes against a plain array of the same entries and marks. */
static void behaves_like_a_plain_array(void **state)
{
	void *model[SPACE] = { 0 };
	DEFINE_XARRAY(xa);
	unsigned long index;
	unsigned int step;

	for (step = 0; step < 20000; step++) {
		u64 r = lib_random();
		unsigned int i = r % SPACE, expect;
		void *entry = r >> 32 & 1 ? &things[r >> 33 & 7] : NULL;

		assert_ptr_equal(xa_store(&xa, i, entry, GFP_KERNEL), model[i]);
		model[i] = entry;

		index = expect = (r >> 40) % SPACE;
		while (expect < SPACE && !model[expect])
			expect++;
		entry = xa_find(&xa, &index, ULONG_MAX, XA_PRESENT);
		assert_ptr_equal(entry, expect < SPACE ? model[expect] : NULL);
		if (entry)
			assert_int_equal(index, expect);
	}
	xa_destroy(&xa);
}

/* ---- two threads -------------------------------------------------------- */

static DEFINE_XARRAY(shared);

static void store_and_erase(void *arg)
{
	unsigned long base = arg ? 0 : 1, i;

	for (i = 0; i < 3000; i++) {
		unsigned long index = (i * 7 % 500) * 2 + base;

		xa_store(&shared, index, xa_mk_value(index), GFP_KERNEL);
		if (xa_load(&shared, index ^ 1))
			assert_true(xa_is_value(xa_load(&shared, index)));
		xa_erase(&shared, index);
	}
}

static void loads_need_no_lock(void **state)
{
	struct host_thread *other;

	other = host_thread_create(store_and_erase, things, "second");
	store_and_erase(NULL);
	host_thread_join(other);
	assert_true(xa_empty(&shared));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(load_returns_what_was_stored),
		lib_case(store_returns_the_old_entry),
		lib_case(insert_refuses_a_taken_index),
		lib_case(values_travel_as_entries),
		lib_case(alloc_takes_the_lowest_free_index),
		lib_case(alloc_cyclic_goes_on_and_wraps),
		lib_case(marks_are_found_and_go_with_the_entry),
		lib_case(for_each_visits_in_order_and_may_erase),
		lib_case(store_without_memory_leaves_the_array_as_it_was),
		lib_case(behaves_like_a_plain_array),
		lib_case(loads_need_no_lock),
	};

	return cmocka_run_group_tests_name("xarray", tests, NULL, NULL);
}
