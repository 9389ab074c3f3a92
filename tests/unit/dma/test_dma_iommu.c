/* SPDX-License-Identifier: MIT */
/*
 * Streaming mappings and scatter lists above an IOMMU that is an array
 * (src/dma/dma_iommu.c, dma_iommu_sg.c). Addresses are those of a fresh domain
 * with the first range below 4 GiB at 0xfffff000.
 */
#include "unit/dma/fake_iommu.h"

#include <linux/vmalloc.h>

static struct fake_iommu fake;
static struct device *dev = &fake.board.pdev.dev;
static struct page *pages; /* 32 contiguous ones */

static int setup(void **state)
{
	memset(&fake, 0, sizeof(fake));
	fake_start(&fake);
	pages = low_page(5);
	return 0;
}

static int teardown(void **state)
{
	__free_pages(pages, 5);
	fake_stop(&fake);
	return 0;
}

/* ---- single ranges -------------------------------------------------------------- */

/* spec: dma-core 43 */
static void an_address_keeps_the_offset_and_is_reused(void **state)
{
	dma_addr_t addr = dma_map_page(dev, pages, 0x234, 0x100, DMA_TO_DEVICE);

	assert_int_equal(addr, 0xfffff234);
	dma_unmap_page(dev, addr, 0x100, DMA_TO_DEVICE);
	assert_int_equal(dma_map_page(dev, pages, 0x234, 0x100, DMA_TO_DEVICE),
			 0xfffff234);
	dma_unmap_page(dev, addr, 0x100, DMA_TO_DEVICE);
}

/* spec: dma-core 44 */
static void a_range_over_two_pages_takes_two_granules(void **state)
{
	dma_addr_t addr = dma_map_page(dev, pages, 0xf00, 0x200, DMA_TO_DEVICE);

	assert_int_equal(addr, 0xffffef00);
	assert_int_equal(fake.mapped, 2);
	dma_unmap_page(dev, addr, 0x200, DMA_TO_DEVICE);
}

