/* SPDX-License-Identifier: MIT */
/*
 * The checker's view of map, unmap, allocate and free: is the buffer fit for a
 * device, and does what goes away match what was made?
 * Models kernel/dma/debug.c, 6.17, and adds: attributes, empty and too long
 * mappings, memory that is no RAM.
 *
 * A list is an entry for each DMA segment; the first one also carries the CPU
 * memory that has no segment of its own.
 *
 * Locks: dma_debug_lock.
 * Tests: tests/api/test_checker.c
 */
#include <linux/bug.h>
#include <linux/dma-map-ops.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/pci-p2pdma.h>
#include <linux/swiotlb.h>
#include <linux/vmalloc.h>

#include "dma/core.h"
#include "dma/debug_entry.h"
#include "dma/dma.h"
#include "mm/mm.h"

#define MAX_OVERLAPS 7

static bool newer_rules;
static bool overlaps_told;

/** dma_checker_set_newer() - judge as kernels after 6.17. */
void dma_checker_set_newer(bool newer)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	newer_rules = newer;
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

/** dma_debug_rules_reset() - a new machine. */
void dma_debug_rules_reset(void)
{
	newer_rules = false;
	overlaps_told = false;
}

/* ---- fit for a device? ------------------------------------------------------------- */

/* @cpu is no address of RAM: what is it? False: of the linear map, or unknown. */
static bool check_place(struct dma_debug_device *d, const void *cpu, u64 size)
{
	const char *place = dma_debug_place(cpu);

	if (!place)
		return false;
	if (!strcmp(place, "stack"))
		dma_debug_misuse(d, "checker-map-stack", NULL,
				 (unsigned long)cpu, size,
				 "maps memory of a stack, %llu bytes", size);
	else if (!strcmp(place, "text or rodata"))
		dma_debug_misuse(
			d, "checker-map-text", NULL, (unsigned long)cpu, size,
			"maps code or constants of the program, %llu bytes",
			size);
	else
		return false;
	return true;
}

/* What debug builds make of the wild address that was told of last: page 0. */
static bool was_told(const struct dma_debug_device *d, phys_addr_t phys)
{
	return phys < PAGE_SIZE && d->told && offset_in_page(d->told) == phys;
}

/* A page of no RAM: of a wild address, or of something else that has a physical
 * one. What lies beyond all of a machine's is of a wild one, unless it wraps. */
static void check_no_ram(struct dma_debug_device *d, phys_addr_t phys, u64 size)
{
	const void *cpu = phys_to_virt(phys);

	if (cpu == d->told || was_told(d, phys) || check_place(d, cpu, size) ||
	    (phys >= BIT_ULL(44) && phys + size > phys))
		return;
	dma_debug_misuse(
		d, "checker-map-mmio", NULL, phys, size,
		"maps physical 0x%llx + 0x%llx as RAM, which it is not: use dma_map_resource() or DMA_ATTR_MMIO",
		phys, size);
}

/* A peer that is reached through the host bridge is mapped like RAM; newer kernels
 * want to be told what it is. */
static bool like_ram(struct dma_debug_device *d, struct page *page)
{
	struct pci_p2pdma_map_state state = {};

	return !newer_rules && pci_p2pdma_state(&state, d->dev, page) ==
				       PCI_P2PDMA_MAP_THRU_HOST_BRIDGE;
}

/** dma_debug_check_memory() - is this RAM, and nobody else's? */
void dma_debug_check_memory(struct dma_debug_device *d, phys_addr_t phys,
			    u64 size, unsigned long attrs)
{
	/* Of RAM no struct page is looked at: it is in nobody's cache. */
	if (attrs & DMA_ATTR_MMIO || mm_pfn_is_ram(PHYS_PFN(phys)))
		return;
	if (!pfn_valid(PHYS_PFN(phys)))
		check_no_ram(d, phys, size);
	else if (is_pci_p2pdma_page(pfn_to_page(PHYS_PFN(phys))) &&
		 !like_ram(d, pfn_to_page(PHYS_PFN(phys))))
		dma_debug_misuse(
			d, "checker-map-peer", NULL, phys, size,
			"maps memory of a peer at physical 0x%llx + 0x%llx as RAM: use a list",
			phys, size);
}

