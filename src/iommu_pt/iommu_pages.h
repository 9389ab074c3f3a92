/* SPDX-License-Identifier: MIT */
/*
 * Memory of page tables, and lists of it.
 * Models drivers/iommu/iommu-pages.h, 6.17.
 *
 * Tables are whole pages of simulated RAM, zeroed, aligned to their size and
 * charged to NR_IOMMU_PAGES and NR_SECONDARY_PAGETABLE of their node. While on
 * a list they are linked through struct page, so that their contents stay what
 * hardware may still read.
 */
#ifndef DMASIM_IOMMU_PT_IOMMU_PAGES_H
#define DMASIM_IOMMU_PT_IOMMU_PAGES_H

#include <linux/generic_pt/iommu.h>
#include <linux/gfp.h>
#include <linux/iommu.h>
#include <linux/list.h>
#include <linux/numa.h>
#include <linux/types.h>

/**
 * iommu_alloc_pages_node_sz() - memory for a table
 * @nid: NUMA node, NUMA_NO_NODE for the local one
 * @gfp: no __GFP_HIGHMEM
 * @size: bytes, rounded up to a power of two and to a page
 *
 * Context: any that @gfp allows.
 * Return: zeroed memory aligned to its size; NULL without memory, or (WARN)
 * for __GFP_HIGHMEM.
 */
void *iommu_alloc_pages_node_sz(int nid, gfp_t gfp, size_t size);

/** iommu_alloc_pages_sz() - the same from the local node. */
static inline void *iommu_alloc_pages_sz(gfp_t gfp, size_t size)
{
	return iommu_alloc_pages_node_sz(NUMA_NO_NODE, gfp, size);
}

/** iommu_free_pages() - counterpart; NULL is fine. Any context. */
void iommu_free_pages(void *virt);

/** iommu_put_pages_list() - free all; @list is to be initialised again. */
void iommu_put_pages_list(struct iommu_pages_list *list);

/** iommu_pages_list_add() - append memory of iommu_alloc_pages_*(). */
void iommu_pages_list_add(struct iommu_pages_list *list, void *virt);

/** iommu_pages_list_splice() - move all to the head of @to; @from is stale. */
static inline void iommu_pages_list_splice(struct iommu_pages_list *from,
					   struct iommu_pages_list *to)
{
	list_splice(&from->pages, &to->pages);
}

/*
 * For the tables of @pt: memory of its driver where it has alloc_table(), else of
 * the functions above. @size: bytes of a table, the same for all on a list.
 */
void *pt_alloc_table(struct pt_iommu *pt, size_t size, gfp_t gfp);
void pt_free_table(struct pt_iommu *pt, void *table, size_t size);
void pt_put_tables(struct pt_iommu *pt, struct iommu_pages_list *list,
		   size_t size);

static inline bool iommu_pages_list_empty(struct iommu_pages_list *list)
{
	return list_empty(&list->pages);
}

/* ---- newer: walkers that do not snoop ------------------------------------- */

/**
 * iommu_pages_start_incoherent() - show a table to a walker past the CPU's caches
 * @virt: of iommu_alloc_pages_*(); what it holds is written back
 * @dma_dev: device of the IOMMU; its DMA addresses are physical ones
 *
 * From now on iommu_pages_flush_incoherent() follows each write.
 * Context: any. Return: 0; -EINVAL if it is shown already (WARN) or cannot be reached;
 * -EOPNOTSUPP if @dma_dev sees other addresses, with nothing shown.
 */
int iommu_pages_start_incoherent(void *virt, struct device *dma_dev);

/** iommu_pages_start_incoherent_list() - all of a list, or none. Return: likewise. */
int iommu_pages_start_incoherent_list(struct iommu_pages_list *list,
				      struct device *dma_dev);

/** iommu_pages_stop_incoherent_list() - before iommu_put_pages_list(). Any context. */
void iommu_pages_stop_incoherent_list(struct iommu_pages_list *list,
				      struct device *dma_dev);

/** iommu_pages_free_incoherent() - iommu_free_pages(), shown or not. NULL is fine. */
void iommu_pages_free_incoherent(void *virt, struct device *dma_dev);

/** iommu_pages_flush_incoherent() - write @len bytes at @offset of a table back. */
void iommu_pages_flush_incoherent(struct device *dma_dev, void *virt,
				  size_t offset, size_t len);

#endif
