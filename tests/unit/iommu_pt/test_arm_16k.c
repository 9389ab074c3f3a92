/* SPDX-License-Identifier: MIT */
/* ARM page tables, 16 KiB granule. */
#include "unit/iova/boot.h"

#include "iommu_pt/fmt/iommu_arm_16k.c"

#define TEST_SIZES \
	(1ull << 14 | 1ull << 25 | (HAS(CONTIG) ? 1ull << 21 | 1ull << 30 : 0))

#include "unit/iommu_pt/arm_config.h"

static const struct pt_iommu_arm_cfg test_configs[] = {
	ARM_CFG(48, 48, 0),
	ARM_CFG(36, 48, CONTIG),
	ARM_CFG(48, 48, STAGE2 | CONTIG),
	ARM_CFG(40, 40, STAGE2 | CONTIG),
};

#include "unit/iommu_pt/test_arm.h"

static void words_of_leaves(void **state)
{
	u64 flags = HAS(STAGE2) ? 0x7fc : 0xf44;

	assert_int_equal(leaf_word(IOVA_4K & ~0x3fffull, PA_4K, SZ_16K,
				   PROT_RWC, 0),
			 0x487654003 | flags);
	assert_int_equal(leaf_word(0x42000000, 0x84000000, SZ_32M, PROT_RWC, 1),
			 0x84000001 | flags);
	assert_int_equal(pointer_flags(IOVA_4K, 1), 3);
}

static void shapes_are_those_of_the_widths(void **state)
{
	struct pt_iommu_arm_hw_info info;

	assert_shape(32, 48, 0, 2, 1);
	assert_shape(36, 48, 0, 2, 1);
	assert_shape(40, 48, 0, 3, 1);
	assert_shape(42, 48, 0, 3, 1);
	assert_shape(44, 48, 0, 3, 1);
	assert_shape(48, 48, 0, 4, 1);
	assert_shape(48, 48, STAGE2, 3, 2);
	assert_shape(48, 44, STAGE2, 3, 2);
	assert_shape(40, 40, STAGE2, 2, 16);
	assert_shape(42, 42, STAGE2, 3, 1);

	NSG(hw_info)(&fx.table, &info);
	assert_int_equal(info.tg, 2);
	/* SL0: 3 for a start at level 0, 2 at level 1, 1 at level 2. */
	assert_int_equal(info.sl, info.levels - 1);
}

static void root_of_16_tables_has_32768_entries(void **state)
{
	struct pt_iommu_arm_hw_info info;

	if (test_cfg != &test_configs[3])
		skip();
	NSG(hw_info)(&fx.table, &info);
	assert_int_equal(table_pages() - fx.pages_at_setup, TABLES_PAGES(16));
	assert_int_equal(info.ttb % SZ_256K, 0);
	map_ok(0xffffffc000, PA_4K, SZ_16K);
	assert_int_not_equal(((u64 *)phys_to_virt(info.ttb))[32767], 0);
	assert_int_equal(phys(0xffffffffff), 0x487657fff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARM_CASES,
		CASE(words_of_leaves),
		CASE(shapes_are_those_of_the_widths),
		CASE(root_of_16_tables_has_32768_entries),
	};
	static const char *const names[] = {
		"iommu_pt[arm_16k,s1 48]",
		"iommu_pt[arm_16k,s1 36 contig]",
		"iommu_pt[arm_16k,s2 48 contig]",
		"iommu_pt[arm_16k,s2 40 contig]",
	};

	return run_configs(names, tests);
}
