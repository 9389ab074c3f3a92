/* SPDX-License-Identifier: MIT */
/*
 * idr, ida, interval trees.
 */
#include <linux/idr.h>
#include <linux/interval_tree.h>

#include "unit/lib/libb_test.h"

static int things[4];

static void ida_gives_the_lowest_free_id(void **state)
{
	DEFINE_IDA(ida);
	int i;

	for (i = 0; i < 2100; i++)
		assert_int_equal(ida_alloc(&ida, GFP_KERNEL), i);
	ida_free(&ida, 5);
	ida_free(&ida, 1500);
	assert_int_equal(ida_alloc_min(&ida, 6, GFP_KERNEL), 1500);
	assert_int_equal(ida_alloc(&ida, GFP_KERNEL), 5);
	assert_int_equal(ida_alloc_max(&ida, 2099, GFP_KERNEL), -ENOSPC);
	assert_int_equal(ida_alloc_range(&ida, 4000, 4000, GFP_KERNEL), 4000);
	assert_int_equal(ida_alloc_range(&ida, 4000, 4000, GFP_KERNEL),
			 -ENOSPC);
	ida_destroy(&ida);
	assert_true(ida_is_empty(&ida));
}

static void ida_frees_its_memory_with_the_last_id(void **state)
{
	DEFINE_IDA(ida);
	int id = ida_alloc_range(&ida, 70000, 80000, GFP_KERNEL);

	assert_int_equal(ida_find_first(&ida), 70000);
	assert_true(ida_exists(&ida, 70000));
	ida_free(&ida, (unsigned int)id);
	assert_true(ida_is_empty(&ida));
	assert_int_equal(ida_find_first(&ida), -ENOENT);
}

static void freeing_a_free_id_warns(void **state)
{
	DEFINE_IDA(ida);

	ida_free(&ida, 3);
	assert_warns(1);
}

static void idr_finds_what_was_allocated(void **state)
{
	DEFINE_IDR(idr);

	assert_int_equal(idr_alloc(&idr, &things[0], 10, 12, GFP_KERNEL), 10);
	assert_int_equal(idr_alloc(&idr, &things[1], 10, 12, GFP_KERNEL), 11);
	assert_int_equal(idr_alloc(&idr, &things[2], 10, 12, GFP_KERNEL),
			 -ENOSPC);
	assert_ptr_equal(idr_find(&idr, 11), &things[1]);
	assert_ptr_equal(idr_replace(&idr, &things[3], 11), &things[1]);
	assert_int_equal(PTR_ERR(idr_replace(&idr, &things[3], 12)), -ENOENT);
	assert_ptr_equal(idr_remove(&idr, 11), &things[3]);
	assert_null(idr_remove(&idr, 11));
	assert_ptr_equal(idr_remove(&idr, 10), &things[0]);
	assert_true(idr_is_empty(&idr));
}

static void idr_keeps_ids_of_null(void **state)
{
	DEFINE_IDR(idr);
	u32 id = 0;

	assert_int_equal(idr_alloc_u32(&idr, NULL, &id, 5, GFP_KERNEL), 0);
	assert_int_equal(id, 0);
	assert_int_equal(idr_alloc(&idr, NULL, 0, 0, GFP_KERNEL), 1);
	assert_null(idr_find(&idr, 0));
	idr_replace(&idr, &things[0], 0);
	assert_ptr_equal(idr_find(&idr, 0), &things[0]);
	idr_destroy(&idr);
}

static void idr_with_a_base_begins_there(void **state)
{
	struct idr idr;
	int id, seen = 0;
	void *entry;

	idr_init_base(&idr, 100);
	assert_int_equal(idr_alloc(&idr, &things[0], 0, 0, GFP_KERNEL), 100);
	assert_int_equal(idr_alloc(&idr, &things[1], 0, 0, GFP_KERNEL), 101);
	idr_for_each_entry(&idr, entry, id)
		seen = seen * 1000 + id;
	assert_int_equal(seen, 100101);
	idr_destroy(&idr);
}

static void idr_cyclic_goes_on(void **state)
{
	DEFINE_IDR(idr);

	assert_int_equal(idr_alloc_cyclic(&idr, &things[0], 0, 3, GFP_KERNEL),
			 0);
	idr_remove(&idr, 0);
	assert_int_equal(idr_alloc_cyclic(&idr, &things[0], 0, 3, GFP_KERNEL),
			 1);
	assert_int_equal(idr_alloc_cyclic(&idr, &things[0], 0, 3, GFP_KERNEL),
			 2);
	assert_int_equal(idr_alloc_cyclic(&idr, &things[0], 0, 3, GFP_KERNEL),
			 0);
	idr_destroy(&idr);
}

/* ---- interval trees ----------------------------------------------------- */

#define NR_INTERVALS 60

static void interval_tree_finds_every_overlap(void **state)
{
	struct interval_tree_node nodes[NR_INTERVALS] = { 0 }, *hit;
	struct rb_root_cached root = RB_ROOT_CACHED;
	bool in[NR_INTERVALS] = { false };
	unsigned int step, i, expect, found;

	for (step = 0; step < 3000; step++) {
		u64 r = lib_random();
		unsigned long first = (r >> 16) % 1000;
		unsigned long last = first + (r >> 32) % 50, at = 0;

		i = r % NR_INTERVALS;
		if (in[i]) {
			interval_tree_remove(&nodes[i], &root);
		} else {
			nodes[i].start = first;
			nodes[i].last = last;
			interval_tree_insert(&nodes[i], &root);
		}
		in[i] = !in[i];

		for (i = 0, expect = 0; i < NR_INTERVALS; i++)
			expect += in[i] && nodes[i].start <= last &&
				  nodes[i].last >= first;
		found = 0;
		for (hit = interval_tree_iter_first(&root, first, last); hit;
		     hit = interval_tree_iter_next(hit, first, last)) {
			assert_true(hit->start >= at);
			at = hit->start;
			found++;
		}
		assert_int_equal(found, expect);
	}
}

/* ---- two threads -------------------------------------------------------- */

static DEFINE_IDA(shared);

static void take_and_give_back(void *arg)
{
	int i, ids[8];

	for (i = 0; i < 800; i++) {
		if (i >= 8)
			ida_free(&shared, (unsigned int)ids[i % 8]);
		ids[i % 8] = ida_alloc(&shared, GFP_KERNEL);
		assert_true(ids[i % 8] >= 0 && ids[i % 8] < 16);
	}
	for (i = 0; i < 8; i++)
		ida_free(&shared, (unsigned int)ids[i]);
}

static void two_threads_never_get_one_id(void **state)
{
	struct host_thread *other;

	other = host_thread_create(take_and_give_back, NULL, "second");
	take_and_give_back(NULL);
	host_thread_join(other);
	assert_true(ida_is_empty(&shared));
	assert_warns(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		lib_case(ida_gives_the_lowest_free_id),
		lib_case(ida_frees_its_memory_with_the_last_id),
		lib_case(freeing_a_free_id_warns),
		lib_case(idr_finds_what_was_allocated),
		lib_case(idr_keeps_ids_of_null),
		lib_case(idr_with_a_base_begins_there),
		lib_case(idr_cyclic_goes_on),
		lib_case(interval_tree_finds_every_overlap),
		lib_case(two_threads_never_get_one_id),
	};

	return cmocka_run_group_tests_name("idr", tests, NULL, NULL);
}
