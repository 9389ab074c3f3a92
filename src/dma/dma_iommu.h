/* SPDX-License-Identifier: MIT */
/*
 * Private to src/dma: the DMA API on an IOMMU domain.
 *
 * A domain that serves the DMA API carries a struct iommu_dma_cookie: its IOVA
 * allocator and, in lazy mode, its flush queue. Everything below is static
 * inline because dma_iova_link() and dma_map_page() may add no frame of their
 * own between the driver and the page table.
 */
#ifndef DMA_DMA_IOMMU_H
#define DMA_DMA_IOMMU_H

#include <linux/dma-map-ops.h>
#include <linux/iommu-dma.h>
#include <linux/iova.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/swiotlb.h>

#include "dma/core.h"
#include "iommu/iommu.h"
#include "iova/iova.h"
#include "swiotlb/swiotlb.h"

struct dma_fq;

/**
 * struct iommu_dma_cookie - what dma-iommu keeps for a domain
 * @iovad: allocator of device addresses
 * @fq: flush queue; NULL: strict. Set once, before or while mappings are live
 * @fq_single: it is one long queue, because a flush takes long
 * @ready: @iovad is initialised
 * @lost_granules: usable ones that reservations took with what is not (D16)
 * @msi_pages: doorbells mapped for its devices, see dma_msi.c
 * @setup_lock: serialises iommu_dma_init_domain() and iommu_dma_init_fq()
 * @domain: the domain that owns this
 * @node: in the list of all cookies
 */
struct iommu_dma_cookie {
	struct iova_domain iovad;
	struct dma_fq *fq;
	bool fq_single;
	bool ready;
	unsigned long lost_granules;
	struct list_head msi_pages;
	struct mutex setup_lock;
	struct iommu_domain *domain;
	struct list_head node;
};

extern bool iommu_dma_forcedac;

/* dma_domain.c */
int iommu_get_dma_cookie(struct iommu_domain *domain);
void iommu_put_dma_cookie(struct iommu_domain *domain);
int iommu_dma_init_fq(struct iommu_domain *domain);
void iommu_setup_dma_ops(struct device *dev);
void iommu_dma_flush_all(void);

/* dma_msi.c */
void iommu_put_msi_cookie(struct iommu_domain *domain);
int iommu_dma_sw_msi(struct iommu_domain *domain, struct msi_desc *desc,
		     phys_addr_t msi_addr);
void iommu_dma_free_msi_pages(struct iommu_domain *domain,
			      struct list_head *pages);

/* fq.c */
struct dma_fq *dma_fq_create(struct iommu_domain *domain,
			     struct iova_domain *iovad, bool single);
void dma_fq_destroy(struct dma_fq *fq);
void dma_fq_queue(struct dma_fq *fq, unsigned long pfn, unsigned long count,
		  struct iommu_pages_list *freelist);
void dma_fq_flush(struct dma_fq *fq);
unsigned long dma_fq_waiting(struct dma_fq *fq);

static inline struct iova_domain *iommu_dma_iovad(struct iommu_domain *domain)
{
	return &domain->iova_cookie->iovad;
}

/** iommu_dma_attach_ok() - finish an attach that a crash kernel put off. */
static inline bool iommu_dma_attach_ok(struct device *dev,
				       struct iommu_domain *domain)
{
	if (likely(!dev->iommu->attach_deferred))
		return true;
	return !iommu_deferred_attach(dev, domain);
}

/** iommu_dma_prot() - page-table rights for a direction, none if it is none;
 * @coherent: snooped. */
static inline int iommu_dma_prot(enum dma_data_direction dir, bool coherent,
				 unsigned long attrs)
{
	static const u8 rights[2][4] = {
		{
			[DMA_BIDIRECTIONAL] = IOMMU_READ | IOMMU_WRITE,
			[DMA_TO_DEVICE] = IOMMU_READ,
			[DMA_FROM_DEVICE] = IOMMU_WRITE,
		},
		{
			[DMA_BIDIRECTIONAL] = IOMMU_READ | IOMMU_WRITE |
					      IOMMU_CACHE,
			[DMA_TO_DEVICE] = IOMMU_READ | IOMMU_CACHE,
			[DMA_FROM_DEVICE] = IOMMU_WRITE | IOMMU_CACHE,
			[DMA_NONE] = IOMMU_CACHE,
		},
	};
	int prot = rights[coherent][min_t(unsigned int, dir, DMA_NONE)];

	if (unlikely(attrs & (DMA_ATTR_MMIO | DMA_ATTR_PRIVILEGED))) {
		if (attrs & DMA_ATTR_MMIO)
			prot = (prot & ~IOMMU_CACHE) | IOMMU_MMIO;
		if (attrs & DMA_ATTR_PRIVILEGED)
			prot |= IOMMU_PRIV;
	}
	return prot;
}

