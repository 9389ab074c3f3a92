/* SPDX-License-Identifier: MIT */
/*
 * What implementations of the DMA API share: custom operations, coherence,
 * architecture hooks, allocators behind coherent memory.
 *
 * same: struct dma_map_ops and prototypes of 6.17; hooks that an architecture
 *	may provide are constant, as on one that provides none.
 * reduced: no CMA, no global pool (the stubs of kernels without them); declared
 *	coherent memory is RAM, not a BAR; the hooks
 *	for an uncached view make the pages themselves uncached and keep their
 *	address; arch_dma_alloc() and arch_dma_free() panic by name.
 *	Calls without a device are named (event dma-no-device) and do nothing; Linux
 *	would oops.
 * newer: arch_sync_dma_flush(), the _phys_ forms of the direct hooks, map_phys
 *	and unmap_phys.
 */
#ifndef _DMASIM_LINUX_DMA_MAP_OPS_H
#define _DMASIM_LINUX_DMA_MAP_OPS_H

#include <linux/dma-mapping.h>
#include <linux/pgtable.h>
#include <linux/slab.h>

struct cma;
struct bus_type;
struct vm_area_struct;

/**
 * struct dma_map_ops - a device's own implementation of the DMA API
 *
 * map_page and unmap_page, or map_phys and unmap_phys, and map_sg must be there;
 * the others may be NULL.
 * map_sg returns a negative errno on failure, never 0.
 */
struct dma_map_ops {
	void *(*alloc)(struct device *dev, size_t size, dma_addr_t *dma_handle,
		       gfp_t gfp, unsigned long attrs);
	void (*free)(struct device *dev, size_t size, void *vaddr,
		     dma_addr_t dma_handle, unsigned long attrs);
	struct page *(*alloc_pages_op)(struct device *dev, size_t size,
				       dma_addr_t *dma_handle,
				       enum dma_data_direction dir, gfp_t gfp);
	void (*free_pages)(struct device *dev, size_t size, struct page *vaddr,
			   dma_addr_t dma_handle, enum dma_data_direction dir);
	int (*mmap)(struct device *dev, struct vm_area_struct *vma,
		    void *cpu_addr, dma_addr_t dma_addr, size_t size,
		    unsigned long attrs);
	int (*get_sgtable)(struct device *dev, struct sg_table *sgt,
			   void *cpu_addr, dma_addr_t dma_addr, size_t size,
			   unsigned long attrs);
	/* newer: one pair for RAM and MMIO (DMA_ATTR_MMIO); goes before the
	 * four that follow */
	dma_addr_t (*map_phys)(struct device *dev, phys_addr_t phys,
			       size_t size, enum dma_data_direction dir,
			       unsigned long attrs);
	void (*unmap_phys)(struct device *dev, dma_addr_t dma_handle,
			   size_t size, enum dma_data_direction dir,
			   unsigned long attrs);
	dma_addr_t (*map_page)(struct device *dev, struct page *page,
			       unsigned long offset, size_t size,
			       enum dma_data_direction dir,
			       unsigned long attrs);
	void (*unmap_page)(struct device *dev, dma_addr_t dma_handle,
			   size_t size, enum dma_data_direction dir,
			   unsigned long attrs);
	int (*map_sg)(struct device *dev, struct scatterlist *sg, int nents,
		      enum dma_data_direction dir, unsigned long attrs);
	void (*unmap_sg)(struct device *dev, struct scatterlist *sg, int nents,
			 enum dma_data_direction dir, unsigned long attrs);
	dma_addr_t (*map_resource)(struct device *dev, phys_addr_t phys_addr,
				   size_t size, enum dma_data_direction dir,
				   unsigned long attrs);
	void (*unmap_resource)(struct device *dev, dma_addr_t dma_handle,
			       size_t size, enum dma_data_direction dir,
			       unsigned long attrs);
	void (*sync_single_for_cpu)(struct device *dev, dma_addr_t dma_handle,
				    size_t size, enum dma_data_direction dir);
	void (*sync_single_for_device)(struct device *dev,
				       dma_addr_t dma_handle, size_t size,
				       enum dma_data_direction dir);
	void (*sync_sg_for_cpu)(struct device *dev, struct scatterlist *sg,
				int nents, enum dma_data_direction dir);
	void (*sync_sg_for_device)(struct device *dev, struct scatterlist *sg,
				   int nents, enum dma_data_direction dir);
	void (*cache_sync)(struct device *dev, void *vaddr, size_t size,
			   enum dma_data_direction direction);
	int (*dma_supported)(struct device *dev, u64 mask);
	u64 (*get_required_mask)(struct device *dev);
	size_t (*max_mapping_size)(struct device *dev);
	size_t (*opt_mapping_size)(void);
	unsigned long (*get_merge_boundary)(struct device *dev);
};

