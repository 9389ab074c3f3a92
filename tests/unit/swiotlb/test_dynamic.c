/* SPDX-License-Identifier: MIT */
/*
 * Pools that come and go (src/swiotlb/dynamic.c), on a machine whose allocator
 * grows.
 */
#include "unit/swiotlb/board.h"

#include <linux/rcupdate.h>

#define BUFFERS 8

static phys_addr_t slots[BUFFERS];
/* Originals, out of the allocators' way: they allocate here. */
static struct page *originals;
static phys_addr_t orig;

static void start(const char *option)
{
	const struct swiotlb_params params = { option, true, true };

	board_machine(1);
	assert_int_equal(swiotlb_boot(&params), 0);
	board_device();
	originals = mm_reserve(SZ_1M >> PAGE_SHIFT, false);
	orig = page_to_phys(originals);
	assert_int_equal(orig & (SZ_1M - 1), 0);
}

static int setup(void **state)
{
	start("512,1");
	return 0;
}

static int teardown(void **state)
{
	rcu_barrier();
	mm_unreserve(originals, SZ_1M >> PAGE_SHIFT);
	board_stop();
	return 0;
}

static phys_addr_t map(phys_addr_t from, size_t size)
{
	return swiotlb_tbl_map_single(&unit, from, size, 0, DMA_BIDIRECTIONAL,
				      0);
}

static void unmap(phys_addr_t slot, size_t size)
{
	swiotlb_tbl_unmap_single(&unit, slot, size, DMA_BIDIRECTIONAL, 0);
}

/* All 512 slots, in four buffers. */
static void fill(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		slots[i] = map(orig, SZ_256K);
	assert_int_equal(stats().used, 512);
}

static void drain(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		unmap(slots[i], SZ_256K);
}

/* spec: dma-core 90 */
static void a_full_pool_is_helped_out_and_grows(void **state)
{
	u8 *byte = phys_to_virt(orig);
	phys_addr_t slot;

	fill();
	assert_int_equal(stats().slots, 512);
	byte[4999] = 0x11;
	slot = map(orig, 5000);
	assert_int_not_equal(slot, NO_SLOTS);
	assert_int_equal(stats().transient, 3);
	assert_int_equal(stats().slots, 512);
	assert_int_equal(stats().used, 515);
	assert_int_equal(*(u8 *)phys_to_virt(slot + 4999), 0x11);

	lib_run();
	assert_int_equal(stats().slots, 1024);
	assert_int_equal(stats().transient, 3);

	*(u8 *)phys_to_virt(slot + 4999) = 0x22;
	unmap(slot, 5000);
	assert_int_equal(byte[4999], 0x22);
	assert_int_equal(stats().transient, 0);
	assert_int_equal(stats().used, 512);

	/* Now there is room in a pool that stays. */
	slot = map(orig, 5000);
	assert_int_equal(stats().transient, 0);
	assert_int_equal(stats().used, 515);
	unmap(slot, 5000);
	drain();
}

/* The look-up of one device does not see the pool of another's buffer. */
static void a_transient_pool_is_its_devices_own(void **state)
{
	struct device other = unit;
	phys_addr_t slot;

	swiotlb_dev_init(&other);
	other.dma_uses_io_tlb = true;
	fill();
	slot = map(orig, 64);
	assert_non_null(swiotlb_find_pool(&unit, slot));
	assert_null(swiotlb_find_pool(&other, slot));
	unmap(slot, 64);
	assert_null(swiotlb_find_pool(&unit, slot));
	drain();
}

static u64 pages_free(void)
{
	struct mm_stats mm;

	mm_get_stats(&mm);
	return mm.pages_free;
}

static void its_memory_goes_after_a_grace_period(void **state)
{
	phys_addr_t slot;
	u64 before;

	fill();
	slot = map(orig, SZ_256K);
	lib_run();
	before = pages_free();

	rcu_read_lock();
	unmap(slot, SZ_256K);
	lib_run();
	assert_int_equal(pages_free(), before);
	rcu_read_unlock();
	rcu_barrier();
	assert_true(pages_free() >= before + SZ_256K / PAGE_SIZE);
	drain();
}

