/* SPDX-License-Identifier: MIT */
/*
 * Devices without an IOMMU and without bounce buffers (src/dma/direct*.c,
 * unbuilt.c). RAM ends at 8 GiB.
 */
#include "unit/dma/board.h"

#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>

#include "dma/core.h"

static struct board board;
static struct device *dev = &board.pdev.dev;
static struct page *page;
static phys_addr_t phys;

static int setup(void **state)
{
	memset(&board, 0, sizeof(board));
	board_start(&board);
	page = low_page(0);
	phys = page_to_phys(page);
	return 0;
}

static int teardown(void **state)
{
	__free_page(page);
	board_stop(&board);
	return 0;
}

/* spec: dma-core 68 */
static void the_required_mask_covers_all_ram(void **state)
{
	assert_int_equal(dma_get_required_mask(dev), 0x1ffffffff);
	assert_false(dma_addressing_limited(dev));
	board.mask = DMA_BIT_MASK(32);
	assert_true(dma_addressing_limited(dev));
	assert_int_equal(dma_max_mapping_size(dev), SIZE_MAX);
}

static void the_device_address_is_the_physical_one(void **state)
{
	dma_addr_t addr = dma_map_page(dev, page, 0x80, 0x100, DMA_TO_DEVICE);

	assert_int_equal(addr, phys + 0x80);
	assert_int_equal(dma_mapping_error(dev, addr), 0);
	dma_unmap_page(dev, addr, 0x100, DMA_TO_DEVICE);
}

/* spec: dma-core 69, 70: unreachable memory, and nothing to bounce with */
static void memory_beyond_the_mask_is_refused_with_one_warning(void **state)
{
	board.mask = DMA_BIT_MASK(32);

	assert_int_equal(dma_map_phys(dev, HIGH_RAM, 0x1000, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_phys(dev, HIGH_RAM, 0x1000, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(warnings(), 1);
	assert_int_equal(dma_map_phys(dev, phys, 0x1000, DMA_TO_DEVICE, 0),
			 phys);
}

/* spec: dma-core 72 */
static void the_bus_limit_counts_like_the_mask(void **state)
{
	dev->bus_dma_limit = 0xffffffff;

	assert_int_equal(dma_map_phys(dev, HIGH_RAM, 0x1000, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_true(dma_addressing_limited(dev));
	dev->bus_dma_limit = 0;
}

static void a_wrapping_range_is_refused(void **state)
{
	assert_int_equal(dma_map_phys(dev, phys, ~0ul, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
}

/* spec: dma-core 71 */
static void masks_below_zone_dma_are_refused(void **state)
{
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(24)), 0);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(23)), -EIO);
	assert_int_equal(board.mask, DMA_BIT_MASK(24));

	dev->dma_mask = NULL;
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), -EIO);
	assert_int_equal(dma_coerce_mask_and_coherent(dev, DMA_BIT_MASK(32)),
			 0);
	assert_ptr_equal(dev->dma_mask, &dev->coherent_dma_mask);
	assert_int_equal(dma_get_mask(dev), DMA_BIT_MASK(32));
}

/* spec: dma-core 73 */
static void a_window_translates_what_it_covers(void **state)
{
	static const struct bus_dma_region map[] = {
		{ .cpu_start = 0x80000000, .dma_start = 0, .size = 0x40000000 },
		{}
	};

	dev->dma_range_map = map;
	assert_int_equal(dma_map_phys(dev, 0x80001000, 64, DMA_TO_DEVICE, 0),
			 0x1000);
	assert_int_equal(dma_map_phys(dev, 0xc0000000, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_resource(dev, 0x80001000, 64, DMA_TO_DEVICE,
					  0),
			 0x80001000);
	assert_int_equal(dma_range_map_min(map), 0);
	assert_int_equal(dma_range_map_max(map), 0x3fffffff);
	assert_int_equal(dma_to_phys(dev, 0x1000), 0x80001000);
	assert_true(dma_addressing_limited(dev));
	dev->dma_range_map = NULL;
}

static void each_window_has_a_distance_of_its_own(void **state)
{
	static const struct bus_dma_region map[] = {
		{ .cpu_start = 0, .dma_start = 0x100000000, .size = SZ_1G },
		{ .cpu_start = SZ_1G, .dma_start = 0x1000, .size = SZ_1G },
		/* Behind the first, which it overlaps for the CPU. */
		{ .cpu_start = 0, .dma_start = 0x900000000, .size = SZ_4G },
		{}
	};

	dev->dma_range_map = map;
	assert_int_equal(phys_to_dma(dev, 0x3fffffff), 0x13fffffff);
	assert_int_equal(phys_to_dma(dev, 0x40000000), 0x1000);
	assert_int_equal(phys_to_dma(dev, 0x80000000), 0x980000000);
	assert_int_equal(dma_to_phys(dev, 0x1000), 0x40000000);
	assert_int_equal(dma_to_phys(dev, 0x900000000), 0);
	assert_int_equal(dma_to_phys(dev, 0xfff), ~0ull);
	dev->dma_range_map = NULL;
}

static void a_mask_is_judged_by_what_the_device_sees_of_zone_dma(void **state)
{
	static const struct bus_dma_region shifted[] = {
		{ .cpu_start = 0, .dma_start = SZ_16M, .size = SZ_4G }, {}
	};
	static const struct bus_dma_region without[] = {
		{ .cpu_start = SZ_2G, .dma_start = 0, .size = SZ_1G }, {}
	};

	dev->dma_range_map = shifted;
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(24)), -EIO);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(25)), 0);
	dev->dma_range_map = without;
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(31)), -EIO);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), 0);
	dev->dma_range_map = NULL;
}

