/* SPDX-License-Identifier: MIT */
/*
 * src/hw/walk_amdv1.c against words written by hand: the example rows of the
 * format, and every way an entry can be wrong.
 */
#define POINTER(table) ((table) | 0x6000000000000201)

#include "unit/hw/walk.h"

static int setup(void **state)
{
	board_on(&board_config);
	format = &hw_amdv1_format;
	tree = (struct hw_walk_start){ T2, 2, 3, 0, 52, false, true, true };
	ram64(T2)[4] = 0x6000000100002401;
	ram64(T1)[282] = 0x6000000100003201;
	/* The tables of the second example, and of low addresses. */
	ram64(T2)[1] = 0x6000000100002401;
	ram64(T2)[0] = 0x6000000100002401;
	ram64(T1)[0] = 0x6000000100003201;
	return 0;
}

static void fill(uint64_t table, unsigned int first, unsigned int nr,
		 uint64_t entry)
{
	while (nr--)
		ram64(table)[first++] = entry;
}

static void page_4k_read_write(void **state)
{
	ram64(T0)[86] = 0x7000000487654001;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	assert_leaf(IOVA + 0xabc, 0x487654abc, 12, true, true);
}

static void page_2m_read(void **state)
{
	ram64(T1)[1] = 0x3000000080400001;
	assert_leaf(0x40200000, 0x80400000, 21, true, false);
	assert_leaf(0x403fffff, 0x805fffff, 21, true, false);
}

static void pair_of_8k(void **state)
{
	fill(T0, 18, 2, 0x7000000000232e01);
	assert_leaf(0x12000, 0x232000, 13, true, true);
	assert_leaf(0x13fff, 0x233fff, 13, true, true);
}

static void sixteen_make_64k(void **state)
{
	fill(T0, 16, 16, 0x7000000000237e01);
	assert_leaf(0x10000, 0x230000, 16, true, true);
	assert_leaf(0x1f123, 0x23f123, 16, true, true);
}

static void half_a_table_makes_1m(void **state)
{
	fill(T0, 0, 256, 0x700000000057fe01);
	assert_leaf(0x0, 0x500000, 20, true, true);
	assert_leaf(0xfffff, 0x5fffff, 20, true, true);
}

static void two_of_level_1_make_4m(void **state)
{
	fill(T1, 2, 2, 0x7000000080dffe01);
	assert_leaf(0x400000, 0x80c00000, 22, true, true);
	assert_leaf(0x7fffff, 0x80ffffff, 22, true, true);
}

static void eight_of_level_2_make_8g(void **state)
{
	fill(T2, 8, 8, 0x70000010fffffe01);
	assert_leaf(0x200000000, 0x1000000000, 33, true, true);
	assert_leaf(0x3ffffffff, 0x11ffffffff, 33, true, true);
}

static void page_1g_at_level_2(void **state)
{
	ram64(T2)[4] = 0x7000000140000001;
	assert_leaf(IOVA, 0x163456000, 30, true, true);
}

static void a_grown_tree_translates_as_before(void **state)
{
	ram64(T0)[86] = 0x7000000487654001;
	ram64(T3)[0] = 0x6000000100001601;
	tree_at(T3, 4);
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	assert_refused(1ull << 39, HW_ERR_UNMAPPED, 3, 0);
	assert_refused(1ull << 48, HW_ERR_RANGE, 3, 0);
}

static void six_levels_reach_the_last_page(void **state)
{
	uint64_t table = T3;
	int level;

	ram64(table)[127] = 0x6000000000000001 | (table + 4096) | 5 << 9;
	for (level = 4; level > 0; level--) {
		table += 4096;
		ram64(table)[511] = 0x6000000000000001 | (table + 4096) |
				    level << 9;
	}
	ram64(table + 4096)[511] = 0x7000000000200001;
	tree_at(T3, 6);
	assert_leaf(UINT64_MAX, 0x200fff, 12, true, true);
}

static void rights_are_anded_over_the_levels(void **state)
{
	ram64(T0)[86] = 0x7000000487654001;
	ram64(T2)[4] = 0x2000000100002401;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T1)[282] = 0x4000000100003201;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
}

static void entries_without_pr_are_absent(void **state)
{
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, 0);
	ram64(T0)[86] = 0x7000000487654000;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, 0x7000000487654000);
	ram64(T2)[4] = 0x6000000100002400;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 2, 0x6000000100002400);
}

static void addresses_beyond_the_mode_are_out_of_range(void **state)
{
	assert_refused(1ull << 39, HW_ERR_RANGE, 2, 0);
	assert_refused(UINT64_MAX, HW_ERR_RANGE, 2, 0);
	assert_refused((1ull << 39) - 1, HW_ERR_UNMAPPED, 2, 0);
}

static void a_next_level_that_does_not_go_down_is_malformed(void **state)
{
	ram64(T1)[282] = 0x6000000100003401;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x6000000100003401);
	ram64(T1)[282] = 0x6000000100003c01;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x6000000100003c01);
	ram64(T1)[282] = 0x6000000100003201;
	ram64(T0)[86] = 0x7000000487654201;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x7000000487654201);
}

