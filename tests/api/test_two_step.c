/* SPDX-License-Identifier: MIT */
/*
 * The two-step API on whole machines: what the IOMMU's tables say and what the
 * device gets to see.
 *
 * Fresh domain, 4 KiB granule, 64-bit mask: the first address below 4 GiB is
 * 0xfffff000, a range of 3 or 4 pages starts at 0xffffc000.
 *
 * Bounced links (dma-core 19-24, 35, 36): test_bounce.c; 113:
 * tests/unit/swiotlb/test_release_order.c; 39: test_noncoherent.c.
 */
#include "api/api.h"

static struct dma_iova_state reserve(struct fixture *f, size_t size)
{
	struct dma_iova_state iova = {};

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, size));
	return iova;
}

static int link_pages(struct fixture *f, struct dma_iova_state *iova,
		      phys_addr_t phys, size_t offset, size_t size)
{
	return dma_iova_link(f->dev, iova, phys, offset, size,
			     DMA_BIDIRECTIONAL, 0);
}

static void unlink_pages(struct fixture *f, struct dma_iova_state *iova,
			 size_t offset, size_t size)
{
	dma_iova_unlink(f->dev, iova, offset, size, DMA_BIDIRECTIONAL, 0);
}

static void destroy(struct fixture *f, struct dma_iova_state *iova,
		    size_t mapped_len)
{
	dma_iova_destroy(f->dev, iova, mapped_len, DMA_BIDIRECTIONAL, 0);
}

/* ---- reserving -------------------------------------------------------------- */

/* spec: dma-core 17 */
static void a_reservation_is_aligned_to_its_rounded_size(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 0x3000));

	assert_int_equal(iova.addr, 0xffffc000);
	assert_int_equal(dma_iova_size(&iova), 0x3000);
	assert_true(dma_use_iova(&iova));

	dma_iova_free(f->dev, &iova);
}

static void a_reservation_maps_nothing(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x3000);

	assert_not_mapped(f, 0xffffc000, 0x4000);
	assert_device_faults(f, 0xffffc000, 0x3000);

	dma_iova_free(f->dev, &iova);
}

/* spec: dma-core 25 */
static void an_untranslated_device_has_nothing_to_reserve(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = { .addr = 0x1234000, .__size = 0x1000 };

	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, 0x1000));

	assert_int_equal(iova.addr, 0);
	assert_int_equal(iova.__size, 0);
	assert_false(dma_use_iova(&iova));
}

/* spec: dma-core 26 */
static void impossible_sizes_are_refused_with_a_warning(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = { .addr = 0x1234000, .__size = 0x1000 };

	expect_warns(2);

	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, 0));
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(iova.addr, 0);
	assert_int_equal(iova.__size, 0);

	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, 1ul << 63));
	assert_event(DMASIM_EVENT_WARN, NULL, 2);
	assert_false(dma_use_iova(&iova));
}

/* spec: dma-core 27 */
static void exhausted_addresses_are_a_silent_no(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_iova_state taken[12], iova = { 0 };
	int i;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(24)), 0);
	for (i = 0; i < 12; i++)
		taken[i] = reserve(f, SZ_8M >> i);
	assert_int_equal(taken[0].addr, 0x800000);
	assert_int_equal(taken[11].addr, 0x1000);

	assert_false(dma_iova_try_alloc(f->dev, &iova, 0, PAGE_4K));
	assert_false(dma_use_iova(&iova));
	assert_int_equal(dma_map_page(f->dev, page, 0, PAGE_4K, DMA_TO_DEVICE),
			 DMA_MAPPING_ERROR);

	for (i = 0; i < 12; i++)
		dma_iova_free(f->dev, &taken[i]);
	__free_page(page);
}

/* Take every free address below 4 GiB; a 32-bit device has no second choice. */
static unsigned int fill_low(struct fixture *f, struct dma_iova_state *taken,
			     unsigned int room)
{
	unsigned int nr = 0;
	size_t size;

	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(32)), 0);
	for (size = SZ_1G; size >= PAGE_4K; size /= 2) {
		while (dma_iova_try_alloc(f->dev, &taken[nr], 0, size))
			assert_in_range(++nr, 1, room - 1);
	}
	return nr;
}

