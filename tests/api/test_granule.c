/* SPDX-License-Identifier: MIT */
/*
 * Granules of the IOMMU as large as a page, smaller, larger: what the numbers of
 * the contract become. G is the granule, P the page. The 32-bit IOVA space ends
 * at 4 GiB, so the first granule handed out is 4 GiB - G.
 */
#include "api/api.h"
#include "unit/mock/mock_formats.h"

#include <linux/iova.h>

/* RAM that nobody has in use, aligned to every granule. */
#define RAM 0x123400000ull
#define END 0x100000000ull

static const struct variant variants_mock[] = {
	{ "mock_2k,strict", DMASIM_IOMMU_STRICT, "mock_2k", true, false,
	  .granule = SZ_2K },
	{ "mock_2k,strict,checker", DMASIM_IOMMU_STRICT, "mock_2k", true, false,
	  .granule = SZ_2K, .checker = true },
	{ "mock_2k,lazy", DMASIM_IOMMU_LAZY, "mock_2k", true, true,
	  .granule = SZ_2K },
#if PAGE_SHIFT >= 16
	{ "mock_64k,strict", DMASIM_IOMMU_STRICT, "mock_64k", true, false,
	  .granule = SZ_64K },
#endif
};

static size_t granule(const struct fixture *f)
{
	return f->cfg.iommu_granule ?: SZ_4K;
}

/* An offset in a page, and inside a granule. */
static size_t odd(const struct fixture *f)
{
	return 0xa40 & (granule(f) - 1);
}

/* It keeps its offsets as far as a granule does. */
static void make_external(struct fixture *f)
{
	fixture_make_external(f);
	dma_set_min_align_mask(f->dev, min_t(size_t, granule(f), SZ_4K) - 1);
}

static uint64_t target(struct fixture *f, dma_addr_t addr)
{
	uint64_t phys = 0;

	if (dmasim_iommu_translate(f->hw, addr, false, &phys) != DMASIM_DMA_OK)
		return 0;
	return phys;
}

static bool bounced(struct fixture *f, dma_addr_t addr)
{
	return target(f, addr) < END;
}

static void assert_zero_for_device(struct fixture *f, dma_addr_t addr,
				   size_t len)
{
	u8 *buf = malloc(len + 1);
	size_t i;

	assert_non_null(buf);
	assert_int_equal(dmasim_dma_read(f->hw, addr, buf, len), DMASIM_DMA_OK);
	for (i = 0; i < len; i++)
		assert_int_equal(buf[i], 0);
	free(buf);
}

static u64 slots_used(void)
{
	struct dmasim_swiotlb_stats stats;

	dmasim_swiotlb_get_stats(&stats);
	return stats.used;
}

/* ---- streaming ---------------------------------------------------------------- */

/* spec: dma-core 43 */
static void a_page_is_mapped_by_whole_granules(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	dma_addr_t addr;

	fill_pattern(ram_at(RAM, 0x400), 0x400, 1);
	addr = dma_map_phys(f->dev, RAM + 0x234, 0x100, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);

	assert_int_equal(addr, END - G + 0x234);
	assert_translates(f, END - G, RAM);
	assert_translates(f, END - 1, RAM + G - 1);
	assert_not_mapped(f, END - 2 * G, G);

	dma_unmap_phys(f->dev, addr, 0x100, DMA_TO_DEVICE, 0);
	assert_not_mapped(f, END - G, G);
	/* A lazy domain keeps the address back until the next flush. */
	if (f->variant->lazy)
		return;
	assert_int_equal(dma_map_phys(f->dev, RAM + 0x234, 0x100, DMA_TO_DEVICE,
				      0),
			 addr);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	dma_unmap_phys(f->dev, addr, 0x100, DMA_TO_DEVICE, 0);
}

/* spec: dma-core 44 */
static void a_granule_border_takes_two(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	dma_addr_t addr;

	addr = dma_map_phys(f->dev, RAM + G - 0x100, 0x200, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);

	assert_int_equal(addr, END - G - 0x100);
	assert_translates(f, addr, RAM + G - 0x100);
	assert_translates(f, END - 1, RAM + 2 * G - 1);
	dma_unmap_phys(f->dev, addr, 0x200, DMA_TO_DEVICE, 0);
	assert_not_mapped(f, END - 2 * G, 2 * G);
}

