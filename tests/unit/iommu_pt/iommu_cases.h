/* SPDX-License-Identifier: MIT */
/*
 * Cases about the algorithm (src/iommu_pt/iommu_pt.h), for every format.
 */
#ifndef TESTS_UNIT_IOMMU_PT_IOMMU_CASES_H
#define TESTS_UNIT_IOMMU_PT_IOMMU_CASES_H

static void new_table_is_empty_and_knows_its_sizes(void **state)
{
	struct iommu_domain *domain = fx_domain();
	struct pt_iommu_info info;

	fx_pt()->ops->get_info(fx_pt(), &info);
	assert_int_equal(domain->pgsize_bitmap, info.pgsize_bitmap);
	assert_int_equal(info.pgsize_bitmap & ~TEST_SIZES, 0);
	assert_true(info.pgsize_bitmap & PG);
	assert_int_equal(domain->geometry.aperture_start, 0);
	assert_int_equal(
		domain->geometry.aperture_end,
		lg2_mask(test_cfg->common.hw_max_vasz_lg2 - IS_SIGNED));
	assert_true(domain->is_iommupt);
	assert_ptr_equal(iommupt_from_domain(domain), fx_pt());
	assert_int_equal(count_leaves(0), 0);
	assert_int_equal(table_pages() - fx.pages_at_setup, root_pages());
}

static int init_errno(struct PT_CFG cfg)
{
	struct PT_TABLE other = { .iommu = { .driver_ops = &fx_driver_ops } };
	int ret = NSG(init)(&other, &cfg, GFP_KERNEL);

	if (ret)
		assert_null(other.iommu.ops);
	pt_iommu_deinit(&other.iommu);
	return ret;
}

static void init_refuses_what_the_format_cannot_do(void **state)
{
	struct PT_CFG cfg = *test_cfg;

	cfg.common.hw_max_vasz_lg2 = 0;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg = *test_cfg;
	cfg.common.hw_max_oasz_lg2 = PT_MAX_OA_LG2 + 1;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg.common.hw_max_oasz_lg2 = 0;
	assert_int_equal(init_errno(cfg), -EINVAL);
	cfg = *test_cfg;
	cfg.common.features |= BIT(PT_FEAT_DMA_INCOHERENT);
	assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	cfg = *test_cfg;
	cfg.common.features |= BIT(PT_FEAT_SIGN_EXTEND);
	if (!(PT_SUPPORTED_FEATURES & BIT(PT_FEAT_SIGN_EXTEND)))
		assert_int_equal(init_errno(cfg), -EOPNOTSUPP);
	lib_fail_nth(DMASIM_SITE_PT_PAGE, 1);
	assert_int_equal(init_errno(*test_cfg), -ENOMEM);
}

static void page_sizes_beyond_the_output_width_are_hidden(void **state)
{
	struct PT_TABLE small = { .iommu = { .driver_ops = &fx_driver_ops } };
	struct PT_CFG cfg = *test_cfg;

	cfg.common.hw_max_oasz_lg2 = 32;
	assert_int_equal(NSG(init)(&small, &cfg, GFP_KERNEL), 0);
	assert_int_equal(small.iommu.domain.pgsize_bitmap,
			 TEST_SIZES & 0xffffffff);
	pt_iommu_deinit(&small.iommu);
}

static void deinit_before_init_does_nothing(void **state)
{
	struct PT_TABLE never = {};

	pt_iommu_deinit(&never.iommu);
	assert_null(never.iommu.ops);
}

static void one_mapping_of_every_size_is_one_entry(void **state)
{
	u64 sizes = fx_domain()->pgsize_bitmap, va = 256 * PG, at;
	unsigned int n;

	for (n = 0; n < 64; n++) {
		if (!(sizes >> n & 1))
			continue;
		va = lg2_down(va + lg2_mask(n), n);
		map_ok(va, test_oa(n), lg2_size(n));
		assert_int_equal(count_leaves(n), 1);
		va += lg2_size(n);
	}
	for (va = 256 * PG, n = 0; n < 64; n++) {
		if (!(sizes >> n & 1))
			continue;
		at = lg2_down(va + lg2_mask(n), n);
		assert_mapped(at, test_oa(n), lg2_size(n));
		assert_int_equal(unmap(at, lg2_size(n)), lg2_size(n));
		assert_unmapped(at, lg2_size(n));
		va = at + lg2_size(n);
	}
	assert_int_equal(count_leaves(0), 0);
}

