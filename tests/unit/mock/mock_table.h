/* SPDX-License-Identifier: MIT */
/*
 * Tables in mock format as their users see them: pt_iommu_mock_2k_*(),
 * pt_iommu_mock_64k_*(). What <linux/generic_pt/iommu.h> says of the formats of
 * the library.
 */
#ifndef MOCK_TABLE_H
#define MOCK_TABLE_H

#include <linux/generic_pt/iommu.h>

struct pt_mock {
	struct pt_common common;
};

struct pt_iommu_mock {
	struct pt_iommu iommu;
	struct pt_mock mock_pt;
};

/** struct pt_iommu_mock_cfg - @top_level: 2, 3 or 4 */
struct pt_iommu_mock_cfg {
	struct pt_iommu_cfg common;
	unsigned int top_level;
};

/** struct pt_iommu_mock_hw_info - what a context entry must hold */
struct pt_iommu_mock_hw_info {
	u64 root;
	u8 levels;
};

/* One set of structures, two sets of functions. */
__PT_IOMMU_DECLARE_AS(mock_2k, mock);
__PT_IOMMU_DECLARE_AS(mock_64k, mock);

#endif
