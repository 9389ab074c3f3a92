/* SPDX-License-Identifier: MIT */
/* ARM page tables, 4 KiB granule. */
#include "unit/iova/boot.h"

#include "iommu_pt/fmt/iommu_arm_4k.c"

#define TEST_SIZES                              \
	(1ull << 12 | 1ull << 21 | 1ull << 30 | \
	 (HAS(CONTIG) ? 1ull << 16 | 1ull << 25 | 1ull << 34 : 0))

#include "unit/iommu_pt/arm_config.h"

static const struct pt_iommu_arm_cfg test_configs[] = {
	ARM_CFG(48, 48, 0),
	ARM_CFG(39, 48, CONTIG),
	ARM_CFG(48, 48, STAGE2 | CONTIG),
	ARM_CFG(40, 40, STAGE2),
	ARM_CFG(42, 42, STAGE2 | CONTIG),
};

#include "unit/iommu_pt/test_arm.h"

static void words_of_a_4k_mapping(void **state)
{
	map_ok(IOVA_4K, PA_4K, SZ_4K);
	assert_int_equal(raw_table(IOVA_4K, 0)[86], raw_entry(IOVA_4K, 0));
	assert_int_equal(raw_table(IOVA_4K, 1)[282], raw_entry(IOVA_4K, 1));
	assert_int_equal(raw_table(IOVA_4K, 2)[4], raw_entry(IOVA_4K, 2));
	assert_int_equal(pointer_flags(IOVA_4K, 1), 3);
	assert_int_equal(pointer_flags(IOVA_4K, 2), 3);
	assert_int_equal(phys(0x123456abc), 0x487654abc);
}

static void assert_page_word(unsigned int prot, u64 word)
{
	assert_int_equal(leaf_word_once(IOVA_4K, PA_4K, SZ_4K, prot, 0), word);
}

/* spec: iommu-pt F12 */
static void words_of_stage_1_pages(void **state)
{
	if (HAS(STAGE2))
		skip();
	assert_page_word(PROT_RWC, 0x487654f47);
	assert_page_word(PROT_RWC | IOMMU_NOEXEC, 0x0060000487654f47);
	assert_page_word(IOMMU_READ | IOMMU_CACHE, 0x487654fc7);
	assert_page_word(IOMMU_WRITE | IOMMU_CACHE, 0x487654f47);
	assert_page_word(PROT_RW, 0x487654e43);
	assert_page_word(PROT_RWC | IOMMU_PRIV, 0x487654f07);
	/* The kind of memory is the device's, how it is shared is not. */
	assert_page_word(PROT_RWC | IOMMU_MMIO, 0x487654f4b);
	assert_int_equal(leaf_word(0x8000000, 0x8000000, SZ_4K,
				   IOMMU_WRITE | IOMMU_NOEXEC | IOMMU_MMIO, 0),
			 0x0060000008000e4b);
}

static void words_of_stage_1_blocks(void **state)
{
	if (HAS(STAGE2))
		skip();
	assert_int_equal(leaf_word_once(IOVA_2M, PA_2M, SZ_2M, PROT_RWC, 1),
			 0x80400f45);
	assert_int_equal(leaf_word_once(IOVA_2M, PA_2M, SZ_2M,
					IOMMU_READ | IOMMU_CACHE, 1),
			 0x80400fc5);
	assert_int_equal(leaf_word(0xc0000000, 0xc0000000, SZ_1G, PROT_RWC, 2),
			 0xc0000f45);
}

