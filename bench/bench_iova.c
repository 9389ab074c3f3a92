/* SPDX-License-Identifier: MIT */
/*
 * How fast are addresses handed out and taken back?
 *
 * random_replace/<allocator>/<live ranges>/<sizes> is about the trees alone,
 * when the space is 90 % full and what is free is scattered: one operation
 * frees a random range and takes another. It starts from a space packed without
 * a gap, of which a random tenth was freed, and has aged by 20000 operations;
 * not with linux and a million ranges, where that would take minutes.
 */
#include <linux/dma-mapping.h>
#include <linux/iova.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "bench.h"
#include "board.h"
#include "iova/iova.h"

#define LIMIT_PFN (DMA_BIT_MASK(32) >> 12)
#define TREE_LIVE 1000

static struct board board;
static struct iova_domain domain;

static int prepare(struct bench *b)
{
	if (board_up(&board, NULL))
		return -1;
	init_iova_domain(&domain, 4096, 1);
	return iova_domain_init_rcaches(&domain);
}

static void unprepare(struct bench *b)
{
	put_iova_domain(&domain);
	board_down(&board);
}

static void op_fast_pair(struct bench *b, unsigned long n)
{
	unsigned long pages = b->param, i;

	for (i = 0; i < n; i++)
		free_iova_fast(&domain,
			       alloc_iova_fast(&domain, pages, LIMIT_PFN, true),
			       pages);
}

static void op_tree_pair(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		__free_iova(&domain,
			    alloc_iova(&domain, b->param, LIMIT_PFN, true));
}

static void hold_many(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < TREE_LIVE && !domain.rbroot.rb_node; i++)
		alloc_iova(&domain, 1, LIMIT_PFN, true);
}

/* ---- random_replace ---- */

/* start_pfn: above 4 GiB, where linux remembers one node and not two */
#define REPLACE_START (1ul << 20)
#define REPLACE_SMOKE 200ul /* live ranges of --smoke */

struct replace {
	const char *allocator;
	unsigned long live;
	bool mixed;
	unsigned long age; /* operations before the first sample */
	unsigned long batch; /* operations a sample */
};

static struct {
	u32 *live; /* first pfns, 0: none */
	unsigned long next; /* index of the range to replace next */
	unsigned long nr, limit;
	unsigned long failed, total;
	bool mixed;
	u64 rng;
} replace;

static u64 replace_random(void)
{
	/* xorshift64 */
	replace.rng ^= replace.rng << 13;
	replace.rng ^= replace.rng >> 7;
	replace.rng ^= replace.rng << 17;
	return replace.rng;
}

/* Seven sizes fill 64 pfns when they come in this order. */
static unsigned long replace_size(unsigned long i)
{
	static const unsigned long sizes[] = { 32, 16, 8, 4, 2, 1, 1 };

	return replace.mixed ? sizes[i % 7] : 1;
}

static unsigned long replace_alloc(unsigned long size)
{
	struct iova *iova = alloc_iova(&domain, size, replace.limit, true);

	return iova ? iova->pfn_lo : 0;
}

static void op_random_replace(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		u32 *pfn = &replace.live[replace.next];
		u64 random = replace_random();

		/*
		 * The list of pfns is not what is measured: it is small, in
		 * huge pages as in a kernel, and fetched ahead.
		 */
		replace.next = (random >> 8) % replace.nr;
		__builtin_prefetch(&replace.live[replace.next], 1);
		if (*pfn)
			free_iova(&domain, *pfn);
		*pfn = replace_alloc(replace_size((u8)random));
		replace.failed += !*pfn;
	}
	replace.total += n;
}

/* All of the space, then without a random tenth. */
static int replace_fill(void)
{
	unsigned long nr = replace.nr / 9 * 10, blocks = nr / 7 + 1, i;
	size_t bytes;

	if (!replace.mixed)
		blocks = nr / 64 + 1;
	nr = replace.mixed ? blocks * 7 : blocks * 64;
	bytes = round_up(nr * sizeof(*replace.live), SZ_2M);
	replace.live = aligned_alloc(SZ_2M, bytes);
	if (!replace.live)
		return -1;
	madvise(replace.live, bytes, MADV_HUGEPAGE);
	replace.limit = REPLACE_START + blocks * 64 - 1;
	for (i = 0; i < nr; i++) {
		replace.live[i] = replace_alloc(replace_size(i));
		if (!replace.live[i])
			return -1;
	}
	for (; nr > replace.nr; nr--) {
		u32 *pfn = &replace.live[replace_random() % nr];

		free_iova(&domain, *pfn);
		*pfn = replace.live[nr - 1];
	}
	return 0;
}

static int prepare_replace(struct bench *b)
{
	const struct replace *row = b->arg;

	replace.nr = b->smoke ? REPLACE_SMOKE : row->live;
	replace.mixed = row->mixed;
	replace.next = 0;
	replace.rng = 0x9e3779b97f4a7c15;
	if (board_up(&board, NULL))
		return -1;
	iova_domain_init(&domain, 4096, REPLACE_START,
			 iova_allocator_find(row->allocator));
	if (replace_fill()) {
		fprintf(stderr, "dmasim-bench: no room for %lu ranges\n",
			replace.nr);
		return -1;
	}
	op_random_replace(b, b->smoke ? REPLACE_SMOKE : row->age);
	replace.failed = 0;
	replace.total = 0;
	return 0;
}

static void count_replace(struct bench *b, unsigned long total)
{
	bench_counter(b, "failed_percent",
		      100.0 * replace.failed / replace.total);
}

static void unprepare_replace(struct bench *b)
{
	free(replace.live);
	unprepare(b);
}

static void bench_replace(void)
{
	static const struct replace rows[] = {
		{ "linux", 1000, false, 20000, 0 },
		{ "gap", 1000, false, 20000, 0 },
		{ "linux", 1000, true, 20000, 0 },
		{ "gap", 1000, true, 20000, 0 },
		{ "linux", 1000000, false, 0, 16 },
		{ "gap", 1000000, false, 20000, 0 },
		{ "linux", 1000000, true, 0, 16 },
		{ "gap", 1000000, true, 20000, 0 },
	};
	struct bench b = { .suite = "iova",
			   .prepare = prepare_replace,
			   .op = op_random_replace,
			   .count = count_replace,
			   .unprepare = unprepare_replace };
	unsigned int i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(b.name, sizeof(b.name), "random_replace/%s/%lu/%s",
			 rows[i].allocator, rows[i].live,
			 rows[i].mixed ? "mixed" : "one");
		b.arg = &rows[i];
		b.batch = rows[i].batch;
		bench_add(&b);
	}
}

void bench_iova(void)
{
	static const long sizes[] = { 1, 2, 4, 8, 16, 32 };
	struct bench b = { .suite = "iova",
			   .prepare = prepare,
			   .unprepare = unprepare };
	unsigned int i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		snprintf(b.name, sizeof(b.name), "fast_pair/%ld", sizes[i]);
		b.op = op_fast_pair;
		b.param = sizes[i];
		bench_add(&b);
	}
	snprintf(b.name, sizeof(b.name), "tree_pair/1");
	b.op = op_tree_pair;
	b.fill = hold_many;
	b.param = 1;
	bench_add(&b);
	bench_replace();
}
