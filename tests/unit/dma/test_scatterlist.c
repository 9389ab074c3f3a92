/* SPDX-License-Identifier: MIT */
/*
 * Scatter lists: chains, counting, pages and bytes (src/dma/scatterlist.c,
 * sg_pages.c).
 */
#include "unit/dma/board.h"

#include <linux/scatterlist.h>

static struct board board;
static struct page *block; /* 8 contiguous pages */

static int setup(void **state)
{
	memset(&board, 0, sizeof(board));
	board_start(&board);
	block = low_page(3);
	return 0;
}

static int teardown(void **state)
{
	__free_pages(block, 3);
	board_stop(&board);
	return 0;
}

/* ---- tables ---------------------------------------------------------------------- */

/* spec: dma-core 65 */
static void a_table_of_a_page_and_one_is_a_chain_of_two(void **state)
{
	const unsigned int n = SG_MAX_SINGLE_ALLOC + 1;
	struct scatterlist *sg;
	struct sg_table table;
	unsigned int i;

	assert_int_equal(sg_alloc_table(&table, n, GFP_KERNEL), 0);
	assert_int_equal(table.orig_nents, n);
	for_each_sgtable_sg(&table, sg, i)
		sg_set_page(sg, block, 4096, 0);

	assert_true(sg_is_chain(&table.sgl[n - 2]));
	assert_int_equal(sg_nents(table.sgl), n);
	assert_true(sg_is_last(sg_last(table.sgl, n)));
	assert_ptr_equal(sg_last(table.sgl, n),
			 sg_chain_ptr(&table.sgl[n - 2]) + 1);
	assert_int_equal(sg_nents_for_len(table.sgl, 5000), 2);
	assert_int_equal(sg_nents_for_len(table.sgl, 0), 0);
	assert_int_equal(sg_nents_for_len(table.sgl, n * 4096ull), n);
	assert_int_equal(sg_nents_for_len(table.sgl, n * 4096ull + 1), -EINVAL);
	sg_free_table(&table);
	assert_null(table.sgl);
}

static void a_chunk_holds_a_page_of_entries(void **state)
{
	/* 128 entries with pages of 4 KiB; all but the last chunk also chain. */
	const unsigned int c = SG_MAX_SINGLE_ALLOC;
	const unsigned int sizes[] = { 1,	  c - 1,     c,	    c + 1,
				       2 * c - 2, 2 * c - 1, 2 * c, 3 * c - 3,
				       3 * c - 2, 3 * c - 1, 16 * c };
	struct sg_table table;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		assert_int_equal(sg_alloc_table(&table, sizes[i], GFP_KERNEL),
				 0);
		assert_int_equal(sg_nents(table.sgl), sizes[i]);
		sg_free_table(&table);
	}
}

static void an_empty_table_is_einval(void **state)
{
	struct sg_table table;

	assert_int_equal(sg_alloc_table(&table, 0, GFP_KERNEL), -EINVAL);
	sg_free_table(&table);
}

static void a_failed_table_leaves_nothing(void **state)
{
	struct sg_table table;
	unsigned int n;

	for (n = 1; n <= 3; n++) {
		lib_fail_any_nth(
			1u << DMASIM_SITE_PAGE | 1u << DMASIM_SITE_SLAB, n);
		assert_int_equal(sg_alloc_table(&table,
						2 * SG_MAX_SINGLE_ALLOC + 44,
						GFP_KERNEL),
				 -ENOMEM);
		assert_null(table.sgl);
		lib_fail_off();
	}
}

static void a_chained_table_starts_in_the_callers_memory(void **state)
{
	struct scatterlist first[4];
	struct sg_table table;

	assert_int_equal(sg_alloc_table_chained(&table, 4, first, 4), 0);
	assert_ptr_equal(table.sgl, first);
	assert_int_equal(sg_nents(table.sgl), 4);
	sg_free_table_chained(&table, 4);

	assert_int_equal(sg_alloc_table_chained(&table, 6, first, 4), 0);
	assert_ptr_equal(table.sgl, first);
	assert_true(sg_is_chain(&first[3]));
	assert_int_equal(sg_nents(table.sgl), 6);
	sg_free_table_chained(&table, 4);

	assert_int_equal(sg_alloc_table_chained(&table, 6, first, 1), 0);
	assert_ptr_not_equal(table.sgl, first);
	assert_int_equal(sg_nents(table.sgl), 6);
	sg_free_table_chained(&table, 1);
}

static void sg_last_of_a_longer_list_is_a_bug(void **state)
{
	struct scatterlist list[2];

	sg_init_table(list, 2);
	expect_bug(sg_last(list, 1));
}

/* ---- from pages ------------------------------------------------------------------- */

