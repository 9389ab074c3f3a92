/* SPDX-License-Identifier: MIT */
/*
 * Whose are the bytes? For the checker: a copy of what devices own.
 *
 * Memory is kept in frames of 4 KiB, whatever the size of a page.
 *
 * While a frame is mapped its record counts the mappings and keeps a copy of the
 * bytes that were given to a device. What a device stores goes to the copy, too;
 * so a difference, found when the bytes come back, is a store of the CPU to
 * memory that it did not own. A page that is freed while it has a record is
 * freed too early.
 *
 *	map, sync for device	copy the bytes
 *	device writes		change the copy
 *	sync for cpu		compare; the CPU's until the sync for device
 *	unmap			compare
 *
 * Ownership is kept a cache line; a line shared with something else that is the
 * CPU's stays the CPU's, so that nothing is said that is not so. Of what is long
 * only a sample is the device's: copies of all of it would cost more than the rest
 * of the checker. Not compared is
 * what a device that does not snoop owns: there the hardware's model shows lost
 * stores for what they are. Bounced memory is: the device writes elsewhere.
 *
 * I1  A record exists iff some entry watches its page.
 * I2  Bytes of a line whose bit in ->cpu is clear equal the copy, within each
 *     mapping, unless the CPU stored to them.
 * Locks: dma_debug_lock, held by the callers.
 * Tests: tests/api/test_checker_life.c
 */
#include <linux/dma-map-ops.h>
#include <linux/hashtable.h>
#include <linux/kernel.h>
#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "dma/debug_entry.h"
#include "dma/dma.h"

#define FIRST_RECORDS 16384u
#define MORE_RECORDS 256u
#define COPY_LIMIT (64ull << 10)
#define SAMPLE_FRAMES 16u
#define FRAME_SHIFT 12
#define FRAME_SIZE (1u << FRAME_SHIFT)

/**
 * struct page_record - a frame that is mapped
 * @frame: physical address >> FRAME_SHIFT
 * @maps: entries that watch bytes of it
 * @cpu: bit per cache line that is not compared
 * @copy: bytes as the device was given them, or wrote them; FRAME_SIZE, not next
 *	to the record, so that records without need for it lie close
 */
struct page_record {
	struct hlist_node node;
	unsigned long frame;
	unsigned int maps;
	u64 cpu;
	u8 *copy;
};

/** struct record_block - records, and behind them their copies */
struct record_block {
	struct record_block *next;
	unsigned int nr, used;
	struct page_record record[];
};

static_assert(FRAME_SIZE / L1_CACHE_BYTES == 64);

static DEFINE_HASHTABLE(records, 10);
static struct hlist_head free_records;
static struct record_block *record_blocks;
static u64 copy_limit;
static bool quiet;

static bool records_grow(unsigned int nr)
{
	struct record_block *block = NULL;

	if (!should_fail_site(DMASIM_SITE_CHECKER))
		block = dma_debug_host_alloc(
			sizeof(*block) +
			nr * (sizeof(block->record[0]) + FRAME_SIZE));
	if (!block)
		return false;
	block->nr = nr;
	block->next = record_blocks;
	record_blocks = block;
	return true;
}

/** dma_debug_pages_reset() - a new machine. */
void dma_debug_pages_reset(void)
{
	copy_limit = COPY_LIMIT;
}

int dma_debug_pages_start(void)
{
	hash_init(records);
	INIT_HLIST_HEAD(&free_records);
	return records_grow(FIRST_RECORDS) ? 0 : -ENOMEM;
}

void dma_debug_pages_stop(void)
{
	struct record_block *block;

	while ((block = record_blocks)) {
		record_blocks = block->next;
		dma_debug_host_free(block);
	}
}

void dma_debug_pages_quiet(bool on)
{
	quiet = on;
}

/** dma_checker_set_copy_limit() - of what is longer a sample is compared. */
void dma_checker_set_copy_limit(u64 bytes)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&dma_debug_lock, flags);
	copy_limit = bytes;
	raw_spin_unlock_irqrestore(&dma_debug_lock, flags);
}

static struct page_record *record_find(unsigned long frame)
{
	struct page_record *r;

	hash_for_each_possible(records, r, node, frame)
		if (r->frame == frame)
			return r;
	return NULL;
}

static struct page_record *record_get(unsigned long frame)
{
	struct page_record *r = record_find(frame);

	if (r)
		return r;
	if (!hlist_empty(&free_records)) {
		r = hlist_entry(free_records.first, struct page_record, node);
		hlist_del(&r->node);
	} else {
		if (record_blocks->used == record_blocks->nr &&
		    !records_grow(MORE_RECORDS))
			return NULL;
		r = &record_blocks->record[record_blocks->used];
		r->copy = (u8 *)&record_blocks->record[record_blocks->nr] +
			  (size_t)record_blocks->used++ * FRAME_SIZE;
	}
	r->frame = frame;
	r->maps = 0;
	r->cpu = 0;
	hash_add(records, &r->node, frame);
	return r;
}

static void record_put(struct page_record *r)
{
	if (--r->maps)
		return;
	hash_del(&r->node);
	hlist_add_head(&r->node, &free_records);
}

