/* SPDX-License-Identifier: MIT */
/*
 * Entry points of the streaming DMA API: choose a back end, check arguments.
 * Models kernel/dma/mapping.c, 6.17.
 *
 *	dev->dma_iommu			the device's IOMMU domain
 *	no dma_map_ops			physical memory ("direct")
 *	ops, allowed to bypass them	direct, if the device reaches all RAM
 *	ops				those
 *
 * Order of effects: map = back end, checker, trace; unmap of one range =
 * checker, back end, trace; unmap of a list = checker, trace, back end. What is
 * traced or checked (debug.h) goes through a function of its own, so that other
 * calls keep no argument for it.
 *
 * I1  A device that cannot map (no dma_mask) gets an error, never a crash.
 * I2  The same back end serves map and unmap as long as masks and ops stay.
 * Locks: none.
 * Tests: tests/unit/dma/test_mapping.c
 */
#include <linux/bug.h>
#include <linux/dma-direct.h>
#include <linux/export.h>
#include <linux/iommu-dma.h>
#include <linux/minmax.h>
#include <trace/events/dma.h>

#include "dma/core.h"
#include "dma/debug.h"
#include "swiotlb/swiotlb.h"

bool dma_default_coherent = true;

bool dma_bounce_unaligned_kmalloc;
EXPORT_SYMBOL(dma_bounce_unaligned_kmalloc);

/* Linux would read through the null pointer. */
noinline void dma_report_no_list(const char *call)
{
	lib_event(LIB_EVENT_MISUSE, "dma-no-list", NULL, 0, 0,
		  "%s() without a list", call);
}
EXPORT_SYMBOL_GPL(dma_report_no_list);

static noinline void dma_report_short_list(struct device *dev, int nents,
					   int have, const char *call)
{
	lib_event(LIB_EVENT_MISUSE, "dma-list-short", dev, 0, 0,
		  "%s() of %d entries, the list has %d", call, nents, have);
}

/*
 * How many of @nents entries are there? Behind the last one Linux would go on
 * through a null pointer.
 */
static inline int dma_list_entries(struct device *dev, struct scatterlist *sg,
				   int nents, const char *call)
{
	int have = 0;

	for (; have < nents && sg; sg = sg_next(sg))
		have++;
	if (unlikely(have < nents)) {
		dma_report_short_list(dev, nents, have, call);
		return have;
	}
	return nents;
}

/* Custom operations may stand aside for devices without limits. */
enum dma_backend dma_backend_bypass(struct device *dev, const u64 *mask)
{
	u64 limit;

	if (!dev->dma_ops_bypass || !mask)
		return DMA_BACKEND_OPS;
	limit = min_not_zero(*mask, dev->bus_dma_limit);
	return limit >= dma_direct_get_required_mask(dev) ? DMA_BACKEND_DIRECT :
							    DMA_BACKEND_OPS;
}

/* What every map call demands: a direction, and a device that can do DMA. */
static inline bool dma_can_map(struct device *dev, enum dma_data_direction dir)
{
	BUG_ON(!valid_dma_direction(dir));
	return !WARN_ON_ONCE(!dev->dma_mask);
}

/* ---- one range --------------------------------------------------------------- */

static dma_addr_t dma_ops_map_phys(struct device *dev, phys_addr_t phys,
				   size_t size, enum dma_data_direction dir,
				   unsigned long attrs)
{
	const struct dma_map_ops *ops = get_dma_ops(dev);

	if (ops->map_phys)
		return ops->map_phys(dev, phys, size, dir, attrs);
	if (!(attrs & DMA_ATTR_MMIO))
		return ops->map_page(dev, phys_to_page(phys),
				     offset_in_page(phys), size, dir, attrs);
	if (!ops->map_resource)
		return DMA_MAPPING_ERROR;
	return ops->map_resource(dev, phys, size, dir, attrs & ~DMA_ATTR_MMIO);
}

