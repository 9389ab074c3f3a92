/* SPDX-License-Identifier: MIT */
/*
 * What devices do to memory, for the checker.
 *
 * Without an IOMMU nothing stops a device from going where nothing is mapped for
 * it; the checker sees it. Behind an IOMMU it is the IOMMU that refuses, and
 * the checker only looks for links that were used before dma_iova_sync(). Of what
 * is mapped without the DMA API, by a driver or for a process, it knows nothing.
 *
 * Locks: dma_debug_lock.
 * Tests: tests/api/test_checker_life.c
 */
#include <linux/iommu.h>
#include <linux/iommu-dma.h>
#include <linux/kernel.h>

#include "dma/debug_entry.h"

static bool allows(const struct dma_debug_entry *entry, bool write)
{
	return entry->dir == DMA_BIDIRECTIONAL ||
	       entry->dir == (write ? DMA_FROM_DEVICE : DMA_TO_DEVICE);
}

/*
 * The entry that covers @addr and lets the device do this; if several, the one
 * that reaches farthest. @other: one that covers it and does not.
 */
static struct dma_debug_entry *covering(struct dma_debug_device *d,
					dma_addr_t addr, bool write,
					struct dma_debug_entry **other)
{
	struct dma_debug_entry *entry, *found, *best = NULL;

	*other = NULL;
	for (entry = dma_debug_first(d, addr, addr); entry;
	     entry = dma_debug_next(entry, addr, addr)) {
		found = dma_debug_mapping(entry, addr);
		if (!found)
			continue;
		if (!allows(found, write))
			*other = found;
		else if (!best || found->range.last > best->range.last)
			best = found;
	}
	return best;
}

static void used_unsynced(struct dma_debug_entry *link, bool write,
			  dma_addr_t addr, u64 len)
{
	link->synced = true; /* said once */
	dma_debug_misuse(
		link->owner, "checker-iova-unsynced", link, addr, len,
		"device %s 0x%llx + 0x%llx, linked but dma_iova_sync() was not called for it",
		write ? "writes" : "reads", addr, len);
}

/* A refusal by nobody: what an IOMMU would have stopped. Returns bytes done. */
static u64 unprotected(struct dma_debug_device *d,
		       struct dma_debug_entry *other, bool write,
		       dma_addr_t addr, u64 len)
{
	if (other) {
		len = min_t(u64, len, other->range.last - addr + 1);
		dma_debug_misuse(
			d, "checker-device-direction", other, addr, len,
			"device %s 0x%llx + 0x%llx, which is mapped %s",
			write ? "writes" : "reads", addr, len,
			dma_debug_dir_name(other->dir));
		return len;
	}
	dma_debug_misuse(d, "checker-device-unmapped", NULL, addr, len,
			 "device %s 0x%llx + 0x%llx, which is not mapped",
			 write ? "writes" : "reads", addr, len);
	return len;
}

/* Is there an IOMMU that refuses? A driver may have made a domain of its own. */
static bool is_protected(struct device *dev)
{
	return use_dma_iommu(dev) ||
	       (dev->iommu_group &&
		iommu_get_domain_for_dev(dev) != iommu_get_dma_domain(dev));
}

/**
 * dma_debug_access() - a device has read or written [@addr, @addr + @len)
 * @pasid: in whose address space; 0: that of the DMA API
 * @phys: where that is in memory
 * @data: the bytes
 * @seen_by_cpu: what is written is there for the CPU at once
 *
 * Context: any; no lock of the hardware is held.
 */
void dma_debug_access(unsigned int rid, unsigned int pasid, bool write,
		      dma_addr_t addr, phys_addr_t phys, const void *data,
		      u64 len, bool seen_by_cpu)
{
	struct dma_debug_entry *entry, *other;
	struct dma_debug_device *d;
	unsigned long flags;
	bool translated;

	if (!dma_debug_enter(&flags))
		return;
	if (write && seen_by_cpu)
		dma_debug_device_wrote(phys, data, len);
	d = pasid ? NULL : dma_debug_device_of_rid(rid);
	if (!d)
		goto out;
	translated = is_protected(d->dev);
	while (len) {
		u64 step;

		entry = covering(d, addr, write, &other);
		if (entry) {
			step = min_t(u64, len, entry->range.last - addr + 1);
			if (entry->type == DMA_DEBUG_LINK && !entry->synced)
				used_unsynced(entry, write, addr, step);
		} else if (translated || d->old) {
			step = min_t(u64, len,
				     PAGE_SIZE - offset_in_page(addr));
		} else {
			step = unprotected(d, other, write, addr, len);
		}
		addr += step;
		len -= step;
	}
out:
	dma_debug_leave(flags);
}