static void the_last_byte_must_be_in_reach(void **state)
{
	static const struct {
		u64 mask, bus;
		dma_addr_t addr;
		size_t size;
		bool capable;
	} rows[] = {
		{ DMA_BIT_MASK(32), 0, 0xfffff000, 0x1000, true },
		{ DMA_BIT_MASK(32), 0, 0xfffff000, 0x1001, false },
		{ DMA_BIT_MASK(64), DMA_BIT_MASK(32), 0xfffff000, 0x1000,
		  true },
		{ DMA_BIT_MASK(64), DMA_BIT_MASK(32), 0xfffff001, 0x1000,
		  false },
		{ DMA_BIT_MASK(31), DMA_BIT_MASK(32), 0x7fffffff, 1, true },
		{ DMA_BIT_MASK(31), DMA_BIT_MASK(32), 0x80000000, 1, false },
		{ DMA_BIT_MASK(64), 0, DMA_MAPPING_ERROR, 1, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		board.mask = rows[i].mask;
		dev->bus_dma_limit = rows[i].bus;
		assert_int_equal(dma_capable(dev, rows[i].addr, rows[i].size,
					     true),
				 rows[i].capable);
	}
	dev->bus_dma_limit = 0;
}

static void the_bus_limit_counts_for_coherent_memory(void **state)
{
	dma_addr_t addr;
	void *cpu;

	dev->bus_dma_limit = DMA_BIT_MASK(32);
	assert_true(dma_coherent_ok(dev, 0xfffff000, 0x1000));
	assert_false(dma_coherent_ok(dev, 0xfffff000, 0x1001));
	cpu = dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL);
	assert_non_null(cpu);
	assert_in_range(addr, 1, 0xfffff000);
	dma_free_coherent(dev, 64, cpu, addr);
	dev->bus_dma_limit = 0;
}

static void a_coherent_mask_needs_no_place_for_the_other(void **state)
{
	dev->dma_mask = NULL;
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), -EIO);
	assert_int_equal(dma_set_coherent_mask(dev, DMA_BIT_MASK(32)), 0);
	assert_int_equal(dev->coherent_dma_mask, DMA_BIT_MASK(32));
	dev->dma_mask = &board.mask;
}

static void an_offset_needs_memory(void **state)
{
	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_int_equal(dma_direct_set_offset(dev, 0, SZ_1G, SZ_1G), -ENOMEM);
	assert_null(dev->dma_range_map);
}

static void an_offset_is_set_once(void **state)
{
	assert_int_equal(dma_direct_set_offset(dev, 0, 0, SZ_1G), 0);
	assert_null(dev->dma_range_map);
	assert_int_equal(dma_direct_set_offset(dev, 0, 0x40000000, 1ull << 34),
			 0);
	assert_int_equal(phys_to_dma(dev, 0x1000), 0x40001000);
	assert_false(dma_addressing_limited(dev));
	assert_int_equal(dma_direct_set_offset(dev, 0, 0x1000, SZ_1G), -EINVAL);
}

