/* SPDX-License-Identifier: MIT */
/*
 * Mapping scatterlists: how entries become segments, limits of the device,
 * failure.
 *
 * A range of 4 pages starts at 0xffffc000 (called B in the specification).
 * Peer memory (61-63) is in test_p2p.c, bounced lists (64) are in test_bounce.c.
 */
#include <linux/dma-map-ops.h>

#include "api/api.h"

#define B 0xffffc000ull

/* One entry to be: @len bytes at @offset in a block of its own. */
struct piece {
	unsigned int offset, len;
};

/* Room for one page after the entry, for what padding maps. */
static unsigned int order_of(const struct piece *p)
{
	return get_order(p->offset + p->len + PAGE_SIZE);
}

static void build_(struct scatterlist *sgl, const struct piece *piece,
		   unsigned int nr)
{
	unsigned int i;

	sg_init_table(sgl, nr);
	for (i = 0; i < nr; i++) {
		struct page *page =
			alloc_pages(GFP_KERNEL, order_of(&piece[i]));

		assert_non_null(page);
		sg_set_page(&sgl[i], page, piece[i].len, piece[i].offset);
		fill_pattern(sg_virt(&sgl[i]), piece[i].len, i);
	}
}

static void drop_(struct scatterlist *sgl, const struct piece *piece,
		  unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		assert_int_equal(sgl[i].offset, piece[i].offset);
		assert_int_equal(sgl[i].length, piece[i].len);
		__free_pages(sg_page(&sgl[i]), order_of(&piece[i]));
	}
}

#define build(sgl, pieces) build_(sgl, pieces, ARRAY_SIZE(pieces))
#define drop(sgl, pieces) drop_(sgl, pieces, ARRAY_SIZE(pieces))

#define assert_segment(sg, addr, len)                       \
	do {                                                \
		assert_int_equal(sg_dma_address(sg), addr); \
		assert_int_equal(sg_dma_len(sg), len);      \
	} while (0)

static int map_list(struct fixture *f, struct scatterlist *sgl, int nents)
{
	return dma_map_sg(f->dev, sgl, nents, DMA_BIDIRECTIONAL);
}

/* The original entries give the device their bytes, in order. */
static void assert_list_readable(struct fixture *f, struct scatterlist *sgl,
				 int nents, int segments)
{
	static u8 want[SZ_1M], got[SZ_1M];
	struct scatterlist *sg;
	size_t len = 0, done = 0;
	int i;

	for_each_sg(sgl, sg, nents, i) {
		memcpy(want + len, sg_virt(sg), sg->length);
		len += sg->length;
	}
	for_each_sg(sgl, sg, segments, i) {
		assert_int_equal(dmasim_dma_read(f->hw, sg_dma_address(sg),
						 got + done, sg_dma_len(sg)),
				 DMASIM_DMA_OK);
		done += sg_dma_len(sg);
	}
	assert_int_equal(done, len);
	assert_memory_equal(got, want, len);
}

/* spec: dma-core 53 */
static void whole_pages_become_one_segment(void **state)
{
	static const struct piece pieces[] = { { 0, 4096 },
					       { 0, 4096 },
					       { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];
	uint64_t unmaps;

	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 3), 1);

	assert_segment(&sgl[0], B, 12288);
	assert_segment(&sgl[1], DMA_MAPPING_ERROR, 0);
	assert_segment(&sgl[2], DMA_MAPPING_ERROR, 0);
	assert_list_readable(f, sgl, 3, 1);
	unmaps = iommu_stat(unmaps);
	dma_unmap_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL);
	assert_int_equal(iommu_stat(unmaps) - unmaps, 1);
	assert_not_mapped(f, B, 0x4000);
	drop(sgl, pieces);
}

/* spec: dma-core 54 */
static void a_short_entry_ends_a_segment(void **state)
{
	static const struct piece pieces[] = {
		{ 0x100, 0xf00 }, { 0, 4096 }, { 0, 0x200 }, { 0, 4096 }
	};
	struct fixture *f = *state;
	struct scatterlist sgl[4];

	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 4), 2);

	assert_segment(&sgl[0], B + 0x100, 8448);
	assert_segment(&sgl[1], B + 0x3000, 4096);
	assert_list_readable(f, sgl, 4, 2);
	dma_unmap_sg(f->dev, sgl, 4, DMA_BIDIRECTIONAL);
	assert_not_mapped(f, B, 0x4000);
	drop(sgl, pieces);
}

