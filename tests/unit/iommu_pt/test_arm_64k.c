/* SPDX-License-Identifier: MIT */
/* ARM page tables, 64 KiB granule. */
#include "unit/iova/boot.h"

#include "iommu_pt/fmt/iommu_arm_64k.c"

#define TEST_SIZES                                                   \
	(1ull << 16 | 1ull << 29 |                                   \
	 (test_cfg->common.hw_max_oasz_lg2 == 52 ? 1ull << 42 : 0) | \
	 (HAS(CONTIG) ? 1ull << 21 | 1ull << 34 : 0))

#include "unit/iommu_pt/arm_config.h"

static const struct pt_iommu_arm_cfg test_configs[] = {
	ARM_CFG(48, 52, CONTIG),
	ARM_CFG(42, 48, 0),
	ARM_CFG(52, 52, STAGE2 | CONTIG),
};

#include "unit/iommu_pt/test_arm.h"

/* spec: iommu-pt F10 */
static void address_bits_51_48_stand_in_15_12(void **state)
{
	u64 flags = HAS(STAGE2) ? 0x7fc : 0xf44;

	if (test_cfg->common.hw_max_oasz_lg2 != 52)
		skip();
	assert_int_equal(leaf_word(0x120000, 0xabcdef0120000, SZ_64K, PROT_RWC,
				   0),
			 0x0000bcdef012a003 | flags);
	assert_int_equal(phys(0x12abcd), 0xabcdef012abcd);
	assert_int_equal(leaf_word(0x60000000, 0xabcde00000000, SZ_512M,
				   PROT_RWC, 1),
			 0x0000bcde0000a001 | flags);
	assert_int_equal(phys(0x61234567), 0xabcde01234567);
}

static void one_call_crosses_2_to_48_right(void **state)
{
	if (test_cfg->common.hw_max_oasz_lg2 != 52)
		skip();
	map_ok(0x30000, 0xffffffff0000, 4 * SZ_64K);
	assert_int_equal(raw_entry(0x30000, 0) & 0xfffffffff000,
			 0xffffffff0000);
	assert_int_equal(raw_entry(0x40000, 0) & 0xfffffffff000, 0x1000);
	assert_int_equal(raw_entry(0x50000, 0) & 0xfffffffff000, 0x11000);
	assert_mapped(0x30000, 0xffffffff0000, 4 * SZ_64K);
	/* Groups of contiguous leaves cross it, too, one after the other. */
	map_ok(0x1000000, 0xffffffe00000, SZ_4M);
	assert_mapped(0x1000000, 0xffffffe00000, SZ_4M);
}

static void shapes_are_those_of_the_widths(void **state)
{
	struct pt_iommu_arm_hw_info info;

	assert_shape(32, 48, 0, 2, 1);
	assert_shape(36, 48, 0, 2, 1);
	assert_shape(40, 48, 0, 2, 1);
	assert_shape(42, 48, 0, 2, 1);
	assert_shape(44, 48, 0, 3, 1);
	assert_shape(48, 48, 0, 3, 1);
	assert_shape(48, 48, STAGE2, 3, 1);
	assert_shape(52, 52, 0, 3, 1);

	NSG(hw_info)(&fx.table, &info);
	assert_int_equal(info.tg, 1);
	assert_int_equal(info.ps,
			 test_cfg->common.hw_max_oasz_lg2 == 52 ? 6 : 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARM_CASES,
		CASE(address_bits_51_48_stand_in_15_12),
		CASE(one_call_crosses_2_to_48_right),
		CASE(shapes_are_those_of_the_widths),
	};
	static const char *const names[] = {
		"iommu_pt[arm_64k,s1 48 contig]",
		"iommu_pt[arm_64k,s1 42]",
		"iommu_pt[arm_64k,s2 52 contig]",
	};

	return run_configs(names, tests);
}
