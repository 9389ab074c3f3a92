/* SPDX-License-Identifier: MIT */
/*
 * Private to src/dma/debug*.c: what the checker remembers.
 *
 * Everything here is protected by dma_debug_lock, which is taken with interrupts
 * off and under which only the event ring and host memory are asked for.
 */
#ifndef DMA_DEBUG_ENTRY_H
#define DMA_DEBUG_ENTRY_H

#include <linux/interval_tree.h>
#include <linux/list.h>
#include <linux/spinlock.h>

#include <dmasim/fault.h>

#include "dma/debug.h"
#include "lib/lib.h"

struct host_path;

/** enum dma_debug_check - was the address of a mapping tested for an error? */
enum dma_debug_check {
	DMA_DEBUG_CHECK_NOT_NEEDED,
	DMA_DEBUG_NOT_CHECKED,
	DMA_DEBUG_CHECKED,
};

/**
 * struct dma_debug_entry - one mapping
 * @range: device addresses, in owner->ranges or, of a link, in->links
 * @line: in the table of first cache lines, if @lined
 * @state_node: of a state: in the table of states
 * @size: bytes as the caller said
 * @phys: of the first byte as the CPU has it; 0 for a state
 * @in: of a link: the state that it is in
 * @state: of a state: where the caller keeps it
 * @links, @last_link: of a state: all by address, and the last of them
 * @sg_call_ents, @sg_mapped_ents: of a list: given to map, made of it
 * @memory, @watch_size: CPU memory behind it that debug_page.c watches, if
 *	@watch_size is not 0
 * @sampled: only a sample of it, and it is in the tree of such memory
 * @more: of a list: more of such memory, in entries that are in no tree
 * @synced: of a link: dma_iova_sync() was called for it
 * @listed: reported as left over already
 * @path: call that made it
 */
struct dma_debug_entry {
	struct interval_tree_node range;
	struct hlist_node line;
	struct hlist_node state_node;
	struct dma_debug_device *owner;
	u64 size;
	phys_addr_t phys;
	unsigned long attrs;
	struct dma_debug_entry *in;
	const struct dma_iova_state *state;
	struct rb_root links;
	struct dma_debug_entry *last_link;
	struct interval_tree_node memory;
	u64 watch_size;
	struct dma_debug_entry *more;
	int sg_call_ents, sg_mapped_ents;
	u8 type, dir, check;
	bool lined, synced, listed, sampled;
	const struct host_path *path;
};

/**
 * struct dma_debug_device - a device that the checker has met
 * @rid: requester of a PCI function, -1 for others
 * @old: it may have mappings from before the checker was switched on: what is
 *	not known is not held against it
 * @last_state: the state that a two-step call was last about, if it is alive
 * @told: virtual address that dma_map_single() was last warned about, so that
 *	its page is not reported as well
 * @driver: name of the last driver that mapped something, which outlives it
 * @driver_seen: of that one
 */
struct dma_debug_device {
	struct list_head node;
	struct device *dev;
	int rid;
	bool old;
	const void *told;
	struct dma_debug_entry *last_state;
	struct rb_root_cached ranges;
	const struct device_driver *driver_seen;
	char driver[32];
};

extern raw_spinlock_t dma_debug_lock;
extern struct list_head dma_debug_devices;

/* ---- debug.c: entries and devices ------------------------------------------------- */

/**
 * dma_debug_enter() - take the lock, if the checker is (still) on
 * Return: true with the lock held; else nothing is held.
 */
bool dma_debug_enter(unsigned long *flags);
void dma_debug_leave(unsigned long flags);

struct dma_debug_device *dma_debug_device(struct device *dev);
struct dma_debug_device *dma_debug_device_of_rid(unsigned int rid);

/**
 * dma_debug_add() - remember a mapping made by the current call
 * @in: of a link: its state
 *
 * Return: the entry, with call path; NULL if none is left: the checker has then
 * switched itself off.
 */
