/* SPDX-License-Identifier: MIT */
/*
 * The DMA API of drivers: streaming mappings, the two-step API, coherent
 * memory, masks and limits.
 *
 * same: prototypes, attributes, inline helpers and macros of 6.17.
 * reduced: user space is a range of addresses that a test makes
 *	(<dmasim/user.h>). The checker of CONFIG_DMA_API_DEBUG is there, and is
 *	switched on at run time (<dmasim/checker.h>).
 * newer: dma_map_phys(), dma_unmap_phys(), DMA_ATTR_MMIO (which also is what
 *	dma_map_resource() means), DMA_ATTR_REQUIRE_COHERENT;
 *	DMA_ATTR_DEBUGGING_IGNORE_CACHELINES for the checker. DMA_ATTR_CC_SHARED
 *	exists by name only.
 */
#ifndef _DMASIM_LINUX_DMA_MAPPING_H
#define _DMASIM_LINUX_DMA_MAPPING_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/dma-direction.h>
#include <linux/scatterlist.h>
#include <linux/bug.h>
#include <linux/cache.h>

#define DMA_ATTR_WEAK_ORDERING (1UL << 1)
#define DMA_ATTR_WRITE_COMBINE (1UL << 2)
#define DMA_ATTR_NO_KERNEL_MAPPING (1UL << 4)
#define DMA_ATTR_SKIP_CPU_SYNC (1UL << 5)
#define DMA_ATTR_FORCE_CONTIGUOUS (1UL << 6)
#define DMA_ATTR_ALLOC_SINGLE_PAGES (1UL << 7)
#define DMA_ATTR_NO_WARN (1UL << 8)
#define DMA_ATTR_PRIVILEGED (1UL << 9)
#define DMA_ATTR_MMIO (1UL << 10)
#define DMA_ATTR_DEBUGGING_IGNORE_CACHELINES (1UL << 11)
#define DMA_ATTR_REQUIRE_COHERENT (1UL << 12)
#define DMA_ATTR_CC_SHARED (1UL << 13)

/** DMA_MAPPING_ERROR - what a failed mapping call returns; never valid. */
#define DMA_MAPPING_ERROR (~(dma_addr_t)0)

#define DMA_BIT_MASK(n) (((n) == 64) ? ~0ULL : ((1ULL << ((n)&63)) - 1))

struct vm_area_struct;

/**
 * struct dma_iova_state - a reserved range of device addresses
 * @addr: device address of the first byte
 * @__size: bytes asked for, and flags: DMA_IOVA_USE_SWIOTLB, some of it may be
 *	bounced; DMA_IOVA_GIVEN_BACK
 *
 * Owned by the caller, filled by dma_iova_try_alloc(). Freeing does not clear
 * it. One state is used by one thread at a time.
 */
struct dma_iova_state {
	dma_addr_t addr;
	u64 __size;
};

#define DMA_IOVA_USE_SWIOTLB (1ULL << 63)
/* ours: given back already, so that a second time is noticed */
#define DMA_IOVA_GIVEN_BACK (1ULL << 62)

/** dma_iova_size() - bytes that were asked for. */
static inline size_t dma_iova_size(struct dma_iova_state *state)
{
	return state->__size & ~(DMA_IOVA_USE_SWIOTLB | DMA_IOVA_GIVEN_BACK);
}

/** dma_use_iova() - did dma_iova_try_alloc() succeed for @state? */
static inline bool dma_use_iova(struct dma_iova_state *state)
{
	return !!state->__size;
}

bool dma_iova_try_alloc(struct device *dev, struct dma_iova_state *state,
			phys_addr_t phys, size_t size);
void dma_iova_free(struct device *dev, struct dma_iova_state *state);
void dma_iova_destroy(struct device *dev, struct dma_iova_state *state,
		      size_t mapped_len, enum dma_data_direction dir,
		      unsigned long attrs);
int dma_iova_sync(struct device *dev, struct dma_iova_state *state,
		  size_t offset, size_t size);
int dma_iova_link(struct device *dev, struct dma_iova_state *state,
		  phys_addr_t phys, size_t offset, size_t size,
		  enum dma_data_direction dir, unsigned long attrs);
void dma_iova_unlink(struct device *dev, struct dma_iova_state *state,
		     size_t offset, size_t size, enum dma_data_direction dir,
		     unsigned long attrs);

dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page,
			      size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs);