/* spec: dma-core 45 */
static void an_alignment_beyond_the_granule_cannot_be_kept(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	dma_addr_t addr;

	dma_set_min_align_mask(f->dev, G - 1);
	addr = dma_map_phys(f->dev, RAM, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, END - G);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);

	expect_warns(1);
	dma_set_min_align_mask(f->dev, 2 * G - 1);
	assert_int_equal(dma_map_phys(f->dev, RAM, 64, DMA_TO_DEVICE, 0),
			 DMA_MAPPING_ERROR);
}

static void an_untrusted_page_shows_nothing_else_of_its_granule(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	dma_addr_t addr;

	make_external(f);
	fill_pattern(ram_at(RAM, G), G, 2);
	addr = dma_map_phys(f->dev, RAM + 0x234, 0x100, DMA_BIDIRECTIONAL, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);

	assert_int_equal(addr, END - G + 0x234);
	assert_true(bounced(f, addr));
	assert_int_equal(target(f, END - G) % G, 0);
	assert_zero_for_device(f, END - G, 0x234);
	assert_zero_for_device(f, addr + 0x100, G - 0x334);
	assert_device_writes(f, addr, 0x100, 3);
	dma_unmap_phys(f->dev, addr, 0x100, DMA_BIDIRECTIONAL, 0);

	assert_pattern(dmasim_ram(RAM + 0x234, 0x100), 0x100, 3);
	assert_int_equal(slots_used(), 0);
}

/* spec: dma-core 54, 53 */
static void entries_that_meet_on_granules_are_one_segment(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	struct scatterlist sg[4];

	dma_set_max_seg_size(f->dev, 8 * G);
	sg_init_table(sg, 4);
	sg_set_page(&sg[0], phys_to_page(RAM), G - 0x100,
		    offset_in_page(RAM) + 0x100);
	sg_set_page(&sg[1], phys_to_page(RAM + SZ_256K), G, 0);
	sg_set_page(&sg[2], phys_to_page(RAM + SZ_512K), 0x200, 0);
	sg_set_page(&sg[3], phys_to_page(RAM + SZ_1M), G, 0);

	assert_int_equal(dma_map_sg(f->dev, sg, 4, DMA_TO_DEVICE), 2);
	assert_int_equal(sg_dma_address(&sg[0]), END - 4 * G + 0x100);
	assert_int_equal(sg_dma_len(&sg[0]), 2 * G - 0x100 + 0x200);
	assert_int_equal(sg_dma_address(&sg[1]), END - G);
	assert_int_equal(sg_dma_len(&sg[1]), G);
	assert_translates(f, END - 3 * G, RAM + SZ_256K);
	assert_translates(f, END - 2 * G, RAM + SZ_512K);
	assert_translates(f, END - G, RAM + SZ_1M);

	dma_unmap_sg(f->dev, sg, 4, DMA_TO_DEVICE);
	assert_not_mapped(f, END - 4 * G, 4 * G);
}

/* spec: dma-core 64 */
static void an_untrusted_list_bounces_what_ends_inside_a_granule(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	struct scatterlist sg[2];

	make_external(f);
	sg_init_table(sg, 2);
	sg_set_page(&sg[0], phys_to_page(RAM), G, 0);
	sg_set_page(&sg[1], phys_to_page(RAM + SZ_256K), G + 512, 0);

	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_TO_DEVICE), 2);
	assert_false(bounced(f, sg_dma_address(&sg[0])));
	assert_true(bounced(f, sg_dma_address(&sg[1])));
	assert_zero_for_device(f, sg_dma_address(&sg[1]) + G + 512, G - 512);

	dma_unmap_sg(f->dev, sg, 2, DMA_TO_DEVICE);
	assert_int_equal(slots_used(), 0);
}

/* spec: dma-core 74 */
static void limits_name_granule_and_page(void **state)
{
	struct fixture *f = *state;
	struct dmasim_iova_stats stats;

	assert_int_equal(dma_get_merge_boundary(f->dev), granule(f) - 1);
	/* D17: of pages, although the caches hold granules. */
	assert_int_equal(dma_opt_mapping_size(f->dev), 32 * PAGE_SIZE);
	assert_true(dmasim_iova_get_stats(f->hw, &stats));
	assert_int_equal(stats.optimal_size, 32 * PAGE_SIZE);
	assert_int_equal(stats.cached_size, 32 * granule(f));
	assert_int_equal(stats.lost_granules, 0);
}

/* ---- two-step ----------------------------------------------------------------- */

