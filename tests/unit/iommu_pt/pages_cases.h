/* SPDX-License-Identifier: MIT */
/*
 * map_pages and unmap_pages against map_range and unmap_range.
 *
 * The same requests go to two tables: ranges to the one, pages to the other, in
 * one call or cut as the IOMMU core cuts them for page tables that have nothing
 * but pages. Results, gathered ranges, freed tables and every word must agree.
 */
#ifndef TESTS_UNIT_IOMMU_PT_PAGES_CASES_H
#define TESTS_UNIT_IOMMU_PT_PAGES_CASES_H

#define PAGES_OPS 3000
#define PAGES_SPAN 8192

/* The table that sees pages; fx.table sees ranges. */
static struct PT_TABLE by_pages;

static struct iommu_domain *pages_domain(void)
{
	return &by_pages.iommu.domain;
}

static void by_pages_init(void)
{
	memset(&by_pages, 0, sizeof(by_pages));
	by_pages.iommu.nid = NUMA_NO_NODE;
	by_pages.iommu.driver_ops = &fx_driver_ops;
	pages_domain()->ops = &fx_domain_ops;
	assert_int_equal(NSG(init)(&by_pages, test_cfg, GFP_KERNEL), 0);
}

/* A piece of pages of one size, as the core would ask for it. */
static size_t core_piece(u64 iova, u64 oa, u64 len, size_t *count)
{
	u64 sizes = fx_domain()->pgsize_bitmap, larger, to_next;
	unsigned int lg2 = pt_best_size_lg2(sizes, iova, iova + len - 1, oa);

	larger = sizes & (~1ull << lg2);
	larger &= -larger;
	to_next = larger - (iova & (larger - 1));
	if (larger && !((iova ^ oa) & (larger - 1)) && to_next + larger <= len)
		len = to_next;
	*count = len >> lg2;
	return lg2_size(lg2);
}

static int map_by_pages(u64 iova, u64 oa, u64 len, unsigned int prot, bool cut,
			size_t *done)
{
	int ret = 0;

	*done = 0;
	while (!ret && *done < len) {
		u64 left = len - *done;
		size_t count = left / PG, size = PG;

		if (cut)
			size = core_piece(iova + *done, oa + *done, left,
					  &count);
		ret = NSG(map_pages)(pages_domain(), iova + *done, oa + *done,
				     size, count, prot, GFP_KERNEL, done);
	}
	return ret;
}

static size_t unmap_by_pages(u64 iova, u64 len, bool cut,
			     struct iommu_iotlb_gather *gather)
{
	size_t done = 0, one;

	do {
		u64 at = iova + done, left = len - done;
		size_t count = left / PG, size = PG;

		if (cut)
			size = core_piece(at, at, left, &count);
		one = NSG(unmap_pages)(pages_domain(), at, size, count, gather);
		done += one;
	} while (one && done < len);
	return done;
}

/* All words below two tables, but for the addresses of tables. */
static void assert_same_words(const u64 *a, const u64 *b, unsigned int nr,
			      unsigned int level)
{
	struct pt_common *common = NS(common)(fx_pt());
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u64 pa_a, pa_b;

		assert_int_equal(pt_entry_kind(a[i], level),
				 pt_entry_kind(b[i], level));
		if (pt_entry_kind(a[i], level) != PT_ENTRY_TABLE) {
			assert_int_equal(a[i], b[i]);
			continue;
		}
		pa_a = pt_table_pa(a[i]);
		pa_b = pt_table_pa(b[i]);
		assert_int_equal(a[i] ^ pt_make_table(common, pa_a, level),
				 b[i] ^ pt_make_table(common, pa_b, level));
		assert_same_words(phys_to_virt(pa_a), phys_to_virt(pa_b),
				  pt_nr_items(level - 1), level - 1);
	}
}

static void assert_same_tables(void)
{
	struct pt_common *common = NS(common)(fx_pt());
	struct pt_top a = pt_get_top(common);
	struct pt_top b = pt_get_top(NS(common)(&by_pages.iommu));

	assert_int_equal(a.level, b.level);
	assert_same_words(a.table, b.table,
			  pt_nr_items(a.level)
				  << pt_concat_lg2(common, a.level),
			  a.level);
}

