/* SPDX-License-Identifier: MIT */
/*
 * Page-table format: ARM LPAE (AArch64), stage 1 and, with
 * PT_FEAT_ARM_STAGE2, stage 2. Constants: arm_bits.h.
 *
 * A table is a granule, ARM_GRANULE_LG2 of the unit that is compiled:
 *
 *	granule	items	pages and blocks	with PT_FEAT_ARM_CONTIG also
 *	4K	512	4K 2M 1G		64K 32M 16G
 *	16K	2048	16K 32M			2M 1G
 *	64K	8192	64K 512M (4T: 52 bits)	2M 16G
 *
 * A contiguous entry is an aligned group of items that carry a hint and agree
 * in everything but the address, which each item has for itself. Permissions
 * stand in the leaf; table pointers restrict nothing.
 *
 * The width decides how many levels there are: as few as hold it. Where stage
 * 2 must start one level lower the root is up to 16 tables side by side (the
 * architecture forbids a start at the highest level for small output widths).
 *
 * Not modelled here, but in io_pgtable*.c: the upper range (TTBR1), which is built
 * as a lower one, and walkers that do not snoop.
 * Tests: tests/unit/iommu_pt/test_arm.h
 */
#ifndef DMASIM_IOMMU_PT_FMT_ARM_H
#define DMASIM_IOMMU_PT_FMT_ARM_H

#include <linux/errno.h>
#include <linux/generic_pt/iommu.h>

#include "iommu_pt/fmt/arm_bits.h"
#include "iommu_pt/pt_defs.h"

#define ARM_IS_64K (ARM_GRANULE_LG2 == ARM_64K_LG2)
#define ARM_INDEX_LG2 (ARM_GRANULE_LG2 - 3)

#define PT_GRANULE_LG2 ARM_GRANULE_LG2
#define PT_TABLE_LG2 ARM_GRANULE_LG2
#define PT_MAX_VA_LG2 (ARM_IS_64K ? ARM_64K_ADDR_LG2 : ARM_ADDR_LG2)
#define PT_MAX_OA_LG2 PT_MAX_VA_LG2
#define PT_MAX_TOP_LEVEL (ARM_IS_64K ? 2 : 3)
#define PT_MAX_CONCAT_LG2 ARM_MAX_CONCAT_LG2

/* Address bits 51:48 stand elsewhere, so that a carry into them gets lost. */
#if ARM_GRANULE_LG2 == ARM_64K_LG2
#define PT_OA_STEP_LG2 48
#endif

static __always_inline enum pt_kind armpt_entry_kind(u64 entry,
						     unsigned int level)
{
	if (!(entry & ARM_VALID))
		return PT_ENTRY_EMPTY;
	if (!level || (entry & ARM_TYPE_MASK) == ARM_TYPE_BLOCK)
		return PT_ENTRY_LEAF;
	return PT_ENTRY_TABLE;
}
#define pt_entry_kind armpt_entry_kind

static __always_inline bool armpt_entry_is_table(u64 entry, unsigned int level)
{
	return (entry & ARM_TYPE_MASK) == ARM_TYPE_TABLE;
}
#define pt_entry_is_table armpt_entry_is_table

static __always_inline bool armpt_entry_is_granule(u64 entry)
{
	return (entry & (ARM_VALID | ARM_CONT)) == ARM_VALID;
}
#define pt_entry_is_granule armpt_entry_is_granule

/* Few machines have memory above 2^48: no work for it in the common case. */
static __always_inline u64 armpt_encode_pa(phys_addr_t pa)
{
	if (ARM_IS_64K && unlikely(pa >> ARM_ADDR_LG2))
		return (pa & ARM_ADDR_MASK) | pa >> ARM_ADDR_LG2
							      << ARM_HI_SHIFT;
	return pa;
}

static __always_inline phys_addr_t armpt_table_pa(u64 entry)
{
	u64 pa = entry & ARM_ADDR_MASK;

	if (ARM_IS_64K && unlikely(pa & ARM_HI_MASK))
		pa = (pa & ~ARM_HI_MASK) |
		     (pa & ARM_HI_MASK) << (ARM_ADDR_LG2 - ARM_HI_SHIFT);
	return pa;
}
#define pt_table_pa armpt_table_pa

