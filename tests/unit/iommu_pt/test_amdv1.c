/* SPDX-License-Identifier: MIT */
/*
 * AMD v1 page tables: all cases of the format and the algorithm, the words of
 * the specification, and growing.
 */
#include "unit/iova/boot.h"

#include "iommu_pt/fmt/iommu_amdv1.c"

#define TEST_SIZES 0x000fff7ffffff000ull

#define AMDV1_CFG(level)                                                    \
	{                                                                   \
		.common = { .features = BIT(PT_FEAT_DYNAMIC_TOP) |          \
					BIT(PT_FEAT_FLUSH_RANGE) |          \
					BIT(PT_FEAT_AMDV1_FORCE_COHERENCE), \
			    .hw_max_vasz_lg2 = 64,                          \
			    .hw_max_oasz_lg2 = 52 },                        \
		.starting_level = (level),                                  \
	}

static const struct pt_iommu_amdv1_cfg test_configs[] = {
	AMDV1_CFG(2),
	AMDV1_CFG(5),
};

#include "unit/iommu_pt/cases.h"

static unsigned int top_level(void)
{
	return pt_get_top(NS(common)(fx_pt())).level;
}

static void words_of_a_4k_mapping(void **state)
{
	map_ok(IOVA_4K, PA_4K, SZ_4K);
	assert_int_equal(raw_table(IOVA_4K, 0)[86], 0x7000000487654001);
	assert_int_equal(pointer_flags(IOVA_4K, 2), 0x6000000000000401);
	assert_int_equal(pointer_flags(IOVA_4K, 1), 0x6000000000000201);
	assert_int_equal(raw_table(IOVA_4K, 2)[4], raw_entry(IOVA_4K, 2));
	assert_int_equal(raw_table(IOVA_4K, 1)[282], raw_entry(IOVA_4K, 1));
	assert_int_equal(phys(0x123456abc), 0x487654abc);
}

static void rights_of_a_leaf(void **state)
{
	size_t done;

	assert_int_equal(
		map_prot(0x40200000, 0x80400000, SZ_2M, IOMMU_READ, &done), 0);
	assert_int_equal(raw_table(0x40200000, 1)[1], 0x3000000080400001);
	assert_int_equal(map_prot(0x1000, PA_4K, SZ_4K,
				  IOMMU_WRITE | IOMMU_CACHE, &done),
			 0);
	assert_int_equal(raw_entry(0x1000, 0), 0x5000000487654001);
}

static void words_of_contiguous_entries(void **state)
{
	map_ok(0x12000, 0x232000, SZ_8K);
	assert_group(0x12000, 0, 2, 0x7000000000232e01, 0);
	assert_int_equal(unmap(0x12000, SZ_8K), SZ_8K);

	map_ok(0x10000, 0x230000, SZ_64K);
	assert_group(0x10000, 0, 16, 0x7000000000237e01, 0);
	map_ok(0x500000, 0x500000, SZ_1M);
	assert_group(0x500000, 0, 256, 0x700000000057fe01, 0);
	map_ok(0x800000, 0x80c00000, SZ_4M);
	assert_group(0x800000, 1, 2, 0x7000000080dffe01, 0);
	map_ok(0x200000000, 0x1000000000, 0x200000000);
	assert_group(0x200000000, 2, 8, 0x70000010fffffe01, 0);
}

/* spec: iommu-pt F1 */
static void twelve_k_are_one_page_and_a_pair(void **state)
{
	map_ok(0x1000, 0x5000, 0x3000);
	assert_int_equal(raw_entry(0x1000, 0), 0x7000000000005001);
	assert_int_equal(raw_entry(0x2000, 0), 0x7000000000006e01);
	assert_int_equal(raw_entry(0x3000, 0), 0x7000000000006e01);
	assert_int_equal(raw_entry(0x4000, 0), 0);
	assert_mapped(0x1000, 0x5000, 0x3000);
}

/* spec: iommu-pt F2 */
static void one_terabyte_is_two_items_and_512_g_never_one(void **state)
{
	map_ok(0, 0, 1ull << 40);
	assert_group(0, 3, 2, 0x7000007ffffffe01, 0);
	assert_int_equal(unmap(0, 1ull << 40), 1ull << 40);

	map_ok(0, 1ull << 40, 1ull << 39);
	assert_int_equal(count_leaves(38), 2);
	assert_int_equal(count_leaves(0), 2);
	assert_int_equal(raw_table(0, 2)[255], 0x7000011ffffffe01);
	assert_int_equal(raw_table(0, 2)[0], raw_table(0, 2)[255]);
	assert_int_equal(raw_table(0, 2)[256], raw_table(0, 2)[511]);
}