/* spec: dma-core 67 */
static void neighbouring_pages_share_an_entry(void **state)
{
	struct page *pages[4] = { block, block + 1, block + 2, block + 3 };
	struct sg_table table;

	assert_int_equal(sg_alloc_table_from_pages(&table, pages, 4, 0x10,
						   3 * PAGE_SIZE, GFP_KERNEL),
			 0);
	assert_int_equal(table.orig_nents, 1);
	assert_int_equal(table.sgl->offset, 0x10);
	assert_int_equal(table.sgl->length, 3 * PAGE_SIZE);
	sg_free_table(&table);

	assert_int_equal(sg_alloc_table_from_pages_segment(
				 &table, pages, 4, 0x10, 3 * PAGE_SIZE,
				 2 * PAGE_SIZE, GFP_KERNEL),
			 0);
	assert_int_equal(table.nents, 2);
	assert_int_equal(table.sgl[0].length, 2 * PAGE_SIZE - 0x10);
	assert_int_equal(table.sgl[1].length, PAGE_SIZE + 0x10);
	assert_true(sg_is_last(&table.sgl[1]));
	sg_free_table(&table);
}

static void scattered_pages_take_an_entry_each(void **state)
{
	struct page *pages[3] = { block + 4, block + 2, block };
	struct sg_table table;

	assert_int_equal(sg_alloc_table_from_pages(&table, pages, 3, 0,
						   2 * PAGE_SIZE + 0x800,
						   GFP_KERNEL),
			 0);
	assert_int_equal(table.orig_nents, 3);
	assert_ptr_equal(sg_page(&table.sgl[1]), block + 2);
	assert_int_equal(table.sgl[2].length, 0x800);
	sg_free_table(&table);
}

static void a_segment_below_a_page_is_einval(void **state)
{
	struct sg_table table;

	assert_int_equal(sg_alloc_table_from_pages_segment(
				 &table, &block, 1, 0, PAGE_SIZE, PAGE_SIZE - 1,
				 GFP_KERNEL),
			 -EINVAL);
	assert_int_equal(warnings(), 1);
}

static void appended_pages_lengthen_the_last_entry(void **state)
{
	struct page *first[2] = { block, block + 1 };
	struct page *second[2] = { block + 2, block + 5 };
	struct sg_append_table table = {};

	assert_int_equal(sg_alloc_append_table_from_pages(
				 &table, first, 2, 0, 2 * PAGE_SIZE, UINT_MAX,
				 2, GFP_KERNEL),
			 0);
	assert_int_equal(sg_alloc_append_table_from_pages(
				 &table, second, 2, 0, 2 * PAGE_SIZE, UINT_MAX,
				 0, GFP_KERNEL),
			 0);

	assert_int_equal(table.sgt.orig_nents, 2);
	assert_int_equal(table.sgt.sgl[0].length, 3 * PAGE_SIZE);
	assert_ptr_equal(sg_page(&table.sgt.sgl[1]), block + 5);
	assert_int_equal(sg_nents(table.sgt.sgl), 2);
	sg_free_append_table(&table);
}

static void appending_page_by_page_makes_a_chain(void **state)
{
	const unsigned int n = 2 * SG_MAX_SINGLE_ALLOC + 44;
	struct sg_append_table table = {};
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct page *page = block + 2 * (i % 4);

		assert_int_equal(sg_alloc_append_table_from_pages(
					 &table, &page, 1, 0, PAGE_SIZE,
					 UINT_MAX, n - 1 - i, GFP_KERNEL),
				 0);
	}
	assert_int_equal(table.sgt.orig_nents, n);
	assert_int_equal(table.total_nents, n);
	assert_int_equal(sg_nents(table.sgt.sgl), n);
	sg_free_append_table(&table);
}

static void a_complete_table_takes_no_more(void **state)
{
	struct sg_append_table table = {};

	assert_int_equal(sg_alloc_append_table_from_pages(&table, &block, 1, 0,
							  PAGE_SIZE, UINT_MAX,
							  0, GFP_KERNEL),
			 0);
	assert_int_equal(sg_alloc_append_table_from_pages(&table, &block, 1, 0,
							  PAGE_SIZE, UINT_MAX,
							  0, GFP_KERNEL),
			 -EINVAL);
	assert_int_equal(warnings(), 1);
	sg_free_append_table(&table);
}

static void a_list_can_come_with_memory(void **state)
{
	unsigned int nents = 0;
	struct scatterlist *sgl;

	sgl = sgl_alloc_order(6 * PAGE_SIZE + 1, 1, false, GFP_KERNEL, &nents);
	assert_non_null(sgl);
	assert_int_equal(nents, 4);
	assert_int_equal(sgl[3].length, 1);
	sgl_free_order(sgl, 1);

	sgl = sgl_alloc_order(PAGE_SIZE, 0, true, GFP_KERNEL, &nents);
	assert_int_equal(nents, 1);
	assert_int_equal(sg_nents(sgl), 2);
	sgl_free(sgl);
	assert_null(sgl_alloc(0, GFP_KERNEL, &nents));
}

