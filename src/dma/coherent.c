/* SPDX-License-Identifier: MIT */
/*
 * Coherent and scattered memory behind an IOMMU.
 * Models drivers/iommu/dma-iommu.c (alloc, noncontiguous), 6.17.
 *
 * Memory need not be contiguous here: blocks of whatever order is left are
 * collected, joined for the device by one IOVA range and for the CPU by one
 * vmap. Only callers that cannot sleep, or insist, get one contiguous block.
 *
 * For a device that does not snoop, a contiguous block has an uncached view of
 * its own, too; who cannot wait for one gets a block of the atomic pools.
 *
 * I1  The CPU's view and the device's view show the same pages in the same
 *     order.
 * I2  Pages go back only after the device has lost them, or (lazy) after the
 *     caller promised it does not use them.
 * Locks: none.
 * Tests: tests/unit/dma/test_alloc.c
 */
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "dma/dma_iommu.h"

/**
 * struct dma_sgt_handle - what dma_alloc_noncontiguous() remembers
 * @sgt: what the caller sees
 * @pages: one entry a page, for a CPU view
 */
struct dma_sgt_handle {
	struct sg_table sgt;
	struct page **pages;
};

#define sgt_handle(sgt) container_of((sgt), struct dma_sgt_handle, sgt)

/* ---- collecting pages --------------------------------------------------------- */

static void iommu_dma_free_page_array(struct page **pages, unsigned int count)
{
	while (count--)
		__free_page(pages[count]);
	kvfree(pages);
}

/*
 * One block of at most @count pages of an order in *@orders (bit mask, which
 * always holds the smallest that is acceptable). An order that was not to be
 * had is struck off: it will not be later, either. Returns the order or -1.
 */
static int iommu_dma_get_block(struct page **block, unsigned int count,
			       unsigned long *orders, int nid, gfp_t gfp)
{
	while (*orders) {
		unsigned long fitting = *orders & GENMASK(__fls(count), 0);
		unsigned int order;
		gfp_t how = gfp;

		if (!fitting)
			return -1;
		order = __fls(fitting);
		/* Large blocks are welcome, not worth a struggle. */
		if (order != __ffs(*orders))
			how |= __GFP_NORETRY | __GFP_NOWARN;
		*block = alloc_pages_node(nid, how, order);
		if (*block)
			return order;
		*orders &= ~BIT(order);
	}
	return -1;
}

static struct page **iommu_dma_get_page_array(struct device *dev,
					      unsigned int count,
					      unsigned long orders, gfp_t gfp)
{
	unsigned int have = 0, i;
	struct page **pages;
	struct page *block;
	int order;

	orders &= GENMASK(MAX_PAGE_ORDER, 0);
	if (!orders)
		return NULL;
	pages = kvcalloc(count, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	gfp &= ~__GFP_COMP;
	while (have < count) {
		order = iommu_dma_get_block(&block, count - have, &orders,
					    dev_to_node(dev), gfp);
		if (order < 0) {
			iommu_dma_free_page_array(pages, have);
			return NULL;
		}
		/* Each page is freed by itself. */
		if (order)
			split_page(block, order);
		for (i = 0; i < 1U << order; i++)
			pages[have++] = block + i;
	}
	return pages;
}

/*
 * @size bytes of pages, mapped as one range under the coherent mask. Fills
 * @sgt, whose first entry then holds the device address.
 */
static struct page **iommu_dma_alloc_scattered(struct device *dev, size_t size,
					       struct sg_table *sgt, gfp_t gfp,
					       unsigned long attrs)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	bool coherent = dev_is_dma_coherent(dev);
	int prot = iommu_dma_prot(DMA_BIDIRECTIONAL, coherent, attrs);
	unsigned long sizes = domain->pgsize_bitmap;
	unsigned int count, i;
	struct page **pages;
	dma_addr_t iova;
	size_t len;

	if (!iommu_dma_attach_ok(dev, domain))
		return NULL;
	/* Blocks are no smaller than a page nor than what can be mapped. */
	if (iovad->granule < PAGE_SIZE)
		sizes = (sizes & PAGE_MASK) | PAGE_SIZE;
	else
		size = iova_align(iovad, size);
	if (attrs & DMA_ATTR_ALLOC_SINGLE_PAGES)
		sizes &= -sizes;

	count = PAGE_ALIGN(size) >> PAGE_SHIFT;
	pages = iommu_dma_get_page_array(dev, count, sizes >> PAGE_SHIFT, gfp);
	if (!pages)
		return NULL;
	len = iova_align(iovad, size);
	iova = iommu_dma_alloc_iova(domain, len, dev->coherent_dma_mask, dev);
	if (!iova)
		goto err_pages;
	if (sg_alloc_table_from_pages(sgt, pages, count, 0, len, GFP_KERNEL))
		goto err_iova;
	/* Nothing of a former life may be written back over the device's data. */
	for (i = 0; !coherent && i < count; i++)
		arch_dma_prep_coherent(pages[i], PAGE_SIZE);
	if (iommu_map_sg(domain, iova, sgt->sgl, sgt->orig_nents, prot, gfp) !=
	    (ssize_t)len)
		goto err_table;
	sg_dma_address(sgt->sgl) = iova;
	sg_dma_len(sgt->sgl) = len;
	return pages;

err_table:
	sg_free_table(sgt);
err_iova:
	iommu_dma_free_iova(domain, iova, len);
err_pages:
	iommu_dma_free_page_array(pages, count);
	return NULL;
}

