/* SPDX-License-Identifier: MIT */
/*
 * Gallery: page tables and invalidation. The defects are those of single
 * drivers; with a quirk both formats have it.
 */
#include "api/core.h"
#include "gallery/gallery.h"

#define IOVA 0x40000000ul
/* 2 MiB that do not begin at a multiple of 2 MiB: small leaves only. */
#define ODD ((RAM & ~0x1fffffull) | 0x1000)

static struct iommu_domain *attached(struct fixture *f)
{
	struct iommu_domain *d = domain_create(f);

	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	return d;
}

static void drop(struct fixture *f, struct iommu_domain *d)
{
	iommu_detach_device(d, f->dev);
	iommu_domain_free(d);
}

/* spec: iommu-pt 6.1 */
static void unmap_hole_errno(void **state)
{
	struct iommu_domain *d = domain_create(*state);

	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), 0);

	quirk_on("unmap-hole-errno");
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), 0xfffffffffffffffe);
	iommu_domain_free(d);
}

/* spec: iommu-pt 6.3 */
static void empty_sync(void **state)
{
	struct iommu_domain *d = domain_create(*state);
	uint64_t commands = iommu_stat(invalidations);

	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), 0);
	assert_int_equal(iommu_stat(invalidations) - commands, 0);

	quirk_on("empty-sync");
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), 0);
	assert_int_equal(iommu_stat(invalidations) - commands, 1);
	iommu_domain_free(d);
}

/* Many large pages; the range ends a little way into the next gigabyte. */
#define RANGE 0x3fe400000ul
#define RANGE_END 0x4c0600000ul
/* Somebody else's page in that gigabyte. */
#define OTHER 0x4f0000000ul

static void map_beside_other(struct fixture *f, struct iommu_domain *d)
{
	assert_int_equal(map_at(d, OTHER, RAM, PAGE_4K), 0);
	assert_device_reads(f, OTHER, 0x1000, 1);
	assert_int_equal(map_at(d, RANGE, RANGE, RANGE_END - RANGE), 0);
	assert_translates(f, RANGE, RANGE);
	assert_translates(f, RANGE_END - 1, RANGE_END - 1);
}

/* spec: iommu-pt 6.5 */
static void map_clears_rest(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	fill_pattern(ram_at(RAM, 0x1000), 0x1000, 1);
	map_beside_other(f, d);
	assert_device_reads(f, OTHER, 0x1000, 1);
	assert_int_equal(iommu_unmap(d, RANGE, RANGE_END - RANGE),
			 RANGE_END - RANGE);
	assert_int_equal(iommu_unmap(d, OTHER, PAGE_4K), PAGE_4K);

	quirk_on("map-clears-rest");
	map_beside_other(f, d);
	/* Success for one, and the other's page is gone. */
	assert_int_equal(iommu_iova_to_phys(d, OTHER), 0);
	assert_device_faults(f, OTHER, PAGE_4K);
	assert_int_equal(iommu_unmap(d, OTHER, PAGE_4K), 0);
	assert_int_equal(iommu_unmap(d, RANGE, RANGE_END - RANGE),
			 RANGE_END - RANGE);
	drop(f, d);
}

/* spec: iommu-pt 6.8 */
static void unmap_rounds_hole(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	fill_pattern(ram_at(RAM, 0x1000), 0x1000, 1);
	assert_int_equal(map_at(d, IOVA + 0x201000, RAM, PAGE_4K), 0);
	assert_int_equal(map_at(d, IOVA + 0x302000, RAM, PAGE_4K), 0);
	assert_int_equal(iommu_unmap(d, IOVA + 0x102000, PAGE_4K), 0);
	assert_device_reads(f, IOVA + 0x201000, 0x1000, 1);

	quirk_on("unmap-rounds-hole");
	/* 2 MiB from there, across the page of somebody else. */
	assert_int_equal(iommu_unmap(d, IOVA + 0x102000, PAGE_4K), SZ_2M);
	assert_device_faults(f, IOVA + 0x201000, PAGE_4K);
	assert_device_reads(f, IOVA + 0x302000, 0x1000, 1);
	assert_int_equal(iommu_unmap(d, IOVA + 0x302000, PAGE_4K), PAGE_4K);
	drop(f, d);
}

/* spec: iommu-pt 6.9 */
static void overmap_ignored(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	fill_pattern(ram_at(RAM, 0x1000), 0x1000, 1);
	assert_int_equal(map_at(d, IOVA, RAM, PAGE_4K), 0);
	assert_int_equal(map_at(d, IOVA, RAM + PAGE_4K, PAGE_4K), -EADDRINUSE);

	quirk_on("overmap-ignored");
	expect_warns(1);
	assert_int_equal(map_at(d, IOVA, RAM + PAGE_4K, PAGE_4K), 0);
	/* Success, and the device goes on with the old page. */
	assert_translates(f, IOVA, RAM);
	assert_device_reads(f, IOVA, 0x1000, 1);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	drop(f, d);
}