/* spec: dma-core 55 */
static void an_offset_inside_a_page_begins_a_segment(void **state)
{
	static const struct piece pieces[] = { { 0, 4096 },
					       { 0x80, 512 },
					       { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];

	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 3), 3);

	assert_segment(&sgl[0], B, 4096);
	assert_segment(&sgl[1], B + 0x1080, 512);
	assert_segment(&sgl[2], B + 0x2000, 4096);
	assert_list_readable(f, sgl, 3, 3);
	dma_unmap_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL);
	drop(sgl, pieces);
}

/* spec: dma-core 56 */
static void segments_obey_the_largest_size(void **state)
{
	static const struct piece pieces[5] = {
		{ 0, 4096 }, { 0, 4096 }, { 0, 4096 }, { 0, 4096 }, { 0, 4096 }
	};
	struct fixture *f = *state;
	struct scatterlist sgl[5];

	dma_set_max_seg_size(f->dev, 8192);
	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 5), 3);

	assert_segment(&sgl[0], 0xffff8000, 8192);
	assert_segment(&sgl[1], 0xffffa000, 8192);
	assert_segment(&sgl[2], 0xffffc000, 4096);
	assert_list_readable(f, sgl, 5, 3);
	dma_unmap_sg(f->dev, sgl, 5, DMA_BIDIRECTIONAL);
	drop(sgl, pieces);
}

/* The last entry fills no granule, and is a byte too long or just fits. */
static void segments_end_at_the_byte(void **state)
{
	static const struct piece pieces[] = { { 0, 4096 }, { 0, 512 } };
	struct fixture *f = *state;
	struct scatterlist sgl[2];

	build(sgl, pieces);
	dma_set_max_seg_size(f->dev, 4096 + 511);
	assert_int_equal(map_list(f, sgl, 2), 2);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	dma_set_max_seg_size(f->dev, 4096 + 512);
	assert_int_equal(map_list(f, sgl, 2), 1);
	assert_int_equal(sg_dma_len(sgl), 4096 + 512);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	drop(sgl, pieces);
}

/* In granules it has 4 GiB, which an entry cannot say. */
static void an_entry_that_cannot_be_widened_is_refused(void **state)
{
	static const struct piece pieces[] = { { 0, 4096 }, { 0x100, 512 } };
	struct fixture *f = *state;
	struct scatterlist sgl[2];
	struct sg_table sgt = { .sgl = sgl, .nents = 77, .orig_nents = 2 };

	build(sgl, pieces);
	sgl[1].length = UINT_MAX - 0x100;
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 -EINVAL);
	assert_int_equal(sgt.nents, 77);
	assert_int_equal(sgl[1].length, UINT_MAX - 0x100);
	assert_int_equal(sgl[1].offset, 0x100);
	assert_int_equal(sg_dma_address(&sgl[0]), DMA_MAPPING_ERROR);
	sgl[1].length = 512;
	assert_int_equal(map_list(f, sgl, 2), 2);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	drop(sgl, pieces);
}

/* spec: dma-core 57 */
static void segments_have_64k_by_default(void **state)
{
	struct fixture *f = *state;
	struct piece pieces[17];
	struct scatterlist sgl[17];
	int i;

	for (i = 0; i < 17; i++)
		pieces[i] = (struct piece){ 0, 4096 };
	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 17), 2);

	assert_segment(&sgl[0], 0xfffe0000, 65536);
	assert_segment(&sgl[1], 0xffff0000, 4096);
	assert_list_readable(f, sgl, 17, 2);
	dma_unmap_sg(f->dev, sgl, 17, DMA_BIDIRECTIONAL);
	drop(sgl, pieces);
}

/* spec: dma-core 58 */
static void segments_do_not_cross_a_16k_boundary(void **state)
{
	static const struct piece pieces[] = { { 0, 12288 },
					       { 0, 8192 },
					       { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];

	dma_set_seg_boundary(f->dev, 0x3fff);
	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 3), 2);

	assert_segment(&sgl[0], 0xffff8000, 12288);
	assert_segment(&sgl[1], 0xffffc000, 12288);
	assert_int_equal(sg_dma_len(&sgl[2]), 0);
	/* 0x7000 bytes, with one page of padding. */
	assert_translates(f, 0xffffe000, page_to_phys(sg_page(&sgl[2])));
	assert_not_mapped(f, 0xfffff000, 0x1000);
	assert_list_readable(f, sgl, 3, 2);
	dma_unmap_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL);
	assert_not_mapped(f, 0xffff8000, 0x8000);
	drop(sgl, pieces);
}

