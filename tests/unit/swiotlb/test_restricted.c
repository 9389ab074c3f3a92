/* SPDX-License-Identifier: MIT */
/*
 * Restricted pools (src/swiotlb/restricted.c): regions, the devices that share
 * one, memory lent from it.
 */
#include "unit/swiotlb/board.h"

#define REGION 0x8000000ull
/* Where no allocator comes. */
#define ORIG (HIGH_START + SZ_64M)

static void start(void)
{
	const struct swiotlb_params params = { "512,1", true };

	board_machine(1);
	assert_int_equal(swiotlb_region_reserve(2, REGION, SZ_1M + SZ_64K), 0);
	assert_int_equal(swiotlb_boot(&params), 0);
	board_device();
}

static int setup(void **state)
{
	start();
	assert_int_equal(swiotlb_region_attach(&unit, 2), 0);
	return 0;
}

static int teardown(void **state)
{
	board_stop();
	return 0;
}

static struct swiotlb_stats own(void)
{
	struct swiotlb_stats s;

	swiotlb_get_dev_stats(&unit, &s);
	return s;
}

/* spec: dma-core 8.8 */
static void its_devices_bounce_everything_through_it(void **state)
{
	phys_addr_t slot;

	assert_true(is_swiotlb_active(&unit));
	assert_true(is_swiotlb_force_bounce(&unit));
	assert_true(is_swiotlb_for_alloc(&unit));
	slot = swiotlb_tbl_map_single(&unit, ORIG, 5000, 0, DMA_TO_DEVICE, 0);
	assert_int_equal(slot, REGION);
	assert_int_equal(own().slots, 544);
	assert_int_equal(own().areas, 1);
	assert_int_equal(own().used, 3);
	assert_int_equal(stats().used, 0);
	swiotlb_tbl_unmap_single(&unit, slot, 5000, DMA_TO_DEVICE, 0);
	assert_int_equal(own().used, 0);
}

/* 544 slots are four sets and a quarter. */
static void the_last_set_may_be_a_short_one(void **state)
{
	phys_addr_t slot[5];
	unsigned int i;

	for (i = 0; i < 4; i++)
		slot[i] = swiotlb_tbl_map_single(&unit, ORIG, SZ_256K, 0,
						 DMA_TO_DEVICE, 0);
	assert_int_equal(slot[3], REGION + 3 * SZ_256K);
	slot[4] = swiotlb_tbl_map_single(&unit, ORIG, SZ_64K, 0, DMA_TO_DEVICE,
					 0);
	assert_int_equal(slot[4], REGION + SZ_1M);
	assert_int_equal(swiotlb_tbl_map_single(&unit, ORIG, 64, 0,
						DMA_TO_DEVICE, 0),
			 NO_SLOTS);
	swiotlb_tbl_unmap_single(&unit, slot[4], SZ_64K, DMA_TO_DEVICE, 0);
	assert_int_equal(swiotlb_tbl_map_single(&unit, ORIG, SZ_64K, 0,
						DMA_TO_DEVICE, 0),
			 REGION + SZ_1M);
	swiotlb_tbl_unmap_single(&unit, slot[4], SZ_64K, DMA_TO_DEVICE, 0);
	for (i = 0; i < 4; i++)
		swiotlb_tbl_unmap_single(&unit, slot[i], SZ_256K, DMA_TO_DEVICE,
					 0);
}

/* spec: dma-core 8.8 */
static void memory_is_lent_by_its_order(void **state)
{
	struct page *one = swiotlb_alloc(&unit, PAGE_SIZE);
	struct page *three = swiotlb_alloc(&unit, 3 * PAGE_SIZE);
	struct page *two = swiotlb_alloc(&unit, 2 * PAGE_SIZE);

	assert_int_equal(page_to_phys(one), REGION);
	assert_int_equal(page_to_phys(three), REGION + 4 * PAGE_SIZE);
	assert_int_equal(page_to_phys(two), REGION + 8 * PAGE_SIZE);
	assert_int_equal(own().used, 6 * PAGE_SIZE / 2048);
	assert_false(swiotlb_free(&unit, phys_to_page(ORIG), PAGE_SIZE));
	assert_true(swiotlb_free(&unit, three, 3 * PAGE_SIZE));
	assert_true(swiotlb_free(&unit, one, PAGE_SIZE));
	assert_true(swiotlb_free(&unit, two, 2 * PAGE_SIZE));
	assert_int_equal(own().used, 0);

	assert_null(swiotlb_alloc(&unit, SZ_256K + 4096));
	assert_int_equal(events(HOST_EVENT_REFUSAL, "restricted-full"), 1);
}

