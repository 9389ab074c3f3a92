/* SPDX-License-Identifier: MIT */
/*
 * Page-table format: x86-64, 4 and 5 levels, as AMD's guest ("v2") tables and
 * VT-d's first stage use it. Constants: x86_64_bits.h.
 *
 * Reading is implied by presence. Accessed is preset everywhere and dirty in
 * writable leaves, so that hardware has nothing to write. With
 * PT_FEAT_SIGN_EXTEND (VT-d first stage; AMD with a PASID) addresses are
 * canonical; without, all of the width counts from 0. What it shares with VT-d's
 * second stage: page_size_bit.h.
 *
 * Not modelled: memory encryption (PT_FEAT_X86_64_AMD_ENCRYPT_TABLES is
 * refused), dirty tracking (the format is not used for it).
 * Tests: tests/unit/iommu_pt/test_x86_64.c
 */
#ifndef DMASIM_IOMMU_PT_FMT_X86_64_H
#define DMASIM_IOMMU_PT_FMT_X86_64_H

#include <linux/errno.h>
#include <linux/generic_pt/iommu.h>

#include "iommu_pt/fmt/x86_64_bits.h"

#define PS_PRESENT X86_64_P
#define PS_POINTER (X86_64_P | X86_64_RW | X86_64_U | X86_64_A)
#define PS_ATTRS (X86_64_P | X86_64_RW | X86_64_U | X86_64_A | X86_64_D)

#include "iommu_pt/fmt/page_size_bit.h"

static_assert(PS_BIT == X86_64_PS && PS_ADDR_MASK == X86_64_ADDR_MASK);
static_assert(PT_GRANULE_LG2 == X86_64_GRANULE_LG2 &&
	      PT_TABLE_LG2 == X86_64_TABLE_LG2 &&
	      PT_MAX_OA_LG2 == X86_64_ADDR_LG2 &&
	      PT_MAX_TOP_LEVEL == X86_64_MAX_LEVELS - 1 &&
	      PS_MAX_LEAF_LEVEL == X86_64_MAX_LEAF_LEVEL);

static __always_inline int x86_64pt_set_prot(const struct pt_common *common,
					     unsigned int prot,
					     struct pt_attrs *attrs)
{
	attrs->bits = X86_64_P | X86_64_U | X86_64_A;
	if (prot & IOMMU_WRITE)
		attrs->bits |= X86_64_RW | X86_64_D;
	return likely(prot & (IOMMU_READ | IOMMU_WRITE)) ? 0 : -EINVAL;
}
#define pt_set_prot x86_64pt_set_prot

/* Bits 9, 11 and 52..62 are ignored by hardware in every entry. */
#define PT_SW_MASK (lg2_size(9) | lg2_size(11) | (lg2_mask(63) & ~lg2_mask(52)))

/* ---- struct pt_iommu_x86_64 ---- */

static inline int x86_64pt_fmt_init(const struct pt_iommu_x86_64_cfg *cfg,
				    unsigned int *top_level)
{
	if (cfg->top_level < X86_64_MIN_LEVELS - 1 ||
	    cfg->top_level > PT_MAX_TOP_LEVEL)
		return -EOPNOTSUPP;
	*top_level = cfg->top_level;
	return 0;
}
#define pt_fmt_init x86_64pt_fmt_init

static inline void x86_64pt_fmt_hw_info(const struct pt_common *common,
					struct pt_top top,
					struct pt_iommu_x86_64_hw_info *info)
{
	info->gcr3_pt = virt_to_phys(top.table);
	info->levels = top.level + 1;
}
#define pt_fmt_hw_info x86_64pt_fmt_hw_info

#endif