static void a_list_without_memory_leaves_nothing(void **state)
{
	lib_fail_nth(DMASIM_SITE_PAGE, 3);
	assert_null(sgl_alloc(5 * PAGE_SIZE, GFP_KERNEL, NULL));
}

/* ---- bytes -------------------------------------------------------------------------- */

#define ODD_BYTES (PAGE_SIZE + 1014)

/*
 * 100 bytes at the end of a page, 904 more than a page from the middle of
 * another, 10 in the page after a third.
 */
static void odd_list(struct scatterlist *list)
{
	sg_init_table(list, 3);
	sg_set_page(&list[0], block, 100, PAGE_SIZE - 100);
	sg_set_page(&list[1], block + 2, PAGE_SIZE + 904, PAGE_SIZE / 2);
	sg_set_page(&list[2], block + 6, 10, PAGE_SIZE + 7);
}

static u8 pattern(size_t i)
{
	return i * 7 + i / 251;
}

static void bytes_go_into_a_list_and_come_back(void **state)
{
	static u8 in[ODD_BYTES], out[ODD_BYTES];
	struct scatterlist list[3];
	size_t i;

	for (i = 0; i < sizeof(in); i++)
		in[i] = pattern(i);
	odd_list(list);

	assert_int_equal(sg_copy_from_buffer(list, 3, in, sizeof(in)),
			 ODD_BYTES);
	assert_int_equal(((u8 *)page_address(block + 2))[PAGE_SIZE / 2],
			 in[100]);
	assert_int_equal(((u8 *)page_address(block + 7))[7],
			 in[ODD_BYTES - 10]);
	assert_int_equal(sg_copy_to_buffer(list, 3, out, sizeof(out)),
			 ODD_BYTES);
	assert_memory_equal(in, out, sizeof(in));
}

static void a_copy_can_start_inside_and_end_early(void **state)
{
	u8 in[64], out[64];
	struct scatterlist list[3];

	memset(in, 0x5a, sizeof(in));
	odd_list(list);

	assert_int_equal(sg_pcopy_from_buffer(list, 3, in, 64, 90), 64);
	assert_int_equal(sg_pcopy_to_buffer(list, 3, out, 64, 90), 64);
	assert_memory_equal(in, out, 64);
	assert_int_equal(sg_pcopy_to_buffer(list, 3, out, 64, ODD_BYTES - 5),
			 5);
	assert_int_equal(sg_pcopy_to_buffer(list, 3, out, 64, ODD_BYTES + 890),
			 0);
}

static void zeroing_stays_inside_its_bytes(void **state)
{
	struct scatterlist list[3];
	u8 *page = page_address(block);

	memset(page, 0xff, PAGE_SIZE);
	odd_list(list);

	assert_int_equal(sg_zero_buffer(list, 3, 10, 5), 10);
	assert_int_equal(page[PAGE_SIZE - 96], 0xff);
	assert_int_equal(page[PAGE_SIZE - 95], 0);
	assert_int_equal(page[PAGE_SIZE - 86], 0);
	assert_int_equal(page[PAGE_SIZE - 85], 0xff);
}

static void unconsumed_bytes_are_seen_again(void **state)
{
	struct sg_mapping_iter miter;
	struct scatterlist list[3];

	odd_list(list);
	sg_miter_start(&miter, list, 3, SG_MITER_FROM_SG);
	assert_true(sg_miter_next(&miter));
	assert_int_equal(miter.length, 100);
	miter.consumed = 30;

	assert_true(sg_miter_next(&miter));
	assert_int_equal(miter.length, 70);
	assert_ptr_equal(miter.addr, page_address(block) + PAGE_SIZE - 70);
	assert_true(sg_miter_next(&miter));
	assert_int_equal(miter.length, PAGE_SIZE / 2);
	sg_miter_stop(&miter);
}

/* clang-format off */
/* ---- pages -------------------------------------------------------------------------- */

static void pages_are_visited_entry_by_entry(void **state)
{
	static const unsigned int expected[] = { 0, 2, 3, 6, 7 };
	struct scatterlist list[3];
	struct sg_page_iter iter;
	unsigned int n = 0;

	odd_list(list);
	for_each_sg_page(list, &iter, 3, 0) {
		assert_in_range(n, 0, 4);
		assert_ptr_equal(sg_page_iter_page(&iter), block + expected[n]);
		n++;
	}
	assert_int_equal(n, 5);
}