/* spec: dma-core 42 */
static void low_addresses_are_used_up_before_high_ones(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state taken[128], first, second;
	uint64_t notices = dmasim_event_count(DMASIM_EVENT_LOG, "notice");
	unsigned int nr = fill_low(f, taken, 128);
	char bits[16];

	assert_int_equal(taken[0].__size, SZ_1G);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(48)), 0);
	assert_event(DMASIM_EVENT_LOG, "notice", notices);

	first = reserve(f, PAGE_4K);
	assert_int_equal(first.addr, variant_top(f->variant) - PAGE_4K);
	assert_event(DMASIM_EVENT_LOG, "notice", notices + 1);
	snprintf(bits, sizeof(bits), "%u", f->variant->va_lg2 ?: 48);
	assert_non_null(strstr(event_text(DMASIM_EVENT_LOG, "notice"), bits));

	/* Low space is free again, but is not asked for any more. */
	dma_iova_free(f->dev, &taken[0]);
	second = reserve(f, PAGE_4K);
	assert_int_equal(second.addr, variant_top(f->variant) - 2 * PAGE_4K);
	assert_event(DMASIM_EVENT_LOG, "notice", notices + 1);

	while (--nr)
		dma_iova_free(f->dev, &taken[nr]);
	dma_iova_free(f->dev, &first);
	dma_iova_free(f->dev, &second);
}

/* spec: dma-core 42 */
static void forcedac_starts_at_the_top(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	f->cfg.forcedac = true;
	fixture_rebuild(f);
	assert_int_equal(dma_set_mask(f->dev, DMA_BIT_MASK(48)), 0);

	iova = reserve(f, PAGE_4K);

	assert_int_equal(iova.addr, variant_top(f->variant) - PAGE_4K);
	dma_iova_free(f->dev, &iova);
}

/* The highest address that a device can use is as good as any. */
static void the_top_of_the_address_space_is_usable(void **state)
{
	struct fixture *f = *state;
	uint64_t frees;
	struct dma_iova_state iova;

	f->cfg.forcedac = true;
	fixture_rebuild(f);
	fill_pattern(ram_at(0x123456000, 0x2000), 0x2000, 64);
	frees = dma_stat(iova_frees);
	iova = reserve(f, 0x2000);

	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x2000), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x2000), 0);
	assert_device_reads(f, iova.addr, 0x2000, 64);
	unlink_pages(f, &iova, 0, 0x2000);
	assert_device_faults(f, iova.addr, 0x2000);
	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x2000), 0);
	destroy(f, &iova, 0x2000);

	assert_not_mapped(f, iova.addr, 0x2000);
	dmasim_run_for(12 * 1000 * 1000);
	assert_int_equal(dma_stat(iova_frees) - frees, 1);
}

/* spec: dma-core D5 */
static void an_alignment_above_the_granule_is_noted(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	dma_set_min_align_mask(f->dev, 0xffff);
	iova = reserve(f, 0x1000);

	assert_int_equal(iova.addr, 0xfffff000);
#ifdef DMASIM_DEBUG
	assert_event(DMASIM_EVENT_NOTE, "dma-iova-min-align", 1);
#endif
	dma_iova_free(f->dev, &iova);
}

/* ---- linking ---------------------------------------------------------------- */

/* spec: dma-core 18 */
static void an_unaligned_range_is_widened_to_granules(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	fill_pattern(ram_at(0x123456a40, 0x3000), 0x3000, 18);
	assert_true(dma_iova_try_alloc(f->dev, &iova, 0x123456a40, 0x3000));
	assert_int_equal(iova.addr, 0xffffca40);

	assert_int_equal(link_pages(f, &iova, 0x123456a40, 0, 0x3000), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x3000), 0);

	assert_translates(f, 0xffffc000, 0x123456000);
	assert_translates(f, 0xffffca40, 0x123456a40);
	assert_translates(f, 0xffffd000, 0x123457000);
	assert_translates(f, 0xffffe000, 0x123458000);
	assert_translates(f, 0xfffff000, 0x123459000);
	assert_not_mapped(f, 0xffffb000, 0x1000);
	assert_not_mapped(f, 0x100000000, 0x1000);
	assert_device_reads(f, 0xffffca40, 0x3000, 18);
	assert_false(iova.__size & DMA_IOVA_USE_SWIOTLB);
	assert_int_equal(dma_iova_size(&iova), 0x3000);

	destroy(f, &iova, 0x3000);
	assert_not_mapped(f, 0xffffc000, 0x4000);
}

