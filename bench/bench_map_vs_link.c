/* SPDX-License-Identifier: MIT */
/*
 * Is one IOVA range linked in pieces cheaper than a mapping for each page?
 *
 * One operation maps n pages for a device and unmaps them again, by
 * dma_map_page() a page, by one scatterlist, by one link a page into one
 * range, and by one link of n contiguous pages. Every way starts and ends with
 * nothing mapped.
 *
 * What does the checker add to that? Suite "checker" has some of these rows on a
 * machine that never had one, on one where it was switched off, and with it on.
 */
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

#include <stdio.h>

#include "bench.h"
#include "board.h"

#define MAX_PAGES 512
#define DIR DMA_TO_DEVICE

static struct board board;
static struct page *pages[MAX_PAGES];
static struct page *run; /* contiguous, of the largest size */
static dma_addr_t addrs[MAX_PAGES];
static struct sg_table table;
static struct dma_iova_state state;
static struct dmasim_iommu_stats before;
static unsigned long operations;

static int prepare(struct bench *b)
{
	unsigned int i;

	if (board_up(&board, b->arg))
		return -1;
	run = alloc_pages(GFP_KERNEL, get_order(MAX_PAGES * SZ_4K));
	for (i = 0; i < MAX_PAGES; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	if (!run || !pages[MAX_PAGES - 1] ||
	    sg_alloc_table_from_pages(&table, pages, b->param, 0,
				      b->param * SZ_4K, GFP_KERNEL)) {
		fprintf(stderr, "dmasim-bench: out of memory\n");
		return -1;
	}
	operations = 0;
	dmasim_iommu_get_stats(&before);
	return 0;
}

static void unprepare(struct bench *b)
{
	unsigned int i;

	sg_free_table(&table);
	for (i = 0; i < MAX_PAGES; i++)
		__free_page(pages[i]);
	__free_pages(run, get_order(MAX_PAGES * SZ_4K));
	board_down(&board);
}

static void op_map(struct bench *b, unsigned long n)
{
	unsigned long i;
	long p;

	for (i = 0; i < n; i++) {
		for (p = 0; p < b->param; p++) {
			addrs[p] = dma_map_page(board.dev, pages[p], 0, SZ_4K,
						DIR);
			if (dma_mapping_error(board.dev, addrs[p]))
				fprintf(stderr, "dmasim-bench: cannot map\n");
		}
		for (p = 0; p < b->param; p++)
			dma_unmap_page(board.dev, addrs[p], SZ_4K, DIR);
	}
	operations += n;
}

static void op_sg(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		if (dma_map_sgtable(board.dev, &table, DIR, 0))
			fprintf(stderr, "dmasim-bench: cannot map\n");
		dma_unmap_sgtable(board.dev, &table, DIR, 0);
	}
	operations += n;
}

static void link_all(long count)
{
	long p;

	for (p = 0; p < count; p++)
		dma_iova_link(board.dev, &state, page_to_phys(pages[p]),
			      p * SZ_4K, SZ_4K, DIR, 0);
}

static void op_link(struct bench *b, unsigned long n)
{
	size_t size = b->param * SZ_4K;
	unsigned long i;

	for (i = 0; i < n; i++) {
		dma_iova_try_alloc(board.dev, &state, 0, size);
		link_all(b->param);
		dma_iova_sync(board.dev, &state, 0, size);
		dma_iova_destroy(board.dev, &state, size, DIR, 0);
	}
	operations += n;
}

static void op_link_contiguous(struct bench *b, unsigned long n)
{
	size_t size = b->param * SZ_4K;
	unsigned long i;

	for (i = 0; i < n; i++) {
		dma_iova_try_alloc(board.dev, &state, 0, size);
		dma_iova_link(board.dev, &state, page_to_phys(run), 0, size,
			      DIR, 0);
		dma_iova_sync(board.dev, &state, 0, size);
		dma_iova_destroy(board.dev, &state, size, DIR, 0);
	}
	operations += n;
}

