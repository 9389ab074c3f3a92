/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers: slots of a pool, found, filled, copied and released.
 * Models kernel/dma/swiotlb.c, 6.17.
 *
 *	pool   | area 0                    | area 1                    | ...
 *	area   | set | set | set | set     |       a lock and a cursor
 *	set    128 slots of 2 KiB; a buffer stays within one set
 *
 *	buffer of three slots, one of them padding to reach an alignment:
 *	       | pad       |   ##########|##########-|
 *	        ^ unit of    ^ address, as far into its slot as the original
 *	        alignment      is into 2 KiB
 *
 * A search begins in the CPU's own area at its cursor and takes the first run
 * that fits; `list` of a slot says how many free slots follow in its set. What a
 * buffer is a copy of is noted in each slot, so that any part can be synced.
 *
 * Departures from 6.17: a release of something that is no live buffer is
 * reported and ignored; releasing the newest buffer of an area takes the cursor
 * back, so that one buffer at a time stays in warm memory; slots remember the offset instead of computing it from
 * the device's mask of the moment.
 *
 * I1  A slot with list 0 is used; the others count down to the next used slot
 *     or to the end of the set.
 * I2  bounce & mask == original & mask, mask being the device's minimum
 *     alignment mask and what the caller wants kept.
 * I3  The copy holds the original's bytes before the device can see it, for
 *     every direction.
 * I4  area->used is the number of its used slots, padding included.
 * Locks: area->lock, a leaf, irq-safe; copying takes none.
 * Tests: tests/unit/swiotlb/test_slots.c, tests/unit/swiotlb/test_model.c,
 * tests/unit/swiotlb/test_threads.c; pools that come and go:
 * tests/unit/swiotlb/test_dynamic.c
 */
#include <linux/bug.h>
#include <linux/dma-direct.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "mm/mm.h"
#include "swiotlb/slots.h"

struct lib_counter swiotlb_bounces;
static void (*release_hook)(phys_addr_t slots, size_t bytes);

#define SLOT_MASK (IO_TLB_SIZE - 1u)
#define SET_MASK (IO_TLB_SEGSIZE - 1u)

static inline unsigned int slot_of(const struct io_tlb_pool *pool,
				   phys_addr_t phys)
{
	return (phys - pool->start) >> IO_TLB_SHIFT;
}

static inline unsigned int slots_for(size_t bytes)
{
	return (bytes + SLOT_MASK) >> IO_TLB_SHIFT;
}

/* ---- areas ----------------------------------------------------------------- */

/* Slots from @slot to the end of its set or of the pool, free or not. */
static unsigned int room_at(const struct io_tlb_pool *pool, unsigned int slot)
{
	return min_t(unsigned long, IO_TLB_SEGSIZE - (slot & SET_MASK),
		     pool->nslabs - slot);
}

static void area_prepare(struct io_tlb_pool *pool, struct io_tlb_area *area,
			 unsigned int first)
{
	unsigned int i;

	for (i = first; i < first + pool->area_nslabs; i++)
		pool->slots[i] = (struct io_tlb_slot){
			.orig_addr = SWIOTLB_NO_ADDR,
			.list = room_at(pool, i),
		};
	area->ready = true;
}

/* Alignment and boundaries are the device's: they count where it sees the slot. */
static inline dma_addr_t slot_bus(const struct swiotlb_request *req,
				  unsigned int slot)
{
	return req->bus + ((dma_addr_t)slot << IO_TLB_SHIFT);
}

/* May a run begin at @slot, whoever has it now? */
static bool place_fits(const struct swiotlb_request *req, unsigned int slot)
{
	dma_addr_t bus = slot_bus(req, slot);

	if (bus & req->align)
		return false;
	return !req->orig || !((bus ^ req->orig) & req->same);
}

static bool crosses_boundary(const struct swiotlb_request *req,
			     unsigned int slot)
{
	unsigned long from = slot_bus(req, slot) >> IO_TLB_SHIFT;

	return (from & (req->boundary - 1)) + req->need > req->boundary;
}

