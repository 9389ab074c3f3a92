/* SPDX-License-Identifier: MIT */
/*
 * Two-step mapping: reserve IOVA once, link physical ranges into it, sync once.
 * Models drivers/iommu/dma-iommu.c (dma_iova_*), 6.17.
 *
 *   state->addr                                    + size
 *   |<- pad ->|== linked ==|== linked ==|   free   |<- pad ->|
 *   ^ granule                                      granule   ^
 *
 * A state is 16 bytes of the caller; nothing else is recorded. Page-table
 * memory is the only other thing a link can need.
 *
 *	try_alloc -> link ... link -> sync -> (device works) -> destroy
 *	                                                     or unlink ..., free
 *
 * Departures from 6.17, all for the better: a link that fails half way takes
 * back its own range only; nothing is mapped for an empty middle; destroy gives
 * back what was reserved even if less was linked; bounced granules are copied
 * back and released only after the device has lost them; a bounced head keeps
 * its offset whatever the device's minimum alignment; unlinking nothing does
 * nothing; a link beyond the reservation and a second free are refused, and an
 * unlink goes no further. Quirks
 * bring most of that back (lib/quirk.h), and then I1 to I3 do not hold.
 *
 * I1  A linked range never leaves [addr - pad, align(addr + size)).
 * I2  While any byte of the state is bounced, DMA_IOVA_USE_SWIOTLB is set.
 *     DMA_IOVA_GIVEN_BACK is set from free or destroy on; dma_use_iova() goes
 *     on saying yes, as drivers know it.
 * I3  After a failed link no byte of the asked range translates, and every
 *     range linked before still does.
 * I4  dma_iova_link() reaches the page table through iommu_map_nosync(), inlined
 *     where it matters, and the format's map_range; the IOTLB is left alone until
 *     dma_iova_sync().
 * I5  unlink and free complete at once, even in lazy mode; only a destroy may
 *     leave invalidation and IOVA to the flush queue.
 * Locks: none here; the caller serialises calls on one state.
 * Tests: tests/unit/dma/test_dma_iova.c
 */
#include <linux/bug.h>
#include <linux/export.h>
#include <linux/string.h>
#include <trace/events/dmasim.h>

#include "dma/debug.h"
#include "dma/dma_iommu.h"

/* Where a state's granules begin, and the bytes up to their end. */
static inline dma_addr_t dma_iova_base(struct iova_domain *iovad,
				       const struct dma_iova_state *state)
{
	return state->addr & ~(dma_addr_t)iova_mask(iovad);
}

static inline size_t dma_iova_span(struct iova_domain *iovad,
				   struct dma_iova_state *state)
{
	return iova_align(iovad, dma_iova_size(state) +
					 iova_offset(iovad, state->addr));
}

static __always_inline bool __dma_iova_try_alloc(struct device *dev,
						 struct dma_iova_state *state,
						 phys_addr_t phys, size_t size)
{
	struct iommu_domain *domain;
	struct iova_domain *iovad;
	dma_addr_t base;
	size_t pad;

	*state = (struct dma_iova_state){};
	if (!use_dma_iommu(dev))
		return false;
	domain = iommu_fast_dma_domain(dev);
	if (!iommu_dma_attach_ok(dev, domain))
		return false;
	if (WARN_ON_ONCE(!size))
		return false;
	if (WARN_ON_ONCE(size & DMA_IOVA_USE_SWIOTLB))
		return false;
	if (unlikely(size & DMA_IOVA_GIVEN_BACK))
		return false;

	iovad = iommu_dma_iovad(domain);
#ifdef DMASIM_DEBUG
	if (dma_get_min_align_mask(dev) > iova_mask(iovad))
		lib_event(LIB_EVENT_NOTE, "dma-iova-min-align", dev, 0, size,
			  "min_align_mask 0x%x is beyond the granule",
			  dma_get_min_align_mask(dev));
#endif
	pad = iova_offset(iovad, phys);
	base = iommu_dma_alloc_iova(domain, iova_align(iovad, size + pad),
				    dma_get_mask(dev), dev);
	if (!base)
		return false;
	state->addr = base + pad;
	state->__size = size;
	return true;
}

