/* SPDX-License-Identifier: MIT */
/*
 * Devices without an IOMMU: the device address is the physical address, or is
 * at a fixed distance from it.
 * Models kernel/dma/direct.c and direct.h (page, sync, masks), 6.17.
 *
 * Nothing is recorded; an unmap has nothing to do unless the buffer was bounced
 * or CPU caches must be maintained. Memory that the device cannot reach is
 * bounced; without bounce buffers it is refused with the documented warning.
 *
 * I1  A returned address lies below the device's mask and bus limit.
 * Locks: none.
 * Tests: tests/unit/dma/test_direct.c, tests/api/test_bounce.c
 */
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/dma-direct.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <trace/events/swiotlb.h>

#include "dma/core.h"
#include "mm/mm.h"

u64 zone_dma_limit = DMA_BIT_MASK(24);

static phys_addr_t dma_last_ram_page(void)
{
	return (phys_addr_t)(max_pfn - 1) << PAGE_SHIFT;
}

/** dma_direct_get_required_mask() - mask of the highest RAM page's address. */
u64 dma_direct_get_required_mask(struct device *dev)
{
	u64 highest;

	if (dma_no_device(dev))
		return 0;
	highest = phys_to_dma(dev, dma_last_ram_page());
	return highest ? GENMASK_ULL(fls64(highest) - 1, 0) : 1;
}

/**
 * dma_direct_supported() - can memory be found for a device with @mask?
 *
 * Return: 1 for 32 bits and more, because everything else can be bounced or
 * allocated below; else whether ZONE_DMA lies below.
 */
int dma_direct_supported(struct device *dev, u64 mask)
{
	u64 zone_end = min_t(u64, dma_last_ram_page(), zone_dma_limit);

	if (dma_no_device(dev))
		return 0;
	return mask >= DMA_BIT_MASK(32) ||
	       mask >= phys_to_dma_unencrypted(dev, zone_end);
}

/* Is all RAM visible through the device's windows? */
bool dma_direct_all_ram_mapped(struct device *dev)
{
	const struct bus_dma_region *r = dev->dma_range_map;
	unsigned long covered = 0;

	if (!r)
		return true;
	for (; r->size; r++)
		covered += mm_ram_frames(PFN_UP(r->cpu_start),
					 PFN_DOWN(r->cpu_start + r->size));
	return covered >= mm_ram_frames(0, max_pfn);
}

size_t dma_direct_max_mapping_size(struct device *dev)
{
	if (is_swiotlb_active(dev) &&
	    (dma_addressing_limited(dev) || is_swiotlb_force_bounce(dev)))
		return swiotlb_max_mapping_size(dev);
	return SIZE_MAX;
}

/**
 * dma_direct_set_offset() - let @dev see RAM at a distance
 * @cpu_start, @dma_start: the same byte, seen by CPU and device
 * @size: bytes
 *
 * Return: 0 (also if there is no distance); -EINVAL if a map exists or there is
 * no device (event dma-no-device); -ENOMEM.
 */