static void low_address_bits_are_kept_there_too(void **state)
{
	phys_addr_t slot;

	fill();
	dma_set_min_align_mask(&unit, 0xffff);
	slot = map(orig + 0x5a40, 3000);
	assert_int_equal(slot & 0xffff, 0x5a40);
	unmap(slot, 3000);
	dma_set_min_align_mask(&unit, 0xfff);
	slot = swiotlb_tbl_map_single(&unit, orig + 0x5a40, 1000, 0xfff,
				      DMA_TO_DEVICE, 0);
	assert_int_equal(slot & 0xfff, 0xa40);
	assert_int_equal(stats().transient, 2);
	unmap(slot, 1000);
	drain();
}

static void it_lies_where_the_device_reaches(void **state)
{
	phys_addr_t slot;

	fill();
	slot = map(orig, 64);
	assert_true(slot >= HIGH_START);
	unmap(slot, 64);
	unit_mask = DMA_BIT_MASK(32);
	slot = map(orig, 64);
	assert_true(slot < LOW_END);
	unmap(slot, 64);
	unit_mask = DMA_BIT_MASK(64);
	unit.bus_dma_limit = DMA_BIT_MASK(24);
	slot = map(orig, 64);
	assert_true(slot < SZ_16M);
	unmap(slot, 64);
	unit.bus_dma_limit = 0;
	drain();
}

/* spec: dma-core 8.7 */
static void what_never_fits_does_not_make_it_grow(void **state)
{
	assert_int_equal(map(orig, SZ_256K + 1), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-size"), 1);
	lib_run();
	assert_int_equal(stats().slots, 512);
}

static void a_boundary_refuses_it_for_its_own_reason(void **state)
{
	fill();
	dma_set_seg_boundary(&unit, 0xffff);
	assert_int_equal(map(orig, 69632), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-alignment"), 1);
	assert_int_equal(stats().transient, 0);
	dma_set_seg_boundary(&unit, 0xffffffff);
	drain();
}

static void without_memory_it_says_so(void **state)
{
	static const enum dmasim_site sites[] = { DMASIM_SITE_SLAB,
						  DMASIM_SITE_PAGE };
	unsigned int i;

	fill();
	for (i = 0; i < 2; i++) {
		lib_fail_from(sites[i], 1);
		assert_int_equal(map(orig, 64), NO_SLOTS);
		lib_run();
		lib_fail_off();
		assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-transient"),
				 i + 1);
		assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-pool"),
				 i + 1);
		assert_int_equal(stats().slots, 512);
		assert_int_equal(stats().transient, 0);
	}
	drain();
}

/* Each allocation in turn fails once, in the map and in the job. */
static void every_failure_leaves_it_as_it_was(void **state)
{
	unsigned int nth, fired;
	phys_addr_t slot;

	for (nth = 1, fired = 1; fired; nth++) {
		fill();
		lib_fail_any_nth((1u << DMASIM_NR_SITES) - 1, nth);
		slot = map(orig, 64);
		if (slot != NO_SLOTS)
			unmap(slot, 64);
		lib_run();
		fired = lib_fail_fired();
		lib_fail_off();
		assert_int_equal(stats().used, 512);
		assert_int_equal(stats().transient, 0);
		drain();
		/* The next one begins with a small pool again. */
		swiotlb_exit();
		assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, NULL), 0);
	}
	assert_true(nth > 7);
}

