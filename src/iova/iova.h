/* SPDX-License-Identifier: MIT */
/*
 * IOVA allocator: what <linux/iova.h> does not say.
 *
 * The first part may be used by higher folders; the second is shared by iova.c
 * (the tree) and rcache_host.c (the caches in front of it) only.
 */
#ifndef DMASIM_IOVA_IOVA_H
#define DMASIM_IOVA_IOVA_H

#include <linux/iova.h>
#include <linux/types.h>

/**
 * struct iova_stats - where the address space of a domain is
 * @ranges: nodes of the tree, reservations included, without the anchor
 * @pfns: pfns in those nodes
 * @cached_ranges: nodes that are free, but held by a per-CPU cache or a depot
 * @max32_alloc_size: see struct iova_domain; below dma_32bit_pfn it means
 *	that requests of that size fail below 4 GiB without a search
 */
struct iova_stats {
	unsigned long ranges;
	unsigned long pfns;
	unsigned long cached_ranges;
	unsigned long max32_alloc_size;
};

/**
 * iova_domain_stats() - count what a domain holds
 *
 * Context: any; walks the whole tree and stops all CPUs' caches in turn.
 */
void iova_domain_stats(struct iova_domain *iovad, struct iova_stats *stats);

/**
 * iova_domain_check() - verify the invariants of iova.c
 *
 * Return: NULL, or a text that starts with the number of a broken invariant.
 */
const char *iova_domain_check(struct iova_domain *iovad);

/* ---- private: iova.c ---- */

/* Orders 0..5 are cached: 1, 2, 4 .. 32 pfns. */
#define IOVA_CACHE_ORDERS 6
#define IOVA_CACHE_MAX_PFNS (1ul << (IOVA_CACHE_ORDERS - 1))

/* alloc_iova() that counts no call of the failure site. */
struct iova *iova_tree_alloc(struct iova_domain *iovad, unsigned long size,
			     unsigned long limit_pfn, bool size_aligned);

/* Free @nr ranges by a pfn inside each; WARNs where there is none. */
void iova_tree_free(struct iova_domain *iovad, const unsigned long *pfns,
		    unsigned long nr);

/* ---- private: rcache_host.c ---- */

int iova_magazine_cache_get(void);
void iova_magazine_cache_put(void);
void iova_rcaches_destroy(struct iova_domain *iovad);
unsigned long iova_rcaches_count(struct iova_domain *iovad);

#endif
