/* SPDX-License-Identifier: MIT */
/*
 * Cases about a format by itself, on every level and size, without a table:
 * src/iommu_pt/fmt/<fmt>.h, pt_log2.h and the size choice of pt_defs.h.
 */
#ifndef TESTS_UNIT_IOMMU_PT_FORMAT_CASES_H
#define TESTS_UNIT_IOMMU_PT_FORMAT_CASES_H

static void log2_helpers_hold_at_the_limits(void **state)
{
	assert_int_equal(lg2_floor(1), 0);
	assert_int_equal(lg2_floor(~0ull), 63);
	assert_int_equal(lg2_lowest_one(0), 64);
	assert_int_equal(lg2_lowest_one(1ull << 63), 63);
	assert_int_equal(lg2_lowest_zero(~0ull), 64);
	assert_int_equal(lg2_lowest_zero(0x7ff), 11);
	assert_int_equal(lg2_field(~0ull, 57, 7), 127);
	assert_true(lg2_same_block(0, ~0ull, 64));
	assert_false(lg2_same_block(0xfff, 0x1000, 12));
}

static void log2_helpers_agree_with_division(void **state)
{
	u64 rng = 0x1234567;
	unsigned int i, n;

	for (i = 0; i < 2000; i++) {
		u64 v = boot_random(&rng) >> (i % 64);

		n = i % 63;
		assert_true(lg2_div(v, n) * lg2_size(n) + lg2_mod(v, n) == v);
		assert_true(lg2_down(v, n) + lg2_mod(v, n) == v);
		assert_true(lg2_last(v, n) - lg2_down(v, n) == lg2_size(n) - 1);
		if (v)
			assert_true(v >> lg2_floor(v) == 1);
		if (v)
			assert_true((v >> lg2_lowest_one(v)) & 1);
		assert_int_equal(lg2_lowest_zero(v), lg2_lowest_one(~v));
		assert_true(lg2_size(n) == lg2_mask(n) + 1);
		assert_int_equal(lg2_floor(lg2_size(n) | lg2_mod(v, n)), n);
	}
}

/* The definition, one size after the other. */
static unsigned int best_size_by_trial(u64 sizes, u64 va, u64 last, u64 oa)
{
	int n;

	for (n = 63; n >= 0; n--) {
		u64 mask = n ? ~0ull >> (64 - n) : 0;

		if ((sizes >> n & 1) && !((va | oa) & mask) &&
		    last - va >= mask)
			return n;
	}
	return 64;
}

/* Nothing, all ones and what chance says, above every suffix, up to every end. */
static void best_page_size_agrees_with_trial(void **state)
{
	u64 rng = 99;
	unsigned int p, cut, span, i;

	for (p = 0; p < 8; p++) {
		u64 prefix = p ? ~0ull : 0, oa = boot_random(&rng);
		u64 sizes = boot_random(&rng) | boot_random(&rng);

		if (p > 1)
			prefix = boot_random(&rng);
		for (cut = 0; cut < 64; cut++)
			for (span = 0; span < 64; span++) {
				u64 va = lg2_down(prefix, cut), last;

				if (check_add_overflow(va, lg2_mask(span),
						       &last))
					last = ~0ull;
				assert_int_equal(
					pt_best_size_lg2(sizes, va, last,
							 lg2_down(oa, cut)),
					best_size_by_trial(sizes, va, last,
							   lg2_down(oa, cut)));
				assert_int_equal(
					pt_best_size_lg2(0, va, last, 0), 64);
			}
	}
	for (i = 0; i < 64; i++)
		assert_int_equal(pt_best_size_lg2(1ull << i, 0, ~0ull, 0), i);
}

static void page_count_ends_where_a_larger_page_is_aligned(void **state)
{
	assert_int_equal(pt_count_of_size(1 << 12, 0, 0x3fffffff, 0, 12),
			 262144);
	assert_int_equal(pt_count_of_size(1 << 12 | 1 << 21, 0x1000, 0x3fffffff,
					  0x1000, 12),
			 511);
	assert_int_equal(pt_count_of_size(1 << 12 | 1 << 21, 0x1000, 0x3fffffff,
					  0x2000, 12),
			 262143);
	assert_int_equal(pt_count_of_size(1ull << 63, 0, ~0ull, 0, 63), 2);
}

