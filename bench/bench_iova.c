/* SPDX-License-Identifier: MIT */
/*
 * How fast are addresses handed out and taken back?
 */
#include <linux/dma-mapping.h>
#include <linux/iova.h>
#include <linux/slab.h>

#include <stdio.h>

#include "bench.h"
#include "board.h"

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
}