/* What is lent is no copy: a sync must not find an original. */
static void lent_memory_has_no_original(void **state)
{
	struct page *page = swiotlb_alloc(&unit, PAGE_SIZE);
	struct swiotlb_live live = {};
	u8 *byte = page_address(page);

	byte[0] = 0x11;
	swiotlb_sync_single_for_device(&unit, page_to_phys(page), PAGE_SIZE,
				       DMA_TO_DEVICE);
	swiotlb_sync_single_for_cpu(&unit, page_to_phys(page), PAGE_SIZE,
				    DMA_FROM_DEVICE);
	assert_int_equal(byte[0], 0x11);
	assert_int_equal(swiotlb_get_live(&live, 1), 1);
	assert_int_equal(live.orig, 0);
	assert_int_equal(live.size, PAGE_SIZE);
	assert_true(swiotlb_free(&unit, page, PAGE_SIZE));
}

static void two_devices_share_it(void **state)
{
	struct device other = unit;
	phys_addr_t a, b;

	swiotlb_dev_init(&other);
	assert_int_equal(swiotlb_region_attach(&other, 2), 0);
	assert_ptr_equal(other.dma_io_tlb_mem, unit.dma_io_tlb_mem);
	a = swiotlb_tbl_map_single(&unit, ORIG, 64, 0, DMA_TO_DEVICE, 0);
	b = swiotlb_tbl_map_single(&other, ORIG, 64, 0, DMA_TO_DEVICE, 0);
	assert_int_equal(b, a + 2048);
	assert_int_equal(own().used, 2);
	swiotlb_tbl_unmap_single(&unit, a, 64, DMA_TO_DEVICE, 0);
	swiotlb_tbl_unmap_single(&other, b, 64, DMA_TO_DEVICE, 0);
}

/* spec: dma-core 91 */
static void devices_of_two_regions_share_nothing(void **state)
{
	const struct swiotlb_params params = { "512,1", true };
	struct device other;
	struct swiotlb_stats theirs;
	struct page *page;
	phys_addr_t a, b;

	board_machine(1);
	assert_int_equal(swiotlb_region_reserve(1, REGION, SZ_1M), 0);
	assert_int_equal(swiotlb_region_reserve(2, REGION + SZ_1M, SZ_2M), 0);
	assert_int_equal(swiotlb_boot(&params), 0);
	board_device();
	other = unit;
	swiotlb_dev_init(&other);
	assert_int_equal(swiotlb_region_attach(&unit, 1), 0);
	assert_int_equal(swiotlb_region_attach(&other, 2), 0);

	a = swiotlb_tbl_map_single(&unit, ORIG, 5000, 0, DMA_TO_DEVICE, 0);
	b = swiotlb_tbl_map_single(&other, ORIG, 64, 0, DMA_TO_DEVICE, 0);
	assert_int_equal(a, REGION);
	assert_int_equal(b, REGION + SZ_1M);
	assert_null(swiotlb_find_pool(&unit, b));
	assert_null(swiotlb_find_pool(&other, a));
	swiotlb_get_dev_stats(&other, &theirs);
	assert_int_equal(theirs.slots, 1024);
	assert_int_equal(theirs.used, 1);
	assert_int_equal(own().slots, 512);
	assert_int_equal(own().used, 3);
	swiotlb_tbl_unmap_single(&other, b, 64, DMA_TO_DEVICE, 0);
	swiotlb_tbl_unmap_single(&unit, a, 5000, DMA_TO_DEVICE, 0);

	page = swiotlb_alloc(&other, PAGE_SIZE);
	assert_in_range(page_to_phys(page), REGION + SZ_1M,
			REGION + SZ_1M + SZ_2M - PAGE_SIZE);
	assert_false(swiotlb_free(&unit, page, PAGE_SIZE));
	/* One that goes takes nothing from the other. */
	swiotlb_region_detach(&unit);
	assert_true(is_swiotlb_for_alloc(&other));
	assert_true(swiotlb_free(&other, page, PAGE_SIZE));
	board_stop();
}

/* spec: dma-core 91 */
static void a_released_device_has_the_default_allocator(void **state)
{
	phys_addr_t slot;

	swiotlb_region_detach(&unit);
	assert_false(is_swiotlb_for_alloc(&unit));
	assert_false(is_swiotlb_force_bounce(&unit));
	assert_int_equal(own().slots, 512);
	assert_int_equal(own().base, POOL);
	slot = swiotlb_tbl_map_single(&unit, ORIG, 64, 0, DMA_TO_DEVICE, 0);
	assert_in_range(slot, POOL, POOL + SZ_1M - 64);
	swiotlb_tbl_unmap_single(&unit, slot, 64, DMA_TO_DEVICE, 0);
	assert_null(swiotlb_alloc(&unit, PAGE_SIZE));
}

