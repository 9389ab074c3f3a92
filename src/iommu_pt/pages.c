/* SPDX-License-Identifier: MIT */
/*
 * Memory of page tables, and what all formats count.
 * Models drivers/iommu/iommu-pages.c, 6.17.
 *
 * P1  Every table is charged to both node counters from allocation to free.
 * P2  Whoever registered iommu_pt_set_table_freed() hears of a table before
 *     its memory can be used for anything else.
 * P3  Waiting on a list does not touch the contents of a table.
 * Locks: none; the node counters are atomic.
 * Tests: tests/unit/iommu_pt/test_pages.c
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmstat.h>

#include "iommu_pt/iommu_pt_api.h"
#include "iommu_pt/pt_counters.h"
#include "iommu_pt/pt_defs.h"
#include "mm/mm.h"

struct pt_counters pt_counters;
struct pt_recent pt_recent[1 + CONFIG_NR_CPUS];
u64 pt_epochs;

static void (*pt_table_freed)(u64 phys, u64 len);

void iommu_pt_set_table_freed(void (*fn)(u64 phys, u64 len))
{
	WRITE_ONCE(pt_table_freed, fn);
}

void iommu_pt_get_stats(struct pt_stats *stats)
{
	unsigned int cpu;

	stats->pte_writes = lib_counter_read(&pt_counters.pte_writes);
	for (cpu = 0; cpu < CONFIG_NR_CPUS; cpu++)
		stats->pte_writes += READ_ONCE(pt_recent[1 + cpu].writes);
	stats->pages = atomic64_read(&pt_counters.pages);
	stats->pages_peak = atomic64_read(&pt_counters.pages_peak);
	stats->tables_allocated =
		lib_counter_read(&pt_counters.tables_allocated);
	stats->tables_freed = lib_counter_read(&pt_counters.tables_freed);
	stats->tops_grown = lib_counter_read(&pt_counters.tops_grown);
}

u64 iommu_pt_writes_of_cpu(unsigned int cpu)
{
	return lib_counter_of_cpu(&pt_counters.pte_writes, cpu) +
	       READ_ONCE(pt_recent[1 + cpu].writes);
}

void iommu_pt_reset_peak(void)
{
	atomic64_set(&pt_counters.pages_peak,
		     atomic64_read(&pt_counters.pages));
}

static void pt_charge(struct page *page, long nr)
{
	struct pglist_data *node = page_pgdat(page);
	s64 now = atomic64_add_return(nr, &pt_counters.pages);
	s64 peak = atomic64_read(&pt_counters.pages_peak);

	while (now > peak &&
	       !atomic64_try_cmpxchg(&pt_counters.pages_peak, &peak, now))
		;
	mod_node_page_state(node, NR_IOMMU_PAGES, nr);
	mod_node_page_state(node, NR_SECONDARY_PAGETABLE, nr);
}

void *iommu_alloc_pages_node_sz(int nid, gfp_t gfp, size_t size)
{
	unsigned int order = get_order(size);
	struct page *page;

	if (WARN_ON(gfp & __GFP_HIGHMEM))
		return NULL;
	if (should_fail_site(DMASIM_SITE_PT_PAGE))
		return NULL;
	/* The size of a larger one is found again at free. */
	if (order)
		page = alloc_pages_node(nid, gfp | __GFP_COMP | __GFP_ZERO,
					order);
	else
		page = mm_alloc_hot_page(gfp | __GFP_ZERO);
	if (!page)
		return NULL;
	pt_charge(page, 1l << order);
	lib_counter_add(&pt_counters.tables_allocated, 1);
	return page_address(page);
}
EXPORT_SYMBOL_GPL(iommu_alloc_pages_node_sz);

static void pt_free_page(struct page *page)
{
	unsigned int order = compound_order(page);
	void (*freed)(u64 phys, u64 len) = READ_ONCE(pt_table_freed);

	if (freed)
		freed(page_to_phys(page), PAGE_SIZE << order);
	pt_charge(page, -(1l << order));
	lib_counter_add(&pt_counters.tables_freed, 1);
	if (order)
		__free_pages(page, order);
	else
		mm_free_hot_page(page);
}

void iommu_free_pages(void *virt)
{
	if (virt)
		pt_free_page(virt_to_page(virt));
}
EXPORT_SYMBOL_GPL(iommu_free_pages);

void iommu_pages_list_add(struct iommu_pages_list *list, void *virt)
{
	list_add_tail(&virt_to_page(virt)->lru, &list->pages);
}
EXPORT_SYMBOL_GPL(iommu_pages_list_add);

void iommu_put_pages_list(struct iommu_pages_list *list)
{
	struct list_head *at, *next;

	/* Heads are on the stack and less aligned than struct page. */
	list_for_each_safe(at, next, &list->pages)
		pt_free_page(list_entry(at, struct page, lru));
}
EXPORT_SYMBOL_GPL(iommu_put_pages_list);

/* ---- of the driver, or from here ------------------------------------------ */

static bool pt_has_allocator(const struct pt_iommu *pt)
{
	return pt->driver_ops && pt->driver_ops->alloc_table;
}

void *pt_alloc_table(struct pt_iommu *pt, size_t size, gfp_t gfp)
{
	void *table;

	if (!pt_has_allocator(pt))
		return iommu_alloc_pages_node_sz(pt->nid, gfp, size);
	table = pt->driver_ops->alloc_table(pt, size, gfp);
	/* Hardware has no bits for another place. */
	if (WARN_ON(!IS_ALIGNED((unsigned long)table, size))) {
		pt->driver_ops->free_table(pt, table, size);
		return NULL;
	}
	return table;
}

void pt_free_table(struct pt_iommu *pt, void *table, size_t size)
{
	void (*freed)(u64 phys, u64 len) = READ_ONCE(pt_table_freed);

	if (!pt_has_allocator(pt)) {
		iommu_free_pages(table);
		return;
	}
	if (freed)
		freed(virt_to_phys(table), size);
	pt->driver_ops->free_table(pt, table, size);
}

void pt_put_tables(struct pt_iommu *pt, struct iommu_pages_list *list,
		   size_t size)
{
	struct list_head *at, *next;

	if (!pt_has_allocator(pt)) {
		iommu_put_pages_list(list);
		return;
	}
	list_for_each_safe(at, next, &list->pages)
		pt_free_table(pt,
			      page_address(list_entry(at, struct page, lru)),
			      size);
}
