/* SPDX-License-Identifier: MIT */
/*
 * src/mm/page_alloc.c: orders, zones, references, mistakes, failures.
 */
#include "fixture.h"

#include <linux/highmem.h>
#include <linux/mm.h>

#include <string.h>

static u64 pages_free(void)
{
	struct mm_stats stats;

	mm_get_stats(&stats);
	return stats.pages_free;
}

static void every_order_is_naturally_aligned(void **state)
{
	unsigned int order;

	for (order = 0; order <= get_order(SZ_4M); order++) {
		u64 before = pages_free();
		struct page *page = alloc_pages(GFP_KERNEL, order);

		assert_non_null(page);
		assert_int_equal(page_to_pfn(page) & ((1ul << order) - 1), 0);
		assert_int_equal(before - pages_free(), 1ul << order);
		__free_pages(page, order);
		assert_int_equal(pages_free(), before);
	}
}

static void order_above_the_limit_is_refused(void **state)
{
	assert_null(alloc_pages(GFP_KERNEL, 11));
	assert_int_equal(expect_events(LIB_EVENT_WARN, NULL), 1);
}

static void contiguous_pages_ascend(void **state)
{
	struct page *a = alloc_page(GFP_KERNEL);
	struct page *b = alloc_page(GFP_KERNEL);
	struct page *c = alloc_page(GFP_KERNEL);

	assert_ptr_equal(b, a + 1);
	assert_ptr_equal(c, a + 2);
	__free_page(b);
	assert_ptr_equal(alloc_page(GFP_KERNEL), b);
	__free_page(a);
	__free_page(b);
	__free_page(c);
}

static void normal_memory_lies_above_4_gib(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_true(page_to_phys(page) >= 0x100000000ull);
	__free_page(page);
}

static void zone_flags_bound_the_address(void **state)
{
	struct page *dma = alloc_pages(GFP_KERNEL | GFP_DMA, 3);
	struct page *dma32 = alloc_pages(GFP_KERNEL | GFP_DMA32, 3);

	assert_true(page_to_phys(dma) < 0x1000000);
	assert_true(page_to_phys(dma32) < 0x100000000ull);
	assert_true(page_to_phys(dma32) >= 0x1000000);
	__free_pages(dma, 3);
	__free_pages(dma32, 3);
}

static void exhausted_zone_falls_back_to_lower_ones(void **state)
{
	static struct page *page[SMALL_PAGES];
	unsigned int i, low = 0;

	for (i = 0; i < SMALL_PAGES; i++) {
		page[i] = alloc_page(GFP_KERNEL);
		assert_non_null(page[i]);
		low += page_zonenum(page[i]) == ZONE_DMA;
	}
	assert_int_equal(low, SMALL_DMA_PAGES);
	assert_int_equal(pages_free(), 0);

	assert_null(alloc_page(GFP_KERNEL));
	assert_int_equal(expect_events(LIB_EVENT_REFUSAL, "page-alloc"), 1);
	assert_null(alloc_page(GFP_KERNEL | __GFP_NOWARN));
	assert_int_equal(expect_events(LIB_EVENT_REFUSAL, "page-alloc"), 1);

	while (i--)
		__free_page(page[i]);
	assert_int_equal(pages_free(), SMALL_PAGES);
}

static void dma_requests_never_use_higher_zones(void **state)
{
	struct page *page[4] = {};
	int i, nr = 0;

	/* 4..8, 8..12 and 12..16 MiB. */
	for (i = 0; i < 4; i++) {
		page[i] = alloc_pages(GFP_DMA | __GFP_NOWARN, get_order(SZ_4M));
		nr += !!page[i];
	}
	assert_int_equal(nr, 3);
	assert_null(page[3]);
	for (i = 0; i < 3; i++)
		__free_pages(page[i], get_order(SZ_4M));
}

static void scattered_pages_lie_apart(void **state)
{
	struct page *page[64];
	int i;

	for (i = 0; i < 64; i++) {
		page[i] = alloc_page(GFP_KERNEL);
		if (i) {
			assert_ptr_not_equal(page[i], page[i - 1] + 1);
			assert_ptr_not_equal(page[i], page[i - 1] - 1);
		}
	}
	for (i = 0; i < 64; i++)
		__free_page(page[i]);
}

static void zeroed_page_is_zero_after_use(void **state)
{
	unsigned long addr = __get_free_page(GFP_KERNEL), again;
	static const char zero[PAGE_SIZE];

	memset((void *)addr, 0x77, PAGE_SIZE);
	free_page(addr);
	again = get_zeroed_page(GFP_KERNEL);

	assert_int_equal(again, addr);
	assert_memory_equal((void *)again, zero, PAGE_SIZE);
	free_page(again);
}

