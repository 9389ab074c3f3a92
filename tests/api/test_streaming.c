/* SPDX-License-Identifier: MIT */
/*
 * Streaming mappings of pages, buffers and device registers.
 *
 * A wrong call is shown by what it leaves behind, and by the checker's word for
 * it where that is on.
 */
#include <linux/dma-direct.h>
#include <linux/generic_pt/iommu.h>
#include <linux/iommu-dma.h>
#include <linux/vmalloc.h>

#include "api/api.h"

#define MS (1000 * 1000ull)

static dma_addr_t map_bytes(struct fixture *f, struct page *page, size_t offset,
			    size_t size)
{
	dma_addr_t addr =
		dma_map_page(f->dev, page, offset, size, DMA_TO_DEVICE);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	return addr;
}

static void unmap_bytes(struct fixture *f, dma_addr_t addr, size_t size)
{
	dma_unmap_page(f->dev, addr, size, DMA_TO_DEVICE);
}

/* ---- addresses ----------------------------------------------------------------- */

/* spec: dma-core 43 */
static void the_offset_in_the_page_is_kept(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr;

	fill_pattern(page_address(page) + 0x234, 0x100, 43);
	addr = map_bytes(f, page, 0x234, 0x100);

	assert_int_equal(addr, 0xfffff234);
	assert_translates(f, 0xfffff234, page_to_phys(page) + 0x234);
	assert_device_reads(f, addr, 0x100, 43);

	unmap_bytes(f, addr, 0x100);
	assert_not_mapped(f, 0xfffff000, 0x1000);
	__free_page(page);
}

/* spec: dma-core 43 */
static void an_address_given_back_is_the_next_one(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	unmap_bytes(f, map_bytes(f, page, 0x234, 0x100), 0x100);

	assert_int_equal(map_bytes(f, page, 0x234, 0x100), 0xfffff234);
	unmap_bytes(f, 0xfffff234, 0x100);
	__free_page(page);
}

/* spec: dma-core 44 */
static void a_buffer_over_a_page_border_takes_two_pages(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	dma_addr_t addr;

	fill_pattern(page_address(page) + 0xf00, 0x200, 44);
	addr = map_bytes(f, page, 0xf00, 0x200);

	assert_int_equal(addr, 0xffffef00);
	assert_translates(f, 0xffffe000, page_to_phys(page));
	assert_translates(f, 0xfffff000, page_to_phys(page) + 0x1000);
	assert_device_reads(f, addr, 0x200, 44);

	unmap_bytes(f, addr, 0x200);
	assert_not_mapped(f, 0xffffe000, 0x2000);
	__free_pages(page, 1);
}

/* The last byte of the address space would be the error value. */
static void no_address_is_the_error_value(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	dma_addr_t addr;

	f->cfg.forcedac = true;
	fixture_rebuild(f);
	page = alloc_page(GFP_KERNEL);

	addr = dma_map_page(f->dev, page, 0xfff, 1, DMA_TO_DEVICE);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_translates(f, addr, page_to_phys(page) + 0xfff);
	dma_unmap_page(f->dev, addr, 1, DMA_TO_DEVICE);
	assert_not_mapped(f, addr, 1);
	__free_page(page);
}

static void an_untranslated_address_is_the_physical_one(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	dma_addr_t addr;

	fill_pattern(page_address(page) + 0xf00, 0x200, 44);
	addr = map_bytes(f, page, 0xf00, 0x200);

	assert_int_equal(addr, page_to_phys(page) + 0xf00);
	assert_device_reads(f, addr, 0x200, 44);

	unmap_bytes(f, addr, 0x200);
	__free_pages(page, 1);
}

/* spec: dma-core 48 */
static void registers_are_mapped_at_their_address_untranslated(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dma_map_resource(f->dev, 0xe0000000, 0x10000,
					  DMA_BIDIRECTIONAL, 0),
			 0xe0000000);
	assert_int_equal(dma_mapping_error(f->dev, 0xe0000000), 0);

	dma_unmap_resource(f->dev, 0xe0000000, 0x10000, DMA_BIDIRECTIONAL, 0);
}

/* Stands before the page table's map_range and notes the protection. */
static struct {
	struct pt_iommu_ops ops;
	const struct pt_iommu_ops *real;
	unsigned int prot;
} noted;