/* spec: dma-core 18 */
static void four_granules_take_four_entries(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	uint64_t before;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0x123456a40, 0x3000));
	before = iommu_stat(pte_writes);

	assert_int_equal(link_pages(f, &iova, 0x123456a40, 0, 0x3000), 0);

	assert_int_equal(iommu_stat(pte_writes) - before, 4);
	destroy(f, &iova, 0x3000);
}

/* spec: dma-core 28 */
static void only_the_first_range_may_start_inside_a_granule(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x2000);

	expect_warns(1);
	assert_int_equal(link_pages(f, &iova, 0x101000, 0, 0x1000), 0);

	assert_int_equal(link_pages(f, &iova, 0x105100, 0x1000, 0x1000), -EIO);

	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_translates(f, 0xffffe000, 0x101000);
	assert_not_mapped(f, 0xfffff000, 0x1000);
	destroy(f, &iova, 0x1000);
}

/* spec: dma-core 29 */
static void the_first_range_must_match_the_reserved_offset(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x2000);

	assert_int_equal(link_pages(f, &iova, 0x2100, 0, 0x1000), -EINVAL);

	assert_not_mapped(f, 0xffffd000, 0x3000);
	dma_iova_free(f->dev, &iova);
}

/* spec: dma-core 30 */
static void a_range_after_half_a_granule_is_refused(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x2000);

	assert_int_equal(link_pages(f, &iova, 0x101000, 0, 0x800), 0);

	assert_int_equal(link_pages(f, &iova, 0x105000, 0x800, 0x800), -EINVAL);

	assert_translates(f, 0xffffe000, 0x101000);
	assert_not_mapped(f, 0xfffff000, 0x1000);
	destroy(f, &iova, 0x800);
}

static void a_linked_granule_cannot_be_linked_again(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x2000);

	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x2000), 0);
	expect_checker(f, "checker-iova-link-overlap", 1);

	assert_int_equal(link_pages(f, &iova, 0x123460000, 0x1000, 0x1000),
			 -EADDRINUSE);

	assert_translates(f, 0xffffe000, 0x123456000);
	assert_translates(f, 0xfffff000, 0x123457000);
	destroy(f, &iova, 0x2000);
}

/* spec: dma-core 40 */
static void a_large_aligned_range_takes_one_large_entry(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, SZ_2M);
	uint64_t before = iommu_stat(pte_writes);

	assert_int_equal(iova.addr, 0xffe00000);

	assert_int_equal(link_pages(f, &iova, 0x140000000, 0, SZ_2M), 0);

	assert_int_equal(iommu_stat(pte_writes) - before, 1);
	assert_translates(f, 0xffe00000, 0x140000000);
	assert_translates(f, 0xffffffff, 0x1401fffff);
	destroy(f, &iova, SZ_2M);
	assert_not_mapped(f, 0xffe00000, SZ_2M);
}

/* spec: dma-core 41 */
static void the_device_has_only_the_rights_of_the_direction(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x2000);

	expect_faults(1);
	ram_at(0x123456000, 0x2000);
	assert_int_equal(dma_iova_link(f->dev, &iova, 0x123456000, 0, 0x1000,
				       DMA_FROM_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_link(f->dev, &iova, 0x123457000, 0x1000,
				       0x1000, DMA_TO_DEVICE, 0),
			 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x2000), 0);

	assert_writes_only(f, 0xffffe000);
	assert_read(f, 0xfffff000, DMASIM_DMA_OK);
	assert_write(f, 0xfffff000, DMASIM_DMA_PERM);

	dma_iova_unlink(f->dev, &iova, 0, 0x1000, DMA_FROM_DEVICE, 0);
	dma_iova_unlink(f->dev, &iova, 0x1000, 0x1000, DMA_TO_DEVICE, 0);
	dma_iova_free(f->dev, &iova);
}

