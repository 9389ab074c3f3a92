/* SPDX-License-Identifier: MIT */
/*
 * Pools of small blocks of coherent memory, for descriptors.
 * Models mm/dmapool.c, 6.17.
 *
 *	backing memory	|blk|blk|blk|..|blk|blk|   |blk|...
 *	                 no block crosses a ^boundary
 *
 * Free blocks form a list through themselves; the last one freed is the first
 * one handed out. Backing memory is taken as needed and kept until the pool
 * goes. In debug builds blocks are filled with a pattern while they are free
 * and another when they are handed out, and each free is checked.
 *
 * I1  nr_active blocks are out, all others are on the free list, once.
 * I2  No block crosses a multiple of the boundary.
 * I3  (debug) Behind its link a free block holds POOL_POISON_FREED only.
 * Locks: pool->lock (irq-safe) for blocks and backing list; pools_lock (mutex)
 * for the lists of pools, above it nothing of ours.
 * Tests: tests/unit/dma/test_dmapool.c
 */
#include <linux/bug.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/poison.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "dma/core.h"

#ifdef DMASIM_DEBUG
#define DMA_POOL_DEBUG true
#else
#define DMA_POOL_DEBUG false
#endif

#define DMA_POOL_NAME_LEN 32

/** struct dma_pool_block - what a free block holds. */
struct dma_pool_block {
	struct dma_pool_block *next;
	dma_addr_t dma;
};

/** struct dma_pool_backing - memory that blocks are cut from. */
struct dma_pool_backing {
	struct list_head node;
	void *vaddr;
	dma_addr_t dma;
};

/**
 * struct dma_pool - a pool
 * @free: list of free blocks          (protected by @lock, as the next four)
 * @backings: all backing memory
 * @nr_blocks, @nr_active: blocks that exist, that are out
 * @nr_backings: entries of @backings
 * @size, @allocation, @boundary: bytes; of a block, of a backing, see I2
 * @dev_node: in dev->dma_pools        (protected by pools_lock)
 * @all_node: in the list of all pools (protected by pools_lock)
 */
struct dma_pool {
	spinlock_t lock;
	struct dma_pool_block *free;
	struct list_head backings;
	size_t nr_blocks, nr_active, nr_backings;

	struct device *dev;
	size_t size, allocation, boundary;
	int node;
	char name[DMA_POOL_NAME_LEN];

	struct list_head dev_node;
	struct list_head all_node;
};

static DEFINE_MUTEX(pools_lock);
static LIST_HEAD(all_pools);

static ssize_t pools_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct dma_pool *pool;
	ssize_t len = sysfs_emit(buf, "poolinfo - 0.1\n");

	mutex_lock(&pools_lock);
	list_for_each_entry(pool, &dev->dma_pools, dev_node)
		len += sysfs_emit_at(buf, len, "%-16s %4zu %4zu %4zu %2zu\n",
				     pool->name, pool->nr_active,
				     pool->nr_blocks, pool->size,
				     pool->nr_backings);
	mutex_unlock(&pools_lock);
	return len;
}

static DEVICE_ATTR_RO(pools);

/* ---- poisoning and checks of debug builds ------------------------------------------ */

static void dma_pool_misuse(struct dma_pool *pool, const char *id, void *vaddr,
			    dma_addr_t dma, const char *what)
{
	dev_err(pool->dev, "dma_pool %s, block %p/%pad: %s\n", pool->name,
		vaddr, &dma, what);
	lib_event(LIB_EVENT_MISUSE, id, pool->dev, dma, pool->size,
		  "dma_pool %s: %s", pool->name, what);
}

/* I3, before the block is handed out. */
static void dma_pool_check_block(struct dma_pool *pool,
				 struct dma_pool_block *block)
{
	const u8 *bytes = (const u8 *)block;
	size_t i;

	if (!DMA_POOL_DEBUG)
		return;
	for (i = sizeof(*block); i < pool->size; i++)
		if (bytes[i] != POOL_POISON_FREED)
			break;
	if (i >= pool->size)
		return;
	dma_pool_misuse(pool, "dma-pool-corrupt", block, block->dma,
			"written to while it was free");
	print_hex_dump(KERN_ERR, "", DUMP_PREFIX_OFFSET, 16, 1, block,
		       pool->size, true);
}

static void dma_pool_poison(struct dma_pool *pool, void *block, int pattern)
{
	if (DMA_POOL_DEBUG)
		memset(block, pattern, pool->size);
}

static bool dma_pool_owns(struct dma_pool *pool, void *vaddr, dma_addr_t dma)
{
	struct dma_pool_backing *b;

	list_for_each_entry(b, &pool->backings, node)
		if (vaddr >= b->vaddr && vaddr < b->vaddr + pool->allocation)
			return b->dma + (vaddr - b->vaddr) == dma;
	return false;
}

static bool dma_pool_is_free(struct dma_pool *pool, void *vaddr)
{
	struct dma_pool_block *block;

	for (block = pool->free; block; block = block->next)
		if (block == vaddr)
			return true;
	return false;
}

