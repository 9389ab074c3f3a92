/* SPDX-License-Identifier: MIT */
/*
 * Restricted pools: a region of RAM that is all of the memory that some devices
 * get to see.
 * Models kernel/dma/swiotlb.c with CONFIG_DMA_RESTRICTED_POOL
 * ("restricted-dma-pool" of the device tree), 6.17.
 *
 * A device of a region bounces everything through it and gets its coherent memory
 * from it. Several devices may share a region; it has one area.
 *
 * I1  A region is taken out of RAM at boot, whoever uses it.
 * I2  Its allocator is made for its first device and stays until shutdown.
 * Locks: none of its own: devices come one by one.
 * Tests: tests/unit/swiotlb/test_restricted.c
 */
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "mm/mm.h"
#include "swiotlb/slots.h"

/**
 * struct swiotlb_region - what firmware set aside
 * @pages: 0: there is no such region
 */
struct swiotlb_region {
	struct io_tlb_mem mem;
	struct io_tlb_area area;
	struct page *first;
	unsigned long pages;
};

static struct swiotlb_region regions[SWIOTLB_MAX_REGIONS];

int swiotlb_region_reserve(unsigned int nr, phys_addr_t base, size_t size)
{
	unsigned long pages = size >> PAGE_SHIFT;
	struct swiotlb_region *region = &regions[nr - 1];

	if (!pages || (base | size) & ~PAGE_MASK)
		return -EINVAL;
	if (!base) {
		unsigned long nr_pages = roundup_pow_of_two(pages);
		struct page *found = mm_reserve(nr_pages, true);

		if (!found)
			return -ENOMEM;
		base = page_to_phys(found);
		mm_unreserve(found, nr_pages);
	}
	if (!mm_reserve_at(base, pages))
		return pfn_valid(PHYS_PFN(base)) ? -EBUSY : -EINVAL;
	region->first = phys_to_page(base);
	region->pages = pages;
	return 0;
}

/* The allocator of a region, for its first device. */
static int region_open(struct swiotlb_region *region)
{
	struct io_tlb_mem *mem = &region->mem;
	struct io_tlb_pool *pool = &mem->defpool;
	int ret;

	swiotlb_mem_open(mem);
	pool->nslabs = region->pages << (PAGE_SHIFT - IO_TLB_SHIFT);
	pool->slots = kcalloc(pool->nslabs, sizeof(*pool->slots), GFP_KERNEL);
	if (!pool->slots)
		return -ENOMEM;
	pool->start = page_to_phys(region->first);
	pool->end = pool->start + (pool->nslabs << IO_TLB_SHIFT);
	pool->vaddr = page_address(region->first);
	pool->nareas = 1;
	pool->area_nslabs = pool->nslabs;
	pool->areas = &region->area;
	memset(&region->area, 0, sizeof(region->area));
	spin_lock_init(&region->area.lock);
	ret = swiotlb_pool_share(pool);
	if (ret) {
		kfree(pool->slots);
		return ret;
	}
	mem->force_bounce = true;
	mem->for_alloc = true;
	swiotlb_mem_add(mem, pool);
	return 0;
}

int swiotlb_region_attach(struct device *dev, unsigned int nr)
{
	struct swiotlb_region *region = &regions[nr - 1];
	int ret = 0;

	if (!nr || nr > SWIOTLB_MAX_REGIONS || !region->pages)
		return -EINVAL;
	if (!region->mem.nslabs)
		ret = region_open(region);
	if (!ret)
		dev->dma_io_tlb_mem = &region->mem;
	return ret;
}

void swiotlb_region_detach(struct device *dev)
{
	dev->dma_io_tlb_mem = &io_tlb_default_mem;
}

/** swiotlb_region_mem() - allocator of region @nr from 1; NULL: not in use. */
struct io_tlb_mem *swiotlb_region_mem(unsigned int nr)
{
	struct io_tlb_mem *mem;

	if (!nr || nr > SWIOTLB_MAX_REGIONS)
		return NULL;
	mem = &regions[nr - 1].mem;
	return mem->nslabs ? mem : NULL;
}

/** swiotlb_regions_close() - give them all back. Context: no device is left. */
void swiotlb_regions_close(void)
{
	struct swiotlb_region *region;

	for (region = regions; region < regions + SWIOTLB_MAX_REGIONS;
	     region++) {
		if (region->mem.nslabs) {
			swiotlb_pool_unshare(&region->mem.defpool);
			kfree(region->mem.defpool.slots);
		}
		if (region->pages)
			mm_unreserve_at(region->first, region->pages);
		memset(region, 0, sizeof(*region));
	}
}

/**
 * swiotlb_alloc() - memory of a device's restricted pool
 * @size: bytes
 *
 * Context: any.
 * Return: pages, aligned to the power of two of pages that holds them; NULL
 * without such a pool, beyond 256 KiB, or when there is no room (event
 * restricted-full).
 */
struct page *swiotlb_alloc(struct device *dev, size_t size)
{
	struct io_tlb_mem *mem;
	struct page *page;

	if (dma_no_device(dev) || !is_swiotlb_for_alloc(dev))
		return NULL;
	mem = dev->dma_io_tlb_mem;
	page = swiotlb_lend(dev, size);
	if (!page)
		lib_event(LIB_EVENT_REFUSAL, "restricted-full", dev, 0, size,
			  "no %zu bytes side by side: %lu of %lu slots in use",
			  size,
			  (unsigned long)atomic_long_read(&mem->total_used),
			  mem->nslabs);
	return page;
}

size_t swiotlb_lent(struct device *dev, struct page *page)
{
	phys_addr_t phys = page_to_phys(page);
	struct io_tlb_pool *pool = swiotlb_find_pool(dev, phys);
	const struct io_tlb_slot *slot;
	unsigned long flags;
	size_t size;

	if (!pool)
		return 0;
	slot = &pool->slots[(phys - pool->start) >> IO_TLB_SHIFT];
	spin_lock_irqsave(&pool->areas->lock, flags);
	size = pool->areas->ready ? slot->size : 0;
	spin_unlock_irqrestore(&pool->areas->lock, flags);
	return size;
}

/**
 * swiotlb_free() - give it back
 * @page: as swiotlb_alloc() returned it
 *
 * Context: any. Return: false if it came from somewhere else.
 */
bool swiotlb_free(struct device *dev, struct page *page, size_t size)
{
	struct io_tlb_pool *pool;

	if (dma_no_device(dev))
		return false;
	pool = swiotlb_find_pool(dev, page_to_phys(page));
	if (!pool)
		return false;
	swiotlb_release(dev, page_to_phys(page), pool);
	return true;
}
