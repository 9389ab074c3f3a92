/* SPDX-License-Identifier: MIT */
/*
 * Page-table format: AMD IOMMU host tables ("v1"). Constants: amdv1_bits.h.
 *
 * Any power of two from 4 KiB to 2 PiB except 512 GiB (hardware erratum) is a
 * page size. Sizes that are not those of a level are contiguous entries: equal
 * items, NextLevel 7, and the size in the low address bits as a run of ones
 * that ends with a zero just below the output address:
 *
 *   64 KiB at 0x230000: 0x237 -> ...0010 0011 0111 : 16 items, 12 + 1 + 3 bits
 *
 * A table starts with as many levels as its user likes and grows to six.
 *
 * Not modelled: memory encryption (PT_FEAT_AMDV1_ENCRYPT_TABLES is refused).
 * Tests: tests/unit/iommu_pt/test_amdv1.c
 */
#ifndef DMASIM_IOMMU_PT_FMT_AMDV1_H
#define DMASIM_IOMMU_PT_FMT_AMDV1_H

#include <linux/errno.h>
#include <linux/generic_pt/iommu.h>

#include "iommu_pt/fmt/amdv1_bits.h"
#include "iommu_pt/pt_defs.h"

#define PT_GRANULE_LG2 AMDV1_GRANULE_LG2
#define PT_TABLE_LG2 AMDV1_TABLE_LG2
#define PT_MAX_VA_LG2 64
#define PT_MAX_OA_LG2 AMDV1_ADDR_LG2
#define PT_MAX_TOP_LEVEL (AMDV1_MAX_LEVELS - 1)

/* The only size that no entry may have. */
#define AMDV1_BAD_SIZE lg2_size(39)

static __always_inline unsigned int amdv1pt_items_lg2(unsigned int level)
{
	return level == PT_MAX_TOP_LEVEL ? AMDV1_TOP_INDEX_LG2 :
					   AMDV1_INDEX_LG2;
}
#define pt_items_lg2 amdv1pt_items_lg2

static __always_inline unsigned int amdv1pt_next(u64 entry)
{
	return (entry & AMDV1_NEXT_MASK) >> AMDV1_NEXT_SHIFT;
}

static __always_inline enum pt_kind amdv1pt_entry_kind(u64 entry,
						       unsigned int level)
{
	unsigned int next = amdv1pt_next(entry);

	if (!(entry & AMDV1_PR))
		return PT_ENTRY_EMPTY;
	if (!level || next == AMDV1_NEXT_LEAF || next == AMDV1_NEXT_CONTIG)
		return PT_ENTRY_LEAF;
	/* Pointers that skip levels are legal, but nobody here makes them. */
	return next == level ? PT_ENTRY_TABLE : PT_ENTRY_EMPTY;
}
#define pt_entry_kind amdv1pt_entry_kind

static __always_inline bool amdv1pt_entry_is_table(u64 entry,
						   unsigned int level)
{
	return (entry & (AMDV1_PR | AMDV1_NEXT_MASK)) ==
	       (AMDV1_PR | (u64)level << AMDV1_NEXT_SHIFT);
}
#define pt_entry_is_table amdv1pt_entry_is_table

static __always_inline bool amdv1pt_entry_is_granule(u64 entry)
{
	return (entry & (AMDV1_PR | AMDV1_NEXT_MASK)) == AMDV1_PR;
}
#define pt_entry_is_granule amdv1pt_entry_is_granule

static __always_inline phys_addr_t amdv1pt_table_pa(u64 entry)
{
	return entry & AMDV1_ADDR_MASK;
}
#define pt_table_pa amdv1pt_table_pa

static __always_inline u64 amdv1pt_make_table(const struct pt_common *common,
					      phys_addr_t pa,
					      unsigned int level)
{
	return pa | AMDV1_IR | AMDV1_IW | AMDV1_PR |
	       (u64)level << AMDV1_NEXT_SHIFT;
}
#define pt_make_table amdv1pt_make_table