static int note_map_range(struct pt_iommu *table, dma_addr_t iova,
			  phys_addr_t paddr, dma_addr_t len, unsigned int prot,
			  gfp_t gfp, size_t *mapped)
{
	noted.prot = prot;
	return noted.real->map_range(table, iova, paddr, len, prot, gfp,
				     mapped);
}

static struct pt_iommu *note_prot(struct fixture *f)
{
	struct pt_iommu *table =
		iommupt_from_domain(iommu_get_dma_domain(f->dev));

	assert_non_null(table);
	noted.real = table->ops;
	noted.ops = *table->ops;
	noted.ops.map_range = note_map_range;
	table->ops = &noted.ops;
	return table;
}

/* spec: dma-core 48 */
static void registers_are_mapped_as_such(void **state)
{
	struct fixture *f = *state;
	struct pt_iommu *table = note_prot(f);
	dma_addr_t addr;

	addr = dma_map_resource(f->dev, 0xe0000000, 0x10000, DMA_BIDIRECTIONAL,
				0);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, 0xffff0000);
	assert_int_equal(noted.prot, IOMMU_READ | IOMMU_WRITE | IOMMU_MMIO);
	assert_translates(f, 0xffff0000, 0xe0000000);
	assert_translates(f, 0xfffff000, 0xe000f000);
	dma_unmap_resource(f->dev, addr, 0x10000, DMA_BIDIRECTIONAL, 0);
	assert_not_mapped(f, 0xffff0000, 0x10000);
	table->ops = noted.real;
}

static unsigned int prot_of(struct fixture *f, struct page *page,
			    enum dma_data_direction dir, unsigned long attrs)
{
	dma_addr_t addr =
		dma_map_page_attrs(f->dev, page, 0, PAGE_SIZE, dir, attrs);

	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_page_attrs(f->dev, addr, PAGE_SIZE, dir, attrs);
	return noted.prot;
}

/* The table of section 4.6. */
static void the_direction_becomes_the_protection(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct pt_iommu *table = note_prot(f);

	assert_int_equal(prot_of(f, page, DMA_TO_DEVICE, 0),
			 IOMMU_READ | IOMMU_CACHE);
	assert_int_equal(prot_of(f, page, DMA_FROM_DEVICE, 0),
			 IOMMU_WRITE | IOMMU_CACHE);
	assert_int_equal(prot_of(f, page, DMA_BIDIRECTIONAL, 0),
			 IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE);
	assert_int_equal(prot_of(f, page, DMA_TO_DEVICE, DMA_ATTR_PRIVILEGED),
			 IOMMU_READ | IOMMU_CACHE | IOMMU_PRIV);

	table->ops = noted.real;
	__free_page(page);
}

static void the_device_cannot_read_a_receive_buffer(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 1);
	dma_addr_t rx, tx;

	expect_faults(1);
	rx = dma_map_page(f->dev, page, 0, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, rx), 0);
	tx = map_bytes(f, page + 1, 0, PAGE_SIZE);

	assert_writes_only(f, rx);
	assert_read(f, tx, DMASIM_DMA_OK);
	assert_write(f, tx, DMASIM_DMA_PERM);

	dma_unmap_page(f->dev, rx, PAGE_SIZE, DMA_FROM_DEVICE);
	unmap_bytes(f, tx, PAGE_SIZE);
	__free_pages(page, 1);
}

/* ---- refusals --------------------------------------------------------------------- */

/* spec: dma-core 45 */
static void an_alignment_above_the_granule_cannot_be_kept(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	expect_warns(1);
	dma_set_min_align_mask(f->dev, 0x1fff);

	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);

	__free_page(page);
}

/* spec: dma-core 45 */
static void a_physical_address_keeps_any_alignment(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	dma_set_min_align_mask(f->dev, 0x1fff);

	unmap_bytes(f, map_bytes(f, page, 0, 64), 64);
	__free_page(page);
}

/* spec: dma-core 46 */
static void a_device_without_a_mask_cannot_map(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	u64 *mask = f->dev->dma_mask;

	expect_warns(1);
	f->dev->dma_mask = NULL;

	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);

	f->dev->dma_mask = mask;
	__free_page(page);
}

