/* SPDX-License-Identifier: MIT */
/*
 * Which page frames are free: one buddy system per zone.
 *
 * Models the free lists of mm/page_alloc.c. Instead of lists that run through
 * struct page there is a bitset per order, indexed by block number. So a free
 * page needs no struct page, nothing is touched at boot, the lowest free block
 * is found in a few steps, and so is the free block that holds a given frame:
 * that makes both placement policies cheap.
 *
 *	order 2   [    0    |    1    |    0    ]
 *	order 1   [ 0  | 0  | 0  | 0  | 1  | 0  ]	frame 10 is free alone,
 *	order 0   [ | | | | | | | | | | |1| | | ]	4..7 and 8..9 in blocks
 *
 * Contiguous: the smallest block that fits, the lowest of these. Scattered,
 * for order 0: a frame drawn by the zone's own generator, taken out of whatever
 * free block holds it. Draws fall into every second block of the top order, so
 * that large allocations still find room after many small ones.
 *
 * Reduced: no per-CPU lists, no migration types, no watermarks: all of the low
 * zones can be used up by requests that could have been served elsewhere.
 *
 * I1  A frame is in at most one free block.
 * I2  Two buddies are never both free.
 * I3  nr_free is the number of frames in all free blocks.
 *
 * Locks: zone->lock, a leaf.
 * Tests: tests/unit/mm/test_buddy.c, tests/unit/mm/test_page_alloc.c
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/mmzone.h>
#include <linux/spinlock.h>

#include "mm/bitset.h"
#include "mm/internal.h"

#define NR_BUDDY_ZONES (ZONE_NORMAL + 1)
#define DRAWS 16

/**
 * struct buddy_zone - free memory of one zone
 * @base: frame of block 0 of every order, aligned to the top order
 * @start: first frame
 * @end: one past the last frame
 * @random: state of the generator, never 0
 * @last: frame that the scattered policy gave out last
 * @mem: memory of the bitsets
 */
struct buddy_zone {
	spinlock_t lock;
	unsigned long base;
	unsigned long start;
	unsigned long end;
	unsigned long nr_free;
	unsigned long nr_total;
	u64 random;
	unsigned long last;
	struct mm_bitset free[NR_PAGE_ORDERS];
	void *mem;
	size_t mem_size;
};

static struct buddy_zone zones[NR_BUDDY_ZONES];
static enum mm_layout buddy_layout;

static const u64 zone_limit[NR_BUDDY_ZONES] = {
	[ZONE_DMA] = 16ull << 20,
	[ZONE_DMA32] = 4ull << 30,
	[ZONE_NORMAL] = ~0ull,
};

static inline unsigned long block_of(const struct buddy_zone *z,
				     unsigned long pfn, unsigned int order)
{
	return (pfn - z->base) >> order;
}

static inline unsigned long block_pfn(const struct buddy_zone *z,
				      unsigned long block, unsigned int order)
{
	return z->base + (block << order);
}

static inline bool zone_exists(const struct buddy_zone *z)
{
	return z->nr_total;
}

static struct buddy_zone *zone_of(unsigned long pfn)
{
	u64 phys = __pfn_to_phys(pfn);
	unsigned int i = 0;

	while (phys >= zone_limit[i])
		i++;
	return &zones[i];
}

/*
 * Take 2^@order frames at @pfn out of free block @block of order @from; the
 * rest stays free in halves.
 */
static void take(struct buddy_zone *z, unsigned int from, unsigned long block,
		 unsigned int order, unsigned long pfn)
{
	bitset_clear(&z->free[from], block);
	while (from-- > order)
		bitset_set(&z->free[from], block_of(z, pfn, from) ^ 1);
	z->nr_free -= 1ul << order;
}

/* Add frames and merge with every buddy that is free. */
static void give(struct buddy_zone *z, unsigned long pfn, unsigned int order)
{
	unsigned long block = block_of(z, pfn, order);

	z->nr_free += 1ul << order;
	while (order < MAX_PAGE_ORDER &&
	       bitset_test(&z->free[order], block ^ 1)) {
		bitset_clear(&z->free[order], block ^ 1);
		block >>= 1;
		order++;
	}
	bitset_set(&z->free[order], block);
}