/* A segment that ends exactly at a boundary is not continued behind it. */
static void a_segment_ends_at_a_boundary(void **state)
{
	static const struct piece pieces[] = { { 0, 16384 }, { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[2];

	dma_set_seg_boundary(f->dev, 0x3fff);
	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 2), 2);

	assert_segment(&sgl[0], 0xffff8000, 16384);
	assert_segment(&sgl[1], 0xffffc000, 4096);
	assert_not_mapped(f, 0xffffd000, 0x3000);
	assert_list_readable(f, sgl, 2, 2);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	drop(sgl, pieces);
}

/* spec: dma-core 59 */
static void segments_do_not_cross_a_64k_boundary(void **state)
{
	static const struct piece pieces[] = { { 0, 48 << 10 },
					       { 0, 32 << 10 },
					       { 0, 16 << 10 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];

	dma_set_seg_boundary(f->dev, 0xffff);
	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 3), 2);

	assert_segment(&sgl[0], 0xfffe0000, 49152);
	assert_segment(&sgl[1], 0xffff0000, 49152);
	/* 0x1c000 bytes, with four pages of padding. */
	assert_translates(f, 0xffffb000,
			  page_to_phys(sg_page(&sgl[2])) + 0x3000);
	assert_not_mapped(f, 0xffffc000, 0x4000);
	assert_list_readable(f, sgl, 3, 2);
	dma_unmap_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL);
	assert_not_mapped(f, 0xfffe0000, 0x20000);
	drop(sgl, pieces);
}

/* The highest address that a device can use is as good as any. */
static void the_top_of_the_address_space_is_usable(void **state)
{
	static const struct piece pieces[] = { { 0, 8192 }, { 0, 8192 } };
	struct fixture *f = *state;
	struct scatterlist sgl[2];
	dma_addr_t addr;

	f->cfg.forcedac = true;
	fixture_rebuild(f);
	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 2), 1);
	addr = sg_dma_address(&sgl[0]);
	assert_list_readable(f, sgl, 2, 1);

	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);

	assert_not_mapped(f, addr, 0x4000);
	drop(sgl, pieces);
}

/* Without an IOMMU each entry stays what it was. */
static void untranslated_entries_are_mapped_one_by_one(void **state)
{
	static const struct piece pieces[] = { { 0, 4096 },
					       { 0x80, 512 },
					       { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];

	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 3), 3);

	assert_segment(&sgl[0], sg_phys(&sgl[0]), 4096);
	assert_segment(&sgl[1], sg_phys(&sgl[1]), 512);
	assert_segment(&sgl[2], sg_phys(&sgl[2]), 4096);
	assert_list_readable(f, sgl, 3, 3);
	dma_unmap_sg(f->dev, sgl, 3, DMA_BIDIRECTIONAL);
	drop(sgl, pieces);
}

/* ---- failure -------------------------------------------------------------------- */

static void fill_table(struct sg_table *sgt, struct scatterlist *sgl,
		       const struct piece *pieces, unsigned int nr)
{
	build_(sgl, pieces, nr);
	sgt->sgl = sgl;
	sgt->orig_nents = nr;
	sgt->nents = 77;
}

static void assert_unmapped_list(struct sg_table *sgt)
{
	struct scatterlist *sg;
	unsigned int i;

	assert_int_equal(sgt->nents, 77);
	for_each_sgtable_sg(sgt, sg, i) {
		assert_int_equal(sg_dma_address(sg), DMA_MAPPING_ERROR);
		assert_int_equal(sg_dma_len(sg), 0);
	}
}

/* spec: dma-core 60 */
static void a_list_without_iova_stays_what_it_was(void **state)
{
	static const struct piece pieces[] = { { 0x100, 0xf00 },
					       { 0, 4096 },
					       { 0, 0x200 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];
	struct sg_table sgt;

	fill_table(&sgt, sgl, pieces, 3);
	dmasim_fail_from(DMASIM_SITE_IOVA, 1);

	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 -ENOMEM);

	assert_unmapped_list(&sgt);
	drop(sgl, pieces);
}

/* spec: dma-core 60 */
static void a_list_stays_what_it_was_after_any_failure(void **state)
{
	static const struct piece pieces[] = { { 0x100, 0xf00 },
					       { 0, 4096 },
					       { 0, 0x200 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];
	struct sg_table sgt;
	struct sweep s;

	fill_table(&sgt, sgl, pieces, 3);
	FAIL_SWEEP(s, SWEEP_ALL) {
		int ret;

		sgt.nents = 77;
		ret = dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0);
		if (!ret) {
			dma_unmap_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0);
			continue;
		}
		assert_true(sweep_failed());
		assert_in_set(ret, ((unsigned long[]){ -ENOMEM, -EINVAL }), 2);
		assert_unmapped_list(&sgt);
		assert_not_mapped(f, 0xffff0000, 0x10000);
	}
	drop(sgl, pieces);
}

