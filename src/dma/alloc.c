/* SPDX-License-Identifier: MIT */
/*
 * Memory for DMA: coherent, non-coherent, scattered, managed.
 * Models the allocation half of kernel/dma/mapping.c, 6.17.
 *
 * An allocation is traced after it, with address 0 if it failed; a free before
 * it, but as in 6.17 not that of declared memory.
 *
 * I1  Coherent memory is zeroed, page aligned and reachable with the coherent
 *     mask of the device, or there is none. For a device that does not snoop it
 *     is uncached as long as it lives.
 * Locks: none.
 * Tests: tests/unit/dma/test_alloc.c
 */
#include <linux/bug.h>
#include <linux/dma-direct.h>
#include <linux/export.h>
#include <linux/iommu-dma.h>
#include <linux/irqflags.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <trace/events/dma.h>

#include "dma/core.h"
#include "dma/debug.h"

#define DMA_ZONE_FLAGS (__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM)

static void *__dma_alloc_attrs(struct device *dev, size_t size,
			       dma_addr_t *dma_handle, gfp_t flag,
			       unsigned long attrs)
{
	const struct dma_map_ops *ops;
	void *cpu_addr;

	if (!size || PAGE_ALIGN(size) < size)
		return NULL;
	if (should_fail_site(DMASIM_SITE_COHERENT))
		return NULL;
	/* Who declared memory gets that and nothing else. */
	if (dma_alloc_from_dev_coherent(dev, size, dma_handle, &cpu_addr))
		return cpu_addr;
	switch (dma_coherent_backend(dev)) {
	case DMA_BACKEND_DIRECT:
		return dma_direct_alloc(dev, size, dma_handle, flag, attrs);
	case DMA_BACKEND_IOMMU:
		return iommu_dma_alloc(dev, size, dma_handle, flag, attrs);
	default:
		ops = get_dma_ops(dev);
		return ops->alloc ?
			       ops->alloc(dev, size, dma_handle, flag, attrs) :
			       NULL;
	}
}

/**
 * dma_alloc_attrs() - memory that CPU and device see alike
 * @size: bytes, rounded up to pages
 * @dma_handle: gets the device address
 * @flag: zone modifiers are ignored, __GFP_COMP is refused (WARN)
 * @attrs: DMA_ATTR_*; the same must be given when freeing
 *
 * Context: as @flag allows. Return: zeroed memory, or NULL.
 */
void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle,
		      gfp_t flag, unsigned long attrs)
{
	void *cpu_addr;

	if (dma_no_device(dev))
		return NULL;
	WARN_ON_ONCE(!dev->coherent_dma_mask);
	if (WARN_ON_ONCE(flag & __GFP_COMP))
		return NULL;

	/* The mask decides about the zone, nobody else. */
	flag &= ~DMA_ZONE_FLAGS;
	cpu_addr = __dma_alloc_attrs(dev, size, dma_handle, flag, attrs);
	if (dma_debug_active() && cpu_addr)
		debug_dma_alloc(dev, DMA_DEBUG_COHERENT, cpu_addr,
				debug_dma_cpu_to_phys(cpu_addr), size,
				*dma_handle, DMA_BIDIRECTIONAL, attrs);
	trace_dma_alloc(dev, cpu_addr, cpu_addr ? *dma_handle : 0, size,
			DMA_BIDIRECTIONAL, flag, attrs);
	return cpu_addr;
}
EXPORT_SYMBOL(dma_alloc_attrs);

/**
 * dma_free_attrs() - give back memory of dma_alloc_attrs()
 *
 * NULL is ignored. Context: interrupts enabled (WARN otherwise), may sleep.
 */
