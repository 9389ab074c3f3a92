/* SPDX-License-Identifier: MIT */
/*
 * ARM page tables: what holds for every granule. A test_arm_<granule>.c names
 * the unit, the configurations, and the words and shapes of its granule.
 */
#ifndef TESTS_UNIT_IOMMU_PT_TEST_ARM_H
#define TESTS_UNIT_IOMMU_PT_TEST_ARM_H

#include "unit/iommu_pt/cases.h"

static void contiguous_hint_is_used_only_if_asked_for(void **state)
{
	unsigned int nr = 1u << armpt_group_lg2(0);

	map_ok(nr * PG, 8 * nr * PG, nr * PG);
	if (HAS(CONTIG)) {
		u64 first = raw_entry(nr * PG, 0);

		assert_int_equal(count_leaves(0), 1);
		assert_int_equal(first >> 52 & 1, 1);
		assert_group(nr * PG, 0, nr, first, PG);
	} else {
		assert_int_equal(count_leaves(PG_LG2), nr);
		assert_int_equal(raw_entry(nr * PG, 0) >> 52 & 1, 0);
	}
	assert_mapped(nr * PG, 8 * nr * PG, nr * PG);
}

static void contiguous_entry_goes_as_a_whole(void **state)
{
	unsigned int nr = 1u << armpt_group_lg2(0);

	if (!HAS(CONTIG))
		skip();
	map_ok(nr * PG, 8 * nr * PG, 2 * nr * PG);
	assert_int_equal(unmap((nr + 1) * PG, PG), 0);
	assert_int_equal(unmap(nr * PG, PG), nr * PG);
	assert_unmapped(nr * PG, nr * PG);
	assert_mapped(2 * nr * PG, 9 * nr * PG, nr * PG);
}

static void contiguous_blocks_have_the_hint_in_each_item(void **state)
{
	unsigned int nr = 1u << armpt_group_lg2(1);
	u64 first;

	if (!HAS(CONTIG))
		skip();
	map_ok(nr * BIG, 8 * nr * BIG, nr * BIG);
	first = raw_entry(nr * BIG, 1);
	assert_int_equal(first & 3, 1);
	assert_int_equal(first >> 52 & 1, 1);
	assert_group(nr * BIG, 1, nr, first, BIG);
	assert_int_equal(count_leaves(0), 1);
}

/* ---- every width of both stages ---- */

static struct pt_iommu_arm other;

static int other_map(u64 iova, u64 pa, u64 len)
{
	size_t done = 0;

	return other.iommu.ops->map_range(&other.iommu, iova, pa, len, PROT_RWC,
					  GFP_KERNEL, &done);
}

static size_t other_unmap(u64 iova, u64 len)
{
	struct iommu_iotlb_gather gather;
	size_t done;

	iommu_iotlb_gather_init(&gather);
	done = other.iommu.ops->unmap_range(&other.iommu, iova, len, &gather);
	iommu_put_pages_list(&gather.freelist);
	return done;
}

static u64 other_phys(u64 iova)
{
	return other.iommu.ops->iova_to_phys(&other.iommu, iova);
}

/* Map, try again, unmap, map and translate one block. */
static void selftest_one(u64 iova, u64 size)
{
	assert_int_equal(other_map(iova, iova, size), 0);
	assert_int_equal(other_map(iova, iova, size), -EADDRINUSE);
	assert_int_equal(other_phys(iova + 42), iova + 42);
	assert_int_equal(other_unmap(iova, size), size);
	assert_int_equal(other_phys(iova + 42), 0);
	assert_int_equal(other_map(iova, iova, size), 0);
	assert_int_equal(other_phys(iova + 42), iova + 42);
}