static void iommu_dma_unmap_alloc(struct device *dev, dma_addr_t iova,
				  size_t size)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	size_t len = iova_align(iommu_dma_iovad(domain), size);

	__iommu_dma_unmap(domain, iova, len, iova, len);
}

/* ---- coherent memory ------------------------------------------------------------ */

static void iommu_dma_end_pages(struct device *dev, struct page **pages,
				unsigned int count)
{
	while (count--)
		dma_end_coherent(dev, pages[count], PAGE_SIZE);
}

/* All of @pages are coherent memory afterwards, or none and -ENOMEM. */
static int iommu_dma_begin_pages(struct device *dev, struct page **pages,
				 unsigned int count)
{
	unsigned int i;
	int ret;

	for (i = 0; i < count; i++) {
		ret = dma_begin_coherent(dev, pages[i], PAGE_SIZE);
		if (ret) {
			iommu_dma_end_pages(dev, pages, i);
			return ret;
		}
	}
	return 0;
}

static void *iommu_dma_alloc_remapped(struct device *dev, size_t size,
				      dma_addr_t *handle, gfp_t gfp,
				      unsigned long attrs)
{
	unsigned int count = PAGE_ALIGN(size) >> PAGE_SHIFT;
	pgprot_t prot = dma_pgprot(dev, PAGE_KERNEL, attrs);
	struct page **pages;
	struct sg_table sgt;
	void *vaddr;

	pages = iommu_dma_alloc_scattered(dev, size, &sgt, gfp, attrs);
	if (!pages)
		return NULL;
	*handle = sg_dma_address(sgt.sgl);
	sg_free_table(&sgt);

	vaddr = dma_common_pages_remap(pages, size, prot,
				       __builtin_return_address(0));
	if (vaddr && iommu_dma_begin_pages(dev, pages, count)) {
		dma_common_free_remap(vaddr, size);
		vaddr = NULL;
	}
	if (!vaddr) {
		iommu_dma_unmap_alloc(dev, *handle, size);
		iommu_dma_free_page_array(pages, count);
		return NULL;
	}
	/* The view has a copy. */
	kvfree(pages);
	return vaddr;
}

static void *iommu_dma_get_contiguous(struct device *dev, size_t size,
				      gfp_t gfp, unsigned long attrs)
{
	struct page *page;
	void *cpu_addr;

	if (!dev_is_dma_coherent(dev) && !gfpflags_allow_blocking(gfp))
		return dma_alloc_from_pool(dev, size, &cpu_addr, gfp, NULL) ?
			       cpu_addr :
			       NULL;
	page = alloc_pages_node(dev_to_node(dev), gfp, get_order(size));
	if (!page)
		return NULL;
	if (dma_begin_coherent(dev, page, size))
		goto err_pages;
	cpu_addr = dma_common_view(dev, page, size, attrs);
	if (cpu_addr)
		return cpu_addr;
	dma_end_coherent(dev, page, size);
err_pages:
	__free_pages(page, get_order(size));
	return NULL;
}

static void iommu_dma_put_contiguous(struct device *dev, void *cpu_addr,
				     size_t size)
{
	struct page *page;

	if (dma_free_from_pool(dev, cpu_addr, size))
		return;
	page = dma_common_drop_view(cpu_addr);
	if (!page)
		return;
	dma_end_coherent(dev, page, size);
	__free_pages(page, get_order(size));
}

