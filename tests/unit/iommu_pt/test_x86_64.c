/* SPDX-License-Identifier: MIT */
/*
 * x86-64 page tables: all cases of the format and the algorithm with 4 and 5
 * levels, with and without sign extension, and the words of the specification.
 */
#include "unit/iova/boot.h"

#include "iommu_pt/fmt/iommu_x86_64.c"

#define TEST_SIZES (1ull << 12 | 1ull << 21 | 1ull << 30)

#define X86_64_CFG(width, top, sign)                                       \
	{                                                                  \
		.common = { .features = BIT(PT_FEAT_FLUSH_RANGE) | (sign), \
			    .hw_max_vasz_lg2 = (width),                    \
			    .hw_max_oasz_lg2 = 52 },                       \
		.top_level = (top),                                        \
	}

static const struct pt_iommu_x86_64_cfg test_configs[] = {
	X86_64_CFG(48, 3, BIT(PT_FEAT_SIGN_EXTEND)),
	X86_64_CFG(57, 4, BIT(PT_FEAT_SIGN_EXTEND)),
	X86_64_CFG(47, 3, 0),
	X86_64_CFG(56, 4, 0),
};

#include "unit/iommu_pt/cases.h"

static void words_of_a_4k_mapping(void **state)
{
	assert_int_equal(leaf_word(IOVA_4K, PA_4K, SZ_4K, PROT_RW, 0),
			 0x487654067);
	assert_int_equal(raw_table(IOVA_4K, 0)[86], 0x487654067);
	assert_int_equal(raw_table(IOVA_4K, 1)[282], raw_entry(IOVA_4K, 1));
	assert_int_equal(raw_table(IOVA_4K, 2)[4], raw_entry(IOVA_4K, 2));
	assert_int_equal(raw_table(IOVA_4K, 3)[0], raw_entry(IOVA_4K, 3));
	assert_int_equal(pointer_flags(IOVA_4K, 1), 0x27);
	assert_int_equal(pointer_flags(IOVA_4K, 2), 0x27);
	assert_int_equal(pointer_flags(IOVA_4K, 3), 0x27);
	assert_int_equal(phys(0x123456abc), 0x487654abc);
}

static void word_of_a_read_only_page(void **state)
{
	assert_int_equal(leaf_word(IOVA_4K, PA_4K, SZ_4K, IOMMU_READ, 0),
			 0x487654025);
}

static void words_of_large_leaves(void **state)
{
	assert_int_equal(leaf_word_once(IOVA_2M, PA_2M, SZ_2M, PROT_RW, 1),
			 0x804000e7);
	assert_int_equal(leaf_word(IOVA_2M, PA_2M, SZ_2M, IOMMU_READ, 1),
			 0x804000a5);
	assert_int_equal(raw_table(IOVA_2M, 1)[1], 0x804000a5);
	assert_int_equal(leaf_word(0xc0000000, 0xc0000000, SZ_1G, PROT_RW, 2),
			 0xc00000e7);
	assert_int_equal(phys(0x40312345), 0x80512345);
}

/* spec: iommu-pt F12 */
static void write_implies_read_and_the_rest_says_nothing(void **state)
{
	assert_int_equal(leaf_word(0x1000, PA_4K, SZ_4K, IOMMU_WRITE, 0),
			 0x487654067);
	assert_int_equal(leaf_word(0x2000, PA_4K, SZ_4K,
				   PROT_RW | IOMMU_CACHE | IOMMU_MMIO |
					   IOMMU_NOEXEC | IOMMU_PRIV,
				   0),
			 0x487654067);
}

/* spec: iommu-pt F8 */
static void five_levels_translate_the_upper_half(void **state)
{
	u64 upper = 0xff00000000000000ull;

	if (!IS_SIGNED || test_cfg->top_level != 4)
		skip();
	map_ok(upper, PA_4K, SZ_4K);
	assert_int_equal(phys(upper + 0xabc), 0x487654abc);
	assert_int_equal(raw_table(0, 4)[256], raw_entry(upper, 4));
	assert_int_equal(map_refused(0x0100000000000000, PA_4K, SZ_4K),
			 -ERANGE);
}

static void without_a_sign_the_top_bit_is_an_address_bit(void **state)
{
	u64 high = 1ull << (test_cfg->common.hw_max_vasz_lg2 - 1);

	if (IS_SIGNED)
		skip();
	map_ok(high, PA_4K, SZ_4K);
	assert_int_equal(phys(high), PA_4K);
	assert_int_equal(map_refused(2 * high, PA_4K, SZ_4K), -ERANGE);
	assert_int_equal(map_refused(-high, PA_4K, SZ_4K), -ERANGE);
}

static void hw_info_names_the_top_and_the_levels(void **state)
{
	struct pt_iommu_x86_64_hw_info info;

	pt_iommu_x86_64_hw_info(&fx.table, &info);
	assert_int_equal(info.gcr3_pt,
			 virt_to_phys(raw_table(0, test_cfg->top_level)));
	assert_int_equal(info.levels, test_cfg->top_level + 1);
}

static void depth_must_be_four_or_five_and_enough_for_the_width(void **state)
{
	struct pt_iommu_x86_64_cfg cfg = *test_cfg;

	cfg.top_level = 2;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg.top_level = 5;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg.top_level = 3;
	cfg.common.hw_max_vasz_lg2 = 49;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg.common.hw_max_vasz_lg2 = 58;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg = *test_cfg;
	cfg.common.features |= BIT(PT_FEAT_X86_64_AMD_ENCRYPT_TABLES);
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL_CASES,
		SIGNED_CASES,
		CASE(words_of_a_4k_mapping),
		CASE(word_of_a_read_only_page),
		CASE(words_of_large_leaves),
		CASE(write_implies_read_and_the_rest_says_nothing),
		CASE(five_levels_translate_the_upper_half),
		CASE(without_a_sign_the_top_bit_is_an_address_bit),
		CASE(hw_info_names_the_top_and_the_levels),
		CASE(depth_must_be_four_or_five_and_enough_for_the_width),
	};
	static const char *const names[] = {
		"iommu_pt[x86_64,48 signed]",
		"iommu_pt[x86_64,57 signed]",
		"iommu_pt[x86_64,47]",
		"iommu_pt[x86_64,56]",
	};

	return run_configs(names, tests);
}