/* Give [@slot, @slot + need) to the request, shorten what is free before it. */
static void area_take(struct io_tlb_pool *pool, struct io_tlb_area *area,
		      const struct swiotlb_request *req, unsigned int slot)
{
	struct io_tlb_slot *s = pool->slots;
	unsigned int i, run = 0;

	for (i = 0; i < req->need; i++) {
		phys_addr_t step = (phys_addr_t)i << IO_TLB_SHIFT;
		phys_addr_t pad = (phys_addr_t)req->pad << IO_TLB_SHIFT;

		s[slot + i] = (struct io_tlb_slot){
			.orig_addr = i < req->pad || !req->orig ?
					     SWIOTLB_NO_ADDR :
					     req->orig + step - pad,
			.rest = req->size - req->low - step,
			.low = req->low,
		};
	}
	s[slot + req->pad].dev = req->dev;
	s[slot + req->pad].size = req->bytes;
	s[slot + req->pad].nr_slots = req->need;
	s[slot + req->pad].pad_slots = req->pad;
	for (i = slot; i & SET_MASK && s[i - 1].list; i--)
		s[i - 1].list = ++run;
	area->used += req->need;
}

/* Search one area; its lock is held. */
static unsigned int area_search(struct io_tlb_pool *pool,
				struct io_tlb_area *area, unsigned int first,
				struct swiotlb_request *req)
{
	unsigned int at = area->index, looked = 0, step;

	while (looked < pool->area_nslabs) {
		unsigned int slot = first + at;

		step = 1;
		if (place_fits(req, slot)) {
			step = req->step;
			if (!crosses_boundary(req, slot)) {
				if (pool->slots[slot].list >= req->need)
					return slot;
				if (room_at(pool, slot) >= req->need)
					req->aligned = true;
			}
		}
		looked += step;
		at += step;
		if (at >= pool->area_nslabs)
			at = 0;
	}
	return SWIOTLB_NO_SLOT;
}

/**
 * swiotlb_search() - take slots of one area
 * @nr: which one
 *
 * Context: any. Return: the first slot, padding included; SWIOTLB_NO_SLOT.
 */
unsigned int swiotlb_search(struct io_tlb_pool *pool, unsigned int nr,
			    struct swiotlb_request *req)
{
	struct io_tlb_area *area = &pool->areas[nr];
	unsigned int first = nr * pool->area_nslabs;
	unsigned int slot = SWIOTLB_NO_SLOT;
	unsigned long flags;

	/* A pool that the device does not see is refused by who maps it. */
	req->bus = phys_to_dma_unencrypted(req->dev, pool->start);
	if (unlikely(req->bus == DMA_MAPPING_ERROR))
		req->bus = pool->start;
	spin_lock_irqsave(&area->lock, flags);
	if (unlikely(!area->ready))
		area_prepare(pool, area, first);
	if (req->need > pool->area_nslabs - area->used) {
		/* Not a matter of alignment. */
		req->aligned = true;
	} else {
		slot = area_search(pool, area, first, req);
		if (slot != SWIOTLB_NO_SLOT) {
			area_take(pool, area, req, slot);
			area->index = slot - first + req->need;
			if (area->index >= pool->area_nslabs)
				area->index = 0;
		}
	}
	spin_unlock_irqrestore(&area->lock, flags);
	return slot;
}

/*
 * The CPU's own area of each pool, then the next one of each, and so on. Pools
 * that were added later have fewer areas, or as many.
 */
static unsigned int mem_search(struct io_tlb_mem *mem,
			       struct swiotlb_request *req,
			       struct io_tlb_pool **where)
{
	unsigned int own = raw_smp_processor_id(), slot, i;
	unsigned int nareas = mem->defpool.nareas;
	struct io_tlb_pool *pool;