static __always_inline dma_addr_t __dma_map_phys(struct device *dev,
						 phys_addr_t phys, size_t size,
						 enum dma_data_direction dir,
						 unsigned long attrs)
{
	if (unlikely(attrs & DMA_ATTR_REQUIRE_COHERENT) &&
	    !dev_is_dma_coherent(dev))
		return DMA_MAPPING_ERROR;
	switch (dma_streaming_backend(dev)) {
	case DMA_BACKEND_IOMMU:
		return iommu_dma_map_phys(dev, phys, size, dir, attrs);
	case DMA_BACKEND_DIRECT:
		return dma_direct_map_phys(dev, phys, size, dir, attrs);
	default:
		return dma_ops_map_phys(dev, phys, size, dir, attrs);
	}
}

static noinline dma_addr_t dma_map_phys_observed(struct device *dev,
						 phys_addr_t phys, size_t size,
						 enum dma_data_direction dir,
						 unsigned long attrs)
{
	dma_addr_t addr = __dma_map_phys(dev, phys, size, dir, attrs);

	if (dma_debug_active())
		debug_dma_map_phys(dev, phys, size, dir, addr, attrs);
	trace_dma_map_phys(dev, phys, addr, size, dir, attrs);
	return addr;
}

/**
 * dma_map_phys() - map a physically contiguous range (newer)
 * @phys: first byte; RAM unless @attrs has DMA_ATTR_MMIO
 * @size: bytes
 * @dir: direction; BUG if invalid
 *
 * Context: any. Return: device address, or DMA_MAPPING_ERROR; also (with a
 * WARN) if @dev has no DMA mask, for DMA_ATTR_REQUIRE_COHERENT where CPU
 * caches or a bounce buffer would have to help, and for DMA_ATTR_MMIO where
 * everything is bounced. See dma_mapping_error().
 */
dma_addr_t dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	if (!dma_can_map(dev, dir))
		return DMA_MAPPING_ERROR;
	if (dma_watched())
		return dma_map_phys_observed(dev, phys, size, dir, attrs);
	return __dma_map_phys(dev, phys, size, dir, attrs);
}
EXPORT_SYMBOL_GPL(dma_map_phys);

static __always_inline void __dma_unmap_phys(struct device *dev,
					     dma_addr_t addr, size_t size,
					     enum dma_data_direction dir,
					     unsigned long attrs)
{
	const struct dma_map_ops *ops;

	BUG_ON(!valid_dma_direction(dir));
	switch (dma_streaming_backend(dev)) {
	case DMA_BACKEND_IOMMU:
		iommu_dma_unmap_phys(dev, addr, size, dir, attrs);
		return;
	case DMA_BACKEND_DIRECT:
		dma_direct_unmap_phys(dev, addr, size, dir, attrs);
		return;
	default:
		ops = get_dma_ops(dev);
		if (ops->unmap_phys)
			ops->unmap_phys(dev, addr, size, dir, attrs);
		else if (!(attrs & DMA_ATTR_MMIO))
			ops->unmap_page(dev, addr, size, dir, attrs);
		else if (ops->unmap_resource)
			ops->unmap_resource(dev, addr, size, dir,
					    attrs & ~DMA_ATTR_MMIO);
	}
}

static noinline void dma_unmap_phys_observed(struct device *dev,
					     dma_addr_t addr, size_t size,
					     enum dma_data_direction dir,
					     unsigned long attrs)
{
	if (dma_debug_active())
		debug_dma_unmap_phys(dev, addr, size, dir, attrs);
	__dma_unmap_phys(dev, addr, size, dir, attrs);
	trace_dma_unmap_phys(dev, addr, size, dir, attrs);
}

/** dma_unmap_phys() - undo dma_map_phys(), same @size, @dir, @attrs. Any context. */
void dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, unsigned long attrs)
{
	if (dma_no_device(dev))
		return;
	if (dma_watched())
		dma_unmap_phys_observed(dev, addr, size, dir, attrs);
	else
		__dma_unmap_phys(dev, addr, size, dir, attrs);
}
EXPORT_SYMBOL_GPL(dma_unmap_phys);

/* A page for custom operations that know nothing else; a physical address for
 * all others, so that one pair of operations maps and unmaps (I2). */