int dma_direct_set_offset(struct device *dev, phys_addr_t cpu_start,
			  dma_addr_t dma_start, u64 size)
{
	struct bus_dma_region *map;

	if (dma_no_device(dev))
		return -EINVAL;
	if (dev->dma_range_map) {
		dev_err(dev, "bus address map is there already\n");
		return -EINVAL;
	}
	if (cpu_start == dma_start)
		return 0;
	map = kcalloc(2, sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map->cpu_start = cpu_start;
	map->dma_start = dma_start;
	map->size = size;
	dev->dma_range_map = map;
	return 0;
}

/* ---- mapping ------------------------------------------------------------------ */

dma_addr_t dma_direct_map_resource(struct device *dev, phys_addr_t paddr,
				   size_t size, enum dma_data_direction dir,
				   unsigned long attrs)
{
	if (dma_no_device(dev) || WARN_ON_ONCE(!dev->dma_mask))
		return DMA_MAPPING_ERROR;
	if (should_fail_site(DMASIM_SITE_MAP))
		return DMA_MAPPING_ERROR;
	if (likely(dma_capable(dev, paddr, size, false))) {
		dma_count_map();
		return paddr;
	}
	dev_err_once(
		dev,
		"MMIO at %pa+%zu is beyond mask 0x%llx, bus limit 0x%llx\n",
		&paddr, size, *dev->dma_mask, dev->bus_dma_limit);
	WARN_ON_ONCE(1);
	return DMA_MAPPING_ERROR;
}

/**
 * swiotlb_map() - map a copy of a buffer instead of the buffer
 *
 * Context: any.
 * Return: device address of the copy; DMA_MAPPING_ERROR if there is none, or if
 * the device does not even reach the pool (WARN once, event bounce-mask or
 * bounce-window), has no mask (WARN once), or is none (event dma-no-device).
 */
dma_addr_t swiotlb_map(struct device *dev, phys_addr_t phys, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	phys_addr_t slot;
	dma_addr_t addr;

	if (dma_no_device(dev) || WARN_ON_ONCE(!dev->dma_mask))
		return DMA_MAPPING_ERROR;
	trace_swiotlb_bounced(dev, phys_to_dma(dev, phys), size);
	slot = swiotlb_tbl_map_single(dev, phys, size, 0, dir, attrs);
	if (slot == (phys_addr_t)DMA_MAPPING_ERROR)
		return DMA_MAPPING_ERROR;
	addr = phys_to_dma_unencrypted(dev, slot);
	if (unlikely(!dma_capable(dev, addr, size, true))) {
		swiotlb_tbl_unmap_single(dev, slot, size, dir,
					 attrs | DMA_ATTR_SKIP_CPU_SYNC);
		if (addr == DMA_MAPPING_ERROR)
			lib_event(LIB_EVENT_REFUSAL, "bounce-window", dev, slot,
				  size,
				  "the pool is outside the device's windows");
		else
			lib_event(
				LIB_EVENT_REFUSAL, "bounce-mask", dev, slot,
				size,
				"the pool is beyond mask 0x%llx, bus limit 0x%llx",
				*dev->dma_mask, dev->bus_dma_limit);
		dev_WARN_ONCE(
			dev, 1,
			"bounce buffer %pad+%zu is beyond mask 0x%llx, bus limit 0x%llx\n",
			&addr, size, *dev->dma_mask, dev->bus_dma_limit);
		return DMA_MAPPING_ERROR;
	}
	if (dma_needs_maintenance(dev, attrs)) {
		arch_sync_dma_for_device(slot, size, dir);
		arch_sync_dma_flush();
	}
	return addr;
}

/* The device cannot use the memory where it is. */
static noinline dma_addr_t dma_direct_map_elsewhere(
	struct device *dev, phys_addr_t phys, dma_addr_t addr, size_t size,
	enum dma_data_direction dir, unsigned long attrs)
{
	/* The CPU's copy of peer memory would be no peer access any more. */
	if (dma_phys_is_peer(phys))
		return DMA_MAPPING_ERROR;
	if (attrs & DMA_ATTR_REQUIRE_COHERENT)
		return DMA_MAPPING_ERROR;
	if (is_swiotlb_active(dev))
		return swiotlb_map(dev, phys, size, dir, attrs);
	dev_WARN_ONCE(
		dev, 1,
		"DMA address %pad+%zu is beyond mask 0x%llx, bus limit 0x%llx\n",
		&addr, size, *dev->dma_mask, dev->bus_dma_limit);
	return DMA_MAPPING_ERROR;
}

/*
 * The calls for one range wait for their maintenance (@wait), those for the
 * entries of a list leave that to the list's end.
 */
static __always_inline dma_addr_t
__dma_direct_map(struct device *dev, phys_addr_t phys, size_t size,
		 enum dma_data_direction dir, unsigned long attrs, bool wait)
{
	dma_addr_t addr;

	if (unlikely(attrs & DMA_ATTR_MMIO)) {
		/* A copy of registers would be none. */
		if (is_swiotlb_force_bounce(dev))
			return DMA_MAPPING_ERROR;
		return dma_direct_map_resource(dev, phys, size, dir, attrs);
	}
	if (should_fail_site(DMASIM_SITE_MAP))
		return DMA_MAPPING_ERROR;
	addr = phys_to_dma(dev, phys);
	if (unlikely(is_swiotlb_force_bounce(dev) ||
		     !dma_capable(dev, addr, size, true) ||
		     dma_kmalloc_needs_bounce(dev, size, dir))) {
		addr = dma_direct_map_elsewhere(dev, phys, addr, size, dir,
						attrs);
	} else if (dma_needs_maintenance(dev, attrs)) {
		arch_sync_dma_for_device(phys, size, dir);
		if (wait)
			arch_sync_dma_flush();
	}
	if (likely(addr != DMA_MAPPING_ERROR))
		dma_count_map();
	return addr;
}

static __always_inline void
__dma_direct_sync_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, bool wait)
{
	phys_addr_t phys = dma_to_phys(dev, addr);

	if (!dev_is_dma_coherent(dev)) {
		arch_sync_dma_for_cpu(phys, size, dir);
		/* What was bounced is read right now. */
		if (wait || dev->dma_uses_io_tlb)
			arch_sync_dma_flush();
	}
	swiotlb_sync_single_for_cpu(dev, phys, size, dir);
}

