/* SPDX-License-Identifier: MIT */
/*
 * Caches that do things by themselves: speculation by seed, small kmalloc()
 * buffers that share a line, and how often software waits for maintenance.
 */
#include "api/api.h"

#include <linux/dma-map-ops.h>

#include <stdlib.h>

#define ROUNDS 64

/* ---- speculation ---------------------------------------------------------------------- */

static void build(struct fixture *f, unsigned int one_in, u64 seed)
{
	f->cfg.cache_speculation = one_in;
	f->cfg.seed = seed;
	fixture_rebuild(f);
}

/*
 * The CPU stores to a buffer that the device owns, then the device writes it:
 * the line is dirty while the device writes. A bit for each round that lost the
 * device's data.
 */
static u64 rounds_lost(struct fixture *f, bool store)
{
	u8 *cpu = kmalloc(64, GFP_KERNEL);
	u64 lost = 0;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		dma_addr_t addr;

		memset(cpu, 0, 64);
		addr = dma_map_single(f->dev, cpu, 64, DMA_FROM_DEVICE);
		if (store)
			cpu[0] = 0xee;
		assert_device_writes(f, addr, 64, i + 1);
		dma_unmap_single(f->dev, addr, 64, DMA_FROM_DEVICE);
		if (cpu[5] != pattern_byte(i + 1, 5))
			lost |= 1ull << i;
	}
	kfree(cpu);
	return lost;
}

static void a_correct_driver_does_not_notice(void **state)
{
	struct fixture *f = *state;
	u64 seed;

	for (seed = 1; seed < 4; seed++) {
		build(f, 2, seed);
		assert_int_equal(rounds_lost(f, false), 0);
		assert_int_not_equal(cache_stat(spec_fetched), 0);
	}
}

static void a_store_to_the_devices_buffer_costs_data_now_and_then(void **state)
{
	struct fixture *f = *state;
	u64 lost, other;

	assert_int_equal(rounds_lost(f, true), 0);
	build(f, 3, 7);
	lost = rounds_lost(f, true);
	assert_int_not_equal(lost, 0);
	assert_int_not_equal(lost, ~0ull);
	assert_int_not_equal(cache_stat(spec_written_back), 0);
	/* The same seed loses the same rounds, another one others. */
	build(f, 3, 7);
	assert_true(rounds_lost(f, true) == lost);
	build(f, 3, 8);
	other = rounds_lost(f, true);
	assert_true(other != lost);
}