static __always_inline dma_addr_t __dma_map_page(struct device *dev,
						 struct page *page,
						 size_t offset, size_t size,
						 enum dma_data_direction dir,
						 unsigned long attrs)
{
	if (unlikely(get_dma_ops(dev)) &&
	    dma_streaming_backend(dev) == DMA_BACKEND_OPS &&
	    !get_dma_ops(dev)->map_phys)
		return get_dma_ops(dev)->map_page(dev, page, offset, size, dir,
						  attrs);
	return __dma_map_phys(dev, page_to_phys(page) + offset, size, dir,
			      attrs);
}

static noinline dma_addr_t dma_map_page_observed(struct device *dev,
						 struct page *page,
						 size_t offset, size_t size,
						 enum dma_data_direction dir,
						 unsigned long attrs)
{
	dma_addr_t addr = __dma_map_page(dev, page, offset, size, dir, attrs);

	if (dma_debug_active())
		debug_dma_map_phys(dev, page_to_phys(page) + offset, size, dir,
				   addr, attrs);
	trace_dma_map_page(dev, page_to_phys(page) + offset, addr, size, dir,
			   attrs);
	return addr;
}

/**
 * dma_map_page_attrs() - map part of a page, or of several that are contiguous
 * @offset: bytes from the start of @page; may exceed PAGE_SIZE
 *
 * Not for MMIO: DMA_ATTR_MMIO is refused. Otherwise as dma_map_phys().
 *
 * Context: any. Return: device address or DMA_MAPPING_ERROR.
 */
dma_addr_t dma_map_page_attrs(struct device *dev, struct page *page,
			      size_t offset, size_t size,
			      enum dma_data_direction dir, unsigned long attrs)
{
	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	if (unlikely(attrs & DMA_ATTR_MMIO) || !dma_can_map(dev, dir))
		return DMA_MAPPING_ERROR;
	if (dma_watched())
		return dma_map_page_observed(dev, page, offset, size, dir,
					     attrs);
	return __dma_map_page(dev, page, offset, size, dir, attrs);
}
EXPORT_SYMBOL(dma_map_page_attrs);

static noinline void dma_unmap_page_observed(struct device *dev,
					     dma_addr_t addr, size_t size,
					     enum dma_data_direction dir,
					     unsigned long attrs)
{
	if (dma_debug_active())
		debug_dma_unmap_phys(dev, addr, size, dir, attrs);
	__dma_unmap_phys(dev, addr, size, dir, attrs);
	trace_dma_unmap_page(dev, addr, size, dir, attrs);
}

/** dma_unmap_page_attrs() - undo dma_map_page_attrs(). Any context. */
void dma_unmap_page_attrs(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	if (dma_no_device(dev))
		return;
	if (unlikely(attrs & DMA_ATTR_MMIO))
		return;
	if (dma_watched())
		dma_unmap_page_observed(dev, addr, size, dir, attrs);
	else
		__dma_unmap_phys(dev, addr, size, dir, attrs);
}
EXPORT_SYMBOL(dma_unmap_page_attrs);

/**
 * dma_map_resource() - map MMIO of another device
 * @phys_addr: physical address, not RAM
 *
 * No bouncing, not even where everything else is, and no cache maintenance.
 * Without an IOMMU the device address is @phys_addr itself, whatever
 * dev->dma_range_map says (D24).
 *
 * Context: any. Return: device address or DMA_MAPPING_ERROR.
 */
dma_addr_t dma_map_resource(struct device *dev, phys_addr_t phys_addr,
			    size_t size, enum dma_data_direction dir,
			    unsigned long attrs)
{
	dma_addr_t addr;

	if (dma_no_device(dev))
		return DMA_MAPPING_ERROR;
	if (!dma_can_map(dev, dir))
		return DMA_MAPPING_ERROR;
	/* Untrusted devices may map part of a granule here, unlike RAM. */
	if (use_dma_iommu(dev))
		addr = iommu_dma_map_resource(dev, phys_addr, size, dir, attrs);
	else if (dma_streaming_backend(dev) == DMA_BACKEND_DIRECT)
		addr = dma_direct_map_resource(dev, phys_addr, size, dir,
					       attrs);
	else
		addr = __dma_map_phys(dev, phys_addr, size, dir,
				      attrs | DMA_ATTR_MMIO);
	if (dma_debug_active())
		debug_dma_map_phys(dev, phys_addr, size, dir, addr,
				   attrs | DMA_ATTR_MMIO);
	trace_dma_map_resource(dev, phys_addr, addr, size, dir, attrs);
	return addr;
}
EXPORT_SYMBOL(dma_map_resource);