struct dma_debug_entry *dma_debug_add(struct dma_debug_device *owner,
				      struct dma_debug_entry *in,
				      enum dma_debug_type type, dma_addr_t addr,
				      u64 size, phys_addr_t phys,
				      enum dma_data_direction dir,
				      unsigned long attrs);

/** dma_debug_remove() - forget it; a state takes its links with it. */
void dma_debug_remove(struct dma_debug_entry *entry);

/**
 * dma_debug_add_like() - remember a part of what @old was
 * @old: a copy of an entry that has been removed
 *
 * Return: as dma_debug_add().
 */
struct dma_debug_entry *dma_debug_add_like(const struct dma_debug_entry *old,
					   dma_addr_t addr, u64 size,
					   phys_addr_t phys);

/** dma_debug_add_memory() - a list has more CPU memory than @entry watches. */
struct dma_debug_entry *dma_debug_add_memory(struct dma_debug_entry *entry);

/** dma_debug_first(), dma_debug_next() - entries that touch a range, in order; a
 * state stands for its links. */
static inline struct dma_debug_entry *
dma_debug_entry_of(struct interval_tree_node *node)
{
	return node ? container_of(node, struct dma_debug_entry, range) : NULL;
}

static inline struct dma_debug_entry *
dma_debug_first(struct dma_debug_device *owner, dma_addr_t first,
		dma_addr_t last)
{
	return dma_debug_entry_of(
		interval_tree_iter_first(&owner->ranges, first, last));
}

static inline struct dma_debug_entry *
dma_debug_next(struct dma_debug_entry *entry, dma_addr_t first, dma_addr_t last)
{
	return dma_debug_entry_of(
		interval_tree_iter_next(&entry->range, first, last));
}

static inline struct dma_debug_entry *dma_debug_link_of(struct rb_node *node)
{
	return node ? container_of(node, struct dma_debug_entry, range.rb) :
		      NULL;
}

/** dma_debug_link(), dma_debug_next_link() - links of a state in [first, last]. */
struct dma_debug_entry *dma_debug_link(struct dma_debug_entry *state, u64 first,
				       u64 last);
struct dma_debug_entry *dma_debug_next_link(struct dma_debug_entry *link,
					    u64 last);

/** dma_debug_mapping() - what has @addr: @entry, or a link if it is a state. */
static inline struct dma_debug_entry *
dma_debug_mapping(struct dma_debug_entry *entry, dma_addr_t addr)
{
	return entry->type == DMA_DEBUG_STATE ?
		       dma_debug_link(entry, addr, addr) :
		       entry;
}

/** dma_debug_last() - last byte of a range; an empty one counts as a byte. */
static inline dma_addr_t dma_debug_last(dma_addr_t addr, u64 size)
{
	return addr + (size ? size - 1 : 0);
}

static inline bool dma_debug_is_streaming(const struct dma_debug_entry *entry)
{
	return entry->type <= DMA_DEBUG_NONCOHERENT;
}

/** dma_debug_attrs() - attributes that map and unmap must agree about. */
static inline unsigned long dma_debug_attrs(unsigned long attrs)
{
	return attrs & ~(DMA_ATTR_SKIP_CPU_SYNC | DMA_ATTR_NO_WARN |
			 DMA_ATTR_ALLOC_SINGLE_PAGES |
			 DMA_ATTR_DEBUGGING_IGNORE_CACHELINES);
}

/**
 * dma_debug_overlaps() - other mappings with the first cache line of @entry
 * @unpromised: how many of them made no promise about the line
 */
unsigned int dma_debug_overlaps(const struct dma_debug_entry *entry,
				unsigned int *unpromised);

/* debug_map.c */
bool dma_debug_promises(const struct dma_debug_entry *entry);
void dma_debug_check_overlap(struct dma_debug_entry *entry);
void dma_debug_check_memory(struct dma_debug_device *d, phys_addr_t phys,
			    u64 size, unsigned long attrs);
void dma_debug_rules_reset(void);

/** dma_debug_find_state() - live state kept at @state; NULL. */
struct dma_debug_entry *
dma_debug_find_state(const struct dma_iova_state *state);