/* spec: dma-core 17, 18 */
static void a_state_begins_and_ends_with_granules(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	struct dma_iova_state iova;

	fill_pattern(ram_at(RAM, 4 * G), 4 * G, 4);
	assert_true(dma_iova_try_alloc(f->dev, &iova, RAM + odd(f), 3 * G));
	assert_int_equal(iova.addr, END - 4 * G + odd(f));
	assert_int_equal(dma_iova_link(f->dev, &iova, RAM + odd(f), 0, 3 * G,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 3 * G), 0);

	assert_translates(f, END - 4 * G, RAM);
	assert_device_reads(f, END - 4 * G, 4 * G, 4);
	dma_iova_destroy(f->dev, &iova, 3 * G, DMA_TO_DEVICE, 0);
	iommu_flush_iotlb_all(iommu_get_dma_domain(f->dev));
	assert_not_mapped(f, END - 4 * G, 4 * G);
}

/* spec: dma-core 30, 29 */
static void links_are_made_of_granules(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 4 * G));
	assert_int_equal(dma_iova_link(f->dev, &iova, RAM, 0, G / 2,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_link(f->dev, &iova, RAM + SZ_1M, G / 2, G / 2,
				       DMA_TO_DEVICE, 0),
			 -EINVAL);
	assert_not_mapped(f, iova.addr + G, G);
	dma_iova_destroy(f->dev, &iova, G / 2, DMA_TO_DEVICE, 0);

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 4 * G));
	assert_int_equal(dma_iova_link(f->dev, &iova, RAM + G / 2, 0, G,
				       DMA_TO_DEVICE, 0),
			 -EINVAL);
	dma_iova_free(f->dev, &iova);
}

/* spec: dma-core 34 */
static void a_granule_in_the_middle_can_be_exchanged(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f), i;
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 3 * G));
	for (i = 0; i < 3; i++)
		assert_int_equal(dma_iova_link(f->dev, &iova, RAM + i * SZ_256K,
					       i * G, G, DMA_TO_DEVICE, 0),
				 0);
	dma_iova_unlink(f->dev, &iova, G, G, DMA_TO_DEVICE, 0);
	assert_not_mapped(f, iova.addr + G, G);
	assert_int_equal(dma_iova_link(f->dev, &iova, RAM + SZ_1M, G, G,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, G, G), 0);

	assert_translates(f, iova.addr, RAM);
	assert_translates(f, iova.addr + G, RAM + SZ_1M);
	assert_translates(f, iova.addr + 2 * G, RAM + 2 * SZ_256K);
	dma_iova_destroy(f->dev, &iova, 3 * G, DMA_TO_DEVICE, 0);
}

/* Head and tail in bounce buffers, the middle in place. */
static void link_external(struct fixture *f, struct dma_iova_state *iova)
{
	size_t G = granule(f);

	fill_pattern(ram_at(RAM, 4 * G), 4 * G, 5);
	assert_true(dma_iova_try_alloc(f->dev, iova, RAM + odd(f), 3 * G));
	assert_int_equal(dma_iova_link(f->dev, iova, RAM + odd(f), 0, 3 * G,
				       DMA_BIDIRECTIONAL, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, iova, 0, 3 * G), 0);
}

/* spec: dma-core 19, 20 */
static void edges_of_an_untrusted_link_bounce_by_granules(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	struct dma_iova_state iova;

	make_external(f);
	link_external(f, &iova);

	assert_true(bounced(f, END - 4 * G));
	assert_translates(f, END - 3 * G, RAM + G);
	assert_translates(f, END - 2 * G, RAM + 2 * G);
	assert_true(bounced(f, END - G));
	/* A granule each for head and tail, in slots of 2 KiB. */
	assert_int_equal(slots_used(), 2 * G / 2048);
	assert_zero_for_device(f, END - 4 * G, odd(f));
	assert_zero_for_device(f, END - G + odd(f), G - odd(f));

	assert_device_writes(f, iova.addr, 3 * G, 6);
	dma_iova_destroy(f->dev, &iova, 3 * G, DMA_BIDIRECTIONAL, 0);
	assert_pattern(dmasim_ram(RAM + odd(f), 3 * G), 3 * G, 6);
	assert_pattern(dmasim_ram(RAM, odd(f)), odd(f), 5);
	assert_int_equal(slots_used(), 0);
}

/* spec: dma-core 24, D2 */
static void a_bounced_head_keeps_its_place_in_the_granule(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f), off = G - 0x5c0;
	struct dma_iova_state iova;

	make_external(f);
	dma_set_min_align_mask(f->dev, 0);
	fill_pattern(ram_at(RAM, 2 * G), 2 * G, 7);
	assert_true(dma_iova_try_alloc(f->dev, &iova, RAM + off, 0x800));
	assert_int_equal(dma_iova_link(f->dev, &iova, RAM + off, 0, 0x800,
				       DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x800), 0);

	assert_int_equal(iova.addr % G, off);
	assert_int_equal(target(f, iova.addr) % G, off);
	assert_zero_for_device(f, iova.addr - off, off);
	dma_iova_destroy(f->dev, &iova, 0x800, DMA_TO_DEVICE, 0);
}

