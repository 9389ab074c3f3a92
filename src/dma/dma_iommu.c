/* SPDX-License-Identifier: MIT */
/*
 * Streaming mappings of single ranges through an IOMMU domain.
 * Models drivers/iommu/dma-iommu.c (page, phys, resource, sync), 6.17.
 *
 *	phys      |<-off->|==== size ====|       granules of phys, widened
 *	handle  = iova + off                     iova from the domain's allocator
 *
 * Each mapping is one IOVA range, one map call including its visibility, and
 * nothing that is remembered: unmap finds the physical address in the page
 * table. That is why a translation to 0 means "not mapped" here.
 *
 * I1  A failed map leaves no translation, no IOVA and no bounce slot behind.
 * I2  A bounce slot is released after the device has lost its address.
 * I3  The size of an unmap is trusted; a short unmap WARNs.
 * Locks: none; allocator and page table have their own.
 * Tests: tests/unit/dma/test_dma_iommu.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <trace/events/swiotlb.h>

#include "dma/dma_iommu.h"

bool iommu_dma_forcedac;

/**
 * iommu_dma_alloc_iova() - take a range of device addresses
 * @domain: a domain of the DMA API
 * @size: bytes, a multiple of the granule, not 0
 * @limit: highest address; the device's bus limit and the domain's aperture
 *	are applied, too
 *
 * PCI devices get an address below 4 GiB as long as there is one, because some
 * cannot do more in spite of what they say. The first time there is none they
 * are told to use the full range for good.
 *
 * Context: any. Return: the first address, 0 if there is no room.
 */
dma_addr_t iommu_dma_alloc_iova(struct iommu_domain *domain, size_t size,
				u64 limit, struct device *dev)
{
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	unsigned long shift = iova_shift(iovad);
	unsigned long count = size >> shift;
	unsigned long pfn = 0;

	if (unlikely(!count))
		return 0;
	limit = min_not_zero(limit, dev->bus_dma_limit);
	if (domain->geometry.force_aperture)
		limit = min_t(u64, limit, domain->geometry.aperture_end);

	if (limit > DMA_BIT_MASK(32) && dev->iommu->pci_32bit_workaround) {
		pfn = alloc_iova_fast(iovad, count, DMA_BIT_MASK(32) >> shift,
				      false);
		if (unlikely(!pfn)) {
			dev->iommu->pci_32bit_workaround = false;
			dev_notice(dev, "DMA addresses now use %d bits\n",
				   bits_per(limit));
		}
	}
	if (!pfn)
		pfn = alloc_iova_fast(iovad, count, limit >> shift, true);
	if (unlikely(!pfn))
		return 0;
	lib_counter_add(&dma_counters.iova_allocs, 1);
	return (dma_addr_t)pfn << shift;
}

/**
 * iommu_dma_map_swiotlb() - copy a range into granules of its own
 * @phys, @size: the range
 * @keep_mask: bits of @phys that the copy's address must have besides those of
 *	the device's minimum alignment
 *
 * Context: any.
 * Return: physical address of the copy, DMA_MAPPING_ERROR without bounce buffers
 * (logged once) or when they are full.
 */
phys_addr_t iommu_dma_map_swiotlb(struct device *dev, phys_addr_t phys,
				  size_t size, unsigned int keep_mask,
				  enum dma_data_direction dir,
				  unsigned long attrs)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	phys_addr_t slot, edge;
	size_t end;

	if (!is_swiotlb_active(dev)) {
		dev_warn_once(
			dev,
			"unaligned DMA needs bounce buffers, and there are none\n");
		return (phys_addr_t)DMA_MAPPING_ERROR;
	}
	trace_swiotlb_bounced(dev, phys, size);
	slot = swiotlb_map_keeping(dev, phys, size, iova_mask(iovad), keep_mask,
				   dir, attrs);
	if (slot == (phys_addr_t)DMA_MAPPING_ERROR || !iommu_dma_untrusted(dev))
		return slot;

	/* What is left of the granules may hold another driver's data. */
	edge = slot - iova_offset(iovad, slot);
	memset(phys_to_virt(edge), 0, slot - edge);
	end = iova_offset(iovad, slot + size);
	if (end)
		memset(phys_to_virt(slot + size), 0, iovad->granule - end);
	return slot;
}

/**
 * __iommu_dma_map() - give a physical range a device address and make it work
 * @prot: IOMMU_READ and so on
 * @dma_mask: highest address the device can issue
 *
 * Context: any.
 * Return: device address of the first byte, or DMA_MAPPING_ERROR: no IOVA, no
 * page-table memory, a range that wraps, or an alignment that the device
 * demands and the IOMMU cannot keep (WARN once).
 */
