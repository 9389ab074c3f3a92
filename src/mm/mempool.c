/* SPDX-License-Identifier: MIT */
/*
 * mempool: allocation that may dip into a reserve.
 *
 * Models mm/mempool.c. An element comes, in this order, from the pool's
 * allocator without sleeping, from the reserve, from the allocator again as
 * the caller's flags allow, and, for a caller who may sleep, from whoever frees
 * an element next. Freed elements fill the reserve before they reach the
 * pool's free function.
 *
 * I1  0 <= curr_nr <= min_nr outside of the lock; elements[0..curr_nr) is the
 *     reserve.
 *
 * Locks: pool->lock, a leaf that is also taken in interrupts.
 * Tests: tests/unit/mm/test_mempool.c
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "mm/internal.h"

/* Put one into the reserve; false if it is full. */
static bool refill(mempool_t *pool, void *element)
{
	bool taken = false;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr < pool->min_nr) {
		pool->elements[pool->curr_nr++] = element;
		taken = true;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return taken;
}

/* Take one out of the reserve; NULL if it is empty. */
static void *draw_reserve(mempool_t *pool)
{
	void *element = NULL;
	unsigned long flags;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr)
		element = pool->elements[--pool->curr_nr];
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

/**
 * mempool_exit() - empty a pool
 * @pool: of mempool_init(), all elements freed; all zero does nothing
 *
 * Context: may sleep.
 */
void mempool_exit(mempool_t *pool)
{
	while (pool->curr_nr)
		pool->free(pool->elements[--pool->curr_nr], pool->pool_data);
	kfree(pool->elements);
	pool->elements = NULL;
}
EXPORT_SYMBOL(mempool_exit);

/**
 * mempool_init_node() - make a pool in the caller's memory and fill its reserve
 * @pool: result
 * @min_nr: elements in the reserve
 * @alloc_fn: makes an element; must not sleep without __GFP_DIRECT_RECLAIM
 * @free_fn: destroys one
 * @pool_data: for both
 * @gfp_mask: for the reserve
 * @node_id: ignored
 *
 * Context: may sleep if @gfp_mask says so.
 * Return: 0 or -ENOMEM with nothing left behind.
 */
int mempool_init_node(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask,
		      int node_id)
{
	*pool = (mempool_t){
		.min_nr = min_nr,
		.pool_data = pool_data,
		.alloc = alloc_fn,
		.free = free_fn,
	};
	spin_lock_init(&pool->lock);
	init_waitqueue_head(&pool->wait);

	/* A pool without reserve still needs an array to be "initialized". */
	pool->elements =
		kmalloc_array(max(min_nr, 1), sizeof(void *), gfp_mask);
	if (!pool->elements)
		return -ENOMEM;
	while (pool->curr_nr < min_nr) {
		void *element = alloc_fn(gfp_mask, pool_data);

		if (!element) {
			mempool_exit(pool);
			return -ENOMEM;
		}
		pool->elements[pool->curr_nr++] = element;
	}
	return 0;
}
EXPORT_SYMBOL(mempool_init_node);

/**
 * mempool_init() - mempool_init_node() with GFP_KERNEL
 * @pool: result
 * @min_nr: elements in the reserve
 * @alloc_fn: makes an element
 * @free_fn: destroys one
 * @pool_data: for both
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		 mempool_free_t *free_fn, void *pool_data)
{
	return mempool_init_node(pool, min_nr, alloc_fn, free_fn, pool_data,
				 GFP_KERNEL, NUMA_NO_NODE);
}
EXPORT_SYMBOL(mempool_init);

/**
 * mempool_create_node() - make a pool
 * @min_nr: elements in the reserve
 * @alloc_fn: makes an element
 * @free_fn: destroys one
 * @pool_data: for both
 * @gfp_mask: for the pool and its reserve
 * @nid: ignored
 *
 * Context: may sleep if @gfp_mask says so.
 * Return: the pool or NULL.
 */
mempool_t *mempool_create_node(int min_nr, mempool_alloc_t *alloc_fn,
			       mempool_free_t *free_fn, void *pool_data,
			       gfp_t gfp_mask, int nid)
{
	mempool_t *pool = kzalloc(sizeof(*pool), gfp_mask);

	if (pool && mempool_init_node(pool, min_nr, alloc_fn, free_fn,
				      pool_data, gfp_mask, nid)) {
		kfree(pool);
		pool = NULL;
	}
	return pool;
}
EXPORT_SYMBOL(mempool_create_node);

/**
 * mempool_create() - mempool_create_node() with GFP_KERNEL
 * @min_nr: elements in the reserve
 * @alloc_fn: makes an element
 * @free_fn: destroys one
 * @pool_data: for both
 *
 * Context: may sleep.
 * Return: the pool or NULL.
 */
mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn,
			  mempool_free_t *free_fn, void *pool_data)
{
	return mempool_create_node(min_nr, alloc_fn, free_fn, pool_data,
				   GFP_KERNEL, NUMA_NO_NODE);
}
EXPORT_SYMBOL(mempool_create);

/**
 * mempool_destroy() - undo mempool_create()
 * @pool: all elements freed; NULL does nothing
 *
 * Context: may sleep.
 */
void mempool_destroy(mempool_t *pool)
{
	if (!pool)
		return;
	mempool_exit(pool);
	kfree(pool);
}
EXPORT_SYMBOL(mempool_destroy);

/**
 * mempool_resize() - change the size of the reserve
 * @pool: the pool
 * @new_min_nr: at least 1
 *
 * Context: may sleep; not concurrently with itself or mempool_destroy().
 * Return: 0 or -ENOMEM with the old size in force. A reserve that could not be
 * filled at once fills up as elements are freed.
 */