void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr,
		    dma_addr_t dma_handle, unsigned long attrs)
{
	const struct dma_map_ops *ops;

	if (dma_no_device(dev))
		return;
	/* Declared memory is a mapping, too. */
	if (dma_debug_active() && cpu_addr)
		debug_dma_free(dev, DMA_DEBUG_COHERENT,
			       debug_dma_cpu_to_phys(cpu_addr), size,
			       dma_handle, DMA_BIDIRECTIONAL, attrs);
	if (dma_release_from_dev_coherent(dev, get_order(size), cpu_addr))
		return;
	WARN_ON(irqs_disabled());
	trace_dma_free(dev, cpu_addr, dma_handle, size, DMA_BIDIRECTIONAL,
		       attrs);
	if (!cpu_addr)
		return;
	switch (dma_coherent_backend(dev)) {
	case DMA_BACKEND_DIRECT:
		dma_direct_free(dev, size, cpu_addr, dma_handle, attrs);
		return;
	case DMA_BACKEND_IOMMU:
		iommu_dma_free(dev, size, cpu_addr, dma_handle, attrs);
		return;
	default:
		ops = get_dma_ops(dev);
		if (ops->free)
			ops->free(dev, size, cpu_addr, dma_handle, attrs);
	}
}
EXPORT_SYMBOL(dma_free_attrs);

/* ---- pages that the caller syncs ------------------------------------------------ */

static struct page *__dma_alloc_pages(struct device *dev, size_t size,
				      dma_addr_t *dma_handle,
				      enum dma_data_direction dir, gfp_t gfp)
{
	const struct dma_map_ops *ops;

	if (WARN_ON_ONCE(!dev->coherent_dma_mask) ||
	    WARN_ON_ONCE(gfp & (DMA_ZONE_FLAGS | __GFP_COMP)))
		return NULL;
	if (!size || PAGE_ALIGN(size) < size)
		return NULL;
	if (should_fail_site(DMASIM_SITE_COHERENT))
		return NULL;
	size = PAGE_ALIGN(size);
	switch (dma_coherent_backend(dev)) {
	case DMA_BACKEND_DIRECT:
		return dma_direct_alloc_pages(dev, size, dma_handle, dir, gfp);
	case DMA_BACKEND_IOMMU:
		return dma_common_alloc_pages(dev, size, dma_handle, dir, gfp);
	default:
		ops = get_dma_ops(dev);
		return ops->alloc_pages_op ?
			       ops->alloc_pages_op(dev, size, dma_handle, dir,
						   gfp) :
			       NULL;
	}
}

/**
 * dma_alloc_pages() - contiguous pages, mapped for @dir
 *
 * Context: as @gfp allows. Return: zeroed pages, or NULL; also (with a WARN)
 * without a coherent mask, for zone modifiers and for __GFP_COMP.
 */
struct page *dma_alloc_pages(struct device *dev, size_t size,
			     dma_addr_t *dma_handle,
			     enum dma_data_direction dir, gfp_t gfp)
{
	struct page *page;

	if (dma_no_device(dev))
		return NULL;
	page = __dma_alloc_pages(dev, size, dma_handle, dir, gfp);
	if (dma_debug_active() && page)
		debug_dma_alloc(dev, DMA_DEBUG_NONCOHERENT, page,
				page_to_phys(page), size, *dma_handle, dir, 0);
	if (page)
		trace_dma_alloc_pages(dev, page_to_virt(page), *dma_handle,
				      size, dir, gfp, 0);
	else
		trace_dma_alloc_pages(dev, NULL, 0, size, dir, gfp, 0);
	return page;
}
EXPORT_SYMBOL_GPL(dma_alloc_pages);

static void __dma_free_pages(struct device *dev, size_t size, struct page *page,
			     dma_addr_t dma_handle, enum dma_data_direction dir)
{
	const struct dma_map_ops *ops;

	size = PAGE_ALIGN(size);
	switch (dma_coherent_backend(dev)) {
	case DMA_BACKEND_DIRECT:
		dma_direct_free_pages(dev, size, page, dma_handle, dir);
		return;
	case DMA_BACKEND_IOMMU:
		dma_common_free_pages(dev, size, page, dma_handle, dir);
		return;
	default:
		ops = get_dma_ops(dev);
		if (ops->free_pages)
			ops->free_pages(dev, size, page, dma_handle, dir);
	}
}

/**
 * dma_free_pages() - give back pages of dma_alloc_pages()
 * @size, @dma_handle, @dir: as there; with another size all goes (WARN)
 *
 * Context: any.
 */