/** dma_unmap_resource() - undo dma_map_resource(), same @size, @dir. Any context. */
void dma_unmap_resource(struct device *dev, dma_addr_t addr, size_t size,
			enum dma_data_direction dir, unsigned long attrs)
{
	if (dma_no_device(dev))
		return;
	if (dma_debug_active())
		debug_dma_unmap_phys(dev, addr, size, dir,
				     attrs | DMA_ATTR_MMIO);
	__dma_unmap_phys(dev, addr, size, dir, attrs | DMA_ATTR_MMIO);
	trace_dma_unmap_resource(dev, addr, size, dir, attrs);
}
EXPORT_SYMBOL(dma_unmap_resource);

/* ---- lists --------------------------------------------------------------------- */

/* The number of segments, 0 without a DMA mask (D11), or -errno. */
static int __dma_map_sg_attrs(struct device *dev, struct scatterlist *sg,
			      int nents, enum dma_data_direction dir,
			      unsigned long attrs)
{
	int ents;

	if (dma_no_device(dev) || dma_no_list(sg))
		return -EINVAL;
	if (dma_list_entries(dev, sg, nents, "dma_map_sg_attrs") < nents)
		return -EINVAL;
	if (!dma_can_map(dev, dir))
		return 0;
	if (unlikely(attrs & DMA_ATTR_REQUIRE_COHERENT) &&
	    !dev_is_dma_coherent(dev))
		return -EOPNOTSUPP;
	switch (dma_streaming_backend(dev)) {
	case DMA_BACKEND_IOMMU:
		ents = iommu_dma_map_sg(dev, sg, nents, dir, attrs);
		break;
	case DMA_BACKEND_DIRECT:
		ents = dma_direct_map_sg(dev, sg, nents, dir, attrs);
		break;
	default:
		ents = get_dma_ops(dev)->map_sg(dev, sg, nents, dir, attrs);
	}
	if (dma_debug_active())
		debug_dma_map_sg(dev, sg, nents, ents, dir, attrs);

	switch (ents) {
	case -EINVAL:
	case -ENOMEM:
	case -EIO:
	case -EREMOTEIO:
		return ents;
	default:
		/* Custom operations may give values that callers never saw. */
		if (WARN_ON_ONCE(ents <= 0)) {
			trace_dma_map_sg_err(dev, sg, nents, ents, dir, attrs);
			return -EIO;
		}
		trace_dma_map_sg(dev, sg, nents, ents, dir, attrs);
		return ents;
	}
}

/**
 * dma_map_sg_attrs() - map a list
 * @nents: entries of the list; more than it has is an error (event
 *	dma-list-short)
 *
 * Context: any. Return: DMA segments, 1..@nents, to be read with sg_dma_address()
 * and sg_dma_len(); 0 on failure, and nothing is mapped.
 */
unsigned int dma_map_sg_attrs(struct device *dev, struct scatterlist *sg,
			      int nents, enum dma_data_direction dir,
			      unsigned long attrs)
{
	int ents = __dma_map_sg_attrs(dev, sg, nents, dir, attrs);

	return ents > 0 ? ents : 0;
}
EXPORT_SYMBOL(dma_map_sg_attrs);

/**
 * dma_map_sgtable() - map a table
 *
 * Context: any.
 * Return: 0 and @sgt->nents is the number of DMA segments; -EINVAL, -ENOMEM,
 * -EIO, -EREMOTEIO (peer memory out of reach), -EOPNOTSUPP
 * (DMA_ATTR_REQUIRE_COHERENT, and @dev does not snoop) and @sgt is as before.
 */