static void double_free_is_a_warning(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);
	u64 before;

	__free_page(page);
	before = pages_free();
	__free_page(page);

	assert_int_equal(expect_events(LIB_EVENT_WARN, "page-bad-free"), 1);
	assert_non_null(strstr(last_event(), "free already"));
	assert_int_equal(pages_free(), before);
}

static void a_block_knows_its_size(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	assert_int_equal(mm_block_size(page), 8 * PAGE_SIZE);
	assert_int_equal(mm_block_size(page + 1), 0);
	__free_pages(page, 3);
	assert_int_equal(mm_block_size(page), 0);
}

static void wrong_order_is_a_warning_and_frees_the_block(void **state)
{
	u64 before = pages_free();
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	__free_pages(page, 2);

	assert_int_equal(expect_events(LIB_EVENT_WARN, "page-bad-free"), 1);
	assert_non_null(strstr(last_event(), "another order"));
	assert_int_equal(pages_free(), before);
}

static void free_of_a_tail_is_a_warning(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	__free_page(page + 1);

	assert_int_equal(expect_events(LIB_EVENT_WARN, "page-bad-free"), 1);
	__free_pages(page, 2);
}

static void locked_page_is_reported_when_freed(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	SetPageLocked(page);
	__free_page(page);

	assert_int_equal(expect_events(LIB_EVENT_WARN, "page-bad-free"), 1);
}

static void extra_reference_keeps_only_the_first_page(void **state)
{
	u64 before = pages_free();
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	get_page(page);
	__free_pages(page, 2);
	assert_int_equal(before - pages_free(), 1);

	put_page(page);
	assert_int_equal(pages_free(), before);
}

static void compound_page_is_one_folio(void **state)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 3);
	struct page *tail = folio_page(folio, 5);

	assert_true(folio_test_large(folio));
	assert_true(PageHead(&folio->page) && PageTail(tail));
	assert_ptr_equal(page_folio(tail), folio);
	assert_ptr_equal(compound_head(tail), &folio->page);
	assert_int_equal(folio_order(folio), 3);
	assert_int_equal(folio_nr_pages(folio), 8);
	assert_int_equal(folio_size(folio), 8 * PAGE_SIZE);
	assert_int_equal(folio_page_idx(folio, tail), 5);

	get_page(tail);
	assert_int_equal(page_count(&folio->page), 2);
	put_page(tail);
	folio_put(folio);
	assert_false(PageCompound(tail));
}

static void freed_compound_page_leaves_no_trace(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 4);
	struct page *again;
	int i;

	__free_pages(page, 4);
	again = alloc_pages(GFP_KERNEL, 4);

	assert_ptr_equal(again, page);
	for (i = 0; i < 16; i++)
		assert_false(PageCompound(page + i));
	__free_pages(again, 4);
}

static void split_pages_are_freed_one_by_one(void **state)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	int i;

	split_page(page, 2);

	for (i = 0; i < 4; i++) {
		assert_int_equal(page_count(page + i), 1);
		__free_page(page + i);
	}
}

static void exact_allocation_returns_the_tail(void **state)
{
	u64 before = pages_free();
	void *p = alloc_pages_exact(5 * PAGE_SIZE - 100, GFP_KERNEL);

	assert_int_equal(before - pages_free(), 5);
	memset(p, 1, 5 * PAGE_SIZE);
	free_pages_exact(p, 5 * PAGE_SIZE - 100);
	assert_int_equal(pages_free(), before);
}

static void bulk_fills_only_empty_slots(void **state)
{
	struct page *mine = alloc_page(GFP_KERNEL);
	struct page *page[4] = { NULL, mine, NULL, NULL };
	int i;

	assert_int_equal(alloc_pages_bulk(GFP_KERNEL, 4, page), 4);

	assert_ptr_equal(page[1], mine);
	for (i = 0; i < 4; i++)
		__free_page(page[i]);
}

static void nth_allocation_fails_on_request(void **state)
{
	struct page *a, *b, *c;

	lib_fail_nth(DMASIM_SITE_PAGE, 2);
	a = alloc_page(GFP_KERNEL);
	b = alloc_page(GFP_KERNEL | __GFP_NOWARN);
	c = alloc_page(GFP_KERNEL);
	lib_fail_off();

	assert_non_null(a);
	assert_null(b);
	assert_non_null(c);
	__free_page(a);
	__free_page(c);
}