void dma_free_pages(struct device *dev, size_t size, struct page *page,
		    dma_addr_t dma_handle, enum dma_data_direction dir)
{
	if (dma_no_device(dev))
		return;
	if (dma_debug_active())
		debug_dma_free(dev, DMA_DEBUG_NONCOHERENT, page_to_phys(page),
			       size, dma_handle, dir, 0);
	trace_dma_free_pages(dev, page_to_virt(page), dma_handle, size, dir, 0);
	__dma_free_pages(dev, size, page, dma_handle, dir);
}
EXPORT_SYMBOL_GPL(dma_free_pages);

/* ---- pages that need not be contiguous --------------------------------------------- */

/* One contiguous block in a table of one entry, where nothing can join pages. */
static struct sg_table *dma_alloc_single_sgt(struct device *dev, size_t size,
					     enum dma_data_direction dir,
					     gfp_t gfp)
{
	struct sg_table *sgt = kmalloc(sizeof(*sgt), gfp);
	struct page *page;

	if (!sgt)
		return NULL;
	if (sg_alloc_table(sgt, 1, gfp))
		goto err_sgt;
	page = __dma_alloc_pages(dev, size, &sgt->sgl->dma_address, dir, gfp);
	if (!page)
		goto err_table;
	sg_set_page(sgt->sgl, page, PAGE_ALIGN(size), 0);
	sg_dma_len(sgt->sgl) = sgt->sgl->length;
	return sgt;

err_table:
	sg_free_table(sgt);
err_sgt:
	kfree(sgt);
	return NULL;
}

/**
 * dma_alloc_noncontiguous() - pages that are one range for the device
 * @attrs: DMA_ATTR_ALLOC_SINGLE_PAGES or 0, all else is refused (WARN)
 *
 * Context: as @gfp allows; sleeps with an IOMMU.
 * Return: a table with one DMA segment, or NULL.
 */
struct sg_table *dma_alloc_noncontiguous(struct device *dev, size_t size,
					 enum dma_data_direction dir, gfp_t gfp,
					 unsigned long attrs)
{
	struct sg_table *sgt = NULL;

	if (dma_no_device(dev))
		return NULL;
	if (WARN_ON_ONCE(attrs & ~DMA_ATTR_ALLOC_SINGLE_PAGES) ||
	    WARN_ON_ONCE(gfp & __GFP_COMP))
		return NULL;
	if (!size || PAGE_ALIGN(size) < size)
		goto out;
	if (!use_dma_iommu(dev))
		sgt = dma_alloc_single_sgt(dev, size, dir, gfp);
	else if (!should_fail_site(DMASIM_SITE_COHERENT))
		sgt = iommu_dma_alloc_noncontiguous(dev, size, dir, gfp, attrs);
out:
	if (!sgt) {
		trace_dma_alloc_sgt_err(dev, NULL, 0, size, dir, gfp, attrs);
		return NULL;
	}
	sgt->nents = 1;
	if (dma_debug_active())
		debug_dma_alloc_sg(dev, sgt->sgl, sgt->orig_nents, dir, attrs);
	trace_dma_alloc_sgt(dev, sgt, size, dir, gfp, attrs);
	return sgt;
}
EXPORT_SYMBOL_GPL(dma_alloc_noncontiguous);

/**
 * dma_free_noncontiguous() - give back pages of dma_alloc_noncontiguous()
 * @size, @dir: as there
 *
 * A CPU view must be gone. Context: may sleep.
 */
void dma_free_noncontiguous(struct device *dev, size_t size,
			    struct sg_table *sgt, enum dma_data_direction dir)
{
	if (dma_no_device(dev) || dma_no_list(sgt))
		return;
	if (dma_debug_active())
		debug_dma_unmap_sg(dev, sgt->sgl, sgt->orig_nents, dir, 0);
	trace_dma_free_sgt(dev, sgt, size, dir);
	if (use_dma_iommu(dev)) {
		iommu_dma_free_noncontiguous(dev, size, sgt, dir);
		return;
	}
	__dma_free_pages(dev, size, sg_page(sgt->sgl), sgt->sgl->dma_address,
			 dir);
	sg_free_table(sgt);
	kfree(sgt);
}
EXPORT_SYMBOL_GPL(dma_free_noncontiguous);