static void table_pointer_reads_back_at_every_level(void **state)
{
	struct pt_common *common = NS(common)(fx_pt());
	unsigned int level;

	for (level = 1; level <= PT_MAX_TOP_LEVEL; level++) {
		u64 pa = lg2_down(test_oa(PT_TABLE_LG2), PT_TABLE_LG2);
		u64 entry = pt_make_table(common, pa, level), item = 0;

		assert_int_equal(pt_entry_kind(item, level), PT_ENTRY_EMPTY);
		assert_false(pt_entry_is_table(item, level));
		/* Twice, as one that loses a race and looks again. */
		pt_store(&item, entry);
		pt_store(&item, entry);
		assert_int_equal(pt_entry_kind(item, level), PT_ENTRY_TABLE);
		assert_true(pt_entry_is_table(item, level));
		assert_int_equal(pt_table_pa(item), pa);
		pt_store(&item, 0);
		assert_int_equal(pt_entry_kind(item, level), PT_ENTRY_EMPTY);
	}
}

static void levels_decode_all_bits_of_an_address_once(void **state)
{
	unsigned int level, next = PT_GRANULE_LG2;

	for (level = 0; level <= PT_MAX_TOP_LEVEL; level++) {
		assert_int_equal(pt_item_lg2(level), next);
		assert_int_equal(pt_index(~0ull, level),
				 pt_nr_items(level) - 1);
		next += pt_items_lg2(level);
	}
	assert_true(next >= PT_MAX_VA_LG2);
	assert_true(next - PT_ITEMS_LG2 < PT_MAX_VA_LG2);
}

/* As deep as the width needs, with a root of several tables if it must be. */
static void levels_are_as_many_as_the_width_needs(void **state)
{
	const struct pt_common *common = NS(common)(fx_pt());
	unsigned int top = pt_get_top(common).level;
	unsigned int bits = pt_table_span_lg2(top) + pt_concat_lg2(common, top);

	assert_int_equal(common->max_vasz_lg2,
			 test_cfg->common.hw_max_vasz_lg2);
	if (common->features & BIT(PT_FEAT_DYNAMIC_TOP))
		bits = pt_table_span_lg2(PT_MAX_TOP_LEVEL);
	else
		assert_true(pt_table_span_lg2(top - 1) < common->max_vasz_lg2);
	assert_true(bits >= common->max_vasz_lg2);
}

static void sizes_of_a_level_lie_within_it(void **state)
{
	const struct pt_common *common = NS(common)(fx_pt());
	unsigned int level, n;

	for (level = 0; level <= PT_MAX_TOP_LEVEL; level++) {
		u64 sizes = pt_possible_sizes(common, level);

		for (n = 0; n < 64; n++) {
			if (!(sizes >> n & 1))
				continue;
			assert_in_range(n, pt_item_lg2(level),
					pt_table_span_lg2(level) - 1);
			assert_int_equal(pt_size_level(n), level);
		}
		/* One item can be a leaf; of 512 GiB not for AMD (erratum). */
		if (sizes && !(sizes >> pt_item_lg2(level) & 1))
			assert_int_equal(pt_item_lg2(level), 39);
	}
	assert_int_equal(pt_all_sizes(common, PT_MAX_TOP_LEVEL, 64),
			 TEST_SIZES);
}

static void check_leaf(unsigned int level, unsigned int size_lg2, u64 oa)
{
	unsigned int contig_lg2 = size_lg2 - pt_item_lg2(level), i;
	struct pt_attrs attrs;
	u64 first;

	assert_int_equal(pt_set_prot(NS(common)(fx_pt()), PROT_RW, &attrs), 0);
	first = pt_make_leaf(oa, size_lg2, level, attrs);
	for (i = 0; i < 1u << contig_lg2; i++) {
		u64 item = pt_leaf_replica(first, level, i);

		assert_int_equal(pt_entry_kind(item, level), PT_ENTRY_LEAF);
		assert_int_equal(pt_leaf_size_lg2(item, level), size_lg2);
		assert_int_equal(pt_contig_lg2(item, level), contig_lg2);
		assert_int_equal(pt_leaf_oa(item, level), oa);
		assert_int_equal(pt_item_oa(item, level, i),
				 oa + ((u64)i << pt_item_lg2(level)));
		assert_int_equal(pt_leaf_attrs(item).bits, attrs.bits);
		if (!level)
			assert_int_equal(pt_entry_is_granule(item),
					 !contig_lg2);
		pt_store(&item, 0);
		assert_int_equal(pt_entry_kind(item, level), PT_ENTRY_EMPTY);
	}
}