/* Order of the free block that holds @pfn; NR_PAGE_ORDERS if it is in use. */
static unsigned int free_order(struct buddy_zone *z, unsigned long pfn)
{
	unsigned int order;

	for (order = 0; order < NR_PAGE_ORDERS; order++)
		if (bitset_test(&z->free[order], block_of(z, pfn, order)))
			break;
	return order;
}

static unsigned long take_lowest(struct buddy_zone *z, unsigned int order)
{
	unsigned int from;

	for (from = order; from < NR_PAGE_ORDERS; from++) {
		unsigned long block = bitset_first(&z->free[from]);
		unsigned long pfn;

		if (block == BITSET_NONE)
			continue;
		pfn = block_pfn(z, block, from);
		take(z, from, block, order, pfn);
		return pfn;
	}
	return BUDDY_NONE;
}

static u64 draw(struct buddy_zone *z)
{
	z->random ^= z->random >> 12;
	z->random ^= z->random << 25;
	z->random ^= z->random >> 27;
	return z->random * 0x2545f4914f6cdd1dull >> 16;
}

static inline bool next_to_last(const struct buddy_zone *z, unsigned long pfn)
{
	return pfn + 1 == z->last || pfn == z->last + 1;
}

/* Any free frame but a neighbour of the last one, from @at upwards. */
static unsigned long find_apart(struct buddy_zone *z, unsigned long at,
				unsigned int *order)
{
	for (*order = 0; *order < NR_PAGE_ORDERS; ++*order) {
		unsigned long block = block_of(z, at, *order), pfn, end;

		block = bitset_next(&z->free[*order], block);
		while (block != BITSET_NONE) {
			pfn = block_pfn(z, block, *order);
			end = pfn + (1ul << *order);
			while (pfn < end && next_to_last(z, pfn))
				pfn++;
			if (pfn < end)
				return pfn;
			block = bitset_next(&z->free[*order], block + 1);
		}
	}
	return BUDDY_NONE;
}

static unsigned long take_scattered(struct buddy_zone *z)
{
	unsigned long span = z->end - z->start;
	unsigned long pfn = BUDDY_NONE;
	unsigned int i, order;

	for (i = 0; i < DRAWS; i++) {
		pfn = z->start + draw(z) % span;
		if (i < DRAWS / 2 && !(block_of(z, pfn, MAX_PAGE_ORDER) & 1))
			pfn += MAX_ORDER_NR_PAGES;
		if (pfn >= z->end || next_to_last(z, pfn))
			continue;
		order = free_order(z, pfn);
		if (order < NR_PAGE_ORDERS)
			goto found;
	}

	/* Little is left: look for it. */
	pfn = find_apart(z, z->start + draw(z) % span, &order);
	if (pfn == BUDDY_NONE)
		pfn = find_apart(z, z->start, &order);
	if (pfn == BUDDY_NONE) {
		pfn = take_lowest(z, 0);
		z->last = pfn;
		return pfn;
	}
found:
	take(z, order, block_of(z, pfn, order), 0, pfn);
	z->last = pfn;
	return pfn;
}

/**
 * buddy_alloc() - take a block of frames
 * @highest: zone to try first; lower ones follow
 * @order: lg2 of the number of frames, at most MAX_PAGE_ORDER
 * @contiguous: place as MM_LAYOUT_CONTIGUOUS whatever the policy
 *
 * Context: any.
 * Return: the first frame, aligned to the size; BUDDY_NONE if there is none.
 */
unsigned long buddy_alloc(enum zone_type highest, unsigned int order,
			  bool contiguous)
{
	bool scatter = !order && !contiguous &&
		       READ_ONCE(buddy_layout) == MM_LAYOUT_SCATTERED;
	int i;

	for (i = highest; i >= 0; i--) {
		struct buddy_zone *z = &zones[i];
		unsigned long pfn;

		if (!zone_exists(z))
			continue;
		spin_lock(&z->lock);
		if (z->nr_free >> order == 0)
			pfn = BUDDY_NONE;
		else
			pfn = scatter ? take_scattered(z) :
					take_lowest(z, order);
		spin_unlock(&z->lock);
		if (pfn != BUDDY_NONE)
			return pfn;
	}
	return BUDDY_NONE;
}