int mempool_resize(mempool_t *pool, int new_min_nr)
{
	void **bigger, **old, *element;
	unsigned long flags;

	might_sleep();
	if (WARN_ON_ONCE(new_min_nr <= 0))
		return -EINVAL;

	/* Nobody may refill what is about to be cut off. */
	spin_lock_irqsave(&pool->lock, flags);
	if (new_min_nr < pool->min_nr)
		pool->min_nr = new_min_nr;
	spin_unlock_irqrestore(&pool->lock, flags);
	while (READ_ONCE(pool->curr_nr) > new_min_nr) {
		element = draw_reserve(pool);
		if (element)
			pool->free(element, pool->pool_data);
	}
	if (new_min_nr == pool->min_nr)
		return 0;

	bigger = kmalloc_array(new_min_nr, sizeof(*bigger), GFP_KERNEL);
	if (!bigger)
		return -ENOMEM;
	spin_lock_irqsave(&pool->lock, flags);
	memcpy(bigger, pool->elements, pool->curr_nr * sizeof(*bigger));
	old = pool->elements;
	pool->elements = bigger;
	pool->min_nr = new_min_nr;
	spin_unlock_irqrestore(&pool->lock, flags);
	kfree(old);

	while (!mempool_is_saturated(pool)) {
		element = pool->alloc(GFP_KERNEL, pool->pool_data);
		if (!element)
			break;
		if (!refill(pool, element))
			pool->free(element, pool->pool_data);
	}
	return 0;
}
EXPORT_SYMBOL(mempool_resize);

/**
 * mempool_alloc() - an element
 * @pool: the pool
 * @gfp_mask: __GFP_ZERO is not allowed
 *
 * Context: may sleep with __GFP_DIRECT_RECLAIM, and then never fails. Failure
 * site "mempool" for the reserve.
 * Return: the element; NULL if the caller must not sleep and the reserve is
 * empty.
 */
void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask)
{
	bool may_sleep = gfpflags_allow_blocking(gfp_mask);
	gfp_t gfp = gfp_mask | __GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN;
	void *element;

	VM_WARN_ON_ONCE(gfp_mask & __GFP_ZERO);
	might_sleep_if(SLAB_DEBUG && may_sleep);

	element = pool->alloc(gfp & ~(__GFP_DIRECT_RECLAIM | __GFP_IO),
			      pool->pool_data);
	if (likely(element))
		return element;
	if (should_fail_site(DMASIM_SITE_MEMPOOL) && !may_sleep)
		return NULL;

	for (;;) {
		element = draw_reserve(pool);
		if (element || !may_sleep)
			return element;
		element = pool->alloc(gfp, pool->pool_data);
		if (element)
			return element;
		wait_event(pool->wait, READ_ONCE(pool->curr_nr) > 0);
	}
}
EXPORT_SYMBOL(mempool_alloc);

/**
 * mempool_alloc_preallocated() - an element of the reserve
 * @pool: the pool
 *
 * Context: any.
 * Return: the element, or NULL if the reserve is empty.
 */
void *mempool_alloc_preallocated(mempool_t *pool)
{
	return draw_reserve(pool);
}
EXPORT_SYMBOL(mempool_alloc_preallocated);

/**
 * mempool_free() - give an element back
 * @element: of mempool_alloc(); NULL does nothing
 * @pool: its pool
 *
 * Context: any that the pool's free function allows.
 */
void mempool_free(void *element, mempool_t *pool)
{
	if (unlikely(!element))
		return;
	if (!mempool_is_saturated(pool) && refill(pool, element)) {
		wake_up(&pool->wait);
		return;
	}
	pool->free(element, pool->pool_data);
}
EXPORT_SYMBOL(mempool_free);

/* ---- ready-made allocators ------------------------------------------------- */

/** mempool_alloc_slab() - @pool_data is a struct kmem_cache. */
void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data)
{
	return kmem_cache_alloc(pool_data, gfp_mask);
}
EXPORT_SYMBOL(mempool_alloc_slab);

/** mempool_free_slab() - counterpart of mempool_alloc_slab(). */
void mempool_free_slab(void *element, void *pool_data)
{
	kmem_cache_free(pool_data, element);
}
EXPORT_SYMBOL(mempool_free_slab);

/** mempool_kmalloc() - @pool_data is a size. */
void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data)
{
	return kmalloc((size_t)pool_data, gfp_mask);
}
EXPORT_SYMBOL(mempool_kmalloc);

/** mempool_kfree() - counterpart of mempool_kmalloc(). */
void mempool_kfree(void *element, void *pool_data)
{
	kfree(element);
}
EXPORT_SYMBOL(mempool_kfree);

/** mempool_kvmalloc() - @pool_data is a size. */
void *mempool_kvmalloc(gfp_t gfp_mask, void *pool_data)
{
	return kvmalloc((size_t)pool_data, gfp_mask);
}
EXPORT_SYMBOL(mempool_kvmalloc);

/** mempool_kvfree() - counterpart of mempool_kvmalloc(). */
void mempool_kvfree(void *element, void *pool_data)
{
	kvfree(element);
}
EXPORT_SYMBOL(mempool_kvfree);

/** mempool_alloc_pages() - @pool_data is an order. */
void *mempool_alloc_pages(gfp_t gfp_mask, void *pool_data)
{
	return alloc_pages(gfp_mask, (unsigned long)pool_data);
}
EXPORT_SYMBOL(mempool_alloc_pages);

/** mempool_free_pages() - counterpart of mempool_alloc_pages(). */
void mempool_free_pages(void *element, void *pool_data)
{
	__free_pages(element, (unsigned long)pool_data);
}
EXPORT_SYMBOL(mempool_free_pages);
