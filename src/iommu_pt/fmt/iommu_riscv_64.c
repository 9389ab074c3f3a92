/* SPDX-License-Identifier: MIT */
/* Page tables in RISC-V format: pt_iommu_riscv_64_*(). See fmt/riscv_64.h. */
#define PT_FMT riscv_64
#define PT_FMT_HEADER "iommu_pt/fmt/riscv_64.h"
#define PT_TABLE_MEMBER riscv_64_pt
#define PT_SUPPORTED_FEATURES                                  \
	(BIT(PT_FEAT_SIGN_EXTEND) | BIT(PT_FEAT_FLUSH_RANGE) | \
	 BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS) | BIT(PT_FEAT_RISCV_SVNAPOT_64K))
#define PT_FORCED_FEATURES BIT(PT_FEAT_SIGN_EXTEND)

#include "iommu_pt/fmt/iommu_template.h"