static __always_inline void
__dma_direct_sync_for_device(struct device *dev, dma_addr_t addr, size_t size,
			     enum dma_data_direction dir, bool wait)
{
	phys_addr_t phys = dma_to_phys(dev, addr);

	swiotlb_sync_single_for_device(dev, phys, size, dir);
	if (!dev_is_dma_coherent(dev)) {
		arch_sync_dma_for_device(phys, size, dir);
		if (wait)
			arch_sync_dma_flush();
	}
}

static __always_inline void __dma_direct_unmap(struct device *dev,
					       dma_addr_t addr, size_t size,
					       enum dma_data_direction dir,
					       unsigned long attrs, bool wait)
{
	phys_addr_t phys;

	dma_count_unmap();
	if (attrs & (DMA_ATTR_MMIO | DMA_ATTR_REQUIRE_COHERENT))
		return;
	phys = dma_to_phys(dev, addr);
	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC))
		__dma_direct_sync_for_cpu(dev, addr, size, dir, wait);
	/* Copied back above, if at all. */
	swiotlb_tbl_unmap_single(dev, phys, size, dir,
				 attrs | DMA_ATTR_SKIP_CPU_SYNC);
}

dma_addr_t dma_direct_map_phys(struct device *dev, phys_addr_t phys,
			       size_t size, enum dma_data_direction dir,
			       unsigned long attrs)
{
	return __dma_direct_map(dev, phys, size, dir, attrs, true);
}

void dma_direct_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	__dma_direct_unmap(dev, addr, size, dir, attrs, true);
}

dma_addr_t dma_direct_map_entry(struct device *dev, phys_addr_t phys,
				size_t size, enum dma_data_direction dir,
				unsigned long attrs)
{
	return __dma_direct_map(dev, phys, size, dir, attrs, false);
}

void dma_direct_unmap_entry(struct device *dev, dma_addr_t addr, size_t size,
			    enum dma_data_direction dir, unsigned long attrs)
{
	__dma_direct_unmap(dev, addr, size, dir, attrs, false);
}

/* ---- sync --------------------------------------------------------------------- */

void dma_direct_sync_single_for_cpu(struct device *dev, dma_addr_t addr,
				    size_t size, enum dma_data_direction dir)
{
	__dma_direct_sync_for_cpu(dev, addr, size, dir, true);
}

void dma_direct_sync_single_for_device(struct device *dev, dma_addr_t addr,
				       size_t size, enum dma_data_direction dir)
{
	__dma_direct_sync_for_device(dev, addr, size, dir, true);
}

void dma_direct_sync_entry_for_cpu(struct device *dev, dma_addr_t addr,
				   size_t size, enum dma_data_direction dir)
{
	__dma_direct_sync_for_cpu(dev, addr, size, dir, false);
}

void dma_direct_sync_entry_for_device(struct device *dev, dma_addr_t addr,
				      size_t size, enum dma_data_direction dir)
{
	__dma_direct_sync_for_device(dev, addr, size, dir, false);
}

bool dma_direct_need_sync(struct device *dev, dma_addr_t addr)
{
	return !dev_is_dma_coherent(dev) ||
	       swiotlb_find_pool(dev, dma_to_phys(dev, addr));
}
