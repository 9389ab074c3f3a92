/* SPDX-License-Identifier: MIT */
/*
 * Seam: the page-table formats that the simulated IOMMU can be built with.
 *
 * One entry a format: how a table of it begins, and what a context entry must
 * say about it. Formats from outside the library join with
 * iommu_format_add() before the machine is built.
 *
 * Widths are those that give the most of a number of levels, but for stage 2 of
 * ARM, where a small root of several tables is wanted if it can be had.
 * Locks: none; formats are added while no machine exists.
 * Tests: tests/unit/sim/test_machine.c, tests/api
 */
#include <linux/errno.h>
#include <linux/generic_pt/iommu.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>

#include "hw/hw.h"
#include "iommu/iommu.h"
#include "iommu/sim_iommu.h"
#include "iommu_pt/iommu_pt_api.h"

#define SIM_MAX_EXTRA 4

/* @member of struct @type fits where a struct sim_table is. */
#define SIM_CHECK_TABLE(type, member)                                    \
	static_assert(sizeof(struct type) == sizeof(struct sim_table) && \
		      offsetof(struct type, member.common) ==            \
			      offsetof(struct sim_table, common))

/* ---- amdv1 ---- */

SIM_CHECK_TABLE(pt_iommu_amdv1, amdpt);

static struct pt_iommu_amdv1 *to_amdv1(struct pt_iommu *pt)
{
	return container_of(pt, struct pt_iommu_amdv1, iommu);
}

static int sim_amdv1_init(struct pt_iommu *pt, unsigned int levels)
{
	const struct pt_iommu_amdv1_cfg cfg = {
		.common = {
			.features = BIT(PT_FEAT_DYNAMIC_TOP) |
				    BIT(PT_FEAT_FLUSH_RANGE) |
				    BIT(PT_FEAT_AMDV1_FORCE_COHERENCE),
			.hw_max_vasz_lg2 = 64,
			.hw_max_oasz_lg2 = 52,
		},
		.starting_level = levels - 1,
	};

	return pt_iommu_amdv1_init(to_amdv1(pt), &cfg, GFP_KERNEL);
}

static void sim_amdv1_root(struct pt_iommu *pt, struct sim_root *root)
{
	struct pt_iommu_amdv1_hw_info info;

	pt_iommu_amdv1_hw_info(to_amdv1(pt), &info);
	root->phys = info.host_pt_root;
	root->levels = info.mode;
}

/* ---- vtdss ---- */

SIM_CHECK_TABLE(pt_iommu_vtdss, vtdss_pt);

static struct pt_iommu_vtdss *to_vtdss(struct pt_iommu *pt)
{
	return container_of(pt, struct pt_iommu_vtdss, iommu);
}

static int sim_vtdss_init(struct pt_iommu *pt, unsigned int levels)
{
	const struct pt_iommu_vtdss_cfg cfg = {
		.common = {
			.features = BIT(PT_FEAT_FLUSH_RANGE),
			.hw_max_vasz_lg2 = 12 + 9 * levels,
			.hw_max_oasz_lg2 = 52,
		},
		.top_level = levels - 1,
	};

	return pt_iommu_vtdss_init(to_vtdss(pt), &cfg, GFP_KERNEL);
}

static void sim_vtdss_root(struct pt_iommu *pt, struct sim_root *root)
{
	struct pt_iommu_vtdss_hw_info info;

	pt_iommu_vtdss_hw_info(to_vtdss(pt), &info);
	root->phys = info.ssptptr;
	root->levels = info.aw + 2;
}

/* ---- x86_64 ---- */

SIM_CHECK_TABLE(pt_iommu_x86_64, x86_64_pt);

static struct pt_iommu_x86_64 *to_x86_64(struct pt_iommu *pt)
{
	return container_of(pt, struct pt_iommu_x86_64, iommu);
}

/* As AMD uses it for DMA: no sign, and the half below it. */
static int sim_x86_64_init(struct pt_iommu *pt, unsigned int levels)
{
	const struct pt_iommu_x86_64_cfg cfg = {
		.common = {
			.features = BIT(PT_FEAT_FLUSH_RANGE),
			.hw_max_vasz_lg2 = 12 + 9 * levels - 1,
			.hw_max_oasz_lg2 = 52,
		},
		.top_level = levels - 1,
	};

	return pt_iommu_x86_64_init(to_x86_64(pt), &cfg, GFP_KERNEL);
}

/* As VT-d's first stage does. */
static int sim_vtdfs_init(struct pt_iommu *pt, unsigned int levels)
{
	const struct pt_iommu_x86_64_cfg cfg = {
		.common = {
			.features = BIT(PT_FEAT_FLUSH_RANGE) |
				    BIT(PT_FEAT_SIGN_EXTEND),
			.hw_max_vasz_lg2 = 12 + 9 * levels,
			.hw_max_oasz_lg2 = 52,
		},
		.top_level = levels - 1,
	};

	return pt_iommu_x86_64_init(to_x86_64(pt), &cfg, GFP_KERNEL);
}

