/* SPDX-License-Identifier: MIT */
/*
 * src/hw/walk_vtdss.c against words written by hand: the example rows of the
 * format, and every way an entry can be wrong.
 */
#define POINTER(table) ((table) | 3)

#include "unit/hw/walk.h"

static int setup(void **state)
{
	board_on(&board_config);
	format = &hw_vtdss_format;
	tree = (struct hw_walk_start){ T3, 3, 4, 0, 52, false, true, true };
	ram64(T3)[0] = 0x100001003;
	ram64(T2)[4] = 0x100002003;
	ram64(T1)[282] = 0x100003003;
	return 0;
}

static void page_4k_read_write(void **state)
{
	ram64(T0)[86] = 0x487654003;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	assert_leaf(IOVA + 0xabc, 0x487654abc, 12, true, true);
}

static void page_4k_read_only_and_write_only(void **state)
{
	ram64(T0)[86] = 0x487654001;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T0)[86] = 0x487654002;
	assert_leaf(IOVA, 0x487654000, 12, false, true);
}

static void snoop_bit_is_no_address_bit(void **state)
{
	ram64(T0)[86] = 0x487654803;
	assert_leaf(IOVA + 8, 0x487654008, 12, true, true);
}

static void page_2m_read(void **state)
{
	ram64(T2)[1] = 0x100002003;
	ram64(T1)[1] = 0x80400081;
	assert_leaf(0x40200000, 0x80400000, 21, true, false);
	assert_leaf(0x403fffff, 0x805fffff, 21, true, false);
}

static void page_2m_with_accessed_and_dirty(void **state)
{
	ram64(T2)[1] = 0x100002003;
	ram64(T1)[1] = 0x80400383;
	assert_leaf(0x40212345, 0x80412345, 21, true, true);
}

static void page_1g_with_snoop(void **state)
{
	ram64(T2)[1] = 0xc0000883;
	assert_leaf(0x40000000, 0xc0000000, 30, true, true);
	assert_leaf(0x7fffffff, 0xffffffff, 30, true, true);
}

static void rights_are_anded_over_the_levels(void **state)
{
	ram64(T0)[86] = 0x487654003;
	ram64(T2)[4] = 0x100002001;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T1)[282] = 0x100003002;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
}

static void entries_without_rights_are_absent(void **state)
{
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, 0);
	ram64(T0)[86] = 0x487654880;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, 0x487654880);
	ram64(T1)[282] = 0;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 1, 0);
	ram64(T3)[0] = 0x100001000;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 3, 0x100001000);
}

static void addresses_beyond_the_tree_are_out_of_range(void **state)
{
	assert_refused(1ull << 48, HW_ERR_RANGE, 3, 0);
	assert_refused(UINT64_MAX, HW_ERR_RANGE, 3, 0);
	assert_refused((1ull << 48) - 1, HW_ERR_UNMAPPED, 3, 0);
}

static void leaves_above_1g_are_malformed(void **state)
{
	ram64(T3)[0] = 0x8000000000 | 0x83;
	assert_refused(IOVA, HW_ERR_RESERVED, 3, 0x8000000083);
}

static void low_address_bits_of_large_leaves_are_reserved(void **state)
{
	ram64(T1)[282] = 0x80401083;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x80401083);
	ram64(T2)[4] = 0xc0200083;
	assert_refused(IOVA, HW_ERR_RESERVED, 2, 0xc0200083);
}

static void address_bits_beyond_the_width_are_reserved(void **state)
{
	tree.oas_lg2 = 46;
	ram64(T0)[86] = 0x400000000003;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x400000000003);
	ram64(T0)[86] = 0x200000000003;
	assert_leaf(IOVA, 0x200000000000, 12, true, true);
}

static void rights_of_the_way_are_kept(void **state)
{
	tree.write = false;
	ram64(T0)[86] = 0x487654003;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
}

static void software_bits_are_ignored(void **state)
{
	ram64(T0)[86] = 0xfff0000487654407;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
}

static void three_and_five_levels(void **state)
{
	const uint64_t t4 = 0x100004000;

	ram64(T0)[86] = 0x487654003;
	tree_at(T2, 3);
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	assert_refused(1ull << 39, HW_ERR_RANGE, 2, 0);

	tree_at(t4, 5);
	ram64(t4)[256] = T3 | 3;
	assert_leaf(IOVA | 1ull << 56, 0x487654000, 12, true, true);
	assert_refused(1ull << 57, HW_ERR_RANGE, 4, 0);
}

static void steps_keep_the_rights_found_so_far(void **state)
{
	struct hw_walk w;

	ram64(T2)[4] = 0x100002001;
	ram64(T0)[86] = 0x487654003;
	assert_int_equal(walk(IOVA, &w), HW_OK);
	assert_int_equal(w.step[0].table, T2);
	assert_true(w.step[0].write);
	assert_int_equal(w.step[1].table, T1);
	assert_false(w.step[1].write);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(page_4k_read_write),
		CASE(page_4k_read_only_and_write_only),
		CASE(snoop_bit_is_no_address_bit),
		CASE(page_2m_read),
		CASE(page_2m_with_accessed_and_dirty),
		CASE(page_1g_with_snoop),
		CASE(rights_are_anded_over_the_levels),
		CASE(entries_without_rights_are_absent),
		CASE(addresses_beyond_the_tree_are_out_of_range),
		CASE(leaves_above_1g_are_malformed),
		CASE(low_address_bits_of_large_leaves_are_reserved),
		CASE(address_bits_beyond_the_width_are_reserved),
		CASE(rights_of_the_way_are_kept),
		CASE(software_bits_are_ignored),
		CASE(three_and_five_levels),
		CASE(steps_keep_the_rights_found_so_far),
		WALK_CASES,
	};

	return cmocka_run_group_tests_name("hw walk vtdss", tests, NULL, NULL);
}
