/* SPDX-License-Identifier: MIT */
/*
 * Page-table format: RISC-V Sv39, Sv48, Sv57. Constants: riscv_64_bits.h.
 *
 * Every level may hold leaves, the top included. With
 * PT_FEAT_RISCV_SVNAPOT_64K 64 KiB are 16 equal items of level 0. Addresses
 * are canonical. Accessed is preset, and dirty in writable leaves, so that
 * neither faults. Writing needs reading: IOMMU_WRITE alone grants both. The
 * width decides how many levels there are.
 *
 * Not modelled: memory types (PBMT), dirty tracking.
 * Tests: tests/unit/iommu_pt/test_riscv_64.c
 */
#ifndef DMASIM_IOMMU_PT_FMT_RISCV_64_H
#define DMASIM_IOMMU_PT_FMT_RISCV_64_H

#include <linux/errno.h>
#include <linux/generic_pt/iommu.h>

#include "iommu_pt/fmt/riscv_64_bits.h"
#include "iommu_pt/pt_defs.h"

#define PT_GRANULE_LG2 RISCV_64_GRANULE_LG2
#define PT_TABLE_LG2 RISCV_64_TABLE_LG2
#define PT_MAX_VA_LG2 57
#define PT_MAX_OA_LG2 RISCV_64_ADDR_LG2
#define PT_MAX_TOP_LEVEL (RISCV_64_MAX_LEVELS - 1)

#define RISCV_64_RIGHTS (RISCV_64_R | RISCV_64_W | RISCV_64_X)

/* Page numbers stand two bits lower than addresses. */
#define RISCV_64_PA_SHIFT (PT_GRANULE_LG2 - RISCV_64_PPN_SHIFT)

static __always_inline enum pt_kind riscv_64pt_entry_kind(u64 entry,
							  unsigned int level)
{
	if (!(entry & RISCV_64_V))
		return PT_ENTRY_EMPTY;
	return !level || (entry & RISCV_64_RIGHTS) ? PT_ENTRY_LEAF :
						     PT_ENTRY_TABLE;
}
#define pt_entry_kind riscv_64pt_entry_kind

static __always_inline bool riscv_64pt_entry_is_table(u64 entry,
						      unsigned int level)
{
	return (entry & (RISCV_64_V | RISCV_64_RIGHTS)) == RISCV_64_V;
}
#define pt_entry_is_table riscv_64pt_entry_is_table

static __always_inline bool riscv_64pt_entry_is_granule(u64 entry)
{
	return (entry & (RISCV_64_V | RISCV_64_N)) == RISCV_64_V;
}
#define pt_entry_is_granule riscv_64pt_entry_is_granule

static __always_inline phys_addr_t riscv_64pt_table_pa(u64 entry)
{
	return (entry & RISCV_64_PPN_MASK) << RISCV_64_PA_SHIFT;
}
#define pt_table_pa riscv_64pt_table_pa

static __always_inline u64 riscv_64pt_make_table(const struct pt_common *common,
						 phys_addr_t pa,
						 unsigned int level)
{
	return pa >> RISCV_64_PA_SHIFT | RISCV_64_V;
}
#define pt_make_table riscv_64pt_make_table

static __always_inline u64
riscv_64pt_possible_sizes(const struct pt_common *common, unsigned int level)
{
	u64 sizes = lg2_size(PT_GRANULE_LG2 + RISCV_64_INDEX_LG2 * level);

	if (!level && pt_has(common, PT_FEAT_RISCV_SVNAPOT_64K))
		sizes |= lg2_size(RISCV_64_NAPOT_LG2);
	return sizes;
}
#define pt_possible_sizes riscv_64pt_possible_sizes

static __always_inline unsigned int riscv_64pt_leaf_size_lg2(u64 entry,
							     unsigned int level)
{
	if (entry & RISCV_64_N)
		return RISCV_64_NAPOT_LG2;
	return PT_GRANULE_LG2 + RISCV_64_INDEX_LG2 * level;
}
#define pt_leaf_size_lg2 riscv_64pt_leaf_size_lg2