	rcu_read_lock();
	for (i = 0; i < nareas; i++)
		list_for_each_entry_rcu(pool, &mem->pools, node) {
			if (i >= pool->nareas)
				continue;
			slot = swiotlb_search(
				pool, (own + i) & (pool->nareas - 1), req);
			if (slot != SWIOTLB_NO_SLOT)
				goto found;
		}
	rcu_read_unlock();
	return SWIOTLB_NO_SLOT;

found:
	rcu_read_unlock();
	*where = pool;
	return slot;
}

/*
 * Slots from any pool, or else from one made for this request while a larger
 * one is on its way.
 */
static unsigned int mem_alloc(struct io_tlb_mem *mem,
			      struct swiotlb_request *req,
			      struct io_tlb_pool **where)
{
	unsigned int slot = SWIOTLB_NO_SLOT;

	if (!should_fail_site(DMASIM_SITE_BOUNCE))
		slot = mem_search(mem, req, where);
	else
		req->aligned = true;
	if (slot == SWIOTLB_NO_SLOT && READ_ONCE(mem->can_grow)) {
		schedule_work(&mem->dyn_alloc);
		slot = swiotlb_transient(mem, req, where);
	}
	return slot;
}

/* ---- copying ----------------------------------------------------------------- */

/*
 * Copy @size bytes from or to the original of @tlb_addr. A slot that nobody has
 * and padding have no original.
 */
static void swiotlb_copy(struct device *dev, phys_addr_t tlb_addr, size_t size,
			 bool to_bounce, struct io_tlb_pool *pool)
{
	const struct io_tlb_slot *slot = &pool->slots[slot_of(pool, tlb_addr)];
	void *bounce = phys_to_virt(tlb_addr), *orig;
	ssize_t off;
	size_t rest;

	if (!pool->areas[slot_of(pool, tlb_addr) / pool->area_nslabs].ready)
		return;
	if (slot->list || slot->orig_addr == SWIOTLB_NO_ADDR)
		return;
	/* Negative in all slots but the first: their originals begin at low. */
	off = (ssize_t)(tlb_addr & SLOT_MASK) - slot->low;
	rest = off > (ssize_t)slot->rest ? 0 : slot->rest - off;
	dev_WARN_ONCE(
		dev, size > rest,
		"bounce buffer overflow: %zu bytes at %pa, which has %zu\n",
		size, &tlb_addr, rest);
	size = min(size, rest);
	orig = phys_to_virt(slot->orig_addr + off);
	lib_cost(LIB_COST_BOUNCE_BYTE, size);
	if (to_bounce)
		memcpy(bounce, orig, size);
	else
		memcpy(orig, bounce, size);
}

/**
 * __swiotlb_sync_single_for_device() - the CPU wrote: bring it to the copy
 * @tlb_addr: physical address anywhere in a buffer of @pool
 *
 * Nothing for DMA_FROM_DEVICE. Context: any.
 */
void __swiotlb_sync_single_for_device(struct device *dev, phys_addr_t tlb_addr,
				      size_t size, enum dma_data_direction dir,
				      struct io_tlb_pool *pool)
{
	if (dma_no_device(dev))
		return;
	if (dir == DMA_TO_DEVICE || dir == DMA_BIDIRECTIONAL)
		swiotlb_copy(dev, tlb_addr, size, true, pool);
	else
		BUG_ON(dir != DMA_FROM_DEVICE);
}

/**
 * __swiotlb_sync_single_for_cpu() - the device wrote: bring it to the original
 *
 * Nothing for DMA_TO_DEVICE. Context: any.
 */
void __swiotlb_sync_single_for_cpu(struct device *dev, phys_addr_t tlb_addr,
				   size_t size, enum dma_data_direction dir,
				   struct io_tlb_pool *pool)
{
	if (dma_no_device(dev))
		return;
	if (dir == DMA_FROM_DEVICE || dir == DMA_BIDIRECTIONAL)
		swiotlb_copy(dev, tlb_addr, size, false, pool);
	else
		BUG_ON(dir != DMA_TO_DEVICE);
}

/* ---- mapping ------------------------------------------------------------------ */

