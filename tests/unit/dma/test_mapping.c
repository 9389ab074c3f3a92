/* SPDX-License-Identifier: MIT */
/*
 * Which implementation serves a device, and what custom operations see
 * (src/dma/mapping.c).
 */
#include "unit/dma/board.h"

#include <linux/dma-map-ops.h>

static struct board board;
static struct device *dev = &board.pdev.dev;
static struct page *page;

static struct {
	unsigned int maps, unmaps, syncs;
	unsigned long offset;
	unsigned long attrs;
	phys_addr_t phys;
	unsigned int phys_maps, phys_unmaps;
	int map_sg;
} seen;

static dma_addr_t ops_map_page(struct device *d, struct page *p,
			       unsigned long offset, size_t size,
			       enum dma_data_direction dir, unsigned long attrs)
{
	seen.maps++;
	seen.offset = offset;
	return 0x77000 + offset;
}

static void ops_unmap_page(struct device *d, dma_addr_t handle, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	seen.unmaps++;
}

static int ops_map_sg(struct device *d, struct scatterlist *sg, int nents,
		      enum dma_data_direction dir, unsigned long attrs)
{
	return seen.map_sg;
}

static dma_addr_t ops_map_resource(struct device *d, phys_addr_t phys,
				   size_t size, enum dma_data_direction dir,
				   unsigned long attrs)
{
	seen.attrs = attrs;
	return phys + 1;
}

static void ops_sync(struct device *d, dma_addr_t handle, size_t size,
		     enum dma_data_direction dir)
{
	seen.syncs++;
}

static dma_addr_t ops_map_phys(struct device *d, phys_addr_t phys, size_t size,
			       enum dma_data_direction dir, unsigned long attrs)
{
	seen.phys_maps++;
	seen.phys = phys;
	seen.attrs = attrs;
	return 0x88000;
}

static void ops_unmap_phys(struct device *d, dma_addr_t handle, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	seen.phys_unmaps++;
	seen.attrs = attrs;
}

static u64 ops_required(struct device *d)
{
	return DMA_BIT_MASK(40);
}

static unsigned long ops_boundary(struct device *d)
{
	return 0xffff;
}

static int ops_supported(struct device *d, u64 mask)
{
	return mask >= DMA_BIT_MASK(40);
}

static size_t ops_opt_size(void)
{
	return 65536;
}

static size_t ops_max_size(struct device *d)
{
	return 1 << 20;
}

static const struct dma_map_ops few_ops = {
	.map_page = ops_map_page,
	.unmap_page = ops_unmap_page,
	.map_sg = ops_map_sg,
};

static const struct dma_map_ops more_ops = {
	.map_page = ops_map_page,
	.unmap_page = ops_unmap_page,
	.map_sg = ops_map_sg,
	.map_resource = ops_map_resource,
	.sync_single_for_cpu = ops_sync,
	.dma_supported = ops_supported,
	.opt_mapping_size = ops_opt_size,
	.max_mapping_size = ops_max_size,
	.get_required_mask = ops_required,
	.get_merge_boundary = ops_boundary,
};

/* Newer ones, beside those that they replace. */
static const struct dma_map_ops phys_ops = {
	.map_page = ops_map_page,
	.unmap_page = ops_unmap_page,
	.map_resource = ops_map_resource,
	.map_phys = ops_map_phys,
	.unmap_phys = ops_unmap_phys,
};

static int setup(void **state)
{
	memset(&board, 0, sizeof(board));
	memset(&seen, 0, sizeof(seen));
	board_start(&board);
	page = low_page(0);
	return 0;
}

static int teardown(void **state)
{
	__free_page(page);
	board_stop(&board);
	return 0;
}

static void custom_operations_map_and_unmap(void **state)
{
	set_dma_ops(dev, &few_ops);

	assert_int_equal(dma_map_page(dev, page, 5000, 64, DMA_TO_DEVICE),
			 0x77000 + 5000);
	assert_int_equal(seen.offset, 5000);
	assert_int_equal(dma_map_phys(dev, page_to_phys(page) + 64, 64,
				      DMA_TO_DEVICE, 0),
			 0x77040);
	dma_unmap_page(dev, 0x77000, 64, DMA_TO_DEVICE);
	assert_int_equal(seen.maps, 2);
	assert_int_equal(seen.unmaps, 1);
}

static void bypass_needs_a_mask_that_covers_ram(void **state)
{
	set_dma_ops(dev, &few_ops);
	dev->dma_ops_bypass = true;

	assert_int_equal(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE),
			 page_to_phys(page));
	board.mask = DMA_BIT_MASK(32);
	assert_int_equal(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE),
			 0x77000);
	dev->dma_mask = NULL;
	assert_true(dma_need_unmap(dev));
}

