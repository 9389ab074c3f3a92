/* SPDX-License-Identifier: MIT */
/*
 * What does one entry, and what do many, cost in the page tables?
 *
 * Pages of a window whose tables exist are mapped and unmapped one by one; 512
 * of them in one call, half in one table and half in the next, so that unmapping
 * frees no table; and leaves one level up, one a call. Physical addresses are such
 * that pages of the window never make a larger entry. In formats whose smallest
 * page is not 4 KiB a page is that, and the rows are named so.
 */
#include <linux/dma-mapping.h>
#include <linux/generic_pt/iommu.h>
#include <linux/gfp.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include <stdio.h>

#include "bench.h"
#include "board.h"

#define PAGES 16384ul /* 64 MiB of 4 KiB */
#define IOVA SZ_1G
#define RANGE_PAGES 512
#define RANGES 8
#define LEAVES 64
#define LEAF_IOVA (64ull << 30)
#define PROT (IOMMU_READ | IOMMU_WRITE)

static struct board board;
static struct iommu_domain *domain;
static struct pt_iommu *pt;
static u64 page_bytes, leaf_bytes; /* of levels 0 and 1 */

static u64 page_iova(unsigned long page)
{
	return IOVA + page * page_bytes;
}

/* One page off the window, so that no two pages lie as a larger entry must. */
static u64 page_phys(unsigned long page)
{
	return IOVA + (page + 1) * page_bytes;
}

static void map(u64 iova, u64 phys, u64 len)
{
	size_t mapped = 0;

	pt->ops->map_range(pt, iova, phys, len, PROT, GFP_ATOMIC, &mapped);
}

static void unmap(u64 iova, u64 len)
{
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	pt->ops->unmap_range(pt, iova, len, &gather);
}

static void map_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		map(page_iova(i), page_phys(i), page_bytes);
}

static void unmap_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		unmap(page_iova(i), page_bytes);
}

static void core_map_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		iommu_map_nosync(domain, page_iova(i), page_phys(i), page_bytes,
				 PROT, GFP_ATOMIC);
}

static void translate_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		if (!iommu_iova_to_phys(domain, page_iova(i)))
			fprintf(stderr, "dmasim-bench: page %lu is lost\n", i);
}

static unsigned long range_page(unsigned long range)
{
	return (range + 1) * (leaf_bytes / page_bytes) - RANGE_PAGES / 2;
}

static void map_ranges(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		map(page_iova(range_page(i)), page_phys(range_page(i)),
		    RANGE_PAGES * page_bytes);
}

static void unmap_ranges(struct bench *b, unsigned long n)
{
	struct iommu_iotlb_gather gather;
	unsigned long i;

	iommu_iotlb_gather_init(&gather);
	for (i = 0; i < n; i++)
		pt->ops->unmap_range(pt, page_iova(range_page(i)),
				     RANGE_PAGES * page_bytes, &gather);
	iommu_iotlb_sync(domain, &gather);
}

static void map_leaves(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		map(LEAF_IOVA + i * leaf_bytes, LEAF_IOVA + i * leaf_bytes,
		    leaf_bytes);
}

static void unmap_leaves(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		unmap(LEAF_IOVA + i * leaf_bytes, leaf_bytes);
}

static int prepare(struct bench *b)
{
	unsigned long i;

	if (board_up(&board, b->arg))
		return -1;
	domain = iommu_paging_domain_alloc(board.dev);
	if (IS_ERR(domain)) {
		fprintf(stderr, "dmasim-bench: no domain\n");
		return -1;
	}
	pt = iommupt_from_domain(domain);
	page_bytes = domain->pgsize_bitmap & -domain->pgsize_bitmap;
	/* A table is a page of 8-byte items in all formats. */
	leaf_bytes = page_bytes * (page_bytes / 8);
	/* Page by page, so that the tables stay when the pages go. */
	map_window(b, PAGES);
	unmap_window(b, PAGES);
	for (i = 0; i <= RANGES; i++) {
		map(page_iova(i * leaf_bytes / page_bytes), SZ_1G, page_bytes);
		unmap(page_iova(i * leaf_bytes / page_bytes), page_bytes);
	}
	return 0;
}

static void unprepare(struct bench *b)
{
	iommu_domain_free(domain);
	board_down(&board);
}

/* ---- a device reads what is in its IOTLB ---- */

static struct page *page;
static dma_addr_t page_dma;

static int prepare_read(struct bench *b)
{
	if (board_up(&board, b->arg))
		return -1;
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return -1;
	page_dma = dma_map_page(board.dev, page, 0, SZ_4K, DMA_TO_DEVICE);
	return dma_mapping_error(board.dev, page_dma) ? -1 : 0;
}