/* Fill @region by pages of 2^@n, then empty half in one call, half page by page. */
static void fill_and_empty(unsigned int n, u64 region)
{
	u64 size = lg2_size(n), va = region, at;

	set_sizes(size);
	map_ok(va, 2 * region, region);
	assert_int_equal(count_leaves(n), region / size);
	assert_mapped(va, 2 * region, region);

	if (size == region) {
		assert_int_equal(unmap(va, region), region);
		return;
	}
	assert_int_equal(unmap(va, region / 2), region / 2);
	assert_unmapped(va, region / 2);
	assert_mapped(va + region / 2, 2 * region + region / 2, region / 2);
	for (at = region / 2; at < region; at += size)
		assert_int_equal(unmap(va + at, size), size);
	assert_int_equal(count_leaves(0), 0);
}

/* Each size meets the empty tables that the one before has left. */
static void larger_leaf_replaces_tables_that_smaller_ones_left(void **state)
{
	/* Slow lanes leave out what takes millions of pages. */
	u64 most = getenv("DMASIM_EVERY") ? SZ_2G : 1ull << 34;
	u64 sizes = fx_domain()->pgsize_bitmap & (most - 1);
	unsigned int n, largest = lg2_floor(sizes);

	for (n = PG_LG2; n <= largest; n++)
		if (sizes >> n & 1)
			fill_and_empty(n, lg2_size(largest));
}

/* Of each pair of sizes the small one, where a large leaf begins. */
static void unmap_of_the_start_of_a_large_leaf_takes_all_of_it(void **state)
{
	u64 sizes = fx_domain()->pgsize_bitmap & lg2_mask(38);
	unsigned int n, small;

	for (n = PG_LG2 + 1; n < 38; n++) {
		u64 size = lg2_size(n);

		for (small = PG_LG2; small < n; small++) {
			if (!(sizes >> n & sizes >> small & 1))
				continue;
			set_sizes(size);
			map_ok(2 * size, 4 * size, 2 * size);
			assert_int_equal(unmap(2 * size, lg2_size(small)),
					 size);
			assert_unmapped(2 * size, size);
			assert_mapped(3 * size, 5 * size, size);
			assert_int_equal(unmap(3 * size, size), size);
		}
	}
}

/* spec: iommu-pt C9 */
static void small_page_inside_a_large_leaf_is_eaddrinuse(void **state)
{
	map_ok(BIG, 0x402 * BIG, BIG);
	assert_int_equal(map_refused(BIG + 3 * PG, 5 * PG, PG), -EADDRINUSE);
	assert_mapped(BIG, 0x402 * BIG, BIG);
}

static void mapping_a_page_twice_is_eaddrinuse(void **state)
{
	map_ok(5 * PG, 0x80005 * PG, PG);
	assert_int_equal(map_refused(5 * PG, 0x80006 * PG, PG), -EADDRINUSE);
	assert_int_equal(map_refused(5 * PG, 0x80006 * PG, 2 * PG),
			 -EADDRINUSE);
	assert_int_equal(phys(5 * PG), 0x80005 * PG);
}

/* spec: iommu-pt C10 */
static void large_leaf_over_a_small_page_is_eaddrinuse(void **state)
{
	map_ok(BIG + PG, 5 * PG, PG);
	assert_int_equal(map_refused(BIG, 0x402 * BIG, BIG), -EADDRINUSE);
	assert_int_equal(phys(BIG + PG), 5 * PG);
	assert_int_equal(phys(BIG), 0);
	assert_int_equal(fx.syncs, 0);
}

/* spec: iommu-pt C11 */
static void table_left_empty_is_invalidated_once_and_freed(void **state)
{
	u64 pages;

	map_ok(BIG + PG, 5 * PG, PG);
	assert_int_equal(unmap(BIG + PG, PG), PG);
	pages = table_pages();
	fx.syncs = 0;

	map_ok(BIG, 0x402 * BIG, BIG);
	assert_int_equal(fx.syncs, 1);
	assert_int_equal(fx.freed_by_sync, 1);
	assert_int_equal(fx.first, BIG);
	assert_int_equal(fx.last, 2 * BIG - 1);
	assert_int_equal(table_pages(), pages - TABLE_PAGES);
	assert_mapped(BIG, 0x402 * BIG, BIG);
}

