/* SPDX-License-Identifier: MIT */
/*
 * Looking at tables as the hardware reads them: walks entry by entry, whole
 * trees, broken ones, and what the IOTLB holds.
 */
#include "unit/hw/board.h"

static struct hw_iommu_context tree;

static void use(enum hw_pt_format format, unsigned int levels)
{
	tree = (struct hw_iommu_context){
		.mode = HW_IOMMU_TRANSLATE,
		.format = format,
		.root = T3,
		.levels = (uint8_t)levels,
		.domain = 7,
	};
}

/* ---- one walk ---------------------------------------------------------------- */

static void a_walk_shows_each_entry(void **state)
{
	struct hw_pt_entry e[HW_PT_MAX_WALK];
	unsigned int nr;
	uint64_t phys;

	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	ram64(T2)[4] = T1 | 3;
	ram64(T1)[282] = T0 | 1;
	ram64(T0)[86] = 0x487654003;

	assert_int_equal(hw_pt_walk(&tree, 0x123456abc, e, &nr, &phys), HW_OK);
	assert_int_equal(nr, 4);
	assert_int_equal(phys, 0x487654abc);
	assert_int_equal(e[0].kind, HW_ENTRY_TABLE);
	assert_int_equal(e[0].level, 3);
	assert_int_equal(e[0].below, 2);
	assert_int_equal(e[0].target, T2);
	assert_int_equal(e[2].index, 282);
	assert_true(e[1].write);
	assert_false(e[2].write);
	assert_int_equal(e[3].kind, HW_ENTRY_LEAF);
	assert_int_equal(e[3].table, T0);
	assert_int_equal(e[3].word, 0x487654003);
	assert_int_equal(e[3].first, 0x123456000);
	assert_int_equal(e[3].last, 0x123456fff);
	assert_int_equal(e[3].target, 0x487654000);
	/* Taken by an entry above. */
	assert_true(e[3].read);
	assert_false(e[3].write);
}

static void reading_can_be_taken_by_an_entry_above_too(void **state)
{
	struct hw_pt_entry e[HW_PT_MAX_WALK];
	unsigned int nr;
	uint64_t phys;

	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	ram64(T2)[0] = T1 | 2;
	ram64(T1)[0] = T0 | 3;
	ram64(T0)[1] = 0x487654003;

	assert_int_equal(hw_pt_walk(&tree, 0x1000, e, &nr, &phys), HW_OK);
	assert_true(e[0].read);
	assert_false(e[1].read);
	assert_false(e[3].read);
	assert_true(e[3].write);
}

static void a_walk_ends_at_what_is_absent(void **state)
{
	struct hw_pt_entry e[HW_PT_MAX_WALK];
	unsigned int nr;
	uint64_t phys;

	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;

	assert_int_equal(hw_pt_walk(&tree, 0x40000000, e, &nr, &phys),
			 HW_ERR_UNMAPPED);
	assert_int_equal(nr, 2);
	assert_int_equal(e[1].kind, HW_ENTRY_ABSENT);
	assert_int_equal(e[1].index, 1);
	assert_int_equal(hw_pt_walk(&tree, 1ull << 48, e, &nr, &phys),
			 HW_ERR_RANGE);
	assert_int_equal(nr, 0);
}

static void a_skipped_level_can_be_what_refuses(void **state)
{
	struct hw_pt_entry e[HW_PT_MAX_WALK];
	unsigned int nr;
	uint64_t phys;

	(void)state;
	use(HW_PT_AMDV1, 4);
	/* NextLevel 1: straight to the table of 4 KiB leaves. */
	ram64(T3)[0] = 0x6000000000000201 | T0;
	ram64(T0)[1] = 0x7000000000200001;

	assert_int_equal(hw_pt_walk(&tree, 0x1000, e, &nr, &phys), HW_OK);
	assert_int_equal(nr, 2);
	assert_int_equal(e[0].below, 0);
	assert_int_equal(e[0].last, 0x1fffff);
	assert_int_equal(e[1].level, 0);
	assert_int_equal(hw_pt_walk(&tree, 0x201000, e, &nr, &phys),
			 HW_ERR_UNMAPPED);
	assert_int_equal(nr, 1);
	assert_int_equal(e[0].kind, HW_ENTRY_ABSENT);
	assert_string_equal(e[0].why,
			    "it skips levels, and the address has bits there");
}

