/* SPDX-License-Identifier: MIT */
/*
 * Seam: what the IOMMU's driver must know of the mock formats: how a table
 * begins, and what a context entry says of it.
 *
 * Tests: tests/unit/mock/test_machine.c
 */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "hw/hw.h"
#include "iommu/sim_iommu.h"
#include "unit/mock/mock_bits.h"
#include "unit/mock/mock_formats.h"
#include "unit/mock/mock_table.h"

/* The driver has memory for this much. */
static_assert(sizeof(struct pt_iommu_mock) == sizeof(struct sim_table));

static struct pt_iommu_mock *to_mock(struct pt_iommu *pt)
{
	return container_of(pt, struct pt_iommu_mock, iommu);
}

static struct pt_iommu_mock_cfg mock_cfg(unsigned int granule_lg2,
					 unsigned int levels)
{
	return (struct pt_iommu_mock_cfg){
		.common = {
			.features = BIT(PT_FEAT_FLUSH_RANGE),
			.hw_max_vasz_lg2 = granule_lg2 + MOCK_INDEX_LG2 * levels,
			.hw_max_oasz_lg2 = MOCK_ADDR_LG2,
		},
		.top_level = levels - 1,
	};
}

static int mock_2k_init(struct pt_iommu *pt, unsigned int levels)
{
	const struct pt_iommu_mock_cfg cfg = mock_cfg(MOCK_2K_LG2, levels);

	return pt_iommu_mock_2k_init(to_mock(pt), &cfg, GFP_KERNEL);
}

static int mock_64k_init(struct pt_iommu *pt, unsigned int levels)
{
	const struct pt_iommu_mock_cfg cfg = mock_cfg(MOCK_64K_LG2, levels);

	return pt_iommu_mock_64k_init(to_mock(pt), &cfg, GFP_KERNEL);
}

/* The top says the same of both. */
static void mock_root(struct pt_iommu *pt, struct sim_root *root)
{
	struct pt_iommu_mock_hw_info info;

	pt_iommu_mock_2k_hw_info(to_mock(pt), &info);
	root->phys = info.root;
	root->levels = info.levels;
}

static const struct sim_format mock_formats[] = {
	{
		.name = "mock_2k",
		.hw = HW_PT_EXTRA,
		.granule_lg2 = MOCK_2K_LG2,
		.max_granule_lg2 = MOCK_2K_LG2,
		.min_levels = MOCK_MIN_LEVELS,
		.max_levels = MOCK_MAX_LEVELS,
		.def_levels = 4,
		.init = mock_2k_init,
		.root = mock_root,
		.iova_to_phys = pt_iommu_mock_2k_iova_to_phys,
	},
	{
		.name = "mock_64k",
		.hw = HW_PT_EXTRA + 1,
		.granule_lg2 = MOCK_64K_LG2,
		.max_granule_lg2 = MOCK_64K_LG2,
		.min_levels = MOCK_MIN_LEVELS,
		.max_levels = MOCK_MAX_LEVELS,
		.def_levels = 4,
		.init = mock_64k_init,
		.root = mock_root,
		.iova_to_phys = pt_iommu_mock_64k_iova_to_phys,
	},
};

int iommu_mock_add(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(mock_formats); i++) {
		ret = iommu_format_add(&mock_formats[i]);
		if (ret && ret != -EEXIST)
			return ret;
	}
	return 0;
}
