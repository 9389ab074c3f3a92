/* SPDX-License-Identifier: MIT */
/* Page tables in x86-64 format: pt_iommu_x86_64_*(). See fmt/x86_64.h. */
#define PT_FMT x86_64
#define PT_FMT_HEADER "iommu_pt/fmt/x86_64.h"
#define PT_TABLE_MEMBER x86_64_pt
#define PT_SUPPORTED_FEATURES                                  \
	(BIT(PT_FEAT_SIGN_EXTEND) | BIT(PT_FEAT_FLUSH_RANGE) | \
	 BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS))

#include "iommu_pt/fmt/iommu_template.h"
