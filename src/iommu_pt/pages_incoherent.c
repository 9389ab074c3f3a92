/* SPDX-License-Identifier: MIT */
/*
 * Tables that hardware reads past the CPU's caches: memory of iommu_alloc_pages_*()
 * that was shown to a device, for drivers of IOMMUs.
 * Models drivers/iommu/iommu-pages.c of 7.0. Where that writes back cache lines of
 * x86 by itself, this maps for DMA, as it does elsewhere.
 *
 * N1  page->private of the first page says that a table is shown.
 * Locks: none; nobody else knows the table, or its list, yet or any more.
 * Tests: tests/unit/iommu_pt/test_incoherent.c
 */
#include <linux/bug.h>
#include <linux/dma-mapping.h>
#include <linux/export.h>
#include <linux/mm.h>

#include "iommu_pt/iommu_pages.h"

static size_t table_size(struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

static int start(struct page *page, struct device *dma_dev)
{
	size_t size = table_size(page);
	dma_addr_t dma;

	if (WARN_ON(page->private))
		return -EINVAL;
	dma = dma_map_single(dma_dev, page_address(page), size, DMA_TO_DEVICE);
	if (dma_mapping_error(dma_dev, dma))
		return -EINVAL;
	/* Entries hold physical addresses, so hardware must see those. */
	if (dma != page_to_phys(page)) {
		dma_unmap_single(dma_dev, dma, size, DMA_TO_DEVICE);
		return -EOPNOTSUPP;
	}
	page->private = 1;
	return 0;
}

static void stop(struct page *page, struct device *dma_dev)
{
	if (!page->private)
		return;
	page->private = 0;
	dma_unmap_single(dma_dev, page_to_phys(page), table_size(page),
			 DMA_TO_DEVICE);
}

int iommu_pages_start_incoherent(void *virt, struct device *dma_dev)
{
	return start(virt_to_page(virt), dma_dev);
}
EXPORT_SYMBOL_GPL(iommu_pages_start_incoherent);

int iommu_pages_start_incoherent_list(struct iommu_pages_list *list,
				      struct device *dma_dev)
{
	struct list_head *at;
	int ret;

	/* Heads are on the stack and less aligned than struct page. */
	list_for_each(at, &list->pages) {
		ret = start(list_entry(at, struct page, lru), dma_dev);
		if (ret)
			goto err_stop;
	}
	return 0;

err_stop:
	while ((at = at->prev) != &list->pages)
		stop(list_entry(at, struct page, lru), dma_dev);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_pages_start_incoherent_list);

void iommu_pages_stop_incoherent_list(struct iommu_pages_list *list,
				      struct device *dma_dev)
{
	struct list_head *at;

	list_for_each(at, &list->pages)
		stop(list_entry(at, struct page, lru), dma_dev);
}
EXPORT_SYMBOL_GPL(iommu_pages_stop_incoherent_list);

void iommu_pages_free_incoherent(void *virt, struct device *dma_dev)
{
	if (!virt)
		return;
	stop(virt_to_page(virt), dma_dev);
	iommu_free_pages(virt);
}
EXPORT_SYMBOL_GPL(iommu_pages_free_incoherent);

void iommu_pages_flush_incoherent(struct device *dma_dev, void *virt,
				  size_t offset, size_t len)
{
	dma_sync_single_for_device(dma_dev, virt_to_phys(virt) + offset, len,
				   DMA_TO_DEVICE);
}
EXPORT_SYMBOL_GPL(iommu_pages_flush_incoherent);
