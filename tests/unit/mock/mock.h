/* SPDX-License-Identifier: MIT */
/*
 * Page-table format: mock. Constants: mock_bits.h. The including unit defines
 * MOCK_GRANULE_LG2.
 *
 * One page size a level, no contiguous entries, no dirty bit; rights stand in
 * the leaf alone. The depth is fixed at init.
 * Tests: tests/unit/mock
 */
#ifndef MOCK_H
#define MOCK_H

#include <linux/errno.h>

#include "iommu_pt/pt_defs.h"
#include "unit/mock/mock_bits.h"
#include "unit/mock/mock_table.h"

#define PT_GRANULE_LG2 MOCK_GRANULE_LG2
#define PT_TABLE_LG2 MOCK_TABLE_LG2
#define PT_MAX_VA_LG2 (MOCK_GRANULE_LG2 + MOCK_INDEX_LG2 * MOCK_MAX_LEVELS)
#define PT_MAX_OA_LG2 MOCK_ADDR_LG2
#define PT_MAX_TOP_LEVEL (MOCK_MAX_LEVELS - 1)

/* ---- what an entry says ---- */

static __always_inline enum pt_kind mockpt_entry_kind(u64 entry,
						      unsigned int level)
{
	if (!(entry & MOCK_P))
		return PT_ENTRY_EMPTY;
	return entry & MOCK_T ? PT_ENTRY_TABLE : PT_ENTRY_LEAF;
}
#define pt_entry_kind mockpt_entry_kind

static __always_inline phys_addr_t mockpt_table_pa(u64 entry)
{
	return (entry & MOCK_ADDR_MASK) >> MOCK_ADDR_SHIFT;
}
#define pt_table_pa mockpt_table_pa

static __always_inline phys_addr_t mockpt_leaf_oa(u64 entry, unsigned int level)
{
	return (entry & MOCK_ADDR_MASK) >> MOCK_ADDR_SHIFT;
}
#define pt_leaf_oa mockpt_leaf_oa

static __always_inline struct pt_attrs mockpt_leaf_attrs(u64 entry)
{
	return (struct pt_attrs){ entry & (MOCK_P | MOCK_R | MOCK_W) };
}
#define pt_leaf_attrs mockpt_leaf_attrs

/* ---- how an entry is made ---- */

static __always_inline u64 mockpt_possible_sizes(const struct pt_common *common,
						 unsigned int level)
{
	if (level > MOCK_MAX_LEAF_LEVEL)
		return 0;
	return lg2_size(PT_GRANULE_LG2 + MOCK_INDEX_LG2 * level);
}
#define pt_possible_sizes mockpt_possible_sizes

static __always_inline u64 mockpt_make_table(const struct pt_common *common,
					     phys_addr_t pa, unsigned int level)
{
	return pa << MOCK_ADDR_SHIFT | MOCK_T | MOCK_P;
}
#define pt_make_table mockpt_make_table

static __always_inline u64 mockpt_make_leaf(phys_addr_t oa,
					    unsigned int size_lg2,
					    unsigned int level,
					    struct pt_attrs attrs)
{
	return oa << MOCK_ADDR_SHIFT | attrs.bits;
}
#define pt_make_leaf mockpt_make_leaf

/* The address counts double, so a step does. */
static __always_inline u64 mockpt_leaf_step(unsigned int size_lg2)
{
	return lg2_size(size_lg2) << MOCK_ADDR_SHIFT;
}
#define pt_leaf_step mockpt_leaf_step

static __always_inline int mockpt_set_prot(const struct pt_common *common,
					   unsigned int prot,
					   struct pt_attrs *attrs)
{
	attrs->bits = MOCK_P;
	if (prot & IOMMU_READ)
		attrs->bits |= MOCK_R;
	if (prot & IOMMU_WRITE)
		attrs->bits |= MOCK_W;
	return prot & (IOMMU_READ | IOMMU_WRITE) ? 0 : -EINVAL;
}
#define pt_set_prot mockpt_set_prot

/* ---- the table as its users see it: mock_table.h ---- */

static inline int mockpt_fmt_init(const struct pt_iommu_mock_cfg *cfg,
				  unsigned int *top_level)
{
	if (cfg->top_level < MOCK_MIN_LEVELS - 1 ||
	    cfg->top_level > PT_MAX_TOP_LEVEL)
		return -EOPNOTSUPP;
	*top_level = cfg->top_level;
	return 0;
}
#define pt_fmt_init mockpt_fmt_init

static inline void mockpt_fmt_hw_info(const struct pt_common *common,
				      struct pt_top top,
				      struct pt_iommu_mock_hw_info *info)
{
	info->root = virt_to_phys(top.table);
	info->levels = top.level + 1;
}
#define pt_fmt_hw_info mockpt_fmt_hw_info

#endif
