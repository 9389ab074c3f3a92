/* SPDX-License-Identifier: MIT */
/*
 * Private to src/dma: counters and the dma-direct back end.
 */
#ifndef DMA_CORE_H
#define DMA_CORE_H

#include <linux/dma-mapping.h>
#include <linux/dma-map-ops.h>
#include <linux/err.h>
#include <linux/memremap.h>
#include <linux/mm.h>

#include "lib/lib.h"

/** struct dma_counters - @msi_held: IOVAs that doorbells hold, see dma_msi.c */
struct dma_counters {
	struct lib_counter maps, unmaps, iova_allocs, iova_frees;
	struct lib_counter fq_full, fq_timeouts, sg_padding;
	unsigned long msi_held;
};

extern struct dma_counters dma_counters
	__attribute__((__visibility__("hidden")));

static inline void dma_count_map(void)
{
	lib_counter_add(&dma_counters.maps, 1);
}

static inline void dma_count_unmap(void)
{
	lib_counter_add(&dma_counters.unmaps, 1);
}

/** dma_phys_is_peer() - is this another device's memory? */
static inline bool dma_phys_is_peer(phys_addr_t phys)
{
	unsigned long pfn = PHYS_PFN(phys);

	return pfn_valid(pfn) && is_pci_p2pdma_page(pfn_to_page(pfn));
}

/** dma_needs_maintenance() - must CPU caches be maintained for this call? */
static inline bool dma_needs_maintenance(struct device *dev,
					 unsigned long attrs)
{
	return unlikely(!dev_is_dma_coherent(dev)) &&
	       !(attrs & (DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_MMIO));
}

/** dma_end_maintenance() - wait once for what a list or a batch began. */
static inline void dma_end_maintenance(struct device *dev)
{
	if (unlikely(!dev_is_dma_coherent(dev)))
		arch_sync_dma_flush();
}

/**
 * dma_begin_coherent() - make pages coherent memory for @dev
 * @page: first of @size bytes of contiguous pages
 *
 * Context: any. Return: 0 or -ENOMEM.
 */
static inline int dma_begin_coherent(struct device *dev, struct page *page,
				     size_t size)
{
	if (likely(dev_is_dma_coherent(dev)))
		return 0;
	arch_dma_prep_coherent(page, size);
	return PTR_ERR_OR_ZERO(arch_dma_set_uncached(page_address(page), size));
}

/** dma_end_coherent() - undo it, before the pages are given back. */
static inline void dma_end_coherent(struct device *dev, struct page *page,
				    size_t size)
{
	if (unlikely(!dev_is_dma_coherent(dev)))
		arch_dma_clear_uncached(page_address(page), size);
}

/* direct.c */
dma_addr_t dma_direct_map_phys(struct device *dev, phys_addr_t phys,
			       size_t size, enum dma_data_direction dir,
			       unsigned long attrs);
void dma_direct_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			   enum dma_data_direction dir, unsigned long attrs);
void dma_direct_sync_single_for_cpu(struct device *dev, dma_addr_t addr,
				    size_t size, enum dma_data_direction dir);
void dma_direct_sync_single_for_device(struct device *dev, dma_addr_t addr,
				       size_t size,
				       enum dma_data_direction dir);
/* The same for the entries of a list, which ends with dma_end_maintenance(). */
dma_addr_t dma_direct_map_entry(struct device *dev, phys_addr_t phys,
				size_t size, enum dma_data_direction dir,
				unsigned long attrs);
void dma_direct_unmap_entry(struct device *dev, dma_addr_t addr, size_t size,
			    enum dma_data_direction dir, unsigned long attrs);
void dma_direct_sync_entry_for_cpu(struct device *dev, dma_addr_t addr,
				   size_t size, enum dma_data_direction dir);
void dma_direct_sync_entry_for_device(struct device *dev, dma_addr_t addr,
				      size_t size, enum dma_data_direction dir);
bool dma_direct_need_sync(struct device *dev, dma_addr_t addr);
bool dma_direct_all_ram_mapped(struct device *dev);
size_t dma_direct_max_mapping_size(struct device *dev);

/* direct_sg.c */
int dma_direct_map_sg(struct device *dev, struct scatterlist *sgl, int nents,
		      enum dma_data_direction dir, unsigned long attrs);
void dma_direct_unmap_sg(struct device *dev, struct scatterlist *sgl, int nents,
			 enum dma_data_direction dir, unsigned long attrs);
void dma_direct_sync_sg_for_cpu(struct device *dev, struct scatterlist *sgl,
				int nents, enum dma_data_direction dir);
void dma_direct_sync_sg_for_device(struct device *dev, struct scatterlist *sgl,
				   int nents, enum dma_data_direction dir);

