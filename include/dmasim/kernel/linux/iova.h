/* SPDX-License-Identifier: MIT */
/*
 * <linux/iova.h>: allocation of I/O virtual addresses.
 *
 * same: both structures, all functions, allocator-exact results (unless the
 *	machine was configured with the allocator "gap")
 * reduced: CPUs are never unplugged (no hot-plug callback)
 *
 * A pfn here is an address divided by the granule of the domain, which need
 * not be PAGE_SIZE. Implemented by src/iova/.
 */
#ifndef _DMASIM_LINUX_IOVA_H
#define _DMASIM_LINUX_IOVA_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/bitops.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>

struct iova_allocator;
struct iova_gap_node;
struct iova_rcache;

/** struct iova - an allocated range; both ends are inclusive. */
struct iova {
	struct rb_node node;
	unsigned long pfn_hi;
	unsigned long pfn_lo;
};

/**
 * struct iova_domain - an address space
 * @iova_rbtree_lock: protects the tree, the cached nodes and max32_alloc_size
 * @rbroot: allocated and reserved ranges by address
 * @cached_node: where a search without 32-bit limit starts
 * @cached32_node: where a search with 32-bit limit starts
 * @granule: bytes of one pfn
 * @start_pfn: lowest pfn that is handed out
 * @dma_32bit_pfn: first pfn above 4 GiB
 * @max32_alloc_size: sizes from here on are known to fail below 4 GiB
 * @anchor: sentinel at the highest pfn, always in the tree
 * @rcaches: per-CPU caches, NULL until iova_domain_init_rcaches()
 * @cpuhp_dead: unused, CPUs stay
 * @allocator: which tree holds the ranges (private, as what follows); the
 *	nodes above are those of "linux"
 * @gap_root: tree of "gap"
 * @gap_levels: its height
 * @gap_top: first pfn above its ranges, at least start_pfn
 * @spare: freed nodes, for the next allocations
 * @spares_in: how many have come
 * @spares_out: how many have gone
 * @max32_refusals: requests that max32_alloc_size refused without a search
 */
struct iova_domain {
	spinlock_t iova_rbtree_lock;
	struct rb_root rbroot;
	struct rb_node *cached_node;
	struct rb_node *cached32_node;
	unsigned long granule;
	unsigned long start_pfn;
	unsigned long dma_32bit_pfn;
	unsigned long max32_alloc_size;
	struct iova anchor;
	struct iova_rcache *rcaches;
	struct hlist_node cpuhp_dead;
	const struct iova_allocator *allocator;
	struct iova_gap_node *gap_root;
	unsigned int gap_levels;
	unsigned long gap_top;
	struct iova *spare[16];
	unsigned int spares_in;
	unsigned int spares_out;
	unsigned long max32_refusals;
};

static inline unsigned long iova_size(struct iova *iova)
{
	return iova->pfn_hi + 1 - iova->pfn_lo;
}

static inline unsigned long iova_shift(struct iova_domain *iovad)
{
	return __ffs(iovad->granule);
}

static inline unsigned long iova_mask(struct iova_domain *iovad)
{
	return iovad->granule - 1;
}

static inline size_t iova_offset(struct iova_domain *iovad, dma_addr_t iova)
{
	return iova & iova_mask(iovad);
}

/** iova_align() - round @size up to granules. */
static inline size_t iova_align(struct iova_domain *iovad, size_t size)
{
	return (size + iova_mask(iovad)) & ~iova_mask(iovad);
}

/** iova_align_down() - round @size down to granules. */
static inline size_t iova_align_down(struct iova_domain *iovad, size_t size)
{
	return size & ~iova_mask(iovad);
}

static inline dma_addr_t iova_dma_addr(struct iova_domain *iovad,
				       struct iova *iova)
{
	return (dma_addr_t)iova->pfn_lo << iova_shift(iovad);
}

static inline unsigned long iova_pfn(struct iova_domain *iovad, dma_addr_t iova)
{
	return iova >> iova_shift(iovad);
}

/**
 * iova_cache_get() - make the slab caches that every allocation needs
 *
 * Counted; iova_cache_put() undoes one call. Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int iova_cache_get(void);
void iova_cache_put(void);

/** iova_rcache_range() - bytes of the largest cached size, with PAGE_SIZE pfns */
unsigned long iova_rcache_range(void);

/**
 * init_iova_domain() - an empty address space
 * @granule: bytes of a pfn, a power of two up to PAGE_SIZE (BUG otherwise)
 * @start_pfn: lowest pfn to hand out; at least 1 for callers of
 *	alloc_iova_fast(), whose 0 means failure
 */
void init_iova_domain(struct iova_domain *iovad, unsigned long granule,
		      unsigned long start_pfn);

/**
 * iova_domain_init_rcaches() - add the per-CPU caches
 *
 * Needed before alloc_iova_fast() and free_iova_fast(). Context: may sleep.
 * Return: 0 or -ENOMEM (nothing is left allocated).
 */
int iova_domain_init_rcaches(struct iova_domain *iovad);

/** put_iova_domain() - free caches and all ranges; nobody uses it any more. */
void put_iova_domain(struct iova_domain *iovad);

/**
 * alloc_iova() - take the highest free range below a limit from the tree
 * @size: pfns, at least 1
 * @limit_pfn: highest pfn allowed
 * @size_aligned: align the start to @size rounded up to a power of two
 *
 * Context: any; memory is taken with GFP_ATOMIC.
 * Return: the range, or NULL when there is no space or no memory.
 */
struct iova *alloc_iova(struct iova_domain *iovad, unsigned long size,
			unsigned long limit_pfn, bool size_aligned);

/** __free_iova() - give a range back to the tree. Any context. */
void __free_iova(struct iova_domain *iovad, struct iova *iova);

/** free_iova() - give back the range around @pfn, if there is one. */
void free_iova(struct iova_domain *iovad, unsigned long pfn);

/**
 * alloc_iova_fast() - take a size-aligned range, from the caches if possible
 * @size: pfns; below 32 it is rounded up to a power of two
 * @limit_pfn: highest pfn allowed
 * @flush_rcache: when there is no space, empty the caches of all CPUs into
 *	the tree and try once more
 *
 * Context: any. Return: the first pfn, 0 on failure.
 */
unsigned long alloc_iova_fast(struct iova_domain *iovad, unsigned long size,
			      unsigned long limit_pfn, bool flush_rcache);

/** free_iova_fast() - counterpart; @size as given to alloc_iova_fast(). */
void free_iova_fast(struct iova_domain *iovad, unsigned long pfn,
		    unsigned long size);

/**
 * reserve_iova() - keep [@pfn_lo, @pfn_hi] from being handed out
 *
 * Overlapping ranges are merged; live allocations, too. Context: any.
 * Return: the range that ends up covering the highest part; NULL if a pfn is
 * no address (WARN) or without memory.
 */
struct iova *reserve_iova(struct iova_domain *iovad, unsigned long pfn_lo,
			  unsigned long pfn_hi);

/** find_iova() - the range around @pfn or NULL. No reference is held. */
struct iova *find_iova(struct iova_domain *iovad, unsigned long pfn);

#endif