void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs);
unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sg,
			      int nents, enum dma_data_direction dir,
			      unsigned long attrs);
void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs);
int dma_map_sgtable(struct device *dev, struct sg_table *sgt,
		    enum dma_data_direction dir, unsigned long attrs);
dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys_addr,
			    size_t size, enum dma_data_direction dir,
			    unsigned long attrs);
void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs);
dma_addr_t dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			enum dma_data_direction dir, unsigned long attrs);
void dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, unsigned long attrs);

void *dma_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle,
		      gfp_t flag, unsigned long attrs);
void dma_free_attrs(struct device *dev, size_t size, void *cpu_addr,
		    dma_addr_t dma_handle, unsigned long attrs);
void *dmam_alloc_attrs(struct device *dev, size_t size, dma_addr_t *dma_handle,
		       gfp_t gfp, unsigned long attrs);
void dmam_free_coherent(struct device *dev, size_t size, void *vaddr,
			dma_addr_t dma_handle);
int dma_get_sgtable_attrs(struct device *dev, struct sg_table *sgt,
			  void *cpu_addr, dma_addr_t dma_addr, size_t size,
			  unsigned long attrs);
int dma_mmap_attrs(struct device *dev, struct vm_area_struct *vma,
		   void *cpu_addr, dma_addr_t dma_addr, size_t size,
		   unsigned long attrs);
bool dma_can_mmap(struct device *dev);
bool dma_pci_p2pdma_supported(struct device *dev);
int dma_set_mask(struct device *dev, u64 mask);
int dma_set_coherent_mask(struct device *dev, u64 mask);
u64 dma_get_required_mask(struct device *dev);
bool dma_addressing_limited(struct device *dev);
size_t dma_max_mapping_size(struct device *dev);
size_t dma_opt_mapping_size(struct device *dev);
unsigned long dma_get_merge_boundary(struct device *dev);
bool dma_coherent_ok(struct device *dev, phys_addr_t phys, size_t size);
struct sg_table *dma_alloc_noncontiguous(struct device *dev, size_t size,
					 enum dma_data_direction dir, gfp_t gfp,
					 unsigned long attrs);
void dma_free_noncontiguous(struct device *dev, size_t size,
			    struct sg_table *sgt, enum dma_data_direction dir);
void *dma_vmap_noncontiguous(struct device *dev, size_t size,
			     struct sg_table *sgt);
void dma_vunmap_noncontiguous(struct device *dev, void *vaddr);
int dma_mmap_noncontiguous(struct device *dev, struct vm_area_struct *vma,
			   size_t size, struct sg_table *sgt);
struct page *dma_alloc_pages(struct device *dev, size_t size,
			     dma_addr_t *dma_handle,
			     enum dma_data_direction dir, gfp_t gfp);
void dma_free_pages(struct device *dev, size_t size, struct page *page,
		    dma_addr_t dma_handle, enum dma_data_direction dir);
int dma_mmap_pages(struct device *dev, struct vm_area_struct *vma, size_t size,
		   struct page *page);

void __dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			       enum dma_data_direction dir);
void __dma_sync_single_for_device(struct device *dev, dma_addr_t addr,
				  size_t size, enum dma_data_direction dir);
void __dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg,
			   int nelems, enum dma_data_direction dir);
void __dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg,
			      int nelems, enum dma_data_direction dir);
bool __dma_need_sync(struct device *dev, dma_addr_t dma_addr);
bool dma_need_unmap(struct device *dev);

/* ours: names a call with a NULL device or list (events dma-no-device and
 * dma-no-list) */
void dma_report_no_device(const char *call);
void dma_report_no_list(const char *call);
/* Compilers, too, see that nothing follows a NULL pointer. */
#define dma_no_device(dev) \
	(unlikely(!(dev)) && (dma_report_no_device(__func__), true))
#define dma_no_list(list) \
	(unlikely(!(list)) && (dma_report_no_list(__func__), true))

void debug_dma_mapping_error(struct device *dev, dma_addr_t dma_addr);
void debug_dma_map_single(struct device *dev, const void *addr,
			  unsigned long len);

/** dma_mapping_error() - 0 or -ENOMEM; must be asked after every mapping. */
static inline int dma_mapping_error(struct device *dev, dma_addr_t dma_addr)
{
	debug_dma_mapping_error(dev, dma_addr);
	return unlikely(dma_addr == DMA_MAPPING_ERROR) ? -ENOMEM : 0;
}