/* spec: iommu-pt C12 */
static void unmap_of_one_page_of_a_large_leaf_spares_the_next(void **state)
{
	map_ok(BIG, 0x402 * BIG, BIG);
	map_ok(2 * BIG, 0x405 * BIG, BIG);
	assert_int_equal(unmap(BIG, PG), BIG);
	assert_unmapped(BIG, BIG);
	assert_mapped(2 * BIG, 0x405 * BIG, BIG);
}

/* spec: iommu-pt C13 */
static void unmap_from_inside_a_large_leaf_removes_nothing(void **state)
{
	map_ok(BIG, 0x402 * BIG, BIG);
	assert_int_equal(unmap(BIG + PG, PG), 0);
	assert_int_equal(unmap(BIG + BIG / 2, BIG), 0);
	assert_mapped(BIG, 0x402 * BIG, BIG);
	assert_int_equal(fx.syncs, 0);
}

/* spec: iommu-pt C14 */
static void unmap_stops_at_a_hole(void **state)
{
	map_ok(PG, 0x80001 * PG, PG);
	map_ok(3 * PG, 0x80003 * PG, PG);
	assert_int_equal(unmap(PG, 3 * PG), PG);
	assert_int_equal(phys(PG), 0);
	assert_int_equal(phys(3 * PG), 0x80003 * PG);
}

/* spec: iommu-pt C15 */
static void unmap_of_a_hole_spares_its_neighbours(void **state)
{
	u64 size = fits(2 * GIG + PG) ? GIG : BIG;

	map_ok(size - PG, 5 * PG, PG);
	map_ok(2 * size, 7 * PG, PG);
	assert_int_equal(unmap(size, size), 0);
	assert_int_equal(phys(size - PG), 5 * PG);
	assert_int_equal(phys(2 * size), 7 * PG);
	assert_int_equal(fx.syncs, 0);
}

/* No two of them could be one larger page. */
static void fill_a_table_page_by_page(u64 iova)
{
	u64 i;

	for (i = 0; i < BIG / PG; i++)
		map_ok(iova + i * PG, 0x80000 * PG + i * 3 * PG, PG);
}

/* spec: iommu-pt C16 */
static void full_table_is_gathered_and_freed_after_the_sync(void **state)
{
	struct iommu_iotlb_gather gather;
	u64 pages;

	map_ok(2 * BIG, 5 * PG, PG);
	pages = table_pages();
	fill_a_table_page_by_page(BIG);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(fx_pt()->ops->unmap_range(fx_pt(), BIG, BIG, &gather),
			 BIG);
	assert_int_equal(list_length(&gather.freelist), 1);
	assert_int_equal(gather.start, BIG);
	assert_int_equal(gather.end, 2 * BIG - 1);
	assert_int_equal(table_pages(), pages + TABLE_PAGES);
	fx_iotlb_sync(fx_domain(), &gather);
	assert_int_equal(table_pages(), pages);
	assert_int_equal(phys(2 * BIG), 5 * PG);
}

static void unmap_short_of_the_end_of_a_table_keeps_it(void **state)
{
	u64 pages;

	fill_a_table_page_by_page(BIG);
	pages = table_pages();
	assert_int_equal(unmap(BIG, BIG - PG), BIG - PG);
	assert_int_equal(table_pages(), pages);
	assert_int_equal(unmap(2 * BIG - PG, PG), PG);
	assert_int_equal(table_pages(), pages);
}

static void table_of_tables_is_freed_with_its_last_child(void **state)
{
	u64 tables = GIG / BIG + 1, pages;

	/* Of 64 KiB they would be more than the RAM here. */
	if (!fits(2 * GIG + PG) || tables > 4096 ||
	    pt_get_top(NS(common)(fx_pt())).level < 2)
		skip();
	map_ok(2 * GIG, 5 * PG, PG);
	pages = table_pages();
	set_sizes(PG);
	map_ok(GIG, 4 * GIG, GIG);
	assert_int_equal(table_pages(), pages + tables * TABLE_PAGES);
	assert_int_equal(unmap(GIG, GIG), GIG);
	assert_int_equal(fx.freed_by_sync, tables);
	assert_int_equal(table_pages(), pages);
	assert_int_equal(phys(2 * GIG), 5 * PG);
}