int dma_map_sgtable(struct device *dev, struct sg_table *sgt,
		    enum dma_data_direction dir, unsigned long attrs)
{
	int ents;

	if (dma_no_list(sgt))
		return -EINVAL;
	ents = __dma_map_sg_attrs(dev, sgt->sgl, sgt->orig_nents, dir, attrs);
	if (ents < 0)
		return ents;
	if (dma_debug_active() && !ents)
		debug_dma_no_mask(dev);
	sgt->nents = ents;
	return 0;
}
EXPORT_SYMBOL_GPL(dma_map_sgtable);

/** dma_unmap_sg_attrs() - @nents is the number given to map. Any context. */
void dma_unmap_sg_attrs(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	const struct dma_map_ops *ops;

	if (dma_no_device(dev) || dma_no_list(sg))
		return;
	BUG_ON(!valid_dma_direction(dir));
	if (dma_debug_active())
		debug_dma_unmap_sg(dev, sg, nents, dir, attrs);
	nents = dma_list_entries(dev, sg, nents, __func__);
	trace_dma_unmap_sg(dev, sg, nents, dir, attrs);
	switch (dma_streaming_backend(dev)) {
	case DMA_BACKEND_IOMMU:
		iommu_dma_unmap_sg(dev, sg, nents, dir, attrs);
		return;
	case DMA_BACKEND_DIRECT:
		dma_direct_unmap_sg(dev, sg, nents, dir, attrs);
		return;
	default:
		ops = get_dma_ops(dev);
		if (ops->unmap_sg)
			ops->unmap_sg(dev, sg, nents, dir, attrs);
	}
}
EXPORT_SYMBOL(dma_unmap_sg_attrs);

/* ---- sync ---------------------------------------------------------------------- */

/**
 * __dma_sync_single_for_cpu() - the CPU may look at what the device wrote
 * @addr: anywhere in a mapping of one range
 * @size: bytes from there, inside of it
 * @dir: as mapped; BUG if invalid
 *
 * Drivers call the name without underscores, which skips devices that need no
 * syncs. Context: any.
 */
void __dma_sync_single_for_cpu(struct device *dev, dma_addr_t addr, size_t size,
			       enum dma_data_direction dir)
{
	enum dma_backend backend;

	if (dma_no_device(dev))
		return;
	backend = dma_streaming_backend(dev);
	BUG_ON(!valid_dma_direction(dir));
	if (dma_debug_active())
		debug_dma_sync(dev, addr, size, dir, true);
	if (backend == DMA_BACKEND_IOMMU)
		iommu_dma_sync_single_for_cpu(dev, addr, size, dir);
	else if (backend == DMA_BACKEND_DIRECT)
		dma_direct_sync_single_for_cpu(dev, addr, size, dir);
	else if (get_dma_ops(dev)->sync_single_for_cpu)
		get_dma_ops(dev)->sync_single_for_cpu(dev, addr, size, dir);
	trace_dma_sync_single_for_cpu(dev, addr, size, dir);
}
EXPORT_SYMBOL(__dma_sync_single_for_cpu);

/** __dma_sync_single_for_device() - the device may have it again. Any context. */
void __dma_sync_single_for_device(struct device *dev, dma_addr_t addr,
				  size_t size, enum dma_data_direction dir)
{
	enum dma_backend backend;

	if (dma_no_device(dev))
		return;
	backend = dma_streaming_backend(dev);
	BUG_ON(!valid_dma_direction(dir));
	if (dma_debug_active())
		debug_dma_sync(dev, addr, size, dir, false);
	if (backend == DMA_BACKEND_IOMMU)
		iommu_dma_sync_single_for_device(dev, addr, size, dir);
	else if (backend == DMA_BACKEND_DIRECT)
		dma_direct_sync_single_for_device(dev, addr, size, dir);
	else if (get_dma_ops(dev)->sync_single_for_device)
		get_dma_ops(dev)->sync_single_for_device(dev, addr, size, dir);
	trace_dma_sync_single_for_device(dev, addr, size, dir);
}
EXPORT_SYMBOL(__dma_sync_single_for_device);