/* The same with a page of padding, which is made when it is first needed. */
static void a_padded_list_stays_what_it_was_after_any_failure(void **state)
{
	static const struct piece pieces[] = { { 0, 12288 }, { 0, 8192 } };
	struct fixture *f = *state;
	struct scatterlist sgl[2];
	struct sg_table sgt;
	struct sweep s;
	int ret;

	dma_set_seg_boundary(f->dev, 0x3fff);
	fill_table(&sgt, sgl, pieces, 2);
	FAIL_SWEEP(s, SWEEP_ALL) {
		sgt.nents = 77;
		ret = dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0);
		if (!ret) {
			dma_unmap_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0);
			continue;
		}
		assert_true(sweep_failed());
		assert_in_set(ret, ((unsigned long[]){ -ENOMEM, -EINVAL }), 2);
		assert_unmapped_list(&sgt);
		assert_not_mapped(f, 0xffff0000, 0x10000);
	}
	drop(sgl, pieces);
}

static void padding_is_no_memory_of_anybody(void **state)
{
	static const struct piece pieces[] = { { 0, 12288 }, { 0, 8192 } };
	struct fixture *f = *state;
	struct scatterlist sgl[2];

	dma_set_seg_boundary(f->dev, 0x3fff);
	build(sgl, pieces);
	assert_int_equal(map_list(f, sgl, 2), 2);
	assert_segment(&sgl[1], 0xffffc000, 8192);

	assert_int_equal(dma_stat(sg_padding), 0x1000);
	assert_read(f, 0xffffb000, DMASIM_DMA_OK);
	expect_faults(1);
	assert_write(f, 0xffffb000, DMASIM_DMA_PERM);
	dma_unmap_sg(f->dev, sgl, 2, DMA_BIDIRECTIONAL);
	assert_not_mapped(f, 0xffff8000, 0x8000);
	drop(sgl, pieces);
}

/* What was mapped before the entry that failed is unmapped again. */
static void an_untranslated_list_is_mapped_or_not(void **state)
{
	static const struct piece pieces[] = { { 0, 4096 },
					       { 0x80, 512 },
					       { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[3];
	struct sg_table sgt;

	fill_table(&sgt, sgl, pieces, 3);
	dmasim_fail_nth(DMASIM_SITE_MAP, 3);

	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 -EIO);

	assert_int_equal(sgt.nents, 77);
	assert_int_equal(dma_stat(maps), dma_stat(unmaps));
	drop(sgl, pieces);
}

/* spec: dma-core D11 */
static void a_list_of_a_device_without_a_mask_has_no_segments(void **state)
{
	static const struct piece pieces[] = { { 0, 4096 } };
	struct fixture *f = *state;
	u64 *mask = f->dev->dma_mask;
	struct scatterlist sgl[1];
	struct sg_table sgt;

	expect_warns(1);
	fill_table(&sgt, sgl, pieces, 1);
	f->dev->dma_mask = NULL;

	assert_int_equal(map_list(f, sgl, 1), 0);
	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 0);
	assert_int_equal(sgt.nents, 0);
	expect_checker(f, "checker-map-no-mask", 1);

	f->dev->dma_mask = mask;
	drop(sgl, pieces);
}

static int maps_nothing(struct device *dev, struct scatterlist *sgl, int nents,
			enum dma_data_direction dir, unsigned long attrs)
{
	return 0;
}

static int maps_with(struct device *dev, struct scatterlist *sgl, int nents,
		     enum dma_data_direction dir, unsigned long attrs)
{
	return -EREMOTEIO;
}

/* spec: dma-core 66 */
static void operations_that_map_nothing_are_an_error(void **state)
{
	static const struct dma_map_ops ops = { .map_sg = maps_nothing };
	static const struct piece pieces[] = { { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[1];
	struct sg_table sgt;

	expect_warns(1);
	fill_table(&sgt, sgl, pieces, 1);
	set_dma_ops(f->dev, &ops);

	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 -EIO);
	assert_event(DMASIM_EVENT_WARN, NULL, 1);
	assert_int_equal(sgt.nents, 77);
	assert_int_equal(map_list(f, sgl, 1), 0);

	set_dma_ops(f->dev, NULL);
	drop(sgl, pieces);
}

static void operations_may_fail_with_a_reason(void **state)
{
	static const struct dma_map_ops ops = { .map_sg = maps_with };
	static const struct piece pieces[] = { { 0, 4096 } };
	struct fixture *f = *state;
	struct scatterlist sgl[1];
	struct sg_table sgt;

	fill_table(&sgt, sgl, pieces, 1);
	set_dma_ops(f->dev, &ops);

	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 -EREMOTEIO);
	assert_int_equal(map_list(f, sgl, 1), 0);

	set_dma_ops(f->dev, NULL);
	drop(sgl, pieces);
}