static void a_walk_can_start_at_a_later_page(void **state)
{
	struct scatterlist list[3];
	struct sg_page_iter iter;
	unsigned int n = 0;

	odd_list(list);
	for_each_sg_page(list, &iter, 3, 2)
		n++;
	assert_int_equal(n, 3);
}

static void dma_pages_follow_dma_lengths(void **state)
{
	struct sg_dma_page_iter iter;
	struct scatterlist list[2];
	dma_addr_t seen[4] = {};
	unsigned int n = 0;

	sg_init_table(list, 2);
	sg_dma_address(&list[0]) = 0x10000;
	sg_dma_len(&list[0]) = 2 * PAGE_SIZE;
	sg_dma_address(&list[1]) = 0x40000;
	sg_dma_len(&list[1]) = PAGE_SIZE;

	for_each_sg_dma_page(list, &iter, 2, 0)
		seen[n++] = sg_page_iter_dma_address(&iter);
	assert_int_equal(n, 3);
	assert_int_equal(seen[1], 0x10000 + PAGE_SIZE);
	assert_int_equal(seen[2], 0x40000);
	assert_int_equal(sg_nents_for_dma(list, 2, 3 * PAGE_SIZE / 4), 5);
}

/* clang-format on */
/* ---- splitting ------------------------------------------------------------------------ */

static void a_list_is_cut_where_asked(void **state)
{
	static const size_t sizes[] = { 120, 2000 };
	struct scatterlist list[3], *out[2];

	odd_list(list);
	assert_int_equal(sg_split(list, 0, 30, 2, sizes, out, NULL, GFP_KERNEL),
			 0);
	assert_int_equal(sg_nents(out[0]), 2);
	assert_int_equal(out[0][0].offset, PAGE_SIZE - 70);
	assert_int_equal(out[0][0].length, 70);
	assert_int_equal(out[0][1].length, 50);
	assert_int_equal(sg_nents(out[1]), 1);
	assert_int_equal(out[1][0].offset, PAGE_SIZE / 2 + 50);
	kfree(out[0]);
	kfree(out[1]);
}

static void a_mapped_list_is_cut_in_both_views(void **state)
{
	static const size_t sizes[] = { 100 };
	struct scatterlist list[3], *out[1];
	int mapped[1];

	odd_list(list);
	sg_dma_address(&list[0]) = 0x1000;
	sg_dma_len(&list[0]) = ODD_BYTES;
	assert_int_equal(
		sg_split(list, 1, 50, 1, sizes, out, mapped, GFP_KERNEL), 0);
	assert_int_equal(mapped[0], 1);
	assert_int_equal(sg_dma_address(out[0]), 0x1032);
	assert_int_equal(sg_dma_len(out[0]), 100);
	assert_int_equal(sg_nents(out[0]), 2);
	kfree(out[0]);
}

static void a_split_beyond_the_end_is_einval(void **state)
{
	static const size_t sizes[] = { ODD_BYTES - 110, 111 };
	struct scatterlist list[3], *out[2];

	odd_list(list);
	assert_int_equal(sg_split(list, 0, 0, 2, sizes, out, NULL, GFP_KERNEL),
			 -EINVAL);
	assert_int_equal(sg_split(list, 0, ODD_BYTES + 890, 1, sizes, out, NULL,
				  GFP_KERNEL),
			 -EINVAL);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_table_of_a_page_and_one_is_a_chain_of_two),
		CASE(a_chunk_holds_a_page_of_entries),
		CASE(an_empty_table_is_einval),
		CASE(a_failed_table_leaves_nothing),
		CASE(a_chained_table_starts_in_the_callers_memory),
		CASE(sg_last_of_a_longer_list_is_a_bug),
		CASE(neighbouring_pages_share_an_entry),
		CASE(scattered_pages_take_an_entry_each),
		CASE(a_segment_below_a_page_is_einval),
		CASE(appended_pages_lengthen_the_last_entry),
		CASE(appending_page_by_page_makes_a_chain),
		CASE(a_complete_table_takes_no_more),
		CASE(a_list_can_come_with_memory),
		CASE(a_list_without_memory_leaves_nothing),
		CASE(bytes_go_into_a_list_and_come_back),
		CASE(a_copy_can_start_inside_and_end_early),
		CASE(zeroing_stays_inside_its_bytes),
		CASE(unconsumed_bytes_are_seen_again),
		CASE(pages_are_visited_entry_by_entry),
		CASE(a_walk_can_start_at_a_later_page),
		CASE(dma_pages_follow_dma_lengths),
		CASE(a_list_is_cut_where_asked),
		CASE(a_mapped_list_is_cut_in_both_views),
		CASE(a_split_beyond_the_end_is_einval),
	};

	return cmocka_run_group_tests_name("scatterlist", tests, NULL, NULL);
}
