/* SPDX-License-Identifier: MIT */
/*
 * Cases about dirty marks (src/iommu_pt/pt_dirty.h) as a driver meets them, by
 * IOMMU_PT_DIRTY_OPS(); the marks of real walkers are in
 * tests/unit/iommu/test_dirty.c.
 */
#ifndef TESTS_UNIT_IOMMU_PT_DIRTY_CASES_H
#define TESTS_UNIT_IOMMU_PT_DIRTY_CASES_H

static const struct iommu_dirty_ops fx_dirty_ops = {
	.read_and_clear_dirty = NSG(read_and_clear_dirty),
};

/* Read and clear; the bytes reported, of which the first is at *@first. */
static u64 read_dirty(u64 iova, u64 len, u64 *first)
{
	struct iommu_iotlb_gather gather;
	struct iommu_dirty_bitmap dirty;

	iommu_dirty_bitmap_init(&dirty, NULL, &gather);
	assert_int_equal(fx_dirty_ops.read_and_clear_dirty(fx_domain(), iova,
							   len, 0, &dirty),
			 0);
	*first = gather.start;
	return gather.start > gather.end ? 0 : gather.end - gather.start + 1;
}

static void set_dirty_marks_the_leaf_of_an_address(void **state)
{
	u64 sizes = fx_domain()->pgsize_bitmap, first;
	unsigned int n;

	if (!marks_are_kept())
		skip();
	for (n = PG_LG2; n < 38; n++) {
		u64 size = lg2_size(n);

		if (!(sizes >> n & 1) || !fits(2 * size))
			continue;
		map_ok(size, 4 * size, size);
		read_dirty(size, size, &first);
		assert_int_equal(read_dirty(size, size, &first), 0);

		assert_int_equal(
			fx_pt()->ops->set_dirty(fx_pt(), size + size / 2), 0);

		assert_int_equal(read_dirty(size, PG, &first), size);
		assert_int_equal(first, size);
		assert_int_equal(read_dirty(size, size, &first), 0);
		assert_int_equal(phys(size), 4 * size);
		assert_int_equal(unmap(size, size), size);
	}
}

/* The mark is in the first item, the read begins behind it. */
static void a_read_within_a_leaf_reports_all_of_it(void **state)
{
	u64 sizes = fx_domain()->pgsize_bitmap, first;
	unsigned int n;

	if (!marks_are_kept())
		skip();
	for (n = PG_LG2 + 1; n < 38; n++) {
		u64 size = lg2_size(n);

		if (!(sizes >> n & 1) || !fits(2 * size))
			continue;
		map_ok(size, 4 * size, size);
		read_dirty(size, size, &first);
		assert_int_equal(fx_pt()->ops->set_dirty(fx_pt(), size), 0);
		assert_int_equal(read_dirty(size + size / 2, PG, &first), size);
		assert_int_equal(first, size);
		assert_int_equal(read_dirty(size, size, &first), 0);
		assert_int_equal(unmap(size, size), size);
	}
}

static void set_dirty_of_what_keeps_no_mark_is_refused(void **state)
{
	u64 end = fx_domain()->geometry.aperture_end, word;
	bool kept = marks_are_kept();

	assert_int_equal(fx_pt()->ops->set_dirty(fx_pt(), PG), -EINVAL);
	if (end + 1)
		assert_int_equal(fx_pt()->ops->set_dirty(fx_pt(), end + 1),
				 -EINVAL);
	map_ok(PG, 5 * PG, PG);
	word = raw_entry(PG, 0);
	if (kept)
		return;
	assert_int_equal(fx_pt()->ops->set_dirty(fx_pt(), PG), -EOPNOTSUPP);
	assert_int_equal(raw_entry(PG, 0), word);
}

#define DIRTY_CASES                                           \
	CASE(set_dirty_marks_the_leaf_of_an_address),         \
		CASE(a_read_within_a_leaf_reports_all_of_it), \
		CASE(set_dirty_of_what_keeps_no_mark_is_refused)

#endif