static void leaf_of_every_size_reads_back_its_address(void **state)
{
	const struct pt_common *common = NS(common)(fx_pt());
	unsigned int level, n, max = common->max_oasz_lg2;

	for (level = 0; level <= PT_MAX_TOP_LEVEL; level++)
		for (n = 0; n < max; n++) {
			if (!(pt_possible_sizes(common, level) >> n & 1))
				continue;
			check_leaf(level, n, 0);
			check_leaf(level, n, test_oa(n));
			check_leaf(level, n, lg2_down(lg2_mask(max), n));
		}
}

static void next_leaf_is_one_step_away(void **state)
{
	const struct pt_common *common = NS(common)(fx_pt());
	unsigned int level, n;
	struct pt_attrs attrs;

	assert_int_equal(pt_set_prot(common, PROT_RW, &attrs), 0);
	for (level = 0; level <= PT_MAX_TOP_LEVEL; level++)
		for (n = 0; n < 51; n++) {
			u64 a, b;

			if (!(pt_possible_sizes(common, level) >> n & 1))
				continue;
			a = pt_make_leaf(0, n, level, attrs);
			b = pt_make_leaf(lg2_size(n), n, level, attrs);
			assert_int_equal(a + pt_leaf_step(n), b);
		}
}

static void attributes_read_back_as_they_were_encoded(void **state)
{
	struct pt_common *common = NS(common)(fx_pt());
	struct pt_attrs attrs;
	unsigned int prot;

	for (prot = 0; prot < 64; prot++) {
		int ret = pt_set_prot(common, prot, &attrs);
		u64 entry;

		assert_int_equal(ret, prot & PROT_RW ? 0 : -EINVAL);
		if (ret)
			continue;
		entry = pt_make_leaf(test_oa(PG_LG2), PG_LG2, 0, attrs);
		assert_int_equal(pt_leaf_attrs(entry).bits, attrs.bits);
		assert_int_equal(pt_granule_oa(entry), pt_leaf_oa(entry, 0));
		assert_int_equal(pt_make_leaf(pt_leaf_oa(entry, 0), PG_LG2, 0,
					      pt_leaf_attrs(entry)),
				 entry);
		entry = pt_make_leaf(test_oa(BIG_LG2), BIG_LG2, 1, attrs);
		assert_int_equal(pt_make_leaf(pt_leaf_oa(entry, 1), BIG_LG2, 1,
					      pt_leaf_attrs(entry)),
				 entry);
	}
}

/* As 6.17: what a format has no word for it does not refuse. */
static void unknown_rights_say_nothing(void **state)
{
	struct pt_common *common = NS(common)(fx_pt());
	struct pt_attrs with, without;
	unsigned int bit;

	assert_int_equal(pt_set_prot(common, PROT_RW, &without), 0);
	for (bit = 6; bit < 32; bit++) {
		assert_int_equal(
			pt_set_prot(common, PROT_RW | 1u << bit, &with), 0);
		assert_int_equal(with.bits, without.bits);
		assert_int_equal(pt_set_prot(common, 1u << bit, &with),
				 -EINVAL);
	}
}

/* How many of @nr items say that they are dirty? */
static unsigned int count_dirty(const u64 *items, unsigned int nr)
{
	unsigned int i, n = 0;

	for (i = 0; i < nr; i++)
		n += pt_entry_is_dirty(items[i]);
	return n;
}

/* Each item of an entry in turn is the one that hardware marked. */
static void check_dirty(unsigned int level, unsigned int size_lg2)
{
	unsigned int nr = 1u << (size_lg2 - pt_item_lg2(level)), i, k;
	u64 *items = calloc(nr, sizeof(*items)), first;
	struct pt_attrs attrs;

	assert_non_null(items);
	assert_int_equal(pt_set_prot(NS(common)(fx_pt()), PROT_RW, &attrs), 0);
	first = pt_make_leaf(test_oa(size_lg2), size_lg2, level, attrs);
	pt_items_make_clean(&first, 1);
	for (i = 0; i < nr; i++)
		items[i] = pt_leaf_replica(first, level, i);
	assert_int_equal(count_dirty(items, nr), 0);
	for (i = 0; i < nr; i++) {
		items[i] = pt_make_dirty(items[i]);
		assert_true(pt_entry_is_dirty(items[i]));
		assert_int_equal(count_dirty(items, nr), 1);
		assert_int_equal(pt_leaf_oa(items[i], level),
				 test_oa(size_lg2));
		pt_items_make_clean(items, nr);
		assert_int_equal(count_dirty(items, nr), 0);
	}
	for (k = 0; k < nr; k++)
		assert_int_equal(items[k], pt_leaf_replica(first, level, k));
	free(items);
}