static inline const struct dma_map_ops *get_arch_dma_ops(void)
{
	return NULL;
}

/** get_dma_ops() - custom operations of @dev; NULL: direct or dma-iommu. */
static inline const struct dma_map_ops *get_dma_ops(struct device *dev)
{
	if (dma_no_device(dev))
		return NULL;
	return dev->dma_ops ? dev->dma_ops : get_arch_dma_ops();
}

static inline void set_dma_ops(struct device *dev,
			       const struct dma_map_ops *dma_ops)
{
	if (!dma_no_device(dev))
		dev->dma_ops = dma_ops;
}

extern const struct dma_map_ops dma_dummy_ops;

int dma_common_get_sgtable(struct device *dev, struct sg_table *sgt,
			   void *cpu_addr, dma_addr_t dma_addr, size_t size,
			   unsigned long attrs);
int dma_common_mmap(struct device *dev, struct vm_area_struct *vma,
		    void *cpu_addr, dma_addr_t dma_addr, size_t size,
		    unsigned long attrs);
struct page *dma_common_alloc_pages(struct device *dev, size_t size,
				    dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp);
void dma_common_free_pages(struct device *dev, size_t size, struct page *vaddr,
			   dma_addr_t dma_handle, enum dma_data_direction dir);
struct page **dma_common_find_pages(void *cpu_addr);
void *dma_common_contiguous_remap(struct page *page, size_t size, pgprot_t prot,
				  const void *caller);
void *dma_common_pages_remap(struct page **pages, size_t size, pgprot_t prot,
			     const void *caller);
void dma_common_free_remap(void *cpu_addr, size_t size);
struct page *dma_alloc_from_pool(struct device *dev, size_t size,
				 void **cpu_addr, gfp_t flags,
				 bool (*phys_addr_ok)(struct device *,
						      phys_addr_t, size_t));
bool dma_free_from_pool(struct device *dev, void *start, size_t size);
int dma_direct_set_offset(struct device *dev, phys_addr_t cpu_start,
			  dma_addr_t dma_start, u64 size);

/* ---- coherence ------------------------------------------------------------- */

extern bool dma_default_coherent;

/** dev_is_dma_coherent() - does @dev snoop CPU caches? */
static inline bool dev_is_dma_coherent(struct device *dev)
{
	return !dma_no_device(dev) && dev->dma_coherent;
}

/** dma_reset_need_sync() - a bounce happened: syncs count from now on. */
static inline void dma_reset_need_sync(struct device *dev)
{
	if (!dma_no_device(dev) && unlikely(dev->dma_skip_sync))
		dev->dma_skip_sync = false;
}

/* CONFIG_DMA_BOUNCE_UNALIGNED_KMALLOC, chosen per machine. */
extern bool dma_bounce_unaligned_kmalloc;

/** dma_kmalloc_safe() - can a kmalloc buffer of any size be mapped? */
static inline bool dma_kmalloc_safe(struct device *dev,
				    enum dma_data_direction dir)
{
	if (likely(dev_is_dma_coherent(dev)) || dir == DMA_TO_DEVICE)
		return true;
	return !dma_bounce_unaligned_kmalloc;
}

/** dma_kmalloc_size_aligned() - does a kmalloc of @size own its cache lines? */
static inline bool dma_kmalloc_size_aligned(size_t size)
{
	size_t line = dma_get_cache_alignment();

	/* Two minimal lines or more come from caches that are aligned. */
	return size >= 2 * ARCH_DMA_MINALIGN ||
	       !(kmalloc_size_roundup(size) & (line - 1));
}

static inline bool dma_kmalloc_needs_bounce(struct device *dev, size_t size,
					    enum dma_data_direction dir)
{
	return !dma_kmalloc_safe(dev, dir) && !dma_kmalloc_size_aligned(size);
}

/* ---- architecture hooks ------------------------------------------------------- */

void *arch_dma_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle,
		     gfp_t gfp, unsigned long attrs);
void arch_dma_free(struct device *dev, size_t size, void *cpu_addr,
		   dma_addr_t dma_addr, unsigned long attrs);

static inline void arch_dma_set_mask(struct device *dev, u64 mask)
{
}

#ifndef pgprot_dmacoherent
#define pgprot_dmacoherent(prot) pgprot_noncached(prot)
#endif

pgprot_t dma_pgprot(struct device *dev, pgprot_t prot, unsigned long attrs);

