/* SPDX-License-Identifier: MIT */
/* Page tables in ARM format, 64 KiB granule: pt_iommu_arm_64k_*(). */
#define PT_FMT arm_64k
#define PT_FMT_HEADER "iommu_pt/fmt/arm.h"
#define PT_TABLE pt_iommu_arm
#define PT_TABLE_MEMBER arm_pt
#define PT_SUPPORTED_FEATURES                                          \
	(BIT(PT_FEAT_FLUSH_RANGE) | BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS) | \
	 BIT(PT_FEAT_ARM_STAGE2) | BIT(PT_FEAT_ARM_CONTIG) |           \
	 BIT(PT_FEAT_ARM_S2FWB) | BIT(PT_FEAT_ARM_NS) | BIT(PT_FEAT_ARM_HD))
#define ARM_GRANULE_LG2 ARM_64K_LG2

#include "iommu_pt/fmt/iommu_template.h"