static const u8 *page_bytes(const struct page_record *r)
{
	return phys_to_virt((phys_addr_t)r->frame << FRAME_SHIFT);
}

/* Bits of the lines that bytes [@off, @off + @len) of a page touch. */
static u64 lines_touched(unsigned int off, unsigned int len)
{
	unsigned int first = off / L1_CACHE_BYTES;
	unsigned int last = (off + len - 1) / L1_CACHE_BYTES;

	return GENMASK_ULL(last, first);
}

/* Bits of the lines that lie in the bytes altogether. */
static u64 lines_covered(unsigned int off, unsigned int len)
{
	unsigned int first = DIV_ROUND_UP(off, L1_CACHE_BYTES);
	unsigned int end = (off + len) / L1_CACHE_BYTES;

	return first < end ? GENMASK_ULL(end - 1, first) : 0;
}

/* ---- giving and taking -------------------------------------------------------------- */

/* The device gets [@off, @off + @len) of a mapping of [@from, @to) of the page. */
static void give(struct page_record *r, unsigned int off, unsigned int len,
		 unsigned int from, unsigned int to)
{
	unsigned int lo = off, hi = off + len;

	memcpy(r->copy + off, page_bytes(r) + off, len);
	if (!r->cpu)
		return;
	/* Nobody else has a share in the lines at the ends? */
	if (r->maps == 1) {
		if (lo == from)
			lo = round_down(lo, L1_CACHE_BYTES);
		if (hi == to)
			hi = round_up(hi, L1_CACHE_BYTES);
	}
	r->cpu &= ~lines_covered(lo, hi - lo);
}

/* The same of the first and the last line of [@off, @off + @len). */
static void give_ends(struct page_record *r, unsigned int off, unsigned int len,
		      unsigned int from, unsigned int to)
{
	unsigned int end = off + len;
	unsigned int head =
		min(round_down(off, L1_CACHE_BYTES) + L1_CACHE_BYTES, end);
	unsigned int tail = max(round_down(end - 1, L1_CACHE_BYTES), off);

	give(r, off, head - off, from, to);
	if (tail >= head)
		give(r, tail, end - tail, from, to);
}

static void report_store(struct page_record *r, struct dma_debug_entry *entry,
			 unsigned int at, unsigned int len)
{
	const u8 *now = page_bytes(r);
	phys_addr_t phys = ((phys_addr_t)r->frame << FRAME_SHIFT) + at;

	dma_debug_misuse(
		entry->owner, "checker-cpu-store", entry, phys, len,
		"CPU stored to memory of the device, %u bytes from physical 0x%llx: 0x%02x, now 0x%02x, in %s 0x%lx + 0x%llx",
		len, phys, r->copy[at], now[at],
		dma_debug_type_name(entry->type), entry->range.start,
		entry->size);
}

/* Compare, line by line where some lines are the CPU's. */
static void compare(struct page_record *r, struct dma_debug_entry *entry,
		    unsigned int off, unsigned int len)
{
	u64 owned = lines_touched(off, len) & ~r->cpu;
	const u8 *now = page_bytes(r);
	unsigned int at, end, first = 0, nr = 0;

	if (quiet || !owned ||
	    (!r->cpu && !memcmp(now + off, r->copy + off, len)))
		return;
	for (; owned; owned &= owned - 1) {
		at = __ffs64(owned) * L1_CACHE_BYTES;
		end = min(at + L1_CACHE_BYTES, off + len);
		at = max(at, off);
		if (!memcmp(now + at, r->copy + at, end - at))
			continue;
		for (; at < end; at++)
			if (now[at] != r->copy[at] && !nr++)
				first = at;
	}
	if (nr)
		report_store(r, entry, first, nr);
}

/* Calls for each page of a range: bytes [off, off + len) of page pfn. */
#define for_each_piece(phys, size, frame, off, len)                      \
	for (u64 pos_ = (phys), end_ = (phys) + (size);                  \
	     pos_ < end_ &&                                              \
	     ((frame) = pos_ >> FRAME_SHIFT, (off) = pos_ % FRAME_SIZE,  \
	     (len) = min_t(u64, end_ - pos_, FRAME_SIZE - (off)), true); \
	     pos_ += (len))

/* Registers and memory of peers are left alone. */
static bool is_ram(phys_addr_t phys)
{
	return pfn_valid(PHYS_PFN(phys)) &&
	       !is_zone_device_page(pfn_to_page(PHYS_PFN(phys)));
}

enum dma_debug_own dma_debug_own(u64 size, unsigned long attrs)
{
	if (attrs & DMA_ATTR_SKIP_CPU_SYNC || !copy_limit)
		return DMA_DEBUG_OWN_NONE;
	return size <= copy_limit ? DMA_DEBUG_OWN_ALL : DMA_DEBUG_OWN_SAMPLE;
}