/* spec: iommu-pt 6.13 */
static void overmap_unflushed(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	fill_pattern(ram_at(RAM, 0x1000), 0x1000, 1);
	assert_int_equal(map_at(d, IOVA, RAM, PAGE_4K), 0);
	assert_device_reads(f, IOVA, 0x1000, 1);
	assert_int_equal(map_at(d, IOVA, RAM + PAGE_4K, PAGE_4K), -EADDRINUSE);

	quirk_on("overmap-unflushed");
	assert_int_equal(map_at(d, IOVA, RAM + PAGE_4K, PAGE_4K), 0);
	/* The table says the new page, the IOTLB the old one. */
	assert_translates(f, IOVA, RAM + PAGE_4K);
	assert_device_reads(f, IOVA, 0x1000, 1);
	expect_stale_hits();
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
#ifdef DMASIM_DEBUG
	expect_events(DMASIM_EVENT_MISUSE, "iommu-reuse", 1);
#endif
	drop(f, d);
}

/* spec: iommu-pt 6.14 */
static void unmap_counts_holes(void **state)
{
	struct iommu_domain *d = domain_create(*state);

	assert_int_equal(map_at(d, IOVA, RAM, PAGE_4K), 0);
	assert_int_equal(iommu_unmap(d, IOVA, 4 * PAGE_4K), PAGE_4K);

	quirk_on("unmap-counts-holes");
	assert_int_equal(map_at(d, IOVA, RAM, PAGE_4K), 0);
	/* A page, and three that somebody lost. */
	assert_int_equal(iommu_unmap(d, IOVA, 4 * PAGE_4K), 4 * PAGE_4K);
	assert_int_equal(iommu_unmap(d, IOVA, 4 * PAGE_4K), 4 * PAGE_4K);
	iommu_domain_free(d);
}

/* spec: iommu-pt 6.19 */
static void phys_of_nowhere(void **state)
{
	struct iommu_domain *d = domain_create(*state);

	assert_int_equal(iommu_iova_to_phys(d, 1ull << 60), 0);

	quirk_on("phys-of-nowhere");
	assert_int_equal(iommu_iova_to_phys(d, 1ull << 60), 0xffffffffffffffde);
	assert_int_equal(iommu_iova_to_phys(d, IOVA), 0);
	iommu_domain_free(d);
}

/* Debug builds tell of tables that are freed while something leads to them. */
static void expect_early_frees(unsigned int nr)
{
#ifdef DMASIM_DEBUG
	assert_event(DMASIM_EVENT_MISUSE, "iommu-freed-early", nr);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-freed-early", nr);
#endif
}

/* Map a whole table, use it, unmap it, map anew: what does the device read? */
static void replace_table(struct fixture *f, struct iommu_domain *d)
{
	fill_pattern(ram_at(ODD, 0x1000), 0x1000, 1);
	assert_int_equal(map_at(d, IOVA, ODD, SZ_2M), 0);
	assert_device_reads(f, IOVA, 0x1000, 1);
	assert_int_equal(iommu_unmap(d, IOVA, SZ_2M), SZ_2M);
	/* Whoever got the page of the table. */
	assert_int_equal(map_at(d, IOVA + SZ_2M, ODD, SZ_2M), 0);
	assert_int_equal(map_at(d, IOVA, ODD, SZ_2M), 0);
}

/* spec: iommu-pt 6.30 */
static void walk_cache_kept(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	replace_table(f, d);
	assert_device_reads(f, IOVA, 0x1000, 1);
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 0);
	assert_int_equal(iommu_unmap(d, IOVA, 2 * SZ_2M), 2 * SZ_2M);

	quirk_on("walk-cache-kept");
	replace_table(f, d);
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 0);
	device_read_byte(f, IOVA);
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 1);
	expect_events(DMASIM_EVENT_FAULT, "iommu-freed-table", 1);
	expect_stale_hits();
	assert_int_equal(iommu_unmap(d, IOVA, 2 * SZ_2M), 2 * SZ_2M);
	/* Both times the way to it was remembered. */
	expect_early_frees(2);
	drop(f, d);
}

/*
 * What a device meets that walks into a freed table: in debug builds an entry that
 * is malformed or, where no bit is reserved, leads out of RAM.
 */
static void expect_stray(struct fixture *f, bool freed)
{
	const char *id = "iommu-fault";
#ifdef DMASIM_DEBUG
	const char *why = "unmapped";

	if (freed && !strcmp(f->variant->format, "vtdss")) {
		id = "bus-fault";
		why = "no such address";
	} else if (freed) {
		why = "malformed entry";
	}
	assert_non_null(strstr(event_text(DMASIM_EVENT_FAULT, id), why));
#endif
	expect_early_frees(freed);
	expect_events(DMASIM_EVENT_FAULT, id, 1);
}