/* spec: dma-core 46 */
static void no_direction_is_a_bug(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	assert_bug(dma_map_page(f->dev, page, 0, 64, DMA_NONE));
	/* The checker looks before the direction is. */
	expect_checker(f, "checker-unmap-unknown", 1);
	assert_bug(dma_unmap_page(f->dev, 0xfffff000, 64, DMA_NONE));

	__free_page(page);
}

/* Only dma_map_resource() may say that memory is MMIO. */
static void a_page_is_no_register(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	assert_int_equal(dma_map_page_attrs(f->dev, page, 0, 64, DMA_TO_DEVICE,
					    DMA_ATTR_MMIO),
			 DMA_MAPPING_ERROR);

	__free_page(page);
}

static void nothing_cannot_be_mapped(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);

	expect_checker(f, "checker-map-empty", 1);
	assert_int_equal(dma_map_page(f->dev, page, 0, 0, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);

	assert_int_equal(dma_stat(iova_allocs), 0);
	__free_page(page);
}

static void unmapping_what_is_not_mapped_is_warned_about(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = map_bytes(f, page, 0, 64);
	uint64_t frees = dma_stat(iova_frees);

	expect_warns(1);
	expect_checker(f, "checker-unmap-unknown", 1);

	unmap_bytes(f, 0x5000, 64);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(dma_stat(iova_frees), frees);
	unmap_bytes(f, addr, 64);
	__free_page(page);
}

