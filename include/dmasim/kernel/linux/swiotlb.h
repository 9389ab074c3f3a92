/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers.
 *
 * same: structures, constants, prototypes and inlines of 6.17, built with
 *	CONFIG_SWIOTLB_DYNAMIC and CONFIG_DMA_RESTRICTED_POOL; whether pools grow
 *	or are restricted says the machine's configuration. Calls without a device
 *	are named (event dma-no-device) and do nothing; Linux would oops.
 */
#ifndef _DMASIM_LINUX_SWIOTLB_H
#define _DMASIM_LINUX_SWIOTLB_H

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/rcupdate.h>
#include <linux/atomic.h>

struct page;
struct dentry;
struct io_tlb_area;
struct io_tlb_slot;

#define SWIOTLB_VERBOSE (1 << 0)
#define SWIOTLB_FORCE (1 << 1)
#define SWIOTLB_ANY (1 << 2)

#define IO_TLB_SEGSIZE 128
#define IO_TLB_SHIFT 11
#define IO_TLB_SIZE (1 << IO_TLB_SHIFT)
#define IO_TLB_DEFAULT_SIZE (64UL << 20)

/** struct io_tlb_pool - one physically contiguous run of slots. */
struct io_tlb_pool {
	phys_addr_t start;
	phys_addr_t end;
	void *vaddr;
	unsigned long nslabs;
	bool late_alloc;
	unsigned int nareas;
	unsigned int area_nslabs;
	struct io_tlb_area *areas;
	struct io_tlb_slot *slots;
	struct list_head node;
	struct rcu_head rcu;
	bool transient;
};

/** struct io_tlb_mem - an allocator: the default one or a restricted region. */
struct io_tlb_mem {
	struct io_tlb_pool defpool;
	unsigned long nslabs;
	struct dentry *debugfs;
	bool force_bounce;
	bool for_alloc;
	bool can_grow;
	u64 phys_limit;
	spinlock_t lock;
	struct list_head pools;
	struct work_struct dyn_alloc;
	atomic_long_t total_used;
	atomic_long_t used_hiwater;
	atomic_long_t transient_nslabs;
};

void swiotlb_init(bool addressing_limited, unsigned int flags);
void swiotlb_init_remap(bool addressing_limit, unsigned int flags,
			int (*remap)(void *tlb, unsigned long nslabs));
int swiotlb_init_late(size_t size, gfp_t gfp_mask,
		      int (*remap)(void *tlb, unsigned long nslabs));
void swiotlb_exit(void);
void swiotlb_dev_init(struct device *dev);
void swiotlb_update_mem_attributes(void);
void swiotlb_adjust_size(unsigned long size);
unsigned long swiotlb_size_or_default(void);
void swiotlb_print_info(void);
size_t swiotlb_max_mapping_size(struct device *dev);
bool is_swiotlb_allocated(void);
bool is_swiotlb_active(struct device *dev);
phys_addr_t default_swiotlb_base(void);
phys_addr_t default_swiotlb_limit(void);

struct io_tlb_pool *__swiotlb_find_pool(struct device *dev, phys_addr_t paddr);

/**
 * swiotlb_find_pool() - the pool that holds @paddr; NULL: not bounced
 *
 * One load for a device that never had to bounce anything.
 */
static inline struct io_tlb_pool *swiotlb_find_pool(struct device *dev,
						    phys_addr_t paddr)
{
	if (dma_no_device(dev))
		return NULL;
	if (likely(!READ_ONCE(dev->dma_uses_io_tlb)))
		return NULL;
	return __swiotlb_find_pool(dev, paddr);
}

static inline bool is_swiotlb_force_bounce(struct device *dev)
{
	if (dma_no_device(dev))
		return false;
	return dev->dma_io_tlb_mem && dev->dma_io_tlb_mem->force_bounce;
}

static inline bool is_swiotlb_for_alloc(struct device *dev)
{
	if (dma_no_device(dev))
		return false;
	return dev->dma_io_tlb_mem && dev->dma_io_tlb_mem->for_alloc;
}

phys_addr_t swiotlb_tbl_map_single(struct device *dev, phys_addr_t orig_addr,
				   size_t mapping_size,
				   unsigned int alloc_aligned_mask,
				   enum dma_data_direction dir,
				   unsigned long attrs);
dma_addr_t swiotlb_map(struct device *dev, phys_addr_t phys, size_t size,
		       enum dma_data_direction dir, unsigned long attrs);

void __swiotlb_tbl_unmap_single(struct device *dev, phys_addr_t tlb_addr,
				size_t mapping_size,
				enum dma_data_direction dir,
				unsigned long attrs, struct io_tlb_pool *pool);
void __swiotlb_sync_single_for_device(struct device *dev, phys_addr_t tlb_addr,
				      size_t size, enum dma_data_direction dir,
				      struct io_tlb_pool *pool);
void __swiotlb_sync_single_for_cpu(struct device *dev, phys_addr_t tlb_addr,
				   size_t size, enum dma_data_direction dir,
				   struct io_tlb_pool *pool);

static inline void swiotlb_tbl_unmap_single(struct device *dev,
					    phys_addr_t addr, size_t size,
					    enum dma_data_direction dir,
					    unsigned long attrs)
{
	struct io_tlb_pool *owner;

	if (dma_no_device(dev))
		return;
	owner = swiotlb_find_pool(dev, addr);
	if (unlikely(owner))
		__swiotlb_tbl_unmap_single(dev, addr, size, dir, attrs, owner);
}

static inline void swiotlb_sync_single_for_device(struct device *dev,
						  phys_addr_t addr, size_t size,
						  enum dma_data_direction dir)
{
	struct io_tlb_pool *owner;

	if (dma_no_device(dev))
		return;
	owner = swiotlb_find_pool(dev, addr);
	if (unlikely(owner))
		__swiotlb_sync_single_for_device(dev, addr, size, dir, owner);
}

static inline void swiotlb_sync_single_for_cpu(struct device *dev,
					       phys_addr_t addr, size_t size,
					       enum dma_data_direction dir)
{
	struct io_tlb_pool *owner;

	if (dma_no_device(dev))
		return;
	owner = swiotlb_find_pool(dev, addr);
	if (unlikely(owner))
		__swiotlb_sync_single_for_cpu(dev, addr, size, dir, owner);
}

struct page *swiotlb_alloc(struct device *dev, size_t size);
bool swiotlb_free(struct device *dev, struct page *page, size_t size);

#endif