/** iommu_dma_untrusted() - may @dev see nothing but what was mapped for it? */
static inline bool iommu_dma_untrusted(struct device *dev)
{
	return dev_is_pci(dev) && to_pci_dev(dev)->untrusted;
}

/** iommu_dma_bounces() - must this device's unaligned edges be copied? */
static inline bool iommu_dma_bounces(struct device *dev, size_t size,
				     enum dma_data_direction dir)
{
	if (!IS_ENABLED(CONFIG_SWIOTLB))
		return false;
	return iommu_dma_untrusted(dev) ||
	       dma_kmalloc_needs_bounce(dev, size, dir);
}

/* dma_iommu.c */
dma_addr_t iommu_dma_alloc_iova(struct iommu_domain *domain, size_t size,
				u64 limit, struct device *dev);
phys_addr_t iommu_dma_map_swiotlb(struct device *dev, phys_addr_t phys,
				  size_t size, unsigned int keep_mask,
				  enum dma_data_direction dir,
				  unsigned long attrs);
dma_addr_t __iommu_dma_map(struct device *dev, phys_addr_t phys, size_t size,
			   int prot, u64 dma_mask);

/**
 * iommu_dma_free_iova_of() - give a range back that was unmapped elsewhere
 * @iova, @size: granules
 * @frames, @nr: path of the unmap, 0: the caller's
 *
 * What the allocator refuses stays taken, and counts as such.
 */
static inline void iommu_dma_free_iova_of(struct iommu_domain *domain,
					  dma_addr_t iova, size_t size,
					  void *const *frames, unsigned int nr)
{
	struct iova_domain *iovad = iommu_dma_iovad(domain);

	iommu_iova_freed(domain, iova, size, frames, nr);
	if (likely(iova_give_back(iovad, iova_pfn(iovad, iova),
				  size >> iova_shift(iovad))))
		lib_counter_add(&dma_counters.iova_frees, 1);
}

/** iommu_dma_free_iova() - give a range back now. @iova, @size: granules. */
static inline void iommu_dma_free_iova(struct iommu_domain *domain,
				       dma_addr_t iova, size_t size)
{
	iommu_dma_free_iova_of(domain, iova, size, NULL, 0);
}

/* dma_iommu.c: [@start, @start + @size) has a hole at @done: what lies behind goes. */
void iommu_dma_unmap_behind(struct iommu_domain *domain, dma_addr_t start,
			    size_t done, size_t size,
			    struct iommu_iotlb_gather *gather);

/**
 * __iommu_dma_unmap() - remove [@start, @start + @size) and make sure of it
 * @free_start, @free_size: range to give back to the allocator afterwards;
 *	@free_size 0: none, and the invalidation is done on return
 *
 * A hole WARNs, and what lies behind it goes, too: its addresses are given back.
 * All in granules. In lazy mode invalidation and freeing are queued together:
 * a range is not handed out again before stale translations of it are gone.
 */
static inline void __iommu_dma_unmap(struct iommu_domain *domain,
				     dma_addr_t start, size_t size,
				     dma_addr_t free_start, size_t free_size)
{
	struct iommu_dma_cookie *cookie = domain->iova_cookie;
	struct dma_fq *fq = free_size ? READ_ONCE(cookie->fq) : NULL;
	struct iommu_iotlb_gather gather;
	size_t done;

	iommu_iotlb_gather_init(&gather);
	gather.queued = !!fq;
	done = iommu_unmap_fast(domain, start, size, &gather);
	if (WARN_ON(done != size))
		iommu_dma_unmap_behind(domain, start, done, size, &gather);
	if (!fq) {
		iommu_iotlb_sync(domain, &gather);
		if (free_size)
			iommu_dma_free_iova(domain, free_start, free_size);
		return;
	}
	dma_fq_queue(fq, iova_pfn(&cookie->iovad, free_start),
		     free_size >> iova_shift(&cookie->iovad), &gather.freelist);
}

/* dma_iommu_sg.c */

/** iommu_dma_scratch_shutdown() - no list is mapped any more. */
void iommu_dma_scratch_shutdown(void);

#endif