static void sim_x86_64_root(struct pt_iommu *pt, struct sim_root *root)
{
	struct pt_iommu_x86_64_hw_info info;

	pt_iommu_x86_64_hw_info(to_x86_64(pt), &info);
	root->phys = info.gcr3_pt;
	root->levels = info.levels;
}

static void sim_vtdfs_root(struct pt_iommu *pt, struct sim_root *root)
{
	sim_x86_64_root(pt, root);
	root->sign_extend = true;
}

/* ---- riscv64 ---- */

SIM_CHECK_TABLE(pt_iommu_riscv_64, riscv_64_pt);

static struct pt_iommu_riscv_64 *to_riscv_64(struct pt_iommu *pt)
{
	return container_of(pt, struct pt_iommu_riscv_64, iommu);
}

static int sim_riscv_64_init(struct pt_iommu *pt, unsigned int levels)
{
	const struct pt_iommu_riscv_64_cfg cfg = {
		.common = {
			.features = BIT(PT_FEAT_SIGN_EXTEND) |
				    BIT(PT_FEAT_FLUSH_RANGE) |
				    BIT(PT_FEAT_RISCV_SVNAPOT_64K),
			.hw_max_vasz_lg2 = 12 + 9 * levels,
			.hw_max_oasz_lg2 = 52,
		},
	};

	return pt_iommu_riscv_64_init(to_riscv_64(pt), &cfg, GFP_KERNEL);
}

static void sim_riscv_64_root(struct pt_iommu *pt, struct sim_root *root)
{
	struct pt_iommu_riscv_64_hw_info info;

	pt_iommu_riscv_64_hw_info(to_riscv_64(pt), &info);
	root->phys = info.ppn << 12;
	/* Mode 8 is Sv39. */
	root->levels = info.fsc_iosatp_mode - 5;
	root->sign_extend = true;
}

/* ---- arm_s1_4k ... arm_s2_64k ---- */

SIM_CHECK_TABLE(pt_iommu_arm, arm_pt);

static struct pt_iommu_arm *to_arm(struct pt_iommu *pt)
{
	return container_of(pt, struct pt_iommu_arm, iommu);
}

static struct pt_iommu_arm_cfg sim_arm_cfg(unsigned int ias, unsigned int oas,
					   unsigned int stage, bool dirty)
{
	return (struct pt_iommu_arm_cfg){
		.common = {
			.features = BIT(PT_FEAT_FLUSH_RANGE) |
				    BIT(PT_FEAT_ARM_CONTIG) |
				    (stage == 2 ? BIT(PT_FEAT_ARM_STAGE2) : 0) |
				    (dirty ? BIT(PT_FEAT_ARM_HD) : 0),
			.hw_max_vasz_lg2 = ias,
			.hw_max_oasz_lg2 = oas,
		},
	};
}

static void sim_arm_take(const struct pt_iommu_arm_hw_info *info,
			 struct sim_root *root)
{
	root->phys = info->ttb;
	root->levels = info->levels;
	root->va_lg2 = 64 - info->tsz;
}

/* A granule of a stage; @ias and @oas by number of levels. */
#define SIM_ARM_INIT(name, stage, granule, ias, oas, dirty)                   \
	static int sim_arm_s##stage##_##granule##_##name(struct pt_iommu *pt, \
							 unsigned int levels) \
	{                                                                     \
		const struct pt_iommu_arm_cfg cfg =                           \
			sim_arm_cfg(ias, oas, stage, dirty);                  \
                                                                              \
		return pt_iommu_arm_##granule##_init(to_arm(pt), &cfg,        \
						     GFP_KERNEL);             \
	}

#define SIM_ARM(stage, granule, ias, oas)                                      \
	SIM_ARM_INIT(init, stage, granule, ias, oas, false)                    \
                                                                               \
	static void sim_arm_s##stage##_##granule##_root(struct pt_iommu *pt,   \
							struct sim_root *root) \
	{                                                                      \
		struct pt_iommu_arm_hw_info info;                              \
                                                                               \
		pt_iommu_arm_##granule##_hw_info(to_arm(pt), &info);           \
		sim_arm_take(&info, root);                                     \
	}

SIM_ARM(1, 4k, 12 + 9 * levels, 48)
SIM_ARM_INIT(init_dirty, 1, 4k, 12 + 9 * levels, 48, true)
SIM_ARM(1, 16k, min(14 + 11 * levels, 48u), 48)
SIM_ARM_INIT(init_dirty, 1, 16k, min(14 + 11 * levels, 48u), 48, true)
SIM_ARM(1, 64k, levels == 2 ? 42 : 48, 52)
SIM_ARM_INIT(init_dirty, 1, 64k, levels == 2 ? 42 : 48, 52, true)
/* Three levels begin in 8 tables side by side. */
SIM_ARM(2, 4k, levels == 3 ? 42 : 48, levels == 3 ? 42 : 48)
/* Two levels begin in 16, three in 2. */
SIM_ARM(2, 16k, levels == 2 ? 40 : 48, levels == 2 ? 40 : 48)
SIM_ARM(2, 64k, levels == 2 ? 42 : 48, 52)

/* ---- the table ---- */