static void check_length(struct dma_debug_device *d, u64 addr, u64 size,
			 u64 max)
{
	if (!size)
		dma_debug_misuse(d, "checker-map-empty", NULL, addr, 0,
				 "maps 0 bytes");
	else if (size > max)
		dma_debug_misuse(
			d, "checker-map-too-long", NULL, addr, size,
			"maps %llu bytes at once, dma_max_mapping_size() is %llu",
			size, max);
}

/** dma_debug_promises() - does the caller vouch for its cache lines? */
bool dma_debug_promises(const struct dma_debug_entry *entry)
{
	return entry->attrs & (DMA_ATTR_DEBUGGING_IGNORE_CACHELINES |
			       DMA_ATTR_REQUIRE_COHERENT);
}

/* Do newer kernels take it that a shared line does no harm? */
static bool harmless(const struct dma_debug_entry *entry,
		     unsigned int unpromised)
{
	return (dma_debug_promises(entry) && !unpromised) ||
	       dma_get_cache_alignment() < L1_CACHE_BYTES ||
	       (dma_bounce_unaligned_kmalloc &&
		is_swiotlb_active(entry->owner->dev));
}

/** dma_debug_check_overlap() - two buffers with one cache line, @entry is new. */
void dma_debug_check_overlap(struct dma_debug_entry *entry)
{
	unsigned int nr, unpromised;

	if (!entry->lined)
		return;
	nr = dma_debug_overlaps(entry, &unpromised);
	if (nr > MAX_OVERLAPS && !overlaps_told) {
		overlaps_told = true;
		dma_debug_misuse(
			entry->owner, "checker-map-overlaps", entry,
			entry->range.start, entry->size,
			"more than %u mappings of the cache line at physical 0x%llx",
			MAX_OVERLAPS, round_down(entry->phys, L1_CACHE_BYTES));
	}
	if (!nr || entry->attrs & DMA_ATTR_SKIP_CPU_SYNC)
		return;
	if (newer_rules && harmless(entry, unpromised))
		return;
	dma_debug_misuse(
		entry->owner, "checker-map-overlap", entry, entry->range.start,
		entry->size,
		"maps a cache line that is mapped already, at physical 0x%llx",
		round_down(entry->phys, L1_CACHE_BYTES));
}

/* ---- one range ------------------------------------------------------------------------ */

void debug_dma_map_phys(struct device *dev, phys_addr_t phys, size_t size,
			enum dma_data_direction dir, dma_addr_t addr,
			unsigned long attrs)
{
	bool mmio = attrs & DMA_ATTR_MMIO;
	u64 max = mmio ? U64_MAX : dma_max_mapping_size(dev);
	struct dma_debug_entry *entry;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (!d)
		goto out;
	check_length(d, addr, size, max);
	dma_debug_check_memory(d, phys, size, attrs);
	if (addr == DMA_MAPPING_ERROR)
		goto out;
	entry = dma_debug_add(d, NULL,
			      mmio ? DMA_DEBUG_RESOURCE : DMA_DEBUG_SINGLE,
			      addr, size, phys, dir, attrs & ~DMA_ATTR_MMIO);
	if (!entry)
		goto out;
	entry->check = DMA_DEBUG_NOT_CHECKED;
	dma_debug_check_overlap(entry);
	if (!mmio)
		dma_debug_watch(entry, phys, size, dma_debug_own(size, attrs));
out:
	dma_debug_leave(flags);
}

