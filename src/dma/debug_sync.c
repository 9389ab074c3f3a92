/* SPDX-License-Identifier: MIT */
/*
 * The checker's view of syncs: bytes change hands.
 * Models kernel/dma/debug.c, 6.17, and adds: a sync that would be skipped though
 * the buffer is bounced.
 *
 * Of what 6.17 says about a direction that differs, only the most telling is
 * said here: one mistake, one diagnosis.
 *
 * Locks: dma_debug_lock.
 * Tests: tests/api/test_checker.c
 */
#include <linux/kernel.h>

#include "dma/core.h"
#include "dma/debug_entry.h"

/* The mapping that has all of the synced bytes. */
static struct dma_debug_entry *find_containing(struct dma_debug_device *d,
					       dma_addr_t addr, u64 size)
{
	dma_addr_t last = dma_debug_last(addr, size);
	struct dma_debug_entry *entry, *found;

	for (entry = dma_debug_first(d, addr, last); entry;
	     entry = dma_debug_next(entry, addr, last)) {
		found = dma_debug_mapping(entry, addr);
		if (found && found->range.start <= addr &&
		    found->range.last >= last)
			return found;
	}
	return NULL;
}

static void check_direction(struct dma_debug_entry *e, dma_addr_t addr,
			    u64 size, enum dma_data_direction dir, bool for_cpu)
{
	const char *mapped = dma_debug_dir_name(e->dir);
	const char *synced = dma_debug_dir_name(dir);

	if (e->dir == DMA_BIDIRECTIONAL || e->dir == dir)
		return;
	if (for_cpu && e->dir != DMA_FROM_DEVICE && dir != DMA_TO_DEVICE)
		dma_debug_misuse(
			e->owner, "checker-sync-for-cpu", e, addr, size,
			"syncs 0x%llx + 0x%llx for the CPU, which the device only reads: mapped %s, synced %s",
			addr, size, mapped, synced);
	else if (!for_cpu && e->dir != DMA_TO_DEVICE && dir != DMA_FROM_DEVICE)
		dma_debug_misuse(
			e->owner, "checker-sync-for-device", e, addr, size,
			"syncs 0x%llx + 0x%llx for the device, which only writes it: mapped %s, synced %s",
			addr, size, mapped, synced);
	else
		dma_debug_misuse(
			e->owner, "checker-sync-direction", e, addr, size,
			"syncs 0x%llx + 0x%llx with direction %s, mapped %s",
			addr, size, synced, mapped);
}

/* With the checker off, would this sync do nothing though it must? */
static bool would_be_skipped(struct device *dev, dma_addr_t addr)
{
	return dev->dma_skip_sync && dev_is_dma_coherent(dev) &&
	       dma_streaming_backend(dev) == DMA_BACKEND_DIRECT &&
	       dma_direct_need_sync(dev, addr);
}

static struct dma_debug_entry *check_sync(struct dma_debug_device *d,
					  dma_addr_t addr, u64 size,
					  enum dma_data_direction dir,
					  bool for_cpu, bool skipped)
{
	struct dma_debug_entry *e = find_containing(d, addr, size);

	if (!e) {
		if (!d->old)
			dma_debug_misuse(
				d, "checker-sync-unknown", NULL, addr, size,
				"syncs 0x%llx + 0x%llx, which is not in one mapping",
				addr, size);
		return NULL;
	}
	/* Memory that dma_alloc_pages() took from a pool has no original. */
	if (skipped && e->type != DMA_DEBUG_NONCOHERENT)
		dma_debug_misuse(
			d, "checker-sync-skipped", e, addr, size,
			"syncs 0x%llx + 0x%llx, a bounce buffer: without the checker this would be skipped, dma_set_mask() was called after the mapping",
			addr, size);
	check_direction(e, addr, size, dir, for_cpu);
	return e;
}

void debug_dma_sync(struct device *dev, dma_addr_t addr, size_t size,
		    enum dma_data_direction dir, bool for_cpu)
{
	bool skipped = would_be_skipped(dev, addr);
	struct dma_debug_entry *e;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	e = d ? check_sync(d, addr, size, dir, for_cpu, skipped) : NULL;
	/* What a segment of a list has behind it, only the list knows. */
	if (e && e->type != DMA_DEBUG_SG)
		dma_debug_hand_over(e, e->phys, e->size,
				    e->phys + (addr - e->range.start), size,
				    for_cpu);
	dma_debug_leave(flags);
}

void debug_dma_sync_sg(struct device *dev, struct scatterlist *sg, int nents,
		       enum dma_data_direction dir, bool for_cpu)
{
	struct dma_debug_entry *e, *first = NULL;
	struct dma_debug_device *d;
	struct scatterlist *s = sg;
	int i, ents = nents;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	for (i = 0; d && i < ents && s; i++, s = sg_next(s)) {
		e = check_sync(d, sg_dma_address(s), sg_dma_len(s), dir,
			       for_cpu, false);
		if (!e || first)
			continue;
		first = e;
		if (e->type != DMA_DEBUG_SG)
			continue;
		ents = e->sg_mapped_ents;
		if (e->dir != DMA_BIDIRECTIONAL && e->sg_call_ents != nents)
			dma_debug_misuse(
				d, "checker-sync-nents", e, sg_dma_address(s),
				0,
				"syncs a list with %d entries, mapped with %d",
				nents, e->sg_call_ents);
	}
	s = sg;
	for (i = 0; first && i < nents && s; i++, s = sg_next(s))
		dma_debug_hand_over(first, sg_phys(s), s->length, sg_phys(s),
				    s->length, for_cpu);
	dma_debug_leave(flags);
}
