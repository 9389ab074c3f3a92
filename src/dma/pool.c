/* SPDX-License-Identifier: MIT */
/*
 * Atomic pools: uncached memory set aside for coherent allocations that cannot
 * sleep, of devices that do not snoop. Making such memory needs a CPU mapping,
 * and that may sleep.
 * Models kernel/dma/pool.c, 6.17.
 *
 *	pool a zone	chunk |##|####|..|........|  -> chunk |....|
 *	CPU		one view of each chunk, in the vmalloc window
 *
 * A pool that has less room than it began with gets another chunk, as large as
 * all of it, from a work item; without memory for that it stays what it is.
 * A machine has its pools from its first device that does not snoop on: they
 * cost a coherent machine nothing, not even memory.
 *
 * P1  Pages of a pool are uncached and belong to nobody else until shutdown.
 * P2  A block is aligned to the power of two that holds it, in pages, and lies
 *     in one chunk.
 * P3  nr_free of a pool is the number of clear bits of its chunks.
 * P4  The last page of each block has its bit in ends: a block knows its size.
 * Locks: pool->lock, a leaf, irq-safe. Only the work item adds chunks.
 * Tests: tests/api/test_coherent_pool.c
 */
#include <linux/bitmap.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "dma/core.h"
#include "dma/dma.h"
#include "mm/mm.h"

/**
 * struct dma_pool_chunk - memory side by side
 * @page: the first
 * @vaddr: the CPU's view of it
 * @nr_pages: a power of two
 * @used: a bit a page
 * @ends: a bit a page: the last of a block
 */
struct dma_pool_chunk {
	struct list_head node;
	struct page *page;
	void *vaddr;
	unsigned long nr_pages;
	unsigned long *used;
	unsigned long *ends;
};

/**
 * struct dma_atomic_pool - memory of one zone
 * @chunks: none: there is no such pool
 * @nr_pages, @nr_free: of all chunks
 */
struct dma_atomic_pool {
	spinlock_t lock;
	struct list_head chunks;
	unsigned long nr_pages, nr_free;
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

static void chunk_drop(struct dma_pool_chunk *chunk)
{
	size_t size = chunk->nr_pages << PAGE_SHIFT;

	if (chunk->vaddr) {
		dma_common_free_remap(chunk->vaddr, size);
		arch_dma_clear_uncached(page_address(chunk->page), size);
	}
	bitmap_free(chunk->used);
	bitmap_free(chunk->ends);
	if (chunk->page) {
		set_memory_encrypted((unsigned long)page_address(chunk->page),
				     chunk->nr_pages);
		mm_unreserve(chunk->page, chunk->nr_pages);
	}
	kfree(chunk);
}

/* As much of @nr_pages as @zone has; NULL: nothing. */
static struct page *take_from_zone(enum zone_type zone, unsigned long *nr_pages)
{
	struct page *page;

