/* SPDX-License-Identifier: MIT */
/*
 * The IOVA allocator "gap" against a sorted array of intervals.
 *
 * The twin looks at every gap. It answers with the highest gap that fits; an
 * aligned request whose size is no power of two prefers gaps that fit however
 * its size divides them, as the head comment of src/iova/gap.c says. Every
 * answer must be the same pfn, and every invariant must hold after every
 * operation. 20 000 operations; DMASIM_SEED replays a run. A shorter run is of
 * ranges so large that a node cannot say how large a gap is.
 */
#include "support/every.h"
#include "unit/iova/boot.h"

#include <linux/iova.h>

#include "iova/iova.h"

#define OPS 20000
#define MAX_RANGES 4096

struct interval {
	unsigned long lo, hi;
};

/* The last interval is the anchor. */
static struct twin {
	struct interval at[MAX_RANGES];
	unsigned int nr;
	unsigned long start;
} twin;

static struct iova_domain domain;
static unsigned int failed, placed, levels;
static unsigned int scale; /* pfns are multiples of 2^scale, or nearly */

static void twin_init(unsigned long start)
{
	twin.at[0] = (struct interval){ ~0ul, ~0ul };
	twin.nr = 1;
	twin.start = start;
	failed = 0;
	placed = 0;
	levels = 0;
}

static void twin_insert(unsigned long lo, unsigned long hi)
{
	unsigned int i = twin.nr++;

	assert_true(twin.nr < MAX_RANGES);
	for (; i && twin.at[i - 1].lo > lo; i--)
		twin.at[i] = twin.at[i - 1];
	twin.at[i] = (struct interval){ lo, hi };
}

/* Room for @size at a multiple of @align wherever pfns are cut off? */
static bool roomy(unsigned long bottom, unsigned long top, unsigned long size,
		  unsigned long align)
{
	unsigned long len = top - bottom;
	unsigned long skip = (align - bottom % align) % align;

	return len >= size + align - 1 || len >= skip + align;
}

static unsigned long twin_search(unsigned long size, unsigned long limit,
				 unsigned long align, bool only_roomy)
{
	unsigned int i;

	for (i = twin.nr; i--;) {
		unsigned long top = twin.at[i].lo, lo;
		unsigned long bottom = i ? twin.at[i - 1].hi + 1 : 0;

		if (bottom < twin.start)
			bottom = twin.start;
		if (top <= bottom ||
		    (only_roomy && !roomy(bottom, top, size, align)))
			continue;
		if (top > limit)
			top = limit;
		if (top < size)
			continue;
		lo = (top - size) / align * align;
		if (lo >= bottom)
			return lo;
	}
	return 0;
}

static unsigned long twin_alloc(unsigned long size, unsigned long limit_pfn,
				unsigned long align)
{
	unsigned long lo =
		twin_search(size, limit_pfn + 1, align, size != align);

	if (!lo)
		lo = twin_search(size, limit_pfn + 1, align, false);
	if (lo)
		twin_insert(lo, lo + size - 1);
	return lo;
}

static void twin_free(unsigned long pfn)
{
	unsigned int i;

	for (i = 0; i < twin.nr - 1; i++)
		if (twin.at[i].lo <= pfn && pfn <= twin.at[i].hi)
			break;
	if (i == twin.nr - 1)
		return;
	memmove(&twin.at[i], &twin.at[i + 1],
		(twin.nr - i - 1) * sizeof(twin.at[0]));
	twin.nr--;
}

static void twin_reserve(unsigned long lo, unsigned long hi)
{
	unsigned int i;

	for (i = 0; i < twin.nr; i++) {
		if (twin.at[i].hi < lo || twin.at[i].lo > hi)
			continue;
		if (lo < twin.at[i].lo)
			twin.at[i].lo = lo;
		if (hi <= twin.at[i].hi)
			return;
		lo = twin.at[i].hi + 1;
	}
	twin_insert(lo, hi);
}

static void assert_same(void)
{
	struct iova *iova = NULL;
	unsigned int i;

	for (i = 0; i + 1 < twin.nr; i++) {
		iova = __iova_next(&domain, iova);
		assert_non_null(iova);
		assert_int_equal(iova->pfn_lo, twin.at[i].lo);
		assert_int_equal(iova->pfn_hi, twin.at[i].hi);
	}
	assert_null(__iova_next(&domain, iova));
	assert_int_equal(domain.anchor.pfn_lo, twin.at[i].lo);
}

static void random_alloc(u64 *rng)
{
	static const unsigned long limits[] = { 0x7ff,	0x3fff, 0x3fff, 0x3fff,
						0x200f, ~0ul,	0x200 };
	unsigned long limit = limits[boot_random(rng) % 7], align = 1;
	unsigned long size =
		1 + boot_random(rng) % (1ul << (boot_random(rng) % 8));
	bool aligned = boot_random(rng) % 4;
	struct iova *iova;
	unsigned long lo;

	/* Not all of them powers of two. */
	size <<= scale;
	if (scale && size >> scale > 1)
		size -= boot_random(rng) % 3;
	if (limit == ~0ul && boot_random(rng) % 16)
		limit = 0x3fff;
	if (limit != ~0ul)
		limit = ((limit + 1) << scale) - 1;
	while (aligned && align < size)
		align *= 2;
	if (limit == ~0ul)
		limit--;
	lo = twin_alloc(size, limit, align);
	iova = alloc_iova(&domain, size, limit, aligned);
	assert_int_equal(iova ? iova->pfn_lo : 0, lo);
	if (lo)
		placed++;
	else
		failed++;
}

