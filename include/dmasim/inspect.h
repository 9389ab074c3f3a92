/* SPDX-License-Identifier: MIT */
/*
 * Looking inside: events, the log, faults, counters, live state, address
 * translation.
 */
#ifndef DMASIM_INSPECT_H
#define DMASIM_INSPECT_H

#include <dmasim/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- events ------------------------------------------------------------------ */

/** enum dmasim_event_kind - order matters: from here on, see DMASIM_EVENT_BAD. */
enum dmasim_event_kind {
	DMASIM_EVENT_LOG, /* a log line, id is its level ("info", "err") */
	DMASIM_EVENT_WARN, /* a WARN of kernel-dialect code */
	DMASIM_EVENT_FAULT, /* a device or MMIO access that was refused */
	DMASIM_EVENT_MISUSE, /* an API used against its contract */
	DMASIM_EVENT_REFUSAL, /* a request turned down, with the reason */
	DMASIM_EVENT_LEAK, /* something left over */
	DMASIM_EVENT_NOTE, /* worth counting, not wrong */
};

/** DMASIM_EVENT_BAD - kinds that a clean test has none of, as a bit mask. */
#define DMASIM_EVENT_BAD                                      \
	(1u << DMASIM_EVENT_WARN | 1u << DMASIM_EVENT_FAULT | \
	 1u << DMASIM_EVENT_MISUSE | 1u << DMASIM_EVENT_LEAK)

/**
 * struct dmasim_event - one event
 * @id: stable identifier; docs/diagnoses.md lists them
 * @dev: device name or ""
 * @addr, @len: what the event is about, 0 if meaningless
 * @text: one line
 * @frames: return addresses, innermost first
 * @origin: a second call path, of what the event is about: where a misused
 *	mapping was made (<dmasim/checker.h>); @nr_origin is 0 if there is none
 */
struct dmasim_event {
	uint64_t seq;
	enum dmasim_event_kind kind;
	const char *id;
	char dev[32];
	uint64_t addr, len;
	char text[232];
	unsigned int nr_frames;
	void *frames[24];
	unsigned int nr_origin;
	void *origin[24];
};

/** dmasim_event_count() - events of @kind so far; @id NULL: any id. */
uint64_t dmasim_event_count(enum dmasim_event_kind kind, const char *id);

/** dmasim_event_last() - sequence number of the newest event, 0 if none. */
uint64_t dmasim_event_last(void);

/** dmasim_event_get() - false if @seq is in the future or overwritten. */
bool dmasim_event_get(uint64_t seq, struct dmasim_event *event);

/** dmasim_event_echo() - print events of the kinds in @mask to stderr, too. */
void dmasim_event_echo(unsigned int mask);

/** dmasim_dump_events() - print all events of the kinds in @mask to stderr. */
void dmasim_dump_events(unsigned int mask);

/* ---- IOMMU ---------------------------------------------------------------------- */

/**
 * struct dmasim_fault - an access that was refused
 * @dev: by whose name it came
 * @addr, @len: of the access; device addresses
 * @level, @entry: where a walk ended, and the entry there; 0 if there was none
 */
struct dmasim_fault {
	char dev[32];
	bool write;
	enum dmasim_dma reason;
	uint64_t addr, len;
	unsigned int level;
	uint64_t entry;
};

/**
 * dmasim_iommu_next_fault() - take the oldest unread fault record
 *
 * 256 are kept unread, further ones are counted only. Context: any thread.
 * Return: false if there is none.
 */
bool dmasim_iommu_next_fault(struct dmasim_fault *fault);

#define DMASIM_MAX_LEVELS 6

/** struct dmasim_iommu_stats - since the machine was built; sizes in bytes. */
struct dmasim_iommu_stats {
	uint64_t lookups, hits, misses, walk_reads, faults;
	uint64_t level_reads
		[DMASIM_MAX_LEVELS]; /* of walk_reads; 0: smallest leaves */
	uint64_t device_hits; /* devices with ATS: it knew by itself */
	uint64_t stale_hits; /* a missed invalidation was used */
	uint64_t deferred_hits; /* lazy mode: unmapped, not flushed yet */
	uint64_t invalidations; /* asked for: of ranges, of whole domains */
	uint64_t iotlb_entries; /* live now */
	uint64_t pte_writes; /* leaf entries stored or cleared */
	uint64_t pt_pages; /* page-table pages live now */
	uint64_t pt_pages_peak;
	uint64_t maps, unmaps; /* calls of iommu_map*(), iommu_unmap*() */
	uint64_t syncs; /* iotlb_sync_map calls */
	uint64_t empty_syncs; /* iommu_iotlb_sync() with nothing gathered */
	uint64_t fq_flushes; /* flush queue: domain-wide flushes */
	uint64_t commands; /* in the IOMMU's queue, executed, waits included */
	uint64_t waits; /* completions among them */
	/* what the IOMMU was told to forget, with or without queue */
	uint64_t forgot_ranges, forgot_domains, forgot_all;
	uint64_t forgot_contexts, forgot_devices;
	uint64_t unmapped_bytes; /* by iommu_unmap*() */
	uint64_t asked_bytes; /* of ranges to be invalidated */
	uint64_t covered_bytes; /* of the ranges that the commands named */
};

