/* SPDX-License-Identifier: MIT */
/*
 * <linux/gfp.h>: the page allocator.
 *
 * Same: names, zones by flags with fallback to lower zones, orders 0..10,
 *	natural alignment, alloc_pages_exact(), split_page(), bulk.
 * Reduced: one node (node and nodemask arguments are ignored); no reclaim:
 *	memory that is used up is used up; plain functions instead of macros
 *	with allocation tags.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_GFP_H
#define _DMASIM_LINUX_GFP_H

#include <linux/gfp_types.h>
#include <linux/mmzone.h>
#include <linux/nodemask.h>
#include <linux/types.h>

static inline bool gfpflags_allow_blocking(const gfp_t gfp_flags)
{
	return !!(gfp_flags & __GFP_DIRECT_RECLAIM);
}

static inline bool gfpflags_normal_context(const gfp_t gfp_flags)
{
	return gfpflags_allow_blocking(gfp_flags) &&
	       !(gfp_flags & __GFP_MEMALLOC);
}

/**
 * gfp_zone() - highest zone that @flags allow
 */
static inline enum zone_type gfp_zone(gfp_t flags)
{
	if (flags & __GFP_DMA)
		return ZONE_DMA;
	return flags & __GFP_DMA32 ? ZONE_DMA32 : ZONE_NORMAL;
}

struct page *alloc_pages(gfp_t gfp, unsigned int order);
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
unsigned long get_zeroed_page(gfp_t gfp);
void __free_pages(struct page *page, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);

void *alloc_pages_exact(size_t size, gfp_t gfp);
void free_pages_exact(void *virt, size_t size);

unsigned long alloc_pages_bulk_noprof(gfp_t gfp, int nid, nodemask_t *nodemask,
				      int nr_pages, struct page **page_array);

#define alloc_pages_bulk(gfp, nr_pages, page_array) \
	alloc_pages_bulk_noprof(gfp, NUMA_NO_NODE, NULL, nr_pages, page_array)
#define alloc_pages_bulk_node(gfp, nid, nr_pages, page_array) \
	alloc_pages_bulk_noprof(gfp, nid, NULL, nr_pages, page_array)

#define alloc_pages_node(nid, gfp, order) ((void)(nid), alloc_pages(gfp, order))
#define __alloc_pages(gfp, order, nid, nodemask) alloc_pages(gfp, order)
#define __alloc_pages_node(nid, gfp, order) alloc_pages_node(nid, gfp, order)
#define alloc_pages_exact_nid(nid, size, gfp) \
	((void)(nid), alloc_pages_exact(size, gfp))
#define alloc_page(gfp) alloc_pages(gfp, 0)

#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define __get_dma_pages(gfp, order) __get_free_pages((gfp) | GFP_DMA, order)

#define __free_page(page) __free_pages(page, 0)
#define free_page(addr) free_pages(addr, 0)

#define folio_alloc(gfp, order) \
	((struct folio *)alloc_pages((gfp) | __GFP_COMP, order))
#define __folio_alloc_node(gfp, order, nid) folio_alloc_node(gfp, order, nid)
#define folio_alloc_node(gfp, order, nid) ((void)(nid), folio_alloc(gfp, order))

#endif