static unsigned long random_pfn(u64 *rng)
{
	struct interval *it;

	if (twin.nr == 1 || !(boot_random(rng) % 16))
		return boot_random(rng) % (0x4400ul << scale);
	it = &twin.at[boot_random(rng) % (twin.nr - 1)];
	return it->lo + boot_random(rng) % (it->hi - it->lo + 1);
}

static void random_free(u64 *rng)
{
	unsigned long pfn = random_pfn(rng);
	struct iova *iova = find_iova(&domain, pfn);

	if (iova && boot_random(rng) % 2)
		__free_iova(&domain, iova);
	else
		free_iova(&domain, pfn);
	twin_free(pfn);
}

/* Also below start_pfn, and over live ranges. */
static void random_reserve(u64 *rng)
{
	unsigned long lo = boot_random(rng) % 0x4100;
	unsigned long hi = lo + boot_random(rng) % 64;

	lo <<= scale;
	hi = ((hi + 1) << scale) - 1;
	assert_non_null(reserve_iova(&domain, lo, hi));
	twin_reserve(lo, hi);
}

static void compare_with_twin(unsigned int ops)
{
	u64 rng = boot_seed(6171) | 1;
	unsigned int i;

	twin_init(domain.start_pfn);
	for (i = 0; i < ops; i++) {
		unsigned int what = boot_random(&rng) % 100;
		/* Waves: the space fills up, then drains. */
		unsigned int allocs = (i / 2500) % 2 ? 30 : 85;
		const char *broken = NULL;

		if (what < allocs && twin.nr < MAX_RANGES - 2)
			random_alloc(&rng);
		else if (what < 99)
			random_free(&rng);
		else
			random_reserve(&rng);
		if (domain.gap_levels > levels)
			levels = domain.gap_levels;
		if (i % every() == 0)
			broken = iova_domain_check(&domain);
		if (broken)
			fail_msg("operation %u: %s", i, broken);
		if (i % 64 == 0)
			assert_same();
	}
	assert_same();
	/* The run was worth it: full, and deep enough. */
	print_message("placed %u, failed %u, %u levels\n", placed, failed,
		      levels);
	assert_true(placed > ops / 8);
	assert_true(failed > ops / 100);
	assert_true(levels >= 3);
}

static void every_answer_is_that_of_a_look_at_all_gaps(void **state)
{
	scale = 0;
	compare_with_twin(OPS);
}

/* 16 units and more are beyond 31 bits. */
static void gaps_that_31_bits_cannot_say_give_the_same_answers(void **state)
{
	scale = 27;
	compare_with_twin(OPS / 2);
}

static void gaps_that_31_bits_cannot_say_are_told_apart(void **state)
{
	const unsigned long unit = 1ul << 33;

	/* Free: unit from unit on, and 5 more from 3 * unit on. */
	assert_non_null(reserve_iova(&domain, 0, unit - 1));
	assert_non_null(reserve_iova(&domain, 2 * unit, 3 * unit - 1));
	assert_non_null(reserve_iova(&domain, 4 * unit + 5, 5 * unit - 1));
	assert_null(iova_domain_check(&domain));
	assert_null(alloc_iova(&domain, unit + 6, 5 * unit - 1, false));
	assert_int_equal(
		alloc_iova(&domain, unit - 1, 5 * unit - 1, false)->pfn_lo,
		3 * unit + 6);
	/* What is left there are 6 pfns. */
	assert_int_equal(alloc_iova(&domain, 7, 5 * unit - 1, false)->pfn_lo,
			 2 * unit - 7);
	assert_int_equal(alloc_iova(&domain, 6, 5 * unit - 1, false)->pfn_lo,
			 3 * unit);
	assert_null(iova_domain_check(&domain));
	/* What comes back joins the gap below it. */
	free_iova(&domain, 2 * unit - 7);
	free_iova(&domain, 2 * unit);
	assert_null(iova_domain_check(&domain));
	assert_int_equal(
		alloc_iova(&domain, 2 * unit, 5 * unit - 1, false)->pfn_lo,
		unit);
	assert_null(iova_domain_check(&domain));
}