/* May this block be freed? Lock held. */
static bool dma_pool_may_free(struct dma_pool *pool, void *vaddr,
			      dma_addr_t dma)
{
	if (!DMA_POOL_DEBUG)
		return true;
	if (!dma_pool_owns(pool, vaddr, dma)) {
		dma_pool_misuse(pool, "dma-pool-bad-dma", vaddr, dma,
				"freed, but not from here (bad dma)");
		return false;
	}
	if (dma_pool_is_free(pool, vaddr)) {
		dma_pool_misuse(pool, "dma-pool-double-free", vaddr, dma,
				"already free");
		return false;
	}
	return true;
}

/* ---- pools ---------------------------------------------------------------------------- */

static int dma_pool_register(struct dma_pool *pool)
{
	struct device *dev = pool->dev;
	int ret = 0;

	mutex_lock(&pools_lock);
	if (list_empty(&dev->dma_pools))
		ret = device_create_file(dev, &dev_attr_pools);
	if (!ret) {
		list_add(&pool->dev_node, &dev->dma_pools);
		list_add_tail(&pool->all_node, &all_pools);
	}
	mutex_unlock(&pools_lock);
	return ret;
}

static void dma_pool_unregister(struct dma_pool *pool)
{
	mutex_lock(&pools_lock);
	list_del(&pool->dev_node);
	list_del(&pool->all_node);
	if (list_empty(&pool->dev->dma_pools))
		device_remove_file(pool->dev, &dev_attr_pools);
	mutex_unlock(&pools_lock);
}

static noinline bool dma_report_no_pool(const char *call)
{
	lib_event(LIB_EVENT_MISUSE, "dma-no-pool", NULL, 0, 0,
		  "%s() without a pool", call);
	return true;
}

/* Is this a call without a pool? It is reported by its name. */
#define dma_no_pool(pool) (unlikely(!(pool)) && dma_report_no_pool(__func__))

/**
 * dma_pool_create_node() - make a pool
 * @name: for messages
 * @size: bytes of a block; two words at least are taken
 * @align: alignment of blocks, a power of two; 0: none
 * @boundary: a power of two that no block crosses; 0: none
 * @node: memory node
 *
 * Context: process. Return: the pool; NULL for impossible parameters and
 * without memory.
 */
struct dma_pool *dma_pool_create_node(const char *name, struct device *dev,
				      size_t size, size_t align,
				      size_t boundary, int node)
{
	struct dma_pool *pool;
	size_t allocation;

	if (dma_no_device(dev) || !size || size > INT_MAX)
		return NULL;
	if (!align)
		align = 1;
	if (!is_power_of_2(align) || align > INT_MAX)
		return NULL;
	size = ALIGN(max(size, sizeof(struct dma_pool_block)), align);
	if (boundary && (boundary < size || !is_power_of_2(boundary)))
		return NULL;
	allocation = max_t(size_t, size, PAGE_SIZE);
	boundary = boundary ? min(boundary, allocation) : allocation;

	pool = kzalloc_node(sizeof(*pool), GFP_KERNEL, node);
	if (!pool)
		return NULL;
	spin_lock_init(&pool->lock);
	INIT_LIST_HEAD(&pool->backings);
	strscpy(pool->name, name, sizeof(pool->name));
	pool->dev = dev;
	pool->size = size;
	pool->allocation = allocation;
	pool->boundary = boundary;
	pool->node = node;
	if (dma_pool_register(pool)) {
		kfree(pool);
		return NULL;
	}
	return pool;
}
EXPORT_SYMBOL(dma_pool_create_node);

/**
 * dma_pool_destroy() - free a pool all of whose blocks are back
 *
 * Blocks that are still out: an error is logged and their memory is left to
 * the device that may be using it. NULL is ignored. Context: process.
 */
void dma_pool_destroy(struct dma_pool *pool)
{
	struct dma_pool_backing *b, *next;
	bool busy;

	if (!pool)
		return;
	dma_pool_unregister(pool);
	busy = pool->nr_active;
	if (busy)
		dev_err(pool->dev, "dma_pool %s busy: %zu blocks are out\n",
			pool->name, pool->nr_active);
	list_for_each_entry_safe(b, next, &pool->backings, node) {
		if (!busy)
			dma_free_coherent(pool->dev, pool->allocation, b->vaddr,
					  b->dma);
		kfree(b);
	}
	kfree(pool);
}
EXPORT_SYMBOL(dma_pool_destroy);

/* ---- blocks ----------------------------------------------------------------------------- */

static struct dma_pool_backing *dma_pool_get_backing(struct dma_pool *pool,
						     gfp_t gfp)
{
	struct dma_pool_backing *b = kmalloc_node(sizeof(*b), gfp, pool->node);

	if (!b)
		return NULL;
	b->vaddr =
		dma_alloc_coherent(pool->dev, pool->allocation, &b->dma, gfp);
	if (!b->vaddr) {
		kfree(b);
		return NULL;
	}
	return b;
}

/* Cut a backing into blocks; they are handed out in ascending order. */
static void dma_pool_add_backing(struct dma_pool *pool,
				 struct dma_pool_backing *b)
{
	struct dma_pool_block *others = pool->free, **link = &pool->free;
	size_t at = 0, last;