/* @dev has @slots more: they count, and so do its look-ups and syncs. */
static void swiotlb_count(struct device *dev, unsigned int slots)
{
	struct io_tlb_mem *mem = dev->dma_io_tlb_mem;
	long used = atomic_long_add_return(slots, &mem->total_used);
	long old = atomic_long_read(&mem->used_hiwater);

	while (used > old &&
	       !atomic_long_try_cmpxchg(&mem->used_hiwater, &old, used))
		;
	lib_counter_add(&swiotlb_bounces, 1);
	if (!READ_ONCE(dev->dma_uses_io_tlb))
		WRITE_ONCE(dev->dma_uses_io_tlb, true);
}

static void swiotlb_describe(struct swiotlb_request *req, size_t size,
			     unsigned long align_mask, unsigned long keep)
{
	unsigned long boundary = dma_get_seg_boundary(req->dev);
	size_t off = req->orig & keep & (align_mask | SLOT_MASK);

	BUG_ON(boundary + 1 && !is_power_of_2(boundary + 1));
	req->bytes = size;
	req->size = ALIGN(size + off, align_mask + 1);
	req->need = slots_for(req->size);
	req->low = off & SLOT_MASK;
	req->pad = off >> IO_TLB_SHIFT;
	/* Drivers that ask for nothing expect pages to stay pages. */
	if (!align_mask && !keep && req->size >= PAGE_SIZE)
		align_mask = PAGE_SIZE - 1;
	req->align = align_mask | SLOT_MASK;
	req->same = keep & ~req->align;
	req->step = (max(req->align, req->same) >> IO_TLB_SHIFT) + 1;
	req->boundary = (boundary >> IO_TLB_SHIFT) + 1;
}

static void swiotlb_refuse(struct swiotlb_request *req, size_t size,
			   size_t limit, unsigned long attrs)
{
	struct io_tlb_mem *mem = req->dev->dma_io_tlb_mem;
	unsigned long used = atomic_long_read(&mem->total_used);

	if (attrs & DMA_ATTR_NO_WARN)
		return;
	if (!size || size > limit)
		lib_event(LIB_EVENT_REFUSAL, "bounce-size", req->dev, req->orig,
			  size, "%zu bytes do not fit a bounce buffer of %zu",
			  size, limit);
	else if (!req->aligned)
		lib_event(
			LIB_EVENT_REFUSAL, "bounce-alignment", req->dev,
			req->orig, size,
			"no %u slots anywhere with address bits 0x%lx clear, 0x%lx kept, within %lu slots",
			req->need, req->align, req->same, req->boundary);
	else if (req->no_memory)
		lib_event(
			LIB_EVENT_REFUSAL, "bounce-transient", req->dev,
			req->orig, size,
			"no %u free slots: %lu of %lu in use, and no memory for more",
			req->need, used, mem->nslabs);
	else
		lib_event(LIB_EVENT_REFUSAL, "bounce-full", req->dev, req->orig,
			  size, "no %u free slots: %lu of %lu in use",
			  req->need, used, mem->nslabs);
	dev_warn_ratelimited(
		req->dev,
		"bounce buffer is full: %zu bytes wanted, %lu of %lu slots in use\n",
		size, used, mem->nslabs);
}

/* A buffer is far shorter than any hole in RAM. */
static bool swiotlb_is_ram(phys_addr_t orig, size_t size)
{
	phys_addr_t last = size ? orig + size - 1 : orig;

	return last >= orig && mm_pfn_is_ram(PHYS_PFN(orig)) &&
	       mm_pfn_is_ram(PHYS_PFN(last));
}

