/* SPDX-License-Identifier: MIT */
/* src/hw/iommu.c: what a walk brings along from the same 64 bytes of a table. */
#include "unit/hw/board.h"

#define DEV_RID 0x0100
#define PAGE_A 0x200000ull
#define PAGE_B 0x201000ull
#define MARK_A (1ull << 8)
#define MARK_D (1ull << 9)

static int build(void **state, bool caching)
{
	static const struct hw_services ats = { .ats = true };

	board_config.iommu_prefetch = true;
	board_config.iommu_caching_mode = caching;
	board_setup_iommu(state);
	board_config.iommu_prefetch = false;
	board_config.iommu_caching_mode = false;
	hw_iommu_set_check(true);
	*ram64(PAGE_A) = 'A';
	*ram64(PAGE_B) = 'B';
	assert_true(hw_dev_set_services(*state, &ats));
	board_translate(*state, 5);
	return 0;
}

static int setup(void **state)
{
	return build(state, false);
}

static int setup_caching(void **state)
{
	return build(state, true);
}

static enum hw_status reads(struct hw_dev *dev, uint64_t iova)
{
	uint64_t word;

	return hw_dma_read(dev, iova, &word, 8);
}

static void assert_stale(const char *id, uint64_t nr)
{
	assert_int_equal(host_event_count(HOST_EVENT_FAULT, id), nr);
}

static void neighbours_in_the_line_come_along(void **state)
{
	uint64_t page, walked;

	for (page = 1; page <= 8; page++)
		board_map(page << 12, PAGE_A, 3);
	assert_int_equal(reads(*state, 0x3000), HW_OK);
	/* Pages 1 to 7; the next line begins with page 8. */
	assert_int_equal(board_stats().iotlb_entries, 7);
	walked = board_stats().walk_reads;
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(reads(*state, 0x7000), HW_OK);
	assert_int_equal(board_stats().hits, 2);
	assert_int_equal(reads(*state, 0x8000), HW_OK);
	assert_int_equal(board_stats().misses, 2);
	/* Of the way only the last entry is read again. */
	assert_int_equal(board_stats().walk_reads, walked + 1);
}

static void a_page_that_was_never_used_is_stale(void **state)
{
	board_map(0x1000, PAGE_A, 3);
	board_map(0x2000, PAGE_B, 3);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	board_map(0x2000, 0, 0);
	assert_int_equal(reads(*state, 0x2000), HW_OK);
	assert_stale("iotlb-stale", 1);
}

/* It stays until a command matches it. */
static void what_is_remembered_is_not_looked_at_again(void **state)
{
	board_map(0x3000, PAGE_A, 3);
	assert_int_equal(reads(*state, 0x3000), HW_OK);
	board_map(0x3000, PAGE_B, 3);
	board_map(0x5000, PAGE_A, 3);
	assert_int_equal(reads(*state, 0x5000), HW_OK);
	assert_stale("iotlb-stale", 0);
	assert_int_equal(reads(*state, 0x3000), HW_OK);
	assert_stale("iotlb-stale", 1);
}

static void in_caching_mode_what_is_not_there_comes_along(void **state)
{
	board_map(0x1000, PAGE_A, 3);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	board_map(0x2000, PAGE_B, 3);
	assert_int_equal(reads(*state, 0x2000), HW_ERR_UNMAPPED);
	assert_stale("iotlb-stale", 1);
}

/* A miss of nothing, too, brings what is there. */
static void a_fault_brings_neighbours(void **state)
{
	board_map(0x2000, PAGE_B, 3);
	assert_int_equal(reads(*state, 0x1000), HW_ERR_UNMAPPED);
	assert_int_equal(board_stats().iotlb_entries, 1);
}

static void pointers_to_tables_are_not_followed(void **state)
{
	board_map(0, PAGE_A, 3);
	ram64(T1)[1] = 0x200000 | 0x83;
	ram64(T1)[3] = 0x400000 | 0x81;
	assert_int_equal(reads(*state, 0x200000), HW_OK);
	assert_int_equal(board_stats().iotlb_entries, 2);
	assert_int_equal(reads(*state, 0x600000), HW_OK);
	assert_int_equal(board_stats().hits, 1);
}

/* A mark says that somebody has used the page: nobody has. */
static void what_lacks_a_mark_is_left_alone(void **state)
{
	const struct hw_iommu_context ctx = {
		.mode = HW_IOMMU_TRANSLATE,
		.format = HW_PT_VTDSS,
		.root = T3,
		.levels = 4,
		.domain = 5,
		.dirty = true,
	};
	uint64_t word = 'B';

	hw_iommu_set_context(DEV_RID, &ctx);
	board_map(0x1000, PAGE_A, 3);
	board_map(0x2000, PAGE_B | MARK_A, 3);
	board_map(0x3000, PAGE_A, 3);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	assert_int_equal(board_stats().iotlb_entries, 2);
	assert_int_equal(ram64(T0)[3], PAGE_A | 3);
	/* The first write through what came along leaves its mark. */
	assert_int_equal(hw_dma_write(*state, 0x2000, &word, 8), HW_OK);
	assert_int_equal(board_stats().hits, 1);
	assert_int_equal(ram64(T0)[2], PAGE_B | MARK_A | MARK_D | 3);
}

/* spec: iommu-pt I9 */
static void a_device_gets_back_what_it_was_told_to_forget(void **state)
{
	const struct hw_inv_cmd device = { .type = HW_INV_DEVICE,
					   .rid = DEV_RID,
					   .first = 0x2000,
					   .last = 0x2fff };

	hw_cfg_write(DEV_RID, 0x106, 2, 0x8000);
	board_map(0x1000, PAGE_A, 3);
	board_map(0x2000, PAGE_B, 3);
	board_map(0x3000, PAGE_A, 1);
	assert_int_equal(reads(*state, 0x1000), HW_OK);
	/* It knows all three, and what it may do. */
	assert_int_equal(reads(*state, 0x2000), HW_OK);
	assert_int_equal(reads(*state, 0x3000), HW_OK);
	assert_int_equal(board_stats().atc_hits, 2);

	board_map(0x2000, 0, 0);
	hw_iommu_invalidate(&device, 1);
	/* The IOTLB comes later; meanwhile the device asks for another page. */
	board_map(0x4000, PAGE_A, 3);
	assert_int_equal(reads(*state, 0x4000), HW_OK);
	invalidate_range(5, 0x2000, 0x2fff, true);
	assert_int_equal(reads(*state, 0x2000), HW_OK);
	assert_stale("atc-stale", 1);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(neighbours_in_the_line_come_along),
		CASE(a_page_that_was_never_used_is_stale),
		CASE(what_is_remembered_is_not_looked_at_again),
		cmocka_unit_test_setup_teardown(
			in_caching_mode_what_is_not_there_comes_along,
			setup_caching, board_teardown),
		CASE(a_fault_brings_neighbours),
		CASE(pointers_to_tables_are_not_followed),
		CASE(what_lacks_a_mark_is_left_alone),
		CASE(a_device_gets_back_what_it_was_told_to_forget),
	};

	return cmocka_run_group_tests_name("hw prefetch", tests, NULL, NULL);
}