/* Is the frame at @pos of [@phys, @phys + @size) one of the sample? */
static bool in_sample(phys_addr_t pos, phys_addr_t phys, u64 size)
{
	unsigned long frame = pos >> FRAME_SHIFT;

	return frame % SAMPLE_FRAMES == 0 ||
	       (size > FRAME_SIZE &&
		(pos == phys || frame == (phys + size - 1) >> FRAME_SHIFT));
}

bool dma_debug_watch(struct dma_debug_entry *entry, phys_addr_t phys, u64 size,
		     enum dma_debug_own own)
{
	struct page_record *r;
	unsigned int off, len;
	unsigned long frame;

	if (!dev_is_dma_coherent(entry->owner->dev))
		own = DMA_DEBUG_OWN_NONE;
	entry->watch_phys = phys;
	entry->watch_size = size;
	for_each_piece(phys, size, frame, off, len)
	{
		if (!is_ram(pos_)) {
			entry->watch_size = pos_ - phys;
			return true;
		}
		r = record_get(frame);
		if (!r) {
			lib_event(
				LIB_EVENT_REFUSAL, "checker-exhausted",
				entry->owner->dev, entry->range.start, size,
				"no memory for a copy of a mapped page: the checker switches itself off; what it found so far stands");
			dma_debug_disable_locked();
			return false;
		}
		r->maps++;
		if (own == DMA_DEBUG_OWN_ALL) {
			give(r, off, len, off, off + len);
			continue;
		}
		r->cpu |= lines_touched(off, len);
		if (own == DMA_DEBUG_OWN_SAMPLE && in_sample(pos_, phys, size))
			give_ends(r, off, len, off, off + len);
	}
	return true;
}

void dma_debug_unwatch(struct dma_debug_entry *entry)
{
	struct page_record *r;
	unsigned int off, len;
	unsigned long frame;

	for_each_piece(entry->watch_phys, entry->watch_size, frame, off, len)
	{
		r = record_find(frame);
		if (!r)
			continue;
		if (r->cpu != ~0ull)
			compare(r, entry, off, len);
		record_put(r);
	}
	entry->watch_size = 0;
}

void dma_debug_hand_over(struct dma_debug_entry *entry, phys_addr_t whole,
			 u64 whole_size, phys_addr_t phys, u64 size,
			 bool to_cpu)
{
	enum dma_debug_own own = dma_debug_own(whole_size, 0);
	struct page_record *r;
	unsigned int off, len, from, to;
	unsigned long frame;

	if (!dev_is_dma_coherent(entry->owner->dev) ||
	    own == DMA_DEBUG_OWN_NONE)
		return;
	for_each_piece(phys, size, frame, off, len)
	{
		phys_addr_t page = (phys_addr_t)frame << FRAME_SHIFT;

		r = record_find(frame);
		if (!r)
			continue;
		if (to_cpu) {
			compare(r, entry, off, len);
			r->cpu |= lines_touched(off, len);
			continue;
		}
		from = whole > page ? whole % FRAME_SIZE : 0;
		to = min_t(u64, whole + whole_size - page, FRAME_SIZE);
		if (own == DMA_DEBUG_OWN_ALL)
			give(r, off, len, from, to);
		else if (in_sample(pos_, phys, size))
			give_ends(r, off, len, from, to);
	}
}

void dma_debug_device_wrote(phys_addr_t phys, const void *data, u64 size)
{
	struct page_record *r;
	unsigned int off, len;
	unsigned long frame;

	for_each_piece(phys, size, frame, off, len)
	{
		r = record_find(frame);
		if (r)
			memcpy(r->copy + off, data, len);
		data += len;
	}
}

/* ---- freed pages ----------------------------------------------------------------------- */

static bool watches(const struct dma_debug_entry *entry, phys_addr_t phys)
{
	return phys < entry->watch_phys + entry->watch_size &&
	       phys + FRAME_SIZE > entry->watch_phys;
}

static struct dma_debug_entry *who_watches(phys_addr_t phys)
{
	struct dma_debug_entry *entry, *part;
	struct dma_debug_device *d;

	list_for_each_entry(d, &dma_debug_devices, node)
		for (entry = dma_debug_first(d, 0, ~0ull); entry;
		     entry = dma_debug_next(entry, 0, ~0ull))
			for (part = entry; part; part = part->more)
				if (watches(part, phys))
					return entry;
	return NULL;
}

/** dma_debug_page_freed() - a block goes back to the allocator. */
void dma_debug_page_freed(struct page *page, unsigned int order)
{
	phys_addr_t start = page_to_phys(page), phys = 0, at;
	struct dma_debug_entry *entry = NULL;
	struct page_record *r;

	for (at = start; at < start + (PAGE_SIZE << order); at += FRAME_SIZE) {
		r = record_find(at >> FRAME_SHIFT);
		if (!r)
			continue;
		r->cpu = ~0ull;
		if (entry)
			continue;
		phys = at;
		entry = who_watches(phys);
	}
	if (entry)
		dma_debug_misuse(
			entry->owner, "checker-page-freed", entry, phys,
			PAGE_SIZE << order,
			"page at physical 0x%llx is freed while mapped: %s 0x%lx + 0x%llx",
			phys, dma_debug_type_name(entry->type),
			entry->range.start, entry->size);
}
