/* SPDX-License-Identifier: MIT */
/*
 * For the tests of walkers: one tree at T3 or T2 (board.h), walked as the
 * including file's @tree says, and the cases that every format has.
 *
 * Before the cases can be run the including file defines POINTER(table): the
 * word of level 1 that points to a table of level 0. Its setup() builds the way
 * to the item LEVEL_1 of T1, by which IOVA is found.
 */
#ifndef TESTS_UNIT_HW_WALK_H
#define TESTS_UNIT_HW_WALK_H

#include "unit/hw/board.h"
#include "hw/walk.h"

/* By the usual geometry; another one has its own. */
#ifndef IOVA
#define IOVA 0x123456000ull
#define LEVEL_1 282
#endif

static const struct hw_walk_format *format;
static struct hw_walk_start tree;

/* A tree of @levels levels from @root on, with the rest as it was. */
static void __attribute__((unused)) tree_at(uint64_t root, unsigned int levels)
{
	tree.table = root;
	tree.level = (uint8_t)(levels - 1);
	tree.levels = (uint8_t)levels;
}

static enum hw_status walk(uint64_t addr, struct hw_walk *w)
{
	return format->walk(&tree, addr, w);
}

static void assert_leaf(uint64_t addr, uint64_t phys, unsigned int lg2,
			bool read, bool write)
{
	struct hw_walk w;

	assert_int_equal(walk(addr, &w), HW_OK);
	assert_int_equal(w.phys, phys);
	assert_int_equal(w.lg2, lg2);
	assert_int_equal(w.read, read);
	assert_int_equal(w.write, write);
}

static void assert_refused(uint64_t addr, enum hw_status status,
			   unsigned int level, uint64_t entry)
{
	struct hw_walk w;

	assert_int_equal(walk(addr, &w), status);
	assert_int_equal(w.level, level);
	assert_int_equal(w.entry, entry);
}

/*
 * Garbage in all of RAM: whatever a walk meets, it ends after at most one entry
 * a level (and their neighbours), stays in RAM and inside the answer it gives.
 */
static void assert_garbage_is_survived(void)
{
	uint64_t rng = 88172645463325252ull, *word = ram64(RAM_HIGH);
	unsigned int round, i;

	for (round = 0; round < 64; round++) {
		for (i = 0; i < 0x100000 / 8; i++) {
			rng ^= rng << 13;
			rng ^= rng >> 7;
			rng ^= rng << 17;
			word[i] = rng;
			/* Mostly pointers into RAM, to get further. */
			if (rng >> 60)
				word[i] = (rng & 0x3ff) | RAM_HIGH |
					  (rng & 0xff000);
			if (rng >> 61 & 1)
				word[i] |= 3;
		}
		for (i = 0; i < 2000; i++) {
			struct hw_walk w;
			enum hw_status status;

			rng ^= rng << 13;
			rng ^= rng >> 7;
			rng ^= rng << 17;
			status = walk(rng >> (i % 40), &w);
			assert_in_range(w.reads, 0, tree.levels);
			assert_in_range(w.nr_steps, 0, tree.levels);
			if (status)
				continue;
			assert_true(!(w.phys >> 52));
			assert_in_range(w.lg2, format->granule_lg2, 51);
		}
	}
}

static void garbage_is_survived(void **state)
{
	/* What the IOMMU puts there at most. */
	if (tree.oas_lg2 > 52)
		tree.oas_lg2 = 52;
	assert_garbage_is_survived();
}

#ifdef POINTER

static void tables_outside_ram_are_refused(void **state)
{
	static const uint64_t nowhere[] = {
		0x40000000, /* no RAM */
		MEM32, /* a device */
		0x101000000, /* the first page that is none any more */
	};
	unsigned int i;

	for (i = 0; i < 3; i++) {
		ram64(T1)[LEVEL_1] = POINTER(nowhere[i]);
		assert_refused(IOVA, HW_ERR_TABLE, 1, POINTER(nowhere[i]));
	}
	tree.table = 0;
	assert_refused(IOVA, HW_ERR_TABLE, tree.level, 0);
}

static void a_pointer_back_to_a_table_on_the_way_is_refused(void **state)
{
	static const uint64_t passed[] = { T1, T2 };
	struct hw_walk w;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		ram64(T1)[LEVEL_1] = POINTER(passed[i]);
		assert_refused(IOVA, HW_ERR_TABLE, 1, POINTER(passed[i]));
		/* So it does if the walk begins there. */
		tree.level = 1;
		tree.table = T1;
		if (passed[i] == T1)
			assert_refused(IOVA, HW_ERR_TABLE, 1, POINTER(T1));
		tree_at(tree.levels == 4 ? T3 : T2, tree.levels);
	}
	ram64(T1)[LEVEL_1] = POINTER(T0);
	assert_int_equal(walk(IOVA, &w), HW_ERR_UNMAPPED);
}

static void steps_say_which_tables_were_passed(void **state)
{
	struct hw_walk w;

	ram64(T1)[LEVEL_1] = POINTER(T0);
	assert_int_equal(walk(IOVA, &w), HW_ERR_UNMAPPED);
	assert_int_equal(w.nr_steps, tree.levels - 1);
	assert_int_equal(w.reads, tree.levels);
	assert_int_equal(w.step[w.nr_steps - 2].table, T1);
	assert_int_equal(w.step[w.nr_steps - 2].level, 1);
	assert_int_equal(w.step[w.nr_steps - 1].table, T0);
	assert_int_equal(w.step[w.nr_steps - 1].level, 0);
	assert_int_equal(w.step[w.nr_steps - 1].lg2,
			 format->granule_lg2 + format->index_lg2);
	assert_int_equal(w.table, T0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, board_teardown)

#define WALK_CASES                                                     \
	CASE(tables_outside_ram_are_refused),                          \
		CASE(a_pointer_back_to_a_table_on_the_way_is_refused), \
		CASE(steps_say_which_tables_were_passed),              \
		CASE(garbage_is_survived)

#endif

#endif