static void two_step_loses_nothing_when_something_fails(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	struct dma_iova_state iova;
	struct sweep s;

	make_external(f);
	FAIL_SWEEP(s, SWEEP_ALL) {
		if (!dma_iova_try_alloc(f->dev, &iova, RAM + odd(f), 3 * G)) {
			assert_true(sweep_failed());
			continue;
		}
		if (dma_iova_link(f->dev, &iova, RAM + odd(f), 0, 3 * G,
				  DMA_TO_DEVICE, 0)) {
			assert_true(sweep_failed());
			assert_not_mapped(f, iova.addr, 3 * G);
			dma_iova_free(f->dev, &iova);
		} else {
			dma_iova_destroy(f->dev, &iova, 3 * G, DMA_TO_DEVICE,
					 0);
		}
		assert_int_equal(slots_used(), 0);
	}
}

/* ---- allocations -------------------------------------------------------------- */

/* spec: dma-core 94 */
static void coherent_memory_is_cpu_pages_and_mapped_granules(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	dma_addr_t addr;
	u8 *cpu = dma_alloc_coherent(f->dev, 100, &addr, GFP_KERNEL);

	assert_non_null(cpu);
	assert_int_equal(offset_in_page(cpu), 0);
	assert_int_equal(addr, END - G);
	/* All of the page is the caller's, the device has up(100, G) of it. */
	memset(cpu, 0x5a, PAGE_SIZE);
	assert_read(f, addr + G - 1, DMASIM_DMA_OK);
	assert_not_mapped(f, addr - PAGE_SIZE, PAGE_SIZE);

	dma_free_coherent(f->dev, 100, cpu, addr);
	iommu_flush_iotlb_all(iommu_get_dma_domain(f->dev));
	assert_not_mapped(f, END - G, G);
}

static void atomic_coherent_memory_is_mapped_likewise(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f);
	dma_addr_t addr;
	u8 *cpu = dma_alloc_coherent(f->dev, 100, &addr, GFP_ATOMIC);

	assert_non_null(cpu);
	assert_int_equal(addr, END - G);
	assert_translates(f, addr, virt_to_phys(cpu));
	assert_translates(f, addr + G - 1, virt_to_phys(cpu) + G - 1);
	dma_free_coherent(f->dev, 100, cpu, addr);
}

static void a_last_page_may_be_mapped_in_part(void **state)
{
	struct fixture *f = *state;
	size_t G = granule(f), size = 3 * PAGE_SIZE + 100, i;
	size_t mapped = 3 * PAGE_SIZE + G;
	dma_addr_t addr;
	u8 *cpu;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	cpu = dma_alloc_coherent(f->dev, size, &addr, GFP_KERNEL);
	assert_non_null(cpu);
	fill_pattern(cpu, size, 8);
	assert_device_reads(f, addr, size, 8);
	for (i = 0; i < mapped; i += G)
		assert_translates(f, addr + i,
				  page_to_phys(vmalloc_to_page(cpu + i)) +
					  offset_in_page(i));
	dma_free_coherent(f->dev, size, cpu, addr);
}

/* spec: dma-core 98 */
static void scattered_pages_are_one_range_of_granules(void **state)
{
	struct fixture *f = *state;
	size_t size = 5 * PAGE_SIZE;
	struct sg_table *sgt;
	u8 *view;

	dmasim_set_layout(DMASIM_LAYOUT_SCATTERED);
	sgt = dma_alloc_noncontiguous(f->dev, size, DMA_BIDIRECTIONAL,
				      GFP_KERNEL, DMA_ATTR_ALLOC_SINGLE_PAGES);
	assert_non_null(sgt);
	assert_int_equal(sgt->nents, 1);
	assert_int_equal(sg_dma_len(sgt->sgl), size);
	view = dma_vmap_noncontiguous(f->dev, size, sgt);
	assert_non_null(view);
	fill_pattern(view, size, 9);
	dma_sync_sgtable_for_device(f->dev, sgt, DMA_TO_DEVICE);
	assert_device_reads(f, sg_dma_address(sgt->sgl), size, 9);
	dma_vunmap_noncontiguous(f->dev, view);
	dma_free_noncontiguous(f->dev, size, sgt, DMA_BIDIRECTIONAL);
}

