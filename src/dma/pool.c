/* SPDX-License-Identifier: MIT */
/*
 * Atomic pools: uncached memory set aside for coherent allocations that cannot
 * sleep, of devices that do not snoop. Making such memory needs a CPU mapping,
 * and that may sleep.
 * Models kernel/dma/pool.c, 6.17. Reduced: pools keep their size (the kernel
 * adds memory in the background).
 *
 *	pool a zone	|##|####|..|########|........|	pages, a bit each
 *	CPU		one view of all of it, in the vmalloc window
 *
 * A machine has its pools from its first device that does not snoop on: they
 * cost a coherent machine nothing, not even memory.
 *
 * P1  Pages of a pool are uncached and belong to nobody else until shutdown.
 * P2  A block is aligned to the power of two that holds it, in pages.
 * Locks: pool->lock, a leaf, irq-safe.
 * Tests: tests/api/test_coherent_pool.c
 */
#include <linux/bitmap.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "dma/core.h"
#include "dma/dma.h"
#include "mm/mm.h"

/**
 * struct dma_atomic_pool - memory of one zone
 * @page: the first; NULL: there is no such pool
 * @vaddr: the CPU's view of it
 * @nr_pages: a power of two
 * @used: a bit a page
 */
struct dma_atomic_pool {
	spinlock_t lock;
	struct page *page;
	void *vaddr;
	unsigned long nr_pages;
	unsigned long *used;
};

/* Largest reach first, as they are tried. */
static const enum zone_type pool_zones[] = { ZONE_NORMAL, ZONE_DMA32,
					     ZONE_DMA };
static struct dma_atomic_pool pools[ARRAY_SIZE(pool_zones)];
static u64 pool_wanted;
static bool pools_ready;

static struct {
	spinlock_t lock;
	u64 used, hiwater, allocs, refusals;
} pool_stats;

/* Pages of each pool: 128 KiB a GiB of RAM unless the configuration knows. */
static unsigned long pool_pages(void)
{
	u64 bytes = pool_wanted;

	if (!bytes)
		bytes = (u64)DIV_ROUND_UP(totalram_pages(),
					  SZ_1G >> PAGE_SHIFT) *
			SZ_128K;
	bytes = max_t(u64, bytes, pool_wanted ? PAGE_SIZE : SZ_128K);
	return min_t(u64, roundup_pow_of_two(PFN_UP(bytes)),
		     MAX_ORDER_NR_PAGES);
}

static void pool_drop(struct dma_atomic_pool *pool)
{
	size_t size = pool->nr_pages << PAGE_SHIFT;

	if (!pool->page)
		return;
	if (pool->vaddr) {
		dma_common_free_remap(pool->vaddr, size);
		arch_dma_clear_uncached(page_address(pool->page), size);
	}
	bitmap_free(pool->used);
	set_memory_encrypted((unsigned long)page_address(pool->page),
			     pool->nr_pages);
	mm_unreserve(pool->page, pool->nr_pages);
	pool->page = NULL;
}

/* A zone that is not there, or too small, has no pool. */
static int pool_make(struct dma_atomic_pool *pool, enum zone_type zone)
{
	size_t size;

	*pool = (struct dma_atomic_pool){ .nr_pages = pool_pages() };
	spin_lock_init(&pool->lock);
	do {
		pool->page = mm_reserve_zone(pool->nr_pages, zone);
		if (pool->page && page_zonenum(pool->page) == zone)
			break;
		if (pool->page)
			mm_unreserve(pool->page, pool->nr_pages);
		pool->page = NULL;
		pool->nr_pages /= 2;
	} while (pool->nr_pages);
	if (!pool->page)
		return 0;

	size = pool->nr_pages << PAGE_SHIFT;
	pool->used = bitmap_zalloc(pool->nr_pages, GFP_KERNEL);
	if (!pool->used)
		goto err;
	if (set_memory_decrypted((unsigned long)page_address(pool->page),
				 pool->nr_pages))
		goto err;
	arch_dma_prep_coherent(pool->page, size);
	if (IS_ERR(arch_dma_set_uncached(page_address(pool->page), size)))
		goto err;
	pool->vaddr = dma_common_contiguous_remap(
		pool->page, size, pgprot_dmacoherent(PAGE_KERNEL),
		__builtin_return_address(0));
	if (pool->vaddr)
		return 0;
	arch_dma_clear_uncached(page_address(pool->page), size);
err:
	pool_drop(pool);
	return -ENOMEM;
}

void dma_atomic_pools_boot(u64 bytes)
{
	pool_wanted = bytes;
	pools_ready = false;
	memset(&pool_stats, 0, sizeof(pool_stats));
	spin_lock_init(&pool_stats.lock);
}

int dma_atomic_pools_need(void)
{
	unsigned int i;

	if (pools_ready)
		return 0;
	for (i = 0; i < ARRAY_SIZE(pools); i++)
		if (pool_make(&pools[i], pool_zones[i]))
			goto err;
	pools_ready = true;
	return 0;

err:
	while (i--)
		pool_drop(&pools[i]);
	return -ENOMEM;
}

void dma_atomic_pools_shutdown(void)
{
	unsigned int i;

	for (i = 0; pools_ready && i < ARRAY_SIZE(pools); i++)
		pool_drop(&pools[i]);
	pools_ready = false;
}