static void unmap_crosses_tables_and_sizes(void **state)
{
	set_sizes(PG | BIG);
	map_ok(BIG - PG, BIG - PG, 2 * BIG + 2 * PG);
	assert_int_equal(count_leaves(PG_LG2), 2);
	assert_int_equal(count_leaves(BIG_LG2), 2);
	assert_int_equal(unmap(BIG - PG, 2 * BIG + 2 * PG), 2 * BIG + 2 * PG);
	assert_int_equal(count_leaves(0), 0);
	assert_int_equal(fx.syncs, 1);
	assert_int_equal(fx.first, BIG - PG);
	assert_int_equal(fx.last, 3 * BIG + PG - 1);
}

/* spec: iommu-pt C20 */
static void range_that_leaves_the_table_is_refused(void **state)
{
	unsigned int width = test_cfg->common.hw_max_vasz_lg2;
	u64 end = fx_domain()->geometry.aperture_end;

	assert_int_equal(map_refused(~0ull - PG + 1, 5 * PG, 2 * PG),
			 -EOVERFLOW);
	if (width == 64)
		return;
	assert_int_equal(map_refused(end - PG + 1, 5 * PG, 2 * PG), -ERANGE);
	assert_int_equal(map_refused(end + 1, 5 * PG, PG), -ERANGE);
	assert_int_equal(phys(end + 1), 0);
	if (!IS_SIGNED)
		assert_int_equal(map_refused(~0ull - PG + 1, 5 * PG, PG),
				 -ERANGE);
	assert_int_equal(phys(~0ull), 0);
	assert_int_equal(unmap(end + 1, PG), 0);
}

static void last_page_of_the_table_can_be_used(void **state)
{
	u64 last = fx_domain()->geometry.aperture_end - PG + 1;

	map_ok(last, 5 * PG, PG);
	assert_int_equal(phys(last + PG - 1), 6 * PG - 1);
	assert_int_equal(unmap(last, 2 * PG), last > ~0ull - 2 * PG ? 0 : PG);
	assert_int_equal(unmap(last, PG), last > ~0ull - 2 * PG ? PG : 0);
}

/* spec: iommu-pt C21 */
static void output_beyond_the_physical_width_is_erange(void **state)
{
	u64 end = 1ull << test_cfg->common.hw_max_oasz_lg2;

	assert_int_equal(map_refused(PG, end, PG), -ERANGE);
	assert_int_equal(map_refused(PG, end - PG, 2 * PG), -ERANGE);
	assert_int_equal(map_refused(PG, ~0ull - PG + 1, 2 * PG), -ERANGE);
	map_ok(PG, end - PG, PG);
	assert_int_equal(phys(2 * PG - 1), end - 1);
}

static void request_that_is_no_page_is_refused(void **state)
{
	size_t done;

	assert_int_equal(map_refused(PG, 5 * PG, 0), -EINVAL);
	assert_int_equal(map_refused(PG + PG / 2, 5 * PG, PG), -ENXIO);
	assert_int_equal(map_refused(PG, 5 * PG + PG / 2, PG), -ENXIO);
	assert_int_equal(map_refused(PG, 5 * PG, PG + PG / 2), -ENXIO);
	set_sizes(BIG);
	assert_int_equal(map_refused(PG, 5 * PG, PG), -ENXIO);
	set_sizes(PG);
	assert_int_equal(map_prot(PG, 5 * PG, PG, 0, &done), -EINVAL);
	assert_int_equal(map_prot(PG, 5 * PG, 2 * PG, IOMMU_CACHE, &done),
			 -EINVAL);
	assert_int_equal(table_pages() - fx.pages_at_setup, root_pages());
	assert_int_equal(unmap(PG, 0), 0);
	assert_int_equal(unmap(PG + PG / 2, PG), 0);
}

static void overlap_in_the_middle_reports_what_was_mapped_before(void **state)
{
	size_t done;

	map_ok(BIG + 3 * PG, 5 * PG, PG);
	assert_int_equal(map_prot(BIG - 2 * PG, 0x80001 * PG, 8 * PG, PROT_RW,
				  &done),
			 -EADDRINUSE);
	assert_int_equal(done, 5 * PG);
	assert_mapped(BIG - 2 * PG, 0x80001 * PG, 5 * PG);
	assert_int_equal(phys(BIG + 3 * PG), 5 * PG);
	assert_unmapped(BIG + 4 * PG, 2 * PG);
}

