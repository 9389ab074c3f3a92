/* SPDX-License-Identifier: MIT */
/*
 * The flush queue from inside (src/dma/fq.c): when it flushes, and that nothing
 * comes back before.
 */
#include "unit/dma/fake_iommu.h"

#include "dma/fq.c"

static struct fake_iommu fake;
static struct device *dev = &fake.board.pdev.dev;
static struct page *page;

static int setup(void **state)
{
	memset(&fake, 0, sizeof(fake));
	fake.lazy = true;
	fake_start(&fake);
	page = low_page(0);
	return 0;
}

static int teardown(void **state)
{
	__free_page(page);
	fake_stop(&fake);
	return 0;
}

static dma_addr_t map(void)
{
	dma_addr_t addr = dma_map_page(dev, page, 0, 4096, DMA_TO_DEVICE);

	assert_int_not_equal(addr, DMA_MAPPING_ERROR);
	return addr;
}

static void map_and_unmap(unsigned int times)
{
	while (times--)
		dma_unmap_page(dev, map(), 4096, DMA_TO_DEVICE);
}

static u64 released(void)
{
	struct dma_stats stats;

	dma_get_stats(&stats);
	return stats.iova_frees;
}

static void an_unmap_is_not_flushed_by_itself(void **state)
{
	map_and_unmap(1);

	assert_int_equal(fake.flushes, 0);
	assert_int_equal(fake.syncs, 0);
	assert_int_equal(released(), 0);
}

static void an_address_is_not_reused_before_the_flush(void **state)
{
	dma_addr_t first = map(), second;

	dma_unmap_page(dev, first, 4096, DMA_TO_DEVICE);
	second = map();
	assert_int_equal(second, first - 4096);
	dma_unmap_page(dev, second, 4096, DMA_TO_DEVICE);
}

/* spec: dma-core 51 */
static void the_256th_unmap_flushes_once_and_releases_the_others(void **state)
{
	map_and_unmap(255);
	assert_int_equal(fake.flushes, 0);
	assert_int_equal(released(), 0);

	map_and_unmap(1);
	assert_int_equal(fake.flushes, 1);
	assert_int_equal(released(), 255);
}

static void a_full_ring_flushes_every_255_unmaps(void **state)
{
	map_and_unmap(1 + 10 * 255);

	assert_int_equal(fake.flushes, 10);
	assert_int_equal(released(), 10 * 255);
}

/* spec: dma-core 50, the part of the queue */
static void the_timer_flushes_after_10_ms(void **state)
{
	map_and_unmap(3);

	lib_run_for(9 * 1000000ull);
	assert_int_equal(fake.flushes, 0);
	assert_int_equal(released(), 0);
	lib_run_for(2 * 1000000ull);
	assert_int_equal(fake.flushes, 1);
	assert_int_equal(released(), 3);
}

static void the_timer_is_armed_again_by_the_next_unmap(void **state)
{
	map_and_unmap(1);
	lib_run_for(11 * 1000000ull);
	lib_run_for(100 * 1000000ull);
	assert_int_equal(fake.flushes, 1);

	map_and_unmap(1);
	lib_run_for(11 * 1000000ull);
	assert_int_equal(fake.flushes, 2);
	assert_int_equal(released(), 2);
}

/* An entry queued while a flush runs is not covered by that flush. */
static void an_entry_waits_for_a_flush_that_started_after_it(void **state)
{
	struct dma_fq *fq = fake.domain.iova_cookie->fq;
	struct dma_fq_ring *ring = fq->ring[0];

	atomic64_inc(&fq->started);
	map_and_unmap(1);
	atomic64_inc(&fq->finished);

	map_and_unmap(1);
	assert_int_equal(released(), 0);
	assert_int_equal(ring->entry[ring->head].stamp, 1);
	dma_fq_flush(fq);
	assert_int_equal(released(), 2);
}

/* A flush of another CPU is under way all the time. */
static void a_full_ring_loses_nothing_while_others_flush(void **state)
{
	struct dma_fq *fq = fake.domain.iova_cookie->fq;

	atomic64_inc(&fq->started);
	map_and_unmap(256);
	assert_int_equal(fake.flushes, 1);
	assert_int_equal(released(), 255);

	dma_fq_flush(fq);
	assert_int_equal(released(), 256);
	atomic64_inc(&fq->finished);
}

static void each_cpu_fills_a_ring_of_its_own(void **state)
{
	struct dma_fq *fq = fake.domain.iova_cookie->fq;

	assert_int_equal(fq->nr_rings, 2);
	map_and_unmap(200);
	assert_int_equal(host_cpu_bind(1), 0);
	map_and_unmap(200);
	assert_int_equal(host_cpu_bind(0), 0);

	assert_int_equal(fake.flushes, 0);
	assert_int_equal(fq->ring[0]->tail, 200);
	assert_int_equal(fq->ring[1]->tail, 200);
}