/* ---- syncing ---------------------------------------------------------------- */

/* Stands before the driver's iotlb_sync_map and takes notes. */
/* Another state begins where this one ends. */
static void an_unlink_ends_with_its_state(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state above = reserve(f, PAGE_4K);
	struct dma_iova_state below = reserve(f, PAGE_4K);

	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-range", 4);
	assert_int_equal(above.addr, below.addr + PAGE_4K);
	assert_int_equal(link_pages(f, &above, 0x123450000, 0, PAGE_4K), 0);
	assert_int_equal(link_pages(f, &below, 0x123460000, 0, PAGE_4K), 0);

	unlink_pages(f, &below, 0, 2 * PAGE_4K);
	assert_not_mapped(f, below.addr, PAGE_4K);
	unlink_pages(f, &below, PAGE_4K, PAGE_4K);
	unlink_pages(f, &above, -PAGE_4K, PAGE_4K);
	assert_translates(f, above.addr, 0x123450000);

	assert_int_equal(link_pages(f, &below, 0x123460000, 0, PAGE_4K), 0);
	destroy(f, &below, 1ul << 62);
	assert_event(DMASIM_EVENT_MISUSE, "dma-iova-range", 4);
	assert_translates(f, above.addr, 0x123450000);
	assert_not_mapped(f, below.addr, PAGE_4K);

	destroy(f, &above, PAGE_4K);
}

/* A direction that is none gives no right. */
static void a_link_in_no_direction_is_refused(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, PAGE_4K);

	assert_int_equal(dma_iova_link(f->dev, &iova, 0x123450000, 0, PAGE_4K,
				       DMA_NONE, 0),
			 -EINVAL);
	assert_int_equal(dma_iova_link(f->dev, &iova, 0x123450000, 0, PAGE_4K,
				       DMA_NONE + 2, 0),
			 -EINVAL);
	assert_not_mapped(f, iova.addr, PAGE_4K);
	dma_iova_free(f->dev, &iova);
}

/* Each call that maps or unmaps, however it goes. */
static void every_link_and_unlink_is_counted(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 3 * PAGE_4K);
	uint64_t maps = dma_stat(maps), unmaps = dma_stat(unmaps);

	assert_int_equal(link_pages(f, &iova, 0x123450000, 0, PAGE_4K), 0);
	assert_int_equal(dma_stat(maps) - maps, 1);
	assert_int_equal(dma_iova_link(f->dev, &iova, 0x123460000, PAGE_4K,
				       PAGE_4K, DMA_BIDIRECTIONAL,
				       DMA_ATTR_SKIP_CPU_SYNC),
			 0);
	assert_int_equal(link_pages(f, &iova, 0x123470000, 2 * PAGE_4K, 0x800),
			 0);
	assert_int_equal(dma_stat(maps) - maps, 3);
	assert_int_equal(dma_stat(unmaps), unmaps);

	unlink_pages(f, &iova, 2 * PAGE_4K, 0x800);
	assert_int_equal(dma_stat(unmaps) - unmaps, 1);
	destroy(f, &iova, 2 * PAGE_4K);
	assert_int_equal(dma_stat(unmaps) - unmaps, 2);
	assert_int_equal(dma_stat(maps) - maps, 3);
}

static struct {
	struct iommu_domain_ops ops;
	const struct iommu_domain_ops *real;
	unsigned int calls;
	unsigned long iova;
	size_t size;
} noted;

static int note_sync_map(struct iommu_domain *domain, unsigned long iova,
			 size_t size)
{
	noted.calls++;
	noted.iova = iova;
	noted.size = size;
	return noted.real->iotlb_sync_map(domain, iova, size);
}

static void note_syncs(struct iommu_domain *domain)
{
	noted.real = domain->ops;
	noted.ops = *domain->ops;
	noted.ops.iotlb_sync_map = note_sync_map;
	noted.calls = 0;
	domain->ops = &noted.ops;
}