/* Without chance a forgotten invalidate shows in every line. */
static unsigned int lines_seen_unsynced(struct fixture *f)
{
	u8 *cpu = kzalloc(PAGE_SIZE, GFP_KERNEL);
	unsigned int at, seen = 0;
	dma_addr_t addr;

	addr = dma_map_single(f->dev, cpu, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_device_writes(f, addr, PAGE_SIZE, 9);
	for (at = 0; at < PAGE_SIZE; at += 64)
		seen += cpu[at] == pattern_byte(9, at);
	dma_unmap_single(f->dev, addr, PAGE_SIZE, DMA_FROM_DEVICE);
	assert_pattern(cpu, PAGE_SIZE, 9);
	kfree(cpu);
	return seen;
}

static void a_forgotten_invalidate_shows_in_some_lines(void **state)
{
	struct fixture *f = *state;
	unsigned int without = lines_seen_unsynced(f);

	/* Bytes that are zero anyway. */
	assert_in_range(without, 0, 4);
	build(f, 2, 1);
	assert_in_range(lines_seen_unsynced(f), 8, PAGE_SIZE / 64 - 8);
}

/* ---- kmalloc --------------------------------------------------------------------------- */

/* Two objects of 16 bytes in one line. */
static void pair(u8 **a, u8 **b, u8 *all[16])
{
	unsigned int i, k;

	*a = NULL;
	for (i = 0; i < 16; i++)
		all[i] = kzalloc(16, GFP_KERNEL);
	for (i = 0; i < 16 && !*a; i++)
		for (k = 0; k < i; k++)
			if ((uintptr_t)all[i] / 64 == (uintptr_t)all[k] / 64) {
				*a = all[i];
				*b = all[k];
			}
	assert_non_null(*a);
}

static bool neighbour_costs_data(struct fixture *f)
{
	u8 *a, *b, *all[16];
	dma_addr_t addr;
	unsigned int i;
	bool lost;

	pair(&a, &b, all);
	addr = dma_map_single(f->dev, a, 16, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_device_writes(f, addr, 16, 3);
	b[3] = 7;
	dma_unmap_single(f->dev, addr, 16, DMA_FROM_DEVICE);
	assert_int_equal(b[3], 7);
	lost = a[0] != pattern_byte(3, 0) || a[15] != pattern_byte(3, 15);
	for (i = 0; i < 16; i++)
		kfree(all[i]);
	return lost;
}

static void small_objects_in_a_line_lose_data_unless_bounced(void **state)
{
	struct fixture *f = *state;

	assert_true(neighbour_costs_data(f));
	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	assert_false(neighbour_costs_data(f));
}

static void a_small_entry_is_bounced_in_a_list(void **state)
{
	struct fixture *f = *state;
	struct dmasim_swiotlb_stats before, after;
	u8 *a, *b, *all[16], *page;
	struct scatterlist sg[2];
	unsigned int i;

	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	page = kzalloc(PAGE_SIZE, GFP_KERNEL);
	pair(&a, &b, all);
	sg_init_table(sg, 2);
	sg_set_buf(&sg[0], page, PAGE_SIZE);
	sg_set_buf(&sg[1], a, 16);
	dmasim_swiotlb_get_stats(&before);
	assert_int_equal(dma_map_sg(f->dev, sg, 2, DMA_FROM_DEVICE), 2);
	dmasim_swiotlb_get_stats(&after);
	assert_int_equal(after.bounces, before.bounces + 1);
	assert_device_writes(f, sg_dma_address(&sg[0]), PAGE_SIZE, 4);
	assert_device_writes(f, sg_dma_address(&sg[1]), 16, 5);
	b[0] = 1;
	dma_unmap_sg(f->dev, sg, 2, DMA_FROM_DEVICE);
	assert_pattern(page, PAGE_SIZE, 4);
	assert_pattern(a, 16, 5);
	for (i = 0; i < 16; i++)
		kfree(all[i]);
	kfree(page);
}

static void only_the_size_and_the_direction_count(void **state)
{
	struct fixture *f = *state;

	assert_true(dma_kmalloc_safe(f->dev, DMA_FROM_DEVICE));
	f->cfg.kmalloc_bounce = true;
	fixture_rebuild(f);
	assert_true(dma_kmalloc_safe(f->dev, DMA_TO_DEVICE));
	assert_false(dma_kmalloc_safe(f->dev, DMA_FROM_DEVICE));
	assert_false(dma_kmalloc_size_aligned(8));
	assert_false(dma_kmalloc_size_aligned(32));
	assert_true(dma_kmalloc_size_aligned(33));
	assert_true(dma_kmalloc_size_aligned(64));
	assert_false(dma_kmalloc_size_aligned(65));
	assert_true(dma_kmalloc_size_aligned(97));
	assert_true(dma_kmalloc_size_aligned(129));
	assert_true(dma_kmalloc_needs_bounce(f->dev, 16, DMA_BIDIRECTIONAL));
	assert_false(dma_kmalloc_needs_bounce(f->dev, 16, DMA_TO_DEVICE));
}

/* ---- waits (W25) --------------------------------------------------------------------------- */

static void a_list_waits_once(void **state)
{
	struct fixture *f = *state;
	struct scatterlist *sg;
	struct sg_table sgt;
	u64 waits, i;

	assert_int_equal(sg_alloc_table(&sgt, 20, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, i)
		sg_set_page(sg, alloc_page(GFP_KERNEL), PAGE_SIZE, 0);
	waits = cache_stat(waits);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_FROM_DEVICE, 0), 0);
	assert_int_equal(cache_stat(waits), waits + 1);
	dma_sync_sgtable_for_cpu(f->dev, &sgt, DMA_FROM_DEVICE);
	assert_int_equal(cache_stat(waits), waits + 2);
	dma_sync_sgtable_for_device(f->dev, &sgt, DMA_FROM_DEVICE);
	assert_int_equal(cache_stat(waits), waits + 3);
	dma_unmap_sgtable(f->dev, &sgt, DMA_FROM_DEVICE, 0);
	assert_int_equal(cache_stat(waits), waits + 4);
	for_each_sgtable_sg(&sgt, sg, i)
		__free_page(sg_page(sg));
	sg_free_table(&sgt);
}

/* Whoever is told next may look at once. */
static void a_range_waits_each_time(void **state)
{
	struct fixture *f = *state;
	struct page *page = alloc_page(GFP_KERNEL);
	u64 waits = cache_stat(waits);
	dma_addr_t addr;

	addr = dma_map_page(f->dev, page, 0, 100, DMA_FROM_DEVICE);
	assert_int_equal(dma_mapping_error(f->dev, addr), 0);
	assert_int_equal(cache_stat(waits), waits + 1);
	dma_sync_single_for_cpu(f->dev, addr, 100, DMA_FROM_DEVICE);
	assert_int_equal(cache_stat(waits), waits + 2);
	dma_sync_single_for_device(f->dev, addr, 100, DMA_FROM_DEVICE);
	assert_int_equal(cache_stat(waits), waits + 3);
	dma_unmap_page(f->dev, addr, 100, DMA_FROM_DEVICE);
	assert_int_equal(cache_stat(waits), waits + 4);
	__free_page(page);
}

/* What is copied must be there before it is copied, entry by entry. */
static void a_bounced_list_waits_for_each_entry(void **state)
{
	struct fixture *f = *state;
	struct scatterlist *sg;
	struct sg_table sgt;
	u64 waits;
	int i;

	assert_int_equal(sg_alloc_table(&sgt, 3, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, i)
		sg_set_page(sg, alloc_page(GFP_KERNEL), 512, 0);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_FROM_DEVICE, 0), 0);
	waits = cache_stat(waits);
	dma_sync_sgtable_for_cpu(f->dev, &sgt, DMA_FROM_DEVICE);
	assert_int_equal(cache_stat(waits), waits + 3);
	dma_unmap_sgtable(f->dev, &sgt, DMA_FROM_DEVICE, 0);
	assert_int_equal(cache_stat(waits), waits + 6);
	for_each_sgtable_sg(&sgt, sg, i)
		__free_page(sg_page(sg));
	sg_free_table(&sgt);
}