static noinline bool dma_iova_try_alloc_observed(struct device *dev,
						 struct dma_iova_state *state,
						 phys_addr_t phys, size_t size)
{
	bool ok;

	if (dma_debug_active())
		debug_dma_iova_reuse(dev, state);
	ok = __dma_iova_try_alloc(dev, state, phys, size);
	if (dma_debug_active() && ok)
		debug_dma_iova_alloc(dev, state);
	trace_dma_iova_alloc(dev, ok ? state->addr : DMA_MAPPING_ERROR, size,
			     phys);
	return ok;
}

/**
 * dma_iova_try_alloc() - reserve device addresses for @size bytes
 * @dev: device that will use them
 * @state: zeroed, then filled on success
 * @phys: only its offset within a granule counts: the first byte of the state
 *	gets the same one. 0 for aligned memory.
 * @size: bytes, not 0, below 2^63
 *
 * Context: any.
 * Return: true; false if @dev does not go through an IOMMU, if there is no room
 * below its limits, or for an impossible @size (WARN). The caller then maps
 * page by page.
 */
bool dma_iova_try_alloc(struct device *dev, struct dma_iova_state *state,
			phys_addr_t phys, size_t size)
{
	if (dma_no_device(dev)) {
		*state = (struct dma_iova_state){};
		return false;
	}
	if (dma_watched())
		return dma_iova_try_alloc_observed(dev, state, phys, size);
	return __dma_iova_try_alloc(dev, state, phys, size);
}
EXPORT_SYMBOL_GPL(dma_iova_try_alloc);

/* Without an IOMMU nothing can have been reserved: the answer of try_alloc, or
 * the device, was not looked at. */
static noinline bool dma_iova_report_foreign(struct device *dev,
					     struct dma_iova_state *state,
					     const char *call)
{
	lib_event(LIB_EVENT_MISUSE, "dma-iova-unallocated", dev, state->addr,
		  dma_iova_size(state), "%s() for %s", call,
		  dev ? "a device without addresses of its own" : "no device");
	return true;
}

static __always_inline bool dma_iova_is_foreign(struct device *dev,
						struct dma_iova_state *state,
						const char *call)
{
	return unlikely(!dev || !use_dma_iommu(dev)) &&
	       dma_iova_report_foreign(dev, state, call);
}

/*
 * A state that was never reserved has nothing to give back, nor has one that
 * was given back already: its addresses may be another mapping's by now.
 */
static inline bool dma_iova_is_live(struct device *dev,
				    struct dma_iova_state *state,
				    const char *call)
{
	if (unlikely(dma_iova_is_foreign(dev, state, call)))
		return false;
	if (likely(state->__size && !(state->__size & DMA_IOVA_GIVEN_BACK)))
		return true;
	if (state->__size && lib_quirk(QUIRK_STATE_UNCHECKED))
		return true;
	if (!state->__size)
		lib_event(LIB_EVENT_MISUSE, "dma-iova-unallocated", dev,
			  state->addr, 0, "%s() of a state without addresses",
			  call);
	else
		lib_event(LIB_EVENT_MISUSE, "dma-iova-double-free", dev,
			  state->addr, dma_iova_size(state),
			  "%s() of a state that was given back", call);
	return false;
}

static void __dma_iova_free(struct device *dev, struct dma_iova_state *state,
			    const char *call)
{
	struct iommu_domain *domain;
	struct iova_domain *iovad;

	if (!dma_iova_is_live(dev, state, call))
		return;
	if (dma_debug_active())
		debug_dma_iova_destroy(dev, state, 0, DMA_NONE, 0);
	domain = iommu_fast_dma_domain(dev);
	iovad = iommu_dma_iovad(domain);
	iommu_dma_free_iova(domain, dma_iova_base(iovad, state),
			    dma_iova_span(iovad, state));
	state->__size |= DMA_IOVA_GIVEN_BACK;
}

/**
 * dma_iova_free() - give the addresses of @state back
 *
 * Nothing may be linked any more. @state keeps its contents, which are stale.
 * Context: any. The range can be handed out again at once.
 */
void dma_iova_free(struct device *dev, struct dma_iova_state *state)
{
	if (dma_no_device(dev))
		return;
	trace_dma_iova_free(dev, state->addr, dma_iova_size(state));
	__dma_iova_free(dev, state, __func__);
}
EXPORT_SYMBOL_GPL(dma_iova_free);

