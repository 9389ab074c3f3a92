/* SPDX-License-Identifier: MIT */
/*
 * Whose are the bytes? For the checker: a copy of what devices own.
 *
 * Memory is kept in frames of 4 KiB, whatever the size of a page.
 *
 * A frame counts the mappings of it, and of the bytes that were given to a device
 * there is a copy. What a device stores goes to the copy, too; so a difference,
 * found when the bytes come back, is a store of the CPU to memory that it did not
 * own. A page, or an object of the slab, that is freed while it is mapped is freed too
 * early.
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
 * Frames and copies are two arrays as long as RAM, which take memory where they
 * are touched: a frame is found by arithmetic, and none can be missing. Something
 * long of which only a sample is looked at is in a tree, and only in the frames
 * of its sample.
 *
 * I1  ->maps is the number of entries that watch bytes of the frame, of long ones
 *     if it is of their sample; while it is 0, so is ->cpu.
 * I2  Bytes of a line whose bit in ->cpu is clear equal the copy, within each
 *     mapping, unless the CPU stored to them.
 * Locks: dma_debug_lock, held by the callers.
 * Tests: tests/api/test_checker_life.c
 */
#include <linux/dma-map-ops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "dma/debug_entry.h"
#include "dma/dma.h"
#include "mm/mm.h"

#define COPY_LIMIT (64ull << 10)
#define LONG (256u << 10)
#define SAMPLE_FRAMES 31u /* odd: caches have sets for powers of 2 */
#define FRAME_SHIFT 12
#define FRAME_SIZE (1u << FRAME_SHIFT)

/**
 * struct frame - a frame of RAM
 * @cpu: bit per cache line that is not compared
 * @maps: entries that watch bytes of it
 */
struct frame {
	u64 cpu;
	unsigned int maps;
};

static_assert(FRAME_SIZE / L1_CACHE_BYTES == 64);

static struct frame *frames;
static u8 *copies; /* bytes as devices were given them, or wrote them */
static unsigned long nr_frames;
static struct rb_root_cached long_ranges; /* of physical addresses */
static u64 copy_limit;
static bool quiet;

/** dma_debug_pages_reset() - a new machine. */
void dma_debug_pages_reset(void)
{
	copy_limit = COPY_LIMIT;
}

int dma_debug_pages_start(void)
{
	long_ranges = RB_ROOT_CACHED;
	nr_frames = PFN_PHYS(max_pfn) >> FRAME_SHIFT;
	if (!should_fail_site(DMASIM_SITE_CHECKER))
		frames = dma_debug_host_alloc(nr_frames *
					      (sizeof(*frames) + FRAME_SIZE));
	if (!frames)
		return -ENOMEM;
	copies = (u8 *)(frames + nr_frames);
	return 0;
}