/**
 * __dma_sync_sg_for_cpu() - the same of a whole list
 * @nelems: entries as given when mapping, not segments
 * @dir: as mapped; BUG if invalid
 *
 * Context: any.
 */
void __dma_sync_sg_for_cpu(struct device *dev, struct scatterlist *sg,
			   int nelems, enum dma_data_direction dir)
{
	enum dma_backend backend;

	if (dma_no_device(dev) || dma_no_list(sg))
		return;
	backend = dma_streaming_backend(dev);
	BUG_ON(!valid_dma_direction(dir));
	if (dma_debug_active())
		debug_dma_sync_sg(dev, sg, nelems, dir, true);
	nelems = dma_list_entries(dev, sg, nelems, __func__);
	if (backend == DMA_BACKEND_IOMMU)
		iommu_dma_sync_sg_for_cpu(dev, sg, nelems, dir);
	else if (backend == DMA_BACKEND_DIRECT)
		dma_direct_sync_sg_for_cpu(dev, sg, nelems, dir);
	else if (get_dma_ops(dev)->sync_sg_for_cpu)
		get_dma_ops(dev)->sync_sg_for_cpu(dev, sg, nelems, dir);
	trace_dma_sync_sg_for_cpu(dev, sg, nelems, dir);
}
EXPORT_SYMBOL(__dma_sync_sg_for_cpu);

/** __dma_sync_sg_for_device() - the device may have it again. Any context. */
void __dma_sync_sg_for_device(struct device *dev, struct scatterlist *sg,
			      int nelems, enum dma_data_direction dir)
{
	enum dma_backend backend;

	if (dma_no_device(dev) || dma_no_list(sg))
		return;
	backend = dma_streaming_backend(dev);
	BUG_ON(!valid_dma_direction(dir));
	if (dma_debug_active())
		debug_dma_sync_sg(dev, sg, nelems, dir, false);
	nelems = dma_list_entries(dev, sg, nelems, __func__);
	if (backend == DMA_BACKEND_IOMMU)
		iommu_dma_sync_sg_for_device(dev, sg, nelems, dir);
	else if (backend == DMA_BACKEND_DIRECT)
		dma_direct_sync_sg_for_device(dev, sg, nelems, dir);
	else if (get_dma_ops(dev)->sync_sg_for_device)
		get_dma_ops(dev)->sync_sg_for_device(dev, sg, nelems, dir);
	trace_dma_sync_sg_for_device(dev, sg, nelems, dir);
}
EXPORT_SYMBOL(__dma_sync_sg_for_device);

/** __dma_need_sync() - dma_need_sync() for a device that may need one. Any context. */
bool __dma_need_sync(struct device *dev, dma_addr_t dma_addr)
{
	if (dma_no_device(dev))
		return false;
	if (dma_streaming_backend(dev) != DMA_BACKEND_DIRECT)
		return true;
	return dma_direct_need_sync(dev, dma_addr);
}
EXPORT_SYMBOL_GPL(__dma_need_sync);

/**
 * dma_need_unmap() - does anything happen at unmap for this device?
 *
 * Ask after mapping: a mapping that had to bounce turns the answer to true.
 * Context: any.
 */
bool dma_need_unmap(struct device *dev)
{
	if (dma_no_device(dev))
		return false;
	return dma_streaming_backend(dev) != DMA_BACKEND_DIRECT ||
	       dma_dev_need_sync(dev);
}
EXPORT_SYMBOL_GPL(dma_need_unmap);

/* ---- masks ----------------------------------------------------------------------- */

static bool dma_supports_mask(struct device *dev, u64 mask)
{
	const struct dma_map_ops *ops = get_dma_ops(dev);

	if (use_dma_iommu(dev))
		return !WARN_ON(ops);
	if (!ops)
		return dma_direct_supported(dev, mask);
	return !ops->dma_supported || ops->dma_supported(dev, mask);
}