/* spec: iommu-pt F12 */
static void words_of_stage_2_leaves(void **state)
{
	if (!HAS(STAGE2))
		skip();
	assert_page_word(PROT_RWC, 0x4876547ff);
	assert_page_word(IOMMU_READ | IOMMU_CACHE, 0x48765477f);
	assert_page_word(IOMMU_WRITE | IOMMU_CACHE, 0x4876547bf);
	assert_page_word(PROT_RW, 0x4876546d7);
	assert_page_word(PROT_RW | IOMMU_MMIO, 0x4876546c7);
	assert_page_word(PROT_RWC | IOMMU_MMIO, 0x4876547c7);
	assert_page_word(PROT_RWC | IOMMU_NOEXEC, 0x00600004876547ff);
	assert_int_equal(leaf_word(IOVA_2M, PA_2M, SZ_2M, PROT_RWC, 1),
			 0x804007fd);
	NS(common)(fx_pt())->features |= BIT(PT_FEAT_ARM_S2FWB);
	assert_page_word(PROT_RWC, 0x4876547db);
}

/* spec: iommu-pt F9 */
static void stage_2_of_40_bits_has_a_root_of_two_tables(void **state)
{
	struct pt_iommu_arm_hw_info info;

	if (test_cfg != &test_configs[3])
		skip();
	NSG(hw_info)(&fx.table, &info);
	assert_int_equal(info.levels, 3);
	assert_int_equal(table_pages() - fx.pages_at_setup, TABLES_PAGES(2));
	assert_int_equal(info.ttb % SZ_8K, 0);
	map_ok(0xfffffff000, PA_4K, SZ_4K);
	assert_int_not_equal(((u64 *)phys_to_virt(info.ttb))[1023], 0);
	assert_int_equal(((u64 *)phys_to_virt(info.ttb))[511], 0);
	assert_int_equal(phys(0xffffffffff), 0x487654fff);
	assert_int_equal(phys(0x7fffffffff), 0);
}

static void range_goes_on_in_the_next_table_of_the_root(void **state)
{
	if (test_cfg != &test_configs[3])
		skip();
	map_ok(0x8000000000 - 0x2000, 0x9001000, 0x4000);
	assert_mapped(0x8000000000 - 0x2000, 0x9001000, 0x4000);
	assert_int_equal(unmap(0x8000000000 - 0x2000, 0x4000), 0x4000);
	assert_unmapped(0x8000000000 - 0x2000, 0x4000);
}

static void shapes_are_those_of_the_widths(void **state)
{
	struct pt_iommu_arm_hw_info info;

	assert_shape(32, 48, 0, 3, 1);
	assert_shape(36, 48, 0, 3, 1);
	assert_shape(39, 48, 0, 3, 1);
	assert_shape(40, 48, 0, 4, 1);
	assert_shape(42, 48, 0, 4, 1);
	assert_shape(44, 48, 0, 4, 1);
	assert_shape(48, 48, 0, 4, 1);
	assert_shape(40, 40, 0, 4, 1);
	assert_shape(48, 48, STAGE2, 4, 1);
	assert_shape(40, 40, STAGE2, 3, 2);
	assert_shape(42, 42, STAGE2, 3, 8);
	assert_shape(44, 44, STAGE2, 4, 1);

	NSG(hw_info)(&fx.table, &info);
	assert_int_equal(info.tg, 0);
	/* SL0: 2 for a start at level 0, 1 at level 1. */
	assert_int_equal(info.sl, info.levels == 4 ? 2 : 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ARM_CASES,
		CASE(words_of_a_4k_mapping),
		CASE(words_of_stage_1_pages),
		CASE(words_of_stage_1_blocks),
		CASE(words_of_stage_2_leaves),
		CASE(stage_2_of_40_bits_has_a_root_of_two_tables),
		CASE(range_goes_on_in_the_next_table_of_the_root),
		CASE(shapes_are_those_of_the_widths),
	};
	static const char *const names[] = {
		"iommu_pt[arm_4k,s1 48]",
		"iommu_pt[arm_4k,s1 39 contig]",
		"iommu_pt[arm_4k,s2 48 contig]",
		"iommu_pt[arm_4k,s2 40]",
		"iommu_pt[arm_4k,s2 42 contig]",
	};

	return run_configs(names, tests);
}
