/* SPDX-License-Identifier: MIT */
/*
 * Page tables: the words, and the types that need no format.
 *
 * VA, OA	input address (IOVA) and output address (physical)
 * item		one 8-byte slot of a table
 * entry	one translation: an item, or a run of 2^k items that act as one
 *		(contiguous entry)
 * leaf		an entry that translates; a table entry points to a table
 * level	0 is the table that holds leaves only; the top is the highest
 * last, end	last is inclusive (2^64 - 1 has a name), end is exclusive
 * *_lg2	base-2 logarithm of a size or count
 *
 * Order of the headers, each of which the next ones build on:
 *   pt_log2.h -> pt_defs.h -> fmt/<fmt>.h -> pt_fmt_defaults.h -> pt_common.h
 *   -> pt_iter.h -> pt_recent.h -> iommu_pt.h
 * A format is compiled by fmt/iommu_<fmt>.c, which names it and includes
 * fmt/iommu_template.h.
 */
#ifndef DMASIM_IOMMU_PT_PT_DEFS_H
#define DMASIM_IOMMU_PT_PT_DEFS_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/generic_pt/common.h>
#include <linux/types.h>

#include "iommu_pt/pt_log2.h"

#define PT_MAX_LEVELS 6

/*
 * A condition that the tests of the formats prove impossible. Checked in debug
 * builds, where it is a WARN; costs nothing otherwise.
 */
#ifdef DMASIM_DEBUG
#define PT_WARN_ON(condition) WARN_ON(condition)
#else
#define PT_WARN_ON(condition)            \
	({                               \
		(void)sizeof(condition); \
		false;                   \
	})
#endif

#ifndef PT_SUPPORTED_FEATURES
#define PT_SUPPORTED_FEATURES 0
#endif
#ifndef PT_FORCED_FEATURES
#define PT_FORCED_FEATURES 0
#endif

/* Does this table use feature @bit? Known at compile time where possible. */
static __always_inline bool pt_has(const struct pt_common *common,
				   unsigned int bit)
{
	if (PT_FORCED_FEATURES & BIT(bit))
		return true;
	return (PT_SUPPORTED_FEATURES & BIT(bit)) &&
	       (common->features & BIT(bit));
}

enum pt_kind {
	PT_ENTRY_EMPTY,
	PT_ENTRY_TABLE,
	PT_ENTRY_LEAF,
};

/**
 * struct pt_attrs - permissions and memory type, encoded for the format
 * @bits: as they stand in a leaf, the present bit included
 */
struct pt_attrs {
	u64 bits;
};

/* A table and its level, unpacked from pt_common.top_of_table. */
struct pt_top {
	u64 *table;
	unsigned int level;
};

/* Tables of levels 0 and 1 are remembered. */
#define PT_RECENT_LEVELS 2

/**
 * struct pt_recent_table - a table that a CPU remembers, see pt_recent.h
 * @epoch: of the page table; 0: nothing is remembered
 * @first_va: what the first item of @table translates
 */
struct pt_recent_table {
	u64 epoch;
	u64 first_va;
	u64 *table;
};

/**
 * struct pt_recent - what one CPU remembers
 * @last: the table of each level that it used last
 * @writes: items stored by way of @last, part of pt_stats.pte_writes
 */
struct pt_recent {
	struct pt_recent_table last[PT_RECENT_LEVELS];
	u64 writes;
} __aligned(64);
static_assert(sizeof(struct pt_recent) == DMASIM_STRIPE);

/* The first is for threads that own no CPU: nothing is remembered in it. */
extern struct pt_recent pt_recent[1 + CONFIG_NR_CPUS]
	__attribute__((visibility("hidden")));
extern u64 pt_epochs __attribute__((visibility("hidden")));

static __always_inline struct pt_top pt_unpack_top(uintptr_t packed)
{
	return (struct pt_top){
		.table = (u64 *)(packed & ~(uintptr_t)PT_TOP_LEVEL_MASK),
		.level = packed & PT_TOP_LEVEL_MASK,
	};
}

static __always_inline uintptr_t pt_pack_top(u64 *table, unsigned int level)
{
	return (uintptr_t)table | level;
}

/**
 * pt_best_size_lg2() - the largest page size for the start of a range
 * @sizes: supported sizes, one bit each
 * @va: first input address
 * @last_va: last input address
 * @oa: output address of @va
 *
 * Return: its logarithm, or 64 if no size fits.
 */
static __always_inline unsigned int pt_best_size_lg2(u64 sizes, u64 va,
						     u64 last_va, u64 oa)
{
	u64 both = va | oa, len = last_va - va + 1;

	/* Up to the lowest one of both; all sizes if both are 0. */
	sizes &= both ^ (both - 1);
	/* Up to the highest one of len, which is 0 for 2^64 bytes. */
	if (likely(len))
		sizes &= ~0ull >> __builtin_clzll(len);
	return sizes ? lg2_floor(sizes) : 64;
}

/**
 * pt_count_of_size() - how many pages of one size before another is due
 * @sizes: supported sizes
 * @va: first input address, aligned to the size
 * @last_va: last input address
 * @oa: output address of @va
 * @size_lg2: result of pt_best_size_lg2() for them
 *
 * Ends at the next address where a larger size is aligned, whether or not the
 * rest is long enough for it: the sizes are then chosen again.
 *
 * Return: the count, at least 1.
 */
static __always_inline u64 pt_count_of_size(u64 sizes, u64 va, u64 last_va,
					    u64 oa, unsigned int size_lg2)
{
	u64 larger = sizes & (~1ull << size_lg2);
	u64 len_1 = last_va - va; /* len - 1, never wraps */

	if (larger) {
		u64 block_1 = (larger & -larger) - 1;

		if (!((va ^ oa) & block_1) && block_1 - (va & block_1) < len_1)
			len_1 = block_1 - (va & block_1);
	}
	/* Round down, and cope with len_1 + 1 == 2^64. */
	return lg2_div(len_1 - (lg2_size(size_lg2) - 1), size_lg2) + 1;
}

#endif
