/* SPDX-License-Identifier: MIT */
/*
 * Devices that see physical memory, possibly at an offset.
 *
 * same: all of it. No address bit says whether memory is encrypted, so the
 *	"unencrypted" address is the plain one. Without a device there is no
 *	address (event dma-no-device); Linux would oops.
 */
#ifndef _DMASIM_LINUX_DMA_DIRECT_H
#define _DMASIM_LINUX_DMA_DIRECT_H

#include <linux/cc_platform.h>
#include <linux/dma-mapping.h>
#include <linux/dma-map-ops.h>
#include <linux/minmax.h>
#include <linux/swiotlb.h>

/** zone_dma_limit - highest address of ZONE_DMA, 24 bits by default. */
extern u64 zone_dma_limit;

/**
 * struct bus_dma_region - a window of memory as a bus sees it
 *
 * Maps are arrays that end with an entry of size 0.
 */
struct bus_dma_region {
	phys_addr_t cpu_start;
	dma_addr_t dma_start;
	u64 size;
};

/** translate_phys_to_dma() - through dev->dma_range_map, which must exist. */
static inline dma_addr_t translate_phys_to_dma(struct device *dev,
					       phys_addr_t paddr)
{
	const struct bus_dma_region *r;

	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	r = dev->dma_range_map;
	while (r->size && paddr - r->cpu_start >= r->size)
		r++;
	return r->size ? paddr - r->cpu_start + r->dma_start :
			 DMA_MAPPING_ERROR;
}

/** translate_dma_to_phys() - the inverse; all ones outside the map. */
static inline phys_addr_t translate_dma_to_phys(struct device *dev,
						dma_addr_t dma_addr)
{
	const struct bus_dma_region *r;

	if (dma_no_device(dev))
		return (phys_addr_t)-1;
	r = dev->dma_range_map;
	while (r->size && dma_addr - r->dma_start >= r->size)
		r++;
	return r->size ? dma_addr - r->dma_start + r->cpu_start :
			 (phys_addr_t)-1;
}

static inline dma_addr_t dma_range_map_min(const struct bus_dma_region *map)
{
	dma_addr_t lowest = (dma_addr_t)U64_MAX;

	for (; map->size; map++)
		if (map->dma_start < lowest)
			lowest = map->dma_start;
	return lowest;
}

static inline dma_addr_t dma_range_map_max(const struct bus_dma_region *map)
{
	dma_addr_t highest = 0;

	for (; map->size; map++)
		if (map->dma_start + map->size - 1 > highest)
			highest = map->dma_start + map->size - 1;
	return highest;
}

/** phys_to_dma() - device address of @paddr, DMA_MAPPING_ERROR outside the map. */
static inline dma_addr_t phys_to_dma(struct device *dev, phys_addr_t paddr)
{
	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	return dev->dma_range_map ? translate_phys_to_dma(dev, paddr) : paddr;
}

static inline dma_addr_t phys_to_dma_unencrypted(struct device *dev,
						 phys_addr_t paddr)
{
	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	return phys_to_dma(dev, paddr);
}

/** dma_to_phys() - the inverse; all ones outside the map. */
static inline phys_addr_t dma_to_phys(struct device *dev, dma_addr_t dma_addr)
{
	if (dma_no_device(dev))
		return (phys_addr_t)-1;
	return dev->dma_range_map ? translate_dma_to_phys(dev, dma_addr) :
				    dma_addr;
}

/** force_dma_unencrypted() - must what @dev sees be shared with it? */
static inline bool force_dma_unencrypted(struct device *dev)
{
	return cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT);
}

/**
 * dma_capable() - can the device reach all @size bytes at @addr?
 * @is_ram: ignored: device addresses of MMIO obey the same limits
 *
 * A range that wraps ends below its start and is not reachable. A device without
 * a mask reaches nothing.
 */
static inline bool dma_capable(struct device *dev, dma_addr_t addr, size_t size,
			       bool is_ram)
{
	dma_addr_t last = addr + size - 1;

	if (dma_no_device(dev) || !dev->dma_mask)
		return false;
	if (addr == DMA_MAPPING_ERROR || (size && last < addr))
		return false;
	return last <= min_not_zero(*dev->dma_mask, dev->bus_dma_limit);
}

u64 dma_direct_get_required_mask(struct device *dev);
void *dma_direct_alloc(struct device *dev, size_t size, dma_addr_t *dma_handle,
		       gfp_t gfp, unsigned long attrs);
void dma_direct_free(struct device *dev, size_t size, void *cpu_addr,
		     dma_addr_t dma_addr, unsigned long attrs);
struct page *dma_direct_alloc_pages(struct device *dev, size_t size,
				    dma_addr_t *dma_handle,
				    enum dma_data_direction dir, gfp_t gfp);
void dma_direct_free_pages(struct device *dev, size_t size, struct page *page,
			   dma_addr_t dma_addr, enum dma_data_direction dir);
int dma_direct_supported(struct device *dev, u64 mask);
dma_addr_t dma_direct_map_resource(struct device *dev, phys_addr_t paddr,
				   size_t size, enum dma_data_direction dir,
				   unsigned long attrs);

#endif