/** debug_dma_map_single() - a virtual address is about to be mapped. Any context. */
void debug_dma_map_single(struct device *dev, const void *addr,
			  unsigned long len)
{
	struct dma_debug_device *d;
	unsigned long flags;

	if (likely(!dma_debug_active()) || virt_addr_valid(addr) ||
	    !dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (!d)
		goto out;
	d->told = addr;
	if (!check_place(d, addr, len))
		dma_debug_misuse(
			d, "checker-map-invalid", NULL, (unsigned long)addr,
			len,
			"maps %lu bytes at an address that is not of the linear map: %s of the process",
			len, dma_debug_place(addr) ?: "memory");
out:
	dma_debug_leave(flags);
}
EXPORT_SYMBOL(debug_dma_map_single);

/** debug_dma_mapping_error() - the caller tests a mapping's address. Any context. */
void debug_dma_mapping_error(struct device *dev, dma_addr_t dma_addr)
{
	struct dma_debug_entry *entry;
	struct dma_debug_device *d;
	unsigned long flags;

	if (likely(!dma_debug_active()) || dma_no_device(dev) ||
	    !dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	for (entry = d ? dma_debug_first(d, dma_addr, dma_addr) : NULL; entry;
	     entry = dma_debug_next(entry, dma_addr, dma_addr)) {
		if (entry->range.start != dma_addr ||
		    entry->check != DMA_DEBUG_NOT_CHECKED)
			continue;
		entry->check = DMA_DEBUG_CHECKED;
		break;
	}
	dma_debug_leave(flags);
}
EXPORT_SYMBOL(debug_dma_mapping_error);

/* ---- taking away ------------------------------------------------------------------------ */

/** struct unmapping - how a mapping is taken away. */
struct unmapping {
	enum dma_debug_type type;
	dma_addr_t addr;
	u64 size;
	phys_addr_t phys;
	enum dma_data_direction dir;
	unsigned long attrs;
	int sg_call_ents;
};

static bool type_differs(const struct dma_debug_entry *entry,
			 const struct unmapping *u)
{
	bool both_phys =
		(entry->type == DMA_DEBUG_SINGLE ||
		 entry->type == DMA_DEBUG_RESOURCE) &&
		(u->type == DMA_DEBUG_SINGLE || u->type == DMA_DEBUG_RESOURCE);

	return entry->type != u->type && !(newer_rules && both_phys);
}

/*
 * What is meant? Of several mappings with this address the one that agrees in
 * everything; if there is only one, that.
 */
static struct dma_debug_entry *find(struct dma_debug_device *d,
				    const struct unmapping *u)
{
	struct dma_debug_entry *entry, *only = NULL;
	unsigned int nr = 0;

	for (entry = dma_debug_first(d, u->addr, u->addr); entry;
	     entry = dma_debug_next(entry, u->addr, u->addr)) {
		if (entry->range.start != u->addr ||
		    !dma_debug_is_streaming(entry))
			continue;
		if (entry->size == u->size && !type_differs(entry, u) &&
		    entry->dir == u->dir &&
		    entry->sg_call_ents == u->sg_call_ents)
			return entry;
		only = entry;
		nr++;
	}
	return nr == 1 ? only : NULL;
}

static void wrong_function(const struct dma_debug_entry *e,
			   const struct unmapping *u)
{
	dma_debug_misuse(
		e->owner, "checker-unmap-function", e, u->addr, u->size,
		"unmaps 0x%llx + 0x%llx with the wrong function: mapped as %s, unmapped as %s",
		u->addr, u->size, dma_debug_type_name(e->type),
		dma_debug_type_name(u->type));
}

/* Was it linked into a state? For the checker it still is: one diagnosis is enough. */
static struct dma_debug_entry *linked_at(struct dma_debug_device *d,
					 dma_addr_t addr)
{
	struct dma_debug_entry *entry = dma_debug_first(d, addr, addr);

	return entry && entry->type == DMA_DEBUG_STATE ?
		       dma_debug_link(entry, addr, addr) :
		       NULL;
}

static void not_found(struct dma_debug_device *d, const struct unmapping *u)
{
	struct dma_debug_entry *link = linked_at(d, u->addr);

	if (link)
		wrong_function(link, u);
	else if (u->addr == DMA_MAPPING_ERROR)
		dma_debug_misuse(
			d, "checker-unmap-error", NULL, u->addr, u->size,
			"unmaps DMA_MAPPING_ERROR: the mapping had failed");
	else if (!d->old)
		dma_debug_misuse(
			d, "checker-unmap-unknown", NULL, u->addr, u->size,
			"unmaps 0x%llx + 0x%llx (%s), which is not mapped",
			u->addr, u->size, dma_debug_type_name(u->type));
}

/* Each difference by itself; then the entry goes. */
static void take_away(struct dma_debug_device *d, const struct unmapping *u)
{
	struct dma_debug_entry *e = find(d, u);
	u64 addr = u->addr, len = u->size;

	if (!e) {
		not_found(d, u);
		return;
	}
	if (e->size != u->size)
		dma_debug_misuse(
			d, "checker-unmap-size", e, addr, len,
			"unmaps 0x%llx with size 0x%llx, mapped with 0x%llx",
			addr, len, e->size);
	if (type_differs(e, u))
		wrong_function(e, u);
	else if ((e->type == DMA_DEBUG_COHERENT ||
		  e->type == DMA_DEBUG_NONCOHERENT) &&
		 e->phys != u->phys)
		dma_debug_misuse(
			d, "checker-free-cpu-addr", e, addr, len,
			"frees 0x%llx + 0x%llx with another CPU address: physical 0x%llx, allocated 0x%llx",
			addr, len, u->phys, e->phys);
	else if (e->type == DMA_DEBUG_SG && e->sg_call_ents != u->sg_call_ents)
		dma_debug_misuse(
			d, "checker-unmap-nents", e, addr, len,
			"unmaps a list with %d entries, mapped with %d",
			u->sg_call_ents, e->sg_call_ents);
	if (e->dir != u->dir)
		dma_debug_misuse(
			d, "checker-unmap-direction", e, addr, len,
			"unmaps 0x%llx + 0x%llx with direction %s, mapped %s",
			addr, len, dma_debug_dir_name(u->dir),
			dma_debug_dir_name(e->dir));
	if (dma_debug_attrs(e->attrs ^ u->attrs))
		dma_debug_misuse(
			d, "checker-unmap-attrs", e, addr, len,
			"unmaps 0x%llx + 0x%llx with attributes 0x%lx, mapped with 0x%lx",
			addr, len, u->attrs, e->attrs);
	if (e->check == DMA_DEBUG_NOT_CHECKED)
		dma_debug_misuse(
			d, "checker-unmap-unchecked", e, addr, len,
			"unmaps 0x%llx + 0x%llx, mapped without a call of dma_mapping_error()",
			addr, len);
	dma_debug_remove(e);
}

static void unmap_one(struct device *dev, const struct unmapping *u)
{
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (d)
		take_away(d, u);
	dma_debug_leave(flags);
}

void debug_dma_unmap_phys(struct device *dev, dma_addr_t addr, size_t size,
			  enum dma_data_direction dir, unsigned long attrs)
{
	struct unmapping u = {
		.type = attrs & DMA_ATTR_MMIO ? DMA_DEBUG_RESOURCE :
						DMA_DEBUG_SINGLE,
		.addr = addr,
		.size = size,
		.dir = dir,
		.attrs = attrs & ~DMA_ATTR_MMIO,
	};

	unmap_one(dev, &u);
}

/* ---- lists ---------------------------------------------------------------------------------- */

static void check_segment(struct dma_debug_device *d, struct scatterlist *s)
{
	u64 first = sg_dma_address(s), last = first + sg_dma_len(s) - 1;
	u64 boundary = dma_get_seg_boundary(d->dev);
	unsigned int max = dma_get_max_seg_size(d->dev);

	if (s->length > max)
		dma_debug_misuse(
			d, "checker-map-segment-size", NULL, first, s->length,
			"maps a list entry of %u bytes, the device takes %u",
			s->length, max);
	if ((first ^ last) & ~boundary)
		dma_debug_misuse(
			d, "checker-map-segment-boundary", NULL, first,
			sg_dma_len(s),
			"maps a segment 0x%llx-0x%llx across the boundary 0x%llx",
			first, last, boundary);
}

/* An entry for each segment; false if the checker had to stop. */
static bool add_segments(struct dma_debug_device *d, struct scatterlist *sg,
			 int nents, int ents, enum dma_data_direction dir,
			 unsigned long attrs)
{
	struct dma_debug_entry *entry, *first = NULL;
	struct scatterlist *s;
	u64 bytes = 0;
	enum dma_debug_own own;
	int i;

	for_each_sg(sg, s, nents, i)
		bytes += s->length;
	own = dma_debug_own(bytes, attrs);
	for_each_sg(sg, s, nents, i) {
		if (i < ents) {
			check_segment(d, s);
			entry = dma_debug_add(d, NULL, DMA_DEBUG_SG,
					      sg_dma_address(s), sg_dma_len(s),
					      sg_phys(s), dir, attrs);
		} else {
			entry = dma_debug_add_memory(first);
		}
		if (!entry)
			return false;
		if (!first)
			first = entry;
		if (i < ents) {
			entry->sg_call_ents = nents;
			entry->sg_mapped_ents = ents;
			dma_debug_check_overlap(entry);
		}
		if (sg_dma_is_bus_address(s))
			continue;
		dma_debug_watch(entry, sg_phys(s), s->length, own);
	}
	return true;
}

void debug_dma_map_sg(struct device *dev, struct scatterlist *sg, int nents,
		      int ents, enum dma_data_direction dir,
		      unsigned long attrs)
{
	u64 max = dma_max_mapping_size(dev);
	struct dma_debug_device *d;
	struct scatterlist *s;
	unsigned long flags;
	int i;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (!d)
		goto out;
	for_each_sg(sg, s, nents, i) {
		if (sg_dma_is_bus_address(s))
			continue;
		check_length(d, sg_dma_address(s), s->length, max);
		/* Page 0 of a list is what debug builds make of a wild address,
		 * and they have told of that. */
		if (IS_ENABLED(DMASIM_DEBUG) && !PHYS_PFN(sg_phys(s)))
			continue;
		if (!pfn_valid(PHYS_PFN(sg_phys(s))))
			check_no_ram(d, sg_phys(s), s->length);
	}
	if (ents > 0)
		add_segments(d, sg, nents, ents, dir, attrs);
out:
	dma_debug_leave(flags);
}

void debug_dma_alloc_sg(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (d)
		add_segments(d, sg, nents, 1, dir,
			     attrs | DMA_ATTR_SKIP_CPU_SYNC);
	dma_debug_leave(flags);
}

/* How many segments were made of the list? The first one knows, however many
 * entries the caller takes it to have. */
static int segments_of(struct dma_debug_device *d, struct scatterlist *sg,
		       int nents)
{
	dma_addr_t addr = sg_dma_address(sg);
	struct dma_debug_entry *entry;

	for (entry = dma_debug_first(d, addr, addr); entry;
	     entry = dma_debug_next(entry, addr, addr))
		if (entry->type == DMA_DEBUG_SG && entry->range.start == addr &&
		    entry->size == sg_dma_len(sg))
			return entry->sg_mapped_ents;
	return nents;
}

void debug_dma_unmap_sg(struct device *dev, struct scatterlist *sg, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	struct dma_debug_device *d;
	struct scatterlist *s = sg;
	unsigned long flags;
	int i, ents;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	ents = d && sg ? segments_of(d, sg, nents) : 0;
	for (i = 0; i < ents && s; i++, s = sg_next(s)) {
		struct unmapping u = {
			.type = DMA_DEBUG_SG,
			.addr = sg_dma_address(s),
			.size = sg_dma_len(s),
			.dir = dir,
			.attrs = attrs,
			.sg_call_ents = nents,
		};

		take_away(d, &u);
	}
	dma_debug_leave(flags);
}

void debug_dma_no_mask(struct device *dev)
{
	struct dma_debug_device *d;
	unsigned long flags;

	if (!dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (d)
		dma_debug_misuse(
			d, "checker-map-no-mask", NULL, 0, 0,
			"dma_map_sgtable() of a device without a DMA mask says 0, and nothing is mapped");
	dma_debug_leave(flags);
}

/* ---- allocated memory ------------------------------------------------------------------------- */

/** debug_dma_cpu_to_phys() - of coherent memory; all ones: it has none. */
phys_addr_t debug_dma_cpu_to_phys(const void *cpu)
{
	if (is_vmalloc_addr(cpu))
		return page_to_phys(vmalloc_to_page(cpu)) + offset_in_page(cpu);
	return virt_addr_valid(cpu) ? virt_to_phys((void *)cpu) :
				      ~(phys_addr_t)0;
}

void debug_dma_alloc(struct device *dev, enum dma_debug_type type,
		     const void *cpu, phys_addr_t phys, size_t size,
		     dma_addr_t addr, enum dma_data_direction dir,
		     unsigned long attrs)
{
	struct dma_debug_entry *entry;
	struct dma_debug_device *d;
	unsigned long flags;

	if (!cpu || phys == ~(phys_addr_t)0 || !dma_debug_enter(&flags))
		return;
	d = dma_debug_device(dev);
	if (!d)
		goto out;
	entry = dma_debug_add(d, NULL, type, addr, size, phys, dir, attrs);
	if (!entry)
		goto out;
	dma_debug_check_overlap(entry);
	/* The CPU fills it first; then it is synced. */
	if (type == DMA_DEBUG_NONCOHERENT)
		dma_debug_watch(entry, phys, size, DMA_DEBUG_OWN_NONE);
out:
	dma_debug_leave(flags);
}

void debug_dma_free(struct device *dev, enum dma_debug_type type,
		    phys_addr_t phys, size_t size, dma_addr_t addr,
		    enum dma_data_direction dir, unsigned long attrs)
{
	struct unmapping u = {
		.type = type,
		.addr = addr,
		.size = size,
		.phys = phys,
		.dir = dir,
		.attrs = attrs,
	};

	if (phys != ~(phys_addr_t)0)
		unmap_one(dev, &u);
}
