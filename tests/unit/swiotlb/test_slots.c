/* SPDX-License-Identifier: MIT */
/*
 * Slots of bounce buffers (src/swiotlb/swiotlb.c): where a buffer lands, what is
 * copied, what a release gives back. Addresses are those of the specification.
 */
#include "unit/swiotlb/board.h"

static int setup(void **state)
{
	board_start("512,1", 4);
	assert_int_equal(stats().base, POOL);
	return 0;
}

static int setup_areas(void **state)
{
	board_start("512,4", 4);
	assert_int_equal(stats().areas, 4);
	return 0;
}

static int teardown(void **state)
{
	board_stop();
	return 0;
}

static phys_addr_t map_aligned(phys_addr_t orig, size_t size,
			       unsigned int align)
{
	return swiotlb_tbl_map_single(&unit, orig, size, align, DMA_TO_DEVICE,
				      0);
}

static phys_addr_t map(phys_addr_t orig, size_t size)
{
	return map_aligned(orig, size, 0);
}

static void unmap(phys_addr_t slot, size_t size)
{
	swiotlb_tbl_unmap_single(&unit, slot, size, DMA_TO_DEVICE, 0);
}

static void min_align(unsigned int mask)
{
	dma_set_min_align_mask(&unit, mask);
}

static u8 *at(phys_addr_t phys)
{
	return phys_to_virt(phys);
}

/* ---- where ---------------------------------------------------------------------- */

/* spec: dma-core 77 */
static void slots_are_taken_in_turn_and_pages_stay_pages(void **state)
{
	assert_int_equal(map(0x123456100, 512), 0x10000000);
	assert_int_equal(stats().used, 1);
	assert_int_equal(map(0x123456100, 512), 0x10000800);
	assert_int_equal(map(0x123456100, 4096), 0x10001000);
	assert_int_equal(stats().used, 4);
	assert_int_equal(map(0x123456100, 4095), 0x10002000);
	assert_int_equal(stats().used, 6);
	unmap(0x10000000, 512);
	unmap(0x10000800, 512);
	unmap(0x10001000, 4096);
	unmap(0x10002000, 4095);
	assert_int_equal(stats().used, 0);
}

/* spec: dma-core 78 */
static void the_minimum_alignment_is_kept(void **state)
{
	min_align(0xfff);
	assert_int_equal(map(0x123456a40, 1000), 0x10000a40);
	assert_int_equal(stats().used, 1);
	assert_int_equal(map(0x123456240, 8192), 0x10001240);
	assert_int_equal(stats().used, 6);
	unmap(0x10000a40, 1000);
	unmap(0x10001240, 8192);
}

/* spec: dma-core 79 */
static void padding_slots_go_with_the_buffer(void **state)
{
	min_align(0xfff);
	assert_int_equal(map_aligned(0x123456a40, 1000, 0xfff), 0x10000a40);
	assert_int_equal(stats().used, 2);
	unmap(0x10000a40, 1000);
	assert_int_equal(stats().used, 0);
}

/* spec: dma-core 80 */
static void an_aligned_buffer_begins_at_its_unit(void **state)
{
	assert_int_equal(map_aligned(0x123456a40, 1000, 0xfff), 0x10000000);
	assert_int_equal(stats().used, 2);
	unmap(0x10000000, 1000);
}

/* spec: dma-core D2, 24 */
static void a_caller_can_have_the_whole_offset_kept(void **state)
{
	phys_addr_t slot = swiotlb_map_keeping(&unit, 0x123456a40, 1000, 0xfff,
					       0xfff, DMA_TO_DEVICE, 0);

	assert_int_equal(slot, 0x10000a40);
	assert_int_equal(stats().used, 2);
	unmap(slot, 1000);
}