/* ---- trees ----------------------------------------------------------------------- */

static struct {
	struct hw_pt_entry e[64];
	unsigned int nr, stop_after;
} found;

static bool collect(void *arg, const struct hw_pt_entry *e)
{
	(void)arg;
	assert_in_range(found.nr, 0, 63);
	found.e[found.nr++] = *e;
	return found.nr != found.stop_after;
}

static void visit(void)
{
	memset(&found, 0, sizeof(found));
	hw_pt_visit(&tree, 100, collect, NULL);
}

static void assert_entry(unsigned int nr, enum hw_entry_kind kind,
			 uint64_t first, uint64_t last, uint64_t target)
{
	assert_in_range(nr, 0, found.nr - 1);
	assert_int_equal(found.e[nr].kind, kind);
	assert_int_equal(found.e[nr].first, first);
	assert_int_equal(found.e[nr].last, last);
	assert_int_equal(found.e[nr].target, target);
}

static void a_tree_comes_depth_first(void **state)
{
	(void)state;
	use(HW_PT_AMDV1, 3);
	tree.root = T2;
	ram64(T2)[0] = 0x6000000000000401 | T1;
	ram64(T1)[0] = 0x6000000000000201 | T0;
	ram64(T1)[1] = 0x3000000080400001;
	ram64(T0)[18] = 0x7000000000232e01;
	ram64(T0)[19] = 0x7000000000232e01;
	ram64(T0)[20] = 0x7000000000001001;
	visit();

	assert_int_equal(found.nr, 5);
	assert_entry(0, HW_ENTRY_TABLE, 0, 0x3fffffff, T1);
	assert_entry(1, HW_ENTRY_TABLE, 0, 0x1fffff, T0);
	/* Two entries, one leaf of 8 KiB. */
	assert_entry(2, HW_ENTRY_LEAF, 0x12000, 0x13fff, 0x232000);
	assert_int_equal(found.e[2].nr, 2);
	assert_entry(3, HW_ENTRY_LEAF, 0x14000, 0x14fff, 0x1000);
	assert_entry(4, HW_ENTRY_LEAF, 0x200000, 0x3fffff, 0x80400000);
	assert_false(found.e[4].write);
}

static void a_visit_can_be_stopped(void **state)
{
	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	ram64(T2)[0] = T1 | 3;
	ram64(T1)[0] = 0x200083;
	memset(&found, 0, sizeof(found));
	found.stop_after = 2;
	hw_pt_visit(&tree, 100, collect, NULL);

	assert_int_equal(found.nr, 2);
}

static void the_upper_half_of_signed_addresses(void **state)
{
	(void)state;
	use(HW_PT_RISCV_64, 3);
	tree.root = T2;
	tree.sign_extend = true;
	ram64(T2)[0] = 0xd7;
	ram64(T2)[511] = 0x300000d7;
	visit();

	assert_int_equal(found.nr, 2);
	assert_entry(0, HW_ENTRY_LEAF, 0, 0x3fffffff, 0);
	assert_entry(1, HW_ENTRY_LEAF, 0xffffffffc0000000, UINT64_MAX,
		     0xc0000000);
}

/* Four tables side by side, and a root that is cut short. */
static void a_root_is_as_large_as_its_addresses(void **state)
{
	(void)state;
	use(HW_PT_ARM_S2_4K, 3);
	tree.va_lg2 = 41;
	/* 1 GiB blocks; the root has 2048 entries. */
	ram64(T3)[0] = 0x4000047fd;
	ram64(T3)[2047] = 0x4400007fd;
	ram64(T3)[2048] = 0x4800007fd;
	visit();
	assert_int_equal(found.nr, 2);
	assert_int_equal(found.e[0].kind, HW_ENTRY_BROKEN);
	assert_entry(1, HW_ENTRY_LEAF, 0x1ffc0000000, 0x1ffffffffff,
		     0x440000000);

	use(HW_PT_ARM_S2_4K, 4);
	tree.va_lg2 = 40;
	ram64(T3)[2] = T2 | 3;
	visit();
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.e[0].index, 0);
}