/*
 * Go through [first, first + size) granule by granule because a granule may be
 * bounced, or CPU caches hold stale lines of it. A bounced granule is taken from
 * the device first; only then is its slot copied back and released. Returns how
 * many bytes, from the first granule on, are unmapped already.
 */
static noinline size_t dma_iova_unlink_slow(struct device *dev,
					    struct iommu_domain *domain,
					    dma_addr_t first, size_t size,
					    enum dma_data_direction dir,
					    unsigned long attrs)
{
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	bool maintain = dma_needs_maintenance(dev, attrs);
	dma_addr_t begin = first & ~(dma_addr_t)iova_mask(iovad);
	size_t done = 0, pos = 0, next;

	/* Lengths, not ends: a range may reach the top of the address space. */
	for (; pos < size; pos = next) {
		phys_addr_t phys = iommu_iova_to_phys(domain, first + pos);
		size_t len, upto;

		if (WARN_ON(!phys))
			break;
		len = min_t(size_t, size - pos,
			    iovad->granule - iova_offset(iovad, first + pos));
		next = pos + len;
		upto = iova_align(iovad, first - begin + next);
		if (maintain)
			arch_sync_dma_for_cpu(phys, len, dir);
		if (!swiotlb_find_pool(dev, phys))
			continue;
		if (maintain)
			arch_sync_dma_flush();
		/* The device still has the slot that others may get now. */
		if (lib_quirk(QUIRK_RELEASE_EARLY)) {
			swiotlb_tbl_unmap_single(dev, phys, len, dir, attrs);
			continue;
		}
		__iommu_dma_unmap(domain, begin + done, upto - done, 0, 0);
		done = upto;
		swiotlb_tbl_unmap_single(dev, phys, len, dir, attrs);
	}
	if (maintain)
		arch_sync_dma_flush();
	return done;
}

/* I1 for what goes: others have what lies beyond. */
static noinline void dma_iova_report_unlink(struct device *dev,
					    struct dma_iova_state *state,
					    dma_addr_t first, size_t size)
{
	lib_event(LIB_EVENT_MISUSE, "dma-iova-range", dev, first, size,
		  "unlink beyond the %zu bytes of a state",
		  dma_iova_size(state));
}

/* Unmap bytes [offset, offset + size) of a state; @free: and give all of it
 * back. @size is not 0. */
static inline void __dma_iova_unlink(struct device *dev,
				     struct dma_iova_state *state,
				     size_t offset, size_t size,
				     enum dma_data_direction dir,
				     unsigned long attrs, bool free)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	dma_addr_t first = state->addr + offset;
	dma_addr_t start = first & ~(dma_addr_t)iova_mask(iovad);
	size_t len = iova_align(iovad, first - start + size), done = 0;
	dma_addr_t base = dma_iova_base(iovad, state);
	size_t whole = dma_iova_span(iovad, state);
	size_t span = free ? whole : 0;

	/* The rest stays taken, and the caches file it under the wrong size. */
	if (free && lib_quirk(QUIRK_DESTROY_SHORT))
		span = len;
	if (unlikely(start - base >= whole || len < size ||
		     len > whole - (start - base)) &&
	    !lib_quirk(QUIRK_STATE_UNCHECKED)) {
		dma_iova_report_unlink(dev, state, first, size);
		if (start - base >= whole)
			return;
		size = whole - (first - base);
		len = whole - (start - base);
	}
	if (unlikely(len < size || start + (len - 1) < start))
		return;
	if (unlikely(state->__size & DMA_IOVA_USE_SWIOTLB) ||
	    dma_needs_maintenance(dev, attrs))
		done = dma_iova_unlink_slow(dev, domain, first, size, dir,
					    attrs);
	if (likely(done < len))
		__iommu_dma_unmap(domain, start + done, len - done, base, span);
	else if (free)
		iommu_dma_free_iova(domain, base, span);
}

/**
 * dma_iova_unlink() - unmap part of a state; it can be linked anew
 * @offset, @size: bytes of the state, all of them linked; @size 0 does nothing,
 *	and what is not of the state stays (event dma-iova-range)
 * @dir, @attrs: as given when linking
 *
 * Context: any. On return the device has lost the range, in lazy mode, too.
 */