static void registers_out_of_reach_cannot_be_mapped(void **state)
{
	struct fixture *f = *state;

	expect_warns(1);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);

	assert_int_equal(dma_map_resource(f->dev, 0x10000000000, 0x1000,
					  DMA_BIDIRECTIONAL, 0),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(dma_map_resource(f->dev, 0x10000000000, 0x1000,
					  DMA_BIDIRECTIONAL, 0),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
}

/* spec: dma-core 47 */
static void vmalloc_memory_is_refused(void **state)
{
	struct fixture *f = *state;
	void *buf = vmalloc(PAGE_SIZE);

	expect_warns(1);

	assert_int_equal(dma_map_single(f->dev, buf, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(dma_map_single(f->dev, buf, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);

	vfree(buf);
}

static void a_kmalloc_buffer_is_mapped_at_its_offset(void **state)
{
	struct fixture *f = *state;
	u8 *buf = kmalloc(100, GFP_KERNEL);
	dma_addr_t addr;

	fill_pattern(buf, 100, 1);
	addr = dma_map_single(f->dev, buf, 100, DMA_BIDIRECTIONAL);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	if (!variant_bounces(f->variant))
		assert_int_equal(addr % PAGE_4K, (uintptr_t)buf % PAGE_4K);
	assert_device_reads(f, addr, 100, 1);
	assert_device_writes(f, addr, 100, 2);

	dma_unmap_single(f->dev, addr, 100, DMA_BIDIRECTIONAL);
	assert_pattern(buf, 100, 2);
	kfree(buf);
}

/* spec: dma-core 52 */
static void a_failed_mapping_gives_its_address_back(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	uint64_t taken;

	dmasim_fail_nth(DMASIM_SITE_PT_PAGE, 1);
	assert_int_equal(dma_map_page(f->dev, page, 0, 64, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);
	assert_int_equal(dmasim_fail_fired(), 1);
	taken = dma_stat(iova_allocs) - dma_stat(iova_frees);
	assert_int_equal(taken, 0);

	assert_int_equal(map_bytes(f, page, 0, 64), 0xfffff000);

	unmap_bytes(f, 0xfffff000, 64);
	__free_page(page);
}

static void a_failed_mapping_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_pages(GFP_KERNEL, 3);
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		dma_addr_t addr =
			dma_map_page(f->dev, page, 0x10, 0x7000, DMA_TO_DEVICE);

		if (dma_mapping_error(f->dev, addr))
			assert_true(sweep_failed());
		else
			dma_unmap_page(f->dev, addr, 0x7000, DMA_TO_DEVICE);
	}
	assert_not_mapped(f, 0xfff00000, 0x100000);
	__free_pages(page, 3);
}

/* Registers, by the call for all devices and by those of each kind. */
static void a_failed_mapping_of_registers_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	dma_addr_t addr;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		addr = dma_map_resource(f->dev, 0xe0000000, 0x7000,
					DMA_TO_DEVICE, 0);
		if (dma_mapping_error(f->dev, addr))
			assert_true(sweep_failed());
		else
			dma_unmap_resource(f->dev, addr, 0x7000, DMA_TO_DEVICE,
					   0);
		if (f->variant->translated) {
			addr = iommu_dma_map_resource(f->dev, 0xe0000000,
						      0x7000, DMA_TO_DEVICE, 0);
			if (addr == DMA_MAPPING_ERROR)
				assert_true(sweep_failed());
			else
				iommu_dma_unmap_resource(f->dev, addr, 0x7000,
							 DMA_TO_DEVICE, 0);
		} else if (dma_direct_map_resource(f->dev, 0xe0000000, 0x7000,
						   DMA_TO_DEVICE,
						   0) == DMA_MAPPING_ERROR) {
			assert_true(sweep_failed());
		}
	}
	if (f->variant->translated)
		assert_not_mapped(f, 0xfff00000, 0x100000);
}

/* ---- unmapping --------------------------------------------------------------------- */

/* spec: dma-core 49 */
static void a_too_small_unmap_leaves_the_rest_mapped(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	/* From an odd granule on: no entry covers both pages. */
	dma_addr_t addr = map_bytes(f, block, PAGE_4K, 0x2000);

	assert_int_equal(addr, 0xffffe000);
	expect_checker(f, "checker-unmap-size", 1);
	expect_lost_iova();

	unmap_bytes(f, addr, 0x1000);

	assert_not_mapped(f, 0xffffe000, 0x1000);
	assert_translates(f, 0xfffff000, page_to_phys(block) + 0x2000);
	assert_int_equal(iommu_unmap(iommu_get_dma_domain(f->dev), 0xfffff000,
				     0x1000),
			 0x1000);
	__free_pages(block, 2);
}

static void a_strict_unmap_takes_effect_at_once(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t addr = map_bytes(f, page, 0, PAGE_4K);

	assert_read(f, addr, DMASIM_DMA_OK);

	unmap_bytes(f, addr, PAGE_4K);

	assert_device_faults(f, addr, PAGE_4K);
	__free_page(page);
}

/* spec: dma-core 10.6, the column of IOMMUs that shadow on flush */
static void a_slow_flusher_flushes_after_a_second(void **state)
{
	struct fixture *f = *state;
	struct page *page;
	struct dmasim_dma_stats stats;
	struct dmasim_iova_stats space;
	unsigned int i;

	f->cfg.iommu_shadow_on_flush = true;
	fixture_rebuild(f);
	page = alloc_page(GFP_KERNEL);
	for (i = 0; i < 300; i++)
		unmap_bytes(f, map_bytes(f, page, 0, 64), 64);

	dmasim_run_for(900 * MS);
	dmasim_dma_get_stats(&stats);
	assert_true(dmasim_iova_get_stats(f->hw, &space));
	assert_int_equal(space.deferred_ranges, 300);
	assert_int_equal(stats.fq_full, 0);
	assert_int_equal(stats.fq_timeouts, 0);
	dmasim_run_for(200 * MS);
	dmasim_dma_get_stats(&stats);
	assert_true(dmasim_iova_get_stats(f->hw, &space));
	assert_int_equal(space.deferred_ranges, 0);
	assert_int_equal(stats.fq_timeouts, 1);
	__free_page(page);
}

/* spec: dma-core 50 */
static void a_lazy_unmap_leaves_a_window(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	dma_addr_t warm = map_bytes(f, page, 0, PAGE_4K);
	dma_addr_t cold = map_bytes(f, page, 0, PAGE_4K), later;

	expect_faults(2);
	assert_read(f, warm, DMASIM_DMA_OK);
	unmap_bytes(f, warm, PAGE_4K);
	unmap_bytes(f, cold, PAGE_4K);

	dmasim_run_for(5 * MS);
	assert_read(f, warm, DMASIM_DMA_OK);
	assert_read(f, cold, DMASIM_DMA_UNMAPPED);
	assert_int_equal(iommu_stat(stale_hits), 0);
	later = map_bytes(f, page, 0, PAGE_4K);
	assert_int_equal(later, 0xffffd000);

	dmasim_run_for(7 * MS);
	assert_read(f, warm, DMASIM_DMA_UNMAPPED);
	unmap_bytes(f, later, PAGE_4K);
	/* The two are in circulation again. */
	later = map_bytes(f, page, 0, PAGE_4K);
	assert_in_range(later, 0xffffe000, 0xfffff000);
	unmap_bytes(f, later, PAGE_4K);
	__free_page(page);
}

/* spec: dma-core 51 */
static void a_full_queue_flushes_before_its_time(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	uint64_t flushes = iommu_stat(fq_flushes);
	uint64_t frees = dma_stat(iova_frees);
	dma_addr_t addr[256];
	int i;

	for (i = 0; i < 256; i++)
		addr[i] = map_bytes(f, page, 0, PAGE_4K);
	for (i = 0; i < 255; i++)
		unmap_bytes(f, addr[i], PAGE_4K);
	assert_int_equal(iommu_stat(fq_flushes) - flushes, 0);
	assert_int_equal(dma_stat(iova_frees) - frees, 0);

	unmap_bytes(f, addr[255], PAGE_4K);

	assert_int_equal(iommu_stat(fq_flushes) - flushes, 1);
	assert_int_equal(dma_stat(iova_frees) - frees, 255);
	__free_page(page);
}

int main(void)
{
	const struct CMUnitTest translated[] = {
		fixture_case(the_offset_in_the_page_is_kept),
		fixture_case(a_buffer_over_a_page_border_takes_two_pages),
		fixture_case(no_address_is_the_error_value),
		fixture_case(registers_are_mapped_as_such),
		fixture_case(the_direction_becomes_the_protection),
		fixture_case(the_device_cannot_read_a_receive_buffer),
		fixture_case(an_alignment_above_the_granule_cannot_be_kept),
		fixture_case(a_failed_mapping_gives_its_address_back),
		fixture_case(a_failed_mapping_leaves_nothing),
		fixture_case(nothing_cannot_be_mapped),
		fixture_case(unmapping_what_is_not_mapped_is_warned_about),
		fixture_case(a_too_small_unmap_leaves_the_rest_mapped),
	};
	const struct CMUnitTest strict[] = {
		fixture_case(an_address_given_back_is_the_next_one),
		fixture_case(a_strict_unmap_takes_effect_at_once),
	};
	const struct CMUnitTest lazy[] = {
		fixture_case(a_lazy_unmap_leaves_a_window),
		fixture_case(a_slow_flusher_flushes_after_a_second),
		fixture_case(a_full_queue_flushes_before_its_time),
	};
	const struct CMUnitTest untranslated[] = {
		fixture_case(an_untranslated_address_is_the_physical_one),
		fixture_case(
			registers_are_mapped_at_their_address_untranslated),
		fixture_case(a_physical_address_keeps_any_alignment),
		fixture_case(registers_out_of_reach_cannot_be_mapped),
	};
	const struct CMUnitTest any[] = {
		fixture_case(a_failed_mapping_of_registers_leaves_nothing),
		fixture_case(a_device_without_a_mask_cannot_map),
		fixture_case(no_direction_is_a_bug),
		fixture_case(a_page_is_no_register),
		fixture_case(vmalloc_memory_is_refused),
		fixture_case(a_kmalloc_buffer_is_mapped_at_its_offset),
	};

	return run_variants("streaming", translated, variants_gap) +
	       run_variants("streaming", translated, variants_translated) +
	       run_variants("streaming", translated, variants_formats) +
	       run_variants("streaming", strict, variants_strict) +
	       run_variants("streaming", lazy, variants_lazy) +
	       run_variants("streaming", untranslated, variants_untranslated) +
	       run_variants("streaming", any, variants_all) +
	       run_variants("streaming", translated,
			    variants_checker_translated) +
	       run_variants("streaming", strict, variants_checker_strict) +
	       run_variants("streaming", lazy, variants_checker_lazy) +
	       run_variants("streaming", untranslated,
			    variants_checker_direct) +
	       run_variants("streaming", any, variants_checker) +
	       not_swept("dma_map_page_attrs", "dma_map_resource",
			 "dma_direct_map_resource", "iommu_dma_map_resource");
}