/* ---- broken trees ------------------------------------------------------------------- */

static void broken_entries_are_shown_with_a_reason(void **state)
{
	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	ram64(T3)[1] = 0x83;
	ram64(T2)[0] = 0x700000003;
	ram64(T2)[1] = 0x40001083;
	ram64(T2)[2] = 0x80000083;
	visit();

	assert_int_equal(found.nr, 5);
	assert_entry(1, HW_ENTRY_BROKEN, 0, 0x3fffffff, 0);
	assert_int_equal(found.e[1].status, HW_ERR_TABLE);
	assert_string_equal(
		found.e[1].why,
		"the table 0x700000000 that it points to is not in RAM");
	assert_int_equal(found.e[2].status, HW_ERR_RESERVED);
	assert_string_equal(found.e[2].why,
			    "the address is not aligned to the leaf's size");
	assert_entry(3, HW_ENTRY_LEAF, 0x80000000, 0xbfffffff, 0x80000000);
	assert_string_equal(found.e[4].why,
			    "there are no leaves at this level");
}

static void groups_that_disagree_say_so(void **state)
{
	unsigned int i;

	(void)state;
	use(HW_PT_RISCV_64, 3);
	tree.root = T2;
	ram64(T2)[0] = T1 >> 2 | 1;
	ram64(T1)[0] = T0 >> 2 | 1;
	for (i = 0; i < 16; i++)
		ram64(T0)[i] = 0x800000000008e0d7;
	ram64(T0)[5] ^= 1 << 2;
	visit();

	assert_int_equal(found.nr, 18);
	for (i = 2; i < 18; i++) {
		assert_int_equal(found.e[i].kind, HW_ENTRY_BROKEN);
		assert_string_equal(found.e[i].why,
				    "the entries of its group do not agree");
	}
}

/* P1 */
static void loops_are_not_followed(void **state)
{
	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	ram64(T2)[0] = T3 | 3;
	ram64(T2)[1] = T2 | 3;
	visit();

	assert_int_equal(found.nr, 3);
	assert_entry(1, HW_ENTRY_BROKEN, 0, 0x3fffffff, T3);
	assert_string_equal(found.e[1].why,
			    "it points up again, to the table 0x100000000");
	assert_entry(2, HW_ENTRY_BROKEN, 0x40000000, 0x7fffffff, T2);
}

static void a_walk_says_where_it_would_go_round(void **state)
{
	struct hw_pt_entry e[HW_PT_MAX_WALK];
	unsigned int nr;
	uint64_t phys;

	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	ram64(T2)[0] = T3 | 3;
	assert_int_equal(hw_pt_walk(&tree, 0x1000, e, &nr, &phys),
			 HW_ERR_TABLE);
	assert_int_equal(nr, 2);
	assert_int_equal(e[0].kind, HW_ENTRY_TABLE);
	assert_int_equal(e[1].kind, HW_ENTRY_BROKEN);
	assert_int_equal(e[1].status, HW_ERR_TABLE);
	assert_string_equal(e[1].why,
			    "it points up again, to the table 0x100000000");
}

static void more_tables_than_asked_for_are_not_followed(void **state)
{
	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	ram64(T2)[0] = T1 | 3;
	ram64(T1)[0] = T0 | 3;
	memset(&found, 0, sizeof(found));
	hw_pt_visit(&tree, 2, collect, NULL);

	assert_int_equal(found.nr, 3);
	assert_int_equal(found.e[2].kind, HW_ENTRY_BROKEN);
	assert_string_equal(
		found.e[2].why,
		"not followed: there are more tables than asked for");
}