/* spec: dma-core 45 */
static void an_alignment_beyond_the_granule_is_refused(void **state)
{
	dma_set_min_align_mask(dev, 0x1fff);

	assert_int_equal(dma_map_page(dev, pages, 0, 0x1000, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_page(dev, pages, 0, 0x1000, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(warnings(), 1);

	dev->dma_iommu = false;
	assert_int_equal(dma_map_page(dev, pages, 0, 0x1000, DMA_TO_DEVICE),
			 page_to_phys(pages));
	dev->dma_iommu = true;
}

/* spec: dma-core 46 */
static void a_device_without_mask_maps_nothing(void **state)
{
	dev->dma_mask = NULL;

	assert_int_equal(dma_map_page(dev, pages, 0, 0x1000, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(warnings(), 1);
	dev->dma_mask = &fake.board.mask;
}

/* spec: dma-core 46 */
static void no_direction_is_a_bug(void **state)
{
	expect_bug(dma_map_page(dev, pages, 0, 0x1000, DMA_NONE));
	expect_bug(dma_unmap_page(dev, 0xfffff000, 0x1000, DMA_NONE));
	assert_int_equal(fake.map_calls, 0);
}

/* spec: dma-core 47 */
static void a_vmalloc_buffer_is_refused(void **state)
{
	void *buf = vmalloc(4096);

	assert_int_equal(dma_map_single(dev, buf, 100, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(warnings(), 1);
	vfree(buf);
}

/* spec: dma-core 48 */
static void a_resource_is_mmio_and_not_snooped(void **state)
{
	dma_addr_t addr = dma_map_resource(dev, 0xe0000000, 0x10000,
					   DMA_BIDIRECTIONAL, 0);

	assert_maps_to(&fake, addr, 0xe0000000);
	assert_int_equal(fake_prot(&fake, addr), 3 | 16);
	dma_unmap_resource(dev, addr, 0x10000, DMA_BIDIRECTIONAL, 0);
}

static void nothing_and_a_wrapping_range_are_refused(void **state)
{
	assert_int_equal(dma_map_page(dev, pages, 0, 0, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dma_map_page(dev, pages, 0x10, ~0ul - 0x20,
				      DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(fake.map_calls, 0);
}

static void unmapping_what_is_not_mapped_warns(void **state)
{
	dma_unmap_page(dev, 0x12345000, 0x1000, DMA_TO_DEVICE);

	assert_int_equal(warnings(), 1);
	assert_int_equal(fake.unmap_calls, 0);
}

/* spec: dma-core 52 */
static void a_failed_map_gives_its_address_back(void **state)
{
	dma_addr_t addr;

	fake.fail_map_after = 1;
	assert_int_equal(dma_map_page(dev, pages, 0, 0x2000, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(fake.mapped, 0);

	fake.fail_map_after = -1;
	addr = dma_map_page(dev, pages, 0, 0x2000, DMA_TO_DEVICE);
	assert_int_equal(addr, 0xffffe000);
	dma_unmap_page(dev, addr, 0x2000, DMA_TO_DEVICE);
}

static void a_sync_error_fails_the_map(void **state)
{
	fake.sync_map_error = -EIO;
	assert_int_equal(dma_map_page(dev, pages, 0, 0x1000, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(fake.mapped, 0);
}

/* spec: dma-core 72 */
static void addresses_stay_below_the_bus_limit(void **state)
{
	dma_addr_t addr;

	dev->iommu->pci_32bit_workaround = 0;
	dev->bus_dma_limit = 0x7fffffff;
	addr = dma_map_page(dev, pages, 0, 0x1000, DMA_TO_DEVICE);
	assert_int_equal(addr, 0x7ffff000);
	dma_unmap_page(dev, addr, 0x1000, DMA_TO_DEVICE);
}

static void addresses_stay_inside_a_forced_aperture(void **state)
{
	dma_addr_t addr;

	dev->iommu->pci_32bit_workaround = 0;
	fake.domain.geometry.force_aperture = true;
	fake.domain.geometry.aperture_end = 0x3fffffff;
	addr = dma_map_page(dev, pages, 0, 0x1000, DMA_TO_DEVICE);
	assert_int_equal(addr, 0x3ffff000);
	dma_unmap_page(dev, addr, 0x1000, DMA_TO_DEVICE);
}

/* spec: dma-core 74 */
static void limits_are_those_of_the_domain(void **state)
{
	assert_int_equal(dma_get_merge_boundary(dev), 0xfff);
	assert_int_equal(dma_opt_mapping_size(dev), 32 * PAGE_SIZE);
	assert_int_equal(dma_max_mapping_size(dev), SIZE_MAX);
	assert_int_equal(dma_get_required_mask(dev), 0xffffffff);
	assert_true(dma_need_unmap(dev));
}

/* ---- lists ------------------------------------------------------------------------ */

#define B 0xffffc000ull

static struct scatterlist list[20];

static void entry(unsigned int i, unsigned int page, unsigned int offset,
		  unsigned int len)
{
	sg_set_page(&list[i], pages + page, len, offset);
}

static void assert_segment(unsigned int i, u64 addr, unsigned int len)
{
	assert_int_equal(sg_dma_address(&list[i]), addr);
	assert_int_equal(sg_dma_len(&list[i]), len);
}

static void assert_memory(unsigned int i, unsigned int offset, unsigned int len)
{
	assert_int_equal(list[i].offset, offset);
	assert_int_equal(list[i].length, len);
}

static int map_list(unsigned int nents)
{
	return dma_map_sg(dev, list, nents, DMA_TO_DEVICE);
}

static void unmap_list(unsigned int nents)
{
	dma_unmap_sg(dev, list, nents, DMA_TO_DEVICE);
	assert_int_equal(fake.mapped, 0);
}

static void whole_pages(unsigned int nents)
{
	unsigned int i;

	sg_init_table(list, nents);
	for (i = 0; i < nents; i++)
		entry(i, 31 - i, 0, 4096);
}

/* spec: dma-core 53 */
static void scattered_pages_become_one_segment(void **state)
{
	whole_pages(3);

	assert_int_equal(map_list(3), 1);
	assert_segment(0, B, 12288);
	assert_segment(1, DMA_MAPPING_ERROR, 0);
	assert_maps_to(&fake, B + 0x1000, page_to_phys(pages + 30));
	unmap_list(3);
	assert_int_equal(fake.unmap_calls, 1);
}

/* spec: dma-core 54 */
static void a_short_entry_ends_its_segment(void **state)
{
	sg_init_table(list, 4);
	entry(0, 0, 0x100, 0xf00);
	entry(1, 9, 0, 4096);
	entry(2, 5, 0, 0x200);
	entry(3, 7, 0, 4096);

	assert_int_equal(map_list(4), 2);
	assert_segment(0, B + 0x100, 8448);
	assert_segment(1, B + 0x3000, 4096);
	assert_memory(0, 0x100, 0xf00);
	assert_memory(2, 0, 0x200);
	unmap_list(4);
}

/* spec: dma-core 55 */
static void an_entry_with_offset_starts_a_segment(void **state)
{
	sg_init_table(list, 3);
	entry(0, 0, 0, 4096);
	entry(1, 5, 0x80, 512);
	entry(2, 9, 0, 4096);

	assert_int_equal(map_list(3), 3);
	assert_segment(0, B, 4096);
	assert_segment(1, B + 0x1080, 512);
	assert_segment(2, B + 0x2000, 4096);
	unmap_list(3);
}

/* spec: dma-core 56 */
static void segments_keep_the_maximum(void **state)
{
	dma_set_max_seg_size(dev, 8192);
	whole_pages(5);

	assert_int_equal(map_list(5), 3);
	assert_segment(0, 0xffff8000, 8192);
	assert_segment(1, 0xffffa000, 8192);
	assert_segment(2, 0xffffc000, 4096);
	unmap_list(5);
}

/* spec: dma-core 57 */
static void the_default_maximum_is_64k(void **state)
{
	whole_pages(17);

	assert_int_equal(map_list(17), 2);
	assert_int_equal(sg_dma_len(&list[0]), 65536);
	assert_int_equal(sg_dma_len(&list[1]), 4096);
	unmap_list(17);
}

static void an_entry_beyond_the_maximum_is_joined_by_none(void **state)
{
	sg_init_table(list, 2);
	entry(0, 0, 0, 17 * 4096);
	entry(1, 20, 0, 4096);

	assert_int_equal(map_list(2), 2);
	assert_int_equal(sg_dma_len(&list[0]), 17 * 4096);
	unmap_list(2);
}

/* spec: dma-core 58 */
static void no_segment_crosses_a_small_boundary(void **state)
{
	dma_set_seg_boundary(dev, 0x3fff);
	sg_init_table(list, 3);
	entry(0, 0, 0, 12288);
	entry(1, 10, 0, 8192);
	entry(2, 20, 0, 4096);

	assert_int_equal(map_list(3), 2);
	assert_segment(0, 0xffff8000, 12288);
	assert_segment(1, 0xffffc000, 12288);
	assert_int_equal(fake.mapped, 7);
	assert_memory(0, 0, 12288);
	unmap_list(3);
}

/* spec: dma-core 59 */
static void no_segment_crosses_64k(void **state)
{
	struct page *more = low_page(5);
	u64 base;

	dma_set_seg_boundary(dev, 0xffff);
	sg_init_table(list, 3);
	entry(0, 0, 0, 49152);
	sg_set_page(&list[1], more, 32768, 0);
	entry(2, 16, 0, 16384);

	assert_int_equal(map_list(3), 2);
	base = sg_dma_address(&list[0]);
	assert_segment(0, base, 49152);
	assert_segment(1, base + 0x10000, 49152);
	assert_int_equal(fake.mapped, 0x1c);
	unmap_list(3);
	__free_pages(more, 5);
}

/* spec: dma-core 60 */
static void without_addresses_a_list_is_as_before(void **state)
{
	struct sg_table table = { .sgl = list, .nents = 7, .orig_nents = 2 };

	sg_init_table(list, 2);
	entry(0, 0, 0x80, 100);
	entry(1, 4, 0, 4096);
	lib_fail_from(DMASIM_SITE_IOVA, 1);

	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0),
			 -ENOMEM);
	assert_int_equal(table.nents, 7);
	assert_memory(0, 0x80, 100);
	assert_memory(1, 0, 4096);
	assert_segment(0, DMA_MAPPING_ERROR, 0);
	assert_segment(1, DMA_MAPPING_ERROR, 0);
}

static void without_table_memory_a_list_is_as_before(void **state)
{
	sg_init_table(list, 2);
	entry(0, 0, 0x80, 100);
	entry(1, 4, 0, 4096);
	fake.fail_map_after = 1;

	assert_int_equal(map_list(2), 0);
	assert_int_equal(fake.mapped, 0);
	assert_memory(0, 0x80, 100);
	assert_segment(0, DMA_MAPPING_ERROR, 0);
}

/* Three granules of padding lie between the entries; any step may fail. */
static void a_padded_list_is_mapped_or_not(void **state)
{
	struct sg_table table = { .sgl = list, .orig_nents = 2 };
	dma_addr_t base = 0;
	int n;

	dma_set_seg_boundary(dev, 0x3fff);
	sg_init_table(list, 2);
	entry(0, 0, 0, 4096);
	entry(1, 4, 0, 16384);
	for (n = 8; n >= 0; n--) {
		fake.fail_map_after = n;
		table.nents = 7;
		if (n == 8) {
			assert_int_equal(map_list(2), 2);
			base = sg_dma_address(&list[0]);
			assert_int_equal(fake.mapped, 8);
			unmap_list(2);
			continue;
		}
		assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0),
				 -ENOMEM);
		assert_int_equal(table.nents, 7);
		assert_int_equal(fake.mapped, 0);
		assert_memory(0, 0, 4096);
		assert_memory(1, 0, 16384);
		assert_segment(0, DMA_MAPPING_ERROR, 0);
		assert_segment(1, DMA_MAPPING_ERROR, 0);
	}
	/* All addresses came back. */
	fake.fail_map_after = -1;
	assert_int_equal(map_list(2), 2);
	assert_int_equal(sg_dma_address(&list[0]), base);
	unmap_list(2);
}

/* spec: dma-core 4.5: what callers never saw becomes -EINVAL */
static void what_the_iommu_says_is_einval_unless_it_is_known(void **state)
{
	static const struct {
		int says, is;
	} rows[] = {
		{ -EIO, -EINVAL },
		{ -EOPNOTSUPP, -EINVAL },
		{ -EREMOTEIO, -EREMOTEIO },
		{ -ENOMEM, -ENOMEM },
	};
	struct sg_table table = { .sgl = list, .orig_nents = 2 };
	unsigned int i, padded;

	sg_init_table(list, 2);
	entry(0, 0, 0, 4096);
	entry(1, 4, 0, 16384);
	for (padded = 0; padded < 2; padded++) {
		if (padded)
			dma_set_seg_boundary(dev, 0x3fff);
		for (i = 0; i < ARRAY_SIZE(rows); i++) {
			fake.sync_map_error = rows[i].says;
			assert_int_equal(dma_map_sgtable(dev, &table,
							 DMA_TO_DEVICE, 0),
					 rows[i].is);
			assert_int_equal(fake.mapped, 0);
			assert_segment(0, DMA_MAPPING_ERROR, 0);
		}
	}
}

static void lists_that_cannot_be_are_refused(void **state)
{
	struct sg_table table = { .sgl = list, .orig_nents = 1, .nents = 7 };

	sg_init_table(list, 1);
	entry(0, 0, 1, UINT_MAX);

	assert_int_equal(map_list(1), 0);
	assert_int_equal(map_list(0), 0);
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0),
			 -EINVAL);
	table.orig_nents = 0;
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0),
			 -EINVAL);
	assert_int_equal(table.nents, 7);
	assert_memory(0, 1, UINT_MAX);
	assert_int_equal(fake.map_calls, 0);
}

/* spec: dma-core 64, as far as it goes without bounce buffers */
static void lists_of_an_untrusted_device_are_mapped_entry_by_entry(void **state)
{
	struct sg_table table = { .sgl = list, .orig_nents = 2 };

	dev->bus = &pci_bus_type;
	fake.board.pdev.untrusted = 1;
	whole_pages(2);

	assert_int_equal(map_list(2), 2);
	assert_true(sg_dma_is_swiotlb(&list[0]));
	assert_segment(0, 0xfffff000, 4096);
	assert_segment(1, 0xffffe000, 4096);
	unmap_list(2);
	assert_false(sg_dma_is_swiotlb(&list[0]));

	list[1].length = 512;
	assert_int_equal(map_list(2), 0);
	assert_int_equal(dma_map_sgtable(dev, &table, DMA_TO_DEVICE, 0), -EIO);
	assert_int_equal(fake.mapped, 0);
	assert_segment(0, DMA_MAPPING_ERROR, 0);
	assert_segment(1, DMA_MAPPING_ERROR, 0);
}

static void a_mapped_list_can_be_mapped_again(void **state)
{
	whole_pages(3);
	list[0].dma_flags = SG_DMA_SWIOTLB | SG_DMA_BUS_ADDRESS;

	assert_int_equal(map_list(3), 1);
	assert_int_equal(list[0].dma_flags, 0);
	unmap_list(3);
	assert_int_equal(map_list(3), 1);
	unmap_list(3);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_address_keeps_the_offset_and_is_reused),
		CASE(a_range_over_two_pages_takes_two_granules),
		CASE(an_alignment_beyond_the_granule_is_refused),
		CASE(a_device_without_mask_maps_nothing),
		CASE(no_direction_is_a_bug),
		CASE(a_vmalloc_buffer_is_refused),
		CASE(a_resource_is_mmio_and_not_snooped),
		CASE(nothing_and_a_wrapping_range_are_refused),
		CASE(unmapping_what_is_not_mapped_warns),
		CASE(a_failed_map_gives_its_address_back),
		CASE(a_sync_error_fails_the_map),
		CASE(addresses_stay_below_the_bus_limit),
		CASE(addresses_stay_inside_a_forced_aperture),
		CASE(limits_are_those_of_the_domain),
		CASE(scattered_pages_become_one_segment),
		CASE(a_short_entry_ends_its_segment),
		CASE(an_entry_with_offset_starts_a_segment),
		CASE(segments_keep_the_maximum),
		CASE(the_default_maximum_is_64k),
		CASE(an_entry_beyond_the_maximum_is_joined_by_none),
		CASE(no_segment_crosses_a_small_boundary),
		CASE(no_segment_crosses_64k),
		CASE(without_addresses_a_list_is_as_before),
		CASE(without_table_memory_a_list_is_as_before),
		CASE(a_padded_list_is_mapped_or_not),
		CASE(what_the_iommu_says_is_einval_unless_it_is_known),
		CASE(lists_that_cannot_be_are_refused),
		CASE(lists_of_an_untrusted_device_are_mapped_entry_by_entry),
		CASE(a_mapped_list_can_be_mapped_again),
	};

	return cmocka_run_group_tests_name("dma_iommu", tests, NULL, NULL);
}
