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
#include <linux/kernel.h>
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

/* ---- a device reads what is in the IOTLB ---- */

/* In each block alloc_pages() gives. */
#define BLOCK_PAGES 1024ul
#define FAR SZ_16M

/*
 * With 16384 a device goes round more than it keeps itself (HW_DEV_TLB_SLOTS): the
 * IOTLB answers each time.
 */
static const struct read_row {
	const char *name;
	unsigned long pages; /* that the device goes round, by its addresses */
	size_t stride; /* from one to the next */
	unsigned long copied; /* pages of memory that these are */
	const char *copy; /* row of limits that copies as many */
} read_rows[] = {
	{ "device_read_4k", 1, SZ_4K, 1, "memcpy_4k" },
	{ "device_read_4k_far", 4, FAR, 4, "memcpy_4k" },
	{ "device_read_4k_of_64", 64, SZ_4K, 64, "memcpy_4k_of_64" },
	{ "device_read_4k_of_1024", 1024, SZ_4K, 1024, "memcpy_4k_of_1024" },
	{ "device_read_4k_of_4096", 4096, SZ_4K, 4096, "memcpy_4k_of_4096" },
	{ "device_read_4k_iotlb", 16384, SZ_4K, 64, "memcpy_4k_of_64" },
};

static struct page *read_blocks[4];
static struct dma_iova_state read_iova;
static u64 read_next; /* a sample goes on where the last one ended */

static phys_addr_t read_phys(unsigned long page)
{
	return page_to_phys(read_blocks[page / BLOCK_PAGES]) +
	       page % BLOCK_PAGES * SZ_4K;
}

static void read_each(struct bench *b, unsigned long n)
{
	const struct read_row *row = &read_rows[b->param];
	u64 offset = read_next;
	static char buf[SZ_4K];

	while (n--) {
		if (dmasim_dma_read(board.hw, read_iova.addr + offset, buf,
				    sizeof(buf)))
			fprintf(stderr, "dmasim-bench: the device faults\n");
		offset += row->stride;
		if (offset == row->pages * row->stride)
			offset = 0;
	}
	read_next = offset;
}

static int prepare_read(struct bench *b)
{
	const struct read_row *row = &read_rows[b->param];
	unsigned long i;

	if (board_up(&board, b->arg))
		return -1;
	for (i = 0; i < ARRAY_SIZE(read_blocks); i++) {
		read_blocks[i] = alloc_pages(GFP_KERNEL | __GFP_ZERO,
					     get_order(BLOCK_PAGES * SZ_4K));
		if (!read_blocks[i])
			return -1;
	}
	read_next = 0;
	if (!dma_iova_try_alloc(board.dev, &read_iova, 0,
				row->pages * row->stride))
		return -1;
	for (i = 0; i < row->pages; i++)
		if (dma_iova_link(board.dev, &read_iova,
				  read_phys(i % row->copied), i * row->stride,
				  SZ_4K, DMA_TO_DEVICE, 0))
			return -1;
	if (dma_iova_sync(board.dev, &read_iova, 0, row->pages * row->stride))
		return -1;
	/* From here on the IOTLB has them all. */
	read_each(b, row->pages);
	return 0;
}

static void unprepare_read(struct bench *b)
{
	const struct read_row *row = &read_rows[b->param];
	unsigned long i;

	for (i = 0; i < row->pages; i++)
		dma_iova_unlink(board.dev, &read_iova, i * row->stride, SZ_4K,
				DMA_TO_DEVICE, 0);
	dma_iova_free(board.dev, &read_iova);
	for (i = 0; i < ARRAY_SIZE(read_blocks); i++)
		__free_pages(read_blocks[i], get_order(BLOCK_PAGES * SZ_4K));
	board_down(&board);
}

static double read_goal(const struct bench *b)
{
	double copy = bench_value("limits", read_rows[b->param].copy);
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
		.prepare = prepare_read,
		.op = read_each,
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
	for (i = 0; i < sizeof(read_rows) / sizeof(read_rows[0]); i++) {
		snprintf(read.name, sizeof(read.name), "%s/%s",
			 read_rows[i].name, formats[0].kind.format);
		read.param = i;
		bench_add(&read);
	}
}
