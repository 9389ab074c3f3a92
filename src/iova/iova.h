/* SPDX-License-Identifier: MIT */
/*
 * IOVA allocator: what <linux/iova.h> does not say.
 *
 * The first part may be used by higher folders; the second is shared by iova.c
 * (the calls and one tree), gap.c (another tree) and rcache_host.c (the caches
 * in front of them) only.
 */
#ifndef DMASIM_IOVA_IOVA_H
#define DMASIM_IOVA_IOVA_H

#include <linux/iova.h>
#include <linux/types.h>

struct iova_allocator;

/**
 * iova_allocator_find() - an allocator by name
 * @name: "linux" (allocator-exact; NULL means it, too) or "gap" (logarithmic
 *	however full the space is)
 *
 * Return: NULL for an unknown name.
 */
const struct iova_allocator *iova_allocator_find(const char *name);

/** iova_set_allocator() - what init_iova_domain() gives domains from now on */
void iova_set_allocator(const struct iova_allocator *allocator);

/** iova_domain_init() - init_iova_domain() with an allocator of its own */
void iova_domain_init(struct iova_domain *iovad, unsigned long granule,
		      unsigned long start_pfn,
		      const struct iova_allocator *allocator);

/**
 * struct iova_stats - where the address space of a domain is
 * @ranges: nodes of the tree, reservations included, without the anchor
 * @pfns: pfns in those nodes
 * @cached_ranges: nodes that are free, but held by a per-CPU cache or a depot
 * @max32_alloc_size: see struct iova_domain; below dma_32bit_pfn it means
 *	that requests of that size fail below 4 GiB without a search
 * @max32_refusals: how many have
 * @largest_gap32: free pfns in one piece below 4 GiB; cached ranges are not free
 */
struct iova_stats {
	unsigned long ranges;
	unsigned long pfns;
	unsigned long cached_ranges;
	unsigned long max32_alloc_size;
	unsigned long max32_refusals;
	unsigned long largest_gap32;
};

/**
 * iova_domain_stats() - count what a domain holds
 *
 * Context: any; walks the whole tree and stops all CPUs' caches in turn.
 */
void iova_domain_stats(struct iova_domain *iovad, struct iova_stats *stats);

/**
 * iova_domain_check() - verify the invariants of iova.c and of the allocator
 *
 * Return: NULL, or a text that starts with the number of a broken invariant.
 */
const char *iova_domain_check(struct iova_domain *iovad);

/** __iova_next() - the range above @iova (NULL: the lowest); NULL at the end */
struct iova *__iova_next(struct iova_domain *iovad, struct iova *iova);

/**
 * iova_give_back() - free_iova_fast() that tells what became of it
 *
 * Return: false if nothing was given back: there is no such range, or (debug
 * builds) the free was refused.
 */
bool iova_give_back(struct iova_domain *iovad, unsigned long pfn,
		    unsigned long size);

/* ---- private: trees ---- */

/**
 * struct iova_request - what a tree shall find room for
 * @align_mask: ones in the bits that the first pfn may have
 * @limit: exclusive, at least 1
 * @floor: lowest pfn, the domain's start_pfn
 */
struct iova_request {
	unsigned long size;
	unsigned long align_mask;
	unsigned long limit;
	unsigned long floor;
};

/**
 * struct iova_allocator - a tree of ranges; the caller holds iova_rbtree_lock
 * @name: for configurations
 * @init: an empty tree that knows the anchor; takes no memory
 * @place: find room, set the range of @iova, put it in; false: no room, or no
 *	memory, and nothing has changed
 * @from: the lowest range that ends at @pfn or above, perhaps the anchor
 * @add: put in @iova, whose range is free; false: no memory
 * @grow_down: let @iova begin at @pfn_lo, free until now; the anchor may grow
 * @take: take out the range around @pfn; NULL: there is none
 * @drop: take out @iova
 * @clear: free everything; nobody uses the domain any more
 * @check: NULL, or a text with the number of a broken invariant
 */
struct iova_allocator {
	const char *name;
	void (*init)(struct iova_domain *iovad);
	bool (*place)(struct iova_domain *iovad, struct iova *iova,
		      const struct iova_request *req);
	struct iova *(*from)(struct iova_domain *iovad, unsigned long pfn);
	bool (*add)(struct iova_domain *iovad, struct iova *iova);
	void (*grow_down)(struct iova_domain *iovad, struct iova *iova,
			  unsigned long pfn_lo);
	struct iova *(*take)(struct iova_domain *iovad, unsigned long pfn);
	void (*drop)(struct iova_domain *iovad, struct iova *iova);
	void (*clear)(struct iova_domain *iovad);
	const char *(*check)(struct iova_domain *iovad);
};

extern const struct iova_allocator iova_gap_allocator;
int iova_gap_cache_get(void);
void iova_gap_cache_put(void);

/* ---- private: iova.c ---- */

void iova_node_free(struct iova *iova);

/* Orders 0..5 are cached: 1, 2, 4 .. 32 pfns. */
#define IOVA_CACHE_ORDERS 6
#define IOVA_CACHE_MAX_PFNS (1ul << (IOVA_CACHE_ORDERS - 1))

/* alloc_iova() that counts no call of the failure site. */
struct iova *iova_tree_alloc(struct iova_domain *iovad, unsigned long size,
			     unsigned long limit_pfn, bool size_aligned);

/* free_iova() that says whether there was a range. */
bool iova_tree_give_back(struct iova_domain *iovad, unsigned long pfn);

/* Free @nr ranges by a pfn inside each; WARNs where there is none. */
void iova_tree_free(struct iova_domain *iovad, const unsigned long *pfns,
		    unsigned long nr);

/* ---- private: rcache_host.c ---- */

int iova_magazine_cache_get(void);
void iova_magazine_cache_put(void);
void iova_rcaches_destroy(struct iova_domain *iovad);
unsigned long iova_rcaches_count(struct iova_domain *iovad);

#endif