static __always_inline u64 armpt_make_table(const struct pt_common *common,
					    phys_addr_t pa, unsigned int level)
{
	u64 entry = armpt_encode_pa(pa) | ARM_TYPE_TABLE;

	return pt_has(common, PT_FEAT_ARM_NS) ? entry | ARM_S1_TABLE_NS : entry;
}
#define pt_make_table armpt_make_table

/* Pages and blocks of a level by themselves, 0 if it has none. */
static __always_inline u64 armpt_natural_size(const struct pt_common *common,
					      unsigned int level)
{
	unsigned int max = ARM_GRANULE_LG2 == ARM_4K_LG2 ? 2 : 1;

	if (ARM_IS_64K && common->max_oasz_lg2 > ARM_ADDR_LG2)
		max = 2;
	return level <= max ? lg2_size(PT_GRANULE_LG2 + ARM_INDEX_LG2 * level) :
			      0;
}

/* lg2 of the items that a contiguous entry of a level has. */
static __always_inline unsigned int armpt_group_lg2(unsigned int level)
{
	switch (ARM_GRANULE_LG2) {
	case ARM_4K_LG2:
		return 4;
	case ARM_16K_LG2:
		return level ? 5 : 7;
	default:
		return 5;
	}
}

static __always_inline u64 armpt_possible_sizes(const struct pt_common *common,
						unsigned int level)
{
	u64 sizes = armpt_natural_size(common, level);

	if (pt_has(common, PT_FEAT_ARM_CONTIG) && !(ARM_IS_64K && level == 2))
		sizes |= sizes << armpt_group_lg2(level);
	return sizes;
}
#define pt_possible_sizes armpt_possible_sizes

static __always_inline unsigned int armpt_leaf_size_lg2(u64 entry,
							unsigned int level)
{
	unsigned int size_lg2 = PT_GRANULE_LG2 + ARM_INDEX_LG2 * level;

	return entry & ARM_CONT ? size_lg2 + armpt_group_lg2(level) : size_lg2;
}
#define pt_leaf_size_lg2 armpt_leaf_size_lg2

static __always_inline phys_addr_t armpt_leaf_oa(u64 entry, unsigned int level)
{
	return lg2_down(armpt_table_pa(entry),
			armpt_leaf_size_lg2(entry, level));
}
#define pt_leaf_oa armpt_leaf_oa

static __always_inline phys_addr_t armpt_granule_oa(u64 entry)
{
	return armpt_table_pa(entry);
}
#define pt_granule_oa armpt_granule_oa

static __always_inline u64 armpt_make_leaf(phys_addr_t oa,
					   unsigned int size_lg2,
					   unsigned int level,
					   struct pt_attrs attrs)
{
	u64 entry = armpt_encode_pa(oa) | attrs.bits;

	if (size_lg2 != PT_GRANULE_LG2 + ARM_INDEX_LG2 * level)
		entry |= ARM_CONT;
	return entry | (level ? ARM_TYPE_BLOCK : ARM_TYPE_PAGE);
}
#define pt_make_leaf armpt_make_leaf

static __always_inline u64 armpt_leaf_replica(u64 first, unsigned int level,
					      unsigned int i)
{
	return first + ((u64)i << (PT_GRANULE_LG2 + ARM_INDEX_LG2 * level));
}
#define pt_leaf_replica armpt_leaf_replica

static __always_inline struct pt_attrs armpt_leaf_attrs(u64 entry)
{
	/* Bits 11:2 mean something else at each stage, but all are attributes. */
	return (struct pt_attrs){
		.bits = entry & (ARM_VALID | 0xffcull | ARM_DBM | ARM_XN_MASK),
	};
}
#define pt_leaf_attrs armpt_leaf_attrs

/* Memory types by number: MAIR is 0x00000000f404ff44. */
#define ARM_MAIR_NC 0ull
#define ARM_MAIR_CACHE 1ull
#define ARM_MAIR_DEVICE 2ull
/* Stage 2 names types directly; "FWB" is the name with forced write-back. */
#define ARM_MEMATTR_DEVICE 1ull
#define ARM_MEMATTR_NC 5ull
#define ARM_MEMATTR_CACHE 15ull
#define ARM_MEMATTR_FWB 6ull

/* Only at stage 1. */
#define ARM_S1_EXTRAS (BIT(PT_FEAT_ARM_NS) | BIT(PT_FEAT_ARM_HD))