void dma_iova_unlink(struct device *dev, struct dma_iova_state *state,
		     size_t offset, size_t size, enum dma_data_direction dir,
		     unsigned long attrs)
{
	if (dma_no_device(dev))
		return;
	trace_dma_iova_unlink(dev, state->addr, offset, size, dir, attrs);
	if (!size || !dma_iova_is_live(dev, state, __func__))
		return;
	if (dma_debug_active())
		debug_dma_iova_unlink(dev, state, offset, size, dir, attrs);
	__dma_iova_unlink(dev, state, offset, size, dir, attrs, false);
	dma_count_unmap();
}
EXPORT_SYMBOL_GPL(dma_iova_unlink);

/**
 * dma_iova_destroy() - unmap what is linked and give the addresses back
 * @mapped_len: bytes linked from the start of the state; 0: only free; what is
 *	more than the state has is left alone (event dma-iova-range)
 * @dir, @attrs: as given when linking
 *
 * Context: any. In lazy mode the device may reach the range until the flush
 * queue is emptied, and nobody gets the addresses before.
 */
void dma_iova_destroy(struct device *dev, struct dma_iova_state *state,
		      size_t mapped_len, enum dma_data_direction dir,
		      unsigned long attrs)
{
	if (dma_no_device(dev))
		return;
	trace_dma_iova_destroy(dev, state->addr, dma_iova_size(state),
			       mapped_len, dir, attrs);
	if (!mapped_len) {
		__dma_iova_free(dev, state, "dma_iova_free");
		return;
	}
	if (!dma_iova_is_live(dev, state, __func__))
		return;
	if (dma_debug_active())
		debug_dma_iova_destroy(dev, state, mapped_len, dir, attrs);
	__dma_iova_unlink(dev, state, 0, mapped_len, dir, attrs, true);
	state->__size |= DMA_IOVA_GIVEN_BACK;
	dma_count_unmap();
}
EXPORT_SYMBOL_GPL(dma_iova_destroy);

/* One granule of a state through a bounce buffer; @phys may lie inside it. */
static int dma_iova_bounce_granule(struct device *dev,
				   struct dma_iova_state *state,
				   phys_addr_t phys, size_t offset, size_t len,
				   enum dma_data_direction dir,
				   unsigned long attrs)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	bool coherent = dev_is_dma_coherent(dev);
	size_t pad = iova_offset(iovad, phys);
	unsigned int keep = iova_mask(iovad);
	phys_addr_t slot;
	int ret;

	/* The state says where in its granule the first byte lies; a slot that
	 * only heeds the device's alignment mask cannot be mapped there. */
	if (lib_quirk(QUIRK_LINK_HEAD_OFFSET))
		keep = 0;
	slot = iommu_dma_map_swiotlb(dev, phys, len, keep, dir, attrs);
	if (slot == (phys_addr_t)DMA_MAPPING_ERROR)
		return -ENOMEM;
	if (dma_needs_maintenance(dev, attrs))
		arch_sync_dma_for_device(slot, len, dir);
	ret = iommu_map_nosync(domain, state->addr + offset - pad, slot - pad,
			       iovad->granule,
			       iommu_dma_prot(dir, coherent, attrs),
			       GFP_ATOMIC);
	if (ret) {
		swiotlb_tbl_unmap_single(dev, slot, len, dir,
					 attrs | DMA_ATTR_SKIP_CPU_SYNC);
		return ret;
	}
	state->__size |= DMA_IOVA_USE_SWIOTLB;
	return 0;
}

/*
 * Unaligned edges of a device that must not see their surroundings: head and
 * tail granule go through bounce buffers, what lies between is mapped in place.
 */
