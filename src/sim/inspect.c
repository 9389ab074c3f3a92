/* SPDX-License-Identifier: MIT */
/*
 * <dmasim/inspect.h>: events, counters, faults and translation for tests and
 * tools. Reads the layers' own counters; keeps none.
 *
 * Tests: tests/unit/sim/test_inspect.c
 */
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include <dmasim/inspect.h>

#include "dma/dma.h"
#include "host/host.h"
#include "iommu/iommu.h"
#include "iommu_pt/iommu_pt_api.h"
#include "iova/iova.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "sim/sim.h"
#include "swiotlb/swiotlb.h"

/* The public event is the host's event under another name. */
static_assert(sizeof(struct dmasim_event) == sizeof(struct host_event));
static_assert(offsetof(struct dmasim_event, text) ==
	      offsetof(struct host_event, text));
static_assert(offsetof(struct dmasim_event, frames) ==
	      offsetof(struct host_event, frames));
static_assert((int)DMASIM_EVENT_NOTE == (int)HOST_EVENT_NOTE);

uint64_t dmasim_event_count(enum dmasim_event_kind kind, const char *id)
{
	return host_event_count((enum host_event_kind)kind, id);
}
EXPORT_SYMBOL(dmasim_event_count);

uint64_t dmasim_event_last(void)
{
	return host_event_last();
}
EXPORT_SYMBOL(dmasim_event_last);

bool dmasim_event_get(uint64_t seq, struct dmasim_event *event)
{
	return host_event_get(seq, (struct host_event *)event);
}
EXPORT_SYMBOL(dmasim_event_get);

void dmasim_event_echo(unsigned int mask)
{
	host_event_echo(mask);
}
EXPORT_SYMBOL(dmasim_event_echo);

void dmasim_dump_events(unsigned int mask)
{
	host_event_dump(mask);
}
EXPORT_SYMBOL(dmasim_dump_events);

/* ---- IOMMU ------------------------------------------------------------------- */

static struct dmasim_device *sim_find_rid(u16 rid)
{
	struct dmasim_machine *m = sim_machine();
	struct dmasim_device *dev;

	if (!m)
		return NULL;
	list_for_each_entry(dev, &m->devices, node) {
		if (hw_dev_rid(dev->hw) == rid)
			return dev;
	}
	return NULL;
}

bool dmasim_iommu_next_fault(struct dmasim_fault *fault)
{
	struct hw_iommu_fault hw;
	struct dmasim_device *dev;

	if (!hw_iommu_next_fault(&hw))
		return false;
	dev = sim_find_rid(hw.rid);
	*fault = (struct dmasim_fault){
		.write = hw.write,
		.reason = sim_verdict(hw.reason),
		.addr = hw.addr,
		.len = hw.len,
		.level = hw.level,
		.entry = hw.entry,
	};
	if (dev)
		strscpy(fault->dev, hw_dev_name(dev->hw), sizeof(fault->dev));
	return true;
}
EXPORT_SYMBOL(dmasim_iommu_next_fault);