static void mapped_is_added_to(void **state)
{
	size_t done = PG;

	assert_int_equal(fx_pt()->ops->map_range(fx_pt(), PG, 5 * PG, PG,
						 PROT_RW, GFP_KERNEL, &done),
			 0);
	assert_int_equal(done, 2 * PG);
	assert_int_equal(fx_pt()->ops->map_range(fx_pt(), 2 * PG, 7 * PG,
						 2 * PG, PROT_RW, GFP_KERNEL,
						 &done),
			 0);
	assert_int_equal(done, 4 * PG);
}

static void each_item_stored_or_cleared_is_counted(void **state)
{
	u64 writes = pte_writes();

	set_sizes(PG | BIG);
	map_ok(PG, 5 * PG, PG);
	assert_int_equal(pte_writes() - writes, 1);
	map_ok(BIG, 0x80001 * PG, BIG);
	assert_int_equal(pte_writes() - writes, BIG / PG + 1);
	assert_int_equal(unmap(BIG, BIG), BIG);
	assert_int_equal(unmap(PG, PG), PG);
	assert_int_equal(pte_writes() - writes, 2 * (BIG / PG + 1));
}

/* spec: iommu-pt A1 */
static void mixed_sizes_spare_the_small_pages_of_the_next_gigabyte(void **state)
{
	u64 start = 0x3fe400000, end = 0x4c0600000, at;

	/* The numbers are those of tables with 512 items. */
	if (PG != SZ_4K || BIG != SZ_2M || !(TEST_SIZES & SZ_1G) || !fits(end))
		skip();
	set_sizes(SZ_4K | SZ_2M | SZ_1G);
	for (at = 0; at < 64; at++)
		map_ok(0x4f0000000 + at * SZ_4K, 0x5000, SZ_4K);
	map_ok(start, start, end - start);
	assert_int_equal(count_leaves(21), 14 + 3);
	assert_int_equal(count_leaves(30), 3);
	assert_int_equal(count_leaves(12), 64);
	assert_mapped(start, start, end - start);
	assert_int_equal(phys(0x4f0000123), 0x5123);
	assert_int_equal(unmap(start, end - start), end - start);
	assert_int_equal(count_leaves(0), 64);
}

static void range_that_ends_at_a_table_boundary_translates(void **state)
{
	map_ok(0xfef80 * PG, 0x208b95d * PG, 0x20 * PG);
	assert_mapped(0xfef80 * PG, 0x208b95d * PG, 0x20 * PG);
	assert_int_equal(phys(0xfef80 * PG - 1), 0);
	assert_int_equal(phys(0xfefa0 * PG), 0);
	assert_int_equal(unmap(0xfef80 * PG, 0x20 * PG), 0x20 * PG);
}

/* spec: iommu-pt A4 */
static void deinit_frees_the_tables_of_live_mappings(void **state)
{
	u64 end = fx_domain()->geometry.aperture_end & (512 * BIG * 2 - 1);
	u64 rng = 4711;
	size_t done;
	unsigned int i;

	for (i = 0; i < 1000; i++)
		map_prot(lg2_down(boot_random(&rng) & end, PG_LG2),
			 lg2_down(boot_random(&rng) & lg2_mask(40), PG_LG2), PG,
			 PROT_RW, &done);
	assert_true(table_pages() - fx.pages_at_setup > 500);
	/* teardown() compares the number of pages. */
}

static void every_failed_table_leaves_a_prefix_that_can_be_removed(void **state)
{
	u64 iova = region() - BIG / 2, len = 5 * BIG, oa = 0x80001 * PG;
	unsigned int nth;
	size_t done;
	int ret;

	set_sizes(PG);
	for (nth = 1;; nth++) {
		lib_fail_nth(DMASIM_SITE_PT_PAGE, nth);
		ret = map_prot(iova, oa, len, PROT_RW, &done);
		if (!lib_fail_fired())
			break;
		assert_int_equal(ret, -ENOMEM);
		assert_true(done < len);
		if (done)
			assert_mapped(iova, oa, done);
		assert_unmapped(iova + done, len - done);
		if (done)
			assert_int_equal(unmap(iova, done), done);
		assert_int_equal(count_leaves(0), 0);

		pt_iommu_deinit(fx_pt());
		assert_int_equal(table_pages(), fx.pages_at_setup);
		fx_init();
		set_sizes(PG);
	}
	assert_int_equal(ret, 0);
	assert_true(nth > 5);
	assert_mapped(iova, oa, len);
}