static void a_skipped_level_needs_zero_address_bits(void **state)
{
	/* From level 2 straight to the table of level 0. */
	ram64(T2)[4] = 0x6000000100003201;
	ram64(T0)[86] = 0x7000000487654001;
	assert_leaf(0x100056000, 0x487654000, 12, true, true);
	assert_refused(IOVA, HW_ERR_UNMAPPED, 2, 0x6000000100003201);
}

static void replicas_must_agree_but_for_accessed_and_dirty(void **state)
{
	fill(T0, 16, 16, 0x7000000000237e01);
	ram64(T0)[20] |= 1 << 6;
	ram64(T0)[21] |= 1 << 5;
	assert_leaf(0x10000, 0x230000, 16, true, true);

	ram64(T0)[31] = 0x3000000000237e01;
	assert_refused(0x10000, HW_ERR_RESERVED, 0, 0x7000000000237e01);
	ram64(T0)[31] = 0;
	assert_refused(0x10000, HW_ERR_RESERVED, 0, 0x7000000000237e01);
	/* Outside the group nothing matters. */
	ram64(T0)[31] = 0x7000000000237e01;
	ram64(T0)[32] = 0x3000000000237e01;
	assert_leaf(0x10000, 0x230000, 16, true, true);
}

static void coded_sizes_must_belong_to_their_level(void **state)
{
	/* 4 MiB coded in a table of level 0. */
	fill(T0, 0, 512, 0x7000000080dffe01);
	assert_refused(0x0, HW_ERR_RESERVED, 0, 0x7000000080dffe01);
	/* 64 KiB coded in a table of level 1. */
	fill(T1, 2, 2, 0x7000000000237e01);
	assert_refused(0x400000, HW_ERR_RESERVED, 1, 0x7000000000237e01);
	/* 2 MiB, the level's own size, the long way. */
	ram64(T1)[2] = 0x70000000008ffe01;
	assert_refused(0x400000, HW_ERR_RESERVED, 1, 0x70000000008ffe01);
	/* No zero bit at all. */
	ram64(T1)[2] = 0x700ffffffffffe01;
	assert_refused(0x400000, HW_ERR_RESERVED, 1, 0x700ffffffffffe01);
}

static void low_address_bits_of_natural_leaves_are_reserved(void **state)
{
	ram64(T1)[1] = 0x7000000080401001;
	assert_refused(0x200000, HW_ERR_RESERVED, 1, 0x7000000080401001);
}

static void the_512g_leaf_is_refused(void **state)
{
	tree_at(T3, 4);
	ram64(T3)[0] = 0x7000000000000001;
	assert_refused(0, HW_ERR_RESERVED, 3, 0x7000000000000001);
	/* Two coded entries of that level are 1 TiB and fine. */
	fill(T3, 0, 2, 0x7000007ffffffe01);
	assert_leaf(0x8000000123, 0x8000000123, 40, true, true);
}

static void the_sixth_level_has_no_leaves(void **state)
{
	tree_at(T3, 6);
	ram64(T3)[0] = 0x7000000000000001;
	assert_refused(0, HW_ERR_RESERVED, 5, 0x7000000000000001);
	fill(T3, 0, 128, 0x700ffffffffffe01);
	assert_refused(0, HW_ERR_RESERVED, 5, 0x700ffffffffffe01);
}

static void reserved_bits_are_checked(void **state)
{
	ram64(T0)[86] = 0x7010000487654001;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x7010000487654001);
	ram64(T1)[282] = 0x7000000100003201; /* FC in a table entry */
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x7000000100003201);
}

static void addresses_beyond_the_width_are_reserved(void **state)
{
	tree.oas_lg2 = 40;
	ram64(T0)[86] = 0x7000010000000001;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x7000010000000001);
	ram64(T0)[86] = 0x7000008000000001;
	assert_leaf(IOVA, 0x8000000000, 12, true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(page_4k_read_write),
		CASE(page_2m_read),
		CASE(pair_of_8k),
		CASE(sixteen_make_64k),
		CASE(half_a_table_makes_1m),
		CASE(two_of_level_1_make_4m),
		CASE(eight_of_level_2_make_8g),
		CASE(page_1g_at_level_2),
		CASE(a_grown_tree_translates_as_before),
		CASE(six_levels_reach_the_last_page),
		CASE(rights_are_anded_over_the_levels),
		CASE(entries_without_pr_are_absent),
		CASE(addresses_beyond_the_mode_are_out_of_range),
		CASE(a_next_level_that_does_not_go_down_is_malformed),
		CASE(a_skipped_level_needs_zero_address_bits),
		CASE(replicas_must_agree_but_for_accessed_and_dirty),
		CASE(coded_sizes_must_belong_to_their_level),
		CASE(low_address_bits_of_natural_leaves_are_reserved),
		CASE(the_512g_leaf_is_refused),
		CASE(the_sixth_level_has_no_leaves),
		CASE(reserved_bits_are_checked),
		CASE(addresses_beyond_the_width_are_reserved),
		WALK_CASES,
	};

	return cmocka_run_group_tests_name("hw walk amdv1", tests, NULL, NULL);
}
