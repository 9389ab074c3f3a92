/* SPDX-License-Identifier: MIT */
/*
 * <linux/mempool.h>: allocation with a reserve.
 *
 * Same: structure, order of effects (allocator without blocking first, then
 *	the reserve, then waiting), ready-made pools.
 * Reduced: plain functions instead of macros with allocation tags.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_MEMPOOL_H
#define _DMASIM_LINUX_MEMPOOL_H

#include <linux/gfp.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct kmem_cache;

typedef void *(mempool_alloc_t)(gfp_t gfp_mask, void *pool_data);
typedef void(mempool_free_t)(void *element, void *pool_data);

/**
 * struct mempool_s - a pool
 * @lock: protects @curr_nr and @elements
 * @min_nr: size of the reserve
 * @curr_nr: elements in the reserve
 * @elements: the reserve, a stack
 * @pool_data: for @alloc and @free
 * @wait: waiters for an element
 */
typedef struct mempool_s {
	spinlock_t lock;
	int min_nr;
	int curr_nr;
	void **elements;
	void *pool_data;
	mempool_alloc_t *alloc;
	mempool_free_t *free;
	wait_queue_head_t wait;
} mempool_t;

static inline bool mempool_initialized(mempool_t *pool)
{
	return pool->elements != NULL;
}

static inline bool mempool_is_saturated(mempool_t *pool)
{
	return READ_ONCE(pool->curr_nr) >= pool->min_nr;
}

int mempool_init_node(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		      mempool_free_t *free_fn, void *pool_data, gfp_t gfp_mask,
		      int node_id);
int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		 mempool_free_t *free_fn, void *pool_data);
void mempool_exit(mempool_t *pool);
mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn,
			  mempool_free_t *free_fn, void *pool_data);
mempool_t *mempool_create_node(int min_nr, mempool_alloc_t *alloc_fn,
			       mempool_free_t *free_fn, void *pool_data,
			       gfp_t gfp_mask, int nid);
int mempool_resize(mempool_t *pool, int new_min_nr);
void mempool_destroy(mempool_t *pool);
void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask) __malloc;
void *mempool_alloc_preallocated(mempool_t *pool) __malloc;
void mempool_free(void *element, mempool_t *pool);

void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data);
void mempool_free_slab(void *element, void *pool_data);
void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data);
void mempool_kfree(void *element, void *pool_data);
void *mempool_kvmalloc(gfp_t gfp_mask, void *pool_data);
void mempool_kvfree(void *element, void *pool_data);
void *mempool_alloc_pages(gfp_t gfp_mask, void *pool_data);
void mempool_free_pages(void *element, void *pool_data);

#define mempool_init_slab_pool(pool, min_nr, kc) \
	mempool_init(pool, min_nr, mempool_alloc_slab, mempool_free_slab, kc)
#define mempool_create_slab_pool(min_nr, kc) \
	mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, kc)
#define mempool_init_kmalloc_pool(pool, min_nr, size)              \
	mempool_init(pool, min_nr, mempool_kmalloc, mempool_kfree, \
		     (void *)(unsigned long)(size))
#define mempool_create_kmalloc_pool(min_nr, size)              \
	mempool_create(min_nr, mempool_kmalloc, mempool_kfree, \
		       (void *)(unsigned long)(size))
#define mempool_init_kvmalloc_pool(pool, min_nr, size)               \
	mempool_init(pool, min_nr, mempool_kvmalloc, mempool_kvfree, \
		     (void *)(unsigned long)(size))
#define mempool_create_kvmalloc_pool(min_nr, size)               \
	mempool_create(min_nr, mempool_kvmalloc, mempool_kvfree, \
		       (void *)(unsigned long)(size))
#define mempool_init_page_pool(pool, min_nr, order)                         \
	mempool_init(pool, min_nr, mempool_alloc_pages, mempool_free_pages, \
		     (void *)(unsigned long)(order))
#define mempool_create_page_pool(min_nr, order)                         \
	mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages, \
		       (void *)(unsigned long)(order))

#endif