/* spec: dma-core 31 */
static void one_sync_makes_many_links_visible(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *domain = iommu_get_dma_domain(f->dev);
	struct dma_iova_state iova = reserve(f, SZ_64K);
	uint64_t maps = iommu_stat(maps);
	size_t i;

	note_syncs(domain);
	for (i = 0; i < 16; i++)
		assert_int_equal(link_pages(f, &iova, 0x123450000 + i * 0x2000,
					    i * PAGE_4K, PAGE_4K),
				 0);
	assert_int_equal(noted.calls, 0);
	assert_int_equal(iommu_stat(maps) - maps, 16);

	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, SZ_64K), 0);

	assert_int_equal(noted.calls, 1);
	assert_int_equal(noted.iova, 0xffff0000);
	assert_int_equal(noted.size, SZ_64K);
	domain->ops = noted.real;
	destroy(f, &iova, SZ_64K);
}

static void a_sync_covers_whole_granules(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *domain = iommu_get_dma_domain(f->dev);
	struct dma_iova_state iova;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0x123456a40, 0x3000));
	assert_int_equal(link_pages(f, &iova, 0x123456a40, 0, 0x3000), 0);
	note_syncs(domain);

	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x3000), 0);

	assert_int_equal(noted.calls, 1);
	assert_int_equal(noted.iova, 0xffffc000);
	assert_int_equal(noted.size, 0x4000);
	domain->ops = noted.real;
	destroy(f, &iova, 0x3000);
}

/* spec: dma-core 32 */
static void a_link_is_invisible_before_its_sync(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;

	f->cfg.iommu_caching_mode = true;
	fixture_rebuild(f);
	fill_pattern(ram_at(0x123456000, 0x1000), 0x1000, 32);
	iova = reserve(f, 0x1000);
	expect_faults(2);
	assert_read(f, iova.addr, DMASIM_DMA_UNMAPPED);

	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x1000), 0);
	assert_read(f, iova.addr, DMASIM_DMA_UNMAPPED);
	expect_stale_hits();
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x1000), 0);

	assert_device_reads(f, iova.addr, 0x1000, 32);
	destroy(f, &iova, 0x1000);
}

/* spec: dma-core 32 */
static void one_sync_covers_every_page_of_many_links(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova;
	size_t i;

	f->cfg.iommu_caching_mode = true;
	fixture_rebuild(f);
	iova = reserve(f, SZ_64K);
	/* Let the IOMMU remember that there is nothing. */
	assert_device_faults(f, iova.addr, SZ_64K);
	for (i = 0; i < 16; i++)
		assert_int_equal(link_pages(f, &iova, 0x123450000 + i * 0x2000,
					    i * PAGE_4K, PAGE_4K),
				 0);

	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, SZ_64K), 0);

	for (i = 0; i < 16; i++)
		assert_read(f, iova.addr + i * PAGE_4K, DMASIM_DMA_OK);
	destroy(f, &iova, SZ_64K);
}

/* ---- unlinking, ending ------------------------------------------------------- */

/* spec: dma-core 34 */
static void a_page_can_be_replaced_in_the_middle(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x3000);
	u8 *old = ram_at(0x123456000, 0x3000), *new = ram_at(0x130000000, 4096);

	fill_pattern(old, 0x1000, 1);
	fill_pattern(old + 0x1000, 0x1000, 2);
	fill_pattern(old + 0x2000, 0x1000, 3);
	fill_pattern(new, 0x1000, 4);
	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x1000), 0);
	assert_int_equal(link_pages(f, &iova, 0x123457000, 0x1000, 0x1000), 0);
	assert_int_equal(link_pages(f, &iova, 0x123458000, 0x2000, 0x1000), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x3000), 0);
	assert_device_reads(f, 0xffffd000, 0x1000, 2);

	unlink_pages(f, &iova, 0x1000, 0x1000);
	assert_device_faults(f, 0xffffd000, 0x1000);
	assert_int_equal(link_pages(f, &iova, 0x130000000, 0x1000, 0x1000), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0x1000, 0x1000), 0);

	assert_device_reads(f, 0xffffc000, 0x1000, 1);
	assert_device_reads(f, 0xffffd000, 0x1000, 4);
	assert_device_reads(f, 0xffffe000, 0x1000, 3);
	destroy(f, &iova, 0x3000);
}