/* spec: dma-core 8.9 */
static void its_figures_are_below_its_name(void **state)
{
	phys_addr_t slot =
		swiotlb_tbl_map_single(&unit, ORIG, 5000, 0, DMA_TO_DEVICE, 0);
	u64 value;

	assert_int_equal(swiotlb_attr_get("restricted2/io_tlb_used", &value),
			 0);
	assert_int_equal(value, 3);
	swiotlb_tbl_unmap_single(&unit, slot, 5000, DMA_TO_DEVICE, 0);
	assert_int_equal(
		swiotlb_attr_get("restricted2/io_tlb_used_hiwater", &value), 0);
	assert_int_equal(value, 3);
	assert_int_equal(swiotlb_attr_set("restricted2/io_tlb_used_hiwater", 1),
			 -EINVAL);
	assert_int_equal(swiotlb_attr_set("restricted2/io_tlb_used_hiwater", 0),
			 0);
	swiotlb_attr_get("restricted2/io_tlb_used_hiwater", &value);
	assert_int_equal(value, 0);
	assert_int_equal(swiotlb_attr_get("restricted2/io_tlb_nslabs", &value),
			 0);
	assert_int_equal(value, 544);
	assert_int_equal(swiotlb_attr_get("io_tlb_nslabs", &value), 0);
	assert_int_equal(value, 512);
	assert_int_equal(swiotlb_attr_get("io_tlb_transient_nslabs", &value),
			 0);
	assert_int_equal(value, 0);
	assert_int_equal(swiotlb_attr_set("io_tlb_nslabs", 0), -EACCES);
	assert_int_equal(swiotlb_attr_get("io_tlb_unknown", &value), -ENOENT);
	assert_int_equal(swiotlb_attr_get("restricted1/io_tlb_used", &value),
			 -ENOENT);
	assert_int_equal(swiotlb_attr_get("other2/io_tlb_used", &value),
			 -ENOENT);
	assert_int_equal(swiotlb_attr_get("/io_tlb_used", &value), -ENOENT);
}

static void a_region_must_be_free_ram(void **state)
{
	const struct swiotlb_params params = { "512,1", true };

	board_machine(1);
	assert_int_equal(swiotlb_region_reserve(1, 0xe0000000, SZ_1M), -EINVAL);
	assert_int_equal(swiotlb_region_reserve(1, REGION + 2048, SZ_1M),
			 -EINVAL);
	assert_int_equal(swiotlb_region_reserve(1, REGION, 0), -EINVAL);
	assert_int_equal(swiotlb_region_reserve(1, LOW_END - SZ_1M, SZ_2M),
			 -EBUSY);
	assert_int_equal(swiotlb_region_reserve(1, 0, SZ_1G), -ENOMEM);
	assert_int_equal(swiotlb_region_reserve(1, REGION, SZ_1M), 0);
	assert_int_equal(swiotlb_region_reserve(2, REGION, PAGE_SIZE), -EBUSY);
	assert_int_equal(swiotlb_region_reserve(2, 0, 3 * PAGE_SIZE), 0);
	assert_int_equal(swiotlb_boot(&params), 0);
	board_device();
	assert_int_equal(swiotlb_region_attach(&unit, 3), -EINVAL);
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_int_equal(swiotlb_region_attach(&unit, 2), -ENOMEM);
	assert_false(is_swiotlb_for_alloc(&unit));
	assert_int_equal(swiotlb_region_attach(&unit, 2), 0);
	assert_true(own().base < LOW_END);
	assert_int_equal(own().slots, 3 * PAGE_SIZE / 2048);
	board_stop();
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(its_devices_bounce_everything_through_it),
		CASE(the_last_set_may_be_a_short_one),
		CASE(memory_is_lent_by_its_order),
		CASE(lent_memory_has_no_original),
		CASE(two_devices_share_it),
		cmocka_unit_test(devices_of_two_regions_share_nothing),
		CASE(a_released_device_has_the_default_allocator),
		CASE(its_figures_are_below_its_name),
		cmocka_unit_test(a_region_must_be_free_ram),
	};

	return cmocka_run_group_tests_name("swiotlb_restricted", tests, NULL,
					   NULL);
}
