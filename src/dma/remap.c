/* SPDX-License-Identifier: MIT */
/*
 * Helpers that implementations of the DMA API share: CPU views of allocated
 * pages, and allocation on top of a mapping call.
 * Models kernel/dma/remap.c and kernel/dma/ops_helpers.c, 6.17.
 *
 * A view made here is marked VM_DMA_COHERENT. It keeps a list of its pages, where
 * the free call, which knows only the address, finds them.
 *
 * Locks: none.
 * Tests: tests/unit/dma/test_alloc.c
 */
#include <linux/bug.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/iommu-dma.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "dma/core.h"
#include "mm/mm.h"

bool dma_common_is_view(void *cpu_addr)
{
	struct vm_struct *area = find_vm_area(cpu_addr);

	return area && area->flags & VM_DMA_COHERENT;
}

/** dma_common_find_pages() - pages of a view of scattered pages; else NULL. */
struct page **dma_common_find_pages(void *cpu_addr)
{
	struct vm_struct *area = find_vm_area(cpu_addr);

	if (!area || !(area->flags & VM_DMA_COHERENT) ||
	    area->flags & VM_DMA_CONTIGUOUS)
		return NULL;
	return area->pages;
}

/**
 * dma_common_pages_remap() - a contiguous view of @pages
 * @pages: copied
 *
 * Context: process. Return: its address or NULL.
 */
void *dma_common_pages_remap(struct page **pages, size_t size, pgprot_t prot,
			     const void *caller)
{
	return vmap(pages, PAGE_ALIGN(size) >> PAGE_SHIFT, VM_DMA_COHERENT,
		    prot);
}

/** dma_common_contiguous_remap() - a second view of contiguous pages. */
void *dma_common_contiguous_remap(struct page *page, size_t size, pgprot_t prot,
				  const void *caller)
{
	unsigned int i, count = PAGE_ALIGN(size) >> PAGE_SHIFT;
	struct page **pages = kvmalloc_array(count, sizeof(*pages), GFP_KERNEL);
	void *vaddr;

	if (!pages)
		return NULL;
	for (i = 0; i < count; i++)
		pages[i] = page + i;
	vaddr = vmap(pages, count, VM_DMA_COHERENT | VM_DMA_CONTIGUOUS, prot);
	kvfree(pages);
	return vaddr;
}

/** dma_common_free_remap() - remove a view; WARNs if it was not made here. */
void dma_common_free_remap(void *cpu_addr, size_t size)
{
	if (WARN_ON(!dma_common_is_view(cpu_addr)))
		return;
	vunmap(cpu_addr);
}

void *dma_common_view(struct device *dev, struct page *page, size_t size,
		      unsigned long attrs)
{
	if (likely(dev_is_dma_coherent(dev)))
		return page_address(page);
	return dma_common_contiguous_remap(page, size,
					   dma_pgprot(dev, PAGE_KERNEL, attrs),
					   __builtin_return_address(0));
}

struct page *dma_common_drop_view(void *cpu_addr)
{
	struct page *page;

	if (!is_vmalloc_addr(cpu_addr))
		return virt_to_page(cpu_addr);
	if (WARN_ON(!dma_common_is_view(cpu_addr)))
		return NULL;
	page = vmalloc_to_page(cpu_addr);
	vunmap(cpu_addr);
	return page;
}

size_t dma_common_taken(struct device *dev, void *cpu_addr, size_t size)
{
	struct vm_struct *area;
	size_t taken = size;

	if (is_vmalloc_addr(cpu_addr)) {
		area = find_vm_area(cpu_addr);
		if (!dma_atomic_block(cpu_addr, &taken) && area &&
		    area->addr == cpu_addr)
			taken = get_vm_area_size(area);
	} else if (virt_addr_valid(cpu_addr)) {
		taken = mm_block_size(virt_to_page(cpu_addr));
		if (!taken || taken == PAGE_SIZE << get_order(size))
			taken = size;
	}
	WARN(size != taken, "%s: %zu of %zu bytes of coherent memory freed\n",
	     dev_name(dev), size, taken);
	return taken;
}

/** dma_pgprot() - protection of a CPU view for @dev; cached if it snoops. */
pgprot_t dma_pgprot(struct device *dev, pgprot_t prot, unsigned long attrs)
{
	if (dev_is_dma_coherent(dev))
		return prot;
	return attrs & DMA_ATTR_WRITE_COMBINE ? pgprot_writecombine(prot) :
						pgprot_dmacoherent(prot);
}

