/* SPDX-License-Identifier: MIT */
/*
 * Coherent memory of devices without an IOMMU: contiguous pages in a zone that
 * the device reaches.
 * Models kernel/dma/direct.c (alloc), 6.17. Reduced: no CMA. Memory is shared
 * with devices without sleeping, so no atomic pool is needed for that.
 *
 *	device	caller		memory			CPU's address
 *	snoops	any		pages			linear
 *	not	may sleep	pages, uncached		vmalloc window
 *	not	must not	an atomic pool's	the pool's
 *	not	must not	a restricted pool's	linear, uncached
 *
 * I1  phys_to_dma() of all the memory is at most the coherent mask.
 * I2  Where memory is encrypted, all of it is shared with devices as long as it
 *     lives; that of a restricted pool is so for ever.
 * Locks: none.
 * Tests: tests/unit/dma/test_direct.c
 */
#include <linux/dma-direct.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/pfn.h>
#include <linux/set_memory.h>
#include <linux/string.h>

#include "dma/core.h"
#include "swiotlb/swiotlb.h"

static u64 dma_coherent_limit(struct device *dev)
{
	return min_not_zero(dev->coherent_dma_mask, dev->bus_dma_limit);
}

/** dma_coherent_ok() - can @size bytes at @phys be coherent memory of @dev? Any context. */
bool dma_coherent_ok(struct device *dev, phys_addr_t phys, size_t size)
{
	dma_addr_t addr;

	if (dma_no_device(dev))
		return false;
	addr = phys_to_dma(dev, phys);
	if (addr == DMA_MAPPING_ERROR || addr + size - 1 < addr)
		return false;
	return addr + size - 1 <= dma_coherent_limit(dev);
}
EXPORT_SYMBOL_GPL(dma_coherent_ok);

static const gfp_t dma_zones[] = { 0, GFP_DMA32, GFP_DMA };

/* The first zone to try, an index of dma_zones[]. */
static unsigned int dma_first_zone(struct device *dev)
{
	phys_addr_t limit = dma_to_phys(dev, dma_coherent_limit(dev));

	if (limit <= zone_dma_limit)
		return 2;
	return limit <= DMA_BIT_MASK(32) ? 1 : 0;
}

/*
 * Pages from the first zone, from large to small, that happens to fit. Zones
 * that the limit excludes for sure are not tried.
 */
static struct page *dma_direct_get_pages(struct device *dev, size_t size,
					 gfp_t gfp)
{
	phys_addr_t limit = dma_to_phys(dev, dma_coherent_limit(dev));
	unsigned int order = get_order(size), i;
	struct page *page;

	for (i = dma_first_zone(dev); i < ARRAY_SIZE(dma_zones); i++) {
		page = alloc_pages_node(dev_to_node(dev), gfp | dma_zones[i],
					order);
		if (page && dma_coherent_ok(dev, page_to_phys(page), size))
			return page;
		if (page)
			__free_pages(page, order);
		else if (limit == DMA_BIT_MASK(64) && !dev->dma_range_map)
			return NULL;
	}
	return NULL;
}

/* Who may not sleep cannot have a mapping made, but can have one that is. */
static void *dma_direct_alloc_pooled(struct device *dev, size_t size,
				     dma_addr_t *dma_handle, gfp_t gfp)
{
	struct page *page;
	void *cpu_addr;

	gfp |= dma_zones[dma_first_zone(dev)];
	page = dma_alloc_from_pool(dev, size, &cpu_addr, gfp, dma_coherent_ok);
	if (!page)
		return NULL;
	*dma_handle = phys_to_dma(dev, page_to_phys(page));
	return cpu_addr;
}

/* Pages that @dev reaches and may see; size is whole pages. */
static struct page *dma_direct_take(struct device *dev, size_t size, gfp_t gfp)
{
	struct page *page;

	if (unlikely(is_swiotlb_for_alloc(dev))) {
		page = swiotlb_alloc(dev, size);
		if (page && !dma_coherent_ok(dev, page_to_phys(page), size)) {
			swiotlb_free(dev, page, size);
			return NULL;
		}
		return page;
	}
	page = dma_direct_get_pages(dev, size, gfp & ~__GFP_ZERO);
	if (page && force_dma_unencrypted(dev) &&
	    set_memory_decrypted((unsigned long)page_address(page),
				 PFN_UP(size))) {
		__free_pages(page, get_order(size));
		return NULL;
	}
	return page;
}

static void dma_direct_put(struct device *dev, struct page *page, size_t size)
{
	if (unlikely(is_swiotlb_for_alloc(dev)) &&
	    swiotlb_free(dev, page, size))
		return;
	if (force_dma_unencrypted(dev))
		set_memory_encrypted((unsigned long)page_address(page),
				     PFN_UP(size));
	__free_pages(page, get_order(size));
}

