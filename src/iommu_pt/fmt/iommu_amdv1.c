/* SPDX-License-Identifier: MIT */
/* Page tables in AMD v1 format: pt_iommu_amdv1_*(). See fmt/amdv1.h. */
#define PT_FMT amdv1
#define PT_FMT_HEADER "iommu_pt/fmt/amdv1.h"
#define PT_TABLE_MEMBER amdpt
#define PT_SUPPORTED_FEATURES                                          \
	(BIT(PT_FEAT_FULL_VA) | BIT(PT_FEAT_DYNAMIC_TOP) |             \
	 BIT(PT_FEAT_FLUSH_RANGE) | BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS) | \
	 BIT(PT_FEAT_AMDV1_FORCE_COHERENCE))
#define PT_FORCED_FEATURES \
	(BIT(PT_FEAT_DYNAMIC_TOP) | BIT(PT_FEAT_AMDV1_FORCE_COHERENCE))

#include "iommu_pt/fmt/iommu_template.h"
