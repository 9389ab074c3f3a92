/* SPDX-License-Identifier: MIT */
/* Configurations of the ARM formats, by widths and features. */
#ifndef TESTS_UNIT_IOMMU_PT_ARM_CONFIG_H
#define TESTS_UNIT_IOMMU_PT_ARM_CONFIG_H

#define STAGE2 BIT(PT_FEAT_ARM_STAGE2)
#define CONTIG BIT(PT_FEAT_ARM_CONTIG)
#define PROT_RWC (PROT_RW | IOMMU_CACHE)

#define ARM_CFG(ias, oas, how)                                        \
	{                                                             \
		.common = {                                           \
			.features = BIT(PT_FEAT_FLUSH_RANGE) | (how), \
			.hw_max_vasz_lg2 = (ias),                     \
			.hw_max_oasz_lg2 = (oas),                     \
		},                                                    \
	}

#define TEST_DIRTY (HAS(STAGE2) ? 0 : BIT(PT_FEAT_ARM_HD))
#define HAS(feature) (!!(test_cfg->common.features & (feature)))

#endif