static noinline int
dma_iova_link_bounced(struct device *dev, struct dma_iova_state *state,
		      phys_addr_t phys, size_t offset, size_t size,
		      enum dma_data_direction dir, unsigned long attrs)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	int prot = iommu_dma_prot(dir, dev_is_dma_coherent(dev), attrs);
	size_t pad = iova_offset(iovad, phys);
	size_t done = 0, middle, tail;
	int ret;

	if (attrs & (DMA_ATTR_MMIO | DMA_ATTR_REQUIRE_COHERENT))
		return -EPERM;
	if (dma_phys_is_peer(phys))
		return -EREMOTEIO;

	if (pad) {
		size_t head = min(size, iovad->granule - pad);

		ret = dma_iova_bounce_granule(dev, state, phys, offset, head,
					      dir, attrs);
		if (ret)
			return ret;
		done = head;
	}
	middle = iova_align_down(iovad, size - done);
	if (middle) {
		if (dma_needs_maintenance(dev, attrs))
			arch_sync_dma_for_device(phys + done, middle, dir);
		ret = iommu_map_nosync(domain, state->addr + offset + done,
				       phys + done, middle, prot, GFP_ATOMIC);
		if (ret)
			goto err_take_back;
		done += middle;
	}
	tail = size - done;
	if (tail) {
		ret = dma_iova_bounce_granule(dev, state, phys + done,
					      offset + done, tail, dir, attrs);
		if (ret)
			goto err_take_back;
	}
	dma_count_map();
	return 0;

err_take_back:
	/* I3: this call's part only; the caller's data was never changed. */
	if (lib_quirk(QUIRK_LINK_ROLLBACK))
		offset = 0;
	if (done)
		__dma_iova_unlink(dev, state, offset, done, dir,
				  attrs | DMA_ATTR_SKIP_CPU_SYNC, false);
	return ret;
}

/* Unaligned ranges, CPU caches to maintain, attributes, or just any link. */
static int __dma_iova_link(struct device *dev, struct dma_iova_state *state,
			   phys_addr_t phys, size_t offset, size_t size,
			   enum dma_data_direction dir, unsigned long attrs)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	int prot = iommu_dma_prot(dir, dev_is_dma_coherent(dev), attrs);
	size_t pad = iova_offset(iovad, phys);
	size_t len = iova_align(iovad, size + pad);
	int ret;

	if (unlikely(attrs & DMA_ATTR_REQUIRE_COHERENT) &&
	    (!dev_is_dma_coherent(dev) ||
	     WARN_ON_ONCE(state->__size & DMA_IOVA_USE_SWIOTLB)))
		return -EOPNOTSUPP;
	if (WARN_ON_ONCE(pad && offset))
		return -EIO;
	if (len < size)
		return -EINVAL;
	/* I1; 6.17 would map over whatever comes after the state. */
	if ((offset + len < len ||
	     offset + len > dma_iova_span(iovad, state)) &&
	    !lib_quirk(QUIRK_STATE_UNCHECKED)) {
		lib_event(LIB_EVENT_MISUSE, "dma-iova-range", dev,
			  state->addr + offset, size,
			  "link beyond the %zu bytes of a state",
			  dma_iova_size(state));
		return -EINVAL;
	}
	if (iova_offset(iovad, phys | size) &&
	    iommu_dma_bounces(dev, size, dir))
		return dma_iova_link_bounced(dev, state, phys, offset, size,
					     dir, attrs);
	if (dma_needs_maintenance(dev, attrs))
		arch_sync_dma_for_device(phys, size, dir);
	/* A state with another offset than phys gets -EINVAL from this. */
	ret = iommu_map_nosync(domain, state->addr + offset - pad, phys - pad,
			       len, prot, GFP_ATOMIC);
	if (!ret)
		dma_count_map();
	return ret;
}

/* The uncommon links, and those that are traced or checked. */
static noinline int
dma_iova_link_uncommon(struct device *dev, struct dma_iova_state *state,
		       phys_addr_t phys, size_t offset, size_t size,
		       enum dma_data_direction dir, unsigned long attrs)
{
	int ret;

	if (dma_iova_is_foreign(dev, state, "dma_iova_link"))
		return -EOPNOTSUPP;
	ret = __dma_iova_link(dev, state, phys, offset, size, dir, attrs);
	if (dma_debug_active())
		debug_dma_iova_link(dev, state, phys, offset, size, dir, attrs,
				    ret);
	trace_dma_iova_link(dev, state->addr, offset, phys, size, dir, attrs,
			    ret);
	return ret;
}

