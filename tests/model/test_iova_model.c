/* SPDX-License-Identifier: MIT */
/*
 * The IOVA tree against a sorted array that follows the written rules.
 *
 * The twin knows no tree: it keeps intervals in order, finds gaps by looking
 * at each, and moves the remembered positions as the specification says. Every
 * answer must be the same pfn. 20 000 operations; DMASIM_SEED replays a run.
 */
#include "unit/iova/boot.h"

#include <linux/iova.h>

#include "iova/iova.h"

#define OPS 20000
#define MAX_RANGES 4096
#define END ~0ul

struct interval {
	unsigned long lo, hi;
};

/* The last interval is the anchor; remembered ones are known by their lo. */
static struct twin {
	struct interval at[MAX_RANGES];
	unsigned int nr;
	unsigned long start, dma32, max32;
	unsigned long cached, cached32;
} twin;

static struct iova_domain domain;

static void twin_init(unsigned long start)
{
	twin.at[0] = (struct interval){ END, END };
	twin.nr = 1;
	twin.start = start;
	twin.dma32 = 0x100000;
	twin.max32 = twin.dma32;
	twin.cached = END;
	twin.cached32 = END;
}

static unsigned int twin_index(unsigned long lo)
{
	unsigned int i;

	for (i = 0; i < twin.nr; i++)
		if (twin.at[i].lo == lo)
			return i;
	fail_msg("the twin lost an interval");
	return 0;
}

static void twin_insert(unsigned long lo, unsigned long hi)
{
	unsigned int i = twin.nr++;

	assert_true(twin.nr < MAX_RANGES);
	for (; i && twin.at[i - 1].lo > lo; i--)
		twin.at[i] = twin.at[i - 1];
	twin.at[i] = (struct interval){ lo, hi };
}

/*
 * Highest aligned start in the gaps below intervals @from, @from - 1, ..., with
 * the end below @limit and the start not below @floor; 0 if there is none.
 */
static unsigned long twin_gap(unsigned int from, unsigned long limit,
			      unsigned long floor, unsigned long size,
			      unsigned long align)
{
	int i;

	for (i = from; i >= 0; i--) {
		unsigned long top = twin.at[i].lo;
		unsigned long bottom = i ? twin.at[i - 1].hi + 1 : 0;
		unsigned long lo;

		if (top > limit)
			top = limit;
		if (bottom < floor)
			bottom = floor;
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
	unsigned long limit = limit_pfn + 1, lo, hi;
	bool low = limit <= twin.dma32;
	unsigned int from;

	if (low && size >= twin.max32)
		return 0;
	from = twin_index(low ? twin.cached32 : twin.cached);
	hi = twin.at[from].hi;
	lo = twin_gap(from, limit, twin.start, size, align);
	if (!lo && hi < limit)
		lo = twin_gap(twin.nr - 1, limit, hi + 1, size, align);
	if (!lo) {
		twin.max32 = size;
		return 0;
	}
	twin_insert(lo, lo + size - 1);
	if (lo + size - 1 < twin.dma32)
		twin.cached32 = lo;
	else
		twin.cached = lo;
	return lo;
}

static void twin_free(unsigned long pfn)
{
	unsigned int i;
	struct interval gone;
	unsigned long next;

	for (i = 0; i < twin.nr - 1; i++)
		if (twin.at[i].lo <= pfn && pfn <= twin.at[i].hi)
			break;
	if (i == twin.nr - 1)
		return;
	gone = twin.at[i];
	next = twin.at[i + 1].lo;
	if (gone.lo == twin.cached32 ||
	    (gone.hi < twin.dma32 && gone.lo >= twin.cached32))
		twin.cached32 = next;
	if (gone.lo >= twin.cached)
		twin.cached = next;
	if (gone.lo < twin.dma32)
		twin.max32 = twin.dma32;
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
		if (lo < twin.at[i].lo) {
			if (twin.cached == twin.at[i].lo)
				twin.cached = lo;
			if (twin.cached32 == twin.at[i].lo)
				twin.cached32 = lo;
			twin.at[i].lo = lo;
		}
		if (hi <= twin.at[i].hi)
			return;
		lo = twin.at[i].hi + 1;
	}
	twin_insert(lo, hi);
}

static void assert_same(void)
{
	struct rb_node *node = rb_first(&domain.rbroot);
	unsigned int i;

	for (i = 0; i < twin.nr; i++, node = rb_next(node)) {
		struct iova *iova = rb_entry(node, struct iova, node);

		assert_non_null(node);
		assert_int_equal(iova->pfn_lo, twin.at[i].lo);
		assert_int_equal(iova->pfn_hi, twin.at[i].hi);
	}
	assert_null(node);
	assert_int_equal(domain.max32_alloc_size, twin.max32);
	assert_null(iova_domain_check(&domain));
}

static void random_alloc(u64 *rng)
{
	static const unsigned long limits[] = { 0xfff,	 0x3fff,      0xfffff,
						0xfffff, 0xfffffffff, 0x200 };
	unsigned long limit = limits[boot_random(rng) % 6], align = 1;
	unsigned long size =
		1 + boot_random(rng) % (1ul << (boot_random(rng) % 9));
	bool aligned = boot_random(rng) % 4;
	struct iova *iova;

	while (aligned && align < size)
		align *= 2;
	iova = alloc_iova(&domain, size, limit, aligned);
	assert_int_equal(iova ? iova->pfn_lo : 0,
			 twin_alloc(size, limit, align));
}

static void random_free(u64 *rng)
{
	unsigned long pfn = boot_random(rng) % 0x120000;

	if (twin.nr > 1 && boot_random(rng) % 8) {
		struct interval *it =
			&twin.at[boot_random(rng) % (twin.nr - 1)];

		pfn = it->lo + boot_random(rng) % (it->hi - it->lo + 1);
	}
	free_iova(&domain, pfn);
	twin_free(pfn);
}

static void random_reserve(u64 *rng)
{
	unsigned long lo = 1 + boot_random(rng) % 0x101000;
	unsigned long hi = lo + boot_random(rng) % 64;

	assert_non_null(reserve_iova(&domain, lo, hi));
	twin_reserve(lo, hi);
}

static void tree_answers_as_the_rules_say(void **state)
{
	u64 rng = boot_seed(6170) | 1;
	unsigned int i;

	twin_init(1);
	for (i = 0; i < OPS; i++) {
		unsigned int what = boot_random(&rng) % 100;
		/* Waves: the space fills up, then drains. */
		unsigned int allocs = (i / 2000) % 2 ? 35 : 65;

		if (what < allocs && twin.nr < MAX_RANGES - 2)
			random_alloc(&rng);
		else if (what < 98)
			random_free(&rng);
		else
			random_reserve(&rng);
		if (i % 64 == 0)
			assert_same();
	}
	assert_same();
}

static int setup(void **state)
{
	boot_machine();
	assert_int_equal(iova_cache_get(), 0);
	init_iova_domain(&domain, 4096, 1);
	return 0;
}

static int teardown(void **state)
{
	put_iova_domain(&domain);
	iova_cache_put();
	boot_shutdown();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tree_answers_as_the_rules_say,
						setup, teardown),
	};

	return cmocka_run_group_tests_name("iova_model", tests, NULL, NULL);
}
