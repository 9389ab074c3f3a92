/* SPDX-License-Identifier: MIT */
/*
 * src/hw/walk_arm.c against words written by hand: the example rows of the
 * format, both stages, three granules, and every way an entry can be wrong.
 */
#define POINTER(table) ((table) | 3)

#include "unit/hw/walk.h"

/* Tables of 64 KiB, side by side or not. */
#define WIDE 0x100400000ull

static int setup(void **state)
{
	board_on(&board_config);
	format = &hw_arm_s1_4k_format;
	tree = (struct hw_walk_start){ T3, 3, 4, 48, 48, false, true, true };
	ram64(T3)[0] = 0x100001003;
	ram64(T2)[4] = 0x100002003;
	ram64(T1)[282] = 0x100003003;
	return 0;
}

static int setup_stage2(void **state)
{
	setup(state);
	format = &hw_arm_s2_4k_format;
	return 0;
}

static void stage_1_pages(void **state)
{
	ram64(T0)[86] = 0x487654f47;
	assert_leaf(IOVA + 0xabc, 0x487654abc, 12, true, true);
	ram64(T0)[86] = 0x0060000487654f47;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	ram64(T0)[86] = 0x487654fc7;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T0)[86] = 0x487654e43;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	ram64(T0)[86] = 0x487654f07;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
	ram64(T0)[86] = 0x0060000008000e4b;
	assert_leaf(IOVA, 0x8000000, 12, true, true);
}

static void stage_1_blocks(void **state)
{
	ram64(T1)[282] = 0x80400f45;
	assert_leaf(0x123412345, 0x80412345, 21, true, true);
	ram64(T1)[282] = 0x80400fc5;
	assert_leaf(0x123412345, 0x80412345, 21, true, false);
	ram64(T2)[4] = 0xc0000f45;
	assert_leaf(0x123412345, 0xe3412345, 30, true, true);
}

static void stage_2_pages(void **state)
{
	ram64(T0)[86] = 0x4876547ff;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	ram64(T0)[86] = 0x48765477f;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T0)[86] = 0x4876547bf;
	assert_leaf(IOVA, 0x487654000, 12, false, true);
	ram64(T1)[282] = 0x804007fd;
	assert_leaf(0x123412345, 0x80412345, 21, true, true);
}

static void access_flag_clear_is_a_fault_of_its_own(void **state)
{
	ram64(T0)[86] = 0x487654b47;
	assert_refused(IOVA, HW_ERR_ACCESS, 0, 0x487654b47);
	/* Whatever the rights: they come after it. */
	ram64(T0)[86] = 0x487654b07;
	assert_refused(IOVA, HW_ERR_ACCESS, 0, 0x487654b07);
	ram64(T1)[282] = 0x80400b45;
	assert_refused(IOVA, HW_ERR_ACCESS, 1, 0x80400b45);
	format = &hw_arm_s2_4k_format;
	ram64(T1)[282] = 0x804003fd;
	assert_refused(IOVA, HW_ERR_ACCESS, 1, 0x804003fd);
	/* An address that cannot be comes before it. */
	tree.oas_lg2 = 40;
	ram64(T1)[282] = 0x100804003fd;
	assert_refused(IOVA, HW_ERR_ADDR_SIZE, 1, 0x100804003fd);
}

static void access_flag_clear_is_set_by_hardware_that_can(void **state)
{
	ram64(T0)[86] = 0x487654b47;
	tree.update = true;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
}

static void stage_1_tables_restrict_what_is_below(void **state)
{
	ram64(T0)[86] = 0x487654f47;
	ram64(T2)[4] = 0x4000000100002003;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T2)[4] = 0x2000000100002003;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
}

static void stage_2_tables_restrict_nothing(void **state)
{
	ram64(T0)[86] = 0x4876547ff;
	ram64(T2)[4] = 0x6000000100002003;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
}

static void sixteen_neighbours_are_64k(void **state)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		ram64(T0)[80 + i] = 0x0010000487650f47 + i * 0x1000;
	for (i = 0; i < 16; i++)
		assert_leaf(0x123450000 + i * 0x1000, 0x487650000 + i * 0x1000,
			    16, true, true);
	for (i = 0; i < 16; i++)
		ram64(T1)[272 + i] = 0x0010000080000f45 + i * 0x200000;
	assert_leaf(0x123456789, 0x80000000 + 0x1456789, 25, true, true);
}