/**
 * dma_iova_link() - map @size bytes at @phys to @offset of the state
 * @phys: physical address; must be granule-aligned unless @offset is 0
 * @offset: bytes into the state, granule-aligned
 * @size: bytes; must end on a granule unless this is the last range
 * @dir: direction of the data
 * @attrs: DMA_ATTR_*
 *
 * The device must not use the range before dma_iova_sync(). What shares the
 * first and last granule with the range becomes visible to the device as well.
 *
 * Context: any.
 * Return: 0; -EIO if an unaligned range does not start the state (WARN);
 * -EINVAL if @phys and state disagree about the offset in the granule, or the
 * range does not fit the state (reported); -EADDRINUSE over a range that is
 * linked; -ENOMEM without memory for a page table or a bounce buffer; -ERANGE
 * beyond what the page table can translate; -EOPNOTSUPP for
 * DMA_ATTR_REQUIRE_COHERENT and a device that does not snoop or a state with a
 * bounced link (WARN), and for a device that dma_iova_try_alloc() says no to
 * (reported); -EPERM for that attribute or MMIO, and -EREMOTEIO for peer memory, if the range would have to
 * be bounced. Nothing of the range is then linked, earlier ranges stay.
 */
int dma_iova_link(struct device *dev, struct dma_iova_state *state,
		  phys_addr_t phys, size_t offset, size_t size,
		  enum dma_data_direction dir, unsigned long attrs)
{
	struct iommu_domain *domain;
	struct iova_domain *iovad;
	size_t end;
	int ret;

	/* Whole granules inside the state, coherent, nothing special: the path
	 * that is taken a million times saves no register for the others. */
	if (unlikely(!dev) || unlikely(!use_dma_iommu(dev)))
		return dma_iova_link_uncommon(dev, state, phys, offset, size,
					      dir, attrs);
	domain = iommu_fast_dma_domain(dev);
	iovad = iommu_dma_iovad(domain);
	if (unlikely(iova_offset(iovad, phys | size)) ||
	    unlikely(__builtin_add_overflow(offset, size, &end)) ||
	    unlikely(end > state->__size) ||
	    unlikely(!dev_is_dma_coherent(dev)) || unlikely(attrs) ||
	    dma_watched())
		return dma_iova_link_uncommon(dev, state, phys, offset, size,
					      dir, attrs);
	ret = iommu_map_untraced(domain, state->addr + offset, phys, size,
				 iommu_dma_prot(dir, true, 0), GFP_ATOMIC);
	if (likely(!ret))
		dma_count_map();
	return ret;
}
EXPORT_SYMBOL_GPL(dma_iova_link);

static __always_inline int __dma_iova_sync(struct device *dev,
					   struct dma_iova_state *state,
					   size_t offset, size_t size)
{
	struct iommu_domain *domain = iommu_fast_dma_domain(dev);
	struct iova_domain *iovad = iommu_dma_iovad(domain);
	dma_addr_t first = state->addr + offset;
	dma_addr_t start = first & ~(dma_addr_t)iova_mask(iovad);

	dma_end_maintenance(dev);
	return iommu_sync_map(domain, start,
			      iova_align(iovad, first + size) - start);
}

static noinline int dma_iova_sync_observed(struct device *dev,
					   struct dma_iova_state *state,
					   size_t offset, size_t size)
{
	int ret;

	if (dma_debug_active())
		debug_dma_iova_sync(dev, state, offset, size);
	ret = __dma_iova_sync(dev, state, offset, size);
	trace_dma_iova_sync(dev, state->addr, offset, size, ret);
	return ret;
}

/**
 * dma_iova_sync() - make linked ranges visible to the device
 * @offset, @size: bytes of the state; one call may cover many links
 *
 * Also waits, once, for the cache maintenance of the links if @dev does not
 * snoop.
 *
 * Context: any.
 * Return: 0 or the errno of the IOMMU driver; the caller then unlinks.
 * -EOPNOTSUPP for a device that dma_iova_try_alloc() says no to (reported).
 */
int dma_iova_sync(struct device *dev, struct dma_iova_state *state,
		  size_t offset, size_t size)
{
	if (dma_iova_is_foreign(dev, state, __func__))
		return -EOPNOTSUPP;
	if (dma_watched())
		return dma_iova_sync_observed(dev, state, offset, size);
	return __dma_iova_sync(dev, state, offset, size);
}
EXPORT_SYMBOL_GPL(dma_iova_sync);