static void dirty_bit_of_any_item_is_seen_and_cleaned(void **state)
{
	const struct pt_common *common = NS(common)(fx_pt());
	unsigned int level, n, max = common->max_oasz_lg2;

	if (!marks_are_kept())
		skip();
	for (level = 0; level <= PT_MAX_TOP_LEVEL; level++)
		for (n = 0; n < max; n++)
			if (pt_possible_sizes(common, level) >> n & 1)
				check_dirty(level, n);
}

/* @leaf with software bits @sw says all that it said without. */
static void check_leaf_with(u64 leaf, u64 sw, unsigned int level)
{
	u64 word = leaf | sw;

	assert_int_equal(leaf & sw, 0);
	assert_int_equal(pt_entry_kind(word, level), PT_ENTRY_LEAF);
	assert_int_equal(pt_leaf_oa(word, level), pt_leaf_oa(leaf, level));
	assert_int_equal(pt_leaf_size_lg2(word, level),
			 pt_leaf_size_lg2(leaf, level));
	assert_int_equal(pt_leaf_attrs(word).bits, pt_leaf_attrs(leaf).bits);
}

static void check_table_with(u64 table, u64 sw, unsigned int level)
{
	assert_int_equal(table & sw, 0);
	assert_true(pt_entry_is_table(table | sw, level));
	assert_int_equal(pt_entry_kind(table | sw, level), PT_ENTRY_TABLE);
	assert_int_equal(pt_table_pa(table | sw), pt_table_pa(table));
}

/* Each by itself, then all of them. */
#define for_each_software_bit(bit, sw)  \
	for (bit = 0; bit <= 64; bit++) \
		if ((sw = bit < 64 ? PT_SW_MASK & lg2_size(bit) : PT_SW_MASK))

static void software_bits_disturb_no_leaf(void **state)
{
	struct pt_common *common = NS(common)(fx_pt());
	unsigned int level, n, bit;
	struct pt_attrs attrs;
	u64 sw;

	assert_int_equal(pt_set_prot(common, PROT_RW, &attrs), 0);
	for (level = 0; level <= PT_MAX_TOP_LEVEL; level++)
		for (n = 0; n < common->max_oasz_lg2; n++)
			for_each_software_bit(
				bit,
				sw) if (pt_possible_sizes(common, level) >> n &
					1)
				check_leaf_with(pt_make_leaf(test_oa(n), n,
							     level, attrs),
						sw, level);
}

static void software_bits_disturb_no_table(void **state)
{
	struct pt_common *common = NS(common)(fx_pt());
	unsigned int level, bit;
	u64 sw;

	for (level = 1; level <= PT_MAX_TOP_LEVEL; level++)
		for_each_software_bit(bit, sw) check_table_with(
			pt_make_table(common, test_oa(PT_TABLE_LG2), level), sw,
			level);
}

#define FORMAT_CASES                                                          \
	KUNIT(test_bitops, log2_helpers_hold_at_the_limits),                  \
		KUNIT(test_bitops, log2_helpers_agree_with_division),         \
		KUNIT(test_best_pgsize, best_page_size_agrees_with_trial),    \
		KUNIT(test_pgsz_count,                                        \
		      page_count_ends_where_a_larger_page_is_aligned),        \
		KUNIT(test_table_ptr,                                         \
		      table_pointer_reads_back_at_every_level),               \
		KUNIT(test_max_va, levels_are_as_many_as_the_width_needs),    \
		KUNIT(test_table_radix,                                       \
		      levels_decode_all_bits_of_an_address_once),             \
		KUNIT(test_entry_possible_sizes,                              \
		      sizes_of_a_level_lie_within_it),                        \
		KUNIT(test_entry_oa,                                          \
		      leaf_of_every_size_reads_back_its_address),             \
		CASE(next_leaf_is_one_step_away),                             \
		KUNIT(test_attr_from_entry,                                   \
		      attributes_read_back_as_they_were_encoded),             \
		CASE(unknown_rights_say_nothing),                             \
		KUNIT(test_dirty, dirty_bit_of_any_item_is_seen_and_cleaned), \
		KUNIT(test_sw_bit_leaf, software_bits_disturb_no_leaf),       \
		KUNIT(test_sw_bit_table, software_bits_disturb_no_table)

#endif
