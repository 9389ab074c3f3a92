/* SPDX-License-Identifier: MIT */
/*
 * Page tables: what a format gets if it says nothing.
 *
 * Included after the format: 9-bit-like tables of equal size on all levels,
 * one item an entry, one table as the top, no software bits, no dirty bit.
 */
#ifndef DMASIM_IOMMU_PT_PT_FMT_DEFAULTS_H
#define DMASIM_IOMMU_PT_PT_FMT_DEFAULTS_H

#include "iommu_pt/pt_defs.h"

/* Items are 8 bytes. */
#define PT_ITEMS_LG2 (PT_TABLE_LG2 - 3)

#ifndef pt_items_lg2
static __always_inline unsigned int pt_items_lg2(unsigned int level)
{
	return PT_ITEMS_LG2;
}
#define pt_items_lg2 pt_items_lg2
#endif

static __always_inline unsigned int pt_item_lg2(unsigned int level)
{
	return PT_GRANULE_LG2 + PT_ITEMS_LG2 * level;
}

#ifndef pt_entry_is_table
static __always_inline bool pt_entry_is_table(u64 entry, unsigned int level)
{
	return pt_entry_kind(entry, level) == PT_ENTRY_TABLE;
}
#define pt_entry_is_table pt_entry_is_table
#endif

#ifndef pt_leaf_size_lg2
static __always_inline unsigned int pt_leaf_size_lg2(u64 entry,
						     unsigned int level)
{
	return pt_item_lg2(level);
}
#define pt_leaf_size_lg2 pt_leaf_size_lg2
#endif

#ifndef pt_entry_is_granule
static __always_inline bool pt_entry_is_granule(u64 entry)
{
	return pt_entry_kind(entry, 0) == PT_ENTRY_LEAF &&
	       pt_leaf_size_lg2(entry, 0) == PT_GRANULE_LG2;
}
#define pt_entry_is_granule pt_entry_is_granule
#endif

#ifndef pt_granule_oa
static __always_inline phys_addr_t pt_granule_oa(u64 entry)
{
	return pt_leaf_oa(entry, 0);
}
#define pt_granule_oa pt_granule_oa
#endif

#ifndef pt_leaf_replica
static __always_inline u64 pt_leaf_replica(u64 first, unsigned int level,
					   unsigned int i)
{
	return first;
}
#define pt_leaf_replica pt_leaf_replica
#endif

#ifndef pt_leaf_step
static __always_inline u64 pt_leaf_step(unsigned int size_lg2)
{
	return lg2_size(size_lg2);
}
#define pt_leaf_step pt_leaf_step
#endif

#ifndef pt_size_level
static __always_inline unsigned int pt_size_level(unsigned int size_lg2)
{
	return (size_lg2 - PT_GRANULE_LG2) / PT_ITEMS_LG2;
}
#define pt_size_level pt_size_level
#endif

#ifndef PT_MAX_CONCAT_LG2
#define PT_MAX_CONCAT_LG2 0
#endif

#ifndef PT_OA_STEP_LG2
#define PT_OA_STEP_LG2 64
#endif

#ifndef PT_DIRTY_MASK
#define PT_DIRTY_MASK 0ull
#endif

#ifndef pt_make_dirty
static __always_inline u64 pt_make_dirty(u64 entry)
{
	return entry | PT_DIRTY_MASK;
}
#define pt_make_dirty pt_make_dirty
#endif

#ifndef pt_entry_is_dirty
static __always_inline bool pt_entry_is_dirty(u64 entry)
{
	return entry & PT_DIRTY_MASK;
}
#define pt_entry_is_dirty pt_entry_is_dirty

static __always_inline void pt_item_make_clean(u64 *item)
{
	__atomic_fetch_and(item, ~PT_DIRTY_MASK, __ATOMIC_RELAXED);
}
#define pt_item_make_clean pt_item_make_clean
#endif

#ifndef PT_SW_MASK
#define PT_SW_MASK 0ull
#endif

#endif
