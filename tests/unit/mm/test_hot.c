/* SPDX-License-Identifier: MIT */
/*
 * Hot pages: last freed, first handed out; nothing is lost in between.
 */
#include "unit/mm/fixture.h"

#include <linux/gfp.h>
#include <linux/mm.h>

#include <string.h>

#include <dmasim/fault.h>

static void freed_page_comes_back_zeroed(void **state)
{
	struct page *page = mm_alloc_hot_page(GFP_KERNEL);
	struct page *again;

	memset(page_address(page), 0xff, PAGE_SIZE);
	mm_free_hot_page(page);
	again = mm_alloc_hot_page(GFP_KERNEL | __GFP_ZERO);
	if (!DEBUG_BUILD)
		assert_ptr_equal(again, page);
	assert_int_equal(*(u64 *)page_address(again), 0);
	assert_int_equal(((u8 *)page_address(again))[4095], 0);
	mm_free_hot_page(again);
}

static void waiting_pages_count_as_free(void **state)
{
	struct mm_stats before, after;
	struct page *page[40];
	unsigned int i;

	mm_get_stats(&before);
	for (i = 0; i < 40; i++)
		page[i] = mm_alloc_hot_page(GFP_KERNEL);
	for (i = 0; i < 40; i++)
		mm_free_hot_page(page[i]);
	mm_get_stats(&after);
	assert_int_equal(after.pages_free, before.pages_free);
	assert_int_equal(mm_hot_pages(), DEBUG_BUILD ? 0 : 32);
	assert_int_equal(mm_check(), 0);
	assert_int_equal(mm_hot_pages(), 0);
}

static void failure_site_counts_every_call(void **state)
{
	struct page *page = mm_alloc_hot_page(GFP_KERNEL);

	mm_free_hot_page(page);
	lib_fail_nth(DMASIM_SITE_PAGE, 1);
	assert_null(mm_alloc_hot_page(GFP_KERNEL));
	page = mm_alloc_hot_page(GFP_KERNEL);
	assert_non_null(page);
	lib_fail_off();
	mm_free_hot_page(page);
}

#define mm_case(fn) \
	cmocka_unit_test_setup_teardown(fn, small_machine, no_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		mm_case(freed_page_comes_back_zeroed),
		mm_case(waiting_pages_count_as_free),
		mm_case(failure_site_counts_every_call),
	};

	return cmocka_run_group_tests_name("mm_hot", tests, NULL, NULL);
}
