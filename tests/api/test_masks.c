/* SPDX-License-Identifier: MIT */
/*
 * What a device can address, and which syncs and unmaps it can do without.
 * Where nothing can be bounced; with bounce buffers: test_bounce.c.
 */
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>

#include "api/api.h"

/* ---- reach ------------------------------------------------------------------------ */

/* spec: dma-core 68 */
static void the_required_mask_covers_the_last_page(void **state)
{
	struct fixture *f = *state;

	/* 3 GiB below the hole, 4 GiB above 4 GiB. */
	f->cfg.ram_bytes = 7ull << 30;
	f->cfg.swiotlb = "noforce";
	fixture_rebuild(f);
	assert_int_equal(dma_get_required_mask(f->dev), 0x1ffffffff);
	assert_false(dma_addressing_limited(f->dev));

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);

	assert_int_equal(dma_get_required_mask(f->dev), 0x1ffffffff);
	assert_true(dma_addressing_limited(f->dev));
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
}

static void a_translated_device_needs_32_bits(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_get_required_mask(f->dev), 0xffffffff);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	assert_false(dma_addressing_limited(f->dev));
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(31)), 0);
	assert_true(dma_addressing_limited(f->dev));
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
}

/* spec: dma-core 70 */
static void memory_out_of_reach_cannot_be_mapped(void **state)
{
	struct fixture *f = *state;
	struct page *page = phys_to_page(0x140000000);

	f->cfg.swiotlb = "noforce";
	fixture_rebuild(f);
	expect_warns(1);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);

	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_non_null(
		strstr(event_text(DMASIM_EVENT_WARN, NULL), "ffffffff"));
	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
}

static void memory_in_reach_can_be_mapped(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL | GFP_DMA32);
	dma_addr_t addr;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);

	addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);

	assert_int_equal(addr, page_to_phys(page));
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
	__free_page(page);
}

/* spec: dma-core 71 */
static void a_mask_must_reach_the_smallest_zone(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(zone_dma_limit, DMA_BIT_MASK(24));
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(24)), 0);
	assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(24));

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(23)), -EIO);
	assert_int_equal(dma_set_coherent_mask(f->dev, DMA_BIT_MASK(23)), -EIO);

	assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(24));
	assert_int_equal(f->dev->coherent_dma_mask, DMA_BIT_MASK(64));
}

/* spec: dma-core 71 */
static void a_device_without_a_mask_pointer_takes_no_mask(void **state)
{
	struct fixture *f = *state;
	u64 *mask = f->dev->dma_mask;

	f->dev->dma_mask = NULL;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(64)), -EIO);
	assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(32));
	assert_int_equal(dma_coerce_mask_and_coherent(f->dev, DMA_BIT_MASK(40)),
			 0);
	assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(40));
	assert_int_equal(f->dev->coherent_dma_mask, DMA_BIT_MASK(40));

	f->dev->dma_mask = mask;
}

static void a_translated_device_takes_any_mask(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(16)), 0);
	assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(16));
}

static dma_addr_t op_map_page(struct device *dev, struct page *page,
			      unsigned long offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return 0x4000;
}

static void op_unmap_page(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
}

static int op_dma_supported(struct device *dev, u64 mask)
{
	return mask >= DMA_BIT_MASK(40);
}

static void operations_of_a_translated_device_are_a_mistake(void **state)
{
	static const struct dma_map_ops ops = { .map_page = op_map_page };
	struct fixture *f = *state;

	expect_warns(1);
	set_dma_ops(f->dev, &ops);

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(40)), -EIO);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(dma_get_mask(f->dev), DMA_BIT_MASK(64));
	set_dma_ops(f->dev, NULL);
}

/* As a driver does it: the answer is looked at. */
static void map_and_unmap(struct fixture *f, struct page *page, dma_addr_t want)
{
	dma_addr_t addr = dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, want);
	dma_unmap_page(f->dev, addr, 64, DMA_TO_DEVICE);
}

static void operations_decide_about_the_mask(void **state)
{
	static const struct dma_map_ops ops = {
		.map_page = op_map_page,
		.unmap_page = op_unmap_page,
		.dma_supported = op_dma_supported,
	};
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	set_dma_ops(f->dev, &ops);

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(39)), -EIO);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(40)), 0);
	map_and_unmap(f, page, 0x4000);

	set_dma_ops(f->dev, NULL);
	__free_page(page);
}