void dma_debug_pages_stop(void)
{
	if (frames)
		dma_debug_host_free(frames);
	frames = NULL;
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

static struct frame *frame_of(phys_addr_t phys)
{
	return &frames[phys >> FRAME_SHIFT];
}

static bool is_mapped(const struct frame *f)
{
	return f < frames + nr_frames && f->maps;
}

static phys_addr_t frame_phys(const struct frame *f)
{
	return (phys_addr_t)(f - frames) << FRAME_SHIFT;
}

static const u8 *frame_bytes(const struct frame *f)
{
	return phys_to_virt(frame_phys(f));
}

static u8 *frame_copy(const struct frame *f)
{
	return copies + frame_phys(f);
}

#define for_each_frame(f, phys, size)                                     \
	for (struct frame *f = frame_of(phys),                            \
			  *last_ = (size) ? frame_of((phys) + (size)-1) : \
					    f - 1;                        \
	     f <= last_; f++)

/* Bytes [@from, @to) of a frame are in [@phys, @end). */
static unsigned int from_in(const struct frame *f, phys_addr_t phys)
{
	return max(phys, frame_phys(f)) - frame_phys(f);
}

static unsigned int to_in(const struct frame *f, phys_addr_t end)
{
	return min(end - frame_phys(f), (phys_addr_t)FRAME_SIZE);
}

/* Bits of the lines that bytes [@from, @to) of a frame touch. */
static u64 lines_touched(unsigned int from, unsigned int to)
{
	return GENMASK_ULL((to - 1) / L1_CACHE_BYTES, from / L1_CACHE_BYTES);
}

/* Bits of the lines that lie in the bytes altogether. */
static u64 lines_covered(unsigned int from, unsigned int to)
{
	unsigned int first = DIV_ROUND_UP(from, L1_CACHE_BYTES);
	unsigned int end = to / L1_CACHE_BYTES;

	return first < end ? GENMASK_ULL(end - 1, first) : 0;
}

/* ---- giving and taking -------------------------------------------------------------- */

/* The device gets [@from, @to) of a mapping of @whole of @whole_size. */
static void give(struct frame *f, unsigned int from, unsigned int to,
		 phys_addr_t whole, u64 whole_size)
{
	memcpy(frame_copy(f) + from, frame_bytes(f) + from, to - from);
	if (!f->cpu)
		return;
	/* Nobody else has a share in the lines at the ends? */
	if (f->maps == 1) {
		if (from == from_in(f, whole))
			from = round_down(from, L1_CACHE_BYTES);
		if (to == to_in(f, whole + whole_size))
			to = round_up(to, L1_CACHE_BYTES);
	}
	f->cpu &= ~lines_covered(from, to);
}

/* The same of the first and the last line of [@from, @to). */
static void give_ends(struct frame *f, unsigned int from, unsigned int to,
		      phys_addr_t whole, u64 whole_size)
{
	unsigned int head =
		min(round_down(from, L1_CACHE_BYTES) + L1_CACHE_BYTES, to);
	unsigned int tail = round_down(to - 1, L1_CACHE_BYTES);

	give(f, from, head, whole, whole_size);
	if (tail >= head)
		give(f, tail, to, whole, whole_size);
}

/* The frame of those up to @last that is looked at after @nr. */
static unsigned long next_frame(unsigned long nr, unsigned long last,
				bool sample)
{
	unsigned long next = sample ? roundup(nr + 1, SAMPLE_FRAMES) : nr + 1;

	return nr < last ? min(next, last) : last + 1;
}

/*
 * The device gets [@phys, @phys + @size) of a mapping of @whole, or its sample: the
 * ends of each SAMPLE_FRAMES-th frame and, if it is longer than a frame, of its
 * first and its last.
 */
static void give_range(enum dma_debug_own own, phys_addr_t phys, u64 size,
		       phys_addr_t whole, u64 whole_size)
{
	unsigned long nr = phys >> FRAME_SHIFT;
	unsigned long last = (phys + size - 1) >> FRAME_SHIFT;
	bool sample = own == DMA_DEBUG_OWN_SAMPLE;

	if (own == DMA_DEBUG_OWN_NONE || !size)
		return;
	if (sample && size <= FRAME_SIZE) {
		nr = roundup(nr, SAMPLE_FRAMES);
		last = min(last, nr);
	}
	for (; nr <= last; nr = next_frame(nr, last, sample)) {
		struct frame *f = &frames[nr];

		if (is_mapped(f))
			(sample ? give_ends : give)(f, from_in(f, phys),
						    to_in(f, phys + size),
						    whole, whole_size);
	}
}

static void report_store(struct frame *f, struct dma_debug_entry *entry,
			 unsigned int at, unsigned int len)
{
	const u8 *now = frame_bytes(f), *copy = frame_copy(f);
	phys_addr_t phys = frame_phys(f) + at;

	dma_debug_misuse(
		entry->owner, "checker-cpu-store", entry, phys, len,
		"CPU stored to memory of the device, %u bytes from physical 0x%llx: 0x%02x, now 0x%02x, in %s 0x%lx + 0x%llx",
		len, phys, copy[at], now[at], dma_debug_type_name(entry->type),
		entry->range.start, entry->size);
}

/* Compare [@phys, @end), line by line where some lines are the CPU's. */
static void compare(struct frame *f, struct dma_debug_entry *entry,
		    phys_addr_t phys, phys_addr_t end)
{
	unsigned int from = from_in(f, phys), to = to_in(f, end);
	u64 owned = lines_touched(from, to) & ~f->cpu;
	const u8 *now = frame_bytes(f), *copy = frame_copy(f);
	unsigned int at, stop, first = 0, nr = 0;

	if (quiet || !owned ||
	    (!f->cpu && !memcmp(now + from, copy + from, to - from)))
		return;
	for (; owned; owned &= owned - 1) {
		at = __ffs64(owned) * L1_CACHE_BYTES;
		stop = min(at + L1_CACHE_BYTES, to);
		at = max(at, from);
		if (!memcmp(now + at, copy + at, stop - at))
			continue;
		for (; at < stop; at++)
			if (now[at] != copy[at] && !nr++)
				first = at;
	}
	if (nr)
		report_store(f, entry, first, nr);
}

enum dma_debug_own dma_debug_own(u64 size, unsigned long attrs)
{
	if (attrs & DMA_ATTR_SKIP_CPU_SYNC || !copy_limit)
		return DMA_DEBUG_OWN_NONE;
	return size <= copy_limit ? DMA_DEBUG_OWN_ALL : DMA_DEBUG_OWN_SAMPLE;
}

void dma_debug_watch(struct dma_debug_entry *entry, phys_addr_t phys, u64 size,
		     enum dma_debug_own own)
{
	unsigned long nr, last;

	/* Registers and memory of peers are left alone. */
	size = min_t(u64, size, mm_ram_left(phys));
	entry->watch_size = size;
	if (!size)
		return;
	if (!dev_is_dma_coherent(entry->owner->dev))
		own = DMA_DEBUG_OWN_NONE;
	entry->memory.start = phys;
	entry->memory.last = phys + size - 1;
	entry->sampled = own != DMA_DEBUG_OWN_ALL && size > LONG;
	if (entry->sampled)
		interval_tree_insert(&entry->memory, &long_ranges);
	last = entry->memory.last >> FRAME_SHIFT;
	for (nr = phys >> FRAME_SHIFT; nr <= last;
	     nr = next_frame(nr, last, entry->sampled)) {
		struct frame *f = &frames[nr];

		f->maps++;
		if (own != DMA_DEBUG_OWN_ALL)
			f->cpu |= lines_touched(from_in(f, phys),
						to_in(f, phys + size));
	}
	give_range(own, phys, size, phys, size);
}

void dma_debug_unwatch(struct dma_debug_entry *entry)
{
	phys_addr_t phys = entry->memory.start;
	u64 size = entry->watch_size;
	unsigned long nr, last = entry->memory.last >> FRAME_SHIFT;

	if (!size)
		return;
	for (nr = phys >> FRAME_SHIFT; nr <= last;
	     nr = next_frame(nr, last, entry->sampled)) {
		struct frame *f = &frames[nr];

		if (f->cpu != ~0ull)
			compare(f, entry, phys, phys + size);
		if (!--f->maps)
			f->cpu = 0;
	}
	if (entry->sampled)
		interval_tree_remove(&entry->memory, &long_ranges);
	entry->watch_size = 0;
}

void dma_debug_hand_over(struct dma_debug_entry *entry, phys_addr_t whole,
			 u64 whole_size, phys_addr_t phys, u64 size,
			 bool to_cpu)
{
	enum dma_debug_own own = dma_debug_own(whole_size, 0);

	if (!dev_is_dma_coherent(entry->owner->dev) ||
	    own == DMA_DEBUG_OWN_NONE)
		return;
	if (!to_cpu) {
		give_range(own, phys, size, whole, whole_size);
		return;
	}
	for_each_frame(f, phys, size)
	{
		if (!is_mapped(f))
			continue;
		compare(f, entry, phys, phys + size);
		f->cpu |=
			lines_touched(from_in(f, phys), to_in(f, phys + size));
	}
}

void dma_debug_device_wrote(phys_addr_t phys, const void *data, u64 size)
{
	for_each_frame(f, phys, size)
	{
		unsigned int from = from_in(f, phys),
			     to = to_in(f, phys + size);

		if (is_mapped(f) && f->cpu != ~0ull)
			memcpy(frame_copy(f) + from, data, to - from);
		data += to - from;
	}
}

/* ---- freed pages ----------------------------------------------------------------------- */

static bool watches(const struct dma_debug_entry *entry, phys_addr_t phys,
		    u64 size)
{
	return entry->watch_size && phys <= entry->memory.last &&
	       phys + size > entry->memory.start;
}

static struct dma_debug_entry *who_watches(phys_addr_t phys, u64 size)
{
	struct dma_debug_entry *entry, *part;
	struct dma_debug_device *d;

	list_for_each_entry(d, &dma_debug_devices, node)
		for (entry = dma_debug_first(d, 0, ~0ull); entry;
		     entry = dma_debug_next(entry, 0, ~0ull)) {
			for (part = entry; part; part = part->more)
				if (watches(part, phys, size))
					return entry;
			for (part = dma_debug_link(entry, 0, ~0ull); part;
			     part = dma_debug_next_link(part, ~0ull))
				if (watches(part, phys, size))
					return part;
		}
	return NULL;
}

/** dma_debug_page_freed() - a block goes back to the allocator. */
void dma_debug_page_freed(struct page *page, unsigned int order)
{
	phys_addr_t start = page_to_phys(page), phys = 0, at;
	struct dma_debug_entry *entry = NULL;
	struct frame *f;

	for (at = start; at < start + (PAGE_SIZE << order); at += FRAME_SIZE) {
		f = frame_of(at);
		if (is_mapped(f))
			f->cpu = ~0ull;
		else if (!interval_tree_iter_first(&long_ranges, at,
						   at + FRAME_SIZE - 1))
			continue;
		if (entry)
			continue;
		phys = at;
		entry = who_watches(phys, FRAME_SIZE);
	}
	if (entry)
		dma_debug_misuse(
			entry->owner, "checker-page-freed", entry, phys,
			PAGE_SIZE << order,
			"page at physical 0x%llx is freed while mapped: %s 0x%lx + 0x%llx",
			phys, dma_debug_type_name(entry->type),
			entry->range.start, entry->size);
}

static bool is_watched(phys_addr_t phys, u64 size)
{
	bool any = false;

	for_each_frame(f, phys, size) any |= is_mapped(f);
	return any;
}

/** dma_debug_object_freed() - an object goes back to the slab. */
void dma_debug_object_freed(phys_addr_t phys, u64 size)
{
	struct dma_debug_entry *entry =
		is_watched(phys, size) ? who_watches(phys, size) : NULL;

	if (!entry)
		return;
	dma_debug_misuse(
		entry->owner, "checker-object-freed", entry, phys, size,
		"object of %llu bytes at physical 0x%llx is freed while mapped: %s 0x%lx + 0x%llx",
		size, phys, dma_debug_type_name(entry->type),
		entry->range.start, entry->size);
	/* What becomes of its bytes is the slab's affair. */
	for_each_frame(f, phys, size) f->cpu |=
		lines_touched(from_in(f, phys), to_in(f, phys + size));
}