static void coherent_memory_loses_nothing_when_something_fails(void **state)
{
	struct fixture *f = *state;
	size_t size = PAGE_SIZE + 100;
	struct sweep s;

	FAIL_SWEEP(s, SWEEP_ALL) {
		dma_addr_t addr;
		void *cpu = dma_alloc_coherent(f->dev, size, &addr,
					       GFP_KERNEL | __GFP_NOWARN);

		if (cpu)
			dma_free_coherent(f->dev, size, cpu, addr);
		else
			assert_true(sweep_failed());
	}
}

/* ---- larger than a page --------------------------------------------------------- */

static int setup_too_large(void **state)
{
	struct fixture *f;

	fixture_setup(state);
	f = *state;
	f->cfg.iommu = DMASIM_IOMMU_STRICT;
	f->cfg.iommu_format = "amdv1";
	f->cfg.iommu_granule = 2 * PAGE_SIZE;
	fixture_rebuild(f);
	return 0;
}

/* spec: dma-core 15 */
static void a_granule_beyond_a_page_leaves_no_dma_api(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	dma_addr_t addr;

	assert_int_equal(
		dmasim_event_count(DMASIM_EVENT_REFUSAL, "iommu-granule"), 1);
	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE));
	assert_false(dma_use_iova(&iova));

	/* Direct mappings it keeps, and the IOMMU lets none of them through. */
	addr = dma_map_phys(f->dev, RAM, 64, DMA_TO_DEVICE, 0);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(addr, RAM);
	expect_faults(1);
	assert_read(f, addr, DMASIM_DMA_UNMAPPED);
	dma_unmap_phys(f->dev, addr, 64, DMA_TO_DEVICE, 0);
}

static void a_domain_of_ones_own_maps_such_granules(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = iommu_paging_domain_alloc(f->dev);
	size_t G = 2 * PAGE_SIZE;

	assert_false(IS_ERR(d));
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(iommu_map(d, 4 * G, RAM, PAGE_SIZE, IOMMU_READ,
				   GFP_KERNEL),
			 -EINVAL);
	assert_int_equal(iommu_map(d, 4 * G, RAM, G, IOMMU_READ, GFP_KERNEL),
			 0);
	assert_read(f, 5 * G - 1, DMASIM_DMA_OK);
	assert_translates(f, 5 * G - 1, RAM + G - 1);

	assert_int_equal(iommu_unmap(d, 4 * G, G), G);
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		fixture_case(a_page_is_mapped_by_whole_granules),
		fixture_case(a_granule_border_takes_two),
		fixture_case(an_alignment_beyond_the_granule_cannot_be_kept),
		fixture_case(
			an_untrusted_page_shows_nothing_else_of_its_granule),
		fixture_case(entries_that_meet_on_granules_are_one_segment),
		fixture_case(
			an_untrusted_list_bounces_what_ends_inside_a_granule),
		fixture_case(limits_name_granule_and_page),
		fixture_case(a_state_begins_and_ends_with_granules),
		fixture_case(links_are_made_of_granules),
		fixture_case(a_granule_in_the_middle_can_be_exchanged),
		fixture_case(edges_of_an_untrusted_link_bounce_by_granules),
		fixture_case(a_bounced_head_keeps_its_place_in_the_granule),
		fixture_case(two_step_loses_nothing_when_something_fails),
		fixture_case(coherent_memory_is_cpu_pages_and_mapped_granules),
		fixture_case(atomic_coherent_memory_is_mapped_likewise),
		fixture_case(a_last_page_may_be_mapped_in_part),
		fixture_case(scattered_pages_are_one_range_of_granules),
		fixture_case(
			coherent_memory_loses_nothing_when_something_fails),
	};
	const struct CMUnitTest too_large[] = {
		cmocka_unit_test_setup_teardown(
			a_granule_beyond_a_page_leaves_no_dma_api,
			setup_too_large, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			a_domain_of_ones_own_maps_such_granules,
			setup_too_large, fixture_teardown),
	};

	/* The library has no format whose pages are smaller than a CPU's. */
	hw_mock_add();
	assert_int_equal(iommu_mock_add(), 0);
	return run_variants("granule", tests, variants_granules) +
	       run_variants("granule", tests, variants_checker_translated) +
	       run_variants("granule", tests, variants_mock) +
	       cmocka_run_group_tests_name("granule[too large]", too_large,
					   NULL, NULL);
}
