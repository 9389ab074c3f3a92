/* SPDX-License-Identifier: MIT */
/*
 * Page-table formats of the x86 family: what they have in common.
 *
 * Tables of 512 items in 4 KiB; the address in bits 51..12, as it is; leaves at
 * levels 0, 1 and 2, those above level 0 with the page-size bit 7; no contiguous
 * entries. A format defines, before it includes this file,
 *	PS_PRESENT	bits of which an entry that is not empty has one
 *	PS_POINTER	what a pointer has, besides its address
 *	PS_ATTRS	bits of a leaf that pt_set_prot() chooses
 * and afterwards the functions that are not here.
 * Tests: tests/unit/iommu_pt/test_vtdss.c, test_x86_64.c
 */
#ifndef DMASIM_IOMMU_PT_FMT_PAGE_SIZE_BIT_H
#define DMASIM_IOMMU_PT_FMT_PAGE_SIZE_BIT_H

#include "iommu_pt/pt_defs.h"

#define PT_GRANULE_LG2 12
#define PT_TABLE_LG2 12
#define PT_MAX_VA_LG2 57
#define PT_MAX_OA_LG2 52
#define PT_MAX_TOP_LEVEL 4

#define PS_BIT (1ull << 7)
#define PS_ADDR_MASK 0x000ffffffffff000ull
#define PS_MAX_LEAF_LEVEL 2

static __always_inline enum pt_kind pspt_entry_kind(u64 entry,
						    unsigned int level)
{
	if (!(entry & PS_PRESENT))
		return PT_ENTRY_EMPTY;
	if (!level || (level <= PS_MAX_LEAF_LEVEL && (entry & PS_BIT)))
		return PT_ENTRY_LEAF;
	return PT_ENTRY_TABLE;
}
#define pt_entry_kind pspt_entry_kind

static __always_inline bool pspt_entry_is_table(u64 entry, unsigned int level)
{
	return (entry & (PS_POINTER | PS_BIT)) == PS_POINTER;
}
#define pt_entry_is_table pspt_entry_is_table

static __always_inline bool pspt_entry_is_granule(u64 entry)
{
	return entry & PS_PRESENT;
}
#define pt_entry_is_granule pspt_entry_is_granule

static __always_inline phys_addr_t pspt_table_pa(u64 entry)
{
	return entry & PS_ADDR_MASK;
}
#define pt_table_pa pspt_table_pa

static __always_inline u64 pspt_make_table(const struct pt_common *common,
					   phys_addr_t pa, unsigned int level)
{
	return pa | PS_POINTER;
}
#define pt_make_table pspt_make_table

static __always_inline u64 pspt_possible_sizes(const struct pt_common *common,
					       unsigned int level)
{
	return level > PS_MAX_LEAF_LEVEL ? 0 : lg2_size(12 + 9 * level);
}
#define pt_possible_sizes pspt_possible_sizes

static __always_inline phys_addr_t pspt_leaf_oa(u64 entry, unsigned int level)
{
	return entry & PS_ADDR_MASK;
}
#define pt_leaf_oa pspt_leaf_oa

static __always_inline u64 pspt_make_leaf(phys_addr_t oa, unsigned int size_lg2,
					  unsigned int level,
					  struct pt_attrs attrs)
{
	return oa | attrs.bits | (level ? PS_BIT : 0);
}
#define pt_make_leaf pspt_make_leaf

static __always_inline struct pt_attrs pspt_leaf_attrs(u64 entry)
{
	return (struct pt_attrs){ .bits = entry & PS_ATTRS };
}
#define pt_leaf_attrs pspt_leaf_attrs

#endif