/*
 * Attributes of every prot with every set of the features that count for them, so
 * that a call looks them up; 0 without a right to read or to write.
 */
#define ARM_PROTS 64
#define ARM_FEATURES 16
#define ARM_HAS(f, bit) ((f)&BIT((bit)-PT_FEAT_FMT_START))

#define ARM_BITS(p)                                        \
	(ARM_VALID | ARM_AF |                              \
	 ((p)&IOMMU_CACHE ? ARM_SH_INNER : ARM_SH_OUTER) | \
	 ((p)&IOMMU_NOEXEC ? ARM_XN_MASK : 0))
/* With ARM_HD writable leaves are dirty from the start: hardware has nothing to
 * write. */
#define ARM_S1_BITS(f, p)                                                  \
	(ARM_BITS(p) | ARM_S1_NG | ((p)&IOMMU_WRITE ? 0 : ARM_S1_RDONLY) | \
	 ((p)&IOMMU_PRIV ? 0 : ARM_S1_USER) |                              \
	 ((p)&IOMMU_MMIO  ? ARM_MAIR_DEVICE :                              \
	  (p)&IOMMU_CACHE ? ARM_MAIR_CACHE :                               \
			    ARM_MAIR_NC)                                   \
		 << ARM_S1_ATTR_SHIFT |                                    \
	 (ARM_HAS(f, PT_FEAT_ARM_NS) ? ARM_S1_NS : 0) |                    \
	 (ARM_HAS(f, PT_FEAT_ARM_HD) && (p)&IOMMU_WRITE ? ARM_DBM : 0))
#define ARM_S2_BITS(f, p)                                      \
	(ARM_BITS(p) | ((p)&IOMMU_READ ? ARM_S2_READ : 0) |    \
	 ((p)&IOMMU_WRITE ? ARM_S2_WRITE : 0) |                \
	 ((p)&IOMMU_MMIO		? ARM_MEMATTR_DEVICE : \
	  !((p)&IOMMU_CACHE)		? ARM_MEMATTR_NC :     \
	  ARM_HAS(f, PT_FEAT_ARM_S2FWB) ? ARM_MEMATTR_FWB :    \
					  ARM_MEMATTR_CACHE)   \
		 << ARM_S2_ATTR_SHIFT)
#define ARM_ATTRS(f, p)                                            \
	(!((p) & (IOMMU_READ | IOMMU_WRITE)) ? 0 :                 \
	 ARM_HAS(f, PT_FEAT_ARM_STAGE2)	     ? ARM_S2_BITS(f, p) : \
					       ARM_S1_BITS(f, p))

#define ARM_4(f, p)                                                    \
	ARM_ATTRS(f, p), ARM_ATTRS(f, (p) + 1), ARM_ATTRS(f, (p) + 2), \
		ARM_ATTRS(f, (p) + 3)
#define ARM_16(f, p) \
	ARM_4(f, p), ARM_4(f, (p) + 4), ARM_4(f, (p) + 8), ARM_4(f, (p) + 12)
#define ARM_64(f)                                                         \
	{                                                                 \
		ARM_16(f, 0), ARM_16(f, 16), ARM_16(f, 32), ARM_16(f, 48) \
	}

static const u64 armpt_attrs[ARM_FEATURES][ARM_PROTS] = {
	ARM_64(0),  ARM_64(1),	ARM_64(2),  ARM_64(3),	ARM_64(4),  ARM_64(5),
	ARM_64(6),  ARM_64(7),	ARM_64(8),  ARM_64(9),	ARM_64(10), ARM_64(11),
	ARM_64(12), ARM_64(13), ARM_64(14), ARM_64(15),
};

static __always_inline int armpt_set_prot(const struct pt_common *common,
					  unsigned int prot,
					  struct pt_attrs *attrs)
{
	unsigned int features = common->features >> PT_FEAT_FMT_START;

	static_assert((IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE | IOMMU_NOEXEC |
		       IOMMU_MMIO | IOMMU_PRIV) == ARM_PROTS - 1);
	static_assert(BIT(PT_FEAT_ARM_CONTIG - PT_FEAT_FMT_START) ==
		      ARM_FEATURES);
	attrs->bits = armpt_attrs[features % ARM_FEATURES][prot % ARM_PROTS];
	return likely(attrs->bits) ? 0 : -EINVAL;
}
#define pt_set_prot armpt_set_prot