/* only the links of a range: what one call costs */
static void reserve(struct bench *b, unsigned long n)
{
	dma_iova_try_alloc(board.dev, &state, 0, n * SZ_4K);
}

static void op_link_call(struct bench *b, unsigned long n)
{
	link_all(n);
}

static void release(struct bench *b, unsigned long n)
{
	dma_iova_destroy(board.dev, &state, n * SZ_4K, DIR, 0);
}

static void count(struct bench *b, unsigned long n)
{
	static const struct {
		void (*op)(struct bench *b, unsigned long n);
		double bytes; /* that a driver keeps for each page */
	} kept[] = {
		{ op_map, sizeof(dma_addr_t) },
		{ op_sg, sizeof(struct scatterlist) },
		{ op_link, 0 },
		{ op_link_contiguous, 0 },
	};
	struct dmasim_iommu_stats now;
	unsigned int i;

	dmasim_iommu_get_stats(&now);
	bench_counter(b, "iotlb_invalidations",
		      (double)(now.invalidations - before.invalidations) /
			      operations);
	bench_counter(b, "pt_pages", now.pt_pages_peak);
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (kept[i].op == b->op)
			bench_counter(b, "bookkeeping_bytes_per_page",
				      kept[i].bytes);
	}
}

static const struct {
	const char *name;
	void (*op)(struct bench *b, unsigned long n);
} ways[] = {
	{ "map", op_map },
	{ "sg", op_sg },
	{ "link", op_link },
	{ "link_contiguous", op_link_contiguous },
};

void bench_checker(void)
{
	static const struct board_kind kinds[] = {
		{ "never", "vtdss", .levels = 4 },
		{ "off", "vtdss", .levels = 4, .checker = BOARD_CHECKER_OFF },
		{ "on", "vtdss", .levels = 4, .checker = BOARD_CHECKER_ON },
	};
	static const double most[] = { 0, 1.03, 12 };
	static const long sizes[] = { 1, 32, 512 };
	struct bench b = { .suite = "checker",
			   .prepare = prepare,
			   .unprepare = unprepare };
	unsigned int kind, size, way;

	for (way = 0; way < 4; way++) {
		for (size = 0; size < 3; size++) {
			for (kind = 0; kind < 3; kind++) {
				snprintf(b.name, sizeof(b.name), "%s/%ld/%s",
					 ways[way].name, sizes[size],
					 kinds[kind].name);
				snprintf(b.base, sizeof(b.base), "%s/%ld/never",
					 ways[way].name, sizes[size]);
				b.max_of_base = most[kind];
				b.arg = &kinds[kind];
				b.op = ways[way].op;
				b.param = sizes[size];
				b.divide = sizes[size];
				bench_add(&b);
			}
		}
	}
}

void bench_map_vs_link(void)
{
	static const long sizes[] = { 1, 8, 32, 256, 512 };
	struct bench b = { .suite = "map_vs_link",
			   .prepare = prepare,
			   .unprepare = unprepare };
	unsigned int kind, size, way;

	for (kind = 0; kind < 4; kind++) {
		b.arg = &board_kinds[kind];
		b.count = count;
		for (size = 0; size < 5; size++) {
			for (way = 0; way < 4; way++) {
				snprintf(b.name, sizeof(b.name), "%s/%ld/%s",
					 ways[way].name, sizes[size],
					 board_kinds[kind].name);
				b.op = ways[way].op;
				b.param = sizes[size];
				b.divide = sizes[size];
				bench_add(&b);
			}
		}
		if (board_kinds[kind].lazy)
			continue;
		snprintf(b.name, sizeof(b.name), "link_call/512/%s",
			 board_kinds[kind].name);
		b.op = op_link_call;
		b.fill = reserve;
		b.undo = release;
		b.batch = MAX_PAGES;
		b.param = MAX_PAGES;
		b.divide = 0;
		b.count = NULL;
		bench_add(&b);
		b.fill = NULL;
		b.undo = NULL;
		b.batch = 0;
	}
}