/* From here on, may the driver's sync calls be skipped? */
static void dma_decide_sync(struct device *dev)
{
	const struct dma_map_ops *ops = get_dma_ops(dev);

	if (dma_streaming_backend(dev) != DMA_BACKEND_OPS)
		dev->dma_skip_sync = dev_is_dma_coherent(dev);
	else
		dev->dma_skip_sync = !ops->sync_single_for_device &&
				     !ops->sync_single_for_cpu &&
				     !ops->sync_sg_for_device &&
				     !ops->sync_sg_for_cpu;
}

/* What was bounced before needs its syncs; with the quirk they are skipped. */
static noinline void dma_heed_live_bounces(struct device *dev)
{
	unsigned int live = swiotlb_live_buffers(dev);

	if (!live || !dev->dma_skip_sync)
		return;
	if (!lib_quirk(QUIRK_MASK_ENDS_SYNC)) {
		dev->dma_skip_sync = false;
		return;
	}
	if (IS_ENABLED(DMASIM_DEBUG))
		lib_event(
			LIB_EVENT_NOTE, "dma-mask-live-bounce", dev,
			*dev->dma_mask, 0,
			"dma_set_mask() with %u live bounce buffers: their syncs are skipped now",
			live);
}

/**
 * dma_set_mask() - declare which addresses @dev can issue for streaming DMA
 *
 * Context: process, before the first mapping.
 * Return: 0; -EIO if the device has no storage for a mask, or the machine cannot
 * serve @mask; then the old mask stays.
 */
int dma_set_mask(struct device *dev, u64 mask)
{
	if (dma_no_device(dev))
		return -EIO;
	mask = (dma_addr_t)mask;
	if (!dev->dma_mask || !dma_supports_mask(dev, mask))
		return -EIO;
	arch_dma_set_mask(dev, mask);
	*dev->dma_mask = mask;
	dma_decide_sync(dev);
	if (unlikely(dev->dma_uses_io_tlb))
		dma_heed_live_bounces(dev);
	return 0;
}
EXPORT_SYMBOL(dma_set_mask);

/**
 * dma_set_coherent_mask() - the same for coherent memory
 *
 * Needs no storage. Context: process, before the first allocation.
 * Return: 0; -EIO if the machine cannot serve @mask, and the old one stays.
 */
int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	if (dma_no_device(dev))
		return -EIO;
	mask = (dma_addr_t)mask;
	if (!dma_supports_mask(dev, mask))
		return -EIO;
	dev->coherent_dma_mask = mask;
	return 0;
}
EXPORT_SYMBOL(dma_set_coherent_mask);

/** dma_get_required_mask() - mask that spares the device all detours. Any context. */
u64 dma_get_required_mask(struct device *dev)
{
	const struct dma_map_ops *ops;

	if (dma_no_device(dev))
		return 0;
	ops = get_dma_ops(dev);
	switch (dma_streaming_backend(dev)) {
	case DMA_BACKEND_DIRECT:
		return dma_direct_get_required_mask(dev);
	case DMA_BACKEND_OPS:
		if (ops->get_required_mask)
			return ops->get_required_mask(dev);
		fallthrough;
	default:
		return DMA_BIT_MASK(32);
	}
}
EXPORT_SYMBOL_GPL(dma_get_required_mask);

/** dma_addressing_limited() - is there memory that @dev cannot reach? Any context. */
bool dma_addressing_limited(struct device *dev)
{
	u64 limit;

	if (dma_no_device(dev))
		return false;
	limit = min_not_zero(dma_get_mask(dev), dev->bus_dma_limit);
	if (limit < dma_get_required_mask(dev))
		return true;
	return dma_streaming_backend(dev) == DMA_BACKEND_DIRECT &&
	       !dma_direct_all_ram_mapped(dev);
}
EXPORT_SYMBOL_GPL(dma_addressing_limited);

/* ---- sizes ------------------------------------------------------------------------- */

/**
 * dma_max_mapping_size() - longest range one map call can serve
 *
 * Context: any. Return: bytes; SIZE_MAX: any.
 */