/* ---- syncs that coherent devices can skip --------------------------------- */

/* ours, read only: the checker is on, so that no sync may be skipped */
extern bool dmasim_checker_on;

static inline bool dma_dev_need_sync(const struct device *dev)
{
	/* The call that follows reports what does not exist. */
	return unlikely(!dev) || !dev->dma_skip_sync ||
	       unlikely(READ_ONCE(dmasim_checker_on));
}

static inline void dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr,
					   size_t size,
					   enum dma_data_direction dir)
{
	if (dma_dev_need_sync(dev))
		__dma_sync_single_for_cpu(dev, addr, size, dir);
}

static inline void dma_sync_single_for_device(struct device *dev,
					      dma_addr_t addr, size_t size,
					      enum dma_data_direction dir)
{
	if (dma_dev_need_sync(dev))
		__dma_sync_single_for_device(dev, addr, size, dir);
}

static inline void dma_sync_sg_for_cpu(struct device *dev,
				       struct scatterlist *sg, int nelems,
				       enum dma_data_direction dir)
{
	if (dma_dev_need_sync(dev) || unlikely(!sg))
		__dma_sync_sg_for_cpu(dev, sg, nelems, dir);
}

static inline void dma_sync_sg_for_device(struct device *dev,
					  struct scatterlist *sg, int nelems,
					  enum dma_data_direction dir)
{
	if (dma_dev_need_sync(dev) || unlikely(!sg))
		__dma_sync_sg_for_device(dev, sg, nelems, dir);
}

/** dma_need_sync() - must a mapping at @dma_addr be synced by hand? */
static inline bool dma_need_sync(struct device *dev, dma_addr_t dma_addr)
{
	if (!dma_dev_need_sync(dev))
		return false;
	return __dma_need_sync(dev, dma_addr);
}

static inline void dma_sync_single_range_for_cpu(struct device *dev,
						 dma_addr_t addr,
						 unsigned long offset,
						 size_t size,
						 enum dma_data_direction dir)
{
	dma_sync_single_for_cpu(dev, addr + offset, size, dir);
}

static inline void dma_sync_single_range_for_device(struct device *dev,
						    dma_addr_t addr,
						    unsigned long offset,
						    size_t size,
						    enum dma_data_direction dir)
{
	dma_sync_single_for_device(dev, addr + offset, size, dir);
}

/* ---- single buffers and tables ---------------------------------------------- */

/**
 * dma_map_single_attrs() - map a buffer of the linear map
 *
 * Context: any. Return: device address or DMA_MAPPING_ERROR, also (with a
 * warning) for a vmalloc address.
 */
static inline dma_addr_t dma_map_single_attrs(struct device *dev, void *ptr,
					      size_t size,
					      enum dma_data_direction dir,
					      unsigned long attrs)
{
	bool vmalloced = is_vmalloc_addr(ptr);

	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	if (dev_WARN_ONCE(dev, vmalloced,
			  "dma_map_single() of a vmalloc address\n"))
		return DMA_MAPPING_ERROR;
	debug_dma_map_single(dev, ptr, size);
	return dma_map_page_attrs(dev, virt_to_page(ptr), offset_in_page(ptr),
				  size, dir, attrs);
}

static inline void dma_unmap_single_attrs(struct device *dev, dma_addr_t addr,
					  size_t size,
					  enum dma_data_direction dir,
					  unsigned long attrs)
{
	dma_unmap_page_attrs(dev, addr, size, dir, attrs);
}

static inline void dma_unmap_sgtable(struct device *dev, struct sg_table *sgt,
				     enum dma_data_direction dir,
				     unsigned long attrs)
{
	if (!dma_no_list(sgt))
		dma_unmap_sg_attrs(dev, sgt->sgl, sgt->orig_nents, dir, attrs);
}

static inline void dma_sync_sgtable_for_cpu(struct device *dev,
					    struct sg_table *sgt,
					    enum dma_data_direction dir)
{
	if (!dma_no_list(sgt))
		dma_sync_sg_for_cpu(dev, sgt->sgl, sgt->orig_nents, dir);
}

static inline void dma_sync_sgtable_for_device(struct device *dev,
					       struct sg_table *sgt,
					       enum dma_data_direction dir)
{
	if (!dma_no_list(sgt))
		dma_sync_sg_for_device(dev, sgt->sgl, sgt->orig_nents, dir);
}

