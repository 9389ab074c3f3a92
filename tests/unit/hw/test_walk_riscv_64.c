/* SPDX-License-Identifier: MIT */
/*
 * src/hw/walk_riscv_64.c against words written by hand: the example rows of the
 * format, and every way an entry can be wrong.
 */
#define POINTER(table) ((table) >> 2 | 1)

#include "unit/hw/walk.h"

/* Sv39: the tree begins at T2. */
static int setup(void **state)
{
	board_on(&board_config);
	format = &hw_riscv_64_format;
	tree = (struct hw_walk_start){ T2, 2, 3, 0, 56, true, true, true };
	ram64(T2)[4] = 0x40000801;
	ram64(T1)[282] = 0x40000c01;
	return 0;
}

static void page_4k_by_rights(void **state)
{
	ram64(T0)[86] = 0x121d950df;
	assert_leaf(IOVA + 0xabc, 0x487654abc, 12, true, true);
	ram64(T0)[86] = 0x121d950d7;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
	ram64(T0)[86] = 0x121d9505b;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
	ram64(T0)[86] = 0x121d95053;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
}

static void executable_only_can_not_be_read(void **state)
{
	ram64(T0)[86] = 0x121d95059;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
}

static void every_level_may_hold_leaves(void **state)
{
	ram64(T1)[1] = 0x2010005b;
	ram64(T2)[1] = 0x40000801;
	assert_leaf(0x40212345, 0x80412345, 21, true, false);
	ram64(T2)[1] = 0x300000d7;
	assert_leaf(0x40212345, 0xc0212345, 30, true, true);
	tree = (struct hw_walk_start){ T3, 3, 4, 0, 56, true, true, true };
	ram64(T3)[1] = 0x20000000d7;
	assert_leaf(0x8000000123, 0x8000000123, 39, true, true);
}

static void writing_needs_the_dirty_bit(void **state)
{
	ram64(T0)[86] = 0x121d95057;
	assert_leaf(IOVA, 0x487654000, 12, true, false);
}

static void without_accessed_or_user_there_are_no_rights(void **state)
{
	ram64(T0)[86] = 0x121d95097;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
	ram64(T0)[86] = 0x121d950c7;
	assert_leaf(IOVA, 0x487654000, 12, false, false);
}

static void sixty_four_k_are_16_equal_entries(void **state)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		ram64(T0)[80 + i] = 0x800000000008e0d7;
	for (i = 0; i < 16; i++)
		assert_leaf(0x123450000 + i * 0x1000 + 0x321,
			    0x230000 + i * 0x1000 + 0x321, 16, true, true);
}

static void entries_of_64k_that_disagree_are_malformed(void **state)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		ram64(T0)[80 + i] = 0x800000000008e0d7;
	ram64(T0)[95] = 0x800000000008e053;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x800000000008e0d7);
	/* Accessed, dirty and software bits may differ. */
	ram64(T0)[95] = 0x800000000008e317;
	assert_leaf(IOVA, 0x236000, 16, true, true);
}

static void other_uses_of_n_are_reserved(void **state)
{
	ram64(T0)[86] = 0x800000000008c0d7;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x800000000008c0d7);
	ram64(T1)[282] = 0x80000000201000d7;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x80000000201000d7);
	ram64(T1)[282] = 0x8000000040000c01;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x8000000040000c01);
}

static void write_without_read_is_reserved(void **state)
{
	ram64(T0)[86] = 0x121d950d5;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x121d950d5);
}

static void pointer_at_level_0_is_malformed(void **state)
{
	ram64(T0)[86] = 0x40000401;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x40000401);
}

static void leaf_bits_in_pointers_are_reserved(void **state)
{
	static const unsigned int bits[] = { 4, 6, 7, 61, 62, 63 };
	unsigned int i;

	for (i = 0; i < 6; i++) {
		ram64(T1)[282] = 0x40000c01 | 1ull << bits[i];
		assert_refused(IOVA, HW_ERR_RESERVED, 1,
			       0x40000c01 | 1ull << bits[i]);
	}
}

static void bits_60_to_54_and_memory_type_3_are_reserved(void **state)
{
	unsigned int bit;

	for (bit = 54; bit <= 60; bit++) {
		ram64(T0)[86] = 0x121d950d7 | 1ull << bit;
		assert_refused(IOVA, HW_ERR_RESERVED, 0,
			       0x121d950d7 | 1ull << bit);
	}
	ram64(T0)[86] = 0x6000000121d950d7;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x6000000121d950d7);
	ram64(T0)[86] = 0x2000000121d950d7;
	assert_leaf(IOVA, 0x487654000, 12, true, true);
}

static void misaligned_large_leaves_are_malformed(void **state)
{
	ram64(T1)[282] = 0x201004d7;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x201004d7);
	ram64(T2)[4] = 0x300800d7;
	assert_refused(IOVA, HW_ERR_RESERVED, 2, 0x300800d7);
}

static void addresses_beyond_the_width_are_malformed(void **state)
{
	tree.oas_lg2 = 40;
	ram64(T0)[86] = 0x40000000d7;
	assert_refused(IOVA, HW_ERR_RESERVED, 0, 0x40000000d7);
	ram64(T1)[282] = 0x4000000001;
	assert_refused(IOVA, HW_ERR_RESERVED, 1, 0x4000000001);
}

static void absent_entries_may_hold_anything(void **state)
{
	ram64(T0)[86] = ~1ull;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 0, ~1ull);
	ram64(T2)[4] = 0;
	assert_refused(IOVA, HW_ERR_UNMAPPED, 2, 0);
}

static void addresses_are_canonical(void **state)
{
	ram64(T2)[260] = 0x40000801;
	ram64(T0)[86] = 0x121d950d7;
	assert_leaf(0xffffffc000000000 | IOVA, 0x487654000, 12, true, true);
	assert_refused(1ull << 38, HW_ERR_RANGE, 2, 0);
	assert_refused(1ull << 39, HW_ERR_RANGE, 2, 0);
	assert_refused(0xffffff8000000000, HW_ERR_RANGE, 2, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(page_4k_by_rights),
		CASE(executable_only_can_not_be_read),
		CASE(every_level_may_hold_leaves),
		CASE(writing_needs_the_dirty_bit),
		CASE(without_accessed_or_user_there_are_no_rights),
		CASE(sixty_four_k_are_16_equal_entries),
		CASE(entries_of_64k_that_disagree_are_malformed),
		CASE(other_uses_of_n_are_reserved),
		CASE(write_without_read_is_reserved),
		CASE(pointer_at_level_0_is_malformed),
		CASE(leaf_bits_in_pointers_are_reserved),
		CASE(bits_60_to_54_and_memory_type_3_are_reserved),
		CASE(misaligned_large_leaves_are_malformed),
		CASE(addresses_beyond_the_width_are_malformed),
		CASE(absent_entries_may_hold_anything),
		CASE(addresses_are_canonical),
		WALK_CASES,
	};

	return cmocka_run_group_tests_name("hw walk riscv64", tests, NULL,
					   NULL);
}