/* spec: dma-core 48 */
static void a_resource_is_where_it_is(void **state)
{
	assert_int_equal(dma_map_resource(dev, 0xe0000000, 0x10000,
					  DMA_BIDIRECTIONAL, 0),
			 0xe0000000);
	board.mask = DMA_BIT_MASK(31);
	assert_int_equal(dma_map_resource(dev, 0xe0000000, 0x10000,
					  DMA_BIDIRECTIONAL, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(warnings(), 1);
}

/* spec: dma-core 74 */
static void a_direct_device_merges_nothing(void **state)
{
	assert_int_equal(dma_get_merge_boundary(dev), 0);
	assert_int_equal(dma_opt_mapping_size(dev), SIZE_MAX);
	assert_true(dma_pci_p2pdma_supported(dev));
}

/* spec: dma-core 75 */
static void setting_the_mask_of_a_coherent_device_ends_syncs(void **state)
{
	assert_true(dma_dev_need_sync(dev));
	assert_true(dma_need_unmap(dev));

	assert_int_equal(dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64)), 0);
	assert_false(dma_dev_need_sync(dev));
	assert_false(dma_need_sync(dev, phys));
	assert_false(dma_need_unmap(dev));

	dev->dma_coherent = false;
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(64)), 0);
	assert_true(dma_need_sync(dev, phys));
	assert_true(dma_need_unmap(dev));
}

static void a_mapping_can_be_made_to_fail(void **state)
{
	lib_fail_nth(DMASIM_SITE_MAP, 2);

	assert_int_equal(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE), phys);
	assert_int_equal(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(lib_fail_fired(), 1);
}

static void lists_keep_their_entries(void **state)
{
	struct scatterlist list[2];
	struct sg_table table = { .sgl = list, .orig_nents = 2 };

	sg_init_table(list, 2);
	sg_set_page(&list[0], page, 100, 0);
	sg_set_page(&list[1], page, 200, 100);

	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0), 0);
	assert_int_equal(table.nents, 2);
	assert_int_equal(sg_dma_address(&list[1]), phys + 100);
	assert_int_equal(sg_dma_len(&list[1]), 200);
	dma_unmap_sgtable(dev, &table, DMA_TO_DEVICE, 0);
}

static void a_list_with_an_unreachable_entry_is_eio(void **state)
{
	struct scatterlist list[2];
	struct sg_table table = { .sgl = list, .orig_nents = 2, .nents = 9 };

	board.mask = DMA_BIT_MASK(32);
	sg_init_table(list, 2);
	sg_set_page(&list[0], page, 100, 0);
	sg_set_page(&list[1], phys_to_page(HIGH_RAM), 200, 0);

	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0), -EIO);
	assert_int_equal(table.nents, 9);
	assert_int_equal(warnings(), 1);
}

static void an_empty_list_is_einval(void **state)
{
	struct scatterlist list[1];
	struct sg_table table = { .sgl = list };

	sg_init_table(list, 1);
	sg_set_page(&list[0], page, 100, 0);
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0),
			 -EINVAL);
	assert_int_equal(dma_map_sg(dev, list, 0, DMA_TO_DEVICE), 0);
}

/*
 * spec: dma-core 5.1: from the largest zone that can fit. One attempt fails:
 * where is the next?
 */
static void a_zone_is_tried_if_the_mask_does_not_exclude_it(void **state)
{
	static const struct {
		unsigned int bits;
		u64 last; /* 0: there is no other zone */
	} rows[] = {
		{ 64, 0 },	  { 33, 0xffffffff }, { 32, 0xffffff },
		{ 25, 0xffffff }, { 24, 0 },
	};
	dma_addr_t addr;
	unsigned int i;
	void *mem;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		dma_set_coherent_mask(dev, DMA_BIT_MASK(rows[i].bits));
		lib_fail_nth(DMASIM_SITE_PAGE, 1);
		mem = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
		assert_int_equal(lib_fail_fired(), 1);
		lib_fail_off();
		assert_int_equal(!mem, !rows[i].last);
		if (!mem)
			continue;
		assert_in_range(addr, 1, rows[i].last - 4095);
		dma_free_coherent(dev, 4096, mem, addr);
	}
}

/* spec: dma-core 5.1 */
static void memory_of_any_zone_is_given_to_who_reaches_all(void **state)
{
	dma_addr_t addr;
	void *mem = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);

	assert_in_range(addr, HIGH_RAM, HIGH_RAM + SZ_16M - 4096);
	dma_free_coherent(dev, 4096, mem, addr);
}

/* spec: dma-core 5.1: what a zone gave may still be out of reach */
static void memory_beyond_the_mask_is_taken_from_the_next_zone(void **state)
{
	dma_addr_t addr;
	void *mem;

	dev->coherent_dma_mask = HIGH_RAM - 1;
	mem = dma_alloc_coherent(dev, 4096, &addr, GFP_KERNEL);
	assert_non_null(mem);
	assert_in_range(addr, 1, 0xffffffff - 4095);
	dma_free_coherent(dev, 4096, mem, addr);
}