#define SIM_FORMAT(_name, nr, fn, fmt, granule, most, min, max, def, stage,    \
		   dirty)                                                      \
	{                                                                      \
		.name = _name, .hw = HW_PT_##nr, .granule_lg2 = granule,       \
		.max_granule_lg2 = most, .min_levels = min, .max_levels = max, \
		.def_levels = def, .first_stage = (stage) == 1,                \
		.init = sim_##fn##_init, .init_dirty = dirty,                  \
		.dirty_fixed = HW_PT_##nr >= HW_PT_ARM_S1_4K,                  \
		.messages = HW_PT_##nr >= HW_PT_ARM_S1_4K,                     \
		.root = sim_##fn##_root,                                       \
		.iova_to_phys = pt_iommu_##fmt##_iova_to_phys,                 \
	}

static const struct sim_format sim_formats[] = {
	SIM_FORMAT("vtdss", VTDSS, vtdss, vtdss, 12, 12, 3, 5, 4, 2,
		   sim_vtdss_init),
	SIM_FORMAT("amdv1", AMDV1, amdv1, amdv1, 12, 30, 2, 6, 3, 2,
		   sim_amdv1_init),
	SIM_FORMAT("x86_64", X86_64, x86_64, x86_64, 12, 12, 4, 5, 4, 1, NULL),
	SIM_FORMAT("vtdfs", X86_64, vtdfs, x86_64, 12, 12, 4, 5, 4, 1, NULL),
	SIM_FORMAT("riscv64", RISCV_64, riscv_64, riscv_64, 12, 12, 3, 5, 4, 1,
		   NULL),
	SIM_FORMAT("arm_s1_4k", ARM_S1_4K, arm_s1_4k, arm_4k, 12, 12, 3, 4, 4,
		   1, sim_arm_s1_4k_init_dirty),
	SIM_FORMAT("arm_s1_16k", ARM_S1_16K, arm_s1_16k, arm_16k, 14, 14, 2, 4,
		   4, 1, sim_arm_s1_16k_init_dirty),
	SIM_FORMAT("arm_s1_64k", ARM_S1_64K, arm_s1_64k, arm_64k, 16, 16, 2, 3,
		   3, 1, sim_arm_s1_64k_init_dirty),
	SIM_FORMAT("arm_s2_4k", ARM_S2_4K, arm_s2_4k, arm_4k, 12, 12, 3, 4, 4,
		   2, NULL),
	SIM_FORMAT("arm_s2_16k", ARM_S2_16K, arm_s2_16k, arm_16k, 14, 14, 2, 3,
		   3, 2, NULL),
	SIM_FORMAT("arm_s2_64k", ARM_S2_64K, arm_s2_64k, arm_64k, 16, 16, 2, 3,
		   3, 2, NULL),
};

static const struct sim_format *sim_extra[SIM_MAX_EXTRA];

/* The formats one after the other; @at begins at 0. NULL: that was the last. */
static const struct sim_format *sim_format_next(unsigned int *at)
{
	unsigned int i = (*at)++;

	if (i < ARRAY_SIZE(sim_formats))
		return &sim_formats[i];
	i -= ARRAY_SIZE(sim_formats);
	return i < SIM_MAX_EXTRA ? sim_extra[i] : NULL;
}

const struct sim_format *sim_format_find(const char *name)
{
	const struct sim_format *format;
	unsigned int at = 0;

	while ((format = sim_format_next(&at)))
		if (!strcmp(format->name, name))
			return format;
	return NULL;
}

/**
 * iommu_format_add() - a format from outside the library
 * @format: kept for good
 *
 * Context: no machine exists.
 * Return: 0; -EEXIST if the name is taken; -ENOSPC after SIM_MAX_EXTRA.
 */
int iommu_format_add(const struct sim_format *format)
{
	unsigned int i;

	if (sim_format_find(format->name))
		return -EEXIST;
	for (i = 0; i < SIM_MAX_EXTRA; i++)
		if (!sim_extra[i]) {
			sim_extra[i] = format;
			return 0;
		}
	return -ENOSPC;
}

bool iommu_format_known(const char *name, unsigned int levels)
{
	const struct sim_format *format = sim_format_find(name);

	return format && (!levels || (levels >= format->min_levels &&
				      levels <= format->max_levels));
}

bool iommu_granule_known(const char *name, u64 granule)
{
	const struct sim_format *format = sim_format_find(name);

	return !granule || (is_power_of_2(granule) &&
			    granule >= BIT_ULL(format->granule_lg2) &&
			    granule <= BIT_ULL(format->max_granule_lg2));
}

size_t iommu_format_granule(const char *name)
{
	const struct sim_format *format = sim_format_find(name);

	return format ? (size_t)1 << format->granule_lg2 : 0;
}

bool iommu_format_messages(const char *name)
{
	const struct sim_format *format = sim_format_find(name);

	return format && format->messages;
}

const char *iommu_format_names(char *buf, size_t size)
{
	const struct sim_format *format;
	unsigned int at = 0;
	size_t len = 0;

	buf[0] = '\0';
	while ((format = sim_format_next(&at)))
		len += scnprintf(buf + len, size - len, "%s%s", len ? ", " : "",
				 format->name);
	return buf;
}
