/* SPDX-License-Identifier: MIT */
/*
 * src/mm/buddy.c, white box: its invariants after every kind of operation.
 */
#include "fixture.h"

#include <linux/mm.h>

#include "mm/buddy.c"

/* I1..I3 of buddy.c for all zones. */
static void assert_invariants(void)
{
	struct buddy_zone *z;

	for (z = zones; z < zones + NR_BUDDY_ZONES; z++) {
		unsigned long sum = 0;
		unsigned int order, above;

		for (order = 0; zone_exists(z) && order < NR_PAGE_ORDERS;
		     order++) {
			struct mm_bitset *set = &z->free[order];
			unsigned long b = bitset_first(set);

			for (; b != BITSET_NONE; b = bitset_next(set, b + 1)) {
				sum += 1ul << order;
				if (order < MAX_PAGE_ORDER)
					assert_false(bitset_test(set, b ^ 1));
				for (above = order + 1; above < NR_PAGE_ORDERS;
				     above++)
					assert_false(bitset_test(
						&z->free[above],
						b >> (above - order)));
			}
		}
		assert_int_equal(z->nr_free, sum);
	}
}

static void ram_starts_as_large_blocks(void **state)
{
	assert_invariants();
	/* 23 MiB from 1 MiB on: 1 + 2 + 5 * 4. */
	assert_true(bitset_test(&zones[ZONE_DMA].free[8], 1));
	assert_true(bitset_test(&zones[ZONE_DMA].free[9], 1));
	assert_true(bitset_test(&zones[ZONE_DMA].free[10], 1));
	assert_int_equal(zones[ZONE_DMA].nr_free, SMALL_DMA_PAGES);
	assert_int_equal(zones[ZONE_DMA32].nr_free,
			 SMALL_PAGES - SMALL_DMA_PAGES);
}

static void split_and_merge_restore_the_start(void **state)
{
	unsigned long pfn = buddy_alloc(ZONE_DMA, 0, true);

	assert_int_equal(pfn, 0x100);
	assert_invariants();
	assert_false(buddy_is_free(0x100));
	assert_true(buddy_is_free(0x101));

	buddy_free(pfn, 0);
	assert_invariants();
	assert_true(bitset_test(&zones[ZONE_DMA].free[8], 1));
}

static void scattered_pages_are_never_neighbours(void **state)
{
	unsigned long pfn, last = BUDDY_NONE;
	unsigned int i, close = 0;

	/* Up to the last pages of a zone there is always one apart. */
	for (i = 0; i < SMALL_PAGES - SMALL_DMA_PAGES - 3; i++) {
		pfn = buddy_alloc(ZONE_DMA32, 0, false);
		assert_int_not_equal(pfn, BUDDY_NONE);
		assert_true(pfn >= 0x1000);
		close += last != BUDDY_NONE &&
			 (pfn + 1 == last || pfn == last + 1);
		last = pfn;
	}
	assert_invariants();
	assert_true(close <= 2);
}

static void scattered_draws_spare_every_second_block(void **state)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		buddy_alloc(ZONE_DMA32, 0, false);

	assert_invariants();
	/* 16..20 MiB is block 0 of the zone; draws went to 20..24 MiB. */
	assert_true(bitset_test(&zones[ZONE_DMA32].free[10], 0));
}

static void higher_orders_stay_contiguous(void **state)
{
	unsigned long a = buddy_alloc(ZONE_DMA32, 4, false);

	assert_int_equal(a, 0x1000);
	assert_int_equal(a & 15, 0);
	assert_invariants();
	buddy_free(a, 4);
}

static void same_seed_gives_the_same_pages(void **state)
{
	unsigned long first[50];
	int i;

	for (i = 0; i < 50; i++)
		first[i] = buddy_alloc(ZONE_NORMAL, 0, false);
	machine_off();
	scattered_machine(state);
	for (i = 0; i < 50; i++)
		assert_int_equal(buddy_alloc(ZONE_NORMAL, 0, false), first[i]);
}

static void layout_changes_at_run_time(void **state)
{
	unsigned long a, b;

	mm_set_layout(MM_LAYOUT_CONTIGUOUS);
	a = buddy_alloc(ZONE_DMA, 0, false);
	b = buddy_alloc(ZONE_DMA, 0, false);

	assert_int_equal(b, a + 1);
	buddy_free(a, 0);
	buddy_free(b, 0);
}

static void a_run_comes_from_the_top_and_goes_back(void **state)
{
	unsigned long free = buddy_pages_free(), a, b, c;

	/* 24 MiB end the RAM; two of the largest blocks lie side by side. */
	a = buddy_alloc_run(ZONE_NORMAL, 2048);
	assert_int_equal(a, 0x1000);
	assert_invariants();
	assert_int_equal(buddy_pages_free(), free - 2048);
	assert_false(buddy_is_free(0x1000));
	assert_false(buddy_is_free(0x17ff));
	b = buddy_alloc_run(ZONE_NORMAL, 64);
	assert_int_equal(b, 0x1000 - 64);
	assert_invariants();
	c = buddy_alloc_run(ZONE_NORMAL, 4096);
	assert_int_equal(c, BUDDY_NONE);

	buddy_free_run(a, 2048);
	buddy_free_run(b, 64);
	assert_invariants();
	assert_int_equal(buddy_pages_free(), free);
}

static void a_run_goes_around_what_is_taken(void **state)
{
	unsigned long used = buddy_alloc(ZONE_DMA32, 0, true), run;

	assert_int_equal(used, 0x1000);
	run = buddy_alloc_run(ZONE_DMA32, 1024);
	assert_int_equal(run, 0x1400);
	run = buddy_alloc_run(ZONE_DMA32, 512);
	assert_int_equal(run, 0x1200);
	run = buddy_alloc_run(ZONE_DMA32, 512);
	assert_int_equal(run, 0xe00);
	assert_invariants();
}

/* Takes frames behind the back of the page allocator: give all back. */
static int forget_frames(void **state)
{
	machine_off();
	return 0;
}

#define RAW_TEST(fn, machine) \
	cmocka_unit_test_setup_teardown(fn, machine##_machine, forget_frames)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RAW_TEST(ram_starts_as_large_blocks, small),
		RAW_TEST(split_and_merge_restore_the_start, small),
		RAW_TEST(scattered_pages_are_never_neighbours, scattered),
		RAW_TEST(scattered_draws_spare_every_second_block, scattered),
		RAW_TEST(higher_orders_stay_contiguous, scattered),
		RAW_TEST(same_seed_gives_the_same_pages, scattered),
		RAW_TEST(layout_changes_at_run_time, scattered),
		RAW_TEST(a_run_comes_from_the_top_and_goes_back, small),
		RAW_TEST(a_run_goes_around_what_is_taken, small),
	};

	return cmocka_run_group_tests_name("mm_buddy", tests, NULL, NULL);
}