	for (; *nr_pages; *nr_pages /= 2) {
		page = should_fail_site(DMASIM_SITE_PAGE) ?
			       NULL :
			       mm_reserve_zone(*nr_pages, zone);
		if (page && page_zonenum(page) == zone)
			return page;
		if (page)
			mm_unreserve(page, *nr_pages);
	}
	return NULL;
}

/* At most @nr_pages more for a pool. Return: 0, also if the zone has nothing. */
static int pool_grow(struct dma_atomic_pool *pool, enum zone_type zone,
		     unsigned long nr_pages)
{
	struct dma_pool_chunk *chunk = kzalloc(sizeof(*chunk), GFP_KERNEL);
	unsigned long flags;
	size_t size;

	if (!chunk)
		return -ENOMEM;
	chunk->nr_pages = nr_pages;
	chunk->page = take_from_zone(zone, &chunk->nr_pages);
	if (!chunk->page) {
		chunk_drop(chunk);
		return 0;
	}
	size = chunk->nr_pages << PAGE_SHIFT;
	chunk->used = bitmap_zalloc(chunk->nr_pages, GFP_KERNEL);
	chunk->ends = bitmap_zalloc(chunk->nr_pages, GFP_KERNEL);
	if (!chunk->used || !chunk->ends)
		goto err;
	if (set_memory_decrypted((unsigned long)page_address(chunk->page),
				 chunk->nr_pages))
		goto err;
	arch_dma_prep_coherent(chunk->page, size);
	if (IS_ERR(arch_dma_set_uncached(page_address(chunk->page), size)))
		goto err;
	chunk->vaddr = dma_common_contiguous_remap(
		chunk->page, size, pgprot_dmacoherent(PAGE_KERNEL),
		__builtin_return_address(0));
	if (!chunk->vaddr) {
		arch_dma_clear_uncached(page_address(chunk->page), size);
		goto err;
	}
	spin_lock_irqsave(&pool->lock, flags);
	list_add_tail(&chunk->node, &pool->chunks);
	pool->nr_pages += chunk->nr_pages;
	pool->nr_free += chunk->nr_pages;
	spin_unlock_irqrestore(&pool->lock, flags);
	return 0;

err:
	chunk_drop(chunk);
	return -ENOMEM;
}

/* Does it have less room than it began with? Its lock is held. */
static bool pool_low(const struct dma_atomic_pool *pool)
{
	return pool->nr_pages && pool->nr_free < pool_pages();
}

static void pools_grow(struct work_struct *work)
{
	unsigned long nr, flags;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pools); i++) {
		spin_lock_irqsave(&pools[i].lock, flags);
		nr = pool_low(&pools[i]) ? pools[i].nr_pages : 0;
		spin_unlock_irqrestore(&pools[i].lock, flags);
		/* Who has no memory now tries again after the next allocation. */
		if (nr)
			pool_grow(&pools[i], pool_zones[i],
				  min_t(u64, roundup_pow_of_two(nr),
					MAX_ORDER_NR_PAGES));
	}
}

static DECLARE_WORK(grow_work, pools_grow);

static void pool_drop(struct dma_atomic_pool *pool)
{
	struct dma_pool_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &pool->chunks, node)
		chunk_drop(chunk);
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
	for (i = 0; i < ARRAY_SIZE(pools); i++) {
		pools[i] = (struct dma_atomic_pool){};
		spin_lock_init(&pools[i].lock);
		INIT_LIST_HEAD(&pools[i].chunks);
		if (pool_grow(&pools[i], pool_zones[i], pool_pages()))
			goto err;
	}
	INIT_WORK(&grow_work, pools_grow);
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

	if (!pools_ready)
		return;
	cancel_work_sync(&grow_work);
	for (i = 0; i < ARRAY_SIZE(pools); i++)
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
	unsigned long flags;
	unsigned int i;

	stats->pool_bytes = 0;
	for (i = 0; pools_ready && i < ARRAY_SIZE(pools); i++) {
		spin_lock_irqsave(&pools[i].lock, flags);
		stats->pool_bytes += (u64)pools[i].nr_pages << PAGE_SHIFT;
		spin_unlock_irqrestore(&pools[i].lock, flags);
	}
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