static void map_pages_does_what_map_range_does(void **state)
{
	const struct iommu_domain_ops *ops = fx_domain()->ops;
	struct iommu_iotlb_gather gather;
	size_t done = 0;

	assert_int_equal(ops->map_pages(fx_domain(), BIG, 0x402 * BIG, PG,
					BIG / PG, PROT_RW, GFP_KERNEL, &done),
			 0);
	assert_int_equal(done, BIG);
	assert_int_equal(count_leaves(BIG_LG2), 1);
	assert_int_equal(ops->iova_to_phys(fx_domain(), BIG + 0x12345),
			 0x402 * BIG + 0x12345);
	assert_int_equal(ops->map_pages(fx_domain(), BIG, 0x402 * BIG, PG, 1,
					PROT_RW, GFP_KERNEL, &done),
			 -EADDRINUSE);
	assert_int_equal(ops->map_pages(fx_domain(), 0, 0, GIG, 1ul << 40,
					PROT_RW, GFP_KERNEL, &done),
			 -EOVERFLOW);

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(ops->unmap_pages(fx_domain(), BIG, PG, 2, &gather),
			 BIG);
	assert_int_equal(gather.end, 2 * BIG - 1);
}

/* ---- what unmap leaves in a gather ---- */

/* spec: iommu-pt G7 */
static void flush_range_gathers_across_gaps(void **state)
{
	struct iommu_iotlb_gather gather;

	map_ok(0, 5 * PG, PG);
	map_ok(0x100 * PG, 7 * PG, PG);
	iommu_iotlb_gather_init(&gather);
	fx_pt()->ops->unmap_range(fx_pt(), 0, PG, &gather);
	fx_pt()->ops->unmap_range(fx_pt(), 0x100 * PG, PG, &gather);
	assert_int_equal(fx.syncs, 0);
	assert_int_equal(gather.start, 0);
	assert_int_equal(gather.end, 0x101 * PG - 1);
}

/* spec: iommu-pt G7 */
static void no_gaps_syncs_before_a_gap(void **state)
{
	struct iommu_iotlb_gather gather;

	NS(common)(fx_pt())->features |= BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS);
	map_ok(0, 5 * PG, PG);
	map_ok(0x100 * PG, 7 * PG, PG);
	iommu_iotlb_gather_init(&gather);
	fx_pt()->ops->unmap_range(fx_pt(), 0, PG, &gather);
	assert_int_equal(fx.syncs, 0);
	fx_pt()->ops->unmap_range(fx_pt(), 0x100 * PG, PG, &gather);
	assert_int_equal(fx.syncs, 1);
	assert_int_equal(fx.last, PG - 1);
	assert_int_equal(gather.start, 0x100 * PG);
	assert_int_equal(gather.end, 0x101 * PG - 1);
}

/* Table pages must outlive a sync for another range. */
static void sync_at_a_gap_spares_the_tables_of_the_new_range(void **state)
{
	struct iommu_iotlb_gather gather;

	NS(common)(fx_pt())->features |= BIT(PT_FEAT_FLUSH_RANGE_NO_GAPS);
	map_ok(PG, 5 * PG, PG);
	fill_a_table_page_by_page(BIG);
	iommu_iotlb_gather_init(&gather);
	fx_pt()->ops->unmap_range(fx_pt(), PG, PG, &gather);
	fx_pt()->ops->unmap_range(fx_pt(), BIG, BIG, &gather);
	assert_int_equal(fx.syncs, 1);
	assert_int_equal(fx.freed_by_sync, 0);
	assert_int_equal(list_length(&gather.freelist), 1);
	fx_iotlb_sync(fx_domain(), &gather);
}