/* Lazy from now on; what was unmapped before was flushed by itself. */
static void a_strict_domain_becomes_lazy_while_it_is_used(void **state)
{
	dma_addr_t live;

	__free_page(page);
	fake_stop(&fake);
	memset(&fake, 0, sizeof(fake));
	fake_start(&fake);
	page = low_page(0);
	live = map();
	map_and_unmap(1);
	assert_int_equal(fake.syncs, 1);
	assert_int_equal(released(), 1);

	fake.domain.type = IOMMU_DOMAIN_DMA_FQ;
	assert_int_equal(iommu_dma_init_fq(&fake.domain), 0);
	dma_unmap_page(dev, live, 4096, DMA_TO_DEVICE);
	map_and_unmap(1);
	assert_int_equal(fake.syncs, 1);
	assert_int_equal(released(), 1);

	lib_run_for(11 * 1000000ull);
	assert_int_equal(fake.flushes, 1);
	assert_int_equal(released(), 3);
}

static void what_made_it_flush_is_counted(void **state)
{
	struct dma_stats stats;

	map_and_unmap(256);
	dma_get_stats(&stats);
	assert_int_equal(stats.fq_full, 1);
	assert_int_equal(stats.fq_timeouts, 0);
	assert_int_equal(dma_deferred(dev), 1);

	lib_run_for(11 * 1000000ull);
	dma_get_stats(&stats);
	assert_int_equal(stats.fq_full, 1);
	assert_int_equal(stats.fq_timeouts, 1);
	assert_int_equal(dma_deferred(dev), 0);
}

/* The domain dies: nobody can use what the IOMMU remembers. */
static void a_queue_that_dies_releases_without_a_flush(void **state)
{
	struct iova_domain *iovad = iommu_dma_iovad(&fake.domain);
	struct dma_fq *fq = dma_fq_create(&fake.domain, iovad, false);
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	u64 before = released();

	lib_counter_add(&dma_counters.iova_allocs, 1);
	dma_fq_queue(fq, alloc_iova_fast(iovad, 1, 0xfffff, true), 1, &list);
	dma_fq_destroy(fq);

	assert_int_equal(fake.flushes, 0);
	assert_int_equal(released(), before + 1);
	lib_run_for(100 * 1000000ull);
	assert_int_equal(fake.flushes, 0);
}

static void a_slow_flusher_gets_one_long_queue(void **state)
{
	struct iova_domain *iovad = iommu_dma_iovad(&fake.domain);
	struct dma_fq *fq = dma_fq_create(&fake.domain, iovad, true);

	assert_non_null(fq);
	assert_int_equal(fq->nr_rings, 1);
	assert_int_equal(fq->ring[0]->mask, 32767);
	assert_int_equal(fq->timeout, msecs_to_jiffies(1000));
	dma_fq_destroy(fq);
}

static void the_queue_needs_memory(void **state)
{
	struct iova_domain *iovad = iommu_dma_iovad(&fake.domain);

	lib_fail_nth(DMASIM_SITE_SLAB, 1);
	assert_null(dma_fq_create(&fake.domain, iovad, false));
	lib_fail_from(DMASIM_SITE_PAGE, 1);
	assert_null(dma_fq_create(&fake.domain, iovad, false));
}

static void table_pages_wait_with_their_range(void **state)
{
	struct dma_fq *fq = fake.domain.iova_cookie->fq;
	struct iommu_pages_list list = IOMMU_PAGES_LIST_INIT(list);
	unsigned long pfn;
	void *table;

	pfn = alloc_iova_fast(fq->iovad, 1, 0xfffff, true);
	table = iommu_alloc_pages_sz(GFP_KERNEL, 4096);
	assert_non_null(table);
	iommu_pages_list_add(&list, table);
	lib_counter_add(&dma_counters.iova_allocs, 1);
	dma_fq_queue(fq, pfn, 1, &list);

	assert_true(iommu_pages_list_empty(&list));
	assert_false(iommu_pages_list_empty(&fq->ring[0]->entry[0].freelist));
	dma_fq_flush(fq);
	assert_true(iommu_pages_list_empty(&fq->ring[0]->entry[0].freelist));
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_unmap_is_not_flushed_by_itself),
		CASE(an_address_is_not_reused_before_the_flush),
		CASE(the_256th_unmap_flushes_once_and_releases_the_others),
		CASE(a_full_ring_flushes_every_255_unmaps),
		CASE(the_timer_flushes_after_10_ms),
		CASE(the_timer_is_armed_again_by_the_next_unmap),
		CASE(an_entry_waits_for_a_flush_that_started_after_it),
		CASE(a_full_ring_loses_nothing_while_others_flush),
		CASE(each_cpu_fills_a_ring_of_its_own),
		CASE(a_strict_domain_becomes_lazy_while_it_is_used),
		CASE(what_made_it_flush_is_counted),
		CASE(a_queue_that_dies_releases_without_a_flush),
		CASE(a_slow_flusher_gets_one_long_queue),
		CASE(the_queue_needs_memory),
		CASE(table_pages_wait_with_their_range),
	};

	return cmocka_run_group_tests_name("fq", tests, NULL, NULL);
}