/* Holes that are larger than the request and hold no aligned place for it. */
static void
misplaced_gaps_are_passed_by_and_the_one_that_fits_is_found(void **state)
{
	struct iova *iova;
	unsigned long pfn;

	/* [64n + 20, 64n + 63] is free: 44 pfns, none at a multiple of 64. */
	for (pfn = 64; pfn < 64 * 512; pfn += 64)
		assert_non_null(reserve_iova(&domain, pfn, pfn + 19));
	reserve_iova(&domain, 0, 63);
	assert_null(alloc_iova(&domain, 33, 64 * 512 - 1, true));
	assert_null(alloc_iova(&domain, 64, 64 * 512 - 1, true));
	/* One block becomes free from its first pfn on, for 40 pfns. */
	free_iova(&domain, 64 * 77);
	assert_non_null(reserve_iova(&domain, 64 * 77 + 40, 64 * 77 + 50));
	iova = alloc_iova(&domain, 33, 64 * 512 - 1, true);
	assert_non_null(iova);
	assert_int_equal(iova->pfn_lo, 64 * 77);
	assert_null(alloc_iova(&domain, 33, 64 * 512 - 1, true));
	assert_null(iova_domain_check(&domain));
}

/* The space above the highest range is no tile's gap, but found all the same. */
static void the_top_of_the_space_is_used_and_given_back(void **state)
{
	struct iova_domain bytes;

	iova_domain_init(&bytes, 1, 0x10, iova_allocator_find("gap"));
	assert_int_equal(alloc_iova(&bytes, 1, 0x1f, true)->pfn_lo, 0x1f);
	assert_null(iova_domain_check(&bytes));
	/* The limit cuts it. */
	assert_int_equal(alloc_iova(&bytes, 4, 0x2e, true)->pfn_lo, 0x28);
	assert_int_equal(alloc_iova(&bytes, 1, 0x2e, true)->pfn_lo, 0x2e);
	assert_int_equal(alloc_iova(&bytes, 4, 0x2e, true)->pfn_lo, 0x24);
	assert_null(iova_domain_check(&bytes));
	/* The anchor grows down into it, until nothing is left. */
	assert_non_null(reserve_iova(&bytes, ~0ul - 7, ~0ul));
	assert_int_equal(alloc_iova(&bytes, 8, ~0ul, true)->pfn_lo, ~0ul - 15);
	assert_non_null(reserve_iova(&bytes, 0x2f, ~0ul));
	assert_null(iova_domain_check(&bytes));
	assert_int_equal(alloc_iova(&bytes, 1, ~0ul, true)->pfn_lo, 0x2d);
	put_iova_domain(&bytes);
}

/* Fill, then empty in another order: every split has its join. */
static void tree_grows_and_shrinks_with_its_ranges(void **state)
{
	unsigned int i, nr = 5000;

	for (i = 0; i < nr; i++)
		assert_non_null(alloc_iova(&domain, 1, nr + 0xf, true));
	assert_null(iova_domain_check(&domain));
	assert_null(alloc_iova(&domain, 1, nr + 0xf, true));
	assert_in_range(domain.gap_levels, 3, 4);
	for (i = 0; i < nr; i++) {
		/* 1201 is prime to 5000: each pfn once. */
		free_iova(&domain, 0x10 + (i * 1201ul) % nr);
		if (i % 8 == 0)
			assert_null(iova_domain_check(&domain));
	}
	assert_null(__iova_next(&domain, NULL));
	assert_int_equal(domain.gap_levels, 1);
	assert_null(iova_domain_check(&domain));
}

static void split_without_memory_fails_and_changes_nothing(void **state)
{
	struct iova_stats before, after;
	unsigned int i, nth, fired = 0, deep = 0;

	for (i = 0; i < 3000; i++) {
		for (nth = 1;; nth++) {
			struct iova *iova;

			iova_domain_stats(&domain, &before);
			lib_fail_nth(DMASIM_SITE_SLAB, nth);
			iova = alloc_iova(&domain, 1, 0xfffff, true);
			if (iova)
				break;
			assert_int_equal(lib_fail_fired(), 1);
			iova_domain_stats(&domain, &after);
			assert_memory_equal(&before, &after, sizeof(before));
			fired++;
		}
		lib_fail_off();
		if (nth > 3)
			deep++;
		if (i % 50 == 0)
			assert_null(iova_domain_check(&domain));
	}
	assert_true(fired > 3000);
	/* The tree grew to three levels. */
	assert_true(deep >= 2);
	assert_null(iova_domain_check(&domain));
}

static int setup(void **state)
{
	boot_machine();
	assert_int_equal(iova_cache_get(), 0);
	iova_domain_init(&domain, 4096, 0x10, iova_allocator_find("gap"));
	return 0;
}

static int teardown(void **state)
{
	lib_fail_off();
	put_iova_domain(&domain);
	iova_cache_put();
	boot_shutdown();
	return 0;
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(every_answer_is_that_of_a_look_at_all_gaps),
		CASE(gaps_that_31_bits_cannot_say_give_the_same_answers),
		CASE(gaps_that_31_bits_cannot_say_are_told_apart),
		CASE(misplaced_gaps_are_passed_by_and_the_one_that_fits_is_found),
		CASE(the_top_of_the_space_is_used_and_given_back),
		CASE(tree_grows_and_shrinks_with_its_ranges),
		CASE(split_without_memory_fails_and_changes_nothing),
	};

	return cmocka_run_group_tests_name("iova_gap_model", tests, NULL, NULL);
}