/* spec: dma-core 81 */
static void a_set_is_the_largest_buffer(void **state)
{
	assert_int_equal(map(0x123456000, 262144), 0x10000000);
	assert_int_equal(stats().used, 128);
	assert_int_equal(map(0x123456000, 262145), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-size"), 1);
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 1);
	assert_int_equal(swiotlb_tbl_map_single(&unit, 0x123456000, 262145, 0,
						DMA_TO_DEVICE,
						DMA_ATTR_NO_WARN),
			 NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-size"), 1);
	assert_int_equal(events(HOST_EVENT_LOG, "warning"), 1);
	assert_int_equal(map(0x123456000, 0), NO_SLOTS);
	unmap(0x10000000, 262144);
}

/* spec: dma-core 82 */
static void alignment_costs_length(void **state)
{
	assert_int_equal(swiotlb_max_mapping_size(&unit), 262144);
	min_align(0xfff);
	assert_int_equal(swiotlb_max_mapping_size(&unit), 258048);
	assert_int_equal(map(0x123456fff, 258048), 0x10000fff);
	assert_int_equal(stats().used, 127);
	assert_int_equal(map(0x123456fff, 258050), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-size"), 1);
	unmap(0x10000fff, 258048);
}

/* Behind an odd slot, too. */
static void a_buffer_of_a_page_begins_at_a_page(void **state)
{
	const unsigned long next = 0x10000000 + 2 * PAGE_SIZE;

	assert_int_equal(map(0x123456100, 512), 0x10000000);
	assert_int_equal(map(0x123456100, PAGE_SIZE), 0x10000000 + PAGE_SIZE);
	assert_int_equal(map(0x123456100, 2048), next);
	assert_int_equal(map(0x123456100, SZ_4K - 1), next + 2048);
	unmap(next + 2048, SZ_4K - 1);
	unmap(next, 2048);
	unmap(0x10000000 + PAGE_SIZE, PAGE_SIZE);
	unmap(0x10000000, 512);
}

/* 30 slots, and two are left. */
static void a_boundary_is_not_crossed_by_one_slot(void **state)
{
	dma_set_seg_boundary(&unit, 0xffff);
	assert_int_equal(map(0x123456000, 30 * 2048), 0x10000000);
	assert_int_equal(map(0x123456000, 3000), 0x1000f000);
	unmap(0x1000f000, 3000);
	min_align(0x7ff);
	assert_int_equal(map(0x123456000, 2 * 2048 + 1), 0x10010000);
	unmap(0x10010000, 2 * 2048 + 1);
	unmap(0x10000000, 30 * 2048);
}

/* It has not changed for the device, but may have for its owner. */
static void what_a_device_only_reads_is_not_copied_back(void **state)
{
	phys_addr_t orig = 0x123456100, slot;

	memset(at(orig), 1, 64);
	slot = map(orig, 64);
	memset(at(orig), 2, 64);
	unmap(slot, 64);
	assert_int_equal(at(orig)[0], 2);
	assert_int_equal(at(orig)[63], 2);
}

/* spec: dma-core 83 */
static void no_buffer_crosses_the_segment_boundary(void **state)
{
	dma_set_seg_boundary(&unit, 0xffff);
	assert_int_equal(map(0x123456000, 49152), 0x10000000);
	assert_int_equal(map(0x123456000, 49152), 0x10010000);
	assert_int_equal(map(0x123456000, 69632), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-alignment"), 1);
	unmap(0x10000000, 49152);
	unmap(0x10010000, 49152);
}

/* spec: dma-core 84 */
static void every_slot_can_be_used(void **state)
{
	unsigned int i;

	for (i = 0; i < 512; i++)
		assert_int_equal(map(0x123456000, 2048), POOL + i * 2048);
	assert_int_equal(map(0x123456000, 2048), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-full"), 1);
	assert_int_equal(stats().used_hiwater, 512);
	for (i = 0; i < 512; i++)
		unmap(POOL + i * 2048, 2048);
	assert_int_equal(stats().used_hiwater, 512);
	assert_int_equal(swiotlb_set_hiwater(1), -EINVAL);
	assert_int_equal(stats().used_hiwater, 512);
	assert_int_equal(swiotlb_set_hiwater(0), 0);
	assert_int_equal(stats().used_hiwater, 0);
}

/* spec: dma-core 85 */
static void each_cpu_begins_in_its_own_area(void **state)
{
	phys_addr_t slot;

	on_cpu(1);
	assert_int_equal(map(0x123456000, 2048), 0x10040000);
	on_cpu(3);
	assert_int_equal(map(0x123456000, 2048), 0x100c0000);
	unmap(0x10040000, 2048);
	unmap(0x100c0000, 2048);

	on_cpu(1);
	slot = map(0x123456000, 262144);
	assert_int_equal(slot, 0x10040000);
	assert_int_equal(map(0x123456000, 2048), 0x10080000);
	unmap(slot, 262144);
	unmap(0x10080000, 2048);
	on_cpu(0);
}

/* ---- copies --------------------------------------------------------------------- */

/* spec: dma-core 86 */
static void what_the_device_does_not_write_survives(void **state)
{
	u8 *orig = at(0x123456100);
	phys_addr_t slot;
	unsigned int i;

	memset(orig, 0x11, 1000);
	slot = swiotlb_tbl_map_single(&unit, 0x123456100, 1000, 0,
				      DMA_FROM_DEVICE, DMA_ATTR_SKIP_CPU_SYNC);
	memset(at(slot), 0x22, 500);
	swiotlb_tbl_unmap_single(&unit, slot, 1000, DMA_FROM_DEVICE, 0);
	for (i = 0; i < 1000; i++)
		assert_int_equal(orig[i], i < 500 ? 0x22 : 0x11);
}

static void an_unmap_without_sync_changes_nothing(void **state)
{
	u8 *orig = at(0x123456100);
	phys_addr_t slot;

	memset(orig, 0x11, 100);
	slot = swiotlb_tbl_map_single(&unit, 0x123456100, 100, 0,
				      DMA_BIDIRECTIONAL, 0);
	memset(at(slot), 0x22, 100);
	swiotlb_tbl_unmap_single(&unit, slot, 100, DMA_BIDIRECTIONAL,
				 DMA_ATTR_SKIP_CPU_SYNC);
	assert_int_equal(orig[0], 0x11);
	assert_int_equal(stats().used, 0);
}

/* spec: dma-core 87 */
static void a_part_can_be_synced_and_not_more_than_all(void **state)
{
	u8 *orig = at(0x123456240);
	phys_addr_t slot;
	unsigned int i;

	min_align(0xfff);
	memset(orig, 0x11, 9000);
	slot = swiotlb_tbl_map_single(&unit, 0x123456240, 8192, 0,
				      DMA_FROM_DEVICE, 0);
	memset(at(slot), 0x22, 8192);
	swiotlb_sync_single_for_cpu(&unit, slot + 5000, 100, DMA_FROM_DEVICE);
	for (i = 0; i < 9000; i++)
		assert_int_equal(orig[i], i >= 5000 && i < 5100 ? 0x22 : 0x11);

	/* Slots begin 0x240 bytes before what they hold: the first bytes of the
	 * second slot. */
	swiotlb_sync_single_for_cpu(&unit, slot + 0x5c0, 8, DMA_FROM_DEVICE);
	for (i = 0x5b8; i < 0x5d0; i++)
		assert_int_equal(orig[i],
				 i >= 0x5c0 && i < 0x5c8 ? 0x22 : 0x11);

	assert_int_equal(events(HOST_EVENT_WARN, NULL), 0);
	swiotlb_sync_single_for_cpu(&unit, slot, 9000, DMA_FROM_DEVICE);
	assert_int_equal(events(HOST_EVENT_WARN, NULL), 1);
	assert_int_equal(orig[8191], 0x22);
	assert_int_equal(orig[8192], 0x11);
	swiotlb_tbl_unmap_single(&unit, slot, 8192, DMA_FROM_DEVICE, 0);
}

/* spec: dma-core 88 */
static void a_sync_against_the_direction_copies_nothing(void **state)
{
	u8 *orig = at(0x123456100);
	phys_addr_t slot = map(0x123456100, 100);

	memset(orig, 0x11, 100);
	memset(at(slot), 0x22, 100);
	swiotlb_sync_single_for_cpu(&unit, slot, 100, DMA_TO_DEVICE);
	assert_int_equal(orig[0], 0x11);
	swiotlb_sync_single_for_device(&unit, slot, 100, DMA_FROM_DEVICE);
	assert_int_equal(*at(slot), 0x22);
	swiotlb_sync_single_for_device(&unit, slot, 100, DMA_TO_DEVICE);
	assert_int_equal(*at(slot), 0x11);
	unmap(slot, 100);
}

/* ---- release -------------------------------------------------------------------- */

/* spec: dma-core 89 */
static void neighbours_join_in_any_order(void **state)
{
	phys_addr_t a = map(0x123456000, 4096), b = map(0x123456000, 4096),
		    c = map(0x123456000, 4096);

	unmap(a, 4096);
	unmap(c, 4096);
	unmap(b, 4096);
	/* The set is one run again: its largest buffer fits at its start, after
	 * the cursor has gone round. */
	assert_int_equal(map(0x123456000, 262144), POOL + 0x40000);
	assert_int_equal(map(0x123456000, 262144), POOL + 0x80000);
	assert_int_equal(map(0x123456000, 262144), POOL + 0xc0000);
	assert_int_equal(map(0x123456000, 262144), POOL);
	unmap(POOL, 262144);
	unmap(POOL + 0x40000, 262144);
	unmap(POOL + 0x80000, 262144);
	unmap(POOL + 0xc0000, 262144);
}

static void the_newest_buffer_leaves_its_slots_to_the_next(void **state)
{
	phys_addr_t a = map(0x123456000, 4096), b = map(0x123456000, 4096);

	unmap(b, 4096);
	assert_int_equal(map(0x123456000, 2048), b);
	unmap(a, 4096);
	assert_int_equal(map(0x123456000, 2048), b + 2048);
	unmap(b, 2048);
	unmap(b + 2048, 2048);

	/* Also when it was the last of the pool. */
	while (a != POOL + 0xc0000)
		a = map(0x123456000, 262144);
	unmap(a, 262144);
	assert_int_equal(map(0x123456000, 262144), a);
	unmap(a, 262144);
	for (a = POOL + 0x40000; a < POOL + 0xc0000; a += 0x40000)
		unmap(a, 262144);
}

static void a_release_of_nothing_is_reported(void **state)
{
	phys_addr_t slot = map(0x123456000, 4096);

	unmap(slot + 0x800, 2048);
	unmap(slot + 8, 2048);
	assert_int_equal(stats().used, 2);
	unmap(slot, 4096);
	unmap(slot, 4096);
	assert_int_equal(events(HOST_EVENT_MISUSE, "bounce-bad-release"), 3);
	assert_int_equal(stats().used, 0);
}

static void a_live_buffer_is_found_by_its_device(void **state)
{
	phys_addr_t slot = map(0x123456000, 4096);

	assert_int_equal(swiotlb_live_buffers(&unit), 1);
	unmap(slot, 4096);
	assert_int_equal(swiotlb_live_buffers(&unit), 0);
}

static void slots_can_be_made_to_run_out(void **state)
{
	lib_fail_nth(DMASIM_SITE_BOUNCE, 1);
	assert_int_equal(map(0x123456000, 64), NO_SLOTS);
	assert_int_equal(events(HOST_EVENT_REFUSAL, "bounce-full"), 1);
	assert_int_equal(stats().used, 0);
	assert_int_equal(map(0x123456000, 64), POOL);
	unmap(POOL, 64);
}

/* A device that never bounced is not asked about pools. */
static void the_first_bounce_ends_the_shortcuts(void **state)
{
	phys_addr_t slot;

	unit.dma_skip_sync = true;
	assert_null(swiotlb_find_pool(&unit, POOL));
	slot = map(0x123456000, 64);
	assert_non_null(swiotlb_find_pool(&unit, POOL));
	assert_non_null(swiotlb_find_pool(&unit, LOW_END - 1));
	assert_null(swiotlb_find_pool(&unit, POOL - 1));
	assert_null(swiotlb_find_pool(&unit, LOW_END));
	assert_false(unit.dma_skip_sync);
	unmap(slot, 64);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(slots_are_taken_in_turn_and_pages_stay_pages),
		CASE(the_minimum_alignment_is_kept),
		CASE(padding_slots_go_with_the_buffer),
		CASE(an_aligned_buffer_begins_at_its_unit),
		CASE(a_caller_can_have_the_whole_offset_kept),
		CASE(a_set_is_the_largest_buffer),
		CASE(alignment_costs_length),
		CASE(no_buffer_crosses_the_segment_boundary),
		CASE(a_buffer_of_a_page_begins_at_a_page),
		CASE(a_boundary_is_not_crossed_by_one_slot),
		CASE(what_a_device_only_reads_is_not_copied_back),
		CASE(every_slot_can_be_used),
		cmocka_unit_test_setup_teardown(each_cpu_begins_in_its_own_area,
						setup_areas, teardown),
		CASE(what_the_device_does_not_write_survives),
		CASE(an_unmap_without_sync_changes_nothing),
		CASE(a_part_can_be_synced_and_not_more_than_all),
		CASE(a_sync_against_the_direction_copies_nothing),
		CASE(neighbours_join_in_any_order),
		CASE(the_newest_buffer_leaves_its_slots_to_the_next),
		CASE(a_release_of_nothing_is_reported),
		CASE(a_live_buffer_is_found_by_its_device),
		CASE(slots_can_be_made_to_run_out),
		CASE(the_first_bounce_ends_the_shortcuts),
	};

	return cmocka_run_group_tests_name("swiotlb_slots", tests, NULL, NULL);
}