#define dma_map_single(d, a, s, r) dma_map_single_attrs(d, a, s, r, 0)
#define dma_unmap_single(d, a, s, r) dma_unmap_single_attrs(d, a, s, r, 0)
#define dma_map_sg(d, s, n, r) dma_map_sg_attrs(d, s, n, r, 0)
#define dma_unmap_sg(d, s, n, r) dma_unmap_sg_attrs(d, s, n, r, 0)
#define dma_map_page(d, p, o, s, r) dma_map_page_attrs(d, p, o, s, r, 0)
#define dma_unmap_page(d, a, s, r) dma_unmap_page_attrs(d, a, s, r, 0)
#define dma_get_sgtable(d, t, v, h, s) dma_get_sgtable_attrs(d, t, v, h, s, 0)
#define dma_mmap_coherent(d, v, c, h, s) dma_mmap_attrs(d, v, c, h, s, 0)

/* ---- memory allocation -------------------------------------------------------- */

static inline void *dma_alloc_noncoherent(struct device *dev, size_t size,
					  dma_addr_t *dma_handle,
					  enum dma_data_direction dir,
					  gfp_t gfp)
{
	struct page *page = dma_alloc_pages(dev, size, dma_handle, dir, gfp);

	return page ? page_address(page) : NULL;
}

static inline void dma_free_noncoherent(struct device *dev, size_t size,
					void *vaddr, dma_addr_t dma_handle,
					enum dma_data_direction dir)
{
	dma_free_pages(dev, size, virt_to_page(vaddr), dma_handle, dir);
}

static inline unsigned long __dma_gfp_attrs(gfp_t gfp, unsigned long attrs)
{
	return gfp & __GFP_NOWARN ? attrs | DMA_ATTR_NO_WARN : attrs;
}

/**
 * dma_alloc_coherent() - memory that CPU and device see alike
 * @size: bytes, rounded up to pages
 * @dma_handle: gets the device address
 *
 * Context: as @gfp allows. Return: zeroed memory, or NULL.
 */
static inline void *dma_alloc_coherent(struct device *dev, size_t size,
				       dma_addr_t *dma_handle, gfp_t gfp)
{
	return dma_alloc_attrs(dev, size, dma_handle, gfp,
			       __dma_gfp_attrs(gfp, 0));
}

static inline void dma_free_coherent(struct device *dev, size_t size,
				     void *cpu_addr, dma_addr_t dma_handle)
{
	dma_free_attrs(dev, size, cpu_addr, dma_handle, 0);
}

static inline void *dmam_alloc_coherent(struct device *dev, size_t size,
					dma_addr_t *dma_handle, gfp_t gfp)
{
	return dmam_alloc_attrs(dev, size, dma_handle, gfp,
				__dma_gfp_attrs(gfp, 0));
}

static inline void *dma_alloc_wc(struct device *dev, size_t size,
				 dma_addr_t *dma_addr, gfp_t gfp)
{
	return dma_alloc_attrs(dev, size, dma_addr, gfp,
			       __dma_gfp_attrs(gfp, DMA_ATTR_WRITE_COMBINE));
}

static inline void dma_free_wc(struct device *dev, size_t size, void *cpu_addr,
			       dma_addr_t dma_addr)
{
	dma_free_attrs(dev, size, cpu_addr, dma_addr, DMA_ATTR_WRITE_COMBINE);
}

static inline int dma_mmap_wc(struct device *dev, struct vm_area_struct *vma,
			      void *cpu_addr, dma_addr_t dma_addr, size_t size)
{
	return dma_mmap_attrs(dev, vma, cpu_addr, dma_addr, size,
			      DMA_ATTR_WRITE_COMBINE);
}

/* ---- masks and limits ----------------------------------------------------------- */

/** dma_get_mask() - the streaming mask; 32 bits if none was set. */
static inline u64 dma_get_mask(struct device *dev)
{
	u64 mask;

	if (dma_no_device(dev))
		return 0;
	mask = dev->dma_mask ? *dev->dma_mask : 0;
	return mask ? mask : DMA_BIT_MASK(32);
}

/** dma_set_mask_and_coherent() - both masks, or neither. 0 or -EIO. */
static inline int dma_set_mask_and_coherent(struct device *dev, u64 mask)
{
	int ret = dma_set_mask(dev, mask);

	if (!ret)
		dma_set_coherent_mask(dev, mask);
	return ret;
}

