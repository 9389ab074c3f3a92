/* SPDX-License-Identifier: MIT */
/*
 * <linux/mmzone.h>: zones, the one node, orders.
 *
 * Same: names; ZONE_DMA ends at 16 MiB, ZONE_DMA32 at 4 GiB; orders 0..10.
 * Reduced: one node; struct zone stays inside the page allocator; the zone of
 *	a page follows from its address.
 * Stub: nothing.
 */
#ifndef _DMASIM_LINUX_MMZONE_H
#define _DMASIM_LINUX_MMZONE_H

#include <linux/mm_types.h>
#include <linux/numa.h>
#include <linux/page-flags.h>
#include <linux/types.h>

#define MAX_PAGE_ORDER 10
#define NR_PAGE_ORDERS (MAX_PAGE_ORDER + 1)
#define MAX_ORDER_NR_PAGES (1ul << MAX_PAGE_ORDER)
#define PAGE_ALLOC_COSTLY_ORDER 3
#define pageblock_order MAX_PAGE_ORDER
#define pageblock_nr_pages (1ul << pageblock_order)

enum zone_type {
	ZONE_DMA,
	ZONE_DMA32,
	ZONE_NORMAL,
	ZONE_MOVABLE,
	ZONE_DEVICE,
	__MAX_NR_ZONES
};
#define MAX_NR_ZONES __MAX_NR_ZONES

enum node_stat_item {
	NR_PAGETABLE,
	NR_SECONDARY_PAGETABLE,
	NR_IOMMU_PAGES,
	NR_VM_NODE_STAT_ITEMS
};

/**
 * struct pglist_data - the memory of the node
 * @node_start_pfn: first page of RAM
 * @node_present_pages: pages of RAM
 * @node_spanned_pages: from the first to the last page of RAM, with the hole
 * @vm_stat: counters, see <linux/vmstat.h>
 */
typedef struct pglist_data {
	int node_id;
	unsigned long node_start_pfn;
	unsigned long node_present_pages;
	unsigned long node_spanned_pages;
	atomic_long_t vm_stat[NR_VM_NODE_STAT_ITEMS];
} pg_data_t;

extern struct pglist_data contig_page_data;

static inline struct pglist_data *NODE_DATA(int nid)
{
	return &contig_page_data;
}

static inline bool is_zone_device_page(const struct page *page)
{
	return READ_ONCE(page->flags) >> PG_mm_device & 1;
}

static inline bool folio_is_zone_device(const struct folio *folio)
{
	return is_zone_device_page(&folio->page);
}

/* Only for ZONE_DEVICE pages. */
static inline struct dev_pagemap *page_pgmap(const struct page *page)
{
	return page_folio(page)->pgmap;
}

enum zone_type page_zonenum(const struct page *page);

#endif
