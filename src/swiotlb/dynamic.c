/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers that grow: pools for all, added in the background, and
 * transient ones, each made for one buffer that found no room.
 * Models kernel/dma/swiotlb.c with CONFIG_SWIOTLB_DYNAMIC, 6.17.
 *
 *	no slot in any pool -> job queued: one more pool, as large as the first or
 *			       as a block of the page allocator can be
 *			    -> now: a transient pool of the slots needed, below
 *			       the device's limit, gone with its buffer
 *
 * Departures from 6.17: a transient pool begins early enough that the buffer can
 * keep its low address bits, and its memory is shared with devices on the spot
 * where memory is encrypted (sharing does not sleep here).
 *
 * I1  A pool of mem->pools stays until the allocator is closed.
 * I2  A transient pool holds one buffer, is found by its device only, and its
 *     memory goes a grace period after the buffer.
 * Locks: dev->dma_io_tlb_lock: its transient pools; transient_lock: all of them;
 * both leaves, irq-safe. Readers use RCU.
 * Tests: tests/unit/swiotlb/test_dynamic.c
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "swiotlb/slots.h"

/* Less is not worth a pool of its own: 1 MiB. */
#define MIN_GROWTH 512ul

/**
 * struct grown_pool - a pool that was made while the machine runs
 * @all: transient: on the list of all of these
 * @order: of its memory
 */
struct grown_pool {
	struct io_tlb_pool pool;
	struct list_head all;
	unsigned int order;
	struct io_tlb_area areas[];
};

static LIST_HEAD(transients);
static DEFINE_SPINLOCK(transient_lock);

/* A block that ends at or below @limit. */
static struct page *pages_below(unsigned int order, u64 limit, gfp_t gfp)
{
	static const gfp_t zones[] = { 0, __GFP_DMA32, __GFP_DMA };
	unsigned int i;

	for (i = limit <= DMA_BIT_MASK(32); i < ARRAY_SIZE(zones); i++) {
		struct page *page = alloc_pages(
			gfp | zones[i] | __GFP_NOWARN | __GFP_ZERO, order);
		u64 last;

		if (!page)
			return NULL;
		last = page_to_phys(page) + (PAGE_SIZE << order) - 1;
		if (last <= limit)
			return page;
		__free_pages(page, order);
	}
	return NULL;
}

static void grown_free(struct grown_pool *grown)
{
	swiotlb_pool_unshare(&grown->pool);
	__free_pages(virt_to_page(grown->pool.vaddr), grown->order);
	kfree(grown->pool.slots);
	kfree(grown);
}

static struct grown_pool *grown_alloc(unsigned long nslabs, unsigned int nareas,
				      unsigned int order, u64 limit, gfp_t gfp)
{
	struct grown_pool *grown =
		kzalloc(struct_size(grown, areas, nareas), gfp | __GFP_NOWARN);
	struct page *page;
	unsigned int i;

	if (!grown)
		return NULL;
	grown->pool.slots =
		kcalloc(nslabs, sizeof(*grown->pool.slots), gfp | __GFP_NOWARN);
	if (!grown->pool.slots)
		goto err_pool;
	page = pages_below(order, limit, gfp);
	if (!page)
		goto err_slots;
	grown->order = order;
	INIT_LIST_HEAD(&grown->all);
	grown->pool.vaddr = page_address(page);
	grown->pool.start = page_to_phys(page);
	grown->pool.end = grown->pool.start + (nslabs << IO_TLB_SHIFT);
	grown->pool.nslabs = nslabs;
	grown->pool.late_alloc = true;
	grown->pool.nareas = nareas;
	grown->pool.area_nslabs = nslabs / nareas;
	grown->pool.areas = grown->areas;
	for (i = 0; i < nareas; i++)
		spin_lock_init(&grown->areas[i].lock);
	if (swiotlb_pool_share(&grown->pool))
		goto err_pages;
	return grown;

err_pages:
	__free_pages(page, order);
err_slots:
	kfree(grown->pool.slots);
err_pool:
	kfree(grown);
	return NULL;
}

/* ---- pools for all -------------------------------------------------------------- */

/**
 * swiotlb_grow() - the background job: one more pool
 *
 * As large as the default pool or as the largest block of pages, or half of it
 * and so on down to 1 MiB; without memory there is none (event bounce-pool).
 * Context: work queue.
 */
void swiotlb_grow(struct work_struct *work)
{
	struct io_tlb_mem *mem =
		container_of(work, struct io_tlb_mem, dyn_alloc);
	unsigned long nslabs =
		min_t(unsigned long, swiotlb_size_or_default() >> IO_TLB_SHIFT,
		      MAX_ORDER_NR_PAGES << (PAGE_SHIFT - IO_TLB_SHIFT));
	struct grown_pool *grown = NULL;

	for (; !grown; nslabs >>= 1) {
		grown = grown_alloc(
			nslabs, swiotlb_fit_areas(mem->defpool.nareas, nslabs),
			get_order(nslabs << IO_TLB_SHIFT), mem->phys_limit,
			GFP_KERNEL);
		if (!grown && nslabs <= MIN_GROWTH) {
			lib_event(LIB_EVENT_REFUSAL, "bounce-pool", NULL, 0,
				  nslabs << IO_TLB_SHIFT,
				  "no memory for another pool of %lu slots",
				  nslabs);
			pr_warn_ratelimited(
				"bounce buffers: no memory for another pool\n");
			return;
		}
	}
	swiotlb_mem_add(mem, &grown->pool);
}