/** dma_coerce_mask_and_coherent() - the same for a device without storage for
 * a streaming mask. */
static inline int dma_coerce_mask_and_coherent(struct device *dev, u64 mask)
{
	if (dma_no_device(dev))
		return -EIO;
	dev->dma_mask = &dev->coherent_dma_mask;
	return dma_set_mask_and_coherent(dev, mask);
}

/** dma_get_max_seg_size() - longest DMA segment in bytes, 64 KiB by default. */
static inline unsigned int dma_get_max_seg_size(struct device *dev)
{
	unsigned int max;

	if (dma_no_device(dev))
		return 0;
	max = dev->dma_parms ? dev->dma_parms->max_segment_size : 0;
	return max ? max : 0x10000;
}

static inline void dma_set_max_seg_size(struct device *dev, unsigned int size)
{
	if (!dma_no_device(dev) && !WARN_ON_ONCE(!dev->dma_parms))
		dev->dma_parms->max_segment_size = size;
}

/** dma_get_seg_boundary() - mask that no segment may cross, 2^n - 1. */
static inline unsigned long dma_get_seg_boundary(struct device *dev)
{
	unsigned long mask;

	if (dma_no_device(dev))
		return 0;
	mask = dev->dma_parms ? dev->dma_parms->segment_boundary_mask : 0;
	return mask ? mask : ULONG_MAX;
}

/** dma_get_seg_boundary_nr_pages() - the boundary in pages of 2^@page_shift. */
static inline unsigned long
dma_get_seg_boundary_nr_pages(struct device *dev, unsigned int page_shift)
{
	unsigned long mask = dev ? dma_get_seg_boundary(dev) : U32_MAX;

	return (mask >> page_shift) + 1;
}

static inline void dma_set_seg_boundary(struct device *dev, unsigned long mask)
{
	if (!dma_no_device(dev) && !WARN_ON_ONCE(!dev->dma_parms))
		dev->dma_parms->segment_boundary_mask = mask;
}

/** dma_get_min_align_mask() - address bits that a bounce must keep. */
static inline unsigned int dma_get_min_align_mask(struct device *dev)
{
	if (dma_no_device(dev))
		return 0;
	return dev->dma_parms ? dev->dma_parms->min_align_mask : 0;
}

static inline void dma_set_min_align_mask(struct device *dev,
					  unsigned int min_align_mask)
{
	if (!dma_no_device(dev) && !WARN_ON_ONCE(!dev->dma_parms))
		dev->dma_parms->min_align_mask = min_align_mask;
}

#ifndef dma_get_cache_alignment
/** dma_get_cache_alignment() - bytes that a buffer must not share. */
static inline int dma_get_cache_alignment(void)
{
#ifdef ARCH_HAS_DMA_MINALIGN
	return ARCH_DMA_MINALIGN;
#else
	return 1;
#endif
}
#endif

/* ---- what a driver keeps until unmap ----------------------------------------------- */

#define DEFINE_DMA_UNMAP_ADDR(ADDR_NAME) dma_addr_t ADDR_NAME
#define DEFINE_DMA_UNMAP_LEN(LEN_NAME) __u32 LEN_NAME
#define dma_unmap_addr(PTR, ADDR_NAME) ((PTR)->ADDR_NAME)
#define dma_unmap_addr_set(PTR, ADDR_NAME, VAL) (((PTR)->ADDR_NAME) = (VAL))
#define dma_unmap_len(PTR, LEN_NAME) ((PTR)->LEN_NAME)
#define dma_unmap_len_set(PTR, LEN_NAME, VAL) (((PTR)->LEN_NAME) = (VAL))

/* newer: members that the device writes get cache lines of their own */
#ifdef ARCH_HAS_DMA_MINALIGN
#define __dma_from_device_group_begin(GROUP) \
	struct {                             \
	} __dma_begin_##GROUP __aligned(ARCH_DMA_MINALIGN)
#define __dma_from_device_group_end(GROUP) \
	struct {                           \
	} __dma_end_##GROUP __aligned(ARCH_DMA_MINALIGN)
#else
#define __dma_from_device_group_begin(GROUP) \
	struct {                             \
	} __dma_begin_##GROUP
#define __dma_from_device_group_end(GROUP) \
	struct {                           \
	} __dma_end_##GROUP
#endif

#endif
