/* SPDX-License-Identifier: MIT */
/*
 * For the tests of walkers: one tree at T3 (board.h), walked as the including
 * file's @tree says.
 */
#ifndef TESTS_UNIT_HW_WALK_H
#define TESTS_UNIT_HW_WALK_H

#include "unit/hw/board.h"
#include "hw/walk.h"

#define IOVA 0x123456000ull

static const struct hw_walk_format *format;
static struct hw_walk_start tree;

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

#endif