/** dmasim_iommu_get_stats() - of the machine that is there. Context: no lock held. */
void dmasim_iommu_get_stats(struct dmasim_iommu_stats *stats);

/**
 * dmasim_iommu_translate() - what a device access would reach, from memory
 *
 * Walks the page-table bytes without filling or consulting the IOTLB and
 * without leaving a fault record.
 */
enum dmasim_dma dmasim_iommu_translate(struct dmasim_device *dev, uint64_t addr,
				       bool write, uint64_t *phys);

/* ---- IOVA, DMA API ------------------------------------------------------------------ */

/**
 * dmasim_iommu_group_get() - read an attribute of a device's IOMMU group
 * @dev: a device
 * @attr: "type", "reserved_regions" or "name", as in
 *	/sys/kernel/iommu_groups/<n>
 * @buf: result, with its newlines, cut at @size - 1
 * @size: bytes of @buf, not 0
 *
 * Return: length of the whole text; -ENODEV without an IOMMU; -ENOENT for
 * another attribute; -ENOMEM. dmasim_refusal() says why.
 */
int dmasim_iommu_group_get(struct dmasim_device *dev, const char *attr,
			   char *buf, size_t size);

/**
 * dmasim_iommu_group_set() - write it
 * @dev: a device
 * @attr: "type"
 * @text: "identity", "DMA", "DMA-FQ" or "auto": the default domain of the group
 *	from now on. DMA becomes DMA-FQ at any time; anything else only while no
 *	driver of the group is bound and nobody owns it
 *
 * Return: 0; -EINVAL for another word, or a type that a device of the group
 * cannot have; -EPERM in use; -ENODEV; -ENOENT; -EIO for an attribute that
 * cannot be written; -ENOMEM. dmasim_refusal() says why.
 */
int dmasim_iommu_group_set(struct dmasim_device *dev, const char *attr,
			   const char *text);

struct dmasim_dma_stats {
	uint64_t iova_allocs; /* alloc_iova_fast() calls that succeeded */
	uint64_t iova_frees; /* ranges given back; a refused free is none */
	uint64_t maps; /* mapping calls: page, sg, link, ... */
	uint64_t unmaps;
	uint64_t pool_bytes; /* atomic pools (coherent_pool): size of all */
	uint64_t pool_used; /* bytes handed out now */
	uint64_t pool_used_hiwater;
	uint64_t pool_allocs; /* allocations served */
	uint64_t pool_refusals; /* and refused */
	uint64_t fq_full; /* flushes because a queue was full */
	uint64_t fq_timeouts; /* flushes because the oldest entry was due */
	uint64_t sg_padding; /* bytes between entries of lists, for boundaries */
};

void dmasim_dma_get_stats(struct dmasim_dma_stats *stats);

/**
 * struct dmasim_iova_stats - the address space of a device, in granules
 * @granule: bytes
 * @ranges: allocated or reserved, or freed and held by a cache
 * @granules: in those ranges
 * @cached_ranges: freed ones that a CPU's cache or a depot holds
 * @deferred_ranges: unmapped ones that wait in the flush queue (lazy mode)
 * @largest_gap32: free in one piece below 4 GiB
 * @max32_size: requests of this size or more are refused below 4 GiB without a
 *	search; 4 GiB if none failed lately (allocator "linux")
 * @max32_refusals: how many were: with a @largest_gap32 of at least that size
 *	the space was there (docs/differences.md, D15)
 * @lost_granules: first granules of inbound windows that reservations of the gaps
 *	before them took (D16)
 * @cached_size: the longest range, in bytes, that the caches keep
 * @optimal_size: what drivers are told (dma_opt_mapping_size()); more than
 *	@cached_size where pages are larger than granules (D17)
 */
struct dmasim_iova_stats {
	uint64_t granule;
	uint64_t ranges, granules, cached_ranges, deferred_ranges;
	uint64_t largest_gap32;
	uint64_t max32_size, max32_refusals;
	uint64_t lost_granules;
	uint64_t cached_size, optimal_size;
};

/**
 * dmasim_iova_get_stats() - walks all ranges
 * Return: false, with nothing set, if @dev is not translated.
 */
bool dmasim_iova_get_stats(struct dmasim_device *dev,
			   struct dmasim_iova_stats *stats);

