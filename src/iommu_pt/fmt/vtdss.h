/* SPDX-License-Identifier: MIT */
/*
 * Page-table format: VT-d second stage. Constants: vtdss_bits.h.
 *
 * Three page sizes, no contiguous entries, no present bit: an entry that
 * grants nothing is empty. Table pointers grant both rights, the leaf decides.
 * The depth is fixed at init (39, 48 or 57 bits).
 *
 * Not modelled: walkers that do not snoop (PT_FEAT_DMA_INCOHERENT is refused).
 * Tests: tests/unit/iommu_pt/test_vtdss.c
 */
#ifndef DMASIM_IOMMU_PT_FMT_VTDSS_H
#define DMASIM_IOMMU_PT_FMT_VTDSS_H

#include <linux/errno.h>
#include <linux/generic_pt/iommu.h>

#include "iommu_pt/fmt/vtdss_bits.h"
#include "iommu_pt/pt_defs.h"

#define PT_GRANULE_LG2 VTDSS_GRANULE_LG2
#define PT_TABLE_LG2 VTDSS_TABLE_LG2
#define PT_MAX_VA_LG2 57
#define PT_MAX_OA_LG2 VTDSS_ADDR_LG2
#define PT_MAX_TOP_LEVEL (VTDSS_MAX_LEVELS - 1)

static __always_inline enum pt_kind vtdsspt_entry_kind(u64 entry,
						       unsigned int level)
{
	if (!(entry & (VTDSS_R | VTDSS_W)))
		return PT_ENTRY_EMPTY;
	if (!level || (level <= VTDSS_MAX_LEAF_LEVEL && (entry & VTDSS_PS)))
		return PT_ENTRY_LEAF;
	return PT_ENTRY_TABLE;
}
#define pt_entry_kind vtdsspt_entry_kind

static __always_inline bool vtdsspt_entry_is_table(u64 entry,
						   unsigned int level)
{
	return (entry & (VTDSS_R | VTDSS_W | VTDSS_PS)) == (VTDSS_R | VTDSS_W);
}
#define pt_entry_is_table vtdsspt_entry_is_table

static __always_inline bool vtdsspt_entry_is_granule(u64 entry)
{
	return entry & (VTDSS_R | VTDSS_W);
}
#define pt_entry_is_granule vtdsspt_entry_is_granule

static __always_inline phys_addr_t vtdsspt_table_pa(u64 entry)
{
	return entry & VTDSS_ADDR_MASK;
}
#define pt_table_pa vtdsspt_table_pa

static __always_inline u64 vtdsspt_make_table(const struct pt_common *common,
					      phys_addr_t pa,
					      unsigned int level)
{
	return pa | VTDSS_R | VTDSS_W;
}
#define pt_make_table vtdsspt_make_table

static __always_inline u64
vtdsspt_possible_sizes(const struct pt_common *common, unsigned int level)
{
	if (level > VTDSS_MAX_LEAF_LEVEL)
		return 0;
	return lg2_size(PT_GRANULE_LG2 + VTDSS_INDEX_LG2 * level);
}
#define pt_possible_sizes vtdsspt_possible_sizes

static __always_inline phys_addr_t vtdsspt_leaf_oa(u64 entry,
						   unsigned int level)
{
	return entry & VTDSS_ADDR_MASK;
}
#define pt_leaf_oa vtdsspt_leaf_oa

static __always_inline u64 vtdsspt_make_leaf(phys_addr_t oa,
					     unsigned int size_lg2,
					     unsigned int level,
					     struct pt_attrs attrs)
{
	return oa | attrs.bits | (level ? VTDSS_PS : 0);
}
#define pt_make_leaf vtdsspt_make_leaf

static __always_inline struct pt_attrs vtdsspt_leaf_attrs(u64 entry)
{
	return (struct pt_attrs){
		.bits = entry & (VTDSS_R | VTDSS_W | VTDSS_SNP),
	};
}
#define pt_leaf_attrs vtdsspt_leaf_attrs

#define VTDSS_FORCED                          \
	(BIT(PT_FEAT_VTDSS_FORCE_COHERENCE) | \
	 BIT(PT_FEAT_VTDSS_FORCE_WRITEABLE))

static __always_inline int vtdsspt_set_prot(const struct pt_common *common,
					    unsigned int prot,
					    struct pt_attrs *attrs)
{
	/* The two rights have the numbers of READ and WRITE. */
	u64 bits = prot & (VTDSS_R | VTDSS_W);

	static_assert(IOMMU_READ == VTDSS_R && IOMMU_WRITE == VTDSS_W);
	attrs->bits = bits;
	if (unlikely(common->features & VTDSS_FORCED)) {
		if (pt_has(common, PT_FEAT_VTDSS_FORCE_COHERENCE))
			attrs->bits |= VTDSS_SNP;
		/* Erratum: a parent of nested tables holds no read-only leaf. */
		if (pt_has(common, PT_FEAT_VTDSS_FORCE_WRITEABLE) &&
		    bits == VTDSS_R)
			return -EINVAL;
	}
	return likely(bits) ? 0 : -EINVAL;
}
#define pt_set_prot vtdsspt_set_prot

#define PT_DIRTY_MASK VTDSS_D

/* Bits 10, 52..60 and 63 are ignored by hardware in every entry. */
#define PT_SW_MASK \
	(VTDSS_SW_TABLE | (lg2_mask(61) & ~lg2_mask(52)) | lg2_size(63))

/* ---- struct pt_iommu_vtdss ---- */

static inline int vtdsspt_fmt_init(const struct pt_iommu_vtdss_cfg *cfg,
				   unsigned int *top_level)
{
	if (cfg->top_level < VTDSS_MIN_LEVELS - 1 ||
	    cfg->top_level > PT_MAX_TOP_LEVEL)
		return -EOPNOTSUPP;
	*top_level = cfg->top_level;
	return 0;
}
#define pt_fmt_init vtdsspt_fmt_init

static inline void vtdsspt_fmt_hw_info(const struct pt_common *common,
				       struct pt_top top,
				       struct pt_iommu_vtdss_hw_info *info)
{
	info->ssptptr = virt_to_phys(top.table);
	info->aw = top.level - 1;
}
#define pt_fmt_hw_info vtdsspt_fmt_hw_info

#endif