dma_addr_t __iommu_dma_map(struct device *dev, phys_addr_t phys, size_t size,
			   int prot, u64 dma_mask)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	size_t off = iova_offset(iovad, phys);
	size_t len = iova_align(iovad, size + off);
	dma_addr_t iova;

	if (unlikely(!iommu_dma_attach_ok(dev, domain)))
		return DMA_MAPPING_ERROR;
	if (unlikely(!size || len < size))
		return DMA_MAPPING_ERROR;
	if (dev_WARN_ONCE(
		    dev, dma_get_min_align_mask(dev) > iova_mask(iovad),
		    "min_align_mask 0x%x is beyond the IOMMU granule 0x%lx\n",
		    dma_get_min_align_mask(dev), iovad->granule))
		return DMA_MAPPING_ERROR;

	iova = iommu_dma_alloc_iova(domain, len, dma_mask, dev);
	if (unlikely(!iova))
		return DMA_MAPPING_ERROR;
	if (iommu_map(domain, iova, phys - off, len, prot, GFP_ATOMIC)) {
		iommu_dma_free_iova(domain, iova, len);
		return DMA_MAPPING_ERROR;
	}
	return iova + off;
}

void iommu_dma_unmap_behind(struct iommu_domain *domain, dma_addr_t start,
			    size_t done, size_t size,
			    struct iommu_iotlb_gather *gather)
{
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	struct iova *iova = find_iova(iovad, iova_pfn(iovad, start));

	/* A wrong size is no reason to look further than what was reserved. */
	if (!iova)
		return;
	size = min_t(u64, size,
		     (u64)(iova->pfn_hi + 1 - iova_pfn(iovad, start))
			     << iova_shift(iovad));
	for (done += iovad->granule; done < size; done += iovad->granule)
		done += iommu_unmap_fast(domain, start + done, size - done,
					 gather);
}

static void iommu_dma_unmap_range(struct iommu_domain *domain,
				  dma_addr_t handle, size_t size)
{
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	size_t off = iova_offset(iovad, handle);
	size_t len = iova_align(iovad, size + off);

	if (WARN_ON(!len || len < size))
		return;
	__iommu_dma_unmap(domain, handle - off, len, handle - off, len);
}

/**
 * iommu_dma_map_phys() - map one physically contiguous range
 * @phys, @size: the range, bytes; bounced if the device must not see the rest of
 *	its granules
 * @attrs: DMA_ATTR_MMIO: it is no RAM
 *
 * Context: any. Return: device address; DMA_MAPPING_ERROR without room, if the
 * IOMMU refuses, or without a device (event dma-no-device).
 */
dma_addr_t iommu_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	struct iova_domain *iovad;
	dma_addr_t handle;
	int prot;

	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	iovad = iommu_dma_iovad(iommu_fast_dma_domain(dev));
	prot = iommu_dma_prot(dir, dev_is_dma_coherent(dev), attrs);
	if (unlikely(iova_offset(iovad, phys | size)) &&
	    iommu_dma_bounces(dev, size, dir)) {
		/* The CPU's copy of peer memory would be no peer access. */
		if (attrs & (DMA_ATTR_MMIO | DMA_ATTR_REQUIRE_COHERENT) ||
		    dma_phys_is_peer(phys))
			return DMA_MAPPING_ERROR;
		phys = iommu_dma_map_swiotlb(dev, phys, size, 0, dir, attrs);
		if (phys == (phys_addr_t)DMA_MAPPING_ERROR)
			return DMA_MAPPING_ERROR;
	}
	if (dma_needs_maintenance(dev, attrs)) {
		arch_sync_dma_for_device(phys, size, dir);
		arch_sync_dma_flush();
	}

	handle = __iommu_dma_map(dev, phys, size, prot, dma_get_mask(dev));
	if (unlikely(handle == DMA_MAPPING_ERROR)) {
		if (!(attrs & DMA_ATTR_MMIO))
			swiotlb_tbl_unmap_single(dev, phys, size, dir, attrs);
		return DMA_MAPPING_ERROR;
	}
	dma_count_map();
	return handle;
}

/**
 * iommu_dma_unmap_phys() - undo iommu_dma_map_phys()
 * @size, @dir, @attrs: as given when mapping
 *
 * An address that does not translate WARNs and is left alone. Context: any.
 */
void iommu_dma_unmap_phys(struct device *dev, dma_addr_t dma_handle,
			  size_t size, enum dma_data_direction dir,
			  unsigned long attrs)
{
	struct iommu_domain *domain;
	phys_addr_t phys;

	if (dma_no_device(dev))
		return;
	domain = iommu_fast_dma_domain(dev);
	dma_count_unmap();
	if (attrs & DMA_ATTR_MMIO) {
		iommu_dma_unmap_range(domain, dma_handle, size);
		return;
	}
	phys = iommu_iova_to_phys(domain, dma_handle);
	if (WARN_ON(!phys))
		return;
	if (dma_needs_maintenance(dev, attrs)) {
		arch_sync_dma_for_cpu(phys, size, dir);
		arch_sync_dma_flush();
	}
	iommu_dma_unmap_range(domain, dma_handle, size);
	swiotlb_tbl_unmap_single(dev, phys, size, dir, attrs);
}