/* spec: dma-core 94 */
static void coherent_memory_is_whole_zeroed_pages(void **state)
{
	u8 zero[4096] = {};
	dma_addr_t addr;
	void *mem = dma_alloc_coherent(dev, 100, &addr, GFP_KERNEL);

	assert_non_null(mem);
	assert_int_equal(addr, virt_to_phys(mem));
	assert_int_equal(addr & 4095, 0);
	assert_memory_equal(mem, zero, 4096);
	dma_free_coherent(dev, 100, mem, addr);
}

static void coherent_memory_obeys_the_coherent_mask(void **state)
{
	dma_addr_t addr;
	void *mem;

	assert_int_equal(dma_set_coherent_mask(dev, DMA_BIT_MASK(24)), 0);
	mem = dma_alloc_coherent(dev, 8192, &addr, GFP_KERNEL);
	assert_non_null(mem);
	assert_in_range(addr, 1, 0xffffff - 8191);
	assert_true(dma_coherent_ok(dev, 0xfff000, 4096));
	assert_false(dma_coherent_ok(dev, 0xfff000, 4097));
	dma_free_coherent(dev, 8192, mem, addr);
}

static void a_non_coherent_device_gets_coherent_memory(void **state)
{
	dma_addr_t addr;
	void *mem;

	dev->dma_coherent = false;
	mem = dma_alloc_coherent(dev, 100, &addr, GFP_KERNEL);
	assert_non_null(mem);
	dma_free_coherent(dev, 100, mem, addr);
}

static void a_cookie_stands_for_memory_without_a_view(void **state)
{
	dma_addr_t addr;
	struct page *cookie = dma_alloc_attrs(dev, 4096, &addr, GFP_KERNEL,
					      DMA_ATTR_NO_KERNEL_MAPPING);

	assert_int_equal(page_to_phys(cookie), addr);
	dma_free_attrs(dev, 4096, cookie, addr, DMA_ATTR_NO_KERNEL_MAPPING);
}

static void without_a_pool_nothing_is_bounced(void **state)
{
	assert_false(is_swiotlb_active(dev));
	assert_false(is_swiotlb_allocated());
	assert_true(!dev->dma_io_tlb_mem || !dev->dma_io_tlb_mem->nslabs);
	assert_null(swiotlb_find_pool(dev, phys));
	assert_int_equal(swiotlb_map(dev, phys, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(swiotlb_max_mapping_size(dev), 262144);
	dma_set_min_align_mask(dev, 0xfff);
	assert_int_equal(swiotlb_max_mapping_size(dev), 258048);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_required_mask_covers_all_ram),
		CASE(the_device_address_is_the_physical_one),
		CASE(memory_beyond_the_mask_is_refused_with_one_warning),
		CASE(the_bus_limit_counts_like_the_mask),
		CASE(a_wrapping_range_is_refused),
		CASE(masks_below_zone_dma_are_refused),
		CASE(a_window_translates_what_it_covers),
		CASE(each_window_has_a_distance_of_its_own),
		CASE(a_mask_is_judged_by_what_the_device_sees_of_zone_dma),
		CASE(the_last_byte_must_be_in_reach),
		CASE(the_bus_limit_counts_for_coherent_memory),
		CASE(a_coherent_mask_needs_no_place_for_the_other),
		CASE(an_offset_needs_memory),
		CASE(an_offset_is_set_once),
		CASE(a_resource_is_where_it_is),
		CASE(a_direct_device_merges_nothing),
		CASE(setting_the_mask_of_a_coherent_device_ends_syncs),
		CASE(a_mapping_can_be_made_to_fail),
		CASE(lists_keep_their_entries),
		CASE(a_list_with_an_unreachable_entry_is_eio),
		CASE(an_empty_list_is_einval),
		CASE(a_zone_is_tried_if_the_mask_does_not_exclude_it),
		CASE(memory_of_any_zone_is_given_to_who_reaches_all),
		CASE(memory_beyond_the_mask_is_taken_from_the_next_zone),
		CASE(coherent_memory_is_whole_zeroed_pages),
		CASE(coherent_memory_obeys_the_coherent_mask),
		CASE(a_non_coherent_device_gets_coherent_memory),
		CASE(a_cookie_stands_for_memory_without_a_view),
		CASE(without_a_pool_nothing_is_bounced),
	};

	return cmocka_run_group_tests_name("direct", tests, NULL, NULL);
}