static void nofail_is_never_injected(void **state)
{
	struct page *page;

	lib_fail_from(DMASIM_SITE_PAGE, 1);
	page = alloc_page(GFP_KERNEL | __GFP_NOFAIL);
	lib_fail_off();

	assert_non_null(page);
	__free_page(page);
}

static struct page *precious;

static bool keep_precious(struct page *page, unsigned int order)
{
	return page != precious;
}

static void free_check_keeps_a_page(void **state)
{
	u64 before;

	assert_int_equal(mm_set_page_free_check(keep_precious), 0);
	assert_int_equal(mm_set_page_free_check(keep_precious), -EEXIST);
	precious = alloc_page(GFP_KERNEL);
	before = pages_free();
	__free_page(precious);
	assert_int_equal(pages_free(), before);

	/* Once the check agrees, the owner may try again. */
	set_page_count(precious, 1);
	mm_clear_page_free_check(keep_precious);
	__free_page(precious);
	assert_int_equal(pages_free(), before + 1);
}

static void late_store_is_found(size_t offset)
{
	struct page *page;
	char *p;

	if (!DEBUG_BUILD)
		skip();
	page = alloc_page(GFP_KERNEL);
	p = page_address(page);
	__free_page(page);
	p[offset] = 1;
	assert_ptr_equal(alloc_page(GFP_KERNEL), page);

	assert_int_equal(
		expect_events(LIB_EVENT_MISUSE, "page-written-after-free"), 1);
	__free_page(page);
}

static void late_store_to_a_freed_page_is_found(void **state)
{
	late_store_is_found(100);
}

static void late_store_to_the_middle_of_a_page_is_found(void **state)
{
	late_store_is_found(PAGE_SIZE / 2 + 9);
}

static void late_store_to_the_end_of_a_page_is_found(void **state)
{
	late_store_is_found(PAGE_SIZE - 1);
}

static void page_helpers_move_bytes(void **state)
{
	struct page *a = alloc_page(GFP_KERNEL | __GFP_ZERO);
	struct page *b = alloc_page(GFP_KERNEL | __GFP_ZERO);
	char buf[4] = "";

	memcpy_to_page(a, 4090, "abcd", 4);
	copy_highpage(b, a);
	memzero_page(a, 0, 4096);
	memcpy_from_page(buf, b, 4090, 4);

	assert_memory_equal(buf, "abcd", 4);
	assert_int_equal(((char *)kmap_local_page(a))[4090], 0);
	__free_page(a);
	__free_page(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MM_TEST(every_order_is_naturally_aligned, small),
		MM_TEST(order_above_the_limit_is_refused, small),
		MM_TEST(contiguous_pages_ascend, small),
		MM_TEST(normal_memory_lies_above_4_gib, hole),
		MM_TEST(zone_flags_bound_the_address, hole),
		MM_TEST(exhausted_zone_falls_back_to_lower_ones, small),
		MM_TEST(exhausted_zone_falls_back_to_lower_ones, scattered),
		MM_TEST(dma_requests_never_use_higher_zones, small),
		MM_TEST(scattered_pages_lie_apart, scattered),
		MM_TEST(zeroed_page_is_zero_after_use, small),
		MM_TEST(double_free_is_a_warning, small),
		MM_TEST(a_block_knows_its_size, small),
		MM_TEST(wrong_order_is_a_warning_and_frees_the_block, small),
		MM_TEST(free_of_a_tail_is_a_warning, small),
		MM_TEST(locked_page_is_reported_when_freed, small),
		MM_TEST(extra_reference_keeps_only_the_first_page, small),
		MM_TEST(compound_page_is_one_folio, small),
		MM_TEST(freed_compound_page_leaves_no_trace, small),
		MM_TEST(split_pages_are_freed_one_by_one, small),
		MM_TEST(exact_allocation_returns_the_tail, small),
		MM_TEST(bulk_fills_only_empty_slots, small),
		MM_TEST(nth_allocation_fails_on_request, small),
		MM_TEST(nofail_is_never_injected, small),
		MM_TEST(free_check_keeps_a_page, small),
		MM_TEST(late_store_to_a_freed_page_is_found, small),
		MM_TEST(late_store_to_the_middle_of_a_page_is_found, small),
		MM_TEST(late_store_to_the_end_of_a_page_is_found, small),
		MM_TEST(page_helpers_move_bytes, small),
	};

	return cmocka_run_group_tests_name("mm_page_alloc", tests, NULL, NULL);
}