/* dma_common_taken() of any memory: a restricted pool knows what it lent. */
static size_t dma_direct_taken(struct device *dev, void *cpu_addr, size_t size)
{
	size_t lent;

	if (!is_swiotlb_for_alloc(dev))
		return dma_common_taken(dev, cpu_addr, size);
	lent = swiotlb_lent(dev, dma_common_page(cpu_addr));
	/* What is no block of it is reported by who is to free it. */
	if (!lent)
		return size;
	WARN(PAGE_ALIGN(size) != PAGE_ALIGN(lent),
	     "%s: %zu of %zu bytes of coherent memory freed\n", dev_name(dev),
	     size, lent);
	return PAGE_ALIGN(lent);
}

/* Is what the caller gets no address but a struct page? */
static bool dma_direct_cookie(struct device *dev, unsigned long attrs)
{
	return attrs & DMA_ATTR_NO_KERNEL_MAPPING &&
	       !force_dma_unencrypted(dev) && !is_swiotlb_for_alloc(dev);
}

/**
 * dma_direct_alloc() - coherent memory
 *
 * With DMA_ATTR_NO_KERNEL_MAPPING the result is a struct page, as a cookie, and
 * not zeroed, unless it had to be shared or comes from a restricted pool.
 * Context: as @gfp allows. Return: memory or NULL.
 */
void *dma_direct_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle,
		       gfp_t gfp, unsigned long attrs)
{
	bool may_sleep = gfpflags_allow_blocking(gfp);
	struct page *page;
	void *cpu_addr;
	bool mapped;

	if (dma_no_device(dev))
		return NULL;
	if (attrs & DMA_ATTR_NO_WARN)
		gfp |= __GFP_NOWARN;
	size = PAGE_ALIGN(size);
	mapped = !dma_direct_cookie(dev, attrs);
	if (mapped && !dev_is_dma_coherent(dev) && !is_swiotlb_for_alloc(dev) &&
	    !may_sleep)
		return dma_direct_alloc_pooled(dev, size, dma_handle, gfp);
	page = dma_direct_take(dev, size, gfp);
	if (!page)
		return NULL;
	if (dma_begin_coherent(dev, page, size))
		goto err_pages;
	cpu_addr = page;
	if (mapped) {
		/* A restricted pool has no view yet: the page will do. */
		cpu_addr = may_sleep ? dma_common_view(dev, page, size, attrs) :
				       page_address(page);
		if (!cpu_addr)
			goto err_uncached;
		memset(cpu_addr, 0, size);
	}
	*dma_handle = phys_to_dma(dev, page_to_phys(page));
	return cpu_addr;

err_uncached:
	dma_end_coherent(dev, page, size);
err_pages:
	dma_direct_put(dev, page, size);
	return NULL;
}

void dma_direct_free(struct device *dev, size_t size, void *cpu_addr,
		     dma_addr_t dma_addr, unsigned long attrs)
{
	struct page *page = cpu_addr;

	if (dma_no_device(dev))
		return;
	size = PAGE_ALIGN(size);
	if (!dma_direct_cookie(dev, attrs)) {
		if (dma_free_from_pool(dev, cpu_addr, size))
			return;
		size = dma_direct_taken(dev, cpu_addr, size);
		page = dma_common_drop_view(cpu_addr);
		if (!page)
			return;
	} else {
		size = dma_direct_taken(dev, page_address(page), size);
	}
	dma_end_coherent(dev, page, size);
	dma_direct_put(dev, page, size);
}

struct page *dma_direct_alloc_pages(struct device *dev, size_t size,
				    dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page;

	if (dma_no_device(dev))
		return NULL;
	page = dma_direct_take(dev, size, gfp);
	if (!page)
		return NULL;
	memset(page_address(page), 0, size);
	*dma_handle = phys_to_dma(dev, page_to_phys(page));
	return page;
}

void dma_direct_free_pages(struct device *dev, size_t size, struct page *page,
			   dma_addr_t dma_addr, enum dma_data_direction dir)
{
	if (dma_no_device(dev))
		return;
	dma_direct_put(dev, page,
		       dma_direct_taken(dev, page_address(page), size));
}

int dma_direct_get_sgtable(struct device *dev, struct sg_table *sgt,
			   void *cpu_addr, dma_addr_t dma_addr, size_t size,
			   unsigned long attrs)
{
	int ret = sg_alloc_table(sgt, 1, GFP_KERNEL);

	if (!ret)
		sg_set_page(sgt->sgl, phys_to_page(dma_to_phys(dev, dma_addr)),
			    PAGE_ALIGN(size), 0);
	return ret;
}

int dma_direct_mmap(struct device *dev, struct vm_area_struct *vma,
		    dma_addr_t dma_addr, size_t size, unsigned long attrs)
{
	return dma_mmap_block(vma, phys_to_page(dma_to_phys(dev, dma_addr)),
			      size, dma_pgprot(dev, vma->vm_page_prot, attrs));
}