/* direct_alloc.c */
int dma_direct_get_sgtable(struct device *dev, struct sg_table *sgt,
			   void *cpu_addr, dma_addr_t dma_addr, size_t size,
			   unsigned long attrs);

/* mapping.c: which implementation serves a device */
enum dma_backend {
	DMA_BACKEND_DIRECT,
	DMA_BACKEND_IOMMU,
	DMA_BACKEND_OPS,
};

enum dma_backend dma_backend_bypass(struct device *dev, const u64 *mask);

/**
 * dma_backend() - who serves this call
 * @mask: the mask that counts for it; looked at only if bypass is possible
 */
static inline enum dma_backend dma_backend(struct device *dev, const u64 *mask)
{
	if (dev->dma_iommu)
		return DMA_BACKEND_IOMMU;
	if (likely(!get_dma_ops(dev)))
		return DMA_BACKEND_DIRECT;
	return dma_backend_bypass(dev, mask);
}

static inline enum dma_backend dma_streaming_backend(struct device *dev)
{
	return dma_backend(dev, dev->dma_mask);
}

static inline enum dma_backend dma_coherent_backend(struct device *dev)
{
	return dma_backend(dev, &dev->coherent_dma_mask);
}

/* pool.c */
struct dma_stats;
void dma_atomic_pools_boot(u64 bytes);
void dma_atomic_pools_shutdown(void);
unsigned int dma_atomic_pools_check(void);
/**
 * dma_atomic_block() - is @start memory of an atomic pool?
 * @size: then gets the bytes of the block that begins there, 0 if none does
 *
 * Context: any.
 */
bool dma_atomic_block(const void *start, size_t *size);
void dma_atomic_pools_get_stats(struct dma_stats *stats);

/* declared.c */
unsigned int dma_declared_check(void);
void dma_declared_shutdown(void);

/* remap.c: a view of pages that are one block, not to be freed one by one */
#define VM_DMA_CONTIGUOUS 0x00010000

/**
 * dma_common_view() - the CPU's view of contiguous coherent memory
 *
 * Where the device snoops, the linear address; else a new one, uncached, like
 * that which a kernel makes (CONFIG_DMA_DIRECT_REMAP). Context: may sleep.
 * Return: address or NULL.
 */
void *dma_common_view(struct device *dev, struct page *page, size_t size,
		      unsigned long attrs);
/** dma_common_is_view() - was this made by dma_common_*_remap()? */
bool dma_common_is_view(void *cpu_addr);

/** dma_common_page() - the page behind a CPU address of either kind. */
static inline struct page *dma_common_page(void *cpu_addr)
{
	return is_vmalloc_addr(cpu_addr) ? vmalloc_to_page(cpu_addr) :
					   virt_to_page(cpu_addr);
}

/**
 * dma_common_taken() - how many bytes of coherent memory are given back?
 * @cpu_addr: of the memory; no restricted pool's
 * @size: whole pages, as the caller says
 *
 * What was allocated goes, whatever size is said: nothing of it is lost, and
 * nothing of another's is taken along. A view and a block of an atomic pool know
 * their size, a block of pages the power of two of them. Context: any.
 * Return: bytes; WARNs if they are not @size.
 */
size_t dma_common_taken(struct device *dev, void *cpu_addr, size_t size);

/**
 * iommu_dma_mapped() - how much of a block of pages is mapped from @iova on?
 * @phys: of the block
 * @most: its bytes; behind what was mapped of it are addresses of others
 *
 * Context: any. Return: bytes, whole granules.
 */
size_t iommu_dma_mapped(struct device *dev, dma_addr_t iova, phys_addr_t phys,
			size_t most);

/**
 * dma_common_drop_view() - undo it
 * Return: the first page; NULL (WARN) if @cpu_addr is no such view.
 */
struct page *dma_common_drop_view(void *cpu_addr);

/** dma_vma_fits() - does @vma ask for no more than @size bytes? Else -ENXIO. */
static inline bool dma_vma_fits(const struct vm_area_struct *vma, size_t size)
{
	unsigned long count = PAGE_ALIGN(size) >> PAGE_SHIFT;

	return vma && vma->vm_pgoff < count &&
	       vma_pages(vma) <= count - vma->vm_pgoff;
}

int dma_mmap_block(struct vm_area_struct *vma, struct page *page, size_t size,
		   pgprot_t prot);
int dma_direct_mmap(struct device *dev, struct vm_area_struct *vma,
		    dma_addr_t dma_addr, size_t size, unsigned long attrs);

/* dmapool.c */
unsigned int dma_pool_check(void);

#endif