/* The chunk with the first free block of @nr pages (P2), which is taken. */
static struct dma_pool_chunk *pool_take(struct dma_atomic_pool *pool,
					unsigned long nr, unsigned long *at)
{
	struct dma_pool_chunk *chunk, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	list_for_each_entry(chunk, &pool->chunks, node) {
		if (nr > chunk->nr_pages)
			continue;
		*at = bitmap_find_next_zero_area(chunk->used, chunk->nr_pages,
						 0, nr,
						 roundup_pow_of_two(nr) - 1);
		if (*at >= chunk->nr_pages)
			continue;
		bitmap_set(chunk->used, *at, nr);
		__set_bit(*at + nr - 1, chunk->ends);
		pool->nr_free -= nr;
		found = chunk;
		break;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return found;
}

/* Pages of the block that begins at @at; 0: none does. The lock is held. */
static unsigned long block_pages(const struct dma_pool_chunk *chunk,
				 unsigned long at)
{
	if (!test_bit(at, chunk->used) ||
	    (at && test_bit(at - 1, chunk->used) &&
	     !test_bit(at - 1, chunk->ends)))
		return 0;
	return find_next_bit(chunk->ends, chunk->nr_pages, at) + 1 - at;
}

/* Return: pages that are free again. */
static unsigned long pool_put(struct dma_atomic_pool *pool,
			      struct dma_pool_chunk *chunk, unsigned long at)
{
	unsigned long flags, nr;

	spin_lock_irqsave(&pool->lock, flags);
	nr = block_pages(chunk, at);
	if (nr) {
		bitmap_clear(chunk->used, at, nr);
		__clear_bit(at + nr - 1, chunk->ends);
		pool->nr_free += nr;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return nr;
}

static bool pool_is_low(struct dma_atomic_pool *pool)
{
	unsigned long flags;
	bool low;

	spin_lock_irqsave(&pool->lock, flags);
	low = pool_low(pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	return low;
}

/**
 * struct pool_place - where a CPU address is
 * @at: page of @chunk
 */
struct pool_place {
	struct dma_atomic_pool *pool;
	struct dma_pool_chunk *chunk;
	unsigned long at;
};

/* Return: false if @start is in no pool. */
static bool pool_find(const void *start, struct pool_place *place)
{
	struct dma_pool_chunk *chunk;
	unsigned long flags, at;
	bool found = false;
	unsigned int i;

	for (i = 0; pools_ready && !found && i < ARRAY_SIZE(pools); i++) {
		spin_lock_irqsave(&pools[i].lock, flags);
		list_for_each_entry(chunk, &pools[i].chunks, node) {
			at = (size_t)(start - chunk->vaddr) >> PAGE_SHIFT;
			if (at >= chunk->nr_pages)
				continue;
			*place = (struct pool_place){ &pools[i], chunk, at };
			found = true;
			break;
		}
		spin_unlock_irqrestore(&pools[i].lock, flags);
	}
	return found;
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
 * Context: any; room for the next ones is made in the background. Failure site
 * "coherent".
 * Return: the first page of zeroed memory; NULL if no pool has room that suits
 * (event "coherent-pool"), or without a device (event "dma-no-device").
 */
struct page *dma_alloc_from_pool(struct device *dev, size_t size,
				 void **cpu_addr, gfp_t flags,
				 bool (*phys_addr_ok)(struct device *,
						      phys_addr_t, size_t))
{
	unsigned long nr = PFN_UP(size), at;
	unsigned int i = first_pool(flags);
	bool fail = !nr || should_fail_site(DMASIM_SITE_COHERENT);
	struct dma_pool_chunk *chunk;
	struct page *page;

	if (dma_no_device(dev))
		return NULL;
	for (; !fail && pools_ready && i < ARRAY_SIZE(pools); i++) {
		struct dma_atomic_pool *pool = &pools[i];

		chunk = pool_take(pool, nr, &at);
		if (!chunk)
			continue;
		page = chunk->page + at;
		if (phys_addr_ok &&
		    !phys_addr_ok(dev, page_to_phys(page), size)) {
			pool_put(pool, chunk, at);
			continue;
		}
		if (pool_is_low(pool))
			schedule_work(&grow_work);
		pool_account(nr << PAGE_SHIFT);
		*cpu_addr = chunk->vaddr + (at << PAGE_SHIFT);
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

bool dma_atomic_block(const void *start, size_t *size)
{
	struct pool_place place;
	unsigned long flags;

	if (!pool_find(start, &place))
		return false;
	spin_lock_irqsave(&place.pool->lock, flags);
	*size = block_pages(place.chunk, place.at) << PAGE_SHIFT;
	spin_unlock_irqrestore(&place.pool->lock, flags);
	return true;
}

/**
 * dma_free_from_pool() - give a block of dma_alloc_from_pool() back
 * @start: in its first page; WARNs if no block begins there, and nothing is freed
 * @size: as asked for; WARNs otherwise, and what was allocated is freed
 *
 * Context: any. Return: false if @start is not in a pool, or without a device
 * (event "dma-no-device"); nothing is done then.
 */
bool dma_free_from_pool(struct device *dev, void *start, size_t size)
{
	struct pool_place place;
	size_t freed;

	if (dma_no_device(dev) || !pool_find(start, &place))
		return false;
	freed = pool_put(place.pool, place.chunk, place.at) << PAGE_SHIFT;
	WARN(freed != PAGE_ALIGN(size),
	     "%s: %zu of %zu bytes of the atomic pools freed\n", dev_name(dev),
	     size, freed);
	if (freed)
		pool_account(-(s64)freed);
	return true;
}