/* Are all frames of [@pfn, @pfn + @nr) free? Both are whole blocks of @order. */
static bool run_is_free(struct buddy_zone *z, unsigned long pfn,
			unsigned long nr, unsigned int order)
{
	unsigned long end = pfn + nr;

	for (; pfn < end; pfn += 1ul << order) {
		unsigned int from = free_order(z, pfn);

		if (from < order || from == NR_PAGE_ORDERS)
			return false;
	}
	return true;
}

static unsigned long take_highest_run(struct buddy_zone *z, unsigned long nr)
{
	unsigned int order = min(__fls(nr), (unsigned long)MAX_PAGE_ORDER);
	unsigned long step = 1ul << order, pfn, at;

	if (z->nr_free < nr || z->end < nr)
		return BUDDY_NONE;
	for (pfn = (z->end - nr) & ~(step - 1); pfn >= z->start; pfn -= step) {
		if (run_is_free(z, pfn, nr, order))
			break;
		if (pfn < step)
			return BUDDY_NONE;
	}
	if (pfn < z->start)
		return BUDDY_NONE;
	for (at = pfn; at < pfn + nr; at += step) {
		unsigned int from = free_order(z, at);

		take(z, from, block_of(z, at, from), order, at);
	}
	return pfn;
}

/**
 * buddy_alloc_run() - take frames side by side, from the top of a zone
 * @highest: zone to try first; lower ones follow
 * @nr: frames, a power of two; more than a block of the top order is possible
 *
 * For memory set aside at boot: far from where allocations begin.
 * Context: any.
 * Return: the first frame, aligned to @nr or to the top order, whichever is
 * less; BUDDY_NONE if there is no such run.
 */
unsigned long buddy_alloc_run(enum zone_type highest, unsigned long nr)
{
	unsigned long pfn = BUDDY_NONE;
	int i;

	for (i = highest; i >= 0 && pfn == BUDDY_NONE; i--) {
		struct buddy_zone *z = &zones[i];

		if (!zone_exists(z))
			continue;
		spin_lock(&z->lock);
		pfn = take_highest_run(z, nr);
		spin_unlock(&z->lock);
	}
	return pfn;
}

/**
 * buddy_take_run() - take given frames
 * @pfn: the first
 * @nr: how many, any number
 *
 * Context: any. Return: false if they are not all free, or not in one zone.
 */
bool buddy_take_run(unsigned long pfn, unsigned long nr)
{
	struct buddy_zone *z = zone_of(pfn);
	unsigned long end = pfn + nr;
	bool done;

	if (end < pfn || pfn < z->start || end > z->end)
		return false;
	spin_lock(&z->lock);
	done = run_is_free(z, pfn, nr, 0);
	for (; done && pfn < end; pfn++) {
		unsigned int from = free_order(z, pfn);

		take(z, from, block_of(z, pfn, from), 0, pfn);
	}
	spin_unlock(&z->lock);
	return done;
}

/** buddy_free_run() - give back what buddy_alloc_run() took. Context: any. */
void buddy_free_run(unsigned long pfn, unsigned long nr)
{
	unsigned int order = min(__fls(nr), (unsigned long)MAX_PAGE_ORDER);
	unsigned long at;

	for (at = pfn; at < pfn + nr; at += 1ul << order)
		buddy_free(at, order);
}

/**
 * buddy_free() - give a block of frames back
 * @pfn: as buddy_alloc() returned it, or part of it
 * @order: lg2 of the number of frames; @pfn is aligned to it
 *
 * Context: any. The caller has made sure that it is in use.
 */
void buddy_free(unsigned long pfn, unsigned int order)
{
	struct buddy_zone *z = zone_of(pfn);

	spin_lock(&z->lock);
	give(z, pfn, order);
	spin_unlock(&z->lock);
}

/**
 * buddy_is_free() - is this frame in a free block?
 * @pfn: frame of RAM
 *
 * Context: any.
 */
bool buddy_is_free(unsigned long pfn)
{
	struct buddy_zone *z = zone_of(pfn);
	bool ret;

	spin_lock(&z->lock);
	ret = pfn >= z->start && pfn < z->end &&
	      free_order(z, pfn) < NR_PAGE_ORDERS;
	spin_unlock(&z->lock);
	return ret;
}

/**
 * buddy_pages_free() - free frames of all zones
 *
 * Context: any; exact if nobody allocates meanwhile.
 */
