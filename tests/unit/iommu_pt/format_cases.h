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

static void best_page_size_agrees_with_trial(void **state)
{
	static const u64 prefixes[] = { 0, ~0ull, 0x123400000000ull,
					0x8000000000000000ull };
	u64 rng = 99;
	unsigned int p, i;

	for (p = 0; p < 4 * 2000; p++) {
		unsigned int cut = boot_random(&rng) % 64;
		u64 keep = ~0ull << cut, va = prefixes[p % 4] & keep;
		u64 oa = boot_random(&rng) & keep;
		u64 last = va + (boot_random(&rng) >> (p % 64));
		u64 sizes = boot_random(&rng) | boot_random(&rng);

		if (last < va)
			last = ~0ull;
		assert_int_equal(pt_best_size_lg2(sizes, va, last, oa),
				 best_size_by_trial(sizes, va, last, oa));
		assert_int_equal(pt_best_size_lg2(0, va, last, oa), 64);
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

/* Each item of an entry in turn is the one that hardware marked. */
static void check_dirty(unsigned int level, unsigned int size_lg2)
{
	unsigned int nr = 1u << (size_lg2 - pt_item_lg2(level)), i, k;
	u64 *items = calloc(nr, sizeof(*items)), first;
	struct pt_attrs attrs;

	assert_non_null(items);
	assert_int_equal(pt_set_prot(NS(common)(fx_pt()), PROT_RW, &attrs), 0);
	first = pt_make_leaf(test_oa(size_lg2), size_lg2, level, attrs);
	for (i = 0; i < nr; i++)
		items[i] = pt_leaf_replica(first, level, i);
	for (i = 0; i < nr; i += 1 + nr / 16) {
		items[i] |= PT_DIRTY_MASK;
		for (k = 0; k < nr; k++)
			assert_int_equal(pt_entry_is_dirty(items[k]), k == i);
		pt_items_make_clean(items, nr);
		for (k = 0; k < nr; k++)
			assert_int_equal(items[k],
					 pt_leaf_replica(first, level, k));
	}
	free(items);
}

static void dirty_bit_of_any_item_is_seen_and_cleaned(void **state)
{
	const struct pt_common *common = NS(common)(fx_pt());
	unsigned int level, n, max = common->max_oasz_lg2;

	if (PT_DIRTY_MASK == 0)
		skip();
	for (level = 0; level <= PT_MAX_TOP_LEVEL; level++)
		for (n = 0; n < max; n++)
			if (pt_possible_sizes(common, level) >> n & 1)
				check_dirty(level, n);
}

/* @word with software bits @sw says all that it said without. */
static void check_software_bits(u64 leaf, u64 table, u64 sw)
{
	u64 word = leaf | sw;

	assert_int_equal(leaf & sw, 0);
	assert_int_equal(table & sw, 0);
	assert_int_equal(pt_entry_kind(word, 0), PT_ENTRY_LEAF);
	assert_int_equal(pt_leaf_oa(word, 0), pt_leaf_oa(leaf, 0));
	assert_int_equal(pt_leaf_size_lg2(word, 0), PG_LG2);
	assert_int_equal(pt_leaf_attrs(word).bits, pt_leaf_attrs(leaf).bits);
	assert_true(pt_entry_is_table(table | sw, 1));
	assert_int_equal(pt_entry_kind(table | sw, 1), PT_ENTRY_TABLE);
	assert_int_equal(pt_table_pa(table | sw), pt_table_pa(table));
}

static void software_bits_disturb_nothing(void **state)
{
	struct pt_common *common = NS(common)(fx_pt());
	struct pt_attrs attrs;
	unsigned int bit;
	u64 leaf, table;

	assert_int_equal(pt_set_prot(common, PROT_RW, &attrs), 0);
	leaf = pt_make_leaf(test_oa(PG_LG2), PG_LG2, 0, attrs);
	table = pt_make_table(common, test_oa(PT_TABLE_LG2), 1);
	for (bit = 0; bit < 64; bit++)
		if (PT_SW_MASK >> bit & 1)
			check_software_bits(leaf, table, 1ull << bit);
	check_software_bits(leaf, table, PT_SW_MASK);
}

#define FORMAT_CASES                                                  \
	CASE(log2_helpers_hold_at_the_limits),                        \
		CASE(log2_helpers_agree_with_division),               \
		CASE(best_page_size_agrees_with_trial),               \
		CASE(page_count_ends_where_a_larger_page_is_aligned), \
		CASE(table_pointer_reads_back_at_every_level),        \
		CASE(levels_decode_all_bits_of_an_address_once),      \
		CASE(sizes_of_a_level_lie_within_it),                 \
		CASE(leaf_of_every_size_reads_back_its_address),      \
		CASE(next_leaf_is_one_step_away),                     \
		CASE(attributes_read_back_as_they_were_encoded),      \
		CASE(unknown_rights_say_nothing),                     \
		CASE(dirty_bit_of_any_item_is_seen_and_cleaned),      \
		CASE(software_bits_disturb_nothing)

#endif