static void group_that_does_not_go_together_is_malformed(void **state)
{
	const uint64_t word = 0x0010000487656f47;
	unsigned int i;

	for (i = 0; i < 16; i++)
		ram64(T0)[80 + i] = 0x0010000487650f47 + i * 0x1000;
	/* Other rights, no hint, another address. */
	ram64(T0)[95] = 0x001000048765ffc7;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, word);
	ram64(T0)[95] = 0x48765ff47;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, word);
	ram64(T0)[95] = 0x0010000487650f47;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, word);
	ram64(T0)[95] = 0x001000048765ff47;
	assert_leaf(IOVA, 0x487656000, 16, true, true);
	/* Software bits may differ. */
	ram64(T0)[95] |= 1ull << 55;
	assert_leaf(IOVA, 0x487656000, 16, true, true);
	/* Neighbours, but not at an aligned address. */
	for (i = 0; i < 16; i++)
		ram64(T0)[80 + i] = 0x0010000487651f47 + i * 0x1000;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x0010000487657f47);
}

static void absent_entries_may_hold_anything(void **state)
{
	ram64(T0)[86] = ~1ull;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, ~1ull);
	ram64(T3)[0] = 0;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 3, 0);
}

static void block_where_there_are_none_is_malformed(void **state)
{
	ram64(T0)[86] = 0x487654f45;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x487654f45);
	ram64(T3)[0] = 0x8000000f45;
	assert_refused(IOVA, HW_ERR_RESERVED, 3, 0x8000000f45);
}

static void low_address_bits_of_blocks_are_reserved(void **state)
{
	ram64(T1)[282] = 0x80401f45;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x80401f45);
	ram64(T2)[4] = 0xc0200f45;
	assert_refused(IOVA, HW_ERR_RESERVED, 2, 0xc0200f45);
}

static void addresses_beyond_the_width_have_the_wrong_size(void **state)
{
	tree.oas_lg2 = 40;
	ram64(T0)[86] = 0x10000000f47;
	assert_refused(IOVA, HW_ERR_ADDR_SIZE, 0, 0x10000000f47);
	ram64(T1)[282] = 0x10000000003;
	assert_refused(IOVA, HW_ERR_ADDR_SIZE, 1, 0x10000000003);
}

static void bits_50_to_48_are_reserved(void **state)
{
	unsigned int bit;

	for (bit = 48; bit <= 50; bit++) {
		ram64(T0)[86] = 0x487654f47 | 1ull << bit;
		assert_refused(IOVA, HW_ERR_RESERVED, 0,
			       0x487654f47 | 1ull << bit);
	}
}

static void
addresses_beyond_the_width_of_the_tree_are_out_of_range(void **state)
{
	assert_refused(1ull << 48, HW_ERR_RANGE, 3, 0);
	assert_refused(UINT64_MAX, HW_ERR_RANGE, 3, 0);
	tree.va_lg2 = 40;
	assert_refused(1ull << 40, HW_ERR_RANGE, 3, 0);
}

/* spec: iommu-pt F9 */
static void root_of_two_tables_has_1024_entries(void **state)
{
	tree = (struct hw_walk_start){ T2, 2, 3, 40, 40, false, true, true };
	/* T2 and the page behind it, which is T1, are the root. */
	ram64(T2)[1023] = T0 | 3;
	ram64(T0)[511] = 0x100005003;
	ram64(0x100005000)[511] = 0x4876547ff;
	assert_leaf(0xffffffffff, 0x487654fff, 12, true, true);
	assert_refused(0x7fffffffff, HW_ERR_UNMAPPED, 2, 0);
	assert_refused(1ull << 40, HW_ERR_RANGE, 2, 0);
}

static void granule_16k(void **state)
{
	format = &hw_arm_s1_16k_format;
	tree = (struct hw_walk_start){ WIDE, 2, 3, 47, 48, false, true, true };
	ram64(WIDE)[0] = WIDE + 0x4003;
	ram64(WIDE + 0x4000)[145] = WIDE + 0x8003;
	ram64(WIDE + 0x8000)[1301] = 0x487654f47;
	assert_leaf(0x123456abc, 0x487656abc, 14, true, true);
	ram64(WIDE + 0x4000)[145] = 0x84000f45;
	assert_leaf(0x123456abc, 0x85456abc, 25, true, true);
	ram64(WIDE)[0] = 0x1000000f45;
	assert_refused(0x123456abc, HW_ERR_RESERVED, 2, 0x1000000f45);
	/* A table is 16 KiB and must begin so. */
	ram64(WIDE)[0] = WIDE + 0x1003;
	assert_refused(0x123456abc, HW_ERR_RESERVED, 2, WIDE + 0x1003);
}