/**
 * dma_common_get_sgtable() - dma_get_sgtable_attrs() of such operations
 *
 * Context: may sleep. Return: 0 or -ENOMEM.
 */
int dma_common_get_sgtable(struct device *dev, struct sg_table *sgt,
			   void *cpu_addr, dma_addr_t dma_addr, size_t size,
			   unsigned long attrs)
{
	int ret = sg_alloc_table(sgt, 1, GFP_KERNEL);

	if (!ret)
		sg_set_page(sgt->sgl, dma_common_page(cpu_addr),
			    PAGE_ALIGN(size), 0);
	return ret;
}
EXPORT_SYMBOL(dma_common_get_sgtable);

/**
 * dma_mmap_block() - show contiguous memory at user addresses
 * @page: first of @size bytes; vma->vm_pgoff counts from there
 *
 * Return: 0; -ENXIO if @vma asks for more than there is; -EINVAL, -EBUSY,
 * -ENOMEM as remap_pfn_range().
 */
int dma_mmap_block(struct vm_area_struct *vma, struct page *page, size_t size,
		   pgprot_t prot)
{
	if (!dma_vma_fits(vma, size))
		return -ENXIO;
	return remap_pfn_range(vma, vma->vm_start,
			       page_to_pfn(page) + vma->vm_pgoff,
			       vma->vm_end - vma->vm_start, prot);
}

/**
 * dma_common_mmap() - dma_mmap_attrs() of operations whose memory is contiguous
 *
 * Context: process. Return: 0; -ENXIO if @vma asks for more than @size, or
 * without a device (event dma-no-device); else as remap_pfn_range().
 */
int dma_common_mmap(struct device *dev, struct vm_area_struct *vma,
		    void *cpu_addr, dma_addr_t dma_addr, size_t size,
		    unsigned long attrs)
{
	int ret;

	if (dma_no_device(dev) || !dma_vma_fits(vma, size))
		return -ENXIO;
	if (dma_mmap_from_dev_coherent(dev, vma, cpu_addr, size, &ret))
		return ret;
	return dma_mmap_block(vma, dma_common_page(cpu_addr), size,
			      dma_pgprot(dev, vma->vm_page_prot, attrs));
}
EXPORT_SYMBOL(dma_common_mmap);

/**
 * dma_common_alloc_pages() - contiguous pages, mapped by the page call
 *
 * Context: as @gfp allows. Return: zeroed pages; NULL without room, or without a
 * device (event dma-no-device).
 */
struct page *dma_common_alloc_pages(struct device *dev, size_t size,
				    dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp)
{
	unsigned long attrs = DMA_ATTR_SKIP_CPU_SYNC;
	unsigned int order = get_order(size);
	struct page *page;

	if (dma_no_device(dev))
		return NULL;
	page = alloc_pages_node(dev_to_node(dev), gfp & ~__GFP_ZERO, order);
	if (!page)
		return NULL;
	if (use_dma_iommu(dev))
		*dma_handle =
			iommu_dma_map_page(dev, page, 0, size, dir, attrs);
	else
		*dma_handle = get_dma_ops(dev)->map_page(dev, page, 0, size,
							 dir, attrs);
	if (*dma_handle == DMA_MAPPING_ERROR) {
		__free_pages(page, order);
		return NULL;
	}
	memset(page_address(page), 0, size);
	return page;
}

void dma_common_free_pages(struct device *dev, size_t size, struct page *page,
			   dma_addr_t dma_handle, enum dma_data_direction dir)
{
	unsigned long attrs = DMA_ATTR_SKIP_CPU_SYNC;
	size_t taken;

	if (dma_no_device(dev))
		return;
	taken = dma_common_taken(dev, page_address(page), size);
	if (use_dma_iommu(dev)) {
		if (unlikely(taken != size))
			size = iommu_dma_mapped(dev, dma_handle,
						page_to_phys(page), taken);
		if (size)
			iommu_dma_unmap_page(dev, dma_handle, size, dir, attrs);
	} else if (get_dma_ops(dev)->unmap_page) {
		get_dma_ops(dev)->unmap_page(dev, dma_handle, size, dir, attrs);
	}
	__free_pages(page, get_order(taken));
}