static void unlinking_nothing_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x1000);

	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x1000), 0);

	unlink_pages(f, &iova, 0, 0);

	assert_translates(f, 0xfffff000, 0x123456000);
	destroy(f, &iova, 0x1000);
}

/* spec: dma-core 33 */
static void a_lazy_domain_unlinks_at_once_and_destroys_later(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x1000);
	uint64_t commands, flushes, frees = dma_stat(iova_frees);

	ram_at(0x123456000, 0x1000);
	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x1000), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x1000), 0);
	assert_read(f, 0xfffff000, DMASIM_DMA_OK);
	commands = iommu_stat(invalidations);
	flushes = iommu_stat(fq_flushes);

	unlink_pages(f, &iova, 0, 0x1000);
	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	assert_int_equal(iommu_stat(fq_flushes) - flushes, 0);
	assert_device_faults(f, 0xfffff000, 0x1000);

	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x1000), 0);
	commands = iommu_stat(invalidations);
	destroy(f, &iova, 0x1000);
	assert_int_equal(iommu_stat(invalidations) - commands, 0);
	assert_int_equal(dma_stat(iova_frees) - frees, 0);

	dmasim_run_for(12 * 1000 * 1000);
	assert_int_equal(iommu_stat(fq_flushes) - flushes, 1);
	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	assert_int_equal(dma_stat(iova_frees) - frees, 1);
}

static void a_strict_domain_destroys_at_once(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x1000);
	uint64_t frees = dma_stat(iova_frees);

	ram_at(0x123456000, 0x1000);
	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x1000), 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 0x1000), 0);
	assert_read(f, 0xfffff000, DMASIM_DMA_OK);

	destroy(f, &iova, 0x1000);

	assert_device_faults(f, 0xfffff000, 0x1000);
	assert_int_equal(dma_stat(iova_frees) - frees, 1);
}

/* spec: dma-core 37 */
static void a_partly_linked_state_gives_all_of_itself_back(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 64 * PAGE_4K), again;

	assert_int_equal(iova.addr, 0xfffc0000);
	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, PAGE_4K), 0);

	destroy(f, &iova, PAGE_4K);

	again = reserve(f, 64 * PAGE_4K);
	assert_int_equal(again.addr, 0xfffc0000);
	dma_iova_free(f->dev, &again);
}

/* spec: dma-core 38 */
static void destroying_an_unlinked_state_unmaps_nothing(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x3000);
	uint64_t unmaps = iommu_stat(unmaps), frees = dma_stat(iova_frees);

	destroy(f, &iova, 0);

	assert_int_equal(iommu_stat(unmaps) - unmaps, 0);
	assert_int_equal(dma_stat(iova_frees) - frees, 1);
}

/* spec: dma-core 38 */
static void destroying_twice_is_reported(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x1000), again, other;

	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-double-free", 1);
	destroy(f, &iova, 0);

	destroy(f, &iova, 0);

	/* The address is not handed out twice. */
	again = reserve(f, 0x1000);
	other = reserve(f, 0x1000);
	assert_int_not_equal(again.addr, other.addr);
	dma_iova_free(f->dev, &again);
	dma_iova_free(f->dev, &other);
}

/* spec: dma-core 38 */
static void destroying_a_linked_state_twice_is_reported(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x1000);

	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-double-free", 2);
	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x1000), 0);
	destroy(f, &iova, 0x1000);

	destroy(f, &iova, 0x1000);
	dma_iova_free(f->dev, &iova);

	assert_event(DMASIM_EVENT_MISUSE, "dma-iova-double-free", 2);
}

/* spec: dma-core D26 */
static void destroying_a_zeroed_state_is_reported(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = {};
	uint64_t frees = dma_stat(iova_frees);

	expect_events(DMASIM_EVENT_MISUSE, "dma-iova-unallocated", 1);

	destroy(f, &iova, 0);

	assert_int_equal(dma_stat(iova_frees) - frees, 0);
}