/**
 * dma_vmap_noncontiguous() - a contiguous CPU view of such pages
 * @size: as allocated
 *
 * Context: may sleep. Return: address; NULL without memory.
 */
void *dma_vmap_noncontiguous(struct device *dev, size_t size,
			     struct sg_table *sgt)
{
	if (dma_no_device(dev) || dma_no_list(sgt))
		return NULL;
	if (use_dma_iommu(dev))
		return iommu_dma_vmap_noncontiguous(dev, size, sgt);
	return page_address(sg_page(sgt->sgl));
}
EXPORT_SYMBOL_GPL(dma_vmap_noncontiguous);

/** dma_vunmap_noncontiguous() - the view goes. Context: may sleep. */
void dma_vunmap_noncontiguous(struct device *dev, void *vaddr)
{
	if (!dma_no_device(dev) && use_dma_iommu(dev))
		iommu_dma_vunmap_noncontiguous(dev, vaddr);
}
EXPORT_SYMBOL_GPL(dma_vunmap_noncontiguous);

/* ---- tables of, and user mappings of, allocated memory -------------------------------- */

/**
 * dma_get_sgtable_attrs() - describe coherent memory as a list
 * @sgt: filled; to be freed with sg_free_table()
 * @cpu_addr, @dma_addr, @size, @attrs: as allocated
 *
 * Context: may sleep. Return: 0; -ENOMEM; -ENXIO if the back end cannot.
 */
int dma_get_sgtable_attrs(struct device *dev, struct sg_table *sgt,
			  void *cpu_addr, dma_addr_t dma_addr, size_t size,
			  unsigned long attrs)
{
	const struct dma_map_ops *ops;

	if (dma_no_device(dev) || dma_no_list(sgt))
		return -ENXIO;
	switch (dma_coherent_backend(dev)) {
	case DMA_BACKEND_DIRECT:
		return dma_direct_get_sgtable(dev, sgt, cpu_addr, dma_addr,
					      size, attrs);
	case DMA_BACKEND_IOMMU:
		return iommu_dma_get_sgtable(dev, sgt, cpu_addr, dma_addr, size,
					     attrs);
	default:
		ops = get_dma_ops(dev);
		return ops->get_sgtable ?
			       ops->get_sgtable(dev, sgt, cpu_addr, dma_addr,
						size, attrs) :
			       -ENXIO;
	}
}
EXPORT_SYMBOL(dma_get_sgtable_attrs);

/**
 * dma_can_mmap() - can dma_mmap_attrs() work?
 *
 * Context: any. Return: false if custom operations have no such call.
 */
bool dma_can_mmap(struct device *dev)
{
	if (dma_no_device(dev))
		return false;
	return dma_coherent_backend(dev) != DMA_BACKEND_OPS ||
	       get_dma_ops(dev)->mmap;
}
EXPORT_SYMBOL_GPL(dma_can_mmap);

/**
 * dma_mmap_attrs() - show coherent memory to user space
 * @vma: range of user addresses; its offset counts pages from @cpu_addr
 * @cpu_addr, @dma_addr, @size, @attrs: as allocated
 *
 * The memory must outlive @vma: no reference keeps it, as in the kernel.
 * Context: process.
 * Return: 0; -ENXIO if @vma asks for more than there is, or the operations of
 * @dev have no such call; else as remap_pfn_range().
 */