phys_addr_t swiotlb_map_keeping(struct device *dev, phys_addr_t orig,
				size_t size, unsigned int align_mask,
				unsigned int keep_mask,
				enum dma_data_direction dir,
				unsigned long attrs)
{
	struct swiotlb_request req = { .dev = dev, .orig = orig };
	size_t limit = IO_TLB_SEGSIZE * IO_TLB_SIZE;
	unsigned int slot = SWIOTLB_NO_SLOT, keep;
	struct io_tlb_pool *pool;
	struct io_tlb_mem *mem;
	phys_addr_t tlb_addr;

	if (dma_no_device(dev))
		return (phys_addr_t)DMA_MAPPING_ERROR;
	keep = dma_get_min_align_mask(dev) | keep_mask;
	mem = dev->dma_io_tlb_mem;
	if (!mem || !mem->nslabs) {
		dev_warn_ratelimited(
			dev, "%zu bytes must bounce, and there is no pool\n",
			size);
		return (phys_addr_t)DMA_MAPPING_ERROR;
	}
	/* There is nothing to copy: Linux would read at a wild address. */
	if (unlikely(!swiotlb_is_ram(orig, size))) {
		lib_event(LIB_EVENT_REFUSAL, "bounce-no-ram", dev, orig, size,
			  "%zu bytes at physical 0x%llx are not RAM", size,
			  (u64)orig);
		return (phys_addr_t)DMA_MAPPING_ERROR;
	}
	dev_WARN_ONCE(dev, align_mask >= PAGE_SIZE,
		      "bounce buffers aligned to 0x%x may not be found\n",
		      align_mask);

	limit -= min_t(size_t, limit, roundup(keep, IO_TLB_SIZE));
	if (size && size <= IO_TLB_SEGSIZE * IO_TLB_SIZE) {
		swiotlb_describe(&req, size, align_mask, keep);
		slot = mem_alloc(mem, &req, &pool);
	}
	if (slot == SWIOTLB_NO_SLOT) {
		swiotlb_refuse(&req, size, limit, attrs);
		return (phys_addr_t)DMA_MAPPING_ERROR;
	}
	swiotlb_count(dev, req.need);
	dma_reset_need_sync(dev);
	tlb_addr = slot_phys(pool, slot + req.pad) + req.low;
	swiotlb_copy(dev, tlb_addr, size, true, pool);
	return tlb_addr;
}

/**
 * swiotlb_tbl_map_single() - copy a buffer to slots
 * @orig_addr: physical address of the original
 * @mapping_size: bytes, at most swiotlb_max_mapping_size()
 * @alloc_aligned_mask: the buffer gets all of the units of this size, 2^n - 1,
 *	that it touches
 * @dir, @attrs: DMA_ATTR_NO_WARN: say nothing if it fails
 *
 * The contents are copied for every direction: a device that writes less than it
 * was given must destroy nothing and show nothing.
 *
 * Context: any.
 * Return: physical address of the copy, which has the bits of the device's
 * minimum alignment mask from @orig_addr; DMA_MAPPING_ERROR: no pool, too long,
 * no room, no memory for more room, or no run of slots where the device needs it
 * (events bounce-size, bounce-full, bounce-transient, bounce-alignment), or
 * @orig_addr is not RAM (bounce-no-ram).
 */
phys_addr_t swiotlb_tbl_map_single(struct device *dev, phys_addr_t orig_addr,
				   size_t mapping_size,
				   unsigned int alloc_aligned_mask,
				   enum dma_data_direction dir,
				   unsigned long attrs)
{
	return swiotlb_map_keeping(dev, orig_addr, mapping_size,
				   alloc_aligned_mask, 0, dir, attrs);
}

/**
 * swiotlb_lend() - slots that are not a copy of anything
 * @size: bytes, aligned to the power of two of pages that holds them
 *
 * Context: any. Return: the first page; NULL: no room (no event).
 */
struct page *swiotlb_lend(struct device *dev, size_t size)
{
	unsigned long unit = PAGE_SIZE << get_order(size);
	struct swiotlb_request req = { .dev = dev };
	struct io_tlb_pool *pool;
	unsigned int slot;

	if (!size || size > IO_TLB_SEGSIZE * IO_TLB_SIZE)
		return NULL;
	swiotlb_describe(&req, size, unit - 1, 0);
	req.size = PAGE_ALIGN(size);
	req.need = slots_for(req.size);
	slot = mem_alloc(dev->dma_io_tlb_mem, &req, &pool);
	if (slot == SWIOTLB_NO_SLOT)
		return NULL;
	swiotlb_count(dev, req.need);
	return phys_to_page(slot_phys(pool, slot));
}

