/* SPDX-License-Identifier: MIT */
/*
 * What does a bounce cost beyond its copies?
 *
 * One operation maps a buffer for a device without IOMMU, everything being
 * bounced, and unmaps it. A bidirectional mapping is copied twice, one to the
 * device once. The yardstick of a row are its copies and 10 compare-exchanges
 * for each of map and unmap.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <stdio.h>

#include "bench.h"
#include "board.h"

static struct board board;
static void *buffer;

static int prepare(struct bench *b)
{
	static const struct board_kind forced = { "bounce",
						  .swiotlb = "force" };

	if (board_up(&board, &forced))
		return -1;
	buffer = kmalloc(SZ_64K, GFP_KERNEL | __GFP_ZERO);
	return buffer ? 0 : -1;
}

static void unprepare(struct bench *b)
{
	kfree(buffer);
	board_down(&board);
}

static void map_unmap(struct bench *b, unsigned long n,
		      enum dma_data_direction dir)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		dma_addr_t addr =
			dma_map_single(board.dev, buffer, b->param, dir);

		dma_unmap_single(board.dev, addr, b->param, dir);
	}
}

static void op_both(struct bench *b, unsigned long n)
{
	map_unmap(b, n, DMA_BIDIRECTIONAL);
}

static void op_to_device(struct bench *b, unsigned long n)
{
	map_unmap(b, n, DMA_TO_DEVICE);
}

static double copies(unsigned int nr)
{
	double copy = bench_value("limits", "memcpy_4k");
	double cmpxchg = bench_value("limits", "cmpxchg");

	return copy && cmpxchg ? nr * copy + 20 * cmpxchg : 0;
}

/* Two copies may cost twice what they do at best. */
static double goal(const struct bench *b)
{
	return b->op == op_both ? copies(4) : copies(2);
}

void bench_bounce(void)
{
	struct bench b = { .suite = "bounce",
			   .prepare = prepare,
			   .unprepare = unprepare };

	snprintf(b.name, sizeof(b.name), "map_unmap/4096/both");
	b.op = op_both;
	b.param = SZ_4K;
	b.goal = goal;
	bench_add(&b);
	snprintf(b.name, sizeof(b.name), "map_unmap/4096/to_device");
	b.op = op_to_device;
	bench_add(&b);
	/* next to no copy: what finding and releasing a slot costs */
	snprintf(b.name, sizeof(b.name), "map_unmap/64/both");
	b.op = op_both;
	b.param = 64;
	b.goal = NULL;
	bench_add(&b);
}