size_t dma_max_mapping_size(struct device *dev)
{
	const struct dma_map_ops *ops;

	if (dma_no_device(dev))
		return 0;
	ops = get_dma_ops(dev);
	switch (dma_streaming_backend(dev)) {
	case DMA_BACKEND_DIRECT:
		return dma_direct_max_mapping_size(dev);
	case DMA_BACKEND_IOMMU:
		return iommu_dma_max_mapping_size(dev);
	default:
		return ops->max_mapping_size ? ops->max_mapping_size(dev) :
					       SIZE_MAX;
	}
}
EXPORT_SYMBOL_GPL(dma_max_mapping_size);

/**
 * dma_opt_mapping_size() - longest range that is still cheap to map
 *
 * Context: any. Return: bytes, at most dma_max_mapping_size().
 */
size_t dma_opt_mapping_size(struct device *dev)
{
	const struct dma_map_ops *ops;
	size_t opt = SIZE_MAX;

	if (dma_no_device(dev))
		return 0;
	ops = get_dma_ops(dev);
	if (use_dma_iommu(dev))
		opt = iommu_dma_opt_mapping_size();
	else if (ops && ops->opt_mapping_size)
		opt = ops->opt_mapping_size();
	return min(dma_max_mapping_size(dev), opt);
}
EXPORT_SYMBOL_GPL(dma_opt_mapping_size);

/**
 * dma_get_merge_boundary() - smallest unit the back end can join, minus 1
 *
 * Context: any.
 * Return: 0 if it cannot make separate pages contiguous.
 */
unsigned long dma_get_merge_boundary(struct device *dev)
{
	const struct dma_map_ops *ops;

	if (dma_no_device(dev))
		return 0;
	ops = get_dma_ops(dev);
	if (use_dma_iommu(dev))
		return iommu_dma_get_merge_boundary(dev);
	return ops && ops->get_merge_boundary ? ops->get_merge_boundary(dev) :
						0;
}
EXPORT_SYMBOL_GPL(dma_get_merge_boundary);

/** dma_pci_p2pdma_supported() - do lists with peer memory work for @dev? Any context. */
bool dma_pci_p2pdma_supported(struct device *dev)
{
	if (dma_no_device(dev))
		return false;
	return !get_dma_ops(dev);
}
EXPORT_SYMBOL_GPL(dma_pci_p2pdma_supported);

/* ---- a device that must never do DMA --------------------------------------------------- */

static dma_addr_t dma_dummy_map_page(struct device *dev, struct page *page,
				     unsigned long offset, size_t size,
				     enum dma_data_direction dir,
				     unsigned long attrs)
{
	return DMA_MAPPING_ERROR;
}

static void dma_dummy_unmap_page(struct device *dev, dma_addr_t dma_handle,
				 size_t size, enum dma_data_direction dir,
				 unsigned long attrs)
{
	WARN_ON_ONCE(true);
}

static int dma_dummy_map_sg(struct device *dev, struct scatterlist *sg,
			    int nents, enum dma_data_direction dir,
			    unsigned long attrs)
{
	return -EINVAL;
}

static void dma_dummy_unmap_sg(struct device *dev, struct scatterlist *sg,
			       int nents, enum dma_data_direction dir,
			       unsigned long attrs)
{
	WARN_ON_ONCE(true);
}

static int dma_dummy_mmap(struct device *dev, struct vm_area_struct *vma,
			  void *cpu_addr, dma_addr_t dma_addr, size_t size,
			  unsigned long attrs)
{
	return -ENXIO;
}

static int dma_dummy_supported(struct device *dev, u64 mask)
{
	return 0;
}

const struct dma_map_ops dma_dummy_ops = {
	.map_page = dma_dummy_map_page,
	.unmap_page = dma_dummy_unmap_page,
	.map_sg = dma_dummy_map_sg,
	.unmap_sg = dma_dummy_unmap_sg,
	.mmap = dma_dummy_mmap,
	.dma_supported = dma_dummy_supported,
};
EXPORT_SYMBOL(dma_dummy_ops);
