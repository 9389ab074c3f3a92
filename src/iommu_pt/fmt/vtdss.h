/* SPDX-License-Identifier: MIT */
/*
 * Page-table format: VT-d second stage. Constants: vtdss_bits.h.
 *
 * No present bit: an entry that grants nothing is empty. Table pointers grant
 * both rights, the leaf decides. The depth is fixed at init (39, 48 or 57 bits).
 * What it shares with x86-64: page_size_bit.h.
 *
 * Not modelled: walkers that do not snoop (PT_FEAT_DMA_INCOHERENT is refused).
 * Tests: tests/unit/iommu_pt/test_vtdss.c
 */
#ifndef DMASIM_IOMMU_PT_FMT_VTDSS_H
#define DMASIM_IOMMU_PT_FMT_VTDSS_H

#include <linux/errno.h>
#include <linux/generic_pt/iommu.h>

#include "iommu_pt/fmt/vtdss_bits.h"

#define PS_PRESENT (VTDSS_R | VTDSS_W)
#define PS_POINTER (VTDSS_R | VTDSS_W)
#define PS_ATTRS (VTDSS_R | VTDSS_W | VTDSS_SNP)

#include "iommu_pt/fmt/page_size_bit.h"

static_assert(PS_BIT == VTDSS_PS && PS_ADDR_MASK == VTDSS_ADDR_MASK);
static_assert(PT_GRANULE_LG2 == VTDSS_GRANULE_LG2 &&
	      PT_TABLE_LG2 == VTDSS_TABLE_LG2 &&
	      PT_MAX_OA_LG2 == VTDSS_ADDR_LG2 &&
	      PT_MAX_TOP_LEVEL == VTDSS_MAX_LEVELS - 1 &&
	      PS_MAX_LEAF_LEVEL == VTDSS_MAX_LEAF_LEVEL);

/*
 * Attributes by what is forced and by the rights, which have the numbers of READ
 * and WRITE; 0: cannot be. Erratum behind FORCE_WRITEABLE: a parent of nested
 * tables holds no read-only leaf.
 */
#define VTDSS_FORCED 4
#define VTDSS_RW (VTDSS_R | VTDSS_W)

static const u64 vtdsspt_attrs[VTDSS_FORCED][4] = {
	{ 0, VTDSS_R, VTDSS_W, VTDSS_RW },
	{ 0, VTDSS_R | VTDSS_SNP, VTDSS_W | VTDSS_SNP, VTDSS_RW | VTDSS_SNP },
	{ 0, 0, VTDSS_W, VTDSS_RW },
	{ 0, 0, VTDSS_W | VTDSS_SNP, VTDSS_RW | VTDSS_SNP },
};

static __always_inline int vtdsspt_set_prot(const struct pt_common *common,
					    unsigned int prot,
					    struct pt_attrs *attrs)
{
	unsigned int forced = common->features >> PT_FEAT_FMT_START;

	static_assert(IOMMU_READ == VTDSS_R && IOMMU_WRITE == VTDSS_W);
	static_assert(PT_FEAT_VTDSS_FORCE_COHERENCE - PT_FEAT_FMT_START == 0 &&
		      PT_FEAT_VTDSS_FORCE_WRITEABLE - PT_FEAT_FMT_START == 1);
	attrs->bits = vtdsspt_attrs[forced % VTDSS_FORCED][prot & VTDSS_RW];
	return likely(attrs->bits) ? 0 : -EINVAL;
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