/**
 * iommu_dma_map_page() - iommu_dma_map_phys() of a part of RAM
 * @offset: of its first byte, from the start of @page
 * @size: bytes
 *
 * Context: any. Return: as iommu_dma_map_phys().
 */
dma_addr_t iommu_dma_map_page(struct device *dev, struct page *page,
			      unsigned long offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	return iommu_dma_map_phys(dev, page_to_phys(page) + offset, size, dir,
				  attrs);
}

/** iommu_dma_unmap_page() - undo iommu_dma_map_page(). Context: any. */
void iommu_dma_unmap_page(struct device *dev, dma_addr_t dma_handle,
			  size_t size, enum dma_data_direction dir,
			  unsigned long attrs)
{
	iommu_dma_unmap_phys(dev, dma_handle, size, dir, attrs);
}

/**
 * iommu_dma_map_resource() - map another device's registers
 * @phys, @size: the range, bytes; never cached and never bounced, trusted device
 *	or not
 *
 * Context: any. Return: as iommu_dma_map_phys().
 */
dma_addr_t iommu_dma_map_resource(struct device *dev, phys_addr_t phys,
				  size_t size, enum dma_data_direction dir,
				  unsigned long attrs)
{
	int prot = iommu_dma_prot(dir, false, attrs | DMA_ATTR_MMIO);
	dma_addr_t handle;

	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	handle = __iommu_dma_map(dev, phys, size, prot, dma_get_mask(dev));
	if (handle != DMA_MAPPING_ERROR)
		dma_count_map();
	return handle;
}

/** iommu_dma_unmap_resource() - undo iommu_dma_map_resource(). Context: any. */
void iommu_dma_unmap_resource(struct device *dev, dma_addr_t handle,
			      size_t size, enum dma_data_direction dir,
			      unsigned long attrs)
{
	iommu_dma_unmap_phys(dev, handle, size, dir, attrs | DMA_ATTR_MMIO);
}

/* ---- sync ------------------------------------------------------------------ */

/* Physical address behind a handle, 0 if nothing has to be done for it. */
static phys_addr_t iommu_dma_sync_target(struct device *dev, dma_addr_t handle,
					 size_t size,
					 enum dma_data_direction dir)
{
	if (dev_is_dma_coherent(dev) && !iommu_dma_bounces(dev, size, dir))
		return 0;
	return iommu_iova_to_phys(iommu_fast_dma_domain(dev), handle);
}

/**
 * iommu_dma_sync_single_for_cpu() - the CPU is about to read what a device wrote
 * @dma_handle: of the first byte, in a mapping of one range
 * @size: bytes
 *
 * Nothing for an address that does not translate. Context: any.
 */
void iommu_dma_sync_single_for_cpu(struct device *dev, dma_addr_t dma_handle,
				   size_t size, enum dma_data_direction dir)
{
	phys_addr_t phys;

	if (dma_no_device(dev))
		return;
	phys = iommu_dma_sync_target(dev, dma_handle, size, dir);
	if (!phys)
		return;
	if (!dev_is_dma_coherent(dev)) {
		arch_sync_dma_for_cpu(phys, size, dir);
		arch_sync_dma_flush();
	}
	swiotlb_sync_single_for_cpu(dev, phys, size, dir);
}

/** iommu_dma_sync_single_for_device() - the way back; parameters likewise. */
void iommu_dma_sync_single_for_device(struct device *dev, dma_addr_t dma_handle,
				      size_t size, enum dma_data_direction dir)
{
	phys_addr_t phys;

	if (dma_no_device(dev))
		return;
	phys = iommu_dma_sync_target(dev, dma_handle, size, dir);
	if (!phys)
		return;
	swiotlb_sync_single_for_device(dev, phys, size, dir);
	if (!dev_is_dma_coherent(dev)) {
		arch_sync_dma_for_device(phys, size, dir);
		arch_sync_dma_flush();
	}
}

/* ---- limits ------------------------------------------------------------------ */

/**
 * iommu_dma_get_merge_boundary() - what a list's entries may be merged at
 *
 * Context: any. Return: the granule - 1; 0 without a device.
 */
unsigned long iommu_dma_get_merge_boundary(struct device *dev)
{
	struct iommu_domain *domain;

	if (dma_no_device(dev))
		return 0;
	domain = iommu_fast_dma_domain(dev);
	return (domain->pgsize_bitmap & -domain->pgsize_bitmap) - 1;
}

/**
 * iommu_dma_opt_mapping_size() - bytes up to which addresses come from a cache
 *
 * Context: any.
 */
size_t iommu_dma_opt_mapping_size(void)
{
	return iova_rcache_range();
}

/**
 * iommu_dma_max_mapping_size() - bytes of the largest mapping
 *
 * Context: any. Return: SIZE_MAX; what a bounce holds if @dev is not trusted; 0
 * without a device.
 */
size_t iommu_dma_max_mapping_size(struct device *dev)
{
	if (dma_no_device(dev))
		return 0;
	return iommu_dma_untrusted(dev) ? swiotlb_max_mapping_size(dev) :
					  SIZE_MAX;
}