static void same_map(u64 iova, u64 oa, u64 len, unsigned int prot, bool cut)
{
	size_t by_range, pages;
	int ret = map_prot(iova, oa, len, prot, &by_range);

	assert_int_equal(map_by_pages(iova, oa, len, prot, cut, &pages), ret);
	assert_int_equal(pages, by_range);
}

static void same_unmap(u64 iova, u64 len, bool cut)
{
	struct iommu_iotlb_gather a, b;

	iommu_iotlb_gather_init(&a);
	iommu_iotlb_gather_init(&b);
	assert_int_equal(unmap_by_pages(iova, len, cut, &b),
			 fx_pt()->ops->unmap_range(fx_pt(), iova, len, &a));
	assert_int_equal(a.start, b.start);
	assert_int_equal(a.end, b.end);
	assert_int_equal(list_length(&a.freelist), list_length(&b.freelist));
	iommu_put_pages_list(&a.freelist);
	iommu_put_pages_list(&b.freelist);
}

/* Small ranges mostly, now and then a table or two. */
static void same_request(u64 *rng, u64 base)
{
	unsigned int bits = boot_random(rng) % 16 ? boot_random(rng) % 7 : 12;
	u64 pages = 1 + (boot_random(rng) & lg2_mask(bits)), iova, oa;
	u64 at = boot_random(rng) % (PAGES_SPAN - pages);
	bool cut = boot_random(rng) & 1;

	/* Half of them begin where large pages do. */
	if (boot_random(rng) & 1)
		at = lg2_down(at, bits);
	iova = base + at * PG;
	oa = (1 + boot_random(rng) % 0x100000) * PG;
	if (boot_random(rng) & 1)
		oa = 4 * GIG + at * PG;
	if (boot_random(rng) & 1)
		same_map(iova, oa, pages * PG,
			 boot_random(rng) & 3 ? PROT_RW : IOMMU_READ, cut);
	else
		same_unmap(iova, pages * PG, cut);
}

static void pages_and_ranges_make_the_same_table(void **state)
{
	/* Across the end of a table. */
	u64 base = region() + BIG - PAGES_SPAN / 2 % (BIG / PG) * PG;
	u64 rng = boot_seed(4711) | 1;
	unsigned int i;

	by_pages_init();
	for (i = 0; i < PAGES_OPS; i++) {
		same_request(&rng, base);
		if (i % 100 == 0)
			assert_same_tables();
	}
	assert_same_tables();
	assert_true(count_leaves(0) > 10);
	for (i = 0; i < PAGES_SPAN; i++)
		same_unmap(base + i * PG, PG, i & 1);
	assert_int_equal(count_leaves(0), 0);
	assert_same_tables();
	pt_iommu_deinit(&by_pages.iommu);
}

static void pages_and_ranges_are_refused_alike(void **state)
{
	u64 end = fx_domain()->geometry.aperture_end;
	u64 top = 1ull << test_cfg->common.hw_max_oasz_lg2;

	by_pages_init();
	same_map(BIG, 4 * BIG, BIG, PROT_RW, false);
	same_unmap(BIG, PG, false);
	same_map(BIG, 4 * BIG, BIG, PROT_RW, false);
	same_map(2 * BIG - 4 * PG, 0x80001 * PG, 8 * PG, PROT_RW, true);
	same_map(BIG, 5 * PG, PG, PROT_RW, true);
	same_map(3 * BIG, 5 * PG, 2 * PG, 0, false);
	same_map(3 * BIG, top, PG, PROT_RW, false);
	same_map(3 * BIG, top - PG, 2 * PG, PROT_RW, true);
	same_map(end - PG + 1, 5 * PG, 2 * PG, PROT_RW, false);
	same_map(~0ull - PG + 1, 5 * PG, 2 * PG, PROT_RW, false);
	same_map(3 * BIG + PG / 2, 5 * PG, PG, PROT_RW, false);
	same_map(3 * BIG, 5 * PG + PG / 2, PG, PROT_RW, false);
	same_unmap(BIG + PG, PG, true);
	same_unmap(3 * BIG, BIG, true);
	same_unmap(end + 1, PG, false);
	same_unmap(~0ull - PG + 1, 2 * PG, false);
	assert_same_tables();
	pt_iommu_deinit(&by_pages.iommu);
}

#define PAGES_CASES                                 \
	CASE(pages_and_ranges_make_the_same_table), \
		CASE(pages_and_ranges_are_refused_alike)

#endif