/* spec: iommu-pt G5 */
static void queued_gather_gets_tables_but_no_range(void **state)
{
	struct iommu_iotlb_gather gather;

	fill_a_table_page_by_page(BIG);
	iommu_iotlb_gather_init(&gather);
	gather.queued = true;
	fx_pt()->ops->unmap_range(fx_pt(), BIG, BIG, &gather);
	assert_int_equal(gather.start, ULONG_MAX);
	assert_int_equal(gather.end, 0);
	assert_int_equal(list_length(&gather.freelist), 1);
	iommu_put_pages_list(&gather.freelist);
}

static void unmap_of_nothing_leaves_the_gather_empty(void **state)
{
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	assert_int_equal(fx_pt()->ops->unmap_range(fx_pt(), 0, PG, &gather), 0);
	assert_int_equal(gather.start, ULONG_MAX);
	assert_int_equal(gather.end, 0);
}

/* ---- random ranges ---- */

#define RANDOM_RANGES 1000
#define RANDOM_SPAN_PAGES (1u << 18)

static struct {
	u64 iova, oa, len;
} ranges[RANDOM_RANGES];

static void random_range(u64 *rng, u64 base, unsigned int i)
{
	unsigned int bits = boot_random(rng) % 12;
	u64 pages = 1 + (boot_random(rng) & lg2_mask(bits));
	u64 at = boot_random(rng) % (RANDOM_SPAN_PAGES - pages);

	ranges[i].iova = base + at * PG;
	ranges[i].len = pages * PG;
	ranges[i].oa = lg2_down(boot_random(rng) & lg2_mask(38), PG_LG2) + PG;
	/* Every other range can use large pages. */
	if (boot_random(rng) & 1)
		ranges[i].oa = GIG + at * PG;
}

/* Does live range @k touch range @i? */
static bool ranges_touch(unsigned int i, unsigned int k)
{
	return ranges[k].len &&
	       ranges[i].iova < ranges[k].iova + ranges[k].len &&
	       ranges[k].iova < ranges[i].iova + ranges[i].len;
}

static void map_random_ranges(u64 base)
{
	u64 rng = boot_seed(20250917) | 1;
	unsigned int i, k;
	size_t done;

	for (i = 0; i < RANDOM_RANGES; i++) {
		unsigned int touching = 0;
		int ret;

		random_range(&rng, base, i);
		for (k = 0; k < i; k++)
			touching += ranges_touch(i, k);
		ret = map_prot(ranges[i].iova, ranges[i].oa, ranges[i].len,
			       PROT_RW, &done);
		assert_int_equal(ret, touching ? -EADDRINUSE : 0);
		if (!touching)
			continue;
		if (done)
			assert_int_equal(unmap(ranges[i].iova, done), done);
		for (k = 0; k < i; k++) {
			if (!ranges_touch(i, k))
				continue;
			assert_mapped(ranges[k].iova, ranges[k].oa,
				      ranges[k].len);
			assert_int_equal(unmap(ranges[k].iova, ranges[k].len),
					 ranges[k].len);
			ranges[k].len = 0;
		}
		map_ok(ranges[i].iova, ranges[i].oa, ranges[i].len);
	}
	for (i = 0; i < RANDOM_RANGES; i++) {
		if (!ranges[i].len)
			continue;
		assert_mapped(ranges[i].iova, ranges[i].oa, ranges[i].len);
		assert_int_equal(unmap(ranges[i].iova, ranges[i].len),
				 ranges[i].len);
	}
	assert_int_equal(count_leaves(0), 0);
}

static void random_ranges_map_unless_they_overlap(void **state)
{
	map_random_ranges(region());
}

/* ---- canonical addresses ---- */

static void __maybe_unused upper_half_maps_as_the_lower_does(void **state)
{
	u64 upper = ~fx_domain()->geometry.aperture_end;

	if (!IS_SIGNED)
		skip();
	map_random_ranges(upper);
	map_random_ranges(~0ull - RANDOM_SPAN_PAGES * PG + 1);
}

static void __maybe_unused halves_do_not_meet(void **state)
{
	u64 upper = ~fx_domain()->geometry.aperture_end;

	if (!IS_SIGNED)
		skip();
	/* The same indices in all tables but the top. */
	map_ok(PG, 5 * PG, PG);
	map_ok(upper + PG, 7 * PG, PG);
	assert_int_equal(phys(PG), 5 * PG);
	assert_int_equal(phys(upper + PG), 7 * PG);
	assert_int_equal(map_refused(-upper, 5 * PG, PG), -ERANGE);
	assert_int_equal(map_refused(upper - PG, 5 * PG, PG), -ERANGE);
	assert_int_equal(map_refused(upper - PG, 5 * PG, 2 * PG), -ERANGE);
	assert_int_equal(unmap(-upper + PG, PG), 0);
	assert_int_equal(phys(-upper + PG), 0);
	assert_int_equal(phys(upper - 1), 0);
	assert_int_equal(unmap(upper + PG, PG), PG);
	assert_int_equal(phys(PG), 5 * PG);
}