static void optional_operations_may_be_missing(void **state)
{
	dma_addr_t addr;

	set_dma_ops(dev, &few_ops);
	assert_int_equal(dma_map_resource(dev, 0x1000, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	dma_unmap_resource(dev, 0x1000, 64, DMA_TO_DEVICE, 0);
	dma_sync_single_for_cpu(dev, 0x1000, 64, DMA_FROM_DEVICE);
	dma_unmap_sg(dev, NULL, 0, DMA_TO_DEVICE);
	assert_null(dma_alloc_coherent(dev, 64, &addr, GFP_KERNEL));
	assert_null(dma_alloc_pages(dev, 64, &addr, DMA_TO_DEVICE, GFP_KERNEL));
	assert_int_equal(dma_get_sgtable(dev, NULL, NULL, 0, 64), -ENXIO);
	assert_int_equal(dma_mmap_coherent(dev, NULL, NULL, 0, 64), -ENXIO);
	assert_false(dma_can_mmap(dev));
	assert_int_equal(dma_max_mapping_size(dev), SIZE_MAX);
	assert_int_equal(dma_get_required_mask(dev), DMA_BIT_MASK(32));
	assert_false(dma_pci_p2pdma_supported(dev));
}

static void optional_operations_are_asked(void **state)
{
	set_dma_ops(dev, &more_ops);

	assert_int_equal(dma_map_resource(dev, 0x1000, 64, DMA_TO_DEVICE,
					  DMA_ATTR_PRIVILEGED),
			 0x1001);
	assert_int_equal(seen.attrs, DMA_ATTR_PRIVILEGED);
	assert_int_equal(dma_opt_mapping_size(dev), 65536);
	assert_int_equal(dma_max_mapping_size(dev), 1 << 20);
	dma_sync_single_for_cpu(dev, 0x1000, 64, DMA_FROM_DEVICE);
	assert_int_equal(seen.syncs, 1);
}

static void operations_state_their_limits(void **state)
{
	set_dma_ops(dev, &more_ops);

	assert_int_equal(dma_get_required_mask(dev), DMA_BIT_MASK(40));
	assert_int_equal(dma_get_merge_boundary(dev), 0xffff);
	board.mask = DMA_BIT_MASK(40);
	assert_false(dma_addressing_limited(dev));
	board.mask = DMA_BIT_MASK(39);
	assert_true(dma_addressing_limited(dev));
	board.mask = DMA_BIT_MASK(64);
	dev->bus_dma_limit = DMA_BIT_MASK(39);
	assert_true(dma_addressing_limited(dev));
	dev->bus_dma_limit = 0;
	assert_int_equal(dma_set_coherent_mask(dev, DMA_BIT_MASK(39)), -EIO);
	assert_int_equal(dma_set_coherent_mask(dev, DMA_BIT_MASK(40)), 0);
}

static void the_best_size_is_never_beyond_the_largest(void **state)
{
	struct dma_map_ops ops = more_ops;

	set_dma_ops(dev, &ops);
	assert_int_equal(dma_opt_mapping_size(dev), 65536);
	ops.opt_mapping_size = NULL;
	assert_int_equal(dma_opt_mapping_size(dev), 1 << 20);
	ops.max_mapping_size = NULL;
	assert_int_equal(dma_opt_mapping_size(dev), SIZE_MAX);
}

static void an_address_is_all_that_newer_operations_get(void **state)
{
	phys_addr_t phys = page_to_phys(page);

	set_dma_ops(dev, &phys_ops);
	assert_int_equal(dma_map_page(dev, page, 8, 64, DMA_TO_DEVICE),
			 0x88000);
	assert_int_equal(seen.phys, phys + 8);
	assert_int_equal(dma_map_phys(dev, phys + 9, 64, DMA_TO_DEVICE,
				      DMA_ATTR_PRIVILEGED),
			 0x88000);
	assert_int_equal(seen.phys, phys + 9);
	assert_int_equal(seen.attrs, DMA_ATTR_PRIVILEGED);
	assert_int_equal(dma_map_resource(dev, 0xe0000000, 64, DMA_TO_DEVICE,
					  0),
			 0x88000);
	assert_int_equal(seen.phys, 0xe0000000);
	assert_int_equal(seen.attrs, DMA_ATTR_MMIO);
	assert_int_equal(seen.phys_maps, 3);
	assert_int_equal(seen.maps, 0);
}

static void who_maps_by_address_is_asked_to_unmap(void **state)
{
	set_dma_ops(dev, &phys_ops);
	dma_unmap_page(dev, 0x88000, 64, DMA_TO_DEVICE);
	dma_unmap_phys(dev, 0x88000, 64, DMA_TO_DEVICE, 0);
	dma_unmap_resource(dev, 0x88000, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(seen.phys_unmaps, 3);
	assert_int_equal(seen.attrs, DMA_ATTR_MMIO);
	assert_int_equal(seen.unmaps, 0);
}

static void masks_are_judged_by_the_operations(void **state)
{
	set_dma_ops(dev, &more_ops);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(32)), -EIO);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(40)), 0);
	assert_true(dma_dev_need_sync(dev));

	set_dma_ops(dev, &few_ops);
	assert_int_equal(dma_set_mask(dev, 1), 0);
	assert_false(dma_dev_need_sync(dev));
}