int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma,
		   void *cpu_addr, dma_addr_t dma_addr, size_t size,
		   unsigned long attrs)
{
	const struct dma_map_ops *ops;
	enum dma_backend backend;
	int ret;

	if (dma_no_device(dev))
		return -ENXIO;
	backend = dma_coherent_backend(dev);
	if (backend == DMA_BACKEND_OPS) {
		ops = get_dma_ops(dev);
		return ops->mmap ? ops->mmap(dev, vma, cpu_addr, dma_addr, size,
					     attrs) :
				   -ENXIO;
	}
	if (!dma_vma_fits(vma, size))
		return -ENXIO;
	if (dma_mmap_from_dev_coherent(dev, vma, cpu_addr, size, &ret))
		return ret;
	if (backend == DMA_BACKEND_DIRECT)
		return dma_direct_mmap(dev, vma, dma_addr, size, attrs);
	return iommu_dma_mmap(dev, vma, cpu_addr, dma_addr, size, attrs);
}
EXPORT_SYMBOL(dma_mmap_attrs);

/**
 * dma_mmap_pages() - the same for pages of dma_alloc_pages()
 *
 * Context: process. Return: 0; -ENXIO if @vma asks for more than @size; else as
 * remap_pfn_range().
 */
int dma_mmap_pages(struct device *dev, struct vm_area_struct *vma, size_t size,
		   struct page *page)
{
	if (dma_no_device(dev) || !dma_vma_fits(vma, size))
		return -ENXIO;
	return dma_mmap_block(vma, page, size, vma->vm_page_prot);
}
EXPORT_SYMBOL_GPL(dma_mmap_pages);

/**
 * dma_mmap_noncontiguous() - the same for dma_alloc_noncontiguous()
 *
 * Context: process. Return: 0; -ENXIO if @vma asks for more than @size; else as
 * vm_map_pages().
 */
int dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma,
			   size_t size, struct sg_table *sgt)
{
	if (dma_no_device(dev) || dma_no_list(sgt))
		return -ENXIO;
	if (use_dma_iommu(dev))
		return iommu_dma_mmap_noncontiguous(dev, vma, size, sgt);
	return dma_mmap_pages(dev, vma, size, sg_page(sgt->sgl));
}
EXPORT_SYMBOL_GPL(dma_mmap_noncontiguous);

/* ---- memory that goes with the driver --------------------------------------------------- */

struct dma_devres {
	size_t size;
	void *vaddr;
	dma_addr_t dma_handle;
	unsigned long attrs;
};

static void dmam_release(struct device *dev, void *res)
{
	struct dma_devres *mem = res;

	dma_free_attrs(dev, mem->size, mem->vaddr, mem->dma_handle, mem->attrs);
}

static int dmam_match(struct device *dev, void *res, void *wanted)
{
	struct dma_devres *mem = res, *key = wanted;

	if (mem->vaddr != key->vaddr)
		return 0;
	WARN_ON(mem->size != key->size || mem->dma_handle != key->dma_handle);
	return 1;
}

/**
 * dmam_alloc_attrs() - dma_alloc_attrs() that is undone when the driver leaves
 *
 * Context: process. Return: zeroed memory, or NULL.
 */
void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle,
		       gfp_t gfp, unsigned long attrs)
{
	struct dma_devres *mem;

	if (dma_no_device(dev))
		return NULL;
	mem = devres_alloc(dmam_release, sizeof(*mem), gfp);
	if (!mem)
		return NULL;
	mem->vaddr = dma_alloc_attrs(dev, size, dma_handle, gfp, attrs);
	if (!mem->vaddr) {
		devres_free(mem);
		return NULL;
	}
	mem->size = size;
	mem->dma_handle = *dma_handle;
	mem->attrs = attrs;
	devres_add(dev, mem);
	return mem->vaddr;
}
EXPORT_SYMBOL(dmam_alloc_attrs);

/**
 * dmam_free_coherent() - give it back early
 * @size, @dma_handle: as allocated (WARN otherwise)
 *
 * Memory that is not managed is freed all the same (WARN). Context: process.
 */
void dmam_free_coherent(struct device *dev, size_t size, void *vaddr,
			dma_addr_t dma_handle)
{
	struct dma_devres key = { .size = size,
				  .vaddr = vaddr,
				  .dma_handle = dma_handle };

	if (dma_no_device(dev))
		return;
	WARN_ON(devres_destroy(dev, dmam_release, dmam_match, &key));
	dma_free_coherent(dev, size, vaddr, dma_handle);
}
EXPORT_SYMBOL(dmam_free_coherent);
