/* SPDX-License-Identifier: MIT */
/*
 * What does one entry, and what do many, cost in the page tables?
 *
 * A window of 64 MiB whose tables exist is mapped and unmapped page by page,
 * and 2 MiB in one call, half in one table and half in the next, so that unmapping
 * frees no table. Physical addresses are such that no entry larger than 4 KiB
 * fits.
 */
#include <linux/generic_pt/iommu.h>
#include <linux/iommu.h>
#include <linux/sizes.h>

#include <stdio.h>

#include "bench.h"
#include "board.h"

#define WINDOW SZ_64M
#define PAGES (WINDOW / SZ_4K)
#define IOVA SZ_1G
#define PHYS (SZ_1G + SZ_4K)
#define RANGE_PAGES (SZ_2M / SZ_4K)
#define RANGE_IOVA (IOVA + SZ_1M) /* no table is ever covered as a whole */
#define PROT (IOMMU_READ | IOMMU_WRITE)

static struct board board;
static struct iommu_domain *domain;
static struct pt_iommu *pt;

static void map_page(unsigned long page)
{
	size_t mapped = 0;

	pt->ops->map_range(pt, IOVA + page * SZ_4K, PHYS + page * SZ_4K, SZ_4K,
			   PROT, GFP_ATOMIC, &mapped);
}

static void unmap_page(unsigned long page)
{
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
	pt->ops->unmap_range(pt, IOVA + page * SZ_4K, SZ_4K, &gather);
}

static void map_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		map_page(i);
}

static void unmap_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		unmap_page(i);
}

static void core_map_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		iommu_map_nosync(domain, IOVA + i * SZ_4K, PHYS + i * SZ_4K,
				 SZ_4K, PROT, GFP_ATOMIC);
}

static void map_ranges(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		size_t mapped = 0;

		pt->ops->map_range(pt, RANGE_IOVA + i * SZ_2M, PHYS + i * SZ_2M,
				   SZ_2M, PROT, GFP_ATOMIC, &mapped);
	}
}

static void unmap_ranges(struct bench *b, unsigned long n)
{
	struct iommu_iotlb_gather gather;
	unsigned long i;

	iommu_iotlb_gather_init(&gather);
	for (i = 0; i < n; i++)
		pt->ops->unmap_range(pt, RANGE_IOVA + i * SZ_2M, SZ_2M,
				     &gather);
	iommu_iotlb_sync(domain, &gather);
}

static void translate_window(struct bench *b, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		if (!iommu_iova_to_phys(domain, IOVA + i * SZ_4K))
			fprintf(stderr, "dmasim-bench: page %lu is lost\n", i);
}

static int prepare(struct bench *b)
{
	if (board_up(&board, b->arg))
		return -1;
	domain = iommu_paging_domain_alloc(board.dev);
	if (IS_ERR(domain)) {
		fprintf(stderr, "dmasim-bench: no domain\n");
		return -1;
	}
	pt = iommupt_from_domain(domain);
	/* Page by page, so that the tables stay when the pages go. */
	map_window(b, PAGES);
	unmap_window(b, PAGES);
	return 0;
}

static void unprepare(struct bench *b)
{
	iommu_domain_free(domain);
	board_down(&board);
}

void bench_pt(void)
{
	static const struct bench rows[] = {
		{ .name = "map_4k",
		  .batch = PAGES,
		  .op = map_window,
		  .undo = unmap_window },
		{ .name = "unmap_4k",
		  .batch = PAGES,
		  .fill = map_window,
		  .op = unmap_window },
		{ .name = "core_map_4k",
		  .batch = PAGES,
		  .op = core_map_window,
		  .undo = unmap_window },
		{ .name = "iova_to_phys_4k",
		  .batch = PAGES,
		  .fill = map_window,
		  .op = translate_window,
		  .undo = unmap_window },
		{ .name = "map_2m_by_4k",
		  .batch = 8,
		  .divide = RANGE_PAGES,
		  .op = map_ranges,
		  .undo = unmap_ranges },
		{ .name = "unmap_2m_by_4k",
		  .batch = 8,
		  .divide = RANGE_PAGES,
		  .fill = map_ranges,
		  .op = unmap_ranges },
	};
	unsigned int i, kind;

	for (kind = 0; kind < 2; kind++) {
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct bench b = rows[i];

			b.suite = "pt";
			b.prepare = prepare;
			b.unprepare = unprepare;
			b.arg = &board_kinds[kind];
			snprintf(b.name, sizeof(b.name), "%.40s/%.20s",
				 rows[i].name, board_kinds[kind].format);
			bench_add(&b);
		}
	}
}
