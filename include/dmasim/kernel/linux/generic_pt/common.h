/* SPDX-License-Identifier: MIT */
/*
 * <linux/generic_pt/common.h>: what every page table has, in any format.
 *
 * same: struct pt_common, the packing of top_of_table, feature numbers
 * reduced: a table whose walker is not coherent (PT_FEAT_DMA_INCOHERENT) and
 *	encryption are refused by init
 * newer: the whole header is 7.0. Added here: format arm, which 7.0 has not;
 *	pt_common.epoch and max_oa
 */
#ifndef _DMASIM_LINUX_GENERIC_PT_COMMON_H
#define _DMASIM_LINUX_GENERIC_PT_COMMON_H

#include <linux/types.h>
#include <linux/bits.h>

/* top_of_table = address of the top table | its generic level */
#define PT_TOP_LEVEL_BITS 3
#define PT_TOP_LEVEL_MASK ((1u << PT_TOP_LEVEL_BITS) - 1)

/**
 * struct pt_common - the part of a page table that the algorithm knows
 * @top_of_table: virtual address of the top table, its level in the low
 *	PT_TOP_LEVEL_BITS. One load gives a matching pair, so that lockless
 *	readers are right while the top grows; READ_ONCE()/WRITE_ONCE() only.
 * @max_oasz_lg2: output addresses are below 2 to this
 * @max_oa: the highest output address
 * @max_vasz_lg2: input addresses are below 2 to this, up to 64
 * @features: bits of enum pt_features
 * @epoch: a number that no other table has had, a new one each time tables were
 *	taken out of this one: what was found in it before means nothing then
 */
struct pt_common {
	uintptr_t top_of_table;
	u64 epoch;
	u64 max_oa;
	u8 max_oasz_lg2;
	u8 max_vasz_lg2;
	unsigned int features;
};

/** enum pt_features - bit numbers; from PT_FEAT_FMT_START on per format. */
enum pt_features {
	PT_FEAT_DMA_INCOHERENT = 0, /* the walker does not snoop */
	PT_FEAT_FULL_VA = 1, /* all of 0..ULONG_MAX may be mapped */
	PT_FEAT_DYNAMIC_TOP = 2, /* levels are added on demand */
	PT_FEAT_SIGN_EXTEND = 3, /* top half above a hole */
	PT_FEAT_FLUSH_RANGE = 4, /* gather one range, gaps included */
	PT_FEAT_FLUSH_RANGE_NO_GAPS = 5, /* sync rather than cover gaps */
	PT_FEAT_FMT_START = 6,
};

enum pt_features_amdv1 {
	PT_FEAT_AMDV1_ENCRYPT_TABLES = PT_FEAT_FMT_START,
	PT_FEAT_AMDV1_FORCE_COHERENCE,
};

enum pt_features_vtdss {
	PT_FEAT_VTDSS_FORCE_COHERENCE = PT_FEAT_FMT_START,
	PT_FEAT_VTDSS_FORCE_WRITEABLE,
};

enum pt_features_x86_64 {
	PT_FEAT_X86_64_AMD_ENCRYPT_TABLES = PT_FEAT_FMT_START,
};

enum pt_features_riscv_64 {
	PT_FEAT_RISCV_SVNAPOT_64K = PT_FEAT_FMT_START,
};

enum pt_features_arm {
	PT_FEAT_ARM_STAGE2 = PT_FEAT_FMT_START, /* else stage 1 */
	PT_FEAT_ARM_S2FWB, /* stage 2 memory types as with FEAT_S2FWB */
	PT_FEAT_ARM_NS, /* stage 1: NS bits of leaves and tables are set */
	PT_FEAT_ARM_HD, /* stage 1: hardware keeps the dirty state */
	PT_FEAT_ARM_CONTIG, /* use contiguous entries */
};

struct pt_amdv1 {
	struct pt_common common;
};

struct pt_vtdss {
	struct pt_common common;
};

struct pt_x86_64 {
	struct pt_common common;
};

struct pt_riscv_64 {
	struct pt_common common;
};

struct pt_arm {
	struct pt_common common;
};

#endif