static void operations_without_resources_map_none(void **state)
{
	static const struct dma_map_ops ops = { .map_page = op_map_page };
	struct fixture *f = *state;

	set_dma_ops(f->dev, &ops);

	assert_int_equal(dma_map_resource(f->dev, 0xe0000000, 64, DMA_TO_DEVICE,
					  0),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_get_required_mask(f->dev), DMA_BIT_MASK(32));
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
	assert_int_equal(dma_get_merge_boundary(f->dev), 0);
	assert_false(dma_pci_p2pdma_supported(f->dev));

	set_dma_ops(f->dev, NULL);
	assert_true(dma_pci_p2pdma_supported(f->dev));
}

/* A device that reaches all memory by itself needs no operations. */
static void operations_can_be_bypassed(void **state)
{
	static const struct dma_map_ops ops = { .map_page = op_map_page,
						.unmap_page = op_unmap_page };
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	set_dma_ops(f->dev, &ops);
	f->dev->dma_ops_bypass = true;
	map_and_unmap(f, page, page_to_phys(page));

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	map_and_unmap(f, page, 0x4000);

	f->dev->dma_ops_bypass = false;
	set_dma_ops(f->dev, NULL);
	__free_page(page);
}

static void dummy_operations_refuse_everything(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct scatterlist sg;
	struct sg_table sgt = { .sgl = &sg, .orig_nents = 1 };

	set_dma_ops(f->dev, &dma_dummy_ops);
	sg_init_one(&sg, page_address(page), 64);

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(64)), -EIO);
	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_TO_DEVICE, 0),
			 -EINVAL);

	set_dma_ops(f->dev, NULL);
	__free_page(page);
}

/* spec: dma-core 72 */
static void the_bus_limits_a_device_of_any_mask(void **state)
{
	struct fixture *f = *state;

	f->cfg.swiotlb = "noforce";
	fixture_rebuild(f);
	expect_warns(1);
	f->dev->bus_dma_limit = 0xffffffff;

	assert_true(dma_addressing_limited(f->dev));
	assert_int_equal(dma_map_page(f->dev, phys_to_page(0x140000000), 0, 64,
				      DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
}

/* spec: dma-core 72 */
static void the_bus_limits_the_addresses_chosen(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova[16];
	unsigned int nr = 0;

	f->dev->bus_dma_limit = 0xffffffff;

	while (dma_iova_try_alloc(f->dev, &iova[nr], 0, SZ_256M)) {
		assert_in_range(iova[nr].addr, 1, 0xf0000000);
		assert_in_range(++nr, 1, 15);
	}

	assert_in_range(nr, 4, 15);
	while (nr--)
		dma_iova_free(f->dev, &iova[nr]);
}

/* ---- offsets ------------------------------------------------------------------------ */

/* spec: dma-core 73 */
static void a_range_map_shifts_memory_but_not_registers(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;

	f->cfg.swiotlb = "noforce";
	fixture_rebuild(f);
	expect_warns(1);
	expect_checker(f, "checker-map-mmio", 1);
	ram_at(0x80001000, 64);
	assert_int_equal(
		dma_direct_set_offset(f->dev, 0x80000000, 0, 0x40000000), 0);

	addr = dma_map_phys(f->dev, 0x80001000, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, 0x1000);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);

	assert_int_equal(dma_map_phys(f->dev, 0xc0000000, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	addr = dma_map_resource(f->dev, 0x80001000, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, 0x80001000);
	dma_unmap_resource(f->dev, addr, 64, DMA_TO_DEVICE, 0);
}

static void memory_outside_the_range_map_limits_the_device(void **state)
{
	struct fixture *f = *state;

	assert_false(dma_addressing_limited(f->dev));

	assert_int_equal(
		dma_direct_set_offset(f->dev, 0x80000000, 0, 0x40000000), 0);

	assert_true(dma_addressing_limited(f->dev));
}

static void a_range_map_translates_both_ways(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		dma_direct_set_offset(f->dev, 0x80000000, 0, 0x40000000), 0);

	assert_int_equal(phys_to_dma(f->dev, 0xbfffffff), 0x3fffffff);
	assert_int_equal(phys_to_dma(f->dev, 0xc0000000), DMA_MAPPING_ERROR);
	assert_int_equal(phys_to_dma(f->dev, 0x7fffffff), DMA_MAPPING_ERROR);
	assert_int_equal(dma_to_phys(f->dev, 0x1000), 0x80001000);
	assert_int_equal(dma_to_phys(f->dev, 0x40000000), ~0ull);
}

static void an_offset_is_set_once(void **state)
{
	struct fixture *f = *state;

	/* No offset: nothing to remember. */
	assert_int_equal(dma_direct_set_offset(f->dev, SZ_1G, SZ_1G, SZ_1G), 0);
	assert_null(f->dev->dma_range_map);

	assert_int_equal(dma_direct_set_offset(f->dev, SZ_2G, 0, SZ_1G), 0);

	assert_int_equal(dma_direct_set_offset(f->dev, SZ_2G, 0, SZ_1G),
			 -EINVAL);
}

static void an_offset_is_there_or_not(void **state)
{
	struct fixture *f = *state;
	struct sweep s;
	int ret;

	FAIL_SWEEP(s, SWEEP_ALL) {
		ret = dma_direct_set_offset(f->dev, SZ_2G, 0, SZ_1G);
		if (ret) {
			assert_true(ret == -ENOMEM && sweep_failed());
			assert_null(f->dev->dma_range_map);
		} else {
			kfree(f->dev->dma_range_map);
			f->dev->dma_range_map = NULL;
		}
	}
}

/* ---- sizes ----------------------------------------------------------------------------- */

/* spec: dma-core 74 */
static void untranslated_sizes_have_no_limit(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_get_merge_boundary(f->dev), 0);
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
	assert_int_equal(dma_opt_mapping_size(f->dev), SIZE_MAX);
}

/* spec: dma-core 74 */
static void translated_sizes_are_best_up_to_32_pages(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_get_merge_boundary(f->dev), 0xfff);
	assert_int_equal(dma_max_mapping_size(f->dev), SIZE_MAX);
	assert_int_equal(dma_opt_mapping_size(f->dev), 32 * PAGE_SIZE);
}