/* ---- releasing ------------------------------------------------------------------ */

void swiotlb_set_release_hook(void (*hook)(phys_addr_t slots, size_t bytes))
{
	WRITE_ONCE(release_hook, hook);
}

/* Slots [@slot, @slot + @nr) of one buffer become free; they join neighbours. */
static void area_give(struct io_tlb_pool *pool, unsigned int slot,
		      unsigned int nr)
{
	struct io_tlb_slot *s = pool->slots;
	unsigned int next = slot + nr, i;
	unsigned int run = 0;

	if (next & SET_MASK && next < pool->nslabs)
		run = s[next].list;
	for (i = next; i > slot; i--)
		s[i - 1] = (struct io_tlb_slot){ .orig_addr = SWIOTLB_NO_ADDR,
						 .list = ++run };
	for (; i & SET_MASK && s[i - 1].list; i--)
		s[i - 1].list = ++run;
}

/**
 * swiotlb_release() - give the slots of a buffer back
 * @tlb_addr: its first byte; anything else is reported and ignored
 *
 * Context: any.
 */
void swiotlb_release(struct device *dev, phys_addr_t tlb_addr,
		     struct io_tlb_pool *pool)
{
	unsigned int slot = slot_of(pool, tlb_addr), nr, first;
	void (*hook)(phys_addr_t slots, size_t bytes) = READ_ONCE(release_hook);
	struct io_tlb_slot *s = &pool->slots[slot];
	struct io_tlb_area *area = &pool->areas[slot / pool->area_nslabs];
	unsigned long flags;

	spin_lock_irqsave(&area->lock, flags);
	if (unlikely(!area->ready || s->list || !s->nr_slots ||
		     (tlb_addr & SLOT_MASK) != s->low)) {
		spin_unlock_irqrestore(&area->lock, flags);
		lib_event(LIB_EVENT_MISUSE, "bounce-bad-release", dev, tlb_addr,
			  0, "%pa is not the start of a bounce buffer in use",
			  &tlb_addr);
		return;
	}
	nr = s->nr_slots;
	first = slot - s->pad_slots;
	if (unlikely(hook)) {
		spin_unlock_irqrestore(&area->lock, flags);
		hook(slot_phys(pool, first), (size_t)nr << IO_TLB_SHIFT);
		spin_lock_irqsave(&area->lock, flags);
	}
	area_give(pool, first, nr);
	area->used -= nr;
	/* The newest buffer: its slots are warm, the next one may have them. */
	first %= pool->area_nslabs;
	if (area->index == (first + nr) % pool->area_nslabs)
		area->index = first;
	spin_unlock_irqrestore(&area->lock, flags);
	atomic_long_sub(nr, &dev->dma_io_tlb_mem->total_used);
	if (unlikely(pool->transient))
		swiotlb_transient_done(dev, pool);
}

/**
 * __swiotlb_tbl_unmap_single() - copy back if the device may have written, and
 * release
 * @tlb_addr: as swiotlb_tbl_map_single() returned it
 * @attrs: DMA_ATTR_SKIP_CPU_SYNC: do not copy
 *
 * Context: any.
 */
void __swiotlb_tbl_unmap_single(struct device *dev, phys_addr_t tlb_addr,
				size_t mapping_size,
				enum dma_data_direction dir,
				unsigned long attrs, struct io_tlb_pool *pool)
{
	if (dma_no_device(dev))
		return;
	if (!(attrs & DMA_ATTR_SKIP_CPU_SYNC) &&
	    (dir == DMA_FROM_DEVICE || dir == DMA_BIDIRECTIONAL))
		swiotlb_copy(dev, tlb_addr, mapping_size, false, pool);
	swiotlb_release(dev, tlb_addr, pool);
}