static void operations_beside_an_iommu_are_a_mistake(void **state)
{
	set_dma_ops(dev, &few_ops);
	dev->dma_iommu = true;

	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(64)), -EIO);
	assert_int_equal(warnings(), 1);
	dev->dma_iommu = false;
}

/* spec: dma-core 66 */
static void an_impossible_count_of_segments_is_eio(void **state)
{
	struct scatterlist list[1];
	struct sg_table table = { .sgl = list, .orig_nents = 1, .nents = 5 };

	sg_init_table(list, 1);
	sg_set_page(list, page, 64, 0);
	set_dma_ops(dev, &few_ops);

	seen.map_sg = 0;
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0), -EIO);
	assert_int_equal(warnings(), 1);
	seen.map_sg = -ENOSPC;
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0), -EIO);
	seen.map_sg = -ENOMEM;
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0),
			 -ENOMEM);
	assert_int_equal(table.nents, 5);
}

/* spec: dma-core 1.4: these callers know */
static void reasons_of_operations_are_given_on(void **state)
{
	static const int reasons[] = { -EINVAL, -ENOMEM, -EIO, -EREMOTEIO };
	struct scatterlist list[1];
	struct sg_table table = { .sgl = list, .orig_nents = 1, .nents = 5 };
	unsigned int i;

	sg_init_table(list, 1);
	sg_set_page(list, page, 64, 0);
	set_dma_ops(dev, &few_ops);
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		seen.map_sg = reasons[i];
		assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0),
				 reasons[i]);
		assert_int_equal(dma_map_sg(dev, list, 1, DMA_TO_DEVICE), 0);
	}
	assert_int_equal(table.nents, 5);
	assert_int_equal(warnings(), 0);
}

static void a_list_without_a_mask_has_no_segments(void **state)
{
	struct scatterlist list[1];
	struct sg_table table = { .sgl = list, .orig_nents = 1, .nents = 5 };

	dev->dma_mask = NULL;
	sg_init_table(list, 1);
	sg_set_page(list, page, 64, 0);

	assert_int_equal(dma_map_sg(dev, list, 1, DMA_TO_DEVICE), 0);
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0), 0);
	assert_int_equal(table.nents, 0);
	assert_int_equal(warnings(), 1);
}

static void a_dummy_device_does_no_dma(void **state)
{
	struct scatterlist list[1];

	set_dma_ops(dev, &dma_dummy_ops);
	sg_init_table(list, 1);
	sg_set_page(list, page, 64, 0);

	assert_int_equal(dma_map_page(dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_sg(dev, list, 1, DMA_TO_DEVICE), 0);
	assert_int_equal(dma_set_mask(dev, DMA_BIT_MASK(64)), -EIO);
	assert_int_equal(warnings(), 0);
	dma_unmap_page(dev, 0, 64, DMA_TO_DEVICE);
	dma_unmap_sg(dev, list, 1, DMA_TO_DEVICE);
	assert_int_equal(warnings(), 2);
}

static void limits_need_a_place_to_be_stored(void **state)
{
	assert_int_equal(dma_get_max_seg_size(dev), 65536);
	assert_true(dma_get_seg_boundary(dev) == ULONG_MAX);
	dma_set_max_seg_size(dev, 4096);
	dma_set_seg_boundary(dev, 0xffff);
	assert_int_equal(dma_get_max_seg_size(dev), 4096);
	assert_int_equal(dma_get_seg_boundary_nr_pages(dev, 12), 16);
	assert_int_equal(dma_get_seg_boundary_nr_pages(NULL, 12), 0x100000);

	dev->dma_parms = NULL;
	dma_set_max_seg_size(dev, 4096);
	assert_int_equal(warnings(), 1);
	assert_int_equal(dma_get_max_seg_size(dev), 65536);
	assert_int_equal(dma_get_min_align_mask(dev), 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(custom_operations_map_and_unmap),
		CASE(bypass_needs_a_mask_that_covers_ram),
		CASE(optional_operations_may_be_missing),
		CASE(optional_operations_are_asked),
		CASE(operations_state_their_limits),
		CASE(the_best_size_is_never_beyond_the_largest),
		CASE(an_address_is_all_that_newer_operations_get),
		CASE(who_maps_by_address_is_asked_to_unmap),
		CASE(masks_are_judged_by_the_operations),
		CASE(operations_beside_an_iommu_are_a_mistake),
		CASE(an_impossible_count_of_segments_is_eio),
		CASE(reasons_of_operations_are_given_on),
		CASE(a_list_without_a_mask_has_no_segments),
		CASE(a_dummy_device_does_no_dma),
		CASE(limits_need_a_place_to_be_stored),
	};

	return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
