/* SPDX-License-Identifier: MIT */
/*
 * Page tables: finding the way from the top.
 *
 * A walk is a switch over the level of the top table that falls from one case
 * to the next: each level is compiled on its own with its shifts as constants,
 * and entering in the middle costs one jump. A long
 * range pays for a walk once per table, single pages do so less often
 * (pt_recent.h).
 *
 * T1  A walk reads each item on its way once, and follows only what
 *     pt_entry_is_table() accepts.
 * T2  Tables on the way are not freed under a walker that owns part of what
 *     they translate: only the owner of all of it may free them.
 */
#ifndef DMASIM_IOMMU_PT_PT_ITER_H
#define DMASIM_IOMMU_PT_PT_ITER_H

#include <linux/mm.h>

#include "iommu_pt/pt_common.h"

/* Where a walk ended: a table, and the level it is of. */
struct pt_spot {
	u64 *table;
	unsigned int level;
};

static __always_inline struct pt_top pt_get_top(const struct pt_common *common)
{
	return pt_unpack_top(smp_load_acquire(&common->top_of_table));
}

/* Can a table of @top_level translate @va? For tables that grow. */
static __always_inline bool pt_reaches(unsigned int top_level, u64 va)
{
	unsigned int item_lg2 = pt_item_lg2(top_level);

	if (PT_MAX_VA_LG2 == 64 && top_level == PT_MAX_TOP_LEVEL)
		return true;
	return !(va >> item_lg2 >> PT_ITEMS_LG2);
}

#define __PT_DOWN(lvl)                                           \
	case lvl:                                                \
		if (lvl > PT_MAX_TOP_LEVEL)                      \
			unreachable();                           \
		spot.level = lvl;                                \
		if (lvl <= to_level)                             \
			break;                                   \
		entry = pt_load(&spot.table[pt_index(va, lvl)]); \
		if (unlikely(!pt_entry_is_table(entry, lvl)))    \
			break;                                   \
		spot.table = (u64 *)(ram + pt_table_pa(entry));  \
		fallthrough

/**
 * pt_descend() - walk towards a level as far as there are tables
 * @top: where to start
 * @va: address that the table may hold
 * @to_level: where to stop, at most the level of @top
 *
 * Return: the lowest table found that translates @va; if its level is above
 * @to_level, its item for @va is not a table.
 */
static __always_inline struct pt_spot pt_descend(struct pt_top top, u64 va,
						 unsigned int to_level)
{
	/* Loaded once: behind the loads of the walk it would be each time. */
	char *ram = phys_to_virt(0);
	struct pt_spot spot = { .table = top.table };
	u64 entry;

	/* Of tables side by side, begin in the one that is meant. */
	if (PT_MAX_CONCAT_LG2)
		spot.table += lg2_div(va, pt_table_span_lg2(top.level))
			      << pt_items_lg2(top.level);
	switch (top.level) {
		__PT_DOWN(5);
		__PT_DOWN(4);
		__PT_DOWN(3);
		__PT_DOWN(2);
		__PT_DOWN(1);
	default:
		spot.level = 0;
	}
	return spot;
}

#undef __PT_DOWN

#endif