/* ---- long lists ------------------------------------------------------------------ */

/* spec: dma-core 65 */
static void a_chained_table_is_mapped_and_unmapped(void **state)
{
	struct fixture *f = *state;
	struct scatterlist *sg;
	struct sg_table sgt;
	unsigned int i;

	assert_int_equal(sg_alloc_table(&sgt, 129, GFP_KERNEL), 0);
	for_each_sgtable_sg(&sgt, sg, i) {
		sg_set_page(sg, alloc_page(GFP_KERNEL), PAGE_4K, 0);
		fill_pattern(sg_virt(sg), PAGE_4K, i);
	}
	assert_int_equal(sg_nents(sgt.sgl), 129);
	assert_int_equal(sg_nents_for_len(sgt.sgl, 5000), 2);
	assert_int_equal(sg_nents_for_len(sgt.sgl, 0), 0);
	assert_int_equal(sg_nents_for_len(sgt.sgl, 129 * 4096ull), 129);
	assert_int_equal(sg_nents_for_len(sgt.sgl, 129 * 4096ull + 1), -EINVAL);

	assert_int_equal(dma_map_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0),
			 0);
	assert_int_equal(sgt.nents, 9);
	assert_int_equal(sgt.orig_nents, 129);
	assert_segment(sgt.sgl, 0xfff00000, 65536);
	assert_list_readable(f, sgt.sgl, 129, 9);
	dma_unmap_sgtable(f->dev, &sgt, DMA_BIDIRECTIONAL, 0);
	assert_not_mapped(f, 0xfff00000, 0x100000);

	for_each_sgtable_sg(&sgt, sg, i)
		__free_page(sg_page(sg));
	sg_free_table(&sgt);
}

int main(void)
{
	const struct CMUnitTest translated[] = {
		fixture_case(whole_pages_become_one_segment),
		fixture_case(a_short_entry_ends_a_segment),
		fixture_case(an_offset_inside_a_page_begins_a_segment),
		fixture_case(segments_obey_the_largest_size),
		fixture_case(segments_have_64k_by_default),
		fixture_case(segments_end_at_the_byte),
		fixture_case(an_entry_that_cannot_be_widened_is_refused),
		fixture_case(segments_do_not_cross_a_16k_boundary),
		fixture_case(a_segment_ends_at_a_boundary),
		fixture_case(segments_do_not_cross_a_64k_boundary),
		fixture_case(the_top_of_the_address_space_is_usable),
		fixture_case(a_list_without_iova_stays_what_it_was),
		fixture_case(a_list_stays_what_it_was_after_any_failure),
		fixture_case(a_padded_list_stays_what_it_was_after_any_failure),
		fixture_case(padding_is_no_memory_of_anybody),
		fixture_case(a_chained_table_is_mapped_and_unmapped),
	};
	const struct CMUnitTest untranslated[] = {
		fixture_case(untranslated_entries_are_mapped_one_by_one),
		fixture_case(an_untranslated_list_is_mapped_or_not),
		fixture_case(operations_that_map_nothing_are_an_error),
		fixture_case(operations_may_fail_with_a_reason),
	};

	const struct CMUnitTest any[] = {
		fixture_case(a_list_of_a_device_without_a_mask_has_no_segments),
	};

	return run_variants("scatterlist_map", translated, variants_gap) +
	       run_variants("scatterlist_map", any, variants_with_bounce) +
	       run_variants("scatterlist_map", any, variants_formats) +
	       run_variants("scatterlist_map", translated,
			    variants_translated) +
	       run_variants("scatterlist_map", untranslated,
			    variants_untranslated) +
	       run_variants("scatterlist_map", any, variants_checker) +
	       run_variants("scatterlist_map", translated,
			    variants_checker_translated) +
	       run_variants("scatterlist_map", untranslated,
			    variants_checker_direct) +
	       not_swept("dma_map_sgtable", "iommu_map_sg");
}
