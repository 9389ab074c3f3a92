/* SPDX-License-Identifier: MIT */
/*
 * VT-d second-stage page tables: all cases of the format and the algorithm,
 * and the words of the specification.
 */
#include "unit/iova/boot.h"

#include "iommu_pt/fmt/iommu_vtdss.c"

#define TEST_SIZES (1ull << 12 | 1ull << 21 | 1ull << 30)

#define VTDSS_CFG(levels)                                         \
	{                                                         \
		.common = { .features = BIT(PT_FEAT_FLUSH_RANGE), \
			    .hw_max_vasz_lg2 = 12 + 9 * (levels), \
			    .hw_max_oasz_lg2 = 52 },              \
		.top_level = (levels)-1,                          \
	}

static const struct pt_iommu_vtdss_cfg test_configs[] = {
	VTDSS_CFG(3),
	VTDSS_CFG(4),
	VTDSS_CFG(5),
};

#include "unit/iommu_pt/cases.h"

static void words_of_a_4k_mapping(void **state)
{
	assert_int_equal(leaf_word(IOVA_4K, PA_4K, SZ_4K, PROT_RW, 0),
			 0x487654003);
	assert_int_equal(raw_table(IOVA_4K, 0)[86], 0x487654003);
	assert_int_equal(pointer_flags(IOVA_4K, 1), 3);
	assert_int_equal(pointer_flags(IOVA_4K, 2), 3);
	assert_int_equal(raw_table(IOVA_4K, 1)[282], raw_entry(IOVA_4K, 1));
	assert_int_equal(raw_table(IOVA_4K, 2)[4], raw_entry(IOVA_4K, 2));
	assert_int_equal(phys(0x123456abc), 0x487654abc);
}

/* spec: iommu-pt F6 */
static void rights_of_a_4k_leaf(void **state)
{
	assert_int_equal(leaf_word(0x1000, PA_4K, SZ_4K, IOMMU_READ, 0),
			 0x487654001);
	assert_int_equal(leaf_word(0x2000, PA_4K, SZ_4K, IOMMU_WRITE, 0),
			 0x487654002);
	assert_int_equal(leaf_word(0x3000, PA_4K, SZ_4K,
				   PROT_RW | IOMMU_CACHE | IOMMU_MMIO, 0),
			 0x487654003);
}

/* spec: iommu-pt F7 */
static void enforced_coherence_sets_snp_in_leaves_only(void **state)
{
	NS(common)(fx_pt())->features |= BIT(PT_FEAT_VTDSS_FORCE_COHERENCE);
	assert_int_equal(leaf_word(IOVA_4K, PA_4K, SZ_4K, PROT_RW, 0),
			 0x487654803);
	assert_int_equal(pointer_flags(IOVA_4K, 1), 3);
	assert_int_equal(leaf_word(0xc0000000, 0xc0000000, SZ_1G, PROT_RW, 2),
			 0xc0000883);
}

static void words_of_large_leaves(void **state)
{
	assert_int_equal(leaf_word(IOVA_2M, PA_2M, SZ_2M, IOMMU_READ, 1),
			 0x80400081);
	assert_int_equal(raw_table(IOVA_2M, 1)[1], 0x80400081);
	assert_int_equal(phys(0x40312345), 0x80512345);
}

static void dirty_large_leaf_is_still_the_same_leaf(void **state)
{
	u64 *item;

	map_ok(IOVA_2M, PA_2M, SZ_2M);
	item = &raw_table(IOVA_2M, 1)[1];
	*item |= VTDSS_A | VTDSS_D;
	assert_int_equal(*item, 0x80400383);
	assert_int_equal(phys(IOVA_2M), PA_2M);
	assert_true(pt_entry_is_dirty(*item));
	assert_int_equal(map_refused(IOVA_2M, PA_2M, SZ_2M), -EADDRINUSE);
	assert_int_equal(unmap(IOVA_2M, SZ_2M), SZ_2M);
	assert_int_equal(*item, 0);
}

static void nested_parent_refuses_read_only_leaves(void **state)
{
	size_t done;

	NS(common)(fx_pt())->features |= BIT(PT_FEAT_VTDSS_FORCE_WRITEABLE);
	assert_int_equal(map_prot(0x1000, PA_4K, SZ_4K, IOMMU_READ, &done),
			 -EINVAL);
	map_ok(0x1000, PA_4K, SZ_4K);
}

static void hw_info_names_the_top_and_the_width(void **state)
{
	struct pt_iommu_vtdss_hw_info info;
	unsigned int levels = test_cfg->top_level + 1;

	pt_iommu_vtdss_hw_info(&fx.table, &info);
	assert_int_equal(info.ssptptr,
			 virt_to_phys(raw_table(0, test_cfg->top_level)));
	assert_int_equal(info.aw, levels - 2);
}

static void depth_must_be_three_to_five_and_enough_for_the_width(void **state)
{
	struct pt_iommu_vtdss_cfg cfg = *test_cfg;

	cfg.top_level = 1;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg.top_level = 5;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg.top_level = 2;
	cfg.common.hw_max_vasz_lg2 = 40;
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg.common.hw_max_vasz_lg2 = 58;
	assert_int_equal(init_errno(cfg), -EINVAL);
}

static void aperture_may_be_narrower_than_the_table(void **state)
{
	struct PT_TABLE narrow = {};
	struct PT_CFG cfg = *test_cfg;
	size_t done = 0;

	cfg.common.hw_max_vasz_lg2 = 32;
	assert_int_equal(NSG(init)(&narrow, &cfg, GFP_KERNEL), 0);
	assert_int_equal(narrow.iommu.ops->map_range(&narrow.iommu, 1ull << 32,
						     0x5000, SZ_4K, PROT_RW,
						     GFP_KERNEL, &done),
			 -ERANGE);
	assert_int_equal(done, 0);
	pt_iommu_deinit(&narrow.iommu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL_CASES,
		CASE(words_of_a_4k_mapping),
		CASE(rights_of_a_4k_leaf),
		CASE(enforced_coherence_sets_snp_in_leaves_only),
		CASE(words_of_large_leaves),
		CASE(dirty_large_leaf_is_still_the_same_leaf),
		CASE(nested_parent_refuses_read_only_leaves),
		CASE(hw_info_names_the_top_and_the_width),
		CASE(depth_must_be_three_to_five_and_enough_for_the_width),
		CASE(aperture_may_be_narrower_than_the_table),
	};
	static const char *const names[] = {
		"iommu_pt[vtdss,3]",
		"iommu_pt[vtdss,4]",
		"iommu_pt[vtdss,5]",
	};

	return run_configs(names, tests);
}
