/* SPDX-License-Identifier: MIT */
/*
 * src/hw/walk_x86_64.c against words written by hand: the example rows of the
 * format, and every way an entry can be wrong.
 */
#define POINTER(table) ((table) | 0x27)

#include "unit/hw/walk.h"

static int setup(void **state)
{
	board_on(&board_config);
	format = &hw_x86_64_format;
	tree = (struct hw_walk_start){ T3, 3, 4, 0, 52, false, true, true };
	ram64(T3)[0] = 0x100001027;
	ram64(T2)[4] = 0x100002027;
	ram64(T1)[282] = 0x100003027;
	return 0;
}

static void page_4k_read_write(void **state)
{
	ram64(T0)[86] = 0x487654067;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	assert_leaf(IOVA + 0xabc, 0x487654abc, 12, true, true);
}

static void page_4k_read_only(void **state)
{
	ram64(T0)[86] = 0x487654025;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T0)[86] = 0x487654065;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
}

static void large_pages(void **state)
{
	ram64(T2)[1] = 0x100002027;
	ram64(T1)[1] = 0x804000e7;
	assert_leaf(0x40200000, 0x80400000, 21, true, true);
	ram64(T1)[1] = 0x804000a5;
	assert_leaf(0x403fffff, 0x805fffff, 21, true, false);
	ram64(T2)[1] = 0xc00000e7;
	assert_leaf(0x7fffffff, 0xffffffff, 30, true, true);
}

static void bit_7_of_a_4k_page_and_bit_12_of_a_large_one_are_types(void **state)
{
	ram64(T0)[86] = 0x4876540e7;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	ram64(T1)[282] = 0x804010e7;
	assert_leaf(0x123400000, 0x80400000, 21, true, true);
}

static void writing_needs_rw_at_every_level(void **state)
{
	ram64(T0)[86] = 0x487654067;
	ram64(T2)[4] = 0x100002025;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
}

static void supervisor_entries_give_devices_nothing(void **state)
{
	ram64(T0)[86] = 0x487654063;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
	ram64(T0)[86] = 0x487654067;
	ram64(T3)[0] = 0x100001023;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
}

static void absent_entries_may_hold_anything(void **state)
{
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, 0);
	ram64(T0)[86] = ~1ull;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, ~1ull);
	ram64(T3)[0] = 0;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 3, 0);
}

static void leaves_above_1g_are_malformed(void **state)
{
	ram64(T3)[0] = 0x80000000a7;
	assert_refused(IOVA, HW_ERR_RESERVED, 3, 0x80000000a7);
}

static void low_address_bits_of_large_leaves_are_reserved(void **state)
{
	ram64(T1)[282] = 0x804020e7;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x804020e7);
	ram64(T2)[4] = 0xc02000e7;
	assert_refused(IOVA, HW_ERR_RESERVED, 2, 0xc02000e7);
}

static void address_bits_beyond_the_width_are_reserved(void **state)
{
	tree.oas_lg2 = 46;
	ram64(T0)[86] = 0x400000000067;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x400000000067);
	ram64(T0)[86] = 0x200000000067;
	assert_leaf(IOVA, 0x200000000000, 12, true, true);
}

static void software_and_no_execution_bits_are_ignored(void **state)
{
	ram64(T0)[86] = 0xfff0000487654e67;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
}

/* spec: iommu-pt F8 */
static void signed_addresses_are_canonical(void **state)
{
	tree.sign_extend = true;
	ram64(T3)[256] = T2 | 0x27;
	ram64(T0)[86] = 0x487654067;
	assert_leaf(0xffff800000000000 | IOVA, 0x487654000, 12, true, true);
	assert_refused(0x800000000000 | IOVA, HW_ERR_RANGE, 3, 0);
	assert_refused(0xffff000000000000 | IOVA, HW_ERR_RANGE, 3, 0);
}

static void unsigned_addresses_use_the_highest_bit(void **state)
{
	ram64(T3)[256] = T2 | 0x27;
	ram64(T0)[86] = 0x487654067;
	assert_leaf(0x800000000000 | IOVA, 0x487654000, 12, true, true);
	assert_refused(1ull << 48, HW_ERR_RANGE, 3, 0);
}

static void five_levels(void **state)
{
	const uint64_t t4 = 0x100004000;

	tree = (struct hw_walk_start){ t4, 4, 5, 0, 52, true, true, true };
	ram64(T0)[86] = 0x487654067;
	ram64(t4)[256] = T3 | 0x27;
	assert_leaf(0xff00000000000000 | IOVA, 0x487654000, 12, true, true);
	assert_refused(0x0100000000000000, HW_ERR_RANGE, 4, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(page_4k_read_write),
		CASE(page_4k_read_only),
		CASE(large_pages),
		CASE(bit_7_of_a_4k_page_and_bit_12_of_a_large_one_are_types),
		CASE(writing_needs_rw_at_every_level),
		CASE(supervisor_entries_give_devices_nothing),
		CASE(absent_entries_may_hold_anything),
		CASE(leaves_above_1g_are_malformed),
		CASE(low_address_bits_of_large_leaves_are_reserved),
		CASE(address_bits_beyond_the_width_are_reserved),
		CASE(software_and_no_execution_bits_are_ignored),
		CASE(signed_addresses_are_canonical),
		CASE(unsigned_addresses_use_the_highest_bit),
		CASE(five_levels),
		WALK_CASES,
	};

	return cmocka_run_group_tests_name("hw walk x86_64", tests, NULL, NULL);
}