static void *iommu_dma_alloc_contiguous(struct device *dev, size_t size,
					dma_addr_t *handle, gfp_t gfp,
					unsigned long attrs)
{
	int prot = iommu_dma_prot(DMA_BIDIRECTIONAL, dev_is_dma_coherent(dev),
				  attrs);
	void *cpu_addr;

	cpu_addr = iommu_dma_get_contiguous(dev, PAGE_ALIGN(size), gfp, attrs);
	if (!cpu_addr)
		return NULL;
	*handle = __iommu_dma_map(dev, page_to_phys(dma_common_page(cpu_addr)),
				  size, prot, dev->coherent_dma_mask);
	if (*handle == DMA_MAPPING_ERROR) {
		iommu_dma_put_contiguous(dev, cpu_addr, PAGE_ALIGN(size));
		return NULL;
	}
	return cpu_addr;
}

/**
 * iommu_dma_alloc() - coherent memory
 * @size: bytes, rounded up to pages
 * @handle: gets the device address
 *
 * Context: as @gfp allows. Return: zeroed memory; NULL without room, or without
 * a device (event dma-no-device). It has a
 * vmalloc-type address unless @dev snoops and @gfp cannot block or @attrs asks
 * for contiguity.
 */
void *iommu_dma_alloc(struct device *dev, size_t size, dma_addr_t *handle,
		      gfp_t gfp, unsigned long attrs)
{
	if (dma_no_device(dev))
		return NULL;
	gfp |= __GFP_ZERO;
	if (gfpflags_allow_blocking(gfp) &&
	    !(attrs & DMA_ATTR_FORCE_CONTIGUOUS))
		return iommu_dma_alloc_remapped(dev, size, handle, gfp, attrs);
	return iommu_dma_alloc_contiguous(dev, size, handle, gfp, attrs);
}

/* The view goes before its pages, and takes the array of them along. */
static void iommu_dma_free_view(void *cpu_addr, struct page **pages,
				size_t size)
{
	unsigned int count = size >> PAGE_SHIFT, i;
	struct page *page;
	LIST_HEAD(list);

	for (i = 0; i < count; i++)
		list_add_tail(&pages[i]->lru, &list);
	dma_common_free_remap(cpu_addr, size);
	while (!list_empty(&list)) {
		page = list_first_entry(&list, struct page, lru);
		list_del(&page->lru);
		__free_page(page);
	}
}

size_t iommu_dma_mapped(struct device *dev, dma_addr_t iova, phys_addr_t phys,
			size_t most)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	size_t step = iommu_dma_iovad(domain)->granule, len;

	for (len = 0; len < most; len += step)
		if (iommu_iova_to_phys(domain, iova + len) != phys + len)
			break;
	return len;
}

/* Unmap all that was allocated. Return: bytes of memory to free, whole pages. */
static size_t iommu_dma_unmap_taken(struct device *dev, dma_addr_t iova,
				    void *cpu_addr, size_t size)
{
	size_t taken = dma_common_taken(dev, cpu_addr, PAGE_ALIGN(size));

	if (unlikely(taken != PAGE_ALIGN(size)))
		size = is_vmalloc_addr(cpu_addr) ?
			       taken :
			       iommu_dma_mapped(dev, iova,
						virt_to_phys(cpu_addr), taken);
	if (size)
		iommu_dma_unmap_alloc(dev, iova, size);
	return taken;
}

/**
 * iommu_dma_free() - give memory of iommu_dma_alloc() back
 * @size: as asked for; WARNs otherwise, and what was allocated is freed
 *
 * Context: process where @cpu_addr is a vmalloc-type address, else any.
 */
void iommu_dma_free(struct device *dev, size_t size, void *cpu_addr,
		    dma_addr_t handle, unsigned long attrs)
{
	struct page **pages;

	if (dma_no_device(dev))
		return;
	pages = dma_common_find_pages(cpu_addr);
	if (!pages && is_vmalloc_addr(cpu_addr) &&
	    WARN_ON(!dma_common_is_view(cpu_addr)))
		return;
	size = iommu_dma_unmap_taken(dev, handle, cpu_addr, size);
	if (pages) {
		iommu_dma_end_pages(dev, pages, size >> PAGE_SHIFT);
		iommu_dma_free_view(cpu_addr, pages, size);
	} else {
		iommu_dma_put_contiguous(dev, cpu_addr, size);
	}
}

/**
 * iommu_dma_get_sgtable() - a list of the pages of coherent memory
 * @dev: not looked at
 * @sgt: gets the list; sg_free_table() frees it
 * @cpu_addr, @size: the memory, bytes
 *
 * Context: may sleep. Return: 0; -ENXIO if @cpu_addr is no such memory; -ENOMEM.
 */