static void a_root_outside_ram_is_the_one_entry(void **state)
{
	struct hw_pt_entry e[HW_PT_MAX_WALK];
	unsigned int nr;
	uint64_t phys;

	(void)state;
	use(HW_PT_X86_64, 4);
	tree.root = 0x7000000000;
	visit();
	assert_int_equal(found.nr, 1);
	assert_int_equal(found.e[0].kind, HW_ENTRY_BROKEN);
	assert_string_equal(found.e[0].why, "the root is not in RAM");

	assert_int_equal(hw_pt_walk(&tree, 0x1000, e, &nr, &phys),
			 HW_ERR_TABLE);
	assert_int_equal(nr, 1);
	assert_string_equal(e[0].why, "this entry is not in RAM");
}

/* ---- fields, caches --------------------------------------------------------------------- */

static void an_entry_has_fields(void **state)
{
	struct hw_entry_field field[64];
	unsigned int nr;

	(void)state;
	use(HW_PT_VTDSS, 4);
	ram64(T3)[0] = T2 | 3;
	visit();
	nr = hw_pt_fields(&tree, &found.e[0], field, 64);

	assert_in_range(nr, 8, 16);
	assert_string_equal(field[0].name, "R");
	assert_int_equal(field[0].value, 1);
	assert_int_equal(hw_pt_fields(&tree, &found.e[0], field, 2), 2);
	tree.mode = HW_IOMMU_BYPASS;
	assert_int_equal(hw_pt_fields(&tree, &found.e[0], field, 64), 0);
}

static void the_iotlb_can_be_read(void **state)
{
	struct hw_dev *dev = *state;
	struct hw_cached_entry c[8];
	struct hw_iommu_context mem, used;
	unsigned int leaves = 0, i;
	char buf[4];

	board_translate(dev, 7);
	board_map(0x1000, 0x200000, 3);
	assert_false(hw_iommu_get_context(hw_dev_rid(dev), &mem, &used));
	assert_int_equal(mem.domain, 7);
	assert_int_equal(hw_iommu_get_cached(c, 8), 0);
	hw_dma_read(dev, 0x1000, buf, 4);

	assert_true(hw_iommu_get_context(hw_dev_rid(dev), &mem, &used));
	assert_int_equal(used.root, T3);
	assert_int_equal(hw_iommu_get_cached(c, 1), 4);
	assert_int_equal(hw_iommu_get_cached(c, 8), 4);
	for (i = 0; i < 4; i++) {
		assert_int_equal(c[i].domain, 7);
		if (c[i].table)
			continue;
		leaves++;
		assert_int_equal(c[i].first, 0x1000);
		assert_int_equal(c[i].lg2, 12);
		assert_int_equal(c[i].target, 0x200000);
		assert_true(c[i].read && c[i].write && !c[i].absent);
	}
	assert_int_equal(leaves, 1);
	assert_true(hw_iommu_idle());
}

#define CASE(name) \
	cmocka_unit_test_setup_teardown(name, board_setup_iommu, board_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_walk_shows_each_entry),
		CASE(reading_can_be_taken_by_an_entry_above_too),
		CASE(a_walk_ends_at_what_is_absent),
		CASE(a_skipped_level_can_be_what_refuses),
		CASE(a_tree_comes_depth_first),
		CASE(a_visit_can_be_stopped),
		CASE(the_upper_half_of_signed_addresses),
		CASE(a_root_is_as_large_as_its_addresses),
		CASE(broken_entries_are_shown_with_a_reason),
		CASE(groups_that_disagree_say_so),
		CASE(loops_are_not_followed),
		CASE(a_walk_says_where_it_would_go_round),
		CASE(more_tables_than_asked_for_are_not_followed),
		CASE(a_root_outside_ram_is_the_one_entry),
		CASE(an_entry_has_fields),
		CASE(the_iotlb_can_be_read),
	};

	return cmocka_run_group_tests_name("hw inspect", tests, NULL, NULL);
}