void dmasim_iommu_get_stats(struct dmasim_iommu_stats *stats)
{
	struct iommu_core_stats core;
	struct hw_cmdq_stats queue;
	struct hw_iommu_stats hw;
	struct pt_stats pt;

	hw_iommu_get_stats(&hw);
	hw_cmdq_get_stats(&queue);
	iommu_get_stats(&core);
	iommu_pt_get_stats(&pt);
	*stats = (struct dmasim_iommu_stats){
		.lookups = hw.lookups,
		.hits = hw.hits,
		.misses = hw.misses,
		.walk_reads = hw.walk_reads,
		.faults = hw.faults,
		.device_hits = hw.atc_hits,
		.stale_hits = hw.stale_hits,
		.deferred_hits = hw.deferred_hits,
		.invalidations = core.invalidations,
		.commands = queue.commands,
		.waits = queue.waits,
		.forgot_ranges = hw.cmds_range,
		.forgot_domains = hw.cmds_domain,
		.forgot_all = hw.cmds_all,
		.forgot_contexts = hw.cmds_context,
		.forgot_devices = hw.cmds_device,
		.unmapped_bytes = core.unmapped_bytes,
		.asked_bytes = core.asked_bytes,
		.covered_bytes = hw.range_bytes,
		.iotlb_entries = hw.iotlb_entries,
		.pte_writes = pt.pte_writes,
		.pt_pages = pt.pages,
		.pt_pages_peak = pt.pages_peak,
		.maps = core.maps,
		.unmaps = core.unmaps,
		.syncs = core.syncs,
		.empty_syncs = core.empty_syncs,
		.fq_flushes = core.flushes_all,
	};
	static_assert(sizeof(stats->level_reads) == sizeof(hw.level_reads));
	memcpy(stats->level_reads, hw.level_reads, sizeof(hw.level_reads));
}
EXPORT_SYMBOL(dmasim_iommu_get_stats);

enum dmasim_dma dmasim_iommu_translate(struct dmasim_device *dev, uint64_t addr,
				       bool write, uint64_t *phys)
{
	return sim_verdict(
		hw_iommu_peek(hw_dev_rid(dev->hw), addr, write, phys, NULL));
}
EXPORT_SYMBOL(dmasim_iommu_translate);

/* ---- DMA API, memory -------------------------------------------------------------- */

void dmasim_dma_get_stats(struct dmasim_dma_stats *stats)
{
	struct dma_stats dma;

	dma_get_stats(&dma);
	*stats = (struct dmasim_dma_stats){
		.iova_allocs = dma.iova_allocs,
		.iova_frees = dma.iova_frees,
		.maps = dma.maps,
		.unmaps = dma.unmaps,
		.pool_bytes = dma.pool_bytes,
		.pool_used = dma.pool_used,
		.pool_used_hiwater = dma.pool_used_hiwater,
		.pool_allocs = dma.pool_allocs,
		.pool_refusals = dma.pool_refusals,
		.fq_full = dma.fq_full,
		.fq_timeouts = dma.fq_timeouts,
		.sg_padding = dma.sg_padding,
	};
}
EXPORT_SYMBOL(dmasim_dma_get_stats);

bool dmasim_iova_get_stats(struct dmasim_device *dev,
			   struct dmasim_iova_stats *stats)
{
	struct iova_domain *iovad = dma_iova_domain(dmasim_device_kernel(dev));
	struct iova_stats iova;

	if (!iovad)
		return false;
	iova_domain_stats(iovad, &iova);
	*stats = (struct dmasim_iova_stats){
		.granule = iovad->granule,
		.ranges = iova.ranges,
		.granules = iova.pfns,
		.cached_ranges = iova.cached_ranges,
		.deferred_ranges = dma_deferred(dmasim_device_kernel(dev)),
		.largest_gap32 = iova.largest_gap32,
		.max32_size = iova.max32_alloc_size,
		.max32_refusals = iova.max32_refusals,
		.lost_granules = dma_lost_granules(dmasim_device_kernel(dev)),
		.cached_size = IOVA_CACHE_MAX_PFNS * iovad->granule,
		.optimal_size = iova_rcache_range(),
	};
	return true;
}
EXPORT_SYMBOL(dmasim_iova_get_stats);

static void sim_swiotlb_stats(const struct swiotlb_stats *from,
			      struct dmasim_swiotlb_stats *stats)
{
	*stats = (struct dmasim_swiotlb_stats){
		.slots = from->slots,
		.areas = from->areas,
		.used = from->used,
		.used_hiwater = from->used_hiwater,
		.transient = from->transient,
		.bounces = from->bounces,
		.base = from->base,
	};
}

void dmasim_swiotlb_get_stats(struct dmasim_swiotlb_stats *stats)
{
	struct swiotlb_stats swiotlb;

	swiotlb_get_stats(&swiotlb);
	sim_swiotlb_stats(&swiotlb, stats);
}
EXPORT_SYMBOL(dmasim_swiotlb_get_stats);