static void segment_limits_have_defaults(void **state)
{
	struct fixture *f = *state;
	struct device_dma_parameters *parms = f->dev->dma_parms;

	expect_warns(3);
	f->dev->dma_parms = NULL;

	assert_int_equal(dma_get_max_seg_size(f->dev), 65536);
	assert_int_equal(dma_get_seg_boundary(f->dev), ULONG_MAX);
	assert_int_equal(dma_get_min_align_mask(f->dev), 0);
	dma_set_max_seg_size(f->dev, 4096);
	dma_set_seg_boundary(f->dev, 4095);
	dma_set_min_align_mask(f->dev, 4095);

	f->dev->dma_parms = parms;
	assert_int_equal(dma_get_max_seg_size(f->dev), 65536);
}

/* ---- syncs and unmaps that can be left out ------------------------------------------------- */

static unsigned int syncs;

static void op_sync_single(struct device *dev, dma_addr_t addr, size_t size,
			   enum dma_data_direction dir)
{
	syncs++;
}

/* A device whose driver never said what it can address. */
static void plug_silent_device(struct fixture *f)
{
	assert_int_equal(dmasim_device_create(f->machine, NULL, NULL, &f->hw),
			 0);
	f->dev = dmasim_device_kernel(f->hw);
	f->pdev = to_pci_dev(f->dev);
}

/* spec: dma-core 75 */
static void syncs_count_until_the_mask_is_set(void **state)
{
	static const struct dma_map_ops ops = {
		.map_page = op_map_page,
		.unmap_page = op_unmap_page,
		.sync_single_for_cpu = op_sync_single,
	};
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	plug_silent_device(f);
	set_dma_ops(f->dev, &ops);
	addr = dma_map_page(f->dev, page, 0, 64, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	syncs = 0;
	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);
	assert_int_equal(syncs, 1);

	set_dma_ops(f->dev, NULL);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(64)), 0);
	set_dma_ops(f->dev, &ops);

	dma_sync_single_for_cpu(f->dev, addr, 64, DMA_FROM_DEVICE);
	assert_int_equal(syncs, f->variant->checker ? 2 : 1);
	dma_unmap_page(f->dev, addr, 64, DMA_FROM_DEVICE);
	set_dma_ops(f->dev, NULL);
	__free_page(page);
}

