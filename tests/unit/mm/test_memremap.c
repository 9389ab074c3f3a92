/* SPDX-License-Identifier: MIT */
/*
 * src/mm/memremap.c: struct pages for device memory. What a provider of peer
 * memory sees of it is in tests/api/test_p2p.c.
 *
 * hole_machine(): RAM 1 MiB..3 GiB and 4..5 GiB, so 3..4 GiB has struct pages
 * but no RAM.
 */
#include "fixture.h"

#include <linux/err.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#define HOLE 0xc0000000ull
#define HOLE_PFN (HOLE >> PAGE_SHIFT)
#define NR_2M (SZ_2M >> PAGE_SHIFT)

static struct dev_pagemap map_of(u64 start, u64 size)
{
	return (struct dev_pagemap){
		.type = MEMORY_DEVICE_PCI_P2PDMA,
		.nr_range = 1,
		.range = { .start = start, .end = start + size - 1 },
	};
}

static void device_pages_are_valid_but_no_ram(void **state)
{
	struct dev_pagemap map = map_of(HOLE, SZ_2M);

	assert_ptr_equal(memremap_pages(&map, 0), __va(HOLE));
	assert_true(pfn_valid(HOLE_PFN));
	assert_true(pfn_valid(HOLE_PFN + NR_2M - 1));
	assert_false(pfn_valid(HOLE_PFN + NR_2M));
	assert_false(mm_pfn_is_ram(HOLE_PFN));
	assert_int_equal(page_zonenum(pfn_to_page(HOLE_PFN)), ZONE_DEVICE);
	assert_ptr_equal(page_pgmap(pfn_to_page(HOLE_PFN + NR_2M - 1)), &map);

	memunmap_pages(&map);
	assert_false(pfn_valid(HOLE_PFN));
	assert_int_equal(pfn_to_page(HOLE_PFN)->flags, 0);
}

static void a_map_is_found_while_it_lives(void **state)
{
	struct dev_pagemap map = map_of(HOLE, SZ_2M);

	assert_null(get_dev_pagemap(HOLE_PFN, NULL));
	memremap_pages(&map, 0);
	assert_null(get_dev_pagemap(HOLE_PFN + NR_2M, NULL));
	assert_null(get_dev_pagemap(~0ul, NULL));
	assert_ptr_equal(get_dev_pagemap(HOLE_PFN + 3, NULL), &map);
	/* The reference is passed on, or dropped. */
	assert_ptr_equal(get_dev_pagemap(HOLE_PFN + 4, &map), &map);
	assert_null(get_dev_pagemap(SZ_1M >> PAGE_SHIFT, &map));

	memunmap_pages(&map);
	assert_null(get_dev_pagemap(HOLE_PFN, NULL));
}

static void what_cannot_be_device_memory_is_refused(void **state)
{
	struct dev_pagemap none = { .type = MEMORY_DEVICE_PCI_P2PDMA };
	struct dev_pagemap first = map_of(HOLE + SZ_2M, SZ_2M);
	struct dev_pagemap ram = map_of(HOLE - SZ_2M, SZ_4M);
	struct dev_pagemap small = map_of(HOLE, SZ_1M);
	struct dev_pagemap again = map_of(HOLE, SZ_4M);
	struct dev_pagemap beyond = map_of(1ull << 50, SZ_2M);

	assert_int_equal(PTR_ERR(memremap_pages(&none, 0)), -EINVAL);
	assert_false(IS_ERR(memremap_pages(&first, 0)));
	assert_int_equal(PTR_ERR(memremap_pages(&ram, 0)), -ENXIO);
	assert_int_equal(PTR_ERR(memremap_pages(&small, 0)), -EINVAL);
	assert_int_equal(PTR_ERR(memremap_pages(&again, 0)), -ENOMEM);
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 4);
	assert_int_equal(PTR_ERR(memremap_pages(&beyond, 0)), -EINVAL);
	assert_false(pfn_valid(HOLE_PFN));
	assert_int_equal(beyond.nr_range, 1);

	memunmap_pages(&first);
}

static void a_range_that_fails_takes_the_others_back(void **state)
{
	struct {
		struct dev_pagemap map;
		struct range more;
	} two = { .map = map_of(HOLE, SZ_2M) };

	two.map.nr_range = 2;
	two.map.ranges[1] =
		(struct range){ HOLE + SZ_4M, HOLE + SZ_4M + PAGE_SIZE - 1 };

	assert_int_equal(PTR_ERR(memremap_pages(&two.map, 0)), -EINVAL);
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 1);
	assert_false(pfn_valid(HOLE_PFN));
	assert_int_equal(two.map.nr_range, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(device_pages_are_valid_but_no_ram, hole),
		MM_TEST(a_map_is_found_while_it_lives, hole),
		MM_TEST(what_cannot_be_device_memory_is_refused, hole),
		MM_TEST(a_range_that_fails_takes_the_others_back, hole),
	};

	return cmocka_run_group_tests_name("memremap", tests, NULL, NULL);
}