struct dma_checker_stats;
void dma_debug_get_entries(struct dma_checker_stats *stats);
void dma_debug_note_state(struct dma_debug_entry *entry);

/** dma_debug_disable_locked() - switch off and forget everything. */
void dma_debug_disable_locked(void);

/* ---- debug_report.c ------------------------------------------------------------------- */

/**
 * dma_debug_misuse() - add a diagnosis: event, count, and as configured the log
 * @dev: device concerned
 * @id: string with static lifetime
 * @entry: mapping concerned, says who made it and where; may be NULL
 */
void dma_debug_misuse(struct dma_debug_device *dev, const char *id,
		      const struct dma_debug_entry *entry, u64 addr, u64 len,
		      const char *fmt, ...) __printf(6, 7) __cold;

const char *dma_debug_type_name(unsigned int type);
const char *dma_debug_dir_name(unsigned int dir);

/** dma_debug_describe() - an entry in a line; returns @buf. */
const char *dma_debug_describe(struct dma_debug_entry *entry, char *buf,
			       size_t size);
void dma_debug_report_reset(void);

/** dma_debug_report_pending() - a driver has gone: list what it left mapped. */
void dma_debug_report_pending(struct dma_debug_device *d);

/** dma_debug_report_leaks() - the device goes: so is what nobody told of yet. */
void dma_debug_report_leaks(struct dma_debug_device *d);
unsigned int dma_debug_leaks(void);

/* ---- debug_page.c: who owns the bytes ------------------------------------------------- */

/** enum dma_debug_own - which bytes are the device's, so that they are compared? */
enum dma_debug_own {
	DMA_DEBUG_OWN_NONE,
	DMA_DEBUG_OWN_SAMPLE,
	DMA_DEBUG_OWN_ALL,
};

/** dma_debug_own() - of something mapped with @attrs, of @size in all. */
enum dma_debug_own dma_debug_own(u64 size, unsigned long attrs);

/**
 * dma_debug_watch() - pages of @entry are mapped
 * @own: which of their bytes are the device's until it gives them back
 */
void dma_debug_watch(struct dma_debug_entry *entry, phys_addr_t phys, u64 size,
		     enum dma_debug_own own);

/** dma_debug_unwatch() - they are not any more; compares what is owned. */
void dma_debug_unwatch(struct dma_debug_entry *entry);

/**
 * dma_debug_hand_over() - bytes change hands
 * @whole, @whole_size: memory of @entry that they are a part of
 */
void dma_debug_hand_over(struct dma_debug_entry *entry, phys_addr_t whole,
			 u64 whole_size, phys_addr_t phys, u64 size,
			 bool to_cpu);
void dma_debug_device_wrote(phys_addr_t phys, const void *data, u64 size);
void dma_debug_page_freed(struct page *page, unsigned int order);
void dma_debug_object_freed(phys_addr_t phys, u64 size);
void dma_debug_pages_reset(void);
void dma_debug_pages_quiet(bool quiet);
int dma_debug_pages_start(void);
void dma_debug_pages_stop(void);

/* ---- debug_access.c: what devices do ---------------------------------------------------- */

void dma_debug_access(unsigned int rid, unsigned int pasid, bool write,
		      dma_addr_t addr, phys_addr_t phys, const void *data,
		      u64 len, bool seen_by_cpu);

/* ---- debug_hw.c, debug_host.c: passages ------------------------------------------------- */

void dma_debug_watch_devices(bool on);
void *dma_debug_host_alloc(size_t size);
void dma_debug_host_free(void *p);
const struct host_path *dma_debug_call_path(void);
unsigned int dma_debug_path_frames(const struct host_path *path,
				   void *const **frames);
unsigned int dma_debug_frames(const struct dma_debug_entry *entry,
			      void *const **frames);

/** dma_debug_place() - "stack", "text or rodata", "data"; NULL: none of these. */
const char *dma_debug_place(const void *p);
bool dma_debug_env(void);

#endif