/* spec: dma-core 75 */
static void operations_with_syncs_are_always_called(void **state)
{
	static const struct dma_map_ops ops = {
		.map_page = op_map_page,
		.sync_single_for_cpu = op_sync_single,
	};
	static const struct dma_map_ops silent = { .map_page = op_map_page };
	struct fixture *f = *state;

	plug_silent_device(f);
	set_dma_ops(f->dev, &ops);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(64)), 0);
	assert_true(dma_dev_need_sync(f->dev));

	set_dma_ops(f->dev, &silent);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(64)), 0);
	assert_int_equal(dma_dev_need_sync(f->dev), f->variant->checker);

	set_dma_ops(f->dev, NULL);
}

static void a_coherent_device_can_leave_syncs_out(void **state)
{
	struct fixture *f = *state;

	plug_silent_device(f);
	assert_true(dma_dev_need_sync(f->dev));
	assert_true(dma_need_unmap(f->dev));

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(64)), 0);

	/* The checker wants to see all of them. */
	assert_int_equal(dma_dev_need_sync(f->dev), f->variant->checker);
	if (!f->variant->checker)
		assert_false(dma_need_sync(f->dev, 0x1000));
	/* Only what is not translated needs no unmap either. */
	assert_int_equal(dma_need_unmap(f->dev),
			 f->variant->translated || f->variant->checker);
}

static void a_refused_mask_changes_nothing(void **state)
{
	struct fixture *f = *state;

	plug_silent_device(f);

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(20)), -EIO);

	assert_true(dma_dev_need_sync(f->dev));
	assert_true(dma_need_unmap(f->dev));
}

#define silent_case(fn)                                                   \
	cmocka_unit_test_setup_teardown(fn, fixture_setup_without_device, \
					fixture_teardown)

int main(void)
{
	const struct CMUnitTest untranslated[] = {
		fixture_case(an_offset_is_there_or_not),
		fixture_case(the_required_mask_covers_the_last_page),
		fixture_case(memory_out_of_reach_cannot_be_mapped),
		fixture_case(memory_in_reach_can_be_mapped),
		fixture_case(a_mask_must_reach_the_smallest_zone),
		fixture_case(operations_decide_about_the_mask),
		fixture_case(operations_without_resources_map_none),
		fixture_case(operations_can_be_bypassed),
		fixture_case(dummy_operations_refuse_everything),
		fixture_case(the_bus_limits_a_device_of_any_mask),
		fixture_case(a_range_map_shifts_memory_but_not_registers),
		fixture_case(memory_outside_the_range_map_limits_the_device),
		fixture_case(a_range_map_translates_both_ways),
		fixture_case(an_offset_is_set_once),
		fixture_case(untranslated_sizes_have_no_limit),
		silent_case(syncs_count_until_the_mask_is_set),
		silent_case(operations_with_syncs_are_always_called),
		silent_case(a_refused_mask_changes_nothing),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(a_translated_device_needs_32_bits),
		fixture_case(a_translated_device_takes_any_mask),
		fixture_case(operations_of_a_translated_device_are_a_mistake),
		fixture_case(the_bus_limits_the_addresses_chosen),
		fixture_case(translated_sizes_are_best_up_to_32_pages),
	};
	const struct CMUnitTest any[] = {
		fixture_case(a_device_without_a_mask_pointer_takes_no_mask),
		fixture_case(segment_limits_have_defaults),
		silent_case(a_coherent_device_can_leave_syncs_out),
	};

	return run_variants("masks", untranslated, variants_untranslated) +
	       run_variants("masks", untranslated, variants_checker_direct) +
	       run_variants("masks", translated, variants_translated) +
	       run_variants("masks", translated, variants_checker_strict) +
	       run_variants("masks", any, variants_all) +
	       run_variants("masks", any, variants_checker_direct) +
	       run_variants("masks", any, variants_checker_strict) +
	       not_swept("dma_direct_set_offset");
}
