/* SPDX-License-Identifier: MIT */
/*
 * RISC-V page tables: all cases of the format and the algorithm for Sv39, Sv48
 * and Sv57, with and without Svnapot, and the words of the specification.
 */
#include "unit/iova/boot.h"

#include "iommu_pt/fmt/iommu_riscv_64.c"

#define NAPOT BIT(PT_FEAT_RISCV_SVNAPOT_64K)
#define HAS_NAPOT (test_cfg->common.features & NAPOT)

/* Every level has leaves. */
#define TEST_SIZES                                                        \
	(1ull << 12 | 1ull << 21 | 1ull << 30 | 1ull << 39 | 1ull << 48 | \
	 (HAS_NAPOT ? 1ull << 16 : 0))

#define RISCV_64_CFG(width, napot)                                          \
	{                                                                   \
		.common = { .features = BIT(PT_FEAT_FLUSH_RANGE) |          \
					BIT(PT_FEAT_SIGN_EXTEND) | (napot), \
			    .hw_max_vasz_lg2 = (width),                     \
			    .hw_max_oasz_lg2 = 56 },                        \
	}

static const struct pt_iommu_riscv_64_cfg test_configs[] = {
	RISCV_64_CFG(39, NAPOT),
	RISCV_64_CFG(48, 0),
	RISCV_64_CFG(57, NAPOT),
};

#include "unit/iommu_pt/cases.h"

#define PROT_RW_NOEXEC (PROT_RW | IOMMU_NOEXEC)

static void words_of_a_4k_mapping(void **state)
{
	assert_int_equal(leaf_word(IOVA_4K, PA_4K, SZ_4K, PROT_RW, 0),
			 0x121d950df);
	assert_int_equal(raw_table(IOVA_4K, 0)[86], 0x121d950df);
	assert_int_equal(raw_table(IOVA_4K, 1)[282], raw_entry(IOVA_4K, 1));
	assert_int_equal(raw_table(IOVA_4K, 2)[4], raw_entry(IOVA_4K, 2));
	assert_int_equal(pointer_flags(IOVA_4K, 1), 1);
	assert_int_equal(pointer_flags(IOVA_4K, 2), 1);
	assert_int_equal(phys(0x123456abc), 0x487654abc);
}

/* The tables of the example are not ours; their words are these. */
static void words_of_table_pointers(void **state)
{
	const struct pt_common *common = NS(common)(fx_pt());

	assert_int_equal(pt_make_table(common, 0x100001000, 2), 0x40000401);
	assert_int_equal(pt_make_table(common, 0x100002000, 1), 0x40000801);
	assert_int_equal(pt_make_table(common, 0x100003000, 1), 0x40000c01);
	assert_int_equal(pt_table_pa(0x40000c01), 0x100003000);
}

/* spec: iommu-pt F12 */
static void rights_of_a_4k_leaf(void **state)
{
	assert_int_equal(leaf_word(0x1000, PA_4K, SZ_4K, PROT_RW_NOEXEC, 0),
			 0x121d950d7);
	assert_int_equal(leaf_word(0x2000, PA_4K, SZ_4K, IOMMU_READ, 0),
			 0x121d9505b);
	assert_int_equal(leaf_word(0x3000, PA_4K, SZ_4K,
				   IOMMU_READ | IOMMU_NOEXEC, 0),
			 0x121d95053);
	/* Writing without reading is not to be had. */
	assert_int_equal(leaf_word(0x4000, PA_4K, SZ_4K,
				   IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_CACHE |
					   IOMMU_MMIO | IOMMU_PRIV,
				   0),
			 0x121d950d7);
}

static void word_of_a_2m_leaf(void **state)
{
	assert_int_equal(leaf_word(IOVA_2M, PA_2M, SZ_2M, IOMMU_READ, 1),
			 0x2010005b);
	assert_int_equal(raw_table(IOVA_2M, 1)[1], 0x2010005b);
	assert_int_equal(phys(0x40312345), 0x80512345);
}

/* spec: iommu-pt F11 */
static void sixty_four_k_are_16_equal_items(void **state)
{
	size_t done;

	if (!HAS_NAPOT)
		skip();
	assert_int_equal(
		map_prot(0x10000, 0x230000, SZ_64K, PROT_RW_NOEXEC, &done), 0);
	assert_group(0x10000, 0, 16, 0x800000000008e0d7, 0);
	assert_mapped(0x10000, 0x230000, SZ_64K);
	assert_int_equal(unmap(0x10000, SZ_4K), SZ_64K);
	assert_group(0x10000, 0, 16, 0, 0);
}

/* spec: iommu-pt F11 */
static void sixty_k_are_15_single_items(void **state)
{
	unsigned int i;

	map_ok(0x11000, 0x231000, 15 * SZ_4K);
	assert_int_equal(count_leaves(12), 15);
	for (i = 1; i < 16; i++)
		assert_int_equal(raw_table(0, 0)[16 + i],
				 (0x230000 + i * 0x1000) / 4 + 0xdf);
}

static void without_svnapot_64_k_are_16_single_items(void **state)
{
	if (HAS_NAPOT)
		skip();
	map_ok(0x10000, 0x230000, SZ_64K);
	assert_int_equal(count_leaves(12), 16);
}

static void the_top_level_may_hold_leaves(void **state)
{
	unsigned int top = pt_get_top(NS(common)(fx_pt())).level;
	u64 size = 1ull << (12 + 9 * top);

	map_ok(size, 2 * size, size);
	assert_int_equal(count_leaves(12 + 9 * top), 1);
	assert_int_equal(raw_table(0, top)[1], size / 2 + 0xdf);
	assert_int_equal(table_pages() - fx.pages_at_setup, 1);
}

static void hw_info_names_the_root_and_the_mode(void **state)
{
	struct pt_iommu_riscv_64_hw_info info;
	unsigned int top = (test_cfg->common.hw_max_vasz_lg2 - 12) / 9 - 1;

	pt_iommu_riscv_64_hw_info(&fx.table, &info);
	assert_int_equal(info.ppn, virt_to_phys(raw_table(0, top)) >> 12);
	assert_int_equal(info.fsc_iosatp_mode, 6 + top);
}

static void width_must_be_that_of_a_mode(void **state)
{
	struct pt_iommu_riscv_64_cfg cfg = *test_cfg;

	cfg.common.hw_max_vasz_lg2 = 47;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg.common.hw_max_vasz_lg2 = 64;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg = *test_cfg;
	cfg.common.features &= ~BIT(PT_FEAT_SIGN_EXTEND);
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL_CASES,
		SIGNED_CASES,
		CASE(words_of_a_4k_mapping),
		CASE(words_of_table_pointers),
		CASE(rights_of_a_4k_leaf),
		CASE(word_of_a_2m_leaf),
		CASE(sixty_four_k_are_16_equal_items),
		CASE(sixty_k_are_15_single_items),
		CASE(without_svnapot_64_k_are_16_single_items),
		CASE(the_top_level_may_hold_leaves),
		CASE(hw_info_names_the_root_and_the_mode),
		CASE(width_must_be_that_of_a_mode),
	};
	static const char *const names[] = {
		"iommu_pt[riscv_64,sv39 napot]",
		"iommu_pt[riscv_64,sv48]",
		"iommu_pt[riscv_64,sv57 napot]",
	};

	return run_configs(names, tests);
}