static __always_inline u64
amdv1pt_possible_sizes(const struct pt_common *common, unsigned int level)
{
	unsigned int first = PT_GRANULE_LG2 + AMDV1_INDEX_LG2 * level;
	u64 sizes;

	if (level == PT_MAX_TOP_LEVEL)
		return 0;
	sizes = lg2_mask(first + AMDV1_INDEX_LG2) & ~lg2_mask(first);
	return sizes & lg2_mask(PT_MAX_OA_LG2) & ~AMDV1_BAD_SIZE;
}
#define pt_possible_sizes amdv1pt_possible_sizes

static __always_inline unsigned int amdv1pt_leaf_size_lg2(u64 entry,
							  unsigned int level)
{
	u64 above = (entry & AMDV1_ADDR_MASK) | (lg2_size(PT_GRANULE_LG2) - 1);

	if (amdv1pt_next(entry) != AMDV1_NEXT_CONTIG)
		return PT_GRANULE_LG2 + AMDV1_INDEX_LG2 * level;
	return 1 + lg2_lowest_zero(above);
}
#define pt_leaf_size_lg2 amdv1pt_leaf_size_lg2

static __always_inline phys_addr_t amdv1pt_leaf_oa(u64 entry,
						   unsigned int level)
{
	return lg2_down(entry & AMDV1_ADDR_MASK,
			amdv1pt_leaf_size_lg2(entry, level));
}
#define pt_leaf_oa amdv1pt_leaf_oa

static __always_inline phys_addr_t amdv1pt_granule_oa(u64 entry)
{
	return entry & AMDV1_ADDR_MASK;
}
#define pt_granule_oa amdv1pt_granule_oa

static __always_inline u64 amdv1pt_make_leaf(phys_addr_t oa,
					     unsigned int size_lg2,
					     unsigned int level,
					     struct pt_attrs attrs)
{
	u64 code;

	if (size_lg2 == PT_GRANULE_LG2 + AMDV1_INDEX_LG2 * level)
		return oa | attrs.bits;
	code = lg2_down(lg2_size(size_lg2 - 1) - 1, PT_GRANULE_LG2);
	return oa | code | (u64)AMDV1_NEXT_CONTIG << AMDV1_NEXT_SHIFT |
	       attrs.bits;
}
#define pt_make_leaf amdv1pt_make_leaf

static __always_inline struct pt_attrs amdv1pt_leaf_attrs(u64 entry)
{
	return (struct pt_attrs){
		.bits = entry & (AMDV1_PR | AMDV1_FC | AMDV1_IR | AMDV1_IW),
	};
}
#define pt_leaf_attrs amdv1pt_leaf_attrs

static __always_inline int amdv1pt_set_prot(const struct pt_common *common,
					    unsigned int prot,
					    struct pt_attrs *attrs)
{
	u64 bits = AMDV1_PR;

	/* READ and WRITE are neighbours in the same order as IR and IW. */
	static_assert(IOMMU_WRITE / IOMMU_READ == AMDV1_IW / AMDV1_IR);
	bits |= (prot & (IOMMU_READ | IOMMU_WRITE)) * (AMDV1_IR / IOMMU_READ);
	if (pt_has(common, PT_FEAT_AMDV1_FORCE_COHERENCE))
		bits |= AMDV1_FC;
	attrs->bits = bits;
	return likely(prot & (IOMMU_READ | IOMMU_WRITE)) ? 0 : -EINVAL;
}
#define pt_set_prot amdv1pt_set_prot

#define PT_DIRTY_MASK AMDV1_D

/* ---- struct pt_iommu_amdv1 ---- */

/* What init checks besides the widths: the level to start with. */
static inline int amdv1pt_fmt_init(const struct pt_iommu_amdv1_cfg *cfg,
				   unsigned int *top_level)
{
	if (!cfg->starting_level || cfg->starting_level > PT_MAX_TOP_LEVEL)
		return -EINVAL;
	*top_level = cfg->starting_level;
	return 0;
}
#define pt_fmt_init amdv1pt_fmt_init

static inline void amdv1pt_fmt_hw_info(const struct pt_common *common,
				       struct pt_top top,
				       struct pt_iommu_amdv1_hw_info *info)
{
	info->host_pt_root = virt_to_phys(top.table);
	info->mode = top.level + 1;
}
#define pt_fmt_hw_info amdv1pt_fmt_hw_info

#endif