/* ---- pools of one buffer ---------------------------------------------------------- */

/**
 * swiotlb_transient() - make a pool for one request
 * @where: gets the pool
 *
 * Context: any. Return: the first slot, padding included; SWIOTLB_NO_SLOT, and
 * then @req says whether memory was missing.
 */
unsigned int swiotlb_transient(struct io_tlb_mem *mem,
			       struct swiotlb_request *req,
			       struct io_tlb_pool **where)
{
	struct device *dev = req->dev;
	/* Blocks of pages are aligned to their size: the slot with the address
	 * bits asked for is not the first. */
	unsigned long unit = (req->align | req->same) + 1;
	unsigned long nslabs =
		((req->orig & req->same) >> IO_TLB_SHIFT) + req->need;
	unsigned int order = get_order(max(unit, nslabs << IO_TLB_SHIFT));
	u64 limit = min_not_zero(dma_get_mask(dev), dev->bus_dma_limit);
	struct grown_pool *grown = NULL;
	unsigned long flags;
	unsigned int slot;

	if (order <= MAX_PAGE_ORDER)
		grown = grown_alloc(nslabs, 1, order, limit, GFP_NOWAIT);
	if (!grown) {
		req->no_memory = true;
		return SWIOTLB_NO_SLOT;
	}
	/* All of it is free: if it is refused now, then for its place. */
	req->aligned = false;
	slot = swiotlb_search(&grown->pool, 0, req);
	if (slot == SWIOTLB_NO_SLOT) {
		grown_free(grown);
		return slot;
	}
	grown->pool.transient = true;
	spin_lock_irqsave(&dev->dma_io_tlb_lock, flags);
	list_add_tail_rcu(&grown->pool.node, &dev->dma_io_tlb_pools);
	spin_unlock_irqrestore(&dev->dma_io_tlb_lock, flags);
	spin_lock_irqsave(&transient_lock, flags);
	list_add_tail(&grown->all, &transients);
	spin_unlock_irqrestore(&transient_lock, flags);
	atomic_long_add(nslabs, &mem->transient_nslabs);
	*where = &grown->pool;
	return slot;
}

static void grown_free_rcu(struct rcu_head *rcu)
{
	grown_free(container_of(rcu, struct grown_pool, pool.rcu));
}

/** swiotlb_transient_done() - its buffer was released. Context: any. */
void swiotlb_transient_done(struct device *dev, struct io_tlb_pool *pool)
{
	struct grown_pool *grown = container_of(pool, struct grown_pool, pool);
	unsigned long flags;

	spin_lock_irqsave(&dev->dma_io_tlb_lock, flags);
	list_del_rcu(&pool->node);
	spin_unlock_irqrestore(&dev->dma_io_tlb_lock, flags);
	spin_lock_irqsave(&transient_lock, flags);
	list_del(&grown->all);
	spin_unlock_irqrestore(&transient_lock, flags);
	atomic_long_sub(pool->nslabs, &dev->dma_io_tlb_mem->transient_nslabs);
	call_rcu(&pool->rcu, grown_free_rcu);
}

/* ---- looking for them --------------------------------------------------------------- */

/**
 * swiotlb_find_grown() - the pool of @phys, if it is not the default pool's
 *
 * Context: any. A pool that is found stays, because the caller's buffer is in it.
 */
struct io_tlb_pool *swiotlb_find_grown(struct device *dev, phys_addr_t phys)
{
	struct io_tlb_pool *pool;

	rcu_read_lock();
	list_for_each_entry_rcu(pool, &dev->dma_io_tlb_mem->pools, node)
		if (pool_holds(pool, phys))
			goto found;
	list_for_each_entry_rcu(pool, &dev->dma_io_tlb_pools, node)
		if (pool_holds(pool, phys))
			goto found;
	pool = NULL;
found:
	rcu_read_unlock();
	return pool;
}

/** swiotlb_for_each_transient() - @fn may not release anything. */
void swiotlb_for_each_transient(void (*fn)(struct io_tlb_pool *pool, void *arg),
				void *arg)
{
	struct grown_pool *grown;
	unsigned long flags;

	spin_lock_irqsave(&transient_lock, flags);
	list_for_each_entry(grown, &transients, all)
		fn(&grown->pool, arg);
	spin_unlock_irqrestore(&transient_lock, flags);
}

/**
 * swiotlb_shrink() - free all pools of @mem but the default one
 *
 * Transient pools whose buffers were leaked go, too.
 * Context: process; nobody has a buffer, or may ever touch it again.
 */
void swiotlb_shrink(struct io_tlb_mem *mem)
{
	struct grown_pool *grown, *next;
	struct io_tlb_pool *pool, *after;

	WRITE_ONCE(mem->can_grow, false);
	cancel_work_sync(&mem->dyn_alloc);
	rcu_barrier();
	list_for_each_entry_safe(pool, after, &mem->pools, node)
		if (pool != &mem->defpool) {
			list_del(&pool->node);
			grown_free(container_of(pool, struct grown_pool, pool));
		}
	list_for_each_entry_safe(grown, next, &transients, all) {
		list_del(&grown->all);
		grown_free(grown);
	}
}
