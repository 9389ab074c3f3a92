/* SPDX-License-Identifier: MIT */
/*
 * walk_mock.c against words written by hand, and every way an entry can be
 * wrong.
 */
/* Pointers to the tables of board.h: the address field counts double. */
#define POINTER(table) ((table)*2 | 3)

/* 2 KiB: indices 3, 141, 394 and 172 of levels 3 to 0. */
#define IOVA ((3ull << 38) | (141ull << 29) | (394ull << 20) | (172ull << 11))
#define LEVEL_1 394

#include "unit/hw/walk.h"
#include "unit/mock/mock_formats.h"

static int setup(void **state)
{
	board_on(&board_config);
	format = &hw_mock_2k_format;
	tree = (struct hw_walk_start){ T3, 3, 4, 0, 51, false, true, true };
	ram64(T3)[3] = POINTER(T2);
	ram64(T2)[141] = POINTER(T1);
	ram64(T1)[394] = POINTER(T0);
	return 0;
}

static void pages_of_2k(void **state)
{
	ram64(T0)[172] = 0x90eca100d;
	assert_leaf(IOVA, 0x487650800, 11, true, true);
	assert_leaf(IOVA + 0x7ff, 0x487650fff, 11, true, true);
	ram64(T0)[172] = 0x90eca1005;
	assert_leaf(IOVA, 0x487650800, 11, true, false);
	ram64(T0)[172] = 0x90eca1009;
	assert_leaf(IOVA, 0x487650800, 11, false, true);
	ram64(T0)[172] = 0x90eca1001;
	assert_leaf(IOVA, 0x487650800, 11, false, false);
}

static void large_pages(void **state)
{
	ram64(T1)[394] = 0x900200000 | 0xd;
	assert_leaf(IOVA, 0x480100000 + (172 << 11), 20, true, true);
	ram64(T2)[141] = 0x940000000 | 0xd;
	assert_leaf(IOVA, 0x4a0000000 + (394 << 20) + (172 << 11), 29, true,
		    true);
}

static void pages_of_64k(void **state)
{
	format = &hw_mock_64k_format;
	tree = (struct hw_walk_start){ T2, 2, 3, 0, 51, false, true, true };
	ram64(T2)[1] = POINTER(T1);
	ram64(T1)[2] = POINTER(T0);
	ram64(T0)[3] = 0x90eca0000 | 0xd;
	assert_leaf(0x404030123, 0x487650123, 16, true, true);
	ram64(T1)[2] = 0x904000000 | 0x5;
	assert_leaf(0x404030123, 0x482030123, 25, true, false);
	ram64(T0)[3] = 0x90ecb0000 | 0xd;
	ram64(T1)[2] = POINTER(T0);
	assert_refused(0x404030123, HW_ERR_RESERVED, 0, 0x90ecb000d);
	assert_refused(1ull << 43, HW_ERR_RANGE, 2, 0);
}

static void absent_entries_may_hold_anything(void **state)
{
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, 0);
	ram64(T0)[172] = ~1ull;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, ~1ull);
	ram64(T3)[3] = 0;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 3, 0);
}

static void reserved_bits_are_malformed(void **state)
{
	unsigned int bit;

	for (bit = 4; bit < 64; bit = bit == 11 ? 52 : bit + 1) {
		ram64(T0)[172] = 0x90eca100d | 1ull << bit;
		assert_refused(IOVA, HW_ERR_RESERVED, 0,
			       0x90eca100d | 1ull << bit);
		ram64(T1)[394] = POINTER(T0) | 1ull << bit;
		assert_refused(IOVA, HW_ERR_RESERVED, 1,
			       POINTER(T0) | 1ull << bit);
		ram64(T1)[394] = POINTER(T0);
	}
}

static void leaves_and_pointers_at_the_wrong_level_are_malformed(void **state)
{
	ram64(T0)[172] = POINTER(T0);
	assert_refused(IOVA, HW_ERR_RESERVED, 0, POINTER(T0));
	ram64(T3)[3] = 0x8000000000 | 0xd;
	assert_refused(IOVA, HW_ERR_RESERVED, 3, 0x800000000d);
	/* Rights belong into leaves; pages and tables begin at their size. */
	ram64(T3)[3] = POINTER(T2) | 4;
	assert_refused(IOVA, HW_ERR_RESERVED, 3, POINTER(T2) | 4);
	ram64(T3)[3] = POINTER(T2 + 0x800);
	assert_refused(IOVA, HW_ERR_RESERVED, 3, POINTER(T2 + 0x800));
	ram64(T3)[3] = POINTER(T2);
	ram64(T1)[394] = 0x90020100d;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x90020100d);
}

static void addresses_beyond_the_width_are_malformed(void **state)
{
	tree.oas_lg2 = 40;
	ram64(T0)[172] = 1ull << 41 | 0xd;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 1ull << 41 | 0xd);
	ram64(T0)[172] = 1ull << 40 | 0xd;
	assert_leaf(IOVA, 1ull << 39, 11, true, true);
}

static void addresses_beyond_the_tree_are_out_of_range(void **state)
{
	assert_refused(1ull << 47, HW_ERR_RANGE, 3, 0);
	assert_refused(UINT64_MAX, HW_ERR_RANGE, 3, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(pages_of_2k),
		CASE(large_pages),
		CASE(pages_of_64k),
		CASE(absent_entries_may_hold_anything),
		CASE(reserved_bits_are_malformed),
		CASE(leaves_and_pointers_at_the_wrong_level_are_malformed),
		CASE(addresses_beyond_the_width_are_malformed),
		CASE(addresses_beyond_the_tree_are_out_of_range),
		WALK_CASES,
	};

	return cmocka_run_group_tests_name("hw walk mock", tests, NULL, NULL);
}