static __always_inline phys_addr_t riscv_64pt_leaf_oa(u64 entry,
						      unsigned int level)
{
	if (entry & RISCV_64_N)
		entry &= ~RISCV_64_NAPOT_MASK;
	return riscv_64pt_table_pa(entry);
}
#define pt_leaf_oa riscv_64pt_leaf_oa

static __always_inline phys_addr_t riscv_64pt_granule_oa(u64 entry)
{
	return riscv_64pt_table_pa(entry);
}
#define pt_granule_oa riscv_64pt_granule_oa

static __always_inline u64 riscv_64pt_make_leaf(phys_addr_t oa,
						unsigned int size_lg2,
						unsigned int level,
						struct pt_attrs attrs)
{
	u64 entry = oa >> RISCV_64_PA_SHIFT | attrs.bits;

	if (size_lg2 == RISCV_64_NAPOT_LG2)
		entry |= RISCV_64_N | RISCV_64_NAPOT_CODE;
	return entry;
}
#define pt_make_leaf riscv_64pt_make_leaf

static __always_inline u64 riscv_64pt_leaf_step(unsigned int size_lg2)
{
	return lg2_size(size_lg2 - RISCV_64_PA_SHIFT);
}
#define pt_leaf_step riscv_64pt_leaf_step

static __always_inline struct pt_attrs riscv_64pt_leaf_attrs(u64 entry)
{
	return (struct pt_attrs){
		.bits = entry & (RISCV_64_V | RISCV_64_RIGHTS | RISCV_64_U |
				 RISCV_64_G | RISCV_64_A | RISCV_64_D),
	};
}
#define pt_leaf_attrs riscv_64pt_leaf_attrs

/* Attributes of every prot, 0 without a right to read or to write. */
#define RISCV_64_PROTS 16
#define RISCV_64_ATTRS(p)                                                  \
	(!((p) & (IOMMU_READ | IOMMU_WRITE)) ?                             \
		 0 :                                                       \
		 RISCV_64_V | RISCV_64_A | RISCV_64_U | RISCV_64_R |       \
			 ((p)&IOMMU_WRITE ? RISCV_64_W | RISCV_64_D : 0) | \
			 ((p)&IOMMU_NOEXEC ? 0 : RISCV_64_X))
#define RISCV_64_4(p)                                                        \
	RISCV_64_ATTRS(p), RISCV_64_ATTRS((p) + 1), RISCV_64_ATTRS((p) + 2), \
		RISCV_64_ATTRS((p) + 3)

static const u64 riscv_64pt_attrs[RISCV_64_PROTS] = {
	RISCV_64_4(0), RISCV_64_4(4), RISCV_64_4(8), RISCV_64_4(12)
};

static __always_inline int riscv_64pt_set_prot(const struct pt_common *common,
					       unsigned int prot,
					       struct pt_attrs *attrs)
{
	static_assert((IOMMU_READ | IOMMU_WRITE | IOMMU_NOEXEC) <
		      RISCV_64_PROTS);
	attrs->bits = riscv_64pt_attrs[prot % RISCV_64_PROTS];
	return likely(attrs->bits) ? 0 : -EINVAL;
}
#define pt_set_prot riscv_64pt_set_prot

#define PT_SW_MASK RISCV_64_RSW_MASK

/* ---- struct pt_iommu_riscv_64 ---- */

static inline int riscv_64pt_fmt_init(const struct pt_iommu_riscv_64_cfg *cfg,
				      unsigned int *top_level)
{
	switch (cfg->common.hw_max_vasz_lg2) {
	case 39:
	case 48:
	case 57:
		*top_level = (cfg->common.hw_max_vasz_lg2 - PT_GRANULE_LG2) /
				     RISCV_64_INDEX_LG2 -
			     1;
		return 0;
	default:
		return -EINVAL;
	}
}
#define pt_fmt_init riscv_64pt_fmt_init

static inline void
riscv_64pt_fmt_hw_info(const struct pt_common *common, struct pt_top top,
		       struct pt_iommu_riscv_64_hw_info *info)
{
	info->ppn = virt_to_phys(top.table) >> PT_GRANULE_LG2;
	/* Sv39, Sv48, Sv57 are modes 8, 9, 10. */
	info->fsc_iosatp_mode = top.level + 6;
}
#define pt_fmt_hw_info riscv_64pt_fmt_hw_info

#endif