#define PT_SW_MASK ARM_SW_MASK

/*
 * Only of leaves whose dirty state hardware keeps: it takes the prohibition to
 * write away, which is how software makes them clean.
 */
static __always_inline bool armpt_entry_is_dirty(u64 entry)
{
	return (entry & (ARM_DBM | ARM_S1_RDONLY)) == ARM_DBM;
}
#define pt_entry_is_dirty armpt_entry_is_dirty

static __always_inline u64 armpt_make_dirty(u64 entry)
{
	return entry & ARM_DBM ? entry & ~ARM_S1_RDONLY : entry;
}
#define pt_make_dirty armpt_make_dirty

static __always_inline void armpt_item_make_clean(u64 *item)
{
	__atomic_fetch_or(item, ARM_S1_RDONLY, __ATOMIC_RELAXED);
}
#define pt_item_make_clean armpt_item_make_clean

/* ---- struct pt_iommu_arm ---- */

/* Code of an output width in TCR.IPS and VTCR.PS, -EINVAL if it has none. */
static inline int armpt_width_code(unsigned int oasz_lg2)
{
	static const u8 widths[] = { 32, 36, 40, 42, 44, 48, 52 };
	int i;

	for (i = 0; i < 7; i++)
		if (widths[i] == oasz_lg2)
			return i;
	return -EINVAL;
}

/*
 * Must stage 2 begin one level below @top_level? The architecture has no start
 * at the highest level for these widths.
 */
static inline bool armpt_must_concat(const struct pt_iommu_cfg *cfg,
				     unsigned int top_level)
{
	unsigned int ias = cfg->hw_max_vasz_lg2, oas = cfg->hw_max_oasz_lg2;

	if (!(cfg->features & BIT(PT_FEAT_ARM_STAGE2)))
		return false;
	switch (ARM_GRANULE_LG2) {
	case ARM_4K_LG2:
		return top_level == 3 && (oas == 40 || oas == 42);
	case ARM_16K_LG2:
		return (top_level == 3 && (oas == 48 || ias == 48)) ||
		       (top_level == 2 && oas == 40);
	default:
		return false;
	}
}

static inline int armpt_fmt_init(const struct pt_iommu_arm_cfg *cfg,
				 unsigned int *top_level)
{
	unsigned int ias = cfg->common.hw_max_vasz_lg2;

	if (cfg->common.features & BIT(PT_FEAT_ARM_STAGE2) &&
	    cfg->common.features & ARM_S1_EXTRAS)
		return -EOPNOTSUPP;
	if (ias <= PT_GRANULE_LG2 + ARM_INDEX_LG2 || ias > PT_MAX_VA_LG2 ||
	    armpt_width_code(cfg->common.hw_max_oasz_lg2) < 0)
		return -EINVAL;
	*top_level = (ias - PT_GRANULE_LG2 - 1) / ARM_INDEX_LG2;
	if (armpt_must_concat(&cfg->common, *top_level))
		(*top_level)--;
	return 0;
}
#define pt_fmt_init armpt_fmt_init

static inline void armpt_fmt_hw_info(const struct pt_common *common,
				     struct pt_top top,
				     struct pt_iommu_arm_hw_info *info)
{
	/* TG0 and VTCR.TG: 4K 0, 64K 1, 16K 2. */
	static const u8 tg[] = { 0, 2, 1 };
	unsigned int width = common->max_vasz_lg2;
	unsigned int one = PT_GRANULE_LG2 + ARM_INDEX_LG2 * (top.level + 1);

	info->ttb = virt_to_phys(top.table);
	info->levels = top.level + 1;
	info->tsz = 64 - width;
	info->tg = tg[(ARM_GRANULE_LG2 - ARM_4K_LG2) / 2];
	info->ps = armpt_width_code(common->max_oasz_lg2);
	/* VTCR.SL0 counts from the other side, one further for 4K. */
	info->sl = ~(3 - top.level + (ARM_GRANULE_LG2 == ARM_4K_LG2)) & 3;
	info->concat_lg2 = width > one ? width - one : 0;
}
#define pt_fmt_hw_info armpt_fmt_hw_info

#endif