static void selftest(unsigned int ias, unsigned int oas, unsigned int how)
{
	const struct pt_iommu_arm_cfg cfg = ARM_CFG(ias, oas, how);
	u64 iova = 0, sizes, last, largest;
	unsigned int n;

	memset(&other, 0, sizeof(other));
	other.iommu.nid = NUMA_NO_NODE;
	assert_int_equal(NSG(init)(&other, &cfg, GFP_KERNEL), 0);
	sizes = other.iommu.domain.pgsize_bitmap & (SZ_2G - 1);
	assert_int_equal(other_phys(42), 0);
	assert_int_equal(other_phys(SZ_1G + 42), 0);
	assert_int_equal(other_phys(2 * (u64)SZ_1G + 42), 0);

	/* One of each size, gigabytes apart. */
	for (n = 0; n < 31; n++) {
		if (!(sizes >> n & 1))
			continue;
		selftest_one(iova, 1ull << n);
		iova += SZ_1G;
		if (iova + 2 * (u64)SZ_1G > 1ull << ias)
			break;
	}
	/* The very end: a root of several tables has its own index. */
	largest = lg2_size(lg2_floor(sizes));
	last = (1ull << ias) - largest;
	selftest_one(last, largest);
	assert_int_equal(other_phys(last + largest - 1), last + largest - 1);
	assert_int_equal(other_unmap(last, largest), largest);
	assert_int_equal(other_map(1ull << ias, 0, PG), -ERANGE);
	pt_iommu_deinit(&other.iommu);
}

static void every_pair_of_widths_works_at_both_stages(void **state)
{
	static const unsigned int widths[] = { 32, 36, 40, 42, 44, 48 };
	unsigned int i, k;

	if (test_cfg != &test_configs[0])
		skip();
	for (i = 0; i < ARRAY_SIZE(widths); i++)
		for (k = i; k < ARRAY_SIZE(widths); k++) {
			selftest(widths[i], widths[k], 0);
			selftest(widths[i], widths[k], CONTIG);
			selftest(widths[i], widths[k], STAGE2);
			selftest(widths[i], widths[k], STAGE2 | CONTIG);
		}
}

static void width_must_be_one_that_hardware_has(void **state)
{
	struct pt_iommu_arm_cfg cfg = *test_cfg;

	cfg.common.hw_max_oasz_lg2 = 41;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg = *test_cfg;
	cfg.common.hw_max_vasz_lg2 = PT_MAX_VA_LG2 + 1;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg.common.hw_max_vasz_lg2 = BIG_LG2;
	assert_int_equal(init_errno(cfg), -EINVAL);
}

static void stage_2_has_no_features_of_stage_1(void **state)
{
	struct pt_iommu_arm_cfg cfg = *test_cfg;

	cfg.common.features |= STAGE2 | BIT(PT_FEAT_ARM_HD);
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg = *test_cfg;
	cfg.common.features |= STAGE2 | BIT(PT_FEAT_ARM_NS);
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
}

/* ---- shape of the root ---- */

/* What init makes of widths: levels, tables side by side, register codes. */
static void assert_shape(unsigned int ias, unsigned int oas, unsigned int how,
			 unsigned int levels, unsigned int tables)
{
	const struct pt_iommu_arm_cfg cfg = ARM_CFG(ias, oas, how);
	struct pt_iommu_arm_hw_info info;
	u64 before = table_pages();

	memset(&other, 0, sizeof(other));
	other.iommu.nid = NUMA_NO_NODE;
	assert_int_equal(NSG(init)(&other, &cfg, GFP_KERNEL), 0);
	NSG(hw_info)(&other, &info);
	assert_int_equal(info.levels, levels);
	assert_int_equal(1u << info.concat_lg2, tables);
	assert_int_equal(info.tsz, 64 - ias);
	assert_int_equal(table_pages() - before, TABLES_PAGES(tables));
	assert_int_equal(info.ttb % (tables * lg2_size(PT_TABLE_LG2)), 0);
	pt_iommu_deinit(&other.iommu);
}

#define ARM_CASES                                                   \
	ALL_CASES, CASE(contiguous_hint_is_used_only_if_asked_for), \
		CASE(contiguous_entry_goes_as_a_whole),             \
		CASE(contiguous_blocks_have_the_hint_in_each_item), \
		KUNIT(arm_lpae_selftests,                           \
		      every_pair_of_widths_works_at_both_stages),   \
		CASE(width_must_be_one_that_hardware_has),          \
		CASE(stage_2_has_no_features_of_stage_1)

#endif