static void read_page(struct bench *b, unsigned long n)
{
	static char buf[SZ_4K];
	unsigned long i;

	for (i = 0; i < n; i++)
		if (dmasim_dma_read(board.hw, page_dma, buf, sizeof(buf)))
			fprintf(stderr, "dmasim-bench: the device faults\n");
}

static void unprepare_read(struct bench *b)
{
	dma_unmap_page(board.dev, page_dma, SZ_4K, DMA_TO_DEVICE);
	__free_page(page);
	board_down(&board);
}

static double read_goal(const struct bench *b)
{
	double copy = bench_value("limits", "memcpy_4k");
	double cmpxchg = bench_value("limits", "cmpxchg");

	return copy && cmpxchg ? copy + 4 * cmpxchg : 0;
}

/* ---- the rows ---- */

struct pt_row {
	const char *name; /* goes on with the size of the page or leaf */
	unsigned long batch;
	void (*fill)(struct bench *b, unsigned long n);
	void (*op)(struct bench *b, unsigned long n);
	void (*undo)(struct bench *b, unsigned long n);
	unsigned int divide;
	double cmpxchg; /* goal in these, or in entry fills if divided */
	double instructions;
};

static const struct pt_row pt_rows[] = {
	{ "map", PAGES, NULL, map_window, unmap_window, 0, 1.6, 110 },
	{ "unmap", PAGES, map_window, unmap_window, NULL, 0, 2, 160 },
	{ "core_map", PAGES, NULL, core_map_window, unmap_window },
	{ "iova_to_phys", PAGES, map_window, translate_window, unmap_window, 0,
	  0.9, 60 },
	{ "map_512_by", RANGES, NULL, map_ranges, unmap_ranges, RANGE_PAGES, 2,
	  8 },
	{ "unmap_512_by", RANGES, map_ranges, unmap_ranges, NULL, RANGE_PAGES,
	  2, 10 },
	{ "map_leaf", LEAVES, NULL, map_leaves, unmap_leaves, 0, 2.5, 130 },
	{ "unmap_leaf", LEAVES, map_leaves, unmap_leaves, NULL, 0, 2.5, 150 },
};

static double pt_goal(const struct bench *b)
{
	const struct pt_row *row = &pt_rows[b->param];

	return row->cmpxchg *
	       (row->divide ?
			row->divide * bench_value("limits", "entry_fill_warm") :
			bench_value("limits", "cmpxchg"));
}

void bench_pt(void)
{
	static const struct {
		struct board_kind kind;
		const char *page, *leaf;
	} formats[] = {
		{ { .format = "vtdss", .levels = 4 }, "4k", "2m" },
		{ { .format = "amdv1", .levels = 4 }, "4k", "2m" },
		{ { .format = "x86_64" }, "4k", "2m" },
		{ { .format = "vtdfs" }, "4k", "2m" },
		{ { .format = "riscv64" }, "4k", "2m" },
		{ { .format = "arm_s1_4k" }, "4k", "2m" },
		{ { .format = "arm_s2_4k" }, "4k", "2m" },
		{ { .format = "arm_s1_16k" }, "16k", "32m" },
		{ { .format = "arm_s1_64k" }, "64k", "512m" },
	};
	struct bench read = {
		.suite = "pt",
		.name = "device_read_4k/vtdss",
		.prepare = prepare_read,
		.op = read_page,
		.goal = read_goal,
		.unprepare = unprepare_read,
		.arg = &formats[0].kind,
	};
	unsigned int f, i;

	for (f = 0; f < sizeof(formats) / sizeof(formats[0]); f++) {
		for (i = 0; i < sizeof(pt_rows) / sizeof(pt_rows[0]); i++) {
			const struct pt_row *row = &pt_rows[i];
			struct bench b = {
				.suite = "pt",
				.prepare = prepare,
				.unprepare = unprepare,
				.arg = &formats[f].kind,
				.param = i,
				.batch = row->batch,
				.fill = row->fill,
				.op = row->op,
				.undo = row->undo,
				.divide = row->divide,
				.goal = row->cmpxchg ? pt_goal : NULL,
				.max_instructions = row->instructions,
			};

			snprintf(b.name, sizeof(b.name), "%s_%s/%s", row->name,
				 row->batch == LEAVES ? formats[f].leaf :
							formats[f].page,
				 formats[f].kind.format);
			bench_add(&b);
		}
	}
	bench_add(&read);
}
