/* SPDX-License-Identifier: MIT */
/* Page tables in VT-d second-stage format: pt_iommu_vtdss_*(). */
#define PT_FMT vtdss
#define PT_FMT_HEADER "iommu_pt/fmt/vtdss.h"
#define PT_TABLE_MEMBER vtdss_pt
#define PT_SUPPORTED_FEATURES                                          \
	(BIT(PT_FEAT_FLUSH_RANGE) | BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS) | \
	 BIT(PT_FEAT_VTDSS_FORCE_COHERENCE) |                          \
	 BIT(PT_FEAT_VTDSS_FORCE_WRITEABLE))

#include "iommu_pt/fmt/iommu_template.h"