static void a_live_buffer_is_found_in_any_pool(void **state)
{
	struct swiotlb_live live[8] = {};
	phys_addr_t slot;

	fill();
	slot = map(orig + 0x5a40, 3000);
	assert_int_equal(swiotlb_live_buffers(&unit), 5);
	assert_int_equal(swiotlb_get_live(live, 8), 5);
	assert_int_equal(live[0].phys, slots[0]);
	assert_int_equal(live[0].size, SZ_256K);
	assert_int_equal(live[0].slots, 128);
	assert_false(live[0].transient);
	assert_ptr_equal(live[4].dev, &unit);
	assert_int_equal(live[4].phys, slot);
	assert_int_equal(live[4].orig, orig + 0x5a40);
	assert_int_equal(live[4].size, 3000);
	assert_int_equal(live[4].slots, 2);
	assert_true(live[4].transient);

	assert_int_equal(swiotlb_get_live(live, 2), 5);
	swiotlb_dev_exit(&unit);
	swiotlb_get_live(live, 8);
	assert_null(live[4].dev);
	unmap(slot, 3000);
	drain();
}

static void what_stays_in_a_transient_pool_is_a_leak(void **state)
{
	fill();
	map(orig, 64);
	drain();
	assert_int_equal(swiotlb_check(), 1);
	assert_int_equal(events(HOST_EVENT_LEAK, "bounce-leak"), 1);
	swiotlb_shutdown();
	mm_unreserve(originals, SZ_1M >> PAGE_SHIFT);
	board_off();
	start("512,1");
}

static int remap_any(void *tlb, unsigned long nslabs)
{
	return 0;
}

/* spec: dma-core 8.7 */
static void who_needs_one_range_stops_the_growth(void **state)
{
	fill();
	assert_int_equal(default_swiotlb_base(), POOL);
	assert_int_equal(map(orig, 64), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-full"), 1);
	drain();

	swiotlb_exit();
	assert_int_equal(swiotlb_init_late(SZ_1M, GFP_DMA32, remap_any), 0);
	fill();
	assert_int_equal(map(orig, 64), NO_SLOTS);
	drain();
}

/* Where the pool of all devices was asked for, more of it is looked for. */
static void a_late_pool_grows_where_it_was_to_lie(void **state)
{
	static const struct {
		gfp_t gfp;
		u64 first, end;
	} how[] = {
		{ GFP_KERNEL, HIGH_START, HIGH_START + HIGH_SIZE },
		{ GFP_DMA32, LOW_START, LOW_END },
		{ GFP_DMA, LOW_START, SZ_16M },
	};
	phys_addr_t slot;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(how); i++) {
		swiotlb_exit();
		assert_int_equal(swiotlb_init_late(SZ_1M, how[i].gfp, NULL), 0);
		assert_int_equal(stats().base >= HIGH_START, i == 0);
		fill();
		slot = map(orig, 64);
		lib_run();
		unmap(slot, 64);
		slot = map(orig, 64);
		assert_int_equal(stats().transient, 0);
		assert_in_range(slot, how[i].first, how[i].end - 64);
		unmap(slot, 64);
		drain();
	}
}

static void exit_takes_all_pools(void **state)
{
	u64 before = pages_free();
	phys_addr_t slot;

	fill();
	slot = map(orig, 64);
	lib_run();
	unmap(slot, 64);
	drain();
	swiotlb_exit();
	/* But for what the slab keeps: the first pool, and not less the second. */
	assert_true(pages_free() >= before + SZ_1M / PAGE_SIZE - 16);
	assert_int_equal(stats().slots, 0);
	assert_false(is_swiotlb_active(&unit));
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_full_pool_is_helped_out_and_grows),
		CASE(a_transient_pool_is_its_devices_own),
		CASE(its_memory_goes_after_a_grace_period),
		CASE(low_address_bits_are_kept_there_too),
		CASE(it_lies_where_the_device_reaches),
		CASE(what_never_fits_does_not_make_it_grow),
		CASE(a_boundary_refuses_it_for_its_own_reason),
		CASE(without_memory_it_says_so),
		CASE(every_failure_leaves_it_as_it_was),
		CASE(a_live_buffer_is_found_in_any_pool),
		CASE(what_stays_in_a_transient_pool_is_a_leak),
		CASE(who_needs_one_range_stops_the_growth),
		CASE(a_late_pool_grows_where_it_was_to_lie),
		CASE(exit_takes_all_pools),
	};

	return cmocka_run_group_tests_name("swiotlb_dynamic", tests, NULL,
					   NULL);
}
