/* SPDX-License-Identifier: MIT */
/* Page tables in mock format, 64 KiB granule: pt_iommu_mock_64k_*(). */
#define PT_FMT mock_64k
#define PT_FMT_HEADER "unit/mock/mock.h"
#define PT_TABLE pt_iommu_mock
#define PT_TABLE_MEMBER mock_pt
#define PT_SUPPORTED_FEATURES \
	(BIT(PT_FEAT_FLUSH_RANGE) | BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS))
#define MOCK_GRANULE_LG2 MOCK_64K_LG2

#include "iommu_pt/fmt/iommu_template.h"