static void granule_16k_groups(void **state)
{
	unsigned int i;

	format = &hw_arm_s2_16k_format;
	tree = (struct hw_walk_start){ WIDE, 1, 2, 36, 48, false, true, true };
	ram64(WIDE)[0] = WIDE + 0x4003;
	for (i = 0; i < 128; i++)
		ram64(WIDE + 0x4000)[i] = 0x00100000802007ff + i * 0x4000;
	assert_leaf(0x1fffff, 0x803fffff, 21, true, true);
	for (i = 0; i < 32; i++)
		ram64(WIDE)[32 + i] = 0x00100000c00007fd + i * 0x2000000ull;
	assert_leaf(0x7fffffff, 0xffffffff, 30, true, true);
}

/* spec: iommu-pt F10 */
static void granule_64k_keeps_bits_51_48_in_15_12(void **state)
{
	format = &hw_arm_s1_64k_format;
	tree = (struct hw_walk_start){ WIDE, 2, 3, 52, 52, false, true, true };
	ram64(WIDE)[0] = WIDE + 0x10003;
	ram64(WIDE + 0x10000)[0] = WIDE + 0x20003;
	ram64(WIDE + 0x20000)[18] = 0x0000bcdef012af47;
	assert_leaf(0x12abcd, 0xabcdef012abcd, 16, true, true);
	ram64(WIDE + 0x10000)[3] = 0x0000bcde0000af45;
	assert_leaf(0x61234567, 0xabcde01234567, 29, true, true);
	/* Pages of 4 TiB need 52 address bits. */
	ram64(WIDE)[1] = 0x80000000f45;
	assert_leaf(0x40000000123, 0x80000000123, 42, true, true);
	tree.oas_lg2 = 48;
	assert_refused(0x40000000123, HW_ERR_RESERVED, 2, 0x80000000f45);
	assert_refused(0x12abcd, HW_ERR_ADDR_SIZE, 0, 0x0000bcdef012af47);
}

static void granule_64k_groups(void **state)
{
	unsigned int i;

	format = &hw_arm_s1_64k_format;
	tree = (struct hw_walk_start){ WIDE, 1, 2, 42, 52, false, true, true };
	ram64(WIDE)[0] = WIDE + 0x10003;
	for (i = 0; i < 32; i++)
		ram64(WIDE + 0x10000)[i] = 0x0010000080200f47 + i * 0x10000;
	assert_leaf(0x1fffff, 0x803fffff, 21, true, true);
	for (i = 0; i < 32; i++)
		ram64(WIDE)[32 + i] = 0x0010000400000f45 + i * 0x20000000ull;
	assert_leaf(0x7ffffffff, 0x7ffffffff, 34, true, true);
}

static void garbage_is_survived_by_other_granules(void **state)
{
	format = &hw_arm_s2_4k_format;
	tree = (struct hw_walk_start){ T3, 2, 3, 42, 48, false, true, true };
	assert_garbage_is_survived();
	format = &hw_arm_s1_16k_format;
	tree =
		(struct hw_walk_start){ RAM_HIGH, 2,	 3,    47,
					48,	  false, true, true };
	assert_garbage_is_survived();
	format = &hw_arm_s1_64k_format;
	tree =
		(struct hw_walk_start){ RAM_HIGH, 2,	 3,    52,
					52,	  false, true, true };
	assert_garbage_is_survived();
}

#define CASE2(fn) \
	cmocka_unit_test_setup_teardown(fn, setup_stage2, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(stage_1_pages),
		CASE(stage_1_blocks),
		CASE2(stage_2_pages),
		CASE(access_flag_clear_is_a_fault_of_its_own),
		CASE(access_flag_clear_is_set_by_hardware_that_can),
		CASE(stage_1_tables_restrict_what_is_below),
		CASE2(stage_2_tables_restrict_nothing),
		CASE(sixteen_neighbours_are_64k),
		CASE(group_that_does_not_go_together_is_malformed),
		CASE(absent_entries_may_hold_anything),
		CASE(block_where_there_are_none_is_malformed),
		CASE(low_address_bits_of_blocks_are_reserved),
		CASE(addresses_beyond_the_width_have_the_wrong_size),
		CASE(bits_50_to_48_are_reserved),
		CASE(addresses_beyond_the_width_of_the_tree_are_out_of_range),
		CASE2(root_of_two_tables_has_1024_entries),
		CASE(granule_16k),
		CASE(granule_16k_groups),
		CASE(granule_64k_keeps_bits_51_48_in_15_12),
		CASE(granule_64k_groups),
		CASE(garbage_is_survived_by_other_granules),
		WALK_CASES,
	};

	return cmocka_run_group_tests_name("hw walk arm", tests, NULL, NULL);
}