unsigned int dma_atomic_pools_check(void)
{
	if (!pool_stats.used)
		return 0;
	lib_event(LIB_EVENT_LEAK, "coherent-pool-leak", NULL, 0,
		  pool_stats.used,
		  "%llu bytes of the atomic pools were not freed",
		  pool_stats.used);
	return 1;
}

void dma_atomic_pools_get_stats(struct dma_stats *stats)
{
	unsigned int i;

	stats->pool_bytes = 0;
	for (i = 0; pools_ready && i < ARRAY_SIZE(pools); i++)
		if (pools[i].page)
			stats->pool_bytes += (u64)pools[i].nr_pages
					     << PAGE_SHIFT;
	stats->pool_used = pool_stats.used;
	stats->pool_used_hiwater = pool_stats.hiwater;
	stats->pool_allocs = pool_stats.allocs;
	stats->pool_refusals = pool_stats.refusals;
}

static void pool_account(s64 bytes)
{
	unsigned long flags;

	spin_lock_irqsave(&pool_stats.lock, flags);
	pool_stats.used += bytes;
	pool_stats.hiwater = max(pool_stats.hiwater, pool_stats.used);
	pool_stats.allocs += bytes > 0;
	pool_stats.refusals += !bytes;
	spin_unlock_irqrestore(&pool_stats.lock, flags);
}

/* First free block of @nr pages (P2), or nr_pages. Takes it. */
static unsigned long pool_take(struct dma_atomic_pool *pool, unsigned long nr)
{
	unsigned long at, flags;

	spin_lock_irqsave(&pool->lock, flags);
	at = bitmap_find_next_zero_area(pool->used, pool->nr_pages, 0, nr,
					roundup_pow_of_two(nr) - 1);
	if (at < pool->nr_pages)
		bitmap_set(pool->used, at, nr);
	else
		at = pool->nr_pages;
	spin_unlock_irqrestore(&pool->lock, flags);
	return at;
}

static void pool_put(struct dma_atomic_pool *pool, unsigned long at,
		     unsigned long nr)
{
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	bitmap_clear(pool->used, at, nr);
	spin_unlock_irqrestore(&pool->lock, flags);
}

static unsigned int first_pool(gfp_t flags)
{
	if (flags & __GFP_DMA)
		return 2;
	return flags & __GFP_DMA32 ? 1 : 0;
}

/**
 * dma_alloc_from_pool() - coherent memory without sleeping
 * @size: bytes, rounded up to pages
 * @cpu_addr: gets an uncached address
 * @flags: __GFP_DMA, __GFP_DMA32: the first pool to try, those below follow;
 *	__GFP_NOWARN: a refusal is not reported
 * @phys_addr_ok: says whether @dev can use that memory; NULL: any will do
 *
 * Context: any. Failure site "coherent".
 * Return: the first page of zeroed memory; NULL if no pool has room that suits
 * (event "coherent-pool").
 */
struct page *dma_alloc_from_pool(struct device *dev, size_t size,
				 void **cpu_addr, gfp_t flags,
				 bool (*phys_addr_ok)(struct device *,
						      phys_addr_t, size_t))
{
	unsigned long nr = PFN_UP(size), at;
	unsigned int i = first_pool(flags);
	bool fail = !nr || should_fail_site(DMASIM_SITE_COHERENT);
	struct page *page;

	for (; !fail && pools_ready && i < ARRAY_SIZE(pools); i++) {
		struct dma_atomic_pool *pool = &pools[i];

		if (!pool->page || nr > pool->nr_pages)
			continue;
		at = pool_take(pool, nr);
		if (at == pool->nr_pages)
			continue;
		page = pool->page + at;
		if (phys_addr_ok &&
		    !phys_addr_ok(dev, page_to_phys(page), size)) {
			pool_put(pool, at, nr);
			continue;
		}
		pool_account(nr << PAGE_SHIFT);
		*cpu_addr = pool->vaddr + (at << PAGE_SHIFT);
		memset(*cpu_addr, 0, nr << PAGE_SHIFT);
		return page;
	}
	pool_account(0);
	if (!(flags & __GFP_NOWARN))
		lib_event(LIB_EVENT_REFUSAL, "coherent-pool", dev, 0, size,
			  "no %zu bytes in the atomic pools for %s", size,
			  dev_name(dev));
	return NULL;
}

/**
 * dma_free_from_pool() - give a block of dma_alloc_from_pool() back
 * @size: as asked for
 *
 * Context: any. Return: false if @start is not in a pool; nothing is done then.
 */
bool dma_free_from_pool(struct device *dev, void *start, size_t size)
{
	unsigned long nr = PFN_UP(size), off;
	unsigned int i;

	for (i = 0; pools_ready && i < ARRAY_SIZE(pools); i++) {
		if (!pools[i].page)
			continue;
		off = start - pools[i].vaddr;
		if (off >> PAGE_SHIFT >= pools[i].nr_pages)
			continue;
		pool_put(&pools[i], off >> PAGE_SHIFT, nr);
		pool_account(-(s64)(nr << PAGE_SHIFT));
		return true;
	}
	return false;
}