/* CPU cache maintenance of physical ranges; src/dma/sync_hw.c */
void arch_sync_dma_for_device(phys_addr_t paddr, size_t size,
			      enum dma_data_direction dir);
void arch_sync_dma_for_cpu(phys_addr_t paddr, size_t size,
			   enum dma_data_direction dir);

static inline void arch_sync_dma_for_cpu_all(void)
{
}

void arch_sync_dma_flush(void);

void arch_dma_prep_coherent(struct page *page, size_t size);

static inline void arch_dma_mark_clean(phys_addr_t paddr, size_t size)
{
}

void *arch_dma_set_uncached(void *addr, size_t size);
void arch_dma_clear_uncached(void *addr, size_t size);

static inline bool arch_dma_map_page_direct(struct device *dev,
					    phys_addr_t addr)
{
	return false;
}

static inline bool arch_dma_unmap_page_direct(struct device *dev,
					      dma_addr_t dma_handle)
{
	return false;
}

static inline bool arch_dma_map_sg_direct(struct device *dev,
					  struct scatterlist *sg, int nents)
{
	return false;
}

static inline bool arch_dma_unmap_sg_direct(struct device *dev,
					    struct scatterlist *sg, int nents)
{
	return false;
}

static inline bool arch_dma_map_phys_direct(struct device *dev,
					    phys_addr_t addr)
{
	return false;
}

static inline bool arch_dma_unmap_phys_direct(struct device *dev,
					      dma_addr_t dma_handle)
{
	return false;
}

static inline bool arch_dma_alloc_direct(struct device *dev)
{
	return false;
}

static inline bool arch_dma_free_direct(struct device *dev,
					dma_addr_t dma_handle)
{
	return false;
}

/** arch_setup_dma_ops() - firmware says whether @dev snoops CPU caches. */
static inline void arch_setup_dma_ops(struct device *dev, bool coherent)
{
	if (!dma_no_device(dev))
		dev->dma_coherent = coherent;
}

static inline void arch_teardown_dma_ops(struct device *dev)
{
}

void dma_debug_add_bus(const struct bus_type *bus);
void debug_dma_dump_mappings(struct device *dev);

/* ---- no CMA: the answers of a kernel without it ---------------------------------- */

static inline struct cma *dev_get_cma_area(struct device *dev)
{
	return NULL;
}

static inline struct cma *dma_contiguous_get_area_by_idx(unsigned int idx)
{
	return NULL;
}

static inline void dma_contiguous_reserve(phys_addr_t limit)
{
}

static inline int dma_contiguous_reserve_area(phys_addr_t size,
					      phys_addr_t base,
					      phys_addr_t limit,
					      struct cma **res_cma, bool fixed)
{
	return -ENOSYS;
}

static inline struct page *dma_alloc_from_contiguous(struct device *dev,
						     size_t count,
						     unsigned int order,
						     bool no_warn)
{
	return NULL;
}

static inline bool dma_release_from_contiguous(struct device *dev,
					       struct page *pages, int count)
{
	return false;
}

static inline struct page *dma_alloc_contiguous(struct device *dev, size_t size,
						gfp_t gfp)
{
	return NULL;
}

static inline void dma_free_contiguous(struct device *dev, struct page *page,
				       size_t size)
{
	__free_pages(page, get_order(size));
}

static inline void dma_contiguous_early_fixup(phys_addr_t base,
					      unsigned long size)
{
}

/* ---- memory with a device address of its own ----------------------------------------- */

int dma_declare_coherent_memory(struct device *dev, phys_addr_t phys_addr,
				dma_addr_t device_addr, size_t size);
void dma_release_coherent_memory(struct device *dev);
int dma_alloc_from_dev_coherent(struct device *dev, ssize_t size,
				dma_addr_t *dma_handle, void **ret);
int dma_release_from_dev_coherent(struct device *dev, int order, void *vaddr);
int dma_mmap_from_dev_coherent(struct device *dev, struct vm_area_struct *vma,
			       void *cpu_addr, size_t size, int *ret);

/* ---- no global pool: the answers of a kernel without CONFIG_DMA_GLOBAL_POOL ------------ */

static inline void *dma_alloc_from_global_coherent(struct device *dev,
						   ssize_t size,
						   dma_addr_t *dma_handle)
{
	return NULL;
}

static inline int dma_release_from_global_coherent(int order, void *vaddr)
{
	return 0;
}

static inline int dma_mmap_from_global_coherent(struct vm_area_struct *vma,
						void *cpu_addr, size_t size,
						int *ret)
{
	return 0;
}

static inline int dma_init_global_coherent(phys_addr_t phys_addr, size_t size)
{
	return -ENOSYS;
}

#endif
