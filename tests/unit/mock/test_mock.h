/* SPDX-License-Identifier: MIT */
/*
 * Mock page tables: all cases of the format and the algorithm, and the words of
 * mock_bits.h. A test_mock_<granule>.c names the unit and the sizes.
 */
#ifndef TESTS_UNIT_MOCK_TEST_MOCK_H
#define TESTS_UNIT_MOCK_TEST_MOCK_H

#define TEST_SIZES (PG | BIG | GIG)

#define MOCK_CFG(levels)                                                  \
	{                                                                 \
		.common = { .features = BIT(PT_FEAT_FLUSH_RANGE),         \
			    .hw_max_vasz_lg2 = MOCK_GRANULE_LG2 +         \
					       MOCK_INDEX_LG2 * (levels), \
			    .hw_max_oasz_lg2 = MOCK_ADDR_LG2 },           \
		.top_level = (levels)-1,                                  \
	}

static const struct pt_iommu_mock_cfg test_configs[] = {
	MOCK_CFG(3),
	MOCK_CFG(5),
};

#include "unit/iommu_pt/cases.h"

#define PA 0x487650000ull

static void words_of_a_small_page(void **state)
{
	assert_int_equal(leaf_word_once(5 * PG, PA, PG, PROT_RW, 0),
			 0x90eca000d);
	assert_int_equal(leaf_word_once(5 * PG, PA, PG, IOMMU_WRITE, 0),
			 0x90eca0009);
	assert_int_equal(leaf_word(5 * PG, PA, PG, IOMMU_READ | IOMMU_CACHE, 0),
			 0x90eca0005);
	assert_int_equal(raw_table(5 * PG, 0)[5], 0x90eca0005);
	assert_int_equal(raw_entry(5 * PG, 1),
			 virt_to_phys(raw_table(5 * PG, 0)) * 2 | 3);
	assert_int_equal(pointer_flags(5 * PG, 2), 3);
}

static void words_of_large_leaves(void **state)
{
	assert_int_equal(leaf_word(3 * BIG, 7 * BIG, BIG, PROT_RW, 1),
			 14 * BIG | 0xd);
	assert_int_equal(raw_table(3 * BIG, 1)[3], 14 * BIG | 0xd);
	assert_int_equal(leaf_word(2 * GIG, GIG, GIG, IOMMU_READ, 2),
			 2 * GIG | 5);
	assert_int_equal(phys(2 * GIG + 0x12345), GIG + 0x12345);
}

static void hw_info_names_the_top_and_the_levels(void **state)
{
	struct pt_iommu_mock_hw_info info;

	NSG(hw_info)(&fx.table, &info);
	assert_int_equal(info.root,
			 virt_to_phys(raw_table(0, test_cfg->top_level)));
	assert_int_equal(info.levels, test_cfg->top_level + 1);
}

static void depth_must_be_three_to_five(void **state)
{
	struct pt_iommu_mock_cfg cfg = *test_cfg;

	cfg.top_level = 1;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg.top_level = 5;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL_CASES,
		CASE(words_of_a_small_page),
		CASE(words_of_large_leaves),
		CASE(hw_info_names_the_top_and_the_levels),
		CASE(depth_must_be_three_to_five),
	};
	static const char *const names[] = {
		"iommu_pt[" MOCK_NAME ",3]",
		"iommu_pt[" MOCK_NAME ",5]",
	};

	return run_configs(names, tests);
}

#endif