/* spec: iommu-pt F3 */
static void page_beyond_the_top_adds_one_level(void **state)
{
	struct pt_iommu_amdv1_hw_info info;
	u64 old_root;

	if (test_cfg->starting_level != 2)
		return;
	map_ok(0x1000, 0x5000, SZ_4K);
	pt_iommu_amdv1_hw_info(&fx.table, &info);
	assert_int_equal(info.mode, 3);
	old_root = info.host_pt_root;

	map_ok(0x8000000000, 0x7000, SZ_4K);
	pt_iommu_amdv1_hw_info(&fx.table, &info);
	assert_int_equal(info.mode, 4);
	assert_int_equal(fx.top_changes, 1);
	assert_int_equal(fx.top_level, 3);
	assert_int_equal(fx.top_pa, info.host_pt_root);
	assert_int_equal(raw_table(0, 3)[0], 0x6000000000000601 | old_root);
	assert_int_equal(phys(0x1000), 0x5000);
	assert_int_equal(phys(0x8000000000), 0x7000);
	assert_int_equal(fx.syncs, 0);
}

/* spec: iommu-pt F4 */
static void last_page_of_64_bits_grows_to_six_levels(void **state)
{
	struct pt_iommu_amdv1_hw_info info;

	map_ok(0x1000, 0x5000, SZ_4K);
	map_ok(~0ull - 0xfff, 0x7000, SZ_4K);
	pt_iommu_amdv1_hw_info(&fx.table, &info);
	assert_int_equal(info.mode, 6);
	assert_true(fx.top_changes <= 1);
	assert_int_not_equal(raw_table(0, 5)[127], 0);
	assert_int_equal(phys(~0ull), 0x7fff);
	assert_int_equal(phys(0x1000), 0x5000);
	assert_int_equal(unmap(~0ull - 0xfff, SZ_4K), SZ_4K);
}

static void each_page_just_outside_adds_exactly_one_level(void **state)
{
	unsigned int level;

	for (level = top_level(); level < PT_MAX_TOP_LEVEL; level++) {
		u64 outside = 1ull << (12 + 9 * (level + 1));

		assert_int_equal(top_level(), level);
		map_ok(outside - SZ_4K, 3 * SZ_4K, SZ_4K);
		assert_int_equal(top_level(), level);
		map_ok(outside, 2 * SZ_4K, SZ_4K);
		assert_int_equal(top_level(), level + 1);
	}
	assert_int_equal(fx.top_changes,
			 PT_MAX_TOP_LEVEL - test_cfg->starting_level);
}

static void leaf_of_a_higher_level_adds_levels_too(void **state)
{
	map_ok(0, 1ull << 48, 1ull << 48);
	assert_true(top_level() >= 4);
	assert_int_equal(count_leaves(48), 1);
	assert_int_equal(unmap(0, 1ull << 48), 1ull << 48);
}

static void growth_without_memory_changes_nothing(void **state)
{
	unsigned int nth;

	if (test_cfg->starting_level != 2)
		return;
	map_ok(0x1000, 0x5000, SZ_4K);
	for (nth = 1; nth <= 3; nth++) {
		u64 pages = table_pages();

		lib_fail_nth(DMASIM_SITE_PT_PAGE, nth);
		assert_int_equal(map_refused(1ull << 63, 0x7000, SZ_4K),
				 -ENOMEM);
		assert_int_equal(table_pages(), pages);
		assert_int_equal(top_level(), 2);
	}
	assert_int_equal(fx.top_changes, 0);
	assert_int_equal(phys(0x1000), 0x5000);
}

static void unmap_beyond_the_top_removes_nothing(void **state)
{
	map_ok(0x1000, 0x5000, SZ_4K);
	assert_int_equal(unmap(1ull << 62, SZ_4K), 0);
	assert_int_equal(phys(1ull << 62), 0);
	assert_int_equal(top_level(), test_cfg->starting_level);
}

static void unmap_of_any_item_but_the_first_removes_nothing(void **state)
{
	map_ok(0x10000, 0x230000, SZ_64K);
	assert_int_equal(unmap(0x11000, SZ_4K), 0);
	assert_int_equal(unmap(0x18000, SZ_32K), 0);
	assert_int_equal(unmap(0x10000, SZ_4K), SZ_64K);
	assert_group(0x10000, 0, 16, 0, 0);
}