static void __maybe_unused last_page_below_2_to_64_can_be_used(void **state)
{
	u64 last = ~0ull - PG + 1;

	if (!IS_SIGNED)
		skip();
	map_ok(last, 5 * PG, PG);
	assert_int_equal(phys(~0ull), 6 * PG - 1);
	assert_int_equal(unmap(last, PG), PG);
	map_ok(last - BIG + PG, 3 * BIG, BIG);
	assert_int_equal(unmap(last - BIG + PG, BIG), BIG);
	assert_int_equal(count_leaves(0), 0);
}

#define IOMMU_CASES                                                            \
	KUNIT(test_init, new_table_is_empty_and_knows_its_sizes),              \
		CASE(init_refuses_what_the_format_cannot_do),                  \
		CASE(page_sizes_beyond_the_output_width_are_hidden),           \
		CASE(deinit_before_init_does_nothing),                         \
		KUNIT(test_map_simple,                                         \
		      one_mapping_of_every_size_is_one_entry),                 \
		KUNIT(test_map_table_to_oa,                                    \
		      larger_leaf_replaces_tables_that_smaller_ones_left),     \
		KUNIT(test_unmap_split,                                        \
		      unmap_of_the_start_of_a_large_leaf_takes_all_of_it),     \
		CASE(small_page_inside_a_large_leaf_is_eaddrinuse),            \
		CASE(mapping_a_page_twice_is_eaddrinuse),                      \
		CASE(large_leaf_over_a_small_page_is_eaddrinuse),              \
		CASE(table_left_empty_is_invalidated_once_and_freed),          \
		CASE(unmap_of_one_page_of_a_large_leaf_spares_the_next),       \
		CASE(unmap_from_inside_a_large_leaf_removes_nothing),          \
		CASE(unmap_stops_at_a_hole),                                   \
		CASE(unmap_of_a_hole_spares_its_neighbours),                   \
		CASE(full_table_is_gathered_and_freed_after_the_sync),         \
		CASE(unmap_short_of_the_end_of_a_table_keeps_it),              \
		CASE(table_of_tables_is_freed_with_its_last_child),            \
		CASE(unmap_crosses_tables_and_sizes),                          \
		CASE(range_that_leaves_the_table_is_refused),                  \
		CASE(last_page_of_the_table_can_be_used),                      \
		CASE(output_beyond_the_physical_width_is_erange),              \
		CASE(request_that_is_no_page_is_refused),                      \
		CASE(overlap_in_the_middle_reports_what_was_mapped_before),    \
		CASE(mapped_is_added_to),                                      \
		CASE(each_item_stored_or_cleared_is_counted),                  \
		KUNIT(test_mixed,                                              \
		      mixed_sizes_spare_the_small_pages_of_the_next_gigabyte), \
		KUNIT(test_pgsize_boundary,                                    \
		      range_that_ends_at_a_table_boundary_translates),         \
		CASE(deinit_frees_the_tables_of_live_mappings),                \
		CASE(every_failed_table_leaves_a_prefix_that_can_be_removed),  \
		CASE(map_pages_does_what_map_range_does),                      \
		CASE(flush_range_gathers_across_gaps),                         \
		CASE(no_gaps_syncs_before_a_gap),                              \
		CASE(sync_at_a_gap_spares_the_tables_of_the_new_range),        \
		CASE(queued_gather_gets_tables_but_no_range),                  \
		CASE(unmap_of_nothing_leaves_the_gather_empty),                \
		KUNIT(test_random_map, random_ranges_map_unless_they_overlap)

/* For formats whose addresses may be canonical. */
#define SIGNED_CASES                                               \
	KUNIT(test_random_map, upper_half_maps_as_the_lower_does), \
		CASE(halves_do_not_meet),                          \
		CASE(last_page_below_2_to_64_can_be_used)

#endif