int iommu_dma_get_sgtable(struct device *dev, struct sg_table *sgt,
			  void *cpu_addr, dma_addr_t dma_addr, size_t size,
			  unsigned long attrs)
{
	struct page **pages = dma_common_find_pages(cpu_addr);

	if (pages)
		return sg_alloc_table_from_pages(sgt, pages,
						 PAGE_ALIGN(size) >> PAGE_SHIFT,
						 0, size, GFP_KERNEL);
	if (is_vmalloc_addr(cpu_addr) && !dma_common_is_view(cpu_addr))
		return -ENXIO;
	return dma_common_get_sgtable(dev, sgt, cpu_addr, dma_addr, size,
				      attrs);
}

/**
 * iommu_dma_mmap() - show coherent memory at user addresses
 * @cpu_addr, @size: the memory, bytes
 *
 * Context: process. Return: 0; -ENXIO if @cpu_addr is no such memory, @vma asks
 * for more than there is, or there is no device (event dma-no-device); else as
 * remap_pfn_range().
 */
int iommu_dma_mmap(struct device *dev, struct vm_area_struct *vma,
		   void *cpu_addr, dma_addr_t dma_addr, size_t size,
		   unsigned long attrs)
{
	struct page **pages;

	if (dma_no_device(dev))
		return -ENXIO;
	pages = dma_common_find_pages(cpu_addr);
	vma->vm_page_prot = dma_pgprot(dev, vma->vm_page_prot, attrs);
	if (pages)
		return vm_map_pages(vma, pages, PAGE_ALIGN(size) >> PAGE_SHIFT);
	if (is_vmalloc_addr(cpu_addr) && !dma_common_is_view(cpu_addr))
		return -ENXIO;
	return dma_mmap_block(vma, dma_common_page(cpu_addr), size,
			      vma->vm_page_prot);
}

/* ---- one range for the device, any pages ------------------------------------------ */

/**
 * iommu_dma_alloc_noncontiguous() - as iommu_dma_alloc() without a CPU view
 *
 * Context: process. Return: a table with one DMA segment, or NULL.
 */
struct sg_table *iommu_dma_alloc_noncontiguous(struct device *dev, size_t size,
					       enum dma_data_direction dir,
					       gfp_t gfp, unsigned long attrs)
{
	struct dma_sgt_handle *sh;

	if (dma_no_device(dev))
		return NULL;
	sh = kmalloc(sizeof(*sh), gfp);
	if (!sh)
		return NULL;
	sh->pages = iommu_dma_alloc_scattered(dev, size, &sh->sgt,
					      gfp | __GFP_ZERO, attrs);
	if (!sh->pages) {
		kfree(sh);
		return NULL;
	}
	return &sh->sgt;
}

/**
 * iommu_dma_free_noncontiguous() - give that back
 * @size: bytes, as asked for
 *
 * Context: process. No view of it may be left.
 */
void iommu_dma_free_noncontiguous(struct device *dev, size_t size,
				  struct sg_table *sgt,
				  enum dma_data_direction dir)
{
	struct dma_sgt_handle *sh = sgt_handle(sgt);

	if (dma_no_device(dev))
		return;
	iommu_dma_unmap_alloc(dev, sg_dma_address(sgt->sgl), size);
	iommu_dma_free_page_array(sh->pages, PAGE_ALIGN(size) >> PAGE_SHIFT);
	sg_free_table(sgt);
	kfree(sh);
}

/**
 * iommu_dma_vmap_noncontiguous() - one CPU address for all of it
 * @dev: not looked at
 * @size: bytes, as allocated
 *
 * Context: process. Return: an address for vunmap(), or NULL.
 */
void *iommu_dma_vmap_noncontiguous(struct device *dev, size_t size,
				   struct sg_table *sgt)
{
	return vmap(sgt_handle(sgt)->pages, PAGE_ALIGN(size) >> PAGE_SHIFT,
		    VM_MAP, PAGE_KERNEL);
}

/**
 * iommu_dma_mmap_noncontiguous() - show it at user addresses
 * @dev: not looked at
 * @size: bytes, as allocated
 *
 * Context: process. Return: 0; -ENXIO if @vma asks for more than @size; else as
 * vm_map_pages().
 */
int iommu_dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma,
				 size_t size, struct sg_table *sgt)
{
	if (!dma_vma_fits(vma, size))
		return -ENXIO;
	return vm_map_pages(vma, sgt_handle(sgt)->pages,
			    PAGE_ALIGN(size) >> PAGE_SHIFT);
}