static void an_unlinked_state_can_be_linked_again(void **state)
{
	struct fixture *f = *state;
	struct dma_iova_state iova = reserve(f, 0x2000);

	assert_int_equal(link_pages(f, &iova, 0x123456000, 0, 0x2000), 0);
	unlink_pages(f, &iova, 0, 0x2000);
	assert_not_mapped(f, 0xffffe000, 0x2000);

	assert_int_equal(link_pages(f, &iova, 0x123460000, 0, 0x2000), 0);

	assert_translates(f, 0xffffe000, 0x123460000);
	assert_translates(f, 0xfffff000, 0x123461000);
	destroy(f, &iova, 0x2000);
}

/* ---- misuse --------------------------------------------------------------------- */

/* Eight pages, each in an entry of its own. */
static struct dma_iova_state eight_pages(struct fixture *f, struct page *pages)
{
	struct dma_iova_state iova = reserve(f, 8 * PAGE_SIZE);
	unsigned int i;

	for (i = 0; i < 8; i++)
		assert_int_equal(link_pages(f, &iova,
					    page_to_phys(pages + 7 - i),
					    i * PAGE_SIZE, PAGE_SIZE),
				 0);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 8 * PAGE_SIZE), 0);
	return iova;
}

static void what_lies_behind_a_hole_is_destroyed_too(void **state)
{
	struct fixture *f = *state;
	struct page *pages = alloc_pages(GFP_KERNEL, 3);
	struct dma_iova_state iova = eight_pages(f, pages), again;

	unlink_pages(f, &iova, 2 * PAGE_SIZE, 2 * PAGE_SIZE);
	unlink_pages(f, &iova, 6 * PAGE_SIZE, PAGE_SIZE);
	expect_warns(1);
	destroy(f, &iova, 8 * PAGE_SIZE);

	assert_not_mapped(f, iova.addr, 8 * PAGE_SIZE);
	/* The addresses are of use to the next. */
	dmasim_run_for(20 * 1000 * 1000);
	again = eight_pages(f, pages);
	assert_int_equal(again.addr, iova.addr);
	destroy(f, &again, 8 * PAGE_SIZE);
	__free_pages(pages, 3);
}

#ifdef DMASIM_DEBUG
/* A release build hands out twice what is freed twice, as Linux does. */
static void a_part_that_is_unmapped_as_a_page_stays_reserved(void **state)
{
	struct fixture *f = *state;
	struct page *pages = alloc_pages(GFP_KERNEL, 3);
	struct dma_iova_state iova = eight_pages(f, pages), other;
	dma_addr_t last = iova.addr + 8 * PAGE_SIZE - 1, page[10];
	uint64_t taken = dma_stat(iova_allocs) - dma_stat(iova_frees) - 1;
	unsigned int i;

	expect_bad_iova_free(2);
	expect_warns(1);
	dma_unmap_page(f->dev, iova.addr, PAGE_SIZE, DMA_BIDIRECTIONAL);
	dma_unmap_page(f->dev, iova.addr + 3 * PAGE_SIZE, PAGE_SIZE,
		       DMA_BIDIRECTIONAL);
	dmasim_run_for(20 * 1000 * 1000);

	for (i = 0; i < ARRAY_SIZE(page); i++) {
		page[i] = dma_map_page(f->dev, pages, 0, PAGE_SIZE,
				       DMA_BIDIRECTIONAL);
		assert_int_equal(dma_mapping_error(f->dev, page[i]), 0);
		assert_false(page[i] >= iova.addr && page[i] <= last);
	}
	destroy(f, &iova, 8 * PAGE_SIZE);
	dmasim_run_for(20 * 1000 * 1000);
	other = eight_pages(f, pages);
	for (i = 0; i < ARRAY_SIZE(page); i++) {
		assert_true(device_read_byte(f, page[i]) == DMASIM_DMA_OK);
		assert_false(page[i] >= other.addr &&
			     page[i] < other.addr + 8 * PAGE_SIZE);
		dma_unmap_page(f->dev, page[i], PAGE_SIZE, DMA_BIDIRECTIONAL);
	}
	destroy(f, &other, 8 * PAGE_SIZE);
	__free_pages(pages, 3);
	/* What was refused was not given back, and was not counted. */
	dmasim_run_for(20 * 1000 * 1000);
	assert_int_equal(dma_stat(iova_allocs) - dma_stat(iova_frees), taken);
}
#endif