/* ---- CPU caches ----------------------------------------------------------------------- */

/**
 * struct dmasim_cache_stats - maintenance for devices that do not snoop
 * @cleans, @invalidates: operations; one covers a range
 * @clean_bytes, @invalidate_bytes: lengths of the ranges
 * @clean_lines, @invalidate_lines: lines of 64 bytes that they touched
 * @written_back: lines that were dirty when they were cleaned
 * @overwritten: of these, lines that a device had written to meanwhile: its
 *	bytes are gone
 * @discarded: lines that were dirty when they were invalidated: the CPU's bytes
 *	are gone
 *
 * @waits: completions waited for (arch_sync_dma_flush()): one may serve any
 *	number of operations
 * @spec_written_back: dirty lines that left the cache by themselves
 *	(cache_speculation); they count in @written_back, too
 * @spec_fetched: clean lines that did and were read again after a device had
 *	written to them
 *
 * @overwritten and @discarded are no errors by themselves: memory that is used anew loses what
 * it held. The last three count from the first non-coherent device on.
 */
struct dmasim_cache_stats {
	uint64_t cleans, clean_bytes, clean_lines;
	uint64_t written_back, overwritten;
	uint64_t invalidates, invalidate_bytes, invalidate_lines;
	uint64_t discarded;
	uint64_t waits;
	uint64_t spec_written_back, spec_fetched;
};

void dmasim_cache_get_stats(struct dmasim_cache_stats *stats);

/* ---- bounce buffers ------------------------------------------------------------------ */

struct dmasim_swiotlb_stats {
	uint64_t slots; /* of 2 KiB, in pools that stay; 0: no pool */
	uint64_t areas;
	uint64_t used; /* now, padding included */
	uint64_t used_hiwater;
	uint64_t transient; /* slots in pools made for one buffer each */
	uint64_t bounces; /* buffers taken since boot, by all devices */
	uint64_t base; /* physical address of the first slot */
};

/** dmasim_swiotlb_get_stats() - of the allocator for all devices. */
void dmasim_swiotlb_get_stats(struct dmasim_swiotlb_stats *stats);

/** dmasim_swiotlb_get_device_stats() - of the one that @dev uses. */
void dmasim_swiotlb_get_device_stats(struct dmasim_device *dev,
				     struct dmasim_swiotlb_stats *stats);

/**
 * dmasim_swiotlb_attr_get() - read a file of the kernel's debugfs folder swiotlb/
 * @path: "io_tlb_nslabs", "io_tlb_used", "io_tlb_used_hiwater" or
 *	"io_tlb_transient_nslabs"; of restricted pool 1 "restricted1/io_tlb_used"
 *	and so on
 *
 * Return: 0; -ENOENT: there is no such file, or no device uses that pool yet.
 */
int dmasim_swiotlb_attr_get(const char *path, uint64_t *value);

/**
 * dmasim_swiotlb_attr_set() - write one
 *
 * Return: 0; -ENOENT as above; -EACCES: it can only be read; -EINVAL: anything
 * but 0 to io_tlb_used_hiwater.
 */
int dmasim_swiotlb_attr_set(const char *path, uint64_t value);

/**
 * struct dmasim_bounce - a bounce buffer in use
 * @dev: whose; "" if that device is gone
 * @phys: physical address of the copy
 * @orig: of the original; 0: coherent memory from a restricted pool
 * @size: bytes
 * @slots: slots of 2 KiB that it takes, padding included
 * @transient: in a pool of its own
 */
struct dmasim_bounce {
	char dev[32];
	uint64_t phys, orig;
	uint64_t size;
	unsigned int slots;
	bool transient;
};

/**
 * dmasim_swiotlb_get_live() - the bounce buffers in use, by all devices
 * @max: entries that @live has room for; at most 4096 are written
 *
 * Return: how many there are, which may be more.
 */
size_t dmasim_swiotlb_get_live(struct dmasim_bounce *live, size_t max);

/**
 * dmasim_swiotlb_set_hiwater() - reset used_hiwater, as the kernel's debugfs file
 * Return: 0, -EINVAL unless @value is 0.
 */
int dmasim_swiotlb_set_hiwater(unsigned long value);

/* ---- memory --------------------------------------------------------------------------- */

struct dmasim_mem_stats {
	uint64_t pages_total, pages_free;
	uint64_t slab_objects, slab_bytes;
};

void dmasim_mem_get_stats(struct dmasim_mem_stats *stats);

/**
 * dmasim_ram() - host address of @len bytes of RAM at physical address @phys
 * Return: NULL unless all of it is RAM. For tests and debuggers: not a path
 * that a device has.
 */
void *dmasim_ram(uint64_t phys, size_t len);

#ifdef __cplusplus
}
#endif

#endif