static void links_wait_in_the_sync(void **state)
{
	struct fixture *f = *state;
	struct page *block = alloc_pages(GFP_KERNEL, 3);
	struct dma_iova_state iova;
	u64 waits, cleans;
	size_t at;

	assert_true(dma_iova_try_alloc(f->dev, &iova, 0, 8 * PAGE_SIZE));
	waits = cache_stat(waits);
	cleans = cache_stat(cleans);
	for (at = 0; at < 8 * PAGE_SIZE; at += PAGE_SIZE)
		assert_int_equal(dma_iova_link(f->dev, &iova,
					       page_to_phys(block) + at, at,
					       PAGE_SIZE, DMA_FROM_DEVICE, 0),
				 0);
	assert_int_equal(cache_stat(cleans), cleans + 8);
	assert_int_equal(cache_stat(waits), waits);
	assert_int_equal(dma_iova_sync(f->dev, &iova, 0, 8 * PAGE_SIZE), 0);
	assert_int_equal(cache_stat(waits), waits + 1);
	dma_iova_destroy(f->dev, &iova, 8 * PAGE_SIZE, DMA_FROM_DEVICE, 0);
	assert_int_equal(cache_stat(waits), waits + 2);
	__free_pages(block, 3);
}

/* ---- newer attributes ---------------------------------------------------------------------- */

static void who_requires_coherence_is_refused(void **state)
{
	struct fixture *f = *state;
	unsigned long attrs = DMA_ATTR_REQUIRE_COHERENT;
	struct page *page = alloc_page(GFP_KERNEL);
	struct dma_iova_state iova;
	struct sg_table sgt;
	u64 cleans;

	cleans = cache_stat(cleans);
	assert_int_equal(dma_map_phys(f->dev, page_to_phys(page), PAGE_SIZE,
				      DMA_TO_DEVICE, attrs),
			 DMA_MAPPING_ERROR);
	assert_int_equal(sg_alloc_table(&sgt, 1, GFP_KERNEL), 0);
	sg_set_page(sgt.sgl, page, PAGE_SIZE, 0);
	assert_int_equal(
		dma_map_sg_attrs(f->dev, sgt.sgl, 1, DMA_TO_DEVICE, attrs), 0);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_TO_DEVICE, attrs),
			 -EOPNOTSUPP);
	if (dma_iova_try_alloc(f->dev, &iova, 0, PAGE_SIZE)) {
		assert_int_equal(dma_iova_link(f->dev, &iova,
					       page_to_phys(page), 0, PAGE_SIZE,
					       DMA_TO_DEVICE, attrs),
				 -EOPNOTSUPP);
		dma_iova_free(f->dev, &iova);
	}
	assert_int_equal(cache_stat(cleans), cleans);
	sg_free_table(&sgt);
	__free_page(page);
}

int main(void)
{
	const struct CMUnitTest any[] = {
		fixture_case(a_correct_driver_does_not_notice),
		fixture_case(
			a_store_to_the_devices_buffer_costs_data_now_and_then),
		fixture_case(a_forgotten_invalidate_shows_in_some_lines),
		fixture_case(small_objects_in_a_line_lose_data_unless_bounced),
		fixture_case(a_small_entry_is_bounced_in_a_list),
		fixture_case(only_the_size_and_the_direction_count),
		fixture_case(a_list_waits_once),
		fixture_case(a_range_waits_each_time),
		fixture_case(who_requires_coherence_is_refused),
	};
	const struct CMUnitTest translated[] = {
		fixture_case(links_wait_in_the_sync),
	};
	static const struct variant bounced[] = {
		{ "bounce,noncoherent", .iommu = DMASIM_IOMMU_OFF,
		  .swiotlb = "force", .noncoherent = true },
	};
	const struct CMUnitTest copied[] = {
		fixture_case(a_range_waits_each_time),
		fixture_case(a_bounced_list_waits_for_each_entry),
	};

	/* Direct, identity and one format: the caches know of no table. */
	return run_variants_("cache_chance", any, ARRAY_SIZE(any),
			     variants_noncoherent, 3) +
	       run_variants_("cache_chance", translated, ARRAY_SIZE(translated),
			     variants_noncoherent_translated, 2) +
	       run_variants("cache_chance", copied, bounced);
}