static void contiguous_entry_over_one_live_page_changes_nothing(void **state)
{
	map_ok(0x18000, 0x5000, SZ_4K);
	assert_int_equal(map_refused(0x10000, 0x230000, SZ_64K), -EADDRINUSE);
	assert_int_equal(raw_entry(0x10000, 0), 0);
	assert_int_equal(phys(0x18000), 0x5000);
}

static void contiguous_entry_replaces_several_empty_tables(void **state)
{
	u64 pages;

	map_ok(0x800000, 0x5000, SZ_4K);
	map_ok(0xa00000, 0x7000, SZ_4K);
	assert_int_equal(unmap(0x800000, SZ_4K), SZ_4K);
	assert_int_equal(unmap(0xa00000, SZ_4K), SZ_4K);
	pages = table_pages();
	fx.syncs = 0;
	map_ok(0x800000, 0x80c00000, SZ_4M);
	assert_int_equal(fx.syncs, 1);
	assert_int_equal(fx.first, 0x800000);
	assert_int_equal(fx.last, 0xbfffff);
	assert_int_equal(fx.freed_by_sync, 2);
	assert_int_equal(table_pages(), pages - 2);
}

static void features_of_the_module_must_be_on(void **state)
{
	struct pt_iommu_amdv1_cfg cfg = *test_cfg;

	cfg.common.features &= ~BIT(PT_FEAT_DYNAMIC_TOP);
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg = *test_cfg;
	cfg.common.features |= BIT(PT_FEAT_VTDSS_FORCE_COHERENCE);
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg = *test_cfg;
	cfg.starting_level = 0;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg.starting_level = 6;
	assert_int_equal(init_errno(cfg), -EINVAL);
}

/* Somebody else is quicker with a new top. */
static u64 rival;

static spinlock_t *lock_after_a_rival(struct pt_iommu *pt)
{
	u64 iova = rival;

	rival = 0;
	if (iova)
		map_ok(iova, 0x9000, SZ_4K);
	return &fx.lock;
}

/* Hardware is told while software still begins at the old top. */
static void change_top_first(struct pt_iommu *pt, phys_addr_t pa,
			     unsigned int level)
{
	assert_true(top_level() < level);
	fx_change_top(pt, pa, level);
}

static const struct pt_iommu_driver_ops racing_ops = {
	.change_top = change_top_first,
	.get_top_lock = lock_after_a_rival,
};

static void who_loses_the_race_to_the_top_gives_way(void **state)
{
	if (test_cfg->starting_level != 2)
		skip();
	fx_pt()->driver_ops = &racing_ops;
	map_ok(0x1000, 0x5000, SZ_4K);
	rival = 1ull << 40;
	map_ok(1ull << 39, 0x7000, SZ_4K);
	assert_int_equal(fx.top_changes, 1);
	assert_int_equal(phys(0x1000), 0x5000);
	assert_int_equal(phys(1ull << 39), 0x7000);
	assert_int_equal(phys(1ull << 40), 0x9000);

	/* The rival's top does not reach far enough. */
	rival = 1ull << 50;
	map_ok(1ull << 60, 0xb000, SZ_4K);
	assert_int_equal(fx.top_changes, 3);
	assert_int_equal(phys(1ull << 50), 0x9000);
	assert_int_equal(phys(1ull << 60), 0xb000);
	assert_int_equal(phys(1ull << 40), 0x9000);
}

/* A pointer that skips a level is none to this side: what it hides is not touched. */
static void pointers_that_skip_levels_are_empty(void **state)
{
	u64 *table, *below, word;

	map_ok(0x1000, 0x5000, SZ_4K);
	table = raw_table(0x1000, 2);
	below = raw_table(0x1000, 0);
	word = below[0];
	table[5] = 0x6000000000000201 | virt_to_phys(below);
	assert_int_equal(phys(5ull << 30), 0);
	assert_int_equal(unmap(5ull << 30, SZ_4K), 0);
	map_ok(5ull << 30, 0x7000, SZ_4K);
	assert_int_equal(pointer_flags(5ull << 30, 2), 0x6000000000000401);
	assert_int_equal(below[0], word);
	assert_int_equal(phys(5ull << 30), 0x7000);
}