	lockdep_assert_held(&pool->lock);
	for (; at + pool->size <= pool->allocation; at += pool->size) {
		struct dma_pool_block *block;

		last = at + pool->size - 1;
		/* I2; the boundary need not be a power of two if it is the
		 * allocation. */
		if (at / pool->boundary != last / pool->boundary)
			at = last - last % pool->boundary;
		if (at + pool->size > pool->allocation)
			break;
		block = b->vaddr + at;
		dma_pool_poison(pool, block, POOL_POISON_FREED);
		block->dma = b->dma + at;
		*link = block;
		link = &block->next;
		pool->nr_blocks++;
	}
	*link = others;
	list_add(&b->node, &pool->backings);
	pool->nr_backings++;
}

/**
 * dma_pool_alloc() - take a block
 * @mem_flags: for more backing memory; __GFP_ZERO clears the block
 * @handle: gets the device address
 *
 * Context: as @mem_flags allows. Return: the block or NULL.
 */
void *dma_pool_alloc(struct dma_pool *pool, gfp_t mem_flags, dma_addr_t *handle)
{
	struct dma_pool_backing *b;
	struct dma_pool_block *block;
	unsigned long flags;

	might_sleep_if(gfpflags_allow_blocking(mem_flags));
	if (dma_no_pool(pool))
		return NULL;
	if (should_fail_site(DMASIM_SITE_DMA_POOL))
		return NULL;

	spin_lock_irqsave(&pool->lock, flags);
	if (!pool->free) {
		spin_unlock_irqrestore(&pool->lock, flags);
		b = dma_pool_get_backing(pool, mem_flags & ~__GFP_ZERO);
		if (!b)
			return NULL;
		spin_lock_irqsave(&pool->lock, flags);
		dma_pool_add_backing(pool, b);
	}
	block = pool->free;
	pool->free = block->next;
	pool->nr_active++;
	spin_unlock_irqrestore(&pool->lock, flags);

	dma_pool_check_block(pool, block);
	*handle = block->dma;
	if (mem_flags & __GFP_ZERO)
		memset(block, 0, pool->size);
	else
		dma_pool_poison(pool, block, POOL_POISON_ALLOCATED);
	return block;
}
EXPORT_SYMBOL(dma_pool_alloc);

/**
 * dma_pool_free() - give a block back
 *
 * Debug builds report a block that is not of this pool, or is free already, and
 * leave it. Context: any.
 */
void dma_pool_free(struct dma_pool *pool, void *vaddr, dma_addr_t addr)
{
	struct dma_pool_block *block = vaddr;
	unsigned long flags;

	if (dma_no_pool(pool))
		return;
	spin_lock_irqsave(&pool->lock, flags);
	if (dma_pool_may_free(pool, vaddr, addr)) {
		dma_pool_poison(pool, vaddr, POOL_POISON_FREED);
		block->dma = addr;
		block->next = pool->free;
		pool->free = block;
		pool->nr_active--;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
}
EXPORT_SYMBOL(dma_pool_free);

/* ---- managed ------------------------------------------------------------------------------ */

static void dmam_pool_release(struct device *dev, void *res)
{
	dma_pool_destroy(*(struct dma_pool **)res);
}

static int dmam_pool_match(struct device *dev, void *res, void *pool)
{
	return *(struct dma_pool **)res == pool;
}

/**
 * dmam_pool_create() - dma_pool_create() of a pool that goes with the driver
 * @allocation: the boundary
 *
 * Context: process. Return: the pool, NULL on failure.
 */
struct dma_pool *dmam_pool_create(const char *name, struct device *dev,
				  size_t size, size_t align, size_t allocation)
{
	struct dma_pool **res;

	if (dma_no_device(dev))
		return NULL;
	res = devres_alloc(dmam_pool_release, sizeof(*res), GFP_KERNEL);
	if (!res)
		return NULL;
	*res = dma_pool_create(name, dev, size, align, allocation);
	if (!*res) {
		devres_free(res);
		return NULL;
	}
	devres_add(dev, res);
	return *res;
}
EXPORT_SYMBOL(dmam_pool_create);

/** dmam_pool_destroy() - destroy it early; WARNs if it is not managed. Context: process. */
void dmam_pool_destroy(struct dma_pool *pool)
{
	if (dma_no_pool(pool))
		return;
	WARN_ON(devres_destroy(pool->dev, dmam_pool_release, dmam_pool_match,
			       pool));
	dma_pool_destroy(pool);
}
EXPORT_SYMBOL(dmam_pool_destroy);

/* One leak event for each pool that nobody destroyed. */
unsigned int dma_pool_check(void)
{
	unsigned int leaks = 0;
	struct dma_pool *pool;

	mutex_lock(&pools_lock);
	list_for_each_entry(pool, &all_pools, all_node) {
		lib_event(LIB_EVENT_LEAK, "dma-pool-leak", pool->dev, 0,
			  pool->size, "dma_pool %s: %zu of %zu blocks out",
			  pool->name, pool->nr_active, pool->nr_blocks);
		leaks++;
	}
	mutex_unlock(&pools_lock);
	return leaks;
}