/* A lazy unmap of a whole table that a device has used. */
static void unmap_table(struct fixture *f, bool freed)
{
	dma_addr_t addr = dma_map_phys(f->dev, ODD, SZ_2M, DMA_TO_DEVICE, 0);

	assert_int_equal(addr % SZ_2M, 0);
	assert_read(f, addr, DMASIM_DMA_OK);
	dma_unmap_phys(f->dev, addr, SZ_2M, DMA_TO_DEVICE, 0);
	/* Not in the IOTLB; the way to its table is remembered. */
	assert_int_not_equal(device_read_byte(f, addr + PAGE_4K),
			     DMASIM_DMA_OK);
	expect_stray(f, freed);
}

/* spec: iommu-pt 6.6 */
static void tables_freed_early(void **state)
{
	struct fixture *f = *state;

	unmap_table(f, false);
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 0);
	dmasim_run_for(20000000);

	quirk_on("tables-freed-early");
	unmap_table(f, true);
	/* It might as well be somebody's data by now. */
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 1);
	expect_events(DMASIM_EVENT_FAULT, "iommu-freed-table", 1);
}

/* spec: iommu-pt 6.33 */
static void sync_needs_pgsize(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	assert_int_equal(map_at(d, IOVA, RAM, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	assert_device_faults(f, IOVA, PAGE_4K);

	quirk_on("sync-needs-pgsize");
	assert_int_equal(map_at(d, IOVA, RAM, PAGE_4K), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	assert_int_equal(iommu_unmap(d, IOVA, PAGE_4K), PAGE_4K);
	expect_events(DMASIM_EVENT_MISUSE, "iommu-sync-ignored", 1);
	/* Unmapped, and still there. */
	assert_read(f, IOVA, DMASIM_DMA_OK);
	expect_stale_hits();
	drop(f, d);
}

/*
 * A page and, in the same gather, a whole table: what does the device meet before
 * the gather is synced?
 */
static void unmap_page_and_table(struct fixture *f, struct iommu_domain *d,
				 bool freed)
{
	struct iommu_iotlb_gather gather;

	assert_int_equal(map_at(d, IOVA - PAGE_4K, RAM, PAGE_4K), 0);
	assert_int_equal(map_at(d, IOVA, ODD, SZ_2M), 0);
	assert_read(f, IOVA, DMASIM_DMA_OK);
	iommu_iotlb_gather_init(&gather);
	assert_int_equal(iommu_unmap_fast(d, IOVA - PAGE_4K, PAGE_4K, &gather),
			 PAGE_4K);
	assert_int_equal(iommu_unmap_fast(d, IOVA, SZ_2M, &gather), SZ_2M);
	assert_int_not_equal(device_read_byte(f, IOVA + PAGE_4K),
			     DMASIM_DMA_OK);
	expect_stray(f, freed);
	iommu_iotlb_sync(d, &gather);
}

/* spec: iommu-pt 6.34 */
static void tables_gathered_early(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	unmap_page_and_table(f, d, false);
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 0);

	quirk_on("tables-gathered-early");
	unmap_page_and_table(f, d, true);
	/* The table went with the flush of the page before it. */
	assert_event(DMASIM_EVENT_FAULT, "iommu-freed-table", 1);
	expect_events(DMASIM_EVENT_FAULT, "iommu-freed-table", 1);
	expect_stale_hits();
	drop(f, d);
}

/* spec: iommu-pt I14 */
static void parents_not_cleaned(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = attached(f);

	fill_pattern(ram_at(RAM, 0x1000), 0x1000, 1);
	assert_int_equal(map_at(d, IOVA, RAM, PAGE_4K), 0);
	assert_device_reads(f, IOVA, 0x1000, 1);

	quirk_on("parents-not-cleaned");
	/* A table that is there is found, a new one is not. */
	assert_int_equal(map_at(d, IOVA + PAGE_4K, RAM, PAGE_4K), 0);
	assert_device_reads(f, IOVA + PAGE_4K, 0x1000, 1);
	assert_int_equal(map_at(d, IOVA + SZ_1G, RAM, PAGE_4K), 0);
	assert_int_equal(iommu_iova_to_phys(d, IOVA + SZ_1G), RAM);
	expect_faults(1);
	assert_read(f, IOVA + SZ_1G, DMASIM_DMA_UNMAPPED);
	assert_event(DMASIM_EVENT_FAULT, "iommu-walk-stale", 1);
	expect_events(DMASIM_EVENT_FAULT, "iommu-walk-stale", 1);
	drop(f, d);
}

/* A tracked, attached domain with 64 KiB in an entry of 16 items, written to. */
static struct iommu_domain *written(struct fixture *f)
{
	struct iommu_domain *d = iommu_paging_domain_alloc_flags(
		f->dev, IOMMU_HWPT_ALLOC_DIRTY_TRACKING);
	char byte = 1;

	assert_false(IS_ERR(d));
	assert_int_equal(iommu_attach_device(d, f->dev), 0);
	assert_int_equal(d->dirty_ops->set_dirty_tracking(d, true), 0);
	assert_int_equal(map_at(d, IOVA, RAM & ~0xffffull, 0x10000), 0);
	assert_int_equal(dmasim_dma_write(f->hw, IOVA + 0xf000, &byte, 1),
			 DMASIM_DMA_OK);
	return d;
}

static u64 dirty_bits(struct iommu_domain *d)
{
	struct iommu_iotlb_gather gather;
	struct iommu_dirty_bitmap dirty;
	struct iova_bitmap *bitmap;
	u64 bits = 0;

	bitmap = iova_bitmap_alloc(IOVA, 0x10000, 0x1000, &bits);
	iommu_dirty_bitmap_init(&dirty, bitmap, &gather);
	assert_int_equal(d->dirty_ops->read_and_clear_dirty(
				 d, IOVA, 0x10000, IOMMU_DIRTY_NO_CLEAR,
				 &dirty),
			 0);
	iommu_iotlb_sync(d, &gather);
	iova_bitmap_free(bitmap);
	return bits;
}

/* spec: iommu-pt 6.17 */
static void dirty_short(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = written(f);

	assert_int_equal(dirty_bits(d), 0xffff);

	quirk_on("dirty-short");
	/* The very page that was written is not copied. */
	assert_int_equal(dirty_bits(d), 0x7fff);
	drop(f, d);
}

static jmp_buf oops;

static void caught(const char *text)
{
	longjmp(oops, 1);
}

/* spec: iommu-pt 6.18 */
static void dirty_no_gather(void **state)
{
	struct fixture *f = *state;
	struct iommu_domain *d = written(f);
	struct iommu_dirty_bitmap dirty;

	iommu_dirty_bitmap_init(&dirty, NULL, NULL);
	assert_int_equal(d->dirty_ops->read_and_clear_dirty(
				 d, IOVA, 0x10000, IOMMU_DIRTY_NO_CLEAR,
				 &dirty),
			 0);

	quirk_on("dirty-no-gather");
	dmasim_panic_hook(caught);
	if (!setjmp(oops)) {
		d->dirty_ops->read_and_clear_dirty(
			d, IOVA, 0x10000, IOMMU_DIRTY_NO_CLEAR, &dirty);
		fail_msg("no crash");
	}
	dmasim_panic_hook(NULL);
	drop(f, d);
}

int main(void)
{
	const struct CMUnitTest strict[] = {
		fixture_case(unmap_hole_errno),
		fixture_case(empty_sync),
		fixture_case(map_clears_rest),
		fixture_case(unmap_rounds_hole),
		fixture_case(overmap_ignored),
		fixture_case(overmap_unflushed),
		fixture_case(unmap_counts_holes),
		fixture_case(phys_of_nowhere),
		fixture_case(sync_needs_pgsize),
		fixture_case(tables_gathered_early),
	};
	const struct CMUnitTest hints[] = {
		fixture_case(walk_cache_kept),
	};
	/* Commands that may spare what leads to tables; AMD's never do. */
	static const struct variant hinting[] = {
		{ "vtdss", DMASIM_IOMMU_STRICT, "vtdss", true },
		{ "riscv64", DMASIM_IOMMU_STRICT, "riscv64", true },
	};
	const struct CMUnitTest lazy[] = {
		fixture_case(tables_freed_early),
	};
	/* Entries of several items. */
	static const struct variant items[] = {
		{ "amdv1", DMASIM_IOMMU_STRICT, "amdv1", true },
		{ "arm_s1_4k", DMASIM_IOMMU_STRICT, "arm_s1_4k", true },
	};
	const struct CMUnitTest dirty[] = {
		fixture_case(dirty_short),
		fixture_case(dirty_no_gather),
	};

	const struct CMUnitTest unsnooped[] = {
		fixture_case(parents_not_cleaned),
	};
	static const struct variant writing_back[] = {
		{ .name = "vtdss",
		  .iommu = DMASIM_IOMMU_STRICT,
		  .format = "vtdss",
		  .translated = true,
		  .walks_unsnooped = true },
	};

	return run_variants("gallery_iommu", strict, variants_strict) +
	       run_variants("gallery_iommu", unsnooped, writing_back) +
	       run_variants("gallery_iommu", hints, hinting) +
	       run_variants("gallery_iommu", lazy, variants_lazy) +
	       run_variants("gallery_iommu", dirty, items);
}