unsigned long buddy_pages_free(void)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_BUDDY_ZONES; i++) {
		if (!zone_exists(&zones[i]))
			continue;
		spin_lock(&zones[i].lock);
		sum += zones[i].nr_free;
		spin_unlock(&zones[i].lock);
	}
	return sum;
}

/**
 * buddy_pages_total() - frames that the allocator manages
 *
 * Context: any.
 */
unsigned long buddy_pages_total(void)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_BUDDY_ZONES; i++)
		sum += zones[i].nr_total;
	return sum;
}

/**
 * buddy_set_layout() - placement of single pages from now on
 * @layout: the policy
 *
 * Context: any.
 */
void buddy_set_layout(enum mm_layout layout)
{
	WRITE_ONCE(buddy_layout, layout);
}

/* Frames of @r that belong to zone @i. */
static struct mm_range zone_part(const struct mm_range *r, unsigned int i)
{
	unsigned long lo = i ? __phys_to_pfn(zone_limit[i - 1]) : 0;
	unsigned long hi = __phys_to_pfn(zone_limit[i]);
	struct mm_range part = { max(r->start, lo), min(r->end, hi) };

	return part;
}

static int zone_boot(struct buddy_zone *z, u64 seed)
{
	unsigned long nr, words = 0, *mem;
	unsigned int order;

	z->base = z->start & ~(MAX_ORDER_NR_PAGES - 1);
	nr = z->end - z->base;
	nr = (nr + MAX_ORDER_NR_PAGES - 1) & ~(MAX_ORDER_NR_PAGES - 1);
	for (order = 0; order < NR_PAGE_ORDERS; order++)
		words += bitset_words(nr >> order);

	z->mem_size = (words * sizeof(*mem) + PAGE_SIZE - 1) & PAGE_MASK;
	mem = z->mem = mm_map_anon(z->mem_size);
	if (!mem)
		return -ENOMEM;
	for (order = 0; order < NR_PAGE_ORDERS; order++)
		mem = bitset_init(&z->free[order], nr >> order, mem);

	spin_lock_init(&z->lock);
	z->random = (seed + 1) * 0x9e3779b97f4a7c15ull | 1;
	z->last = BUDDY_NONE - 1;
	return 0;
}

/* Free blocks as large as their alignment and the range allow. */
static void zone_add(struct buddy_zone *z, unsigned long pfn, unsigned long end)
{
	z->nr_total += end - pfn;
	while (pfn < end) {
		unsigned int order = pfn ? __ffs(pfn) : MAX_PAGE_ORDER;

		order = min(order, (unsigned int)MAX_PAGE_ORDER);
		while (pfn + (1ul << order) > end)
			order--;
		give(z, pfn, order);
		pfn += 1ul << order;
	}
}

/**
 * buddy_boot() - all of RAM becomes free
 * @layout: placement of single pages
 * @seed: of the scattered placement
 *
 * Context: once, after memmap_boot().
 * Return: 0 or -ENOMEM (nothing is left behind).
 */
int buddy_boot(enum mm_layout layout, u64 seed)
{
	unsigned int i, r;

	buddy_layout = layout;
	for (i = 0; i < NR_BUDDY_ZONES; i++) {
		struct buddy_zone *z = &zones[i];

		memset(z, 0, sizeof(*z));
		z->start = BUDDY_NONE;
		for (r = 0; r < mm_nr_ranges; r++) {
			struct mm_range part = zone_part(&mm_ranges[r], i);

			if (part.start >= part.end)
				continue;
			z->start = min(z->start, part.start);
			z->end = max(z->end, part.end);
		}
		if (z->start == BUDDY_NONE)
			continue;
		if (zone_boot(z, seed + i)) {
			buddy_shutdown();
			return -ENOMEM;
		}
		for (r = 0; r < mm_nr_ranges; r++) {
			struct mm_range part = zone_part(&mm_ranges[r], i);

			if (part.start < part.end)
				zone_add(z, part.start, part.end);
		}
	}
	return 0;
}

/**
 * buddy_shutdown() - forget everything
 *
 * Context: nobody allocates any more.
 */
void buddy_shutdown(void)
{
	unsigned int i;

	for (i = 0; i < NR_BUDDY_ZONES; i++) {
		if (zones[i].mem)
			mm_unmap_anon(zones[i].mem, zones[i].mem_size);
		memset(&zones[i], 0, sizeof(zones[i]));
	}
}