int main(void)
{
	const struct CMUnitTest translated[] = {
		fixture_case(a_link_in_no_direction_is_refused),
		fixture_case(every_link_and_unlink_is_counted),
		fixture_case(a_reservation_is_aligned_to_its_rounded_size),
		fixture_case(a_reservation_maps_nothing),
		fixture_case(impossible_sizes_are_refused_with_a_warning),
		fixture_case(exhausted_addresses_are_a_silent_no),
		fixture_case(low_addresses_are_used_up_before_high_ones),
		fixture_case(forcedac_starts_at_the_top),
		fixture_case(the_top_of_the_address_space_is_usable),
		fixture_case(an_alignment_above_the_granule_is_noted),
		fixture_case(an_unaligned_range_is_widened_to_granules),
		fixture_case(only_the_first_range_may_start_inside_a_granule),
		fixture_case(the_first_range_must_match_the_reserved_offset),
		fixture_case(a_range_after_half_a_granule_is_refused),
		fixture_case(a_linked_granule_cannot_be_linked_again),
		fixture_case(the_device_has_only_the_rights_of_the_direction),
		fixture_case(one_sync_makes_many_links_visible),
		fixture_case(a_sync_covers_whole_granules),
		fixture_case(a_link_is_invisible_before_its_sync),
		fixture_case(one_sync_covers_every_page_of_many_links),
		fixture_case(a_page_can_be_replaced_in_the_middle),
		fixture_case(unlinking_nothing_changes_nothing),
		fixture_case(destroying_an_unlinked_state_unmaps_nothing),
		fixture_case(destroying_twice_is_reported),
		fixture_case(destroying_a_linked_state_twice_is_reported),
		fixture_case(destroying_a_zeroed_state_is_reported),
		fixture_case(an_unlinked_state_can_be_linked_again),
	};
	const struct CMUnitTest strict[] = {
		fixture_case(a_strict_domain_destroys_at_once),
		fixture_case(a_partly_linked_state_gives_all_of_itself_back),
	};
	const struct CMUnitTest lazy[] = {
		fixture_case(a_lazy_domain_unlinks_at_once_and_destroys_later),
	};
	const struct CMUnitTest misuse[] = {
		fixture_case(what_lies_behind_a_hole_is_destroyed_too),
		fixture_case(an_unlink_ends_with_its_state),
#ifdef DMASIM_DEBUG
		fixture_case(a_part_that_is_unmapped_as_a_page_stays_reserved),
#endif
	};
	static const struct variant linux_allocator[] = {
		{ "vtdss,strict", DMASIM_IOMMU_STRICT, "vtdss",
		  .translated = true },
		{ "amdv1,lazy", DMASIM_IOMMU_LAZY, "amdv1", .translated = true,
		  .lazy = true },
	};
	/* Entries are counted where each page size takes one. */
	const struct CMUnitTest counted[] = {
		fixture_case(four_granules_take_four_entries),
		fixture_case(a_large_aligned_range_takes_one_large_entry),
	};
	const struct CMUnitTest untranslated[] = {
		fixture_case(an_untranslated_device_has_nothing_to_reserve),
	};

	return run_variants("two_step", translated, variants_translated) +
	       run_variants("two_step", translated, variants_formats) +
	       run_variants("two_step", strict, variants_strict) +
	       run_variants("two_step", lazy, variants_lazy) +
	       run_variants_("two_step", counted, ARRAY_SIZE(counted),
			     &variant_vtdss_strict, 1) +
	       run_variants("two_step", untranslated, variants_untranslated) +
	       run_variants("two_step", translated,
			    variants_checker_translated) +
	       run_variants("two_step", strict, variants_checker_strict) +
	       run_variants("two_step", lazy, variants_checker_lazy) +
	       run_variants("two_step", misuse, linux_allocator) +
	       run_variants("two_step", misuse, variants_gap);
}