void dmasim_swiotlb_get_device_stats(struct dmasim_device *dev,
				     struct dmasim_swiotlb_stats *stats)
{
	struct swiotlb_stats swiotlb;

	swiotlb_get_dev_stats(dev->dev, &swiotlb);
	sim_swiotlb_stats(&swiotlb, stats);
}
EXPORT_SYMBOL(dmasim_swiotlb_get_device_stats);

int dmasim_swiotlb_attr_get(const char *path, uint64_t *value)
{
	u64 val;
	int ret = swiotlb_attr_get(path, &val);

	if (ret)
		return sim_refuse(ret, "swiotlb: there is no file %s", path);
	*value = val;
	return 0;
}
EXPORT_SYMBOL(dmasim_swiotlb_attr_get);

int dmasim_swiotlb_attr_set(const char *path, uint64_t value)
{
	int ret = swiotlb_attr_set(path, value);

	if (ret)
		return sim_refuse(ret, "swiotlb: %s does not take %llu: %s",
				  path, (u64)value,
				  ret == -ENOENT ? "there is no such file" :
				  ret == -EACCES ? "it can only be read" :
						   "only 0 resets it");
	return 0;
}
EXPORT_SYMBOL(dmasim_swiotlb_attr_set);

size_t dmasim_swiotlb_get_live(struct dmasim_bounce *live, size_t max)
{
	struct swiotlb_live *found;
	size_t nr, i;

	max = min(max, (size_t)4096);
	found = max ? host_alloc(max * sizeof(*found)) : NULL;
	nr = swiotlb_get_live(found, found ? max : 0);
	for (i = 0; found && i < min(nr, max); i++) {
		live[i] = (struct dmasim_bounce){
			.phys = found[i].phys,
			.orig = found[i].orig,
			.size = found[i].size,
			.slots = found[i].slots,
			.transient = found[i].transient,
		};
		strscpy(live[i].dev, lib_dev_name(found[i].dev),
			sizeof(live[i].dev));
	}
	host_free(found);
	return nr;
}
EXPORT_SYMBOL(dmasim_swiotlb_get_live);

int dmasim_swiotlb_set_hiwater(unsigned long value)
{
	return swiotlb_set_hiwater(value);
}
EXPORT_SYMBOL(dmasim_swiotlb_set_hiwater);

void dmasim_mem_get_stats(struct dmasim_mem_stats *stats)
{
	struct mm_stats mm;

	mm_get_stats(&mm);
	*stats = (struct dmasim_mem_stats){
		.pages_total = mm.pages_total,
		.pages_free = mm.pages_free,
		.slab_objects = mm.slab_objects,
		.slab_bytes = mm.slab_bytes,
	};
}
EXPORT_SYMBOL(dmasim_mem_get_stats);

void dmasim_cache_get_stats(struct dmasim_cache_stats *stats)
{
	struct hw_cache_stats hw;

	hw_cache_get_stats(&hw);
	*stats = (struct dmasim_cache_stats){
		.cleans = hw.cleans,
		.clean_bytes = hw.clean_bytes,
		.clean_lines = hw.clean_lines,
		.written_back = hw.written_back,
		.overwritten = hw.overwritten,
		.invalidates = hw.invalidates,
		.invalidate_bytes = hw.invalidate_bytes,
		.invalidate_lines = hw.invalidate_lines,
		.discarded = hw.discarded,
		.waits = hw.waits,
		.spec_written_back = hw.spec_written_back,
		.spec_fetched = hw.spec_fetched,
	};
}
EXPORT_SYMBOL(dmasim_cache_get_stats);

void *dmasim_ram(uint64_t phys, size_t len)
{
	return hw_ram_valid(phys, len) ? (u8 *)hw_ram_base() + phys : NULL;
}
EXPORT_SYMBOL(dmasim_ram);