static void no_page_is_as_large_as_the_table(void **state)
{
	struct pt_iommu_amdv1_cfg cfg = *test_cfg;
	struct pt_iommu_amdv1 narrow = {
		.iommu = { .driver_ops = &fx_driver_ops, .nid = NUMA_NO_NODE },
	};

	cfg.common.hw_max_vasz_lg2 = 36;
	assert_int_equal(pt_iommu_amdv1_init(&narrow, &cfg, GFP_KERNEL), 0);
	assert_int_equal(narrow.iommu.domain.pgsize_bitmap,
			 TEST_SIZES & ((1ull << 36) - 1));
	assert_int_equal(narrow.iommu.domain.geometry.aperture_end,
			 (1ull << 36) - 1);
	pt_iommu_deinit(&narrow.iommu);
}

static void growing_table_without_driver_ops_is_einval(void **state)
{
	struct PT_TABLE other = {};
	uint64_t before = boot_warnings();

	assert_int_equal(NSG(init)(&other, test_cfg, GFP_KERNEL), -EINVAL);
	assert_int_equal(boot_warnings(), before + 1);
}

/* ---- readers while the top grows ---- */

static unsigned int growing;

static void grow_or_read_worker(void *arg)
{
	u64 outside;

	if ((uintptr_t)arg) {
		while (!__atomic_load_n(&worker_go, __ATOMIC_ACQUIRE))
			worker_check(phys(0x123456abc) == 0x487654abc);
		return;
	}
	for (outside = 1ull << 39; outside; outside <<= 9) {
		worker_map(outside, 0x5000, SZ_4K);
		worker_check(phys(outside) == 0x5000);
	}
	__atomic_store_n(&worker_go, 1, __ATOMIC_RELEASE);
}

/* spec: iommu-pt A3 */
static void readers_see_no_wrong_address_while_the_top_grows(void **state)
{
	if (test_cfg->starting_level != 2)
		return;
	map_ok(IOVA_4K, PA_4K, SZ_4K);
	run_workers(grow_or_read_worker);
	assert_int_equal(top_level(), 5);
}

/* Workers 0 and 1 grow at the same time; one of them loses the race. */
static void both_grow_worker(void *arg)
{
	if ((uintptr_t)arg > 1)
		return;
	__atomic_fetch_add(&growing, 1, __ATOMIC_ACQ_REL);
	while (__atomic_load_n(&growing, __ATOMIC_ACQUIRE) < 2)
		host_yield();
	worker_map((1ull << 39) + (uintptr_t)arg * SZ_4K, 0x5000, SZ_4K);
}

static void two_threads_grow_the_top_once(void **state)
{
	if (test_cfg->starting_level != 2)
		return;
	growing = 0;
	run_workers(both_grow_worker);
	assert_int_equal(fx.top_changes, 1);
	assert_int_equal(phys(1ull << 39), 0x5000);
	assert_int_equal(phys((1ull << 39) + SZ_4K), 0x5000);
	/* Two tops, and one table on each of the three levels below. */
	assert_int_equal(table_pages() - fx.pages_at_setup, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ALL_CASES,
		CASE(words_of_a_4k_mapping),
		CASE(rights_of_a_leaf),
		CASE(words_of_contiguous_entries),
		CASE(twelve_k_are_one_page_and_a_pair),
		CASE(one_terabyte_is_two_items_and_512_g_never_one),
		CASE(page_beyond_the_top_adds_one_level),
		CASE(last_page_of_64_bits_grows_to_six_levels),
		KUNIT(test_increase_level,
		      each_page_just_outside_adds_exactly_one_level),
		CASE(leaf_of_a_higher_level_adds_levels_too),
		CASE(growth_without_memory_changes_nothing),
		CASE(unmap_beyond_the_top_removes_nothing),
		CASE(unmap_of_any_item_but_the_first_removes_nothing),
		CASE(contiguous_entry_over_one_live_page_changes_nothing),
		CASE(contiguous_entry_replaces_several_empty_tables),
		CASE(features_of_the_module_must_be_on),
		CASE(who_loses_the_race_to_the_top_gives_way),
		CASE(pointers_that_skip_levels_are_empty),
		CASE(no_page_is_as_large_as_the_table),
		CASE(growing_table_without_driver_ops_is_einval),
		CASE(readers_see_no_wrong_address_while_the_top_grows),
		CASE(two_threads_grow_the_top_once),
	};
	static const char *const names[] = {
		"iommu_pt[amdv1,3]",
		"iommu_pt[amdv1,6]",
	};

	return run_configs(names, tests);
}
